"""Where a verdict turns, along axes of whole steps.

A label as a function of one fact is constant but for a few turns. Where they are is
found without knowing the rule: look at a grid of points, and wherever two neighbours
differ, look closer, down to one step. Many axes are looked at in one go, so that a
dozen facts cost hardly more than one.

Limits: two turns that cancel each other between two neighbours of the grid are not
seen. So the verdict that is compared is more than the label: the truth of every clause
behind it, each of which turns at most once where the grid holds its kinks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

__all__ = ["Ints", "Judge", "Turn", "Walk", "explore", "powers"]

Ints = NDArray[np.int64]

Judge = Callable[[Ints, Ints], Ints]
"""From axes and positions on them, shape (n,) both, to verdicts, shape (n, m); the
first of the m marks is the label, -1 for UNKNOWN."""

_PARTS = 16
"""Into how many parts an interval is cut in which something turns: the more, the fewer
looks are taken, and the more positions are judged in all."""


@frozen(eq=False)
class Turn:
    """The nearest place on one side where a label begins.

    Parameters
    ----------
    at : int
        The first position with the label, counted from where the customer stands.
    before : int
        The position one step nearer, which has another label.
    label : int
    """

    at: int
    before: int
    label: int


@frozen(eq=False)
class Walk:
    """The verdicts along one axis.

    Parameters
    ----------
    at : int64 array, shape (n,)
        Rising positions. Where neighbours are further apart than one step, all between
        them have their verdict.
    labels : int64 array, shape (n,)
    """

    at: Ints
    labels: Ints

    def turns(self, now: float, *, up: bool) -> list[Turn]:
        """Return the nearest place of each label on one side, the nearest first.

        The label of the customer is among them, for its own place has no side.

        Parameters
        ----------
        now : float
            Where the customer stands, perhaps between two positions.
        up : bool
            Look at what is above, else below.

        Examples
        --------
        >>> walk = Walk(np.array([0, 3, 4, 9]), np.array([0, 0, 1, 1]))
        >>> [(turn.at, turn.before) for turn in walk.turns(2, up=True)]
        [(3, 2), (4, 3)]
        """
        side = self.at > now if up else self.at < now
        at, labels = self.at[side], self.labels[side]
        if not up:
            at, labels = at[::-1], labels[::-1]
        step = 1 if up else -1
        found = [
            Turn(int(at[first]), int(at[first]) - step, int(label))
            for label in np.unique(labels).tolist()
            for first in [int(np.argmax(labels == label))]
        ]
        return sorted(found, key=lambda turn: abs(turn.at - now))


def explore(judge: Judge, grids: Sequence[Ints], *, parts: int = _PARTS) -> list[Walk]:
    """Find every turn along some axes.

    Parameters
    ----------
    judge : callable
    grids : sequence of int64 arrays
        For each axis the positions to look at first, rising.
    parts : int
        Into how many parts an interval is cut in which something turns. Two judges the
        fewest positions; more take fewer looks.

    Returns
    -------
    list of Walk
        One for each axis.

    Examples
    --------
    >>> walk = explore(lambda _, at: (at >= 700)[:, None].astype(int),
    ...                [np.array([0, 1000])])[0]
    >>> walk.at[np.argmax(walk.labels)].item()
    700
    """
    axis = np.repeat(np.arange(len(grids)), [len(grid) for grid in grids])
    at = np.concatenate([*grids, np.empty(0, dtype=np.int64)])
    marks = judge(axis, at)
    while True:
        differs = (marks[1:] != marks[:-1]).any(axis=1) & (axis[1:] == axis[:-1])
        open_ = np.flatnonzero(differs & (at[1:] - at[:-1] > 1))
        if not len(open_):
            break
        gap = (at[open_ + 1] - at[open_])[:, None]
        inner = at[open_][:, None] + gap * np.arange(1, parts) // parts
        # An interval of few steps gives the same position twice, or its own edge.
        new = np.diff(inner, axis=1, prepend=at[open_][:, None]) > 0
        more_at = inner[new]
        more_axis = np.repeat(axis[open_], new.sum(axis=1))
        axis, at = np.append(axis, more_axis), np.append(at, more_at)
        marks = np.concatenate([marks, judge(more_axis, more_at)])
        order = np.lexsort((at, axis))
        axis, at, marks = axis[order], at[order], marks[order]
    edges = np.searchsorted(axis, np.arange(len(grids) + 1))
    return [
        Walk(at[low:high], marks[low:high, 0]) for low, high in pairwise(edges.tolist())
    ]


def powers(most: int) -> Ints:
    """Return 0 and the powers of two up to a bound.

    Examples
    --------
    >>> powers(10).tolist()
    [0, 1, 2, 4, 8]
    """
    return np.array([0, *(1 << n for n in range(most.bit_length()))], dtype=np.int64)
