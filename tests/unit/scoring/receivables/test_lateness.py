"""On time or not, and how many days late, worked by hand."""

import pytest

from open_items import book, told

# Due 31 January 2026.
ROW = ("a", "1", "2026-01-01", "2026-01-31", 1000.0)


def late(rows, payments=(), **how):
    """Return the share on time and the average days late of customer a."""
    ledger = book(rows, payments)
    return tuple(
        told(ledger, code, **how)[0] for code in ("on_time_share", "average_days_late")
    )


@pytest.mark.parametrize(
    ("payments", "share", "days"),
    [
        ([("1", "2026-01-31", 1000.0)], 1.0, 0.0),  # on the day itself
        ([("1", "2026-01-05", 1000.0)], 1.0, 0.0),  # early is on time, not less
        ([("1", "2026-02-10", 1000.0)], 0.0, 10.0),
        ([("1", "2026-01-31", 500.0), ("1", "2026-02-10", 500.0)], 0.5, 5.0),
        ([("1", "2026-01-31", 600.0)], 0.6, 60.0),  # 400 open for 150 days
        ([], 0.0, 150.0),  # 31 January to 30 June
        ([("1", "2026-01-31", 1500.0)], 1.0, 0.0),  # too much is no more than all
        ([("1", "2026-07-01", 1000.0)], 0.0, 150.0),  # not seen yet
    ],
)
def test_one_invoice(payments, share, days):
    """Each part of the amount counts by the day on which it came."""
    assert late([ROW], payments) == (share, days)


def test_amounts_weigh():
    """3,000 on time and 1,000 forty days late: 3/4, and 10 days."""
    rows = [ROW, ("a", "2", "2026-01-01", "2026-01-31", 3000.0)]
    paid = [("2", "2026-01-31", 3000.0), ("1", "2026-03-12", 1000.0)]
    assert late(rows, paid) == (0.75, 10.0)


def test_only_what_was_due_in_the_window_counts():
    """Due on its first day after the edge, and on its last; not yet due is not late."""
    paid = [("1", "2026-01-31", 1000.0)]
    assert late([ROW], paid, as_of="2026-02-09", window="10 days") == (1.0, 0.0)
    assert late([ROW], paid, as_of="2026-02-10", window="10 days") == (None, None)
    assert late([ROW], paid, as_of="2026-01-30") == (None, None)
    assert late([ROW], [], as_of="2026-01-31") == (0.0, 0.0)


def test_a_window_that_ended_is_judged_by_what_is_known_now():
    """Due in the first quarter, paid in the second: 80 days late, not 59."""
    paid = [("1", "2026-04-21", 1000.0)]
    assert late([ROW], paid, window="last quarter") == (0.0, 80.0)


def test_money_that_went_back_was_not_paid():
    """A cheque of the due day bounced on 10 February, and was never made good."""
    paid = [("1", "2026-01-31", 1000.0), ("1", "2026-02-10", -1000.0)]
    assert late([ROW], paid) == (0.0, 140.0)


def test_what_was_written_off_is_late_until_then():
    """Lost on 2 March, after 30 days."""
    lost = (*ROW, {"written_off_on": "2026-03-02"})
    assert late([lost]) == (0.0, 30.0)
    assert late([lost], [("1", "2026-02-05", 500.0)]) == (0.0, 17.5)


def test_credit_notes_are_left_out_and_cover_what_is_open():
    """Of 1,000 a note covers 400; the other 600 came 10 days late."""
    note = ("a", "2", "2026-02-20", "2026-02-20", -400.0)
    assert late([ROW, note], [("1", "2026-02-10", 600.0)]) == (0.0, 10.0)
    assert late([note]) == (None, None)


def test_a_cancelled_invoice_is_neither_on_time_nor_late():
    """An invoice and a note of the same amount leave nothing to judge."""
    note = ("a", "2", "2026-02-20", "2026-02-20", -1000.0)
    assert late([ROW, note]) == (None, None)


def test_what_is_in_dispute_is_left_out():
    """Paid 600 on time, the other 400 disputed: all that was due came on time."""
    disputed = (*ROW, {"disputed_on": "2026-01-20"})
    assert late([disputed], [("1", "2026-01-31", 600.0)]) == (1.0, 0.0)
    assert late([disputed]) == (None, None)
    over = (*ROW, {"disputed_on": "2026-01-20", "resolved_on": "2026-03-01"})
    assert late([over]) == (0.0, 150.0)
    assert late([over], as_of="2026-02-28") == (None, None)


def test_what_was_paid_back_in_dispute_is_left_out_too():
    """Of a disputed 1,000 more is open, 200 of it paid back: it weighs nothing.

    The other invoice of 1,000 was paid on the day, so all that counts was on time.
    """
    disputed = ("a", "2", "2026-01-01", "2026-01-31", 1000.0)
    rows = [ROW, (*disputed, {"disputed_on": "2026-01-20"})]
    paid = [("1", "2026-01-31", 1000.0), ("2", "2026-02-10", -200.0)]
    assert late(rows, paid) == (1.0, 0.0)
    assert late(rows[1:], paid[1:]) == (None, None)


def test_due_before_issue_is_due_on_the_day_of_issue():
    """Nobody can pay before there is an invoice."""
    row = ("a", "1", "2026-06-20", "2026-05-01", 1000.0)
    assert late([row], [("1", "2026-06-20", 1000.0)]) == (1.0, 0.0)
    assert late([row], []) == (0.0, 10.0)


def test_without_a_due_day_nothing_is_late():
    """Nobody said when to pay."""
    row = ("a", "1", "2026-01-01", None, 1000.0)
    assert late([row]) == (None, None)


def test_each_customer_by_itself():
    """Invoices of others, due in between, change nothing."""
    rows = [
        ROW,
        ("b", "7", "2026-01-01", "2026-01-31", 10.0),
        ("b", "8", "2025-01-01", "2025-01-31", 10.0),
        ("c", "9", "2026-01-01", "2026-01-31", 20.0),
    ]
    paid = [
        ("1", "2026-02-10", 1000.0),
        ("7", "2026-02-05", 5.0),
        ("8", "2025-02-05", 5),
    ]
    ledger = book(rows, paid)
    assert told(ledger, "on_time_share") == [0.0, 0.0, 0.0]
    # b: 5 for 5 days and 5 for 150 days, of 10.
    assert told(ledger, "average_days_late") == [10.0, 77.5, 150.0]
