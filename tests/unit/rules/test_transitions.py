"""The step by which tiers move.

What comes out of each kind of run stands in ``tests/policies/tier_scenarios.csv``, and
what holds for all of them in ``tests/property/test_transition_machine.py``. Here is
what both leave out: arrays of many customers, what is remembered, and what is refused.
"""

import numpy as np
import pytest

from custseg.errors import SettingError
from custseg.periods import DISTANT_PAST, as_day
from custseg.rules.tiers.holding import State, put_override
from custseg.rules.tiers.moves import Action, Reason
from custseg.rules.tiers.occasions import Ceiling, Due, Fired
from custseg.rules.tiers.transition_rules import Rules, Terms
from custseg.rules.tiers.transitions import step

ON = as_day("2026-10-01")
PERIOD = as_day("2026-07-01")
BEFORE = as_day("2026-04-01")
NEXT = as_day("2027-01-01")


def held(n=1, **columns):
    """Return a state of n customers, some columns exchanged."""
    known = {name: np.full(n, value) for name, value in columns.items()}
    return State.from_columns({**State.fresh(n).columns(), **known})


def run(state, earned, kept=None, rules=None, **given):
    """Review everybody, with some arguments exchanged; one code stands for all."""
    n = len(state)
    kept = earned if kept is None else kept
    arguments = {
        "earned": earned if isinstance(earned, list) else [earned] * n,
        "kept": kept if isinstance(kept, list) else [kept] * n,
        "cap": Ceiling([0] * n),
        "due": Due([True] * n, PERIOD, [NEXT] * 3),
        "fired": Fired.nobody(n),
        "rules": rules or Rules(3),
        "on": ON,
    }
    return step(state, **{**arguments, **given})


def test_a_run_tells_tier_action_and_reason_of_each():
    """One row per customer, with the types that a journal can rely on."""
    decisions = run(held(2, tier=1, since=0), 0)
    assert len(decisions) == 2
    assert decisions.before.tolist() == [1, 1]
    assert decisions.after.tolist() == [0, 0]
    assert decisions.moved.tolist() == [True, True]
    assert decisions.action.tolist() == [Action.UP] * 2
    assert decisions.reason.tolist() == [Reason.ENTRY_BAR_MET] * 2
    told = (decisions.before, decisions.after, decisions.action, decisions.reason)
    assert {array.dtype.name for array in told} == {"int8"}


def test_a_first_tier_is_remembered():
    """Tier, day and next review; nothing counts for a move yet."""
    row = run(State.fresh(1), 1).state.row(0)
    assert row == {
        "tier": 1,
        "since": ON,
        "up_pending": 0,
        "down_pending": 0,
        "counted": DISTANT_PAST,
        "reviewed": PERIOD,
        "grace_until": DISTANT_PAST,
        "provisional": False,
        "locked_until": DISTANT_PAST,
        "lock_tier": -1,
        "next_due": NEXT,
    }


def test_a_first_tier_without_facts_is_provisional():
    """It is the lowest, whatever a gate leaves open, and marked."""
    row = run(State.fresh(1), -1, cap=Ceiling([1])).state.row(0)
    assert (row["tier"], row["provisional"]) == (2, True)


def test_facts_that_confirm_a_provisional_tier():
    """The tier is no longer provisional and is held since its first day."""
    state = held(tier=2, since=100, provisional=True)
    decisions = run(state, 2)
    assert decisions.reason.tolist() == [Reason.FACTS_ARRIVED]
    assert decisions.state.row(0)["since"] == 100
    assert decisions.state.row(0)["provisional"] is False


def test_a_provisional_tier_waits_for_a_review():
    """Facts alone, without a review asked, replace nothing."""
    state = held(tier=2, since=100, provisional=True)
    decisions = run(state, 0, due=Due([False], PERIOD, [NEXT] * 3))
    assert decisions.reason.tolist() == [Reason.NOT_ASKED]
    assert not decisions.state.differs(state).any()


