"""The largest order and the shortest gap, worked by hand."""

import numpy as np
import pytest

import custseg as cs
from custseg.measuring import features_measured
from custseg.periods import Window, as_day
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Facts


def told(code, columns, window="365 days", *, merged=False):
    """Return a feature of each customer by name; None where it is unknown."""
    facts = Facts(cs.Ledger.from_frames(columns), as_day("2026-06-30"))
    if merged:
        wanted = {code: (CATALOGUE[code], Window.parse(window))}
        column = features_measured(facts, wanted)[code]
    else:
        column = facts.measure(CATALOGUE[code], Window.parse(window))
    pairs = zip(column.values.tolist(), column.is_known().tolist(), strict=True)
    return [value if known else None for value, known in pairs]


LINES = {
    "customer_id": ["a", "a", "a", "a", "a", "a", "b", "b", "c", "c", "c", "d"],
    "date": [
        # order 1 has lines on two days, with order 2 between: 3 + 4 in the window
        *("2025-06-30", "2026-06-01", "2026-06-02", "2026-06-03", "2026-06-04"),
        "2026-07-01",
        *("2026-06-01", "2026-06-01"),
        *("2026-06-01", "2026-06-01", "2026-06-02"),
        "2026-06-01",
    ],
    "amount": [50.0, 3.0, 6.0, 4.0, -5.0, 99.0, 2.0, 5.0, 2.0, 2.0, 3.0, -1.0],
    "order_id": ["1", "1", "2", "1", "1", "3", "2", "1", None, None, None, "4"],
}


@pytest.mark.parametrize("merged", [True, False])
def test_largest_order(merged):
    """Sale lines of the window by customer and order; a return takes nothing off."""
    found = told("largest_order_amount", LINES, merged=merged)
    # c's lines have no order: those of a day are one, 4 and 3. d has only a return.
    assert found == [700, 500, 400, None]
    found = told("largest_order_amount", LINES, "lifetime", merged=merged)
    assert found == [5700, 500, 400, None]


@pytest.mark.parametrize("merged", [True, False])
def test_largest_order_without_order_ids(merged):
    """One day's sales are one order."""
    lines = {name: LINES[name] for name in ("customer_id", "date", "amount")}
    found = told("largest_order_amount", lines, merged=merged)
    assert found == [600, 700, 400, None]


def test_some_lines_without_an_order_beside_others_with_one():
    """A line without an id joins those of its day without one, and no order."""
    lines = {
        "customer_id": ["a"] * 4,
        "date": ["2026-06-01"] * 3 + ["2026-06-02"],
        "amount": [1.0, 2.0, 4.0, 8.0],
        "order_id": ["1", None, None, "1"],
    }
    assert told("largest_order_amount", lines) == [900]
    lines["amount"] = [1.0, 6.0, 4.0, 8.0]
    assert told("largest_order_amount", lines) == [1000]


def test_nobody_bought_in_the_window():
    """Without a sale there is no largest order."""
    assert told("largest_order_amount", LINES, "1 day") == [None] * 4


@pytest.mark.parametrize(
    ("gaps", "longest"),
    [
        ([10, 30], 30),
        ([30, 10, 20], 30),
        ([5] * 8 + [90], 90),  # of nine, nine
        ([5] * 9 + [90], 5),  # of ten, nine
        ([90] * 2 + [5] * 9, 90),  # of eleven, ten
        ([10], None),
    ],
)
def test_nine_in_ten_gaps_are_no_longer_than_the_long_one(gaps, longest):
    """One in ten may be longer; with less than two gaps nothing is usual."""
    days = np.datetime64("2024-01-01") + np.cumsum([0, *gaps])
    lines = {
        "customer_id": ["a"] * len(days),
        "date": days,
        "amount": [1.0] * len(days),
    }
    assert told("long_gap_days", lines) == [longest]


def test_shortest_gap():
    """Days 1, 11 and 731 after one another; one purchase day has no gap."""
    lines = {
        "customer_id": ["a", "a", "a", "a", "b", "b", "c", "c", "d"],
        "date": [
            *("2024-05-20", "2024-05-31", "2026-06-01", "2026-06-01"),
            *("2022-05-31", "2024-05-31"),
            *("2026-06-01", "2026-07-01"),
            "2026-06-01",
        ],
        "amount": [1.0] * 8 + [-1.0],
    }
    # b: 2022-05-31 to 2024-05-31 are 365 + 366 days; c buys again tomorrow only
    assert told("shortest_gap_days", lines) == [11, 731, None, None]
    only = {name: values[6:7] for name, values in lines.items()}
    assert told("shortest_gap_days", only) == [None]
