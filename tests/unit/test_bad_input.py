"""The corpus of bad input: an error that a person can act on, or a reported treatment.

Never a traceback from inside, never a silent wrong answer.
"""

import copy
import datetime as dt
import re
import sys
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from custseg.contract import Columns
from custseg.errors import (
    AmountOverflow,
    CurrencyMismatch,
    CustsegError,
    DataError,
    MissingColumn,
    MissingDependency,
    QualityRefused,
    SettingError,
)
from custseg.ledger import Ledger
from custseg.models import Customer, Invoice, Payment, Transaction
from custseg.quality import Treatments

SALES = {
    "customer_id": ["a", "b"],
    "date": ["2026-01-01", "2026-01-02"],
    "amount": [1.0, 2.0],
}

LENIENT = Treatments(
    unparseable_date="drop", implausible_date="drop", unparseable_amount="drop"
)


def sales(**columns):
    """Return the two sound rows with some columns exchanged."""
    return {**SALES, **columns}


def read(**columns):
    """Make a ledger of the two rows, dropping what cannot be used."""
    return Ledger.from_frames(sales(**columns), quality=LENIENT)


def ids(**columns):
    """Return the customers of such a ledger."""
    return read(**columns).customer_ids.tolist()


def minor(**columns):
    """Return the amounts of such a ledger in minor units."""
    return read(**columns).tables["sales"].columns["amount"].values.tolist()


def dates(zone=None, **columns):
    """Return the days of such a ledger."""
    ledger = Ledger.from_frames(sales(**columns), quality=LENIENT, time_zone=zone)
    return [
        str(np.datetime64(day, "D")) for day in ledger.tables["sales"].day.tolist()
    ]


# ---- tables -------------------------------------------------------------------------


def test_an_empty_frame_lacks_every_required_column():
    """All three are told at once, and that there is no column at all."""
    with pytest.raises(MissingColumn, match="no column 'customer_id'") as caught:
        Ledger.from_frames(pd.DataFrame())
    assert [one.where for one in caught.value.problems] == [
        "sales.customer_id",
        "sales.date",
        "sales.amount",
    ]
    assert caught.value.problems[0].got == "columns none at all"


@pytest.mark.parametrize(
    "frame",
    [
        {"customer_id": [], "date": [], "amount": []},
        pd.DataFrame(columns=["customer_id", "date", "amount"]),
        pd.DataFrame(SALES).iloc[:0],
        pd.DataFrame(SALES).astype({"customer_id": "category"}).iloc[:0],
    ],
)
def test_a_frame_without_rows_is_an_empty_ledger(frame):
    """No rows is no error: a new shop has none."""
    ledger = Ledger.from_frames(frame)
    assert repr(ledger) == "Ledger(0 customers, 0 sales)"
    assert ledger.customer_ids.tolist() == []
    assert ledger.quality("2026-06-30").data_age_days is None
    assert ledger.report.closes()


def test_arrow_columns_without_chunks_are_empty_columns():
    """A table that was filtered to nothing may have columns of no chunk."""
    pa = pytest.importorskip("pyarrow")
    for kind, day in (
        (pa.string(), pa.timestamp("us", "UTC")),
        (pa.dictionary(pa.int32(), pa.string()), pa.date32()),
    ):
        table = pa.table(
            {
                "customer_id": pa.chunked_array([], kind),
                "date": pa.chunked_array([], day),
                "amount": pa.chunked_array([], pa.decimal128(10, 2)),
            }
        )
        assert len(Ledger.from_frames(table)) == 0


def test_one_customer_and_one_row_are_enough():
    """The smallest ledger there is."""
    ledger = Ledger.from_frames({"customer_id": [7], "date": ["2026-01-01"], "amount": [1]})
    assert ledger.customer_ids.tolist() == ["7"]
    assert ledger.position(7) == ledger.position("7 ") == 0


def test_rows_that_are_all_equal_are_kept_and_reported():
    """Two of the same article on one order are common."""
    ledger = Ledger.from_frames({name: [row[0]] * 5 for name, row in SALES.items()})
    assert len(ledger) == 5
    assert ledger.quality().count("identical_row") == 4


