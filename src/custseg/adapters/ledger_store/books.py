"""Ids among ids: where the words of one sorted vocabulary stand in another.

Ids of up to eight ASCII bytes are compared as one number each, longer ones as texts.
The vocabularies of two sets of customers mostly differ by little, so the smaller one is
looked up in the larger and what is new is inserted; nothing is sorted anew.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from custseg.table import Array
from custseg.vocabulary import texts_of

__all__ = ["inserted", "merged_books", "places", "spelled"]

_WORD = 8


def spelled(book: Array) -> Array:
    """Return a vocabulary in the form in which it is looked up fastest.

    Examples
    --------
    >>> spelled(np.array([b"a", b"b"])).dtype, spelled(np.array(["a"], object)).dtype
    (dtype('uint64'), dtype('O'))
    """
    if book.dtype.kind == "S" and book.dtype.itemsize <= _WORD:
        return book.astype(f"S{_WORD}").view(">u8").astype(np.uint64)
    return book


def places(wanted: Array, book: Array) -> NDArray[np.int64]:
    """Return where words stand in a sorted vocabulary, -1 where they do not.

    Parameters
    ----------
    wanted : array, shape (n,)
        Of str, of ASCII bytes, or :func:`spelled`.
    book : array
        Likewise, in text order.

    Examples
    --------
    >>> places(np.array([b"b", b"x"]), np.array([b"a", b"b"])).tolist()
    [1, -1]
    """
    if not len(book) or not len(wanted):
        return np.full(len(wanted), -1, dtype=np.int64)
    wanted, book = _alike(wanted, book)
    at = np.searchsorted(book, wanted)
    near = np.minimum(at, len(book) - 1)
    return np.where(book[near] == wanted, near, -1)


def _alike(one: Array, other: Array) -> tuple[Array, Array]:
    """Bring two vocabularies into one form."""
    if one.dtype.kind == other.dtype.kind:
        return one, other
    if "O" not in {one.dtype.kind, other.dtype.kind}:  # a number and bytes
        return _as_bytes(one), _as_bytes(other)
    return texts_of(_as_bytes(one)), texts_of(_as_bytes(other))


def _as_bytes(book: Array) -> Array:
    if book.dtype.kind != "u":
        return book
    return book.astype(">u8").view(f"S{_WORD}")


def merged_books(books: list[Array]) -> tuple[Array, list[NDArray[np.int64]]]:
    """Merge sorted vocabularies into one, and say where each word went.

    Parameters
    ----------
    books : list of arrays of str or ASCII bytes

    Returns
    -------
    words : array of str or ASCII bytes
    places : list of int64 arrays

    Examples
    --------
    >>> words, went = merged_books([np.array([b"b", b"d"]), np.array([b"a", b"b"])])
    >>> words.tolist(), [one.tolist() for one in went]
    ([b'a', b'b', b'd'], [[1, 2], [0, 1]])
    """
    if not any(len(one) for one in books):
        return np.empty(0, dtype=object), [np.empty(0, np.int64) for _ in books]
    if any(one.dtype.kind != "S" for one in books if len(one)):
        books = [texts_of(one) for one in books]
    largest = max(range(len(books)), key=lambda at: len(books[at]))
    rest = [one for at, one in enumerate(books) if at != largest]
    book = books[largest]
    words, went, new = inserted(book, spelled(book), rest)
    moved = np.arange(len(book))
    if len(new):
        before = np.bincount(new - np.arange(len(new)), minlength=len(book) + 1)
        moved += np.cumsum(before)[:-1]
    went.insert(largest, moved)
    return words, went


def inserted(
    book: Array, key: Array, others: Sequence[Array]
) -> tuple[Array, list[NDArray[np.int64]], NDArray[np.int64]]:
    """Insert the words of small vocabularies into a large one.

    Parameters
    ----------
    book : array
        The large one.
    key : array
        The same, :func:`spelled`.
    others : sequence of arrays

    Returns
    -------
    words : array
        The large one itself where nothing is new.
    places : list of int64 arrays
        For each of the others, where its words are in the result.
    new : int64 array
        The places in the result of words that the large one lacked.

    Examples
    --------
    >>> book = np.array([b"b", b"d"])
    >>> inserted(book, spelled(book), [np.array([b"a", b"d"])])[1:]
    ([array([0, 2])], array([0]))
    """
    full = [one for one in others if len(one)]
    if not full:
        return book, [np.empty(0, np.int64) for _ in others], np.empty(0, np.int64)
    if any(one.dtype.kind != "S" for one in (book, *full)):
        book, full = texts_of(book), [texts_of(one) for one in full]
        key = book
    union = full[0] if len(full) == 1 else np.unique(np.concatenate(full))
    at, found = _where(union, key)
    lacking = union[~found]
    new = at[~found] + np.arange(len(lacking))
    went = at + np.cumsum(~found) - ~found
    words = book
    if len(lacking):
        words = _with(book, at[~found], lacking)
    if len(full) == 1:
        each = [went]
    else:
        each = [went[np.searchsorted(union, one)] for one in full]
    done = iter(each)
    spread = [next(done) if len(one) else np.empty(0, np.int64) for one in others]
    return words, spread, new


def _where(wanted: Array, key: Array) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return where words would be inserted, and which of them are there already."""
    if not len(key):
        none = np.zeros(len(wanted), dtype=np.int64)
        return none, none.astype(np.bool_)
    wanted, key = _alike(spelled(wanted), key)
    if wanted[0] > key[-1]:  # as numbers that are given in turn
        return np.full(len(wanted), len(key)), np.zeros(len(wanted), np.bool_)
    at = np.searchsorted(key, wanted)
    return at, key[np.minimum(at, len(key) - 1)] == wanted


def _with(book: Array, at: NDArray[np.int64], words: Array) -> Array:
    """Insert words into a vocabulary."""
    if book.dtype == object:
        return np.insert(book, at, words)
    size = max(book.dtype.itemsize, words.dtype.itemsize)
    book, words = book.astype(f"S{size}", copy=False), words.astype(f"S{size}")
    stays = np.ones(len(book) + len(words), dtype=np.bool_)
    put = at + np.arange(len(words))
    stays[put] = False
    both = np.empty(len(stays), dtype=f"S{size}")
    if size == _WORD:  # numbers move faster than texts
        both.view(np.uint64)[stays] = np.ascontiguousarray(book).view(np.uint64)
    else:
        both[stays] = book
    both[put] = words
    return both
