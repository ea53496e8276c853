"""Sudden drops and surges: the last block of days against a customer's earlier ones.

A developer who halves its purchases within a quarter is a warning, one who doubles them
is a call to see what it builds. A slope over two years sees neither in time, so the
last block, such as the last 90 days, is compared by itself: with the same days a year
before, which hold the same season, and with what is usual for this customer.

The method: a window of so many days is the last block, and the blocks before it are as
long and lie end to end; a window such as the last quarter is preceded by quarters. Up
to eight earlier blocks count, from the one in which the first sale lies; in those after
it, silence is spend of nothing. The change is the spend of the last block over that of
a year before, minus 1; where no sale lies in that, over the median of the earlier
blocks. How far out of the ordinary it is says the robust z: the distance from the
median in units of 1.4826 MAD (the median of the absolute deviations), which is what a
standard deviation would be if the blocks were normally spread, and which one odd
project does not widen. How long a block is, and from where on a change is a drop or a
surge, is for a policy to say.

Limits: the first block may hold but a part of its days, since a history may begin
anywhere in it. Of equal earlier blocks, and of those that are equal for the most part,
the MAD is 0 and z unknown: then the change alone can tell. A window up to the present
day of a running period, the whole history, and one that is a year earlier already
have no blocks of their like before them: there everything is unknown.

References: F. R. Hampel, The influence curve and its role in robust estimation, Journal
of the American Statistical Association 69 (1974), for the MAD and its factor.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.labels import Title
from custseg.periods import FiscalCalendar, Window, WindowKind
from custseg.rounding import rounded
from custseg.scoring.features import Facts, Feature
from custseg.scoring.purchases import LIFETIME, orders_among
from custseg.table import Column
from custseg.units import Unit

__all__ = ["FEATURES"]

_BLOCKS: Final = 8
"""Earlier blocks that count at most."""

_FEWEST: Final = 4
"""Earlier blocks from which it can be told what is usual."""

_SIGMA: Final = 1.4826
"""What a MAD is multiplied by to stand for a standard deviation."""

Floats = NDArray[np.float64]


@frozen(eq=False)
class _Blocks:
    """What each customer spent in the last block, and what is usual for it.

    Parameters
    ----------
    last : int64 array, shape (n_customers,)
        Minor units.
    earlier : float64 array, shape (n_customers, 8)
        What was spent in the blocks before, from the smallest up; infinite behind
        those that a customer has.
    count : int64 array, shape (n_customers,)
        How many earlier blocks a customer has a history in: 0 to 8.
    """

    last: NDArray[np.int64]
    earlier: Floats
    count: NDArray[np.int64]

    def median(self) -> Floats:
        """Return the median of the earlier blocks, 0 where there is none."""
        return _middle(self.earlier, self.count)

    def deviation(self, median: Floats) -> Floats:
        """Return the median of the distances from the median, 0 where none is."""
        away = np.abs(self.earlier - median[:, None])
        away.sort(axis=1)
        return _middle(away, self.count)


def _middle(rising: Floats, count: NDArray[np.int64]) -> Floats:
    """Return the median of the first few numbers of each row, 0 of none."""
    rows = np.arange(len(count))
    low = rising[rows, np.maximum(count - 1, 0) // 2]
    high = rising[rows, np.minimum(count // 2, _BLOCKS - 1)]
    there = count > 0
    return (np.where(there, low, 0.0) + np.where(there, high, 0.0)) / 2.0


def _ends(facts: Facts, window: Window) -> list[int] | None:
    """Return the last days of the last block and of those before, latest first.

    One more stands at the end, the day before the earliest block. None where a window
    has no blocks before it.
    """
    if window.a_year_earlier:
        return None
    after, through = window.bounds(facts.as_of, fiscal=facts.fiscal)
    if window.kind is WindowKind.ROLLING:
        return [through - k * window.length for k in range(_BLOCKS + 2)]
    if window.kind is not WindowKind.LAST:
        return None
    calendar = facts.fiscal if window.fiscal else FiscalCalendar()
    ends = [through, after]
    for _ in range(_BLOCKS):
        ends.append(calendar.start(ends[-1], months=window.length) - 1)
    return ends


def _blocks(facts: Facts, window: Window) -> _Blocks | None:
    def gather() -> _Blocks | None:
        ends = _ends(facts, window)
        if ends is None:
            return None
        history = facts.ledger.history
        running = history.running_sum("amount")
        edges = [facts.days_by(end) for end in ends]
        last, *sums = (running[b] - running[a] for b, a in pairwise(edges))
        count = _blocks_since_first_sale(facts, ends[1:-1])
        earlier = np.stack(sums, axis=1).astype(np.float64)
        earlier[np.arange(_BLOCKS) >= count[:, None]] = np.inf
        earlier.sort(axis=1)
        return _Blocks(last, earlier, count)

    return facts.once(("blocks", window), gather)


def _blocks_since_first_sale(facts: Facts, ends: list[int]) -> NDArray[np.int64]:
    """Return how many blocks end on the day of the first sale or later."""
    start, stop = facts.purchases(LIFETIME)
    bought = stop > start
    if not bought.any():
        return np.zeros(facts.n, dtype=np.int64)
    first = facts.ledger.history.purchase_day[np.where(bought, start, 0)]
    count = len(ends) - np.searchsorted(ends[::-1], first)
    return np.where(bought, count, 0)


def _momentum_change(facts: Facts, window: Window) -> Column:
    blocks = _blocks(facts, window)
    if blocks is None:
        return facts.unknown(Unit.SHARE)
    earlier = window.a_year_before()
    low, high = facts.purchases(earlier)
    usual = blocks.median()
    base = np.where(high > low, facts.total("amount", earlier), usual)
    known = base > 0
    change = (blocks.last - base) / np.where(known, base, 1.0)
    return Column(rounded(change), Unit.SHARE, known)


def _momentum_z(facts: Facts, window: Window) -> Column:
    blocks = _blocks(facts, window)
    if blocks is None:
        return facts.unknown(Unit.NUMBER)
    median = blocks.median()
    spread = _SIGMA * blocks.deviation(median)
    known = (blocks.count >= _FEWEST) & (spread > 0)
    z = (blocks.last - median) / np.where(known, spread, 1.0)
    return Column(rounded(z), Unit.NUMBER, known)


def _earlier_orders(facts: Facts, window: Window) -> Column:
    after, _ = window.bounds(facts.as_of, fiscal=facts.fiscal)
    low = facts.ledger.history.offsets[:-1]
    return Column(orders_among(facts, low, facts.days_by(after)), Unit.COUNT)


_AMOUNT = ("sales.amount",)
_OTHER_WINDOWS = Title(
    zh="期间既不是若干天也不是上一整期",
    en="for a window that is neither so many days nor the last whole period",
)

FEATURES = (
    Feature(
        code="momentum_change",
        unit=Unit.SHARE,
        title=Title(zh="采购异动幅度", en="Change of the last block of spend"),
        formula="x / base - 1; x the net spend of the window, base that of the same "
        "window a year before (rolling days: 365 days) or, without a sale in it, the "
        "median of up to 8 blocks as long before the window, from that of the first "
        "sale",
        needs=_AMOUNT,
        compute=_momentum_change,
        windowed=True,
        missing=(
            Title(zh="基期净采购额不为正", en="where the base is not positive"),
            _OTHER_WINDOWS,
        ),
        better="higher",
        lever="raise",
    ),
    Feature(
        code="momentum_z",
        unit=Unit.NUMBER,
        title=Title(zh="采购异动显著度", en="How unusual the last block of spend is"),
        formula="(x - median) / (1.4826 MAD); x the net spend of the window, median "
        "and MAD those of up to 8 blocks as long before it, from that of the first "
        "sale (Hampel 1974)",
        needs=_AMOUNT,
        compute=_momentum_z,
        windowed=True,
        missing=(
            Title(zh="此前不满四期", en="with fewer than four earlier blocks"),
            Title(zh="此前各期偏差的中位数为零", en="where their MAD is 0"),
            _OTHER_WINDOWS,
        ),
        better="higher",
    ),
    Feature(
        code="earlier_orders",
        unit=Unit.COUNT,
        title=Title(zh="窗口之前的订单数", en="Sale orders before the window"),
        formula="orders with a sale line before the window begins",
        needs=_AMOUNT,
        compute=_earlier_orders,
        windowed=True,
        better="higher",
    ),
)
