"""What a customer pays for a product, against others; worked by hand."""

import numpy as np
import pytest

import custseg as cs
from custseg.scoring import prices as room
from custseg.scoring.prices import ProductPrices

TODAY = "2026-06-30"


def frame(lines):
    """Return sales of (customer, amount, quantity[, product])."""
    full = [(*one, "TAP")[:4] for one in lines]
    names = ("customer_id", "amount", "quantity", "product")
    columns = dict(zip(names, map(list, zip(*full, strict=True)), strict=True))
    days = ["2026-06-01"] * len(full)
    return {**columns, "category": ["WATER"] * len(full), "date": days}


def fitted(lines):
    """Return the company policy, fitted with the feature, and its result."""
    filler = [(f"z{n:02}", 5, 1, "NAIL") for n in range(20)]
    ledger = cs.Ledger.from_frames(frame([*lines, *filler]), currency="CNY")
    policy = cs.load_policy("company")
    asked = ["net_price_position", "price_position"]
    return policy.fit_and_classify(ledger, as_of=TODAY, features=asked)


@pytest.fixture(scope="module")
def learned():
    """Prices of taps that thirty members bought, at 1 to 30."""
    lines = [(f"m{n:02}", float(n), 1) for n in range(1, 31)]
    return fitted([*lines, ("m01", 3.0, 1, "RARE")])


def test_within_the_product_not_within_the_category(learned):
    """Nails at 5 are cheap in the category, and the usual price of a nail."""
    asked = ["net_price_position", "price_position"]
    nail = learned[1].to_pandas(features=asked).set_index("customer_id").loc["z00"]
    assert nail["net_price_position"] == 0.5
    assert nail["price_position"] < 0.4


def test_the_lowest_price_and_the_highest(learned):
    """Mid-ranks of thirty prices: the n-th lies at (n - 0.5) / 30."""
    result = learned[1]
    column = result.worked_out("net_price_position")
    place = dict(zip(result.customer_ids, column.values.tolist(), strict=True))
    assert place["m03"] == pytest.approx(2.5 / 30, abs=1e-9)
    assert place["m30"] == pytest.approx(29.5 / 30, abs=1e-9)


def test_what_few_buy_is_not_compared(learned):
    """One buyer of the rare article is under the minimum of the policy."""
    prices = learned[0].learned.references["product_prices"]
    assert prices.kinds == ("NAIL", "TAP")
    assert not learned[1].worked_out("net_price_position").is_known()[0]  # half is not


def test_one_customer_is_placed_among_what_was_learned(learned):
    """A saved policy answers for a customer that it never saw."""
    sale = cs.Transaction("x", "2026-06-20", 60, quantity=4, product="TAP")
    one = learned[0].classify_one(
        cs.Customer("x"), [sale], as_of=TODAY, features=["net_price_position"]
    )
    assert one.feature("net_price_position") == pytest.approx(14.5 / 30, abs=1e-9)


def test_of_many_products_those_most_bought_are_kept(monkeypatch):
    """The table is bounded: of equally many buyers the first in text order stays."""
    monkeypatch.setattr(room, "_MOST_KINDS", 2)
    words = ("A", "B", "C", "D")
    price, edges = np.arange(1.0, 9.0), np.array([0, 2, 4, 6, 8])
    paid = room.Paid(words, price, edges, np.array([2, 5, 2, 1]))
    found = ProductPrices.learn([paid], 1)
    assert found.kinds == ("A", "B")
    assert found.knots["B"].values.tolist() == [3.0, 4.0]
    assert ProductPrices.learn([paid], 3).kinds == ("B",)


def test_a_table_of_many_products_stays_small():
    """A hundred thousand of them, and about as many knots in all."""
    n = 100_000
    words = tuple(f"p{at:06}" for at in range(n))
    edges = np.arange(0, 30 * n + 1, 30)
    price = np.tile(np.arange(1.0, 31.0), n)
    paid = room.Paid(words, price, edges, np.full(n, 30))
    found = ProductPrices.learn([paid], 20)
    assert len(found.kinds) == 100_100 // 21
    assert sum(len(one.values) for one in found.knots.values()) <= 100_100