def test_a_ledger_of_returns_only_is_read_and_reported():
    """Nobody bought anything; every return is without its sale."""
    ledger = read(amount=[-1, -2])
    assert len(ledger) == 2
    assert ledger.quality("2026-06-30").count("orphan_return") == 2
    assert ledger.quality("2026-06-30").data_age_days is None


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (None, "NoneType"),
        ("sales.csv", "str"),
        ([1, 2], "list"),
        (pd.Series([1]), "Series"),
        (np.zeros((2, 3)), "ndarray"),
    ],
)
def test_what_is_no_table_is_refused(given, kind):
    """The error says what came, what may come, and where else to go."""
    with pytest.raises(DataError, match=f"sales: this is no table; got .* {kind}"):
        Ledger.from_frames(given)


def test_a_polars_series_is_no_table():
    """One column is not enough."""
    pl = pytest.importorskip("polars")
    with pytest.raises(DataError, match="this is no table"):
        Ledger.from_frames(pl.Series([1]))


@pytest.mark.parametrize("column", [5, "ab", {"a": 1}, np.zeros((2, 2)), {"x", "y"}])
def test_what_is_no_column_is_refused(column):
    """A text is not a column of letters, and a square is not a column."""
    with pytest.raises(DataError, match=r"list or an array.*got amount \(a "):
        Ledger.from_frames(sales(amount=column))


def test_columns_of_different_lengths_are_refused():
    """Every length is told."""
    with pytest.raises(DataError, match="differ in length; got customer_id has 2"):
        Ledger.from_frames(sales(amount=[1.0]))


# ---- columns ------------------------------------------------------------------------


def test_a_misnamed_column_is_suggested():
    """The hint can be pasted into the call."""
    frame = {"CustomerID": ["a"], "date": ["2026-01-01"], "Amuont": [1]}
    with pytest.raises(MissingColumn) as caught:
        Ledger.from_frames(frame)
    customer, amount = caught.value.problems
    assert customer.hint == (
        "did you mean 'CustomerID'? Then pass columns=Columns(customer_id='CustomerID')"
    )
    assert "did you mean 'Amuont'?" in amount.hint
    assert amount.got == "columns CustomerID, date, Amuont"


def test_a_column_that_nothing_resembles_is_asked_for():
    """Without a near name, the form of the answer is shown."""
    with pytest.raises(MissingColumn, match=r"columns=Columns\(amount=\.\.\.\)"):
        Ledger.from_frames({"customer_id": ["a"], "date": ["2026-01-01"], "x": [1]})


def test_a_name_given_with_columns_must_be_in_a_table():
    """What is there is listed."""
    with pytest.raises(SettingError, match="no table has a column.*got 'kunde'") as caught:
        Ledger.from_frames(SALES, columns=Columns(customer_id="kunde"))
    assert caught.value.problems[0].allowed == "amount, customer_id, date"


def test_a_name_given_with_columns_holds_for_every_table():
    """A table that does not have it is told so."""
    frame = {"who": ["a"], "date": ["2026-01-01"], "amount": [1]}
    with pytest.raises(MissingColumn, match="customers table has no column 'who'") as caught:
        Ledger.from_frames(
            frame,
            customers={"customer_id": ["a"]},
            columns=Columns(customer_id="who"),
        )
    assert "holds for every table" in caught.value.problems[0].hint


def test_a_column_that_occurs_twice_is_refused():
    """Which of the two is meant cannot be guessed."""
    frame = pd.DataFrame([["a", "2026-01-01", 1, 2]])
    frame.columns = ["customer_id", "date", "amount", "amount"]
    with pytest.raises(DataError, match="sales.amount: a column occurs more than once"):
        Ledger.from_frames(frame)


def test_a_column_outside_the_contract_may_occur_twice():
    """What is not read cannot be wrong."""
    frame = pd.DataFrame([["a", "2026-01-01", 1, 2, 3]])
    frame.columns = ["customer_id", "date", "amount", "x", "x"]
    assert len(Ledger.from_frames(frame)) == 1


@pytest.mark.parametrize("maker", [pd.DataFrame, dict])
def test_names_that_are_no_text_are_taken_as_text(maker):
    """A frame without a header has whole numbers for names."""
    frame = maker({0: ["a"], 1: ["2026-01-01"], 2: [1.5]})
    with pytest.raises(MissingColumn, match="got columns 0, 1, 2"):
        Ledger.from_frames(frame)
    named = Columns(customer_id="0", date="1", amount="2")
    assert len(Ledger.from_frames(frame, columns=named)) == 1


