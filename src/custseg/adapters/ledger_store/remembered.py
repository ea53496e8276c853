"""Answers that a store remembers, so that only changed customers are asked again.

An answer belongs to a fitted policy, a day and a version of the store. As long as the
record of a customer does not change, neither does its answer: cuts were learned at the
fit, so nobody's answer depends on anybody else's rows. What has changed since is then
the only thing to work out anew.

Columns lie in a sheet in as few bits as hold them. What is remembered can be worked out
again, so a sheet that is damaged or gone is no error.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from attrs import frozen

from custseg.adapters.ledger_store.errors import StoreError
from custseg.adapters.ledger_store.kept import few_bits
from custseg.adapters.ledger_store.layers import kept_spelling
from custseg.adapters.ledger_store.sheets import Note, Sheet, open_sheet, write_sheet
from custseg.later import Later
from custseg.rules.outcome import Graded, Outcome
from custseg.saving import drafts
from custseg.table import Array, Column, Table
from custseg.units import Unit

__all__ = ["Remembered", "forget_answers", "recall", "remember"]

_ENDING = ".answer"
_MOST = 4
"""Answers that a store remembers; the oldest make room."""

_GROUPS = ("feature", "label", "part", "gate", "grade")


@frozen(eq=False)
class Remembered:
    """An answer of before.

    Parameters
    ----------
    outcome : Outcome
    day : int
        That it is of.
    version : int
        Of the store that it tells of.
    spelled : array
        The ids of its customers as they are looked up.
    """

    outcome: Outcome
    day: int
    version: int
    spelled: Array


def _path(folder: Path, key: str, day: int) -> Path:
    name = hashlib.sha256(f"{key} {day}".encode()).hexdigest()[:24]
    return folder / f"{name}{_ENDING}"


def remember(folder: Path, key: str, day: int, outcome: Outcome, version: int) -> None:
    """Keep an answer.

    Parameters
    ----------
    folder : Path
    key : str
        Of policy and columns.
    day : int
    outcome : Outcome
    version : int
        Of the store.

    Raises
    ------
    OSError
    """
    book = outcome.table.book
    arrays: dict[str, Array] = {"book": book, **kept_spelling(book)}
    about: dict[str, Any] = {}
    groups: dict[str, Mapping[str, Column]] = {
        "feature": outcome.table.columns,
        "label": outcome.labels,
    }
    grade = outcome.grade
    if grade is not None:
        groups |= {"part": grade.parts, "gate": grade.gates}
        own = {"score": grade.score, "coverage": grade.coverage, "tier": grade.tier}
        if grade.card is not None:
            own["card"] = Column(grade.card, Unit.COUNT)
        groups["grade"] = own
    for group, columns in groups.items():
        about[group] = {}
        for name, one in columns.items():
            key_of = f"{group}.{name}"
            arrays[key_of] = few_bits(one.values)
            if one.known is not None:
                arrays[f"{key_of}.known"] = one.known
            about[group][name] = [one.unit.value, one.values.dtype.str, one.words]
    target = _path(folder, key, day)
    others = [path for path in folder.glob(f"*{_ENDING}") if path != target]
    others.sort(key=lambda path: path.stat().st_mtime_ns)
    for path in others[: max(0, len(others) + 1 - _MOST)]:
        path.unlink(missing_ok=True)
        path.with_suffix(".note").unlink(missing_ok=True)
    noted = target.with_suffix(".note")
    noted.unlink(missing_ok=True)
    said = {"key": key, "day": day, "version": version, "columns": about}
    with drafts(target, noted) as (draft, draft_of_note):
        note = write_sheet(draft, arrays, said)
        text = json.dumps({"size": note.size, "digest": note.digest})
        draft_of_note.write_text(text, encoding="utf-8")


def recall(
    folder: Path, key: str, day: int, versions: Container[int]
) -> Remembered | None:
    """Return what is remembered of a policy for the nearest day; None if nothing is.

    Parameters
    ----------
    folder : Path
    key : str
        Of policy and columns.
    day : int
        Of two days that are as near, the earlier.
    versions : container of int
        Of the store, of which an answer is of use.
    """
    sheets = []
    for note in folder.glob("*.note"):
        try:
            said = json.loads(note.read_bytes())
            name = note.with_suffix(_ENDING).name
            noted = Note(name, int(said["size"]), str(said["digest"]))
            sheet = open_sheet(folder, noted)
        except (OSError, ValueError, KeyError, TypeError, StoreError):
            continue
        about = sheet.about
        if about["key"] == key and about["version"] in versions:
            sheets.append((abs(about["day"] - day), about["day"], sheet))
    if not sheets:
        return None
    _, of, sheet = min(sheets, key=lambda one: one[:2])
    outcome = _outcome(sheet)
    spelled = sheet.get("spelled")
    if spelled is None:
        spelled = outcome.table.book
    return Remembered(outcome, of, sheet.about["version"], spelled)


def _outcome(sheet: Sheet) -> Outcome:
    groups = {name: _columns(sheet, name) for name in _GROUPS}
    grade = None
    own = groups["grade"]
    if len(own):
        grade = Graded(
            groups["part"],
            own["score"],
            own["coverage"],
            own["tier"],
            groups["gate"],
            own["card"].values if "card" in own else None,
        )
    labels = dict(groups["label"])
    return Outcome(Table(sheet["book"], groups["feature"]), labels, grade)


def _columns(sheet: Sheet, group: str) -> Later:
    about = sheet.about["columns"].get(group, {})

    def make(name: str) -> Column:
        unit, dtype, words = about[name]
        key = f"{group}.{name}"
        values = sheet[key].astype(np.dtype(dtype), copy=False)
        known = sheet.get(f"{key}.known")
        return Column(values, Unit(unit), known, tuple(words))

    return Later(tuple(about), make)


def forget_answers(folder: Path) -> None:
    """Take away all answers: they name customers."""
    for ending in (_ENDING, ".note"):
        for one in folder.glob(f"*{ending}"):
            one.unlink(missing_ok=True)
