"""Mid-rank percentiles, exact at the reference, straight lines between."""

import numpy as np
import pytest

from custseg.scoring.percentiles import Knots, cut_of, fit_knots, midranks


def test_ties_share_the_middle_of_their_ranks():
    """(below + half of the equal ones) / N."""
    values, shares = midranks(np.array([3, 1, 3, 3]))
    assert values.tolist() == [1, 3]
    assert shares.tolist() == [0.125, 0.625]


def test_beyond_the_reference():
    """Below the smallest 0, above the largest 1, between two knots a straight line."""
    knots = fit_knots(np.array([10, 20]))
    found = knots.at(np.array([9, 10, 12, 20, 21]))
    assert found.tolist() == [0, 0.25, 0.35, 0.75, 1]


@pytest.mark.parametrize("n", [1001, 1002, 20_000])
def test_many_values_keep_at_most_1001_knots(n):
    """Up to 1,001 distinct values are exact; of more, even ranks, to a thousandth."""
    values = np.arange(n) ** 2
    knots = fit_knots(values)
    assert len(knots.values) <= 1001
    exact = (np.arange(n) + 0.5) / n
    found = knots.at(values)
    assert np.abs(found - exact).max() <= (0 if n == 1001 else 0.001)
    assert (found[0], found[-1]) == (exact[0], exact[-1])
    assert (np.diff(found) >= 0).all()


def test_a_table_of_a_narrow_range_gives_the_same_bits():
    """Many whole numbers are looked up in a table; one alone is worked out."""
    rng = np.random.default_rng(3)
    days = rng.integers(0, 400, 5000)
    knots = fit_knots(rng.integers(20, 300, 90))
    among = knots.at(days)
    alone = [knots.at(days[at : at + 1])[0] for at in range(200)]
    assert among[:200].tolist() == alone
    assert knots.at(days.astype(np.float64)).tolist() == among.tolist()


def test_blocks_give_the_same_bits():
    """A long array is worked out in blocks, each value by itself."""
    rng = np.random.default_rng(4)
    spend = rng.integers(0, 10**9, 200_000)
    knots = fit_knots(spend[:3000])
    among = knots.at(spend)
    assert among[::-1].tolist() == knots.at(spend[::-1]).tolist()
    alone = [knots.at(spend[at : at + 1])[0] for at in range(500)]
    assert among[:500].tolist() == alone


def test_a_single_knot():
    """A reference of one value: itself in the middle, all others outside."""
    knots = Knots(np.array([5.0]), np.array([0.5]))
    assert knots.at(np.array([4, 5, 6])).tolist() == [0, 0.5, 1]


def test_cuts_are_values_of_the_reference():
    """At or above a level, or strictly above it; None where nobody reaches it."""
    ranks = midranks(np.array([1, 2, 3, 4]))  # .125 .375 .625 .875
    assert cut_of(ranks, 0.375) == 2
    assert cut_of(ranks, 0.375, strictly=True) == 3
    assert cut_of(ranks, 0.9) is None
