"""When a customer buys: recency, tenure, and the gaps between purchase days.

A purchase day is a day with a sale line; returns never refresh recency. The gap that
stands for a customer's rhythm is the median over the whole history and needs three
purchase days.

The median says little of who buys in bursts: a builder comes four times in two months
and then not until the next project. How long such a customer can be silent and yet come
back, its long gap tells: nine in ten of its gaps are no longer.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from custseg.labels import Title
from custseg.periods import Window
from custseg.scoring.features import Facts, Feature
from custseg.scoring.purchases import LIFETIME
from custseg.scoring.unknowns import NEVER_BOUGHT
from custseg.table import Array, Column
from custseg.units import Unit

__all__ = ["FEATURES"]

_ENOUGH = 3
"""Purchase days from which a customer has a rhythm (two gaps)."""


def _days_since(facts: Facts, *, last: bool) -> Column:
    start, stop = facts.purchases(LIFETIME)
    day = facts.ledger.history.purchase_day
    known = stop > start
    if not len(day):
        return facts.unknown(Unit.DAYS)
    whole = bool(known.all())
    at = stop - 1 if last else start
    values = facts.as_of - day[at if whole else np.where(known, at, 0)].astype(np.int64)
    return Column(values, Unit.DAYS, None if whole else known)


def _days_since_last_sale(facts: Facts, _: Window) -> Column:
    return _days_since(facts, last=True)


def _tenure_days(facts: Facts, _: Window) -> Column:
    return _days_since(facts, last=False)


def _gaps(facts: Facts) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the customer and length of every visible gap, in order."""
    start, stop = facts.purchases(LIFETIME)
    counts = np.maximum(stop - start - 1, 0)
    owner = np.repeat(np.arange(facts.n, dtype=np.int32), counts)
    # The n-th gap follows the purchase at n and as many as its customers have had.
    before = start - (np.cumsum(counts) - counts)
    earlier = np.arange(len(owner))
    earlier += before.take(owner)
    return owner, np.diff(facts.ledger.history.purchase_day).take(earlier)


def _rising(owner: NDArray[np.int32], gap: NDArray[np.int32], n: int) -> Array:
    """Return the gaps so that those of each customer rise."""
    # Customer and gap in one number, sorted in place.
    gap_bits = int(gap.max()).bit_length()
    narrow = gap_bits + n.bit_length() < 32
    packed: Array = owner.astype(np.int32 if narrow else np.int64)
    packed <<= gap_bits
    packed |= gap
    packed.sort()
    packed &= (1 << gap_bits) - 1
    return packed


