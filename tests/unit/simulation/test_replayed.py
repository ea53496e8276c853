"""What a look says of those whom it was about."""

import numpy as np

from custseg.rules.tiers.moves import Action
from custseg.simulation.replayed import Look, per_tier
from custseg.table import Column
from custseg.units import Unit

ACTIONS = (
    (Action.NOT_DUE, 1, 1),
    (Action.REPEATED, 1, 1),
    (Action.HELD, 1, 1),
    (Action.UP, 1, 0),
    (Action.DOWN, 0, 1),
    (Action.CAPPED, 0, 2),
    (Action.FIRST, -1, 2),
    (Action.FIRST, 2, 0),  # the facts have come in
)


def look():
    """Return a look at one customer for each action."""
    action, before, after = (
        np.array(one, dtype=np.int8) for one in zip(*ACTIONS, strict=True)
    )
    n = len(ACTIONS)
    score = Column(np.zeros(n), Unit.SCORE)
    return Look(before, after, action, action, score, np.arange(n))


def test_who_was_asked():
    """Neither whom nobody asked about, nor whose period had been reviewed."""
    assert look().asked.tolist() == [False, False, *[True] * 6]


def test_a_first_tier_is_no_move():
    """Nor is the one that replaces a provisional one."""
    assert np.flatnonzero(look().first).tolist() == [6, 7]
    assert np.flatnonzero(look().rose).tolist() == [3]
    assert np.flatnonzero(look().fell).tolist() == [4, 5]


def test_sums_per_tier_leave_out_who_has_none():
    """Exact, also above what a float holds."""
    tier = np.array([0, 2, -1, 2], dtype=np.int8)
    amounts = np.array([2**60, 5, 7, -9])
    assert per_tier(tier, 3, amounts).tolist() == [2**60, 0, -4]
