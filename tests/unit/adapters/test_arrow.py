"""Columns of arrow, read from their buffers."""

from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pytest

from custseg.adapters.arrow import from_arrow_column

pa = pytest.importorskip("pyarrow")

MOMENTS_IN_UTC = [
    datetime(1969, 12, 31, tzinfo=UTC),
    datetime(1970, 1, 1, tzinfo=UTC),
    datetime(2026, 6, 30, 23, 59, 58, tzinfo=UTC),
]
KINDS = {
    "int8": (pa.int8(), [-128, 0, 127]),
    "uint16": (pa.uint16(), [0, 7, 65_535]),
    "int64": (pa.int64(), [-(2**63), 2**53 + 1, 2**63 - 1]),
    "uint64": (pa.uint64(), [0, 1, 2**64 - 1]),
    "half": (pa.float16(), [np.float16(one) for one in (0.5, -2.0, 65_504.0)]),
    "float": (pa.float32(), [0.25, -1.5, 2.0**100]),
    "double": (pa.float64(), [0.1, -1e300, 5e-324]),
    "flag": (pa.bool_(), [True, False, True]),
}
MOMENTS = {
    "date32": (pa.date32(), "D"),
    "date64": (pa.date64(), "ms"),
    "s": (pa.timestamp("s"), "s"),
    "us": (pa.timestamp("us", "Asia/Shanghai"), "us"),
    "ns": (pa.timestamp("ns"), "ns"),
}


def slices(items, kind):
    """Arrays that begin and end within a byte of their bits, and one of two chunks."""
    padded = pa.array([items[0], *items, None, *items] * 5, kind)
    whole = [items[0], *items, None, *items] * 5
    yield padded.slice(3, 17), whole[3:20]
    yield padded.slice(9), whole[9:]
    yield pa.array(items, kind), items
    yield padded.slice(4, 0), []
    chunks = [padded.slice(2, 3), padded.slice(1, 2), padded.slice(5, 11)]
    yield pa.chunked_array(chunks), [*whole[2:5], *whole[1:3], *whole[5:16]]


@pytest.mark.parametrize("name", KINDS)
def test_numbers_lie_as_arrow_has_them(name):
    """Every value and every gap, wherever a slice begins."""
    kind, items = KINDS[name]
    for array, expected in slices(items, kind):
        read = from_arrow_column(array)
        known = [True] * len(expected) if read.known is None else read.known.tolist()
        assert known == [one is not None for one in expected]
        there = [value for value, one in zip(read.values, known, strict=True) if one]
        assert there == [one for one in expected if one is not None]
        gaps = [value for value, one in zip(read.values, known, strict=True) if not one]
        assert not any(gaps)  # what a gap holds depends on nothing


@pytest.mark.parametrize("name", MOMENTS)
def test_days_and_moments_lie_as_arrow_has_them(name):
    """Counted from 1970, in the unit of the column."""
    kind, unit = MOMENTS[name]
    items = [date(1969, 12, 31), date(1970, 1, 1), date(2026, 6, 30)]
    if unit not in {"D", "ms"}:
        items = [one if kind.tz else one.replace(tzinfo=None) for one in MOMENTS_IN_UTC]
    for array, expected in slices(items, kind):
        read = from_arrow_column(array)
        known = [True] * len(expected) if read.known is None else read.known.tolist()
        assert known == [one is not None for one in expected]
        values = read.days if unit == "D" else read.values.astype(np.int64)
        naive = [
            one if unit in {"D", "ms"} else one.replace(tzinfo=None)
            for one in expected
            if one is not None
        ]
        counted = np.array(naive, dtype=f"datetime64[{unit}]").astype(np.int64)
        assert values[np.array(known, dtype=bool)].tolist() == counted.tolist()
        assert getattr(read, "aware", False) == bool(getattr(kind, "tz", None))


def test_words_with_gaps_keep_their_codes():
    """Codes of a slice of a dictionary, of a narrow and an unsigned kind."""
    for codes in (pa.int8(), pa.uint8(), pa.int32()):
        array = pa.DictionaryArray.from_arrays(
            pa.array([0, None, 1, 1, None], codes), ["a", "b"]
        )
        assert from_arrow_column(array.slice(1)).to_objects().values.tolist() == [
            None,
            "b",
            "b",
            None,
        ]


def test_decimals_of_a_slice_are_its_own():
    """With a null among them, and in two chunks."""
    amounts = pa.array([*map(Decimal, ("1.25", "-3.50", "7.00")), None])
    read = from_arrow_column(pa.chunked_array([amounts[1:], amounts[2:3]]))
    assert read.decimals == 2
    assert read.known.tolist() == [True, True, False, True]
    assert read.values[read.known].tolist() == [-350, 700, 700]
