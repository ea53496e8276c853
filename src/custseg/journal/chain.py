"""The chain of a journal: what is hashed, how, and how a person can still be forgotten.

Every row of a journal carries the SHA-256 of the row before it and of itself, so one
number, the *head*, stands for all that was ever written: nothing can be altered, taken
out, put in or moved without the head changing. A commit is a :class:`Header` and the
:class:`Line` rows that follow it. Customers who share one decision in every detail
share one line; who they are stands in :class:`Member` rows, and the line holds the
digest of those.

What names a person is kept beside the chain and can be erased. A customer or an author
goes by a token, the beginning of the SHA-256 of a salt and the name; a reason in words
by a commitment made the same way. With the salt gone nobody can get back from the token
to the name, not even by trying every name; as long as it is there, a swapped name or an
edited reason is noticed like any other change.

The hash of a row is taken over its values as a JSON array: ASCII, keys sorted, no
blanks. Limits: whoever can write the whole file can write a whole new chain, and rows
cut off at the end leave a sound shorter one. Only a head kept elsewhere tells.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Any, Literal, NamedTuple

from attrs import frozen

from custseg.errors import Problem, SettingError

__all__ = [
    "ORIGIN",
    "Head",
    "Header",
    "Line",
    "Member",
    "Note",
    "Role",
    "Subject",
    "canonical",
    "check_of",
    "commitment",
    "line_hash",
    "members_digest",
    "seal_header",
    "seal_line",
    "sound_header",
    "sound_line",
    "token_of",
]

_FORMAT = "custseg-journal-1"

Role = Literal["customer", "author"]
"""In which capacity somebody is known; a customer and an author are never one."""

ORIGIN = bytes(32)
"""What stands in the place of the hash before the first row."""


@frozen
class Head:
    """The last row of a journal: its number and hash stand for everything before it.

    Parameters
    ----------
    number : int, >= 0
        0 where nothing was written yet.
    hash : str
        SHA-256 in 64 hexadecimal digits.

    Examples
    --------
    >>> head = Head.parse("2:" + "ab" * 32)
    >>> head.number, str(head)[:8]
    (2, '2:ababab')
    """

    number: int = 0
    hash: str = ORIGIN.hex()

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"

    @classmethod
    def parse(cls, text: str) -> Head:
        """Read a head as ``str(head)`` wrote it, to be kept outside the journal.

        Raises
        ------
        SettingError
            When the text is something else.
        """
        found = _HEAD.fullmatch(text.strip())
        if found is None:
            raise SettingError(
                Problem(
                    "this is no head of a journal",
                    where="head",
                    got=repr(text[:80]),
                    allowed="the number, a colon and 64 hexadecimal digits",
                )
            )
        return cls(int(found["number"]), found["hash"])


_HEAD = re.compile(r"(?P<number>[0-9]{1,18}):(?P<hash>[0-9a-f]{64})", re.ASCII)


class Header(NamedTuple):
    """The row that begins a commit: what was decided on, when, by which policy."""

    number: int
    kind: str
    key: str
    valid_day: int
    recorded_at: str  # ISO 8601, UTC, with microseconds: texts sort as moments do
    policy: str
    fitted: str
    entries: int  # lines that follow
    corrections: int  # of them
    author: int  # token, 0 where nobody is named
    previous: bytes
    hash: bytes


class Line(NamedTuple):
    """A row that says what was decided, for one customer or for many alike."""

    number: int
    batch: int  # the number of its header
    subject: int  # token; 0 where members share the line
    corrects: int  # number of the line whose decision this one replaces, or 0
    before: str | None
    after: str | None
    action: str
    reasons: str  # canonical JSON list
    inputs: str  # canonical JSON object
    state: str  # canonical JSON object
    members: int  # how many share the line, 0 for a line of one customer
    digest: str  # of the members
    note: str  # commitment, "" where there is none
    previous: bytes
    hash: bytes


class Member(NamedTuple):
    """One of the customers who share a line, and the check of what decided on it."""

    number: int
    subject: int
    check: int


class Subject(NamedTuple):
    """Who a token is: a customer by id, or an author by name. Erasable."""

    subject: int
    role: Role
    name: str
    salt: str


class Note(NamedTuple):
    """The reason in words that was given for a line. Erasable."""

    number: int
    salt: str
    text: str


canonical: Callable[[object], str] = json.JSONEncoder(
    ensure_ascii=True, allow_nan=False, sort_keys=True, separators=(",", ":")
).encode
"""Write plain data in the one form that is hashed."""


def token_of(role: Role, name: str, salt: str) -> int:
    """Return the token of a person: 63 bits that say nothing without the salt.

    Examples
    --------
    >>> token_of("customer", "C7", "00ff") != token_of("customer", "C7", "00fe")
    True
    """
    hashed = sha256(f"{salt}:{role}:{name}".encode()).digest()
    return int.from_bytes(hashed[:8]) >> 1


def commitment(text: str, salt: str) -> str:
    """Return what the chain holds in the place of a text that can be erased."""
    return sha256(f"{salt}:{text}".encode()).hexdigest()


def check_of(inputs: str) -> int:
    """Return 48 bits that tell whether what decided was the same another time.

    Enough to notice other data (an equal check by chance: one in 3e14), and six bytes
    in a row where a whole set of inputs takes hundreds.
    """
    return int.from_bytes(sha256(inputs.encode()).digest()[:6])


def members_digest(members: Iterable[tuple[int, int]]) -> str:
    """Return the digest of the customers who share a line, with their checks.

    Parameters
    ----------
    members : iterable of (token, check)
        In ascending order of tokens.
    """
    text = ",".join(f"{subject}:{check}" for subject, check in members)
    return sha256(text.encode()).hexdigest()


def seal_header(header: Header, previous: bytes) -> Header:
    """Return a header with the hashes it has after the row with this hash."""
    values = [_FORMAT, previous.hex(), *header[:-2]]
    return header._replace(
        previous=previous, hash=sha256(canonical(values).encode()).digest()
    )


def line_hash(line: Line, previous: bytes) -> bytes:
    """Return the hash that a line has after the row with this hash.

    The JSON is put together by hand, because this runs once per customer. All texts are
    codes by then, and need no escapes; :func:`sound_line` does the same from the values
    and holds for any text.
    """
    (number, batch, subject, corrects, before, after, action, reasons, inputs, state,
     members, digest, note, _, _) = line  # fmt: skip
    was = "null" if before is None else f'"{before}"'
    now = "null" if after is None else f'"{after}"'
    text = (
        f'["{previous.hex()}",{number},{batch},{subject},{corrects},{was},{now},'
        f'"{action}",{reasons},{inputs},{state},{members},"{digest}","{note}"]'
    )
    return sha256(text.encode()).digest()


def seal_line(line: Line, previous: bytes) -> Line:
    """Return a line with the hashes it has after the row with this hash."""
    return Line._make((*line[:-2], previous, line_hash(line, previous)))


def sound_header(header: Header, previous: bytes) -> bool:
    """Tell whether a header is what was written after the row with this hash."""
    return header == seal_header(header, previous)


def sound_line(line: Line, previous: bytes) -> bool:
    """Tell whether a line is what was written after the row with this hash.

    Its JSON must be the canonical one: otherwise a shifted comma could pass.
    """
    try:
        parts: list[Any] = [json.loads(text) for text in line[7:10]]
        if [canonical(part) for part in parts] != list(line[7:10]):
            return False
    except (TypeError, ValueError, RecursionError):
        return False
    values = [previous.hex(), *line[:7], *parts, *line[10:13]]
    hashed = sha256(canonical(values).encode()).digest()
    return line.previous == previous and line.hash == hashed
