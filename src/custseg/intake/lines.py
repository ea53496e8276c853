"""Rows that look odd only beside others: recorded twice, alike, orphaned, at odds.

These questions are asked of the sorted table, so the answer does not depend on the
order in which the rows came. Where one of several equal rows has to stay, it is the
first in canonical order: by day, then by each column in turn.
"""

from __future__ import annotations

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

from custseg.events import EventTable
from custseg.intake.identifiers import merge
from custseg.table import Array

__all__ = [
    "identical_rows",
    "orphan_returns",
    "repeated_lines",
    "repeated_rows",
    "settled_customers",
]

_NEVER = np.iinfo(np.int32).min
"""In place of the day where it makes no difference."""

_NEAR = 1 << 15
"""Rows that are mixed in one go, so that they stay near the core."""


def repeated_lines(sales: EventTable) -> tuple[Array, Array]:
    """Find lines that bear the customer, order and line id of another.

    A credit note quotes the line that it reverses, so a sale and its returns may share
    these ids; and what was sold at once may come back on several days. A sale is
    compared with sales only, and a return with returns of its day.

    Parameters
    ----------
    sales : EventTable

    Returns
    -------
    duplicate, conflicting : int64 arrays
        Positions of rows beyond the first of their line: with the same content as one
        before, and with other content.
    """
    returned = sales.columns["amount"].values < 0
    of_day = np.where(returned, sales.day, _NEVER)
    return repeated_rows(sales, ("order_id", "line_id"), apart=of_day)


def repeated_rows(
    events: EventTable,
    ids: tuple[str, ...],
    *,
    apart: Array | None = None,
    fullest: bool = False,
) -> tuple[Array, Array]:
    """Find rows that bear the customer and the ids of another.

    Parameters
    ----------
    events : EventTable
    ids : tuple of str
        Columns; a row that lacks one of them is like no other.
    apart : array, shape (n_rows,), or None
        Rows that differ in this are not compared either.
    fullest : bool
        Whether the first of several is the one with the most columns filled; else, and
        among such, it is the first in canonical order.

    Returns
    -------
    duplicate, conflicting : int64 arrays
        Positions of rows beyond the first: with the same content as one before, and
        with other content.
    """
    nothing = np.empty(0, dtype=np.int64)
    if not len(events) or not events.columns.keys() >= set(ids):
        return nothing, nothing
    named = [events.columns[name] for name in ids]
    rows = np.flatnonzero(np.logical_and.reduce([one.is_known() for one in named]))
    owners = events.owners()
    repeated = _repeated([owners[rows], *(one.values[rows] for one in named)])
    if not repeated.any():
        return nothing, nothing
    rows = rows[repeated]
    own = [owners[rows], *(one.values[rows] for one in named)]
    if apart is not None:
        own.append(apart[rows])
    content = [column[rows] for column in _content(events)]
    if fullest:
        every = events.columns.values()
        filled = sum(one.is_known()[rows].astype(np.int64) for one in every)
        content.insert(0, -np.asarray(filled))
    by = np.lexsort((*content[::-1], *own))
    same_line = _same_as_before([part[by] for part in own])
    same_content = same_line & _same_as_before([part[by] for part in content])
    return np.sort(rows[by[same_content]]), np.sort(rows[by[same_line & ~same_content]])


def identical_rows(sales: EventTable) -> Array:
    """Find rows without a line id that equal an earlier one in every column.

    Returns
    -------
    int64 array
        Positions of the rows beyond the first of their kind.
    """
    line = sales.columns.get("line_id")
    content = [sales.owners(), *_content(sales)]
    if line is None:
        rows = np.flatnonzero(_repeated(content))
    else:
        rows = np.flatnonzero(~line.is_known())
        rows = rows[_repeated([part[rows] for part in content])]
    content = [part[rows] for part in content]
    by = np.lexsort(content[::-1])
    return np.sort(rows[by[_same_as_before([part[by] for part in content])]])