def test_only_names_optional_columns_of_the_contract():
    """Required columns are always read; a wrong name is told."""
    frame = sales(quantity=[1, 2], category=["x", "y"])
    ledger = Ledger.from_frames(frame, only=["quantity"])
    assert set(ledger.tables["sales"].columns) == {"amount", "quantity"}
    with pytest.raises(SettingError, match="only: .*got 'qty'"):
        Ledger.from_frames(frame, only={"qty"})
    with pytest.raises(SettingError, match="only: an argument is of the wrong kind"):
        Ledger.from_frames(frame, only="quantity")


# ---- settings -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ({"currency": "EURO"}, "unknown currency; got 'EURO'.*'EUR'"),
        ({"currency": "RMB"}, "unknown currency; got 'RMB'.*did you mean 'CNY'"),
        ({"currency": 156}, "unknown currency; got 156"),
        ({"time_zone": "China/Shanghai"}, "unknown time zone; got 'China/Shanghai'"),
        ({"time_zone": 8}, "unknown time zone; got 8"),
        ({"date_format": "%d/%m"}, "does not tell the day; got '%d/%m'"),
        ({"date_format": "dd/mm/yyyy"}, "does not tell the day; got 'dd/mm/yyyy'"),
        ({"date_format": "%Q"}, "does not tell the day"),
        ({"date_format": 3}, "date_format: an argument is of the wrong kind; got a int"),
        ({"columns": {"date": "d"}}, "columns: an argument is of the wrong kind"),
        ({"quality": "drop"}, "quality: an argument is of the wrong kind"),
    ],
)
def test_an_argument_that_cannot_be_used_is_told(option, words):
    """Before any row is looked at."""
    with pytest.raises(SettingError, match=words):
        Ledger.from_frames(SALES, **option)


# ---- ids ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ([7, 8], ["7", "8"]),
        ([7.0, np.nan], ["7"]),
        ([np.inf, 7.0], ["7"]),
        (["007", "7"], ["007", "7"]),
        ([" a", "a "], ["a"]),
        (["a", "A"], ["A", "a"]),
        ([7, "7"], ["7"]),
        ([Decimal("7.00"), np.int64(7)], ["7"]),
        ([b"x", "x"], ["x"]),
        (["", None], []),
        ([" ", "\u3000"], []),
        (pd.array([7, None], dtype="Int64"), ["7"]),
        (pd.array([7.0, None], dtype="Float64"), ["7"]),
        (pd.Series([pd.NA, "x"], dtype=object), ["x"]),
        (pd.Series([pd.NaT, "x"], dtype=object), ["x"]),
        (pd.Categorical(["x", None]), ["x"]),
        (pd.Categorical([2, 1]), ["1", "2"]),
        (pd.Index([3, 4]), ["3", "4"]),
        (np.ma.array([1, 2], mask=[False, True]), ["1"]),
        (np.array([2**63 + 5, 1], dtype=np.uint64), ["1", "9223372036854775813"]),
        (np.array([1, 2], dtype=">i4"), ["1", "2"]),
        (["\u00e9", "e\u0301"], ["e\u0301", "\u00e9"]),
        (["a\0b", "a"], ["a", "a\0b"]),
        (["x" * 100, "y"], ["x" * 100, "y"]),
        (["\ufffd", "\U00010000"], ["\ufffd", "\U00010000"]),
    ],
)
def test_ids_of_every_kind_are_kept_as_text(given, kept):
    """Blank and missing ones are dropped and reported; the rest is exact."""
    ledger = read(customer_id=given)
    assert ledger.customer_ids.tolist() == kept
    assert ledger.report.closes()
    assert ledger.report.dropped("sales") == 2 - len(ledger)
    for place, text in enumerate(kept):
        assert ledger.position(text) == place


def test_ids_as_floats_that_have_lost_digits_are_refused():
    """Beyond 2**53 two customers may have become one before the frame arrived."""
    with pytest.raises(DataError, match="floats too large to be told apart; got 1e"):
        read(customer_id=[1e17, 2.0])


def test_ids_that_are_lists_are_refused():
    """The row is told, the content is not needed."""
    with pytest.raises(DataError, match=r"must be text or a number; got a list \(row 1"):
        read(customer_id=["a", [1]])


