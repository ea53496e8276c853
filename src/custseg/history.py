"""The sales of each customer by day: the form in which features are computed.

Everything is counted along the lines of the sales as they stand sorted by customer and
day, so a feature over a window is a difference of two running sums, and any past day
costs no more than the last one. All sums are over integers. The "lines" may be runs of
neighbouring lines merged into one: nothing here can tell.

How orders are counted: a line *opens* its order on its day when it is the first sale
line of that order on that day. Nearly always an order has one day, and then the orders
of a window are the openings in it. An order with lines on several days would count
twice; such later openings are few and kept aside, each with the opening before it, so
that a window can leave out those whose predecessor it holds too. Order numbers mostly
rise as time goes by; only customers for whom they do not are looked at more closely.
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
    """Sales by customer and day; everything is worked out when first asked for.

    Parameters
    ----------
    sales : EventTable
        Lines sorted by customer and day, with the column ``amount``.
    """

    sales: EventTable

    @property
    def offsets(self) -> Positions:
        """Customer c owns the lines ``offsets[c]:offsets[c + 1]``."""
        return self.sales.offsets

    @property
    def day(self) -> NDArray[np.int32]:
        """The day of each line, shape (n_lines,), never falling within a customer."""
        return self.sales.day

    @cached_property
    def _is_sale(self) -> NDArray[np.bool_]:
        positive: NDArray[np.bool_] = self.sales.columns["amount"].values > 0
        return positive

    @cached_property
    def _sold(self) -> Positions:
        """The sale lines, shape (n_sold,)."""
        return np.flatnonzero(self._is_sale)

    @cached_property
    def _sold_offsets(self) -> Positions:
        """Where each customer's sale lines begin among them, shape (n_customers + 1,).

        They are counted through, not searched for: that is one sweep.
        """
        return _count_before(self._is_sale)[self.offsets]

    @cached_property
    def _sold_day(self) -> NDArray[np.int32]:
        """The day of each sale line."""
        return self.day[self._sold]

    @cached_property
    def _begins_purchase(self) -> NDArray[np.bool_]:
        """Which of the sale lines is the first of its customer and day."""
        return self._differs(self._sold_day)

    @cached_property
    def _begins_customer(self) -> NDArray[np.bool_]:
        """Which of the sale lines is the first of its customer."""
        begins = np.zeros(len(self._sold), dtype=np.bool_)
        first = self._sold_offsets[:-1]
        begins[first[first < len(begins)]] = True
        return begins

    def _differs(self, *marks: Array) -> NDArray[np.bool_]:
        """Say which sale line differs in a mark, or in its customer, from the last."""
        differs = self._begins_customer.copy()
        for mark in marks:
            differs[1:] |= mark[1:] != mark[:-1]
        return differs

    @cached_property
    def purchase_days(self) -> Positions:
        """The first sale line of each day with a sale, shape (n_purchases,)."""
        return self._sold[self._begins_purchase]

    @cached_property
    def running_purchases(self) -> Positions:
        """Prefix sums of the days with a sale over the lines, shape (n_lines + 1,)."""
        begins = np.zeros(len(self.day), dtype=np.bool_)
        begins[self.purchase_days] = True
        return _count_before(begins)

    @cached_property
    def purchase_offsets(self) -> Positions:
        """Where each customer's purchases begin, shape (n_customers + 1,)."""
        return self.running_purchases[self.offsets]

    @cached_property
    def purchase_day(self) -> NDArray[np.int32]:
        """The days with a sale, shape (n_purchases,), rising within a customer."""
        return self.day[self.purchase_days]

    @cached_property
    def _sums(self) -> dict[tuple[str, int], NDArray[np.int64]]:
        return {}

    def running_sum(self, column: str, *, sign: int = 0) -> NDArray[np.int64]:
        """Return the prefix sums of a column over the lines, shape (n_lines + 1,).

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
            self._sums[key] = _sum_before(values)
        return self._sums[key]

    def running_unknown(self, column: str) -> NDArray[np.int64]:
        """Return the prefix counts of lines whose value is unknown."""
        return _count_before(~self.sales.columns[column].is_known())

    @cached_property
    def running_orders(self) -> NDArray[np.int64]:
        """Prefix sums of the orders opened by each line, shape (n_lines + 1,)."""
        opens = np.zeros(len(self.day), dtype=np.bool_)
        opens[self._openings[0]] = True
        return _count_before(opens)

    @property
    def repeat_openings(self) -> tuple[Positions, Positions]:
        """Later openings of orders with lines on several days, and the ones before.

        Returns
        -------
        later, before : int64 arrays
            Lines; ``before`` is the last opening of the same order earlier.
        """
        return self._openings[1:]

    @cached_property
    def _openings(self) -> tuple[Positions, Positions, Positions]:
        """Lines that open an order; those that open one again; the ones before."""
        nothing = np.empty(0, dtype=np.int64)
        if "order_id" not in self.sales.columns:  # a day's sales are one order
            return self.purchase_days, nothing, nothing
        code = self._orders[self._sold]
        # Lines of one order and day that stand together open it once.
        opens = self._differs(self._sold_day, code)
        repeating = self._may_repeat(opens, code)
        if not len(repeating):
            return self._sold[opens], nothing, nothing
        again, later, before = self._apart(repeating, code)
        opens[again] = False
        return self._sold[opens], self._sold[later], self._sold[before]

    def _may_repeat(self, opens: NDArray[np.bool_], code: Array) -> Positions:
        """Return the openings of whose order there may be another one.

        Parameters
        ----------
        opens : bool array, shape (n_sold,)
            Which of the sale lines open an order.
        code : array, shape (n_sold,)
            The order of each.
        """
        at = np.flatnonzero(opens)
        opened, later = code[at], at[1:]
        falls = opened[1:] <= opened[:-1]
        falls &= ~self._begins_customer[later]  # which comes after nobody's
        offsets = self._sold_offsets
        # Each customer once; np.unique would load numpy.ma.
        falling = np.searchsorted(offsets, later[falls], side="right")
        fallen = np.flatnonzero(np.bincount(falling))
        some = _rows_between(
            *np.searchsorted(at, [offsets[fallen - 1], offsets[fallen]])
        )
        ordered = np.sort(opened[some])
        twice = ordered[1:][ordered[1:] == ordered[:-1]]
        if not len(twice):
            return at[:0]
        near = np.minimum(np.searchsorted(twice, opened[some]), len(twice) - 1)
        several: Positions = at[some[twice[near] == opened[some]]]
        return several

    def _apart(self, at: Positions, code: Array) -> tuple[Positions, ...]:
        """Sort out orders that may open several times.

        Parameters
        ----------
        at : int64 array
            Openings, as positions among the sale lines.
        code : array, shape (n_sold,)
            The order of each.

        Returns
        -------
        again : int64 array
            Those of an order that has opened on the same day before.
        later, before : int64 arrays
            Those of an order that has opened on an earlier day, and its last before.
        """
        owner = np.searchsorted(self._sold_offsets, at, side="right")
        by = np.lexsort((at, code[at], owner))
        at, owner = at[by], owner[by]
        day, code = self._sold_day[at], code[at]
        same = (code[1:] == code[:-1]) & (owner[1:] == owner[:-1])
        same_day = same & (day[1:] == day[:-1])
        # The first of each order and day stays; another day of it opens it again.
        stays = np.flatnonzero(np.append(len(at) > 0, ~same_day)[: len(at)])
        is_later = same[stays[1:] - 1]
        return at[1:][same_day], at[stays[1:][is_later]], at[stays[:-1][is_later]]

    @cached_property
    def _orders(self) -> Array:
        """The order of each line; without an order id, the day makes the order."""
        column = self.sales.columns["order_id"]
        if column.known is None:
            return column.values
        codes = column.values.astype(np.int64)
        begins = np.zeros(len(codes), dtype=np.bool_)
        begins[1:] = self.day[1:] != self.day[:-1]
        first = self.offsets[:-1]
        begins[first[first < len(codes)]] = True
        top = int(codes.max(initial=-1)) + 1
        return np.where(column.known, codes, top + np.cumsum(begins))


def _rows_between(start: Positions, stop: Positions) -> Positions:
    """Return the rows of some slices, one after the other."""
    length = stop - start
    rows = np.repeat(start - (np.cumsum(length) - length), length)
    rows += np.arange(len(rows))
    return rows


def _sum_before(values: Array) -> NDArray[np.int64]:
    """Return the sum of all values before each place, and behind the last."""
    upto = np.empty(len(values) + 1, dtype=np.int64)
    upto[0] = 0
    upto[1:] = values  # summed up in place: twice as fast as with other numbers
    return np.cumsum(upto, out=upto)


def _count_before(marks: NDArray[np.bool_]) -> NDArray[np.int64]:
    return _sum_before(marks)
