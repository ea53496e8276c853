"""What a journal says is held: as of any day, as known at any moment.

Two times matter. A decision is *valid* from a day, and *known* from the moment it was
recorded. A correction is valid then and known now. So "what did we believe at Y about
day X" is: of all decisions known at Y, each in its last version known at Y, the latest
one valid on X. Decisions of one day follow each other as they were first recorded.

Method: commits are read from the latest day backwards, until everyone who is known has
an answer. Of the lines only what they leave behind is read; lines that many share are
read once and not per customer, and equal states are one mapping.

Limits: a customer without any decision for years makes the reading go back that far.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain, groupby
from operator import attrgetter, itemgetter

from custseg.journal.chain import Header
from custseg.journal.entries import ERASURE, Held, Json
from custseg.journal.storing import Outcome, Share, Store
from custseg.periods import to_date

__all__ = ["held", "in_parts", "shares_of"]

_PART = 20_000
"""Numbers that are read at a time."""


def in_parts(first: int, last: int, size: int = _PART) -> Iterator[tuple[int, int]]:
    """Yield a range of numbers in parts, so that rows are never all in memory.

    Examples
    --------
    >>> list(in_parts(1, 5, 2))
    [(1, 2), (3, 4), (5, 5)]
    """
    for start in range(first, last + 1, size):
        yield start, min(start + size - 1, last)


def held(
    store: Store,
    *,
    as_of: int | None = None,
    known_at: str | None = None,
    before: int | None = None,
) -> dict[str, Held]:
    """Return what every known customer holds.

    Parameters
    ----------
    store : Store
    as_of : int, days since 1970-01-01, or None
        The day asked about; None is after all.
    known_at : str or None
        The moment, as the journal writes it; None is after all.
    before : int or None
        The first number that is left out; None leaves none out.

    Returns
    -------
    dict of str to Held
        Sorted by customer; without those who had no decision by then.
    """
    known = [
        header
        for header in store.headers()
        if header.kind != ERASURE
        and (known_at is None or header.recorded_at <= known_at)
        and (before is None or header.number < before)
    ]
    reading = _Reading(store, _last_versions(store, known), store.names("customer"))
    valid = [header for header in known if as_of is None or header.valid_day <= as_of]
    valid.sort(key=attrgetter("valid_day"), reverse=True)
    for day, headers in groupby(valid, key=attrgetter("valid_day")):
        if reading.is_done:
            break
        reading.day(day, headers)
    return reading.named()


class _Reading:
    """Goes back from day to day, until everybody who is known has an answer."""

    def __init__(
        self,
        store: Store,
        superseded: dict[tuple[int, int], int],
        customers: dict[int, str],
    ) -> None:
        self._store = store
        self._superseded = superseded
        self._customers = customers
        self._found: dict[int, Held] = {}
        self._states: dict[str, Json] = {}

    @property
    def is_done(self) -> bool:
        """Whether everybody has an answer."""
        return len(self._found) >= len(self._customers)

    def named(self) -> dict[str, Held]:
        """Return what is held, by the customers' ids in their order."""
        customers = self._customers
        named = [(customers[subject], one) for subject, one in self._found.items()]
        named.sort(key=itemgetter(0))
        return dict(named)

    def day(self, day: int, headers: Iterable[Header]) -> None:
        """Take in the decisions of one day; of two, the one recorded first later."""
        got: dict[int, Held] = {}
        listed = list(headers)
        # In one commit nobody comes twice; only several have to be put in order.
        roots: dict[int, int] | None = {} if len(listed) > 1 else None
        for header in listed:
            first, last = header.number + 1, header.number + header.entries
            for part in in_parts(first, last):
                self._lines(self._store.outcomes(*part), to_date(day), got, roots)
        self._found.update(got)

    def _lines(
        self,
        lines: list[Outcome],
        on: date,
        got: dict[int, Held],
        roots: dict[int, int] | None,
    ) -> None:
        shared = []
        for line in lines:
            number, subject, corrects, after, state, members = line
            if members:
                shared.append(line)
            elif self._counts(subject, number, corrects, roots):
                got[subject] = Held(after, self._plain(state), number, on)
        for line, subjects in _members_of(self._store, shared):
            number, _, corrects, after, state, _ = line
            one = Held(after, self._plain(state), number, on)
            for subject in subjects:
                if self._counts(subject, number, corrects, roots):
                    got[subject] = one

    def _counts(
        self, subject: int, number: int, corrects: int, roots: dict[int, int] | None
    ) -> bool:
        """Tell whether a decision is what a customer holds, as far as is known yet."""
        if subject in self._found or subject not in self._customers:
            return False
        root = corrects or number
        if self._superseded:
            last = self._superseded.get((subject, root), number)
            if last != number:
                return False
        if roots is not None:
            if roots.get(subject, 0) >= root:
                return False
            roots[subject] = root
        return True

    def _plain(self, state: str) -> Json:
        """Return a state; one that many are in is parsed once, and shared."""
        plain = self._states.get(state)
        if plain is None:
            plain = self._states[state] = json.loads(state)
        return plain


def _members_of(
    store: Store, shared: Iterable[Outcome]
) -> Iterator[tuple[Outcome, list[int]]]:
    """Yield shared lines with who is in them; many small ones are asked for at once."""
    for some in _together(shared):
        lines = {one[0]: one for one in some}
        members = store.members(some[0][0], some[-1][0])
        for number, group in groupby(members, key=itemgetter(0)):
            if number in lines:
                yield lines[number], [subject for _, subject, _ in group]


def _together(shared: Iterable[Outcome]) -> Iterator[list[Outcome]]:
    """Yield neighbouring lines, of about as many members together as fit a part."""
    some: list[Outcome] = []
    many = 0
    for one in shared:
        some.append(one)
        many += one[-1]
        if many >= _PART:
            yield some
            some, many = [], 0
    if some:
        yield some


def _last_versions(
    store: Store, headers: Iterable[Header]
) -> dict[tuple[int, int], int]:
    """Return, for every corrected decision, the number of its last correction."""
    last: dict[tuple[int, int], int] = {}
    for header in headers:
        if header.corrections:
            for subject, line, _ in chain.from_iterable(shares_of(store, header)):
                if line.corrects:
                    last[subject, line.corrects] = line.number
    return last


def shares_of(store: Store, header: Header) -> Iterator[list[Share]]:
    """Yield who is in which line of a commit, in parts that fit into memory."""
    for first, last in in_parts(header.number + 1, header.number + header.entries):
        shared = {}
        alone = []
        for line in store.lines(first, last):
            if line.members:
                shared[line.number] = line
            else:
                alone.append(Share(line.subject, line, None))
        yield alone
        for number, line in shared.items():
            members = store.members(number, number)
            yield [Share(one.subject, line, one.check) for one in members]
