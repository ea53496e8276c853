"""Whom a store has forgotten, so that tomorrow's file does not bring them back.

An ERP goes on exporting a person whom the store was told to forget. So the store keeps
a mark of each id: a keyed hash, from which the id cannot be read off. Rows that come
for such a customer are left out and counted, until the customer is readmitted.

Limits: the key lies beside the marks, for the store must be able to compare. Whoever
has the store and a list of ids can try which of them are on the list. Payments name no
customer: one whose invoice was left out before waits in the store, without a name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
from attrs import evolve, frozen

from custseg.adapters.ledger_store.joining import Records, together
from custseg.events import EventTable
from custseg.intake.arrivals import Tables
from custseg.intake.assembly import Assembled
from custseg.vocabulary import texts_of

__all__ = ["Forgotten", "without_forgotten"]


@frozen
class Forgotten:
    """Marks of the customers whose rows are not taken in.

    Parameters
    ----------
    key : str
        Of the hash, in hexadecimal digits; "" where nobody was forgotten yet.
    marks : frozenset of str

    Examples
    --------
    >>> listed = Forgotten("00ff").with_more(["zoe"])
    >>> listed.has("zoe"), listed.has("adam"), len(listed)
    (True, False, 1)
    >>> len(listed.without(["zoe"]))
    0
    """

    key: str = ""
    marks: frozenset[str] = frozenset()

    def __len__(self) -> int:
        return len(self.marks)

    def has(self, customer_id: str) -> bool:
        """Say whether a customer is on the list."""
        return self._mark(customer_id) in self.marks

    def with_more(self, ids: Iterable[str]) -> Forgotten:
        """Return the list with some customers more."""
        return evolve(self, marks=self.marks | {self._mark(one) for one in ids})

    def without(self, ids: Iterable[str]) -> Forgotten:
        """Return the list without some customers."""
        return evolve(self, marks=self.marks - {self._mark(one) for one in ids})

    def _mark(self, customer_id: str) -> str:
        text = customer_id.encode("utf-8", "surrogatepass")
        key = bytes.fromhex(self.key)
        return hashlib.blake2b(text, key=key, digest_size=16).hexdigest()


def without_forgotten(found: Assembled, listed: Forgotten) -> tuple[Assembled, int]:
    """Leave out the rows of those who are on the list.

    They vanish from the account of rows, too, as the rows of whoever is forgotten do.

    Parameters
    ----------
    found : Assembled
    listed : Forgotten

    Returns
    -------
    found : Assembled
    rows : int
        How many were left out.
    """
    if not listed:
        return found, 0
    ids = texts_of(found.book).tolist()
    stays = np.array([not listed.has(one) for one in ids], dtype=np.bool_)
    if stays.all():
        return found, 0
    tables, rows_in = {}, dict(found.report.rows_in)
    rows_used, gone = dict(found.report.rows_used), 0
    for name in found.tables:
        table = found.tables[name]
        kept = table.keep(stays[table.owners()])
        offsets = kept.offsets[np.append(stays, True)]
        tables[name] = EventTable(offsets, kept.day, kept.columns, kept.books)
        left_out = len(table) - len(kept)
        rows_in[name] = rows_in.get(name, 0) - left_out
        rows_used[name] = rows_used.get(name, 0) - left_out
        gone += left_out
    # An example may name one of them.
    findings = tuple(evolve(one, examples=()) for one in found.report.findings)
    report = evolve(
        found.report, rows_in=rows_in, rows_used=rows_used, findings=findings
    )
    # Putting them together leaves out words that nobody uses, such as their order ids.
    records = together([Records(found.book[stays], tables)])
    return Assembled(records.book, Tables(records.tables), report), gone
