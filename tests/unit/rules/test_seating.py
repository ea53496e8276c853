"""A full tier in one run: what the memory keeps of a rise that has to wait."""

import numpy as np
import pytest

from custseg.labels import Title
from custseg.rules.grading import Grading, Moves, Tier
from custseg.rules.tiers.holding import State
from custseg.rules.tiers.moves import Action, Reason
from custseg.rules.tiers.occasions import Ceiling, Due, Fired
from custseg.rules.tiers.seating import seated
from custseg.rules.tiers.transitions import step
from custseg.table import Column
from custseg.units import Unit

ON, PERIOD, BEFORE = 20_544, 20_454, 20_362
NAME = Title(zh="级", en="Tier")


def run(held, earned, score, *capacities, up_pending=0, confirm_up=1):
    """Return the decisions for customers who hold and earn these tiers."""
    n = len(held)
    tiers = [
        Tier(code, NAME, capacity=many)
        for code, many in zip("ABC", capacities, strict=True)
    ]
    grading = Grading(NAME, (), tuple(tiers), moves=Moves(confirm_up=confirm_up))
    state = State.from_columns(
        {
            **State.fresh(n).columns(),
            "tier": np.array(held),
            "since": np.full(n, 20_000),
            "up_pending": np.full(n, up_pending),
            "counted": np.full(n, BEFORE),
        }
    )

    def decide(cap):
        return step(
            state,
            earned=np.array(earned, dtype=np.int8),
            kept=np.array(earned, dtype=np.int8),
            cap=cap,
            due=Due([True] * n, PERIOD, [20_635] * 3),
            fired=Fired.nobody(n),
            rules=grading.moves.rules(3),
            on=ON,
        )

    points = Column(np.array(score, dtype=np.float64), Unit.SCORE)
    return seated(grading, state, decide, Ceiling(np.zeros(n, np.int8)), points)


def told(decisions):
    """Return where each customer stands, and why."""
    names = [Reason(code).name for code in decisions.reason]
    return list(zip(decisions.after.tolist(), names, strict=True))


def test_a_rise_goes_as_far_as_there_are_places():
    """From C two earn A, which has one place; the other gets the one of B."""
    decisions = run([2, 2, 2], [0, 0, 0], [70, 90, 80], 1, 1, 0)
    assert told(decisions) == [
        (2, "CAPACITY"),
        (0, "ENTRY_BAR_MET"),
        (1, "ENTRY_BAR_MET_CAPACITY"),
    ]
    assert [Action(code) for code in decisions.action] == [
        Action.HELD,
        Action.UP,
        Action.UP,
    ]


def test_a_rise_out_of_a_tier_makes_room_in_it():
    """B is full, but its customer rises: the one from C takes the place."""
    decisions = run([1, 2], [0, 1], [90, 60], 5, 1, 0)
    assert told(decisions) == [(0, "ENTRY_BAR_MET"), (1, "ENTRY_BAR_MET")]


@pytest.mark.parametrize("capacity", [1, 0])
def test_a_rise_that_waits_stays_confirmed_and_the_period_uncounted(capacity):
    """As if it had not been asked; one that moves uses its period up."""
    decisions = run(
        [1, 0], [0, 0], [90, 80], capacity, 0, 0, up_pending=1, confirm_up=2
    )
    state = decisions.state
    if capacity:
        assert told(decisions)[0] == (1, "CAPACITY")
        assert (state.up_pending[0], state.counted[0]) == (1, BEFORE)
    else:
        assert told(decisions)[0] == (0, "ENTRY_BAR_MET")
        assert (state.up_pending[0], state.counted[0]) == (0, PERIOD)
    assert state.reviewed.tolist() == [PERIOD] * 2


def test_a_rise_that_goes_less_far_uses_its_period_up():
    """A is full: who comes into B in its place begins to count anew."""
    decisions = run([2, 0], [0, 0], [90, 80], 1, 0, 0, up_pending=1, confirm_up=2)
    assert told(decisions)[0] == (1, "ENTRY_BAR_MET_CAPACITY")
    state = decisions.state
    assert (state.up_pending[0], state.counted[0]) == (0, PERIOD)
