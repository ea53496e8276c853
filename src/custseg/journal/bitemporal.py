"""What a journal says is held: as of any day, as known at any moment.

Two times matter. A decision is *valid* from a day, and *known* from the moment it was
recorded. A correction is valid then and known now. So "what did we believe at Y about
day X" is: of all decisions known at Y, each in its last version known at Y, the latest
one valid on X. Decisions of one day follow each other as they were first recorded.

Method: commits are read from the latest day backwards, until everyone who is known has
an answer. Lines that many share are read once and not per customer.

Limits: a customer without any decision for years makes the reading go back that far.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import chain, groupby
from operator import attrgetter

from custseg.journal.chain import Header, Line
from custseg.journal.entries import ERASURE, Held, Json
from custseg.journal.storing import Share, Store
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
    superseded = _last_versions(store, known)
    customers = {
        one.subject: one.name for one in store.subjects() if one.role == "customer"
    }
    valid = [header for header in known if as_of is None or header.valid_day <= as_of]
    valid.sort(key=attrgetter("valid_day"), reverse=True)
    found: dict[int, Held] = {}
    for _, headers in groupby(valid, key=attrgetter("valid_day")):
        if len(found) >= len(customers):
            break
        best: dict[int, tuple[int, Line, Header]] = {}
        for header in headers:
            for subject, line, _ in chain.from_iterable(shares_of(store, header)):
                if subject in found or subject not in customers:
                    continue
                root = line.corrects or line.number
                if superseded.get((subject, root), line.number) != line.number:
                    continue
                if subject not in best or best[subject][0] < root:
                    best[subject] = root, line, header
        found.update(_parsed(best))
    named = ((customers[subject], one) for subject, one in found.items())
    return dict(sorted(named, key=lambda pair: pair[0]))


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


def _parsed(
    best: dict[int, tuple[int, Line, Header]],
) -> Iterator[tuple[int, Held]]:
    """Yield what is held; a state that many are in is parsed once, and shared."""
    made: dict[int, Held] = {}
    states: dict[str, Json] = {}
    for subject, (_, line, header) in best.items():
        if line.number not in made:
            if line.state not in states:
                states[line.state] = json.loads(line.state)
            day = to_date(header.valid_day)
            made[line.number] = Held(line.after, states[line.state], line.number, day)
        yield subject, made[line.number]
