"""Tables, columns, settings and ids that are wrong: told so that a person can act.

Never a traceback from inside, never a silent wrong answer.
"""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from custseg.contract import Columns
from custseg.errors import (
    DataError,
    MissingColumn,
    QualityRefused,
    SettingError,
)
from custseg.ledger import Ledger
from custseg.quality.treatments import Treatments
from tiny_sales import SALES, read, sales

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
    ledger = Ledger.from_frames(
        {"customer_id": [7], "date": ["2026-01-01"], "amount": [1]}
    )
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
    with pytest.raises(DataError, match=r"of dicts make pandas\.DataFrame\(rows\)"):
        Ledger.from_frames([{"customer_id": "a"}])


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


def test_columns_with_the_word_in_them_are_offered_and_none_is_chosen():
    """An order has a day, and so has its shipment; Country is no misspelt amount."""
    frame = {
        "Order Date": ["2026-01-01"],
        "Ship Date": ["2026-01-02"],
        "Country": ["DE"],
    }
    with pytest.raises(MissingColumn) as caught:
        Ledger.from_frames({"customer_id": ["a"], **frame})
    date, amount = caught.value.problems
    assert date.hint == (
        "did you mean 'Order Date' or 'Ship Date'? Then pass columns=Columns(date=...)"
    )
    assert amount.hint == "say what it is called with columns=Columns(amount=...)"


def test_a_column_that_nothing_resembles_is_asked_for():
    """Without a near name, the form of the answer is shown."""
    with pytest.raises(MissingColumn, match=r"columns=Columns\(amount=\.\.\.\)"):
        Ledger.from_frames({"customer_id": ["a"], "date": ["2026-01-01"], "x": [1]})


def test_a_name_given_with_columns_must_be_in_a_table():
    """What is there is listed."""
    with pytest.raises(
        SettingError, match=r"no table has a column.*got 'kunde'"
    ) as caught:
        Ledger.from_frames(SALES, columns=Columns(customer_id="kunde"))
    assert caught.value.problems[0].allowed == "amount, customer_id, date"


def test_a_name_given_with_columns_holds_for_every_table():
    """A table that does not have it is told so."""
    frame = {"who": ["a"], "date": ["2026-01-01"], "amount": [1]}
    with pytest.raises(
        MissingColumn, match="customers table has no column 'who'"
    ) as caught:
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
    with pytest.raises(
        DataError, match=r"sales.amount: a column occurs more than once"
    ):
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
    with pytest.raises(SettingError, match=r"only: .*got 'qty'"):
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
        (
            {"date_format": 3},
            "date_format: an argument is of the wrong kind; got a int",
        ),
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
    with pytest.raises(
        DataError, match=r"must be text or a number; got a list \(row 1"
    ):
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
