"""Answers about different customers, woven into one without laying everything out.

Of a million customers a few thousand have changed. Their answers are worked out anew
and the others' are taken as they stand, so an answer has several parts, each for some
customers. A column is put together when somebody asks for it and not before: labels are
asked for by everybody, the forty features of a policy seldom all at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.adapters.ledger_store.books import inserted, merged_books, spelled
from custseg.later import Later
from custseg.rules.outcome import Graded, Outcome
from custseg.table import Array, Column, Table

__all__ = ["Part", "woven"]


@frozen(eq=False)
class Part:
    """An answer about some customers, of which some count.

    Parameters
    ----------
    outcome : Outcome
    counts : bool array, shape (n_customers,), or None
        None where all do.
    spelled : array or None
        The ids of the customers as they are looked up, if that is known.
    """

    outcome: Outcome
    counts: NDArray[np.bool_] | None = None
    spelled: Array | None = None

    @property
    def key(self) -> Array:
        """The ids of its customers as they are looked up."""
        if self.spelled is not None:
            return self.spelled
        return spelled(self.outcome.table.book)


@frozen(eq=False)
class _Places:
    """Where the rows of each part go.

    Parameters
    ----------
    n : int
        Customers of the whole.
    takes : tuple of bool arrays or None
        Rows of each part that count.
    puts : tuple of arrays or None
        Where they go: positions, a mask of the whole, or None for all places. Later
        parts are put over earlier ones.
    """

    n: int
    takes: tuple[NDArray[np.bool_] | None, ...]
    puts: tuple[Array | None, ...]

    def spread(self, arrays: Sequence[Array]) -> Array:
        """Put an array of each part in its places."""
        if self.puts[0] is None:
            whole = arrays[0].astype(np.result_type(*arrays), copy=True)
        else:
            whole = np.empty(self.n, dtype=np.result_type(*arrays))
        for array, takes, puts in zip(arrays, self.takes, self.puts, strict=True):
            if puts is not None:
                whole[puts] = array if takes is None else array[takes]
        return whole

    def column(self, columns: Sequence[Column]) -> Column:
        """Put a column of each part in its places."""
        columns = _one_vocabulary(columns)
        known = None
        if any(one.known is not None for one in columns):
            known = self.spread([one.is_known() for one in columns])
            if known.all():
                known = None
        values = self.spread([one.values for one in columns])
        return Column(values, columns[0].unit, known, columns[0].words)


def _one_vocabulary(columns: Sequence[Column]) -> Sequence[Column]:
    """Let all columns of words share one vocabulary, in text order if it is new."""
    if len({one.words for one in columns}) == 1:
        return columns
    books = []
    for one in columns:
        book = np.empty(len(one.words), dtype=object)
        book[:] = one.words
        books.append(np.sort(book))
    words, _ = merged_books(books)
    place = {word: code for code, word in enumerate(words.tolist())}
    recoded = []
    for one in columns:
        table = np.array([*(place[word] for word in one.words), -1], dtype=np.int32)
        codes = table[np.where(one.values < 0, len(one.words), one.values)]
        recoded.append(Column(codes, one.unit, one.known, tuple(words.tolist())))
    return recoded


def woven(parts: Sequence[Part]) -> Outcome:
    """Weave answers about different customers into one.

    Parameters
    ----------
    parts : sequence of Part
        No customer counts in two of them. The first is the largest.
    """
    if len(parts) == 1 and parts[0].counts is None:
        return parts[0].outcome
    outcomes = [one.outcome for one in parts]
    book, where = _placed(parts)
    first = outcomes[0]

    def of(find: Callable[[Outcome], Column]) -> Column:
        return where.column([find(one) for one in outcomes])

    def columns(find: Callable[[Outcome], Mapping[str, Column]]) -> Later:
        names = tuple(find(first))
        return Later(names, lambda name: of(lambda one: find(one)[name]))

    grade = None
    if first.grade is not None:
        cards = [one for one in map(_card, outcomes) if one is not None]
        grade = Graded(
            columns(lambda one: _grade(one).parts),
            of(lambda one: _grade(one).score),
            of(lambda one: _grade(one).coverage),
            of(lambda one: _grade(one).tier),
            columns(lambda one: _grade(one).gates),
            None if first.grade.card is None else where.spread(cards),
        )
    table = Table(book, columns(lambda one: one.table.columns))
    labels = dict(columns(lambda one: one.labels))  # everybody asks for them
    return Outcome(table, labels, grade)


def _grade(outcome: Outcome) -> Graded:
    assert outcome.grade is not None  # noqa: S101 - one policy grades all or nobody
    return outcome.grade


def _card(outcome: Outcome) -> Array | None:
    return _grade(outcome).card


def _placed(parts: Sequence[Part]) -> tuple[Array, _Places]:
    """Say where every row goes; leave the rows of the first part alone if possible."""
    first, mask = parts[0].outcome.table.book, parts[0].counts
    takes = tuple(one.counts for one in parts)
    some = []
    for one in parts[1:]:
        book = one.outcome.table.book
        some.append(book if one.counts is None else book[one.counts])
    words, puts, new = inserted(first, parts[0].key, some)
    gone = 0 if mask is None else len(mask) - int(np.count_nonzero(mask))
    if gone + len(new) == sum(map(len, some)):  # whoever does not count is put over
        stays = None
        if len(new):
            stays = np.ones(len(words), dtype=np.bool_)
            stays[new] = False
        return words, _Places(len(words), (None, *takes[1:]), (stays, *puts))
    book, went = merged_books([first if mask is None else first[mask], *some])
    return book, _Places(len(book), takes, tuple(went))
