"""Sales that were gathered into runs, and their lines, should somebody ask for them.

Most questions are answered by runs. The values of the lines are kept beside them in
32 bits each, where they fit, so that a table of all lines can be laid out later without
reading anything again: a ledger does not change when a file does.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from custseg.events import EventTable
from custseg.intake.gathering.numbering import Orders
from custseg.table import Array, Column
from custseg.units import Unit

__all__ = ["Gathered"]


@frozen(eq=False)
class Gathered:
    """Sales lines, gathered into runs and sorted by customer and day.

    Parameters
    ----------
    merged : EventTable
        A row for each run, with the sums of its lines. Equal numbers of ``order_id``
        are one order; they are no codes.
    start : int32 array, shape (n_runs,)
        The line at which each run begins, counted in the order of arrival.
    lines : mapping of str to tuple of arrays
        The values of all lines in the order of arrival, stretch by stretch. Words are
        in ``merged.within``, for they are no sums.
    orders : Orders or None
        None where there are no order ids.
    n_lines : int
    """

    merged: EventTable
    start: NDArray[np.int32]
    lines: Mapping[str, tuple[Array, ...]]
    orders: Orders | None
    n_lines: int

    def __len__(self) -> int:
        return self.n_lines

    @property
    def columns(self) -> Mapping[str, Column]:
        """The columns of the runs: those of the lines, by the same names."""
        return self.merged.columns

    @property
    def names(self) -> frozenset[str]:
        """The columns of the runs and of their lines."""
        return self.merged.names

    @property
    def day(self) -> NDArray[np.int32]:
        """The day of each run, shape (n_runs,)."""
        return self.merged.day

    def can_merge(self, names: frozenset[str]) -> bool:  # noqa: ARG002 - as lines do
        """Say whether runs can tell all that some columns can: all that are here do."""
        return True

    def among(self, place: NDArray[np.int32], n_customers: int) -> Gathered:
        """Return the same sales among more customers.

        Parameters
        ----------
        place : int32 array
            The new code of each customer, rising.
        n_customers : int
        """
        if len(place) == n_customers:
            return self
        counts = np.zeros(n_customers, dtype=np.int64)
        counts[place] = np.diff(self.merged.offsets)
        offsets = np.concatenate([[0], np.cumsum(counts)])
        return evolve(self, merged=evolve(self.merged, offsets=offsets))

    @cached_property
    def table(self) -> EventTable:
        """All lines, sorted by customer, day and the order in which they came."""
        by = np.argsort(self.start)
        length = np.empty(len(by), dtype=np.int64)
        length[by] = np.diff(self.start[by], append=self.n_lines)
        upto = np.concatenate([[0], np.cumsum(length)])
        # Row r of the result is the (r - where its run begins)-th line of that run.
        line = np.repeat(self.start - upto[:-1], length)
        line += np.arange(self.n_lines)
        columns = {}
        for name, parts in self.lines.items():
            values = np.concatenate(parts)[line].astype(np.int64)
            columns[name] = Column(values, self.columns[name].unit)
        if self.merged.within is not None:
            for name, one in self.merged.within.columns.items():
                if one.unit is Unit.TEXT:
                    some = one.take(line)
                    codes = some.values.astype(np.int32)
                    columns[name] = Column(codes, some.unit, some.known, some.words)
        books = {}
        if self.orders is not None:
            done = self.orders.encoded(self.columns["order_id"].values)
            columns["order_id"] = Column(np.repeat(done.codes, length), Unit.TEXT)
            books["order_id"] = done.words
        day = np.repeat(self.day, length)
        return EventTable(upto[self.merged.offsets], day, columns, books)
