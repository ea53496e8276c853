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

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Self

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from custseg.money import QUANTITY_EXPONENT
from custseg.periods import Window
from custseg.scoring.baskets import Owners, sale_lines
from custseg.scoring.features import Facts
from custseg.scoring.peers import places_of
from custseg.scoring.percentiles import Knots, fit_knots
from custseg.scoring.shelves import Shelves
from custseg.table import Array

__all__ = ["CATEGORY_PRICES", "CategoryPrices", "Paid", "PricedLines", "priced_lines"]

CATEGORY_PRICES = "category_prices"

_MOST_KNOTS = 1001
_FEWEST_KNOTS = 21
_ALL_KNOTS = 100_100

Floats = NDArray[np.float64]


@frozen(eq=False)
class PricedLines:
    """The sale lines of a window that have a category and a unit price.

    Parameters
    ----------
    owners : Owners
        The customers.
    code : int array, shape (n_lines,)
        Category.
    amount : int64 array, shape (n_lines,)
        In minor units.
    price : float64 array, shape (n_lines,)
        Minor units for one unit of goods.
    words : tuple of str
        The categories, in text order.
    """

    owners: Owners
    code: Array
    amount: NDArray[np.int64]
    price: Floats
    words: tuple[str, ...]


def priced_lines(facts: Facts, window: Window) -> PricedLines:
    """Return the sale lines of a window that have a category and a unit price."""
    lines = sale_lines(facts, window)
    category, quantity = lines.column("category"), lines.column("quantity")
    usable = quantity.values > 0
    for one in (category, quantity):
        if one.known is not None:
            usable &= one.known
    owners, amount, code = lines.owners, lines.amount, category.values
    goods = quantity.values
    if not usable.all():
        owners = Owners(lines.owner[usable], facts.n)
        amount, code, goods = amount[usable], code[usable], goods[usable]
    # Equal ratios of whole numbers give equal floats, so equal prices stay ties.
    price = amount * 10.0**QUANTITY_EXPONENT / goods
    return PricedLines(owners, code, amount, price, category.words)


@frozen(eq=False)
class Paid:
    """The unit prices that some members paid.

    Parameters
    ----------
    words : tuple of str
        The categories, in text order.
    price : float64 array, shape (n_lines,)
        By category.
    edges : int64 array, shape (n_words + 1,)
        Where the prices of each category begin.
    buyers : int64 array, shape (n_words,)
    """

    words: tuple[str, ...]
    price: Floats
    edges: NDArray[np.int64]
    buyers: NDArray[np.int64]

    def of(self, category: int) -> Floats:
        """Return the prices of one category."""
        return self.price[self.edges[category] : self.edges[category + 1]]


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
    def survey(
        cls, facts: Facts, window: Window, members: NDArray[np.bool_]
    ) -> Paid | None:
        """Collect the prices that some customers paid.

        Parameters
        ----------
        facts : Facts
        window : Window
        members : bool array, shape (n_customers,)
        """
        if not (facts.has("sales.category") and facts.has("sales.quantity")):
            return None
        lines = priced_lines(facts, window)
        owner, code, price = lines.owners.owner, lines.code, lines.price
        if not members.all():
            inside = members[owner]
            owner, code, price = owner[inside], code[inside], price[inside]
        n_words = len(lines.words)
        if n_words <= np.iinfo(np.int16).max:  # short numbers are sorted by counting
            code = code.astype(np.int16)
        order = np.argsort(code, kind="stable")  # owners go on rising in a category
        owner, code = owner[order], code[order]
        another = np.ones(len(code), dtype=np.bool_)
        another[1:] = (owner[1:] != owner[:-1]) | (code[1:] != code[:-1])
        buyers = np.bincount(code[another], minlength=n_words)
        edges = np.searchsorted(code, np.arange(n_words + 1))
        return Paid(lines.words, price[order], edges, buyers)

    @classmethod
    def learn(cls, surveys: Sequence[Paid | None], minimum: int) -> Self:
        """Learn the prices that different customers paid.

        Parameters
        ----------
        surveys : sequence of Paid or None
            Of customers of one ledger.
        minimum : int
            A category with fewer buyers is left out.
        """
        there = [one for one in surveys if one is not None]
        if not there:
            return cls()
        buyers = np.sum([one.buyers for one in there], axis=0)
        enough = np.flatnonzero(buyers >= max(1, minimum)).tolist()
        most = min(_MOST_KNOTS, _ALL_KNOTS // max(1, len(enough)))
        most = max(_FEWEST_KNOTS, most)
        words = there[0].words
        return cls(
            {
                words[at]: fit_knots(
                    np.concatenate([one.of(at) for one in there]), most=most
                )
                for at in enough
            }
        )

    @cached_property
    def categories(self) -> tuple[str, ...]:
        """The categories with prices, in text order."""
        return tuple(self.knots)

    @cached_property
    def _shelves(self) -> Shelves:
        return Shelves(tuple(self.knots.values()))

    def places(self, words: tuple[str, ...]) -> NDArray[np.int64]:
        """Return each word's place among the categories, -1 where it has none."""
        places = np.full(len(words), -1, dtype=np.int64)
        for at, place in places_of(self.categories, words):
            places[at] = place
        return places

    def at(self, place: Array, price: Floats) -> Floats:
        """Return the share of each price within its category, shape (n,), 0 to 1.

        Parameters
        ----------
        place : int array, shape (n,)
            Of the category among :attr:`categories`.
        price : float64 array, shape (n,)

        Examples
        --------
        >>> prices = CategoryPrices({"a": fit_knots(np.array([1., 3.])),
        ...                          "b": fit_knots(np.array([10., 30.]))})
        >>> prices.at(np.array([0, 0, 1, 1]), np.array([2., 9., 9., 20.])).tolist()
        [0.5, 1.0, 0.0, 0.5]
        """
        return self._shelves.at(place, price)

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
