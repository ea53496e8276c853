"""What can be wrong about invoices and payments, one by one and beside each other.

Every row that can be used honestly is used, and what it then counts as is written
beside its kind in :data:`custseg.quality.kinds.KINDS`. What shows in one row is looked
for at the door, with the row's number; what shows only beside other rows, in the sorted
tables.

Limits: columns that were not read are not looked at. A payment of one id may pay
several invoices, and one invoice on several days: only what is alike in everything came
twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from custseg.events import EventTable
from custseg.intake.conversion import Converted
from custseg.intake.lines import repeated_rows
from custseg.intake.linking import invoices_paid
from custseg.table import Array

__all__ = [
    "LONG_DISPUTE",
    "LOOKED_AT_TOGETHER",
    "long_disputes",
    "odd_rows",
    "odd_together",
    "repeated_receivables",
]

LONG_DISPUTE: Final = 365
"""Days after which an open dispute is taken for one that nobody closed."""

LOOKED_AT_TOGETHER: Final = ("paid_before_issue", "overpaid_invoice")
"""Kinds that show only when payments are laid beside their invoices."""

Marks = NDArray[np.bool_]


def odd_rows(
    table: str, read: Mapping[str, Converted]
) -> Iterator[tuple[str, Marks, str]]:
    """Yield what is odd in single rows of a table as it came.

    Parameters
    ----------
    table : str
    read : mapping of str to Converted
        The columns that were read.

    Yields
    ------
    kind : str
    rows : bool array, shape (n_rows,)
    column : str
        The one to show.
    """
    if table == "payments":
        yield "negative_payment", _negative(read), "amount"
    elif table == "invoices":
        if {"invoice_id", "due_on"} <= read.keys():  # not read in outline
            yield from _odd_terms(read)
        yield "negative_invoice", _negative(read), "amount"
        yield from _odd_write_offs(read)
        if "resolved_on" in read:
            yield "misdated_dispute", _misdated(read), "resolved_on"


def _odd_terms(read: Mapping[str, Converted]) -> Iterator[tuple[str, Marks, str]]:
    due = read["due_on"]
    known = due.column.is_known()
    wrong = due.odd.get("unparseable_value")
    yield "unnumbered_invoice", read["invoice_id"].column.values < 0, "invoice_id"
    missing = ~known if wrong is None else ~(known | wrong)
    yield "missing_due_date", missing, "due_on"
    early = known & (due.column.values < read["issued_on"].column.values)
    yield "due_before_issue", early, "due_on"


def _negative(read: Mapping[str, Converted]) -> Marks:
    amount = read["amount"]
    negative: Marks = amount.column.values < 0
    bad = amount.odd.get("unparseable_amount")
    return negative if bad is None else negative & ~bad


def _odd_write_offs(
    read: Mapping[str, Converted],
) -> Iterator[tuple[str, Marks, str]]:
    if "written_off_amount" not in read:
        return
    lost = read["written_off_amount"].column
    some = lost.is_known() & (lost.values != 0)
    dated = read.get("written_off_on")
    undated = some if dated is None else some & ~dated.column.is_known()
    yield "undated_write_off", undated, "written_off_amount"
    most = np.maximum(read["amount"].column.values, 0)
    excess = some & ((lost.values < 0) | (lost.values > most))
    yield "excess_write_off", excess, "written_off_amount"


def _misdated(read: Mapping[str, Converted]) -> Marks:
    ended, began = read["resolved_on"].column, read.get("disputed_on")
    if began is None:
        return ended.is_known()
    in_order = began.column.is_known() & (began.column.values <= ended.values)
    return ended.is_known() & ~in_order


def repeated_receivables(table: str, events: EventTable) -> dict[str, Array]:
    """Find invoices and payments that were recorded before.

    Parameters
    ----------
    table : str
    events : EventTable

    Returns
    -------
    dict of str to int64 array
        Rows beyond the first of their kind, by the kind of oddity.
    """
    ids = {"invoices": ("invoice_id",), "payments": ("payment_id", "invoice_id")}[table]
    if ids[0] not in events.columns:
        return {}  # read in outline
    codes = events.columns[ids[0]].values
    seen = np.zeros(len(events.books[ids[0]]), dtype=np.bool_)
    numbered = codes[codes >= 0]
    seen[numbered] = True
    if np.count_nonzero(seen) == len(numbered):
        return {}  # each id once, so there is nothing to compare
    duplicate, conflicting = repeated_rows(events, ids, fullest=table == "invoices")
    if table == "payments":
        return {"duplicate_payment": duplicate}
    return {"duplicate_invoice": duplicate, "conflicting_invoice": conflicting}


def odd_together(
    tables: Mapping[str, EventTable],
) -> Iterator[tuple[str, str, Array]]:
    """Yield what is odd about payments beside their invoices.

    Parameters
    ----------
    tables : mapping of str to EventTable

    Yields
    ------
    kind, table : str
    rows : int64 array
        Positions in the table.
    """
    if not {"invoices", "payments"} <= tables.keys():
        return
    invoices, payments = tables["invoices"], tables["payments"]
    invoice = invoices_paid(invoices, payments)
    there = np.flatnonzero(invoice >= 0)
    early = payments.day[there] < invoices.day[invoice[there]]
    yield "paid_before_issue", "payments", there[early]
    amount = invoices.columns["amount"].values
    paid = _paid(payments, invoice, there, len(invoices))
    beyond = np.where(amount < 0, paid < amount, paid > amount)
    yield "overpaid_invoice", "invoices", np.flatnonzero(beyond)


def long_disputes(tables: Mapping[str, EventTable], as_of: int) -> Array:
    """Find disputes that have been open for more than a year on a day.

    Parameters
    ----------
    tables : mapping of str to EventTable
        With invoices.
    as_of : int

    Returns
    -------
    int64 array
        Rows of the invoices that are neither resolved, paid nor written off.
    """
    invoices, payments = tables["invoices"], tables.get("payments")
    columns = invoices.columns
    if "disputed_on" not in columns:
        return np.empty(0, dtype=np.int64)
    began = columns["disputed_on"]
    still = began.is_known() & (began.values < as_of - LONG_DISPUTE)
    still &= invoices.day <= as_of
    for name in ("resolved_on", "written_off_on"):
        if name in columns:
            still &= ~(columns[name].is_known() & (columns[name].values <= as_of))
    if payments is not None:
        invoice = invoices_paid(invoices, payments)
        seen = np.flatnonzero((invoice >= 0) & (payments.day <= as_of))
        paid = _paid(payments, invoice, seen, len(invoices))
        still &= paid < columns["amount"].values
    return np.flatnonzero(still)


def _paid(
    payments: EventTable, invoice: NDArray[np.int64], rows: Array, n: int
) -> NDArray[np.int64]:
    """Return the exact sum of some payments by invoice."""
    paid = np.zeros(n, dtype=np.int64)
    np.add.at(paid, invoice[rows], payments.columns["amount"].values[rows])
    return paid
