"""What goods of each category usually cost: a table learned once and then frozen.

A price says little by itself; whether a customer buys dear or cheap shows against what
others paid for goods of the same category. The table holds, for each category, the
mid-rank percentiles of the unit prices of all sale lines of a policy's reference, each
line counting once, so that one very large order does not set the prices.

The unit price of a line is its amount over its quantity. A line takes part with both
above zero and a category. A category that fewer members bought than the policy's
minimum is left out: there a customer would mostly be compared with itself.

Limits: prices are compared within a category, not within a product, so a category that
mixes nails and saws says little. There are 1,001 knots to a category, and fewer where
there are more than a hundred categories, so that a saved policy stays a few megabytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Self

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from custseg.money import QUANTITY_EXPONENT
from custseg.periods import Window
from custseg.scoring.baskets import sale_lines
from custseg.scoring.features import Facts
from custseg.scoring.peers import places_of
from custseg.scoring.percentiles import Knots, fit_knots
from custseg.table import Array

__all__ = ["CATEGORY_PRICES", "CategoryPrices", "PricedLines", "priced_lines"]

CATEGORY_PRICES = "category_prices"

_MOST_KNOTS = 1001
_FEWEST_KNOTS = 21
_ALL_KNOTS = 100_100

_BLOCK = 1 << 15

Floats = NDArray[np.float64]


@frozen(eq=False)
class PricedLines:
    """The sale lines of a window that have a category and a unit price.

    Parameters
    ----------
    owner, code, amount : int64 arrays, shape (n_lines,)
        Customer (rising), category and amount in minor units.
    price : float64 array, shape (n_lines,)
        Minor units for one unit of goods.
    words : tuple of str
        The categories, in text order.
    """

    owner: NDArray[np.int64]
    code: NDArray[np.int64]
    amount: NDArray[np.int64]
    price: Floats
    words: tuple[str, ...]


def priced_lines(facts: Facts, window: Window) -> PricedLines:
    """Return the sale lines of a window that have a category and a unit price."""
    lines = sale_lines(facts, window)
    columns = facts.ledger.tables["sales"].columns
    category, quantity = columns["category"], columns["quantity"]
    goods = quantity.values[lines.rows]
    usable = goods > 0
    for one in (category, quantity):
        if one.known is not None:
            usable &= one.known[lines.rows]
    rows, amount = lines.rows[usable], lines.amount[usable]
    # Equal ratios of whole numbers give equal floats, so equal prices stay ties.
    price = amount * 10.0**QUANTITY_EXPONENT / goods[usable]
    code = category.values[rows].astype(np.int64)
    return PricedLines(lines.owner[usable], code, amount, price, category.words)


@frozen(eq=False)
class CategoryPrices:
    """The percentiles of the unit prices within each category.

    Parameters
    ----------
    knots : mapping of str to Knots
        By category, in text order; prices in minor units for one unit of goods.
    """

    knots: Mapping[str, Knots] = field(factory=dict)

    @classmethod
    def learn(
        cls, facts: Facts, window: Window, members: NDArray[np.bool_], minimum: int
    ) -> Self:
        """Learn the prices that some customers paid.

        Parameters
        ----------
        facts : Facts
        window : Window
        members : bool array, shape (n_customers,)
        minimum : int
            A category with fewer buyers among the members is left out.
        """
        if not (facts.has("sales.category") and facts.has("sales.quantity")):
            return cls()
        lines = priced_lines(facts, window)
        inside = members[lines.owner]
        owner, code = lines.owner[inside], lines.code[inside]
        order = np.argsort(code, kind="stable")  # owners go on rising in a category
        owner, price = owner[order], lines.price[inside][order]
        edges = np.searchsorted(code[order], np.arange(len(lines.words) + 1))
        shelves = [
            (word, price[start:stop])
            for word, start, stop in zip(lines.words, edges, edges[1:], strict=False)
            if _buyers(owner[start:stop]) >= max(1, minimum)
        ]
        most = min(_MOST_KNOTS, _ALL_KNOTS // max(1, len(shelves)))
        most = max(_FEWEST_KNOTS, most)
        return cls({word: fit_knots(paid, most=most) for word, paid in shelves})

    @cached_property
    def categories(self) -> tuple[str, ...]:
        """The categories with prices, in text order."""
        return tuple(self.knots)

    @cached_property
    def _shelves(self) -> tuple[NDArray[np.int64], Floats, Floats]:
        """Where the knots of each category begin, and all knots one after another."""
        values = [one.values for one in self.knots.values()]
        shares = [one.shares for one in self.knots.values()]
        begins = np.cumsum([0, *map(len, values)])
        return begins, np.concatenate(values), np.concatenate(shares)

    def places(self, words: tuple[str, ...]) -> NDArray[np.int64]:
        """Return each word's place among the categories, -1 where it has none."""
        places = np.full(len(words), -1, dtype=np.int64)
        for at, place in places_of(self.categories, words):
            places[at] = place
        return places

    def at(self, place: NDArray[np.int64], price: Floats) -> Floats:
        """Return the share of each price within its category, shape (n,), 0 to 1.

        Parameters
        ----------
        place : int64 array, shape (n,)
            Of the category among :attr:`categories`.
        price : float64 array, shape (n,)

        Notes
        -----
        As :meth:`Knots.at <custseg.scoring.percentiles.Knots.at>` for each category by
        itself; all are halved in step, so many categories cost no more than one.

        Examples
        --------
        >>> prices = CategoryPrices({"a": fit_knots(np.array([1., 3.])),
        ...                          "b": fit_knots(np.array([10., 30.]))})
        >>> prices.at(np.array([0, 0, 1, 1]), np.array([2., 9., 9., 20.])).tolist()
        [0.5, 1.0, 0.0, 0.5]
        """
        share = np.empty(len(price))
        for start in range(0, len(price), _BLOCK):  # in the cache, not through memory
            block = slice(start, start + _BLOCK)
            share[block] = self._shares(place[block], price[block])
        return share

    def _shares(self, place: NDArray[np.int64], price: Floats) -> Floats:
        begins, values, shares = self._shelves
        first, stop = begins[place], begins[place + 1]
        low, high = first.copy(), stop.copy()
        for _ in range(int((stop - first).max(initial=0)).bit_length()):
            middle = np.minimum((low + high) >> 1, stop - 1)
            right = (values[middle] <= price) & (low < high)
            low, high = np.where(right, middle + 1, low), np.where(right, high, middle)
        left = np.maximum(low - 1, first)
        after = np.minimum(left + 1, stop - 1)
        v0, v1, s0, s1 = values[left], values[after], shares[left], shares[after]
        width = np.where(v1 > v0, v1 - v0, 1.0)
        share: Floats = s0 + (s1 - s0) * ((price - v0) / width)
        share[low == first] = 0.0
        share[price > values[stop - 1]] = 1.0
        return share

    def to_data(self) -> dict[str, Any]:
        """Return plain data for JSON; floats keep every bit."""
        return {
            word: {"prices": one.values.tolist(), "shares": one.shares.tolist()}
            for word, one in self.knots.items()
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Return what :meth:`to_data` wrote."""
        return cls(
            {
                word: Knots(
                    np.array(one["prices"], dtype=np.float64),
                    np.array(one["shares"], dtype=np.float64),
                )
                for word, one in data.items()
            }
        )


def _buyers(owner: Array) -> int:
    """Count the customers in a column of them that never falls."""
    return int(np.count_nonzero(owner[1:] != owner[:-1])) + (len(owner) > 0)
