"""Sorted tables joined into one."""

import numpy as np

from custseg.events import arrange
from custseg.intake.joining import join_tables
from custseg.table import Column
from custseg.units import Unit


def test_joined_tables_share_vocabularies_and_unknown_columns():
    """A column that one of them lacks is unknown there."""
    first = arrange(
        np.array([1, 0], dtype=np.int32),
        np.array([5, 6], dtype=np.int32),
        {
            "brand": Column(np.array([0, 1]), Unit.TEXT, words=("a", "c")),
            "cost": Column(np.array([7, 8]), Unit.MONEY),
            "order_id": Column(np.array([0, 0]), Unit.TEXT),
        },
        2,
        books={"order_id": np.array([b"o9"])},
    )
    second = arrange(
        np.array([0], dtype=np.int32),
        np.array([1], dtype=np.int32),
        {
            "brand": Column(np.array([0]), Unit.TEXT, words=("b",)),
            "order_id": Column(np.array([-1]), Unit.TEXT, np.array([False])),
        },
        1,
        books={"order_id": np.array([], dtype=object)},
    )
    joined = join_tables([first, second], [first.owners(), second.owners() + 1], 2)
    assert joined.day.tolist() == [6, 1, 5]
    brand = joined.columns["brand"]
    assert [brand.words[code] for code in brand.values.tolist()] == ["c", "b", "a"]
    assert brand.known is None
    cost = joined.columns["cost"]
    assert cost.is_known().tolist() == [True, False, True]
    order = joined.columns["order_id"]
    assert order.is_known().tolist() == [True, False, True]
    assert joined.books["order_id"].tolist() == [b"o9"]
