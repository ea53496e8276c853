"""What is overdue, by how much and since when: the open items by their age.

An invoice is overdue from the day after it was due. How far behind a customer is, is
told by the oldest of its overdue invoices; how bad it is, by the amounts in steps of
thirty days, as every list of open items shows them.

What is owed, and since when, leaves out two things. What is in dispute waits for an
answer of the seller (:mod:`custseg.scoring.receivables.disputes`). And a credit of the
customer - a credit note, or what was paid too much - is set against its invoices, those
due longest first, as a bookkeeper would who is asked what is really missing: an invoice
that was cancelled by a credit note is nobody's debt.

An invoice of which less than one unit of the currency (1.00 CNY) is owed is not
overdue: so much is left by rounding and bank charges, not by anybody who does not pay.

Limits: credits name no invoice, so the order of their use is a convention.
"""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.labels import Title
from custseg.periods import Window
from custseg.scoring.features import Facts, Feature
from custseg.scoring.receivables.book import (
    SETTLED,
    WRITTEN_OFF,
    Book,
    book_of,
    open_by,
)
from custseg.scoring.receivables.disputes import DISPUTED, disputed_by
from custseg.table import Column
from custseg.units import Unit

__all__ = ["FEATURES", "LATE", "Aging", "aging_by", "overdue_by"]

LATE: Final = (*WRITTEN_OFF, *DISPUTED)
"""Columns that decide what is late, beside invoices and payments."""

_HALF_YEAR: Final = 183
"""Days in half a year."""

Ints = NDArray[np.int64]


@frozen(eq=False)
class Aging:
    """The open items of a day.

    Parameters
    ----------
    owed : int64 array, shape (n_invoices,)
        What is open, not in dispute and not covered by a credit; never under zero.
    left_out : int64 array, shape (n_invoices,)
        What is open and in dispute, or covered by a credit.
    days : int64 array, shape (n_invoices,)
        How many days each invoice is overdue; 0 where it is not.
    """

    owed: Ints
    left_out: Ints
    days: Ints

    @property
    def overdue(self) -> Ints:
        """What is overdue of each invoice, shape (n_invoices,)."""
        return np.where(self.days > 0, self.owed, 0)


def aging_by(facts: Facts, day: int) -> Aging:
    """Return the open items at the end of a day, as they were known on it.

    Parameters
    ----------
    facts : Facts
    day : int
        Not after that of the facts.
    """

    def work_out() -> Aging:
        book = book_of(facts)
        balance = open_by(facts, day)
        owed = np.maximum(balance, 0)
        owed[disputed_by(facts, day)] = 0
        credit = -book.by_customer(np.minimum(balance, 0))
        if credit.any():
            owed = _after_credits(book, owed, credit)
        unit = 10**facts.ledger.decimals
        late = (owed >= unit) & (book.due < day)
        days = np.where(late, day - book.due, 0)
        return Aging(owed, np.maximum(balance, 0) - owed, days)

    return facts.once(("aging", day), work_out)


def overdue_by(facts: Facts, day: int) -> Ints:
    """Return what each customer is overdue with at the end of a day."""
    return book_of(facts).by_customer(aging_by(facts, day).overdue)


def _after_credits(book: Book, owed: Ints, credit: Ints) -> Ints:
    """Set credits against what is owed, what was due longest first.

    Invoices due on one day are in the order of their issue, amount and balance, so that
    the order of the rows decides nothing.
    """
    owner = np.repeat(np.arange(len(credit)), np.diff(book.offsets))
    rows = np.flatnonzero((owed > 0) & (credit[owner] > 0))
    if not len(rows):
        return owed
    keys = (owed, book.amount, book.issued, book.due, owner)
    rows = rows[np.lexsort([key[rows] for key in keys])]
    mine = owner[rows]
    running = np.cumsum(owed[rows])
    begins = np.flatnonzero(np.append(True, mine[1:] != mine[:-1]))
    before = np.append(0, running)[begins]
    upto = running - np.repeat(before, np.diff(begins, append=len(rows)))
    owed = owed.copy()
    owed[rows] = np.clip(upto - credit[mine], 0, owed[rows])
    return owed


def _overdue(facts: Facts, _: Window) -> Column:
    return Column(overdue_by(facts, facts.as_of), Unit.MONEY)


def _bucket(first: int, last: int | None, facts: Facts, _: Window) -> Column:
    aging = aging_by(facts, facts.as_of)
    inside = aging.days >= first
    if last is not None:
        inside &= aging.days <= last
    sums = book_of(facts).by_customer(np.where(inside, aging.owed, 0))
    return Column(sums, Unit.MONEY)


def _max_days_past_due(back: int, facts: Facts, _: Window) -> Column:
    days = aging_by(facts, facts.as_of - back).days
    return Column(book_of(facts).highest(days), Unit.DAYS)


_BUCKETS = (
    ("overdue_1_30", 1, 30, "逾期1-30天金额", "Overdue 1 to 30 days"),
    ("overdue_31_60", 31, 60, "逾期31-60天金额", "Overdue 31 to 60 days"),
    ("overdue_61_90", 61, 90, "逾期61-90天金额", "Overdue 61 to 90 days"),
    ("overdue_over_90", 91, None, "逾期90天以上金额", "Overdue over 90 days"),
)

FEATURES = (
    Feature(
        code="overdue_amount",
        unit=Unit.MONEY,
        title=Title(zh="逾期金额", en="Overdue amount"),
        formula="what is owed of invoices with due_on < as_of: what is open, without "
        "what is in dispute, credits set against what was due longest; invoices of "
        "which less than one unit of the currency is owed are left out",
        needs=SETTLED,
        also=LATE,
        compute=_overdue,
        better="lower",
        lever="lower",
        least=0,
    ),
    *(
        Feature(
            code=code,
            unit=Unit.MONEY,
            title=Title(zh=zh, en=en),
            formula=f"the part of overdue_amount with {first} <= as_of - due_on"
            + (f" <= {last}" if last else ""),
            needs=SETTLED,
            also=LATE,
            compute=partial(_bucket, first, last),
            better="lower",
            lever="lower",
            least=0,
        )
        for code, first, last, zh, en in _BUCKETS
    ),
    Feature(
        code="max_days_past_due",
        unit=Unit.DAYS,
        title=Title(zh="最长逾期天数", en="Worst days past due"),
        formula="the most of as_of - due_on over the overdue invoices; 0 without one",
        needs=SETTLED,
        also=LATE,
        compute=partial(_max_days_past_due, 0),
        better="lower",
        lever="lower",
    ),
    Feature(
        code="max_days_past_due_half_year_before",
        unit=Unit.DAYS,
        title=Title(
            zh="半年前的最长逾期天数", en="Worst days past due half a year ago"
        ),
        formula=f"max_days_past_due as of {_HALF_YEAR} days earlier, as known then",
        needs=SETTLED,
        also=LATE,
        compute=partial(_max_days_past_due, _HALF_YEAR),
    ),
)
