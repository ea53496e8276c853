"""What the next season brings, from the same season of the past years.

The spends of one season - spring, say - in the last two or three years are taken as
draws of one number, and the next spring as the next draw. Their mean would be expected,
were the months of the season known. They are found in the same purchases, though, and
the best months of the past are never quite so good again. So the mean is drawn to what
as many months bring at any time of the year: by as much as chance alone could have made
of the season, :func:`~custseg.scoring.seasonality.circular.beyond_chance`. Of a strong
season hardly anything is taken off, of a chance one nearly all that made it one.

How far the next season may lie from there, Student's t tells: with s the standard
deviation of k past ones, +- t(k - 1) s sqrt(1 + 1 / k).

The same holds for the sum over many customers, taken year by year: then s holds what
moves all of them together, a good year or a bad one, as well as what moves each alone.
An interval from each customer's own ups and downs, as if they were independent, would
be narrower and would miss a bad year.

The mean, and not the median, is taken although one odd year moves it: spends are
skewed, so medians add up to too little, and of two years both are the same.

Limits: two years leave one degree of freedom and three leave two, so intervals are
wide. Growth is not carried on. A customer who stays away for good is not foreseen.
Those who were chosen because their season is significant include some by chance, and
their season will disappoint all the same.
"""

from __future__ import annotations

from math import pi, sqrt, tan
from typing import Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.rounding import rounded
from custseg.scoring.seasonality.circular import beyond_chance
from custseg.scoring.seasonality.months import SPAN, Months
from custseg.scoring.seasonality.peaks import Seasons
from custseg.table import Array

__all__ = ["MOST", "PastSeasons", "expected_sum", "past_seasons", "student_t"]

MOST: Final = 3
"""Past seasons of one kind that fit into the months looked at."""

_ENOUGH: Final = 0.5
"""Share of what is expected from which some customers speak for all."""


@frozen(eq=False)
class PastSeasons:
    """What each customer spent in the same season as the next one, in past years.

    Parameters
    ----------
    spend : int64 array, shape (n_customers, 3)
        Net, minor units, the latest first; 0 behind the last.
    count : int64 array, shape (n_customers,)
        How many there are, 0 to 3. Only whole seasons within the months by which the
        customer is judged.
    usual : float64 array, shape (n_customers,)
        What as many months bring at any time of the year, in minor units.
    trust : float64 array, shape (n_customers,), 0 to 1
        Which part of the season is more than chance.
    """

    spend: NDArray[np.int64]
    count: NDArray[np.int64]
    usual: NDArray[np.float64]
    trust: NDArray[np.float64]

    def of(self, rows: Array) -> PastSeasons:
        """Return those of some customers."""
        return PastSeasons(
            self.spend[rows], self.count[rows], self.usual[rows], self.trust[rows]
        )

    def expected(self) -> Array:
        """Return what is expected, at least 0, in minor units, shape (n_customers,)."""
        mean = self.spend.sum(axis=1) / np.maximum(self.count, 1)
        drawn = self.trust * mean + (1.0 - self.trust) * self.usual
        return rounded(np.maximum(drawn, 0.0))

    def reach(self, level: float) -> NDArray[np.float64]:
        """Return how far the next may lie from the mean, shape (n_customers,).

        Parameters
        ----------
        level : float, over 0 and under 1

        Returns
        -------
        float64 array
            Minor units; NaN where fewer than two seasons are known.
        """
        reach = np.full(len(self.count), np.nan)
        for k in range(2, MOST + 1):
            rows = np.flatnonzero(self.count == k)
            reach[rows] = _reach(self.spend[rows, :k], level)
        return rounded(reach)


def past_seasons(months: Months, seasons: Seasons, days: Array) -> PastSeasons:
    """Look up the past seasons of the kind that comes next.

    Parameters
    ----------
    months : Months
    seasons : Seasons
        Of the same customers.
    days : int64 array, shape (n_customers,)
        On how many purchase days each season rests.
    """
    n = len(seasons.known)
    first = months.last - SPAN + 1
    running = np.zeros((n, SPAN + 1), dtype=np.int64)
    np.cumsum(months.spend, axis=1, out=running[:, 1:])
    begin = seasons.next_start(months.now) - first
    spend = np.zeros((n, MOST), dtype=np.int64)
    count = np.zeros(n, dtype=np.int64)
    judged = months.length()
    earliest = SPAN - judged
    for years in range(1, MOST + 2):
        start = begin - 12 * years
        whole = seasons.known & (start >= earliest) & (start + seasons.length <= SPAN)
        rows = np.flatnonzero(whole)
        at = start[rows]
        sums = running[rows, at + seasons.length[rows]] - running[rows, at]
        spend[rows, count[rows]] = sums
        count[rows] += 1
    rows = np.arange(n)
    total = running[:, SPAN] - running[rows, earliest]
    # As floats: five times a sum that fits 64 bits may not fit them any more.
    usual = seasons.length * total.astype(np.float64) / np.maximum(judged, 1)
    arrow = np.maximum(seasons.once, seasons.twice)
    return PastSeasons(spend, count, usual, beyond_chance(arrow, days))


def expected_sum(past: PastSeasons, level: float) -> tuple[float, float | None]:
    """Return what all customers together are expected to spend, and how far from it.

    Parameters
    ----------
    past : PastSeasons
    level : float, over 0 and under 1

    Returns
    -------
    expected : float
        The sum of what is expected of each, in minor units.
    reach : float or None
        Told by the sums over customers with three past seasons, if half of what is
        expected comes from them, else by the last two seasons of those with two or
        three; the others are taken to vary, in proportion, as these do. None where
        nobody has two past seasons.
    """
    each = past.expected()
    total = float(np.sort(each).sum())
    for k in range(MOST, 1, -1):
        rows = np.flatnonzero(past.count >= k)
        held = float(np.sort(each[rows]).sum())
        if len(rows) and (k == 2 or held >= _ENOUGH * total):
            sums = past.spend[rows, :k].sum(axis=0)[None, :]
            reach = float(_reach(sums, level)[0])
            return total, reach * (total / held) if held else reach
    return total, None


def _reach(spend: Array, level: float) -> Array:
    """Return t s sqrt(1 + 1 / k) of each row of k spends."""
    k = spend.shape[1]
    deviation = spend - spend.sum(axis=1, keepdims=True) / k
    squares = np.zeros(len(spend))
    for column in range(k):  # in one order, whatever the shape
        squares += deviation[:, column] ** 2
    spread: Array = np.sqrt(squares / (k - 1))
    return spread * (student_t(level, k - 1) * sqrt(1 + 1 / k))


def student_t(level: float, freedom: int) -> float:
    """Return the bar that Student's t stays under, on both sides, at a level.

    Parameters
    ----------
    level : float, over 0 and under 1
    freedom : {1, 2}
        For these two there is a closed form.

    Examples
    --------
    >>> round(student_t(0.8, 1), 3), round(student_t(0.8, 2), 3)
    (3.078, 1.886)
    """
    if freedom == 1:
        return tan(pi * level / 2)
    return level * sqrt(2 / (1 - level * level))
