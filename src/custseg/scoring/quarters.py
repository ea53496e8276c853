"""Where spend is heading from quarter to quarter, one odd quarter left aside.

The quarters are the last eight whole ones, of the seller's fiscal year, that ended by
the day looked at; a quarter that is still running would look like a fall. A customer's
quarters begin with that of its first sale. The slope is that of Theil and Sen: the
median of the slopes between every two quarters, which one large project or one missed
season does not turn. Over the mean it reads as so much a quarter.

Limits: no season is taken out, so a strongly seasonal customer's trend is blurred, not
turned: eight quarters hold each season twice.

References: P. K. Sen, Estimates of the regression coefficient based on Kendall's tau,
Journal of the American Statistical Association 63 (1968).
"""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from custseg.labels import Title
from custseg.periods import Window
from custseg.scoring.features import Facts, Feature
from custseg.scoring.purchases import LIFETIME
from custseg.scoring.unknowns import NO_FOUR_QUARTERS
from custseg.table import Array, Column
from custseg.units import Unit

__all__ = ["FEATURES", "quarterly_spend"]

_QUARTERS = 8
_FEWEST = 4
_BLOCK = 1 << 14


def quarterly_spend(facts: Facts) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the net spend of the last eight whole quarters.

    Returns
    -------
    spend : int64 array, shape (n_customers, 8)
        Minor units, the latest quarter last; 0 in those before the first sale.
    quarters : int64 array, shape (n_customers,)
        How many of them, up to the latest, a customer has a history in: 0 to 8.
    """

    def gather() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        last = facts.fiscal.start(facts.as_of + 1, months=3) - 1
        ends = [last]
        for _ in range(_QUARTERS):
            ends.append(facts.fiscal.start(ends[-1], months=3) - 1)
        ends.reverse()
        history = facts.ledger.history
        running = history.running_sum("amount")
        edges = [facts.days_by(end) for end in ends]
        sums = [running[b] - running[a] for a, b in pairwise(edges)]
        start, stop = facts.purchases(LIFETIME)
        bought = stop > start
        quarters = np.zeros(facts.n, dtype=np.int64)
        if bought.any():
            first = history.purchase_day[np.where(bought, start, 0)]
            begun = len(ends) - np.searchsorted(ends, first)
            quarters = np.where(bought, np.minimum(begun, _QUARTERS), 0)
        spend = np.stack(sums, axis=1)
        spend[np.arange(_QUARTERS) < _QUARTERS - quarters[:, None]] = 0
        return spend, quarters

    return facts.once("quarterly spend", gather)


def _quarterly_trend(facts: Facts, _: Window) -> Column:
    spend, quarters = quarterly_spend(facts)
    total = spend.sum(axis=1)
    known = (quarters >= _FEWEST) & (total > 0)
    slope = np.zeros(facts.n)
    for n in range(_FEWEST, _QUARTERS + 1):
        rows = np.flatnonzero(known & (quarters == n))
        for start in range(0, len(rows), _BLOCK):  # in the cache, not through memory
            block = rows[start : start + _BLOCK]
            slope[block] = _median_slope(spend[block, _QUARTERS - n :])
    mean = np.where(known, total, 1) / np.where(known, quarters, 1)
    return Column(slope / mean, Unit.SHARE, known)


def _median_slope(values: Array) -> NDArray[np.float64]:
    """Return the median of the slopes between every two columns, shape (n,)."""
    n = values.shape[1]
    pairs = list(combinations(range(n), 2))
    slopes = np.empty((len(values), len(pairs)))
    for place, (i, j) in enumerate(pairs):
        slopes[:, place] = (values[:, j] - values[:, i]) / (j - i)
    slopes.sort(axis=1)
    middle = len(pairs) // 2
    if len(pairs) % 2:
        return slopes[:, middle]
    return (slopes[:, middle - 1] + slopes[:, middle]) / 2.0


FEATURES = (
    Feature(
        code="quarterly_trend",
        unit=Unit.SHARE,
        title=Title(zh="季度采购趋势", en="Trend of quarterly spend"),
        formula="Theil-Sen slope of net spend over the last 8 whole fiscal quarters / "
        "their mean; the quarters count from that of the first sale (Sen 1968)",
        needs=("sales.amount",),
        compute=_quarterly_trend,
        missing=NO_FOUR_QUARTERS,
        better="higher",
        lever="raise",
    ),
)
