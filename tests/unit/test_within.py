import numpy as np

from custseg.events import EventTable
from custseg.table import Column
from custseg.units import Unit
from custseg.within import Within


def runs():
    """Return two customers with two runs and one, of 1, 2 and 3 lines."""
    start, length = np.array([3, 1, 4], np.int32), np.array([1, 2, 3], np.int32)
    words = Column(np.zeros(7, np.int16), Unit.TEXT, None, ("tile",))
    amount = Column(np.array([5, 6, 9]), Unit.MONEY)
    return EventTable(
        np.array([0, 2, 3]),
        np.array([1, 2, 2], np.int32),
        {"amount": amount},
        within=Within(start, length, {"category": words}),
    )


def test_lines_stand_run_by_run():
    """Whatever the order in which runs arrived."""
    assert runs().within.lines().tolist() == [3, 1, 2, 4, 5, 6]
    assert runs().within.of(slice(0, 0)).lines().tolist() == []


def test_a_table_names_the_columns_of_rows_and_lines():
    """One without lines only its own."""
    assert runs().names == {"amount", "category"}
    plain = EventTable(np.array([0]), np.empty(0, np.int32), {})
    assert plain.names == frozenset()


def test_some_rows_have_their_own_lines():
    """Those of a mask, and those of a customer."""
    kept = runs().keep(np.array([True, False, True]))
    assert kept.within.lines().tolist() == [3, 4, 5, 6]
    assert runs().slice_of(1).within.lines().tolist() == [4, 5, 6]
