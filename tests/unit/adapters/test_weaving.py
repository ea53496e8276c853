"""Answers of several layers are woven into one, whatever form each has."""

import numpy as np

from custseg.adapters.ledger_store.weaving import Part, woven
from custseg.rules.outcome import Outcome
from custseg.table import Column, Table
from custseg.units import Unit


def part(customers, values, counts=None):
    """Return an answer of one feature."""
    book = np.array(list(customers), dtype="S1")
    table = Table(book, {"area": Column(np.array(values), Unit.NUMBER)})
    return Part(Outcome(table, {}, None), counts)


def test_fractions_beside_whole_numbers_stay():
    """Where the largest layer has none of them, and all of its places are taken."""
    some = woven(
        [part("abc", [1, 2, 3], np.array([True, False, True])), part("b", [0.5])]
    )
    assert some.table["area"].values.tolist() == [1.0, 0.5, 3.0]


def test_customers_of_later_layers_are_put_over_those_of_the_first():
    """Who is new, too, and who does not count is nowhere."""
    first = part("bcd", [1, 2, 3], np.array([True, False, False]))
    some = woven([first, part("ac", [4, 5])])
    assert some.table.customers.tolist() == ["a", "b", "c"]
    assert some.table["area"].values.tolist() == [4, 1, 5]
