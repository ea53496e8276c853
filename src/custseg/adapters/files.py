"""Files of every kind, brought to the ledger's door.

Each kind has a module of its own: text such as CSV (:mod:`custseg.adapters.delimited`),
Parquet (:mod:`custseg.adapters.parquet`, the extra ``[arrow]``) and workbooks of Excel
(:mod:`custseg.adapters.workbook`, the extra ``[excel]``). Several files of one table
are put end to end.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from attrs import frozen

from custseg.adapters.delimited import text_table
from custseg.adapters.parquet import parquet_table
from custseg.adapters.workbook import BOOKS, parted, workbook_table
from custseg.errors import (
    DataError,
    Problem,
    did_you_mean,
)
from custseg.intake.conversion import show
from custseg.intake.raw import (
    DayNumbers,
    Objects,
    RawColumn,
    RawTable,
    TextChunk,
    Texts,
    Values,
)

__all__ = ["FILES", "raw_file"]

FILES = (".csv", ".csv.gz", ".tsv", ".parquet", ".pq")
"""Kinds that a folder may be full of, and that are read a part at a time as well."""

_TOTALS = frozenset(
    {"合计", "总计", "小计", "共计", "total", "grandtotal", "sum", "summe", "gesamt"}
)
"""Without the blanks that part letters to fill a cell, as in ``合 计``."""

_ALL = (*FILES[:3], ".txt", *FILES[3:], *BOOKS)


def raw_file(
    paths: str | Path | Sequence[str | Path] | None,
    *,
    where: str,
    encoding: str = "utf-8",
    separator: str = "",
) -> RawTable:
    """Open one file, or several of one form as one table.

    Parameters
    ----------
    paths : path or sequence of paths
        Files that end in .csv, .csv.gz, .tsv, .txt, .parquet, .pq, .xlsx or .xlsm;
        ``book.xlsx#May`` is one sheet of a workbook.
    where : str
        What the table is for, to name it in errors.
    encoding : str
        Of files of text that do not say it themselves.
    separator : str
        Of the columns in files of text; "" looks for it.

    Raises
    ------
    DataError
        When no file is given, or one is missing, is of another kind, cannot be read, or
        has other columns than the first.
    MissingDependency
        When a Parquet file comes and pyarrow is not installed, or a workbook and
        openpyxl is not.
    """
    several = [paths] if isinstance(paths, str | Path) else paths
    if not isinstance(several, Sequence) or not all(
        isinstance(path, str | Path) for path in several
    ):
        raise DataError(
            Problem(
                "expected the path of a file, or a list of paths",
                where=where,
                got=f"an object of type {type(paths).__name__}",
                hint="for a frame use Ledger.from_frames",
            )
        )
    tables = [
        _one(path, where, encoding=encoding, separator=separator) for path in several
    ]
    if len(tables) == 1:
        return tables[0]
    if not tables:
        raise DataError(Problem("no file is given", where=where))
    return _stacked(tables, several, where)


def _is_folder(path: Path, where: str) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError) as error:  # a name too long for the file system
        raise DataError(
            Problem(
                "this cannot be the path of a file",
                where=where,
                got=f"{str(path)[:60]!r}... ({type(error).__name__})",
            )
        ) from None


def _one(given: str | Path, where: str, *, encoding: str, separator: str) -> RawTable:
    if not str(given).strip():
        raise DataError(Problem("the path is empty", where=where, got=repr(given)))
    path, sheet = parted(given)
    name = path.name.lower()
    if _is_folder(path, where):
        raise DataError(
            Problem(
                "this is a folder",
                where=where,
                got=repr(str(path)),
                hint="pass the list of its files",
            )
        )
    if not name.endswith(_ALL):
        raise DataError(
            Problem(
                "this kind of file is not read",
                where=where,
                got=repr(str(path)),
                allowed=", ".join(_ALL),
                hint=_other_kind(name),
            )
        )
    if not path.is_file():
        near = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
        raise DataError(
            Problem(
                "there is no such file",
                where=where,
                got=repr(str(path)),
                hint=did_you_mean(path.name, near),
            )
        )
    if name.endswith((".parquet", ".pq")):
        return parquet_table(path, where)
    if name.endswith(BOOKS):
        table = workbook_table(path, sheet, where)
    else:
        table = text_table(path, where, encoding=encoding, separator=separator)
    _check_no_total(table, path, where)
    return table


def _check_no_total(table: RawTable, path: Path, where: str) -> None:
    """Refuse a total under the customers: it would be a customer.

    In every other table it is told anyway, since it has no day.
    """
    if where != "customers" or not table.n_rows:
        return
    last = table.n_rows - 1
    said = _first_said(table, last)
    if "".join(said.split()).strip(":：").casefold() in _TOTALS:
        raise DataError(
            Problem(
                "the last row is a total, no customer",
                where=where,
                got=f"{path.name!r}, {table.row_name(last)}: {said!r}",
                hint="delete that row",
            )
        )


def _first_said(table: RawTable, row: int) -> str:
    """Return what stands in a row first; a total has no running number."""
    for name in table.names:
        try:
            said = show(table.read(name), row).strip("' ")
        except DataError:  # it is told where the column is used
            continue
        if said not in {"", "nothing"}:
            return said
    return ""


def _other_kind(name: str) -> str:
    if name.endswith((".xls", ".xlsb", ".ods", ".et", ".numbers")):
        return "save it from the spreadsheet as .xlsx"
    return "read it with pandas and pass the frame"


def _stacked(tables: list[RawTable], paths: Sequence[Any], where: str) -> RawTable:
    first = set(tables[0].names)
    for table, path in zip(tables, paths, strict=True):
        if set(table.names) != first:
            odd = sorted(first.symmetric_difference(table.names))
            raise DataError(
                Problem(
                    "the files have different columns",
                    where=where,
                    got=f"{Path(path).name!r} differs from "
                    f"{Path(paths[0]).name!r} in {', '.join(odd)}",
                )
            )

    def read(name: str) -> RawColumn:
        return _concatenated([table.read(name) for table in tables], f"{where}.{name}")

    starts = list(accumulate((table.n_rows for table in tables), initial=0))

    def row_name(row: int) -> str:
        at = bisect_right(starts, row) - 1
        return f"{Path(paths[at]).name} {tables[at].row_name(row - starts[at])}"

    stretches = tuple(one for table in tables for one in table.stretches)
    if sum(one.n_rows for one in stretches) < starts[-1]:  # CSV files among them
        stretches = ()
    doubts = (one.number_text for one in tables if one.number_text is not None)
    return RawTable(
        tables[0].names,
        starts[-1],
        read,
        row_name,
        stretches,
        number_text=next(doubts, None),
    )


@frozen
class _Chained(Iterable[TextChunk]):
    """The chunks of several columns, one after the other."""

    parts: tuple[Texts, ...]

    def __iter__(self) -> Iterator[TextChunk]:
        return (chunk for part in self.parts for chunk in part.chunks)


def _concatenated(parts: list[RawColumn], where: str) -> RawColumn:
    parts = [one.to_values() if isinstance(one, DayNumbers) else one for one in parts]
    if all(isinstance(part, Texts) for part in parts):
        texts = tuple(part for part in parts if isinstance(part, Texts))
        return Texts(_Chained(texts), sum(map(len, texts)))
    values = [part for part in parts if isinstance(part, Values)]
    if len(values) == len(parts):
        if len({(v.values.dtype.kind, v.aware, v.decimals) for v in values}) > 1:
            raise DataError(
                Problem("the files hold this column in different forms", where=where)
            )
        known = None
        if any(v.known is not None for v in values):
            masks = [
                np.ones(len(v), np.bool_) if v.known is None else v.known
                for v in values
            ]
            known = np.concatenate(masks)
        joined = np.concatenate([v.values for v in values])
        return Values(joined, known, values[0].aware, values[0].decimals)
    if values:
        raise DataError(
            Problem("the files hold this column in different forms", where=where)
        )
    return Objects(
        np.concatenate(
            [
                part.values if isinstance(part, Objects) else part.to_objects().values
                for part in parts
                if not isinstance(part, Values | DayNumbers)
            ]
        )
    )
