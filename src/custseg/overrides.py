"""Tiers set by hand: who, why, until when; reviews respect it until then.

A key account manager knows what no number says. An override gives a customer a tier
from one day until another, with a reason and an author, and is an entry of the journal
like any other decision. Reviews leave it alone until it ends, save for gates and
triggers that the policy lets pass locks.
"""

from __future__ import annotations

import datetime as dt
from typing import Protocol

import numpy as np
from attrs import evolve

from custseg.chain import Head
from custseg.entries import Batch, Decision, Kind, Receipt
from custseg.errors import Problem, SettingError, did_you_mean
from custseg.journal import Journal
from custseg.periods import as_day, to_date
from custseg.remembering import memory_of, remembered_rows
from custseg.rules.deciding import Memory
from custseg.rules.grading import Grading
from custseg.rules.holding import lift_override, put_override
from custseg.rules.moves import Action
from custseg.rules.policy import PolicyTree

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
) -> Receipt:
    """Give a customer a tier by hand.

    Parameters
    ----------
    journal : Journal
    policy : Policy or FittedPolicy
        Whose tiers they are.
    customer : str
        Its id; it need not have a tier yet.
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

    Returns
    -------
    Receipt

    Raises
    ------
    SettingError
        When there is no such tier, the days are the wrong way round, nobody is named,
        or no reason is given.
    JournalDifference
        When another override of the same customer begins on the same day.
    JournalConflict, JournalUnavailable
        Nothing was written then.

    Examples
    --------
    >>> from custseg.adapters.stores import open_journal
    >>> from custseg.fitting import load_policy
    >>> journal = open_journal(":memory:")
    >>> receipt = override(
    ...     journal, load_policy("company"), "C17", tier="A", on="2026-10-01",
    ...     until="2027-03-31", reason="framework contract", author="Li",
    ...     recorded_at=dt.datetime(2026, 10, 1, 9, tzinfo=dt.UTC))
    >>> journal.state()["C17"].tier
    'A'
    """
    grading = _grading(policy)
    codes = [one.code for one in grading.tiers]
    problems = [
        Problem(f"an override needs {what}", where=where)
        for where, what, said in (
            ("reason", "a reason", reason),
            ("author", "somebody who answers for it", author),
        )
        if not (isinstance(said, str) and said.strip())
    ]
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
    day, last = as_day(on, where="on"), as_day(until, where="until")
    base, before = _base(journal, customer, codes, "override", day)
    row = np.array([0])
    state = put_override(before.state, row, tier=codes.index(tier), until=last, on=day)
    return _record(
        journal,
        customer,
        before,
        evolve(before, state=state),
        codes,
        base=base,
        kind="override",
        day=day,
        note=reason,
        author=author,
        recorded_at=recorded_at,
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
        When no override is in force on that day.
    JournalConflict, JournalUnavailable
        Nothing was written then.

    Examples
    --------
    >>> from custseg.adapters.stores import open_journal
    >>> from custseg.fitting import load_policy
    >>> journal, policy = open_journal(":memory:"), load_policy("company")
    >>> now = dt.datetime(2026, 10, 1, 9, tzinfo=dt.UTC)
    >>> _ = override(journal, policy, "C17", tier="A", on="2026-10-01",
    ...              until="2027-03-31", reason="contract", author="Li",
    ...              recorded_at=now)
    >>> _ = release(journal, policy, "C17", on="2026-11-01", reason="contract ended",
    ...             author="Li", recorded_at=now + dt.timedelta(days=31))
    >>> journal.state()["C17"].tier
    'A'
    """
    codes = [one.code for one in _grading(policy).tiers]
    day = as_day(on, where="on")
    base, before = _base(journal, customer, codes, "release", day)
    if before.state.locked_until[0] < day:
        raise SettingError(
            Problem(
                "no override is in force for the customer",
                where="on",
                got=str(to_date(day)),
            )
        )
    after = evolve(before, state=lift_override(before.state, np.array([0])))
    return _record(
        journal,
        customer,
        before,
        after,
        codes,
        base=base,
        kind="release",
        day=day,
        note=reason,
        author=author,
        recorded_at=recorded_at,
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
    for entry in journal.read(customer=customer, kind=kind):
        if entry.key == key:
            headers = journal.store.headers_of(kind, key)
            header = [one for one in headers if one.number < entry.number][-1]
            before, base = header.number, Head()
            if before > 1:
                base = Head(before - 1, header.previous.hex())
            break
    held = journal.state(as_of=to_date(day), before=before)
    return base, memory_of(np.array([customer], dtype=object), held, tuple(codes))


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
    return journal.commit(batch, recorded_at=recorded_at, author=author)
