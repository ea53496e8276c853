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
