"""Whether a nurture pool works: how many of those who were in it rose, by the journal.

A pool costs attention. What came of it is in the journal, which notes every time that
somebody came in or left, and why. So the rate can be asked for any span of days.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter

from attrs import frozen

from custseg.journal.journal import Journal
from custseg.rules.acts.pooling import PoolMove

__all__ = ["Conversion", "conversion"]

_POOLS = "pools"


@frozen
class Conversion:
    """How customers came into a pool and left it.

    Parameters
    ----------
    pool : str
    moves : dict of str to int
        How often each thing happened that :class:`~custseg.rules.acts.pooling.PoolMove`
        names, as far as somebody came in or left.

    Examples
    --------
    >>> came = Conversion("nurture", {"ENTERED": 5, "CONVERTED": 3, "UNDER_BAR": 1})
    >>> came.entered, came.converted, came.left, came.rate
    (5, 3, 4, 0.75)
    """

    pool: str
    moves: dict[str, int]

    @property
    def entered(self) -> int:
        """How often somebody came in."""
        return self.moves.get(PoolMove.ENTERED.name, 0)

    @property
    def converted(self) -> int:
        """How often somebody left because the tier was reached."""
        return self.moves.get(PoolMove.CONVERTED.name, 0)

    @property
    def left(self) -> int:
        """How often somebody left, for whatever reason."""
        return sum(many for name, many in self.moves.items() if PoolMove[name].leaves)

    @property
    def rate(self) -> float | None:
        """The share of those who left that reached the tier; None where nobody left."""
        return self.converted / self.left if self.left else None


def conversion(
    journal: Journal,
    pool: str,
    *,
    since: dt.date | str | None = None,
    until: dt.date | str | None = None,
) -> Conversion:
    """Return what came of a nurture pool.

    Parameters
    ----------
    journal : Journal
    pool : str
        Its code. Of a pool that the journal does not know there are no moves.
    since, until : date or str, optional
        Only what holds from these days, both included.

    Returns
    -------
    Conversion
        An entry that was corrected does not count, its last correction does.

    Raises
    ------
    SettingError
        When a day is none.
    """
    # By the decision and the customer: of what was corrected the last version stays.
    moves: dict[tuple[int, int], str | None] = {}
    for entry in journal.read(since=since, until=until):
        move = (entry.inputs or {}).get(_POOLS, {}).get(pool)
        moves[entry.corrects or entry.number, entry.subject] = move
    counted = Counter(
        move
        for move in moves.values()
        if move is not None and (move == "ENTERED" or PoolMove[move].leaves)
    )
    return Conversion(pool, dict(counted))
