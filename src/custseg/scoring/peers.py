"""Which categories the reference buys: a table learned once and then frozen.

What a customer could still be sold is read off its peers: the categories that many of
them buy. The table counts, over the members of a policy's reference, who bought each
category in the policy's window. Afterwards nobody's gap moves because others bought
something; learning it anew is an explicit act.

Limits: the peers are the whole reference, not customers of one type.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Self

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from custseg.periods import Window
from custseg.scoring.baskets import baskets
from custseg.scoring.features import Facts

__all__ = ["CATEGORY_BUYERS", "Buyers", "CategoryBuyers", "places_of", "united"]

CATEGORY_BUYERS = "category_buyers"

_COMMON = (2, 5)
"""A category is common when at least 2 in 5 members buy it."""


@frozen(eq=False)
class Buyers:
    """Who bought each category, among some members.

    Parameters
    ----------
    words : tuple of str
        The categories, in text order.
    members : int
        Members whose categories are known.
    counts : int64 array, shape (n_words,)
        How many of them bought each.
    """

    words: tuple[str, ...]
    members: int
    counts: NDArray[np.int64]


@frozen
class CategoryBuyers:
    """How many members of a reference buy each category.

    Parameters
    ----------
    members : int
        Members whose categories are known.
    buyers : mapping of str to int
        How many of them bought each category, in text order; empty where the members
        were too few.

    Examples
    --------
    >>> peers = CategoryBuyers(20, {"PAINT": 7, "TILE": 8})
    >>> peers.common, peers.is_common(("PIPE", "TILE")).tolist()
    (('TILE',), [False, True])
    """

    members: int = 0
    buyers: Mapping[str, int] = field(factory=dict)

    @classmethod
    def survey(
        cls, facts: Facts, window: Window, members: NDArray[np.bool_]
    ) -> Buyers | None:
        """Count the buyers of each category among some customers.

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
        bought = found.code[asked[found.owner]]
        counts = np.bincount(bought, minlength=len(found.words))
        return Buyers(found.words, int(np.count_nonzero(asked)), counts)

    @classmethod
    def learn(cls, surveys: Sequence[Buyers | None], minimum: int) -> Self:
        """Add up what was counted among different customers.

        Parameters
        ----------
        surveys : sequence of Buyers or None
            Of different customers, of one ledger or of several.
        minimum : int
            With fewer members whose categories are known nothing is learned.
        """
        there = [one for one in surveys if one is not None]
        n = sum(one.members for one in there)
        if n < max(1, minimum):
            return cls(n)
        words, places = united([one.words for one in there])
        counts = np.zeros(len(words), dtype=np.int64)
        for one, place in zip(there, places, strict=True):
            counts[place] += one.counts
        pairs = zip(words, counts.tolist(), strict=True)
        return cls(n, {word: count for word, count in pairs if count})

    @cached_property
    def common(self) -> tuple[str, ...]:
        """The categories that at least 40 % of the members buy, in text order."""
        part, whole = _COMMON
        return tuple(
            word
            for word, count in self.buyers.items()
            if whole * count >= part * self.members
        )

    def is_common(self, words: tuple[str, ...]) -> NDArray[np.bool_]:
        """Say which words of a vocabulary in text order are common categories."""
        common = np.zeros(len(words), dtype=np.bool_)
        common[[at for at, _ in places_of(self.common, words)]] = True
        return common

    def to_data(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {"members": self.members, "buyers": dict(self.buyers)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Return what :meth:`to_data` wrote."""
        return cls(data["members"], dict(data["buyers"]))


def united(
    books: Sequence[tuple[str, ...]],
) -> tuple[tuple[str, ...], list[NDArray[np.int64]]]:
    """Return the vocabularies of several surveys as one, and where each word went.

    Parameters
    ----------
    books : sequence of tuple of str
        One or more, each in text order; of parts of one ledger they are the same.

    Examples
    --------
    >>> words, places = united([("a", "c"), ("b", "c")])
    >>> words, [place.tolist() for place in places]
    (('a', 'b', 'c'), [[0, 2], [1, 2]])
    """
    if all(book == books[0] for book in books):
        return books[0], [np.arange(len(books[0]))] * len(books)
    words = tuple(sorted({word for book in books for word in book}))
    place = {word: at for at, word in enumerate(words)}
    return words, [
        np.array([place[word] for word in book], dtype=np.int64) for book in books
    ]


def places_of(
    asked: tuple[str, ...], words: tuple[str, ...]
) -> Iterator[tuple[int, int]]:
    """Yield where texts stand in a vocabulary in text order, and their own places.

    Examples
    --------
    >>> list(places_of(("b", "x"), ("a", "b", "c")))
    [(1, 0)]
    """
    for place, text in enumerate(asked):
        at = bisect_left(words, text)
        if at < len(words) and words[at] == text:
            yield at, place
