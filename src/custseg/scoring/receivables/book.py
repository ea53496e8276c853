"""The open balance of every invoice on any day: what all other rooms here stand on.

An invoice is open from the day of its issue. Payments lower its balance, whole or in
part, and money that was paid back raises it again. A write-off takes the rest away, up
to the amount that was written off. So on every day

    open = issued - paid - written off

holds for each invoice, and by addition for each customer.

What odd rows count as: a payment before its invoice counts from the day of issue, since
before it nobody can say what was paid. What is paid above the amount is a credit of the
customer, as is a credit note, an invoice under zero. A write-off counts from its day;
without an amount it takes all that is open, without a day it never counts, and never
more than what is open, so what comes in afterwards lowers it: that money was not lost
after all. An invoice is due on its day, but not before it was issued; without a due day
it is never due.

The method: payments and write-offs are moves of one invoice, sorted by invoice and day,
so what an invoice had received by any day is a difference of two running sums. Each
move depends only on what came before it, so a day in the past sees what was known then.

Limits: a payment names one invoice; a sum that pays several comes as several payments.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.errors import AmountOverflow, Problem
from custseg.events import EventTable, arrange, bisect_days
from custseg.intake.linking import invoices_paid
from custseg.periods import Window, WindowKind
from custseg.scoring.features import Facts
from custseg.table import Array, Column
from custseg.units import Unit

__all__ = [
    "ISSUED",
    "NEVER",
    "SETTLED",
    "WRITTEN_OFF",
    "Book",
    "book_of",
    "bounds_of",
    "days_in",
    "exact_days",
    "open_by",
    "sums_in",
]

Ints = NDArray[np.int64]

ISSUED: Final = ("invoices.amount",)
SETTLED: Final = ("invoices.amount", "payments.amount")
WRITTEN_OFF: Final = ("invoices.written_off_on", "invoices.written_off_amount")
"""Columns that decide what is open, as features name them."""

NEVER: Final = 2**31
"""A day after every other."""


@frozen(eq=False)
class Book:
    """Invoices and what became of them, sorted by customer and day of issue.

    Parameters
    ----------
    offsets : int64 array, shape (n_customers + 1,)
        Customer c has the invoices ``offsets[c]:offsets[c + 1]``.
    issued : int32 array, shape (n_invoices,)
    due : int64 array, shape (n_invoices,)
        Never before the issue; :data:`NEVER` where nobody said.
    amount : int64 array, shape (n_invoices,)
        In minor units; under zero for a credit note.
    written_off_on : int64 array, shape (n_invoices,)
        :data:`NEVER` where it was not.
    starts : int64 array, shape (n_invoices + 1,)
        Invoice i has the moves ``starts[i]:starts[i + 1]``.
    day : int32 array, shape (n_moves,)
        Never falls within an invoice.
    paid, written : int64 arrays, shape (n_moves,)
        What each move pays, and what it writes off.
    """

    offsets: Ints
    issued: NDArray[np.int32]
    due: Ints
    amount: Ints
    written_off_on: Ints
    starts: Ints
    day: NDArray[np.int32]
    paid: Ints
    written: Ints

    @property
    def invoice(self) -> Ints:
        """The invoice of each move, shape (n_moves,)."""
        return np.repeat(np.arange(len(self.amount)), np.diff(self.starts))

    def by_invoice(self, moves: Array) -> Ints:
        """Return the exact sums of a value of each move, shape (n_invoices,)."""
        return sums_in(moves, self.starts)

    def by_customer(self, values: Array) -> Ints:
        """Return the exact sums of a value of each invoice, shape (n_customers,)."""
        return sums_in(values, self.offsets)

    def moves_by_customer(self, values: Array) -> Ints:
        """Return the exact sums of a value of each move, shape (n_customers,)."""
        return sums_in(values, self.starts[self.offsets])

    def highest(self, values: Array) -> Ints:
        """Return the highest value of each customer's invoices; 0 is the least."""
        most = np.zeros(len(self.offsets) - 1, dtype=np.int64)
        some = np.flatnonzero(np.diff(self.offsets))
        if len(some):
            most[some] = np.maximum.reduceat(values, self.offsets[some])
        return np.maximum(most, 0)

    def until(self, day: int) -> Ints:
        """Return, for each invoice, the first move after a day."""
        return bisect_days(self.day, self.starts, day)


def sums_in(values: Array, offsets: Ints) -> Ints:
    """Return the exact sums of the values between every two offsets.

    Examples
    --------
    >>> sums_in(np.array([5, 6, 7]), np.array([0, 2, 2, 3])).tolist()
    [11, 0, 7]
    """
    running = np.zeros(len(values) + 1, dtype=np.int64)
    np.cumsum(values, out=running[1:])
    return np.diff(running[offsets])


def book_of(facts: Facts) -> Book:
    """Return the book of a ledger; days after the one looked at are in it too."""
    return facts.once("receivables", lambda: _written(facts))


def open_by(facts: Facts, day: int) -> Ints:
    """Return what is open of each invoice at the end of a day, shape (n_invoices,).

    Parameters
    ----------
    facts : Facts
    day : int
        A later one than that of the facts stands for it.
    """
    day = min(day, facts.as_of)

    def work_out() -> Ints:
        book = book_of(facts)
        running = np.zeros(len(book.day) + 1, dtype=np.int64)
        np.cumsum(book.paid + book.written, out=running[1:])
        settled = running[book.until(day)] - running[book.starts[:-1]]
        return np.where(book.issued <= day, book.amount - settled, 0)

    return facts.once(("open", day), work_out)


