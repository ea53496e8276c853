"""A store is the same as a ledger of its final rows, whatever happened to it."""

import datetime as dt
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from custseg.adapters.ledger_store import ageing, open_ledger, writer
from custseg.ledger import Ledger
from custseg.periods import FiscalCalendar, Window, day_of
from custseg.policy import load_policy
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Facts
from strategies import AS_OF, amounts, days, quantities

CUSTOMERS = st.sampled_from(["12", "7", "a-rather-long-customer-id", "王"])
POLICY = load_policy("company")

lines = st.fixed_dictionaries(
    {
        "customer_id": CUSTOMERS,
        "date": days,
        "amount": amounts,
        "quantity": quantities,
        "order_id": st.sampled_from(["o1", "o2", "o3"]),
        "category": st.sampled_from(["pipes", "tiles", "漆", None]),
    }
)
contacts = st.fixed_dictionaries(
    {
        "customer_id": CUSTOMERS,
        "date": days,
        "kind": st.sampled_from(["view", "quote", None]),
    }
)
described = st.fixed_dictionaries(
    {
        "customer_id": CUSTOMERS,
        "industry": st.sampled_from(["retail", "catering"]),
        "closed_on": st.sampled_from([None, dt.date(2026, 1, 1)]),
    }
)
invoices = st.fixed_dictionaries({"due": days, "issued_on": days, "amount": amounts})
payments = st.fixed_dictionaries({"paid_on": days, "amount": amounts})


class World:
    """The rows that a store should hold, as plain lists."""

    def __init__(self, *, with_lines: bool) -> None:
        self.with_lines = with_lines
        self.rows = {}
        self.number = 0
        self.invoices = 0

    def next(self) -> int:
        self.number += 1
        return self.number

    def tables(self, rows=None) -> dict:
        """Return rows as mappings of columns, one for each table that ever had one."""
        rows = self.rows if rows is None else rows
        return {
            name: {key: [one[key] for one in some] for key in COLUMNS[name]}
            for name, some in rows.items()
        }

    def ledger(self) -> Ledger:
        tables = {"sales": EMPTY_SALES, **self.tables()}
        if not self.with_lines:
            tables["sales"] = {
                name: one for name, one in tables["sales"].items() if name != "line_id"
            }
        return Ledger.from_frames(**tables, currency="CNY")


COLUMNS = {
    "sales": (
        "customer_id",
        "date",
        "amount",
        "quantity",
        "order_id",
        "category",
        "line_id",
    ),
    "interactions": ("customer_id", "date", "kind"),
    "customers": ("customer_id", "industry", "closed_on"),
    "invoices": ("customer_id", "invoice_id", "issued_on", "due_on", "amount"),
    "payments": ("payment_id", "invoice_id", "paid_on", "amount"),
}
KEYS = {"sales": "line_id", "invoices": "invoice_id", "payments": "payment_id"}
"""What says which row it is, in these tables: such a row counts once."""

EMPTY_SALES = {"customer_id": [], "date": [], "amount": []}


def added(world, data) -> dict:
    """Draw rows of any table, late ones and repeated ones among them."""
    new = {}
    sales = data.draw(st.lists(lines, max_size=6), label="sales")
    for one in sales:
        one["line_id"] = f"l{world.next()}"
    old = world.rows.get("sales", [])
    again = []
    if old and world.with_lines:
        again = data.draw(st.lists(st.sampled_from(old), max_size=2), label="again")
    if sales or again:
        new["sales"] = [*sales, *again]
    if data.draw(st.booleans(), label="contacts?"):
        new["interactions"] = data.draw(st.lists(contacts, min_size=1, max_size=3))
    if data.draw(st.booleans(), label="customers?"):
        known = {one["customer_id"] for one in world.rows.get("customers", [])}
        some = data.draw(
            st.lists(described, max_size=3, unique_by=lambda one: one["customer_id"])
        )
        some = [one for one in some if one["customer_id"] not in known]
        if some:
            new["customers"] = some
    if data.draw(st.booleans(), label="invoices?"):
        made = data.draw(st.lists(invoices, min_size=1, max_size=3))
        old = world.rows.get("invoices", [])
        again = st.lists(st.sampled_from(old), max_size=1) if old else st.just([])
        new["invoices"] = list(data.draw(again))
        for one in made:
            world.invoices += 1
            number = world.invoices
            who = ("12", "7", "王")[number % 3]  # an invoice has one customer
            new["invoices"].append(
                {
                    "customer_id": who,
                    "invoice_id": f"i{number}",
                    "issued_on": one["issued_on"],
                    "due_on": one["due"],
                    "amount": one["amount"],
                }
            )
    if data.draw(st.booleans(), label="payments?"):
        new["payments"] = [
            {"payment_id": f"p{world.next()}", "invoice_id": f"i{number}", **one}
            for number, one in data.draw(
                st.lists(
                    st.tuples(st.integers(0, world.invoices + 2), payments),
                    min_size=1,
                    max_size=3,
                )
            )
        ]
        known = [*world.rows.get("payments", []), *new["payments"]]
        new["payments"] += data.draw(st.lists(st.sampled_from(known), max_size=2))
    return new


