"""Where a customer's prices lie among those of others, worked by hand.

The reference paid for tile 10, 20, 20 and 40 a piece, in four lines of several pieces:
mid-rank percentiles .125, .5, .5 and .875.
"""

import numpy as np
import pytest

import custseg as cs
from custseg.periods import Window, as_day
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Facts
from custseg.scoring.percentiles import fit_knots
from custseg.scoring.prices import CategoryPrices

YEAR = Window.parse("365 days")
TODAY = as_day("2026-06-30")
PAID = [("p", 10, 1), ("p", 40, 2), ("q", 200, 10), ("r", 40, 1)]


def ledger(lines, category="TILE"):
    """Return sales of (customer, amount, quantity[, category[, day]])."""
    full = [(*one, category, "2026-06-01")[:5] for one in lines if len(one) == 3]
    full += [(*one, "2026-06-01")[:5] for one in lines if len(one) > 3]
    names = ("customer_id", "amount", "quantity", "category", "date")
    columns = dict(zip(names, map(list, zip(*full, strict=True)), strict=True))
    return cs.Ledger.from_frames(columns, currency="CNY")


def learned(lines=PAID, minimum=1, members=None, **more):
    """Learn prices from customers, all of them unless said otherwise."""
    facts = Facts(ledger(lines, **more), TODAY)
    here = np.ones(facts.n, dtype=np.bool_) if members is None else np.array(members)
    return CategoryPrices.learn([CategoryPrices.survey(facts, YEAR, here)], minimum)


def position(lines, prices=None):
    """Return the price position of each customer; None where it is unknown."""
    references = {"category_prices": learned() if prices is None else prices}
    facts = Facts(ledger(lines), TODAY, references=references)
    column = facts.measure(CATALOGUE["price_position"], YEAR)
    pairs = zip(column.values.tolist(), column.is_known().tolist(), strict=True)
    return [value if known else None for value, known in pairs]


def test_what_is_learned():
    """Each line counts once, at its unit price in minor units."""
    knots = learned().knots["TILE"]
    assert knots.values.tolist() == [1000.0, 2000.0, 4000.0]
    assert knots.shares.tolist() == [0.125, 0.5, 0.875]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([("x", 10, 1)], 0.125),
        ([("x", 20, 1), ("x", 60, 3)], 0.5),
        ([("x", 30, 1)], 0.6875),  # half way between 20 and 40
        ([("x", 9.99, 1)], 0.0),
        ([("x", 40.01, 1)], 1.0),
        # weighted by what was spent
        ([("x", 30, 3), ("x", 40, 1)], (30 * 0.125 + 40 * 0.875) / 70),
        # returns do not count, nor does what is given away
        ([("x", 10, 1), ("x", -40, -1), ("x", 0, 1)], 0.125),
        # goods without a quantity, a category or prices of others can be half
        ([("x", 10, 1), ("x", 10, None)], 0.125),
        ([("x", 10, 1), ("x", 10.01, None)], None),
        ([("x", 10, 1), ("x", 10, 1, None)], 0.125),
        ([("x", 10, 1), ("x", 10.01, 1, "PAINT")], None),
        ([("x", -10, -1)], None),
    ],
)
def test_price_position(lines, expected):
    """The mean place of the prices paid, where half of the sales can be compared."""
    (found,) = position(lines)
    assert found == (
        expected if expected is None else pytest.approx(expected, abs=1e-9)
    )


def test_members_alone_set_the_prices():
    """Who is no member pays, but teaches nothing."""
    prices = learned(members=[True, False, False])
    assert prices.knots["TILE"].values.tolist() == [1000.0, 2000.0]
    assert learned(members=[False] * 3).kinds == ()


def test_too_few_buyers_of_a_category_leave_it_out():
    """The minimum is of members who bought the category, not of lines."""
    assert learned(minimum=3).kinds == ("TILE",)
    assert learned(minimum=4).kinds == ()
    assert position([("x", 10, 1)], learned(minimum=4)) == [None]


def test_lines_out_of_the_window_teach_nothing():
    """The prices are those of the policy's window."""
    old = [("p", 10, 1, "TILE", "2025-06-30"), ("p", 30, 1, "TILE", "2026-07-01")]
    assert learned(old).kinds == ()
    assert learned([*old, *PAID]).to_data() == learned().to_data()


def test_many_categories_are_looked_up_as_one_is():
    """The halving in step gives the bits of the knots of each category."""
    rng = np.random.default_rng(3)
    knots = {
        f"c{n}": fit_knots(rng.integers(1, 50, size) * 1.0)
        for n, size in enumerate((1, 2, 3, 40, 1000))
    }
    prices = CategoryPrices(knots)
    place, price = rng.integers(0, 5, 50_000), rng.integers(0, 104, 50_000) / 2
    found = prices.at(place, price)
    for at, one in enumerate(knots.values()):
        here = place == at
        assert found[here].tolist() == one.at(price[here]).tolist()


def test_the_more_categories_the_fewer_knots():
    """A saved policy stays small; the ends and the middle stay where they were."""
    words = [f"c{n:03}" for n in range(300)]
    lines = [("p", 1 + n, 1, word) for word in words for n in range(400)]
    prices = learned(lines)
    sizes = {len(one.values) for one in prices.knots.values()}
    assert max(sizes) <= 333
    middle = prices.at(np.array([7]), np.array([20050.0]))
    assert middle[0] == pytest.approx(0.5, abs=0.005)


def test_vast_amounts_are_weighed_exactly():
    """Hundreds of lines of nearly 10**11 give the mean to the last place."""
    vast = [("x", 10.0**11 - n, 10**10 if n % 2 else 10**9) for n in range(900)]
    # about 10 a piece, just below the lowest price, and about 100, over the highest
    dear = sum(10**11 - n for n in range(900) if not n % 2)
    (found,) = position(vast)
    assert found == pytest.approx(dear / sum(10**11 - n for n in range(900)), abs=1e-9)


def test_sums_that_cannot_be_weighed_exactly_are_not_told():
    """From 2**53 minor units on, some 90 million million, the position is unknown."""
    vast = [("x", 10.0**11, 10**10)] * 900
    assert position(vast) == [0.125]
    assert position([*vast, ("x", 10.0**11, 1)] * 2) == [None]


def test_prices_come_back_from_plain_data():
    """What is written is read again, bit for bit."""
    prices = learned([*PAID, ("p", 1, 3, "PAINT")])
    again = CategoryPrices.from_data(prices.to_data())
    assert again.to_data() == prices.to_data()
    assert again.kinds == ("PAINT", "TILE")
