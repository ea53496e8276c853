"""Which categories are bought together, and what they earn: learned once, then frozen.

Who buys pipes mostly buys taps too. The table counts, over the members of a policy's
reference and in its window, who bought each category and who bought each two; and what
each category brought and cost. From the counts follows the lift: how many times as
often a buyer of one category buys another than members do in general,

    lift = (buyers of both x members) / (buyers of one x buyers of the other),

1 where the two have nothing to do with each other.

A lift is learned between categories that enough members bought, as many as the
policy's minimum: among fewer a pair could be chance. What part of the members buys a
category is known of every category all the same. All is counted in whole numbers, so
what is learned does not depend on the order of the customers, nor on how they are
divided.

Limits: with more than 500 categories pairs are not counted, and no lift is known: the
table would be larger than all else that a policy learns. Sale lines count, returns do
not. What a category earned is known from the lines that have a cost.

References: S. Brin, R. Motwani, J. D. Ullman and S. Tsur, Dynamic itemset counting and
implication rules for market basket data, SIGMOD (1997), for the lift, there called
interest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Self

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from custseg.periods import Window
from custseg.rounding import rounded
from custseg.scoring.baskets import Baskets, baskets, sale_lines
from custseg.scoring.features import Facts
from custseg.scoring.peers import CategoryBuyers, places_of, united

__all__ = ["CATEGORY_PAIRS", "Bought", "CategoryPairs"]

CATEGORY_PAIRS = "category_pairs"

_MOST_CATEGORIES = 500

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@frozen(eq=False)
class Bought:
    """What was bought by some members.

    Parameters
    ----------
    words : tuple of str
        The categories, in text order.
    members : int
        Members whose categories are known.
    pairs : int64 array, shape (n_words, n_words), or None
        How many of them bought both; on the diagonal, who bought one. None where there
        are too many categories.
    buyers, sold, cost : int64 arrays, shape (n_words,)
        Who bought each; sums in minor units over the lines with a cost.
    """

    words: tuple[str, ...]
    members: int
    pairs: Ints | None
    buyers: Ints
    sold: Ints
    cost: Ints


def _none() -> Ints:
    return np.zeros(0, dtype=np.int64)


def _no_pairs() -> Ints:
    return np.zeros((0, 0), dtype=np.int64)


@frozen(eq=False)
class CategoryPairs:
    """How many members of a reference buy each category, and each two.

    Parameters
    ----------
    members : int
        Members whose categories are known.
    words : tuple of str
        The categories that one of them or more bought, in text order.
    buyers : int64 array, shape (n_words,), >= 1
    pairs : int64 array, shape (n_paired, n_paired)
        Who bought both, of the categories in ``paired``; no rows where there were too
        many categories to count.
    sold, cost : int64 arrays, shape (n_words,)
        In minor units, over the lines with a cost.
    minimum : int, >= 1
        The buyers without whom a category has no lift.

    Examples
    --------
    >>> pairs = np.array([[30, 24], [24, 40]])
    >>> learned = CategoryPairs(100, ("PIPE", "TAP"), pairs.diagonal(), pairs,
    ...                         np.array([0, 500]), np.array([0, 400]))
    >>> learned.share_of_peers.tolist(), learned.lift[0].tolist()
    ([0.3, 0.4], [3.333333333, 2.0])
    >>> learned.margin_share.tolist()
    [nan, 0.2]
    """

    members: int = 0
    words: tuple[str, ...] = ()
    buyers: Ints = field(factory=_none)
    pairs: Ints = field(factory=_no_pairs)
    sold: Ints = field(factory=_none)
    cost: Ints = field(factory=_none)
    minimum: int = 1

    @classmethod
    def of_shares(cls, peers: CategoryBuyers) -> Self:
        """Return what is known where only the buyers of each category were counted.

        Parameters
        ----------
        peers : CategoryBuyers

        Returns
        -------
        CategoryPairs
            Every lift and every margin is unknown.

        Examples
        --------
        >>> known = CategoryPairs.of_shares(CategoryBuyers(20, {"PAINT": 7}))
        >>> known.share_of_peers.tolist(), known.paired.tolist()
        ([0.35], [])
        """
        buyers = np.array(list(peers.buyers.values()), dtype=np.int64)
        none = np.zeros(len(buyers), dtype=np.int64)
        words = tuple(peers.buyers)
        return cls(peers.members, words, buyers, _no_pairs(), none, none)

    @classmethod
    def survey(
        cls, facts: Facts, window: Window, members: NDArray[np.bool_]
    ) -> Bought | None:
        """Count what some customers bought.

        Parameters
        ----------
        facts : Facts
        window : Window
        members : bool array, shape (n_customers,)
        """
        if not facts.has("sales.category"):
            return None
        found = baskets(facts, "category", window)
        asked = members & found.is_told()
        here = asked[found.owner]
        n_words = len(found.words)
        sold, cost = _earned(facts, window, asked, n_words)
        return Bought(
            found.words,
            int(np.count_nonzero(asked)),
            _together(found, here) if n_words <= _MOST_CATEGORIES else None,
            np.bincount(found.code[here], minlength=n_words),
            sold,
            cost,
        )

    @classmethod
    def learn(cls, surveys: Sequence[Bought | None], minimum: int) -> Self:
        """Add up what different customers bought.

        Parameters
        ----------
        surveys : sequence of Bought or None
            Of different customers, of one ledger or of several.
        minimum : int
            With fewer members whose categories are known nothing is learned, and
            categories that fewer of them bought have no lift.
        """
        there = [one for one in surveys if one is not None]
        members = sum(one.members for one in there)
        if members < max(1, minimum):
            return cls(members)
        words, places = united([one.words for one in there])
        n = len(words)
        buyers, sold, cost = (np.zeros(n, dtype=np.int64) for _ in range(3))
        for one, place in zip(there, places, strict=True):
            buyers[place] += one.buyers
            sold[place] += one.sold
            cost[place] += one.cost
        enough = _enough(buyers, max(1, minimum))
        kept = np.flatnonzero(buyers)
        pairs = np.zeros((n, n) if n <= _MOST_CATEGORIES else (0, 0), dtype=np.int64)
        if len(pairs):
            for one, place in zip(there, places, strict=True):
                if one.pairs is not None:  # of each: there are few categories in all
                    pairs[np.ix_(place, place)] += one.pairs
            pairs = pairs[np.ix_(enough, enough)]
        return cls(
            members,
            tuple(words[at] for at in kept.tolist()),
            buyers[kept],
            pairs,
            sold[kept],
            cost[kept],
            max(1, minimum),
        )

    @cached_property
    def share_of_peers(self) -> Floats:
        """The part of the members who buy each category, shape (n_words,)."""
        share: Floats = rounded(self.buyers / max(1, self.members))
        return share

    @cached_property
    def paired(self) -> Ints:
        """The places of the categories with a lift among the words, rising."""
        return _enough(self.buyers, self.minimum) if len(self.pairs) else _none()

    @cached_property
    def lift(self) -> Floats:
        """What a buyer of the first buys more of the second, of those in ``paired``.

        1 is no more than others. Shape (n_paired, n_paired).
        """
        buyers = self.buyers[self.paired]
        usual = np.outer(buyers, buyers / max(1, self.members))
        lift: Floats = rounded(self.pairs / usual)
        return lift

    @cached_property
    def margin_share(self) -> Floats:
        """The part of each category's sales that is margin; NaN where not known."""
        known = self.sold > 0
        share: Floats = rounded(
            np.where(known, self.sold - self.cost, 0) / np.where(known, self.sold, 1)
        )
        return np.where(known, share, np.nan)

    def places(self, words: tuple[str, ...]) -> Ints:
        """Return each word's place among the categories, -1 where it has none."""
        places = np.full(len(words), -1, dtype=np.int64)
        for at, place in places_of(self.words, words):
            places[at] = place
        return places

    def to_data(self) -> dict[str, Any]:
        """Return plain data for JSON; of the pairs each is written once."""
        return {
            "members": self.members,
            "words": list(self.words),
            "buyers": self.buyers.tolist(),
            "pairs": [row[at + 1 :].tolist() for at, row in enumerate(self.pairs)],
            "sold": self.sold.tolist(),
            "cost": self.cost.tolist(),
            "minimum": self.minimum,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Return what :meth:`to_data` wrote."""
        buyers, sold, cost = (
            np.array(data[name], dtype=np.int64) for name in ("buyers", "sold", "cost")
        )
        n, minimum = len(data["pairs"]), data["minimum"]
        pairs = np.zeros((n, n), dtype=np.int64)
        if n:
            np.fill_diagonal(pairs, buyers[_enough(buyers, minimum)])
        for at, row in enumerate(data["pairs"]):
            pairs[at, at + 1 :] = pairs[at + 1 :, at] = row
        words = tuple(data["words"])
        return cls(data["members"], words, buyers, pairs, sold, cost, minimum)


def _enough(buyers: Ints, minimum: int) -> Ints:
    return np.flatnonzero(buyers >= minimum)


def _together(found: Baskets, here: NDArray[np.bool_]) -> Ints:
    """Count who bought each two categories, among the groups that are looked at.

    The groups of a customer stand together, rising by category: so each group is met
    with the next one, then with the next but one, as long as they are of one customer.
    """
    owner, code = found.owner[here], found.code[here]
    n_words = len(found.words)
    flat = np.bincount(code * (n_words + 1), minlength=n_words * n_words)
    first, step = np.arange(len(owner)), 0
    while len(first):
        step += 1
        first = first[first + step < len(owner)]
        first = first[owner[first] == owner[first + step]]
        both = code[first] * n_words + code[first + step]
        flat += np.bincount(both, minlength=n_words * n_words)
    upper = flat.reshape(n_words, n_words)
    pairs: Ints = upper + np.triu(upper, 1).T
    return pairs


def _earned(
    facts: Facts, window: Window, asked: NDArray[np.bool_], n_words: int
) -> tuple[Ints, Ints]:
    """Add up what each category brought and cost, over the lines with a cost."""
    sold, paid = (np.zeros(n_words, dtype=np.int64) for _ in range(2))
    if not facts.has("sales.cost"):
        return sold, paid
    lines = sale_lines(facts, window)
    category, cost = lines.column("category"), lines.column("cost")
    here = asked[lines.owner] & category.is_known() & cost.is_known()
    code = category.values[here]
    np.add.at(sold, code, lines.amount[here])
    np.add.at(paid, code, cost.values[here].astype(np.int64))
    return sold, paid
