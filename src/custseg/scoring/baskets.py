"""Who bought how much of what: the sale lines of a window by customer and word.

The words are categories or brands. Only sale lines count: a return says that goods came
back, not what a customer is in the market for, and its sale may lie outside the window.
The method is one sort of customer, word and row packed into a number, and exact sums
over the groups.

Some lines may not say their category or brand. A customer whose told lines hold at
least nine tenths of the sales is measured on those; with less, too much could lie in
what is not told, and the customer is unknown.

Words can be brought together in groups, such as categories of one use. A line whose
word is in no group then counts as one without a word. The groups are made of what was
added up by word, not of the lines once more.

Limits: words are compared as they are written: Tile and tile are two.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.periods import Window
from custseg.scoring.features import Facts
from custseg.scoring.readings import Groups
from custseg.table import Array, Column

__all__ = [
    "Baskets",
    "Lines",
    "Owners",
    "baskets",
    "grouped",
    "sale_lines",
    "sums_by",
]

_UNTOLD = 10
"""At most one part in so many of the sales may be without a word."""

_KEY_BITS = 63
"""Of a signed integer, what customer, word and row may take together."""

Ints = NDArray[np.int64]


@frozen(eq=False)
class Owners:
    """Whose lines stand together.

    Parameters
    ----------
    owner : int64 array, shape (n,)
        Never falls.
    n_customers : int
    """

    owner: Ints
    n_customers: int

    @cached_property
    def _first(self) -> Ints:
        return _first_of_each(self.owner)

    @cached_property
    def _each(self) -> Ints:
        return self.owner[self._first]

    def sums(self, values: Ints) -> Ints:
        """Return the exact sum of each customer's values, shape (n_customers,)."""
        sums = np.zeros(self.n_customers, dtype=np.int64)
        if len(values):
            sums[self._each] = np.add.reduceat(values, self._first)
        return sums


@frozen(eq=False)
class Lines:
    """The sale lines of a window.

    Parameters
    ----------
    rows : int64 array, shape (n_lines,)
        Where each stands among ``columns``.
    owner : int64 array, shape (n_lines,)
        The customer of each; it never falls.
    amount : int64 array, shape (n_lines,)
        In minor units, all above zero.
    columns : mapping of str to Column
        What all lines say.
    n_customers : int
    """

    rows: Ints
    owner: Ints
    amount: Ints
    columns: Mapping[str, Column]
    n_customers: int

    @cached_property
    def owners(self) -> Owners:
        """The customers of the lines, to add up by."""
        return Owners(self.owner, self.n_customers)

    @cached_property
    def total(self) -> Ints:
        """The sum of each customer's lines, shape (n_customers,)."""
        return self.owners.sums(self.amount)

    def column(self, name: str) -> Column:
        """Return what these lines say."""
        return self.columns[name].take(self.rows)


def sale_lines(facts: Facts, window: Window) -> Lines:
    """Return the sale lines of a window; found once for all features of it."""

    def find() -> Lines:
        low, high = facts.rows("sales", window)
        counts = high - low
        first = np.cumsum(counts) - counts
        rows = np.arange(int(counts.sum())) + np.repeat(low - first, counts)
        sales = facts.ledger.tables["sales"]
        amount = sales.columns["amount"].values[rows]
        sold = amount > 0  # of a run all lines are sold, or none
        rows, owner = rows[sold], np.repeat(np.arange(facts.n), counts)[sold]
        if sales.within is None:
            return Lines(rows, owner, amount[sold], sales.columns, facts.n)
        runs = sales.within.of(rows)
        lines, owner = runs.lines(), np.repeat(owner, runs.length)
        amount = runs.columns["amount"].values[lines].astype(np.int64)
        return Lines(lines, owner, amount, runs.columns, facts.n)

    return facts.once(("sale lines", window), find)


def sums_by(owner: Ints, values: Ints, n_customers: int) -> Ints:
    """Return the exact sum of each customer's values, shape (n_customers,).

    Parameters
    ----------
    owner : int64 array, shape (n,)
        Never falls.
    values : int64 array, shape (n,)
    n_customers : int

    Examples
    --------
    >>> sums_by(np.array([0, 0, 2]), np.array([5, 6, 7]), 4).tolist()
    [11, 0, 7, 0]
    """
    return Owners(owner, n_customers).sums(values)


