"""One customer's records as a ledger."""

from datetime import UTC, date, datetime

import attrs
import pytest

import custseg as cs
from custseg.contract import TABLES
from custseg.periods import as_day
from custseg.scoring.features import Facts
from custseg.single import is_registered_later, ledger_of_one

DAY = date(2026, 6, 1)


def make(
    transactions=(),
    columns=("sales.quantity",),
    customer=None,
    time_zone=None,
    quality=None,
    **further,
):
    """Return the ledger of the customer x."""
    return ledger_of_one(
        customer or cs.Customer("x"),
        transactions,
        further,
        currency="CNY",
        columns=columns,
        tables=[column.split(".")[0] for column in columns],
        time_zone=time_zone,
        quality=quality,
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


def test_two_lines_stay_two_by_a_column_that_is_not_looked_at():
    """As among all: a line recorded with two products is kept twice if so chosen."""
    of_line = {"order_id": "o", "line_id": "1"}
    sales = [cs.Transaction("x", DAY, 5, product=one, **of_line) for one in "ab"]
    keep = cs.Treatments(conflicting_line="keep")
    columns = ["sales.order_id", "sales.line_id"]
    assert len(make(sales, columns=columns, quality=keep)) == 2


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
        ([], [], None, r"^customer: expected a Customer; got a value of type list"),
        (["x"], [], None, r"^customer\[0\]: .* class Customer; got .* type str; write"),
    ],
)
def test_what_is_no_record_is_told(customer, sales, contacts, words):
    """The message names the argument and the kind of thing, never its content."""
    if customer == "x":
        customer = cs.Customer("x")
    further = {"interactions": contacts}
    with pytest.raises(cs.CustsegError, match=words):
        ledger_of_one(customer, sales, further, currency="CNY", columns=(), tables=())


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


FURTHER = {
    "invoices": cs.Invoice("x", "f1", DAY, DAY, 100),
    "payments": cs.Payment("p1", "f1", DAY, 60),
    "interactions": cs.Interaction("x", DAY, kind="intent"),
    "feedback": cs.Feedback("x", DAY, csat=4),
    "projects": cs.Project("x", "b1", DAY, stage="planned"),
    "costs": cs.Cost("x", DAY, "service", 8),
    "events": cs.Event("x", DAY, "default"),
}
DATED = [f"{name}.{TABLES[name].day}" for name in FURTHER]


def test_every_further_table_goes_in_as_recorded():
    """One record of each is one row of each; a payment is its invoice's customer's."""
    ledger = make(columns=DATED, **{name: [one] for name, one in FURTHER.items()})
    rows = {name: len(table) for name, table in ledger.tables.items()}
    assert rows == {"customers": 1, "sales": 0, **dict.fromkeys(FURTHER, 1)}
    assert ledger.tables["payments"].columns["amount"].values.tolist() == [6000]


@pytest.mark.parametrize("name", FURTHER)
def test_a_further_table_is_empty_absent_or_passed_over(name):
    """None of it is a fact; not at hand is none; not recorded is for nobody."""
    recorded = [f"{name}.{TABLES[name].day}"]
    assert len(make(columns=recorded, **{name: []}).tables[name]) == 0
    assert name not in make(columns=recorded, **{name: None}).tables
    assert name not in make(columns=[], **{name: [FURTHER[name]]}).tables


@pytest.mark.parametrize("name", [one for one in FURTHER if one != "payments"])
def test_further_records_of_somebody_else_are_refused(name):
    """The message names the table."""
    other = attrs.evolve(FURTHER[name], customer_id="y")
    with pytest.raises(
        cs.CustsegError, match=rf"^{name}: .*several customers; got 'y'"
    ):
        make(columns=DATED, **{name: [other]})


@pytest.mark.parametrize("name", FURTHER)
def test_what_to_write_is_shown_and_works(name):
    """The record in the hint can be made as it stands there."""
    with pytest.raises(cs.CustsegError, match=rf"{name}\[0\]: expected a rec") as told:
        make(**{name: [3]})
    written = told.value.problems[0].hint.removeprefix("write ")
    made = eval(written, {**vars(cs.models), "date": date})  # noqa: S307 - our own
    assert type(made) is type(FURTHER[name])


def test_a_payment_of_an_invoice_that_is_not_given_is_left_out():
    """It is told as for everybody: the report counts it."""
    ledger = make(columns=DATED, payments=[FURTHER["payments"]], invoices=[])
    assert len(ledger.tables["payments"]) == 0
    assert [one.kind for one in ledger.report.findings] == ["orphan_payment"]


def test_what_is_declared_may_have_changed():
    """Several records of the customer, each from its day on."""
    cards = [
        cs.Customer("x", type="DEALER"),
        cs.Customer("x", type="PROJECT", valid_from=date(2026, 6, 2)),
    ]
    ledger = make(columns=["customers.type"], customer=cards)
    said = []
    for day in ("2026-06-01", "2026-06-02"):
        column = Facts(ledger, as_day(day)).latest("customers", "type")
        said.append(column.words[column.values[0]])
    assert said == ["DEALER", "PROJECT"]
    with pytest.raises(cs.CustsegError, match=r"^customers: .* got 'y' beside 'x'"):
        make(customer=[*cards, cs.Customer("y")])


def test_who_is_registered_later_is_told_by_the_card_of_the_day():
    """The last card up to the day counts; an event by then makes the customer known."""
    cards = [
        cs.Customer("x", registered_on=date(2026, 7, 1)),
        cs.Customer("x", registered_on=DAY, valid_from=date(2026, 6, 10)),
    ]
    ledger = make(columns=["events.date"], customer=cards)
    early, late = as_day("2026-06-09"), as_day("2026-06-10")
    assert is_registered_later(cards, ledger, early)
    assert not is_registered_later(cards, ledger, late)
    known = make(columns=["events.date"], customer=cards, events=[FURTHER["events"]])
    assert not is_registered_later(cards, known, early)
