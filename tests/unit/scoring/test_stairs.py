"""Places on stairs: many numbers by cells, the same as one by one by halving."""

import numpy as np
import pytest

from custseg.scoring.stairs import Stairs

_MANY = 1 << 14


@pytest.mark.parametrize(
    "steps",
    [
        [5.0],
        [5.0, 5.0],
        [-3.0, 0.0, 1e-9, 2e-9, 7.5],
        [-1.7e308, 0.0, 1.7e308],
        [2.0**60, 2.0**60 + 256, 2.0**60 + 512],
        [0.0, 5e-324, 1.0],
    ],
    ids=["one", "twice the same", "near zero", "far apart", "high", "no cells"],
)
def test_a_step_holds_what_is_on_it_and_above(steps):
    """At a step and just above it the step counts, just below it does not."""
    stairs = np.array(steps)
    with np.errstate(over="ignore"):
        beside = [np.nextafter(stairs, -np.inf), stairs, np.nextafter(stairs, np.inf)]
    numbers = np.resize(np.concatenate(beside), _MANY)
    found = Stairs(stairs).below(numbers)
    assert found.tolist() == [sum(step <= x for step in steps) for x in numbers]


def test_cells_that_hold_many_steps():
    """Steps in two heaps that are far apart crowd a cell, and are told apart in it."""
    rng = np.random.default_rng(5)
    steps = np.sort(np.append(rng.normal(1e6, 1e-3, 500), rng.normal(0, 1, 501)))
    numbers = np.append(rng.choice(steps, _MANY), rng.normal(1e6, 1e-3, _MANY))
    found = Stairs(steps).below(numbers)
    assert found.tolist() == np.searchsorted(steps, numbers, side="right").tolist()
