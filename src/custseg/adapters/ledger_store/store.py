"""A ledger on disk that grows by the day, and answers without starting over.

An ERP exports what happened today, some rows that were late and some that were wrong;
nobody wants to read ten million lines again for that. A store takes in such rows, and
at any time is the same as a ledger of all its final rows: the same tables, features and
labels, bit for bit.

It is a pile of layers (:mod:`custseg.adapters.ledger_store.layers`): a writing puts the
whole record of every customer that it touches on top. When the layers above the lowest
grow too many or too large, they are written together. An answer that is remembered is
brought up to date by asking only the customers of later layers.

Limits: one writer at a time. Corrections are of sales lines that have order and line
ids. A person is forgotten by writing everybody else anew, which takes as long as
writing the whole store; and what was copied elsewhere is not the store's.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from attrs import define, field, frozen

from custseg.adapters.ledger_store.answering import answer
from custseg.adapters.ledger_store.arriving import arrive
from custseg.adapters.ledger_store.changes import check_keys
from custseg.adapters.ledger_store.locking import writing
from custseg.adapters.ledger_store.state import State, load
from custseg.adapters.ledger_store.writer import Writer, unwritten
from custseg.contract import Columns
from custseg.errors import Problem, SettingError
from custseg.fitted import FittedPolicy
from custseg.ledger import Ledger
from custseg.periods import as_day
from custseg.quality import QualityReport
from custseg.results import Result

__all__ = ["LedgerStore", "Receipt"]


@frozen(kw_only=True)
class Receipt:
    """What a writing did.

    Parameters
    ----------
    version : int
        Of the store after it.
    customers : int
        How many customers it touched.
    rows : int
        Rows that are in the store more than before.
    replaced : int
        Sales lines that were taken away by a correction.
    """

    version: int
    customers: int
    rows: int
    replaced: int = 0


@define(eq=False, repr=False)
class LedgerStore:
    """A ledger that is kept in a folder.

    Open one with :func:`custseg.adapters.ledger_store.open_ledger`.

    Parameters
    ----------
    folder : Path
    wait : bool
        Whether writings wait for another writer, or are refused.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from custseg.adapters.ledger_store import open_ledger
    >>> with TemporaryDirectory() as folder:
    ...     store = open_ledger(f"{folder}/sales", currency="CNY")
    ...     first = store.append({"customer_id": ["a", "b"],
    ...                           "date": ["2026-06-01", "2026-06-20"],
    ...                           "amount": [950.0, 80.0]})
    ...     later = store.append({"customer_id": ["a"], "date": ["2026-06-30"],
    ...                           "amount": [50.0]})
    ...     print(store.ledger())
    ...     later.customers, later.rows
    Ledger(2 customers, 3 sales, 2026-06-01 to 2026-06-30, CNY)
    (1, 1)
    """

    folder: Path
    wait: bool = True
    _before: State | None = field(default=None, init=False)

    def _now(self) -> State:
        self._before = load(self.folder, self._before)
        return self._before

    @property
    def version(self) -> int:
        """How many writings there have been."""
        return self._now().manifest.version

    def __len__(self) -> int:
        return self._now().manifest.report.rows_used.get("sales", 0)

    def __repr__(self) -> str:
        manifest = self._now().manifest
        said = f"{str(self.folder)!r}, {len(self):,} sales"
        said += f", {manifest.currency}" if manifest.currency else ""
        return f"LedgerStore({said}, version {manifest.version})"

    def append(
        self,
        sales: object = None,
        *,
        customers: object = None,
        invoices: object = None,
        payments: object = None,
        interactions: object = None,
        feedback: object = None,
        projects: object = None,
        costs: object = None,
        events: object = None,
        columns: Columns | None = None,
        time_zone: str | None = None,
        date_format: str | None = None,
    ) -> Receipt:
        """Take in more rows, of any day.

        Parameters
        ----------
        sales, customers, invoices, ... : frame, path, or None
            As for :meth:`custseg.Ledger.from_frames`, or as for
            :meth:`~custseg.Ledger.from_files`.
        columns, time_zone, date_format
            How these rows are to be read, likewise.

        Returns
        -------
        Receipt

        Raises
        ------
        MissingColumn, DataError, QualityRefused, CurrencyMismatch, AmountOverflow
            When the data cannot be used. Nothing is written then.
        SettingError
            When no table was given.
        StoreBusy
            When somebody else is writing, and the store was opened not to wait.
        StoreUnavailable
            When it cannot be written: a full disk, a folder that is read-only. The
            store is as it was.

        Notes
        -----
        Sales lines that are in the store already, by customer, order and line id, do
        not count twice. Payments may come before their invoices.
        """
        given = {
            "sales": sales,
            "customers": customers,
            "invoices": invoices,
            "payments": payments,
            "interactions": interactions,
            "feedback": feedback,
            "projects": projects,
            "costs": costs,
            "events": events,
        }
        how = {"columns": columns, "time_zone": time_zone, "date_format": date_format}
        return self._take_in(given, how, correcting=False)

    def correct(
        self,
        sales: object,
        *,
        columns: Columns | None = None,
        time_zone: str | None = None,
        date_format: str | None = None,
    ) -> Receipt:
        """Put sales lines in the place of those with the same customer, order and line.

        A line that is not in the store yet is added.

        Parameters
        ----------
        sales : frame or path
            With ``order_id`` and ``line_id`` in every row.
        columns, time_zone, date_format
            As for :meth:`append`.

        Raises
        ------
        MissingColumn, DataError
            When a row does not say which line it corrects.
        """
        how = {"columns": columns, "time_zone": time_zone, "date_format": date_format}
        return self._take_in({"sales": sales}, how, correcting=True)

    def _take_in(
        self, given: dict[str, Any], how: dict[str, Any], *, correcting: bool
    ) -> Receipt:
        before = self._now().manifest
        arrived = arrive(
            given, currency=before.currency, treatments=before.treatments, **how
        )
        if correcting:
            check_keys(arrived.found.tables["sales"])
        with writing(self.folder, wait=self.wait), unwritten(self.folder):
            writer = Writer(self.folder, self._now())
            done = writer.take_in(arrived, correcting=correcting)
            after = self._now().manifest
        rows = sum(after.report.rows_used.values())
        rows -= sum(writer.state.manifest.report.rows_used.values())
        return Receipt(
            version=after.version,
            customers=len(done.records.book),
            rows=rows,
            replaced=done.replaced,
        )

    def forget(self, customer_ids: object) -> Receipt:
        """Take every row of some customers away for good.

        Parameters
        ----------
        customer_ids : str, int, or collection of these

        Raises
        ------
        UnknownCustomer
            When the store has no such customer; then nothing is taken away.
        StoreBusy, StoreUnavailable
            As for :meth:`append`.

        Notes
        -----
        All others are written anew, and then the files of before are taken away with
        every answer that was remembered. Payments that still wait for an invoice name
        no customer and stay.
        """
        several = isinstance(customer_ids, Collection)
        if isinstance(customer_ids, str | bytes) or not several:
            customer_ids = [customer_ids]
        with writing(self.folder, wait=self.wait), unwritten(self.folder):
            state = self._now()
            writer = Writer(self.folder, state)
            writer.check()
            wanted: Any = customer_ids
            gone = np.unique([state.ledger.position(one) for one in wanted])
            ids = state.ledger.book[gone.astype(np.int64)]
            before = sum(state.manifest.report.rows_used.values())
            writer.forget(ids)
            after = self._now().manifest
        rows = sum(after.report.rows_used.values()) - before
        return Receipt(version=after.version, customers=len(ids), rows=rows)

    def compact(self) -> None:
        """Write all layers as one, as is done anyway when they have grown many."""
        with writing(self.folder, wait=self.wait), unwritten(self.folder):
            Writer(self.folder, self._now()).compact()
            self._now()

    def ledger(self) -> Ledger:
        """Return all that is in the store, as a ledger.

        Nothing is read before it is asked for. What is written to the store later does
        not change it.
        """
        return self._now().ledger

    def quality(self, as_of: date | str | None = None) -> QualityReport:
        """Return what was odd about all rows; see :meth:`custseg.Ledger.quality`."""
        return self.ledger().quality(as_of)

    def classify(
        self, fitted: FittedPolicy, *, as_of: date | str, remember: bool = False
    ) -> Result:
        """Classify every customer, as :meth:`FittedPolicy.classify` would.

        Parameters
        ----------
        fitted : FittedPolicy
        as_of : date or str
        remember : bool
            Whether to keep the answer in the store. The next time that this policy and
            day are asked for, only customers with new rows are worked out.

        Raises
        ------
        CurrencyMismatch, SettingError
            As :meth:`FittedPolicy.classify` does.
        StoreUnavailable
            When the answer cannot be kept.
        """
        if not isinstance(fitted, FittedPolicy):
            raise SettingError(
                Problem(
                    "expected a fitted policy",
                    where="fitted",
                    got=f"a {type(fitted).__name__}",
                    hint="fit a policy with policy.fit(store.ledger(), as_of=...)",
                )
            )
        with unwritten(self.folder):
            day = as_day(as_of)
            return answer(self.folder, self._now(), fitted, day, keep=remember)

    def check(self) -> None:
        """Read every file and compare it with what was once written.

        Raises
        ------
        StoreAltered
            When one was cut short or changed; it is named.
        """
        state = self._now()
        waits = [] if state.waits is None else [state.waits]
        for layer in (*state.pile.layers, *waits):
            layer.sheet.check()
