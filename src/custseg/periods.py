"""Days, windows and calendars, without a clock.

A day is a whole number of days since 1970-01-01. A :class:`Window` is a rule such as
"365 days" or "last quarter"; on a given day it becomes a half-open range of days
``(after, through]``. Nothing here knows what today is: every reference day is given.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime, timedelta
from enum import Enum

import numpy as np
from attrs import field, frozen

from custseg.errors import Problem, SettingError

__all__ = [
    "DISTANT_PAST",
    "FiscalCalendar",
    "Window",
    "WindowKind",
    "as_day",
    "day_of",
    "to_date",
]

_EPOCH = date(1970, 1, 1)

DISTANT_PAST = -(2**31)
"""A day before every other: where a lifetime begins."""


def day_of(when: date) -> int:
    """Return a date as days since 1970-01-01.

    Examples
    --------
    >>> day_of(date(1970, 1, 2)), day_of(date(2026, 6, 30))
    (1, 20634)
    """
    return (date(when.year, when.month, when.day) - _EPOCH).days


def to_date(day: int) -> date:
    """Return days since 1970-01-01 as a date.

    Raises
    ------
    SettingError
        When the calendar has no such day: what comes before a first day may be none.

    Examples
    --------
    >>> to_date(20634)
    datetime.date(2026, 6, 30)
    """
    try:
        return _EPOCH + timedelta(days=int(day))
    except OverflowError:
        raise SettingError(
            Problem(
                "the calendar has no such day",
                got=f"{day:,} days from {_EPOCH} on",
                allowed=f"{date.min} to {date.max}",
            )
        ) from None


def as_day(value: object, *, where: str = "as_of") -> int:
    """Read a calendar day as an argument gives it.

    Parameters
    ----------
    value : date, str or numpy.datetime64
        A date, text such as ``"2026-09-30"``, or a ``datetime`` or ``datetime64`` at
        midnight without a time zone (as pandas hands out). A ``datetime64`` of a month
        or a week is no day.
    where : str
        The argument's name, for the error.

    Returns
    -------
    int
        Days since 1970-01-01.

    Raises
    ------
    SettingError
        When the value is no calendar day, or is a moment with a time or a zone.

    Examples
    --------
    >>> as_day("2026-06-30") == as_day(date(2026, 6, 30)) == 20634
    True
    """
    if isinstance(value, np.datetime64) and _is_midnight(value):
        value = value.astype("datetime64[D]").item()
    if isinstance(value, str) and _DAY.fullmatch(value.strip()):
        with suppress(ValueError):  # the 30th of February
            value = date.fromisoformat(value.strip())
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second, value.microsecond)
        if value.tzinfo is None and midnight == (0, 0, 0, 0) and value == value:  # noqa: PLR0124
            return day_of(value)
    elif isinstance(value, date):
        return day_of(value)
    raise SettingError(
        Problem(
            "expected a calendar day",
            where=where,
            got=repr(value),
            allowed="a date or text such as '2026-09-30', without time or zone",
        )
    )


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _is_midnight(moment: np.datetime64) -> bool:
    coarse = np.datetime_data(moment.dtype)[0] in {"Y", "M", "W", "generic"}
    return not coarse and bool(moment == moment.astype("datetime64[D]"))


@frozen
class FiscalCalendar:
    """The month in which the seller's year begins.

    Parameters
    ----------
    start_month : int, 1 to 12
        1 is the calendar year.

    Examples
    --------
    >>> to_date(FiscalCalendar(start_month=4).start(as_day("2026-02-10"), months=12))
    datetime.date(2025, 4, 1)
    """

    start_month: int = 1

    def __attrs_post_init__(self) -> None:
        if not 1 <= self.start_month <= 12:
            raise SettingError(
                Problem(
                    "a fiscal year begins in one of twelve months",
                    where="FiscalCalendar.start_month",
                    got=str(self.start_month),
                    allowed="1 to 12",
                )
            )

    def start(self, day: int, *, months: int) -> int:
        """Return the first day of the period of 1, 3, 6 or 12 months around a day."""
        when = to_date(day)
        since = (when.month - self.start_month) % 12
        back = since % months
        return _month_start(when.year * 12 + when.month - 1 - back)


def _month_start(month: int) -> int:
    return day_of(date(month // 12, month % 12 + 1, 1))


def _months_before(day: int, months: int) -> int:
    """Go back whole months; the 31st becomes the last day of a shorter month."""
    when = to_date(day)
    month = when.year * 12 + when.month - 1 - months
    last = _month_start(month + 1) - 1
    return min(_month_start(month) + when.day - 1, last)


def _year_before(day: int) -> int:
    """Go back a year; the last day of a month becomes the last day of that month."""
    if to_date(day + 1).day == 1:
        return _months_before(day + 1, 12) - 1
    return _months_before(day, 12)


class WindowKind(Enum):
    """How a window is drawn."""

    ROLLING = "rolling"
    TO_DATE = "to date"
    LAST = "last"
    LIFETIME = "lifetime"


_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}

_ALLOWED = (
    "'365 days', 'month | quarter | half | year to date', 'last month | quarter | half "
    "| year', each with 'fiscal' before the period if wanted, or 'lifetime'; "
    "then, if wanted, ', a year earlier'"
)

_PATTERN = re.compile(
    r"(?:(?P<days>\d{1,5}) days?"
    r"|(?P<last>last )?(?P<fiscal>fiscal )?(?P<period>month|quarter|half|year)"
    r"(?P<to_date> to date)?"
    r"|(?P<lifetime>lifetime))"
    r"(?P<earlier>,? a year earlier)?"
)


@frozen(cache_hash=True)
class Window:
    """A range of days that moves with the reference day.

    Parameters
    ----------
    kind : WindowKind
    length : int
        Days for ``ROLLING``, months for ``TO_DATE`` and ``LAST``, 0 for ``LIFETIME``.
    fiscal : bool
        Whether periods follow the fiscal calendar instead of the calendar year.
    a_year_earlier : bool
        Shift the range back: rolling days by 365 days, periods by twelve months.

    Examples
    --------
    >>> window = Window.parse("last quarter")
    >>> after, through = window.bounds(as_day("2026-06-30"))
    >>> to_date(after + 1), to_date(through)
    (datetime.date(2026, 1, 1), datetime.date(2026, 3, 31))
    >>> str(Window.parse("90 days, a year earlier"))
    '90 days, a year earlier'
    """

    kind: WindowKind
    length: int = 0
    fiscal: bool = field(default=False, kw_only=True)
    a_year_earlier: bool = field(default=False, kw_only=True)

    @classmethod
    def parse(cls, text: str, *, where: str = "window") -> Window:
        """Read a window as a policy writes it.

        Raises
        ------
        SettingError
            When the text is none of the known forms, or the window is empty.
        """
        found = _PATTERN.fullmatch(" ".join(text.split()))
        if found is not None:
            earlier = found["earlier"] is not None
            if found["days"] is not None and int(found["days"]) > 0:
                return cls(
                    WindowKind.ROLLING, int(found["days"]), a_year_earlier=earlier
                )
            if found["lifetime"] and not earlier:
                return cls(WindowKind.LIFETIME)
            if found["period"] and bool(found["last"]) != bool(found["to_date"]):
                return cls(
                    WindowKind.LAST if found["last"] else WindowKind.TO_DATE,
                    _MONTHS[found["period"]],
                    fiscal=found["fiscal"] is not None,
                    a_year_earlier=earlier,
                )
        raise SettingError(
            Problem("this is no window", where=where, got=repr(text), allowed=_ALLOWED)
        )

    def bounds(
        self, as_of: int, *, fiscal: FiscalCalendar | None = None
    ) -> tuple[int, int]:
        """Return ``(after, through)``: the window holds ``after < day <= through``.

        Parameters
        ----------
        as_of : int
            The reference day.
        fiscal : FiscalCalendar or None
            Needed for fiscal windows; the calendar year where not given.
        """
        if self.kind is WindowKind.LIFETIME:
            return DISTANT_PAST, as_of
        if self.kind is WindowKind.ROLLING:
            through = as_of - 365 if self.a_year_earlier else as_of
            return through - self.length, through
        calendar = fiscal if self.fiscal and fiscal else FiscalCalendar()
        start, through = calendar.start(as_of, months=self.length), as_of
        if self.kind is WindowKind.LAST:
            start, through = _months_before(start, self.length), start - 1
        if self.a_year_earlier:
            start, through = _months_before(start, 12), _year_before(through)
        return start - 1, through

    def a_year_before(self) -> Window:
        """Return the same window a year earlier."""
        return Window(self.kind, self.length, fiscal=self.fiscal, a_year_earlier=True)

    def __str__(self) -> str:
        if self.kind is WindowKind.LIFETIME:
            return "lifetime"
        if self.kind is WindowKind.ROLLING:
            text = f"{self.length} days"
        else:
            period = next(name for name, n in _MONTHS.items() if n == self.length)
            period = f"fiscal {period}" if self.fiscal else period
            last = self.kind is WindowKind.LAST
            text = f"last {period}" if last else f"{period} to date"
        return f"{text}, a year earlier" if self.a_year_earlier else text
