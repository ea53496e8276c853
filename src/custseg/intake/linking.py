"""Which invoice each payment pays, as a row of the table of invoices.

Payments name an invoice by its id. In a ledger both tables number the ids alike, so a
payment finds its invoice by looking up one number; only ids that several customers
share are searched for customer by customer.
"""

from __future__ import annotations

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

from custseg.events import EventTable
from custseg.intake.identifiers import texts_of
from custseg.table import Array, Column
from custseg.threads import two_at_a_time

__all__ = ["invoices_paid", "numbered_alike", "places_in"]

_ID = "invoice_id"


def invoices_paid(invoices: EventTable, payments: EventTable) -> NDArray[np.int64]:
    """Return the invoice of each payment.

    Parameters
    ----------
    invoices, payments : EventTable
        Of the same customers. No two invoices of a customer have one id.

    Returns
    -------
    int64 array, shape (n_payments,)
        Rows of the invoices; -1 where the customer has no invoice of that id.
    """
    found = np.full(len(payments), -1, dtype=np.int64)
    if not len(invoices) or not len(payments):
        return found
    issued = invoices.columns[_ID].values.astype(np.int64)
    paid = payments.columns[_ID].values.astype(np.int64)
    if invoices.books[_ID] is not payments.books[_ID]:
        alike = _renumbered(paid, payments.books[_ID], invoices.books[_ID])
        paid = alike.astype(np.int64)
    numbered = np.flatnonzero(issued >= 0)
    if not len(numbered):
        return found
    least, most = int(issued[numbered].min()), int(issued[numbered].max())
    row = np.full(most - least + 1, -1, dtype=np.int32)
    row[issued[numbered] - least] = numbered
    inside = (paid >= least) & (paid <= most)
    found[inside] = row[paid[inside] - least]
    # The id may be another customer's too: then the last of them was found.
    counts = np.diff(payments.offsets)
    first = np.repeat(invoices.offsets[:-1], counts)
    last = np.repeat(invoices.offsets[1:], counts)
    astray = np.flatnonzero((found >= 0) & ((found < first) | (found >= last)))
    if len(astray):
        found[astray] = _searched(invoices, payments, issued, paid, astray)
    return found


def numbered_alike(invoices: EventTable, payments: EventTable) -> EventTable:
    """Return payments whose invoices are numbered as in the table of invoices.

    Parameters
    ----------
    invoices, payments : EventTable

    Returns
    -------
    EventTable
        The payments themselves where they are numbered so already, or where they name
        invoices that are not there.
    """
    if not len(payments) or payments.books[_ID] is invoices.books[_ID]:
        return payments
    named, codes = payments.columns[_ID], payments.columns[_ID].values
    if not np.array_equal(payments.books[_ID], invoices.books[_ID]):
        codes = _renumbered(codes, payments.books[_ID], invoices.books[_ID])
        if ((codes < 0) & (named.values >= 0)).any():
            return payments
    column = Column(codes, named.unit, named.known)
    return evolve(
        payments,
        columns={**payments.columns, _ID: column},
        books={**payments.books, _ID: invoices.books[_ID]},
    )


def places_in(book: Array, words: Array) -> NDArray[np.int32]:
    """Return where each word stands in a sorted vocabulary, -1 where it does not.

    Parameters
    ----------
    book, words : arrays of str or ASCII bytes
        Each in text order without repeats.

    Examples
    --------
    >>> places_in(np.array([b"a", b"c"]), np.array([b"b", b"c"])).tolist()
    [-1, 1]
    """
    if not len(book) or not len(words):
        return np.full(len(words), -1, dtype=np.int32)
    if book.dtype.kind != words.dtype.kind:
        book, words = texts_of(book), texts_of(words)

    def found(some: Array) -> NDArray[np.int32]:
        at = np.minimum(np.searchsorted(book, some), len(book) - 1)
        return np.where(book[at] == some, at, -1).astype(np.int32)

    halves = np.array_split(words, 2)
    return np.concatenate(two_at_a_time(found, halves, n_rows=len(words)))


def _renumbered(codes: Array, theirs: Array, ours: Array) -> NDArray[np.int32]:
    return np.append(places_in(ours, theirs), np.int32(-1))[codes]


def _searched(
    invoices: EventTable,
    payments: EventTable,
    issued: NDArray[np.int64],
    paid: NDArray[np.int64],
    some: Array,
) -> NDArray[np.int64]:
    """Find the invoices of some payments by customer and id."""
    keys = (invoices.owners().astype(np.int64) << 32) | np.maximum(issued, 0)
    rows = np.flatnonzero(issued >= 0)
    rows = rows[np.argsort(keys[rows])]
    wanted = (payments.owners()[some].astype(np.int64) << 32) | paid[some]
    at = np.minimum(np.searchsorted(keys[rows], wanted), len(rows) - 1)
    return np.where(keys[rows[at]] == wanted, rows[at], -1)
