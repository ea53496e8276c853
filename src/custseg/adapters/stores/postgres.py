"""A journal in PostgreSQL, or among the tables of a caller's psycopg connection.

Writers take turns at one row; each holds it from its first look to its commit. The
tables stand where the connection's ``search_path`` leads.

Limits: forgetting rewrites the tables that name persons, which needs the right to do so
and a moment without readers of them. The server's logs, replicas and archives are the
affair of whoever runs it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import errors
from psycopg.pq import TransactionStatus
from psycopg.rows import tuple_row

from custseg.adapters.stores.tables import SqlStore
from custseg.errors import (
    JournalConflict,
    JournalError,
    JournalUnavailable,
    Problem,
    SettingError,
)

__all__ = ["PostgresStore"]

_TYPES = {"int": "BIGINT", "bytes": "BYTEA", "strict": "", "clustered": ""}

_MAKING = 0x637573747365670A
"""The key of the lock that lets one connection at a time make the tables."""

_FASTER = (
    errors.SerializationFailure,
    errors.DeadlockDetected,
    errors.LockNotAvailable,
    errors.UniqueViolation,
)

_SAID: tuple[tuple[type[psycopg.Error], str, str], ...] = (
    (errors.DiskFull, "the server's disk is full", "make room and commit again"),
    (
        errors.ReadOnlySqlTransaction,
        "the journal is read-only",
        "open it where it can be written",
    ),
    (
        errors.InsufficientPrivilege,
        "the role may not do this",
        "ask for the right to create and write the tables custseg_...",
    ),
    (
        errors.InvalidSchemaName,
        "there is no schema to make tables in",
        "set the role's search_path, and grant it the right to create there",
    ),
    (
        psycopg.OperationalError,
        "the server cannot be reached or gave up",
        "look at the server and commit again",
    ),
)


class PostgresStore(SqlStore):
    """Keeps the rows in PostgreSQL 12 or later.

    Parameters
    ----------
    place : str or psycopg.Connection
        A URL such as ``"postgresql://crm@db/sales"``. Or a caller's connection: the
        store then neither begins nor commits, beyond what psycopg does by itself.
    read_only : bool
        Refuse every writing; the tables must exist.

    Raises
    ------
    JournalUnavailable
        When the server cannot be reached.
    JournalTooNew
        When a later version of custseg wrote the journal.
    """

    def __init__(
        self, place: str | psycopg.Connection[Any], *, read_only: bool = False
    ) -> None:
        is_own = isinstance(place, str)
        super().__init__("PostgreSQL", mark="%s", types=_TYPES, is_own=is_own)
        with self._clear():
            if not isinstance(place, str):
                self._connection = place
                self._where = _named(place)
                return
            self._connection = psycopg.connect(place, autocommit=True)
            self._where = _named(self._connection)
            try:
                if read_only:
                    self._rows("SET default_transaction_read_only = on")
                if self._schema() == 0 and not read_only:
                    with self.writing():
                        pass
            except BaseException:
                self._connection.close()
                raise

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the journal alone until the end: all is kept then, or nothing."""
        begin, commit, undo = "BEGIN", ["COMMIT"], ["ROLLBACK"]
        if not self._is_own:
            self._check_transaction()
            begin, commit = "SAVEPOINT custseg", ["RELEASE SAVEPOINT custseg"]
            undo = ["ROLLBACK TO SAVEPOINT custseg", *commit]
        self._rows(begin)
        try:
            if not self._has_tables():
                self._rows(f"SELECT pg_advisory_xact_lock({_MAKING})")
            self._make()
            self._rows("UPDATE custseg_journal SET commits = commits + 1")
            yield
            for statement in commit:
                self._rows(statement)
        except BaseException:
            if not self._connection.broken:
                for statement in undo:
                    self._rows(statement)
            self._is_ready = False
            raise

    def _check_transaction(self) -> None:
        status = self._connection.info.transaction_status
        if self._connection.autocommit and status != TransactionStatus.INTRANS:
            raise SettingError(
                Problem(
                    "the connection has no open transaction, and the journal neither "
                    "begins nor commits on a caller's connection",
                    where="connection",
                    hint="write 'with connection.transaction():' around it",
                )
            )

    def scrub(self) -> None:
        """Write the tables that name persons anew, so that no old rows stay.

        On a caller's connection only with ``autocommit`` and outside a transaction.
        """
        status = self._connection.info.transaction_status
        if self._connection.autocommit and status == TransactionStatus.IDLE:
            self._rows("VACUUM FULL custseg_subjects")
            self._rows("VACUUM FULL custseg_notes")

    def close(self) -> None:
        """Close the connection, unless it is a caller's."""
        if self._is_own:
            self._connection.close()

    def _rows(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        with self._clear(), self._connection.cursor(row_factory=tuple_row) as cursor:
            # A statement of our own, so no text of a caller's: values go apart.
            cursor.execute(statement.encode(), values or None)
            return cursor.fetchall() if cursor.description else []

    def _put(self, table: str, rows: Iterable[Sequence[Any]]) -> None:
        with self._clear(), self._connection.cursor() as cursor:
            copied = cursor.copy(f"COPY {table} FROM STDIN".encode())
            with copied as copy:
                for row in rows:
                    copy.write_row(row)

    def _has_tables(self) -> bool:
        # Not to_regclass(): it may remember that the table was missing before the lock.
        return bool(
            self._rows(
                "SELECT 1 FROM pg_catalog.pg_class WHERE relname = 'custseg_journal'"
                " AND pg_catalog.pg_table_is_visible(oid)"
            )
        )

    @contextmanager
    def _clear(self) -> Iterator[None]:
        """Turn psycopg's errors into errors that say what to do."""
        try:
            yield
        except psycopg.Error as error:
            raise self._said(error) from error

    def _said(self, error: psycopg.Error) -> JournalError:
        # The first line: what follows can quote the values of a row.
        got = str(error).partition("\n")[0]
        if isinstance(error, _FASTER):
            return JournalConflict(
                Problem(
                    "another writer was faster, and nothing was written",
                    where=self.where,
                    got=got,
                    hint="read head and state again, and decide anew",
                )
            )
        for kind, what, hint in _SAID:
            if isinstance(error, kind):
                return JournalUnavailable(Problem(what, self.where, got, hint=hint))
        return JournalUnavailable(
            Problem("the journal cannot be used", where=self.where, got=got)
        )


def _named(connection: psycopg.Connection[Any]) -> str:
    """Say where a connection leads, without user and password."""
    info = connection.info
    return f"postgresql://{info.host}:{info.port}/{info.dbname}"
