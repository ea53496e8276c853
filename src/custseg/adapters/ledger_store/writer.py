"""What is written, and in which order, so that nobody ever sees half of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from attrs import evolve, frozen

from custseg.adapters.ledger_store.arriving import Arrived
from custseg.adapters.ledger_store.changes import Changed, change
from custseg.adapters.ledger_store.errors import StoreError, StoreUnavailable
from custseg.adapters.ledger_store.forgotten import without_forgotten
from custseg.adapters.ledger_store.joining import Records, overlaid, together
from custseg.adapters.ledger_store.layers import write_layer
from custseg.adapters.ledger_store.manifest import Manifest, write_manifest
from custseg.adapters.ledger_store.payers import Settled, pending, settle_payments
from custseg.adapters.ledger_store.piles import Pile
from custseg.adapters.ledger_store.remembered import forget_answers
from custseg.adapters.ledger_store.sheets import Note, sync_folder
from custseg.adapters.ledger_store.state import ENDING, State, take_away
from custseg.errors import CurrencyMismatch, Problem
from custseg.events import EventTable
from custseg.intake.arrivals import Tables
from custseg.intake.assembly import Assembled
from custseg.quality.report import QualityReport
from custseg.table import Array
from custseg.vocabulary import texts_of

__all__ = ["Writer", "unwritten"]

_MOST_LAYERS = 8
"""Above the lowest, before those are written together."""

_MOST_SHARE = 0.5
"""Rows above the lowest layer, as a share of its rows, before all become one."""


@contextmanager
def unwritten(folder: Path) -> Iterator[None]:
    """Say in words that something could not be written, and that nothing was."""
    try:
        yield
    except StoreError:
        raise
    except OSError as error:
        raise StoreUnavailable(
            Problem(
                "the store could not be written; it is as it was",
                where=str(folder),
                got=error.strerror or str(error),
                hint="make room or give access, and try again",
            )
        ) from error


@frozen(eq=False)
class Writer:
    """Whoever holds the lock of a store.

    Parameters
    ----------
    folder : Path
    state : State
        The store before the writing.
    """

    folder: Path
    state: State

    def check(self, *, above: bool = False) -> None:
        """Make sure that what is damaged is not written on as if it were sound.

        Parameters
        ----------
        above : bool
            Whether to look at the layers above the lowest only.

        Raises
        ------
        StoreAltered
        """
        for layer in self.state.pile.layers[above:]:
            layer.sheet.check()

    def take_in(self, arrived: Arrived, *, correcting: bool) -> Changed:
        """Take in rows that came.

        Raises
        ------
        CurrencyMismatch, DataError, QualityRefused
            When they do not go with those that are there.
        OSError
            When they cannot be written.
        """
        take_away(self.folder, self.state.manifest)
        manifest = self._in_currency(arrived)
        came, payments = self._with_payers(arrived)
        came, left_out = without_forgotten(came, manifest.forgotten)
        old = None
        if self.state.pile.layers:
            old = self.state.pile.of(came.book)
        changed = change(
            old, came, manifest.report, manifest.treatments, correcting=correcting
        )
        report = changed.report
        if payments is not None:
            report = _with_waiting(report, payments, manifest)
        manifest = evolve(
            manifest,
            version=manifest.version + 1,
            report=report,
            columns=_columns(manifest.columns, changed.records.tables),
        )
        if payments is not None:
            note = self._write_waiting(payments.waiting, manifest.version)
            manifest = evolve(manifest, waiting=note)
        grown = manifest.columns != self.state.manifest.columns
        if len(changed.records.book) or grown:
            manifest = self._stacked(manifest, changed.records)
        self._publish(manifest)
        return evolve(changed, report=report, forgotten=left_out)

    def _in_currency(self, arrived: Arrived) -> Manifest:
        manifest, how = self.state.manifest, arrived.settings
        if manifest.layers and (manifest.currency, manifest.decimals) != (
            how.currency,
            how.decimals,
        ):
            raise CurrencyMismatch(
                Problem(
                    "rows of another currency cannot be added to the store",
                    where=str(self.folder),
                    got=str(how.currency),
                    allowed=str(manifest.currency),
                    hint="convert them first, or keep a store for each currency",
                )
            )
        return evolve(manifest, currency=how.currency, decimals=how.decimals)

    def _with_payers(self, arrived: Arrived) -> tuple[Assembled, Settled | None]:
        """Give payments their customers, those that have waited among them."""
        found, paid = arrived.found, arrived.paid
        new = None if paid is None else paid.table
        if new is None and "invoices" not in found.tables:
            return found, None
        payments = pending(self.state.waiting, new)
        records = Records(found.book, found.tables)
        settled = settle_payments(payments, records, self.state.pile)
        if settled.found is not None:
            both = overlaid(records, settled.found)
            found = Assembled(both.book, Tables(both.tables), found.report)
        if paid is not None:
            report = found.report.with_findings(paid.findings)
            rows_in = {**report.rows_in, "payments": paid.rows_in}
            used = {**report.rows_used, "payments": len(found.tables["payments"])}
            report = evolve(report, rows_in=rows_in, rows_used=used)
            found = evolve(found, report=report)
        return found, settled

    def _stacked(self, manifest: Manifest, records: Records) -> Manifest:
        """Put a layer on top, or write layers together where that is due."""
        pile = self.state.pile
        grown = manifest.columns != self.state.manifest.columns
        above = sum(one.rows for one in pile.layers[1:])
        above += sum(map(len, records.tables.values()))
        if pile.layers and (grown or above > _MOST_SHARE * pile.layers[0].rows):
            self.check()
            rest = pile.everybody(but=records.book)
            return self._only(manifest, together([rest, records]))
        if len(pile.layers) > _MOST_LAYERS:
            self.check(above=True)
            rest = Pile(pile.layers[1:]).everybody(but=records.book)
            note = self._write(together([rest, records]), manifest.version)
            layers = (manifest.layers[0], (note, manifest.version))
            return evolve(manifest, layers=layers)
        note = self._write(records, manifest.version)
        return evolve(manifest, layers=(*manifest.layers, (note, manifest.version)))

    def forget(self, ids: Array, *, key: str) -> None:
        """Write everybody anew but some customers, and put these on the list.

        Parameters
        ----------
        ids : array
            In text order; all of them in the store.
        key : str
            For the marks on the list, if it has no key yet.
        """
        rest = self.state.pile.everybody(but=ids)
        manifest = self.state.manifest.without_examples()
        report = manifest.report
        rows_in, rows_used = dict(report.rows_in), dict(report.rows_used)
        for name, table in rest.tables.items():
            rows_in[name] -= rows_used[name] - len(table)
            rows_used[name] = len(table)
        report = evolve(report, rows_in=rows_in, rows_used=rows_used)
        version = manifest.version + 1
        listed = manifest.forgotten
        listed = evolve(listed, key=listed.key or key).with_more(texts_of(ids).tolist())
        manifest = evolve(manifest, version=version, report=report, forgotten=listed)
        manifest = self._only(manifest, rest)
        forget_answers(self.folder)
        left = self._publish(manifest)
        if left:
            raise StoreUnavailable(
                Problem(
                    "the rows were taken out, but files of before could not be removed",
                    where=str(self.folder),
                    got=", ".join(left),
                    hint="end whoever reads the store, and call compact()",
                )
            )

    def readmit(self, ids: Iterable[str]) -> None:
        """Take some customers off the list of the forgotten."""
        take_away(self.folder, self.state.manifest)
        manifest = self.state.manifest
        listed = manifest.forgotten.without(ids)
        version = manifest.version + 1
        self._publish(evolve(manifest, version=version, forgotten=listed))

    def compact(self) -> None:
        """Write all layers as one; what is in the store stays the same."""
        take_away(self.folder, self.state.manifest)
        if len(self.state.pile.layers) > 1:
            self.check()
            manifest = self.state.manifest
            self._publish(self._only(manifest, self.state.pile.everybody()))

    def _only(self, manifest: Manifest, records: Records) -> Manifest:
        """Make records the one and only layer."""
        note = self._write(records, manifest.version, whole=True)
        return evolve(manifest, layers=((note, manifest.version),))

    def _write(self, records: Records, version: int, *, whole: bool = False) -> Note:
        name = f"{version:08d}{'-whole' if whole else ''}{ENDING}"
        return write_layer(self.folder / name, records.book, records.tables)

    def _write_waiting(self, waiting: EventTable | None, version: int) -> Note | None:
        if waiting is None:
            return None
        path = self.folder / f"{version:08d}-waiting{ENDING}"
        nobody = np.array([b""], dtype="S1")
        return write_layer(path, nobody, {"payments": waiting})

    def _publish(self, manifest: Manifest) -> list[str]:
        """Let a manifest hold from now on, and take away what it does not name."""
        sync_folder(self.folder)
        write_manifest(self.folder, manifest)
        return take_away(self.folder, manifest)


def _columns(
    before: Mapping[str, tuple[str, ...]], tables: Mapping[str, EventTable]
) -> dict[str, tuple[str, ...]]:
    names = {name: set(some) for name, some in before.items()}
    for name, table in tables.items():
        names.setdefault(name, set()).update(table.columns)
    return {name: tuple(sorted(some)) for name, some in sorted(names.items())}


def _with_waiting(
    report: QualityReport, payments: Settled, manifest: Manifest
) -> QualityReport:
    """Report the payments that wait now, in place of those that waited before."""
    rest = tuple(one for one in report.findings if one.kind != "orphan_payment")
    report = evolve(report, findings=rest)
    finding = payments.finding(manifest.treatments)
    return report if finding is None else report.with_findings([finding])
