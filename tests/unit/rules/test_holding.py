"""What is remembered of tiers, and overrides by hand."""

import numpy as np
import pytest

from custseg.errors import SettingError
from custseg.periods import DISTANT_PAST
from custseg.rules.tiers.holding import State, as_column, lift_override, put_override

TODAY = 20_634
LATE = (
    "until: an override ends before it begins; got 3 days earlier; allowed: the"
    " day itself or a later one"
)


def held(**columns):
    """Return the state of two customers, some columns exchanged."""
    return State.from_columns({**State.fresh(2).columns(), **columns})


def test_a_fresh_state_holds_nothing():
    """No tier, nothing pending, and due since ever."""
    assert State.fresh(1).row(0) == {
        "tier": -1,
        "since": DISTANT_PAST,
        "up_pending": 0,
        "down_pending": 0,
        "counted": DISTANT_PAST,
        "reviewed": DISTANT_PAST,
        "grace_until": DISTANT_PAST,
        "provisional": False,
        "locked_until": DISTANT_PAST,
        "lock_tier": -1,
        "next_due": DISTANT_PAST,
    }


def test_columns_and_back():
    """A state comes back from its columns, or from rows of plain values, as it was."""
    state = put_override(State.fresh(2), [1], tier=1, until=TODAY, on=TODAY)
    assert not State.from_columns(state.columns()).differs(state).any()
    rows = [state.row(at) for at in range(2)]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    assert not State.from_columns(columns).differs(state).any()


def test_types_stay_narrow():
    """A million customers take 29 megabytes, not 88."""
    columns = State.fresh(1).columns().values()
    assert sum(column.itemsize for column in columns) == 4 * 1 + 6 * 4 + 1


def test_a_state_cannot_be_written_to():
    """Nobody changes what was, by way of the state."""
    state = State.fresh(1)
    with pytest.raises(ValueError, match="read-only"):
        state.tier[0] = 2


def test_the_caller_keeps_an_own_array():
    """Taking an array in does not lock it for its owner."""
    mine = np.zeros(2, dtype=np.int8)
    held(tier=mine)
    mine[0] = 1
    assert mine.tolist() == [1, 0]


def test_take_some():
    """Positions and masks pick the same customers."""
    state = held(tier=[0, 2])
    assert state.take(np.array([1])).tier.tolist() == [2]
    assert state.take(np.array([False, True])).tier.tolist() == [2]


def test_differs_in_any_field():
    """One field of one customer is enough."""
    assert held().differs(held(next_due=[DISTANT_PAST, 5])).tolist() == [False, True]


def test_fields_missing_or_odd_are_refused():
    """The names that do not match are told."""
    columns = State.fresh(1).columns()
    del columns["since"]
    with pytest.raises(SettingError, match=r"State: a state has other.*got since miss"):
        State.from_columns(columns)
    with pytest.raises(SettingError, match="got colour missing or too many"):
        State.from_columns({**State.fresh(1).columns(), "colour": [1]})


def test_fields_of_other_lengths_are_refused():
    """Every field has a value for each customer."""
    with pytest.raises(SettingError, match=r"State.since: .*got shape \(1,\); allowed"):
        held(since=[5])


@pytest.mark.parametrize(
    ("values", "kind", "words"),
    [
        ([1.0], np.int8, "x: expected whole numbers; got an array of float64"),
        ([True], np.int32, "x: expected whole numbers; got an array of bool"),
        ([1], np.bool_, "x: expected flags; got an array of int64"),
        (
            [1, 300, 400],
            np.int8,
            "x: a number is too large; got 300; allowed: numbers of",
        ),
        (
            [[1]],
            np.int8,
            r"x: expected one value for each customer; got shape \(1, 1\)$",
        ),
        (5, np.int8, r"x: expected one value for each customer; got shape \(\)"),
        (["A"], np.int8, "x: expected whole numbers; got an array of <U1"),
    ],
)
def test_columns_of_another_kind_are_refused(values, kind, words):
    """No float is rounded, no flag is a number, nothing wraps around."""
    with pytest.raises(SettingError, match=words):
        as_column(values, kind, where="x")


def test_an_empty_list_is_a_column():
    """To numpy it is one of floats."""
    assert as_column([], np.bool_, where="x").dtype == np.bool_


def test_an_override_sets_the_tier_and_clears_what_was_pending():
    """The customer begins anew at that tier."""
    state = held(
        tier=[2, 2], up_pending=[1, 1], down_pending=[2, 2], provisional=[True, True]
    )
    row = put_override(state, [0], tier=0, until=TODAY + 9, on=TODAY).row(0)
    assert (row["tier"], row["since"]) == (0, TODAY)
    assert (row["up_pending"], row["down_pending"]) == (0, 0)
    assert row["provisional"] is False
    assert (row["locked_until"], row["lock_tier"]) == (TODAY + 9, 0)


def test_an_override_leaves_the_others_alone():
    """Only the rows named are touched."""
    state = held(tier=[2, 2], since=[5, 5])
    after = put_override(state, np.array([False, True]), tier=0, until=TODAY, on=TODAY)
    assert after.differs(state).tolist() == [False, True]


def test_an_override_to_the_tier_held_does_not_restart_it():
    """It fixes the tier; the customer holds it since when it did."""
    state = held(tier=[1, 2], since=[5, 6])
    after = put_override(state, [0, 1], tier=1, until=TODAY, on=TODAY)
    assert after.since.tolist() == [5, TODAY]


def test_an_override_may_last_for_one_day():
    """The last day may be the first."""
    after = put_override(State.fresh(1), [0], tier=0, until=TODAY, on=TODAY)
    assert after.locked_until.tolist() == [TODAY]


def test_an_impossible_override_is_refused():
    """Both faults are told at once."""
    with pytest.raises(SettingError, match="2 problems") as error:
        put_override(State.fresh(1), [0], tier=-1, until=TODAY - 3, on=TODAY)
    assert [str(problem) for problem in error.value.problems] == [
        "tier: an override sets a tier; got -1; allowed: 0, the highest, or more",
        LATE,
    ]


def test_the_lowest_tier_that_there_can_be():
    """127 is a tier code, and 128 would not fit where tiers are kept."""
    after = put_override(State.fresh(1), [0], tier=127, until=TODAY, on=TODAY)
    assert after.tier.tolist() == [127]
    with pytest.raises(SettingError, match="tier: an override sets a tier; got 128"):
        put_override(State.fresh(1), [0], tier=128, until=TODAY, on=TODAY)


def test_lifting_leaves_the_tier():
    """Only the lock goes; where there is none, nothing does."""
    state = put_override(held(tier=[2, 2]), [0], tier=0, until=TODAY, on=TODAY)
    after = lift_override(state, [0, 1])
    assert after.tier.tolist() == [0, 2]
    assert after.locked_until.tolist() == [DISTANT_PAST] * 2
    assert after.lock_tier.tolist() == [-1, -1]
    assert after.differs(state).tolist() == [True, False]