def test_rows_without_a_customer_can_be_refused():
    """Where and what stands in the error, and what else can be chosen."""
    strict = Treatments(missing_customer="refuse")
    with pytest.raises(QualityRefused) as caught:
        Ledger.from_frames(sales(customer_id=["a", None]), quality=strict)
    (problem,) = caught.value.problems
    assert problem.where == "sales.customer_id"
    assert problem.got == "row 1: nothing"
    assert "Treatments(missing_customer='drop')" in problem.hint


# ---- amounts ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ([np.nan, 1], [100]),
        ([np.inf, -np.inf], []),
        ([None, 1], [100]),
        (pd.Series([pd.NA, 1], dtype=object), [100]),
        (["1,000.00", "2"], [200]),
        (["1.5€", " 2 "], [200]),
        (["1_000", "2"], [200]),
        (["１", "2"], [200]),
        (["nan", "inf"], []),
        ([True, False], []),
        (np.array([True, False]), []),
        ([1j, 2], [200]),
        ([Fraction(1, 2), 1], [100]),
        (np.array(["2026-01-01", "NaT"], "M8[D]"), []),
        (np.array([1, 2], "m8[D]"), []),
        ([[1], 2], [200]),
        ([Decimal("0E+30"), Decimal("1E+2")], [0, 10_000]),
        ([Decimal("1E-999999"), 1], [0, 100]),
        (np.array([100, -100], dtype=np.int8), [10_000, -10_000]),
        ([np.int64(4), np.float64(5)], [400, 500]),
        (np.array([12.34, 0.1], dtype=np.float32), [1234, 10]),
        ([np.float32(12.34), 1], [1234, 100]),
    ],
)
def test_amounts_are_exact_or_reported(given, kept):
    """What is no plain number is dropped under its kind, never guessed."""
    ledger = read(amount=given)
    assert ledger.tables["sales"].columns["amount"].values.tolist() == kept
    assert ledger.report.count("unparseable_amount") == 2 - len(kept)
    assert ledger.report.closes()


def test_an_amount_that_cannot_be_read_is_refused_by_default():
    """With the row, the value, and the choices."""
    with pytest.raises(QualityRefused, match="row 0: '1,000.00'") as caught:
        Ledger.from_frames(sales(amount=["1,000.00", "2"]))
    (problem,) = caught.value.problems
    assert "thousands separators" in problem.what
    assert "Treatments(unparseable_amount='drop')" in problem.hint


@pytest.mark.parametrize(
    "given",
    [
        [1e30, 1],
        [-1e300, 1],
        [2**62, 1],
        [10**40, 1],
        [Decimal("1E+30"), 1],
        ["99999999999999999999", "1"],
        np.array([2**64 - 1, 1], dtype=np.uint64),
        np.array([-(2**63), 1], dtype=np.int64),
    ],
)
def test_an_amount_beyond_64_bits_is_refused(given):
    """Where, got and allowed are all told."""
    with pytest.raises(AmountOverflow, match="too large to count exactly; got") as caught:
        read(amount=given)
    (problem,) = caught.value.problems
    assert problem.where == "sales.amount"
    assert "row 0" in problem.got
    assert problem.allowed == "up to 46,116,860,184,273,879 in size"


def test_a_sum_beyond_64_bits_is_refused():
    """Each fits, both together might not."""
    with pytest.raises(AmountOverflow, match="sales.amount: the sum of the column"):
        read(amount=[4e16, 4e16])


def test_more_decimals_than_the_currency_has_are_rounded_and_reported():
    """Half to even; in yen there are no decimals at all."""
    ledger = read(amount=["1.005", "1.015"])
    assert ledger.tables["sales"].columns["amount"].values.tolist() == [100, 102]
    assert ledger.report.count("rounded_amount") == 2
    yen = Ledger.from_frames(sales(amount=[1.5, 2]), currency="JPY")
    assert yen.tables["sales"].columns["amount"].values.tolist() == [2, 2]
    assert yen.report.count("rounded_amount") == 1
    with pytest.raises(QualityRefused, match="more decimals than the currency"):
        Ledger.from_frames(
            sales(amount=["1.005", "1"]), quality=Treatments(rounded_amount="refuse")
        )


