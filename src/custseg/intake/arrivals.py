"""Rows in the order in which they came, to be sorted only if somebody asks.

Sorting ten million sales lines costs more than most of what is asked of them. What a
customer bought by day can be told from fewer rows: neighbouring lines of one customer,
day and order, all sales or all returns, are merged into one row with their sums, and
only those rows are sorted. Sums are over integers, so nothing is lost by it. Where the
lines could be merged while they were read, it has been done
(:mod:`custseg.intake.gathering`).

:class:`Tables` hides the difference: a table that is asked for by name is sorted then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from custseg.events import EventTable, arrange, still, still_columns
from custseg.intake.gathering.gathered import Gathered
from custseg.table import Array, Column
from custseg.units import Unit

__all__ = ["Arrival", "Tables", "as_tables"]

_SUMMED = (Unit.MONEY, Unit.QUANTITY)


@frozen(eq=False)
class Arrival:
    """Sales lines in the order in which they came.

    Parameters
    ----------
    customers : int32 array, shape (n_rows,)
        Codes.
    day : int32 array, shape (n_rows,)
    columns : mapping of str to Column
        With ``amount`` among them.
    n_customers : int
    books : mapping of str to array
        The sorted vocabularies of the id columns.
    """

    customers: NDArray[np.int32] = field(converter=still)
    day: NDArray[np.int32] = field(converter=still)
    columns: Mapping[str, Column] = field(converter=still_columns)
    n_customers: int
    books: Mapping[str, Array] = field(factory=dict)

    def __len__(self) -> int:
        return len(self.day)

    @property
    def names(self) -> frozenset[str]:
        """The columns of the lines."""
        return frozenset(self.columns)

    @cached_property
    def table(self) -> EventTable:
        """All lines, sorted by customer and day."""
        return arrange(
            self.customers, self.day, self.columns, self.n_customers, books=self.books
        )

    def can_merge(self, names: frozenset[str]) -> bool:
        """Say whether merged rows can tell all that some columns can."""
        return all(
            name == "order_id" or self.columns[name].unit in _SUMMED
            for name in names
            if name in self.columns
        )

    @cached_property
    def merged(self) -> EventTable:
        """Neighbouring lines merged, sorted by customer and day.

        Notes
        -----
        Lines are merged when customer, day, order and the sign of the amount are equal,
        and the same of their values are known.
        """
        summed = {
            name: column
            for name, column in self.columns.items()
            if column.unit in _SUMMED
        }
        n = len(self)
        begins = np.zeros(n, dtype=np.bool_)
        begins[:1] = True
        amount = self.columns["amount"].values
        marks = [self.customers, self.day, amount > 0, amount < 0]
        order = self.columns.get("order_id")
        if order is not None:
            marks.append(order.values)
        marks += [one.known for one in summed.values() if one.known is not None]
        for mark in marks:
            begins[1:] |= mark[1:] != mark[:-1]
        first = np.flatnonzero(begins)
        books = {}
        with ThreadPoolExecutor(max_workers=2) as pool:  # numpy lets others run
            sums = pool.map(lambda one: _sums(one, first), summed.values())
            customers, day = self.customers[first], self.day[first]
            columns = dict(zip(summed, sums, strict=True))
        if order is not None:
            columns["order_id"] = order.take(first)
            books["order_id"] = self.books["order_id"]
        return arrange(customers, day, columns, self.n_customers, books=books)


def _sums(column: Column, first: NDArray[np.int64]) -> Column:
    sums = np.add.reduceat(column.values, first) if len(first) else column.values
    known = None if column.known is None else column.known[first]
    return Column(sums, column.unit, known)


@frozen(eq=False)
class Tables(Mapping[str, EventTable]):
    """Tables by name; one that is still unsorted is sorted when it is asked for.

    Parameters
    ----------
    given : mapping of str to EventTable, Arrival or Gathered
    """

    given: Mapping[str, EventTable | Arrival | Gathered]

    def __getitem__(self, name: str) -> EventTable:
        one = self.given[name]
        return one if isinstance(one, EventTable) else one.table

    def __iter__(self) -> Iterator[str]:
        return iter(self.given)

    def __len__(self) -> int:
        return len(self.given)

    def merged_for(self, names: frozenset[str]) -> Mapping[str, EventTable]:
        """Return the tables with sales merged, where some columns allow it.

        Parameters
        ----------
        names : frozenset of str
            Columns of the sales that are going to be asked for.
        """
        sales = self.given["sales"]
        if isinstance(sales, EventTable) or not sales.can_merge(names):
            return self
        others = {name: self[name] for name in self if name != "sales"}
        return {"sales": sales.merged, **others}


def as_tables(tables: Mapping[str, EventTable]) -> Tables:
    """Return tables as they are, or sorted ones by name as such."""
    return tables if isinstance(tables, Tables) else Tables(tables)
