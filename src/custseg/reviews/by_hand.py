"""What an override makes of what is remembered: the tier, the lock, the next review.

An override that is put down in a journal and one that is replayed on the past have to
leave the same behind, so both do it here. The tier is set and locked; and where it is
another one, the customer's next review is due by the calendar of the new tier.

Limits: whose review is due already stays due. A calendar that counts from the day of
joining says nothing new here, since that day is not known.
"""

from __future__ import annotations

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

from custseg.rules.tiers.calendar import Cadence
from custseg.rules.tiers.deciding import Memory
from custseg.rules.tiers.holding import State, lift_override, put_override
from custseg.rules.tiers.schedule import Schedule

__all__ = ["overridden", "released"]


def overridden(
    memory: Memory,
    rows: NDArray[np.int64],
    schedule: Schedule,
    *,
    tier: int,
    until: int,
    on: int,
) -> Memory:
    """Return what is remembered after a person has set a tier.

    Parameters
    ----------
    memory : Memory
    rows : int array
        The positions of the customers.
    schedule : Schedule
        Of the policy.
    tier : int
        0 is the highest.
    until, on : int
        The last and the first day.

    Raises
    ------
    SettingError
        When the tier is none, or the override ends before it begins.

    Examples
    --------
    >>> from custseg.rules.tiers.calendar import Cadence, ReviewCalendar
    >>> schedule = Schedule.same(ReviewCalendar(Cadence.QUARTERLY), tiers=3)
    >>> after = overridden(Memory.fresh(2), np.array([1]), schedule, tier=0,
    ...                    until=20_700, on=20_634)
    >>> after.state.tier.tolist(), after.state.locked_until.tolist()[1]
    ([-1, 0], 20700)
    """
    was = memory.state
    state = put_override(was, rows, tier=tier, until=until, on=on)
    other = rows[was.tier[rows] != tier]
    return evolve(memory, state=_by_calendar_of(state, other, schedule, tier, on))


def released(memory: Memory, rows: NDArray[np.int64]) -> Memory:
    """Return what is remembered after overrides were lifted; the tiers stay."""
    return evolve(memory, state=lift_override(memory.state, rows))


def _by_calendar_of(
    state: State, rows: NDArray[np.int64], schedule: Schedule, tier: int, on: int
) -> State:
    """Return the state with the next reviews by the calendar of a tier."""
    calendar = schedule.calendars[tier]
    rows = rows[state.next_due[rows] > on]
    if not len(rows) or calendar.cadence is Cadence.JOINING:
        return state
    next_due = state.next_due.copy()
    since = np.full(len(rows), on, dtype=np.int32)
    next_due[rows] = calendar.next_reviews(on, since=since)
    return evolve(state, next_due=next_due)
