"""CSV and Parquet files, brought to the ledger's door.

Parquet needs pyarrow (the extra ``[arrow]``): see :mod:`custseg.adapters.parquet`. CSV
is read as text throughout, so that the id ``007`` stays ``007``; numbers and dates are
read later, by one rule for every source. With pyarrow it is read by pyarrow, else by
pandas.
"""

from __future__ import annotations

import csv
import gzip
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from attrs import evolve, frozen

from custseg.adapters.frames import raw_table
from custseg.adapters.parquet import parquet_table
from custseg.adapters.unreadable import told
from custseg.errors import (
    DataError,
    Problem,
    did_you_mean,
)
from custseg.intake.raw import (
    DayNumbers,
    Objects,
    RawColumn,
    RawTable,
    TextChunk,
    Texts,
    Values,
)

__all__ = ["FILES", "csv_header", "raw_file"]

FILES = (".csv", ".csv.gz", ".tsv", ".parquet", ".pq")


def raw_file(
    paths: str | Path | Sequence[str | Path] | None, *, where: str
) -> RawTable:
    """Open one file, or several of one form as one table.

    Parameters
    ----------
    paths : path or sequence of paths
        Files that end in .csv, .csv.gz, .tsv, .parquet or .pq.
    where : str
        What the table is for, to name it in errors.

    Raises
    ------
    DataError
        When no file is given, or one is missing, is of another kind, cannot be read, or
        has other columns than the first.
    MissingDependency
        When a Parquet file comes and pyarrow is not installed.
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
    tables = [_one(path, where) for path in several]
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


def _one(given: str | Path, where: str) -> RawTable:
    if not str(given).strip():
        raise DataError(Problem("the path is empty", where=where, got=repr(given)))
    path = Path(given)
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
    if not name.endswith(FILES):
        raise DataError(
            Problem(
                "this kind of file is not read",
                where=where,
                got=repr(str(path)),
                allowed=", ".join(FILES),
                hint="read it with pandas and pass the frame",
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
    with told(path, where):
        return _csv(path, where, separator="\t" if name.endswith(".tsv") else ",")


def _data_row(row: int) -> str:
    return f"data row {row + 1}"


def _csv(path: Path, where: str, *, separator: str) -> RawTable:
    header = csv_header(path, separator)
    if not header:
        raise DataError(Problem("the file is empty", where=where, got=repr(path.name)))
    if len(header) == 1 and separator == ",":
        other = next((sign for sign in ";\t|" if sign in header[0]), "")
        if other:
            raise DataError(
                Problem(
                    "the columns are not separated by commas",
                    where=where,
                    got=f"{path.name!r}, which seems to use {other!r}",
                    hint="save it with commas, or read it with pandas and pass the "
                    "frame",
                )
            )
    try:
        import pyarrow as pa  # noqa: PLC0415 - optional
        import pyarrow.csv as pa_csv  # noqa: PLC0415
    except ImportError:
        return _csv_with_pandas(path, where, separator, header)
    parse = pa_csv.ParseOptions(delimiter=separator, newlines_in_values=True)
    convert = pa_csv.ConvertOptions(
        column_types=dict.fromkeys(header, pa.string()),
        strings_can_be_null=True,
        quoted_strings_can_be_null=True,
        null_values=[""],
    )
    table = pa_csv.read_csv(str(path), parse_options=parse, convert_options=convert)
    return evolve(raw_table(table, where=where), row_name=_data_row)


def csv_header(path: Path, separator: str) -> list[str]:
    """Return the names in the first line of a CSV file that is not empty.

    Parameters
    ----------
    path : Path
        Of a file that ends in .gz where it is packed.
    separator : str
    """
    opened = gzip.open if path.name.lower().endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
        return next((row for row in csv.reader(file, delimiter=separator) if row), [])


def _csv_with_pandas(
    path: Path, where: str, separator: str, header: list[str]
) -> RawTable:
    import pandas as pd  # noqa: PLC0415 - heavy

    frame = pd.read_csv(
        path,
        sep=separator,
        header=None,  # so that a name that occurs twice stays as it is
        dtype=object,
        keep_default_na=False,
        na_values=[""],
        encoding="utf-8-sig",
    )
    if len(frame.columns) != len(header):
        raise DataError(
            Problem(
                "the file cannot be read",
                where=where,
                got=f"{path.name!r}: {len(header)} names for "
                f"{len(frame.columns)} columns",
            )
        )
    frame = frame.iloc[1:]
    frame.columns = pd.Index(header)
    return evolve(raw_table(frame, where=where), row_name=_data_row)


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
    return RawTable(tables[0].names, starts[-1], read, row_name, stretches)


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
