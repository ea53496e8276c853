"""The days of an evaluation: which periods the data cover, and which they do not.

A grading of 1 July rests on what was known up to 30 June, and is judged by the period
that begins on 1 July. Beside it stands the period of the same length that ended on 30
June. Half a period says nothing that could be compared, so a day counts only where the
data cover all of the period after it.

The method: data begin with the first sale of the ledger, and end on the day before
``until``, by default on that of the last sale. A period before the day that begins
sooner leaves what is said of it unknown. A further table, such as that of costs, is
taken to begin with its own first row, and to end with the sales.

Limits: nobody can tell from rows alone whether a quiet week was quiet or is missing.
Who knows that the sales of a branch, or the costs of a year, were not recorded must
choose the days accordingly.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from attrs import frozen

from custseg.errors import Problem, SettingError
from custseg.ledger import Ledger
from custseg.periods import Window, WindowKind, as_day, to_date

__all__ = ["Cover", "Span", "checked_days", "cover_of", "covered"]


@frozen
class Span:
    """One day of an evaluation, with the periods around it.

    Parameters
    ----------
    on : int
        The day of the grading; the period after it begins on this day, the period
        before it ends on the day before.
    days : int
        How long each of the two is.

    Examples
    --------
    >>> span = Span(20_635, 365)
    >>> to_date(span.on), to_date(span.seen), to_date(span.last)
    (datetime.date(2026, 7, 1), datetime.date(2026, 6, 30), datetime.date(2027, 6, 30))
    """

    on: int
    days: int

    @property
    def begins(self) -> int:
        """The first day of the period before."""
        return self.on - self.days

    @property
    def seen(self) -> int:
        """The last day of the period before, up to which facts are known."""
        return self.on - 1

    @property
    def last(self) -> int:
        """The last day of the period after."""
        return self.on + self.days - 1

    @property
    def window(self) -> Window:
        """Either period, as seen from its last day."""
        return Window(WindowKind.ROLLING, self.days)


@frozen
class Cover:
    """From when to when the data are taken to tell of everything.

    Parameters
    ----------
    first : int
        The first day.
    until : int
        The day after the last one.
    tables : tuple of (str, int)
        Other tables with rows, each with its first day.
    """

    first: int
    until: int
    tables: tuple[tuple[str, int], ...] = ()

    def tells(self, table: str, begins: int) -> bool:
        """Say whether a table tells of a period that begins on a day."""
        if table == "sales":
            return self.first <= begins
        named = dict(self.tables)
        return table in named and named[table] <= begins


def cover_of(ledger: Ledger, until: dt.date | str | None) -> Cover:
    """Return from when to when a ledger is taken to tell of everything.

    Parameters
    ----------
    ledger : Ledger
    until : date, str or None
        The day after the last that is covered; None is the day after the last sale.

    Raises
    ------
    SettingError
        When the ledger has no sale.
    """
    day = ledger.history.day
    if not len(day):
        raise SettingError(
            Problem("there is nothing to evaluate", where="ledger", got="no sales")
        )
    tables = tuple(
        (name, int(ledger.tables[name].day.min()))
        for name in ("costs", "feedback")
        if name in ledger.tables.given and len(ledger.tables[name])
    )
    end = int(day.max()) + 1 if until is None else as_day(until, where="until")
    return Cover(int(day.min()), end, tables)


def checked_days(days: object) -> int:
    """Return how long a period is.

    Raises
    ------
    SettingError
        When it is no whole number of one or more.
    """
    whole = isinstance(days, int | np.integer) and not isinstance(days, bool)
    if not whole or int(days) < 1:  # type: ignore[call-overload]
        raise SettingError(
            Problem(
                "a period is a whole number of days",
                where="days",
                got=repr(days),
                allowed="1 or more, such as 365",
            )
        )
    return int(days)  # type: ignore[call-overload, no-any-return]


def covered(
    dates: Iterable[dt.date | str], days: int, cover: Cover
) -> tuple[tuple[Span, ...], tuple[int, ...]]:
    """Return the days that can be judged, and those that cannot.

    Parameters
    ----------
    dates : iterable of date or str
        In any order; the same day counts once.
    days : int, >= 1
    cover : Cover

    Returns
    -------
    spans : tuple of Span, rising
    left_out : tuple of int, rising
        Days before which nothing is known, or after which the period is not covered.

    Raises
    ------
    SettingError
        When there is no day, or none that can be judged.

    Examples
    --------
    >>> cover = Cover(first=100, until=200)
    >>> spans, left_out = covered(["1970-06-01", "1970-06-10"], 45, cover)
    >>> [span.on for span in spans], left_out
    ([151], (160,))
    """
    given: Any = [dates] if isinstance(dates, str | dt.date) else dates
    every = sorted({as_day(one, where="dates") for one in given})
    if not every:
        raise SettingError(
            Problem("expected one or more days", where="dates", got="none")
        )
    fits = [on for on in every if cover.first < on and on + days <= cover.until]
    if not fits:
        raise SettingError(
            Problem(
                f"after none of these days the data cover {days:,} days",
                where="dates",
                got=_said(every),
                allowed=_allowed(cover, days),
                hint="choose earlier days or a shorter period",
            )
        )
    left_out = tuple(on for on in every if on not in fits)
    return tuple(Span(on, days) for on in fits), left_out


def _said(every: Sequence[int]) -> str:
    some = [str(to_date(on)) for on in every]
    return ", ".join(some if len(some) <= 4 else [*some[:2], "...", some[-1]])


def _allowed(cover: Cover, days: int) -> str:
    first, last = cover.first + 1, cover.until - days
    if last < first:
        return f"none: the data cover {cover.until - cover.first:,} days"
    return f"{to_date(first)} to {to_date(last)}"
