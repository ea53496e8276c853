"""Whether tiers flap: how many moves are undone soon after they were made.

A tier that goes up in June and back in July has cost two letters, two handovers and
some trust, and has said nothing about the customer. A move is *undone* when, within the
customer's next reviews, the tier goes back to what it was before, or beyond.

The method: every move is followed through the runs behind it, and only those runs count
in which the customer was looked at. A first tier is no move.

Limits: of moves near the end of a replay nobody knows yet whether they last. They are
counted as moves, but the rate is among those that were watched for long enough.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.errors import DataError, Problem
from custseg.table import Array

__all__ = ["Flapping", "Followed", "flapping", "undone_moves"]


@frozen
class Flapping:
    """How many moves there were, and how many did not last.

    Parameters
    ----------
    moves : int
    watched : int
        Those behind which there are as many reviews of the customer as are asked for.
    undone : int
        Of all moves.
    undone_watched : int
        Of those that were watched.

    Examples
    --------
    >>> Flapping(moves=12, watched=10, undone=2, undone_watched=2).rate
    0.2
    """

    moves: int
    watched: int
    undone: int
    undone_watched: int

    @property
    def rate(self) -> float | None:
        """The share of the watched moves that was undone; None where there is none."""
        return self.undone_watched / self.watched if self.watched else None


@frozen(eq=False)
class Followed:
    """One run, for the customers that were known then.

    Parameters
    ----------
    rows : int array, shape (n_customers,), rising
        Which customers, as any whole numbers that mean the same in every run.
    before, after : int8 array, shape (n_customers,)
        The tier before and after; 0 is the highest, -1 is none.
    asked : bool array, shape (n_customers,)
        Who was looked at.
    moved : bool array, shape (n_customers,)
        Who was moved from one tier to another.
    """

    rows: Array
    before: NDArray[np.int8]
    after: NDArray[np.int8]
    asked: NDArray[np.bool_]
    moved: NDArray[np.bool_]


def undone_moves(
    runs: Sequence[Followed], *, within: int = 2
) -> list[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Tell of every move whether it was undone, and whether it was watched.

    Parameters
    ----------
    runs : sequence of Followed
        In the order of their days.
    within : int, >= 1
        Reviews of the customer.

    Returns
    -------
    list of (bool array, bool array)
        For each run two flags for each of its moves, in the order of the rows: undone,
        and watched for as many reviews as are asked for.

    Raises
    ------
    DataError
        When a customer of a run is missing in a later one.

    Examples
    --------
    One customer rises from B to A, and is B again at the second review behind.

    >>> yes, no = np.array([True]), np.array([False])
    >>> who, top, middle = np.array([7]), np.zeros(1, np.int8), np.ones(1, np.int8)
    >>> runs = [Followed(who, middle, top, yes, yes), Followed(who, top, top, yes, no),
    ...         Followed(who, top, middle, yes, yes)]
    >>> [(undone.tolist(), watched.tolist()) for undone, watched in undone_moves(runs)]
    [([True], [True]), ([], []), ([False], [False])]
    """
    return [_followed(runs[at], runs[at + 1 :], within) for at in range(len(runs))]


def flapping(runs: Sequence[Followed], *, within: int = 2) -> Flapping:
    """Count the moves of several runs, and those that were undone.

    Parameters
    ----------
    runs : sequence of Followed
        In the order of their days.
    within : int, >= 1
        Reviews of the customer.
    """
    moves = watched = undone = both = 0
    for was_undone, was_watched in undone_moves(runs, within=within):
        moves += len(was_undone)
        watched += int(was_watched.sum())
        undone += int(was_undone.sum())
        both += int((was_undone & was_watched).sum())
    return Flapping(moves, watched, undone, both)


def _followed(
    run: Followed, later: Sequence[Followed], within: int
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    at = np.flatnonzero(run.moved)
    who, before = run.rows[at], run.before[at]
    rises = run.after[at] < before
    left = np.full(len(at), within)
    undone = np.zeros(len(at), dtype=np.bool_)
    for one in later:
        if not left.any():
            break
        there = _places(who, one.rows)
        held = one.after[there]
        counts = one.asked[there] & (left > 0)
        back = np.where(rises, held >= before, held <= before)
        undone |= counts & back
        left -= counts
    return undone, left == 0


def _places(who: Array, rows: Array) -> Array:
    """Return where some customers stand among those of a run."""
    there = np.searchsorted(rows, who)
    found = there < len(rows)
    found[found] = rows[there[found]] == who[found]
    if not found.all():
        raise DataError(
            Problem(
                "a customer of a run is missing in a later one",
                where="runs",
                got=f"{int((~found).sum())} of {len(who)} that were moved",
            )
        )
    return there
