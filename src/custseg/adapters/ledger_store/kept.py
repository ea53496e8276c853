"""Sales as a store keeps them: lines sorted by customer and day, and runs of lines.

Most questions are answered by runs: neighbouring lines of one customer, day, order and
direction. When sales are written to a store the runs are worked out once and written
beside the lines, so that a ledger from the store need neither sort nor merge anything.
Values of lines lie in as few bits as hold them and are spread out when asked for.

Limits: sums of runs are sums of amounts, costs and quantities. A question about the ids
of lines is answered by the lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.events import EventTable
from custseg.table import Array, Column
from custseg.units import Unit
from custseg.within import Within

__all__ = ["Kept", "few_bits", "kept_from", "rows_of"]

_SUMMED = (Unit.MONEY, Unit.QUANTITY)
_IDS = ("order_id", "line_id", "returns_order_id")
_FEW = 8
"""Runs that are asked for, times this, up to which their words count as few."""

_BITS = (np.int8, np.int16, np.int32)


@frozen(eq=False)
class Kept:
    """Sales lines in their final order, and the runs that they make up.

    Parameters
    ----------
    merged : EventTable
        A row for each run, with the sums of its lines and the code of its order.
    start : int32 array, shape (n_runs + 1,)
        The line at which each run begins; the last one past the end.
    lines : mapping of str to Column
        The values of all lines but their orders, in few bits.
    books : mapping of str to array
        The sorted vocabularies of the id columns.
    """

    merged: EventTable
    start: NDArray[np.int32]
    lines: Mapping[str, Column]
    books: Mapping[str, Array]

    def __len__(self) -> int:
        return int(self.start[-1])

    @property
    def names(self) -> frozenset[str]:
        """The columns of the lines."""
        return frozenset(self.lines) | frozenset(self.merged.columns)

    @property
    def columns(self) -> Mapping[str, Column]:
        """The columns by the names of those of the lines; some are of runs."""
        return {**self.lines, **self.merged.columns}

    @property
    def day(self) -> NDArray[np.int32]:
        """The day of each run, shape (n_runs,)."""
        return self.merged.day

    def can_merge(self, names: frozenset[str]) -> bool:
        """Say whether runs can tell all that some columns can."""
        return not names & self.lines.keys() & {"line_id", "returns_order_id"}

    @cached_property
    def table(self) -> EventTable:
        """All lines, sorted by customer, day and the order in which they came."""
        return self.select(np.arange(len(self.merged.offsets) - 1))

    def select(self, customers: NDArray[np.int64]) -> EventTable:
        """Return the lines of some customers as a table of these, in their order.

        Parameters
        ----------
        customers : int64 array
            Codes.
        """
        offsets = self.merged.offsets
        runs = rows_of(customers, offsets)
        first = self.start[runs].astype(np.int64)
        length = self.start[runs + 1] - first
        upto = np.zeros(len(runs) + 1, dtype=np.int64)
        np.cumsum(length, out=upto[1:])
        line = np.repeat(first - upto[:-1], length)
        line += np.arange(len(line))
        columns = {name: _wide(one.take(line)) for name, one in self.lines.items()}
        books = dict(self.books)
        order = self.merged.columns.get("order_id")
        if order is not None:
            order = order.take(runs)
            if _FEW * len(runs) < len(books["order_id"]):
                order, books["order_id"] = _few_words(order, books["order_id"])
            columns["order_id"] = _repeated(order, length)
        of_runs = np.zeros(len(customers) + 1, dtype=np.int64)
        np.cumsum(offsets[customers + 1] - offsets[customers], out=of_runs[1:])
        day = np.repeat(self.merged.day[runs], length)
        return EventTable(upto[of_runs], day, columns, books)


def rows_of(
    customers: NDArray[np.int64], offsets: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the rows of some customers, one after the other.

    Examples
    --------
    >>> rows_of(np.array([0, 2]), np.array([0, 2, 3, 5])).tolist()
    [0, 1, 3, 4]
    """
    start, length = offsets[customers], offsets[customers + 1] - offsets[customers]
    rows = np.repeat(start - (np.cumsum(length) - length), length)
    rows += np.arange(len(rows))
    return rows


