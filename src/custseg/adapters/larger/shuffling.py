"""Rows brought to the partition of their customer, by DuckDB, within a memory limit.

DuckDB reads the files and writes every row into the spill files of one partition, by a
hash of the customer's id in the spelling by which ids are compared: 7, "7" and " 7 "
meet in one partition. Nothing else is decided here. Rows, texts and numbers stay as
they are, and are read by the same door as any file.

A payment names no customer: it follows its invoice.

Limits: numbers of more than 18 digits in a DuckDB table (HUGEINT) are read as decimals;
days or moments are compared as ids only with ids of the same kind.
"""

# Names and paths are quoted wherever they enter SQL: see quoted and literal.
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from custseg.adapters.larger.sources import (
    Group,
    Source,
    Unreadable,
    refuse_broken,
)
from custseg.adapters.larger.sql import (
    BLANKS,
    literal,
    plain_column,
    quoted,
    scan_of,
    spelled_as,
)
from custseg.errors import DataError, MissingDependency, Problem, SettingError
from custseg.intake.assembly import several_payers
from custseg.partitioned.companions import chiefs_of
from custseg.partitioned.kept import spill_failed

__all__ = ["Shuffler", "n_batches"]

_BATCH = 1 << 30
"""Bytes of files that are read in one go."""

_MOST_FILES = 64

_MOST_WAITING = 1 << 19

_WAITING_BYTES = 1000
"""Memory for each row that may wait to be written: there are several threads."""

_MOST_WORDS = 1000
"""Distinct values of a column up to which they are written as a dictionary: for words
such as categories it saves much, for ids nothing but costs."""