def append(world, store, data) -> None:
    """Append rows to both."""
    new = added(world, data)
    if not new:
        return
    tables = world.tables(new)
    if not world.with_lines and "sales" in tables:
        tables["sales"].pop("line_id")
    store.append(**tables)
    for name, some in new.items():
        rows = world.rows.setdefault(name, [])
        key = KEYS.get(name)
        known = {one[key] for one in rows} if key else set()
        for one in some:
            if key is None or one[key] not in known:
                rows.append(one)
                known |= {one[key]} if key else set()


def correct(world, store, data) -> None:
    """Give some lines other values in both."""
    old = world.rows.get("sales", [])
    if not old or not world.with_lines:
        return
    some = data.draw(
        st.lists(
            st.tuples(st.sampled_from(old), days, amounts),
            min_size=1,
            max_size=3,
            unique_by=lambda one: one[0]["line_id"],
        ),
        label="corrected",
    )
    new = [{**one, "date": day, "amount": amount} for one, day, amount in some]
    receipt = store.correct(world.tables({"sales": new})["sales"])
    assert receipt.replaced == len(new)
    changed = {one["line_id"]: one for one in new}
    world.rows["sales"] = [changed.get(one["line_id"], one) for one in old]


def forget(world, store, data) -> None:
    """Forget a customer in both, and payments with their invoices."""
    there = store.ledger().customer_ids.tolist()
    if not there:
        return
    who = data.draw(st.sampled_from(there), label="forgotten")
    store.forget(who)
    store.readmit(who)  # or what comes of them later would be left out
    theirs = {
        one["invoice_id"]
        for one in world.rows.get("invoices", [])
        if one["customer_id"] == who
    }
    for name, some in world.rows.items():
        world.rows[name] = [
            one
            for one in some
            if (
                one["invoice_id"] not in theirs
                if name == "payments"
                else one["customer_id"] != who
            )
        ]


def compact(world, store, data) -> None:  # noqa: ARG001 - a step like the others
    """Write the layers together: nothing else changes."""
    store.compact()


def measured(ledger):
    """Return every feature of the catalogue, as bytes and masks, by customer."""
    facts = Facts(ledger, day_of(AS_OF), FiscalCalendar(start_month=4))
    there = {code: one for code, one in CATALOGUE.items() if not one.references}
    window = Window.parse("365 days")
    return answers(
        facts.table({code: facts.measure(one, window) for code, one in there.items()})
    )


def answers(table):
    """Return columns as plain values by customer, floats and counts as bytes."""
    found = {}
    for row, customer in enumerate(table.customers.tolist()):
        found[customer] = {name: plain(one, row) for name, one in table.items()}
    return found


def plain(column, row):
    """Return a value so that only the same bits are equal."""
    if not column.is_known()[row]:
        return None
    value = column.values[row]
    return column.words[value] if column.words else (value.dtype, value.tobytes())


def labels(result):
    """Return all labels and grades by customer."""
    outcome = result.outcome
    columns = dict(outcome.labels)
    if outcome.grade is not None:
        columns |= {"score": outcome.grade.score, "tier": outcome.grade.tier}
        columns |= outcome.grade.parts
    return {
        customer: {name: plain(one, row) for name, one in columns.items()}
        for row, customer in enumerate(result.customer_ids.tolist())
    }


DAYS = st.sampled_from([AS_OF, AS_OF, *(AS_OF + dt.timedelta(n) for n in (1, -1, 40))])
STEPS = (append, append, append, correct, forget, compact)


@pytest.mark.parametrize("with_lines", [True, False])
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_store_is_the_ledger_of_its_final_rows(with_lines, data):
    """Tables, features, labels and accounts agree after any row of writings."""
    world = World(with_lines=with_lines)
    share, most = data.draw(st.sampled_from([(0.5, 8), (1e9, 2), (1e9, 99)]))
    with (
        TemporaryDirectory() as folder,
        # So few rows would otherwise always become one layer.
        patch.object(writer, "_MOST_SHARE", share),
        patch.object(writer, "_MOST_LAYERS", most),
        patch.object(ageing, "_MOST_SHARE", 1.0),
    ):
        store = open_ledger(folder, currency="CNY")
        fitted = POLICY.fit(Ledger.from_records(currency="CNY"), as_of=AS_OF)
        for _ in range(data.draw(st.integers(1, 6), label="steps")):
            data.draw(st.sampled_from(STEPS))(world, store, data)
            keep = data.draw(st.booleans(), label="remember")
            day = data.draw(DAYS, label="as_of")
            answer = store.classify(fitted, as_of=day, remember=keep)
            whole = world.ledger()
            assert store.ledger() == whole
            assert store.quality().closes()
            expected = fitted.classify(whole, as_of=day)
            assert labels(answer) == labels(expected)
            assert answers(answer.outcome.table) == answers(expected.outcome.table)
        assert measured(store.ledger()) == measured(whole)
        again = open_ledger(folder)
        assert again.ledger() == whole
        assert (
            dict(again.quality().rows_used)
            == {name: len(table) for name, table in whole.tables.items()}
            or not world.rows
        )
