import copy
import datetime as dt
import pickle
import re
from decimal import Decimal

import attrs
import pytest

from custseg import models
from custseg.errors import DataError, Problem
from custseg.models import (
    Cost,
    Customer,
    Event,
    Feedback,
    Interaction,
    Invoice,
    Payment,
    Project,
    Transaction,
)

DAY = dt.date(2026, 3, 2)
PRIVATE = "Li Hua 13800000000"

# The input contract, written out once more: required columns, then the others.
CONTRACT = {
    Customer: (
        "customer_id",
        (
            "valid_from name phone email address type legal_form industry employees "
            "annual_revenue income_band country province city latitude longitude "
            "registered_on closed_on group_id credit_limit terms_days cities_covered "
            "towns_covered stores_served decoration_firms_served warehouse_m2 "
            "delivery_staff annual_projects developer_rank annual_purchases "
            "supplier_switches open_orders external_rating flags attributes"
        ),
    ),
    Transaction: (
        "customer_id date amount",
        (
            "order_id line_id quantity cost category product brand list_price currency "
            "ship_to returns_order_id"
        ),
    ),
    Invoice: (
        "customer_id invoice_id issued_on due_on amount",
        "currency written_off_on written_off_amount disputed_on resolved_on",
    ),
    Payment: ("payment_id invoice_id paid_on amount", ""),
    Project: (
        "customer_id project_id recorded_on",
        "starts_on ends_on stage area_m2 value",
    ),
    Cost: ("customer_id date kind amount", ""),
    Interaction: ("customer_id date", "channel kind weight"),
    Feedback: ("customer_id date", "csat nps complaint comment"),
    Event: ("customer_id date kind", "severity note"),
}
EXAMPLES = [
    Customer(1, name=PRIVATE, flags=["VIP"], attributes={"stores": 3}),
    Transaction(1, DAY, 5, cost="3.10"),
    Invoice(1, 2, DAY, DAY, 5),
    Payment(1, 2, DAY, 5),
    Project(1, 2, DAY, stage="planned"),
    Cost(1, DAY, "rebate", 5),
    Interaction(1, DAY, weight=2),
    Feedback(1, DAY, comment=PRIVATE),
    Event(1, DAY, "DEFAULT", note=PRIVATE),
]


@pytest.mark.parametrize("record", CONTRACT, ids=lambda record: record.__name__)
def test_fields_follow_the_contract(record):
    """Required columns come first by position, the others by name only."""
    required, others = (names.split() for names in CONTRACT[record])
    fields = attrs.fields(record)
    assert [one.name for one in fields if not one.kw_only] == required
    assert [one.name for one in fields if one.kw_only] == others
    assert all(one.default is attrs.NOTHING for one in fields if not one.kw_only)
    assert all(one.default is None for one in fields if one.kw_only)


def test_every_record_is_public():
    """The module's face names the nine records, and nothing else."""
    assert {getattr(models, name) for name in models.__all__} == set(CONTRACT)


@pytest.mark.parametrize("record", EXAMPLES, ids=lambda record: type(record).__name__)
def test_records_are_frozen_slotted_and_hashable(record):
    """A record cannot change, has no dict, and equals and hashes by content."""
    first = attrs.fields(type(record))[0].name
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(record, first, "2")
    assert not hasattr(record, "__dict__")
    for twin in (
        copy.deepcopy(record),
        pickle.loads(pickle.dumps(record)),  # noqa: S301 - our own bytes
        attrs.evolve(record),
    ):
        assert twin == record
        assert hash(twin) == hash(record)
    assert attrs.evolve(record, **{first: "other"}) != record


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (0.1, "0.1"),
        (1e16, "1E+16"),
        (3, "3"),
        ("-12.50", "-12.50"),
        (Decimal("0.005"), "0.005"),
        (0.1 + 0.2, "0.30000000000000004"),
    ],
)
@pytest.mark.parametrize("name", ["amount", "quantity", "cost", "list_price"])
def test_numbers_are_kept_exactly(name, given, kept):
    """Amount, quantity, cost and price are the decimal that was written, unrounded."""
    record = Transaction(**{"customer_id": 1, "date": DAY, "amount": 1, name: given})
    assert str(getattr(record, name)) == kept


