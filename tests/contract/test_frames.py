"""One small table through every kind of frame and file gives one ledger."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from custseg.ledger import Ledger
from custseg.models import Customer, Transaction

DAYS = [
    dt.date(2026, 1, 5),
    dt.date(2026, 3, 1),
    dt.date(2026, 3, 1),
    dt.date(2025, 2, 3),
]
IDS = ["C2", "王", "C10", "C2"]
AMOUNTS = ["12.50", "0.10", "-3.00", "1234567.89"]
CATEGORIES = ["tiles", None, "paint", "tiles"]
QUANTITIES = [1.5, None, -2.0, 1000.0]

PLAIN = {
    "customer_id": IDS,
    "date": DAYS,
    "amount": [float(text) for text in AMOUNTS],
    "category": CATEGORIES,
    "quantity": QUANTITIES,
}


def pandas_object():
    """Python objects throughout."""
    return pd.DataFrame({name: pd.Series(v, dtype=object) for name, v in PLAIN.items()})


def pandas_inferred():
    """What pandas makes of the lists by itself, days as datetime64."""
    return pd.DataFrame(PLAIN).assign(date=pd.to_datetime(pd.Series(DAYS)))


def pandas_category():
    """Texts as categories, with one that no row uses."""
    frame = pandas_inferred()
    ids = pd.CategoricalDtype(["王", "unused", "C2", "C10"])
    return frame.astype({"customer_id": ids, "category": "category"})


def pandas_nullable():
    """The nullable types of pandas."""
    return pandas_inferred().astype(
        {"customer_id": "string", "amount": "Float64", "quantity": "Float64"}
    )


def pandas_python_string():
    """Text kept by Python, not by Arrow."""
    text = pd.StringDtype("python")
    return pandas_inferred().astype({"customer_id": text, "category": text})


def pandas_arrow():
    """Arrow types behind a pandas frame."""
    pa = pytest.importorskip("pyarrow")
    return pandas_inferred().astype(
        {
            "customer_id": pd.ArrowDtype(pa.string()),
            "date": pd.ArrowDtype(pa.timestamp("us")),
            "amount": pd.ArrowDtype(pa.float64()),
            "category": pd.ArrowDtype(pa.large_string()),
        }
    )


def pandas_text():
    """All as text, as a file without types would give it."""
    return pd.DataFrame(
        {
            "customer_id": [" C2", "王", "C10 ", "C2"],
            "date": ["2026-01-05", "2026/3/1", "20260301", "2025年2月3日"],
            "amount": AMOUNTS,
            "category": ["tiles", "", "paint", "tiles"],
            "quantity": ["1.5", " ", "-2", "1000"],
        }
    )


def pandas_aware():
    """Moments in another zone, which are these days in London."""
    moments = pd.to_datetime(pd.Series(DAYS)) + pd.Timedelta(hours=12)
    return pandas_inferred().assign(
        date=moments.dt.tz_localize("Europe/London").dt.tz_convert("Asia/Tokyo")
    )


def sliced_pandas():
    """Every second row of a longer frame, with an index that repeats."""
    frame = pandas_inferred()
    doubled = frame.loc[frame.index.repeat(2)]
    return doubled.iloc[::2]


def arrow_table(**types):
    """Build an Arrow table, some of its columns of the types given."""
    pa = pytest.importorskip("pyarrow")
    table = pa.table(PLAIN)
    for name, kind in types.items():
        at = table.column_names.index(name)
        values = PLAIN[name]
        if pa.types.is_decimal(kind):
            values = [Decimal(text) for text in AMOUNTS]
        elif pa.types.is_timestamp(kind):
            values = [dt.datetime.combine(day, dt.time(9)) for day in DAYS]
        table = table.set_column(at, name, pa.array(values, kind))
    return table


def arrow(**kinds):
    """Return a maker of an Arrow table with columns of the kinds named."""

    def make():
        pa = pytest.importorskip("pyarrow")
        return arrow_table(**{name: of(pa) for name, of in kinds.items()})

    return make


def arrow_dictionary():
    """Dictionary columns whose two chunks have different dictionaries."""
    pa = pytest.importorskip("pyarrow")
    halves = [arrow_table().slice(0, 2), arrow_table().slice(2)]
    encoded = [
        half.set_column(
            0,
            "customer_id",
            half.column("customer_id").combine_chunks().dictionary_encode(),
        )
        for half in halves
    ]
    return pa.Table.from_batches([one for half in encoded for one in half.to_batches()])


def arrow_chunks():
    """A chunk for each row, and empty chunks between them."""
    pa = pytest.importorskip("pyarrow")
    table = arrow_table()
    parts = [table.slice(row // 2, row % 2) for row in range(9)]
    return pa.concat_tables(parts)


def arrow_sliced():
    """A slice out of the middle of a longer table."""
    pa = pytest.importorskip("pyarrow")
    table = arrow_table(amount=pa.decimal128(12, 2), customer_id=pa.large_string())
    long = pa.concat_tables([table, table, table]).combine_chunks()
    return long.slice(4, 4)


def polars_frame():
    """A polars frame, its columns as it likes them."""
    return pytest.importorskip("polars").DataFrame(PLAIN)


def polars_types():
    """Categories and decimals of polars, in a lazy frame."""
    pl = pytest.importorskip("polars")
    pytest.importorskip("pyarrow")
    return (
        polars_frame()
        .lazy()
        .with_columns(
            pl.col("customer_id").cast(pl.Categorical),
            pl.Series("amount", AMOUNTS).cast(pl.Decimal(15, 2)),
            pl.col("date").cast(pl.Datetime("ms")),
        )
    )


def mapping_of_arrays():
    """Numpy arrays by name."""
    return {
        "customer_id": np.array(IDS),
        "date": np.array(DAYS, dtype="datetime64[D]"),
        "amount": np.array(PLAIN["amount"]),
        "category": np.array(CATEGORIES, dtype=object),
        "quantity": np.ma.masked_invalid(np.array(QUANTITIES, dtype=np.float32)),
    }


def mapping_of_series():
    """Columns of several makers side by side."""
    return {name: pandas_nullable()[name] for name in PLAIN} | {"date": tuple(DAYS)}


FRAMES = {
    "lists": lambda: PLAIN,
    "arrays": mapping_of_arrays,
    "series": mapping_of_series,
    "pandas objects": pandas_object,
    "pandas": pandas_inferred,
    "pandas categories": pandas_category,
    "pandas nullable": pandas_nullable,
    "pandas python strings": pandas_python_string,
    "pandas arrow": pandas_arrow,
    "pandas text": pandas_text,
    "pandas aware": pandas_aware,
    "pandas sliced": sliced_pandas,
    "arrow": arrow(),
    "arrow large string": arrow(customer_id=lambda pa: pa.large_string()),
    "arrow string view": arrow(customer_id=lambda pa: pa.string_view()),
    "arrow decimal": arrow(amount=lambda pa: pa.decimal128(20, 2)),
    "arrow wide decimal": arrow(amount=lambda pa: pa.decimal128(38, 25)),
    "arrow date64": arrow(date=lambda pa: pa.date64()),
    "arrow seconds": arrow(date=lambda pa: pa.timestamp("s")),
    "arrow aware": arrow(date=lambda pa: pa.timestamp("us", "UTC")),
    "arrow dictionary": arrow_dictionary,
    "arrow chunks": arrow_chunks,
    "arrow slice": arrow_sliced,
    "arrow batch": lambda: arrow_table().to_batches()[0],
    "arrow reader": lambda: arrow_table().to_reader(),
    "polars": polars_frame,
    "polars types": polars_types,
}


@pytest.fixture(scope="module")
def expected():
    """The ledger of the plain lists, whose content another test looks at."""
    return Ledger.from_frames(PLAIN, currency="GBP", time_zone="Europe/London")


def test_the_plain_ledger_holds_the_rows(expected):
    """Rows are sorted by customer text and day; values are exact."""
    sales = expected.tables["sales"]
    assert expected.customer_ids.tolist() == ["C10", "C2", "王"]
    assert sales.offsets.tolist() == [0, 1, 3, 4]
    assert sales.day.tolist() == [20513, 20122, 20458, 20513]
    assert sales.columns["amount"].values.tolist() == [-300, 123456789, 1250, 10]
    category = sales.columns["category"]
    assert category.words == ("paint", "tiles")
    assert category.values.tolist() == [0, 1, 1, -1]
    assert category.is_known().tolist() == [True, True, True, False]
    quantity = sales.columns["quantity"]
    assert quantity.values.tolist() == [-20_000, 10_000_000, 15_000, 0]
    assert quantity.is_known().tolist() == [True, True, True, False]


@pytest.mark.parametrize("kind", FRAMES)
def test_every_kind_of_frame_gives_the_same_ledger(kind, expected):
    """The maker of the frame does not show in the ledger."""
    ledger = Ledger.from_frames(
        FRAMES[kind](), currency="GBP", time_zone="Europe/London"
    )
    assert ledger == expected
    assert ledger.report.closes()
    assert ledger.report.rows_used == {"sales": 4}


@pytest.mark.parametrize("kind", FRAMES)
def test_frames_are_not_changed(kind):
    """What the user handed over is as it was."""
    frame, again = FRAMES[kind](), FRAMES[kind]()
    if kind == "arrow reader":
        pytest.skip("a reader can be read only once")
    Ledger.from_frames(frame, time_zone="Europe/London")
    if isinstance(frame, pd.DataFrame):
        pd.testing.assert_frame_equal(frame, again)
    elif isinstance(frame, dict):
        assert list(frame) == list(again)
        assert all(str(frame[name]) == str(again[name]) for name in frame)
    elif hasattr(frame, "collect"):
        assert frame.collect().equals(again.collect())
    else:
        assert frame.equals(again)


def csv_of(path):
    """Write the rows as text, as a spreadsheet would."""
    frame = pandas_text()
    frame.loc[1, "category"] = None
    frame.to_csv(path, index=False)
    return path


@pytest.mark.parametrize("name", ["sales.csv", "sales.csv.gz"])
@pytest.mark.parametrize("with_arrow", [True, False])
def test_a_csv_file_gives_the_same_ledger(
    name, with_arrow, tmp_path, monkeypatch, expected
):
    """With pyarrow or without, compressed or not."""
    path = csv_of(tmp_path / name)
    if with_arrow:
        pytest.importorskip("pyarrow")
    else:
        monkeypatch.setitem(__import__("sys").modules, "pyarrow.csv", None)
    ledger = Ledger.from_files(path, currency="GBP")
    assert ledger == expected
    assert ledger.report.count("trimmed_id") == 2


def test_several_files_are_one_table(tmp_path, expected):
    """Files of one form are read end to end."""
    whole = pandas_text()
    paths = []
    for part in range(2):
        path = tmp_path / f"part{part}.csv"
        whole.iloc[2 * part : 2 * part + 2].to_csv(path, index=False)
        paths.append(path)
    assert Ledger.from_files(paths, currency="GBP") == expected


@pytest.mark.parametrize("kind", ["pandas", "arrow dictionary", "arrow decimal"])
def test_a_parquet_file_gives_the_same_ledger(kind, tmp_path, expected):
    """Parquet keeps types, row groups and dictionaries."""
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    frame = FRAMES[kind]()
    table = pa.Table.from_pandas(frame) if isinstance(frame, pd.DataFrame) else frame
    pq.write_table(table, tmp_path / "sales.parquet", row_group_size=2)
    assert Ledger.from_files(tmp_path / "sales.parquet", currency="GBP") == expected
    halves = [tmp_path / "a.parquet", tmp_path / "b.parquet"]
    pq.write_table(table.slice(0, 1), halves[0])
    pq.write_table(table.slice(1), halves[1])
    assert Ledger.from_files(halves, currency="GBP") == expected


def test_records_give_the_same_ledger(expected):
    """Records of a CRM are rows like any others."""
    sales = [
        Transaction(who, day, amount, category=category, quantity=quantity)
        for who, day, amount, category, quantity in zip(
            IDS, DAYS, AMOUNTS, CATEGORIES, QUANTITIES, strict=True
        )
    ]
    assert Ledger.from_records([], sales, currency="GBP") == expected
    known = Ledger.from_records([Customer("C2")], sales, currency="GBP")
    assert known.customer_ids.tolist() == expected.customer_ids.tolist()
    assert set(known.tables) == {"sales", "customers"}


def test_a_duckdb_relation_is_a_frame(expected):
    """Whatever speaks the Arrow stream protocol comes in."""
    duckdb = pytest.importorskip("duckdb")
    source = arrow_table()
    with duckdb.connect() as connection:
        connection.register("source", source)
        relation = connection.sql("select * from source")
        assert Ledger.from_frames(relation, currency="GBP") == expected
