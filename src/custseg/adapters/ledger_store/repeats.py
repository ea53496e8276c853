"""Rows that came again although nothing says that they are the same.

A sales line with order and line id, an invoice or a payment with its id says which one
it is, so it counts once. A cost, an event, a project, an interaction or a sale without
these ids does not: two equal ones may well be two. A store takes such a row in, and
says how many there were, since a file that was sent twice looks just so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from custseg.adapters.ledger_store.books import merged_books
from custseg.adapters.ledger_store.joining import Records, columns_together
from custseg.events import EventTable
from custseg.table import Array, Column

__all__ = ["repeated"]


def repeated(before: Records, after: Records) -> int:
    """Count rows that are there more often than before, and were there before.

    Parameters
    ----------
    before, after : Records
        Of some customers, before and after rows were taken in.

    Notes
    -----
    Rows are equal in customer, day and every column. Most rows are told apart by their
    first columns and not looked at further.
    """
    _, owners = merged_books([before.book, after.book])
    return sum(
        _more(before.tables[name], table, owners)
        for name, table in after.tables.items()
        if name in before.tables
    )


def _more(old: EventTable, new: EventTable, owners: Sequence[NDArray[np.int64]]) -> int:
    if not len(old) or not len(new):
        return 0
    # A row that came again is there twice now; so look among the new state first, where
    # rows of one customer and day are neighbours.
    owner = new.owners()
    begins = (owner[1:] != owner[:-1]) | (new.day[1:] != new.day[:-1])
    together = np.append(0, np.cumsum(begins)).astype(np.int64)
    twice, _ = _alike(together, _parts(new.columns))
    if not len(twice):
        return 0
    mask = np.zeros(len(new), dtype=np.bool_)
    mask[twice] = True
    some = new.keep(mask)
    n = len(old)
    places = [np.arange(n), np.arange(n, n + len(some))]
    columns, _ = columns_together([old, some], places)
    owner = np.concatenate([owners[0][old.owners()], owners[1][some.owners()]])
    day = np.concatenate([old.day, some.day])
    rows, key = _alike(owner.astype(np.int64), [day, *_parts(columns)])
    most = int(key.max(initial=-1)) + 1
    were = np.bincount(key[rows < n], minlength=most)
    are = np.bincount(key[rows >= n], minlength=most)
    return int(np.maximum(are - were, 0)[were > 0].sum())


def _alike(
    key: NDArray[np.int64], parts: Iterable[Array]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows that have an equal, and numbers that equal ones share."""
    rows = np.flatnonzero(np.bincount(key)[key] > 1)
    key = key[rows]
    for part in parts:
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
