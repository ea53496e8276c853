"""The open balance of an invoice, through everything that can happen to it."""

import numpy as np
import pytest

from custseg.errors import AmountOverflow
from custseg.scoring.receivables.book import book_of, exact_days, open_by
from open_items import book, facts_of, told

JANUARY = ("a", "1", "2026-01-01", "2026-01-31", 1000.0)
LOST = {"written_off_on": "2026-04-01"}


def left(ledger, *days):
    """Return what customer a owes on some days."""
    return [told(ledger, "open_receivable", as_of=day)[0] for day in days]


def test_a_partial_payment_lowers_the_balance():
    """1,000 from the day of issue, 400 after 600 came in, 0 after the rest."""
    ledger = book([JANUARY], [("1", "2026-02-10", 600.0), ("1", "2026-03-01", 400.0)])
    days = ["2025-12-31", "2026-01-01", "2026-02-09", "2026-02-10", "2026-03-01"]
    assert left(ledger, *days) == [0, 100_000, 100_000, 40_000, 0]


def test_nothing_of_an_invoice_shows_before_its_issue():
    """A payment that came first is not known before there is something to pay."""
    ledger = book([JANUARY], [("1", "2025-12-20", 300.0)])
    assert left(ledger, "2025-12-25", "2026-01-01") == [0, 70_000]
    assert told(ledger, "collected", as_of="2025-12-31") == [0, 0]
    assert told(ledger, "collected", as_of="2026-01-01") == [30_000, 0]


def test_a_payment_alone_makes_nobody_known():
    """Whose payment it is, only the invoice can tell."""
    ledger = book(
        [("c", "1", "2026-01-01", "2026-01-31", 9.0)], [("1", "2025-06-01", 9)]
    )
    for day, known in {"2025-12-31": "ab", "2026-01-01": "abc"}.items():
        here = facts_of(ledger, day).population()
        assert "".join(ledger.customer_ids[here]) == known


def test_what_is_paid_too_much_is_a_credit():
    """Paid twice: the seller owes 1,000."""
    ledger = book([JANUARY], [("1", "2026-01-20", 1000.0), ("1", "2026-01-21", 1000.0)])
    assert left(ledger, "2026-01-20", "2026-01-21") == [0, -100_000]


def test_money_paid_back_opens_the_invoice_again():
    """A cheque that bounced."""
    ledger = book(
        [JANUARY], [("1", "2026-01-20", 1000.0), ("1", "2026-01-25", -1000.0)]
    )
    assert left(ledger, "2026-01-20", "2026-01-25") == [0, 100_000]


def test_a_credit_note_is_netted():
    """An invoice under zero lowers the balance from its issue."""
    note = ("a", "2", "2026-02-01", "2026-02-01", -250.0)
    assert left(book([JANUARY, note]), "2026-01-31", "2026-02-01") == [100_000, 75_000]


def test_a_write_off_takes_the_rest_from_its_day():
    """Of 1,000, 300 paid: 700 lost, whatever else is said of the amount."""
    paid = [("1", "2026-02-01", 300.0)]
    for amount in (None, 700.0, 5000.0):
        lost = {**LOST, "written_off_amount": amount}
        ledger = book([(*JANUARY, lost)], paid)
        assert left(ledger, "2026-03-31", "2026-04-01") == [70_000, 0]
        assert told(ledger, "written_off") == [70_000, 0]


def test_a_part_may_be_written_off():
    """Of 1,000, 300 paid and 200 lost: 500 stay open."""
    ledger = book(
        [(*JANUARY, {**LOST, "written_off_amount": 200.0})],
        [("1", "2026-02-01", 300.0)],
    )
    assert left(ledger, "2026-06-30") == [50_000]
    assert told(ledger, "written_off") == [20_000, 0]


