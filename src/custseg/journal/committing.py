"""How decisions, and the forgetting of persons, are appended to a journal.

Everything happens while the store is held alone: what stands there is compared, what
the decisions rest on is checked, and only then rows are written. So an error on the way
leaves the journal as it was.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence

from attrs import frozen

from custseg.errors import (
    JournalConflict,
    JournalDifference,
    Problem,
    UnknownCustomer,
)
from custseg.journal.bitemporal import shares_of
from custseg.journal.chain import (
    Head,
    Header,
    Line,
    Role,
    Subject,
    seal_header,
    seal_line,
    token_of,
)
from custseg.journal.encoding import Encoded, check_text, encode
from custseg.journal.entries import (
    ERASURE,
    Affected,
    Batch,
    Receipt,
    as_moment,
    moment_text,
)
from custseg.journal.recording import (
    Draft,
    Recorded,
    contradictions,
    recorded_under,
    salts_of,
    same,
)
from custseg.journal.storing import Store
from custseg.periods import day_of, to_date

__all__ = ["Writer"]

_SHOWN = 10
"""Customers that an error names; the others are counted."""

_FEW = 100
"""Up to this many customers, their later decisions are looked up one by one."""


@frozen(eq=False)
class Writer:
    """Appends to a store, as one author at one moment.

    Parameters
    ----------
    store : Store
    draw : callable
        Gives a number of random bytes.
    recorded_at : datetime
    author : str
        "" where nobody is named.
    """

    store: Store
    draw: Callable[[int], bytes]
    recorded_at: dt.datetime
    author: str

    def __attrs_post_init__(self) -> None:
        as_moment(self.recorded_at, where="recorded_at")
        check_text(self.author, "author", empty=True)

    def commit(
        self, batches: Sequence[Batch], *, corrections: bool
    ) -> tuple[Receipt, ...]:
        """Append batches, as :meth:`~custseg.Journal.commit_all` says."""
        encoded = [encode(batch) for batch in batches]
        _check_apart(encoded)
        with self.store.writing():
            # What the batches themselves append is no news to each other.
            end = self.store.head().number
            return tuple(
                self._commit(batch, one, end, corrections=corrections)
                for batch, one in zip(batches, encoded, strict=True)
            )

    def _commit(
        self, batch: Batch, encoded: Sequence[Encoded], end: int, *, corrections: bool
    ) -> Receipt:
        """Append one batch; the store is held alone, and was so from a number on."""
        tokens = self.store.find("customer", [one.customer for one in encoded])
        known = list(tokens.values())
        recorded = recorded_under(self.store, batch.kind, batch.key, known)
        fresh: list[Encoded] = []
        others: list[tuple[Encoded, Recorded]] = []
        for one in encoded:
            found = recorded.get(tokens.get(one.customer, -1))
            if found is None:
                fresh.append(one)
            elif not same(one, found, batch):
                others.append((one, found))
        repeated = len(encoded) - len(fresh) - len(others)
        if others and not corrections:
            raise JournalDifference(*contradictions(others, batch))
        if not fresh and not others:
            return Receipt(0, repeated, 0, (), self.store.head())
        head = self._checked_basis(batch, fresh, others, tokens, end)
        affected = self._affected(others, tokens)
        strangers = [one.customer for one in fresh if one.customer not in tokens]
        people = self._people("customer", strangers)
        tokens.update((one.name, one.subject) for one in people)
        written = [(tokens[one.customer], 0, one) for one in fresh]
        written += [(tokens[one.customer], rec.root, one) for one, rec in others]
        self._append(batch, Draft(written, head.number + 1, self.draw), head, people)
        head = self.store.head()
        return Receipt(len(written), repeated, len(others), affected, head)

    def _checked_basis(
        self,
        batch: Batch,
        fresh: Sequence[Encoded],
        others: Sequence[tuple[Encoded, Recorded]],
        tokens: dict[str, int],
        end: int,
    ) -> Head:
        """Return the head, if nothing happened since that the decisions do not know."""
        basis = batch.based_on
        if basis.number and self.store.hash_at(basis.number) != basis.hash:
            raise JournalConflict(
                Problem(
                    "the decisions rest on another journal, or on what was altered",
                    where="batch.based_on",
                    got=str(basis),
                    hint="read head and state of this journal, and decide again",
                )
            )
        # A review made again rests on what was held before it: to its corrections, the
        # decision itself and what came of it are no news.
        informed = [one for one, rec in others if rec.root <= basis.number]
        ones = [*fresh, *informed]
        asked = {tokens[one.customer] for one in ones if one.customer in tokens}
        moved = {
            subject
            for header in self.store.headers(basis.number + 1)
            if header.number <= end and asked
            for shares in shares_of(self.store, header)
            for subject, _, _ in shares
            if subject in asked
        }
        names = [one.customer for one in ones if tokens.get(one.customer) in moved]
        if names:
            raise JournalConflict(
                _few(
                    "another writer has decided on the same customers since the state "
                    "was read, and nothing was written",
                    names,
                    hint="read head and state again, and decide anew",
                )
            )
        # Whoever holds a tier has an entry; so this one was forgotten meanwhile, and
        # must not come back by way of a decision that still knows the name.
        gone = [
            one.customer
            for one in ones
            if one.customer not in tokens and one.content[0] is not None
        ]
        if gone:
            raise JournalConflict(
                _few(
                    "a tier before the decision is stated for customers whom the "
                    "journal does not know, or has forgotten",
                    gone,
                    hint="leave them out, or state None as the tier before",
                )
            )
        return self.store.head()

    def _affected(
        self, others: Sequence[tuple[Encoded, Recorded]], tokens: dict[str, int]
    ) -> tuple[Affected, ...]:
        """Return the later decisions of those who are corrected."""
        ranks = {
            tokens[one.customer]: (rec.header.valid_day, rec.root)
            for one, rec in others
        }
        if not ranks:
            return ()
        names = {tokens[one.customer]: one.customer for one, _ in others}
        headers = self.store.headers()
        days = {header.number: header for header in headers}
        if len(ranks) <= _FEW:
            found = self.store.shares(list(ranks))
        else:
            found = [
                share
                for header in headers
                for shares in shares_of(self.store, header)
                for share in shares
                if share.subject in ranks
            ]
        later = [
            (line.number, names[subject], days[line.batch])
            for subject, line, _ in found
            if (days[line.batch].valid_day, line.corrects or line.number)
            > ranks[subject]
        ]
        return tuple(
            Affected(name, number, header.kind, header.key, to_date(header.valid_day))
            for number, name, header in sorted(later, key=lambda one: one[:2])
        )

    def _people(self, role: Role, names: Sequence[str]) -> list[Subject]:
        salts = salts_of(len(names), self.draw)
        # Two persons with one token: one in 2e7 for a million. The store then refuses
        # the row and so the commit, which can be tried again with other salts.
        return [
            Subject(token_of(role, name, salt), role, name, salt)
            for name, salt in zip(names, salts, strict=True)
        ]

    def _append(
        self, batch: Batch, draft: Draft, head: Head, people: list[Subject]
    ) -> None:
        author = self._token_of_author(self.author, people)
        header = Header(
            draft.first, batch.kind, batch.key, day_of(batch.valid_on),
            moment_text(self.recorded_at), batch.policy, batch.fitted, draft.entries,
            draft.corrections, author, b"", b"",
        )  # fmt: skip
        header = seal_header(header, bytes.fromhex(head.hash))
        self.store.append(header, draft.lines(header.hash), draft.members)
        self.store.name(people, draft.notes)

    def _token_of_author(self, name: str, people: list[Subject]) -> int:
        """Return an author's token; a new one joins the people to be named."""
        if not name:
            return 0
        known = self.store.find("author", [name])
        if not known:
            people += self._people("author", [name])
            return people[-1].subject
        return known[name]

    def forget(self, role: Role, name: str) -> None:
        """Erase who a token is, and what was written about them in words."""
        check_text(name, role)
        with self.store.writing():
            found = self.store.find(role, [name])
            if not found:
                raise UnknownCustomer(
                    Problem(
                        f"the journal knows no such {role}",
                        where=role,
                        got=repr(name),
                        hint="whoever is forgotten already is not known any more",
                    )
                )
            (subject,) = found.values()
            # Naming as author whoever is forgotten here would bring the name back.
            named = "" if (role, name) == ("author", self.author) else self.author
            self._note_erasure(subject, named)
            notes = [
                share.line.number
                for share in self.store.shares([subject])
                if share.line.note
            ]
            self.store.erase([subject], notes)

    def _note_erasure(self, subject: int, named: str) -> None:
        head = self.store.head()
        people: list[Subject] = []
        author = self._token_of_author(named, people)
        day = as_moment(self.recorded_at, where="recorded_at").date()
        header = Header(
            head.number + 1, ERASURE, f"{subject:016x}", day_of(day),
            moment_text(self.recorded_at), "", "", 1, 0, author, b"", b"",
        )  # fmt: skip
        header = seal_header(header, bytes.fromhex(head.hash))
        line = Line(
            head.number + 2, header.number, subject, 0, None, None, "ERASED", "[]",
            "{}", "{}", 0, "", "", b"", b"",
        )  # fmt: skip
        self.store.append(header, [seal_line(line, header.hash)], [])
        self.store.name(people, [])


def _check_apart(every: Sequence[Sequence[Encoded]]) -> None:
    """Refuse a customer in two batches: the second would not know of the first."""
    if len(every) < 2:
        return
    customers = Counter(one.customer for encoded in every for one in encoded)
    twice = [customer for customer, many in customers.items() if many > 1]
    if twice:
        raise JournalConflict(
            _few(
                "customers have decisions in two batches that are recorded together",
                twice,
                hint="record the batches one after the other",
            )
        )


def _few(what: str, names: Sequence[str], *, hint: str) -> Problem:
    shown = ", ".join(sorted(names)[:_SHOWN])
    rest = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return Problem(what, where="batch.decisions", got=f"{shown}{rest}", hint=hint)
