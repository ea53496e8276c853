"""The months of a year on a circle: how far purchases draw to one side, and by chance.

December is as near to January as to November, so months are directions on a circle, 30
degrees apart. The mean of many directions is an arrow: as long as 1 where all purchases
fall into one month, and short where they are spread over the year. Two seasons half a
year apart cancel each other out; on the doubled angle they meet, so everything here is
asked once for one season a year and once for two.

The method: mean resultant length, mean direction and Rayleigh's test of uniformity,
p = exp(-z) (1 + (2z - z^2) / 4n - (24z - 132z^2 + 76z^3 - 9z^4) / 288n^2) with
z = n R^2. A cosine of 30 degrees times a whole number is a + b sqrt(3) with halves a
and b, so the squared length is P + Q sqrt(3) with whole P and Q: exact, and the same
when all months are shifted.

Months are groups of 30 degrees, and a mean over groups is a little too short. The
*length* is therefore multiplied by (h / sin h), with h half the width of a group. The
*test* takes the length as it is: under chance, 12 groups spread as a circle does, and a
lengthened arrow would be called significant too often (at n = 6 and p < .025 in 5.2 %
of cases in place of 2.9 %, on the doubled angle).

Limits: months are taken as of equal length. Under six purchases the series for p is
rough. Three seasons a year, or two that are not half a year apart, show only in part.

References: D. Wilkie, Rayleigh test for randomness of circular data, Applied Statistics
32 (1983); K. V. Mardia and P. E. Jupp, Directional Statistics (2000), the Rayleigh test
and the correction for grouping; J. H. Zar, Biostatistical Analysis, the chapter on
circular distributions.
"""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from custseg.rounding import rounded
from custseg.table import Array

__all__ = [
    "PerYear",
    "beyond_chance",
    "corrected",
    "direction",
    "lengths",
    "rayleigh_p",
]

PerYear = Literal[1, 2]
"""Seasons a year: the angle, or the doubled angle."""

_ROOT: Final = np.sqrt(3.0)

# Twice the cosine of month m times 30 degrees is WHOLE[m] + ROOTS[m] * sqrt(3).
_WHOLE: Final = np.array([2, 0, 1, 0, -1, 0, -2, 0, -1, 0, 1, 0])
_ROOTS: Final = np.array([0, 1, 0, 0, 0, -1, 0, -1, 0, 0, 0, 1])


def _parts(counts: Array, per_year: PerYear) -> tuple[NDArray[np.int64], ...]:
    """Return twice the sums of cosines and sines: whole parts, and those of sqrt(3)."""
    at = per_year * np.arange(12) % 12
    quarter = (at - 3) % 12  # the sine is the cosine of a right angle less
    weights = (_WHOLE[at], _ROOTS[at], _WHOLE[quarter], _ROOTS[quarter])
    exact = counts.astype(np.int64)
    return tuple(exact @ weight for weight in weights)


def lengths(counts: Array, per_year: PerYear = 1) -> NDArray[np.float64]:
    """Return the mean resultant length of each customer's months.

    Parameters
    ----------
    counts : int array, shape (n, 12), >= 0
        Purchases in January to December; without any the length is 0.
    per_year : {1, 2}

    Returns
    -------
    float64 array, shape (n,), 0 to 1
        To nine decimals; without the correction for groups.

    Examples
    --------
    March and September, three purchases in each: no side on the circle of a year, but
    one on that of half a year.

    >>> counts = np.array([[0, 0, 3, 0, 0, 0, 0, 0, 3, 0, 0, 0]])
    >>> lengths(counts).tolist(), lengths(counts, 2).tolist()
    ([0.0], [1.0])
    """
    a, b, d, e = _parts(counts, per_year)
    whole = a * a + d * d + 3 * (b * b + e * e)
    roots = 2 * (a * b + d * e)
    n = np.maximum(counts.sum(axis=1), 1)
    length: Array = np.sqrt(np.maximum(whole + roots * _ROOT, 0.0)) / (2.0 * n)
    return rounded(np.minimum(length, 1.0))


def direction(counts: Array, per_year: PerYear = 1) -> NDArray[np.float64]:
    """Return where in the year the mean arrow points, in months.

    Parameters
    ----------
    counts : int array, shape (n, 12), >= 0
    per_year : {1, 2}

    Returns
    -------
    float64 array, shape (n,), at least 0 and under 12 / per_year
        0 is the middle of January, 2.5 the turn from March to April; with two seasons
        a year the one in the first half. Where the arrow has no length, 0.

    Examples
    --------
    >>> direction(np.array([[0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0]])).tolist()
    [2.5]
    """
    a, b, d, e = _parts(counts, per_year)
    angle = np.arctan2(d + e * _ROOT, a + b * _ROOT)
    period = 12.0 / per_year
    months = rounded(angle * (period / (2.0 * np.pi)))
    return np.mod(months, period)


def corrected(length: NDArray[np.float64], per_year: PerYear = 1) -> Array:
    """Return lengths as they would be without grouping by months, at most 1.

    Parameters
    ----------
    length : float64 array
        As :func:`lengths` gives it.
    per_year : {1, 2}

    Examples
    --------
    >>> corrected(np.array([0.5])).tolist(), corrected(np.array([0.5]), 2).tolist()
    ([0.50575758], [0.523598776])
    """
    half = per_year * np.pi / 12.0
    return rounded(np.minimum(length * (half / np.sin(half)), 1.0))


def rayleigh_p(length: NDArray[np.float64], n: Array) -> NDArray[np.float64]:
    """Return how probable so long an arrow is where every month is as good as another.

    Parameters
    ----------
    length : float64 array, shape (n,)
        Mean resultant lengths, not corrected.
    n : int array, shape (n,), >= 1
        Of how many purchases.

    Returns
    -------
    float64 array, shape (n,), 0 to 1

    Examples
    --------
    >>> rayleigh_p(np.array([0.0, 0.6]), np.array([10, 10])).tolist()
    [1.0, 0.023000235]
    """
    z = n * length * length
    first = (2.0 * z - z**2) / (4.0 * n)
    second = (24.0 * z - 132.0 * z**2 + 76.0 * z**3 - 9.0 * z**4) / (288.0 * n * n)
    chance: Array = np.exp(-z) * (1.0 + first - second)
    return rounded(np.clip(chance, 0.0, 1.0))


def beyond_chance(length: NDArray[np.float64], n: Array) -> Array:
    """Return which part of an arrow is more than chance makes one.

    The square of the mean of n directions without any side is 1 / n on average; what
    is beyond it, over all of it, is 1 - 1 / (n R^2), or 0 where that is under 0. This
    is the factor by which James and Stein draw an estimate to the origin.

    Parameters
    ----------
    length : float64 array, shape (n,)
        Mean resultant lengths, not corrected.
    n : int array, shape (n,)
        Of how many purchases.

    Returns
    -------
    float64 array, shape (n,), 0 to under 1

    Examples
    --------
    >>> beyond_chance(np.array([0.2, 0.5, 1.0]), np.array([10, 10, 10])).tolist()
    [0.0, 0.6, 0.9]
    """
    z = n * length * length
    part = 1.0 - 1.0 / np.maximum(z, 1.0)
    return rounded(part)
