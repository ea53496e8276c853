"""Days as tables give them: text in a few forms, dates, moments with or without a zone.

Only forms that have one meaning are read. ``03/04/2026`` is the third of April to one
reader and the fourth of March to another, so it counts as unreadable until the caller
says which, with ``date_format``. A moment is cut to a day in the business time zone;
without a zone of its own it is taken as already local.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.errors import Problem, SettingError
from custseg.intake.identifiers import encode
from custseg.intake.raw import DayNumbers, Objects, RawColumn, Values, Words, is_missing
from custseg.periods import day_of
from custseg.table import Array

__all__ = ["Days", "check_zone", "read_days"]

_FIRST = day_of(date(1970, 1, 1))
_LAST = day_of(date(2100, 12, 31))
_EPOCH = date(1970, 1, 1).toordinal()

_TOO_LONG = 10**30
"""From here on a whole number is no day in any form, and may be too long to write."""

_QUARTER = 900
"""Seconds in a quarter of an hour."""

_TEXT = re.compile(
    r"(?P<y>\d{4})(?:"
    r"-(?P<m1>\d{1,2})-(?P<d1>\d{1,2})"
    r"|/(?P<m2>\d{1,2})/(?P<d2>\d{1,2})"
    r"|\.(?P<m3>\d{1,2})\.(?P<d3>\d{1,2})"
    r"|(?P<m4>\d{2})(?P<d4>\d{2})"
    r"|年(?P<m5>\d{1,2})月(?P<d5>\d{1,2})日"
    r")(?:(?:T|\s+|(?<=日))(?P<time>\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)"
    r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)


@frozen(eq=False)
class Days:
    """A column of days, and what could not be taken.

    Parameters
    ----------
    days : int32 array, shape (n_rows,)
        Days since 1970-01-01; 0 where the row is bad.
    missing : bool array, shape (n_rows,)
        Nothing was given.
    bad : bool array, shape (n_rows,)
        Something was given that is no day.
    implausible : bool array, shape (n_rows,)
        A day before 1970 or after 2100.
    """

    days: NDArray[np.int32]
    missing: NDArray[np.bool_]
    bad: NDArray[np.bool_]
    implausible: NDArray[np.bool_]


def check_zone(name: str | None) -> tzinfo | None:
    """Return the time zone of a name of the IANA data base.

    Raises
    ------
    SettingError
        When there is no such zone.

    Examples
    --------
    >>> str(check_zone("Asia/Shanghai")), check_zone(None)
    ('Asia/Shanghai', None)
    """
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError, TypeError):
        raise SettingError(
            Problem(
                "unknown time zone",
                where="time_zone",
                got=repr(name),
                allowed="an IANA name such as 'Asia/Shanghai' or 'Europe/London'",
            )
        ) from None


def read_days(
    column: RawColumn,
    *,
    zone: tzinfo | None = None,
    date_format: str | None = None,
    where: str = "date",
) -> Days:
    """Read a column of days.

    Parameters
    ----------
    column : RawColumn, n_rows long
    zone : tzinfo or None
        The business time zone; needed where moments carry a zone of their own.
    date_format : str or None
        A ``strptime`` form for texts; without it the unambiguous forms are read:
        2026-09-30, 2026/9/30, 2026.9.30, 20260930, 2026年9月30日, each with a time
        behind it if wanted.
    where : str
        Table and column, for errors.

    Raises
    ------
    SettingError
        When moments carry a zone and no business time zone is given.

    Examples
    --------
    >>> texts = Objects(np.array(["2026-06-30", "03/04/2026", None], dtype=object))
    >>> read = read_days(texts)
    >>> read.days.tolist(), read.bad.tolist(), read.missing.tolist()
    ([20634, 0, 0], [False, True, False], [False, False, True])
    """
    if isinstance(column, DayNumbers):
        return _from_numbers(column)
    if isinstance(column, Values) and column.values.dtype.kind not in "iu":
        return _from_values(column, zone, where)
    if isinstance(column, Objects):
        items = column.values.tolist()
        if set(map(type, items)) == {date}:  # as records and databases give them
            return _from_dates(items)
        return _from_items(items, zone, date_format, where)
    if isinstance(column, Words):
        codes, words = column.codes, column.words
    else:  # texts, or whole numbers such as 20260930: each distinct one is read once
        done = encode(column)
        codes, words = done.codes, done.texts()
    of_word = _from_items([*words.tolist(), None], zone, date_format, where)
    at = np.where(codes < 0, len(words), codes)
    return Days(
        of_word.days[at],
        of_word.missing[at],
        of_word.bad[at],
        of_word.implausible[at],
    )


def _from_dates(items: list[date]) -> Days:
    ordinals = np.fromiter(map(date.toordinal, items), np.int32, len(items))
    return _from_numbers(DayNumbers(ordinals - np.int32(_EPOCH)))


def _from_numbers(column: DayNumbers) -> Days:
    days = column.days.copy()  # the frame's own, who may write into it
    none = np.zeros(len(days), dtype=np.bool_)
    missing = none if column.known is None else ~column.known
    if not len(days) or (days.min() >= _FIRST and days.max() <= _LAST):
        return Days(days, missing, none, none)
    odd = (days < _FIRST) | (days > _LAST)
    return Days(np.where(odd, np.int32(0), days), missing, none, odd & ~missing)


def _from_values(column: Values, zone: tzinfo | None, where: str) -> Days:
    values = column.values
    none = np.zeros(len(values), dtype=np.bool_)
    missing = none if column.known is None else ~column.known
    if values.dtype.kind != "M":
        days = np.zeros(len(values), dtype=np.int32)
        nan = np.isnan(values) if values.dtype.kind == "f" else none
        return Days(days, missing | nan, ~(missing | nan), none)
    empty = np.isnat(values)
    if empty.any():
        missing = missing | empty
        values = np.where(empty, np.datetime64(0, "D").astype(values.dtype), values)
    if column.aware and len(values):
        values = _to_local(values, _need(zone, where))
    days64 = values.astype("datetime64[D]").view(np.int64)
    odd = (days64 < _FIRST) | (days64 > _LAST)
    if not odd.any():
        return Days(days64.astype(np.int32), missing, none, none)
    return Days(
        np.where(odd, 0, days64).astype(np.int32), missing, none, odd & ~missing
    )


def _need(zone: tzinfo | None, where: str) -> tzinfo:
    if zone is None:
        raise SettingError(
            Problem(
                "the moments carry a time zone, so the day depends on the place",
                where=where,
                hint="say in which zone the business counts its days, such as "
                "time_zone='Asia/Shanghai'",
            )
        )
    return zone


def _to_local(moments: Array, zone: tzinfo) -> Array:
    """Shift UTC moments to local ones; zones change on quarter hours of UTC only."""
    seconds = moments.astype("datetime64[s]")
    # A week beyond either end is implausible in every zone, and needs no shift.
    low, high = (np.datetime64(day, "D") for day in (_FIRST - 7, _LAST + 7))
    near = (seconds >= low) & (seconds <= high)
    first = int(low.astype(seconds.dtype).astype(np.int64)) // _QUARTER
    inside = np.where(near, seconds, low).view(np.int64) // _QUARTER - first
    present = np.zeros(int(inside.max()) + 1, dtype=np.bool_)
    present[inside] = True
    shift = np.zeros(len(present), dtype=np.int64)
    for step in np.flatnonzero(present).tolist():
        moment = datetime.fromtimestamp((first + step) * _QUARTER, UTC)
        offset = moment.astimezone(zone).utcoffset()
        shift[step] = 0 if offset is None else int(offset.total_seconds())
    local: Array = seconds + np.where(near, shift[inside], 0).astype("timedelta64[s]")
    return local


def _from_items(
    items: list[object], zone: tzinfo | None, date_format: str | None, where: str
) -> Days:
    n = len(items)
    days = np.zeros(n, dtype=np.int32)
    missing = np.zeros(n, dtype=np.bool_)
    bad = np.zeros(n, dtype=np.bool_)
    implausible = np.zeros(n, dtype=np.bool_)
    for row, item in enumerate(items):
        if is_missing(item) or (isinstance(item, str) and not item.strip()):
            missing[row] = True
            continue
        day = _one(item, zone, date_format, where)
        if day is None:
            bad[row] = True
        elif _FIRST <= day <= _LAST:
            days[row] = day
        else:
            implausible[row] = True
    return Days(days, missing, bad, implausible)


def _one(
    item: object, zone: tzinfo | None, date_format: str | None, where: str
) -> int | None:
    """Return the day of one item that is not missing, None where it is no day."""
    if type(item) is date:
        return day_of(item)
    if isinstance(item, np.datetime64):
        return int(item.astype("datetime64[D]").astype(np.int64))
    if isinstance(item, np.integer):
        item = int(item)
    if isinstance(item, int) and abs(item) >= _TOO_LONG:
        return None
    if isinstance(item, str | int) and not isinstance(item, bool):
        item = _parsed(str(item), date_format)
    if isinstance(item, datetime) and item.tzinfo is not None:
        with suppress(OverflowError):  # at either end of the calendar
            item = item.astimezone(_need(zone, where))
    return day_of(item) if isinstance(item, date) else None


def _parsed(text: str, date_format: str | None) -> datetime | date | None:
    text = text.strip()
    try:
        if date_format is not None:
            return datetime.strptime(text, date_format)  # noqa: DTZ007 - local
        found = _TEXT.fullmatch(text)
        if found is None:
            return None
        month = next(filter(None, found.group("m1", "m2", "m3", "m4", "m5")))
        day = next(filter(None, found.group("d1", "d2", "d3", "d4", "d5")))
        when = date(int(found["y"]), int(month), int(day))
        if found["time"] is None:
            return when
        clock = found["time"] if found["time"][1] != ":" else "0" + found["time"]
        return datetime.fromisoformat(f"{when}T{clock[:15]}{found['zone'] or ''}")
    except (ValueError, OverflowError):
        return None
