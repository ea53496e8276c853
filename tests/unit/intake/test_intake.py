import threading

import numpy as np
import pytest

from custseg import threads
from custseg.contract import TABLES, Columns
from custseg.errors import DataError, MissingColumn, QualityRefused
from custseg.intake.intake import take_in
from custseg.intake.raw import Objects, RawTable
from custseg.intake.settings import Settings
from custseg.quality.treatments import Treatments

SALES = {
    "Kunde": ["b", None, "a ", "b"],
    "date": ["2026-01-02", "2026-01-01", "2026-01-01", "x"],
    "amount": [1, 2, 0, 4],
    "order_id": ["o2", "o1", None, "o1"],
    "note": ["never", "read", "this", "!"],
}
NAMES = Columns(customer_id="Kunde")
LENIENT = Treatments(unparseable_date="drop")


def raw_of(columns, reads=None):
    """Return a raw table that keeps a record of what was read."""

    def read(name):
        if reads is not None:
            reads.append((name, threading.get_ident()))
        return Objects(np.array([*columns[name], None], dtype=object)[:-1])

    n = len(next(iter(columns.values())))
    return RawTable(tuple(columns), n, read)


def test_rows_are_taken_in_as_they_come():
    """Odd ones are left out, each under one kind, and the rest is exact."""
    settings = Settings(columns=NAMES, treatments=LENIENT)
    rows = take_in(TABLES["sales"], raw_of(SALES), settings)
    assert rows.rows_in == 4
    assert rows.customers.codes.tolist() == [1, 0]
    assert rows.customers.words.tolist() == ["a", "b"]
    assert rows.day.tolist() == [20455, 20454]
    assert rows.columns["amount"].values.tolist() == [100, 0]
    assert rows.columns["order_id"].is_known().tolist() == [True, False]
    assert rows.books["order_id"].tolist() == ["o1", "o2"]
    assert {one.kind: (one.rows, one.examples) for one in rows.findings} == {
        "missing_customer": (1, ("row 1: nothing",)),
        "unparseable_date": (1, ("row 3: 'x'",)),
        "zero_amount": (1, ("row 2: 0",)),
        "trimmed_id": (1, ()),
        "assumed_currency": (4, ()),
    }


def test_only_what_is_needed_is_read():
    """Columns outside the contract never; optional ones as asked."""
    reads = []
    settings = Settings(columns=NAMES, treatments=LENIENT, only=set())
    rows = take_in(TABLES["sales"], raw_of(SALES, reads), settings)
    assert {name for name, _ in reads} == {"Kunde", "date", "amount"}
    assert set(rows.columns) == {"amount"}


def test_long_tables_are_read_in_threads(monkeypatch):
    """Two columns at a time, with the same answer."""
    monkeypatch.setattr(threads, "_WORTH_THREADS", 1)
    reads = []
    settings = Settings(columns=NAMES, treatments=LENIENT)
    rows = take_in(TABLES["sales"], raw_of(SALES, reads), settings)
    assert threading.get_ident() not in {thread for _, thread in reads[:4]}
    assert rows.day.tolist() == [20455, 20454]


def test_what_is_refused_is_told_with_its_column():
    """By the contract's name of it."""
    with pytest.raises(
        QualityRefused, match=r"sales\.date: dates that cannot be read, 1 row \("
    ):
        take_in(TABLES["sales"], raw_of(SALES), Settings(columns=NAMES))


def test_odd_values_are_told_with_their_column():
    """Several columns may be odd in one row."""
    columns = {
        **SALES,
        "date": ["2026-01-01"] * 4,
        "cost": ["?"] * 4,
        "quantity": [1, 2, "!", 4],
    }
    rows = take_in(TABLES["sales"], raw_of(columns), Settings(columns=NAMES))
    (odd,) = (one for one in rows.findings if one.kind == "unparseable_value")
    assert odd.rows == 3
    assert odd.examples == ("row 2: quantity '!'", "row 0: cost '?'", "row 2: cost '?'")


def test_required_columns_are_asked_for_table_by_table():
    """Also where the table has no customer of its own."""
    with pytest.raises(
        MissingColumn, match="payments table has no column 'payment_id'"
    ):
        take_in(TABLES["payments"], raw_of({"invoice_id": []}), Settings())
    with pytest.raises(MissingColumn, match=r"did you mean 'kunde_nr'\?"):
        take_in(TABLES["sales"], raw_of({"kunde_nr": []}), Settings(columns=NAMES))


def test_a_payment_has_no_customer_yet():
    """A column of that name in the table is not read."""
    columns = {
        "payment_id": [1],
        "invoice_id": [2],
        "paid_on": ["2026-01-01"],
        "amount": [3],
        "customer_id": ["liar"],
    }
    rows = take_in(TABLES["payments"], raw_of(columns), Settings())
    assert rows.customers.codes.tolist() == [-1]
    assert "customer_id" not in rows.columns


def test_a_table_beyond_the_codes_is_refused():
    """Before anything is read."""
    huge = RawTable(("customer_id",), 2**31, lambda _: pytest.fail("it was read"))
    with pytest.raises(DataError, match="more rows than one ledger holds"):
        take_in(TABLES["sales"], huge, Settings())
