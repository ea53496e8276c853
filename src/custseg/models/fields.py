"""How one field of a record is checked and kept.

Every function here takes what a caller passed for one field and returns what the
record keeps, or refuses. The rule is the same throughout: exact or refused. Numbers
become ``Decimal`` without rounding, ids become texts without blanks at either end, and
nothing is guessed: the only text that is a day is an ISO date (2026-06-30), True is no
1, NaN is no way to say "not known" (None is).

A function does not know which field it serves. :func:`telling` adds the names, tells
all the wrong fields of a record at once, and takes out what is personal.
"""

from __future__ import annotations

import datetime as dt
import inspect
import math
import operator
import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress
from decimal import Decimal
from functools import wraps
from numbers import Integral
from typing import Any, NoReturn, TypeVar

import attrs

from custseg.errors import DataError, Problem

__all__ = [
    "AttributeValue",
    "Attributes",
    "Number",
    "attributes",
    "code",
    "day",
    "maybe_code",
    "maybe_count",
    "maybe_day",
    "maybe_flags",
    "maybe_latitude",
    "maybe_longitude",
    "maybe_nps",
    "maybe_number",
    "maybe_text",
    "moment",
    "number",
    "telling",
]

Number = Decimal | int | float | str
"""What is accepted where an exact number is kept."""

AttributeValue = str | int | float | bool | Decimal | dt.date | None
"""What a further attribute of a customer may be."""

_Record = TypeVar("_Record")

_is_plain_decimal = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)").fullmatch
_is_iso_day = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch
_DAYS = "datetime.date or ISO text such as '2026-09-30'"
_SHOWN = 60
"""Characters of an offending value that an error quotes."""
_TOP_NPS = 10


class Attributes(Mapping[str, AttributeValue]):
    """Further attributes of a customer by name: read-only, hashable, equal by content.

    Its ``repr`` names the attributes and keeps their values to itself.

    Parameters
    ----------
    values : mapping of str to AttributeValue
        Copied; a later change of the argument changes nothing here.

    Examples
    --------
    >>> further = Attributes({"warehouse_area_m2": 1800, "cities_covered": 3})
    >>> further["cities_covered"], further
    (3, Attributes('cities_covered', 'warehouse_area_m2'))
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, AttributeValue]) -> None:
        self._values = {name: values[name] for name in sorted(values)}

    def __getitem__(self, name: str) -> AttributeValue:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __hash__(self) -> int:
        return hash(frozenset(self._values.items()))

    def __repr__(self) -> str:
        return f"Attributes({', '.join(map(repr, self._values))})"


def _refuse(
    what: str, value: object = None, *, allowed: str = "", hint: str = ""
) -> NoReturn:
    """Raise; the record adds its name and the field's, and hides personal values."""
    if value is None:
        got = "None"
    elif isinstance(value, str | int | float | Decimal | dt.date):
        try:
            got = repr(value)
        except ValueError:  # Python does not write out whole numbers beyond a limit
            got = "a number of thousands of digits"
        if len(got) > _SHOWN:
            got = f"{got[:_SHOWN]}..."
    else:
        got = f"a value of type {type(value).__name__}"
    raise DataError(Problem(what, got=got, allowed=allowed, hint=hint))


def _is_whole(value: object) -> bool:
    """Tell whole numbers of any kind, numpy's among them, from flags."""
    if isinstance(value, int):
        return not isinstance(value, bool)
    return isinstance(value, Integral)


def number(value: Number) -> Decimal:
    """Return a finite number as it was written, without rounding."""
    if isinstance(value, Decimal):
        if value.is_finite():
            return value
    elif isinstance(value, float):
        if math.isfinite(value):  # float's own repr: numpy's names its type
            return Decimal(float.__repr__(value))
    elif isinstance(value, str):
        if _is_plain_decimal(value):
            return Decimal(value)
        _refuse(
            "expected a plain decimal",
            value,
            hint='write digits with an optional sign and point, such as "-1234.50"',
        )
    elif _is_whole(value):
        return Decimal(operator.index(value))
    _refuse(
        "expected a finite number",
        value,
        allowed="Decimal, int, float or a plain decimal as text",
    )


def maybe_number(value: Number | None) -> Decimal | None:
    """Return an exact number, or None where it is not known."""
    return None if value is None else number(value)


def code(value: str | int) -> str:
    """Return an id or a code as text without blanks at either end."""
    if isinstance(value, str):
        bare = value.strip()
        if bare:
            return bare
        _refuse("the text is empty", value)
    if _is_whole(value):
        with suppress(ValueError):  # Python writes no number of thousands of digits
            return str(operator.index(value))
    _refuse("expected a text or a whole number", value)


