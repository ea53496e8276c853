import numpy as np

from custseg.events import EventTable
from custseg.intake.gathering.gathered import Gathered
from custseg.intake.identifiers import texts_of
from custseg.table import Column
from custseg.units import Unit


def gathered(orders=None):
    """Return three runs of two customers, of 1, 2 and 2 lines; c1's came second."""
    numbers = np.array([7, 9, 7])
    columns = {"amount": Column(np.array([3, 5, 9]), Unit.MONEY)}
    if orders is not None:
        columns["order_id"] = Column(numbers, Unit.TEXT)
    day = np.array([1, 1, 4], np.int32)
    merged = EventTable(np.array([0, 1, 3]), day, columns)
    lines = {"amount": (np.array([2, 3], np.int32), np.array([3, 4, 5]))}
    return Gathered(merged, np.array([2, 0, 3], np.int32), lines, orders, 5)


class Orders:
    """Stands for what reads order numbers."""

    def encoded(self, numbers):
        """Return codes into words."""
        words, codes = np.unique(numbers, return_inverse=True)
        return type("Encoded", (), {"codes": codes, "words": words.astype("S")})


def test_lines_are_laid_out_again():
    """By customer, day and arrival, each with its own value and its order."""
    sales = gathered(Orders()).table
    assert sales.offsets.tolist() == [0, 1, 5]
    assert sales.day.tolist() == [1, 1, 1, 4, 4]
    assert sales.columns["amount"].values.tolist() == [3, 2, 3, 4, 5]
    assert sales.columns["amount"].values.dtype == np.int64
    book = texts_of(sales.books["order_id"])
    named = book[sales.columns["order_id"].values].tolist()
    assert named == ["7", "9", "9", "7", "7"]


def test_lines_without_orders_have_none():
    """The column is not there, as when lines wait to be sorted."""
    sales = gathered()
    assert list(sales.table.columns) == ["amount"]
    assert list(sales.columns) == ["amount"]
    assert len(sales) == 5
    assert sales.day.tolist() == [1, 1, 4]
    assert sales.can_merge(frozenset({"amount", "product"}))


def test_customers_of_other_tables_have_no_runs():
    """They come between; with none, nothing changes."""
    sales = gathered()
    assert sales.among(np.array([0, 1]), 2) is sales
    more = sales.among(np.array([1, 3]), 5)
    assert more.merged.offsets.tolist() == [0, 0, 1, 1, 3, 3]
    assert more.table.offsets.tolist() == [0, 0, 1, 1, 5, 5]