def test_confirmations_are_not_counted_further_than_needed():
    """A customer held back by dwell for years does not run the counter over."""
    state = held(tier=1, since=ON - 10, down_pending=2, counted=BEFORE)
    rules = Rules(3, down=Terms(confirmations=2, dwell_days=30_000))
    decisions = run(state, 2, rules=rules)
    assert decisions.reason.tolist() == [Reason.FALL_BEFORE_DWELL]
    assert decisions.state.down_pending.tolist() == [2]
    assert decisions.state.counted.tolist() == [PERIOD]


def test_a_move_uses_its_period_up_and_forgets_what_led_to_it():
    """Down one step: nothing is pending, the period has counted, dwell begins."""
    state = held(tier=0, since=0, down_pending=1, counted=BEFORE)
    row = run(state, 2).state.row(0)
    assert (row["tier"], row["since"], row["down_pending"]) == (1, ON, 0)
    assert row["counted"] == PERIOD


def test_steps_of_two():
    """A largest step of two passes one tier over, in both directions."""
    two = Terms(dwell_days=0, largest_step=2)
    rules = Rules(5, up=two, down=two)
    due = Due([True], PERIOD, [NEXT] * 5)
    assert run(held(tier=4, since=0), 0, rules=rules, due=due).after.tolist() == [2]
    assert run(held(tier=0, since=0), 4, rules=rules, due=due).after.tolist() == [2]
    down = run(held(tier=0, since=0), 2, rules=rules, due=due)
    assert down.reason.tolist() == [Reason.HOLD_BAR_MISSED]
    up = run(held(tier=2, since=0), 0, rules=rules, due=due)
    assert up.reason.tolist() == [Reason.ENTRY_BAR_MET]


def test_whoever_earns_a_tier_keeps_it():
    """Entry and stay conditions may differ; entry alone is enough to stay."""
    decisions = run(held(tier=1, since=0, down_pending=1, counted=BEFORE), 1, kept=2)
    assert decisions.reason.tolist() == [Reason.TIER_EARNED]
    assert decisions.after.tolist() == [1]


def test_a_rise_needs_no_stay_condition():
    """Not knowing whether the tier would be kept does not stop a rise."""
    assert run(held(tier=1, since=0), 0, kept=-1).after.tolist() == [0]


def test_an_unknown_review_neither_counts_nor_breaks_the_row():
    """What is pending stays pending; the review is done all the same."""
    state = held(tier=1, since=0, down_pending=1, counted=BEFORE)
    row = run(state, -1).state.row(0)
    assert (row["down_pending"], row["counted"]) == (1, BEFORE)
    assert (row["reviewed"], row["next_due"]) == (PERIOD, NEXT)


def test_a_rise_in_sight_ends_a_fall_in_sight():
    """A row is in a row: what speaks for one direction ends the other."""
    state = held(tier=1, since=0, down_pending=1, counted=BEFORE)
    rules = Rules(3, up=Terms(confirmations=2))
    row = run(state, 0, rules=rules).state.row(0)
    assert (row["up_pending"], row["down_pending"]) == (1, 0)


def test_a_period_that_counted_for_a_fall_may_count_for_a_rise():
    """A trigger in the same quarter, with other facts, is a first sign of its own."""
    state = held(tier=1, since=0, down_pending=1, counted=PERIOD, reviewed=PERIOD)
    rules = Rules(3, up=Terms(confirmations=2))
    decisions = run(state, 0, rules=rules, fired=Fired([True]))
    assert decisions.reason.tolist() == [Reason.RISE_UNCONFIRMED]
    assert decisions.state.up_pending.tolist() == [1]


def test_a_period_that_counted_for_a_rise_may_count_for_a_fall():
    """The same the other way about, and once more with the same facts: no second."""
    state = held(tier=1, since=0, up_pending=1, counted=PERIOD, reviewed=PERIOD)
    for _ in range(2):
        decisions = run(state, 2, fired=Fired([True]))
        state = decisions.state
        assert decisions.reason.tolist() == [Reason.FALL_UNCONFIRMED]
        assert (state.up_pending[0], state.down_pending[0]) == (0, 1)


def test_the_next_review_depends_on_the_tier_reached():
    """Who rises is looked at as often as the new tier asks for."""
    days = [ON + 30, ON + 90, ON + 365]
    decisions = run(held(tier=1, since=0), 0, due=Due([True], PERIOD, days))
    assert decisions.state.next_due.tolist() == [ON + 30]


