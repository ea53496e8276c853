"""What was invoiced, collected, lost and is open, over windows."""

import numpy as np
import pytest

from custseg.scoring.receivables.outstanding import _nearest
from open_items import book, told

# Customer a: 1,000 of January, paid half in February and half in May; 600 of April,
# open; a credit note of 100 in May; 90 of May last year, written off in March.
ROWS = [
    ("a", "1", "2026-01-10", "2026-02-09", 1000.0),
    ("a", "2", "2026-04-01", "2026-05-01", 600.0),
    ("a", "3", "2026-05-20", "2026-05-20", -100.0),
    ("a", "4", "2025-05-01", "2025-06-01", 90.0, {"written_off_on": "2026-03-01"}),
]
PAID = [("1", "2026-02-09", 500.0), ("1", "2026-05-04", 500.0)]


@pytest.fixture(scope="module")
def ledger():
    """Customer a, and b who was never invoiced."""
    return book(ROWS, PAID)


@pytest.mark.parametrize(
    ("code", "window", "expected"),
    [
        ("open_receivable", "365 days", [50_000, 0]),
        ("has_open_balance", "365 days", [True, False]),
        ("invoiced", "365 days", [150_000, 0]),
        ("invoiced", "lifetime", [159_000, 0]),
        ("invoiced", "month to date", [0, 0]),
        ("invoiced", "last quarter", [100_000, 0]),
        ("collected", "365 days", [100_000, 0]),
        ("collected", "quarter to date", [50_000, 0]),
        ("written_off", "365 days", [9_000, 0]),
        ("written_off", "quarter to date", [0, 0]),
        ("bad_debt_share", "lifetime", [90 / 1590, None]),
        ("bad_debt_share", "365 days", [90 / 1500, None]),
    ],
)
def test_feature(ledger, code, window, expected):
    """Each as its formula says."""
    assert told(ledger, code, window=window) == expected


def test_the_average_balance_counts_every_day():
    """In June 500 on each of 30 days; in May 1,100 for 3, 600 for 16, 500 for 12."""
    ledger = book(ROWS, PAID)
    june = told(ledger, "average_open_receivable", window="month to date")
    assert june == [50_000, 0]
    # 1 to 3 May 1,100; 4 to 19 May 600; 20 to 31 May 500: 18,900 over 31 days.
    may = told(ledger, "average_open_receivable", window="last month")
    assert may == [round(1_890_000 / 31), 0]


def test_the_average_over_a_lifetime_begins_with_the_first_invoice():
    """10 days of 30.00, of which 10.00 are paid after 4: 24.00 on average."""
    ledger = book(
        [("a", "1", "2026-06-21", "2026-06-25", 30.0)], [("1", "2026-06-25", 10.0)]
    )
    found = told(ledger, "average_open_receivable", window="lifetime")
    assert found == [2400, None]


def test_averages_are_rounded_half_to_even():
    """0.5, 1.5 and 2.5 cents are 0, 2 and 2."""
    tops, bottoms = np.array([1, 3, 5, -1, -3, 7, 0]), np.array([2, 2, 2, 2, 2, 3, 4])
    assert _nearest(tops, bottoms).tolist() == [0, 2, 2, 0, -2, 2, 0]
    cents = book([("a", "1", "2026-06-30", "2026-06-30", 0.01)])
    assert told(cents, "average_open_receivable", window="2 days") == [0, 0]


def test_an_open_balance_is_a_unit_of_the_currency_either_way():
    """99 cents are left by rounding; 1.00, or a credit of it, are not."""
    for amount, expected in {0.99: False, 1.0: True, -0.99: False, -1.0: True}.items():
        row = ("a", "1", "2026-01-01", "2026-01-31", amount)
        assert told(book([row]), "has_open_balance") == [expected, False]
    yen = book([("a", "1", "2026-01-01", "2026-01-31", 1)], currency="JPY")
    assert told(yen, "has_open_balance") == [True, False]


def test_write_offs_are_unknown_where_nobody_records_them():
    """Without the column nobody can tell whether anything was lost."""
    ledger = book([one[:5] for one in ROWS], PAID, plain=True)
    assert told(ledger, "written_off") == [None, None]
    assert told(ledger, "bad_debt_share") == [None, None]
    assert told(ledger, "open_receivable") == [59_000, 0]


def test_a_window_of_a_year_earlier_sees_its_own_days():
    """The 90 of May 2025 were open then, and nothing was lost yet."""
    ledger = book(ROWS, PAID)
    window = "365 days, a year earlier"
    assert told(ledger, "invoiced", window=window) == [9_000, 0]
    assert told(ledger, "written_off", window=window) == [0, 0]
    # 61 days, from 1 May to 30 June 2025, of 365.
    average = told(ledger, "average_open_receivable", window=window)
    assert average == [round(9_000 * 61 / 365), 0]
