"""How well a customer keeps to the days on which it has to pay.

The worst overdue invoice tells of today; these two tell of habit. Of all that was due
in a window, which part was there on the day, and how many days did the rest take? Both
weigh by amount, so that one late million counts for more than ten late hundreds.

The method follows what was missing from day to day. Of an invoice due on d, the unpaid
rest of every day from d to the day before as_of is added up and divided by the amount
due: 1,000 paid ten days late are 10 days, half of it ten days late and half on time are
5, and what is still open counts up to as_of. Early payments are on time, not less than
that; what was paid on time and paid back since was not paid. What was written off is
late up to the day of the write-off, and then bad debt.

Left out are credit notes and, of an invoice, what is in dispute at as_of or covered by
a credit (:mod:`custseg.scoring.receivables.aging`).

This is the amount-weighted mean of days beyond terms, over paid and open items alike.
Textbooks also call *average days delinquent* the difference of two ratios of balances,
DSO less best possible DSO; that is :code:`average_days_delinquent` in
:mod:`custseg.scoring.receivables.turnover`.

References: J. G. Salek, Accounts Receivable Management Best Practices (Wiley 2005), on
measures of collection; Credit Research Foundation, Key Performance Indicator
Definitions, for average days delinquent.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.labels import Title
from custseg.periods import Window
from custseg.scoring.features import Facts, Feature
from custseg.scoring.purchases import ratio
from custseg.scoring.receivables.aging import LATE, aging_by
from custseg.scoring.receivables.book import (
    SETTLED,
    Book,
    book_of,
    bounds_of,
    exact_days,
    sums_in,
)
from custseg.table import Column
from custseg.units import Unit

__all__ = ["FEATURES"]

Ints = NDArray[np.int64]


@frozen(eq=False)
class _Due:
    """What was due in a window, and the moves of those invoices.

    Parameters
    ----------
    rows : int64 array, shape (n,)
        The invoices, rising.
    amount, day : int64 arrays, shape (n,)
        What was to be paid, without what is left out, and when.
    offsets : int64 array, shape (n_customers + 1,)
        Customer c has the invoices ``rows[offsets[c]:offsets[c + 1]]``.
    moves : int64 array, shape (m,)
        Positions in the book, up to the day looked at.
    invoice : int64 array, shape (m,)
        The place in ``rows`` of the invoice of each.
    starts : int64 array, shape (n + 1,)
        The moves of each invoice among these.
    """

    rows: Ints
    amount: Ints
    day: Ints
    offsets: Ints
    moves: Ints
    invoice: Ints
    starts: Ints


def _due(facts: Facts, window: Window) -> _Due:
    after, through = bounds_of(facts, window)

    def gather() -> _Due:
        book, aging = book_of(facts), aging_by(facts, facts.as_of)
        chosen = (book.amount > 0) & (book.due > after) & (book.due <= through)
        rows = np.flatnonzero(chosen)
        before = np.concatenate([[0], np.cumsum(chosen)])
        start, stop = book.starts[rows], book.until(facts.as_of)[rows]
        starts = np.concatenate([[0], np.cumsum(stop - start)])
        invoice = np.repeat(np.arange(len(rows)), stop - start)
        moves = np.arange(starts[-1]) + (start - starts[:-1])[invoice]
        return _Due(
            rows,
            # More than its amount is open where more was paid back than had come in.
            np.maximum(book.amount[rows] - aging.left_out[rows], 0),
            book.due[rows],
            before[book.offsets],
            moves,
            invoice,
            starts,
        )

    return facts.once(("due", after, through), gather)


def _on_time(due: _Due, book: Book) -> Ints:
    """Return how much of each invoice was paid by its day and not paid back since."""
    paid = book.paid[due.moves]
    early = paid * (book.day[due.moves] <= due.day[due.invoice])
    by_then, by_now = sums_in(early, due.starts), sums_in(paid, due.starts)
    return np.clip(np.minimum(by_then, by_now), 0, due.amount)


def _on_time_share(facts: Facts, window: Window) -> Column:
    due, book = _due(facts, window), book_of(facts)
    paid = sums_in(_on_time(due, book), due.offsets)
    asked = sums_in(due.amount, due.offsets)
    return ratio(paid, asked, Unit.SHARE, positive=True)


def _average_days_late(facts: Facts, window: Window) -> Column:
    due, book = _due(facts, window), book_of(facts)
    today, invoice = facts.as_of, due.invoice
    day = book.day[due.moves].astype(np.int64)
    settled = np.cumsum((book.paid + book.written)[due.moves])
    before = np.append(0, settled)[due.starts[:-1]]
    # All of it is missing up to the first move of an invoice,
    until = np.full(len(due.rows), today, dtype=np.int64)
    moved = np.diff(due.starts) > 0
    until[moved] = day[due.starts[:-1][moved]]
    length = np.maximum(until - due.day, 0)
    late = exact_days(due.amount, length, due.offsets)
    # and after each move what it leaves, up to the next.
    until = np.full(len(day), today, dtype=np.int64)
    again = invoice[1:] == invoice[:-1]
    until[:-1][again] = day[1:][again]
    length = np.maximum(until - np.maximum(day, due.day[invoice]), 0)
    rest = due.amount[invoice] - (settled - before[invoice])
    rest = np.clip(rest, 0, due.amount[invoice])
    late += exact_days(rest, length, due.starts[due.offsets])
    asked = sums_in(due.amount, due.offsets)
    return ratio(late, asked, Unit.NUMBER, positive=True)


_NOT_DUE = Title(zh="期内没有到期的账款", en="where nothing was due in the window")

FEATURES = (
    Feature(
        code="on_time_share",
        unit=Unit.SHARE,
        title=Title(zh="按时付款率", en="Share paid on time"),
        formula="of invoices due in the window, the part of the amount paid on or "
        "before due_on; credit notes are left out, and what is in dispute at as_of or "
        "covered by a credit",
        needs=SETTLED,
        also=LATE,
        compute=_on_time_share,
        windowed=True,
        missing=(_NOT_DUE,),
        better="higher",
        lever="raise",
        least=0,
        most=1,
    ),
    Feature(
        code="average_days_late",
        unit=Unit.NUMBER,
        title=Title(zh="平均逾期天数", en="Average days late"),
        formula="of invoices due in the window: sum over the days from due_on to as_of "
        "of what was unpaid / amount due, so days late weighted by amount, early "
        "payments 0; left out as for on_time_share",
        needs=SETTLED,
        also=LATE,
        compute=_average_days_late,
        windowed=True,
        missing=(_NOT_DUE,),
        better="lower",
        lever="lower",
        least=0,
    ),
)
