"""Tiers set by hand: who, why, until when; reviews respect it until then.

A key account manager knows what no number says. An override gives a customer a tier
from one day until another, with a reason and an author, and is an entry of the journal
like any other decision. Reviews leave it alone until it ends, save for gates and
triggers that the policy lets pass locks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Protocol

import numpy as np

from custseg.errors import Problem, SettingError, UnknownCustomer, did_you_mean
from custseg.journal.chain import Head
from custseg.journal.entries import (
    ERASURE,
    Batch,
    Decision,
    Entry,
    Kind,
    Receipt,
    check_begun,
)
from custseg.journal.journal import Journal, check_journal
from custseg.periods import as_day, to_date
from custseg.reviews.by_hand import overridden, released
from custseg.reviews.remembering import memory_of, remembered_rows
from custseg.rules.grading import Grading
from custseg.rules.policy import PolicyTree
from custseg.rules.tiers.deciding import Memory
from custseg.rules.tiers.moves import Action

__all__ = ["override", "release"]


class _HasTree(Protocol):
    @property
    def tree(self) -> PolicyTree: ...


def override(
    journal: Journal,
    policy: _HasTree,
    customer: str,
    *,
    tier: str,
    on: dt.date | str,
    until: dt.date | str,
    reason: str,
    author: str,
    recorded_at: dt.datetime,
    first: bool = False,
    corrections: bool = False,
) -> Receipt:
    """Give a customer a tier by hand.

    Parameters
    ----------
    journal : Journal
    policy : Policy or FittedPolicy
        Whose tiers they are.
    customer : str
        Its id, as in the journal.
    tier : str
        The code of a tier.
    on, until : date or str
        The first and the last day.
    reason : str
        In words; kept where it can be erased.
    author : str
        Who decided; likewise.
    recorded_at : datetime
        The moment, with a time zone.
    first : bool
        The customer has no decision in the journal yet. Otherwise an id that it does
        not know is refused, since it is most likely mistyped.
    corrections : bool
        Where another override of the same customer begins on the same day, put this one
        in its place; the journal keeps both.

    Returns
    -------
    Receipt

    Raises
    ------
    SettingError
        When there is no such tier, the days are the wrong way round, nobody is named,
        or no reason is given; when the journal has a later decision on the customer,
        which would stand over this one; or when the first day is yet to come.
    UnknownCustomer
        When the journal has no decision on such a customer; it names the nearest.
    JournalDifference
        When another override of the same customer begins on the same day, and no
        corrections were asked for.
    JournalConflict, JournalUnavailable
        Nothing was written then.

    Examples
    --------
    >>> from custseg.adapters.stores import open_journal
    >>> from custseg.policy import load_policy
    >>> journal = open_journal(":memory:")
    >>> receipt = override(
    ...     journal, load_policy("company"), "C17", tier="A", on="2026-10-01",
    ...     until="2027-03-31", reason="framework contract", author="Li", first=True,
    ...     recorded_at=dt.datetime(2026, 10, 1, 9, tzinfo=dt.UTC))
    >>> journal.state()["C17"].tier
    'A'
    """
    grading = _grading(policy)
    codes = [one.code for one in grading.tiers]
    problems = list(_unsaid("an override", reason, author))
    if tier not in codes:
        problems.append(
            Problem(
                "the policy has no such tier",
                where="tier",
                got=repr(tier),
                allowed=", ".join(codes),
                hint=did_you_mean(str(tier), codes),
            )
        )
    if problems:
        raise SettingError(*problems)
    check_journal(journal)
    if not first:
        _check_known(journal, customer)
    day, last = as_day(on, where="on"), as_day(until, where="until")
    check_begun(to_date(day), recorded_at)
    base, before = _base(journal, customer, codes, "override", day)
    after = overridden(
        before,
        np.array([0]),
        grading.schedule(policy.tree.basis.fiscal),
        tier=codes.index(tier),
        until=last,
        on=day,
    )
    return _record(
        journal,
        customer,
        before,
        after,
        codes,
        base=base,
        kind="override",
        day=day,
        note=reason,
        author=author,
        recorded_at=recorded_at,
        corrections=corrections,
    )


def release(
    journal: Journal,
    policy: _HasTree,
    customer: str,
    *,
    on: dt.date | str,
    reason: str,
    author: str,
    recorded_at: dt.datetime,
) -> Receipt:
    """End an override: the tier stays, and moves by the rules from the next review on.

    Parameters
    ----------
    journal : Journal
    policy : Policy or FittedPolicy
    customer : str
    on : date or str
    reason, author : str
    recorded_at : datetime

    Returns
    -------
    Receipt

    Raises
    ------
    SettingError
        When no override is in force on that day, nobody is named, no reason is given,
        the journal has a later decision on the customer, or the day is yet to come.
    JournalConflict, JournalUnavailable
        Nothing was written then.

    Examples
    --------
    >>> from custseg.adapters.stores import open_journal
    >>> from custseg.policy import load_policy
    >>> journal, policy = open_journal(":memory:"), load_policy("company")
    >>> now = dt.datetime(2026, 10, 1, 9, tzinfo=dt.UTC)
    >>> _ = override(journal, policy, "C17", tier="A", on="2026-10-01",
    ...              until="2027-03-31", reason="contract", author="Li", first=True,
    ...              recorded_at=now)
    >>> _ = release(journal, policy, "C17", on="2026-11-01", reason="contract ended",
    ...             author="Li", recorded_at=now + dt.timedelta(days=31))
    >>> journal.state()["C17"].tier
    'A'
    """
    codes = [one.code for one in _grading(policy).tiers]
    if problems := list(_unsaid("a release", reason, author)):
        raise SettingError(*problems)
    check_journal(journal)
    day = as_day(on, where="on")
    check_begun(to_date(day), recorded_at)
    base, before = _base(journal, customer, codes, "release", day)
    if before.state.locked_until[0] < day:
        raise SettingError(
            Problem(
                "no override is in force for the customer",
                where="on",
                got=str(to_date(day)),
            )
        )
    return _record(
        journal,
        customer,
        before,
        released(before, np.array([0])),
        codes,
        base=base,
        kind="release",
        day=day,
        note=reason,
        author=author,
        recorded_at=recorded_at,
    )


def _check_known(journal: Journal, customer: str) -> None:
    if journal.store.find("customer", [customer]):
        return
    named = [one.name for one in journal.store.subjects() if one.role == "customer"]
    raise UnknownCustomer(
        Problem(
            "the journal has no decision on such a customer",
            where="customer",
            got=repr(customer),
            hint=did_you_mean(str(customer), named)
            or "pass first=True, if it is not mistyped",
        )
    )


def _grading(policy: _HasTree) -> Grading:
    grading = policy.tree.grading
    if grading is None:
        raise SettingError(Problem("the policy has no tiers", got=policy.tree.code))
    return grading


def _base(
    journal: Journal, customer: str, codes: list[str], kind: Kind, day: int
) -> tuple[Head, Memory]:
    """Return the head to rest on, and what is remembered there of one customer.

    Where the same is recorded already, that is the place before it, so that a call that
    is made twice finds itself.
    """
    key, before = str(to_date(day)), None
    base = journal.head()
    entries = [one for one in journal.read(customer=customer) if one.kind != ERASURE]
    mine = [one for one in entries if (one.kind, one.key) == (kind, key)]
    if mine:
        _check_stands(mine[0], entries)
        headers = journal.store.headers_of(kind, key)
        header = [one for one in headers if one.number < mine[0].number][-1]
        before, base = header.number, Head()
        if before > 1:
            base = Head(before - 1, header.previous.hex())
    else:
        _check_last(to_date(day), entries)
    held = journal.state(as_of=to_date(day), before=before)
    return base, memory_of(np.array([customer], dtype=object), held, tuple(codes))


def _check_stands(mine: Entry, entries: list[Entry]) -> None:
    """Refuse to repeat what another decision by hand has undone on the same day."""
    undone = [
        one
        for one in entries
        if one.number > mine.number
        and one.valid_on == mine.valid_on
        and one.kind in {"override", "release"} - {mine.kind}
    ]
    if undone:
        raise SettingError(
            Problem(
                f"the {mine.kind} of this day was undone again on the same day",
                where="on",
                got=str(mine.valid_on),
                allowed="a later day",
            )
        )


def _check_last(day: dt.date, entries: list[Entry]) -> None:
    """Refuse what a later decision on the customer would stand over, unnoticed."""
    last = max((one.valid_on for one in entries), default=day)
    if last > day:
        raise SettingError(
            Problem(
                "the journal has a later decision on the customer, which would stand",
                where="on",
                got=str(day),
                allowed=f"{last} or later",
            )
        )


def _unsaid(what: str, reason: str, author: str) -> Iterator[Problem]:
    for where, lacking, said in (
        ("reason", "a reason", reason),
        ("author", "somebody who answers for it", author),
    ):
        if not (isinstance(said, str) and said.strip()):
            yield Problem(f"{what} needs {lacking}", where=where)


def _record(
    journal: Journal,
    customer: str,
    before: Memory,
    after: Memory,
    codes: list[str],
    *,
    base: Head,
    kind: Kind,
    day: int,
    note: str,
    author: str,
    recorded_at: dt.datetime,
    corrections: bool = False,
) -> Receipt:
    was, now = int(before.state.tier[0]), int(after.state.tier[0])
    decision = Decision(
        customer,
        before=None if was < 0 else codes[was],
        after=None if now < 0 else codes[now],
        action=Action.LOCKED.name if kind == "override" else Action.HELD.name,
        state=next(remembered_rows(after)),
        note=note,
    )
    batch = Batch(
        kind,
        key=str(to_date(day)),
        valid_on=to_date(day),
        based_on=base,
        decisions=(decision,),
    )
    return journal.commit(
        batch, recorded_at=recorded_at, author=author, corrections=corrections
    )
