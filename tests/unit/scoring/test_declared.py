"""What customers declare: as it stood on the day, and never made up."""

import pytest

import custseg as cs
from custseg.periods import Window, as_day
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.declared import FEATURES
from custseg.scoring.features import Facts

YEAR = Window.parse("365 days")
PEOPLE = {
    "customer_id": ["a", "a", "b"],
    "valid_from": ["2025-01-01", "2026-06-01", "2025-01-01"],
    "type": ["DEALER", "PROJECT", None],
    "legal_form": ["企业", "企业", " "],
    "industry": ["ISIC Rev.4 C10", "GB/T 4754-2017 C13", None],
    "employees": [12, 40, -1],
    "annual_revenue": ["1200000.50", "3000000", "-5"],
    "income_band": [None, "高", None],
}
SALES = {"customer_id": ["a", "b"], "date": ["2025-06-01"] * 2, "amount": [1.0, 1.0]}


@pytest.fixture(scope="module")
def ledger():
    """Two customers; a changed on 2026-06-01, b declares next to nothing."""
    return cs.Ledger.from_frames(SALES, customers=PEOPLE, currency="CNY")


def told(facts, code):
    """Return what a feature says of each customer; None where it is unknown."""
    column = facts.measure(CATALOGUE[code], YEAR)
    values = column.values.tolist()
    if column.words:
        values = [column.words[one] if one >= 0 else None for one in values]
    known = column.is_known().tolist()
    return [one if sure else None for one, sure in zip(values, known, strict=True)]


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        ("declared_type", "DEALER", "PROJECT"),
        ("legal_form", "企业", "企业"),
        ("industry", "ISIC:C10", "GB/T:C13"),
        ("employees", 12, 40),
        ("annual_revenue", 120_000_050, 300_000_000),
        ("income_band", None, "高"),
    ],
)
def test_each_day_sees_what_held_then(ledger, code, before, after):
    """The row of 2026-06-01 is invisible on the day before; b stays unknown."""
    assert told(Facts(ledger, as_day("2026-05-31")), code) == [before, None]
    assert told(Facts(ledger, as_day("2026-06-01")), code) == [after, None]


def test_before_the_first_row_nothing_is_known(ledger):
    """An account that began later said nothing yet."""
    facts = Facts(ledger, as_day("2024-12-31"))
    assert {one for feature in FEATURES for one in told(facts, feature.code)} == {None}


def test_without_the_column_nothing_is_known():
    """Nothing declared is imputed from sales."""
    facts = Facts(cs.Ledger.from_frames(SALES, currency="CNY"), as_day("2026-06-30"))
    assert {one for feature in FEATURES for one in told(facts, feature.code)} == {None}


def test_a_record_says_the_same_as_a_table():
    """A CRM's record of today goes the same way as a row."""
    customer = cs.Customer(
        "a", valid_from="2026-06-01", industry="GBT:C13", employees=40
    )
    sale = cs.Transaction("a", "2025-06-01", 1)
    ledger = cs.Ledger.from_records([customer], [sale], currency="CNY")
    facts = Facts(ledger, as_day("2026-06-30"))
    assert (told(facts, "industry"), told(facts, "employees")) == (["GB/T:C13"], [40])
    assert told(Facts(ledger, as_day("2026-05-31")), "industry") == [None]
