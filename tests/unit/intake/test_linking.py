"""Payments find their invoices, however the ids are numbered."""

import numpy as np
import pytest
from attrs import evolve

from custseg import threads
from custseg.errors import DataError
from custseg.intake.linking import invoices_paid, numbered_alike, places_in
from custseg.ledger import Ledger
from custseg.table import Column
from custseg.units import Unit
from open_items import book

# Sorted by customer and day the invoices are 7, 9, 8; the payments 9, 7, 8.
ROWS = [
    ("a", "9", "2026-02-01", "2026-02-01", 1.0),
    ("b", "8", "2026-01-01", "2026-01-01", 1.0),
    ("a", "7", "2026-01-01", "2026-01-01", 1.0),
]
PAID = [("8", "2026-01-09", 1.0), ("7", "2026-03-02", 1.0), ("9", "2026-03-01", 1.0)]


@pytest.fixture
def tables():
    """The tables of two customers."""
    return book(ROWS, PAID).tables


def test_each_payment_finds_its_invoice(tables):
    """By row, in the order of the sorted tables."""
    found = invoices_paid(tables["invoices"], tables["payments"])
    assert found.tolist() == [1, 0, 2]


def test_a_ledger_numbers_ids_alike(tables):
    """The vocabulary of both tables is one and the same."""
    books = [tables[name].books["invoice_id"] for name in ("invoices", "payments")]
    assert books[0] is books[1]


def test_ids_that_are_numbered_otherwise(tables):
    """With a vocabulary of its own a payment finds the same."""
    payments = tables["payments"]
    words = np.array(["7", "8", "x"], dtype=object)
    own = evolve(payments, books={**payments.books, "invoice_id": words})
    assert invoices_paid(tables["invoices"], own).tolist() == [-1, 0, 2]
    alike = numbered_alike(tables["invoices"], own)
    assert alike is own  # x is nowhere among the invoices, and must not be lost
    blank = Column(np.array([2, 0, -1], np.int32), Unit.TEXT, np.arange(3) < 2)
    nameless = evolve(own, columns={**own.columns, "invoice_id": blank})
    assert invoices_paid(tables["invoices"], nameless).tolist() == [-1, 0, -1]
    words = np.array([b"00", b"7", b"8", b"9"])
    column = payments.columns["invoice_id"]
    shifted = Column(column.values + 1, Unit.TEXT, column.known)
    own = evolve(
        payments,
        columns={**payments.columns, "invoice_id": shifted},
        books={**payments.books, "invoice_id": words},
    )
    assert invoices_paid(tables["invoices"], own).tolist() == [1, 0, 2]
    again = numbered_alike(tables["invoices"], own)
    assert again.books["invoice_id"] is tables["invoices"].books["invoice_id"]
    np.testing.assert_array_equal(
        again.columns["invoice_id"].values, column.values, strict=False
    )


def test_an_id_that_two_customers_share(tables):
    """Customer a twice over: each copy's payments stay with its own invoices."""

    def twice(table):
        rows = np.tile(np.arange(table.offsets[1]), 2)
        columns = {name: one.take(rows) for name, one in table.columns.items()}
        offsets = table.offsets[1] * np.arange(3)
        return evolve(table, offsets=offsets, day=table.day[rows], columns=columns)

    found = invoices_paid(twice(tables["invoices"]), twice(tables["payments"]))
    assert found.tolist() == [1, 0, 3, 2]


def test_some_customers_of_a_ledger(tables):
    """Customer b alone: the ids keep their numbers, and the first may be any."""

    def of_b(table):
        here = np.arange(len(table)) >= table.offsets[1]
        return evolve(table.keep(here), offsets=table.offsets[1:] - table.offsets[1])

    assert tables["invoices"].columns["invoice_id"].values.tolist() == [0, 2, 1]
    found = invoices_paid(of_b(tables["invoices"]), of_b(tables["payments"]))
    assert found.tolist() == [0]


def test_a_payment_of_an_invoice_of_somebody_else(tables):
    """It finds nothing, though the id is there."""
    payments = tables["payments"]
    moved = evolve(payments, offsets=np.array([0, 3, 3]))
    assert invoices_paid(tables["invoices"], moved).tolist() == [1, 0, -1]


def test_nothing_to_link():
    """No payments, no invoices, or invoices without an id."""
    tables = book(ROWS).tables
    assert invoices_paid(tables["invoices"], tables["payments"]).tolist() == []
    empty = book([], PAID).tables
    assert invoices_paid(empty["invoices"], empty["payments"]).tolist() == []
    payments = book(ROWS, PAID).tables["payments"]
    nobody = empty["invoices"]
    assert invoices_paid(nobody, payments).tolist() == [-1, -1, -1]
    invoices = tables["invoices"]
    none = np.zeros(3, dtype=np.bool_)
    column = Column(np.full(3, -1, dtype=np.int32), Unit.TEXT, none)
    plain = evolve(invoices, columns={**invoices.columns, "invoice_id": column})
    assert invoices_paid(plain, payments).tolist() == [-1, -1, -1]


def test_places_of_words():
    """Texts and bytes are compared as texts."""
    texts = np.array(["a", "c", "王"], dtype=object)
    assert places_in(texts, np.array([b"b", b"c"])).tolist() == [-1, 1]
    assert places_in(texts, texts[2:]).tolist() == [2]
    assert places_in(texts[:0], texts).tolist() == [-1, -1, -1]
    assert places_in(texts, np.array(["龙"], dtype=object)).tolist() == [-1]


def test_payments_that_all_miss_their_invoice_are_refused():
    """Ids spelled otherwise would lose every payment; of a few it may be chance."""
    invoices = {
        "customer_id": ["a"],
        "invoice_id": ["INV-1"],
        "issued_on": ["2026-05-01"],
        "due_on": ["2026-06-01"],
        "amount": [50.0],
    }

    def ledger(count, *named, invoices=invoices):
        ids = [*(f"inv-{at}" for at in range(count)), *named]
        payments = {
            "payment_id": [f"p{at}" for at in range(len(ids))],
            "invoice_id": ids,
            "paid_on": ["2026-06-01"] * len(ids),
            "amount": [1.0] * len(ids),
        }
        sales = {"customer_id": ["a"], "date": ["2026-05-01"], "amount": [50.0]}
        return Ledger.from_frames(sales, invoices=invoices, payments=payments)

    with pytest.raises(
        DataError,
        match=r"payments.invoice_id: no payment names an invoice that is there; got "
        r"invoice 'inv-0' and 20 more; allowed: ids of the invoices, such as 'INV-1'; "
        r"spell the ids of both tables alike, or leave the payments out",
    ):
        ledger(21)
    for some in (ledger(20), ledger(21, "INV-1"), ledger(21, invoices=None)):
        (found,) = [one for one in some.quality().findings if one.rows in (20, 21)]
        assert found.kind == "orphan_payment"


def test_many_words_are_found_in_two_halves(monkeypatch):
    """With the same answer, whether they are there or not."""
    book = np.array([b"b", b"c", b"e", b"f"])
    words = np.array([b"a", b"c", b"d", b"e", b"f"])
    alone = places_in(book, words).tolist()
    monkeypatch.setattr(threads, "_WORTH_THREADS", 1)
    assert places_in(book, words).tolist() == alone == [-1, 1, -1, 2, 3]
