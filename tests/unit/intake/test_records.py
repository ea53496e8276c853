import datetime as dt
from types import SimpleNamespace

import pytest

from custseg.contract import TABLES
from custseg.errors import DataError
from custseg.intake.records import raw_records
from custseg.models import Customer, Payment, Transaction

DAY = dt.date(2026, 1, 1)


def test_fields_that_somebody_filled_are_columns():
    """Required ones always, in the order of the contract."""
    sales = [Transaction("a", DAY, 1), Transaction("b", DAY, 2, cost=1)]
    table = raw_records(sales, TABLES["sales"])
    assert table.names == ("customer_id", "date", "amount", "cost")
    assert table.n_rows == 2
    assert [str(item) for item in table.read("cost").values] == ["None", "1"]


def test_without_records_the_required_columns_are_there():
    """So that a ledger of customers only is a ledger."""
    table = raw_records([], TABLES["sales"])
    assert (table.names, table.n_rows) == (("customer_id", "date", "amount"), 0)
    assert raw_records([], TABLES["payments"]).names == (
        "payment_id",
        "invoice_id",
        "paid_on",
        "amount",
    )


def test_only_some_fields_can_be_looked_at():
    """Required ones and the currency are always."""
    sale = Transaction("a", DAY, 1, cost=1, currency="EUR")
    table = raw_records([sale], TABLES["sales"], only={"cost"})
    assert table.names == ("customer_id", "date", "amount", "cost", "currency")


def test_what_is_filled_and_not_looked_at_is_named():
    """So that a ledger knows which columns it left out; nobody can read them."""
    sales = [Transaction("a", DAY, 1), Transaction("a", DAY, 1, product="p")]
    table = raw_records(sales, TABLES["sales"], only={"cost"})
    assert table.names == ("customer_id", "date", "amount", "product")
    with pytest.raises(KeyError, match="product"):
        table.read("product")


def test_a_field_that_only_some_objects_have_is_named_all_the_same():
    """Objects of one's own need not be of one class."""
    bare = SimpleNamespace(customer_id="a", date=DAY, amount=1)
    named = SimpleNamespace(customer_id="a", date=DAY, amount=1, product="p")
    table = raw_records([bare, named], TABLES["sales"], only={"cost"})
    assert table.names == ("customer_id", "date", "amount", "product")


def test_personal_fields_are_no_columns():
    """Nor are further attributes."""
    customer = Customer("a", name="Li Hua", phone="1", type="DEALER")
    assert raw_records([customer], TABLES["customers"]).names == ("customer_id", "type")


def test_a_record_of_another_class_is_refused():
    """In front or in the middle, by its class."""
    words = "no record for the table sales; got a Payment; allowed: .*customer_id, date"
    payment = Payment("p", "i", DAY, 1)
    for given in ([payment], [Transaction("a", DAY, 1), payment]):
        with pytest.raises(DataError, match=words):
            raw_records(given, TABLES["sales"])


def test_a_record_of_another_table_is_refused():
    """Also where it has all that is required."""
    sale = Transaction("a", DAY, 1)
    with pytest.raises(
        DataError, match="customers; got a Transaction; allowed: a Cust"
    ):
        raw_records([Customer("a"), sale], TABLES["customers"])
    with pytest.raises(DataError, match="table interactions; got a Transaction"):
        raw_records([sale], TABLES["interactions"])


def test_an_object_with_an_id_alone_is_no_customer():
    """Something of the table has to be there."""
    odd = SimpleNamespace(customer_id="a")
    with pytest.raises(DataError, match="table customers; got a SimpleNamespace"):
        raw_records([odd], TABLES["customers"])
    own = SimpleNamespace(customer_id="a", type="X")
    assert raw_records([own], TABLES["customers"]).names == ("customer_id", "type")
