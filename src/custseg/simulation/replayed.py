"""What came of going through the past: days, decisions, and the tiers held.

A replay is columns and nothing else: for each day the customers known then, and for
each policy what it decided about them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from custseg.errors import Problem, SettingError
from custseg.fitted import FittedPolicy
from custseg.rules.acts.pools import Pool
from custseg.rules.grading import Grading
from custseg.rules.tiers.moves import Action
from custseg.scoring.migration import WITHDRAWN, Migration, Treatment, migrations
from custseg.simulation.flapping import Followed
from custseg.table import Array, Column

__all__ = [
    "Day",
    "Look",
    "Replay",
    "grading_of",
    "migration_of",
    "per_tier",
    "shares_of",
]

_NOT_ASKED = (int(Action.NOT_DUE), int(Action.REPEATED))


@frozen(eq=False)
class Day:
    """What one day of a replay is for every policy.

    Parameters
    ----------
    on : int
        Day of the run; the facts are those up to the day before.
    rows : int32 array, shape (n_known,), rising
        The customers known then, as positions among those of the ledger.
    closed : bool array, shape (n_known,)
        Whose account was closed by then.
    following : int64 array, shape (n_known,), or None
        Net spend in minor units from this day to the day before the next one; None
        where there is no next one.
    """

    on: int
    rows: NDArray[np.int32]
    closed: NDArray[np.bool_]
    following: NDArray[np.int64] | None


@frozen(eq=False)
class Look:
    """What one policy decided on one day about the customers known then.

    Parameters
    ----------
    before, after : int8 array, shape (n_known,)
        The tier held before and after; 0 is the highest, -1 is none yet.
    action, reason : int8 array, shape (n_known,)
        Numbers of :class:`~custseg.rules.tiers.moves.Action` and
        :class:`~custseg.rules.tiers.moves.Reason`.
    score : Column
    spend : int64 array, shape (n_known,)
        Net spend in minor units over the policy's window, up to the day before.
    alerts : int
        How many alerts were given.
    pools : mapping of str to int8 array, shape (n_known,)
        By the codes of pools, numbers of :class:`~custseg.rules.acts.pooling.PoolMove`.
    """

    before: NDArray[np.int8]
    after: NDArray[np.int8]
    action: NDArray[np.int8]
    reason: NDArray[np.int8]
    score: Column
    spend: NDArray[np.int64]
    alerts: int = 0
    pools: Mapping[str, NDArray[np.int8]] = field(factory=dict)

    @property
    def asked(self) -> NDArray[np.bool_]:
        """Of whom anything was asked: a review was due, or a gate or trigger acted."""
        asked: NDArray[np.bool_] = ~np.isin(self.action, _NOT_ASKED)
        return asked

    @property
    def first(self) -> NDArray[np.bool_]:
        """Who got the first tier, or the first that rests on facts."""
        first: NDArray[np.bool_] = self.action == Action.FIRST
        return first

    @property
    def rose(self) -> NDArray[np.bool_]:
        """Who went from a tier to a higher one."""
        rose: NDArray[np.bool_] = (self.after < self.before) & ~self.first
        return rose

    @property
    def fell(self) -> NDArray[np.bool_]:
        """Who went from a tier to a lower one."""
        fell: NDArray[np.bool_] = (self.after > self.before) & ~self.first
        return fell


@frozen(eq=False)
class Replay:
    """One policy, gone through all the days.

    Parameters
    ----------
    name : str
    fitted : FittedPolicy
    looks : tuple of Look
        One for each day.
    afresh : bool
        Whether it was fitted anew on each day and remembered nothing.
    """

    name: str
    fitted: FittedPolicy
    looks: tuple[Look, ...]
    afresh: bool = False

    @property
    def grading(self) -> Grading:
        """The tiers and their rules."""
        return grading_of(self.fitted)

    @property
    def tiers(self) -> tuple[str, ...]:
        """The codes of the tiers, the highest first."""
        return tuple(tier.code for tier in self.grading.tiers)

    @property
    def pools(self) -> tuple[Pool, ...]:
        """The nurture pools of the policy."""
        return self.fitted.tree.acting.pools

    def followed(self, days: Sequence[Day]) -> list[Followed]:
        """Return its runs on the first of its days, to be looked through for moves."""
        return [
            Followed(
                day.rows, look.before, look.after, look.asked, look.rose | look.fell
            )
            for day, look in zip(days, self.looks, strict=False)
        ]


def grading_of(fitted: FittedPolicy) -> Grading:
    """Return the grading of a policy.

    Raises
    ------
    SettingError
        When it has none.
    """
    if fitted.tree.grading is None:
        raise SettingError(
            Problem(
                "the policy has no tiers to replay",
                where="policies",
                got=fitted.tree.code,
                hint="add a [grading] to the policy",
            )
        )
    return fitted.tree.grading


def shares_of(replay: Replay, days: Sequence[Day]) -> tuple[float | None, ...]:
    """Return the share of the following periods' net spend that each tier held.

    Parameters
    ----------
    replay : Replay
    days : sequence of Day
        Some of its days, from the first on.

    Returns
    -------
    tuple of float or None
        One for each tier; None where no day has a period behind it, or nothing was
        spent in them by those who had a tier.
    """
    worth = np.zeros(len(replay.tiers), dtype=np.int64)
    for day, look in zip(days, replay.looks, strict=False):
        if day.following is not None:
            worth += per_tier(look.after, len(replay.tiers), day.following)
    whole = int(worth.sum())
    return tuple(one / whole if whole > 0 else None for one in worth.tolist())


def migration_of(
    replay: Replay, days: Sequence[Day], *, withdrawn: Treatment
) -> Migration:
    """Return from where to where customers went between the days, pooled.

    Parameters
    ----------
    replay : Replay
    days : sequence of Day
    withdrawn : {"column", "exclude", "absorb"}
        What becomes of customers whose account is closed on a day.
    """
    held: dict[str, list[Array]] = {"who": [], "since": [], "code": []}
    last = np.full(1 + max(int(day.rows.max(initial=0)) for day in days), -2, np.int8)
    for day, look in zip(days, replay.looks, strict=True):
        now = np.where(day.closed, np.int8(WITHDRAWN), look.after)
        other = now != last[day.rows]  # only these have a new row in the history
        last[day.rows] = now
        held["who"].append(day.rows[other])
        held["code"].append(now[other])
        held["since"].append(np.full(int(other.sum()), day.on, dtype=np.int32))
    return migrations(
        np.concatenate(held["who"]),
        np.concatenate(held["since"]),
        np.concatenate(held["code"]),
        grades=replay.tiers,
        at=[day.on for day in days],
        withdrawn=withdrawn,
    )


def per_tier(
    tier: NDArray[np.int8], tiers: int, amounts: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the exact sum of amounts of the customers in each tier."""
    return np.array([amounts[tier == at].sum() for at in range(tiers)], dtype=np.int64)
