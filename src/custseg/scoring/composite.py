"""One score from several parts: a weighted mean over what is known.

A part that is missing is left out and its weight shared among the others; the coverage
says how much of the weight was known, so that a score on thin ground can be refused.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from custseg.table import Column
from custseg.units import Unit

__all__ = ["composite"]

_DECIMALS = 6
"""Scores are rounded so before anything is compared with them."""


def composite(
    parts: Sequence[Column], weights: Sequence[float]
) -> tuple[Column, Column]:
    """Return the weighted mean of the parts and its coverage.

    Parameters
    ----------
    parts : sequence of Column, shape (n_customers,)
        Points of one scale.
    weights : sequence of float
        Positive; one for each part.

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
    total = np.zeros(n)
    weight = np.zeros(n)
    whole = float(sum(weights))
    for part, share in zip(parts, weights, strict=True):
        if part.known is None:
            total += float(share) * part.values
            weight += float(share)
        else:
            total += np.where(part.known, float(share) * part.values, 0.0)
            weight += np.where(part.known, float(share), 0.0)
    some = weight > 0
    mean = total / np.where(some, weight, 1.0)
    score = np.round(mean, _DECIMALS) + 0.0
    return (
        Column(score, Unit.SCORE, None if some.all() else some),
        Column(weight / whole, Unit.SHARE),
    )
