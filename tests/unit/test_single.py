"""One customer's records as a ledger."""

from datetime import UTC, date, datetime

import pytest

import custseg as cs
from custseg.single import ledger_of_one

DAY = date(2026, 6, 1)


def make(transactions=(), interactions=None, columns=("sales.quantity",), **more):
    """Return the ledger of the customer x."""
    return ledger_of_one(
        cs.Customer("x"),
        transactions,
        interactions,
        currency="CNY",
        columns=columns,
        **more,
    )


def test_a_field_that_is_not_recorded_is_no_column():
    """What only this record fills stands for nothing, as it would among all."""
    sale = cs.Transaction("x", DAY, 5, quantity=3, cost=2, order_id="o")
    table = make([sale], columns=["sales.cost"]).tables["sales"]
    assert sorted(table.columns) == ["amount", "cost"]


def test_a_zone_and_treatments_reach_the_ledger():
    """A moment is a day of the zone; identical records can be dropped."""
    moment = datetime(2026, 6, 1, 20, tzinfo=UTC)
    sale = cs.Transaction("x", moment, 5, product="a")
    other = cs.Transaction("x", moment, 5, product="b")
    drop = cs.Treatments(identical_row="drop")
    ledger = make([sale, sale, other], time_zone="Asia/Shanghai", quality=drop)
    assert len(ledger) == 2
    assert ledger.tables["sales"].day.tolist() == [20606, 20606]  # 2026-06-02
    assert sorted(ledger.tables["sales"].columns) == ["amount", "quantity"]


@pytest.mark.parametrize(
    ("customer", "sales", "contacts", "words"),
    [
        (7, [], None, r"^customer: expected a Customer; got a .* type int; write"),
        (None, [], None, r"^customer: expected a Customer; got None"),
        ("x", None, None, r"^transactions: expected Trans.* records; got None; give"),
        ("x", 5, None, r"^transactions: expected Trans.* records; got a value of"),
        ("x", {"a": 1}, None, r"^transactions: expected Trans.* type dict; give"),
        ("x", [{"a": 1}], None, r"^transactions\[0\]: .* class Transaction; .* dict"),
        ("x", [None], None, r"^transactions\[0\]: .* class Transaction; got None"),
        ("x", [], [3], r"^interactions\[0\]: .* class Interaction; .* int"),
        ("x", [], "ab", r"^interactions: expected Interaction records; .* type str"),
    ],
)
def test_what_is_no_record_is_told(customer, sales, contacts, words):
    """The message names the argument and the kind of thing, never its content."""
    if customer == "x":
        customer = cs.Customer("x")
    with pytest.raises(cs.CustsegError, match=words):
        ledger_of_one(customer, sales, contacts, currency="CNY", columns=())


def test_a_field_that_nobody_fills_is_unknown_not_absent():
    """Every wanted column is there, with nothing known in it."""
    wanted = ["sales.quantity", "customers.closed_on", "customers.type"]
    ledger = make([cs.Transaction("x", DAY, 5)], columns=wanted)
    for want in wanted:
        table, name = want.split(".")
        column = ledger.tables[table].columns[name]
        assert column.is_known().tolist() == [False]


def test_no_contacts_are_a_fact_and_not_recorded_are_not():
    """An empty list makes an empty table; None makes none."""
    wanted = ["interactions.kind"]
    assert len(make(interactions=[], columns=wanted).tables["interactions"]) == 0
    assert "interactions" not in make(columns=wanted).tables


def test_records_of_somebody_else_are_refused():
    """Sales and contacts alike must be the customer's own."""
    with pytest.raises(cs.CustsegError, match=r"several customers; got 'y' beside 'x'"):
        make([cs.Transaction("y", DAY, 5)])
    with pytest.raises(cs.CustsegError, match=r"for many customers use classify"):
        make(interactions=[cs.Interaction("y", DAY, kind="intent")])
