"""From a number to a score of a few steps: bins with edges that are frozen.

A bin holds its lower edge and not its upper one. Edges come from percentiles, from a
person, or from the natural breaks in the values; equal values always share a bin.

Natural breaks after G. F. Jenks, "The Data Model Concept in Statistical Mapping", 1967:
the classes with the least sum of squared deviations, found exactly by the dynamic
programme of W. D. Fisher, "On Grouping for Maximum Homogeneity", JASA 53, 1958.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from custseg.errors import Problem, SettingError
from custseg.scoring.percentiles import cut_of, midranks
from custseg.scoring.tallies import Tally, tallied
from custseg.table import Array

__all__ = ["EDGES", "natural_edges", "quantile_edges", "score_bins"]

_POINTS = 600
"""Distinct values up to which natural breaks are exact; beyond, of as many groups."""

Edge = int | float | None


def score_bins(
    values: Array, edges: Sequence[Edge], *, better: str = "higher"
) -> NDArray[np.int64]:
    """Score values by the bin they fall into, 1 for the worst.

    Parameters
    ----------
    values : array, shape (n,)
    edges : sequence of k - 1 numbers, never falling
        Lower edges of the bins 2 to k; None is an edge that nobody reaches.
    better : {"higher", "lower"}
        With "lower", the lowest bin scores k, and a bin holds its upper edge and not
        its lower one.

    Returns
    -------
    int64 array, shape (n,), 1 to k

    Examples
    --------
    >>> score_bins(np.array([5, 10, 99]), [10, 50]).tolist()
    [1, 2, 3]
    >>> score_bins(np.array([5, 10, 99]), [50, 10], better="lower").tolist()
    [3, 3, 1]
    """
    # Counted in the smallest numbers that hold them: less passes through memory.
    score = np.ones(len(values), dtype=np.min_scalar_type(len(edges) + 1))
    for edge in edges:
        if edge is not None:
            score += values >= edge if better == "higher" else values <= edge
    return score.astype(np.int64)


def quantile_edges(
    values: Array | Tally, into: int, *, better: str = "higher"
) -> list[Edge]:
    """Return edges such that the score is min(k, 1 + floor(k pct)).

    Parameters
    ----------
    values : array, shape (n,), or Tally
        The reference; n at least 1.
    into : int
        How many bins.
    better : {"higher", "lower"}
        With "lower", pct is the percentile from above.

    Returns
    -------
    list of k - 1 numbers or None
        Edges of the values themselves, in rising order of the score.

    Examples
    --------
    >>> quantile_edges(np.arange(1, 11), 5)
    [3, 5, 7, 9]
    >>> quantile_edges(np.arange(1, 11), 5, better="lower")
    [8, 6, 4, 2]
    """
    sign = 1 if better == "higher" else -1
    tally = tallied(values)
    ranks = midranks(tally if better == "higher" else tally.turned())
    cuts = [cut_of(ranks, step / into) for step in range(1, into)]
    return [None if cut is None else sign * cut for cut in cuts]


def natural_edges(
    values: Array | Tally, into: int, *, better: str = "higher"
) -> list[Edge]:
    """Return the edges of the natural breaks.

    Parameters
    ----------
    values : array, shape (n,), or Tally
        The reference; n at least 1.
    into : int
        How many bins; fewer distinct values leave the upper edges None.
    better : {"higher", "lower"}

    Returns
    -------
    list of k - 1 numbers or None

    Notes
    -----
    Exact up to 600 distinct values; more are first gathered into 600 groups of even
    count, each standing with its mean. Time grows with the square of the points.

    Examples
    --------
    >>> natural_edges(np.array([1, 2, 2, 10, 11, 50]), 3)
    [10, 50]
    """
    if into < 2:
        raise SettingError(
            Problem("a score needs two bins or more", where="into", got=str(into))
        )
    tally = tallied(values)
    distinct, counts = tally.distinct, tally.counts
    groups = np.arange(len(distinct))
    if len(distinct) > _POINTS:
        middle = (np.cumsum(counts) - counts / 2.0) / counts.sum()
        groups = np.minimum((middle * _POINTS).astype(np.int64), _POINTS - 1)
    starts = np.flatnonzero(np.append(True, groups[1:] != groups[:-1]))
    weight = np.add.reduceat(counts, starts).astype(np.float64)
    mass = np.add.reduceat(counts * distinct.astype(np.float64), starts)
    breaks = _fisher(mass / weight, weight, min(into, len(starts)))
    edges: list[Edge] = [distinct[starts[at]].item() for at in breaks]
    if better == "lower":
        # The value just under an edge is the last that still belongs to the bin below.
        edges = [distinct[starts[at] - 1].item() for at in reversed(breaks)]
    return edges + [None] * (into - 1 - len(edges))


EDGES: Final[Mapping[str, Callable[..., list[Edge]]]] = {
    "quantile": quantile_edges,
    "natural": natural_edges,
}
"""The ways to find edges in a reference, by the words of policies."""


def _fisher(
    points: NDArray[np.float64], weight: NDArray[np.float64], into: int
) -> list[int]:
    """Return where the best classes begin, without the first."""
    n = len(points)
    points = points - points.mean()  # keeps the squares small
    w = np.concatenate([[0.0], np.cumsum(weight)])
    s = np.concatenate([[0.0], np.cumsum(weight * points)])
    q = np.concatenate([[0.0], np.cumsum(weight * points * points)])
    i = np.arange(n)[:, None]
    j = np.arange(1, n + 1)[None, :]
    width = np.where(j > i, w[j] - w[i], 1.0)
    cost = np.where(j > i, (q[j] - q[i]) - (s[j] - s[i]) ** 2 / width, np.inf)
    best = cost[0]
    back = []
    for _ in range(1, into):
        # best[m - 1] is the cost of the first m points in one class fewer.
        total = np.full((n, n), np.inf)
        total[1:] = best[:-1, None] + cost[1:]
        back.append(np.argmin(total, axis=0))
        best = total[back[-1], np.arange(n)]
    breaks = []
    end = n - 1
    for choice in reversed(back):
        start = int(choice[end])
        breaks.append(start)
        end = start - 1
    return breaks[::-1]
