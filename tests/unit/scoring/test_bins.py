"""Scores by bins."""

from typing import get_args

import numpy as np
import pytest

from custseg.errors import SettingError
from custseg.rules.policy import BinsBy
from custseg.scoring.bins import EDGES, natural_edges, quantile_edges, score_bins


def test_every_way_to_cut_that_a_file_may_name_is_known():
    """Edges are stated in the file, or found in the reference in one of these ways."""
    ways = {"edges", *EDGES}
    assert set(get_args(BinsBy)) == ways, "add it to EDGES in scoring/bins.py"


def test_a_bin_holds_its_lower_edge():
    """Half-open from below; for lower is better, from above."""
    values = np.array([9, 10, 19, 20])
    assert score_bins(values, [10, 20]).tolist() == [1, 2, 2, 3]
    assert score_bins(values, [20, 10], better="lower").tolist() == [3, 3, 2, 2]


def test_an_edge_that_nobody_reaches():
    """Three equal values stand in the middle: pct .5 is the third of five."""
    edges = quantile_edges(np.array([7, 7, 7]), 5)
    assert edges == [7, 7, None, None]
    assert score_bins(np.array([6, 7, 8]), edges).tolist() == [1, 3, 3]


def test_lower_is_better_mirrors_higher():
    """The score of x when low is good is that of -x when high is good."""
    values = np.array([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5])
    low = score_bins(values, quantile_edges(values, 5, better="lower"), better="lower")
    high = score_bins(-values, quantile_edges(-values, 5))
    assert low.tolist() == high.tolist()


def test_natural_breaks_with_too_few_values():
    """Fewer distinct values than bins leave the upper edges unreached."""
    assert natural_edges(np.array([4, 4, 8]), 4) == [8, None, None]


def test_natural_breaks_of_many_values_find_the_gaps():
    """Over 600 distinct values are gathered first; wide gaps are still found."""
    values = np.concatenate([np.arange(500), np.arange(10_000, 10_500)])
    assert natural_edges(values, 2) == [10_000]


def test_one_bin_is_no_score():
    """A score of one step says nothing."""
    with pytest.raises(
        SettingError, match="into: a score needs two bins or more; got 1"
    ):
        natural_edges(np.array([1, 2]), 1)
