"""The tables of a journal in SQL, and the statements that both databases share.

Forward only: a journal carries the number of its schema, a later custseg brings an
earlier one up to its own step by step, and an earlier custseg refuses a later one. The
tables are named ``custseg_...``, because they may stand among a CRM's own.

Limits: one journal per database schema.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import islice
from typing import Any

from custseg.errors import JournalTooNew, JournalUnavailable, Problem
from custseg.journal.chain import Head, Header, Line, Member, Note, Role, Subject
from custseg.journal.storing import Outcome, Share

__all__ = ["STEPS", "WIDTHS", "SqlStore"]

STEPS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE custseg_headers (
            number {int} PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL,
            valid_day {int} NOT NULL, recorded_at TEXT NOT NULL, policy TEXT NOT NULL,
            fitted TEXT NOT NULL, entries {int} NOT NULL, corrections {int} NOT NULL,
            author {int} NOT NULL, previous {bytes} NOT NULL, hash {bytes} NOT NULL
        ){strict}""",
        "CREATE INDEX custseg_headers_key ON custseg_headers (kind, key)",
        """CREATE TABLE custseg_lines (
            number {int} PRIMARY KEY, batch {int} NOT NULL, subject {int} NOT NULL,
            corrects {int} NOT NULL, tier_before TEXT, tier_after TEXT,
            action TEXT NOT NULL, reasons TEXT NOT NULL, inputs TEXT NOT NULL,
            state TEXT NOT NULL, members {int} NOT NULL, digest TEXT NOT NULL,
            note TEXT NOT NULL, previous {bytes} NOT NULL, hash {bytes} NOT NULL
        ){strict}""",
        "CREATE INDEX custseg_lines_subject ON custseg_lines (subject)",
        """CREATE TABLE custseg_members (
            number {int} NOT NULL, subject {int} NOT NULL, seen {int} NOT NULL,
            PRIMARY KEY (number, subject)
        ){clustered}""",
        """CREATE TABLE custseg_subjects (
            subject {int} PRIMARY KEY, role TEXT NOT NULL, name TEXT NOT NULL,
            salt TEXT NOT NULL, UNIQUE (role, name)
        ){strict}""",
        """CREATE TABLE custseg_notes (
            number {int} PRIMARY KEY, salt TEXT NOT NULL, words TEXT NOT NULL
        ){strict}""",
    ),
)
"""What makes schema 1, then what makes schema 2 of it, and so on."""

_MADE = "CREATE TABLE custseg_journal (made {int} NOT NULL, commits {int} NOT NULL)"

WIDTHS = {
    "custseg_headers": len(Header._fields),
    "custseg_lines": len(Line._fields),
    "custseg_members": len(Member._fields),
    "custseg_notes": len(Note._fields),
    "custseg_subjects": len(Subject._fields),
}
"""By table: its columns, which are the fields of its rows in their order."""

_AT_ONCE = 500
"""Values in one IN (...)."""

_MANY = 5_000
"""From this many names on, reading all of them is quicker than asking for each."""


