"""A batch of sales lines in the ledger's form, as the long way would convert it.

Days, amounts and quantities go through the same conversion as whole columns do
(:mod:`custseg.intake.conversion`), a batch at a time. What a report speaks of in
passing - amounts of zero, amounts that had to be rounded - is counted; anything graver
is not plain.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from attrs import Factory, define, frozen
from numpy.typing import NDArray

from custseg.contract import Field, Kind
from custseg.errors import CustsegError
from custseg.intake.conversion import convert
from custseg.intake.gathering.goods import Codes, Vocabulary
from custseg.intake.gathering.numerals import Numerals, spell_numbers
from custseg.intake.gathering.plain import NotPlain
from custseg.intake.gathering.spelling import Spelled, spell
from custseg.intake.identifiers import encode
from custseg.intake.raw import NumberText, RawColumn, Texts, Values
from custseg.intake.settings import Settings
from custseg.table import Array

__all__ = ["Converter", "Lines", "Odd"]

Ids = Spelled | Numerals

_SHOWN = 3
"""Examples of each oddity that a report shows."""


@frozen(eq=False)
class Lines:
    """Some neighbouring sales lines.

    Parameters
    ----------
    day : int32 array, shape (n_lines,)
    values : mapping of str to int64 array, shape (n_lines,)
        What is summed, ``amount`` first.
    customer : Spelled or Numerals
    order : Spelled, Numerals or None
        None where the table has no order ids.
    words : mapping of str to int16 array, shape (n_lines,)
        What is said in words, numbered by the converter's vocabularies.
    """

    day: NDArray[np.int32]
    values: Mapping[str, NDArray[np.int64]]
    customer: Ids
    order: Ids | None
    words: Mapping[str, Codes] = Factory(dict)

    def __len__(self) -> int:
        return len(self.day)


@define
class Odd:
    """How many lines show one kind of oddity, and the first of them.

    Parameters
    ----------
    rows : int
    first : list of int
        Rows, counted from the first of the table.
    """

    rows: int = 0
    first: list[int] = Factory(list)

    def add(self, rows: NDArray[np.bool_], before: int) -> None:
        """Count further lines; ``before`` of them is the number of lines so far."""
        found = np.flatnonzero(rows)
        self.rows += len(found)
        missing = max(0, _SHOWN - len(self.first))
        self.first += (found[:missing] + before).tolist()

    def merge(self, later: Odd) -> None:
        """Count the lines of a later stretch too."""
        self.rows += later.rows
        self.first = (self.first + later.first)[:_SHOWN]


@define(eq=False)
class Converter:
    """Converts the batches of one stretch, one after the other.

    Parameters
    ----------
    fields : sequence of Field
        What the contract says of the columns, in the order in which they come.
    settings : Settings
    number_text : callable or None
        What reads texts in a column of numbers: see :class:`RawTable`.
    line : int
        The row of the table at which the stretch begins.
    odd : dict of str to Odd
        By kind: what has been met so far.
    vocabularies : dict of str to Vocabulary
        The words that have been met, by column.
    """

    fields: Sequence[Field]
    settings: Settings
    number_text: NumberText | None
    line: int
    odd: dict[str, Odd] = Factory(lambda: defaultdict(Odd))
    vocabularies: dict[str, Vocabulary] = Factory(lambda: defaultdict(Vocabulary))
    _forms: dict[str, object] = Factory(dict)

    def convert(self, columns: Sequence[RawColumn]) -> Lines:
        """Convert the columns of one batch, at least one row.

        Raises
        ------
        NotPlain
            When there is anything that the long way has to look at.
        """
        ids: dict[str, Ids] = {}
        values: dict[str, Array] = {}
        words: dict[str, Codes] = {}
        for one, column in zip(self.fields, columns, strict=True):
            self._check_form(one, column)
            if one.name in {"customer_id", "order_id"}:
                ids[one.name] = _spelled(column)
            elif one.name == "currency":
                _check_currency(column, self.settings.currency)
            elif one.kind is Kind.TEXT:
                words[one.name] = self.vocabularies[one.name].read(column)
            else:
                values[one.name] = self._values(one, column)
        day = values.pop("date")
        amount = values["amount"]
        if not amount.all():
            self.odd["zero_amount"].add(amount == 0, self.line)
        self.line += len(day)
        return Lines(day, values, ids["customer_id"], ids.get("order_id"), words)

    def _check_form(self, one: Field, column: RawColumn) -> None:
        """Refuse a column that changes its form: whoever joins it has to say so."""
        form: object = type(column)
        if isinstance(column, Values):
            form = (column.values.dtype.kind, column.aware, column.decimals)
        if self._forms.setdefault(one.name, form) != form:
            raise NotPlain

    @property
    def forms(self) -> dict[str, object]:
        """The form in which each column came."""
        return self._forms

    def _values(self, one: Field, column: RawColumn) -> Array:
        is_day = one.kind is Kind.DAY
        try:
            done = convert(
                one,
                column,
                self.settings,
                where="",
                dates_rows=is_day,
                number_text=self.number_text,
            )
        except CustsegError:  # the long way tells it, with the number of the row
            raise NotPlain from None
        odd = dict(done.odd)
        rounded = odd.pop("rounded_amount", None)
        if odd or done.column.known is not None:
            raise NotPlain
        if rounded is not None:
            self.odd["rounded_amount"].add(rounded, self.line)
        return done.column.values


def _spelled(column: RawColumn) -> Ids:
    if isinstance(column, Texts):
        (chunk,) = column.chunks
        return spell(chunk)
    if not isinstance(column, Values) or column.known is not None or column.decimals:
        raise NotPlain
    if column.values.dtype.kind not in "iu":
        raise NotPlain
    return spell_numbers(column.values)


def _check_currency(column: RawColumn, ours: str | None) -> None:
    """Refuse amounts in another currency, and such of which nobody said it."""
    coded = encode(column)
    if coded.texts().tolist() != [ours] or (coded.codes < 0).any():
        raise NotPlain
