"""Merged rows answer as all rows do, and unsorted ones as sorted ones do."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import custseg as cs
from custseg.intake import assembly
from custseg.intake.arrivals import Arrival
from custseg.periods import FiscalCalendar, Window, as_day
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Facts

SUMS = {"sales.amount", "sales.order_id", "sales.quantity", "sales.cost"}
AS_OF = ("2024-01-02", "2024-02-29", "2024-12-31", "2026-06-30")
WINDOWS = (
    "365 days",
    "30 days",
    "lifetime",
    "last fiscal quarter",
    "month to date",
    "fiscal year to date, a year earlier",
)


def sales_of(seed, *, gathered):
    """Return sales whose orders interleave, last for days, and hold returns."""
    chance = np.random.default_rng(seed)
    n = int(chance.integers(1, 150))
    customers = chance.integers(0, int(chance.integers(1, 6)), n)
    days = chance.integers(0, int(chance.choice([2, 10, 500])), n)
    orders = [
        None if chance.random() < 0.2 else f"o{c}-{d - (chance.random() < 0.2)}-{z}"
        for c, d, z in zip(customers, days, chance.integers(0, 2, n), strict=True)
    ]
    amounts = chance.integers(-300, 1000, n) / 100
    amounts[chance.random(n) < 0.1] = 0
    quantities = chance.integers(-3, 9, n).astype(float)
    quantities[chance.random(n) < 0.1] = np.nan
    costs = np.round(amounts / 2, 2)
    costs[chance.random(n) < 0.05] = np.nan
    sales = {
        "customer_id": np.array([f"c{one}" for one in customers], dtype=object),
        "date": np.datetime64("2024-01-01") + days,
        "amount": amounts,
        "quantity": quantities,
        "cost": costs,
    }
    if chance.random() < 0.8:
        sales["order_id"] = np.array(orders, dtype=object)
    if gathered:  # so that lines of one order are neighbours and can be merged
        by = np.lexsort((np.array(orders, dtype=str), days, customers))
        sales = {name: column[by] for name, column in sales.items()}
    return sales


def ledger_of(sales, *, waits):
    """Return a ledger whose sales wait to be sorted, or do not."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assembly, "WORTH_WAITING", 1 if waits else 10**9)
        ledger = cs.Ledger.from_frames(sales, currency="CNY")
    assert isinstance(ledger.tables.given["sales"], Arrival) is waits
    return ledger


@settings(max_examples=40)
@given(
    st.integers(0, 10**6),
    st.booleans(),
    st.sampled_from(AS_OF),
    st.sampled_from(WINDOWS),
)
def test_merged_lines_answer_as_all_lines(seed, gathered, as_of, window):
    """Every feature of the catalogue, to the bit, and what is known of it."""
    sales = sales_of(seed, gathered=gathered)
    plain = ledger_of(sales, waits=False)
    merged = ledger_of(sales, waits=True).merged_for(SUMS)
    assert merged.tables["sales"] is not plain.tables["sales"]
    facts = [
        Facts(ledger, as_day(as_of), FiscalCalendar(4)) for ledger in (plain, merged)
    ]
    for code, feature in CATALOGUE.items():
        one, other = (each.measure(feature, Window.parse(window)) for each in facts)
        known = one.is_known()
        assert known.tolist() == other.is_known().tolist(), code
        assert one.values[known].tobytes() == other.values[known].tobytes(), code


def test_lines_are_merged_while_nothing_sets_them_apart():
    """Customer, day, order, the sign of the amount, and what is known of the values."""
    rows = [
        ("a", 1, "o1", 5.0, 1.0),
        ("a", 1, "o1", 6.0, 2.0),
        ("a", 1, "o1", 7.0, None),
        ("a", 1, "o1", -1.0, None),
        ("a", 1, "o2", -1.0, None),
        ("a", 1, "o2", 0.0, None),
        ("a", 2, "o2", 0.0, None),
        ("b", 2, "o2", 0.0, None),
        ("a", 1, "o1", 8.0, 3.0),
    ]
    names = ("customer_id", "date", "order_id", "amount", "quantity")
    sales = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    sales["date"] = [f"2026-01-0{day}" for day in sales["date"]]
    merged = ledger_of(sales, waits=True).merged_for(SUMS).tables["sales"]
    amount, quantity = merged.columns["amount"], merged.columns["quantity"]
    assert amount.values.tolist() == [1100, 700, -100, -100, 0, 800, 0, 0]
    assert quantity.is_known().tolist() == [True] + [False] * 4 + [True, False, False]
    assert quantity.values[[0, 5]].tolist() == [30_000, 30_000]


def test_what_sums_cannot_tell_needs_all_lines():
    """Whoever asks for the products gets the ledger itself."""
    sales = {
        "customer_id": ["a", "a"],
        "date": ["2026-01-01"] * 2,
        "amount": [1, 2],
        "product": ["x", "y"],
    }
    ledger = ledger_of(sales, waits=True)
    assert ledger.merged_for({"sales.amount", "sales.product"}) is ledger
    assert len(ledger.merged_for({"sales.amount"})) == 1
