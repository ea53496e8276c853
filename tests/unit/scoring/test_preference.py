"""What a customer prefers, worked by hand.

The usual shares are .5 of MEAT, .4 of SEAFOOD and .1 of FRUIT. As of 2026-06-30 over
365 days:

a  five orders, .8 of SEAFOOD:  p = (5 x .8 + 5 x .4) / 10 = .6,  lift .6 / .4 = 1.5
b  one order, all SEAFOOD:      p = (1 + 5 x .4) / 6 = .5,        lift 1.25
c  one order, half MEAT, half FRUIT: FRUIT comes first in text order,
                                p = (.5 + 5 x .1) / 6 = 1/6,      lift 5/3
d  only TOYS, which nobody of the reference bought
e  a cent over a tenth of the sales without a category
f  nothing but a return
"""

import json

import numpy as np
import pytest

import custseg as cs
from custseg.periods import Window, as_day
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Facts
from custseg.scoring.preference import CategoryShares, Steps

YEAR = Window.parse("365 days")
TODAY = as_day("2026-06-30")
USUAL = CategoryShares(20, {"FRUIT": 0.1, "MEAT": 0.5, "SEAFOOD": 0.4})

ROWS = [
    *[("a", f"2026-06-0{day}", 80, "SEAFOOD") for day in range(1, 6)],
    *[("a", f"2026-06-0{day}", 20, "MEAT") for day in range(1, 6)],
    ("a", "2025-06-30", 9999, "FRUIT"),
    ("a", "2026-07-01", 9999, "FRUIT"),
    ("b", "2026-06-01", 100, "SEAFOOD"),
    ("b", "2026-06-02", -60, "SEAFOOD"),
    ("c", "2026-06-01", 50, "MEAT"),
    ("c", "2026-06-01", 50, "FRUIT"),
    ("d", "2026-06-01", 100, "TOYS"),
    ("e", "2026-06-01", 89.99, "SEAFOOD"),
    ("e", "2026-06-01", 10.01, None),
    ("f", "2026-06-01", -10, "MEAT"),
]


def learn_from(facts, members, minimum):
    """Learn the usual shares from some members."""
    return CategoryShares.learn([CategoryShares.survey(facts, YEAR, members)], minimum)


def ledger(rows=ROWS):
    """Return sales of (customer, day, amount, category)."""
    names = ("customer_id", "date", "amount", "category")
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    return cs.Ledger.from_frames(columns, currency="CNY")


def lifts(**references):
    """Return the lift of each customer; None where it is unknown."""
    facts = Facts(ledger(), TODAY, references=references)
    column = facts.measure(CATALOGUE["top_category_lift"], YEAR)
    pairs = zip(column.values.tolist(), column.is_known().tolist(), strict=True)
    return [value if known else None for value, known in pairs]


def test_top_category_lift():
    """As worked out above, to nine decimals."""
    assert lifts(category_shares=USUAL) == [
        1.5, 1.25, pytest.approx(5 / 3, abs=1e-9), None, None, None,
    ]  # fmt: skip


@pytest.mark.parametrize("references", [{}, {"category_shares": CategoryShares(19)}])
def test_there_is_no_lift_without_peers(references):
    """Not fitted, or too few members."""
    assert lifts(**references) == [None] * 6


def test_every_member_counts_alike():
    """The shares of a, b and c, each a third, though a bought five times as much."""
    facts, members = Facts(ledger(), TODAY), np.array([1, 1, 1, 0, 1, 1], dtype=bool)
    learned = learn_from(facts, members, 3)
    assert learned.members == 3  # e does not say enough, f bought nothing
    assert learned.shares == pytest.approx(
        {"FRUIT": 0.5 / 3, "MEAT": 0.7 / 3, "SEAFOOD": 1.8 / 3}, abs=1e-9
    )
    assert sum(learned.shares.values()) == pytest.approx(1, abs=1e-9)
    assert list(learned.shares) == sorted(learned.shares)
    assert learn_from(facts, members, 4) == CategoryShares(3)


def test_what_is_learned_does_not_depend_on_who_comes_first():
    """Other names for the same customers change the order of the sums, not the sums."""
    swapped = [(chr(ord("z") - ord(who) + ord("a")), *rest) for who, *rest in ROWS]
    learned = [
        learn_from(Facts(ledger(rows), TODAY), np.ones(6, bool), 1)
        for rows in (ROWS, swapped)
    ]
    assert learned[0].shares == learned[1].shares


def test_without_categories_nothing_is_learned():
    """Sales that name no goods teach nothing, and need not."""
    bare = cs.Ledger.from_frames(
        {"customer_id": ["a"], "date": ["2026-06-01"], "amount": [1.0]}, currency="CNY"
    )
    facts = Facts(bare, TODAY)
    assert learn_from(facts, np.ones(1, bool), 1) == CategoryShares()


def test_the_table_comes_back_bit_for_bit():
    """As JSON and back, no share moves."""
    facts = Facts(ledger(), TODAY)
    learned = learn_from(facts, np.ones(6, bool), 1)
    text = json.dumps(learned.to_data())
    assert CategoryShares.from_data(json.loads(text)) == learned


def test_many_millions_put_all_that_they_spend_into_one_category():
    """Three times four million, of whom two thirds buy nothing but meat."""
    four = 4_000_000
    meat = Steps(("MEAT",), four, np.array([four << 40]))
    both = Steps(("FRUIT", "MEAT"), four, np.array([four << 39, four << 39]))
    learned = CategoryShares.learn([meat, both, meat], 1)
    assert learned == CategoryShares(3 * four, {"FRUIT": 1 / 6, "MEAT": 5 / 6})
