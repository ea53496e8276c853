"""Small worlds in which every cut of the company policy can be worked out by hand.

Both are as of t = 2026-06-30 and have twenty customers, i = 1 .. 20, so that the
mid-rank percentile of the i-th of twenty different values is (i - 0.5) / 20.

The world of money, :func:`money_reference`. Customer i placed i orders of 100.00 on one
day, 10 i days before t, so in the year up to t

    S = 100 i,  n = i,  R = 10 i,  d = 1.

Before the year each bought on four more days, 390, 420, 450 and 480 days before that
one: gaps 390, 30, 30, 30, median 30 for everybody.

The world of goods, :func:`goods_reference`. Customer i bought one TILE for 10 i and
other goods for 100.00, 10 i days before t, and for 100.00 exactly a year before that:

    S = 100 + 10 i,  change on the year i / 10,  R = 10 i,  price of a TILE 10 i.

The other 100.00 went on PAINT alone, but for i = 1 .. 8, who took PIPE for 10 of it,
and i = 1 .. 7, who took GLUE for 10 more. So TILE and PAINT are bought by 20 of 20,
PIPE by 8 (40 %), GLUE by 7 (35 %): three categories are common. The gap of 8 customers
is 0, that of 12 is 1/3: percentiles 4/20 = .2 and (8 + 6)/20 = .7.

Each declares a revenue of i millions, and is reached by the seller in Foshan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from attrs import field, frozen

import custseg as cs

TODAY = date(2026, 6, 30)

FOSHAN = cs.Site(city="佛山", province="广东", latitude=23.0, longitude=113.0)
SELLER = cs.Seller(country="CN", sites=[FOSHAN])

Sale = Mapping[str, Any]
"""``ago``, ``amount``, ``order`` and what else a line says."""


def ago(days: int) -> date:
    """Return the day so many days before the day looked at."""
    return TODAY - timedelta(days=days)


def bought(spend: float, orders: int, days_ago: int) -> list[Sale]:
    """Return sales on one day: so much in so many orders."""
    first = spend - (orders - 1)
    amounts = [first, *[1] * (orders - 1)]
    return [
        {"ago": days_ago, "amount": amount, "order": f"o{at}"}
        for at, amount in enumerate(amounts)
    ]


def on_days(*days_ago: int) -> list[Sale]:
    """Return one sale of 10.00 on each of some days."""
    return [{"ago": back, "amount": 10, "order": f"o{back}"} for back in days_ago]


def line(amount: float, *, days_ago: int = 10, order: str = "o", **more: Any) -> Sale:
    """Return one line of a sale."""
    return {"ago": days_ago, "amount": amount, "order": order, **more}


@frozen
class Case:
    """One customer: its sales, what it declares, what it said and asked."""

    sales: tuple[Sale, ...] = ()
    customer: Mapping[str, Any] = field(factory=dict)
    intents: tuple[int, ...] | None = None
    met: tuple[tuple[int, str], ...] | None = None
    complaints: tuple[int, ...] | None = None

    def classified(self, policy: cs.FittedPolicy) -> cs.CustomerResult:
        """Classify the customer by a fitted policy."""
        contacts = feedback = None
        if self.intents is not None:
            contacts = [
                cs.Interaction("x", ago(d), kind="intent") for d in self.intents
            ]
        if self.met is not None:
            contacts = [cs.Interaction("x", ago(d), channel=by) for d, by in self.met]
        if self.complaints is not None:
            feedback = [
                cs.Feedback("x", ago(d), complaint="c") for d in self.complaints
            ]
        return policy.classify_one(
            cs.Customer("x", **self.customer),
            [transaction("x", one) for one in self.sales],
            as_of=TODAY,
            interactions=contacts,
            feedback=feedback,
        )

    def label(self, policy: cs.FittedPolicy, family: str) -> str | None:
        """Return one label of the customer, or its entitled tier."""
        one = self.classified(policy)
        return one.tier if family == "tier" else one.labels[family]


def case(
    sales: Iterable[Sale] = (),
    *,
    intents: Iterable[int] | None = None,
    met: Iterable[tuple[int, str]] | None = None,
    complaints: Iterable[int] | None = None,
    **customer: Any,
) -> Case:
    """Return one customer; the last keywords are fields of its record.

    Contacts are days ago: signs of intent, or each with the channel by which it was
    ``met``.
    """
    return Case(
        tuple(sales),
        customer,
        None if intents is None else tuple(intents),
        None if met is None else tuple(met),
        None if complaints is None else tuple(complaints),
    )


def transaction(customer: str, sale: Sale) -> cs.Transaction:
    """Return a sale as a record."""
    said = dict(sale)
    back, amount, order = said.pop("ago"), said.pop("amount"), said.pop("order")
    return cs.Transaction(customer, ago(back), str(amount), order_id=order, **said)


def money_reference(n: int = 20, *, quantity: Any = None) -> list[cs.Transaction]:
    """Return the sales of the first n customers of the world of money."""
    rows = []
    for i in range(1, n + 1):
        goods = None if quantity is None else quantity(i)
        for k in range(i):
            part = None if goods is None else (goods if k == 0 else 0)
            sale = line(100, days_ago=10 * i, order=f"r{i}-{k}", quantity=part)
            rows.append(transaction(f"r{i:02}", sale))
        none = None if goods is None else 0
        for back in (390, 420, 450, 480):
            sale = line(1, days_ago=10 * i + back, order=f"r{i}-{back}", quantity=none)
            rows.append(transaction(f"r{i:02}", sale))
    return rows


def goods_reference(n: int = 20) -> list[cs.Transaction]:
    """Return the sales of the first n customers of the world of goods."""
    rows = []
    for i in range(1, n + 1):
        basket = {"TILE": 10 * i, "PAINT": 100}
        for category, last in (("PIPE", 8), ("GLUE", 7)):
            if i <= last:
                basket |= {category: 10, "PAINT": basket["PAINT"] - 10}
        for category, amount in basket.items():
            more = {"category": category, "quantity": 1, "brand": "north"}
            sale = line(amount, days_ago=10 * i, order=f"g{i}", **more)
            rows.append(transaction(f"g{i:02}", sale))
        sale = line(100, days_ago=10 * i + 365, order=f"g{i}-0")
        rows.append(transaction(f"g{i:02}", sale))
    return rows


def fit(
    rows: list[cs.Transaction],
    *,
    seller: cs.Seller | None = SELLER,
    policy: str = "company",
) -> cs.FittedPolicy:
    """Fit a packaged policy on records, as of the day looked at.

    A customer of tomorrow, whom nobody knows yet, fills every field of accounts,
    contacts and feedback, so that they count as recorded. The customers of the world of
    goods declare a revenue.
    """
    later = cs.Customer(
        "later",
        registered_on=ago(-1),
        closed_on=ago(-1),
        flags={"key_account"},
        type="企业",
        legal_form="企业",
        industry="C13",
        employees=1,
        annual_revenue=1,
        income_band="高",
        country="CN",
        province="广东",
        city="佛山",
        latitude=23.0,
        longitude=113.0,
    )
    ids = sorted({row.customer_id for row in rows})
    people = [
        cs.Customer(one, annual_revenue=1_000_000 * int(one[1:]))
        for one in ids
        if one.startswith("g")
    ]
    ledger = cs.Ledger.from_records(
        [later, *people],
        rows,
        interactions=[cs.Interaction("later", ago(-1), channel="-", kind="intent")],
        feedback=[cs.Feedback("later", ago(-1), complaint="c")],
        currency="CNY",
    )
    loaded = cs.load_policy(policy)
    if seller is not None:
        loaded = loaded.with_seller(seller)
    return loaded.fit(ledger, as_of=TODAY)
