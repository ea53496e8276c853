"""The days of a made-up trade: three years, and the days on which it is closed.

Days are counted from 0, the first of the data. A trade is closed on Sundays and over
Spring Festival; who would come then comes when it opens again.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from attrs import frozen

__all__ = ["SPRING_FESTIVALS", "SUNDAY", "Calendar", "calendar_to"]

SPRING_FESTIVALS: Final = (
    (dt.date(2024, 2, 9), dt.date(2024, 2, 17)),
    (dt.date(2025, 1, 28), dt.date(2025, 2, 4)),
    (dt.date(2026, 2, 16), dt.date(2026, 2, 23)),
)
"""The first and last closed day of each."""

SUNDAY: Final = 6


@frozen
class Calendar:
    """Three years up to a day.

    Parameters
    ----------
    first, last : date
    opened : tuple of int
        For each day the first open one from it on; the last day is open.
    """

    first: dt.date
    last: dt.date
    opened: tuple[int, ...]

    @property
    def end(self) -> int:
        """The number of the last day."""
        return len(self.opened) - 1

    def day(self, year: int, month: int, day: int = 1) -> int:
        """Return the number of a date, under 0 before the first day."""
        return (dt.date(year, month, day) - self.first).days

    def date(self, day: int) -> dt.date:
        """Return the date of a day, outside the three years too."""
        return self.first + dt.timedelta(days=day)


def calendar_to(last: dt.date) -> Calendar:
    """Return the three years that end with a day.

    Examples
    --------
    >>> calendar = calendar_to(dt.date(2026, 6, 30))
    >>> calendar.first.isoformat(), calendar.end
    ('2023-07-01', 1095)
    >>> sunday = calendar.day(2026, 6, 28)
    >>> calendar.opened[sunday] - sunday
    1
    """
    first = last.replace(year=last.year - 3) + dt.timedelta(days=1)
    end = (last - first).days
    opened = [end] * (end + 1)
    for day in range(end - 1, -1, -1):
        date = first + dt.timedelta(days=day)
        closed = any(begin <= date <= until for begin, until in SPRING_FESTIVALS)
        closed = closed or date.weekday() == SUNDAY
        opened[day] = opened[day + 1] if closed else day
    return Calendar(first, last, tuple(opened))