def few_bits(values: Array) -> Array:
    """Return whole numbers in as few bits as hold them; others as they are.

    Examples
    --------
    >>> few_bits(np.array([3, -200])).dtype, few_bits(np.array([0.5])).dtype
    (dtype('int16'), dtype('float64'))
    """
    if values.dtype.kind != "i":
        return values
    least, most = int(values.min(initial=0)), int(values.max(initial=0))
    for kind in _BITS:
        bounds = np.iinfo(kind)
        if bounds.min <= least and most <= bounds.max:
            return values.astype(kind, copy=False)
    return values


def _wide(column: Column) -> Column:
    kind = np.int32 if column.unit is Unit.TEXT else np.int64
    values = column.values
    if values.dtype.kind == "i":
        values = values.astype(kind, copy=False)
    return Column(values, column.unit, column.known, column.words)


def _few_words(column: Column, book: Array) -> tuple[Column, Array]:
    """Leave out the words that no row uses; those that are used are few."""
    used, codes = np.unique(column.values, return_inverse=True)
    lacking = int(np.count_nonzero(used < 0))  # the code of what is missing
    codes = (codes - lacking).astype(np.int32)
    return Column(codes, column.unit, column.known), book[used[lacking:]]


def _repeated(column: Column, times: Array) -> Column:
    known = None if column.known is None else np.repeat(column.known, times)
    return Column(np.repeat(column.values, times), column.unit, known, column.words)


def kept_from(sales: EventTable) -> Kept:
    """Work out the runs of sorted sales lines.

    Parameters
    ----------
    sales : EventTable
    """
    n = len(sales)
    summed = {name: one for name, one in sales.columns.items() if one.unit in _SUMMED}
    begins = np.zeros(n + 1, dtype=np.bool_)
    begins[sales.offsets] = True
    amount = sales.columns["amount"].values
    marks: list[Array] = [sales.day, amount > 0, amount < 0]
    order = sales.columns.get("order_id")
    if order is not None:
        marks.append(order.values)
    marks += [one.known for one in summed.values() if one.known is not None]
    for mark in marks:
        begins[1:n] |= mark[1:] != mark[:-1]
    start = np.flatnonzero(begins)  # the end is a beginning, too
    first = start[:-1]
    upto = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(begins[:n], out=upto[1:])
    columns = {name: _sums(one, first) for name, one in summed.items()}
    if order is not None:
        columns["order_id"] = order.take(first)
    lines = {
        name: Column(few_bits(one.values), one.unit, one.known, one.words)
        for name, one in sales.columns.items()
        if name != "order_id"
    }
    start32 = start.astype(np.int32)
    offsets = upto[sales.offsets]
    return with_lines(offsets, sales.day[first], columns, start32, lines, sales.books)


def with_lines(  # noqa: PLR0917 - the parts of a table
    offsets: NDArray[np.int64],
    day: NDArray[np.int32],
    runs: Mapping[str, Column],
    start: NDArray[np.int32],
    lines: Mapping[str, Column],
    books: Mapping[str, Array],
) -> Kept:
    """Return sales whose runs know their lines, where lines say something in words."""
    words = {name: one for name, one in lines.items() if name not in _IDS}
    within = None
    if any(one.unit is Unit.TEXT for one in words.values()):
        within = Within(start[:-1], np.diff(start), words)
    merged = EventTable(offsets, day, runs, books, within)
    return Kept(merged, start, lines, books)


def _sums(column: Column, first: NDArray[np.int64]) -> Column:
    values = column.values
    if column.known is not None:
        values = np.where(column.known, values, 0)
    sums = np.add.reduceat(values, first) if len(first) else values[:0]
    known = None if column.known is None else column.known[first]
    return Column(sums, column.unit, known)