def test_what_comes_in_after_a_write_off_was_not_lost():
    """Written off in April, 400 of it come in May: 600 are lost, nothing is open."""
    ledger = book([(*JANUARY, LOST)], [("1", "2026-05-10", 400.0)])
    assert left(ledger, "2026-04-01", "2026-05-10") == [0, 0]
    assert told(ledger, "written_off", as_of="2026-05-09") == [100_000, 0]
    assert told(ledger, "written_off", as_of="2026-05-10") == [60_000, 0]
    assert told(ledger, "collected", as_of="2026-05-10") == [40_000, 0]


def test_paid_and_written_off_on_one_day():
    """The end of the day counts, not the order of its events."""
    ledger = book([(*JANUARY, LOST)], [("1", "2026-04-01", 400.0)])
    assert left(ledger, "2026-04-01") == [0]
    assert told(ledger, "written_off") == [60_000, 0]


@pytest.mark.parametrize(
    "lost",
    [
        {"written_off_amount": 1000.0},
        {**LOST, "written_off_amount": 0.0},
        {**LOST, "written_off_amount": -10.0},
        {"written_off_on": "2026-07-01"},
    ],
)
def test_write_offs_that_do_not_count(lost):
    """Without a day, of nothing, of less than nothing, or of a later day."""
    ledger = book([(*JANUARY, lost)])
    assert left(ledger, "2026-06-30") == [100_000]
    assert told(ledger, "written_off") == [0, 0]


def test_a_write_off_before_the_issue_counts_from_it():
    """The days are mixed up; the invoice was open on no day."""
    ledger = book([(*JANUARY, {"written_off_on": "2025-12-01"})])
    assert left(ledger, "2025-12-31", "2026-01-01") == [0, 0]
    assert told(ledger, "written_off", as_of="2025-12-31") == [0, 0]
    assert told(ledger, "written_off", as_of="2026-01-01") == [100_000, 0]


def test_a_credit_note_cannot_be_written_off():
    """What the seller owes is not lost by writing it off."""
    note = ("a", "2", "2026-02-01", "2026-02-01", -250.0, LOST)
    ledger = book([note])
    assert left(ledger, "2026-06-30") == [-25_000]
    assert told(ledger, "written_off") == [0, 0]


def test_an_invoice_without_payments_on_record():
    """Invoices can be added up without payments; what is open cannot be told."""
    columns = {
        "customer_id": ["a"],
        "invoice_id": ["1"],
        "issued_on": ["2026-01-01"],
        "due_on": ["2026-01-31"],
        "amount": [10.0],
    }
    ledger = book([JANUARY])
    alone = type(ledger).from_frames(
        {"customer_id": ["a"], "date": ["2026-01-01"], "amount": [1.0]},
        invoices=columns,
    )
    assert told(alone, "invoiced") == [1000]
    for code in ("open_receivable", "collected", "on_time_share", "exposure"):
        assert told(alone, code) == [None]


def test_the_book_tells_each_invoice():
    """Open items by row: invoices are sorted by customer and day of issue."""
    rows = [
        ("b", "9", "2026-03-01", "2026-03-31", 50.0),
        ("a", "2", "2026-02-01", "2026-03-03", 20.0),
        JANUARY,
    ]
    facts = facts_of(book(rows, [("2", "2026-03-01", 5.0)]))
    assert book_of(facts).amount.tolist() == [100_000, 2_000, 5_000]
    assert open_by(facts, facts.as_of).tolist() == [100_000, 1_500, 5_000]
    later = open_by(facts, facts.as_of + 999)
    assert later is open_by(facts, facts.as_of)  # no day after the one looked at


def test_amounts_times_days_are_exact_beyond_the_running_sum():
    """Sums over everybody may leave 64 bits; each customer's own is right."""
    values = np.full(8, 2**58, dtype=np.int64)
    days = np.full(8, 7, dtype=np.int64)
    assert exact_days(values, days, np.arange(9)).tolist() == [7 * 2**58] * 8


def test_amounts_times_days_that_cannot_be_counted_are_refused():
    """One customer's sum beyond 2^62 is an error, not a wrong number."""
    values, days = np.array([2**58]), np.array([100])
    with pytest.raises(AmountOverflow, match="amounts times days are too large"):
        exact_days(values, days, np.array([0, 1]))
