"""When tiers are reviewed, and which period a review counts for.

A review looks back: it falls on the first day of a period, sees the facts as of the day
before, and counts for the period that has just ended. The review of 1 October is that
of the third quarter; one that runs late, or that a trigger asks for in November, counts
for the third quarter too, because that is the last whole one.

Periods are months, quarters, half-years or years of the calendar or of the seller's
fiscal year, or years from each customer's own day: the day of joining, or that of the
tier. The anniversary of 29 February is 28 February in other years, and a fiscal year is
named after the calendar year in which it ends, unless it is asked for otherwise. Days
are days since 1970-01-01; nothing here knows today.
"""

from __future__ import annotations

from enum import Enum
from typing import Literal

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from custseg.errors import Problem, SettingError
from custseg.periods import FiscalCalendar, to_date
from custseg.table import Array

__all__ = ["Cadence", "ReviewCalendar"]

_A_MONTH = np.timedelta64(1, "M")


class Cadence(Enum):
    """How often reviews come.

    Examples
    --------
    >>> Cadence("quarterly").months
    3
    """

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half-yearly"
    YEARLY = "yearly"
    JOINING = "anniversary of joining"
    TIER = "anniversary of the tier"

    @property
    def months(self) -> int:
        """The length of a period."""
        return _MONTHS[self.value]

    @property
    def personal(self) -> bool:
        """Whether periods run from a day of the customer's own."""
        return self in {Cadence.JOINING, Cadence.TIER}


_MONTHS = {"monthly": 1, "quarterly": 3, "half-yearly": 6}
_MONTHS |= {"yearly": 12, Cadence.JOINING.value: 12, Cadence.TIER.value: 12}


