"""Categories and brands of a customer, worked by hand.

As of 2026-06-30 over 365 days:
a bought tile for 300 and 100 and paint for 100; its return of paint, a line of zero and
the pipe of the year before do not count: shares .8 and .2, so the breadth is
exp(.8 ln(5/4) + .2 ln 5) = (5/4)^.8 5^.2 = 5 / 4^.8. b bought tile and paint for 50
each: the shares are equal, and paint comes first in text order. c only returned. d and
e bought tile, and did not say what for: a tenth of d's sales, a cent more of e's.

Grouped, a bought for walls alone; f bought rope for 40, tile and paint for 30 each.
"""

import numpy as np
import pytest

import custseg as cs
from custseg.periods import Window, as_day
from custseg.scoring.baskets import grouped, sums_by
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Facts
from custseg.scoring.peers import CategoryBuyers

YEAR = Window.parse("365 days")
TODAY = as_day("2026-06-30")

ROWS = [
    ("a", "2025-06-30", 999, "PIPE"),
    ("a", "2025-07-01", 300, "TILE"),
    ("a", "2026-05-01", 100, "PAINT"),
    ("a", "2026-05-02", 100, "TILE"),
    ("a", "2026-05-03", -100, "PAINT"),
    ("a", "2026-05-04", 0, "PIPE"),
    ("a", "2026-07-01", 999, "PIPE"),
    ("b", "2026-06-01", 50, "TILE"),
    ("b", "2026-06-01", 50, "PAINT"),
    ("c", "2026-06-01", -10, "TILE"),
    ("d", "2026-06-01", 90, "TILE"),
    ("d", "2026-06-01", 10, None),
    ("e", "2026-06-01", 89.99, "TILE"),
    ("e", "2026-06-01", 10.01, None),
]


def learn_from(facts, members, minimum):
    """Learn from some members what many buy."""
    return CategoryBuyers.learn([CategoryBuyers.survey(facts, YEAR, members)], minimum)


def ledger(rows=ROWS, **renamed):
    """Return sales of (customer, day, amount, word)."""
    names = ("customer_id", "date", "amount", "category")
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    columns = {renamed.get(name, name): column for name, column in columns.items()}
    return cs.Ledger.from_frames(columns, currency="CNY")


def told(facts, code, window=YEAR):
    """Return a feature of each customer; None where it is unknown."""
    return listed(facts.measure(CATALOGUE[code], window))


def listed(column):
    """Return the values of a column; None where it is unknown."""
    return [
        None if not known else column.words[value] if column.words else value
        for value, known in zip(
            column.values.tolist(), column.is_known().tolist(), strict=True
        )
    ]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("categories", [2, 2, 0, 1, None]),
        ("top_category_share", [0.8, 0.5, None, 1.0, None]),
        ("top_category", ["TILE", "PAINT", None, "TILE", None]),
        ("category_breadth", [round(5 / 4**0.8, 9), 2.0, None, 1.0, None]),
    ],
)
def test_categories(code, expected):
    """Each feature as its formula says."""
    assert told(Facts(ledger(), TODAY), code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("brands", [2, 2, 0, 1, None]),
        ("top_brand_share", [0.8, 0.5, None, 1.0, None]),
        ("top_brand", ["TILE", "PAINT", None, "TILE", None]),
    ],
)
def test_brands(code, expected):
    """A brand is told as a category is."""
    facts = Facts(ledger(category="brand"), TODAY)
    assert told(facts, code) == expected
    assert told(facts, "categories") == [None] * 5


def test_another_window():
    """Over the whole history the older pipe counts too, the later one does not."""
    facts = Facts(ledger(), TODAY)
    assert told(facts, "categories", Window.parse("lifetime")) == [3, 2, 0, 1, None]
    share = 999 / (999 + 500)
    assert told(facts, "top_category_share", Window.parse("lifetime"))[0] == share


def test_before_anything_happened():
    """On a day before all sales nothing is known but that there is nothing."""
    facts = Facts(ledger(), as_day("2020-01-01"))
    assert told(facts, "categories") == [0] * 5
    assert told(facts, "top_category") == [None] * 5
    assert told(facts, "category_breadth") == [None] * 5


WALLS = {"TILE": "WALLS", "PAINT": "WALLS"}
BOTH = WALLS | {"ROPE": "RIGGING"}
F = [("f", "2026-06-01", amount, word)
     for amount, word in ((30, "TILE"), (30, "PAINT"), (40, "ROPE"))]  # fmt: skip


class Groups(dict):
    """Groups of words, as a feature is given them."""

    def __call__(self, word):
        """Return the group of a word."""
        return self.get(word)

    def __hash__(self):
        """Tell them apart by what they hold."""
        return hash(tuple(self.items()))