# ---- days ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (["2026-02-28", "2026-02-29"], ["2026-02-28"]),
        (["2026/3/1", "2026.3.1"], ["2026-03-01"] * 2),
        (["20260301", "2026年3月1日"], ["2026-03-01"] * 2),
        (["2026年3月1日12:30", "2026-3-1 9:05:01.5"], ["2026-03-01"] * 2),
        (["2026-1-112:00", "2026-01-01 25:00"], []),
        (["03/04/2026", "1/2/26"], []),
        (["tomorrow", ""], []),
        ([20260301, 20261301], ["2026-03-01"]),
        ([20260301.0, np.nan], []),
        ([45000, 1767225600], []),
        ([True, False], []),
        (pd.to_datetime(["2026-03-01", None]), ["2026-03-01"]),
        (pd.Series([dt.date(2026, 3, 1), pd.NaT], dtype=object), ["2026-03-01"]),
        (pd.Series([dt.date(2026, 3, 1), pd.NA], dtype=object), ["2026-03-01"]),
        ([dt.datetime(2026, 3, 1, 23, 59), np.datetime64("2026-03-01")], ["2026-03-01"] * 2),
        (np.array(["1969-12-31", "2101-01-01"], "M8[s]"), []),
        (np.array([10**12, -(10**12)], "M8[D]"), []),
        (["1969-12-31", "2101-01-01"], []),
        (["1970-01-01", "2100-12-31"], ["1970-01-01", "2100-12-31"]),
        (["1900-01-01", "9999-12-31"], []),
        (np.array(["NaT", "NaT"], "M8"), []),
    ],
)
def test_days_are_read_or_reported(given, kept):
    """Only forms of one meaning are read; the rest is dropped under its kind."""
    ledger = read(date=given)
    assert sorted(dates(date=given)) == kept
    assert ledger.report.closes()
    dropped = ledger.report.count("unparseable_date")
    dropped += ledger.report.count("implausible_date")
    assert dropped == 2 - len(kept)


def test_a_date_of_two_meanings_needs_its_form():
    """The error asks for the form, and with the form the day is that one."""
    frame = sales(date=["03/04/2026", "13/04/2026"])
    with pytest.raises(QualityRefused, match="row 0: '03/04/2026'") as caught:
        Ledger.from_frames(frame)
    assert "date_format='%d/%m/%Y'" in caught.value.problems[0].hint
    ledger = Ledger.from_frames(frame, date_format="%d/%m/%Y")
    assert repr(ledger) == "Ledger(2 customers, 2 sales, 2026-04-03 to 2026-04-13)"


AWARE = [
    ["2026-03-28T23:30:00Z", "2026-03-29T22:30:00+00:00"],
    pd.to_datetime(["2026-03-28 23:30", "2026-03-29 22:30"]).tz_localize("UTC"),
    [
        dt.datetime(2026, 3, 28, 23, 30, tzinfo=dt.UTC),
        dt.datetime(2026, 3, 29, 22, 30, tzinfo=dt.UTC),
    ],
]


@pytest.mark.parametrize("given", AWARE)
def test_a_moment_with_a_zone_needs_the_business_zone(given):
    """On 29 March 2026 Berlin goes from UTC+1 to UTC+2 at 01:00 UTC."""
    with pytest.raises(SettingError, match="the day depends on the place"):
        dates(date=given)
    assert dates("Europe/Berlin", date=given) == ["2026-03-29", "2026-03-30"]
    assert dates("UTC", date=given) == ["2026-03-28", "2026-03-29"]
    assert dates("America/New_York", date=given) == ["2026-03-28", "2026-03-29"]


def test_a_moment_without_a_zone_is_local_already():
    """The business zone does not move it."""
    given = pd.to_datetime(["2026-03-28 23:30", "2026-03-29 02:30"])
    assert dates("Asia/Shanghai", date=given) == ["2026-03-28", "2026-03-29"]


def test_moments_at_the_ends_of_the_calendar_are_implausible():
    """No zone can move them out of what Python can count."""
    ends = [dt.datetime.max.replace(tzinfo=dt.UTC), dt.datetime.min.replace(tzinfo=dt.UTC)]
    assert dates("Asia/Shanghai", date=ends) == []
    pa = pytest.importorskip("pyarrow")
    far = pa.array([10**18, -(10**18)], pa.timestamp("us", "UTC"))
    assert dates("Asia/Shanghai", date=far) == []


# ---- currencies ---------------------------------------------------------------------


