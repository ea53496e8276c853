"""Who is due: a review calendar for each tier, laid over the tiers held.

The highest tier may be looked at each month and the lowest once a year. Whoever has
reached the day of the next review is due, and whoever has no tier yet is due at once.
The day after that depends on the tier that the review leaves the customer in.

Nobody is due for a period that ended no later than the last one reviewed: who comes
from a tier of quarters into one of months, by hand say, has had those months.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.errors import Problem, SettingError
from custseg.rules.tiers.calendar import Cadence, ReviewCalendar
from custseg.rules.tiers.holding import State, as_column
from custseg.rules.tiers.occasions import Due
from custseg.table import Array

__all__ = ["Schedule"]


@frozen
class Schedule:
    """The review calendars of a policy's tiers.

    Parameters
    ----------
    calendars : tuple of ReviewCalendar
        One for each tier, the highest first.

    Raises
    ------
    SettingError
        When there are fewer than two.

    Examples
    --------
    >>> monthly, yearly = (
    ...     ReviewCalendar(Cadence.MONTHLY), ReviewCalendar(Cadence.YEARLY))
    >>> schedule = Schedule((monthly, yearly, yearly))
    >>> from custseg.periods import as_day, to_date
    >>> due = schedule.due(State.fresh(1), on=as_day("2026-09-10"))
    >>> due.review.tolist(), [str(to_date(day)) for day in due.next_due]
    ([True], ['2026-10-01', '2027-01-01', '2027-01-01'])
    """

    calendars: tuple[ReviewCalendar, ...]

    def __attrs_post_init__(self) -> None:
        if len(self.calendars) < 2:
            raise SettingError(
                Problem(
                    "each tier has a calendar of review",
                    where="Schedule.calendars",
                    got=f"{len(self.calendars)}",
                    allowed="two or more",
                )
            )

    @classmethod
    def same(cls, calendar: ReviewCalendar, *, tiers: int) -> Schedule:
        """Return one calendar for all tiers."""
        return cls((calendar,) * tiers)

    def due(
        self, state: State, *, on: int, joined: NDArray[np.int32] | None = None
    ) -> Due:
        """Return who is reviewed on a day, for which period, and when next.

        Parameters
        ----------
        state : State
        on : int
            Day of the run.
        joined : int32 array, shape (n_customers,), or None
            Day on which each customer joined, wanted where a calendar counts from it.

        Returns
        -------
        Due
            A customer without a tier is reviewed for the period of the lowest.

        Raises
        ------
        SettingError
            When ``joined`` is wanted and missing.
        """
        lowest = len(self.calendars) - 1
        held = np.where(state.tier < 0, np.int8(lowest), state.tier)
        asked = (state.next_due <= on) | (state.tier < 0)
        if not any(calendar.cadence.personal for calendar in self.calendars):
            ended = np.array([calendar.start(on) for calendar in self.calendars])
            coming = [calendar.next_review(on) for calendar in self.calendars]
            period = ended.astype(np.int32).take(held)
            return Due(asked & (state.reviewed < period), period, np.array(coming))
        # A customer's own day makes a row of days for each of them.
        period = np.empty(len(state), dtype=np.int32)
        days = np.empty((len(state), lowest + 1), dtype=np.int32)
        for tier, calendar in enumerate(self.calendars):
            here = held == tier
            # Whoever comes into a tier on this day holds it since then.
            since = np.where(here & (state.tier >= 0), state.since, on)
            if calendar.cadence is Cadence.JOINING:
                since = _joined(joined, len(state))
            days[:, tier] = calendar.next_reviews(on, since=since)
            period[here] = calendar.last_reviews(on, since=since[here])
        return Due(asked & (state.reviewed < period), period, days)


def _joined(joined: Array | None, n: int) -> Array:
    if joined is None:
        raise SettingError(
            Problem(
                "anniversaries of joining need the day of joining",
                where="joined",
                hint="pass joined=..., a day for each customer",
            )
        )
    return as_column(joined, np.int32, where="joined", n=n)