def maybe_code(value: str | int | None) -> str | None:
    """Return an id or a code, or None where it is blank or not known."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    return code(value)


def maybe_text(value: str | None) -> str | None:
    """Return a text without blanks at either end, or None where that is empty."""
    if value is None:
        return None
    if isinstance(value, str):
        return value.strip() or None
    _refuse("expected a text", value)


def _iso_day(text: str) -> dt.date:
    """Read a calendar day of ISO 8601, in its one form with dashes."""
    if _is_iso_day(text):
        with suppress(ValueError):  # 30 February
            return dt.date.fromisoformat(text)
    _refuse("expected a calendar day", text, allowed=_DAYS)


def moment(value: dt.date | str) -> dt.date:
    """Return a day or a point in time as it is; ISO text is a day."""
    # pandas' NaT is a datetime that does not equal itself.
    if isinstance(value, dt.date):  # noqa: SIM102 - mypy trusts the annotation
        if value == value:  # noqa: PLR0124
            return value
    if isinstance(value, str):
        if _is_iso_day(value[:10]) and value[10:11] in {"T", " "}:
            _refuse(
                "expected a calendar day",
                value,
                allowed=_DAYS,
                hint="give a point in time as datetime.fromisoformat(...)",
            )
        return _iso_day(value)
    _refuse("expected a date", value, allowed=f"datetime.datetime, {_DAYS}")


def day(value: dt.date | str) -> dt.date:
    """Return a day, and refuse a point in time: its day depends on the time zone."""
    if type(value) is dt.date:
        return value
    if isinstance(value, dt.datetime):
        _refuse(
            "expected a day, not a point in time",
            value,
            allowed="datetime.date",
            hint="pass its date() in the business time zone",
        )
    if isinstance(value, dt.date):
        return value
    if isinstance(value, str):
        return _iso_day(value)
    _refuse("expected a date", value, allowed=_DAYS)


def maybe_day(value: dt.date | str | None) -> dt.date | None:
    """Return a day, or None where it is blank or not known."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    return day(value)


def maybe_count(value: int | None) -> int | None:
    """Return a whole number from 0 on, or None where it is not known."""
    if value is None:
        return None
    if _is_whole(value) and value >= 0:
        return operator.index(value)
    _refuse("expected a whole number", value, allowed="0, 1, 2, ...")


def maybe_nps(value: int | None) -> int | None:
    """Return an answer from 0 to 10, or None where it is not known."""
    count = maybe_count(value)
    if count is not None and count > _TOP_NPS:
        _refuse("the answer is out of its range", value, allowed=f"0 to {_TOP_NPS}")
    return count


def _degrees(value: float | Decimal | None, most: int) -> float | None:
    if value is None:
        return None
    if not isinstance(value, bool) and isinstance(value, int | float | Decimal):
        try:
            degrees = float(value)
        except (OverflowError, ValueError):  # 10**400, a signalling NaN
            degrees = math.nan
        if -most <= degrees <= most:
            return degrees
    _refuse("expected degrees", value, allowed=f"a number from -{most} to {most}")


def maybe_latitude(value: float | Decimal | None) -> float | None:
    """Return degrees north, or None where they are not known."""
    return _degrees(value, 90)


def maybe_longitude(value: float | Decimal | None) -> float | None:
    """Return degrees east, or None where they are not known."""
    return _degrees(value, 180)


def maybe_flags(
    value: AbstractSet[str] | list[str] | tuple[str, ...] | None,
) -> frozenset[str] | None:
    """Return the marks that are set, or None where nobody looked."""
    if value is None:
        return None
    if not isinstance(value, AbstractSet | list | tuple):
        said = value.replace(";", ",").split(",") if isinstance(value, str) else ()
        marks = [f'"{one.strip()}"' for one in said if one.strip()] or ['"key_account"']
        hint = f"write {{{', '.join(marks)}}}"
        _refuse("expected a set of texts", value, hint=hint)
    given: list[Any] = list(value)
    for mark in given:
        if not isinstance(mark, str) or not mark.strip():
            _refuse("expected a set of texts that are not empty", mark)
    return frozenset(mark.strip() for mark in given)


def attributes(value: Mapping[str, AttributeValue] | None) -> Attributes:
    """Return further attributes, each one plain value, in a mapping of their own."""
    if isinstance(value, Attributes):
        return value
    if value is None:
        return Attributes({})
    if not isinstance(value, Mapping):
        _refuse("expected a mapping of names to values", value)
    return Attributes({_new_name(name): _plain(name, value[name]) for name in value})


def _new_name(name: object) -> str:
    if not isinstance(name, str) or not name or name != name.strip():
        _refuse(
            "the name of an attribute is no text, empty, or has blanks around", name
        )
    return name


def _plain(name: str, value: Any) -> AttributeValue:
    """Refuse without quoting: who knows what a further attribute holds."""
    if isinstance(value, Decimal):
        if value.is_finite():
            return value
    elif isinstance(value, float):
        if math.isfinite(value):
            return float(value)
    elif value is None or isinstance(value, str | int | dt.date):
        if value == value:  # noqa: PLR0124 - NaT again
            return value
    elif _is_whole(value):
        return operator.index(value)
    raise DataError(
        Problem(
            "expected one plain value",
            where=f"[{name!r}]",
            got=f"a value of type {type(value).__name__}",
            allowed="text, finite number, bool, date or None",
        )
    )


def telling(record: type[_Record]) -> type[_Record]:
    """Let the constructor of a record tell every wrong field, by name, at once.

    Nothing is done on the good path; only when a converter has refused are all of
    them asked again, one by one.
    """
    build: Any = record.__init__
    fields: tuple[attrs.Attribute[Any], ...] = attrs.fields(record)  # type: ignore[arg-type]
    signature = inspect.signature(build)
    personal: tuple[str, ...] = record.PERSONAL_FIELDS  # type: ignore[attr-defined]

    def problems(given: Mapping[str, Any]) -> Iterator[Problem]:
        for one in fields:
            if one.name not in given:
                continue
            convert: Any = one.converter
            try:
                convert(given[one.name])
            except DataError as refused:
                for problem in refused.problems:
                    where = f"{record.__name__}.{one.name}{problem.where}"
                    got = "" if one.name in personal else problem.got
                    yield attrs.evolve(problem, where=where, got=got)

    @wraps(build)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807
        try:
            build(self, *args, **kwargs)
        except DataError:
            pass
        else:
            return
        # Raised out here, so that no context hangs on it with a value it must not show.
        raise DataError(*problems(signature.bind(self, *args, **kwargs).arguments))

    record.__init__ = __init__  # type: ignore[method-assign]
    return record
