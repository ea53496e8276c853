import numpy as np
import pandas as pd
import pytest

from custseg.framing import framed
from custseg.table import Column
from custseg.units import Unit

KNOWN = np.array([True, False])


@pytest.mark.parametrize(
    ("column", "kind", "first"),
    [
        (Column(np.array([1250, 0]), Unit.MONEY, KNOWN), "float64", 12.5),
        (Column(np.array([25000, 0]), Unit.QUANTITY, KNOWN), "float64", 2.5),
        (Column(np.array([0.5, 0.0]), Unit.SHARE, KNOWN), "float64", 0.5),
        (Column(np.array([7, 0]), Unit.COUNT, KNOWN), "Int64", 7),
        (Column(np.array([7, 0]), Unit.COUNT), "int64", 7),
        (Column(np.array([True, False]), Unit.FLAG, KNOWN), "boolean", True),
        (Column(np.array([0, 0], np.int32), Unit.TEXT, KNOWN, ("x",)), "object", "x"),
    ],
)
def test_each_unit_has_its_kind(column, kind, first):
    """What is unknown is missing, and nothing is where all is known."""
    series = pd.Series(framed(column, 2), dtype=None if kind != "object" else object)
    assert str(series.dtype) == kind
    assert series[0] == first
    assert series.isna().tolist() == [False, column.known is not None]


def test_the_frame_is_the_callers_to_change():
    """A change there must not reach the result."""
    column = Column(np.array([7]), Unit.COUNT)
    framed(column, 2)[0] = 8
    assert column.values.tolist() == [7]