@frozen(eq=False)
class Baskets:
    """What each customer bought of each word in a window.

    Parameters
    ----------
    words : tuple of str
        In text order.
    owner, code : int64 arrays, shape (n_groups,)
        Customer and word of each group, rising by customer, then by word.
    amount : int64 array, shape (n_groups,)
        Sum of the sale lines in minor units, above zero.
    total, told : int64 arrays, shape (n_customers,)
        Sum of all sale lines, and of those with a word.
    """

    words: tuple[str, ...]
    owner: Ints
    code: Ints
    amount: Ints
    total: Ints
    told: Ints

    def is_told(self) -> NDArray[np.bool_]:
        """Say for whom enough of the sales has a word, shape (n_customers,).

        Without any sale there is nothing left untold.
        """
        enough: NDArray[np.bool_] = self.total - self.told <= self.total // _UNTOLD
        return enough

    def counts(self) -> Ints:
        """Return how many words each customer bought, shape (n_customers,)."""
        return np.bincount(self.owner, minlength=len(self.total))

    def buyers(self) -> Ints:
        """Return the first group of each customer who has one, rising."""
        return _first_of_each(self.owner)

    def largest(self) -> Ints:
        """Return the largest amount of one word, shape (n_customers,), 0 for none."""
        most = np.zeros(len(self.total), dtype=np.int64)
        if len(self.owner):
            first = self.buyers()
            most[self.owner[first]] = np.maximum.reduceat(self.amount, first)
        return most


def baskets(
    facts: Facts, column: str, window: Window, groups: Groups | None = None
) -> Baskets:
    """Group the sale lines of a window by a text column of the sales.

    Parameters
    ----------
    facts : Facts
    column : str
        ``category`` or ``brand``.
    window : Window
    groups : callable or None
        From a word to its group, which then stands for the word; None takes the words
        themselves.

    Notes
    -----
    O(lines log lines) in one in-place sort; done once for all features that ask.
    """
    if groups is not None:
        return facts.once(
            ("baskets", column, window, groups),
            lambda: _brought_together(baskets(facts, column, window), groups, facts),
        )

    def gather() -> Baskets:
        lines = sale_lines(facts, window)
        one = lines.column(column)
        total = lines.total
        code, owner, amount = one.values, lines.owner, lines.amount
        if one.known is not None:
            code, owner, amount = code[one.known], owner[one.known], amount[one.known]
        told = total if one.known is None else sums_by(owner, amount, facts.n)
        groups = grouped(owner, code.astype(np.int64), amount, len(one.words))
        return Baskets(one.words, *groups, total, told)

    return facts.once(("baskets", column, window), gather)


def _brought_together(found: Baskets, groups: Groups, facts: Facts) -> Baskets:
    meaning = facts.readings.grouped(found.words, groups)
    owner, amount, told = found.owner, found.amount, found.told
    code = meaning.codes[found.code].astype(np.int64)
    if not (there := code >= 0).all():
        owner, code, amount = owner[there], code[there], amount[there]
        told = sums_by(owner, amount, facts.n)
    sums = grouped(owner, code, amount, len(meaning.words))
    return Baskets(meaning.words, *sums, found.total, told)


def grouped(
    owner: Ints, code: Ints, amount: Ints, n_words: int
) -> tuple[Ints, Ints, Ints]:
    """Add up the amounts of each customer and word.

    Parameters
    ----------
    owner, code, amount : int64 arrays, shape (n_lines,)
        The customers never fall.
    n_words : int
        More than any code.

    Returns
    -------
    owner, code, amount : int64 arrays, shape (n_groups,)
        Rising by customer, then by word.

    Examples
    --------
    >>> lines = np.array([[0, 0, 0, 3], [7, 2, 7, 2], [10, 20, 30, 40]])
    >>> [part.tolist() for part in grouped(*lines, 8)]
    [[0, 0, 3], [2, 7, 2], [20, 40, 40]]
    """
    if not len(owner):
        return owner, code, amount
    word_bits = n_words.bit_length()
    row_bits = len(owner).bit_length()
    free = _KEY_BITS - int(owner[-1]).bit_length() - word_bits
    if free < 0:  # numbers of orders may take up to 63 bits
        order: Array = np.lexsort((code, owner))
        owner, code = owner[order], code[order]
        first = _first_of_each(owner, code)
        return owner[first], code[first], np.add.reduceat(amount[order], first)
    key = owner << word_bits | code
    if row_bits <= free:
        key <<= row_bits
        key |= np.arange(len(key))
        key.sort()
        order = key & ((1 << row_bits) - 1)
        key >>= row_bits
    else:
        order = np.argsort(key)
        key = key[order]
    first = _first_of_each(key)
    sums = np.add.reduceat(amount[order], first)
    key = key[first]
    return key >> word_bits, key & ((1 << word_bits) - 1), sums


def _first_of_each(*ordered: Ints) -> Ints:
    """Return where each run of equal values begins, of one key or of several."""
    begins = np.zeros(len(ordered[0]), dtype=np.bool_)
    begins[:1] = True
    for one in ordered:
        begins[1:] |= one[1:] != one[:-1]
    return np.flatnonzero(begins)
