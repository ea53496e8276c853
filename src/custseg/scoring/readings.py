"""What the words of a text column mean, each word read once.

A million customers live in a few thousand cities under a few spellings. A reading goes
through the words of a column, not through the customers, and is kept as long as the
facts: however many parts a ledger is measured in, and on however many threads, a
vocabulary is read once.

Limits: what a word means may depend on nothing but the word.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from threading import RLock
from typing import Any, TypeVar

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.table import Column

__all__ = ["Groups", "Meaning", "Readings", "meaning_of", "places_in"]

_T = TypeVar("_T")

Groups = Callable[[str], str | None]
"""From a word to its group, or None; equal ones (``==``) find the same groups."""


@frozen(eq=False)
class Meaning:
    """The words that a vocabulary comes down to.

    Parameters
    ----------
    words : tuple of str
        In text order.
    codes : int32 array, shape (n_words_read + 1,)
        For each word that was read its place in ``words``, or -1 where it means
        nothing; the last stands for customers of whom nothing is said.
    """

    words: tuple[str, ...]
    codes: NDArray[np.int32]

    def code(self, word: str) -> int:
        """Return the place of a word; -2, which nobody has, where it is not there."""
        return self.words.index(word) if word in self.words else -2


def meaning_of(
    words: Iterable[str], read: Callable[[str], str | None], also: Iterable[str] = ()
) -> Meaning:
    """Read every word of a vocabulary.

    Parameters
    ----------
    words : iterable of str
    read : callable
        From a word to what it means, or None.
    also : iterable of str
        Meanings to have beside those that are met.

    Examples
    --------
    >>> found = meaning_of(("Leeds", "LEEDS", "?"), {"Leeds": "LS", "LEEDS": "LS"}.get)
    >>> found.words, found.codes.tolist()
    (('LS',), [0, 0, -1, -1])
    """
    means = [read(word) for word in words]
    distinct = tuple(sorted({one for one in (*means, *also) if one is not None}))
    place: dict[str | None, int] = {word: code for code, word in enumerate(distinct)}
    place[None] = -1
    codes = [place[one] for one in means]
    return Meaning(distinct, np.array([*codes, -1], dtype=np.int32))


def places_in(texts: Column) -> NDArray[np.intp]:
    """Return the place of each customer's word, one past the last where unknown.

    Examples
    --------
    >>> from custseg.units import Unit
    >>> places_in(Column(np.array([0, -1]), Unit.TEXT, np.array([True, False]), ("a",)))
    array([0, 1])
    """
    last = len(texts.words)
    values = texts.values.astype(np.intp)
    if texts.known is None:
        return values if last else np.zeros(len(values), dtype=np.intp)
    return np.where(texts.known, values, last)


class Readings:
    """What was made of vocabularies so far; parts of one ledger share it.

    Examples
    --------
    >>> words, seen = ("a", "b"), []
    >>> readings = Readings()
    >>> [readings.of("long", words, lambda w: seen.append(w) or len(w)) for _ in "12"]
    [2, 2]
    >>> seen
    [('a', 'b')]
    """

    def __init__(self) -> None:
        self._lock = RLock()
        self._done: dict[tuple[Hashable, int], tuple[tuple[str, ...], Any]] = {}

    def __reduce__(self) -> tuple[type[Readings], tuple[()]]:
        """Arrive empty in another process: identities of this one say nothing there."""
        return Readings, ()

    def of(
        self,
        name: Hashable,
        words: tuple[str, ...],
        read: Callable[[tuple[str, ...]], _T],
    ) -> _T:
        """Return a reading of a vocabulary, made when it is first asked for.

        Parameters
        ----------
        name : hashable
            Tells readings of one vocabulary apart.
        words : tuple of str
            The vocabulary itself: an equal one elsewhere is read again.
        read : callable
        """
        key = (name, id(words))
        with self._lock:
            if key not in self._done:
                # The words are kept too, so that nobody else can get their id.
                self._done[key] = (words, read(words))
            found: _T = self._done[key][1]
        return found

    def grouped(self, words: tuple[str, ...], groups: Groups) -> Meaning:
        """Return the groups of a vocabulary, each word asked for once."""
        return self.of(groups, words, lambda asked: meaning_of(asked, groups))
