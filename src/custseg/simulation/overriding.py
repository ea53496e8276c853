"""Tiers set by hand, replayed on the past as they were set.

Part of what a shop's tiers have been was decided by people. A replay that leaves their
overrides out tells of a past that nobody had; so they can be given, as a journal that
holds them or as a list. Each is put down on its day, before the run of that day, and
does what it does in a review: the tier is set, and stays until the override ends, save
for gates and triggers that pass locks.

Limits: people set tiers in view of the tiers that there were. Under another policy they
might have set others, or none; what is replayed is what they did.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import numpy as np
from attrs import field, frozen

from custseg.errors import Problem, SettingError, did_you_mean
from custseg.intake.identifiers import place_of
from custseg.journal.journal import Journal
from custseg.periods import as_day, to_date
from custseg.reviews.by_hand import overridden, released
from custseg.rules.tiers.deciding import Memory
from custseg.rules.tiers.schedule import Schedule
from custseg.table import Array

__all__ = [
    "Act",
    "Override",
    "acts_of",
    "between",
    "by_hand",
    "check_tiers",
    "overrides_in",
    "within",
]


def _as_date(value: object) -> date:
    return to_date(as_day(value, where="overrides"))


def _as_date_or_none(value: object) -> date | None:
    return None if value is None else _as_date(value)


@frozen
class Override:
    """A tier that was set by hand.

    Parameters
    ----------
    customer : str
    tier : str
        The code of a tier.
    on, until : date or str
        The first and the last day.
    released_on : date, str or None
        The day on which it was ended before its last day.

    Raises
    ------
    SettingError
        When it ends before it begins.

    Examples
    --------
    >>> Override("C0026", "A", on="2026-04-02", until="2026-12-31").until
    datetime.date(2026, 12, 31)
    """

    customer: str
    tier: str
    on: date = field(kw_only=True, converter=_as_date)
    until: date = field(kw_only=True, converter=_as_date)
    released_on: date | None = field(
        default=None, kw_only=True, converter=_as_date_or_none
    )

    def __attrs_post_init__(self) -> None:
        ends = (self.until, self.released_on or self.until)
        if min(ends) < self.on:
            raise SettingError(
                Problem(
                    "an override ends before it begins",
                    where="overrides",
                    got=f"{self.on} to {min(ends)}",
                    allowed="the day itself or a later one",
                )
            )


def overrides_in(journal: Journal) -> tuple[Override, ...]:
    """Return the overrides that a journal holds, in the order of recording.

    Parameters
    ----------
    journal : Journal

    Returns
    -------
    tuple of Override
        Without those that were corrected, and those of customers who were forgotten.

    Examples
    --------
    >>> import datetime as dt
    >>> from custseg.adapters.stores import open_journal
    >>> from custseg.policy import load_policy
    >>> from custseg.reviews.overrides import override
    >>> journal = open_journal(":memory:")
    >>> _ = override(journal, load_policy("company"), "C17", tier="A", on="2026-10-01",
    ...              until="2027-03-31", reason="contract", author="Li", first=True,
    ...              recorded_at=dt.datetime(2026, 10, 1, 9, tzinfo=dt.UTC))
    >>> [(one.customer, one.tier, str(one.until)) for one in overrides_in(journal)]
    [('C17', 'A', '2027-03-31')]
    """
    entries = [*journal.read(kind="override"), *journal.read(kind="release")]
    entries.sort(key=lambda one: one.number)
    # The last version of each stands where the first one stood.
    last = {(one.subject, one.corrects or one.number): one for one in entries}
    made: list[Override] = []
    of: dict[str, int] = {}
    for one in last.values():
        if one.customer is None or one.after is None:
            continue
        if one.kind == "override":
            of[one.customer] = len(made)
            until = to_date(int(one.state["locked_until"]))
            made.append(Override(one.customer, one.after, on=one.valid_on, until=until))
        elif one.customer in of:
            at = of[one.customer]
            was = made[at]
            made[at] = Override(
                was.customer,
                was.tier,
                on=was.on,
                until=was.until,
                released_on=one.valid_on,
            )
    return tuple(made)


@frozen
class Act:
    """One thing that was done by hand, to a customer of a ledger.

    Parameters
    ----------
    day : int
    row : int
        The customer's place in the ledger.
    tier : str or None
        The code of the tier that is set; None where an override is lifted.
    until : int
        Its last day.
    """

    day: int
    row: int
    tier: str | None
    until: int


def acts_of(
    overrides: Journal | Iterable[Override], customers: Array
) -> tuple[tuple[Act, ...], int]:
    """Return what was done by hand, in its order, and how much fits nobody.

    Parameters
    ----------
    overrides : Journal or iterable of Override
    customers : array, shape (n_customers,)
        Ids of a ledger, sorted.

    Returns
    -------
    acts : tuple of Act
    strange : int
        How many overrides are of customers that the ledger does not know.

    Raises
    ------
    SettingError
        When something else is given than overrides.
    """
    listed = (
        overrides_in(overrides) if isinstance(overrides, Journal) else tuple(overrides)
    )
    found: list[tuple[int, int, int, Act]] = []
    strange = 0
    for number, one in enumerate(listed):
        if not isinstance(one, Override):
            raise SettingError(
                Problem(
                    "expected a journal, or overrides",
                    where="overrides",
                    got=f"a {type(one).__name__}",
                    hint="such as Override('C17', 'A', on='2026-04-02', "
                    "until='2026-12-31')",
                )
            )
        row = place_of(one.customer, customers)
        if row is None:
            strange += 1
            continue
        day, until = as_day(one.on), as_day(one.until)
        found.append((day, number, 0, Act(day, row, one.tier, until)))
        if one.released_on is not None:
            day = as_day(one.released_on)
            found.append((day, number, 1, Act(day, row, None, day)))
    found.sort(key=lambda one: one[:3])
    return tuple(act for *_, act in found), strange


def check_tiers(acts: Sequence[Act], tiers: Sequence[str], policy: str) -> None:
    """Refuse overrides into tiers that a policy does not have.

    Raises
    ------
    SettingError
    """
    for act in acts:
        if act.tier is not None and act.tier not in tiers:
            raise SettingError(
                Problem(
                    "a policy has no such tier as was set by hand",
                    where=f"overrides: {policy}",
                    got=repr(act.tier),
                    allowed=", ".join(tiers),
                    hint=did_you_mean(act.tier, tiers),
                )
            )


def by_hand(
    memory: Memory,
    acts: Sequence[Act],
    schedule: Schedule,
    tiers: Sequence[str],
) -> Memory:
    """Return what is remembered after some acts, in their order.

    Parameters
    ----------
    memory : Memory
        Of the customers whose rows the acts name.
    acts : sequence of Act
    schedule : Schedule
    tiers : sequence of str
        Codes, the highest first.
    """
    if not acts:
        return memory
    rows = np.unique([act.row for act in acts])
    some = memory.take(rows)
    for act in acts:
        at = np.searchsorted(rows, [act.row])
        if act.tier is None:
            some = released(some, at)
        else:
            place = tiers.index(act.tier)
            some = overridden(
                some, at, schedule, tier=place, until=act.until, on=act.day
            )
    return memory.put(rows, some)


def within(acts: Sequence[Act], start: int, stop: int) -> tuple[Act, ...]:
    """Return the acts on some rows, which count from there."""
    return tuple(
        Act(act.day, act.row - start, act.tier, act.until)
        for act in acts
        if start <= act.row < stop
    )


def between(acts: Sequence[Act], after: int | None, until: int) -> Iterator[Act]:
    """Yield the acts later than one day and not later than another."""
    for act in acts:
        if (after is None or act.day > after) and act.day <= until:
            yield act
