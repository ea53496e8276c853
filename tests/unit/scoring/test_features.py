"""Features of the catalogue on one small, hand-worked ledger."""

import re
from pathlib import Path

import pytest

import custseg as cs
from custseg.periods import Window, as_day
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Facts

YEAR = Window.parse("365 days")

# Customer a, as of 2026-06-30. Purchase days 2024-06-01, 2025-06-01, 2026-05-01 and
# 2026-06-10: gaps 365, 334, 40; median 334. In the year up to the day: sales of 300 and
# 100, a return of 40. The year before: 200. b never bought; c returned only.
SALES = {
    "customer_id": ["a", "a", "a", "a", "a", "c"],
    "date": [
        "2024-06-01",
        "2025-06-01",
        "2026-05-01",
        "2026-06-10",
        "2026-06-20",
        "2026-06-01",
    ],
    "amount": [50.0, 200.0, 300.0, 100.0, -40.0, -10.0],
    "cost": [40.0, 150.0, 200.0, 60.0, -25.0, None],
    "quantity": [1.0, 2.0, 3.0, 1.0, -0.5, -1.0],
    "order_id": ["1", "2", "3", "3", "4", "5"],
}
PEOPLE = {
    "customer_id": ["a", "b"],
    "registered_on": ["2020-06-30", "2026-06-29"],
    "closed_on": [None, "2026-06-30"],
    "flags": ["key_account;vip", ""],
}
CONTACTS = {
    "customer_id": ["a", "a", "b"],
    "date": ["2026-06-25", "2025-01-01", "2026-07-01"],
    "kind": ["Intent", "view", "intent"],
}


@pytest.fixture(scope="module")
def facts():
    """What is known of a, b and c on 2026-06-30."""
    ledger = cs.Ledger.from_frames(
        SALES, customers=PEOPLE, interactions=CONTACTS, currency="CNY"
    )
    return Facts(ledger, as_day("2026-06-30"))


def told(facts, code, window=YEAR):
    """Return a feature of each customer; None where it is unknown."""
    column = facts.measure(CATALOGUE[code], window)
    pairs = zip(column.values.tolist(), column.is_known().tolist(), strict=True)
    return [value if known else None for value, known in pairs]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("spend", [36000, 0, -1000]),
        ("sales_amount", [40000, 0, 0]),
        ("return_amount", [4000, 0, 1000]),
        ("return_share", [0.1, None, None]),
        ("orders", [1, 0, 0]),  # order 3 has lines on two days
        ("purchase_days", [2, 0, 0]),
        ("average_order_value", [36000.0, None, None]),
        ("quantity", [35000, 0, -10000]),
        ("lifetime_orders", [3, 0, 0]),
        ("lifetime_purchase_days", [4, 0, 0]),
        ("lifetime_spend", [61000, 0, -1000]),
        ("days_since_last_sale", [20, None, None]),
        ("tenure_days", [759, None, None]),
        ("median_gap_days", [334.0, None, None]),
        ("longest_gap_days", [334, None, None]),
        ("spend_a_year_before", [20000, 0, 0]),
        ("spend_change_share", [0.8, None, None]),
        ("orders_change_share", [0.0, None, None]),
        ("margin", [12500, 0, None]),
        ("margin_share", [12500 / 36000, None, None]),
        ("account_age_days", [2191, 1, None]),
        ("is_closed", [False, True, False]),
        ("intents", [1, 0, 0]),
        ("days_since_last_contact", [5, None, None]),
    ],
)
def test_feature(facts, code, expected):
    """Each feature as its formula says."""
    assert told(facts, code) == expected


def test_key_account_needs_its_flag(facts):
    """Of whom there is no row in the table of customers, nothing is known."""
    assert told(facts, "is_key_account") == [True, False, None]


def test_gap_variation(facts):
    """Gaps 365, 334, 40: mean 739 / 3, population deviation, by Fractions."""
    # variance = (365^2 + 334^2 + 40^2) / 3 - (739 / 3)^2 = 193,022 / 9
    deviation = (193022 / 9) ** 0.5
    assert told(facts, "gap_variation")[0] == pytest.approx(deviation / (739 / 3))


def test_every_feature_is_worked_by_hand():
    """A new feature stands by name in a test of this folder."""
    here = Path(__file__).parent.rglob("test_*.py")
    written = "".join(path.read_text(encoding="utf-8") for path in here)
    without = [code for code in CATALOGUE if f'"{code}"' not in written]
    assert without == [], "work one case of it by hand, in a test of this folder"


@pytest.mark.parametrize("window", ["365 days, a year earlier", "lifetime"])
def test_there_is_no_year_before_some_windows(facts, window):
    """A change against itself would be zero; it is unknown."""
    for code in ("spend_a_year_before", "spend_change_share", "orders_change_share"):
        assert told(facts, code, Window.parse(window)) == [None, None, None]


def test_a_missing_column_makes_a_feature_unknown():
    """Without costs nobody has a margin."""
    rows = {name: SALES[name] for name in ("customer_id", "date", "amount")}
    facts = Facts(cs.Ledger.from_frames(rows), as_day("2026-06-30"))
    for code in ("margin", "quantity", "is_closed", "intents", "account_age_days"):
        assert told(facts, code) == [None, None]


def test_the_population_of_a_day():
    """Registered by then, or with an event by then; nobody else."""
    ledger = cs.Ledger.from_frames(
        SALES, customers=PEOPLE, interactions=CONTACTS, currency="CNY"
    )
    days = {"2024-05-31": "a", "2026-06-28": "ac", "2026-06-30": "abc"}
    for day, known in days.items():
        here = Facts(ledger, as_day(day)).population()
        assert "".join(ledger.customer_ids[here]) == known


def test_a_mistyped_feature_is_told():
    """The nearest name is offered; the rest of the catalogue is one page."""
    with pytest.raises(LookupError, match="no feature 'spnd'; did you mean 'spend'"):
        _ = CATALOGUE["spnd"]
    assert ("spend" in CATALOGUE, len(CATALOGUE)) == (True, len(list(CATALOGUE)))


def test_why_it_is_unknown_is_said_in_both_languages():
    """A Chinese sentence holds no English words, and an English one no Chinese."""
    for cause in {cause for one in CATALOGUE.values() for cause in one.missing}:
        assert re.fullmatch(r"[^A-Za-z，。；（）]+", cause.zh.removeprefix("vip: "))
        assert re.match(r"(where|with|without|for|over) [ -~]*[^ .;]$", cause.en)