def test_the_next_review_may_differ_by_customer():
    """A table of days for each customer and tier is read by both."""
    days = [[1, 2, 3], [4, 5, 6]]
    state = State.from_columns({**held(2, since=0).columns(), "tier": [0, 2]})
    due = Due([True, True], [PERIOD, PERIOD], days)
    decisions = run(state, 0, kept=0, due=due, rules=Rules(3, up=Terms(dwell_days=0)))
    assert decisions.state.next_due.tolist() == [1, 4]


def test_nobody_asked_is_left_alone():
    """Neither the review nor its date moves without a review."""
    state = held(tier=1, since=0, next_due=5, down_pending=1, counted=BEFORE)
    decisions = run(state, 2, due=Due([False], PERIOD, [NEXT] * 3))
    assert decisions.action.tolist() == [Action.NOT_DUE]
    assert not decisions.state.differs(state).any()


def test_a_triggered_review_does_not_replace_the_periodic_one():
    """The quarter's review is still to come, and so is its day."""
    state = held(tier=1, since=0, next_due=5, reviewed=BEFORE)
    due = Due([False], PERIOD, [NEXT] * 3)
    row = run(state, 1, due=due, fired=Fired([True])).state.row(0)
    assert (row["reviewed"], row["next_due"]) == (BEFORE, 5)


def test_a_demotion_asked_without_a_trigger_is_not_read():
    """The tier to move down to counts only where the trigger fired."""
    fired = Fired([False], [2], [True])
    assert run(held(tier=0, since=0), 0, fired=fired).after.tolist() == [0]


def test_a_ceiling_above_the_tier_held_changes_nothing():
    """A cap at B says nothing to a C."""
    decisions = run(held(tier=2, since=0), 2, cap=Ceiling([1]))
    assert decisions.reason.tolist() == [Reason.TIER_EARNED]


def test_a_gate_and_an_event_of_equal_depth_count_as_the_gate():
    """The gate would have done it alone."""
    fired = Fired([True], [2])
    decisions = run(held(tier=0, since=0), 0, cap=Ceiling([2]), fired=fired)
    assert decisions.reason.tolist() == [Reason.GATE]


def test_a_ceiling_does_not_give_a_first_tier():
    """Nobody gets a tier by a gate alone."""
    due = Due([False], PERIOD, [NEXT] * 3)
    decisions = run(State.fresh(1), 0, cap=Ceiling([2]), due=due)
    assert decisions.after.tolist() == [-1]
    assert decisions.reason.tolist() == [Reason.NOT_ASKED]


def test_a_lock_that_is_passed_ends_and_holds_nothing_else_off():
    """The default caps at B; the other gate, which waited, at C."""
    state = put_override(State.fresh(1), [0], tier=0, until=ON + 50, on=ON - 50)
    decisions = run(state, 0, cap=Ceiling([2], [1]))
    row = decisions.state.row(0)
    assert decisions.reason.tolist() == [Reason.GATE_THROUGH_LOCK]
    assert (row["tier"], row["lock_tier"]) == (2, -1)
    assert row["locked_until"] == DISTANT_PAST


def test_what_passes_locks_must_reach_below_the_tier():
    """A passing gate at the tier held leaves the lock, and other gates wait."""
    state = put_override(State.fresh(1), [0], tier=1, until=ON + 50, on=ON - 50)
    decisions = run(state, 0, cap=Ceiling([2], [1]))
    assert decisions.reason.tolist() == [Reason.LOCK_BEFORE_CEILING]
    assert decisions.state.lock_tier.tolist() == [1]


def test_an_event_passes_a_lock_by_its_own_flag():
    """The gate waits for the lock to end, the event does not."""
    state = put_override(State.fresh(1), [0], tier=0, until=ON, on=ON - 50)
    weak, strong = Fired([True], [2], [False]), Fired([True], [2], [True])
    assert run(state, 0, fired=weak).after.tolist() == [0]
    decisions = run(state, 0, fired=strong, cap=Ceiling([1]))
    assert decisions.reason.tolist() == [Reason.RISK_EVENT_THROUGH_LOCK]
    assert decisions.after.tolist() == [2]
    # It was the lock's last day, and is not any more.
    assert decisions.state.lock_tier.tolist() == [-1]
    assert decisions.state.locked_until.tolist() == [DISTANT_PAST]


