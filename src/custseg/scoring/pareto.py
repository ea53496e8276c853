"""Who holds the total: the share of it held by customers of strictly greater value.

This is the ABC analysis after Pareto. A customer is judged by the share of the positive
total that those with *strictly* greater value hold, so equal values share a class, and
one customer alone is A. Values of zero or less hold nothing and stand at 1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from custseg.scoring.percentiles import Knots
from custseg.scoring.tallies import Tally, tallied
from custseg.table import Array

__all__ = ["fit_share_cut", "fit_share_knots", "shares_above"]

_KNOTS = 1001


def shares_above(values: Array | Tally) -> tuple[Array, NDArray[np.float64]]:
    """Return the distinct positive values and the share held above each.

    Parameters
    ----------
    values : array, shape (n,), or Tally
        Any order, any sign.

    Returns
    -------
    distinct : array, shape (m,)
        Rising, all positive; m is 0 where nobody holds anything.
    shares : float64 array, shape (m,)
        Falling, 0 at the largest value.

    Examples
    --------
    >>> distinct, shares = shares_above(np.array([60, 20, 20, -5]))
    >>> distinct.tolist(), shares.tolist()
    ([20, 60], [0.6, 0.0])
    """
    tally = tallied(values)
    above = int(np.searchsorted(tally.distinct, 0, side="right"))
    distinct = tally.distinct[above:]
    if not len(distinct):
        return distinct, np.empty(0)
    group = distinct * tally.counts[above:]
    through = np.cumsum(group)
    total = through[-1]
    return distinct, (total - through) / float(total)


def fit_share_cut(
    values: Array | Tally, level: float, *, at_most: bool = False
) -> float | int | None:
    """Return the smallest value above which less than a share of the total is held.

    Parameters
    ----------
    values : array, shape (n,), or Tally
    level : float
        0 to 1.
    at_most : bool
        At most the level instead of less than it.

    Returns
    -------
    int, float or None
        None where there is no such value.

    Examples
    --------
    >>> fit_share_cut(np.array([50, 30, 15, 5]), 0.80)
    30
    """
    distinct, shares = shares_above(values)
    reaches = shares <= level if at_most else shares < level
    if not reaches.any():
        return None
    cut: float | int = distinct[int(np.argmax(reaches))].item()
    return cut


def fit_share_knots(values: Array | Tally) -> Knots:
    """Freeze the share held above a value, for scores; see :class:`Knots`."""
    distinct, shares = shares_above(values)
    if not len(distinct):
        return Knots(np.zeros(1), np.ones(1), 1.0, 0.0)
    if len(distinct) > _KNOTS:
        even = np.unique(np.linspace(0, len(distinct) - 1, _KNOTS).round().astype(int))
        distinct, shares = distinct[even], shares[even]
    return Knots(distinct.astype(np.float64), shares, 1.0, 0.0)