@pytest.mark.parametrize("zone", [None, dt.UTC])
def test_a_point_in_time_of_a_sale_is_kept(zone):
    """The ledger knows the business time zone; the record only keeps the moment."""
    moment = dt.datetime(2026, 3, 2, 23, 30, tzinfo=zone)
    assert Transaction(1, moment, 1).date is moment


@pytest.mark.parametrize(
    ("amount", "sale", "back"),
    [("0.01", True, False), ("-0.01", False, True), (0, False, False)],
)
def test_sale_and_return_go_by_the_sign(amount, sale, back):
    """A positive amount is a sale, a negative one a return, zero is neither."""
    line = Transaction(1, DAY, amount)
    assert (line.is_sale, line.is_return) == (sale, back)


def test_customer_id_is_text_without_blanks():
    """7, "7" and " 7 " name one customer."""
    assert [Customer(given).customer_id for given in (7, "7", " 7 ")] == ["7"] * 3


def test_blank_optional_texts_are_missing():
    """An empty form field of a CRM says nothing, so it is None."""
    customer = Customer(1, name=" ", city="", group_id=" G1 ")
    assert (customer.name, customer.city, customer.group_id) == (None, None, "G1")


@pytest.mark.parametrize(
    ("make", "where", "words"),
    [
        (lambda: Customer(" "), "Customer.customer_id", "the text is empty; got ' '"),
        (lambda: Customer(None), "Customer.customer_id", "whole number; got None"),
        (lambda: Customer(7.0), "Customer.customer_id", "whole number; got 7.0"),
        (
            lambda: Transaction(1, DAY, amount=True),
            "Transaction.amount",
            "expected a finite number; got True",
        ),
        (
            lambda: Transaction(1, DAY, float("nan")),
            "Transaction.amount",
            "expected a finite number; got nan",
        ),
        (
            lambda: Transaction(1, DAY, 1, cost=Decimal("Infinity")),
            "Transaction.cost",
            "expected a finite number; got Decimal('Infinity')",
        ),
        (
            lambda: Transaction(1, "2.3.2026", 1),
            "Transaction.date",
            "expected a calendar day; got '2.3.2026'; allowed: datetime.date or ISO",
        ),
        (
            lambda: Payment(1, 2, dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC), 1),
            "Payment.paid_on",
            "expected a day, not a point in time",
        ),
        (
            lambda: Feedback(1, DAY, nps=11),
            "Feedback.nps",
            "the answer is out of its range; got 11; allowed: 0 to 10",
        ),
        (
            lambda: Feedback(1, DAY, complaint=True),
            "Feedback.complaint",
            "expected a text or a whole number; got True",
        ),
        (
            lambda: Event(1, DAY, "DEFAULT", severity="grave"),
            "Event.severity",
            "expected a plain decimal; got 'grave'",
        ),
        (lambda: Event(1, DAY, ""), "Event.kind", "the text is empty"),
        (
            lambda: Customer(1, employees=-1),
            "Customer.employees",
            "expected a whole number; got -1",
        ),
        (
            lambda: Customer(1, attributes={"email": PRIVATE}),
            "Customer.attributes['email']",
            "the attribute has a field of its own",
        ),
    ],
)
def test_errors_say_where_and_what(make, where, words):
    """A wrong field is named with its record, and its value is quoted."""
    with pytest.raises(DataError, match=re.escape(words)) as caught:
        make()
    assert [problem.where for problem in caught.value.problems] == [where]