def test_two_currencies_are_not_added():
    """Without a word from the caller, in one table or in two."""
    with pytest.raises(CurrencyMismatch, match="got CNY, EUR"):
        Ledger.from_frames(sales(currency=["EUR", "CNY"]))
    invoices = {
        "customer_id": ["a"],
        "invoice_id": [1],
        "issued_on": ["2026-01-01"],
        "due_on": ["2026-02-01"],
        "amount": [5],
        "currency": ["EUR"],
    }
    with pytest.raises(CurrencyMismatch, match="invoices.currency, sales.currency"):
        Ledger.from_frames(sales(currency="CNY CNY".split()), invoices=invoices)
    ledger = Ledger.from_frames(SALES, invoices=invoices)
    assert ledger.currency == "EUR"
    assert ledger.report.count("assumed_currency", table="sales") == 0


def test_rows_in_another_currency_are_refused_or_dropped():
    """With one currency named, the others are odd."""
    frame = sales(currency=["EUR", "CNY"])
    with pytest.raises(QualityRefused, match="sales.currency: 1 rows in another"):
        Ledger.from_frames(frame, currency="CNY")
    ledger = Ledger.from_frames(
        frame, currency="CNY", quality=Treatments(other_currency="drop")
    )
    assert ledger.customer_ids.tolist() == ["b"]
    assert ledger.report.count("other_currency") == 1


def test_the_currency_column_speaks_where_the_caller_does_not():
    """It also decides the decimals; a row without one is assumed to be alike."""
    ledger = Ledger.from_frames(sales(currency=["JPY", None]))
    assert (ledger.currency, ledger.decimals) == ("JPY", 0)
    assert ledger.report.count("assumed_currency") == 1
    with pytest.raises(SettingError, match="sales.currency: unknown currency; got 'EURO'"):
        Ledger.from_frames(sales(currency=["EURO", "EURO"]))


# ---- files --------------------------------------------------------------------------

HEADER = "customer_id,date,amount\n"

BAD_FILES = {
    "empty.csv": ("", "the file is empty"),
    "short.csv": (HEADER + "a,2026-01-01\n", "cannot be read|unparseable|no plain number"),
    "long.csv": (HEADER + "a,2026-01-01,1,li@x.cn\n", "Expected 3 (columns|fields).* 4"),
    "semicolons.csv": (HEADER.replace(",", ";"), "not separated by commas.*';'"),
    "gbk.csv": ((HEADER + "张三,2026-01-01,1\n").encode("gbk"), "save the file in UTF-8"),
    "header.csv": ((HEADER + "x").encode("utf-16"), "save the file in UTF-8"),
    "twice.csv": ("customer_id,date,amount,amount\na,b,1,2\n", "more than once"),
    "text.csv.gz": (b"not compressed", "cannot be read"),
    "junk.parquet": (b"junk", "cannot be read|needs pyarrow"),
    "book.xlsx": ("", "kind of file is not read.*pandas"),
    "date.csv": (HEADER + "a,03/04/2026,1\n", "data row 1: '03/04/2026'"),
}


@pytest.mark.parametrize("with_arrow", [True, False])
@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_told_by_name(name, with_arrow, tmp_path, monkeypatch):
    """With pyarrow or without, and never with the lines that are in it."""
    if not with_arrow:
        monkeypatch.setitem(sys.modules, "pyarrow", None)
    content, words = BAD_FILES[name]
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(CustsegError, match=words) as caught:
        Ledger.from_files(path)
    assert "li@x.cn" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_missing_file_is_told_with_its_neighbours(tmp_path):
    """A folder and a list of nothing are told apart from it."""
    (tmp_path / "sales.csv").write_text(HEADER)
    with pytest.raises(DataError, match=r"no such file.*did you mean 'sales\.csv'"):
        Ledger.from_files(tmp_path / "sale.csv")
    with pytest.raises(DataError, match="this is a folder.*list of its files"):
        Ledger.from_files(tmp_path)
    with pytest.raises(DataError, match="no file is given"):
        Ledger.from_files([])
    for given in (None, 5, [5]):
        with pytest.raises(DataError, match="expected the path of a file"):
            Ledger.from_files(given)
    assert len(Ledger.from_files(tmp_path / "sales.csv")) == 0


