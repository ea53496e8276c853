"""One customer's records as a ledger."""

from datetime import date

import pytest

import custseg as cs
from custseg.single import ledger_of_one

DAY = date(2026, 6, 1)


def make(transactions=(), interactions=None, columns=("sales.quantity",)):
    """Return the ledger of the customer x."""
    return ledger_of_one(
        cs.Customer("x"), transactions, interactions, currency="CNY", columns=columns
    )


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
