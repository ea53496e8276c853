"""Who paid: payments find their customers among all invoices that a store knows.

A payment whose invoice is not known yet is not lost: it waits in the store until the
invoice comes, so the order in which the two are delivered makes no difference. While it
waits it is reported as dropped, as it would be if all rows were read at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.adapters.ledger_store.books import places
from custseg.adapters.ledger_store.joining import Records
from custseg.adapters.ledger_store.piles import Pile
from custseg.errors import QualityRefused
from custseg.events import EventTable
from custseg.intake.assembly import several_payers
from custseg.intake.identifiers import texts_of
from custseg.intake.joining import join_tables
from custseg.intake.judge import refusal
from custseg.quality.examples import Example
from custseg.quality.report import Finding
from custseg.quality.treatments import Treatments
from custseg.table import Array

__all__ = ["Settled", "pending", "settle_payments"]

_INVOICE = "invoice_id"


@frozen(eq=False)
class Settled:
    """Payments after their customers were looked for.

    Parameters
    ----------
    found : Records or None
        Of the customers who were found.
    waiting : EventTable or None
        Those whose invoice is not known, of one customer who stands for nobody.
    """

    found: Records | None
    waiting: EventTable | None

    def finding(self, treatments: Treatments) -> Finding | None:
        """Return what is reported of those that wait.

        Raises
        ------
        QualityRefused
            When they are to be refused.
        """
        if self.waiting is None:
            return None
        column = self.waiting.columns[_INVOICE]
        book = texts_of(self.waiting.books[_INVOICE])
        shown = tuple(
            Example(f"invoice {book[code]!r}", f"发票 {book[code]!r}")
            if code >= 0
            else Example("no invoice named", "未写明发票")
            for code in list(dict.fromkeys(column.values[:1000].tolist()))[:3]
        )
        treatment = treatments.orphan_payment
        rows = len(self.waiting)
        finding = Finding("orphan_payment", "payments", rows, treatment, shown)
        if treatment == "refuse":
            raise QualityRefused(refusal(finding, "payments.invoice_id"))
        return finding


def pending(waiting: EventTable | None, new: EventTable | None) -> EventTable | None:
    """Return the payments whose customers are to be looked for, as one table."""
    both = [one for one in (waiting, new) if one is not None and len(one)]
    if len(both) < 2:
        return both[0] if both else None
    nobody = [np.zeros(len(one), dtype=np.int32) for one in both]
    return join_tables(both, nobody, 1)


def settle_payments(
    payments: EventTable | None, arrived: Records, pile: Pile
) -> Settled:
    """Give payments the customers of their invoices.

    Parameters
    ----------
    payments : EventTable or None
        Of nobody yet.
    arrived : Records
        What came just now, perhaps with invoices.
    pile : Pile
        What is in the store.

    Raises
    ------
    DataError
        When an invoice that was paid belongs to several customers.
    """
    _check_paid_before(arrived, pile)
    if payments is None:
        return Settled(None, None)
    wanted = payments.books[_INVOICE]
    sources = [*_named("invoices", [arrived]), *_in_store("invoices", pile)]
    book, first, last = _owners(wanted, sources)
    _refuse_shared(wanted, first, last)
    code = payments.columns[_INVOICE].values
    owner = np.append(last, -1)[np.where(code < 0, len(last), code)]
    here = owner >= 0
    waiting = None if here.all() else _of_nobody(payments, ~here)
    some = payments.keep(here)
    payers, codes = np.unique(owner[here], return_inverse=True)
    table = join_tables([some], [codes.astype(np.int32)], len(payers))
    return Settled(Records(book[payers], {"payments": table}), waiting)


def _of_nobody(payments: EventTable, rows: NDArray[np.bool_]) -> EventTable:
    some = payments.keep(rows)
    return EventTable(np.array([0, len(some)]), some.day, some.columns, some.books)


def _check_paid_before(arrived: Records, pile: Pile) -> None:
    """Refuse a new invoice whose number another customer has paid already."""
    if "invoices" not in arrived.tables:
        return
    wanted = arrived.tables["invoices"].books[_INVOICE]
    paid = list(_in_store("payments", pile))
    _, first, _ = _owners(wanted, paid)
    asked = first < np.iinfo(np.int64).max
    if asked.any():
        both = [*paid, *_named("invoices", [arrived])]
        _, first, last = _owners(wanted, both)
        _refuse_shared(wanted[asked], first[asked], last[asked])


_Source = tuple[Array, EventTable, NDArray[np.bool_] | None]
"""Customers, a table with invoice ids, and which of the customers count."""


def _named(table: str, records: Iterable[Records]) -> Iterator[_Source]:
    for one in records:
        if table in one.tables:
            yield one.book, one.tables[table], None


def _in_store(table: str, pile: Pile) -> Iterator[_Source]:
    for layer, alive in zip(pile.layers, pile.alive, strict=True):
        events = layer.tables.get(table)
        if isinstance(events, EventTable):
            yield layer.book, events, alive


def _owners(
    wanted: Array, sources: Iterable[_Source]
) -> tuple[Array, NDArray[np.int64], NDArray[np.int64]]:
    """Return customers, and the first and the last of them that each invoice names."""
    ids: list[Array] = []
    whose: list[NDArray[np.int64]] = []
    for book, events, alive in sources:
        place = np.append(places(events.books[_INVOICE], wanted), -1)
        code = events.columns[_INVOICE].values
        at = place[code]  # -1 is the place behind the last
        rows = np.flatnonzero(at >= 0)
        owner = events.owners()[rows]
        if alive is not None:
            rows, owner = rows[alive[owner]], owner[alive[owner]]
        ids.append(texts_of(book[owner]))
        whose.append(at[rows])
    nobody = np.iinfo(np.int64).max
    first = np.full(len(wanted), nobody, dtype=np.int64)
    last = np.full(len(wanted), -1, dtype=np.int64)
    if not ids:
        return np.empty(0, dtype=object), first, last
    book, codes = np.unique(np.concatenate(ids), return_inverse=True)
    invoice = np.concatenate(whose)
    np.minimum.at(first, invoice, codes)
    np.maximum.at(last, invoice, codes)
    return book, first, last


def _refuse_shared(
    wanted: Array, first: NDArray[np.int64], last: NDArray[np.int64]
) -> None:
    shared = (last >= 0) & (first != last)
    if shared.any():
        raise several_payers(texts_of(wanted[shared][:1])[0])
