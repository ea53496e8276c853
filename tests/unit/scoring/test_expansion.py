"""New categories and plans to grow, worked by hand."""

from datetime import date

import pytest

import custseg as cs
from custseg.periods import Window, as_day
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Facts

TODAY = date(2026, 6, 30)
CONTACTS = {
    "customer_id": ["a", "a", "a", "b", "b"],
    "date": ["2025-06-30", "2025-07-01", "2026-07-01", "2026-06-30", "2026-06-29"],
    "kind": ["expansion", " Expansion-Plan", "expansion", "扩店", "扩张计划会"],
}


def told(code, sales, window="365 days", **tables):
    """Return a feature of each customer; None where it is unknown."""
    rows = zip(*sales, strict=True)
    columns = dict(
        zip(("customer_id", "date", "amount", "category"), map(list, rows), strict=True)
    )
    ledger = cs.Ledger.from_frames(columns, currency="CNY", **tables)
    column = Facts(ledger, as_day(TODAY)).measure(CATALOGUE[code], Window.parse(window))
    pairs = zip(column.values.tolist(), column.is_known().tolist(), strict=True)
    return [value if known else None for value, known in pairs]


OLD, NEW, LATER = "2025-06-30", "2025-07-01", "2026-07-01"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([("a", OLD, 5.0, "TILE"), ("a", NEW, 5.0, "TILE")], 0),
        ([("a", OLD, 5.0, "TILE"), ("a", NEW, 5.0, "LAMP"), ("a", NEW, 1, "LAMP")], 1),
        # tiles are older than the window, lamps are returned and not bought
        ([("a", OLD, 5.0, "TILE"), ("a", NEW, -5.0, "LAMP")], 0),
        # what came back was not bought before
        ([("a", OLD, -5.0, "TILE"), ("a", NEW, 5.0, "TILE")], 1),
        ([("a", NEW, 5.0, "TILE"), ("a", NEW, 5.0, "LAMP")], 2),
        ([("a", OLD, 5.0, "TILE"), ("a", LATER, 5.0, "LAMP")], 0),
        # a tenth may be without a category, before the window and within it; no more
        ([("a", OLD, 9.0, "TILE"), ("a", OLD, 1.0, None), ("a", NEW, 5, "LAMP")], 1),
        ([("a", OLD, 8.0, "TILE"), ("a", OLD, 1.0, None), ("a", NEW, 5, "LAMP")], None),
        ([("a", OLD, 8.0, "TILE"), ("a", NEW, 1.0, None), ("a", NEW, 8, "LAMP")], None),
    ],
)
def test_new_categories(lines, expected):
    """Categories with their first sale line in the window."""
    assert told("new_categories", lines) == [expected]


def test_categories_of_others_are_not_ones_own():
    """What b bought before is still new for a; customers stand side by side."""
    lines = [
        ("a", NEW, 5.0, "LAMP"),
        ("b", OLD, 5.0, "LAMP"),
        ("b", NEW, 5.0, "TILE"),
        ("c", OLD, 5.0, "ROPE"),
    ]
    assert told("new_categories", lines) == [1, 1, 0]
    # a year earlier nobody had bought before
    assert told("new_categories", lines, "365 days, a year earlier") == [0, 1, 1]
    assert told("new_categories", lines, "lifetime") == [1, 2, 1]


def test_expansion_intents():
    """In either language and in capitals; a longer word is another kind."""
    sales = [("a", NEW, 5.0, "TILE"), ("b", NEW, 5.0, "TILE"), ("c", NEW, 5.0, "TILE")]
    assert told("expansion_intents", sales, interactions=CONTACTS) == [1, 1, 0]
    found = told("expansion_intents", sales, "lifetime", interactions=CONTACTS)
    assert found == [2, 1, 0]
    assert told("expansion_intents", sales) == [None] * 3
