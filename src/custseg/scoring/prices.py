"""What goods usually cost: tables learned once and then frozen.

A price says little by itself; whether a customer buys dear or cheap shows against what
others paid for goods of the same kind: the same category, or the very same product. A
table holds, for each kind, the mid-rank percentiles of the unit prices of all sale
lines of a policy's reference, each line counting once, so that one very large order
does not set the prices.

The unit price of a line is its amount over its quantity. A line takes part with both
above zero and a category, or a product. A kind that fewer members bought than the
policy's minimum is left out: there a customer would mostly be compared with itself.

A saved policy stays a few megabytes: a table has about 100,000 knots in all. There are
1,001 to a kind, fewer where there are more than a hundred kinds, but never under 21.
Of more than 4,766 kinds those are kept that the most members bought, of equally many
the first in text order: of a hundred thousand products the widely sold ones, for which
there is a price to speak of.

Limits: within a category that mixes nails and saws a price says little. Within a
product only what many buy can be compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from custseg.money import QUANTITY_EXPONENT
from custseg.periods import Window
from custseg.scoring.baskets import Owners, sale_lines
from custseg.scoring.features import Facts
from custseg.scoring.peers import places_of, united
from custseg.scoring.percentiles import Knots, fit_knots
from custseg.scoring.shelves import Shelves
from custseg.table import Array

__all__ = [
    "CATEGORY_PRICES",
    "PRODUCT_PRICES",
    "CategoryPrices",
    "Paid",
    "PricedLines",
    "Prices",
    "ProductPrices",
    "priced_lines",
]

CATEGORY_PRICES = "category_prices"
PRODUCT_PRICES = "product_prices"

_MOST_KNOTS = 1001
_FEWEST_KNOTS = 21
_ALL_KNOTS = 100_100
_MOST_KINDS = _ALL_KNOTS // _FEWEST_KNOTS

Floats = NDArray[np.float64]


@frozen(eq=False)
class PricedLines:
    """The sale lines of a window that say their kind and have a unit price.

    Parameters
    ----------
    owners : Owners
        The customers.
    code : int array, shape (n_lines,)
        Kind.
    amount : int64 array, shape (n_lines,)
        In minor units.
    price : float64 array, shape (n_lines,)
        Minor units for one unit of goods.
    words : tuple of str
        The kinds, in text order.
    """

    owners: Owners
    code: Array
    amount: NDArray[np.int64]
    price: Floats
    words: tuple[str, ...]


def priced_lines(facts: Facts, column: str, window: Window) -> PricedLines:
    """Return the sale lines of a window that say their kind and have a unit price.

    Parameters
    ----------
    facts : Facts
    column : str
        The text column of the sales that says the kind: category or product.
    window : Window
    """
    lines = sale_lines(facts, window)
    kind, quantity = lines.column(column), lines.column("quantity")
    usable = quantity.values > 0
    for one in (kind, quantity):
        if one.known is not None:
            usable &= one.known
    owners, amount, code = lines.owners, lines.amount, kind.values
    goods = quantity.values
    if not usable.all():
        owners = Owners(lines.owner[usable], facts.n)
        amount, code, goods = amount[usable], code[usable], goods[usable]
    # Equal ratios of whole numbers give equal floats, so equal prices stay ties.
    price = amount * 10.0**QUANTITY_EXPONENT / goods
    return PricedLines(owners, code, amount, price, kind.words)


@frozen(eq=False)
class Paid:
    """The unit prices that some members paid.

    Parameters
    ----------
    words : tuple of str
        The kinds, in text order.
    price : float64 array, shape (n_lines,)
        By kind.
    edges : int64 array, shape (n_words + 1,)
        Where the prices of each kind begin.
    buyers : int64 array, shape (n_words,)
    """

    words: tuple[str, ...]
    price: Floats
    edges: NDArray[np.int64]
    buyers: NDArray[np.int64]

    def of(self, kind: int) -> Floats:
        """Return the prices of one kind."""
        return self.price[self.edges[kind] : self.edges[kind + 1]]


@frozen(eq=False)
class Prices:
    """The percentiles of the unit prices within each kind of goods.

    Parameters
    ----------
    knots : mapping of str to Knots
        By kind, in text order; prices in minor units for one unit of goods.
    """

    COLUMN: ClassVar[str]
    """The text column of the sales that says the kind."""

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
        if not (facts.has(f"sales.{cls.COLUMN}") and facts.has("sales.quantity")):
            return None
        lines = priced_lines(facts, cls.COLUMN, window)
        owner, code, price = lines.owners.owner, lines.code, lines.price
        if not members.all():
            inside = members[owner]
            owner, code, price = owner[inside], code[inside], price[inside]
        n_words = len(lines.words)
        if n_words <= np.iinfo(np.int16).max:  # short numbers are sorted by counting
            code = code.astype(np.int16)
        order = np.argsort(code, kind="stable")  # owners go on rising in a kind
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
            Of different customers, of one ledger or of several.
        minimum : int
            A kind with fewer buyers is left out.
        """
        there = [one for one in surveys if one is not None]
        if not there:
            return cls()
        words, places = united([one.words for one in there])
        buyers = np.zeros(len(words), dtype=np.int64)
        for one, place in zip(there, places, strict=True):
            buyers[place] += one.buyers
        enough = _most_bought(np.flatnonzero(buyers >= max(1, minimum)), buyers)
        most = min(_MOST_KNOTS, _ALL_KNOTS // max(1, len(enough)))
        most = max(_FEWEST_KNOTS, most)
        backs = [_back(place, len(words)) for place in places]

        def paid(kind: int) -> Floats:
            return np.concatenate(
                [
                    one.of(back[kind])
                    for one, back in zip(there, backs, strict=True)
                    if back[kind] >= 0
                ]
            )

        return cls({words[at]: fit_knots(paid(at), most=most) for at in enough})

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The kinds with prices, in text order."""
        return tuple(self.knots)

    @cached_property
    def _shelves(self) -> Shelves:
        return Shelves(tuple(self.knots.values()))

    def places(self, words: tuple[str, ...]) -> NDArray[np.int64]:
        """Return each word's place among the kinds, -1 where it has none."""
        places = np.full(len(words), -1, dtype=np.int64)
        for at, place in places_of(self.kinds, words):
            places[at] = place
        return places

    def at(self, place: Array, price: Floats) -> Floats:
        """Return the share of each price within its kind, shape (n,), 0 to 1.

        Parameters
        ----------
        place : int array, shape (n,)
            Of the kind among :attr:`kinds`.
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


@frozen(eq=False)
class CategoryPrices(Prices):
    """The percentiles of the unit prices within each category."""

    COLUMN: ClassVar[str] = "category"


@frozen(eq=False)
class ProductPrices(Prices):
    """The percentiles of the unit prices of each product, as far as many buy it."""

    COLUMN: ClassVar[str] = "product"


def _back(place: Array, n_words: int) -> NDArray[np.int64]:
    """Return where each of all words stands in one survey, -1 where it does not."""
    back = np.full(n_words, -1, dtype=np.int64)
    back[place] = np.arange(len(place))
    return back


def _most_bought(kinds: NDArray[np.intp], buyers: NDArray[np.int64]) -> list[int]:
    """Return the kinds that most members bought, rising; all where they are few."""
    order = np.argsort(-buyers[kinds], kind="stable")  # of equals, the first in order
    found: list[int] = np.sort(kinds[order[:_MOST_KINDS]]).tolist()
    return found
