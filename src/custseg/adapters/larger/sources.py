"""Where rows come from that do not fit into memory: files, folders, globs, relations.

A table of sales may be a hundred files, some of them with columns in another order, one
of them broken. What the user named is turned into a list of files first; files whose
columns have the same names and types are read together. A broken file is named, and
whether to go on without it is the user's choice.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from attrs import evolve, field, frozen

from custseg.adapters.delimited import SIGNS, text_head
from custseg.adapters.files import FILES
from custseg.adapters.unreadable import RAISED, State, check_unchanged, state_of
from custseg.adapters.workbook import parted
from custseg.errors import DataError, Problem, SettingError, did_you_mean

__all__ = ["Group", "Source", "Unreadable", "as_files", "open_files"]

Unreadable = Literal["refuse", "skip"]

_GUESSED_ROW = 60
"""Bytes of a row of a CSV file whose first rows cannot be counted."""

_SAMPLE = 1 << 20

_PACKED = 6
"""How many times as large a packed CSV file is taken to be."""


@frozen
class Group:
    """Files whose columns have the same names and types, in one order.

    Parameters
    ----------
    paths : tuple of Path
    names : tuple of str
    is_text : bool
        CSV: every column is text.
    separator : str
        Of CSV files.
    """

    paths: tuple[Path, ...]
    names: tuple[str, ...]
    is_text: bool
    separator: str = ","


@frozen
class Source:
    """All files of one table.

    Parameters
    ----------
    table : str
        Of the input contract.
    groups : tuple of Group
    rows : int
        Exact for Parquet files, estimated for CSV files.
    skipped : tuple of Path
        Files that cannot be read and are left out.
    opened : mapping of Path to State
        What tells whether a file was changed since; read more than once, it may be.
    """

    table: str
    groups: tuple[Group, ...]
    rows: int
    skipped: tuple[Path, ...] = field(default=())
    opened: Mapping[Path, State] = field(factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns, in the order of the first file."""
        return self.groups[0].names

    def without(self, paths: Iterable[Path]) -> Source:
        """Return the source without files that turned out to be broken."""
        lost = tuple(paths)
        groups = (
            evolve(one, paths=tuple(path for path in one.paths if path not in lost))
            for one in self.groups
        )
        kept = tuple(one for one in groups if one.paths)
        return evolve(self, groups=kept, skipped=(*self.skipped, *lost))

    def check_unchanged(self) -> None:
        """Refuse what was read of files that are no longer those that were opened.

        Raises
        ------
        DataError
        """
        for group in self.groups:
            for path in group.paths:
                check_unchanged(path, self.table, self.opened[path])


def as_files(given: object, *, where: str) -> list[Path]:
    """Return the files that a path, a folder, a glob, or a list of these names.

    Parameters
    ----------
    given : str, path or sequence of them
        A folder gives every file of a known kind in it and in the folders below.
    where : str
        The table, for errors.

    Raises
    ------
    DataError
        When something is no path, or names no file.
    """
    several = [given] if isinstance(given, str | os.PathLike) else given
    if not isinstance(several, Sequence) or not all(
        isinstance(one, str | os.PathLike) for one in several
    ):
        raise DataError(
            Problem(
                "expected a path, a folder, a glob, a list of these, or a relation",
                where=where,
                got=f"an object of type {type(given).__name__}",
                hint="frames in memory go to segment",
            )
        )
    found = [path for one in several for path in _found(os.fspath(one), where)]
    if not found:
        raise DataError(Problem("no file is given", where=where))
    return list(dict.fromkeys(found))


def _found(text: str, where: str) -> list[Path]:
    if not text.strip():
        raise DataError(Problem("the path is empty", where=where, got=repr(text)))
    path = Path(text)
    if path.is_dir():
        inside = sorted(
            one
            for one in path.rglob("*")
            if one.name.lower().endswith(FILES)
            and not one.name.startswith((".", "_"))
            and one.is_file()
        )
        if not inside:
            raise DataError(
                Problem(
                    "the folder holds no file of a known kind",
                    where=where,
                    got=repr(text),
                    allowed=", ".join(FILES),
                )
            )
        return inside
    if parted(text)[0].is_file():
        if not text.lower().endswith(FILES):
            raise DataError(
                Problem(
                    "this kind of file is not read",
                    where=where,
                    got=repr(text),
                    allowed=", ".join(FILES),
                    hint="save it as CSV; segment reads more kinds",
                )
            )
        return [path]
    here = Path(path.anchor)  # "." where the path is relative
    pattern = str(path.relative_to(here)) if path.anchor else text
    files = sorted(
        one
        for one in here.glob(pattern)
        if one.name.lower().endswith(FILES) and one.is_file()
    )
    if files:
        return files
    near: list[str] = []
    if path.parent.is_dir():
        near = [one.name for one in path.parent.iterdir()]
    raise DataError(
        Problem(
            "there is no such file",
            where=where,
            got=repr(text),
            hint=did_you_mean(path.name, near),
        )
    )


