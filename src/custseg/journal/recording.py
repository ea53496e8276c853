"""What of a batch is new, what stands in the journal already, and what contradicts it.

A customer has one decision per kind and key. When it comes again, it is a repetition if
everything is the same - outcome, state, inputs, policy, fitted policy, day - and a
contradiction otherwise. Notes and authors are words and do not count.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby
from operator import itemgetter
from typing import Any, NamedTuple

from attrs import field, frozen

from custseg.errors import Problem
from custseg.journal.bitemporal import shares_of
from custseg.journal.chain import (
    Header,
    Line,
    Member,
    Note,
    check_of,
    commitment,
    members_digest,
    seal_line,
)
from custseg.journal.encoding import Content, Encoded
from custseg.journal.entries import Batch
from custseg.journal.storing import Share, Store
from custseg.periods import day_of, to_date

__all__ = ["Draft", "Recorded", "contradictions", "recorded_under", "salts_of", "same"]

_FEW = 100
"""Up to this many customers are looked up one by one; beyond, the whole key is read."""

_SHOWN = 10
"""Contradictions that an error lists; the others are counted."""

_SALT = 16
"""Bytes of a salt."""

Draw = Callable[[int], bytes]
"""Gives a number of random bytes."""


class Recorded(NamedTuple):
    """What stands for one customer under a kind and key: the last version of it."""

    root: int  # the number of its first version
    header: Header
    line: Line
    check: int | None  # where the inputs were not kept


def recorded_under(
    store: Store, kind: str, key: str, tokens: Sequence[int]
) -> dict[int, Recorded]:
    """Return what is recorded of some customers under a kind and key."""
    headers = {header.number: header for header in store.headers_of(kind, key)}
    if not headers or not tokens:
        return {}
    shares: Iterable[Share]
    if len(tokens) <= _FEW:
        shares = store.shares(tokens)
    else:
        parts = (shares_of(store, header) for header in headers.values())
        shares = chain.from_iterable(chain.from_iterable(parts))
    asked = set(tokens)
    return {  # by number, so that the last version stays
        subject: Recorded(
            line.corrects or line.number, headers[line.batch], line, check
        )
        for subject, line, check in shares
        if subject in asked and line.batch in headers
    }


def same(one: Encoded, recorded: Recorded, batch: Batch) -> bool:
    """Tell whether a decision is recorded already, alike in everything."""
    header, line = recorded.header, recorded.line
    if (header.policy, header.fitted) != (batch.policy, batch.fitted):
        return False
    if header.valid_day != day_of(batch.valid_on) or one.content != _content(line):
        return False
    if one.check is None and recorded.check is None:
        return one.inputs == line.inputs
    return one.seen == _seen(recorded)


def _content(line: Line) -> Content:
    return line.before, line.after, line.action, line.reasons, line.state


def _seen(recorded: Recorded) -> int:
    if recorded.check is None:
        return check_of(recorded.line.inputs)
    return recorded.check


def contradictions(
    others: Sequence[tuple[Encoded, Recorded]], batch: Batch
) -> list[Problem]:
    """Return what differs: of the whole batch, then of the first customers."""
    key = f"{batch.kind} {batch.key}"
    problems = []
    named: Mapping[str, Callable[[Header], str]] = {
        "policy": lambda header: header.policy,
        "fitted": lambda header: header.fitted,
        "valid_on": lambda header: to_date(header.valid_day).isoformat(),
    }
    for name, of in named.items():
        new = str(getattr(batch, name))
        old = sorted({of(recorded.header) for _, recorded in others} - {new})
        if old:
            problems.append(
                Problem(
                    f"{key} is recorded with another {name}",
                    where=f"batch.{name}",
                    got=new or "none",
                    allowed=" or ".join(one or "none" for one in old),
                )
            )
    differing = [(one, said) for one, rec in others if (said := _told(one, rec))]
    differing.sort(key=lambda pair: pair[0].customer)
    problems += [
        Problem(
            f"{key} is recorded with another decision",
            where=f"customer {one.customer}",
            got="; ".join(said),
        )
        for one, said in differing[:_SHOWN]
    ]
    if len(differing) > _SHOWN:
        rest = len(differing) - _SHOWN
        problems.append(Problem(f"and {rest} more customers with another decision"))
    many = f"{len(others)} customers"
    last = Problem(
        f"{key} is recorded already for {'1 customer' if len(others) == 1 else many},"
        " and nothing was written",
        hint="commit with corrections=True to record what came now beside it",
    )
    return [*problems, last]


def _told(one: Encoded, recorded: Recorded) -> list[str]:
    """Return in what a decision differs from what is recorded, in words."""
    said = []
    line = recorded.line
    for at, name in enumerate(("tier before", "tier after", "action")):
        new, old = one.content[at], _content(line)[at]
        if new != old:
            said.append(f"{name} {_shown(new)} instead of {_shown(old)}")
    if one.content[3] != line.reasons:
        said.append(f"reasons {one.content[3]} instead of {line.reasons}")
    said += _fields_told("state", one.content[4], line.state)
    if one.seen != _seen(recorded):
        if recorded.check is None and one.check is None:
            said += _fields_told("inputs", one.inputs, line.inputs)
        else:
            said.append("other inputs, of which only a check was kept")
    return said


def _fields_told(name: str, new: str, old: str) -> list[str]:
    if new == old:
        return []
    now, was = json.loads(new), json.loads(old)
    return [
        f"{name}.{key} {_of(now, key)} instead of {_of(was, key)}"
        for key in sorted({**was, **now})
        if _of(now, key) != _of(was, key)
    ]


def _of(data: Mapping[str, Any], key: str) -> str:
    return json.dumps(data[key]) if key in data else "nothing"


def _shown(code: str | None) -> str:
    return "none" if code is None else code


def salts_of(count: int, draw: Draw) -> Iterator[str]:
    """Yield fresh salts."""
    drawn = draw(_SALT * count)
    for at in range(0, _SALT * count, _SALT):
        yield drawn[at : at + _SALT].hex()


@frozen(eq=False)
class Draft:
    """The rows of a commit, made as they are written.

    Parameters
    ----------
    written : list of (token, corrects, Encoded)
        What is to be written. The rows go by token, so that neither the order of the
        batch nor that of the customers' ids can be read from the chain.
    first : int
        The number of the header.
    draw : callable
        Gives random bytes, for salts.
    """

    written: list[tuple[int, int, Encoded]]
    first: int
    draw: Draw
    members: list[Member] = field(factory=list, init=False)
    notes: list[Note] = field(factory=list, init=False)
    _alone: list[tuple[int, int, Encoded]] = field(factory=list, init=False)
    _shared: list[tuple[Line, int]] = field(factory=list, init=False)

    def __attrs_post_init__(self) -> None:
        shared: list[tuple[int, int, Encoded]] = []
        for row in sorted(self.written, key=itemgetter(0)):
            (self._alone if row[2].check is None else shared).append(row)

        def alike(row: tuple[int, int, Encoded]) -> tuple[object, ...]:
            before, after, *rest = row[2].content
            return row[1], before or "", after or "", *rest

        shared.sort(key=alike)  # stable: tokens stay in order
        number = self.first + len(self._alone)
        for _, group in groupby(shared, key=alike):
            number += 1
            rows = list(group)
            pairs = [(token, one.seen) for token, _, one in rows]
            self.members.extend(Member(number, *pair) for pair in pairs)
            _, corrects, one = rows[0]
            self._shared.append(
                (self._line(number, 0, corrects, one, members_digest(pairs)), len(rows))
            )

    @property
    def entries(self) -> int:
        """How many lines there are."""
        return len(self._alone) + len(self._shared)

    @property
    def corrections(self) -> int:
        """How many of the lines correct others."""
        alone = sum(corrects > 0 for _, corrects, _ in self._alone)
        return alone + sum(line.corrects > 0 for line, _ in self._shared)

    def _note(self, number: int, text: str) -> str:
        """Keep a text beside the chain; return what the chain holds of it."""
        (salt,) = salts_of(1, self.draw)
        self.notes.append(Note(number, salt, text))
        return commitment(text, salt)

    def lines(self, previous: bytes) -> Iterator[Line]:
        """Yield the lines in order, each sealed with the one before."""
        number = self.first
        for token, corrects, one in self._alone:
            number += 1
            line = self._line(number, token, corrects, one, "")
            if one.note:
                line = line._replace(note=self._note(number, one.note))
            line = seal_line(line, previous)
            previous = line.hash
            yield line
        for line, count in self._shared:
            sealed = seal_line(line._replace(members=count), previous)
            previous = sealed.hash
            yield sealed

    def _line(
        self, number: int, token: int, corrects: int, one: Encoded, digest: str
    ) -> Line:
        before, after, action, reasons, state = one.content
        inputs = one.inputs or "{}"
        return Line(
            number, self.first, token, corrects, before, after, action, reasons,
            inputs, state, 0, digest, "", b"", b"",
        )  # fmt: skip
