"""How customers come into a nurture pool and leave it: one run.

Nobody comes in but at a review, by holding the pool's tier and meeting its bar. Whoever
is in remains until a review finds them under the lower bar or too long there; and
leaves at once with the tier, upwards or downwards.

A pool with a capacity takes the best by its rank. That depends on other customers, so
it is worked out by a review and said in the answer. Those who are in keep their place
before newcomers; only where a policy takes places away do the last of them leave.

Limits: who left after the longest stay may come back at a later review. Where a bar
cannot be told, nobody comes in by it and nobody leaves by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.labels import Title
from custseg.periods import DISTANT_PAST
from custseg.rules.acts.pools import Pool
from custseg.rules.acts.ranking import best_first
from custseg.table import Column

__all__ = ["POOL_MOVE_TITLES", "Footing", "PoolMove", "Pooled", "pooled"]


class PoolMove(IntEnum):
    """What a run did with a customer and a pool.

    Examples
    --------
    >>> PoolMove.CONVERTED.leaves, PoolMove.STAYS.leaves
    (True, False)
    """

    OUT = 0
    """Not in the pool, and nothing speaks for it."""
    ENTERED = 1
    STAYS = 2
    WAITS = 3
    """Over the bar to enter, but there is no free place."""
    UNDER_BAR = 4
    """Left: the condition to stay does not hold."""
    LONGEST_STAY = 5
    """Left: in the pool as long as anybody may be."""
    NO_PLACE = 6
    """Left: the pool has fewer places than before."""
    TIER_LEFT = 7
    """Left with the tier, but not to where the pool leads."""
    CONVERTED = 8
    """Left because the tier is reached to which the pool leads."""

    @property
    def leaves(self) -> bool:
        """Whether the customer was in the pool and is so no longer."""
        return self >= PoolMove.UNDER_BAR


POOL_MOVE_TITLES: Mapping[PoolMove, Title] = {
    PoolMove.OUT: Title(zh="不在池中", en="Not in the pool"),
    PoolMove.ENTERED: Title(zh="入池", en="Entered"),
    PoolMove.STAYS: Title(zh="留池", en="Stays"),
    PoolMove.WAITS: Title(zh="名额已满，候补", en="Waits for a place"),
    PoolMove.UNDER_BAR: Title(zh="低于留池线，出池", en="Left: under the bar to stay"),
    PoolMove.LONGEST_STAY: Title(zh="期满出池", en="Left: longest stay reached"),
    PoolMove.NO_PLACE: Title(zh="名额减少，出池", en="Left: fewer places"),
    PoolMove.TIER_LEFT: Title(zh="等级变动，出池", en="Left: no longer in the tier"),
    PoolMove.CONVERTED: Title(zh="培育成功，升级", en="Left: reached the tier above"),
}
"""What each of them is called."""


@frozen(eq=False)
class Footing:
    """On what a pool decides about customers, n of them, in the order of their ids.

    Parameters
    ----------
    tier : int8 array, shape (n_customers,)
        The tier held after the run.
    due : bool array, shape (n_customers,)
        Whose review was due.
    since : int32 array, shape (n_customers,)
        Since when each is in the pool; ``DISTANT_PAST`` for not at all.
    enter, stay : Column
        Whether the two conditions hold.
    rank_by : Column
        Who has more comes first.
    """

    tier: NDArray[np.int8]
    due: NDArray[np.bool_]
    since: NDArray[np.int32]
    enter: Column
    stay: Column
    rank_by: Column


@frozen(eq=False)
class Pooled:
    """What became of a pool in one run, one row per customer.

    Parameters
    ----------
    move : int8 array, shape (n_customers,)
        Numbers of :class:`PoolMove`.
    since : int32 array, shape (n_customers,)
        Since when each is in the pool after the run; ``DISTANT_PAST`` for not at all.
    was_since : int32 array, shape (n_customers,)
        The same before the run.
    rank : int32 array, shape (n_customers,)
        The place among all who are in or could be, from 1; 0 for all others.
    """

    move: NDArray[np.int8]
    since: NDArray[np.int32]
    was_since: NDArray[np.int32]
    rank: NDArray[np.int32]

    @property
    def changed(self) -> NDArray[np.bool_]:
        """Who came in or left, shape (n_customers,)."""
        changed: NDArray[np.bool_] = (self.move == PoolMove.ENTERED) | (
            self.move >= PoolMove.UNDER_BAR
        )
        return changed


def pooled(pool: Pool, footing: Footing, *, of: int, goal: int, on: int) -> Pooled:
    """Decide who comes into a pool, who remains and who leaves.

    Parameters
    ----------
    pool : Pool
    footing : Footing
    of, goal : int
        Places of the pool's tier and of the one to which it leads.
    on : int
        Day of the run.

    Returns
    -------
    Pooled

    Examples
    --------
    >>> from custseg.units import Unit
    >>> pool = Pool("nurture", Title("培育池", "Pool"), "B", "score >= 64", capacity=1)
    >>> score = Column(np.array([70.0, 75.0]), Unit.SCORE)
    >>> both = Column(np.array([True, True]), Unit.FLAG)
    >>> footing = Footing(
    ...     np.array([1, 1]), np.array([True, True]),
    ...     np.full(2, DISTANT_PAST), both, both, score)
    >>> run = pooled(pool, footing, of=1, goal=0, on=20_000)
    >>> [PoolMove(one).name for one in run.move], run.rank.tolist()
    (['WAITS', 'ENTERED'], [2, 1])
    """
    since, tier, due = footing.since, footing.tier, footing.due
    inside, here = since > DISTANT_PAST, footing.tier == of
    move = np.zeros(len(tier), dtype=np.int8)
    move[inside] = PoolMove.STAYS
    asked = inside & here & due
    move[asked & footing.stay.is_known() & ~footing.stay.values] = PoolMove.UNDER_BAR
    if pool.longest_days:
        long = on - since.astype(np.int64) >= pool.longest_days
        move[asked & long] = PoolMove.LONGEST_STAY
    move[inside & ~here] = PoolMove.TIER_LEFT
    move[inside & (tier >= 0) & (tier <= goal)] = PoolMove.CONVERTED
    wants = here & due & ~inside & footing.enter.values & footing.enter.is_known()
    move[wants] = PoolMove.ENTERED

    stays = move == PoolMove.STAYS
    best = best_first(stays | wants, footing.rank_by)
    rank = np.zeros(len(tier), dtype=np.int32)
    rank[best] = np.arange(1, len(best) + 1)
    if pool.capacity:
        # Those beyond it leave only when their review is due, like everybody.
        beyond = best[stays[best]][pool.capacity :]
        move[beyond[due[beyond]]] = PoolMove.NO_PLACE
        free = max(0, pool.capacity - int((move == PoolMove.STAYS).sum()))
        move[best[wants[best]][free:]] = PoolMove.WAITS
    after = np.where(move == PoolMove.STAYS, since, np.int32(DISTANT_PAST))
    after[move == PoolMove.ENTERED] = on
    return Pooled(move, after, since, rank)
