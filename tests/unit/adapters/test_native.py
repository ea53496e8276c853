import numpy as np
import pandas as pd
import pytest

import custseg as cs
from custseg.adapters.arrow import from_arrow_column
from custseg.adapters.native import FrameKind
from custseg.demo import wholesaler
from custseg.framing import as_dates, categories
from custseg.periods import DISTANT_PAST

pa = pytest.importorskip("pyarrow")
pl = pytest.importorskip("polars")

KINDS = ["ids", "tier", "score", "orders", "closed", "note", "since"]


def result(rows=2):
    """Build a frame with every form of column that a result or review has."""
    frame = pd.DataFrame(
        {
            "ids": pd.array(["a", "王"], dtype="str"),
            "tier": categories(np.array([1, -1]), ["A", "B", "UNKNOWN"]),
            "score": [81.5, float("nan")],
            "orders": pd.array([3, None], dtype="Int64"),
            "closed": pd.array([True, None], dtype="boolean"),
            "note": pd.Series([None, None], dtype=object),
            "since": as_dates(np.array([20_634, DISTANT_PAST])),
        }
    )
    return frame.iloc[:rows]


@pytest.mark.parametrize(
    ("frame", "kind"),
    [
        (pd.DataFrame(), FrameKind.PANDAS),
        (pl.DataFrame(), FrameKind.POLARS),
        (pl.LazyFrame(), FrameKind.LAZY),
        (pa.table({}), FrameKind.ARROW),
        (pa.table({}).to_reader(), FrameKind.ARROW),
        (pa.record_batch({"a": [1]}), FrameKind.ARROW),
        ({}, FrameKind.MAPPING),
        (object(), FrameKind.PANDAS),  # the ledger's door refuses it
    ],
)
def test_each_kind_is_known_by_its_maker(frame, kind):
    """A pandas frame speaks Arrow too, and is one all the same."""
    assert FrameKind.of(frame) is kind


def test_a_frame_of_narwhals_is_answered_with_arrow():
    """Eager or lazy, and whatever is inside it."""
    nw = pytest.importorskip("narwhals")
    for inside in (pd.DataFrame({"a": [1]}), pl.LazyFrame({"a": [1]})):
        assert FrameKind.of(nw.from_native(inside)) is FrameKind.ARROW


def test_a_subclass_is_of_the_kind_that_it_extends():
    """Such as a frame with a geometry."""
    own = type("Own", (pd.DataFrame,), {})
    assert FrameKind.of(own()) is FrameKind.PANDAS


@pytest.mark.parametrize("rows", [0, 2])
def test_columns_have_the_same_types_with_rows_or_without(rows):
    """Also a text of which nothing is known is a text."""
    table = FrameKind.ARROW.made_of(result(rows))
    labels = "dictionary<values=string, indices=int8, ordered=0>"
    types = ["string", labels, "double", "int64", "bool", "string", "date32[day]"]
    assert [str(kind) for kind in table.schema.types] == types
    frame = FrameKind.LAZY.made_of(result(rows)).collect()
    tiers = pl.Enum(["A", "B", "UNKNOWN"])
    wanted = [pl.String, tiers, pl.Float64, pl.Int64, pl.Boolean, pl.String, pl.Date]
    assert frame.schema == dict(zip(KINDS, wanted, strict=True))
    assert frame.height == table.num_rows == rows


def test_unknown_is_null_everywhere():
    """The second row is unknown but for its id."""
    lists = FrameKind.MAPPING.made_of(result())
    assert {name: column[1] for name, column in lists.items()} == {
        **dict.fromkeys(KINDS),
        "ids": "王",
        "tier": "UNKNOWN",
    }
    assert FrameKind.ARROW.made_of(result()).to_pydict() == lists
    assert FrameKind.POLARS.made_of(result()).to_dict(as_series=False) == lists
    assert str(lists["since"][0]) == "2026-06-30"


def test_no_column_is_lost_to_another_of_its_title():
    """The policy `lighting` has a family and a feature that are both 'Engagement'."""
    demo = wholesaler(customers=32)
    sales = {**demo.sales}
    segmented = cs.segment(sales, as_of=demo.as_of, policy="lighting", currency="CNY")
    for language in ("en", "zh"):
        lists = segmented.to_native(language=language, features=True)
        frame = segmented.to_pandas(language=language, features=True)
        assert list(lists) == list(frame)
        assert frame.columns.is_unique


def test_views_are_read_where_arrow_cannot_cast_them():
    """As pyarrow 17 cannot, in which polars hands over its texts."""

    class View:
        type = pa.string_view()
        chunks = property(lambda self: [self])

        def cast(self, _):
            raise pa.ArrowNotImplementedError

        def to_pylist(self):
            return ["ab", None]

    (chunk,) = from_arrow_column(View()).chunks
    assert [chunk.text(row) for row in range(2)] == ["ab", None]
