"""One small table through every kind of frame and file gives one ledger.

And results go back in the kind of frame that came.
"""

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from attrs import evolve

import custseg as cs
from custseg.errors import MissingDependency
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


def polars_encoded(kind):
    """Return a maker of an eager frame whose ids are categories or an Enum."""

    def make():
        pl = pytest.importorskip("polars")
        pytest.importorskip("pyarrow")
        encoded = pl.Categorical if kind == "categories" else pl.Enum(["王", *IDS[2:]])
        return polars_frame().with_columns(pl.col("customer_id").cast(encoded))

    return make


def duckdb_relation():
    """A relation of DuckDB's own connection."""
    return pytest.importorskip("duckdb").from_arrow(arrow_table())


def duckdb_enum():
    """Ids as an ENUM, which comes as a dictionary."""
    names = ", ".join(f"'{one}'" for one in ("C2", "王", "C10"))
    return duckdb_relation().project(
        f"customer_id::ENUM({names}) AS customer_id, date, amount, category, quantity"
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
    "arrow reader of dictionaries": lambda: arrow_dictionary().to_reader(),
    "duckdb": duckdb_relation,
    "duckdb enum": duckdb_enum,
    "polars": polars_frame,
    "polars types": polars_types,
    "polars categories": polars_encoded("categories"),
    "polars enum": polars_encoded("enum"),
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
    if kind.startswith("arrow reader"):
        pytest.skip("a reader can be read only once")
    Ledger.from_frames(frame, time_zone="Europe/London")
    if isinstance(frame, pd.DataFrame):
        pd.testing.assert_frame_equal(frame, again)
    elif isinstance(frame, dict):
        assert list(frame) == list(again)
        assert all(str(frame[name]) == str(again[name]) for name in frame)
    elif hasattr(frame, "collect"):
        assert frame.collect().equals(again.collect())
    elif kind.startswith("duckdb"):
        assert frame.fetchall() == again.fetchall()
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


NUMBERED = {"customer_id": [10, 9, 700, 10], "date": DAYS, "amount": PLAIN["amount"]}


@pytest.mark.parametrize(
    "kind",
    ["int64", "int16", "nullable", "categories", "arrow", "dictionary", "polars"],
)
def test_ids_that_are_numbers_are_those_numbers_as_texts(kind):
    """Whole numbers stay numbers until their order as texts is asked for."""
    frame = pd.DataFrame(NUMBERED)
    if kind in {"arrow", "dictionary"}:
        pa = pytest.importorskip("pyarrow")
        frame = pa.table(NUMBERED)
        if kind == "dictionary":
            ids = frame.column("customer_id").dictionary_encode()
            frame = frame.set_column(0, "customer_id", ids)
    elif kind == "polars":
        frame = pytest.importorskip("polars").DataFrame(NUMBERED)
    else:
        into = {"nullable": "Int64", "categories": "category"}.get(kind, kind)
        frame = frame.astype({"customer_id": into})
    texts = {**NUMBERED, "customer_id": ["10", "9", "700", "10"]}
    ledger = Ledger.from_frames(frame)
    assert ledger == Ledger.from_frames(texts)
    assert ledger.customer_ids.tolist() == ["10", "700", "9"]


SETTINGS = {"as_of": "2026-06-30", "currency": "GBP", "time_zone": "Europe/London"}
ASKED = {"features": ["spend", "days_since_last_sale", "top_category", "is_closed"]}


def module_of(frame):
    """Return who made a frame: the package that its class is from."""
    return type(frame).__module__.partition(".")[0]


def columns_of(frame):
    """Return plain lists by name, whatever kind of frame it is."""
    if isinstance(frame, dict):
        return frame
    if hasattr(frame, "collect"):
        frame = frame.collect()
    if hasattr(frame, "to_pydict"):
        return frame.to_pydict()
    if hasattr(frame, "to_dicts"):
        return frame.to_dict(as_series=False)
    return {
        name: [None if pd.isna(one) else one for one in column.astype(object)]
        for name, column in frame.items()
    }


@pytest.fixture(scope="module")
def answered():
    """What is said of the plain lists, as lists."""
    result = cs.segment(PLAIN, **SETTINGS, **ASKED)
    return columns_of(result.to_pandas(features=True))


@pytest.mark.parametrize("kind", FRAMES)
def test_results_come_back_in_the_kind_that_came_in(kind, answered):
    """The same answers, unknown as null, in the maker's own frame."""
    frame = FRAMES[kind]()
    result = cs.segment(frame, **SETTINGS, **ASKED)
    back = result.to_native(features=True)
    maker = module_of(frame)
    assert module_of(back) == ("pyarrow" if "duckdb" in maker else maker)
    assert hasattr(back, "collect") == hasattr(frame, "collect")
    assert columns_of(back) == answered
    titled = result.to_native(language="zh")
    assert list(columns_of(titled)) == list(result.to_pandas(language="zh"))


def test_unknown_is_nothing_and_numbers_stay_numbers(answered):
    """The lists that the other kinds are held against."""
    assert answered["customer_id"] == ["C10", "C2", "王"]
    assert answered["spend"] == [-3.0, 12.5, 0.1]  # C2: the other sale is a year old
    assert answered["days_since_last_sale"] == [None, 176, 121]
    assert answered["top_category"] == [None, "tiles", None]
    assert answered["value"] == ["UNKNOWN"] * 3


def test_labels_keep_the_order_of_the_policy():
    """A table sorted by tier begins with the highest, in polars and in Arrow too."""
    pl = pytest.importorskip("polars")
    pytest.importorskip("pyarrow")
    tier = cs.segment(polars_frame(), **SETTINGS).to_native()["tier"]
    assert tier.dtype == pl.Enum(["A", "B", "C", "UNKNOWN"])
    tier = cs.segment(arrow_table(), **SETTINGS).to_native().column("tier").chunk(0)
    assert tier.dictionary.to_pylist() == ["A", "B", "C", "UNKNOWN"]


def test_files_and_records_are_answered_with_pandas(tmp_path):
    """A path is no kind of frame."""
    from_file = cs.segment(csv_of(tmp_path / "sales.csv"), **SETTINGS)
    assert isinstance(from_file.to_native(), pd.DataFrame)
    ledger = Ledger.from_records([], [Transaction("a", DAYS[0], 5)], currency="GBP")
    result = cs.segment(ledger, as_of="2026-06-30")
    pd.testing.assert_frame_equal(result.to_native(), result.to_pandas())


def test_a_ledger_remembers_the_kind_that_its_sales_came_in():
    """Through another day, another ledger's rows and a review; it is no part of it."""
    pytest.importorskip("pyarrow")
    pl = pytest.importorskip("polars")
    mixed = Ledger.from_frames(
        polars_frame(), customers={"customer_id": ["C2"]}, currency="GBP"
    )
    plain = Ledger.from_frames(PLAIN, customers={"customer_id": ["C2"]}, currency="GBP")
    assert mixed == plain
    assert mixed.came_as is not plain.came_as
    fitted = cs.load_policy("company").fit(plain, as_of="2026-06-30")
    later = mixed.append(plain)
    back = fitted.classify(later, as_of="2026-06-30").to_native()
    assert isinstance(back, pl.DataFrame)
    journal = cs.open_journal(":memory:")
    review = fitted.review(mixed, journal, on="2026-07-01")
    decisions = review.to_native()
    assert decisions.schema["next_look"] == pl.Date
    assert columns_of(decisions.drop("since", "next_look")) == columns_of(
        review.to_pandas().drop(columns=["since", "next_look"])
    )
    lists = evolve(review.result, ledger=plain).to_native()
    assert lists["customer_id"] == ["C10", "C2", "王"]


def test_a_missing_library_is_told(monkeypatch):
    """A ledger may have travelled to a machine that lacks it."""
    pytest.importorskip("pyarrow")
    pytest.importorskip("polars")
    result = cs.segment(polars_frame(), **SETTINGS)
    monkeypatch.setitem(__import__("sys").modules, "polars", None)
    with pytest.raises(
        MissingDependency, match=r"a polars frame needs polars.*to_pandas\(\)"
    ):
        result.to_native()
