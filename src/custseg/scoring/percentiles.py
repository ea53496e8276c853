"""Where a value stands among others: mid-rank percentiles, frozen when fitted.

The percentile of x in a reference of N values is (values below x + half of those equal
to x) / N, so equal values get equal percentiles and nobody's place depends on the order
of rows. A fit freezes it in two forms: a *cut* for a condition ("at or above the 80th
percentile" becomes "at least this value"), and *knots* for scores (the percentile at up
to 1,001 reference values, straight lines between them).

Limits: beyond the largest value of the reference the percentile is 1, below the
smallest 0.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.scoring.stairs import Stairs
from custseg.scoring.tallies import Tally, tallied
from custseg.table import Array

__all__ = ["Knots", "cut_of", "fit_knots", "midranks"]

_KNOTS = 1001

_BLOCK = 1 << 15


@frozen(eq=False)
class Knots:
    """A frozen percentile: values that rise, and the share that belongs to each.

    Parameters
    ----------
    values : float64 array, shape (n_knots,)
        Strictly rising.
    shares : float64 array, shape (n_knots,)
        0 to 1.
    below, above : float
        The share of a value under the first knot and over the last.
    """

    values: NDArray[np.float64]
    shares: NDArray[np.float64]
    below: float = 0.0
    above: float = 1.0

    @cached_property
    def _stairs(self) -> Stairs:
        """The knots, and one step more for what is over the last."""
        beyond = np.nextafter(self.values[-1], np.inf)
        return Stairs(np.append(self.values, beyond))

    @cached_property
    def _lines(self) -> NDArray[np.float64]:
        """Where each line begins, how wide it is, its share there and how it rises.

        There is one under the first knot, one from each knot, and one over the last.
        """
        v, s = self.values, self.shares
        width = np.diff(v)
        width[width == 0] = 1.0  # of whole numbers that no float tells apart
        begins, shares = [0.0, *v, 0.0], [self.below, *s, self.above]
        return np.array([begins, [1, *width, 1, 1], shares, [0, *np.diff(s), 0, 0]])

    def at(self, values: Array) -> NDArray[np.float64]:
        """Return the share of each value, shape (n,), straight lines between knots.

        Notes
        -----
        Every step is done element by element, so one value alone gets the same bits as
        among a million. Whole numbers of a narrow range, such as orders and days, are
        looked up in a table of it.
        """
        if values.dtype.kind == "i" and len(values) > _KNOTS:
            low, high = int(values.min()), int(values.max())
            if high - low < len(values) // 4:
                table: NDArray[np.float64]
                table = self._interpolated(np.arange(low, high + 1))[values - low]
                return table
        if len(values) <= _BLOCK:
            return self._interpolated(values)
        share = np.empty(len(values))
        for start in range(0, len(values), _BLOCK):  # in the cache, not through memory
            block = slice(start, start + _BLOCK)
            share[block] = self._interpolated(values[block])
        return share

    def _interpolated(self, values: Array) -> NDArray[np.float64]:
        x = values.astype(np.float64)
        line = self._stairs.below(x)
        begins, width, share, rise = self._lines
        found: NDArray[np.float64] = x - begins[line]
        found /= width[line]
        found *= rise[line]
        found += share[line]
        return found


def midranks(values: Array | Tally) -> tuple[Array, NDArray[np.float64]]:
    """Return the distinct values of a reference and their mid-rank percentiles.

    Parameters
    ----------
    values : array, shape (n,), or Tally
        In any order; n at least 1.

    Returns
    -------
    distinct : array, shape (m,)
        Rising.
    shares : float64 array, shape (m,)

    Examples
    --------
    >>> distinct, shares = midranks(np.array([5, 1, 1, 9]))
    >>> distinct.tolist(), shares.tolist()
    ([1, 5, 9], [0.25, 0.625, 0.875])
    """
    tally = tallied(values)
    below = np.cumsum(tally.counts) - tally.counts
    # 2 * below + count is exact, so the division is the only rounding.
    return tally.distinct, (2 * below + tally.counts) / (2.0 * len(tally))


def fit_knots(values: Array | Tally, *, most: int = _KNOTS) -> Knots:
    """Freeze the percentile of a reference for scores.

    Parameters
    ----------
    values : array, shape (n,), or Tally
        The reference; n at least 1.
    most : int, >= 2
        Knots to keep.

    Notes
    -----
    With up to 1,001 distinct values the percentile of every reference value is exact;
    with more, 1,001 of them at even ranks are kept, exact there.

    Examples
    --------
    >>> knots = fit_knots(np.array([10, 20, 20, 40]))
    >>> knots.at(np.array([5, 10, 20, 30, 41])).tolist()
    [0.0, 0.125, 0.5, 0.6875, 1.0]
    """
    distinct, shares = midranks(values)
    if len(distinct) > most:
        even = np.linspace(0.0, 1.0, most)
        at = np.searchsorted(shares, even)
        # Each place once; np.unique would load numpy.ma.
        at = np.flatnonzero(np.bincount(np.clip(at, 0, len(distinct) - 1)))
        distinct, shares = distinct[at], shares[at]
    return Knots(distinct.astype(np.float64), shares)


def cut_of(
    ranks: tuple[Array, NDArray[np.float64]], level: float, *, strictly: bool = False
) -> float | int | None:
    """Return the smallest reference value at or above a percentile.

    Parameters
    ----------
    ranks : tuple of two arrays
        As :func:`midranks` gives them.
    level : float
        0 to 1.
    strictly : bool
        Above the level instead of at or above it.

    Returns
    -------
    int, float or None
        None where no value of the reference reaches the level.

    Examples
    --------
    >>> cut_of(midranks(np.array([1, 1, 5, 9])), 0.6)
    5
    >>> cut_of(midranks(np.array([3, 3])), 0.8) is None
    True
    """
    distinct, shares = ranks
    at = int(np.searchsorted(shares, level, side="right" if strictly else "left"))
    if at == len(shares):
        return None
    cut: float | int = distinct[at].item()
    return cut
