"""One score from several parts: a weighted mean over what is known.

A part that is missing is left out and its weight shared among the others; the coverage
says how much of the weight was known, so that a score on thin ground can be refused.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from custseg.table import Array, Column
from custseg.units import Unit

__all__ = ["composite"]

_DECIMALS = 6
"""Scores are rounded so before anything is compared with them."""

_BLOCK = 1 << 15
"""Customers worked on at a time."""


def composite(
    parts: Sequence[Column],
    weights: Sequence[float],
    cards: tuple[Array, Sequence[Sequence[float]]] | None = None,
) -> tuple[Column, Column]:
    """Return the weighted mean of the parts and its coverage.

    Parameters
    ----------
    parts : sequence of Column, shape (n_customers,)
        Points of one scale.
    weights : sequence of float
        Positive; one for each part.
    cards : tuple of int array, sequence of sequence of float, or None
        The place of each customer's own weights among several, -1 for those of all
        others; and these weights.

    Returns
    -------
    score : Column
        Points, rounded to six decimals; unknown where every part is.
    coverage : Column
        Share of the weight that was known, 0 to 1.

    Examples
    --------
    >>> value = Column(np.array([100.0, 40.0]), Unit.NUMBER)
    >>> recency = Column(np.array([60.0, 0.0]), Unit.NUMBER, np.array([True, False]))
    >>> score, coverage = composite([value, recency], [75, 25])
    >>> score.values.tolist(), coverage.values.tolist()
    ([90.0, 40.0], [1.0, 0.75])
    """
    n = len(parts[0])
    if cards is not None:
        # The weights of all others come last, where the place -1 finds them.
        table = np.array([*cards[1], weights], dtype=np.float64)
    score, coverage, some = np.empty(n), np.empty(n), np.empty(n, dtype=np.bool_)
    for start in range(0, n, _BLOCK):  # in the cache, not through memory
        rows = slice(start, start + _BLOCK)
        shares = weights if cards is None else table[cards[0][rows]].T
        total, weight = _weighted(parts, shares, rows)
        np.greater(weight, 0, out=some[rows])
        mean = total / np.where(some[rows], weight, 1.0)
        np.add(np.round(mean, _DECIMALS), 0.0, out=score[rows])
        np.divide(weight, sum(shares), out=coverage[rows])
    return (
        Column(score, Unit.SCORE, None if some.all() else some),
        Column(coverage, Unit.SHARE),
    )


def _weighted(
    parts: Sequence[Column], weights: Sequence[float] | Array, rows: slice
) -> tuple[Array, Array]:
    """Return the sum of weight times points, and of weights, where they are known."""
    total = np.zeros(len(parts[0].values[rows]))
    weight = np.zeros(len(total))
    for part, share in zip(parts, weights, strict=True):
        points = share * part.values[rows]
        if part.known is None:
            total += points
            weight += share
        else:
            total += np.where(part.known[rows], points, 0.0)
            weight += np.where(part.known[rows], share, 0.0)
    return total, weight
