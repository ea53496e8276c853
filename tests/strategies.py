"""Hypothesis strategies for sales: rows as plain values, in all the forms that matter.

A row is a dict of canonical names and plain Python values (dates, Decimals of two
places, texts). Few customers, days and orders, so that they meet: orders with lines on
several days, orders that interleave, returns, zeros, two customers with one order id.
"""

import datetime as dt
from decimal import Decimal

from hypothesis import strategies as st

__all__ = ["AS_OF", "FIRST", "amounts", "days", "rows", "windows"]

FIRST = dt.date(2024, 1, 1)
AS_OF = dt.date(2026, 6, 30)
LAST = dt.date(2026, 12, 31)

customers = st.sampled_from(["12", "7", "王"])

days = st.one_of(
    st.dates(FIRST, LAST),
    # neighbours and the edges of windows, which chance alone would seldom meet
    st.sampled_from(
        [
            AS_OF,
            AS_OF - dt.timedelta(days=1),
            AS_OF - dt.timedelta(days=90),
            AS_OF - dt.timedelta(days=91),
            AS_OF + dt.timedelta(days=1),
            dt.date(2026, 1, 1),
            dt.date(2025, 12, 31),
            dt.date(2024, 2, 29),
        ]
    ),
)

amounts = st.one_of(
    st.integers(-50_000, 100_000).map(lambda cents: Decimal(cents).scaleb(-2)),
    st.sampled_from([Decimal(0), Decimal("0.01"), Decimal("-0.01"), Decimal("9e6")]),
)

orders = st.one_of(st.none(), st.sampled_from(["o1", "o2"]))

quantities = st.one_of(
    st.none(), st.integers(-30_000, 90_000).map(lambda n: Decimal(n).scaleb(-4))
)


@st.composite
def rows(draw, *, min_size=0, max_size=25, with_orders=True):
    """Sales rows; ``line_id`` is unique, so no row is a repeat of another."""
    size = draw(st.integers(min_size, max_size))
    made = []
    for number in range(size):
        row = {
            "customer_id": draw(customers),
            "date": draw(days),
            "amount": draw(amounts),
            "quantity": draw(quantities),
            "line_id": f"l{number}",
        }
        if with_orders:
            row["order_id"] = draw(orders)
        made.append(row)
    return made


windows = st.sampled_from(
    [
        "1 day",
        "90 days",
        "365 days",
        "365 days, a year earlier",
        "month to date",
        "quarter to date",
        "year to date, a year earlier",
        "last month",
        "last quarter",
        "last year",
        "last half, a year earlier",
        "fiscal year to date",
        "last fiscal quarter",
        "last fiscal year, a year earlier",
        "lifetime",
    ]
)
"""Texts of windows of every kind."""
