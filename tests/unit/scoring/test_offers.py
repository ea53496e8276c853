"""What is bought together and what is offered next, worked by hand.

Ten members. PIPE is bought by eight of them, TAP by six, TILE by five, GLUE by four
and ROPE by one; the pairs stand in the test below.
"""

import numpy as np
import pytest

import custseg as cs
from custseg.periods import Window, as_day
from custseg.scoring import pairs as room
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Facts
from custseg.scoring.offers import offers
from custseg.scoring.pairs import CategoryPairs
from custseg.scoring.peers import CategoryBuyers

YEAR = Window.parse("365 days")
TODAY = as_day("2026-06-30")
BASKETS = {
    "a": "PIPE TAP TILE",
    "b": "PIPE TAP TILE GLUE",
    "c": "PIPE TAP TILE GLUE",
    "d": "PIPE TAP GLUE",
    "e": "PIPE TAP",
    "f": "PIPE TAP",
    "g": "PIPE",
    "h": "PIPE ROPE",
    "i": "TILE GLUE",
    "j": "TILE",
}
COST = {"PIPE": 90, "TAP": 60, "TILE": 80, "GLUE": None, "ROPE": 10}


def ledger(baskets, **more):
    """Return one sale line of 100 for each category that a customer buys."""
    lines = [(name, kind) for name, kinds in baskets.items() for kind in kinds.split()]
    sales = {
        "customer_id": [name for name, _ in lines],
        "category": [None if kind == "-" else kind for _, kind in lines],
        "date": ["2026-06-01"] * len(lines),
        "amount": [100.0] * len(lines),
        "cost": [COST.get(kind) for _, kind in lines],
        **more,
    }
    return cs.Ledger.from_frames(
        {name: column for name, column in sales.items() if column}, currency="CNY"
    )


def learned(baskets=BASKETS, minimum=1, **more):
    """Learn from all customers."""
    facts = Facts(ledger(baskets, **more), TODAY)
    everybody = np.ones(facts.n, dtype=np.bool_)
    return CategoryPairs.learn([CategoryPairs.survey(facts, YEAR, everybody)], minimum)


def offered(kinds, known=None, at_least=0.4, top=9):
    """Return category and lift of what is offered to a customer with a basket."""
    known = learned() if known is None else known
    facts = Facts(ledger({"x": kinds, "y": "PIPE"}), TODAY)
    best = offers(facts, YEAR, known, at_least=at_least, top=top)
    here = best.owner == 0
    assert best.rank[here].tolist() == list(range(1, int(here.sum()) + 1))
    words = [known.words[at] for at in best.category[here].tolist()]
    lifts = [None if np.isnan(one) else one for one in best.lift[here].tolist()]
    return list(zip(words, lifts, strict=True))


def test_what_is_learned():
    """Counts by hand; the lift of GLUE and TILE is 3 x 10 / (4 x 5)."""
    found = learned()
    assert found.words == ("GLUE", "PIPE", "ROPE", "TAP", "TILE")
    assert found.buyers.tolist() == [4, 8, 1, 6, 5]
    assert found.pairs.tolist() == [
        [4, 3, 0, 3, 3],
        [3, 8, 1, 6, 3],
        [0, 1, 1, 0, 0],
        [3, 6, 0, 6, 3],
        [3, 3, 0, 3, 5],
    ]
    assert found.share_of_peers.tolist() == [0.4, 0.8, 0.1, 0.6, 0.5]
    assert found.lift[0].tolist() == [2.5, 0.9375, 0.0, 1.25, 1.5]
    margins = found.margin_share.tolist()
    assert margins[1:] == [0.1, 0.9, 0.4, 0.2]
    assert np.isnan(margins[0])


def test_candidates_by_margin_and_lift():
    """For a buyer of PIPE: TAP .4 x 1.25, TILE .2 x .75, then GLUE, of unknown margin.

    ROPE earns the most and one peer in ten buys it: no candidate.
    """
    assert offered("PIPE") == [("TAP", 1.25), ("TILE", 0.75), ("GLUE", 0.9375)]
    assert offered("PIPE", top=1) == [("TAP", 1.25)]
    assert offered("PIPE", at_least=0.6) == [("TAP", 1.25)]
    assert offered("PIPE", at_least=0.1)[0] == ("ROPE", 1.25)  # .9 x 1.25


def test_the_largest_lift_of_what_is_bought_counts():
    """From GLUE to TILE 1.5, from PIPE to TILE .75."""
    assert dict(offered("PIPE GLUE"))["TILE"] == 1.5


def test_who_buys_nothing_that_was_learned_is_offered_what_earns_most():
    """No lift is known: TAP .4, TILE .2, PIPE .1."""
    expected = [("TAP", None), ("TILE", None), ("PIPE", None), ("GLUE", None)]
    assert offered("SAND") == expected


def test_who_buys_all_or_does_not_say_is_offered_nothing():
    """More than a tenth of the sales without a category could be anything."""
    assert offered("PIPE TAP TILE GLUE") == []
    assert offered("PIPE -") == []


def test_without_costs_the_lift_ranks():
    """Then the share of the peers, then the text."""
    known = learned(cost=None)
    assert np.isnan(known.margin_share).all()
    assert [word for word, _ in offered("PIPE", known)] == ["TAP", "GLUE", "TILE"]
    assert [word for word, _ in offered("SAND", known)] == [
        *("PIPE", "TAP", "TILE", "GLUE")
    ]