class Shuffler:
    """Brings the rows of each customer together.

    Parameters
    ----------
    folder : Path
        Of this run alone; spill files and what DuckDB lays aside go there.
    memory : int
        Bytes that DuckDB may use.
    """

    def __init__(self, folder: Path, *, memory: int) -> None:
        duckdb = _duckdb()
        self._folder = folder
        self._errors = duckdb
        self._memory = memory
        self._has_groups = False
        aside = folder / "aside"
        aside.mkdir()
        self._engine = duckdb.connect(
            ":memory:",
            config={
                "memory_limit": f"{memory // 1_000_000}MB",
                "temp_directory": str(aside),
                "preserve_insertion_order": "false",
            },
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._engine.close()

    def is_relation(self, given: object) -> bool:
        """Say whether something is a relation of DuckDB."""
        return isinstance(given, self._errors.DuckDBPyRelation)

    def laid_down(self, relation: Any, *, table: str) -> Path:
        """Write a relation of the user's own connection to a file.

        Parameters
        ----------
        relation : duckdb.DuckDBPyRelation
        table : str

        Notes
        -----
        It runs in that connection, within that connection's limits.
        """
        path = self._folder / f"relation-{table}.parquet"
        pairs = zip(relation.columns, map(str, relation.types), strict=True)
        with self._told(table):
            relation.project(
                ", ".join(plain_column(*pair) for pair in pairs)
            ).write_parquet(str(path))
        return path

    def template(self, source: Source, columns: Sequence[str]) -> Path:
        """Write a file with the columns of a table and no row.

        Every partition gets one, so that all have the same tables and columns.
        """
        path = self._folder / f"empty-{source.table}.parquet"
        select = ", ".join(map(quoted, columns))
        with self._told(source.table):
            self.run(
                f"COPY (SELECT {select} FROM {scan_of(source.groups[0])} LIMIT 0) "
                f"TO {literal(path)} (FORMAT parquet)"
            )
        return path

    def currencies(self, source: Source, column: str) -> set[str]:
        """Return the codes in a column of currencies."""
        found: set[str] = set()
        for group in source.groups:
            spelled = f"trim({quoted(column)}::VARCHAR, {literal(BLANKS)})"
            with self._told(source.table):
                rows = self.run(f"SELECT DISTINCT {spelled} FROM {scan_of(group)}")
                found |= {code for (code,) in rows.fetchall() if code}
        return found

    def shuffle(
        self,
        source: Source,
        columns: Sequence[str],
        *,
        by: str,
        partitions: int,
        unreadable: Unreadable,
    ) -> Iterator[Source]:
        """Write the rows of a table to the partitions of their customers.

        Parameters
        ----------
        source : Source
        columns : sequence of str
            To keep.
        by : str
            The column of the customer; of the invoice for payments.
        partitions : int
        unreadable : {"refuse", "skip"}

        Yields
        ------
        Source
            After every batch of files: without those that turned out to be broken.
        """
        # Rows wait for others of their partition; all that wait have to fit in memory.
        waiting = min(_MOST_WAITING, self._memory // (_WAITING_BYTES * partitions))
        self.run(f"SET partitioned_write_flush_threshold = {max(1024, waiting)}")
        self.run(f"SET partitioned_write_max_open_files = {max(100, partitions)}")
        for batch in _batches(source):
            broken: dict[Path, str] = {}
            try:
                self._write(source.table, batch, columns, by, partitions)
            except self._errors.Error as error:
                self._judge(error, source.table)
                broken = self._one_by_one(source.table, batch, columns, by, partitions)
            source = source.without(broken)
            left = bool(source.groups)
            refuse_broken(broken, table=source.table, unreadable=unreadable, left=left)
            yield source

    def _one_by_one(
        self, table: str, batch: Group, columns: Sequence[str], by: str, partitions: int
    ) -> dict[Path, str]:
        """Write the files of a batch each by itself; say which are broken."""
        broken = {}
        for path in batch.paths:
            group = Group((path,), batch.names, batch.is_text, batch.separator)
            try:
                self._write(table, group, columns, by, partitions)
            except self._errors.Error as error:
                self._judge(error, table)
                broken[path] = str(error).splitlines()[0][:100]
        return broken

    def _write(
        self, table: str, group: Group, columns: Sequence[str], by: str, partitions: int
    ) -> None:
        """Write some files into a folder of their own, which is whole or not there."""
        done = len(list(self._folder.glob(f"{table}-*")))
        folder = self._folder / f"{table}-{done}"
        scan = scan_of(group)
        key = self.spelled(scan, by)
        names = ", ".join(f"r.{quoted(name)}" for name in columns)
        rows = f"{scan} AS r"
        if table == "payments":
            rows += f" LEFT JOIN payers AS p ON p.invoice = {key}"
            key = "p.customer"
        if self._has_groups:
            rows += f" LEFT JOIN chiefs AS c ON c.customer = {key}"
            key = f"coalesce(c.chief, {key})"
        # Rows of nobody are spread, so that no partition has to hold them all.
        hashed = f"CASE WHEN {key} IS NULL THEN hash({names}) ELSE hash({key}) END"
        place = f"(({hashed}) % {partitions})::INTEGER"
        try:
            self.run(
                f"COPY (SELECT {names}, {place} AS custseg_partition FROM {rows}) "
                f"TO {literal(folder)} (FORMAT parquet, COMPRESSION lz4, "
                f"DICTIONARY_SIZE_LIMIT {_MOST_WORDS}, "
                "PARTITION_BY (custseg_partition))"
            )
        except BaseException:
            _cleared(folder)
            raise

    def know_groups(self, customers: Source, *, customer: str, group: str) -> None:
        """Find out who has to stay together, before anything is shuffled.

        Parameters
        ----------
        customers : Source
        customer, group : str
            What the columns are called.

        Notes
        -----
        The customers that name a group are held in memory.
        """
        pairs = []
        with self._told("customers"):
            for scan in map(scan_of, customers.groups):
                who, which = self.spelled(scan, customer), self.spelled(scan, group)
                pairs += self.run(
                    f"SELECT DISTINCT {who}, {which} FROM {scan} AS r "
                    f"WHERE {who} IS NOT NULL AND {which} IS NOT NULL"
                ).fetchall()
        chiefs = chiefs_of(pairs)
        self.run("CREATE TABLE chiefs (customer VARCHAR, chief VARCHAR)")
        names = [list(chiefs), list(chiefs.values())]
        self._engine.execute("INSERT INTO chiefs SELECT unnest($1), unnest($2)", names)
        self._has_groups = True

    def know_payers(
        self, invoices: Source | None, payments: Source, *, invoice: str, customer: str
    ) -> None:
        """Find out whose each invoice is, before payments are shuffled.

        Parameters
        ----------
        invoices, payments : Source
        invoice, customer : str
            What the columns are called.

        Raises
        ------
        DataError
            When an invoice that was paid belongs to several customers.
        """
        self.run(
            "CREATE TABLE payers (invoice VARCHAR, customer VARCHAR, last VARCHAR)"
        )
        if invoices is None:
            return
        with self._told("invoices"):
            for scan in map(scan_of, invoices.groups):
                key, who = self.spelled(scan, invoice), self.spelled(scan, customer)
                self.run(
                    f"INSERT INTO payers SELECT {key}, min({who}), max({who}) "
                    f"FROM {scan} AS r WHERE {key} IS NOT NULL AND {who} IS NOT NULL "
                    "GROUP BY 1"
                )
            self.run(
                "CREATE OR REPLACE TABLE payers AS SELECT invoice, "
                "min(customer) AS customer, max(last) AS last FROM payers GROUP BY 1"
            )
        with self._told("payments"):
            for scan in map(scan_of, payments.groups):
                key = self.spelled(scan, invoice)
                shared = self.run(
                    f"SELECT p.invoice FROM {scan} AS r JOIN payers AS p "
                    f"ON p.invoice = {key} WHERE p.customer <> p.last LIMIT 1"
                ).fetchall()
                if shared:
                    raise several_payers(shared[0][0])

    def spelled(self, scan: str, column: str) -> str:
        """Return the SQL of an id as it is compared: see ``intake.identifiers``.

        Parameters
        ----------
        scan : str
            The SQL that reads the rows, called ``r`` where the id is used.
        column : str
        """
        described = self.run(f"DESCRIBE SELECT {quoted(column)} FROM {scan}").fetchall()
        kind, name = str(described[0][1]), f"r.{quoted(column)}"
        return spelled_as(name, kind)

    def run(self, sql: str) -> Any:
        """Return the answer of DuckDB."""
        return self._engine.execute(sql)

    @contextmanager
    def _told(self, table: str) -> Iterator[None]:
        """Say in our words what DuckDB could not do."""
        try:
            yield
        except self._errors.Error as error:
            self._judge(error, table)
            raise DataError(
                Problem(
                    "the rows cannot be read",
                    where=table,
                    got=str(error).splitlines()[0][:200],
                )
            ) from None

    def _judge(self, error: Exception, table: str) -> None:
        """Raise what is no fault of a file."""
        said = str(error)
        if isinstance(error, self._errors.InterruptException):
            raise KeyboardInterrupt from None
        if isinstance(error, self._errors.OutOfMemoryException):
            raise SettingError(
                Problem(
                    "the rows cannot be brought together within the memory limit",
                    where="memory_limit",
                    got=said.splitlines()[0][:200],
                    hint=f"give more memory; it was met at the table {table}",
                )
            ) from None
        if str(self._folder) in said or "No space left" in said:
            raise spill_failed(said.splitlines()[0][:200]) from None


def _duckdb() -> Any:
    try:
        import duckdb  # noqa: PLC0415 - optional
        import pyarrow  # noqa: F401, ICN001, PLC0415 - optional
    except ImportError:
        raise MissingDependency(
            Problem(
                "data larger than memory need DuckDB and pyarrow",
                hint="install custseg with the extra [duckdb]",
            )
        ) from None
    return duckdb


def _batches(source: Source) -> Iterator[Group]:
    """Yield some files at a time, so that a broken one costs little."""
    for group in source.groups:
        some: list[Path] = []
        size = 0
        for path in group.paths:
            length = path.stat().st_size
            if some and (size + length > _BATCH or len(some) == _MOST_FILES):
                yield Group(tuple(some), group.names, group.is_text, group.separator)
                some, size = [], 0
            some.append(path)
            size += length
        yield Group(tuple(some), group.names, group.is_text, group.separator)


def n_batches(sources: Iterable[Source]) -> int:
    """Return in how many goes some tables are read."""
    return sum(1 for source in sources for _ in _batches(source))


def _cleared(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink()
    if folder.is_dir():
        folder.rmdir()
