"""Disputes: from when, until when, and over how much."""

import pytest

from open_items import book, told

CODES = ("has_open_dispute", "longest_dispute_days", "disputed_receivable")


def disputes(rows, payments=(), **how):
    """Return the three facts about customer a."""
    ledger = book(rows, payments)
    return [told(ledger, code, **how)[0] for code in CODES]


def row(number="1", amount=100.0, **more):
    """Return an invoice of customer a, due 31 March 2026."""
    return ("a", number, "2026-03-01", "2026-03-31", amount, more)


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2026-04-09", [False, 0, 0]),
        ("2026-04-10", [True, 0, 10_000]),
        ("2026-05-09", [True, 29, 10_000]),
        ("2026-05-10", [False, 0, 0]),
    ],
)
def test_a_dispute_is_open_from_its_day_until_resolved(as_of, expected):
    """On the day it begins it is open, on the day it is resolved no more."""
    one = row(disputed_on="2026-04-10", resolved_on="2026-05-10")
    assert disputes([one], as_of=as_of) == expected


def test_the_longest_of_several():
    """From 1 April, and from 1 June: 90 days; 100 and 40 with 30 paid of them."""
    rows = [row(disputed_on="2026-04-01"), row("2", 40.0, disputed_on="2026-06-01")]
    assert disputes(rows, [("2", "2026-06-02", 30.0)]) == [True, 90, 11_000]


def test_what_is_paid_or_lost_is_not_in_dispute_any_more():
    """Nobody closed the dispute, but there is nothing left to dispute."""
    one = row(disputed_on="2026-04-10")
    assert disputes([one], [("1", "2026-05-01", 100.0)]) == [False, 0, 0]
    assert disputes([one], [("1", "2026-07-01", 100.0)]) == [True, 81, 10_000]
    lost = row(disputed_on="2026-04-10", written_off_on="2026-06-01")
    assert disputes([lost]) == [False, 0, 0]


def test_a_dispute_that_was_resolved_before_it_began():
    """There was none."""
    one = row(disputed_on="2026-05-10", resolved_on="2026-04-10")
    for day in ("2026-04-20", "2026-06-30"):
        assert disputes([one], as_of=day) == [False, 0, 0]


def test_a_dispute_before_the_issue_counts_from_it():
    """Before 1 March there was no invoice."""
    one = row(disputed_on="2026-01-01")
    assert disputes([one], as_of="2026-02-28") == [False, 0, 0]
    assert disputes([one], as_of="2026-03-11") == [True, 10, 10_000]


def test_without_the_column_nothing_is_known():
    """Nobody disputed anything, or nobody wrote it down."""
    ledger = book([row()], plain=True)
    assert [told(ledger, code)[0] for code in CODES] == [None, None, None]
