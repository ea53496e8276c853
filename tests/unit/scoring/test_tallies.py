"""Tallies: the same, whether values are counted or sorted."""

import numpy as np
import pytest

from custseg.scoring.tallies import tallied


@pytest.mark.parametrize(
    "values", [[3, -1, 3, 3, 0], [3.0, -1.0, 3.0, 3.0, 0.0], [3, -1, 3, 3, 10**18]]
)
def test_distinct_values_rise_and_are_counted(values):
    """Whole numbers of a narrow range, floats, and a wide range."""
    tally = tallied(np.array(values))
    distinct = sorted(set(values))
    assert tally.distinct.tolist() == distinct
    assert tally.counts.tolist() == [values.count(one) for one in distinct]
    assert len(tally) == len(values)
    assert tally.distinct.dtype == np.array(values).dtype


def test_turned_values_fall():
    """The tally of the negative values, itself rising."""
    turned = tallied(np.array([5, 1, 1])).turned()
    assert turned.distinct.tolist() == [-5, -1]
    assert turned.counts.tolist() == [1, 2]


def test_nothing_is_tallied():
    """No values, no counts."""
    assert len(tallied(np.array([], dtype=np.int64))) == 0


@pytest.mark.parametrize("values", [[0.0, -0.0, 1.0], [-0.0, 0.0, 1.0], [1.0, -0.0]])
def test_a_zero_has_no_sign(values):
    """Else a fit would depend on which of two equal customers comes first."""
    distinct = tallied(np.array(values)).distinct
    assert distinct.tolist() == [0.0, 1.0]
    assert not np.signbit(distinct).any()
