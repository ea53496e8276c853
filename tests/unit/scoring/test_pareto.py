"""Shares of the total held above a value."""

import numpy as np

from custseg.scoring.pareto import fit_share_cut, fit_share_knots, shares_above


def test_equal_values_share_and_the_largest_stands_at_zero():
    """60, 20, 20 of 100: above 20 are held 60 %."""
    values, shares = shares_above(np.array([20, 60, 20, 0, -7]))
    assert values.tolist() == [20, 60]
    assert shares.tolist() == [0.6, 0.0]


def test_one_customer_alone_is_above_every_bar():
    """Nothing is held above the only one."""
    assert fit_share_cut(np.array([5]), 0.8) == 5


def test_strictly_less_or_at_most():
    """A customer exactly on the bar is inside with at_most only."""
    values = np.array([80, 20])  # above 20 are held 80 %
    assert fit_share_cut(values, 0.8) == 80
    assert fit_share_cut(values, 0.8, at_most=True) == 20


def test_nobody_holds_anything():
    """Without a positive value there is no cut, and every share is 1."""
    values = np.array([0, -5])
    assert fit_share_cut(values, 0.8) is None
    assert fit_share_knots(values).at(np.array([-5, 0])).tolist() == [1.0, 1.0]


def test_knots_for_scores():
    """Below the smallest all is held above, over the largest nothing."""
    knots = fit_share_knots(np.array([60, 20, 20]))
    assert knots.at(np.array([10, 20, 40, 60, 70])).tolist() == [1, 0.6, 0.3, 0, 0]
