"""What a store says of rows that come again, and of those who were forgotten."""

import json

import pytest

from custseg.adapters.ledger_store import open_ledger, writer
from custseg.errors import UnknownCustomer
from custseg.ledger import Ledger

SALES = {
    "customer_id": ["a", "a", "b", "zoe-the-plumber"],
    "date": ["2026-05-01", "2026-05-01", "2026-05-02", "2026-05-03"],
    "amount": [10.0, 5.0, 20.0, 70.0],
    "order_id": ["o1", "o1", "o2", "secret-order"],
    "line_id": ["1", "2", "1", "1"],
}
MORE = {
    "customer_id": ["b", "c"],
    "date": ["2026-04-30", "2026-06-01"],
    "amount": [2.0, 30.0],
    "order_id": ["o0", "o3"],
    "line_id": ["1", "1"],
}


@pytest.fixture(params=[0.5, 1e9], ids=["one layer", "layers"])
def store(tmp_path, request, monkeypatch):
    """A store of four sales, whose layers are written together or stay."""
    monkeypatch.setattr(writer, "_MOST_SHARE", request.param)
    store = open_ledger(tmp_path / "store", currency="CNY")
    store.append(SALES)
    return store


def both(*tables):
    """Return the rows of several tables as one."""
    return {name: [one for t in tables for one in t[name]] for name in tables[0]}


def ledger_of(*tables):
    """Return the ledger of some sales."""
    return Ledger.from_frames(both(*tables), currency="CNY")


def test_who_was_forgotten_does_not_come_back(store):
    """The same nightly file again: nothing of that person, and the rows are counted."""
    store.forget("zoe-the-plumber")
    receipt = store.append(both(SALES, MORE))
    assert (receipt.forgotten, receipt.rows, receipt.dropped) == (1, 2, 3)
    content = b"".join(one.read_bytes() for one in store.folder.iterdir())
    assert b"zoe" not in content
    assert b"secret" not in content
    rest = {name: one[:3] for name, one in SALES.items()}
    assert store.ledger() == ledger_of(rest, MORE)
    assert store.quality().closes()
    again = {name: one[3:] for name, one in SALES.items()}
    assert store.correct(again).forgotten == 1
    assert "zoe-the-plumber" not in store.ledger().customer_ids


def test_invoices_and_payments_of_the_forgotten_stay_out(store):
    """The invoice finds its payment, and both are left out, of both kinds of table."""
    store.forget("zoe-the-plumber")
    receipt = store.append(
        invoices={
            "customer_id": ["zoe-the-plumber", "a"],
            "invoice_id": ["i-zoe", "i-a"],
            "issued_on": ["2026-06-01"] * 2,
            "due_on": ["2026-06-30"] * 2,
            "amount": [70.0, 5.0],
        },
        payments={
            "payment_id": ["p1", "p2"],
            "invoice_id": ["i-zoe", "i-a"],
            "paid_on": ["2026-06-20"] * 2,
            "amount": [70.0, 5.0],
        },
    )
    assert (receipt.forgotten, receipt.rows, receipt.waiting) == (2, 2, 0)
    assert store.quality().closes()
    content = b"".join(one.read_bytes() for one in store.folder.iterdir())
    assert b"zoe" not in content


def test_who_was_forgotten_can_be_readmitted(store):
    """From then on rows are taken in again, whichever way the id is written."""
    store.append({"customer_id": [7], "date": ["2026-05-09"], "amount": [4.0]})
    store.forget([7, "zoe-the-plumber"])
    assert store.forgotten == 2
    with pytest.raises(UnknownCustomer, match=r"forgotten no such customer; got 'a'"):
        store.readmit(["7", "a"])
    assert open_ledger(store.folder).forgotten == 2
    assert store.readmit(" 7 ").customers == 1
    assert store.forgotten == 1
    receipt = store.append(
        {"customer_id": ["7"], "date": ["2026-05-09"], "amount": [4.0]}
    )
    assert (receipt.rows, receipt.forgotten) == (1, 0)


