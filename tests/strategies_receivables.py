"""Hypothesis strategies for invoices and payments, and a plain model of what is open.

Few customers, ids and days, so that they meet: partial and double payments, payments
before the issue and after the day looked at, credit notes, write-offs with and without
an amount or a day, disputes in every state.
"""

import datetime as dt
from decimal import Decimal

from hypothesis import strategies as st

__all__ = ["AS_OF", "FIRST", "invoices", "open_on", "payments_of"]

FIRST = dt.date(2026, 1, 1)
AS_OF = dt.date(2026, 6, 30)

days = st.one_of(
    st.dates(FIRST, dt.date(2026, 8, 31)),
    st.sampled_from(
        [AS_OF + dt.timedelta(days=n) for n in (0, 1, -30, -31, -91)]  # 31 March
    ),
)
maybe = st.one_of(st.none(), st.none(), days)
cents = st.sampled_from([-500, -99, 1, 99, 100, 500, 500, 1000, 1000, 123_456])


def _money(cent):
    return None if cent is None else Decimal(cent).scaleb(-2)


@st.composite
def invoices(draw, *, max_size=8, prefix=""):
    """Rows of invoices, each with an id of its own."""
    rows = []
    for number in range(draw(st.integers(0, max_size))):
        issued, terms = draw(days), dt.timedelta(days=draw(st.integers(0, 60)))
        rows.append(
            {
                "customer_id": draw(st.sampled_from("ab")),
                "invoice_id": f"{prefix}{number}",
                "issued_on": issued,
                "due_on": draw(st.one_of(st.none(), days, st.just(issued + terms))),
                "amount": _money(draw(cents)),
                "written_off_on": draw(maybe),
                "written_off_amount": _money(draw(st.one_of(st.none(), cents))),
                "disputed_on": draw(maybe),
                "resolved_on": draw(maybe),
            }
        )
    return rows


@st.composite
def payments_of(draw, rows, *, max_size=10, prefix=""):
    """Payments of some invoices, each with an id of its own."""
    if not rows:
        return []
    ids = st.sampled_from([row["invoice_id"] for row in rows])
    return [
        {
            "payment_id": f"{prefix}{number}",
            "invoice_id": draw(ids),
            "paid_on": draw(days),
            "amount": _money(draw(cents)),
        }
        for number in range(draw(st.integers(0, max_size)))
    ]


def open_on(row, payments, day):
    """Return paid, written off and open cents of one invoice, as one would tell it."""
    if row["issued_on"] > day:
        return 0, 0, 0
    amount = int(row["amount"] * 100)
    paid = sum(
        int(one["amount"] * 100)
        for one in payments
        if one["invoice_id"] == row["invoice_id"] and one["paid_on"] <= day
    )
    most = row["written_off_amount"]
    most = amount if most is None else min(amount, int(most * 100))
    gone = row["written_off_on"] is not None and row["written_off_on"] <= day
    lost = max(0, min(most, amount - paid)) if gone else 0
    return paid, lost, amount - paid - lost
