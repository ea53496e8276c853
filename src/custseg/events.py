"""One table of events in the ledger's form: sorted by customer and day, with offsets.

The rows of a customer are one contiguous slice, and within it the days rise, so what
happened up to any day is found by bisection in the slice.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from custseg.table import Array, Column
from custseg.threads import two_at_a_time
from custseg.within import Within

__all__ = [
    "EventTable",
    "arrange",
    "bisect_days",
    "still",
    "still_columns",
]

_KEY_BITS = 63
"""Of a signed integer, what customer, day and row may take together."""

_MOSTLY_ALONE = 0.7
"""Share of rows that begin a run from which runs are not worth their while."""

_SHORT_SLICE = 24
"""Rows a customer, on average, up to which counting beats bisection."""


def still(array: Array) -> Array:
    """Return a view through which nobody can write.

    Examples
    --------
    >>> still(np.array([1, 2])).flags.writeable
    False
    """
    if not array.flags.writeable:
        return array
    view = array.view()
    view.flags.writeable = False
    return view


def still_columns(columns: Mapping[str, Column]) -> dict[str, Column]:
    """Return columns into which nobody can write."""
    return {name: _still_column(one) for name, one in columns.items()}


def _still_column(column: Column) -> Column:
    values, known = column.values, column.known
    if not values.flags.writeable and (known is None or not known.flags.writeable):
        return column
    known = None if known is None else still(known)
    return Column(still(values), column.unit, known, column.words)


def _still_books(books: Mapping[str, Array]) -> dict[str, Array]:
    return {name: still(book) for name, book in books.items()}


@frozen(eq=False)
class EventTable:
    """Events as columns, sorted by (customer, day).

    Parameters
    ----------
    offsets : int64 array, shape (n_customers + 1,)
        Customer c owns the rows ``offsets[c]:offsets[c + 1]``.
    day : int32 array, shape (n_rows,)
        Never falls within a customer.
    columns : mapping of str to Column
    books : mapping of str to array
        The sorted vocabularies of the id columns (str, or ASCII bytes); those of text
        columns are in ``Column.words``.
    within : Within or None
        Where the rows are runs of lines, and lines may be asked for: those lines.
    """

    offsets: NDArray[np.int64] = field(converter=still)
    day: NDArray[np.int32] = field(converter=still)
    columns: Mapping[str, Column] = field(converter=still_columns)
    books: Mapping[str, Array] = field(factory=dict, converter=_still_books)
    within: Within | None = None

    def __len__(self) -> int:
        return len(self.day)

    @cached_property
    def names(self) -> frozenset[str]:
        """The columns of the rows, and of their lines."""
        lines = () if self.within is None else self.within.columns
        return frozenset(self.columns).union(lines)

    def owners(self) -> NDArray[np.int32]:
        """Return the customer of each row, shape (n_rows,)."""
        n = len(self.offsets) - 1
        return np.repeat(np.arange(n, dtype=np.int32), np.diff(self.offsets))

    def until(self, day: int) -> NDArray[np.int64]:
        """Return, for each customer, the first row after a day.

        Notes
        -----
        O(customers x log(longest slice)).
        """
        return bisect_days(self.day, self.offsets, day)

    def keep(self, rows: NDArray[np.bool_]) -> EventTable:
        """Return the table of some rows only (a mask); the order stays."""
        kept = np.zeros(len(rows) + 1, dtype=np.int64)
        np.cumsum(rows, out=kept[1:])
        columns = {name: column.take(rows) for name, column in self.columns.items()}
        day = self.day[rows]
        within = None if self.within is None else self.within.of(rows)
        return EventTable(kept[self.offsets], day, columns, self.books, within)

    def slice_of(self, customer: int) -> EventTable:
        """Return the events of one customer as a table of one."""
        rows = slice(int(self.offsets[customer]), int(self.offsets[customer + 1]))
        columns = {}
        for name, column in self.columns.items():
            known = None if column.known is None else column.known[rows]
            columns[name] = Column(
                column.values[rows], column.unit, known, column.words
            )
        n = rows.stop - rows.start
        offsets = np.array([0, n], dtype=np.int64)
        within = None if self.within is None else self.within.of(rows)
        return EventTable(offsets, self.day[rows], columns, self.books, within)


def bisect_days(
    day: NDArray[np.int32], offsets: NDArray[np.int64], after: int
) -> NDArray[np.int64]:
    """Return, in each customer's slice, the first position whose day is after a day.

    Parameters
    ----------
    day : int32 array, shape (n_rows,)
        Never falls within a slice.
    offsets : int64 array, shape (n_customers + 1,)
        The slices.
    after : int

    Returns
    -------
    int64 array, shape (n_customers,)

    Notes
    -----
    Short slices are counted through in one sweep over the days; long ones are halved
    again and again, O(customers x log(longest slice)); that of one customer by numpy.

    Examples
    --------
    >>> day = np.array([1, 5, 9, 2, 3], dtype=np.int32)
    >>> bisect_days(day, np.array([0, 3, 5]), 5).tolist()
    [2, 5]
    """
    start, stop = offsets[:-1], offsets[1:]
    if not len(day):
        return start.copy()
    if len(start) == 1:
        days = day[int(start[0]) : int(stop[0])]
        return start + np.searchsorted(days, [after], side="right")
    if len(day) < _SHORT_SLICE * len(start):
        upto = np.zeros(len(day) + 1, dtype=np.int32)
        np.cumsum(day <= after, out=upto[1:])
        edges = upto[offsets]
        return start + np.diff(edges)
    low, high = start.copy(), stop.copy()
    open_ = np.flatnonzero(low < high)
    lo, hi = low[open_], high[open_]
    while len(open_):
        middle = (lo + hi) >> 1
        right = day[middle] <= after
        lo = np.where(right, middle + 1, lo)
        hi = np.where(right, hi, middle)
        low[open_] = lo
        going = lo < hi
        open_, lo, hi = open_[going], lo[going], hi[going]
    return low


def arrange(
    customers: NDArray[np.int32],
    day: NDArray[np.int32],
    columns: Mapping[str, Column],
    n_customers: int,
    *,
    books: Mapping[str, Array] | None = None,
) -> EventTable:
    """Sort rows by customer, day and the order in which they came.

    Notes
    -----
    Neighbouring rows of one customer and day, such as the lines of an order, move as
    one run. Customer, day and run number are packed into one int64 and sorted in place,
    which is several times as fast as an argsort; it holds while their bits fit into 63.
    Beyond that, two stable passes.
    """
    n = len(customers)
    counts = np.bincount(customers, minlength=n_customers)
    offsets = np.zeros(n_customers + 1, dtype=np.int64)
    np.cumsum(counts, out=offsets[1:])
    if n <= 1:
        return EventTable(offsets, day, dict(columns), dict(books or {}))
    begins = np.empty(n, dtype=np.bool_)
    begins[0] = True
    np.not_equal(customers[1:], customers[:-1], out=begins[1:])
    begins[1:] |= day[1:] != day[:-1]
    if np.count_nonzero(begins) > _MOSTLY_ALONE * n:
        order, sorted_day = _sorted_runs(customers, day, n_customers)
        alone = dict(
            zip(columns, _gathered(list(columns.values()), order), strict=True)
        )
        return EventTable(offsets, sorted_day, alone, dict(books or {}))
    run = np.flatnonzero(begins)
    del begins
    which, sorted_day = _sorted_runs(customers[run], day[run], n_customers)
    length = np.diff(run, append=n)[which]
    order = run[which]
    del which, run
    # Row r of the result is the (r - where its run begins)-th row of that run.
    order -= np.cumsum(length) - length
    order = np.repeat(order, length)
    order += np.arange(n)
    taken = dict(zip(columns, _gathered(list(columns.values()), order), strict=True))
    return EventTable(offsets, np.repeat(sorted_day, length), taken, dict(books or {}))


def _sorted_runs(
    customers: NDArray[np.int32], day: NDArray[np.int32], n_customers: int
) -> tuple[Array, NDArray[np.int32]]:
    """Return the order of runs by customer and day, and their days in it."""
    first, last = int(day.min()), int(day.max())
    run_bits = (len(day) - 1).bit_length()
    day_bits = max(1, (last - first).bit_length())
    customer_bits = max(1, (n_customers - 1).bit_length())
    if run_bits + day_bits + customer_bits > _KEY_BITS:
        which = np.lexsort((day, customers))
        return which, day[which]
    key = customers.astype(np.int64)
    key <<= day_bits
    key += day  # first is taken off below; the sum cannot overflow either way
    key -= first
    key <<= run_bits
    key |= np.arange(len(key), dtype=np.int64)
    key.sort()
    which = key & ((1 << run_bits) - 1)
    key >>= run_bits
    key &= (1 << day_bits) - 1
    key += first
    return which, key.astype(np.int32)


def _gathered(columns: list[Column], order: Array) -> list[Column]:
    """Bring columns into order, two at a time where there is much."""
    return two_at_a_time(lambda one: one.take(order), columns, n_rows=len(order))
