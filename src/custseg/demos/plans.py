"""What customers were meant to buy, and where that puts them among the others.

Some labels speak of a customer's place among all: the top fifth by spend. What is meant
there follows from the orders as they were planned, before luck made each larger or
smaller and before anything came back. Who was planned close to a cut may end up on the
other side of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from attrs import frozen

from custseg.demos.buyers import Buyer, Wants
from custseg.demos.calendar import Calendar
from custseg.demos.goods import Goods

__all__ = ["Planned", "banded", "planned", "standings"]


@frozen
class Planned:
    """What the customers of a trade were meant to buy in the last year.

    Parameters
    ----------
    spend : sequence of int, shape (n_customers,)
        In fen, had each order been the usual one of its day.
    pieces : sequence of int, shape (n_customers,)
        Thousandths of goods, likewise.
    orders : sequence of int, shape (n_customers,)
    """

    spend: Sequence[int]
    pieces: Sequence[int]
    orders: Sequence[int]

    def share(self, of: Sequence[int]) -> list[float]:
        """Return where each stands among those with an order, 0 to 1."""
        return standings(of, [count > 0 for count in self.orders])


def planned(buyers: Sequence[Buyer], goods: Goods, calendar: Calendar) -> Planned:
    """Return what each customer was meant to buy in the last year."""
    spend, pieces, orders = [], [], []
    for buyer in buyers:
        lately = [day for day in buyer.days if day > calendar.end - 365]
        worth = sum(buyer.wants.on(day) for day in lately)
        spend.append(worth * buyer.wants.pays // 1000)
        pieces.append(_pieces(worth, buyer.wants, goods))
        orders.append(len(lately))
    return Planned(spend, pieces, orders)


def _pieces(worth: int, wants: Wants, goods: Goods) -> int:
    weights = sum(wants.shelves.values())
    total = 0
    for category, weight in wants.shelves.items():
        prices = goods.prices[category]
        if "dear" in wants.taste:
            prices = prices[-1:]
        elif "cheap" in wants.taste:
            prices = prices[:1]
        part = worth * weight * 1000 // weights
        total += sum(part // (price * len(prices)) for price in prices)
    return total


def standings(values: Sequence[int], members: Sequence[bool]) -> list[float]:
    """Return the mid-rank of each value among those of the members, 0 to 1.

    Examples
    --------
    >>> standings([5, 1, 3, 9], [True, True, False, True])
    [0.5, 0.16666666666666666, 0.3333333333333333, 0.8333333333333334]
    """
    there = [value for value, one in zip(values, members, strict=True) if one]
    return [
        (sum(one < value for one in there) + sum(one == value for one in there) / 2)
        / len(there)
        for value in values
    ]


def banded(shares: Sequence[float], bands: Mapping[str, float], low: str) -> list[str]:
    """Return the first label whose bar a share reaches, else the last.

    Examples
    --------
    >>> banded([0.9, 0.8, 0.1], {"HIGH": 0.8, "MEDIUM": 0.5}, "LOW")
    ['HIGH', 'HIGH', 'LOW']
    """
    return [
        next((label for label, bar in bands.items() if share >= bar), low)
        for share in shares
    ]


Meaning = Callable[[Planned], Mapping[str, Sequence[str]]]
"""By family, the labels that follow from what was planned."""
