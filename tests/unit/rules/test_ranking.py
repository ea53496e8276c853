"""An order of customers by a number."""

import numpy as np

from custseg.rules.acts.ranking import best_first
from custseg.table import Column
from custseg.units import Unit


def test_who_is_not_known_comes_last_whatever_stands_there():
    """In the order of the customers; and only those who take part are in it."""
    values = np.array([98.0, 60.0, 99.0, 70.0])
    by = Column(values, Unit.SCORE, np.array([False, True, False, True]))
    assert best_first(np.ones(4, dtype=bool), by).tolist() == [3, 1, 0, 2]
    assert best_first(np.array([True, True, False, False]), by).tolist() == [1, 0]


def test_numbers_that_differ_in_the_last_bits_are_equal():
    """Then the order of the customers decides."""
    by = Column(np.array([0.3, 0.1 + 0.2]), Unit.NUMBER)
    assert best_first(np.ones(2, dtype=bool), by).tolist() == [0, 1]


def test_money_ranks_as_it_is():
    """Whole numbers of minor units, negative ones too."""
    by = Column(np.array([-5, 300, 0]), Unit.MONEY)
    assert best_first(np.ones(3, dtype=bool), by).tolist() == [1, 2, 0]
