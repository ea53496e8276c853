"""Sharing out: numbers that can be worked out by hand."""

from decimal import Decimal

import numpy as np
import pytest

from custseg.errors import SettingError
from custseg.reviews.allocating import allocate, budgets, shared_out
from custseg.rules.acts.allocation import Share


def shares(**parts):
    """Return a rule for each tier."""
    return tuple(Share(code, Decimal(part)) for code, part in parts.items())


def test_four_fifths_to_a_and_one_to_b():
    """Of 100, A has 80 for weights 3:1, B 20 for one customer; C is for machines."""
    given = allocate(
        100,
        np.array([0, 0, 1, 2]),
        np.array([90.0, 30.0, 50.0, 10.0]),
        shares(A="0.8", B="0.2", C="0"),
    )
    assert given.tolist() == [60, 20, 20, 0]
    assert given.dtype == np.int64


def test_what_is_left_goes_to_the_largest_remainder():
    """Ten for weights 6, 5, 5: quotas 3.75, 3.125, 3.125 give 4, 3, 3."""
    assert shared_out(10, np.array([6.0, 5.0, 5.0])).tolist() == [4, 3, 3]
    # 11 gives 4.125, 3.4375, 3.4375: the first of the equals gets it.
    assert shared_out(11, np.array([6.0, 5.0, 5.0])).tolist() == [4, 4, 3]


def test_tiers_share_by_largest_remainder_too():
    """Of 7, halves and thirds: 3.5, 2.31 and 1.19 give 4, 2, 1; ties go upwards."""
    assert budgets(7, shares(A="0.5", B="0.33", C="0.17")) == (4, 2, 1)
    assert budgets(5, shares(A="0.5", B="0.5")) == (3, 2)


def test_what_nobody_has_a_share_in_stays():
    """Half of it is not given away."""
    assert budgets(9, shares(A="0.5")) == (5,)
    assert budgets(10, shares(A="0.5")) == (5,)


def test_the_cap_gives_the_rest_to_the_others():
    """Ten for 8:1:1 and a cap of 4: the first has 4, the others 3 each."""
    assert shared_out(10, np.array([8.0, 1.0, 1.0]), cap=4).tolist() == [4, 3, 3]


def test_the_floor_takes_from_the_others():
    """Ten for 8:1:1 and a floor of 2: 6, 2, 2."""
    assert shared_out(10, np.array([8.0, 1.0, 1.0]), floor=2).tolist() == [6, 2, 2]


def test_floor_and_cap_meet():
    """Twelve for 90:6:3:1, at least 1 and at most 6: by the level 2/3, 6, 4, 2, 0.67.

    The last is lifted to 1, so 5 are left for 6:3, which is 3.33 and 1.67.
    """
    given = shared_out(12, np.array([90.0, 6.0, 3.0, 1.0]), floor=1, cap=6)
    assert given.tolist() == [6, 3, 2, 1]


def test_who_weighs_nothing_gets_the_floor():
    """Even if something is left over then."""
    assert shared_out(10, np.array([1.0, 0.0]), floor=1, cap=5).tolist() == [5, 1]
    assert shared_out(10, np.array([0.0, 0.0])).tolist() == [0, 0]


def test_whole_units_only():
    """Of 1,000 in portions of 300 nobody gets a part; 100 are left."""
    rules = (Share("A", Decimal(1), floor=300),)
    tiers, weights = np.zeros(2, dtype=np.int8), np.array([5.0, 4.0])
    assert allocate(1000, tiers, weights, rules, unit=300).tolist() == [600, 300]


def test_nobody_in_a_tier_leaves_its_part_over():
    """It does not go to another tier."""
    given = allocate(10, np.array([1]), np.array([5.0]), shares(A="0.8", B="0.2"))
    assert given.tolist() == [2]


def test_who_has_no_tier_gets_nothing():
    """And there is nothing to share among nobody."""
    given = allocate(10, np.array([-1, 0]), np.array([5.0, 5.0]), shares(A="1"))
    assert given.tolist() == [0, 10]
    assert allocate(10, np.zeros(0, int), np.zeros(0), shares(A="1")).tolist() == []


def test_millions_are_exact():
    """Beyond what floats can count, the total is still the total."""
    weights = np.array([1 / 3, 1 / 3, 1 / 3])
    total = 10**18 + 1
    given = allocate(total, np.zeros(3, dtype=np.int8), weights, shares(A="1"))
    assert sum(given.tolist()) == total


def test_floors_that_exceed_the_budget_are_refused_with_the_numbers():
    """Every such tier is named at once."""
    rules = (
        Share("A", Decimal("0.8"), floor=5),
        Share("B", Decimal("0.2"), floor=3),
    )
    with pytest.raises(SettingError) as caught:
        allocate(10, np.array([0, 0, 1]), np.ones(3), rules)
    told = str(caught.value)
    assert (
        "the floors of tier A exceed what it has; got 2 customers at 5 each, of 8"
        in (told)
    )
    assert "tier B" in told


@pytest.mark.parametrize(
    ("total", "tiers", "weights", "words"),
    [
        (2.5, [0], [1.0], r"total: expected a whole number; got 2\.5"),
        (True, [0], [1.0], "total: expected a whole number; got True"),
        (-1, [0], [1.0], "total: this cannot be shared out; got -1"),
        (5, [0], [1.0, 2.0], "a weight for each customer; got 2 weights for 1 cust"),
        (5, [1], [1.0], "there is no rule for a tier; got 1 to 1"),
        (5, [0], [-1.0], "a weight is 0 or more"),
        (5, [0], [float("nan")], "a weight is 0 or more"),
    ],
)
def test_what_cannot_be_shared_out_is_told(total, tiers, weights, words):
    """Nothing is guessed."""
    with pytest.raises(SettingError, match=words):
        allocate(total, np.array(tiers), np.array(weights), shares(A="1"))
