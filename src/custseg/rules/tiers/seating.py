"""Tiers that can serve only so many: who finds a place, and who waits one tier lower.

Twenty key-account managers can look after two hundred core customers. Whoever holds a
tier keeps the place; those who would come into it, by a rise or as a first tier, get
the places that are free, the highest score first. The others stay in the tier below,
and a rise that was confirmed stays so.

This is one of the few answers about a customer that depends on others, so a review
works it out and says so in the reason. The transition itself
(:mod:`custseg.rules.tiers.transitions`) sees it as one more ceiling.

Limits: whoever falls into a tier, or is capped into it, is let in although it is full,
for rules of falling come first. Nobody is sent away to make room.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

from custseg.rules.acts.ranking import best_first
from custseg.rules.grading import Grading
from custseg.rules.tiers.holding import State
from custseg.rules.tiers.moves import ACTION_CODES, Action, Reason
from custseg.rules.tiers.occasions import Ceiling
from custseg.rules.tiers.transitions import Decisions
from custseg.table import Column

__all__ = ["seated"]

_REASONS = {
    Action.HELD: Reason.CAPACITY,
    Action.FIRST: Reason.FIRST_CAPACITY,
    Action.UP: Reason.ENTRY_BAR_MET_CAPACITY,
}


def seated(
    grading: Grading,
    state: State,
    decide: Callable[[Ceiling], Decisions],
    cap: Ceiling,
    score: Column,
) -> Decisions:
    """Decide again wherever a tier would take in more than it can serve.

    Parameters
    ----------
    grading : Grading
    state : State
        Before the run.
    decide : callable
        The step, for a ceiling.
    cap : Ceiling
        That of gates and triggers.
    score : Column
        Who comes first.

    Returns
    -------
    Decisions
    """
    decisions = decide(cap)
    full = np.zeros(len(state), dtype=np.int8)
    for place, tier in enumerate(grading.tiers):
        if not tier.capacity:
            continue
        late = _late(decisions, place, tier.capacity, score)
        if len(late):
            full[late] = place + 1
            ceiling = Ceiling(np.maximum(cap.code, full), cap.through_locks)
            decisions = decide(ceiling)
    return _told(decisions, state, full > 0) if full.any() else decisions


def _late(
    decisions: Decisions, place: int, capacity: int, score: Column
) -> NDArray[np.int64]:
    """Return for whom a tier has no place left."""
    inside = decisions.after == place
    comes = inside & ((decisions.before > place) | (decisions.before < 0))
    free = max(0, capacity - int((inside & ~comes).sum()))
    return best_first(comes, score)[free:]


def _told(decisions: Decisions, state: State, late: NDArray[np.bool_]) -> Decisions:
    """Return decisions that give the reason, and keep a rise confirmed."""
    reason = decisions.reason.copy()
    for action, why in _REASONS.items():
        reason[late & (decisions.action == action)] = why
    waits = late & (decisions.action == Action.HELD)
    after = decisions.state
    kept = evolve(
        after,
        up_pending=np.where(waits, state.up_pending, after.up_pending),
        counted=np.where(waits, state.counted, after.counted),
    )
    return evolve(
        decisions, state=kept, reason=reason, action=ACTION_CODES.take(reason)
    )
