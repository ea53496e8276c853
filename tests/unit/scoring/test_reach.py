"""What dealers and developers declare, and the share of what they buy."""

import pytest

import custseg as cs
from custseg.periods import Window, as_day
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Facts
from custseg.scoring.reach import FEATURES

YEAR = Window.parse("365 days")
PEOPLE = {
    "customer_id": ["a", "a", "b"],
    "valid_from": ["2025-01-01", "2026-06-01", "2025-01-01"],
    "cities_covered": [3, 4, -1],
    "towns_covered": [12.4, 12.6, None],
    "stores_served": [0, 85, None],
    "decoration_firms_served": [2, 3, -0.5],
    "warehouse_m2": [800, 1200.5, -1],
    "delivery_staff": [4, 5, None],
    "annual_projects": [0, 6, -2],
    "developer_rank": [101, 99, 0],
    "supplier_switches": [0, 2, -1],
}
SALES = {"customer_id": ["a", "b"], "date": ["2025-06-01"] * 2, "amount": [1.0, 1.0]}


def told(facts, code, window=YEAR):
    """Return what a feature says of each customer; None where it is unknown."""
    column = facts.measure(CATALOGUE[code], window)
    pairs = zip(column.values.tolist(), column.is_known().tolist(), strict=True)
    return [value if known else None for value, known in pairs]


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        ("cities_covered", 3, 4),
        ("towns_covered", 12, 13),
        ("stores_served", 0, 85),
        ("decoration_firms_served", 2, 3),
        ("warehouse_m2", 800.0, 1200.5),
        ("delivery_staff", 4, 5),
        ("annual_projects", 0, 6),
        ("developer_rank", 101.0, 99.0),
        ("supplier_switches", 0, 2),
    ],
)
def test_each_day_sees_what_held_then(code, before, after):
    """The later row is invisible before its day; what cannot be meant is unknown."""
    ledger = cs.Ledger.from_frames(SALES, customers=PEOPLE, currency="CNY")
    assert told(Facts(ledger, as_day("2026-05-31")), code) == [before, None]
    assert told(Facts(ledger, as_day("2026-06-01")), code) == [after, None]


def test_without_the_columns_nothing_is_known():
    """Nothing is imputed from sales."""
    facts = Facts(cs.Ledger.from_frames(SALES, currency="CNY"), as_day("2026-06-30"))
    codes = [one.code for one in FEATURES] + ["annual_purchases", "share_of_wallet"]
    assert {one for code in codes for one in told(facts, code)} == {None}


@pytest.fixture(scope="module")
def buyers():
    """Four customers who spent 500 in June, 1,500 before, and declare all sorts."""
    sales = {
        "customer_id": [*"abcd"] * 2,
        "date": ["2026-06-10"] * 4 + ["2025-09-01"] * 4,
        "amount": [500.0] * 4 + [1500.0] * 4,
    }
    people = {
        "customer_id": [*"abcd"],
        "annual_purchases": ["8000", "0", "-1", None],
    }
    return Facts(
        cs.Ledger.from_frames(sales, customers=people, currency="CNY"),
        as_day("2026-06-30"),
    )


def test_annual_purchases_are_as_declared(buyers):
    """In minor units; below zero nobody can mean."""
    assert told(buyers, "annual_purchases") == [800_000, 0, None, None]


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ("365 days", 0.25),  # 2,000 of 8,000
        ("73 days", 0.3125),  # 500 of a fifth of 8,000
        ("730 days", 0.125),
        ("lifetime", None),
        ("year to date", 0.126035912),  # 500 x 365 / (8,000 x 181)
    ],
)
def test_the_share_of_wallet_is_of_the_days_of_the_window(buyers, window, expected):
    """Spend against what is bought from everybody in as many days."""
    share = told(buyers, "share_of_wallet", Window.parse(window))
    assert share == [expected, None, None, None]


@pytest.mark.parametrize(
    ("code", "flag"),
    [
        ("is_strategic_partner", "strategic_partner"),
        ("wants_whole_house", "whole_house"),
    ],
)
def test_marks_set_by_hand(code, flag):
    """A flag by its whole name; without the column nobody knows."""
    flags = [flag, f"vip,{flag.upper()}", f"{flag}s", ""]
    people = {"customer_id": ["p", "q", "r", "s"], "flags": flags}
    ledger = cs.Ledger.from_frames(SALES, customers=people, currency="CNY")
    facts = Facts(ledger, as_day("2026-06-30"))
    assert told(facts, code) == [None, None, True, True, False, False]
    plain = Facts(cs.Ledger.from_frames(SALES, currency="CNY"), as_day("2026-06-30"))
    assert told(plain, code) == [None, None]