@pytest.mark.parametrize("asked", [True, False])
def test_a_ceiling_ends_what_waited_for_confirmation(asked):
    """Also on a day without a review: the next fall begins anew in the tier below."""
    state = held(tier=0, since=0, down_pending=1, counted=BEFORE, reviewed=BEFORE)
    due = Due([asked], PERIOD, [NEXT] * 3)
    decisions = run(state, 2, due=due, cap=Ceiling([1]))
    assert decisions.after.tolist() == [1]
    assert decisions.state.down_pending.tolist() == [0]
    rising = held(tier=1, since=0, up_pending=1, counted=BEFORE, reviewed=BEFORE)
    decisions = run(rising, 0, due=due, cap=Ceiling([2]))
    assert decisions.after.tolist() == [2]
    assert decisions.state.up_pending.tolist() == [0]


def test_an_event_that_passes_locks_moves_nobody_who_is_there_already():
    """The reason stays that of the lock, and the lock stays."""
    state = held(tier=2, since=0, locked_until=ON + 9, lock_tier=2)
    decisions = run(state, 2, fired=Fired([True], [2], [True]))
    assert decisions.reason.tolist() == [Reason.LOCK]
    assert decisions.state.locked_until.tolist() == [ON + 9]


def test_grace_is_only_ever_lengthened_by_a_rise():
    """A short grace after a rise does not cut a long one of membership."""
    state = held(tier=1, since=0, grace_until=ON + 300)
    rules = Rules(3, grace_days=10)
    assert run(state, 0, rules=rules).state.grace_until.tolist() == [ON + 300]
    state = held(tier=1, since=0, grace_until=ON - 300)
    assert run(state, 0, rules=rules).state.grace_until.tolist() == [ON + 9]


def test_membership_shelters_from_the_first_day():
    """The days count from the first tier on, that day included."""
    rules = Rules(3, minimum_membership_days=90)
    state = run(State.fresh(1), 0, rules=rules).state
    assert state.grace_until.tolist() == [ON + 89]


def test_the_state_given_is_not_changed():
    """A step makes a new state; the old one still says what was."""
    state = held(2, tier=0, since=0, down_pending=1, counted=BEFORE)
    before = {name: column.copy() for name, column in state.columns().items()}
    run(state, 2)
    for name, column in state.columns().items():
        assert np.array_equal(column, before[name])


def test_nobody_at_all():
    """A run without customers is a run."""
    assert len(run(State.fresh(0), 0)) == 0


def test_a_hundred_thousand_customers_are_decided_like_one():
    """Many are worked out in blocks; the seams do not show."""
    n = 100_000
    tier = np.arange(n) % 4 - 1
    earned = np.arange(n) % 3
    kept = np.arange(n) % 5 % 4 - 1
    at = np.array([0, 32_767, 32_768, 65_536, 77_777, n - 1])
    own = {
        "cap": Ceiling(np.arange(n) % 7 % 3, np.arange(n) % 11 % 3),
        "fired": Fired(np.arange(n) % 13 == 0, np.arange(n) % 3, np.arange(n) % 2 > 0),
        "due": Due(
            np.arange(n) % 17 > 0,
            PERIOD - np.arange(n) % 5,
            NEXT + np.arange(3 * n).reshape(n, 3) % 19,
        ),
    }
    state = held(n, since=0, reviewed=PERIOD, locked_until=ON, down_pending=1)
    state = State.from_columns({**state.columns(), "tier": tier})
    alike = {"rules": Rules(3), "on": ON}
    whole = step(state, earned=earned, kept=kept, **own, **alike)
    assert len(whole) == len(whole.state) == n
    for row in at:
        one = slice(row, row + 1)
        alone = step(
            state.take(one),
            earned=earned[one],
            kept=kept[one],
            **{name: value.take(one) for name, value in own.items()},
            **alike,
        )
        assert alone.state.row(0) == whole.state.row(row)
        told = (alone.before, alone.after, alone.action, alone.reason)
        among = (whole.before, whole.after, whole.action, whole.reason)
        assert [a[0] for a in told] == [b[row] for b in among]


