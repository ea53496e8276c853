"""One customer's history as known on a day, with orders put behind it.

To see what an order would do, it is written into the history and the history measured
anew. Hundreds of histories that differ in one order are measured at once: each is the
same customer, repeated, with its own last rows. What is finally told is checked on the
plain way, a ledger to which a small ledger is appended.

A further order is like one that was: the customer's order of median amount, the latest
of them where several are, taken from the policy's window where there are any. Its
largest line lends category, product and brand; quantity and cost grow with the amount.

Limits: where the customer never bought, nothing is known of the goods.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import NDArray

from custseg.events import EventTable
from custseg.intake.identifiers import texts_of
from custseg.ledger import Ledger
from custseg.periods import FiscalCalendar, Window
from custseg.table import Array, Column
from custseg.units import Unit
from custseg.whatif.steps import Ints

__all__ = ["History", "Pattern", "known_on", "usual_order"]

_HAPPENINGS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "customers": {"registered_on": (), "closed_on": ()},
    "invoices": {
        "written_off_on": ("written_off_amount",),
        "disputed_on": (),
        "resolved_on": (),
    },
}
"""Columns with the day of something that happened to a row later, and what came with
it. A day to come is not known yet; a due day is."""


def known_on(ledger: Ledger, day: int) -> Ledger:
    """Return a ledger without anything that happened after a day.

    Parameters
    ----------
    ledger : Ledger
    day : int
        Looked at from any later day, the result is what was known on this one.
    """
    tables = {}
    for name, whole in ledger.tables.items():
        table = whole.keep(whole.day <= day)
        columns = dict(table.columns)
        for code, along in _HAPPENINGS.get(name, {}).items():
            if code in columns:
                seen = columns[code].is_known() & (columns[code].values <= day)
                for one in (code, *along):
                    if one in columns:
                        columns[one] = _only_where(columns[one], seen)
        tables[name] = evolve(table, columns=columns)
    return evolve(ledger, tables=tables)


def _only_where(column: Column, seen: NDArray[np.bool_]) -> Column:
    known = column.is_known() & seen
    return Column(column.values, column.unit, known, column.words)


@frozen(eq=False)
class Pattern:
    """The order that a further one is like.

    Parameters
    ----------
    amount : int
        Of the order, its sale lines only, in minor units.
    day : int
        Its last day.
    row : int
        Its largest line, as a row of the sales.
    rates : mapping of str to float
        Quantity and cost for one minor unit of amount, where they are known.
    """

    amount: int
    day: int
    row: int
    rates: Mapping[str, float]


def usual_order(
    sales: EventTable, window: Window, day: int, fiscal: FiscalCalendar
) -> Pattern | None:
    """Return the order of median amount; None where there is no sale.

    Parameters
    ----------
    sales : EventTable
        Of one customer, up to the day.
    window : Window
        Orders in it are taken, where there are any.
    day : int
    fiscal : FiscalCalendar
    """
    amount = sales.columns["amount"].values
    sold = np.flatnonzero(amount > 0)
    if not len(sold):
        return None
    after, through = window.bounds(day, fiscal=fiscal)
    inside = (sales.day[sold] > after) & (sales.day[sold] <= through)
    if inside.any():
        sold = sold[inside]
    order = _order_of_line(sales)[sold]
    _, which = np.unique(order, return_inverse=True)
    n = int(which.max()) + 1
    totals = np.zeros(n, dtype=np.int64)
    np.add.at(totals, which, amount[sold])
    last = np.zeros(n, dtype=np.int64)
    np.maximum.at(last, which, sales.day[sold])
    median = int(np.sort(totals)[(n - 1) // 2])
    chosen = max(np.flatnonzero(totals == median).tolist(), key=lambda one: last[one])
    lines = sold[which == chosen]
    rates = {}
    for name in ("quantity", "cost"):
        column = sales.columns.get(name)
        if column is not None and (known := lines[column.is_known()[lines]]).size:
            rates[name] = int(column.values[known].sum()) / int(amount[known].sum())
    row = int(lines[np.argmax(amount[lines])])
    return Pattern(median, int(last[chosen]), row, rates)


def _order_of_line(sales: EventTable) -> Ints:
    """Return a number for the order of each line; without an id, the day's."""
    column = sales.columns.get("order_id")
    day = -1 - sales.day.astype(np.int64)  # days count from 1970, so all are under 0
    if column is None:
        return day
    return np.where(column.is_known(), column.values.astype(np.int64), day)