def test_all_wrong_fields_are_told_at_once():
    """One error lists every wrong field in the order of the fields."""
    with pytest.raises(DataError, match="5 problems:") as caught:
        Transaction("", "today", "1,000", quantity="many", brand=3.5)
    found = caught.value.problems
    assert [problem.where for problem in found] == [
        "Transaction.customer_id",
        "Transaction.date",
        "Transaction.amount",
        "Transaction.quantity",
        "Transaction.brand",
    ]
    assert found[2] == Problem(
        "expected a plain decimal",
        where="Transaction.amount",
        got="'1,000'",
        hint='write digits with an optional sign and point, such as "-1234.50"',
    )


@pytest.mark.parametrize(
    ("record", "personal"),
    [
        (Customer, ("name", "phone", "email", "address")),
        (Feedback, ("comment",)),
        (Event, ("note",)),
        (Transaction, ("ship_to",)),
        (Invoice, ()),
        (Payment, ()),
        (Interaction, ()),
    ],
)
def test_personal_fields_are_those_without_a_repr(record, personal):
    """What is listed as personal is hidden, and nothing else is."""
    hidden = tuple(one.name for one in attrs.fields(record) if not one.repr)
    assert record.PERSONAL_FIELDS == hidden == personal


@pytest.mark.parametrize(
    ("record", "args", "name"),
    [(Customer, (1,), name) for name in Customer.PERSONAL_FIELDS]
    + [(Feedback, (1, DAY), "comment"), (Event, (1, DAY, "DEFAULT"), "note")],
)
def test_personal_values_never_show(record, args, name):
    """Neither repr nor str nor an error, nor what hangs on it, quotes the value."""
    kept = record(*args, **{name: PRIVATE})
    assert getattr(kept, name) == PRIVATE
    assert PRIVATE not in repr(kept) + str(kept) + f"{kept}"

    with pytest.raises(DataError, match=f"{record.__name__}.{name}: expected a") as e:
        record(*args, **{name: 13800000000})
    assert e.value.problems[0].got == ""
    assert "13800000000" not in str(e.value) + repr(e.value.args)
    assert e.value.__context__ is None
    assert e.value.__cause__ is None


def test_a_place_of_delivery_never_shows():
    """It may be an address at home."""
    kept = Transaction(1, DAY, 1, ship_to=PRIVATE)
    assert kept.ship_to == PRIVATE
    assert PRIVATE not in repr(kept) + str(kept)
    with pytest.raises(DataError, match=r"Transaction\.ship_to: ") as caught:
        Transaction(1, DAY, 1, ship_to=[PRIVATE])
    assert PRIVATE not in str(caught.value) + repr(caught.value.args)


@pytest.mark.parametrize("name", ["E-mail", "EMAIL", "e mail", "Phone.", "legal form"])
def test_an_attribute_is_no_way_round_a_field(name):
    """Whatever its spelling, it would escape the care that the field takes."""
    with pytest.raises(DataError, match=r"has a field of its own.*pass "):
        Customer(1, attributes={name: PRIVATE})
    assert Customer(1, attributes={"e-mails sent": 3}).attributes["e-mails sent"] == 3


def test_attributes_show_their_names_only():
    """A further attribute may hold anything, so a record shows that it is there."""
    shown = repr(Customer(1, attributes={"contact": PRIVATE, "area_m2": 90}))
    assert "attributes=Attributes('area_m2', 'contact')" in shown
    assert PRIVATE not in shown


def test_flags_not_looked_at_differ_from_none_set():
    """None means unknown; an empty set is a known no to every flag."""
    assert Customer(1).flags is None
    assert Customer(1, flags=[]).flags == frozenset()
    assert Customer(1, flags=("VIP", " VIP ")).flags == {"VIP"}


def test_a_missing_argument_stays_a_type_error():
    """A call that does not fit the signature is Python's own error."""
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        Transaction(1, DAY)
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        Customer(1, colour="red")
