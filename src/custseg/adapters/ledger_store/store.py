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
ids. Rows without an id of their own count again when they come again. A person is
forgotten by writing everybody else anew, which takes as long as writing the whole
store; and what was copied elsewhere is not the store's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from os import urandom
from pathlib import Path
from typing import Any

import numpy as np
from attrs import define, field, fields, frozen

from custseg.adapters.ledger_store.answering import answer
from custseg.adapters.ledger_store.arriving import arrive
from custseg.adapters.ledger_store.changes import check_keys
from custseg.adapters.ledger_store.locking import writing
from custseg.adapters.ledger_store.state import State, load
from custseg.adapters.ledger_store.writer import Writer, unwritten
from custseg.contract import Columns
from custseg.errors import Problem, SettingError, UnknownCustomer
from custseg.fitted import FittedPolicy
from custseg.intake.comparison import check_alike
from custseg.intake.identifiers import encode
from custseg.intake.raw import Objects
from custseg.ledger import Ledger
from custseg.periods import as_day
from custseg.quality.report import QualityReport
from custseg.results import Result

__all__ = ["LedgerStore", "Receipt"]

_WAITING = "orphan_payment"


@frozen(kw_only=True, repr=False)
class Receipt:
    """What a writing did. Shown are the first three counts, and others if not zero.

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
    dropped : int
        Rows that were left out as odd; :meth:`LedgerStore.quality` says why. Payments
        that wait are not among them.
    repeated : int
        Rows that were taken in and count, although the store had an equal row already,
        in every column: nothing says that they are the same.
    waiting : int
        Payments that wait for their invoice now.
    forgotten : int
        Rows that were left out because their customer is to be forgotten.

    Examples
    --------
    >>> Receipt(version=7, customers=2, rows=40, repeated=3)
    Receipt(version=7, customers=2, rows=40, repeated=3)
    """

    version: int
    customers: int
    rows: int
    replaced: int = 0
    dropped: int = 0
    repeated: int = 0
    waiting: int = 0
    forgotten: int = 0

    def __repr__(self) -> str:
        counts = [(one.name, getattr(self, one.name)) for one in fields(Receipt)]
        shown = [f"{name}={n}" for at, (name, n) in enumerate(counts) if at < 3 or n]
        return f"Receipt({', '.join(shown)})"


@define(eq=False, repr=False)
class LedgerStore:
    """A ledger that is kept in a folder.

    Open one with :func:`custseg.adapters.ledger_store.open_ledger`.

    Parameters
    ----------
    folder : Path
    wait : bool
        Whether writings wait for another writer, or are refused.
    draw : callable
        Draws so many random bytes: the key of the list of the forgotten. No answer
        depends on it.

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
    draw: Callable[[int], bytes] = field(default=urandom, kw_only=True)
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
        attributes: Mapping[str, str] | None = None,
    ) -> Receipt:
        """Take in more rows, of any day.

        Parameters
        ----------
        sales, customers, invoices, ... : frame, path, or None
            As for :meth:`custseg.Ledger.from_frames`, or as for
            :meth:`~custseg.Ledger.from_files`.
        columns, time_zone, date_format, attributes
            How these rows are to be read, likewise.

        Returns
        -------
        Receipt

        Raises
        ------
        MissingColumn, DataError, QualityRefused, CurrencyMismatch, AmountOverflow
            When the data cannot be used. Nothing is written then.
        SettingError
            When no table was given, or an attribute is kept in another unit already.
        StoreBusy
            When somebody else is writing, and the store was opened not to wait.
        StoreUnavailable
            When it cannot be written: a full disk, a folder that is read-only. The
            store is as it was.

        Notes
        -----
        Sales lines that are in the store already, by customer, order and line id, do
        not count twice, nor do invoices and payments with the id of one that is there.
        All other rows count each time that they come, and the receipt says how many
        are equal to one that was there. Rows of customers who were forgotten are left
        out. Payments may come before their invoices.
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
        how = {
            "columns": columns,
            "time_zone": time_zone,
            "date_format": date_format,
            "attributes": attributes,
        }
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

        A line that is not in the store yet is added. Where a sale and its returns share
        their ids, sales take the place of the sale, returns that of all its returns,
        and an amount of zero that of both.

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
            if how.get("attributes"):
                check_alike(self._now().ledger.tables, arrived.found.tables)
            done = writer.take_in(arrived, correcting=correcting)
            after = self._now().manifest
        account = writer.state.manifest.report
        return Receipt(
            version=after.version,
            customers=len(done.records.book),
            rows=_used(after.report) - _used(account),
            replaced=done.replaced,
            dropped=_dropped(after.report) - _dropped(account),
            repeated=done.repeated,
            waiting=after.report.count(_WAITING),
            forgotten=done.forgotten,
        )

    def forget(self, customer_ids: object) -> Receipt:
        """Take every row of some customers away, and keep out what comes of them.

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
        no customer and stay. What is kept is a keyed hash of each id, so that rows of
        these customers are left out when they come again.
        """
        with writing(self.folder, wait=self.wait), unwritten(self.folder):
            state = self._now()
            writer = Writer(self.folder, state)
            writer.check()
            wanted = _several(customer_ids)
            gone = np.unique([state.ledger.position(one) for one in wanted])
            ids = state.ledger.book[gone.astype(np.int64)]
            writer.forget(ids, key=self.draw(16).hex())
            after = self._now().manifest
        rows = _used(after.report) - _used(state.manifest.report)
        return Receipt(version=after.version, customers=len(ids), rows=rows)

    @property
    def forgotten(self) -> int:
        """How many customers were forgotten and not readmitted."""
        return len(self._now().manifest.forgotten)

    def readmit(self, customer_ids: object) -> Receipt:
        """Take in rows of customers again who were forgotten, from now on.

        Parameters
        ----------
        customer_ids : str, int, or collection of these

        Raises
        ------
        UnknownCustomer
            When one of them was not forgotten; then nobody is readmitted.
        StoreBusy, StoreUnavailable
            As for :meth:`append`.
        """
        wanted = np.array([*_several(customer_ids), None], dtype=object)[:-1]
        ids = encode(Objects(wanted), where="customer_ids").texts().tolist()
        with writing(self.folder, wait=self.wait), unwritten(self.folder):
            state = self._now()
            for one in ids:
                if not state.manifest.forgotten.has(one):
                    raise UnknownCustomer(
                        Problem(
                            "the store has forgotten no such customer", got=repr(one)
                        )
                    )
            Writer(self.folder, state).readmit(ids)
            version = self._now().manifest.version
        return Receipt(version=version, customers=len(ids), rows=0)

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
            day are asked for, only customers with new rows are worked out; all of them
            where the policy looks at groups of companies. Of a day near by it is those
            too who have a row at the edge of a window, and what follows from ages;
            all of everybody where the policy asks for what is overdue or in season.

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


def _several(customer_ids: object) -> Iterable[object]:
    """Return the ids, of which a caller may give one or several."""
    if isinstance(customer_ids, Collection) and not isinstance(
        customer_ids, str | bytes
    ):
        return customer_ids
    return [customer_ids]


def _used(report: QualityReport) -> int:
    return sum(report.rows_used.values())


def _dropped(report: QualityReport) -> int:
    """Return how many rows were left out for good."""
    return sum(one.dropped for one in report.findings if one.kind != _WAITING)