@frozen
class ReviewCalendar:
    """The days of review of one cadence.

    Parameters
    ----------
    cadence : Cadence
    fiscal : FiscalCalendar or None
        Periods of the seller's year; None for those of the calendar.
    year_named_after : {"end", "start"}
        Which of its two calendar years names a fiscal year.

    Raises
    ------
    SettingError
        When a fiscal year is given with anniversaries, or a name is none of the two.

    Examples
    --------
    >>> from custseg.periods import as_day
    >>> quarters = ReviewCalendar(Cadence.QUARTERLY)
    >>> review = quarters.next_review(as_day("2026-08-20"))
    >>> to_date(review), quarters.period_of(quarters.counts_for(review))
    (datetime.date(2026, 10, 1), '2026-Q3')
    """

    cadence: Cadence
    fiscal: FiscalCalendar | None = field(default=None, kw_only=True)
    year_named_after: Literal["end", "start"] = field(default="end", kw_only=True)

    def __attrs_post_init__(self) -> None:
        problems = []
        if self.year_named_after not in {"end", "start"}:
            problems.append(
                Problem(
                    "a fiscal year is named after its end or its start",
                    where="ReviewCalendar.year_named_after",
                    got=repr(self.year_named_after),
                    allowed="'end', 'start'",
                )
            )
        if self.cadence.personal and self.fiscal is not None:
            problems.append(
                Problem(
                    "an anniversary knows no fiscal year",
                    where="ReviewCalendar.fiscal",
                    got=f"starting in month {self.fiscal.start_month}",
                    hint="leave out fiscal=..., or choose another cadence",
                )
            )
        if problems:
            raise SettingError(*problems)

    def period_of(self, day: int, *, since: int | None = None) -> str:
        """Return the name of the period in which a day falls.

        Parameters
        ----------
        day : int
        since : int or None
            The customer's own day, wanted for anniversaries.

        Returns
        -------
        str
            Such as ``"2026-09"``, ``"2026-Q3"``, ``"2026-H2"``, ``"2026"``; of fiscal
            periods ``"FY2026-Q2"``, months apart, which have their own names; of
            anniversaries the year from a day on, as ISO 8601 writes it:
            ``"2025-07-15/P1Y"``.

        Examples
        --------
        >>> from custseg.periods import as_day
        >>> april = ReviewCalendar(Cadence.QUARTERLY, fiscal=FiscalCalendar(4))
        >>> april.period_of(as_day("2026-08-20"))
        'FY2027-Q2'
        """
        start = self.start(day, since=since)
        begins = to_date(start)
        if self.cadence.personal:
            return f"{begins}/P1Y"
        if self.cadence is Cadence.MONTHLY:
            return f"{begins:%Y-%m}"
        year = to_date(self._fiscal.start(start, months=12))
        number = year.year
        if self.fiscal and year.month > 1 and self.year_named_after == "end":
            number += 1
        name = f"FY{number:04}" if self.fiscal else f"{number:04}"
        part = ((begins.month - year.month) % 12) // self.cadence.months + 1
        letter = {Cadence.QUARTERLY: "Q", Cadence.HALF_YEARLY: "H"}.get(self.cadence)
        return f"{name}-{letter}{part}" if letter else name

    def start(self, day: int, *, since: int | None = None) -> int:
        """Return the first day of the period in which a day falls."""
        if self.cadence.personal:
            return int(_anniversary(_own(since), np.array([day]), later=0)[0])
        return self._fiscal.start(day, months=self.cadence.months)

    def counts_for(self, on: int, *, since: int | None = None) -> int:
        """Return the first day of the last whole period before a day of review.

        Before the first anniversary it is the year that ended with the customer's own
        day, so that there is always one.

        Examples
        --------
        >>> from custseg.periods import as_day
        >>> months = ReviewCalendar(Cadence.MONTHLY)
        >>> to_date(months.counts_for(as_day("2026-10-20")))
        datetime.date(2026, 9, 1)
        """
        if self.cadence.personal:
            return int(_anniversary(_own(since), np.array([on]), later=-1)[0])
        return self.start(self.start(on) - 1)

    def due_on(self, day: int, *, since: int | None = None) -> bool:
        """Tell whether a review falls on a day."""
        return self.next_review(day - 1, since=since) == day

    def next_review(self, after: int, *, since: int | None = None) -> int:
        """Return the first day of review later than a day.

        Examples
        --------
        >>> from custseg.periods import as_day
        >>> own = ReviewCalendar(Cadence.JOINING)
        >>> to_date(own.next_review(as_day("2026-03-01"), since=as_day("2024-02-29")))
        datetime.date(2027, 2, 28)
        """
        if self.cadence.personal:
            return int(self.next_reviews(after, since=np.array([_own(since)[0]]))[0])
        # The longest period of so many months ends within so many days.
        return self.start(self.start(after) + 31 * self.cadence.months)

    def next_reviews(
        self, after: int, *, since: NDArray[np.int32]
    ) -> NDArray[np.int32]:
        """Return the first day of review later than a day, for many customers.

        Parameters
        ----------
        after : int
        since : int32 array, shape (n_customers,)
            Each customer's own day; only anniversaries read it.

        Returns
        -------
        int32 array, shape (n_customers,)
        """
        if not self.cadence.personal:
            return np.full(len(since), self.next_review(after), dtype=np.int32)
        # Who joins later has the first anniversary a year after joining.
        return _anniversary(since, np.maximum(since, after), later=1)

    def last_reviews(self, on: int, *, since: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return the last day of review up to a day, for many customers.

        The last whole period ended before it. Of two calendars, a month and a quarter
        may begin alike, but what has been looked back on by a day is told by the day.
        """
        if not self.cadence.personal:
            return np.full(len(since), self.start(on), dtype=np.int32)
        return _anniversary(since, np.full(len(since), on), later=0)

    def reviews_between(
        self, first: int, last: int, *, since: int | None = None
    ) -> list[int]:
        """Return the days of review from a first to a last day, both included.

        Examples
        --------
        >>> from custseg.periods import as_day
        >>> halves = ReviewCalendar(Cadence.HALF_YEARLY)
        >>> year = as_day("2026-01-01"), as_day("2027-01-01")
        >>> [str(to_date(day)) for day in halves.reviews_between(*year)]
        ['2026-01-01', '2026-07-01', '2027-01-01']
        """
        days = []
        day = self.next_review(first - 1, since=since)
        while day <= last:
            days.append(day)
            day = self.next_review(day, since=since)
        return days

    @property
    def _fiscal(self) -> FiscalCalendar:
        return self.fiscal or FiscalCalendar()


def _own(since: int | None) -> Array:
    if since is None:
        raise SettingError(
            Problem(
                "an anniversary is counted from a day of the customer's own",
                where="since",
                hint="pass the day of joining, or since when the tier is held",
            )
        )
    return np.array([since])


def _anniversary(since: Array, day: Array, *, later: int) -> NDArray[np.int32]:
    """Return the anniversary at or before a day, so many years later."""
    begins = since.astype("datetime64[D]")
    month = begins.astype("datetime64[M]")
    offset = (begins - month.astype("datetime64[D]")).astype(np.int64)
    years = day.astype("datetime64[D]").astype("datetime64[Y]").astype(
        np.int64
    ) - begins.astype("datetime64[Y]").astype(np.int64)
    reached = _clipped(month + 12 * years, offset)
    years -= reached > day
    return _clipped(month + 12 * (years + later), offset).astype(np.int32)


def _clipped(month: Array, offset: Array) -> Array:
    """Return a day of months, or their last day where they are too short."""
    first = month.astype("datetime64[D]").astype(np.int64)
    length = (month + _A_MONTH).astype("datetime64[D]").astype(np.int64) - first
    clipped: Array = first + np.minimum(offset, length - 1)
    return clipped