def test_files_of_one_table_have_the_same_columns(tmp_path):
    """The odd column is named, and a bad value by file and row."""
    (tmp_path / "a.csv").write_text(HEADER + "a,2026-01-01,1\n")
    (tmp_path / "b.csv").write_text("customer_id,date,value\na,2026-01-01,1\n")
    (tmp_path / "c.csv").write_text(HEADER + "a,2026-01-01,1\nb,2026-01-01,x\n")
    with pytest.raises(DataError, match=r"'b\.csv' differs from 'a\.csv' in amount, value"):
        Ledger.from_files([tmp_path / "a.csv", tmp_path / "b.csv"])
    with pytest.raises(QualityRefused, match=r"c\.csv data row 2: 'x'"):
        Ledger.from_files([tmp_path / "a.csv", tmp_path / "c.csv"])


def test_a_csv_file_keeps_what_looks_like_a_number_or_nothing(tmp_path):
    """007 stays 007, NA is a customer like any other, quoted lines stay one value."""
    text = HEADER + '007,2026-01-01,1\nNA,2026-01-01,1\n\n"x\ny",2026-01-01,1\n'
    (tmp_path / "s.csv").write_bytes(("\ufeff" + text).encode())
    kept = Ledger.from_files(tmp_path / "s.csv").customer_ids.tolist()
    assert kept == ["007", "NA", "x\ny"]


def test_without_pyarrow_what_needs_it_says_so(tmp_path, monkeypatch):
    """Parquet files and frames of polars."""
    pl = pytest.importorskip("polars")
    frame = pl.DataFrame(SALES)
    (tmp_path / "s.parquet").write_bytes(b"")
    for module in ("pyarrow", "pyarrow.parquet"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingDependency, match=r"polars frame needs pyarrow.*\[arrow\]"):
        Ledger.from_frames(frame)
    with pytest.raises(MissingDependency, match=r"Parquet file needs pyarrow.*\[arrow\]"):
        Ledger.from_files(tmp_path / "s.parquet")


# ---- records ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given",
    [
        [{"customer_id": 1}],
        [Customer("a")],
        pd.DataFrame(SALES),
        [Transaction("a", dt.date(2026, 1, 1), 1), Customer("secret", name="Li Hua")],
    ],
)
def test_records_of_another_kind_are_refused(given):
    """By their kind; what is in them is not quoted."""
    with pytest.raises(DataError, match="no record for the table sales; got a ") as caught:
        Ledger.from_records([], given)
    assert not re.search("secret|Li Hua", str(caught.value))


DAY = dt.date(2026, 1, 1)


def test_a_payment_belongs_to_the_customer_of_its_invoice():
    """From records and from frames; one of no known invoice is dropped and reported."""
    invoices = [
        Invoice("b", "i1", DAY, DAY, 10),
        Invoice("a", "i2", DAY, DAY, 20),
    ]
    payments = [
        Payment("p1", "i2", DAY, 5),
        Payment("p2", "i1", DAY, 6),
        Payment("p3", "i9", DAY, 7),
    ]
    by_record = Ledger.from_records(invoices=invoices, payments=payments)
    frames = [
        {
            name: [getattr(one, name) for one in made]
            for name in made[0].__class__.__annotations__
            if name != "PERSONAL_FIELDS"
            and any(getattr(one, name) is not None for one in made)
        }
        for made in (invoices, payments)
    ]
    empty = {"customer_id": [], "date": [], "amount": []}
    by_frame = Ledger.from_frames(empty, invoices=frames[0], payments=frames[1])
    assert by_record == by_frame
    paid = by_record.tables["payments"]
    assert by_record.customer_ids.tolist() == ["a", "b"]
    assert paid.owners().tolist() == [0, 1]
    assert paid.columns["amount"].values.tolist() == [500, 600]
    assert by_record.report.count("orphan_payment") == 1
    assert "invoice 'i9'" in str(by_record.report)
    assert by_record.report.closes()


def test_a_payment_without_invoices_has_no_customer():
    """It is dropped, or refused on request."""
    payments = [Payment("p1", "i1", DAY, 5)]
    ledger = Ledger.from_records(payments=payments)
    assert (ledger.n_customers, len(ledger.tables["payments"])) == (0, 0)
    with pytest.raises(QualityRefused, match="payments of an unknown invoice.*'i1'"):
        Ledger.from_records(payments=payments, quality=Treatments(orphan_payment="refuse"))


