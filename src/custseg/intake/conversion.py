"""One column of a foreign table, converted by the kind that the contract gives it.

What is left is exact: whole days, whole minor units, dense codes. What could not be
taken is not judged here; each converted column says which rows are odd, and how.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from custseg.contract import Field, Kind
from custseg.errors import AmountOverflow, Problem
from custseg.intake.dates import read_days
from custseg.intake.identifiers import encode
from custseg.intake.raw import (
    DayNumbers,
    NumberText,
    Objects,
    RawColumn,
    Texts,
    Values,
    Words,
    is_missing,
)
from custseg.intake.settings import Settings
from custseg.money import QUANTITY_EXPONENT, Fixed, to_fixed
from custseg.periods import DISTANT_PAST
from custseg.table import Array, Column
from custseg.units import Unit

__all__ = ["Converted", "convert", "show"]

_NUMBER_EXPONENT = 6
"""Other numbers are read to millionths: degrees to a tenth of a metre."""

_LONGEST_SHOWN = 40


@frozen(eq=False)
class Converted:
    """A column in the ledger's form, and the rows of it that are odd.

    Parameters
    ----------
    column : Column
    odd : mapping of str to bool array, shape (n_rows,)
        By kind of oddity.
    book : array or None
        The sorted vocabulary of an id column; text columns have theirs as words.
    """

    column: Column
    odd: Mapping[str, NDArray[np.bool_]] = field(factory=dict)
    book: Array | None = None


def convert(
    one: Field,
    column: RawColumn,
    settings: Settings,
    *,
    where: str,
    dates_rows: bool = False,
    number_text: NumberText | None = None,
) -> Converted:
    """Convert a column.

    Parameters
    ----------
    one : Field
        What the contract says of it.
    column : RawColumn
    settings : Settings
    where : str
        Its table and name, for errors.
    dates_rows : bool
        Whether it is the day by which the rows of its table are sorted.
    number_text : callable or None
        What reads texts in a column of numbers: see :class:`RawTable`.

    Returns
    -------
    Converted

    Raises
    ------
    AmountOverflow
        When a value does not fit 64 bits at its scale.
    DataError
        When the column cannot hold such values at all.
    """

    def number(decimals: int, unit: Unit) -> Converted:
        return _number(
            one, column, decimals, unit, where=where, number_text=number_text
        )

    by_kind: Mapping[Kind, Callable[[], Converted]] = {
        Kind.ID: lambda: _coded(column, where, is_id=True),
        Kind.TEXT: lambda: _coded(column, where, is_id=False),
        Kind.DAY: lambda: _days(one, column, settings, where, dates_rows=dates_rows),
        Kind.FLAGS: lambda: _flags(column),
        Kind.MONEY: lambda: number(settings.decimals, Unit.MONEY),
        Kind.QUANTITY: lambda: number(QUANTITY_EXPONENT, Unit.QUANTITY),
        Kind.NUMBER: lambda: number(_NUMBER_EXPONENT, Unit.NUMBER),
    }
    return by_kind[one.kind]()


def _coded(column: RawColumn, where: str, *, is_id: bool) -> Converted:
    coded = encode(column, where=where)
    mask = _mask(coded.codes >= 0)
    if is_id:
        return Converted(Column(coded.codes, Unit.TEXT, mask), book=coded.words)
    words = tuple(coded.texts().tolist())
    return Converted(Column(coded.codes, Unit.TEXT, mask, words))


def _mask(known: NDArray[np.bool_]) -> NDArray[np.bool_] | None:
    return None if known.all() else known


def _number(
    one: Field,
    column: RawColumn,
    decimals: int,
    unit: Unit,
    *,
    where: str,
    number_text: NumberText | None,
) -> Converted:
    fixed = _fixed(_reworded(column, number_text), decimals)
    if fixed.huge.any():
        row = int(np.flatnonzero(fixed.huge)[0])
        raise AmountOverflow(
            Problem(
                "the value is too large to count exactly",
                where=where,
                got=f"{show(column, row)} (row {row}, counted from 0)",
                allowed=f"up to {2**62 // 10**decimals:,} in size",
                hint="mend the value; a placeholder such as 1e18 should be left empty",
            )
        )
    if one.name == "amount" and one.required:
        odd = {"unparseable_amount": fixed.bad, "rounded_amount": fixed.rounded}
        met = {kind: rows for kind, rows in odd.items() if rows.any()}
        return Converted(Column(fixed.units, unit), met)
    mask = _mask(~fixed.bad)
    wrong = {}
    if mask is not None:
        strange = fixed.bad & ~_absent(column)
        wrong = {"unparseable_value": strange} if strange.any() else {}
    values = fixed.units
    if unit is Unit.NUMBER:
        return Converted(Column(values / 10.0**decimals, unit, mask), wrong)
    return Converted(Column(values, unit, mask), wrong)


def _days(
    one: Field, column: RawColumn, settings: Settings, where: str, *, dates_rows: bool
) -> Converted:
    read = read_days(
        column, zone=settings.zone, date_format=settings.date_format, where=where
    )
    if dates_rows and one.required:
        odd = {
            "unparseable_date": read.bad | read.missing,
            "implausible_date": read.implausible,
        }
        met = {kind: rows for kind, rows in odd.items() if rows.any()}
        return Converted(Column(read.days, Unit.DAYS), met)
    if dates_rows:
        days = np.where(read.missing, np.int32(DISTANT_PAST), read.days)
        odd = {"unparseable_date": read.bad, "implausible_date": read.implausible}
        met = {kind: rows for kind, rows in odd.items() if rows.any()}
        return Converted(Column(days, Unit.DAYS), met)
    wrong = read.bad | read.implausible
    met = {"unparseable_value": wrong} if wrong.any() else {}
    return Converted(Column(read.days, Unit.DAYS, _mask(~(wrong | read.missing))), met)


def _reworded(column: RawColumn, number_text: NumberText | None) -> RawColumn:
    """Return a column of numbers with its texts written plainly; None for a doubt."""
    if number_text is None or isinstance(column, Values | DayNumbers):
        return column

    def plain(items: Array) -> Array:
        said = [number_text(one) if isinstance(one, str) else one for one in items]
        return Objects.of(said).values

    if isinstance(column, Objects):
        return Objects(plain(column.values))
    codes, words = _distinct(column)  # each distinct text once
    return Words(codes, plain(words))


def _fixed(column: RawColumn, decimals: int) -> Fixed:
    if isinstance(column, DayNumbers):
        column = column.to_values()
    if isinstance(column, Values):
        if column.values.dtype.kind in "Mb":  # a day or a flag is no number
            bad = np.ones(len(column), dtype=np.bool_)
            none = np.zeros(len(column), dtype=np.bool_)
            return Fixed(np.zeros(len(column), np.int64), bad, none, none)
        return to_fixed(
            column.values, decimals, known=column.known, given=column.decimals
        )
    if isinstance(column, Objects):
        return to_fixed(column.values, decimals)
    codes, words = _distinct(column)
    with_none = np.array([*words.tolist(), None], dtype=object)
    of_word = to_fixed(with_none, decimals)  # each distinct text once
    at = np.where(codes < 0, len(words), codes)
    return Fixed(
        of_word.units[at], of_word.bad[at], of_word.huge[at], of_word.rounded[at]
    )


def _distinct(column: Texts | Words) -> tuple[Array, Array]:
    if isinstance(column, Words):
        return column.codes, column.words
    coded = encode(column)
    return coded.codes, coded.texts()


def _is_blank(item: object) -> bool:
    return is_missing(item) or (isinstance(item, str) and not item.strip())


def _absent(column: RawColumn) -> NDArray[np.bool_]:
    """Say where nothing was given at all."""
    if isinstance(column, DayNumbers):
        column = column.to_values()
    if isinstance(column, Values):
        absent = np.zeros(len(column), dtype=np.bool_)
        if column.values.dtype.kind == "f":
            absent = np.isnan(column.values)
        elif column.values.dtype.kind == "M":
            absent = np.isnat(column.values)
        return absent if column.known is None else absent | ~column.known
    if isinstance(column, Objects):
        items = column.values.tolist()
        return np.fromiter((_is_blank(item) for item in items), np.bool_, len(items))
    codes, words = _distinct(column)
    blank = np.array([*(_is_blank(word) for word in words.tolist()), True])
    return blank[np.where(codes < 0, len(words), codes)]


def _flags(column: RawColumn) -> Converted:
    """Keep sets of flags as texts with commas at both ends: ``,key_account,vip,``."""
    if isinstance(column, Texts | Words) or _holds_texts(column):
        return Converted(_texts_of_flags(column))
    n = len(column)
    items = column.values.tolist() if isinstance(column, Objects) else [None] * n
    wrong = np.zeros(n, dtype=np.bool_)
    if not isinstance(column, Objects):  # numbers or days
        wrong = ~_absent(column)
    texts = np.empty(n, dtype=object)
    for row, item in enumerate(items):
        texts[row] = ","
        if isinstance(item, str):
            texts[row] = _parted(item)
        elif not is_missing(item):
            try:
                texts[row] = _joined(item)
            except TypeError:  # no collection
                wrong[row] = True
    values = _texts_of_flags(Objects(texts))
    return Converted(values, {"unparseable_value": wrong} if wrong.any() else {})


def _holds_texts(column: RawColumn) -> bool:
    """Say whether objects are texts, or missing, one and all."""
    if not isinstance(column, Objects):
        return False
    return all(isinstance(one, str) or is_missing(one) for one in column.values)


def _texts_of_flags(column: RawColumn) -> Column:
    """Read each distinct text once; a missing one is the empty set."""
    coded = encode(column, where="")
    said = [_parted(one) for one in coded.texts().tolist()]
    if (coded.codes < 0).any():
        said.append(",")  # the last, where the code -1 finds it
    words = tuple(sorted(set(said)))
    place = {word: at for at, word in enumerate(words)}
    codes = np.array([place[one] for one in said], dtype=np.int32)
    return Column(codes[coded.codes], Unit.TEXT, None, words)


def _parted(text: str) -> str:
    return _joined(text.replace(";", ",").split(","))


def _joined(parts: object) -> str:
    codes = sorted({str(part).strip() for part in parts} - {""})  # type: ignore[attr-defined]
    return "," + "".join(f"{code}," for code in codes)


_LONGEST_WRITTEN = 3000
"""Bits of a whole number that is still written out; Python refuses long ones."""


def show(column: RawColumn, row: int) -> str:
    """Return one value as the reader would write it.

    Examples
    --------
    >>> show(Values(np.array([1.5, 2.0])), 0), show(Objects(np.array(["x", None])), 1)
    ('1.5', 'nothing')
    >>> show(Objects(np.array([date(1900, 1, 1)])), 0)
    '1900-01-01'
    """
    item: object
    if isinstance(column, DayNumbers):
        column = column.to_values()
    if isinstance(column, Texts):
        for chunk in column.chunks:
            if row < len(chunk):
                break
            row -= len(chunk)
        item = chunk.text(row)
    elif isinstance(column, Words):
        code = int(column.codes[row])
        item = None if code < 0 else column.words[code]
    elif isinstance(column, Values):
        known = column.known is None or bool(column.known[row])
        item = column.values[row] if known else None
        if known and column.decimals:
            item = Decimal(int(column.values[row])).scaleb(-column.decimals)
    else:
        item = column.values[row]
    if item is None:
        return "nothing"
    if isinstance(item, int) and item.bit_length() > _LONGEST_WRITTEN:
        return f"a number of about {item.bit_length() * 3 // 10:,} digits"
    is_plain = isinstance(item, np.generic | Decimal | date | time)
    text = str(item) if is_plain else repr(item)
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 3] + "..."