def test_a_mark_is_no_plain_hash(store, tmp_path):
    """Two stores that forget the same person keep different marks."""
    other = open_ledger(tmp_path / "other", currency="CNY")
    other.append(SALES)
    marks = []
    for one in (store, other):
        one.forget("a")
        key, (mark,) = json.loads((one.folder / "ledger.json").read_bytes())[
            "forgotten"
        ]
        assert len(key) == len(mark) == 32
        marks.append(mark)
    assert marks[0] != marks[1]


def test_rows_without_an_id_count_again_and_are_told(store):
    """Costs and sales that come twice: two of three are equal to one that is there."""
    costs = {
        "customer_id": ["a", "a", "b"],
        "date": ["2026-05-01", "2026-05-02", "2026-05-02"],
        "kind": ["service", "service", "rebate"],
        "amount": [3.0, 4.0, 4.0],
    }
    assert store.append(costs=costs).repeated == 0
    more = {**costs, "amount": [3.0, 4.0, 5.0]}
    receipt = store.append(costs=more)
    assert (receipt.rows, receipt.repeated) == (3, 2)
    receipt = store.append(SALES)
    assert (receipt.rows, receipt.dropped, receipt.repeated) == (0, 4, 0)
    plain = {name: SALES[name] for name in ("customer_id", "date", "amount")}
    assert store.append(plain).repeated == 0  # these name no order
    assert store.append(plain).repeated == 4
    assert store.append(costs=costs).repeated == 3


@pytest.mark.parametrize("portions", [1, 2])
def test_a_payment_that_comes_twice_counts_once(tmp_path, portions):
    """Also among the very first rows of a store, and it is told."""
    tables = {
        "sales": {"customer_id": ["a"], "date": ["2026-05-01"], "amount": [10.0]},
        "invoices": {
            "customer_id": ["a"],
            "invoice_id": ["i1"],
            "issued_on": ["2026-05-01"],
            "due_on": ["2026-05-31"],
            "amount": [10.0],
        },
    }
    payment = {
        "payment_id": ["p1"],
        "invoice_id": ["i1"],
        "paid_on": ["2026-06-01"],
        "amount": [4.0],
    }
    store = open_ledger(tmp_path / "store", currency="CNY")
    if portions == 1:
        store.append(**tables, payments=both(payment, payment))
    else:
        store.append(**tables, payments=payment)
        store.append(payments=payment)
    assert len(store.ledger().tables["payments"]) == 1
    assert store.ledger() == Ledger.from_frames(
        **tables, payments=both(payment, payment), currency="CNY"
    )
    assert store.quality().count("duplicate_payment") == 1
    assert store.quality().closes()


def test_equal_rows_of_one_append_are_no_repeats(store):
    """Two equal ones that come together are two; what counts is what was there."""
    events = {
        "customer_id": ["a", "a"],
        "date": ["2026-05-01"] * 2,
        "kind": ["distress"] * 2,
    }
    assert store.append(events=events).repeated == 0
    assert store.append(events=events).repeated == 2


def test_equal_rows_of_before_are_no_repeats(store):
    """A correction finds a pair of equal costs that was there, and is silent of it."""
    costs = {
        "customer_id": [*"abbb"],
        "date": ["2026-05-01", *["2026-05-02"] * 3],
        "kind": ["service", "rebate", "service", "service"],
        "amount": [3.0, 9.0, 4.0, 4.0],
    }
    store.append(costs=costs)
    assert store.correct({name: one[2:3] for name, one in SALES.items()}).repeated == 0
    # Of b's, the pair was there; the rebate and a's service come again.
    again = {name: one[:2] for name, one in costs.items()}
    receipt = store.append(costs=again)
    assert (receipt.rows, receipt.repeated) == (2, 2)


def test_a_receipt_tells_what_waits_and_what_was_left_out(store):
    """A payment without its invoice waits; a row without a customer is left out."""
    receipt = store.append(
        {"customer_id": ["a", ""], "date": ["2026-07-01"] * 2, "amount": [1.0, 2.0]},
        payments={
            "payment_id": ["p1"],
            "invoice_id": ["i1"],
            "paid_on": ["2026-06-20"],
            "amount": [70.0],
        },
    )
    assert repr(receipt) == (
        "Receipt(version=2, customers=1, rows=1, dropped=1, waiting=1)"
    )
