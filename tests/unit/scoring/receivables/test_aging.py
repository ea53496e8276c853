"""What is overdue, by age, after credits and without disputes."""

from datetime import date, timedelta

import pytest

from open_items import book, told

BUCKETS = ("overdue_1_30", "overdue_31_60", "overdue_61_90", "overdue_over_90")


def days_ago(n):
    """Return the day n days before 30 June 2026."""
    return str(date(2026, 6, 30) - timedelta(days=n))


def invoice(number, days, amount, **more):
    """Return an invoice of customer a that was due some days ago."""
    return ("a", number, days_ago(max(days, 0) + 30), days_ago(days), amount, more)


def overdue(rows, payments=(), **how):
    """Return the whole, the buckets and the worst days of customer a."""
    ledger = book(rows, payments, **how)
    codes = ("overdue_amount", *BUCKETS, "max_days_past_due")
    return [told(ledger, code)[0] for code in codes]


@pytest.mark.parametrize(
    ("days", "bucket"),
    [(1, 0), (30, 0), (31, 1), (60, 1), (61, 2), (90, 2), (91, 3), (900, 3)],
)
def test_the_edges_of_the_buckets(days, bucket):
    """30 days belong to the first bucket, 31 to the second."""
    buckets = [0, 0, 0, 0]
    buckets[bucket] = 5000
    assert overdue([invoice("1", days, 50.0)]) == [5000, *buckets, days]


def test_nothing_is_overdue_on_its_due_day():
    """The day itself is still in time, and so are days to come."""
    for days in (0, -5):
        row = ("a", "1", "2026-06-01", days_ago(days), 50.0)
        assert overdue([row]) == [0, 0, 0, 0, 0, 0]


def test_partial_payments_leave_the_rest():
    """10 and 40 days, half paid of the older."""
    rows = [invoice("1", 40, 80.0), invoice("2", 10, 50.0)]
    found = overdue(rows, [("1", "2026-06-01", 40.0)])
    assert found == [9000, 5000, 4000, 0, 0, 40]


def test_less_than_a_unit_is_not_overdue():
    """99 cents left of an old invoice are bank charges."""
    rows = [invoice("1", 400, 80.0), invoice("2", 10, 50.0)]
    assert overdue(rows, [("1", "2026-06-01", 79.01)]) == [5000, 5000, 0, 0, 0, 10]
    assert overdue(rows, [("1", "2026-06-01", 79.0)]) == [5100, 5000, 0, 0, 100, 400]


def test_a_dispute_stops_the_clock_while_it_is_open():
    """Disputed for 300 days: not overdue; once resolved, by its due day."""
    row = invoice("1", 320, 80.0, disputed_on=days_ago(300))
    assert overdue([row, invoice("2", 10, 50.0)]) == [5000, 5000, 0, 0, 0, 10]
    row[-1]["resolved_on"] = days_ago(0)
    assert overdue([row]) == [8000, 0, 0, 0, 8000, 320]


def test_credits_cover_what_was_due_longest():
    """A note of 100 takes all of the oldest and part of the next."""
    rows = [
        invoice("1", 40, 80.0),
        invoice("2", 10, 50.0),
        invoice("3", -20, 70.0),
        ("a", "4", days_ago(3), days_ago(3), -100.0),
    ]
    assert overdue(rows) == [3000, 3000, 0, 0, 0, 10]


def test_an_overpayment_covers_other_invoices():
    """Paid 130 on an invoice of 50: 80 left for the older one."""
    rows = [invoice("1", 40, 80.0), invoice("2", 10, 50.0)]
    assert overdue(rows, [("2", "2026-06-01", 130.0)]) == [0, 0, 0, 0, 0, 0]


def test_credits_do_not_cover_what_is_in_dispute():
    """The note goes to the undisputed invoice, although it is younger."""
    rows = [
        invoice("1", 40, 80.0, disputed_on=days_ago(5)),
        invoice("2", 10, 50.0),
        ("a", "4", days_ago(3), days_ago(3), -30.0),
    ]
    assert overdue(rows) == [2000, 2000, 0, 0, 0, 10]


def test_credits_of_others_cover_nothing():
    """Each customer's credits are its own."""
    rows = [
        ("b", "9", days_ago(50), days_ago(20), 10.0),
        ("b", "8", days_ago(50), days_ago(20), -4.0),
        invoice("1", 40, 80.0),
        ("c", "7", days_ago(50), days_ago(20), -500.0),
        ("d", "6", days_ago(50), days_ago(25), 3.0),
    ]
    assert told(book(rows), "overdue_amount") == [8000, 600, 0, 300]
    assert told(book(rows), "max_days_past_due") == [40, 20, 0, 25]


def test_half_a_year_before():
    """183 days earlier it was 17 days late; it has been paid since."""
    row = invoice("1", 200, 80.0)
    ledger = book([row], [("1", days_ago(100), 80.0)])
    assert told(ledger, "max_days_past_due") == [0, 0]
    assert told(ledger, "max_days_past_due_half_year_before") == [17, 0]
    early = invoice("1", 183, 80.0)
    assert told(book([early]), "max_days_past_due_half_year_before") == [0, 0]


def test_a_unit_is_that_of_the_currency():
    """One yen is a unit; of a dinar, 0.999 is not."""
    assert overdue([invoice("1", 5, 1)], currency="JPY")[0] == 1
    assert overdue([invoice("1", 5, 0.999)], currency="KWD")[0] == 0
    assert overdue([invoice("1", 5, 1.0)], currency="KWD")[0] == 1000
