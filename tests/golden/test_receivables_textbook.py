"""Ratios of receivables by the textbook: formulas and figures as published."""

import pytest

from open_items import book, told


def test_collection_effectiveness_of_a_quarter():
    """10,750 / 13,500 = 79.63 %.

    The illustration of creditguru.com ("Collection Effectiveness Index"), by the
    formula of the Credit Research Foundation: opening receivables 6,200, credit sales
    3,390 + 3,610 + 3,890 = 10,890, closing receivables 6,340 of which 3,590 are
    current. The page itself prints 55.9 %, which its figures do not give.
    """
    rows = [
        ("a", "0", "2025-12-15", "2026-01-14", 6200.0),
        ("a", "1", "2026-01-15", "2026-02-14", 3390.0),
        ("a", "2", "2026-02-15", "2026-03-17", 3610.0),
        ("a", "3", "2026-03-15", "2026-04-14", 3890.0),
    ]
    paid = [
        ("0", "2026-01-14", 6200.0),
        ("1", "2026-02-14", 3390.0),
        ("2", "2026-03-17", 860.0),
        ("3", "2026-03-20", 300.0),
    ]
    ledger = book(rows, paid)
    how = {"as_of": "2026-03-31", "window": "quarter to date"}
    assert told(ledger, "invoiced", **how)[0] == 10_890_00
    assert told(ledger, "open_receivable", **how)[0] == 6340_00
    assert told(ledger, "overdue_amount", **how)[0] == (6340 - 3590) * 100
    found = told(ledger, "collection_effectiveness", **how)[0]
    assert found == 10_750 / 13_500
    assert found == pytest.approx(0.7963, abs=5e-5)


def test_days_sales_outstanding_of_a_month():
    """18,000 / 20,000 x 30 = 27 days (The Motley Fool, "Days sales outstanding")."""
    rows = [("a", "1", "2026-04-05", "2026-05-05", 20_000.0)]
    ledger = book(rows, [("1", "2026-04-30", 2000.0)])
    found = told(
        ledger, "days_sales_outstanding", as_of="2026-04-30", window="month to date"
    )
    assert found[0] == 27.0


def test_count_back_of_a_quarter():
    """212,000 on sales of 70,000, 80,000 and 100,000: two months and 32/70 of one.

    The illustration of benjipays.com ("Mastering DSO calculation: the count-back
    method explained") has months of 30 days: 60 + 13.7 = 73.7. Here May has 31.
    """
    rows = [
        ("a", "1", "2026-04-10", "2026-05-10", 70_000.0),
        ("a", "2", "2026-05-10", "2026-06-10", 80_000.0),
        ("a", "3", "2026-06-10", "2026-07-10", 100_000.0),
    ]
    ledger = book(rows, [("1", "2026-06-20", 38_000.0)])
    found = told(ledger, "days_sales_outstanding_count_back")[0]
    assert found == pytest.approx(30 + 31 + 32 / 70 * 30, abs=1e-9)
    assert found - 1 == pytest.approx(73.7, abs=0.05)


def test_average_days_delinquent_is_dso_less_the_best_possible():
    """ADD = DSO - BPDSO, both x 365 / annual sales (Credit Research Foundation, KPIs).

    Annual sales 1,460,000, receivables 160,000, of which 120,000 current: DSO 40, best
    possible 30, so 10 days delinquent.
    """
    rows = [
        ("a", "1", "2025-09-01", "2025-10-01", 1_300_000.0),
        ("a", "2", "2026-04-01", "2026-05-01", 40_000.0),
        ("a", "3", "2026-06-20", "2026-07-20", 120_000.0),
    ]
    ledger = book(rows, [("1", "2025-10-01", 1_300_000.0)])
    assert told(ledger, "days_sales_outstanding")[0] == 40.0
    assert told(ledger, "average_days_delinquent")[0] == 10.0
