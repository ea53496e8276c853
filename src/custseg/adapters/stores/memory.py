"""A journal that lives as long as the program: for trials, examples and tests."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from operator import attrgetter
from threading import RLock

from custseg.journal.chain import Head, Header, Line, Member, Note, Role, Subject
from custseg.journal.storing import Outcome, Share

__all__ = ["MemoryStore"]

_number = attrgetter("number")


class MemoryStore:
    """Keeps the rows in lists; gone with the program.

    Threads may share it: only one at a time writes.

    Examples
    --------
    >>> MemoryStore().head().number
    0
    """

    where = "the journal in memory"

    def __init__(self) -> None:
        self._headers: list[Header] = []
        self._lines: list[Line] = []
        self._members: list[Member] = []
        self._subjects: dict[int, Subject] = {}
        self._notes: dict[int, Note] = {}
        self._lock = RLock()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the journal alone; put it back as it was if anything fails."""
        with self._lock:
            sizes = len(self._headers), len(self._lines), len(self._members)
            people, notes = self._subjects.copy(), self._notes.copy()
            try:
                yield
            except BaseException:
                del self._headers[sizes[0] :]
                del self._lines[sizes[1] :]
                del self._members[sizes[2] :]
                self._subjects, self._notes = people, notes
                raise

    def head(self) -> Head:
        """Return number and hash of the last row."""
        ends = (self._headers[-1:], self._lines[-1:])
        tops = [(row.number, row.hash) for rows in ends for row in rows]
        if not tops:
            return Head()
        number, hashed = max(tops)
        return Head(number, hashed.hex())

    def hash_at(self, number: int) -> str | None:
        """Return the hash of a row; None where there is no such row."""
        for header in self.headers_at([number]):
            return header.hash.hex()
        for line in self.lines(number, number):
            return line.hash.hex()
        return None

    def headers(self, first: int = 1) -> list[Header]:
        """Return the headers from a number on."""
        return self._headers[bisect_left(self._headers, first, key=_number) :]

    def headers_of(self, kind: str, key: str) -> list[Header]:
        """Return the headers of one review or event."""
        return [one for one in self._headers if (one.kind, one.key) == (kind, key)]

    def headers_at(self, numbers: Collection[int]) -> list[Header]:
        """Return the headers with these numbers."""
        asked = set(numbers)
        return [one for one in self._headers if one.number in asked]

    def lines(self, first: int, last: int) -> list[Line]:
        """Return the lines of a range."""
        rows = self._lines
        start = bisect_left(rows, first, key=_number)
        return rows[start : bisect_right(rows, last, key=_number)]

    def outcomes(self, first: int, last: int) -> list[Outcome]:
        """Return what the lines of a range leave behind."""
        return [
            (one.number, one.subject, one.corrects, one.after, one.state, one.members)
            for one in self.lines(first, last)
        ]

    def members(self, first: int, last: int) -> list[Member]:
        """Return the members of the lines of a range."""
        rows = self._members
        start = bisect_left(rows, first, key=_number)
        return rows[start : bisect_right(rows, last, key=_number)]

    def shares(self, subjects: Sequence[int]) -> list[Share]:
        """Return every line of some subjects, shared ones included, by number."""
        asked = set(subjects) - {0}
        found = [
            Share(line.subject, line, None)
            for line in self._lines
            if line.subject in asked
        ]
        for one in self._members:
            if one.subject in asked:
                (line,) = self.lines(one.number, one.number)
                found.append(Share(one.subject, line, one.check))
        return sorted(found, key=lambda share: (share.line.number, share.subject))

    def subjects(self) -> list[Subject]:
        """Return all who are known, customers and authors, in any order."""
        return list(self._subjects.values())

    def names(self, role: Role) -> dict[int, str]:
        """Return the names of all of a role who are known, by token."""
        people = self._subjects.values()
        return {one.subject: one.name for one in people if one.role == role}

    def known(self, subjects: Collection[int]) -> list[Subject]:
        """Return those of some subjects who are known, in any order."""
        people = self._subjects
        return [people[subject] for subject in set(subjects) if subject in people]

    def find(self, role: Role, names: Collection[str]) -> dict[str, int]:
        """Return the tokens of those names that are known."""
        asked = set(names)
        return {
            one.name: one.subject
            for one in self._subjects.values()
            if one.role == role and one.name in asked
        }

    def notes(self, numbers: Collection[int] | None = None) -> dict[int, Note]:
        """Return the notes of some rows, or all of them, by number."""
        if numbers is None:
            return dict(self._notes)
        return {at: self._notes[at] for at in numbers if at in self._notes}

    def append(
        self, header: Header, lines: Iterable[Line], members: Iterable[Member]
    ) -> None:
        """Add a commit."""
        self._headers.append(header)
        self._lines.extend(lines)
        self._members.extend(members)

    def name(self, subjects: Iterable[Subject], notes: Iterable[Note]) -> None:
        """Add what can be erased."""
        self._subjects.update((one.subject, one) for one in subjects)
        self._notes.update((one.number, one) for one in notes)

    def erase(self, subjects: Collection[int], notes: Collection[int]) -> None:
        """Take away who some tokens are, and the notes of some rows."""
        for subject in subjects:
            self._subjects.pop(subject, None)
        for number in notes:
            self._notes.pop(number, None)

    def inspect(self) -> str:
        """Find nothing: there are no files."""
        return ""

    def scrub(self) -> None:
        """Do nothing: what was erased from memory is gone."""

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""