def test_invoices_and_payments_without_an_id_are_not_matched():
    """A missing id is not the id of another."""
    invoices = {
        "customer_id": ["a", "b"],
        "invoice_id": ["i1", None],
        "issued_on": ["2026-01-01"] * 2,
        "due_on": ["2026-01-01"] * 2,
        "amount": [1, 2],
    }
    payments = {
        "payment_id": [1, 2],
        "invoice_id": ["i1", None],
        "paid_on": ["2026-01-02"] * 2,
        "amount": [1, 2],
    }
    ledger = Ledger.from_frames(SALES, invoices=invoices, payments=payments)
    assert ledger.tables["payments"].owners().tolist() == [0]
    (finding,) = (f for f in ledger.report.findings if f.kind == "orphan_payment")
    assert finding.examples == ("no invoice named",)


def test_an_invoice_of_two_customers_cannot_be_paid():
    """Whose payment it is would depend on the order of the rows."""
    invoices = [Invoice("a", 1, DAY, DAY, 1), Invoice("b", 1, DAY, DAY, 1)]
    assert Ledger.from_records(invoices=invoices).n_customers == 2
    with pytest.raises(DataError, match="belongs to several customers; got '1'"):
        Ledger.from_records(invoices=invoices, payments=[Payment("p", 1, DAY, 1)])


# ---- what is the user's -------------------------------------------------------------


def test_nothing_of_the_users_is_changed():
    """Lists, arrays and frames are as they were; arrays may be read-only."""
    frame = {
        "customer_id": [" a", None, "b"],
        "date": np.array(["2026-01-01", "NaT", "1900-01-01"], "M8[D]"),
        "amount": np.array([1.005, np.nan, -3.0]),
        "quantity": np.array([1, 2, 3], dtype=np.int16),
    }
    for column in frame.values():
        if isinstance(column, np.ndarray):
            column.flags.writeable = False
    before = copy.deepcopy(frame)
    choices = Columns(), copy.deepcopy(LENIENT)
    Ledger.from_frames(frame, quality=choices[1], columns=choices[0], time_zone="UTC")
    assert frame["customer_id"] == before["customer_id"]
    for name in ("date", "amount", "quantity"):
        np.testing.assert_array_equal(frame[name], before[name])
        assert not frame[name].flags.writeable
    assert choices == (Columns(), LENIENT)


def test_a_ledger_does_not_look_into_the_users_arrays():
    """Changing a frame afterwards does not change the ledger."""
    amount = np.array([100, 200], dtype=np.int64)
    quantity = np.array([1.0, 2.0])
    frame = pd.DataFrame(sales(amount=amount, quantity=quantity), copy=False)
    ledger = Ledger.from_frames(frame)
    before = copy.deepcopy(ledger)
    amount[:] = 0
    quantity[:] = 0
    frame.loc[:, "amount"] = 7
    assert ledger == before


class Sealed(list):
    """A column that must not be looked into."""

    def __iter__(self):
        """Refuse."""
        raise AssertionError

    __getitem__ = __iter__


PERSONAL = {
    "name": ["Li Hua", "Wang Wei"],
    "phone": ["13800000001", "13800000002"],
    "email": ["li@x.cn", "wang@x.cn"],
    "address": ["1 Main Street", "2 Main Street"],
}
SEALED = {name: Sealed(values) for name, values in PERSONAL.items()}


def test_no_personal_field_is_read_or_quoted():
    """Not in errors, not in reports, not in the ledger."""

    people = {
        "customer_id": ["a", None],
        "type": ["DEALER", None],
        "employees": ["many", 3],
        "registered_on": ["someday", "2020-01-01"],
    }
    secrets = re.compile("|".join(value for pair in PERSONAL.values() for value in pair))
    for maker, personal in ((dict, SEALED), (pd.DataFrame, PERSONAL)):
        known = maker(people | personal)
        ledger = Ledger.from_frames(
            maker(sales(**personal)), customers=known, quality=LENIENT
        )
        said = f"{ledger.quality('2026-01-01')}{ledger!r}{ledger.report!r}"
        assert not secrets.search(said)
        assert "'many'" in said
        for table in ledger.tables.values():
            assert not set(table.columns) & set(PERSONAL)
        strict = Treatments(unparseable_value="refuse", missing_customer="refuse")
        with pytest.raises(QualityRefused) as caught:
            Ledger.from_frames(SALES, customers=known, quality=strict)
        assert not secrets.search(str(caught.value))
        assert len(caught.value.problems) == 2
