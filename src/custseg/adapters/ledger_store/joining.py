"""Records of customers put together: of different ones, or old and new of the same.

Customers of different layers never share a row, so putting them together needs no
sorting: the new place of each row follows from how many rows every customer has. Old
and new rows of the same customers are merged by day, the old ones first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.adapters.ledger_store.books import merged_books
from custseg.events import EventTable
from custseg.intake.linking import numbered_alike
from custseg.table import Array, Column
from custseg.units import Unit

__all__ = ["Records", "columns_together", "offsets_of", "overlaid", "together"]


@frozen(eq=False)
class Records:
    """Everything about some customers.

    Parameters
    ----------
    book : array, shape (n_customers,)
        Their ids in text order.
    tables : mapping of str to EventTable
    """

    book: Array
    tables: Mapping[str, EventTable]


def offsets_of(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where each customer's rows begin, and the end.

    Examples
    --------
    >>> offsets_of(np.array([2, 0, 1])).tolist()
    [0, 2, 2, 3]
    """
    offsets = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=offsets[1:])
    return offsets


def together(parts: Sequence[Records]) -> Records:
    """Put records of different customers together; words that nobody uses are left out.

    Parameters
    ----------
    parts : sequence of Records
    """
    if len(parts) == 1:
        tables = {name: _pruned(one) for name, one in parts[0].tables.items()}
        return Records(parts[0].book, _linked(tables))
    book, owners = merged_books([one.book for one in parts])
    names = dict.fromkeys(name for one in parts for name in one.tables)
    tables = {}
    for name in names:
        some = [
            (one.tables[name], owner)
            for one, owner in zip(parts, owners, strict=True)
            if name in one.tables
        ]
        tables[name] = _interleaved(some, len(book))
    return Records(book, _linked(tables))


def _linked(tables: dict[str, EventTable]) -> dict[str, EventTable]:
    """Let payments number their invoices as the table of invoices does."""
    if {"invoices", "payments"} <= tables.keys():
        linked = numbered_alike(tables["invoices"], tables["payments"])
        tables = {**tables, "payments": linked}
    return tables


def _pruned(table: EventTable) -> EventTable:
    columns, books = {}, {}
    for name, one in table.columns.items():
        columns[name] = one
        if one.unit is Unit.TEXT:
            words, codes = _used(_vocabulary(table, name), one.values)
            texts: tuple[str, ...] = ()
            if name in table.books:
                books[name] = words
            else:
                texts = tuple(words.tolist())
            columns[name] = Column(codes, one.unit, one.known, texts)
    return EventTable(table.offsets, table.day, columns, books)


def _interleaved(
    some: Sequence[tuple[EventTable, NDArray[np.int64]]], n_customers: int
) -> EventTable:
    """Interleave tables of different customers."""
    counts = np.zeros(n_customers, dtype=np.int64)
    for table, owner in some:
        counts[owner] = np.diff(table.offsets)
    offsets = offsets_of(counts)
    rows = [
        np.repeat(offsets[owner] - table.offsets[:-1], np.diff(table.offsets))
        + np.arange(len(table))
        for table, owner in some
    ]
    tables = [table for table, _ in some]
    day = np.empty(int(offsets[-1]), dtype=np.int32)
    for table, to in zip(tables, rows, strict=True):
        day[to] = table.day
    columns, books = columns_together(tables, rows)
    return EventTable(offsets, day, columns, books)


def overlaid(old: Records, new: Records) -> Records:
    """Put new rows beside the old ones of the same customers, or of others.

    Parameters
    ----------
    old, new : Records
    """
    book, owners = merged_books([old.book, new.book])
    tables = {}
    for name in dict.fromkeys([*old.tables, *new.tables]):
        some = [
            (one.tables[name], owner)
            for one, owner in zip((old, new), owners, strict=True)
            if name in one.tables
        ]
        tables[name] = _merged(some, len(book))
    return Records(book, tables)


def _merged(
    some: Sequence[tuple[EventTable, NDArray[np.int64]]], n_customers: int
) -> EventTable:
    """Merge two sorted tables, or one; of one day the rows of the first come first."""
    tables = [table for table, _ in some]
    owners = [owner[table.owners()] for table, owner in some]
    # Customer and day in one number that rises as the rows do.
    keys = [
        (owner << 32) + table.day for owner, table in zip(owners, tables, strict=True)
    ]
    rows = [np.arange(len(keys[0]))]
    if len(some) == 2:
        came = np.searchsorted(keys[0], keys[1], side="right") + np.arange(len(keys[1]))
        stays = np.ones(len(keys[0]) + len(came), dtype=np.bool_)
        stays[came] = False
        rows = [np.flatnonzero(stays), came]
    counts = sum(np.bincount(one, minlength=n_customers) for one in owners)
    day = np.empty(sum(map(len, keys)), dtype=np.int32)
    for table, to in zip(tables, rows, strict=True):
        day[to] = table.day
    columns, books = columns_together(tables, rows)
    return EventTable(offsets_of(np.asarray(counts)), day, columns, books)


def columns_together(
    tables: Sequence[EventTable], rows: Sequence[NDArray[np.int64]]
) -> tuple[dict[str, Column], dict[str, Array]]:
    """Bring the columns of several tables into one; each row has its place."""
    columns, books = {}, {}
    total = sum(map(len, tables))
    for name in dict.fromkeys(name for table in tables for name in table.columns):
        having = [
            (table, to)
            for table, to in zip(tables, rows, strict=True)
            if name in table.columns
        ]
        first = having[0][0].columns[name]
        if first.unit is Unit.TEXT:
            vocabularies = [_vocabulary(table, name) for table, _ in having]
            words, went = merged_books(vocabularies)
        else:
            words, went = np.empty(0, dtype=object), []
        values = np.full(total, -1 if went else 0, dtype=first.values.dtype)
        known = None  # that all are
        if len(having) < len(tables) or any(
            table.columns[name].known is not None for table, _ in having
        ):
            known = np.zeros(total, dtype=np.bool_)
        for at, (table, to) in enumerate(having):
            one = table.columns[name]
            values[to] = _recoded(one.values, went[at]) if went else one.values
            if known is not None:
                known[to] = one.is_known()
        mask = None if known is None or known.all() else known
        texts: tuple[str, ...] = ()
        if went:
            words, values = _used(words, values)
            if any(name in table.books for table, _ in having):
                books[name] = words
            else:
                texts = tuple(words.tolist())
        columns[name] = Column(values, first.unit, mask, texts)
    return columns, books


def _vocabulary(table: EventTable, name: str) -> Array:
    if name in table.books:
        return table.books[name]
    return _objects(table.columns[name].words)


def _objects(words: tuple[str, ...]) -> Array:
    array = np.empty(len(words), dtype=object)
    array[:] = words
    return array


def _recoded(codes: Array, place: Array) -> Array:
    recoded: Array = np.append(place, -1)[codes]  # -1 finds the last
    return recoded


def _used(words: Array, codes: Array) -> tuple[Array, Array]:
    """Leave out the words that no row uses."""
    used = np.zeros(len(words) + 1, dtype=np.bool_)
    used[codes] = True  # -1 marks the place behind the last
    here = np.flatnonzero(used[:-1])
    if len(here) == len(words):
        return words, codes
    renumber = np.empty(len(used), dtype=codes.dtype)  # only what is used is touched
    renumber[here] = np.arange(len(here))
    renumber[-1] = -1
    return words[here], renumber[codes]
