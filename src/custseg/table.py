"""One row per customer: the facts, scores and labels that a policy works on.

A :class:`Column` is an array and, where something is missing, a mask of what is known.
Missing is never a number: no NaN, no -1, no zero that means "we cannot tell".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from custseg.errors import Problem, UnknownFeature, did_you_mean
from custseg.units import Unit
from custseg.vocabulary import texts_of

__all__ = ["Array", "Column", "Table"]

Array = NDArray[Any]


@frozen(eq=False)
class Column:
    """One value per customer, and which of them are known.

    Parameters
    ----------
    values : array, shape (n_customers,)
        int64 or float64 numbers, bool flags, or int32 codes into ``words`` for text.
        Money is in minor units, quantity in ten-thousandths. A place that is not known
        holds some harmless value that nobody may read.
    unit : Unit
    known : bool array, shape (n_customers,), or None
        None means that every value is known.
    words : tuple of str
        The vocabulary of a text column; empty for all others.

    Examples
    --------
    >>> column = Column(np.array([3, 0]), Unit.COUNT, known=np.array([True, False]))
    >>> len(column), column.is_known().tolist()
    (2, [True, False])
    """

    values: Array
    unit: Unit
    known: NDArray[np.bool_] | None = None
    words: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.values)

    def is_known(self) -> NDArray[np.bool_]:
        """Return the mask of known values, shape (n_customers,)."""
        if self.known is None:
            return np.ones(len(self.values), dtype=np.bool_)
        return self.known

    def part(self, rows: slice) -> Column:
        """Return the column of some rows that follow each other, without a copy."""
        known = None if self.known is None else self.known[rows]
        return Column(self.values[rows], self.unit, known, self.words)

    def take(self, rows: Array) -> Column:
        """Return the column of some rows only (positions or a mask)."""
        known = None if self.known is None else self.known[rows]
        return Column(self.values[rows], self.unit, known, self.words)


@frozen(eq=False)
class Table(Mapping[str, Column]):
    """Columns by name, all of one length, one row per customer.

    Parameters
    ----------
    book : array of str, or of ASCII bytes, shape (n_customers,)
        Customer ids in the order of the rows; see :attr:`customers`.
    columns : mapping of str to Column

    Raises
    ------
    UnknownFeature
        When a column is asked for that is not there.

    Examples
    --------
    >>> table = Table(np.array(["a", "b"]),
    ...               {"orders": Column(np.array([3, 1]), Unit.COUNT)})
    >>> table["orders"].values.tolist(), len(table), table.n_customers
    ([3, 1], 1, 2)
    """

    book: Array
    columns: Mapping[str, Column] = field(factory=dict)

    def __getitem__(self, name: str) -> Column:
        try:
            return self.columns[name]
        except KeyError:
            raise UnknownFeature(
                Problem(
                    f"the table has no column '{name}'",
                    allowed=", ".join(self.columns),
                    hint=did_you_mean(name, self.columns),
                )
            ) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)

    @cached_property
    def customers(self) -> Array:
        """Customer ids as an object array of str, shape (n_customers,)."""
        return texts_of(self.book)

    @property
    def n_customers(self) -> int:
        """How many rows there are."""
        return len(self.book)

    def with_columns(self, more: Mapping[str, Column]) -> Table:
        """Return a table with further columns beside the present ones."""
        return Table(self.book, {**self.columns, **more})

    def take(self, rows: Array) -> Table:
        """Return the table of some customers only (positions or a mask)."""
        chosen = {name: column.take(rows) for name, column in self.columns.items()}
        return Table(self.book[rows], chosen)
