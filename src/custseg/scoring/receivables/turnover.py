"""How many days of sales are out, and how much of what could be collected was.

*Days sales outstanding* puts the balance of a day in proportion to what was invoiced in
a window: with 100 open of 400 invoiced in a year, 91 days of sales are out. It rises
when sales fall, even if everybody pays as before. *Count-back* does not: it goes back
from the day, month by month, and asks how many days of invoices the balance still
holds; of the last month it reaches it takes a part. *Average days delinquent* counts
only what is overdue: it is DSO less the best possible DSO, that of the part not yet
due. The *collection effectiveness index* asks which part of what was there to collect
in a window did not end up overdue.

    DSO = receivable / invoiced x days
    ADD = overdue / invoiced x days
    CEI = (opening + invoiced - closing) / (opening + invoiced - closing not overdue)

Limits: of a customer with few invoices these are rough; they were made for whole books
of receivables. For CEI, what was written off counts as collected and what is in dispute
as not overdue.

References: Credit Research Foundation, Key Performance Indicator Definitions, for DSO,
best possible DSO, average days delinquent and the collection effectiveness index; J. G.
Salek, Accounts Receivable Management Best Practices (Wiley 2005).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from custseg.labels import Title
from custseg.periods import Window
from custseg.rounding import rounded
from custseg.scoring.features import Facts, Feature
from custseg.scoring.purchases import ratio
from custseg.scoring.receivables.aging import LATE, overdue_by
from custseg.scoring.receivables.book import (
    SETTLED,
    WRITTEN_OFF,
    book_of,
    bounds_of,
    days_in,
)
from custseg.scoring.receivables.outstanding import invoiced_in, receivable_by
from custseg.scoring.unknowns import NOT_INVOICED
from custseg.table import Column
from custseg.units import Unit

__all__ = ["FEATURES"]

_A_MONTH = np.timedelta64(1, "M")

Ints = NDArray[np.int64]


def _in_days(facts: Facts, window: Window, balance: Ints) -> Column:
    """Return a balance in days of what was invoiced in a window."""
    part = ratio(balance, invoiced_in(facts, window), Unit.NUMBER, positive=True)
    days = rounded(part.values * days_in(facts, window))
    return Column(days, Unit.NUMBER, part.known)


def _days_sales_outstanding(facts: Facts, window: Window) -> Column:
    through = bounds_of(facts, window)[1]
    return _in_days(facts, window, receivable_by(facts, through))


def _average_days_delinquent(facts: Facts, window: Window) -> Column:
    through = bounds_of(facts, window)[1]
    return _in_days(facts, window, overdue_by(facts, through))


def _collection_effectiveness(facts: Facts, window: Window) -> Column:
    after, through = bounds_of(facts, window)
    settled = receivable_by(facts, after) + invoiced_in(facts, window)
    settled = settled - receivable_by(facts, through)
    asked = settled + overdue_by(facts, through)
    return ratio(settled, asked, Unit.SHARE, positive=True)


def _count_back(facts: Facts, _: Window) -> Column:
    book, today = book_of(facts), facts.as_of
    balance = receivable_by(facts, today)
    rows = np.flatnonzero(book.issued <= today)
    days = np.zeros(facts.n)
    known = np.zeros(facts.n, dtype=np.bool_)
    if not len(rows):
        return facts.unknown(Unit.NUMBER)
    owner = np.repeat(np.arange(facts.n), np.diff(book.offsets))[rows]
    begin, end = _months(book.issued[rows])
    # One run for each customer and month in which it was invoiced.
    begins = np.append(True, (owner[1:] != owner[:-1]) | (begin[1:] != begin[:-1]))
    run = np.flatnonzero(begins)
    sold = np.maximum(np.add.reduceat(book.amount[rows], run), 0)
    owner, begin, end = owner[run], begin[run], np.minimum(end[run], today)
    last = np.append(owner[1:] != owner[:-1], True)
    upto = np.cumsum(sold)
    total = np.zeros(facts.n, dtype=np.int64)
    total[owner[last]] = upto[last]
    later = total[owner] - upto
    missing = balance[owner] - later
    reached = (missing > 0) & (missing <= sold)
    part = missing[reached] / sold[reached] * (end - begin + 1)[reached]
    days[owner[reached]] = today - end[reached] + part
    # Where money was paid back, all invoices may be less than what is open.
    first = np.append(True, last[:-1])
    beyond = first & (missing > sold)
    days[owner[beyond]] = today - begin[beyond] + 1
    known[owner] = True
    return Column(rounded(days), Unit.NUMBER, None if known.all() else known)


def _months(day: NDArray[np.int32]) -> tuple[Ints, Ints]:
    """Return the first and the last day of the calendar month of each day."""
    first = int(day.min())
    every = np.arange(first, int(day.max()) + 1).astype("datetime64[D]")
    month = every.astype("datetime64[M]")
    at = day - first
    begin = month.astype("datetime64[D]").astype(np.int64)
    end = (month + _A_MONTH).astype("datetime64[D]").astype(np.int64) - 1
    return begin[at], end[at]


FEATURES = (
    Feature(
        code="days_sales_outstanding",
        unit=Unit.NUMBER,
        title=Title(zh="应收账款周转天数", en="Days sales outstanding"),
        formula="DSO = open_receivable at the end of the window / invoiced x days of "
        "the window; a lifetime begins with the first invoice",
        needs=SETTLED,
        also=WRITTEN_OFF,
        compute=_days_sales_outstanding,
        windowed=True,
        missing=(NOT_INVOICED,),
        better="lower",
        lever="lower",
    ),
    Feature(
        code="days_sales_outstanding_count_back",
        unit=Unit.NUMBER,
        title=Title(
            zh="应收账款周转天数（倒推法）", en="Days sales outstanding, count-back"
        ),
        formula="days back from as_of whose invoices make up open_receivable: whole "
        "calendar months, of the last one the part that is needed; a month without "
        "sales counts whole; 0 where nothing is open, and no further than the month of "
        "the first invoice",
        needs=SETTLED,
        also=WRITTEN_OFF,
        compute=_count_back,
        missing=(Title(zh="从未开票", en="without an invoice ever"),),
        better="lower",
        lever="lower",
        least=0,
    ),
    Feature(
        code="average_days_delinquent",
        unit=Unit.NUMBER,
        title=Title(zh="平均拖欠天数", en="Average days delinquent"),
        formula="ADD = overdue_amount at the end of the window / invoiced x days of "
        "the window, which is DSO less best possible DSO",
        needs=SETTLED,
        also=LATE,
        compute=_average_days_delinquent,
        windowed=True,
        missing=(NOT_INVOICED,),
        better="lower",
        lever="lower",
        least=0,
    ),
    Feature(
        code="collection_effectiveness",
        unit=Unit.SHARE,
        title=Title(zh="收款有效性指数", en="Collection effectiveness index"),
        formula="CEI = (opening receivable + invoiced - closing receivable) / (the "
        "same + what is overdue at the end of the window)",
        needs=SETTLED,
        also=LATE,
        compute=_collection_effectiveness,
        windowed=True,
        missing=(
            Title(zh="期内没有可收的账款", en="where nothing was there to collect"),
        ),
        better="higher",
        lever="raise",
        most=1,
    ),
)
