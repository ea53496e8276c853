"""Files and records that are wrong, and what of the user's is left alone.

Never a traceback from inside, never a personal field in a message.
"""

import copy
import datetime as dt
import re
import sys

import numpy as np
import pandas as pd
import pytest

from custseg.contract import Columns
from custseg.errors import (
    CustsegError,
    DataError,
    MissingDependency,
    QualityRefused,
)
from custseg.ledger import Ledger
from custseg.models import Customer, Invoice, Payment, Transaction
from custseg.quality.treatments import Treatments
from tiny_sales import LENIENT, SALES, sales

# ---- files --------------------------------------------------------------------------

HEADER = "customer_id,date,amount\n"

BAD_FILES = {
    "empty.csv": ("", "the file is empty"),
    "short.csv": (
        HEADER + "a,2026-01-01\n",
        "cannot be read|unparseable|no plain number",
    ),
    "long.csv": (
        HEADER + "a,2026-01-01,1,li@x.cn\n",
        "Expected 3 (columns|fields).* 4",
    ),
    "open.csv": (
        HEADER.replace("\n", ",note\n")
        + 'a,2026-01-01,1,"5 inch\nb,2026-01-02,2,li@x.cn\n',
        "the file cannot be read",
    ),
    "semicolons.csv": (
        (HEADER + "a,2026-01-01,1.234\n").replace(",", ";"),
        "data row 1: '1.234'",
    ),
    "gbk.csv": (
        (HEADER + "张三,2026-01-01,1\n").encode("gbk"),
        "save the file in UTF-8",
    ),
    "header.csv": ((HEADER + "x").encode("utf-16-le"), "save the file in UTF-8"),
    "twice.csv": ("customer_id,date,amount,amount\na,b,1,2\n", "more than once"),
    "text.csv.gz": (b"not compressed", "cannot be read"),
    "junk.parquet": (b"junk", "cannot be read|needs pyarrow"),
    "book.xls": ("", "kind of file is not read.*save it .* as .xlsx"),
    "page.html": ("", "kind of file is not read.*pandas"),
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
    with pytest.raises(DataError, match=r"this is a folder.*list of its files"):
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
    with pytest.raises(
        DataError, match=r"'b\.csv' differs from 'a\.csv' in amount, value"
    ):
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
    with pytest.raises(
        MissingDependency, match=r"polars frame needs pyarrow.*\[arrow\]"
    ):
        Ledger.from_frames(frame)
    with pytest.raises(
        MissingDependency, match=r"Parquet file needs pyarrow.*\[arrow\]"
    ):
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
    with pytest.raises(
        DataError, match="no record for the table sales; got a "
    ) as caught:
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
    with pytest.raises(QualityRefused, match=r"payments of an unknown invoice.*'i1'"):
        Ledger.from_records(
            payments=payments, quality=Treatments(orphan_payment="refuse")
        )


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
    kept = Treatments(unnumbered_invoice="keep")
    ledger = Ledger.from_frames(
        SALES, invoices=invoices, payments=payments, quality=kept
    )
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
    secrets = re.compile(
        "|".join(value for pair in PERSONAL.values() for value in pair)
    )
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
