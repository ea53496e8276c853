"""Numbers for the customers and orders of runs.

Customers are numbered densely, in the order of their ids, since they make the rows of
every table. Orders are only told apart: an order's number is what is left of its id
without the bits that never vary, so there is no need to sort, and the id can be put
together again from it. Ids with more than 63 varying bits, such as UUIDs, are numbered
densely too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial, reduce

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.intake.gathering.plain import NotPlain
from custseg.intake.gathering.runs import IdWords, Part, Store
from custseg.intake.identifiers import Encoded, settled
from custseg.intake.squeezing import Bits
from custseg.intake.textwords import WordArray
from custseg.intake.wordsort import Grouped, group_words
from custseg.table import Array

__all__ = ["Orders", "number_customers", "number_orders"]

_ROOM = 63
"""Bits of a number; the sign stays free."""

_NOT_ASCII = 0x8080808080808080


def _bits_of(ids: Sequence[IdWords]) -> Bits:
    seen = [one.bits for one in ids if one.bits is not None]
    return reduce(Bits.merged, seen)


def _together(parts: Sequence[Part], ids: Sequence[IdWords], n_words: int) -> WordArray:
    """Return the words of all runs in one array, and let go of those of the parts."""
    words = np.empty((n_words, sum(part.n for part in parts)), dtype=np.uint64)
    at = 0
    for part, one in zip(parts, ids, strict=True):
        here = slice(at, at + part.n)
        for j, word in enumerate(words):
            word[here] = one.columns[j][: part.n] if j < len(one.columns) else 0
        one.columns.clear()
        at = here.stop
    return words


def number_customers(store: Store) -> Encoded:
    """Give each customer a number, in the order of the ids.

    Returns
    -------
    Encoded
        Codes of the runs, part by part, without gaps.

    Raises
    ------
    NotPlain
        When two ids are one without the blanks around them.
    """
    ids = [part.customer for part in store.parts]
    bits = _bits_of(ids)
    words = _together(store.parts, ids, len(bits.some))
    return _as_they_are(group_words(words, bits))


def _as_they_are(grouped: Grouped) -> Encoded:
    """Turn words into ids, if that neither trims nor merges any."""
    found = settled(grouped)
    if found.trimmed or len(found.words) != grouped.words.shape[1]:
        raise NotPlain
    return found


@frozen(eq=False)
class Orders:
    """How the numbers of orders are read.

    Parameters
    ----------
    words_of : callable
        From distinct numbers that rise to the words of their ids.
    """

    words_of: Callable[[NDArray[np.int64]], WordArray]

    def encoded(self, numbers: NDArray[np.int64]) -> Encoded:
        """Return order numbers as dense codes into a vocabulary of ids."""
        distinct, codes = np.unique(numbers, return_inverse=True)
        return settled(Grouped(codes.astype(np.int32), self.words_of(distinct)))


def number_orders(store: Store) -> Orders:
    """Write the number of each run's order beside its sums.

    Raises
    ------
    NotPlain
        When ids are not ASCII: some of their blanks are then unknown here.
    """
    parts = [part for part in store.parts if part.n]
    bits = _bits_of([part.order for part in parts])
    if any(some & _NOT_ASCII for some in bits.some):
        raise NotPlain
    into = store.orders()
    if bits.n_varying > _ROOM:
        ids = [part.order for part in parts]
        grouped = group_words(_together(parts, ids, len(bits.some)), bits)
        at = 0
        for part in parts:
            codes = grouped.codes[at : at + part.n]
            into[part.first : part.first + part.n] = codes
            at += part.n
        return Orders(partial(_listed, grouped.words))

    for part in parts:
        columns: list[Array] = [column[: part.n] for column in part.order.columns]
        into[part.first : part.first + part.n] = bits.squeeze(columns, np.int64)
        part.order.columns.clear()
    return Orders(partial(_spread, bits))


def _listed(words: WordArray, numbers: NDArray[np.int64]) -> WordArray:
    return words[:, numbers]


def _spread(bits: Bits, numbers: NDArray[np.int64]) -> WordArray:
    return bits.spread(numbers.view(np.uint64))
