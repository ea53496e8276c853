"""Laws of sharing out: nothing is lost, nothing is made, and more weight is no less."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from custseg.errors import SettingError
from custseg.reviews.allocating import allocate, budgets, shared_out
from custseg.rules.acts.allocation import Share

# Few different weights, so that they are often equal; some far apart.
WEIGHTS = st.lists(
    st.sampled_from([0.0, 1.0, 1.0, 2.0, 3.0, 50.0, 1e-6, 1e9])
    | st.floats(0, 100, allow_nan=False),
    max_size=8,
)
BOUNDS = st.tuples(st.integers(0, 4), st.none() | st.integers(0, 8)).map(
    lambda pair: (pair[0], None if pair[1] is None else pair[0] + pair[1])
)


@given(WEIGHTS, BOUNDS, st.integers(0, 60))
@example([2.0, 1.0, 1.0], (0, 0), 5)
def test_between_floor_and_cap_and_nothing_is_lost(weights, bounds, spare):
    """What is left over was refused by all who weigh anything: they are at the cap."""
    floor, cap = bounds
    array, budget = np.array(weights), len(weights) * floor + spare
    units = shared_out(budget, array, floor=floor, cap=cap)
    assert (units >= floor).all()
    assert cap is None or (units <= cap).all()
    left = budget - int(units.sum())
    assert left >= 0
    weigh = np.rint(array * 10**6) > 0
    takes = weigh if cap is None else weigh & (units < cap)
    assert left == 0 or not takes.any()


@given(WEIGHTS, BOUNDS, st.integers(0, 60))
def test_more_weight_is_no_less_and_equal_weight_is_within_one(weights, bounds, spare):
    """Nobody is passed over by somebody who weighs less."""
    floor, cap = bounds
    array, budget = np.array(weights), len(weights) * floor + spare
    units = shared_out(budget, array, floor=floor, cap=cap).tolist()
    for one, mine in zip(weights, units, strict=True):
        for other, its in zip(weights, units, strict=True):
            assert not (one > other and mine < its)
            assert one != other or abs(mine - its) <= 1


@given(WEIGHTS, BOUNDS, st.integers(0, 60))
def test_each_gets_what_the_level_gives_within_one_unit(weights, bounds, spare):
    """There is a level at which weight x level, held between the bounds, is the answer.

    It is sought here by halving, in floats, and not as the library does it.
    """
    floor, cap = bounds
    array, budget = np.array(weights), len(weights) * floor + spare
    assume(len(weights) == 0 or array.max() < 1e6)
    array = np.rint(array * 10**6)
    most = float(budget + 1) if cap is None else float(cap)
    low, high = 0.0, 1e12
    for _ in range(200):
        middle = (low + high) / 2
        if np.clip(array * middle, floor, most).sum() > budget:
            high = middle
        else:
            low = middle
    wanted = np.clip(array * low, floor, most)
    units = shared_out(budget, np.array(weights), floor=floor, cap=cap)
    assert (np.abs(units - wanted) < 1 + 1e-6).all()


@given(WEIGHTS, st.integers(0, 60), st.randoms(use_true_random=False))
def test_the_order_of_customers_moves_one_unit_at_most(weights, budget, random):
    """And what each weight gets in all is the same."""
    order = list(range(len(weights)))
    random.shuffle(order)
    array = np.array(weights)
    units = shared_out(budget, array)
    again = np.empty_like(units)
    again[order] = shared_out(budget, array[order])
    assert (np.abs(units - again) <= 1).all()
    for weight in set(weights):
        same = array == weight
        assert units[same].sum() == again[same].sum()


@given(
    st.lists(st.integers(0, 40), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(-1, 3), st.floats(0, 100)), max_size=12),
    st.integers(0, 10**6),
    st.integers(1, 7),
    st.integers(0, 2),
)
def test_a_total_is_given_away_or_left_over_exactly(parts, rows, total, unit, floor):
    """No tier gives more than its part, which is its share to within one unit."""
    assume(sum(parts) > 0)
    rules = tuple(
        Share(f"T{at}", Decimal(part) / (2 * sum(parts)), floor * unit * (part > 0))
        for at, part in enumerate(parts)
    )
    tiers = np.array([min(tier, len(parts) - 1) for tier, _ in rows], dtype=np.int8)
    weights = np.array([weight for _, weight in rows])
    has = budgets(total // unit, rules)
    for share, budget in zip(rules, has, strict=True):
        assert abs(budget - total // unit * share.share) < 1
    crowded = [
        at
        for at, rule in enumerate(rules)
        if (tiers == at).sum() * (rule.floor // unit) > has[at]
    ]
    if crowded:
        with pytest.raises(SettingError, match="the floors of tier"):
            allocate(total, tiers, weights, rules, unit=unit)
        return
    units = allocate(total, tiers, weights, rules, unit=unit)
    assert (units % unit == 0).all()
    assert (units[tiers < 0] == 0).all()
    for at, rule in enumerate(rules):
        here = tiers == at
        assert (units[here] >= rule.floor).all()
        given_away = int(units[here].sum())
        assert given_away <= has[at] * unit
        if (weights[here] >= 1e-6).any():
            assert given_away == has[at] * unit
