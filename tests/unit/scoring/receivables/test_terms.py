"""What is declared of limits, terms, orders and ratings."""

import pytest

from open_items import book, told

PEOPLE = {
    "customer_id": ["a", "b", "c", "a"],
    "valid_from": ["2020-01-01", "2020-01-01", "2020-01-01", "2026-07-01"],
    "credit_limit": [5000.0, 0.0, -1.0, 9000.0],
    "open_orders": [120.5, None, -3.0, 0.0],
    "terms_days": [30, 0, -30, 60],
    "external_rating": [71.5, 100.0, 100.5, 0.0],
}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("credit_limit", [500_000, 0, None]),
        ("open_orders", [12_050, None, None]),
        ("terms_days", [30, 0, None]),
        ("external_rating", [71.5, 100.0, None]),
    ],
)
def test_declared(code, expected):
    """What held on the day; what makes no sense is unknown."""
    assert told(book([], people=PEOPLE), code) == expected


def test_what_changes_holds_from_its_day():
    """On 1 July the limit, the terms and the rating of a are others."""
    ledger = book([], people=PEOPLE)
    found = {
        code: told(ledger, code, as_of="2026-07-01")[0]
        for code in ("credit_limit", "open_orders", "terms_days", "external_rating")
    }
    assert list(found.values()) == [900_000, 0, 60, 0.0]


def test_without_the_columns_nothing_is_known():
    """Nobody declared anything."""
    ledger = book([])
    for code in ("credit_limit", "open_orders", "terms_days", "external_rating"):
        assert told(ledger, code) == [None, None]
