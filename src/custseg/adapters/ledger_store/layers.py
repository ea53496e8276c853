"""Layers: the whole record of some customers, in one sheet.

A store is a pile of layers. Each holds everything about its customers, and the topmost
layer that has a customer is the one that counts. What is added to a customer, corrected
or recorded late therefore becomes a new record of that customer on top; nobody else's
is touched, and nobody's is spread over several files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from attrs import field, frozen

from custseg.adapters.ledger_store.books import spelled
from custseg.adapters.ledger_store.kept import Kept, few_bits, kept_from, with_lines
from custseg.adapters.ledger_store.sheets import Note, Sheet, open_sheet, write_sheet
from custseg.events import EventTable
from custseg.table import Array, Column
from custseg.units import Unit

_ISSUED, _PAID = "invoices.invoice_id.book", "payments.invoice_id.book"

__all__ = ["Layer", "kept_spelling", "open_layer", "write_layer"]


@frozen(eq=False)
class _Opened(Mapping[str, "EventTable | Kept"]):
    """The tables of a sheet; one that is never asked for is never looked at."""

    sheet: Sheet
    _made: dict[str, EventTable | Kept] = field(factory=dict, init=False, repr=False)

    def __getitem__(self, name: str) -> EventTable | Kept:
        if name not in self._made:
            about = self.sheet.about["tables"][name]
            make = _sales if name == "sales" else _events
            self._made[name] = make(self.sheet, name, about)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.sheet.about["tables"])

    def __len__(self) -> int:
        return len(self.sheet.about["tables"])


@frozen(eq=False)
class Layer:
    """The records of some customers.

    Parameters
    ----------
    book : array, shape (n_customers,)
        Their ids in text order.
    tables : mapping of str to EventTable or Kept
        Every table of the store; sales are Kept.
    version : int
        The version of the store that put it there.
    note : Note
    sheet : Sheet
    """

    book: Array
    tables: Mapping[str, EventTable | Kept]
    version: int
    note: Note
    sheet: Sheet = field(repr=False)

    @cached_property
    def spelled(self) -> Array:
        """The ids in the form in which they are looked up fastest."""
        kept = self.sheet.get("spelled")
        return spelled(self.book) if kept is None else kept

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return int(sum(one["rows"] for one in self.sheet.about["tables"].values()))


def write_layer(path: Path, book: Array, tables: Mapping[str, EventTable]) -> Note:
    """Write the records of some customers into a sheet.

    Parameters
    ----------
    path : Path
    book : array
    tables : mapping of str to EventTable

    Raises
    ------
    OSError
    """
    arrays: dict[str, Array] = {"book": book, **kept_spelling(book)}
    about: dict[str, Any] = {}
    for name, table in tables.items():
        about[name] = {"rows": len(table)}
        if name == "sales":
            kept = kept_from(table)
            arrays["sales.start"] = kept.start
            about[name]["runs"] = _put(arrays, "sales runs", kept.merged.columns, {})
            about[name]["columns"] = _put(arrays, name, kept.lines, kept.books)
            arrays |= {"sales.offsets": kept.merged.offsets, "sales.day": kept.day}
            if "order_id" in kept.books:
                arrays["sales.order_id.book"] = kept.books["order_id"]
        else:
            arrays |= {f"{name}.offsets": table.offsets, f"{name}.day": table.day}
            about[name]["columns"] = _put(arrays, name, table.columns, table.books)
            if name == "payments" and _is_linked(tables):
                del arrays[_PAID]
    return write_sheet(path, arrays, {"tables": about})


def kept_spelling(book: Array) -> dict[str, Array]:
    """Return ids as they are looked up, where that is another form than their own."""
    key = spelled(book)
    return {} if key is book else {"spelled": key}


def _is_linked(tables: Mapping[str, EventTable]) -> bool:
    """Say whether payments number their invoices as the table of invoices does."""
    if "invoices" not in tables:
        return False
    invoices, payments = tables["invoices"], tables["payments"]
    return invoices.books["invoice_id"] is payments.books["invoice_id"]


def _put(
    arrays: dict[str, Array],
    table: str,
    columns: Mapping[str, Column],
    books: Mapping[str, Array],
) -> dict[str, Any]:
    """Lay columns out as arrays; return what these do not tell."""
    about = {}
    for name, one in columns.items():
        key = f"{table}.{name}"
        summed = table == "sales runs" and one.unit is not Unit.TEXT
        arrays[key] = one.values if summed else few_bits(one.values)
        if one.known is not None and not one.known.all():
            arrays[f"{key}.known"] = one.known
        if name in books:
            arrays[f"{key}.book"] = books[name]
        elif one.words:
            arrays[f"{key}.words"] = np.array(one.words, dtype=object)
        about[name] = {"unit": one.unit.value, "dtype": one.values.dtype.str}
    return about


def open_layer(folder: Path, note: Note, version: int) -> Layer:
    """Open the records of some customers; nothing is read that is not asked for.

    Raises
    ------
    FileNotFoundError, StoreUnavailable, StoreAltered
    """
    sheet = open_sheet(folder, note)
    return Layer(sheet["book"], _Opened(sheet), version, note, sheet)


def _columns(
    sheet: Sheet, table: str, about: Mapping[str, Any], *, wide: bool
) -> dict[str, Column]:
    columns = {}
    for name, said in about.items():
        key = f"{table}.{name}"
        values = sheet[key]
        if wide:
            values = values.astype(said["dtype"], copy=False)
        known = sheet.get(f"{key}.known")
        words: tuple[str, ...] = ()
        if f"{key}.words" in sheet:
            words = tuple(sheet[f"{key}.words"].tolist())
        columns[name] = Column(values, Unit(said["unit"]), known, words)
    return columns


def _books(sheet: Sheet, table: str, names: Mapping[str, Any]) -> dict[str, Array]:
    books = {
        name: sheet[f"{table}.{name}.book"]
        for name in names
        if f"{table}.{name}.book" in sheet
    }
    if table == "payments" and _PAID not in sheet:
        books["invoice_id"] = sheet[_ISSUED]  # the very same: nothing to compare
    return books


def _events(sheet: Sheet, name: str, about: Mapping[str, Any]) -> EventTable:
    said = about["columns"]
    return EventTable(
        sheet[f"{name}.offsets"],
        sheet[f"{name}.day"],
        _columns(sheet, name, said, wide=True),
        _books(sheet, name, said),
    )


def _sales(sheet: Sheet, name: str, about: Mapping[str, Any]) -> Kept:
    runs = _columns(sheet, "sales runs", about["runs"], wide=True)
    lines = _columns(sheet, name, about["columns"], wide=False)
    books = _books(sheet, name, {**about["columns"], **about["runs"]})
    return with_lines(
        sheet["sales.offsets"],
        sheet["sales.day"],
        runs,
        sheet["sales.start"],
        lines,
        books,
    )
