import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from custseg import events, threads
from custseg.events import arrange, bisect_days
from custseg.table import Column
from custseg.units import Unit


def arranged(pairs, n_customers=4):
    """Sort (customer, day) pairs; the column holds the row each came from."""
    customers = np.array([customer for customer, _ in pairs], dtype=np.int32)
    day = np.array([day for _, day in pairs], dtype=np.int32)
    row = Column(np.arange(len(pairs)), Unit.COUNT)
    return arrange(customers, day, {"row": row}, n_customers)


pairs = st.lists(
    st.tuples(st.integers(0, 3), st.one_of(st.integers(-3, 3), st.just(-(2**31))))
)


@given(pairs)
def test_rows_are_sorted_by_customer_day_and_arrival(some):
    """As Python's stable sort does it, the distant past included."""
    table = arranged(some)
    order = sorted(range(len(some)), key=lambda row: some[row])
    assert table.columns["row"].values.tolist() == order
    assert table.day.tolist() == [some[row][1] for row in order]
    assert table.owners().tolist() == [some[row][0] for row in order]
    assert table.offsets[-1] == len(table) == len(some)


def test_wide_keys_go_by_two_passes(monkeypatch):
    """Where customer, day and row do not fit into one integer together."""
    some = [(3, 9), (0, 5), (3, -(2**31)), (0, 5), (0, -(2**31))]
    narrow = arranged(some)
    monkeypatch.setattr(events, "_KEY_BITS", 33)
    wide = arranged(some)
    assert wide.columns["row"].values.tolist() == [4, 1, 3, 2, 0]
    assert narrow.columns["row"].values.tolist() == [4, 1, 3, 2, 0]
    assert wide.day.tolist() == narrow.day.tolist()


@given(pairs, st.integers(-4, 4))
def test_bisection_finds_the_first_row_after_a_day(some, after):
    """For every customer, those without rows included."""
    table = arranged(some)
    expected = [
        int(start) + int((table.day[start:stop] <= after).sum())
        for start, stop in zip(table.offsets[:-1], table.offsets[1:], strict=True)
    ]
    assert table.until(after).tolist() == expected
    found = bisect_days(table.day, table.offsets, after)
    assert found.tolist() == expected


def test_the_one_slice_need_not_be_all_rows():
    """Positions count from the first row of the table, not of the slice."""
    day = np.array([9, 1, 4, 4, 0], dtype=np.int32)
    edges = np.array([1, 4])
    found = [bisect_days(day, edges, after).tolist() for after in (0, 1, 4, 9)]
    assert found == [[1], [2], [4], [4]]


def test_some_rows_or_one_customer_can_be_taken():
    """Offsets follow; a mask of what is known follows too."""
    table = arranged([(0, 1), (2, 1), (2, 2), (3, 1)])
    known = np.array([True, False, True, True])
    table.columns["row"] = Column(np.arange(4), Unit.COUNT, known)
    kept = table.keep(np.array([False, True, False, True]))
    assert kept.offsets.tolist() == [0, 0, 0, 1, 2]
    assert kept.columns["row"].values.tolist() == [1, 3]
    one = table.slice_of(2)
    assert one.offsets.tolist() == [0, 2]
    assert one.day.tolist() == [1, 2]
    assert one.columns["row"].is_known().tolist() == [False, True]
    assert len(table.slice_of(1)) == 0


def test_many_rows_are_gathered_in_threads(monkeypatch):
    """With the same answer."""
    some = [(n * 7 % 4, n * 5 % 11) for n in range(100)]
    alone = arranged(some)
    monkeypatch.setattr(threads, "_WORTH_THREADS", 1)
    together = arranged(some)
    assert (
        alone.columns["row"].values.tolist() == together.columns["row"].values.tolist()
    )
