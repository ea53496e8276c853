"""CSV and Parquet files, brought to the ledger's door.

Parquet needs pyarrow (the extra ``[arrow]``) and is read column by column, so that
only what is used is decoded. CSV is read as text throughout, so that the id ``007``
stays ``007``; numbers and dates are read later, by one rule for every source. With
pyarrow it is read by pyarrow, else by pandas.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from custseg.adapters.frames import from_arrow_column, raw_table
from custseg.errors import DataError, MissingDependency, Problem, did_you_mean
from custseg.raw import Objects, RawColumn, RawTable, Texts, Values

__all__ = ["raw_file"]

_SUFFIXES = (".csv", ".csv.gz", ".tsv", ".parquet", ".pq")


def raw_file(paths: str | Path | Sequence[str | Path], *, where: str) -> RawTable:
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
        When a file is missing, is of another kind, cannot be read, or has other
        columns than the first.
    MissingDependency
        When a Parquet file comes and pyarrow is not installed.
    """
    several = [paths] if isinstance(paths, str | Path) else list(paths)
    tables = [_one(Path(path), where) for path in several]
    if len(tables) == 1:
        return tables[0]
    if not tables:
        raise DataError(Problem("no file is given", where=where))
    return _stacked(tables, several, where)


def _one(path: Path, where: str) -> RawTable:
    name = path.name.lower()
    if not name.endswith(_SUFFIXES):
        raise DataError(
            Problem(
                "this kind of file is not read",
                where=where,
                got=repr(str(path)),
                allowed=", ".join(_SUFFIXES),
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
    try:
        if name.endswith((".parquet", ".pq")):
            return _parquet(path, where)
        return _csv(path, where, separator="\t" if name.endswith(".tsv") else ",")
    except (OSError, ValueError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(
            Problem(
                "the file cannot be read",
                where=where,
                got=f"{path.name!r}: {str(error).splitlines()[0] if str(error) else ''}",
            )
        ) from error


def _parquet(path: Path, where: str) -> RawTable:
    try:
        import pyarrow.parquet as pq  # noqa: PLC0415 - optional
    except ImportError:
        raise MissingDependency(
            Problem(
                "a Parquet file needs pyarrow",
                where=where,
                hint="install custseg with the extra [arrow], or pass a CSV file",
            )
        ) from None
    with pq.ParquetFile(path) as file:
        names = tuple(file.schema_arrow.names)
        n_rows = file.metadata.num_rows

    def read(name: str) -> RawColumn:
        # A reader of its own, so that two columns can be decoded at a time.
        with pq.ParquetFile(path, memory_map=True) as own:
            return from_arrow_column(own.read([name], use_threads=False).column(0))

    return RawTable(names, n_rows, read)


def _csv(path: Path, where: str, *, separator: str) -> RawTable:
    try:
        import pyarrow as pa  # noqa: PLC0415 - optional
        import pyarrow.csv as pa_csv  # noqa: PLC0415
    except ImportError:
        return _csv_with_pandas(path, where, separator)
    with path.open("rb") as file:
        if not file.read(1):
            raise DataError(Problem("the file is empty", where=where, got=path.name))
    parse = pa_csv.ParseOptions(delimiter=separator, newlines_in_values=True)
    with pa_csv.open_csv(path, parse_options=parse) as head:
        names = head.schema.names
    convert = pa_csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()),
        strings_can_be_null=True,
        quoted_strings_can_be_null=True,
        null_values=[""],
    )
    table = pa_csv.read_csv(path, parse_options=parse, convert_options=convert)
    return raw_table(table, where=where)


def _csv_with_pandas(path: Path, where: str, separator: str) -> RawTable:
    import pandas as pd  # noqa: PLC0415 - heavy

    frame = pd.read_csv(
        path,
        sep=separator,
        dtype="string",
        keep_default_na=False,
        na_values=[""],
        encoding="utf-8-sig",
    )
    return raw_table(frame, where=where)


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

    return RawTable(tables[0].names, sum(t.n_rows for t in tables), read)


def _concatenated(parts: list[RawColumn], where: str) -> RawColumn:
    if all(isinstance(part, Texts) for part in parts):
        return Texts(tuple(c for p in parts if isinstance(p, Texts) for c in p.chunks))
    values = [part for part in parts if isinstance(part, Values)]
    if len(values) == len(parts):
        if len({(v.values.dtype.kind, v.aware, v.decimals) for v in values}) > 1:
            raise DataError(
                Problem("the files hold this column in different forms", where=where)
            )
        known = None
        if any(v.known is not None for v in values):
            masks = [np.ones(len(v), np.bool_) if v.known is None else v.known
                     for v in values]
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
                if not isinstance(part, Values)
            ]
        )
    )
