"""What was invoiced, what came in, what was lost, and what is still open.

The sums of a window are by the day on which a thing happened: an invoice when it was
issued, a payment when it came in, a write-off when it was decided. What came in on an
invoice after it was written off is taken off that loss again.

What an open balance costs the seller depends on how long it stood, not on how it stood
on the last day, so its average over the days of a window is here too; a policy
multiplies it by its own rate of interest.

Limits: credit notes and what was paid too much are netted, so a balance may be under
zero: then the seller owes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from custseg.labels import Title
from custseg.periods import Window
from custseg.scoring.features import Facts, Feature
from custseg.scoring.purchases import ratio
from custseg.scoring.receivables.book import (
    ISSUED,
    SETTLED,
    WRITTEN_OFF,
    book_of,
    bounds_of,
    days_in,
    exact_days,
    open_by,
)
from custseg.scoring.unknowns import NOT_INVOICED
from custseg.table import Column
from custseg.units import Unit

__all__ = ["FEATURES", "invoiced_in", "receivable_by"]

Ints = NDArray[np.int64]


def receivable_by(facts: Facts, day: int) -> Ints:
    """Return what each customer owes at the end of a day, credits netted."""

    def add_up() -> Ints:
        return book_of(facts).by_customer(open_by(facts, day))

    return facts.once(("receivable", min(day, facts.as_of)), add_up)


def invoiced_in(facts: Facts, window: Window) -> Ints:
    """Return the invoices of each customer issued in a window, credit notes netted."""
    after, through = bounds_of(facts, window)
    book = book_of(facts)
    inside = (book.issued > after) & (book.issued <= through)
    return book.by_customer(book.amount * inside)


def _open_receivable(facts: Facts, _: Window) -> Column:
    return Column(receivable_by(facts, facts.as_of), Unit.MONEY)


def _has_open_balance(facts: Facts, _: Window) -> Column:
    unit = 10**facts.ledger.decimals
    return Column(np.abs(receivable_by(facts, facts.as_of)) >= unit, Unit.FLAG)


def _invoiced(facts: Facts, window: Window) -> Column:
    return Column(invoiced_in(facts, window), Unit.MONEY)


def _collected(facts: Facts, window: Window) -> Column:
    after, through = bounds_of(facts, window)
    book = book_of(facts)
    inside = (book.day > after) & (book.day <= through)
    return Column(book.moves_by_customer(book.paid * inside), Unit.MONEY)


def _lost(facts: Facts, window: Window) -> Ints:
    after, through = bounds_of(facts, window)
    book = book_of(facts)
    lost = book.by_invoice(book.written * (book.day <= through))
    inside = (book.written_off_on > after) & (book.written_off_on <= through)
    return book.by_customer(lost * inside)


def _written_off(facts: Facts, window: Window) -> Column:
    return Column(_lost(facts, window), Unit.MONEY)


def _bad_debt_share(facts: Facts, window: Window) -> Column:
    issued = invoiced_in(facts, window)
    return ratio(_lost(facts, window), issued, Unit.SHARE, positive=True)


def _average_open_receivable(facts: Facts, window: Window) -> Column:
    after, through = bounds_of(facts, window)
    book = book_of(facts)

    def days_there(day: NDArray[np.int32]) -> Ints:
        """Return for how many days of the window something of a day counts."""
        first = np.maximum(day.astype(np.int64), after + 1)
        left: Ints = np.maximum(through - first + 1, 0)
        return left

    total = exact_days(book.amount, days_there(book.issued), book.offsets)
    gone = book.paid + book.written
    starts = book.starts[book.offsets]
    total -= exact_days(gone, days_there(book.day), starts)
    days = days_in(facts, window)
    known = days > 0
    average = _nearest(total, np.where(known, days, 1))
    return Column(average, Unit.MONEY, None if known.all() else known)


def _nearest(top: Ints, bottom: Ints) -> Ints:
    """Divide to the nearest whole number, from the middle between two to the even one.

    Examples
    --------
    >>> _nearest(np.array([5, 7, -5, 8]), np.array([2, 2, 2, 3])).tolist()
    [2, 4, -2, 3]
    """
    whole, rest = np.divmod(top, bottom)
    up = (2 * rest > bottom) | ((2 * rest == bottom) & (whole % 2 == 1))
    nearest: Ints = whole + up
    return nearest


FEATURES = (
    Feature(
        code="open_receivable",
        unit=Unit.MONEY,
        title=Title(zh="应收账款余额", en="Open receivable"),
        formula="issued - paid - written off, up to as_of; credit notes and what was "
        "paid too much are netted, so it may be under zero",
        needs=SETTLED,
        also=WRITTEN_OFF,
        compute=_open_receivable,
        better="lower",
        lever="lower",
    ),
    Feature(
        code="has_open_balance",
        unit=Unit.FLAG,
        title=Title(zh="有未结余额", en="Has an open balance"),
        formula="open_receivable is one unit of the currency or more, either way",
        needs=SETTLED,
        also=WRITTEN_OFF,
        compute=_has_open_balance,
        lever="lower",
    ),
    Feature(
        code="average_open_receivable",
        unit=Unit.MONEY,
        title=Title(zh="日均应收账款余额", en="Average open receivable"),
        formula="sum over the days of the window of open_receivable at the end of each "
        "/ days of the window, to the nearest smallest unit, half to even; a lifetime "
        "begins with the first invoice",
        needs=SETTLED,
        also=WRITTEN_OFF,
        compute=_average_open_receivable,
        windowed=True,
        missing=(
            Title(
                zh="按全部历史计算而从未开票",
                en="over a lifetime before the first invoice",
            ),
        ),
        better="lower",
        lever="lower",
    ),
    Feature(
        code="invoiced",
        unit=Unit.MONEY,
        title=Title(zh="开票金额", en="Invoiced"),
        formula="sum of amount of the invoices issued in the window, credit notes "
        "netted",
        needs=ISSUED,
        compute=_invoiced,
        windowed=True,
        better="higher",
        lever="raise",
    ),
    Feature(
        code="collected",
        unit=Unit.MONEY,
        title=Title(zh="回款金额", en="Collected"),
        formula="sum of the payments in the window, what was paid back netted; a "
        "payment before its invoice counts on the day of issue",
        needs=SETTLED,
        compute=_collected,
        windowed=True,
        better="higher",
        lever="raise",
    ),
    Feature(
        code="written_off",
        unit=Unit.MONEY,
        title=Title(zh="坏账核销金额", en="Written off"),
        formula="sum of what was written off in the window, up to what was open, less "
        "what came in on it afterwards; without written_off_amount all that was open",
        needs=(*SETTLED, "invoices.written_off_on"),
        also=WRITTEN_OFF,
        compute=_written_off,
        windowed=True,
        better="lower",
    ),
    Feature(
        code="bad_debt_share",
        unit=Unit.SHARE,
        title=Title(zh="坏账率", en="Bad debt share"),
        formula="written_off / invoiced",
        needs=(*SETTLED, "invoices.written_off_on"),
        also=WRITTEN_OFF,
        compute=_bad_debt_share,
        windowed=True,
        missing=(NOT_INVOICED,),
        better="lower",
    ),
)
