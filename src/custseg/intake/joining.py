"""Sorted tables of events joined into one, whatever each of them lacks.

The rows of one customer and day stay in the order of the tables. A column that only
some tables have is unknown in the rows of the others; words and ids are numbered anew,
over all tables.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from custseg.events import EventTable, arrange
from custseg.intake.identifiers import merge
from custseg.table import Array, Column
from custseg.units import Unit

__all__ = ["join_tables"]


def join_tables(
    tables: list[EventTable], owners: list[NDArray[np.int32]], n_customers: int
) -> EventTable:
    """Merge sorted tables into one.

    Parameters
    ----------
    tables : list of EventTable
    owners : list of int32 arrays
        The new customer code of each row of each table.
    n_customers : int
        Customers of the result.
    """
    names = dict.fromkeys(name for table in tables for name in table.columns)
    columns, books = {}, {}
    for name in names:
        parts = [_or_unknown(table, name, tables) for table in tables]
        books_of = [table.books.get(name, _NOTHING) for table in tables]
        is_id = any(name in table.books for table in tables)
        columns[name], words = _concatenated(parts, books_of if is_id else None)
        if words is not None:
            books[name] = words
    return arrange(
        np.concatenate(owners),
        np.concatenate([table.day for table in tables]),
        columns,
        n_customers,
        books=books,
    )


_NOTHING: Array = np.empty(0, dtype=object)


def _or_unknown(table: EventTable, name: str, tables: list[EventTable]) -> Column:
    """Return a column, or as many unknown values where a table lacks it."""
    if name in table.columns:
        return table.columns[name]
    like = next(other.columns[name] for other in tables if name in other.columns)
    unknown = np.zeros(len(table), dtype=np.bool_)
    values = np.full(len(table), -1 if like.unit is Unit.TEXT else 0, like.values.dtype)
    return Column(values, like.unit, unknown)


def _concatenated(
    parts: list[Column], books: list[Array] | None
) -> tuple[Column, Array | None]:
    unit = parts[0].unit
    known = None
    if any(part.known is not None for part in parts):
        known = np.concatenate([part.is_known() for part in parts])
    if unit is not Unit.TEXT:
        return Column(
            np.concatenate([part.values for part in parts]), unit, known
        ), None
    words, places = merge(books or [np.array(p.words, dtype=object) for p in parts])
    codes: list[Array] = []
    for part, place in zip(parts, places, strict=True):
        table = np.append(place, np.int32(-1))
        codes.append(table[np.where(part.values < 0, len(place), part.values)])
    joined = np.concatenate(codes)
    if books is not None:
        return Column(joined, unit, known), words
    return Column(joined, unit, known, tuple(words.tolist())), None