def _median_gap_days(facts: Facts, _: Window) -> Column:
    owner, gap = _gaps(facts)
    if not len(gap):
        return facts.unknown(Unit.DAYS)
    start, stop = facts.purchases(LIFETIME)
    counts = np.maximum(stop - start - 1, 0)
    known = stop - start >= _ENOUGH
    rising = _rising(owner, gap, facts.n)
    first = np.cumsum(counts) - counts
    low = np.where(known, first + (counts - 1) // 2, 0)
    high = np.where(known, first + counts // 2, 0)
    middle = (rising[low].astype(np.int64) + rising[high]) / 2.0
    return Column(middle, Unit.DAYS, known)


def _long_gap_days(facts: Facts, _: Window) -> Column:
    owner, gap = _gaps(facts)
    if not len(gap):
        return facts.unknown(Unit.DAYS)
    start, stop = facts.purchases(LIFETIME)
    counts = np.maximum(stop - start - 1, 0)
    known = stop - start >= _ENOUGH
    first = np.cumsum(counts) - counts
    at = np.where(known, first + (9 * counts + 9) // 10 - 1, 0)
    values = _rising(owner, gap, facts.n)[at].astype(np.int64)
    return Column(values, Unit.DAYS, known)


def _gap_variation(facts: Facts, _: Window) -> Column:
    gap = _gaps(facts)[1].astype(np.int64)
    start, stop = facts.purchases(LIFETIME)
    known = stop - start >= _ENOUGH
    n = np.maximum(stop - start - 1, 0)
    bounds = np.cumsum(n)
    total = np.concatenate([[0], np.cumsum(gap)])
    squares = np.concatenate([[0], np.cumsum(gap * gap)])
    s1 = total[bounds] - total[bounds - n]
    s2 = squares[bounds] - squares[bounds - n]
    # Integers up to here, so the variance does not depend on the order of the sum.
    variance = np.where(known, n * s2 - s1 * s1, 0)
    return Column(np.sqrt(variance) / np.where(known, s1, 1), Unit.SHARE, known)


def _longest_gap_days(facts: Facts, window: Window) -> Column:
    history = facts.ledger.history
    low, high = facts.purchases(window)
    start = history.purchase_offsets[:-1]
    low = np.maximum(low, start + 1)  # the first purchase ends no gap
    counts = np.maximum(high - low, 0)
    known = counts > 0
    if not known.any():
        return facts.unknown(Unit.DAYS)
    first = np.cumsum(counts) - counts
    later = np.arange(int(counts.sum())) + np.repeat(low - first, counts)
    gap = history.purchase_day[later] - history.purchase_day[later - 1]
    values = np.zeros(facts.n, dtype=np.int64)
    values[known] = np.maximum.reduceat(gap, first[known])
    return Column(values, Unit.DAYS, None if known.all() else known)


def _shortest_gap_days(facts: Facts, _: Window) -> Column:
    owner, gap = _gaps(facts)
    if not len(gap):
        return facts.unknown(Unit.DAYS)
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    shortest = np.zeros(facts.n, dtype=np.int64)
    shortest[owner[first]] = np.minimum.reduceat(gap, first)
    known = shortest > 0
    return Column(shortest, Unit.DAYS, None if known.all() else known)


_SALES = ("sales.amount",)
_UNDER_THREE = Title(zh="采购日不足三个", en="with fewer than three purchase days")

FEATURES = (
    Feature(
        code="days_since_last_sale",
        unit=Unit.DAYS,
        title=Title(zh="距上次采购天数", en="Days since the last sale"),
        formula="R = as_of - last purchase day",
        needs=_SALES,
        compute=_days_since_last_sale,
        missing=(NEVER_BOUGHT,),
        better="lower",
        lever="lower",
        daily="older",
    ),
    Feature(
        code="tenure_days",
        unit=Unit.DAYS,
        title=Title(zh="客龄天数", en="Days since the first sale"),
        formula="tenure = as_of - first purchase day",
        needs=_SALES,
        compute=_tenure_days,
        missing=(NEVER_BOUGHT,),
        daily="older",
    ),
    Feature(
        code="median_gap_days",
        unit=Unit.DAYS,
        title=Title(zh="采购间隔中位数", en="Median gap between purchases"),
        formula="median of the days between consecutive purchase days, ever; of "
        "an even number of gaps, the mean of the middle two",
        needs=_SALES,
        compute=_median_gap_days,
        missing=(_UNDER_THREE,),
        better="lower",
        daily="same",
    ),
    Feature(
        code="long_gap_days",
        unit=Unit.DAYS,
        title=Title(zh="较长采购间隔", en="Long gap between purchases"),
        formula="the shortest number of days that at least nine in ten of the gaps "
        "between consecutive purchase days, ever, do not exceed",
        needs=_SALES,
        compute=_long_gap_days,
        missing=(_UNDER_THREE,),
        daily="same",
    ),
    Feature(
        code="gap_variation",
        unit=Unit.SHARE,
        title=Title(zh="采购间隔变异系数", en="Variation of the gaps"),
        formula="standard deviation (population form) / mean of the gaps, ever",
        needs=_SALES,
        compute=_gap_variation,
        missing=(_UNDER_THREE,),
        better="lower",
        least=0,
        daily="same",
    ),
    Feature(
        code="longest_gap_days",
        unit=Unit.DAYS,
        title=Title(zh="窗口内结束的最长间隔", en="Longest gap that ended"),
        formula="longest of the gaps whose later purchase day lies in the window",
        needs=_SALES,
        compute=_longest_gap_days,
        windowed=True,
        missing=(Title(zh="期内没有间隔结束", en="where no gap ended in the window"),),
        better="lower",
        daily="same",
    ),
    Feature(
        code="shortest_gap_days",
        unit=Unit.DAYS,
        title=Title(zh="最短采购间隔", en="Shortest gap between purchases"),
        formula="shortest of the gaps between consecutive purchase days, ever",
        needs=_SALES,
        compute=_shortest_gap_days,
        missing=(Title(zh="采购日不足两个", en="with fewer than two purchase days"),),
        better="lower",
        daily="same",
    ),
)
