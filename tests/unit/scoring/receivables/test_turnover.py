"""Days of sales that are out, and the part that was collected."""

import pytest

from open_items import book, told


def test_days_sales_outstanding():
    """Of 730 invoiced in a year 100 are open: 50 days of sales."""
    rows = [("a", "1", "2025-09-01", "2025-10-01", 730.0)]
    ledger = book(rows, [("1", "2025-10-01", 630.0)])
    assert told(ledger, "days_sales_outstanding") == [50.0, None]
    assert told(ledger, "days_sales_outstanding", window="90 days") == [None, None]


def test_over_a_lifetime_the_days_begin_with_the_first_invoice():
    """303 days from 1 September to 30 June, 100 of 730 open."""
    rows = [("a", "1", "2025-09-01", "2025-10-01", 730.0)]
    ledger = book(rows, [("1", "2025-10-01", 630.0)])
    found = told(ledger, "days_sales_outstanding", window="lifetime")
    assert found == [pytest.approx(303 * 100 / 730, abs=1e-9), None]


def test_a_credit_turns_the_days_round():
    """Who is owed money by the seller has fewer than no days out."""
    rows = [("a", "1", "2026-01-01", "2026-01-31", 365.0)]
    ledger = book(rows, [("1", "2026-01-31", 375.0)])
    assert told(ledger, "days_sales_outstanding") == [-10.0, None]
    assert told(ledger, "days_sales_outstanding_count_back") == [0.0, None]


# Invoices of 70,000 in April, 80,000 in May, 100,000 in June.
QUARTER = [
    ("a", "1", "2026-04-10", "2026-05-10", 70_000.0),
    ("a", "2", "2026-05-10", "2026-06-10", 80_000.0),
    ("a", "3", "2026-06-10", "2026-07-10", 100_000.0),
]


@pytest.mark.parametrize(
    ("paid", "days"),
    [
        (0, 30 + 31 + 30),
        (70_000, 30 + 31),
        (110_000, 30 + 31 / 2),
        (150_000, 30),
        (225_000, 7.5),
        (250_000, 0),
    ],
)
def test_count_back(paid, days):
    """Of June 30 days, of May 31, of April 30, the last one in part."""
    payments = [("1", "2026-06-20", paid - 0.0)] if paid else []
    ledger = book(QUARTER, payments)
    found = told(ledger, "days_sales_outstanding_count_back")
    assert found == [pytest.approx(days, abs=1e-9), None]


def test_count_back_within_a_month():
    """On 15 June 15 days of June have passed: half of its 100,000 is 7.5 of them."""
    ledger = book([QUARTER[2]], [("3", "2026-06-15", 50_000.0)])
    found = told(ledger, "days_sales_outstanding_count_back", as_of="2026-06-15")
    assert found == [7.5, None]


def test_months_without_sales_count_whole():
    """Invoiced in January only, all open: to 30 June 181 days; half of it 165.5."""
    row = ("a", "1", "2026-01-20", "2026-02-20", 10.0)
    code = "days_sales_outstanding_count_back"
    assert told(book([row]), code) == [181.0, None]
    assert told(book([row], [("1", "2026-02-01", 5.0)]), code) == [165.5, None]


def test_a_month_of_credits_makes_up_nothing():
    """May was credited in all; April and June make up the balance of 120."""
    rows = [
        ("a", "1", "2026-04-10", "2026-05-10", 100.0),
        ("a", "2", "2026-05-10", "2026-05-10", -30.0),
        ("a", "3", "2026-06-10", "2026-07-10", 50.0),
    ]
    found = told(book(rows), "days_sales_outstanding_count_back")
    # 120 open: 50 of June, nothing of May, 70 of the 100 of April.
    assert found == [30 + 31 + 21, None]


def test_count_back_ends_with_the_first_invoice():
    """More was paid back than was ever invoiced: all 61 days since 1 May."""
    row = ("a", "1", "2026-05-10", "2026-06-10", 10.0)
    ledger = book([row], [("1", "2026-06-01", -5.0)])
    assert told(ledger, "days_sales_outstanding_count_back") == [61.0, None]


def test_count_back_knows_no_other_customer():
    """What others were invoiced, and when, makes no difference."""
    rows = [*QUARTER, ("b", "9", "2020-01-01", "2020-02-01", 5.0)]
    found = told(book(rows), "days_sales_outstanding_count_back")
    assert found[0] == 91.0


def test_a_month_can_be_collected_in_full():
    """What was due came in; what is not due does not count."""
    ledger = book(QUARTER, [("1", "2026-05-10", 70_000.0), ("2", "2026-06-10", 80_000)])
    assert told(ledger, "collection_effectiveness") == [1.0, None]
    assert told(ledger, "average_days_delinquent") == [0.0, None]


def test_nothing_to_collect():
    """Invoiced today and not due: neither effective nor ineffective."""
    row = ("a", "1", "2026-06-30", "2026-07-30", 10.0)
    assert told(book([row]), "collection_effectiveness") == [None, None]
    assert told(book([row]), "days_sales_outstanding") == [365.0, None]
