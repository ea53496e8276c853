"""Parquet files, read column by column, so that only what is used is decoded.

Each column is read by a reader of its own, so the file is opened several times. If it
is no longer the same one then, that is told: columns of two files do not go together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from attrs import frozen

from custseg.adapters.arrow import from_arrow_column
from custseg.adapters.unreadable import State, check_unchanged, state_of, told
from custseg.errors import MissingDependency, Problem
from custseg.intake.raw import RawColumn, RawTable, Stretch, TextChunk, Texts

__all__ = ["parquet_table"]

_BATCH = 1 << 17
"""Rows of a column of texts that are decoded at a time."""


@contextmanager
def _unchanged(path: Path, where: str, opened: State) -> Iterator[None]:
    """Read in our words, and only what belongs to the file that was opened."""
    with told(path, where):
        yield
        check_unchanged(path, where, opened)


def parquet_table(path: Path, where: str) -> RawTable:
    """Open one Parquet file.

    Parameters
    ----------
    path : Path
    where : str
        What the table is for, to name it in errors.

    Raises
    ------
    DataError
        When it cannot be read; later, when it was changed since it was opened.
    MissingDependency
        When pyarrow is not installed.
    """
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
    opened = state_of(path)
    with told(path, where), pq.ParquetFile(path) as file:
        schema = file.schema_arrow
        metadata = file.metadata
        n_rows = metadata.num_rows

    def read_words(name: str) -> RawColumn:
        # A reader of its own, so that two columns can be decoded at a time.
        with (
            _unchanged(path, where, opened),
            pq.ParquetFile(path, memory_map=True, read_dictionary=[name]) as own,
        ):
            return from_arrow_column(own.read([name], use_threads=False).column(0))

    def read(name: str) -> RawColumn:
        if _is_text(schema.field(name).type):
            return Texts(_Streamed(path, name, where, opened), n_rows)
        return read_words(name)  # numbers and days stay what they are

    names, stretches = tuple(schema.names), _stretches(path, where, opened, metadata)
    return RawTable(names, n_rows, read, stretches=stretches, read_words=read_words)


def _stretches(
    path: Path, where: str, opened: State, metadata: Any
) -> tuple[Stretch, ...]:
    """Cut a file between row groups into two stretches of about equal length."""
    groups = range(metadata.num_row_groups)
    sizes = [metadata.row_group(group).num_rows for group in groups]
    ends = np.cumsum(sizes)
    middle = 1 + int(np.argmin(np.abs(2 * ends - metadata.num_rows))) if sizes else 0

    def stretch(groups: range) -> Stretch:
        def walk(
            names: Sequence[str], n_rows: int, encoded: Collection[str]
        ) -> Iterator[list[RawColumn]]:
            import pyarrow.parquet as pq  # noqa: PLC0415 - optional

            # A reader of its own, since readers are not made for several threads.
            with (
                _unchanged(path, where, opened),
                pq.ParquetFile(
                    path,
                    memory_map=True,
                    metadata=metadata,
                    read_dictionary=list(encoded),
                ) as own,
            ):
                for batch in own.iter_batches(
                    n_rows, row_groups=groups, columns=list(names), use_threads=False
                ):
                    yield [from_arrow_column(batch.column(name)) for name in names]

        def lacks(name: str) -> bool:
            return any(_null_count(metadata.row_group(one), name) for one in groups)

        return Stretch(sum(sizes[group] for group in groups), walk, lacks)

    halves = (groups[:middle], groups[middle:])
    return tuple(stretch(half) for half in halves if half)


def _null_count(group: Any, name: str) -> int:
    """Return how many values a row group lacks, 0 where the file does not say."""
    columns = (group.column(place) for place in range(group.num_columns))
    found = next((one for one in columns if one.path_in_schema == name), None)
    counts = None if found is None else found.statistics
    return counts.null_count if counts is not None and counts.has_null_count else 0


def _is_text(kind: Any) -> bool:
    import pyarrow as pa  # noqa: PLC0415 - optional

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


@frozen
class _Streamed(Iterable[TextChunk]):
    """A column of texts in a Parquet file, decoded a little at a time."""

    path: Path
    name: str
    where: str
    opened: State

    def __iter__(self) -> Iterator[TextChunk]:
        import pyarrow.parquet as pq  # noqa: PLC0415 - optional

        with (
            _unchanged(self.path, self.where, self.opened),
            pq.ParquetFile(self.path, memory_map=True) as own,
        ):
            for batch in own.iter_batches(
                _BATCH, columns=[self.name], use_threads=False
            ):
                column = from_arrow_column(batch.column(0))
                if isinstance(column, Texts):  # as the schema says
                    yield from column.chunks
