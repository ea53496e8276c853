"""Rows that came again although nothing says that they are the same.

A sales line with order and line id, an invoice or a payment with its id says which one
it is, so it counts once. A cost, an event, a project, an interaction or a sale without
these ids does not: two equal ones may well be two. A store takes such a row in, and
says how many there were, since a file that was sent twice looks just so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from custseg.adapters.ledger_store.books import places, spelled
from custseg.adapters.ledger_store.joining import Records, columns_together
from custseg.events import EventTable
from custseg.table import Array, Column

__all__ = ["repeated"]


def repeated(before: Records, came: Records, after: Records) -> int:
    """Count rows that are there more often than before, and were there before.

    Parameters
    ----------
    before, came, after : Records
        Of some customers, before and after rows were taken in, and what came.

    Notes
    -----
    Rows are equal in customer, day and every column. A customer's days on which rows
    came and were there before are mostly few, and no others are looked at.
    """
    book = spelled(after.book)  # of all who were there or came
    owners = [places(spelled(one.book), book) for one in (before, came, after)]
    return sum(
        _more(before.tables[name], came.tables[name], table, owners)
        for name, table in after.tables.items()
        if name in before.tables and name in came.tables
    )


def _more(
    old: EventTable,
    came: EventTable,
    new: EventTable,
    owners: Sequence[NDArray[np.int64]],
) -> int:
    was, got, now = (
        (owner[table.owners()] << 32) + table.day
        for table, owner in zip((old, came, new), owners, strict=True)
    )
    some = _among(now, got[_among(got, was)])
    new, now = new.keep(some), now[some]
    # A row that came again is there twice now, and most are told apart among
    # themselves before old ones are looked at.
    twice = np.zeros(len(now), dtype=np.bool_)
    twice[_alike(now, new.columns)[0]] = True
    if not twice.any():
        return 0
    new, now = new.keep(twice), now[twice]
    some = _among(was, now)
    old, was = old.keep(some), was[some]
    n = len(old)
    at = [np.arange(n), np.arange(n, n + len(new))]
    columns, _ = columns_together([old, new], at)
    rows, key = _alike(np.concatenate([was, now]), columns)
    most = int(key.max(initial=-1)) + 1
    were = np.bincount(key[rows < n], minlength=most)
    are = np.bincount(key[rows >= n], minlength=most)
    return int(np.maximum(are - were, 0)[were > 0].sum())


def _among(some: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Say which numbers are among others; both rise."""
    if not len(others):
        return np.zeros(len(some), dtype=np.bool_)
    at = np.minimum(np.searchsorted(others, some), len(others) - 1)
    there: NDArray[np.bool_] = others[at] == some
    return there


def _alike(
    key: NDArray[np.int64], columns: Mapping[str, Column]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows that have an equal, and numbers that equal ones share."""
    _, key = np.unique(key, return_inverse=True)
    rows = np.flatnonzero(np.bincount(key)[key] > 1)
    key = key[rows]
    for part in _parts(columns):
        _, codes = np.unique(part[rows], return_inverse=True)
        # Dense numbers of less than 32 bits, so that both fit beside each other.
        _, key = np.unique((key << 32) | codes, return_inverse=True)
        several = np.bincount(key)[key] > 1
        rows, key = rows[several], key[several]
        if not len(rows):
            break
    return rows, key


def _parts(columns: Mapping[str, Column]) -> Iterator[Array]:
    for name in sorted(columns):
        column = columns[name]
        if column.known is None:
            yield column.values
        else:
            yield np.where(column.known, column.values, column.values.dtype.type(0))
            yield column.known