class SqlStore(ABC):
    """A store on tables; a database adds how to run statements and transactions.

    Parameters
    ----------
    where : str
        What to call the place in a message.
    mark : str
        The placeholder of a value in a statement.
    types : dict of str to str
        The database's words for ``int``, ``bytes``, ``strict`` and ``clustered``.
    is_own : bool
        Whether the store opened the connection itself.
    """

    def __init__(
        self, where: str, *, mark: str, types: dict[str, str], is_own: bool
    ) -> None:
        self._where = where
        self._mark = mark
        self._types = types
        self._is_own = is_own
        self._is_ready = False

    @property
    def where(self) -> str:
        """What to call the place in a message, without a password."""
        return self._where

    @abstractmethod
    def writing(self) -> AbstractContextManager[None]:
        """Hold the journal alone until the end: all is kept then, or nothing."""

    def inspect(self) -> str:
        """Return what the store itself finds wrong with its files, "" if nothing."""
        return ""

    @abstractmethod
    def scrub(self) -> None:
        """Remove what was erased from the bytes of the store, as far as it can."""

    @abstractmethod
    def close(self) -> None:
        """Let go of what the store opened itself."""

    @abstractmethod
    def _rows(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """Run one statement and return its rows as tuples; errors made clear."""

    @abstractmethod
    def _put(self, table: str, rows: Iterable[Sequence[Any]]) -> None:
        """Add many rows to a table."""

    @abstractmethod
    def _has_tables(self) -> bool:
        """Tell whether there is a journal in this database."""

    def _make(self) -> None:
        """Bring the tables to this schema; called while the journal is held alone."""
        made = self._schema()
        for step in STEPS[made:]:
            for statement in step:
                self._rows(statement.format(**self._types))
        if made == 0:
            self._rows(_MADE.format(**self._types))
            self._rows(f"INSERT INTO custseg_journal VALUES ({len(STEPS)}, 0)")  # noqa: S608
        elif made < len(STEPS):
            self._rows(f"UPDATE custseg_journal SET made = {len(STEPS)}")  # noqa: S608

    def _schema(self) -> int:
        """Return the schema of the tables, 0 where there are none."""
        if not self._has_tables():
            return 0
        rows = self._rows("SELECT made FROM custseg_journal")
        made = rows[0][0] if len(rows) == 1 else None
        if not isinstance(made, int) or made < 1:
            raise JournalUnavailable(
                Problem(
                    "the journal is damaged",
                    where=self.where,
                    got=f"schema {made}",
                    hint="put back a copy; nothing is written to this one",
                )
            )
        if made > len(STEPS):
            raise JournalTooNew(
                Problem(
                    "the journal was written by a later version of custseg",
                    where=self.where,
                    got=f"schema {made}",
                    allowed=f"up to {len(STEPS)}",
                    hint="install the current custseg",
                )
            )
        return made

    def _read(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """Return rows; none while there are no tables yet."""
        if not self._is_ready:
            if self._schema() == 0:
                return []
            # A caller's rollback can take the tables away again.
            self._is_ready = self._is_own
        return self._rows(statement.replace("?", self._mark), values)

    def _read_in(self, statement: str, values: Collection[Any]) -> Iterator[Any]:
        """Yield the rows of a statement with IN (?), in parts."""
        left = iter(sorted(set(values)))
        while part := list(islice(left, _AT_ONCE)):
            marks = ", ".join(["?"] * len(part))
            yield from self._read(statement.replace("IN (?)", f"IN ({marks})"), part)

    def head(self) -> Head:
        """Return number and hash of the last row."""
        tops = [
            row
            for table in ("custseg_headers", "custseg_lines")
            for row in self._read(
                f"SELECT number, hash FROM {table} ORDER BY number DESC LIMIT 1"  # noqa: S608
            )
        ]
        if not tops:
            return Head()
        number, hashed = max(tops)
        return Head(number, hashed.hex())

    def hash_at(self, number: int) -> str | None:
        """Return the hash of a row; None where there is no such row."""
        for table in ("custseg_headers", "custseg_lines"):
            statement = f"SELECT hash FROM {table} WHERE number = ?"  # noqa: S608
            for (hashed,) in self._read(statement, [number]):
                return str(hashed.hex())
        return None

    def headers(self, first: int = 1) -> list[Header]:
        """Return the headers from a number on."""
        statement = "SELECT * FROM custseg_headers WHERE number >= ? ORDER BY number"
        return [Header(*row) for row in self._read(statement, [first])]

    def headers_of(self, kind: str, key: str) -> list[Header]:
        """Return the headers of one review or event."""
        statement = (
            "SELECT * FROM custseg_headers WHERE kind = ? AND key = ? ORDER BY number"
        )
        return [Header(*row) for row in self._read(statement, [kind, key])]

    def headers_at(self, numbers: Collection[int]) -> list[Header]:
        """Return the headers with these numbers."""
        statement = "SELECT * FROM custseg_headers WHERE number IN (?) ORDER BY number"
        return [Header(*row) for row in self._read_in(statement, numbers)]

    def lines(self, first: int, last: int) -> list[Line]:
        """Return the lines of a range."""
        statement = (
            "SELECT * FROM custseg_lines WHERE number BETWEEN ? AND ? ORDER BY number"
        )
        return [Line(*row) for row in self._read(statement, [first, last])]

    def outcomes(self, first: int, last: int) -> list[Outcome]:
        """Return what the lines of a range leave behind."""
        statement = (
            "SELECT number, subject, corrects, tier_after, state, members"
            " FROM custseg_lines WHERE number BETWEEN ? AND ? ORDER BY number"
        )
        return self._read(statement, [first, last])

    def members(self, first: int, last: int) -> list[Member]:
        """Return the members of the lines of a range."""
        statement = (
            "SELECT * FROM custseg_members WHERE number BETWEEN ? AND ?"
            " ORDER BY number, subject"
        )
        return [Member(*row) for row in self._read(statement, [first, last])]

    def shares(self, subjects: Sequence[int]) -> list[Share]:
        """Return every line of some subjects, shared ones included, by number."""
        asked = set(subjects) - {0}
        alone = "SELECT * FROM custseg_lines WHERE subject IN (?)"
        # From the shared lines to the members, whose key begins with the line: an index
        # by customer would be written to at random, once per customer and review.
        together = (
            "SELECT m.subject, m.seen, l.* FROM custseg_lines l CROSS JOIN"
            " custseg_members m WHERE l.subject = 0 AND m.number = l.number"
            " AND m.subject IN (?)"
        )
        found = [Share(row[2], Line(*row), None) for row in self._read_in(alone, asked)]
        found += [
            Share(row[0], Line(*row[2:]), row[1])
            for row in self._read_in(together, asked)
        ]
        return sorted(found, key=lambda share: (share.line.number, share.subject))

    def subjects(self) -> list[Subject]:
        """Return all who are known, customers and authors, in any order."""
        return [Subject(*row) for row in self._read("SELECT * FROM custseg_subjects")]

    def names(self, role: Role) -> dict[int, str]:
        """Return the names of all of a role who are known, by token."""
        statement = "SELECT subject, name FROM custseg_subjects WHERE role = ?"
        return dict(self._read(statement, [role]))

    def known(self, subjects: Collection[int]) -> list[Subject]:
        """Return those of some subjects who are known, in any order."""
        if len(subjects) > _MANY:
            asked = set(subjects)
            return [one for one in self.subjects() if one.subject in asked]
        statement = "SELECT * FROM custseg_subjects WHERE subject IN (?)"
        return [Subject(*row) for row in self._read_in(statement, subjects)]

    def find(self, role: Role, names: Collection[str]) -> dict[str, int]:
        """Return the tokens of those names that are known."""
        statement = f"SELECT name, subject FROM custseg_subjects WHERE role = '{role}'"  # noqa: S608
        if len(names) > _MANY:
            asked = set(names)
            return {row[0]: row[1] for row in self._read(statement) if row[0] in asked}
        return dict(self._read_in(f"{statement} AND name IN (?)", names))

    def notes(self, numbers: Collection[int] | None = None) -> dict[int, Note]:
        """Return the notes of some rows, or all of them, by number."""
        statement = "SELECT * FROM custseg_notes"
        rows: Iterable[Any]
        if numbers is None:
            rows = self._read(statement)
        else:
            rows = self._read_in(f"{statement} WHERE number IN (?)", numbers)
        return {row[0]: Note(*row) for row in rows}

    def append(
        self, header: Header, lines: Iterable[Line], members: Iterable[Member]
    ) -> None:
        """Add a commit."""
        self._put("custseg_headers", [header])
        self._put("custseg_lines", lines)
        self._put("custseg_members", members)

    def name(self, subjects: Iterable[Subject], notes: Iterable[Note]) -> None:
        """Add what can be erased."""
        self._put("custseg_subjects", subjects)
        self._put("custseg_notes", notes)

    def erase(self, subjects: Collection[int], notes: Collection[int]) -> None:
        """Take away who some tokens are, and the notes of some rows."""
        list(
            self._read_in("DELETE FROM custseg_subjects WHERE subject IN (?)", subjects)
        )
        list(self._read_in("DELETE FROM custseg_notes WHERE number IN (?)", notes))