@frozen(eq=False)
class History:
    """What is known of one customer, and a way to put orders behind it.

    Parameters
    ----------
    ledger : Ledger
        Of this customer alone, with nothing after the day looked at.
    pattern : Pattern or None
        What further orders are like.
    """

    ledger: Ledger = field(repr=False)
    pattern: Pattern | None

    @property
    def counts_orders(self) -> bool:
        """Whether several orders on one day can be told apart."""
        return "order_id" in self.ledger.tables["sales"].columns

    @property
    def length(self) -> int:
        """How many rows of sales there are."""
        return len(self._sales)

    @cached_property
    def _sales(self) -> EventTable:
        """The sales, with no more ids and words than this customer has."""
        table = self.ledger.tables["sales"]
        columns, books = dict(table.columns), {}
        for name, column in table.columns.items():
            if column.unit is not Unit.TEXT:
                continue
            used, codes = np.unique(column.values, return_inverse=True)
            real = used >= 0
            places = np.where(real, np.cumsum(real) - 1, -1).astype(np.int32)
            if name in table.books:
                books[name] = texts_of(table.books[name][used[real]])
                words: tuple[str, ...] = ()
            else:
                words = tuple(column.words[code] for code in used[real].tolist())
            columns[name] = Column(places[codes], column.unit, column.known, words)
        return EventTable(table.offsets, table.day, columns, books)

    def with_orders(
        self, days: Ints, amounts: Ints, there: NDArray[np.bool_]
    ) -> Ledger:
        """Return a ledger of many customers, each this one with orders of its own.

        Parameters
        ----------
        days, amounts : int64 arrays, shape (n, k)
            Of up to k orders for each of n variants; no day is before those known.
        there : bool array, shape (n, k)
            Which of them there are.
        """
        n = len(days)
        old = self._sales
        kept = np.hstack([np.ones((n, len(old)), dtype=np.bool_), there]).ravel()

        def behind(first: Array, more: Array) -> Array:
            known = np.broadcast_to(first, (n, len(first)))
            return np.hstack([known, more.reshape(n, -1)]).ravel()[kept]

        lines = self._lines(days, amounts)
        columns = {}
        for name, column in old.columns.items():
            new = lines.columns[name]
            known = None
            if column.known is not None or new.known is not None:
                known = behind(column.is_known(), new.is_known())
            values = behind(column.values, new.values)
            words = column.words
            columns[name] = Column(values, column.unit, known, words)
        ends = np.cumsum(len(old) + there.sum(axis=1))
        offsets = np.concatenate([[0], ends])
        # Ids that are new have the codes behind the old ones.
        books = {name: old.books[name] for name in old.books}
        if "order_id" in books:
            ids = [*books["order_id"].tolist(), *lines.books["order_id"].tolist()]
            books["order_id"] = np.array(ids, dtype=object)
        sales = EventTable(
            offsets, behind(old.day, lines.day).astype(np.int32), columns, books
        )
        tables = {
            name: sales if name == "sales" else _repeated(table, n)
            for name, table in self.ledger.tables.items()
        }
        return evolve(self.ledger, book=np.repeat(self.ledger.book, n), tables=tables)

    def appended(self, days: Ints, amounts: Ints) -> Ledger:
        """Return the ledger with some orders appended, as new rows come in.

        Parameters
        ----------
        days, amounts : int64 arrays, shape (k,)
        """
        first = len(self._sales.books.get("order_id", ()))
        lines = self._lines(days[None, :], amounts[None, :])
        columns = dict(lines.columns)
        if "order_id" in columns:  # here the new ids are all that there are
            codes = columns["order_id"].values - first
            columns["order_id"] = Column(codes.astype(np.int32), Unit.TEXT)
        by = np.argsort(lines.day, kind="stable")
        columns = {name: column.take(by) for name, column in columns.items()}
        offsets = np.array([0, len(by)], dtype=np.int64)
        small = EventTable(offsets, lines.day[by], columns, lines.books)
        whole = evolve(self.ledger, tables={**self.ledger.tables, "sales": self._sales})
        return whole.append(evolve(self.ledger, tables={"sales": small}))

    def _lines(self, days: Ints, amounts: Ints) -> EventTable:
        """Return one line for each order of each variant; new ids behind the old."""
        old, pattern = self._sales, self.pattern
        size, k = days.size, days.shape[1]
        flat = amounts.ravel()
        like = np.full(size, 0 if pattern is None else pattern.row)
        columns, books = {}, dict(old.books)
        for name, column in old.columns.items():
            if name == "amount":
                columns[name] = Column(flat, column.unit)
            elif name == "order_id":
                new = len(books[name]) + np.tile(np.arange(k), len(days))
                columns[name] = Column(new.astype(column.values.dtype), column.unit)
                books[name] = _new_ids(k, books[name])
            elif name == "returns_order_id" or pattern is None:
                columns[name] = _nothing(column, size)
            elif name in {"quantity", "cost"}:
                columns[name] = _nothing(column, size)
                if name in pattern.rates:
                    grown = np.rint(flat * pattern.rates[name]).astype(np.int64)
                    columns[name] = Column(grown, column.unit)
            else:
                columns[name] = column.take(like)
        offsets = np.array([0, size], dtype=np.int64)
        return EventTable(offsets, days.ravel().astype(np.int32), columns, books)


def _new_ids(k: int, book: Array) -> Array:
    """Return ids of k orders that no order has yet, in text order."""
    mark = "+"
    while any(str(one).startswith(mark) for one in book):
        mark += "+"
    return np.array([f"{mark}{n:06d}" for n in range(k)], dtype=object)


def _nothing(column: Column, n: int) -> Column:
    """Return as many unknown values of a column."""
    empty = -1 if column.unit is Unit.TEXT else 0
    values = np.full(n, empty, dtype=column.values.dtype)
    return Column(values, column.unit, np.zeros(n, dtype=np.bool_), column.words)


def _repeated(table: EventTable, n: int) -> EventTable:
    """Return the rows of one customer as those of n."""
    rows = np.tile(np.arange(len(table)), n)
    columns = {name: column.take(rows) for name, column in table.columns.items()}
    offsets = len(table) * np.arange(n + 1, dtype=np.int64)
    return EventTable(offsets, table.day[rows], columns, table.books)
