"""Stability of quarterly spend, worked by hand."""

from datetime import date
from math import sqrt

import pytest

import custseg as cs
from custseg.periods import Window, as_day
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Facts

# The last days of the eight quarters up to 2026-06-30, and of one before.
ENDS = [
    date(2024, 6, 30),
    date(2024, 9, 30),
    date(2024, 12, 31),
    date(2025, 3, 31),
    date(2025, 6, 30),
    date(2025, 9, 30),
    date(2025, 12, 31),
    date(2026, 3, 31),
    date(2026, 6, 30),
]


def stability(spends):
    """Return the stability of one customer who spent so much in each last quarter."""
    days = ENDS[-len(spends) :]
    sales = [cs.Transaction("x", *one) for one in zip(days, spends, strict=True)]
    facts = Facts(cs.Ledger.from_records([], sales), as_day("2026-06-30"))
    column = facts.measure(CATALOGUE["stability"], Window.parse("365 days"))
    return column.values[0].item() if column.is_known()[0] else None


@pytest.mark.parametrize(
    ("spends", "expected"),
    [
        ([100, 100, 100, 100], 1.0),
        # mean 100, deviations 20 each: CV 0.2
        ([80, 120, 80, 120], 0.8),
        ([80, 120, 80, 120, 80, 120, 80, 120], 0.8),
        ([9999, 80, 120, 80, 120, 80, 120, 80, 120], 0.8),  # eight quarters count
        # mean 100, squares 900, 100, 100, 900: CV sqrt(500) / 100
        ([70, 90, 110, 130], 1 - sqrt(500) / 100),
        # mean 88; 144 + 784 + 144 + 784 + 1024 = 2880, a fifth is 24 squared
        ([100, 60, 100, 60, 120], 1 - 24 / 88),
        # all in one quarter of four: CV about sqrt(3), so 1 - CV is below zero
        ([100, -1, 1, 0.01], 0.0),
        ([100, 100, 100], None),  # three quarters are no history
        ([100, 1, 1, -200], None),  # more came back than was bought
    ],
)
def test_stability(spends, expected):
    """One minus the coefficient of variation, and never below 0."""
    found = stability(spends)
    assert found == (expected if expected is None else pytest.approx(expected))


def test_silence_is_unsteady():
    """100 in the first and in the last of four quarters: mean 50, CV 1."""
    sales = [cs.Transaction("x", ENDS[-4], 100), cs.Transaction("x", ENDS[-1], 100)]
    facts = Facts(cs.Ledger.from_records([], sales), as_day("2026-06-30"))
    column = facts.measure(CATALOGUE["stability"], Window.parse("365 days"))
    assert (column.values.tolist(), column.is_known().tolist()) == ([0.0], [True])


def test_who_stopped_buying_long_ago_is_unknown():
    """Eight quarters of nothing are not steady; nothing can be said of them."""
    sales = [cs.Transaction("x", date(2023, 1, 1), 100)]
    facts = Facts(cs.Ledger.from_records([], sales), as_day("2026-06-30"))
    column = facts.measure(CATALOGUE["stability"], Window.parse("365 days"))
    assert column.is_known().tolist() == [False]
