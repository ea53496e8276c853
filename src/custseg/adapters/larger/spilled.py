"""The partitions of a run, read from spill files as any ledger is read from files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from attrs import frozen

from custseg.adapters.files import raw_file
from custseg.adapters.larger.limits import Limit
from custseg.ledger import Ledger
from custseg.partitioned.reading import Heads

__all__ = ["Spilled"]


@frozen
class Spilled:
    """The partitions whose rows stand in a folder.

    Parameters
    ----------
    folder : Path
    number : int
        How many partitions.
    heads : Heads
        What is read of the tables.
    templates : mapping of str to Path
        For each table a file with its columns and no row.
    """

    folder: Path
    number: int
    heads: Heads
    templates: Mapping[str, Path]

    def __len__(self) -> int:
        return self.number

    def empty(self) -> Ledger:
        """Return the ledger of no customer, with the columns of all."""
        return self._read({name: [path] for name, path in self.templates.items()})

    def ledger(self, at: int) -> Ledger:
        """Return the ledger of one partition."""
        return self._read({name: self._files(name, at) for name in self.templates})

    def _files(self, table: str, at: int) -> list[Path]:
        pattern = f"{table}-*/custseg_partition={at}/*.parquet"
        return [self.templates[table], *sorted(self.folder.glob(pattern))]

    def _read(self, files: Mapping[str, list[Path]]) -> Ledger:
        raw = {name: raw_file(paths, where=name) for name, paths in files.items()}
        return self.heads.ledger(raw)

    def check_sizes(self, limit: Limit) -> None:
        """Refuse partitions that do not fit into memory.

        Raises
        ------
        SettingError
            It says which limit would do.
        """
        import pyarrow.parquet as pq  # noqa: PLC0415 - optional

        def rows(at: int) -> int:
            paths = [path for name in self.templates for path in self._files(name, at)]
            return sum(pq.read_metadata(path).num_rows for path in paths)

        limit.check_partition(max(map(rows, range(self.number))))
