"""A journal in a SQLite file, or among the tables of a caller's SQLite connection.

The file is kept in WAL mode with full synchronisation: readers go on while somebody
writes, and a commit that was acknowledged survives a crash and a power cut. Writers
take turns; each holds the file from its first look to its commit.

Limits: the file belongs on a local disk, not on a network share. In WAL mode SQLite
keeps two files beside it, so its folder must be writable as well.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from weakref import finalize

from custseg.adapters.stores.tables import WIDTHS, SqlStore
from custseg.errors import (
    JournalConflict,
    JournalError,
    JournalUnavailable,
    Problem,
    SettingError,
)

__all__ = ["SqliteStore"]

_TYPES = {
    "int": "INTEGER",
    "bytes": "BLOB",
    "strict": " STRICT",
    "clustered": " STRICT, WITHOUT ROWID",
}

_SAID = {
    sqlite3.SQLITE_FULL: ("the disk is full", "make room and commit again"),
    sqlite3.SQLITE_READONLY: (
        "the journal is read-only",
        "open it where file and folder can be written",
    ),
    sqlite3.SQLITE_NOTADB: ("the file is no journal", "give the path of a journal"),
    sqlite3.SQLITE_CORRUPT: (
        "the file is damaged or cut short",
        "put back a copy; nothing is written to this one",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "the file cannot be opened",
        "check the path, and that file and folder can be read and written",
    ),
    sqlite3.SQLITE_IOERR: ("the disk failed", "look at the disk and its limits"),
}
"""By result code: what is wrong, and what to do."""

_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


class SqliteStore(SqlStore):
    """Keeps the rows in SQLite.

    Parameters
    ----------
    place : str, Path or sqlite3.Connection
        A file, made where it is missing, or ``":memory:"``. Or a caller's connection:
        the store then neither begins nor commits, and asks for an open transaction
        before it writes.
    read_only : bool
        Refuse every writing; the file must exist.
    patience_seconds : float
        How long to wait for another writer.

    Raises
    ------
    JournalUnavailable
        When the file cannot be used.
    JournalTooNew
        When a later version of custseg wrote it.
    """

    def __init__(
        self,
        place: str | Path | sqlite3.Connection,
        *,
        read_only: bool = False,
        patience_seconds: float = 60.0,
    ) -> None:
        is_own = not isinstance(place, sqlite3.Connection)
        where = str(place) if is_own else "the caller's SQLite connection"
        super().__init__(where, mark="?", types=_TYPES, is_own=is_own)
        with self._clear():
            if isinstance(place, sqlite3.Connection):
                self._connection = place
                self._schema()
                return
            self._connection = _connect(
                place, read_only=read_only, patience_seconds=patience_seconds
            )
            finalize(self, _let_go, self._connection)  # a journal that nobody closed
            try:
                if self._schema() == 0 and not read_only:
                    with self.writing():
                        pass
            except BaseException:
                self._connection.close()
                raise

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the journal alone until the end: all is kept then, or nothing."""
        if not self._is_own:
            with self._within(), self._clear():
                self._make()
                yield
            return
        with self._clear():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._make()
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                # SQLite may have rolled back by itself, as it does on a full disk.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                self._is_ready = False
                raise

    @contextmanager
    def _within(self) -> Iterator[None]:
        """Write within the caller's transaction; take back only our own on failure."""
        if not self._connection.in_transaction:
            raise SettingError(
                Problem(
                    "the connection has no open transaction, and the journal neither "
                    "begins nor commits on a caller's connection",
                    where="connection",
                    hint="call connection.execute('BEGIN IMMEDIATE') first, and "
                    "connection.commit() when all is done",
                )
            )
        with self._clear():
            self._connection.execute("SAVEPOINT custseg")
        try:
            yield
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK TO custseg")
                self._connection.execute("RELEASE custseg")
            self._is_ready = False
            raise
        with self._clear():
            self._connection.execute("RELEASE custseg")

    def inspect(self) -> str:
        """Return the first fault that SQLite finds in pages and indexes, or ""."""
        found = str(self._rows("PRAGMA integrity_check(1)")[0][0])
        return "" if found == "ok" else found

    def scrub(self) -> None:
        """Write the file anew and cut the write-ahead log, so that no old bytes stay.

        Raises
        ------
        JournalUnavailable
            When other readers keep the old bytes alive.
        """
        if not self._is_own and self._connection.in_transaction:
            return  # of the caller, who commits first and then calls this again
        with self._clear():
            self._connection.execute("VACUUM")
            rows = self._rows("PRAGMA wal_checkpoint(TRUNCATE)")
        if rows and rows[0][0]:
            raise JournalUnavailable(
                Problem(
                    "somebody was forgotten, but others who read keep old bytes alive",
                    where=self.where,
                    hint="call scrub() again when they are done",
                )
            )

    def close(self) -> None:
        """Close the file; a caller's connection stays open."""
        if self._is_own:
            self._connection.close()

    def _rows(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        with self._clear():
            cursor = self._connection.cursor()
            cursor.row_factory = None  # a caller's connection may have one
            return cursor.execute(statement, values).fetchall()

    def _put(self, table: str, rows: Iterable[Sequence[Any]]) -> None:
        marks = ", ".join(["?"] * WIDTHS[table])
        with self._clear():
            self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608

    def _has_tables(self) -> bool:
        asked = "SELECT 1 FROM sqlite_master WHERE name = 'custseg_journal'"
        return bool(self._rows(asked))

    @contextmanager
    def _clear(self) -> Iterator[None]:
        """Turn SQLite's errors into errors that say what to do."""
        try:
            yield
        except sqlite3.Error as error:
            raise self._said(error) from error

    def _said(self, error: sqlite3.Error) -> JournalError:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _BUSY:
            return JournalConflict(
                Problem(
                    "another writer holds the journal, and nothing was written",
                    where=self.where,
                    got=str(error),
                    hint="read head and state again, and decide anew",
                )
            )
        what, hint = _SAID.get(code, ("the journal cannot be used", ""))
        if isinstance(error, sqlite3.ProgrammingError) and "thread" in str(error):
            what = "the journal was opened in another thread"
            hint = "open it in each thread; a file may be open many times"
        return JournalUnavailable(Problem(what, self.where, str(error), hint=hint))


def _let_go(connection: sqlite3.Connection) -> None:
    with suppress(sqlite3.Error):  # in another thread, SQLite does it by itself
        connection.close()


def _connect(
    place: str | Path, *, read_only: bool, patience_seconds: float
) -> sqlite3.Connection:
    name = str(place)
    is_file = name != ":memory:"
    if is_file:
        name = Path(place).absolute().as_uri() + ("?mode=ro" if read_only else "")
    connection = sqlite3.connect(
        name, uri=is_file, isolation_level=None, timeout=patience_seconds
    )
    try:
        if not read_only:
            # Deleted rows are overwritten with zeros: forgetting is meant.
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA cache_size = -65536")  # 64 MiB
    except sqlite3.Error:
        connection.close()
        raise
    return connection