def open_files(
    paths: Sequence[Path], *, table: str, unreadable: Unreadable = "refuse"
) -> Source:
    """Look at the heads of files: their columns, and how many rows they hold.

    Parameters
    ----------
    paths : sequence of Path
    table : str
        Of the input contract.
    unreadable : {"refuse", "skip"}
        What to do with files that cannot be read.

    Raises
    ------
    DataError
        When a file cannot be read and that is refused, none can be read, or the files
        have different columns or hold a column in different forms.
    """
    groups: dict[tuple[Any, ...], list[Path]] = {}
    broken: dict[Path, str] = {}
    opened: dict[Path, State] = {}
    rows = 0
    for path in paths:
        try:
            opened[path] = state_of(path)
            key, count = _head(path, table)
        except DataError as error:
            broken[path] = error.problems[0].what
            continue
        except RAISED as error:
            broken[path] = str(error).splitlines()[0][:100] if str(error) else ""
            continue
        groups.setdefault(key, []).append(path)
        rows += count
    refuse_broken(broken, table=table, unreadable=unreadable, left=bool(groups))
    _check_alike(list(groups), list(groups.values()), table)
    made = tuple(
        Group(
            tuple(files), tuple(name for name, _ in columns), separator != "", separator
        )
        for (separator, *columns), files in groups.items()
    )
    return Source(table, made, rows, tuple(broken), opened)


def refuse_broken(
    broken: Mapping[Path, str], *, table: str, unreadable: Unreadable, left: bool
) -> None:
    """Refuse files that cannot be read, unless the user goes on without them.

    Parameters
    ----------
    broken : mapping of Path to str
        What is wrong with each.
    table : str
    unreadable : {"refuse", "skip"}
    left : bool
        Whether any file is left.
    """
    if not broken or (unreadable == "skip" and left):
        return
    raise DataError(
        *(
            Problem(
                "the file cannot be read",
                where=table,
                got=f"{str(path)!r}: {said}",
                hint="mend the file, or go on without it with unreadable='skip'",
            )
            for path, said in broken.items()
        )
    )


def _head(path: Path, table: str) -> tuple[tuple[Any, ...], int]:
    """Return the separator ("" for Parquet) and columns of a file, and its rows."""
    name = path.name.lower()
    if name.endswith((".parquet", ".pq")):
        import pyarrow.parquet as pq  # noqa: PLC0415 - optional

        with pq.ParquetFile(path) as file:
            columns = [(one.name, _form(one.type)) for one in file.schema_arrow]
            return ("", *columns), file.metadata.num_rows
    head = text_head(path, table)
    separator = "\t" if name.endswith(".tsv") else ","
    message = ""
    if not head.names:
        message = "the file is empty"
    elif head.skipped:
        message = "its first line is for a spreadsheet: delete it"
    elif head.separator != separator:
        message = f"{SIGNS[head.separator]} separates the columns: save it with commas"
    elif not head.encoding.startswith("utf-8"):
        message = f"it is in {head.encoding.upper()}: save it in UTF-8"
    if message:
        raise ValueError(message)
    columns = [(one, "text") for one in head.names]
    return (separator, *columns), _rows_of_csv(path)


def _rows_of_csv(path: Path) -> int:
    """Estimate the rows of a CSV file from the length of its first ones."""
    size = path.stat().st_size
    if path.name.lower().endswith(".gz"):
        return size * _PACKED // _GUESSED_ROW + 1
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    lines = sample.count(b"\n")
    return size * lines // max(1, len(sample)) + 1


def _form(kind: Any) -> str:
    """Return how a column is held, as far as it matters to those who read it."""
    import pyarrow as pa  # noqa: PLC0415 - optional

    types = pa.types
    kind = kind.value_type if types.is_dictionary(kind) else kind
    forms = {
        "text": (types.is_string, types.is_large_string, types.is_string_view),
        "whole numbers": (types.is_integer,),
        "floats": (types.is_floating,),
        "days": (types.is_date,),
        "moments": (lambda one: types.is_timestamp(one) and one.tz is None,),
        "moments of a zone": (types.is_timestamp,),
    }
    found = (name for name, tests in forms.items() if any(is_(kind) for is_ in tests))
    return next(found, str(kind))


def _check_alike(
    keys: Sequence[tuple[Any, ...]], files: Sequence[list[Path]], table: str
) -> None:
    """Refuse files that cannot be one table."""
    first, *others = [dict(columns) for _, *columns in keys]
    for found, (path, *_) in zip(others, files[1:], strict=True):
        odd = sorted(set(first) ^ set(found))
        if odd:
            raise DataError(
                Problem(
                    "the files have different columns",
                    where=table,
                    got=f"{path.name!r} differs from {files[0][0].name!r} in "
                    + ", ".join(odd),
                )
            )
        for name, form in found.items():
            if form != first[name]:
                raise DataError(
                    Problem(
                        "the files hold this column in different forms",
                        where=f"{table}.{name}",
                        got=f"{form} in {path.name!r}, {first[name]} in "
                        f"{files[0][0].name!r}",
                    )
                )


def check_unreadable(said: object) -> None:
    """Refuse a choice that there is not.

    Raises
    ------
    SettingError
    """
    if said not in {"refuse", "skip"}:
        raise SettingError(
            Problem(
                "no such choice",
                where="unreadable",
                got=repr(said),
                allowed="'refuse', 'skip'",
            )
        )
