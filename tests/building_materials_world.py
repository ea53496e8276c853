"""Small worlds of a building-materials trade in which every cut can be worked by hand.

Both are as of t = 2026-06-30 and have twenty customers, i = 1 .. 20, so that the
mid-rank percentile of the i-th of twenty different values is (i - 0.5) / 20.

The yard, :func:`yard_reference`. Customer i bought once in the year, 10 i days before
t, for 100 i: one order, an eighth of it in each of :data:`SHELVES`. So in the year

    S = AOV = 100 i,  n = d = 1,  R = 10 i,

the usual share of each of the eight categories is 1/8, and all of them are common.

The trade on credit, :func:`trade_reference`. Customer i bought as above, half of it
tiles, half cement: one square metre, one bag, at 50 i each. The goods had cost 60 i, so
that the margin is 40 i. Before the year it bought on four more days, 365, 395, 425 and
455 days before that one: for 97, 1, 1 and 1. So

    profit = 40 i (nobody owes anything),  change on the year i - 1,
    price of tiles and of cement 50 i,  gaps 365, 30, 30, 30: median 30,
    S in three years 100 i + 100.

The usual order of the trade is the median of the AOV: 1,050.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from attrs import evolve, field, frozen

import custseg as cs
from company_world import TODAY, Sale, ago, line, transaction

SHELVES = (
    "瓷砖", "大理石", "马桶", "乳胶漆", "地板", "水泥", "电线", "灯具",
)  # fmt: skip

BOOKS = ("invoices", "payments", "projects", "costs", "events", "interactions")
"""Tables beside sales and customers; an empty one says that there was nothing."""


def on_dates(*days: str, amount: float = 10) -> list[Sale]:
    """Return one sale on each of some calendar days."""
    back = [(TODAY - date.fromisoformat(day)).days for day in days]
    return [line(amount, days_ago=one, order=f"o{one}") for one in back]


@frozen
class Client:
    """One customer of the trade on credit, with all that is in the books about it.

    Parameters
    ----------
    sales : tuple of Sale
    customer : mapping
        Fields of its record.
    books : mapping of str to tuple
        Records of further tables; a table that is not named is not at hand.
    """

    sales: tuple[Sale, ...] = ()
    customer: Mapping[str, Any] = field(factory=dict)
    books: Mapping[str, tuple[Any, ...]] = field(factory=dict)

    def classified(
        self, policy: cs.FittedPolicy, features: Iterable[str] = ()
    ) -> cs.CustomerResult:
        """Classify the customer by a fitted policy."""
        return policy.classify_one(
            cs.Customer("x", **self.customer),
            [transaction("x", one) for one in self.sales],
            as_of=TODAY,
            features=list(features),
            **{name: list(rows) for name, rows in self.books.items()},
        )

    def label(self, policy: cs.FittedPolicy, family: str) -> str | None:
        """Return one label of the customer, or its entitled tier."""
        one = self.classified(policy)
        return one.tier if family == "tier" else one.labels[family]


def client(sales: Iterable[Sale] = (), **said: Any) -> Client:
    """Return a customer; keywords are tables of :data:`BOOKS` or fields of its record.

    What it owes, ``owes=``, stands for invoices and payments together: one dict of
    :func:`bill` after the other.
    """
    bills = said.pop("owes", None)
    if bills is not None:
        said["invoices"] = [one["invoice"] for one in bills]
        said["payments"] = [paid for one in bills for paid in one["payments"]]
    books = {name: tuple(said.pop(name)) for name in BOOKS if name in said}
    return Client(tuple(sales), said, books)


def bill(
    amount: float,
    due: int,
    *paid: tuple[int, float],
    issued: int | None = None,
    no: str = "",
    **more: Any,
) -> dict[str, Any]:
    """Return an invoice and what was paid of it.

    Parameters
    ----------
    amount : float
    due : int
        Days before the day looked at; negative for days to come.
    paid : tuple of int and float
        Each payment: how many days ago, and how much.
    issued : int or None
        Days ago; thirty days before it was due, where nothing is said.
    no : str
        Its number, where two are due on one day.
    more
        Columns of the invoice.
    """
    name = f"F{due}{no}"
    first = due + 30 if issued is None else issued
    return {
        "invoice": cs.Invoice("x", name, ago(first), ago(due), amount, **more),
        "payments": [
            cs.Payment(f"{name}-{at}", name, ago(back), part)
            for at, (back, part) in enumerate(paid)
        ],
    }


def project(value: float | None = None, **more: Any) -> cs.Project:
    """Return a project that was recorded ten days ago."""
    said = {"recorded_on": ago(10), "stage": "planned", "value": value, **more}
    return cs.Project("x", said.pop("project_id", "P1"), **said)


def intent(days_ago: int, kind: str = "expansion") -> cs.Interaction:
    """Return a contact."""
    return cs.Interaction("x", ago(days_ago), kind=kind)


def cost(kind: str, amount: float, days_ago: int = 10) -> cs.Cost:
    """Return what the customer cost beside the goods."""
    return cs.Cost("x", ago(days_ago), kind, amount)


def event(kind: str, days_ago: int = 10) -> cs.Event:
    """Return something that happened to the customer outside."""
    return cs.Event("x", ago(days_ago), kind)


def yard_reference(n: int = 20) -> list[cs.Transaction]:
    """Return the sales of the first n customers of the yard."""
    return [
        transaction(
            f"y{i:02}", line(12.5 * i, days_ago=10 * i, order="o", category=shelf)
        )
        for i in range(1, n + 1)
        for shelf in SHELVES
    ]


def trade_reference(n: int = 20) -> list[cs.Transaction]:
    """Return the sales of the first n customers of the trade on credit."""
    rows = []
    for i in range(1, n + 1):
        for shelf in ("瓷砖", "水泥"):
            goods = {"category": shelf, "product": shelf, "quantity": 1, "cost": 30 * i}
            sale = line(50 * i, days_ago=10 * i, order="o", ship_to="佛山", **goods)
            rows.append(transaction(f"t{i:02}", sale))
        for back, amount in ((365, 97), (395, 1), (425, 1), (455, 1)):
            goods = {"category": "瓷砖", "product": "杂项", "quantity": 1, "cost": 0}
            sale = line(amount, days_ago=10 * i + back, order=f"o{back}", **goods)
            rows.append(transaction(f"t{i:02}", sale))
    return rows


def trade(n: int = 20) -> cs.FittedPolicy:
    """Return the grading policy fitted on the first n customers of the trade.

    A customer of tomorrow, whom nobody knows yet, fills every field and every table, so
    that all of them count as recorded.
    """
    later = {
        "registered_on": ago(-1), "closed_on": ago(-1), "flags": {"key_account"},
        "type": "项目", "industry": "E47", "credit_limit": 1, "group_id": "G",
        "terms_days": 1, "cities_covered": 1, "towns_covered": 1, "stores_served": 1,
        "decoration_firms_served": 1, "warehouse_m2": 1, "delivery_staff": 1,
        "annual_projects": 1, "developer_rank": 1, "annual_purchases": 1,
        "supplier_switches": 1, "open_orders": 1, "external_rating": 1,
    }  # fmt: skip
    tomorrow = ago(-1)
    invoice = cs.Invoice(
        "later", "F", tomorrow, tomorrow, 1, written_off_on=tomorrow,
        written_off_amount=1, disputed_on=tomorrow, resolved_on=tomorrow,
    )  # fmt: skip
    ledger = cs.Ledger.from_records(
        [cs.Customer("later", **later)],
        trade_reference(n),
        invoices=[invoice],
        payments=[cs.Payment("P", "F", tomorrow, 1)],
        projects=[
            cs.Project("later", "P", tomorrow, starts_on=tomorrow, ends_on=tomorrow,
                       stage="planned", area_m2=1, value=1),
        ],
        costs=[cs.Cost("later", tomorrow, "service", 1)],
        events=[cs.Event("later", tomorrow, "default", severity=1)],
        interactions=[cs.Interaction("later", tomorrow, kind="intent", weight=1)],
        currency="CNY",
    )  # fmt: skip
    wanted = ["days_sales_outstanding", "terms_days", "average_days_late", "exposure"]
    return cs.load_policy("building_materials_grading").fit(
        ledger, as_of=TODAY, features=wanted
    )


def ledger_of(**clients: Client) -> cs.Ledger:
    """Return the books of several customers as one ledger.

    In a far future somebody fills every table, so that all of them are there.
    """
    far = date(2099, 1, 1)
    tables: dict[str, list[Any]] = {
        "invoices": [cs.Invoice("later", "F", far, far, 1, written_off_on=far,
                                disputed_on=far)],
        "payments": [cs.Payment("P", "F", far, 1)],
        "projects": [cs.Project("later", "P", far, starts_on=far, ends_on=far,
                                stage="planned", value=1)],
        "costs": [cs.Cost("later", far, "service", 1)],
        "events": [cs.Event("later", far, "default")],
        "interactions": [cs.Interaction("later", far, kind="intent")],
    }  # fmt: skip
    people, sales = [], []
    for name, one in clients.items():
        people.append(cs.Customer(name, **one.customer))
        sales += [transaction(name, sale) for sale in one.sales]
        for table, rows in one.books.items():
            tables[table] += [_of(name, row) for row in rows]
    return cs.Ledger.from_records(people, sales, **tables, currency="CNY")


def _of(name: str, row: Any) -> Any:
    """Return a record as one of a customer, its invoices apart from those of others."""
    said: dict[str, Any] = {}
    if hasattr(row, "customer_id"):
        said["customer_id"] = name
    for column in ("invoice_id", "payment_id"):
        if hasattr(row, column):
            said[column] = f"{name}-{getattr(row, column)}"
    return evolve(row, **said)


def said_missing(one: cs.CustomerResult, family: str) -> set[str]:
    """Return what is missing for a label that is open, as its explanation says it.

    Only what is said in both languages: facts, or what was not learned.
    """
    data = one.explain().to_data()
    told = data["tier"] if family == "tier" else data["families"][family]
    assert told["label"] == "UNKNOWN"
    texts = {code: one.explain().only(family).to_text(code) for code in ("en", "zh")}
    return {
        entry["fact"] or entry["not_learned"]
        for entry in told["missing"]
        if all(is_told(entry, code, text) for code, text in texts.items())
    }


def is_told(entry: dict[str, Any], language: str, text: str) -> bool:
    """Say whether a line of a text tells this, perhaps with other facts beside it."""
    title = "" if entry["title"] is None else entry["title"][language]
    why = entry["said"][language].removeprefix(title)
    return any(title in line and line.endswith(why) for line in text.splitlines())
