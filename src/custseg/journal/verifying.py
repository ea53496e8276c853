"""Whether a journal is what was once written, and if not, where it begins to differ.

Every row is hashed again, from the first to the last, and held against what stands
there; the erasable part is held against the commitments in the chain. What is missing
from it must be what the journal notes as forgotten.

Limits: a cut at the end leaves a sound chain, and whoever can write everything can
write a whole new one. Both show against a head that was kept elsewhere.
"""

from __future__ import annotations

from operator import attrgetter
from typing import NoReturn

from attrs import frozen

from custseg.errors import JournalAltered, JournalUnavailable, Problem
from custseg.journal.bitemporal import in_parts
from custseg.journal.chain import (
    ORIGIN,
    Head,
    Header,
    Line,
    Member,
    Note,
    commitment,
    members_digest,
    sound_header,
    token_of,
)
from custseg.journal.entries import ERASURE
from custseg.journal.sounding import Sounder
from custseg.journal.storing import Store

__all__ = ["verify"]

_END = 2**62


def verify(store: Store, head: Head | None = None) -> Head:
    """Check a journal from its first row to its last.

    Parameters
    ----------
    store : Store
    head : Head or None
        A head of this journal that was kept elsewhere.

    Returns
    -------
    Head
        Of the journal as it is.

    Raises
    ------
    JournalAltered
        With the number of the first entry that is wrong.
    JournalUnavailable
        When the rows are sound, but the store finds damage elsewhere in its files.
    """
    headers = store.headers(-_END)
    walk = _Walk(store, head, headers)
    walk.nothing_in(-_END, 0)
    for header in headers:
        walk.commit(header)
    walk.nothing_in(walk.number + 1, _END)
    if head is not None and head.number > walk.number:
        walk.fail(walk.number + 1, "the end of the journal is missing")
    walk.settle()
    damage = store.inspect()
    if damage:  # outside the rows: in an index, say, by which one customer is found
        raise JournalUnavailable(
            Problem(
                "the rows are sound, but the file is damaged",
                where=store.where,
                got=damage,
                hint="do not write to this journal; put back a copy from before",
            )
        )
    return Head(walk.number, walk.previous.hex())


@frozen(eq=False)
class _Known:
    """What stands beside the chain, and what the chain says is no longer there."""

    named: set[int]
    swapped: set[int]
    erased: set[int]
    notes: dict[int, Note]

    @classmethod
    def of(cls, store: Store, headers: list[Header]) -> _Known:
        people = store.subjects()
        return cls(
            named={one.subject for one in people},
            swapped={
                one.subject
                for one in people
                if token_of(one.role, one.name, one.salt) != one.subject
            },
            erased={
                line.subject
                for header in headers
                if header.kind == ERASURE
                for line in store.lines(header.number + 1, header.number + 1)
            },
            notes=store.notes(),
        )


class _Walk:
    """One reading of the chain, row after row."""

    def __init__(self, store: Store, head: Head | None, headers: list[Header]) -> None:
        self._store = store
        self._head = head
        self._known = _Known.of(store, headers)
        self._sounder = Sounder()
        self._beside: list[tuple[int, str]] = []
        self._unexplained: list[tuple[int, str]] = []
        self.number = 0
        self.previous = ORIGIN

    def fail(self, number: int, what: str) -> NoReturn:
        """Say which row is wrong: this one, or an earlier one beside the chain."""
        for earlier in self._beside[:1]:
            number, what = min((number, what), earlier)
        raise JournalAltered(
            Problem(
                what,
                where=f"{self._store.where}, entry {number}",
                hint="do not write to this journal; put back a copy from before",
            ),
            number=number,
        )

    def nothing_in(self, first: int, last: int) -> None:
        """Refuse rows where no row belongs."""
        for rows in (self._store.lines(first, last), self._store.members(first, last)):
            if rows and rows[0].number > self.number + 1:
                self.fail(self.number + 1, "the entry is missing")
            if rows:
                self.fail(rows[0].number, "the row belongs to no commit")

    def _step(self, row: Header | Line) -> None:
        self.number = row.number
        self.previous = row.hash
        head = self._head
        if head is None or row.number != head.number:
            return
        if row.hash.hex() != head.hash:
            self.fail(row.number, "the chain up to here is another than once written")

    def commit(self, header: Header) -> None:
        """Check a header and its lines."""
        if header.number != self.number + 1:
            self._gap(header.number)
        if not sound_header(header, self.previous):
            self.fail(header.number, "the header is not what was written")
        self._person(header.number, header.author)
        start, end = header.number, header.number + header.entries
        self._step(header)
        for first, last in in_parts(start, end):
            shared = _by_line(self._store.members(first, last))
            if start in shared:
                self.fail(start, "customers stand where no line has any")
            for line in self._store.lines(first, last):
                if line.number != self.number + 1:
                    self._gap(line.number)
                self._line(line, header, shared.pop(line.number, []))
        if self.number != end:
            self.fail(self.number + 1, "the entry is missing")

    def _gap(self, number: int) -> NoReturn:
        if number <= self.number:
            self.fail(number, "the number comes twice")
        self.fail(self.number + 1, "the entry is missing")

    def _line(self, line: Line, header: Header, members: list[Member]) -> None:
        if line.batch != header.number or not self._sounder.sound(line, self.previous):
            self.fail(line.number, "the entry is not what was written")
        if line.members != len(members):
            self.fail(line.number, "customers were added to the entry or taken from it")
        if members:
            pairs = [(one.subject, one.check) for one in members]
            if members_digest(pairs) != line.digest:
                self.fail(line.number, "these are not the customers written")
        for subject in [one.subject for one in members] or [line.subject]:
            self._person(line.number, subject)
        self._note(line)
        self._step(line)

    def settle(self) -> None:
        """Say what is wrong beside the chain, the chain being sound."""
        for number, what in sorted(self._beside[:1] + self._unexplained[:1])[:1]:
            self.fail(number, what)

    def _person(self, number: int, subject: int) -> None:
        """Check that a token is a person still known, or one who was forgotten."""
        known = self._known
        if subject in known.swapped:
            what = "the customer id or author is not the one written"
            self._beside.append((number, what))
        if subject in known.named:
            if subject in known.erased:
                what = "somebody was forgotten, and is named again"
                self._unexplained.append((number, what))
        elif subject and subject not in known.erased:
            what = "a name is missing, and nothing says it was forgotten"
            self._unexplained.append((number, what))

    def _note(self, line: Line) -> None:
        """Check that a note is the one written, or went with its customer."""
        note = self._known.notes.get(line.number)
        if note is None:
            if line.note and line.subject not in self._known.erased:
                what = "the note is missing, and nothing says why"
                self._unexplained.append((line.number, what))
        elif not line.note or commitment(note.text, note.salt) != line.note:
            self._beside.append((line.number, "the note is not the one written"))


def _by_line(members: list[Member]) -> dict[int, list[Member]]:
    found: dict[int, list[Member]] = {}
    for member in sorted(members, key=attrgetter("number", "subject")):
        found.setdefault(member.number, []).append(member)
    return found