def orphan_returns(sales: EventTable) -> Array:
    """Find returns whose sale is not known.

    A return that names its order needs a sale line of that order and customer; any
    other needs a sale of the customer on or before its day.

    Returns
    -------
    int64 array
        Positions of the orphaned returns.
    """
    amount = sales.columns["amount"].values
    returns = np.flatnonzero(amount < 0)
    if not len(returns):
        return returns
    owners = sales.owners()
    sold = np.flatnonzero(amount > 0)
    first_sale = np.full(len(sales.offsets) - 1, np.iinfo(np.int32).max, dtype=np.int32)
    first_sale[owners[sold[::-1]]] = sales.day[sold[::-1]]
    orphaned = first_sale[owners[returns]] > sales.day[returns]
    named = sales.columns.get("returns_order_id")
    order = sales.columns.get("order_id")
    if named is not None and order is not None:
        _, (of_order, of_named) = merge(
            [sales.books["order_id"], sales.books["returns_order_id"]]
        )
        has_order = sold[order.is_known()[sold]]
        pairs = owners[has_order].astype(np.int64) << 32
        pairs |= of_order[order.values[has_order]]
        asks = named.is_known()[returns]
        asking = returns[asks]
        wanted = owners[asking].astype(np.int64) << 32
        wanted |= of_named[named.values[asking]]
        orphaned[asks] = ~np.isin(wanted, pairs)
    return returns[orphaned]


def settled_customers(customers: EventTable) -> tuple[EventTable, Array]:
    """Put what is declared from one day on in canonical order, and find what differs.

    Parameters
    ----------
    customers : EventTable

    Returns
    -------
    customers : EventTable
        Rows of one customer and day are in the order of their content, so that the last
        one does not depend on which came last.
    conflicting : int64 array
        Positions, in that order, of rows that differ from the one before of their day.
    """
    if len(customers) < 2:
        return customers, np.empty(0, dtype=np.int64)
    owners = customers.owners()
    again = _same_as_before([owners, customers.day])
    together = again.copy()
    together[:-1] |= again[1:]
    rows = np.flatnonzero(together)
    if not len(rows):
        return customers, rows
    content = [column[rows] for column in _content(customers)]
    by = np.lexsort((*content[::-1], owners[rows]))
    content = [part[by] for part in content]
    order = np.arange(len(customers))
    order[rows] = rows[by]
    columns = {name: one.take(order) for name, one in customers.columns.items()}
    conflicting = rows[again[rows] & ~_same_as_before(content)]
    return evolve(customers, columns=columns), conflicting


def _content(sales: EventTable) -> list[Array]:
    """Return every column that makes up a row, missing values set apart from zero."""
    parts: list[Array] = [sales.day]
    for name in sorted(sales.columns):
        column = sales.columns[name]
        if column.known is not None:
            parts.append(column.known)
            parts.append(np.where(column.known, column.values, 0))
        else:
            parts.append(column.values)
    return parts


def _same_as_before(parts: list[Array]) -> NDArray[np.bool_]:
    same = np.ones(len(parts[0]), dtype=np.bool_)
    same[:1] = False
    for part in parts:
        same[1:] &= part[1:] == part[:-1]
    return same


def _repeated(parts: list[Array] | tuple[Array, ...]) -> NDArray[np.bool_]:
    """Mark the rows whose mix of all parts occurs more than once.

    Different rows may share a mix, so the caller looks at the parts themselves.
    """
    mix = np.zeros(len(parts[0]), dtype=np.uint64)
    for start in range(0, len(mix), _NEAR):
        some = mix[start : start + _NEAR]
        for part in parts:
            some ^= part[start : start + _NEAR].astype(np.int64).view(np.uint64)
            some *= np.uint64(0x9E3779B97F4A7C15)
            some ^= some >> np.uint64(29)
    again = np.zeros(len(mix), dtype=np.bool_)
    ordered = np.sort(mix)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    if not len(twice):
        return again
    # Few rows are repeated: most are told by the last bits of their mix already.
    last_bits = np.zeros(1 << 16, dtype=np.bool_)
    last_bits[twice.astype(np.uint16)] = True
    rows = np.flatnonzero(last_bits[mix.astype(np.uint16)])
    at = np.searchsorted(twice, mix[rows])
    again[rows] = twice[np.minimum(at, len(twice) - 1)] == mix[rows]
    return again