def test_a_mix_of_customers_is_decided_one_by_one():
    """First, up, confirmed fall, not due: side by side in one run."""
    state = State.from_columns(
        {
            **State.fresh(4).columns(),
            "tier": [-1, 1, 0, 2],
            "since": [DISTANT_PAST, 0, 0, 0],
            "down_pending": [0, 0, 1, 0],
            "counted": [DISTANT_PAST, DISTANT_PAST, BEFORE, DISTANT_PAST],
        }
    )
    decisions = run(
        state,
        [1, 0, 1, 0],
        due=Due([True, True, True, False], PERIOD, [NEXT] * 3),
    )
    assert [Action(code).name for code in decisions.action] == [
        "FIRST",
        "UP",
        "DOWN",
        "NOT_DUE",
    ]
    assert decisions.after.tolist() == [1, 0, 1, 2]


def test_a_code_that_is_no_tier_is_refused():
    """Each argument is named, with the number and what is allowed."""
    with pytest.raises(SettingError, match="earned: this is no tier of the rules") as e:
        run(held(tier=1, since=0), 3, kept=-2, cap=Ceiling([5]))
    assert [str(problem) for problem in e.value.problems] == [
        "earned: this is no tier of the rules; got 3; allowed: -1 to 2",
        "kept: this is no tier of the rules; got -2; allowed: -1 to 2",
        "cap.code: this is no tier of the rules; got 5; allowed: 0 to 2",
    ]


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"cap": Ceiling([0], [3])}, r"cap\.through_locks"),
        ({"cap": Ceiling([-1])}, r"cap\.code"),
        ({"cap": Ceiling([0], [-1])}, r"cap\.through_locks"),
        ({"fired": Fired([True], [3])}, r"fired\.demote_to"),
        ({"fired": Fired([True], [-1])}, r"fired\.demote_to"),
    ],
)
def test_a_ceiling_or_trigger_out_of_the_tiers_is_refused(given, where):
    """Also where it would do no harm on the day."""
    with pytest.raises(SettingError, match=f"{where}: this is no tier of the rules"):
        run(held(tier=1, since=0), 1, **given)


def test_the_first_wrong_code_is_told():
    """Of several, that of the first customer."""
    with pytest.raises(SettingError, match=r"earned: .*; got 3; allowed: -1 to 2"):
        run(held(4, tier=1, since=0), [-1, 2, 3, 9])


def test_a_state_of_another_policy_is_refused():
    """A tier held that the rules do not have is no small matter."""
    with pytest.raises(SettingError, match=r"state\.tier: this is no tier.*got 4"):
        run(held(tier=4, since=0), 1)


def test_arguments_of_other_lengths_are_refused():
    """All that do not fit are told at once."""
    given = {
        "cap": Ceiling([0, 0]),
        "fired": Fired.nobody(3),
        "due": Due([True] * 4, PERIOD, [NEXT] * 2),
    }
    with pytest.raises(SettingError, match="the run is about other customers") as e:
        run(held(tier=1, since=0), 1, **given)
    assert [problem.where for problem in e.value.problems] == [
        "cap",
        "due",
        "fired",
        "due.next_due",
    ]


def test_earned_of_another_length_is_refused():
    """The lengths are compared with the state's."""
    with pytest.raises(SettingError, match=r"earned: .* got shape \(2,\)"):
        run(held(tier=1, since=0), [1, 1])


def test_floats_are_no_tiers():
    """A code that has become a float has been through something lossy."""
    with pytest.raises(SettingError, match="kept: expected whole numbers; got an arr"):
        run(held(tier=1, since=0), 1, kept=1.0)


def test_a_run_before_a_tier_that_is_held_is_refused():
    """A past day is replayed from the state of that day, not from a later one."""
    words = "on: the run is dated before a tier.*got 2026-10-01; allowed: 2026-10-02"
    with pytest.raises(SettingError, match=words):
        run(held(tier=1, since=ON + 1), 1)


def test_a_run_on_the_day_of_the_last_move_is_fine():
    """Reviews and triggers may come twice a day."""
    assert run(held(tier=1, since=ON), 1).action.tolist() == [Action.HELD]
