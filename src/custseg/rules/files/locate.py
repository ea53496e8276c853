"""Where in a TOML text each key and value stands.

The standard library reads TOML but does not say on which line it found a value, and a
person with a file of four hundred lines wants to see the line. This scanner goes over
a text that ``tomllib`` has accepted and notes the place of every key and value; it
understands no more of TOML than that takes.

Limits: only texts that are valid TOML, with line feeds only at the ends of lines.
"""

from __future__ import annotations

import re
import tomllib
from typing import Final

from attrs import frozen

from custseg.rules.expression.spots import Span, excerpt
from custseg.rules.paths import Path

__all__ = ["Spot", "line_at", "locate", "numbered"]

_BLANK: Final = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_KEY: Final = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|[A-Za-z0-9_-]+')
_DOT: Final = re.compile(r"[ \t]*\.[ \t]*")
_EQUALS: Final = re.compile(r"[ \t]*=[ \t]*")
_CLOSE: Final = re.compile(r"[ \t]*\]{1,2}")
_TEXT: Final = re.compile(
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}'
    r"|'''(?:[^']|'{1,2}(?!'))*'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_PLAIN: Final = re.compile(r"[^,\]}\n#]*")


@frozen
class Spot:
    """Where a key and its value stand, in characters from the start of the text.

    Parameters
    ----------
    key : tuple of int
        Start and end of the key; of the value in a list.
    value : tuple of int
        Start and end of the value. Of a table with a header, those of its name there.
    """

    key: Span
    value: Span


def locate(text: str) -> dict[Path, Spot]:
    r"""Return the place of every key and value of a TOML text.

    Parameters
    ----------
    text : str
        TOML that ``tomllib`` accepts.

    Returns
    -------
    dict of path to Spot

    Examples
    --------
    >>> text = '[[tiers]]\ncode = "A"'
    >>> spot = locate(text)["tiers", 0, "code"]
    >>> text[slice(*spot.key)], text[slice(*spot.value)]
    ('code', '"A"')
    """
    return _Scanner(text).spots


def line_at(text: str, place: int) -> tuple[int, str]:
    r"""Return the number of the line, from 1, that holds a place, and the line.

    Examples
    --------
    >>> line_at("a = 1\nb = 2", 8)
    (2, 'b = 2')
    """
    first = text.rfind("\n", 0, place) + 1
    last = text.find("\n", place)
    return text.count("\n", 0, place) + 1, text[first : None if last < 0 else last]


def numbered(text: str, start: int, end: int) -> str:
    r"""Return the line that holds a spot with its number, and the spot underlined.

    Examples
    --------
    >>> print(numbered("a = 1\nb = 2", 10, 11))
        2 | b = 2
          |     ^
    """
    number, _ = line_at(text, start)
    line, _, mark = excerpt(text, start, end).partition("\n")
    return f"{number:5} | {line}\n      | {mark}"


class _Scanner:
    """One pass over a text; stops quietly where it understands nothing."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.spots: dict[Path, Spot] = {}
        self.lengths: dict[Path, int] = {}
        self.place = 0
        self.document()

    def document(self) -> None:
        table: Path = ()
        self.skip(_BLANK)
        while self.place < len(self.text):
            start = self.place
            if self.text.startswith("[", self.place):
                table = self.header()
            else:
                self.pair(table)
            self.skip(_BLANK)
            if self.place == start:
                return

    def skip(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.place)
        if found is None:
            return ""
        self.place = found.end()
        return found[0]

    def keys(self) -> list[tuple[str, Span]]:
        """Read a key with all its dotted parts."""
        parts = []
        while True:
            start = self.place
            raw = self.skip(_KEY)
            name = (
                tomllib.loads(f"key = {raw}")["key"] if raw[:1] in {'"', "'"} else raw
            )
            parts.append((name, (start, self.place)))
            if not raw or not self.skip(_DOT):
                return parts

    def header(self) -> Path:
        in_list = self.text.startswith("[[", self.place)
        self.place += 2 if in_list else 1
        self.skip(_BLANK)
        keys = self.keys()
        path: Path = ()
        for name, span in keys[:-1]:
            path = self.entered((*path, name), span)
        name, span = keys[-1]
        path = (*path, name)
        self.spots.setdefault(path, Spot(span, span))
        if in_list:
            self.lengths[path] = self.lengths.get(path, 0) + 1
            path = (*path, self.lengths[path] - 1)
            self.spots[path] = Spot(span, span)
        else:
            self.spots[path] = Spot(span, span)
        self.skip(_CLOSE)
        return path

    def entered(self, path: Path, span: Span) -> Path:
        """Go into a table, or into the last one of a list of tables."""
        self.spots.setdefault(path, Spot(span, span))
        return (*path, self.lengths[path] - 1) if path in self.lengths else path

    def pair(self, table: Path) -> None:
        keys = self.keys()
        path = table
        for name, span in keys[:-1]:
            path = (*path, name)
            self.spots.setdefault(path, Spot(span, span))
        name, span = keys[-1]
        if self.skip(_EQUALS):
            self.value((*path, name), span)

    def value(self, path: Path, key: Span | None = None) -> None:
        start = self.place
        opening = self.text[start : start + 1]
        if opening == "[":
            self.items(path)
        elif opening == "{":
            self.pairs(path)
        elif not self.skip(_TEXT):
            self.place = start + len(self.skip(_PLAIN).rstrip())
        span = (start, self.place)
        self.spots[path] = Spot(key or span, span)

    def items(self, path: Path) -> None:
        self.place += 1
        count = 0
        self.skip(_BLANK)
        while self.text[self.place : self.place + 1] not in {"]", ""}:
            start = self.place
            self.value((*path, count))
            count += 1
            self.separator(start)
        self.place += 1

    def pairs(self, path: Path) -> None:
        self.place += 1
        self.skip(_BLANK)
        while self.text[self.place : self.place + 1] not in {"}", ""}:
            start = self.place
            self.pair(path)
            self.separator(start)
        self.place += 1

    def separator(self, start: int) -> None:
        self.skip(_BLANK)
        if self.text.startswith(",", self.place):
            self.place += 1
        self.skip(_BLANK)
        if self.place == start:  # nothing understood: do not stand still
            self.place = len(self.text)
