"""From where customers stand to what becomes of their tiers: one run of a review.

Facts of a day say who earns and who keeps which tier, which gates are closed and which
triggers hold. The memory says what was held, and which alerts have been given. A run
brings the two together by :func:`custseg.rules.tiers.transitions.step`, and gives the
alerts that are due.

Where tiers or pools have a capacity, the answer about one customer depends on the
others of the run (:mod:`custseg.rules.tiers.seating`,
:mod:`custseg.rules.acts.pooling`).

An alert is not repeated within its cooldown, and neither does its trigger ask for a
review again; what caps a tier does so for as long as it holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from custseg.periods import DISTANT_PAST
from custseg.rules.acts.pooling import Footing, Pooled, pooled
from custseg.rules.acts.pools import Pool
from custseg.rules.grading import Grading
from custseg.rules.outcome import Standing
from custseg.rules.tiers.holding import State
from custseg.rules.tiers.occasions import Ceiling, Due, Fired
from custseg.rules.tiers.schedule import Schedule
from custseg.rules.tiers.seating import seated
from custseg.rules.tiers.transitions import Decisions, step
from custseg.table import Array, Column

__all__ = ["Memory", "Run", "decide"]


@frozen(eq=False)
class Memory:
    """What is remembered of customers between two runs.

    Parameters
    ----------
    state : State
    alerted : mapping of str to int32 array, shape (n_customers,)
        The day of the last alert by each trigger; ``DISTANT_PAST`` for none.
    pools : mapping of str to int32 array, shape (n_customers,)
        Since when each is in a pool; ``DISTANT_PAST`` for not at all.

    Examples
    --------
    >>> len(Memory.fresh(2).state)
    2
    """

    state: State
    alerted: Mapping[str, NDArray[np.int32]] = field(factory=dict)
    pools: Mapping[str, NDArray[np.int32]] = field(factory=dict)

    @classmethod
    def fresh(cls, n: int) -> Memory:
        """Return the memory of customers who were never looked at."""
        return cls(State.fresh(n))

    def last_alert(self, trigger: str) -> NDArray[np.int32]:
        """Return the day of the last alert by a trigger, shape (n_customers,)."""
        return self._days(self.alerted, trigger)

    def in_pool(self, pool: str) -> NDArray[np.int32]:
        """Return since when customers are in a pool, shape (n_customers,)."""
        return self._days(self.pools, pool)

    def _days(
        self, days: Mapping[str, NDArray[np.int32]], code: str
    ) -> NDArray[np.int32]:
        if code in days:
            return days[code]
        return np.full(len(self.state), DISTANT_PAST, dtype=np.int32)

    def take(self, rows: Array) -> Memory:
        """Return the memory of some customers only (positions or a mask)."""
        alerted, pools = (
            {code: column[rows] for code, column in days.items()}
            for days in (self.alerted, self.pools)
        )
        return Memory(self.state.take(rows), alerted, pools)

    def put(self, rows: Array, other: Memory) -> Memory:
        """Return the memory with some customers' part exchanged.

        Parameters
        ----------
        rows : array of int or bool
            Whose memory ``other`` is.
        other : Memory
        """
        columns = {}
        for name, column in self.state.columns().items():
            changed = column.copy()
            changed[rows] = other.state.columns()[name]
            columns[name] = changed

        def days_of(name: str) -> dict[str, NDArray[np.int32]]:
            mine, theirs = getattr(self, name), getattr(other, name)
            changed = {}
            for code in {**mine, **theirs}:
                changed[code] = self._days(mine, code).copy()
                changed[code][rows] = other._days(theirs, code)
            return changed

        return Memory(State.from_columns(columns), days_of("alerted"), days_of("pools"))


@frozen(eq=False)
class Run:
    """What one run decided, and on what.

    Parameters
    ----------
    decisions : Decisions
    memory : Memory
        Afterwards.
    due : Due
    alerts : mapping of str to bool array, shape (n_customers,)
        For whom each trigger gives an alert on this day.
    pools : mapping of str to Pooled
    """

    decisions: Decisions
    memory: Memory
    due: Due
    alerts: Mapping[str, NDArray[np.bool_]]
    pools: Mapping[str, Pooled] = field(factory=dict)

    def concerned(self) -> NDArray[np.bool_]:
        """Return whom the run did anything with, shape (n_customers,).

        Everybody whose review was due, who moved, who has got an alert, or who came
        into a pool or left it.
        """
        concerned = self.due.review | self.decisions.moved
        for alerts in self.alerts.values():
            concerned |= alerts
        for pool in self.pools.values():
            concerned |= pool.changed
        return concerned


def decide(
    grading: Grading,
    schedule: Schedule,
    standing: Standing,
    memory: Memory,
    *,
    on: int,
    joined: NDArray[np.int32] | None = None,
    pools: Sequence[Pool] = (),
) -> Run:
    """Decide on the tiers of customers on one day.

    Parameters
    ----------
    grading : Grading
    schedule : Schedule
        ``grading.schedule(fiscal)``.
    standing : Standing
        From facts before the day.
    memory : Memory
        Of the same customers, in the same order, which is that of their ids.
    on : int
        The day, in days since 1970-01-01.
    joined : int32 array, shape (n_customers,), or None
        The day on which each joined; wanted where reviews follow its anniversary.
    pools : sequence of Pool
        What they ask must have been answered in ``standing``.

    Returns
    -------
    Run
    """
    n = len(memory.state)
    alerts = {}
    for trigger in grading.triggers:
        since = on - memory.last_alert(trigger.code).astype(np.int64)
        fresh = (since >= trigger.cooldown_days) | (since < 0)
        alerts[trigger.code] = _holds(standing.triggers[trigger.code]) & fresh
    due = schedule.due(memory.state, on=on, joined=joined)
    earned, kept = _codes(standing.earned), _codes(standing.kept)
    fired = _fired(grading, alerts, memory.state.tier)

    def under(cap: Ceiling) -> Decisions:
        return step(
            memory.state,
            earned=earned,
            kept=kept,
            cap=cap,
            due=due,
            fired=fired,
            rules=grading.moves.rules(len(grading.tiers)),
            on=on,
        )

    cap = _ceiling(grading, standing, n)
    decisions = seated(grading, memory.state, under, cap, standing.score)
    alerted = {
        code: np.where(now, np.int32(on), memory.last_alert(code))
        for code, now in alerts.items()
    }
    moves = {
        one.code: pooled(
            one,
            _footing(one, standing, memory, decisions, due),
            of=grading.place(one.of),
            goal=one.goal(grading),
            on=on,
        )
        for one in pools
    }
    inside = {code: one.since for code, one in moves.items()}
    return Run(decisions, Memory(decisions.state, alerted, inside), due, alerts, moves)


def _footing(
    pool: Pool, standing: Standing, memory: Memory, decisions: Decisions, due: Due
) -> Footing:
    """Return on what a pool decides, after the tiers have moved."""
    answers = standing.answers
    enter = answers[pool.key("enter")]
    return Footing(
        tier=decisions.after,
        due=due.review,
        since=memory.in_pool(pool.code),
        enter=enter,
        stay=answers.get(pool.key("stay"), enter),
        rank_by=answers.get(pool.key("rank_by"), standing.score),
    )


def _holds(column: Column) -> NDArray[np.bool_]:
    held: NDArray[np.bool_] = column.values & column.is_known()
    return held


def _codes(column: Column) -> NDArray[np.int8]:
    return np.where(column.is_known(), column.values, -1).astype(np.int8)


def _ceiling(grading: Grading, standing: Standing, n: int) -> Ceiling:
    """Return the lowest cap of gates that are closed, and of triggers that cap."""
    caps = [
        (gate.cap, standing.gates[gate.code], gate.passes_locks)
        for gate in grading.gates
    ]
    caps += [
        (one.to, standing.triggers[one.code], one.passes_locks)
        for one in grading.triggers
        if one.action == "cap"
    ]
    return Ceiling.lowest(
        [
            (_holds(column) * np.int8(grading.place(tier)), passes)
            for tier, column, passes in caps
        ],
        n=n,
    )


def _fired(
    grading: Grading, alerts: Mapping[str, NDArray[np.bool_]], held: NDArray[np.int8]
) -> Fired:
    """Return for whom a review is asked now, and who is moved down by it."""
    review = np.zeros(len(held), dtype=np.bool_)
    demote = np.zeros(len(held), dtype=np.int8)
    passes = np.zeros(len(held), dtype=np.bool_)
    for trigger in grading.triggers:
        if trigger.action not in {"review", "demote"}:
            continue
        now = alerts[trigger.code]
        review |= now
        if trigger.action == "demote":
            place = np.int8(grading.place(trigger.to))
            demote = np.maximum(demote, now * place)
            # As with gates, one that passes ends the lock, and the hardest counts.
            passes |= now & (place > held) & trigger.passes_locks
    return Fired(review, demote, passes)
