"""Tables of features on disk: of many customers, read back column by column.

What was measured in every partition does not fit into memory together. It is written
once, as plain arrays, and read back when a column is asked for. Nothing is rounded on
the way: what is read is bit for bit what was written.

Limits: the files are for the run that wrote them, in a folder of its own; they are no
format to keep.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from attrs import evolve, fields, frozen, has

from custseg.errors import DataError, Problem
from custseg.rules.teaching import Lesson
from custseg.stages import Survey
from custseg.table import Array, Column, Table
from custseg.units import Unit

__all__ = ["Kept", "spill_failed"]

_LONG = 1 << 20
"""Bytes from which an array of a survey is laid aside."""


@frozen(eq=False)
class _Form:
    """What is known of a kept column without reading it."""

    unit: Unit
    words: tuple[str, ...]
    has_gaps: bool


class _Columns(Mapping[str, Column]):
    """The columns of a kept table, each read when it is first asked for."""

    def __init__(self, folder: Path, forms: Mapping[str, _Form]) -> None:
        self._folder = folder
        self._forms = forms
        self._read: dict[str, Column] = {}

    def __getitem__(self, name: str) -> Column:
        if name not in self._read:
            form = self._forms[name]
            place = list(self._forms).index(name)
            known = np.load(self._folder / f"{place}.known.npy")
            values = np.load(self._folder / f"{place}.npy")
            mask = known if form.has_gaps else None
            self._read[name] = Column(values, form.unit, mask, form.words)
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._forms)

    def __len__(self) -> int:
        return len(self._forms)


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise spill_failed(error.strerror or str(error)) from error


def spill_failed(said: str) -> DataError:
    """Return the error about a spill folder that takes no more.

    Parameters
    ----------
    said : str
        By the system.
    """
    return DataError(
        Problem(
            "nothing more can be written there",
            where="spill",
            got=said,
            hint="name a folder on a disk with more room",
        )
    )


class Kept:
    """The tables of a run, and what they tell to lessons.

    Parameters
    ----------
    folder : Path
        Empty; it is filled and never cleared here.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     kept = Kept(Path(folder))
    ...     spend = Column(np.array([700, 50]), Unit.MONEY)
    ...     kept.keep(0, Table(np.array(["a", "b"], dtype=object), {"spend": spend}))
    ...     again = kept.table(0)
    ...     again.customers.tolist(), again["spend"].values.tolist()
    (['a', 'b'], [700, 50])
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._forms: dict[int, dict[str, _Form]] = {}

    def __len__(self) -> int:
        return len(self._forms)

    def keep(self, at: int, table: Table) -> None:
        """Write the table of one partition.

        Parameters
        ----------
        at : int
            The partition's number.
        table : Table

        Raises
        ------
        DataError
            When the disk is full.
        """
        folder = self._folder / f"table-{at}"
        forms = {}
        with _writing():
            folder.mkdir()
            for place, (name, column) in enumerate(table.columns.items()):
                np.save(folder / f"{place}.npy", column.values)
                known = np.empty(0, np.bool_) if column.known is None else column.known
                np.save(folder / f"{place}.known.npy", known)
                forms[name] = _Form(column.unit, column.words, column.known is not None)
            if table.book.dtype.kind == "S":
                np.save(folder / "book.npy", table.book)
            else:  # no array of objects: reading one could run code
                text = json.dumps(table.book.tolist())
                (folder / "book.json").write_text(text, encoding="utf-8")
        self._forms[at] = forms

    def table(self, at: int) -> Table:
        """Return the table of one partition; its columns are read when asked for."""
        folder = self._folder / f"table-{at}"
        path = folder / "book.npy"
        if path.exists():
            book: Array = np.load(path)
        else:
            ids = json.loads((folder / "book.json").read_text(encoding="utf-8"))
            book = np.empty(len(ids), dtype=object)
            book[:] = ids
        return Table(book, _Columns(folder, self._forms[at]))

    def aside(self, at: int, told: Survey) -> Survey:
        """Return a survey whose long columns stay on disk until they are looked at.

        Parameters
        ----------
        at : int
            The partition's number.
        told : Survey
        """
        parts = tuple(
            tuple(
                self._aside(f"survey-{at}-{part}-{place}", one) for place, one in told_
            )
            for part, told_ in enumerate(map(enumerate, told.told))
        )
        return evolve(told, told=parts)

    def _aside(self, name: str, item: Any) -> Any:
        """Lay the long arrays of one value aside, such as the prices of every line."""
        if not has(type(item)):
            return item
        long = {}
        for one in fields(type(item)):
            array = getattr(item, one.name)
            if isinstance(array, np.ndarray) and array.nbytes > _LONG:
                path = self._folder / f"{name}-{one.name}.npy"
                with _writing():
                    np.save(path, array)
                long[one.name] = np.load(path, mmap_mode="r")
        return evolve(item, **long) if long else item

    def keep_told(self, at: int, told: Mapping[Lesson, Array]) -> None:
        """Write what one partition tells to the lessons of a round."""
        with _writing():
            for place, values in enumerate(told.values()):
                np.save(self._folder / f"told-{at}-{place}.npy", values)

    def told(self, place: int) -> Array:
        """Return what all partitions told to one lesson, and take the files away."""
        paths = [self._folder / f"told-{at}-{place}.npy" for at in self._forms]
        values: Array = np.concatenate([np.load(path) for path in paths])
        for path in paths:
            path.unlink()
        return values
