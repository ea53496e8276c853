"""A weighted mean over what is known."""

import numpy as np

from custseg.scoring.composite import composite
from custseg.table import Column
from custseg.units import Unit


def column(values, known=None):
    """Return points, some perhaps unknown."""
    mask = None if known is None else np.array(known, dtype=np.bool_)
    return Column(np.array(values, dtype=np.float64), Unit.NUMBER, mask)


def test_a_missing_part_shares_its_weight():
    """60 of weight 50, 90 of weight 25; the third is unknown: 5,250 / 75 = 70."""
    parts = [column([60.0]), column([90.0]), column([1e9], [False])]
    score, coverage = composite(parts, [50, 25, 25])
    assert score.values.tolist() == [70.0]
    assert coverage.values.tolist() == [0.75]


def test_nothing_known_is_unknown():
    """Without any part there is no score, and no warning of a division."""
    score, coverage = composite([column([5.0, 5.0], [True, False])], [1])
    assert score.is_known().tolist() == [True, False]
    assert coverage.values.tolist() == [1.0, 0.0]


def test_scores_are_rounded_to_six_decimals():
    """A third is told to a millionth, and zero has no sign."""
    thirds, _ = composite([column([1.0, -0.0]), column([0.0, -0.0])], [1, 2])
    assert thirds.values.tolist() == [0.333333, 0.0]
    assert not np.signbit(thirds.values[1])


def test_many_customers_are_worked_out_as_few_are(monkeypatch):
    """Block by block: the same score, wherever a customer stands."""
    parts = [
        column([60.0, 0.0, 7.5] * 3),
        column([90.0, 30.0, 1.0] * 3, [True] * 8 + [False]),
    ]
    score, coverage = composite(parts, [2, 1])
    monkeypatch.setattr("custseg.scoring.composite._BLOCK", 2)
    again = composite(parts, [2, 1])
    assert [one.values.tolist() for one in again] == [
        score.values.tolist(),
        coverage.values.tolist(),
    ]
    assert score.values.tolist() == [70.0, 10.0, 5.333333] * 2 + [70.0, 10.0, 7.5]


def test_some_customers_have_weights_of_their_own():
    """80 and 20 points: by 75 / 25 they are 65, by 50 / 50 they are 50, by 0 / 100 20.

    The last has no second part and all its weight there: nothing of it is known.
    """
    parts = [
        column([80.0, 80.0, 80.0, 80.0]),
        column([20.0, 20.0, 20.0, 0.0], [True, True, True, False]),
    ]
    card = np.array([-1, 0, 1, 1], dtype=np.int8)
    score, coverage = composite(parts, [75, 25], (card, [[50, 50], [0, 100]]))
    assert score.values[:3].tolist() == [65.0, 50.0, 20.0]
    assert score.is_known().tolist() == [True, True, True, False]
    assert coverage.values.tolist() == [1.0, 1.0, 1.0, 0.0]
