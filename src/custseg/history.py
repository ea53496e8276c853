"""The sales of each customer by day: the form in which features are computed.

Lines are gathered once into days, so a feature over a window is a difference of two
prefix sums, and any past day costs no more than the last one. All sums are over
integers.

How orders are counted: a line *opens* its order on its day when it is the first sale
line of that order on that day. Nearly always an order has one day, and then the orders
of a window are the openings in it. An order with lines on several days would count
twice; such later openings are few and kept aside, each with the day index of the one
before, so that a window can leave out those whose predecessor it holds too.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.events import EventTable
from custseg.table import Array

__all__ = ["SalesHistory"]

Positions = NDArray[np.int64]


@frozen(eq=False)
class SalesHistory:
    """Sales in days per customer; everything is worked out when first asked for.

    Parameters
    ----------
    sales : EventTable
        Lines sorted by customer and day, with the column ``amount``.
    """

    sales: EventTable

    @cached_property
    def first_line(self) -> Positions:
        """The first line of each day, shape (n_days,)."""
        day, offsets = self.sales.day, self.sales.offsets
        begins = np.empty(len(day), dtype=np.bool_)
        if len(day):
            begins[0] = True
            np.not_equal(day[1:], day[:-1], out=begins[1:])
            begins[offsets[:-1][offsets[:-1] < len(day)]] = True
        return np.flatnonzero(begins)

    @cached_property
    def offsets(self) -> Positions:
        """Customer c owns the days ``offsets[c]:offsets[c + 1]``."""
        return np.searchsorted(self.first_line, self.sales.offsets)

    @cached_property
    def day(self) -> NDArray[np.int32]:
        """The days themselves, shape (n_days,), rising within a customer."""
        return self.sales.day[self.first_line]

    @cached_property
    def _is_sale(self) -> NDArray[np.bool_]:
        positive: NDArray[np.bool_] = self.sales.columns["amount"].values > 0
        return positive

    @cached_property
    def purchase_days(self) -> Positions:
        """Positions of the days with at least one sale, shape (n_purchases,)."""
        if not len(self.first_line):
            return np.empty(0, dtype=np.int64)
        if self._is_sale.all():
            return np.arange(len(self.first_line))
        sold = np.logical_or.reduceat(self._is_sale, self.first_line)
        return np.flatnonzero(sold)

    @cached_property
    def purchase_offsets(self) -> Positions:
        """Where each customer's purchases begin, shape (n_customers + 1,)."""
        return np.searchsorted(self.purchase_days, self.offsets)

    @cached_property
    def purchase_day(self) -> NDArray[np.int32]:
        """The days with a sale, shape (n_purchases,), rising within a customer."""
        return self.day[self.purchase_days]

    @cached_property
    def _sums(self) -> dict[tuple[str, int], NDArray[np.int64]]:
        return {}

    def running_sum(self, column: str, *, sign: int = 0) -> NDArray[np.int64]:
        """Return the prefix sums of a column over the days, shape (n_days + 1,).

        Parameters
        ----------
        column : str
            A money or quantity column of the sales; unknown values count as zero.
        sign : {0, 1, -1}
            All lines, sale lines only, or return lines only (by their amount).
        """
        key = (column, sign)
        if key not in self._sums:
            one = self.sales.columns[column]
            values = one.values if one.known is None else one.values * one.known
            if sign:
                amount = self.sales.columns["amount"].values
                values = values * (amount > 0 if sign > 0 else amount < 0)
            self._sums[key] = self._prefix(values)
        return self._sums[key]

    def running_unknown(self, column: str) -> NDArray[np.int64]:
        """Return the prefix counts of lines whose value is unknown."""
        known = self.sales.columns[column].is_known()
        return self._prefix((~known).astype(np.int64))

    def _prefix(self, values: Array) -> NDArray[np.int64]:
        prefix = np.zeros(len(self.first_line) + 1, dtype=np.int64)
        if len(self.first_line):
            np.cumsum(np.add.reduceat(values, self.first_line), out=prefix[1:])
        return prefix

    @cached_property
    def running_orders(self) -> NDArray[np.int64]:
        """Prefix sums of the orders opened on each day, shape (n_days + 1,)."""
        if "order_id" not in self.sales.columns:
            sold = np.zeros(len(self.first_line), dtype=np.int64)
            sold[self.purchase_days] = 1
            prefix = np.zeros(len(sold) + 1, dtype=np.int64)
            np.cumsum(sold, out=prefix[1:])
            return prefix
        prefix = np.zeros(len(self.first_line) + 1, dtype=np.int64)
        np.cumsum(self._openings[0], out=prefix[1:])
        return prefix

    @cached_property
    def repeat_openings(self) -> tuple[Positions, Positions]:
        """Later openings of orders with lines on several days, and the ones before.

        Returns
        -------
        later, before : int64 arrays
            Day positions; ``before`` is the last opening of the same order earlier.
        """
        if "order_id" not in self.sales.columns:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        return self._openings[1:]

    @cached_property
    def _openings(self) -> tuple[NDArray[np.int64], Positions, Positions]:
        """Orders opened on each day; openings that come again; the ones before."""
        nothing = np.empty(0, dtype=np.int64)
        n_days = len(self.first_line)
        if not n_days:
            return nothing, nothing, nothing
        order = self._orders
        begins = np.empty(len(order), dtype=np.bool_)
        np.not_equal(order[1:], order[:-1], out=begins[1:])
        begins[self.first_line] = True
        run = np.flatnonzero(begins)  # lines of one order and day, standing together
        starts_day = np.zeros(len(order), dtype=np.bool_)
        starts_day[self.first_line] = True
        day = np.cumsum(starts_day[run]) - 1
        code = order[run]
        if not self._is_sale.all():
            sold = np.logical_or.reduceat(self._is_sale, run)
            day, code = day[sold], code[sold]
        if not len(code):
            return np.zeros(n_days, dtype=np.int64), nothing, nothing
        ordered = np.sort(code)
        twice = ordered[1:][ordered[1:] == ordered[:-1]]
        several = np.empty(0, dtype=np.int64)
        if len(twice):
            at = np.minimum(np.searchsorted(twice, code), len(twice) - 1)
            several = np.flatnonzero(twice[at] == code)
        again, later, before = self._apart(day[several], code[several])
        opened = np.bincount(day, minlength=n_days)
        opened -= np.bincount(day[several[again]], minlength=n_days)
        return opened, later, before

    def _apart(
        self, day: Positions, code: Array
    ) -> tuple[NDArray[np.bool_], Positions, Positions]:
        """Sort out orders whose lines stand in several runs.

        Returns
        -------
        again : bool array, shape (n_runs,)
            Runs of an order that has opened on the same day before.
        later, before : int64 arrays
            Days on which an order opens again, and its last day before.
        """
        owner = np.searchsorted(self.offsets, day, side="right")
        by = np.lexsort((day, code, owner))
        owner, code, day = owner[by], code[by], day[by]
        same = np.zeros(len(by), dtype=np.bool_)
        same[1:] = (code[1:] == code[:-1]) & (owner[1:] == owner[:-1])
        on_same_day = np.zeros(len(by), dtype=np.bool_)
        on_same_day[1:] = same[1:] & (day[1:] == day[:-1])
        again = np.zeros(len(by), dtype=np.bool_)
        again[by] = on_same_day
        later = np.flatnonzero(same & ~on_same_day)
        return again, day[later], day[later - 1]

    @cached_property
    def _orders(self) -> Array:
        """The order of each line; without an order id, the day makes the order."""
        column = self.sales.columns["order_id"]
        if column.known is None:
            return column.values
        codes = column.values.astype(np.int64)
        day_of_line = np.zeros(len(codes), dtype=np.int64)
        day_of_line[self.first_line[1:]] = 1
        np.cumsum(day_of_line, out=day_of_line)
        top = int(codes.max(initial=-1)) + 1
        return np.where(column.known, codes, top + day_of_line)
