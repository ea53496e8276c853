"""Floats are compared to nine decimals."""

import numpy as np

from custseg.rounding import COARSE, rounded


def test_last_bits_do_not_count():
    """What arithmetic leaves behind the ninth decimal is taken off."""
    values = np.array([0.1 + 0.2, 0.3 + 4e-10, 0.3 + 6e-10, -(0.1 + 0.2)])
    assert rounded(values).tolist() == [0.3, 0.3, 0.300000001, -0.3]


def test_integers_and_flags_come_back_as_they_are():
    """Exact values are not touched, nor copied."""
    for values in (np.array([2**62 + 1]), np.array([True])):
        assert rounded(values) is values


def test_coarse_floats_stay():
    """From 2**23 on there is nothing to round; the largest floats do not overflow."""
    values = np.array([COARSE + 2**-29, 1e308, -1e308, 0.1 + 0.2])
    assert rounded(values).tolist() == [COARSE + 2**-29, 1e308, -1e308, 0.3]


def test_many_floats_are_rounded_as_few_are():
    """Whole and half numbers before the first that has more decimals, and behind it."""
    few = np.array([0.5, 7.0, 0.1 + 0.2, 1e308, -0.5, np.inf, COARSE + 2**-29])
    many = np.concatenate([np.full(100_000, 2.5), np.tile(few, 3000), [1.5] * 40_000])
    near = rounded(few)
    assert near.tolist() == [0.5, 7.0, 0.3, 1e308, -0.5, np.inf, COARSE + 2**-29]
    assert (
        rounded(many).tolist()
        == [2.5] * 100_000 + near.tolist() * 3000 + [1.5] * 40_000
    )
    assert many[100_002] == few[2]  # and what came in is as it was


def test_one_number_alone_is_rounded():
    """As the literal of an expression is."""
    assert rounded(np.array(0.1 + 0.2)).item() == 0.3