@pytest.mark.parametrize(
    ("code", "groups", "expected"),
    [
        ("categories", BOTH, [1, 1, 0, 1, None, 2]),
        ("top_category_share", BOTH, [1.0, 1.0, None, 1.0, None, 0.6]),
        ("top_category", BOTH, ["WALLS", "WALLS", None, "WALLS", None, "WALLS"]),
        ("category_breadth", BOTH, [1.0, 1.0, None, 1.0, None,
                                    round(0.6**-0.6 * 0.4**-0.4, 9)]),
        ("new_categories", BOTH, [1, 1, 0, 1, None, 2]),
        # rope is in no group: of f's sales two fifths tell none
        ("top_category", WALLS, ["WALLS", "WALLS", None, "WALLS", None, None]),
        ("categories", WALLS, [1, 1, 0, 1, None, None]),
        ("categories", {}, [None, None, 0, None, None, None]),
    ],
)  # fmt: skip
def test_groups_of_categories(code, groups, expected):
    """What is bought of one group counts together, and what is in none is not told."""
    facts = Facts(ledger([*ROWS[1:], *F]), TODAY)
    feature = CATALOGUE[code].over(Groups(groups))
    assert listed(facts.measure(feature, YEAR)) == expected


def test_groups_do_not_get_in_the_way_of_one_another():
    """Nor of the words: each is measured by itself, whichever comes first."""
    facts = Facts(ledger(F), TODAY)
    said = [
        listed(facts.measure(one, YEAR))
        for groups in (BOTH, WALLS, {**BOTH, "PAINT": "RIGGING"})
        for one in (
            CATALOGUE["top_category"],
            CATALOGUE["top_category"].over(Groups(groups)),
        )
    ]
    assert said == [["ROPE"], ["WALLS"], ["ROPE"], [None], ["ROPE"], ["RIGGING"]]


def test_a_tenth_may_be_in_no_group_and_does_not_lower_the_share():
    """Of 90 in some group 54 are 60 %; a cent more in none, and nobody can say."""
    rows = [("a", "2026-06-01", amount, word)
            for amount, word in ((54, "TILE"), (36, "ROPE"), (10, "王"))]  # fmt: skip
    share = CATALOGUE["top_category_share"].over(Groups(BOTH))
    assert listed(Facts(ledger(rows), TODAY).measure(share, YEAR)) == [0.6]
    rows[2] = ("a", "2026-06-01", 10.01, "王")
    assert listed(Facts(ledger(rows), TODAY).measure(share, YEAR)) == [None]


PEERS = CategoryBuyers(5, {"PAINT": 2, "PIPE": 1, "ROPE": 3, "TILE": 5})


def test_category_gap():
    """Of paint, rope and tile, common to 2 in 5, a and b lack one and c all."""
    facts = Facts(ledger(), TODAY, references={"category_buyers": PEERS})
    assert PEERS.common == ("PAINT", "ROPE", "TILE")
    assert told(facts, "category_gap") == [1 / 3, 1 / 3, 1.0, 2 / 3, None]


@pytest.mark.parametrize(
    "references",
    [
        {},
        {"category_buyers": CategoryBuyers(3)},
        {"category_buyers": CategoryBuyers(5, {"TILE": 1})},
    ],
)
def test_there_is_no_gap_without_peers(references):
    """Not fitted, too few members, or nothing that is common."""
    facts = Facts(ledger(), TODAY, references=references)
    assert told(facts, "category_gap") == [None] * 5


def test_members_whose_categories_are_not_told_are_no_peers():
    """Of a, b and d, three of three buy tile and two paint; e is left out."""
    facts, members = Facts(ledger(), TODAY), np.array([True, True, False, True, True])
    learned = learn_from(facts, members, 3)
    assert learned == CategoryBuyers(3, {"PAINT": 2, "TILE": 3})
    assert learn_from(facts, members, 4) == CategoryBuyers(3)


@pytest.mark.parametrize("n_words", [5, 2**45])
def test_lines_are_grouped_whether_or_not_they_fit_into_one_number(n_words):
    """Customer, word and row have 63 bits; with more, the groups are the same."""
    rng = np.random.default_rng(5)
    owner = np.sort(rng.integers(0, 2**12, 3000)) + 2**13
    code, amount = rng.integers(0, 5, 3000), rng.integers(1, 2**50, 3000)
    expected: dict[tuple[int, int], int] = {}
    for who, what, much in zip(
        *map(np.ndarray.tolist, (owner, code, amount)), strict=True
    ):
        expected[who, what] = expected.get((who, what), 0) + much
    owners, codes, sums = grouped(owner, code, amount, n_words)
    pairs = list(zip(owners.tolist(), codes.tolist(), strict=True))
    assert pairs == sorted(expected)
    assert sums.tolist() == [expected[pair] for pair in pairs]


def test_sums_of_nobody():
    """Without a line there is nothing to add up."""
    none = np.empty(0, dtype=np.int64)
    assert sums_by(none, none, 2).tolist() == [0, 0]
