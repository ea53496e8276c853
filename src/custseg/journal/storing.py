"""What a journal asks of the place where it is kept.

A store keeps rows and gives them back; it decides nothing and hashes nothing. Rows go
by their numbers, which run from 1 without a gap, headers and lines alike, so a range of
numbers is all that reading needs. What names persons (subjects and notes) stands apart,
because it can be erased.

Every store passes the same tests, ``tests/contract/test_stores.py``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from custseg.journal.chain import Head, Header, Line, Member, Note, Role, Subject

__all__ = ["Outcome", "Share", "Store"]

Outcome = tuple[int, int, int, str | None, str, int]
"""What a line leaves behind: number, subject, corrects, after, state, members.

The same as of a :class:`~custseg.journal.chain.Line`, without what only a check reads.
"""


class Share(NamedTuple):
    """A line as one customer has it: alone (check None), or as one of its members."""

    subject: int
    line: Line
    check: int | None


class Store(Protocol):
    """Where the rows of a journal are kept.

    All ranges include both ends. All lists are in ascending order of numbers; members
    of one line are in ascending order of tokens.
    """

    @property
    def where(self) -> str:
        """What to call the place in a message, without a password."""
        ...

    def writing(self) -> AbstractContextManager[None]:
        """Hold the journal alone until the end: all is kept then, or nothing.

        Raises
        ------
        JournalConflict
            When another writer does not let go of it.
        JournalUnavailable
            When it cannot be written.
        """
        ...

    def head(self) -> Head:
        """Return number and hash of the last row."""
        ...

    def hash_at(self, number: int) -> str | None:
        """Return the hash of a row; None where there is no such row."""
        ...

    def headers(self, first: int = 1) -> list[Header]:
        """Return the headers from a number on."""
        ...

    def headers_of(self, kind: str, key: str) -> list[Header]:
        """Return the headers of one review or event."""
        ...

    def headers_at(self, numbers: Collection[int]) -> list[Header]:
        """Return the headers with these numbers."""
        ...

    def lines(self, first: int, last: int) -> list[Line]:
        """Return the lines of a range."""
        ...

    def outcomes(self, first: int, last: int) -> list[Outcome]:
        """Return what the lines of a range leave behind, a million being asked for."""
        ...

    def members(self, first: int, last: int) -> list[Member]:
        """Return the members of the lines of a range."""
        ...

    def shares(self, subjects: Sequence[int]) -> list[Share]:
        """Return every line of some subjects, shared ones included, by number."""
        ...

    def subjects(self) -> list[Subject]:
        """Return all who are known, customers and authors, in any order."""
        ...

    def names(self, role: Role) -> dict[int, str]:
        """Return the names of all of a role who are known, by token."""
        ...

    def known(self, subjects: Collection[int]) -> list[Subject]:
        """Return those of some subjects who are known, in any order."""
        ...

    def find(self, role: Role, names: Collection[str]) -> dict[str, int]:
        """Return the tokens of those names that are known."""
        ...

    def notes(self, numbers: Collection[int] | None = None) -> dict[int, Note]:
        """Return the notes of some rows, or all of them, by number."""
        ...

    def append(
        self, header: Header, lines: Iterable[Line], members: Iterable[Member]
    ) -> None:
        """Add a commit. The lines may come from a generator that is read once."""
        ...

    def name(self, subjects: Iterable[Subject], notes: Iterable[Note]) -> None:
        """Add what can be erased."""
        ...

    def erase(self, subjects: Collection[int], notes: Collection[int]) -> None:
        """Take away who some tokens are, and the notes of some rows."""
        ...

    def inspect(self) -> str:
        """Return what the store itself finds wrong with its files, "" if nothing."""
        ...

    def scrub(self) -> None:
        """Remove what was erased from the bytes of the store, as far as it can."""
        ...

    def close(self) -> None:
        """Let go of what the store opened itself."""
        ...
