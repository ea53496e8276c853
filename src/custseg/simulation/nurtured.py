"""Whether a nurture pool would have worked: who came into it, and who rose.

A pool costs attention. Before one is set up, the past tells how many it would have
held, and how many of those who came in would have reached the tier above while they
were in it.

The method: each coming in is followed to the run that ends the stay. The rate is among
those whose longest stay is over by the last date, so that who rises quickly does not
count before who takes long; in a pool without a longest stay, among those who left.

Limits: nobody was looked after in the replay, so it tells what would have come by
itself, against which the pool has to show what it does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from attrs import frozen

from custseg.rules.acts.pooling import PoolMove
from custseg.simulation.replayed import Day, Replay

__all__ = ["Nurtured", "nurtured"]


@frozen
class Nurtured:
    """What came of one pool in a replay.

    Parameters
    ----------
    pool : str
    entered : int
        How often somebody came in.
    inside : int
        Who is in it after the last date.
    moves : mapping of str to int
        How often somebody left, by :class:`~custseg.rules.acts.pooling.PoolMove`.
    watched : int
        Comings in whose longest stay is over by the last date.
    converted_watched : int
        Of them, those that ended with the tier above.

    Examples
    --------
    >>> came = Nurtured("nurture", 9, 3, {"CONVERTED": 4, "UNDER_BAR": 2}, 5, 3)
    >>> came.converted, came.left, came.rate
    (4, 6, 0.6)
    """

    pool: str
    entered: int
    inside: int
    moves: Mapping[str, int]
    watched: int
    converted_watched: int

    @property
    def converted(self) -> int:
        """How often somebody left because the tier was reached."""
        return self.moves.get(PoolMove.CONVERTED.name, 0)

    @property
    def left(self) -> int:
        """How often somebody left, for whatever reason."""
        return sum(self.moves.values())

    @property
    def rate(self) -> float | None:
        """The share of the watched that reached the tier; None where there is none."""
        return self.converted_watched / self.watched if self.watched else None


def nurtured(replay: Replay, days: Sequence[Day]) -> dict[str, Nurtured]:
    """Return what came of each pool of a policy.

    Parameters
    ----------
    replay : Replay
    days : sequence of Day
        Some of its days, from the first on.

    Returns
    -------
    dict of str to Nurtured
        By the pools' codes; of a replay that remembers nothing there are none.
    """
    pools = {} if replay.afresh else {one.code: one for one in replay.pools}
    return {
        code: _followed(replay, days, code, pool.longest_days)
        for code, pool in pools.items()
    }


def _followed(replay: Replay, days: Sequence[Day], code: str, longest: int) -> Nurtured:
    size = 1 + max((int(day.rows.max(initial=-1)) for day in days), default=-1)
    came = np.full(size, -1, dtype=np.int64)
    entered = watched = converted = 0
    moves: Counter[str] = Counter()
    last = days[-1].on
    for day, look in zip(days, replay.looks, strict=False):
        move = look.pools[code]
        leaves = move >= PoolMove.UNDER_BAR
        counts = np.bincount(move[leaves], minlength=len(PoolMove))
        moves.update({PoolMove(at).name: int(n) for at, n in enumerate(counts) if n})
        over = leaves.copy()
        if longest:
            over &= came[day.rows] + longest <= last
        watched += int(over.sum())
        converted += int((over & (move == PoolMove.CONVERTED)).sum())
        came[day.rows[leaves]] = -1
        enters = move == PoolMove.ENTERED
        entered += int(enters.sum())
        came[day.rows[enters]] = day.on
    inside = int((came >= 0).sum())
    return Nurtured(code, entered, inside, dict(moves), watched, converted)