def test_few_teach_nothing():
    """Of ten members, and of eleven asked for; and categories of too few buyers."""
    assert learned(minimum=11).words == ()
    known = learned(minimum=5)
    assert [known.words[at] for at in known.paired] == ["PIPE", "TAP", "TILE"]
    assert known.lift[0].tolist() == [1.25, 1.25, 0.75]
    assert offered("PIPE", learned(minimum=11)) == []


def test_what_too_few_bought_is_offered_without_a_lift():
    """Five of ten have to buy; ROPE is bought by one and earns .9, GLUE tells no cost.

    For a buyer of PIPE: ROPE .9, TAP .4 x 1.25, TILE .2 x .75, and GLUE last; for one
    of ROPE alone nothing has a lift.
    """
    known = learned(minimum=5)
    assert known.share_of_peers.tolist() == [0.4, 0.8, 0.1, 0.6, 0.5]
    assert offered("PIPE", known, at_least=0.1) == [
        *(("ROPE", None), ("TAP", 1.25), ("TILE", 0.75), ("GLUE", None))
    ]
    assert offered("ROPE", known) == [
        *(("TAP", None), ("TILE", None), ("PIPE", None), ("GLUE", None))
    ]
    assert offered("PIPE ROPE GLUE", known)[0] == ("TAP", 1.25)


def test_from_the_buyers_alone_shares_rank():
    """Of equals, the first in text order; what one in a hundred buys is no offer."""
    counted = {"GLUE": 40, "PIPE": 80, "ROPE": 1, "TAP": 80, "TILE": 50}
    known = CategoryPairs.of_shares(CategoryBuyers(100, counted))
    assert offered("PIPE", known) == [("TAP", None), ("TILE", None), ("GLUE", None)]
    assert offered("SAND", known, top=2) == [("PIPE", None), ("TAP", None)]
    assert CategoryPairs.of_shares(CategoryBuyers(5)).words == ()
    assert offered("PIPE", CategoryPairs.of_shares(CategoryBuyers(5))) == []


def test_a_third_of_the_peers_is_a_third():
    """Though neither is a number that a computer has."""
    known = CategoryPairs.of_shares(CategoryBuyers(30, {"TAP": 10, "TILE": 9}))
    assert offered("PIPE", known, at_least=1 / 3) == [("TAP", None)]


def test_members_alone_teach():
    """Who is no member, and whose categories are not known, does not count."""
    facts = Facts(ledger({**BASKETS, "k": "PIPE -"}), TODAY)
    members = np.array([name not in "ij" for name in [*BASKETS, "k"]])
    found = CategoryPairs.learn([CategoryPairs.survey(facts, YEAR, members)], 1)
    assert found.members == 8
    assert found.buyers.tolist() == [3, 8, 1, 6, 3]
    assert found.sold.tolist() == [0, 80_000, 10_000, 60_000, 30_000]


def test_of_very_many_categories_no_pairs_are_counted(monkeypatch):
    """The table would be too large; no lift is known."""
    monkeypatch.setattr(room, "_MOST_CATEGORIES", 4)
    known = learned()
    assert known.pairs.shape == (0, 0)
    assert known.buyers.tolist() == [4, 8, 1, 6, 5]
    assert offered("PIPE", known)[0] == ("TAP", None)
    assert CategoryPairs.from_data(known.to_data()).to_data() == known.to_data()


def test_pairs_are_those_of_sets():
    """Hundreds of customers, counted one by one in plain Python."""
    rng = np.random.default_rng(4)
    words = [f"k{n:02}" for n in range(12)]
    baskets = {
        f"c{n:03}": " ".join(np.array(words)[rng.random(12) < rng.random()]) or "k00"
        for n in range(300)
    }
    sets = [set(kinds.split()) for kinds in baskets.values()]
    assert learned(baskets).pairs.tolist() == [
        [sum(one in kinds and other in kinds for kinds in sets) for other in words]
        for one in words
    ]


def test_pairs_come_back_from_plain_data():
    """Each pair is written once, and read twice."""
    for found in (learned(), learned(minimum=5), learned(minimum=11)):
        again = CategoryPairs.from_data(found.to_data())
        assert again.to_data() == found.to_data()
        assert again.pairs.tolist() == found.pairs.tolist()
        assert again.lift.tolist() == found.lift.tolist()


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [("PIPE", "TAP"), ("PIPE TAP", "TILE"), ("PIPE TAP TILE GLUE", None), ("-", None)],
)
def test_the_category_to_offer_next(kinds, expected):
    """The best of the table, as a feature."""
    for known, wanted in ((learned(), expected), (learned(minimum=11), None)):
        facts = Facts(ledger({"x": kinds}), TODAY, references={"category_pairs": known})
        column = facts.measure(CATALOGUE["next_category"], YEAR)
        word = column.words[column.values[0]] if column.is_known()[0] else None
        assert word == wanted


def test_without_categories_nothing_is_offered():
    """Nor without a fit."""
    plain = Facts(ledger({"x": "PIPE"}, category=None), TODAY)
    told = Facts(ledger({"x": "PIPE"}), TODAY)
    for facts in (plain, told):
        column = facts.measure(CATALOGUE["next_category"], YEAR)
        assert column.is_known().tolist() == [False]
