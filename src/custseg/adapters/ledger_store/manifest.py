"""The manifest of a store: which sheets count, and the account of what came in.

A store is what its manifest says. Sheets are written first; then a new manifest takes
the place of the old one in a single step. So a reader sees the store before a writing
or after it, and a writer that dies in between leaves sheets that nobody speaks of.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen

from custseg.adapters.ledger_store.errors import (
    StoreAltered,
    StoreTooNew,
    StoreUnavailable,
)
from custseg.adapters.ledger_store.forgotten import Forgotten
from custseg.adapters.ledger_store.sheets import Note, sync_folder
from custseg.errors import Problem
from custseg.quality.examples import Example
from custseg.quality.report import Finding, QualityReport
from custseg.quality.treatments import Treatments
from custseg.saving import digest_of, drafts

__all__ = ["MANIFEST", "SCHEMA", "Manifest", "read_manifest", "write_manifest"]

SCHEMA = 1
"""Of stores; one of a later schema is refused."""

MANIFEST = "ledger.json"


@frozen(kw_only=True)
class Manifest:
    """What a store consists of.

    Parameters
    ----------
    version : int
        Counts the writings.
    currency : str or None
    decimals : int
    treatments : Treatments
    layers : tuple of (Note, int)
        The sheets, the oldest first, each with the version that put it there.
    waiting : Note or None
        The payments whose invoice is not known yet.
    columns : mapping of str to tuple of str
        The columns of each table that have ever come.
    report : QualityReport
    forgotten : Forgotten
        Whose rows are not taken in.
    """

    version: int = 0
    currency: str | None = None
    decimals: int = 2
    treatments: Treatments = field(factory=Treatments)
    layers: tuple[tuple[Note, int], ...] = ()
    waiting: Note | None = None
    columns: Mapping[str, tuple[str, ...]] = field(factory=dict)
    report: QualityReport = field(factory=lambda: QualityReport({}, {}))
    forgotten: Forgotten = field(factory=Forgotten)

    @property
    def files(self) -> frozenset[str]:
        """The names of the sheets that count."""
        some = [] if self.waiting is None else [self.waiting.name]
        return frozenset([*some, *(note.name for note, _ in self.layers)])

    def without_examples(self) -> Manifest:
        """Return it without examples of odd rows: these may name a customer."""
        findings = tuple(evolve(one, examples=()) for one in self.report.findings)
        return evolve(self, report=evolve(self.report, findings=findings))


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Let a manifest take the place of the one before, in a single step.

    Raises
    ------
    OSError
        When it cannot be written; the one before then holds on.
    """
    content = _to_data(manifest)
    text = json.dumps(
        {"digest": digest_of(content), **content}, ensure_ascii=False, indent=1
    )
    with drafts(folder / MANIFEST) as (draft,):
        _write_through(draft, text + "\n")
    sync_folder(folder)


def _write_through(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def read_manifest(folder: Path) -> Manifest | None:
    """Read the manifest of a store; None where there is none.

    Raises
    ------
    StoreUnavailable
        When it cannot be read.
    StoreTooNew
        When a later version of custseg wrote it.
    StoreAltered
        When it is no manifest, or does not match its digest.
    """
    path = folder / MANIFEST
    try:
        data = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreUnavailable(
            Problem(
                "the store cannot be read", where=str(path), got=error.strerror or ""
            )
        ) from error
    except (ValueError, RecursionError) as error:
        raise _altered(path, f"no JSON: {error}") from error
    schema = data.get("schema") if isinstance(data, dict) else None
    if isinstance(schema, int) and schema > SCHEMA:
        raise StoreTooNew(
            Problem(
                "the store was written by a later version of custseg",
                where=str(path),
                got=f"schema {schema}",
                allowed=f"schema {SCHEMA}",
                hint="open it with that version or a later one",
            )
        )
    if schema != SCHEMA:
        raise _altered(path, "JSON that is no manifest")
    said = data.pop("digest", None)
    if digest_of(data) != said:
        raise _altered(path, "content that does not match its digest")
    return _from_data(data)


def _altered(path: Path, got: str) -> StoreAltered:
    return StoreAltered(
        Problem(
            "the manifest of the store was changed",
            where=str(path),
            got=got,
            hint="bring it back from a copy, or make the store anew from the tables",
        )
    )


def _to_data(manifest: Manifest) -> dict[str, Any]:
    report = manifest.report
    return {
        "schema": SCHEMA,
        "version": manifest.version,
        "currency": manifest.currency,
        "decimals": manifest.decimals,
        "treatments": dict(manifest.treatments.changed()),
        "layers": [[*_noted(note), since] for note, since in manifest.layers],
        "waiting": None if manifest.waiting is None else _noted(manifest.waiting),
        "columns": {name: list(some) for name, some in manifest.columns.items()},
        "rows_in": dict(report.rows_in),
        "rows_used": dict(report.rows_used),
        "findings": [
            [one.kind, one.table, one.rows, one.treatment, _shown(one)]
            for one in report.findings
        ],
        "forgotten": [manifest.forgotten.key, sorted(manifest.forgotten.marks)],
    }


def _noted(note: Note) -> list[Any]:
    return [note.name, note.size, note.digest]


def _shown(finding: Finding) -> list[list[str]]:
    return [
        [str(one), one.chinese if isinstance(one, Example) else str(one)]
        for one in finding.examples
    ]


def _from_data(data: Mapping[str, Any]) -> Manifest:
    findings = tuple(
        Finding(kind, table, rows, how, tuple(Example(*one) for one in shown))
        for kind, table, rows, how, shown in data["findings"]
    )
    key, marks = data.get("forgotten", ("", ()))  # stores of before have no list
    return Manifest(
        version=data["version"],
        currency=data["currency"],
        decimals=data["decimals"],
        treatments=Treatments(**data["treatments"]),
        layers=tuple((Note(*some), since) for *some, since in data["layers"]),
        waiting=None if data["waiting"] is None else Note(*data["waiting"]),
        columns={name: tuple(some) for name, some in data["columns"].items()},
        report=QualityReport(data["rows_in"], data["rows_used"], findings),
        forgotten=Forgotten(key, frozenset(marks)),
    )