def bounds_of(facts: Facts, window: Window) -> tuple[int, int]:
    """Return ``(after, through)`` of a window; it does not reach behind the day."""
    after, through = window.bounds(facts.as_of, fiscal=facts.fiscal)
    return after, max(after, min(through, facts.as_of))


def days_in(facts: Facts, window: Window) -> Ints:
    """Return how many days a window has, shape (n_customers,).

    A lifetime begins with the day of a customer's first invoice, and has no day where
    there is none.
    """
    after, through = bounds_of(facts, window)
    if window.kind is WindowKind.LIFETIME:
        book = book_of(facts)
        there = np.diff(book.offsets) > 0
        if not there.any():
            return np.zeros(facts.n, dtype=np.int64)
        first = book.issued[np.where(there, book.offsets[:-1], 0)].astype(np.int64)
        return np.where(there, np.maximum(through - first + 1, 0), 0)
    return np.full(facts.n, through - after, dtype=np.int64)


def exact_days(values: Ints, days: Ints, offsets: Ints) -> Ints:
    """Return exact sums of amounts times days.

    Parameters
    ----------
    values, days : int64 arrays, shape (n,)
    offsets : int64 array, shape (n_groups + 1,)
        The rows of each group.

    Raises
    ------
    AmountOverflow
        When a sum does not fit 64 bits.

    Notes
    -----
    Running sums over everybody may leave 64 bits and come back; the difference of two
    of them is right as long as each group's own sum fits.

    Examples
    --------
    >>> exact_days(np.array([5, 7]), np.array([2, 10]), np.array([0, 1, 2])).tolist()
    [10, 70]
    """
    size = np.abs(values).astype(np.float64) * days
    if size.sum() >= _MOST:
        running = np.concatenate([[0.0], np.cumsum(size)])
        largest = float(np.diff(running[offsets]).max())
        if largest >= _MOST:
            raise AmountOverflow(
                Problem(
                    "amounts times days are too large to count exactly",
                    where="invoices.amount",
                    got=f"about {largest:.3g} of the smallest unit times days",
                    allowed=f"up to {2**62:,} for one customer",
                )
            )
    return sums_in(values * days, offsets)


_MOST: Final = 2.0**62


def _written(facts: Facts) -> Book:
    invoices = facts.ledger.tables["invoices"]
    amount, due = invoices.columns["amount"].values, invoices.columns["due_on"]
    payable = np.where(due.is_known(), due.values.astype(np.int64), NEVER)
    gone_on, most = _write_offs(invoices)
    invoice, day, paid = _payments(facts, invoices)
    gone = np.flatnonzero(gone_on < NEVER)
    moves = arrange(
        np.concatenate([invoice, gone]).astype(np.int32),
        np.concatenate([day, gone_on[gone]]).astype(np.int32),
        {"paid": Column(np.append(paid, np.zeros_like(gone)), Unit.MONEY)},
        len(invoices),
    )
    starts, paid = moves.offsets, moves.columns["paid"].values
    written = np.zeros(len(paid), dtype=np.int64)
    if len(gone):
        written = _lost(moves, amount, gone_on, most)
    return Book(
        invoices.offsets,
        invoices.day,
        np.maximum(payable, invoices.day),
        amount,
        gone_on,
        starts,
        moves.day,
        paid,
        written,
    )


def _write_offs(invoices: EventTable) -> tuple[Ints, Ints]:
    """Return from when each invoice is written off, and up to how much."""
    amount = invoices.columns["amount"].values
    never = np.full(len(invoices), NEVER, dtype=np.int64)
    day = invoices.columns.get("written_off_on")
    if day is None:
        return never, amount
    limit = np.maximum(amount, 0)
    said = invoices.columns.get("written_off_amount")
    if said is not None:
        limit = np.where(said.is_known(), np.clip(said.values, 0, limit), limit)
    gone = day.is_known() & (limit > 0)
    return np.where(gone, np.maximum(day.values, invoices.day), never), limit


def _payments(facts: Facts, invoices: EventTable) -> tuple[Ints, Ints, Ints]:
    """Return invoice, day and amount of the payments; of the invoice's day at least."""
    none = np.empty(0, dtype=np.int64)
    payments = facts.ledger.tables.get("payments")
    if payments is None or not len(payments):
        return none, none, none
    invoice = invoices_paid(invoices, payments)
    day, amount = payments.day.astype(np.int64), payments.columns["amount"].values
    if (invoice < 0).any():
        there = invoice >= 0
        invoice, day, amount = invoice[there], day[there], amount[there]
    return invoice, np.maximum(day, invoices.day[invoice]), amount


def _lost(moves: EventTable, amount: Ints, gone_on: Ints, most: Ints) -> Ints:
    """Return what each move writes off; what comes in afterwards takes it back."""
    invoice = moves.owners()
    paid = moves.columns["paid"].values
    running = np.cumsum(paid)
    before = np.concatenate([[0], running])[moves.offsets[:-1]]
    rest = (amount + before)[invoice] - running
    off = moves.day >= gone_on[invoice]
    lost = np.where(off, np.clip(rest, 0, most[invoice]), 0)
    written = lost.copy()
    written[1:] -= np.where(invoice[1:] == invoice[:-1], lost[:-1], 0)
    return written
