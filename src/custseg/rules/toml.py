"""TOML in and out, with exact decimals and faults that a person can mend.

People write policies in whatever editor they have, so the faults of the text as a
whole get sentences of their own: a wrong encoding, a quote that is not closed, the
same key twice. Writing covers what a policy can hold, and nothing else of TOML.

Limits: at most a megabyte, and twenty thousand characters in a line, which keeps
hostile texts from taking long.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from unicodedata import category

from custseg.errors import PolicyError, Problem
from custseg.rules.locate import numbered
from custseg.rules.reading import shown

__all__ = ["LARGEST", "decode", "read_toml", "write_toml"]

LARGEST: Final = 1_000_000
"""The most bytes of a policy file."""

_LONGEST_LINE: Final = 20_000
_PLACE: Final = re.compile(
    r"^(?P<said>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of .*)\)$",
    re.DOTALL,
)

# What tomllib says, beginning with ..., and what a person is told.
_FAULTS: Final = (
    ("Cannot overwrite", "this key is there twice", "keep one of the two"),
    ("Cannot declare", "this table is there twice",
     "put all its keys under one header"),
    ("Cannot mutate immutable", "this table is closed already",
     "put all its keys into one place"),
    ("Cannot redefine namespace", "this table is there twice, in two ways",
     "put all its keys into one place"),
    ("Duplicate inline table key", "this key is there twice", "keep one of the two"),
    ("Expected '=' after a key", "there is no '=' after the key",
     "write key = value; a remark begins with '#'"),
    ("Invalid initial character for a key part", "no key can begin like this",
     "a key is written with a-z, 0-9 and _"),
    ("Invalid statement", "this is neither a key, a table nor a remark",
     "write key = value; a remark begins with '#'"),
    ("Invalid value", "this is no value",
     "a text stands in straight quotes; numbers, true and false do not"),
    ("Expected newline or end of document", "something follows the value",
     "a text stands in one pair of straight quotes; a remark begins with '#'"),
    ("Unterminated string", "the text is not closed", "add the closing quote"),
    ("Expected \"'\"", "the text is not closed", "add the closing quote"),
    ("Illegal character", "this character cannot stand here",
     "close the text before the end of its line; delete hidden characters"),
    ("Unescaped '\\'", "a '\\' in a text has a meaning of its own",
     "write it twice, or put the text in single quotes"),
    ("Found invalid character", "this character cannot stand here",
     "a remark or text has no control characters: delete it"),
    ("Expected ']", "the header of the table is not closed",
     "write [table], or [[table]] for one of several"),
    ("Expected ']]'", "the header of the table is not closed", "write [[table]]"),
    ("Unclosed array", "the list is not closed", "add ']'"),
    ("Unclosed inline table", "the table is not closed on its line", "add '}'"),
    ("Invalid date or datetime", "there is no such date", "write it as 2026-01-31"),
)  # fmt: skip


def decode(raw: bytes, *, name: str) -> str:
    """Return the text of a policy file.

    Parameters
    ----------
    raw : bytes
        At most :data:`LARGEST`; one more to show that the file is larger.
    name : str
        What to call the file.

    Returns
    -------
    str

    Raises
    ------
    PolicyError
        When the file is too large, or no UTF-8 without a byte order mark.

    Examples
    --------
    >>> decode("价值".encode(), name="mine.toml")
    '价值'
    """
    if len(raw) > LARGEST:
        raise PolicyError(
            Problem(
                "the file is too large for a policy",
                where=name,
                allowed=f"at most {LARGEST:,} bytes",
            )
        )
    hint = "save it as UTF-8 without a byte order mark (BOM)"
    for mark, encoding in (
        (b"\xef\xbb\xbf", "a byte order mark"),
        (b"\xff\xfe", "the mark of UTF-16"),
        (b"\xfe\xff", "the mark of UTF-16"),
    ):
        if raw.startswith(mark):
            raise PolicyError(
                Problem(f"the file begins with {encoding}", where=name, hint=hint)
            )
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise PolicyError(
            Problem(
                "the file is not in UTF-8",
                where=f"{name}, line {line}",
                got=f"the byte 0x{raw[error.start]:02x}",
                hint="save it as UTF-8",
            )
        ) from None


def read_toml(text: str, *, name: str) -> dict[str, Any]:
    """Read TOML with exact decimals.

    Parameters
    ----------
    text : str
        With line feeds only at the ends of lines.
    name : str
        What to call the file.

    Returns
    -------
    dict

    Raises
    ------
    PolicyError
        When it is empty, too large or no TOML; with the line.

    Examples
    --------
    >>> read_toml("share = 0.8", name="mine.toml")
    {'share': Decimal('0.8')}
    """
    _refuse_odd_size(text, name)
    try:
        return tomllib.loads(text, parse_float=_decimal)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(_fault(str(error), text, name)) from None
    except RecursionError:
        what = "lists or tables stand in one another too deep"
        raise PolicyError(Problem(what, where=name)) from None
    except ValueError as error:  # a whole number of thousands of digits, a wild date
        what = "a number or date in it is too large to be read"
        raise PolicyError(
            Problem(what, where=name, allowed="at most 15 digits")
        ) from error


def _refuse_odd_size(text: str, name: str) -> None:
    if not text.strip():
        hint = "begin with schema = 1"
        raise PolicyError(Problem("the file is empty", where=name, hint=hint))
    if len(text) > LARGEST:
        raise PolicyError(
            Problem(
                "the text is too large for a policy",
                where=name,
                got=f"{len(text):,} characters",
                allowed=f"at most {LARGEST:,}",
            )
        )
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > _LONGEST_LINE:
            raise PolicyError(
                Problem(
                    "the line is too long",
                    where=f"{name}, line {number}",
                    got=f"{len(line):,} characters",
                    allowed=f"at most {_LONGEST_LINE:,}",
                )
            )


def _decimal(written: str) -> Decimal:
    try:
        return Decimal(written)
    except InvalidOperation:  # an exponent beyond all bounds; refused with its path
        return Decimal("Infinity")


def _fault(message: str, text: str, name: str) -> Problem:
    found = _PLACE.match(message)
    said = found["said"] if found else message
    what, hint = "this is not TOML: " + shown(said), ""
    for beginning, words, advice in _FAULTS:
        if said.startswith(beginning):
            what, hint = words, advice
            break
    lines = text.split("\n")
    if found is None or found["line"] is None:
        number = next((n for n in range(len(lines), 0, -1) if lines[n - 1].strip()), 1)
        column = len(lines[number - 1]) + 1
    else:
        number, column = int(found["line"]), int(found["column"])
    start = sum(len(line) + 1 for line in lines[: number - 1]) + column - 1
    return Problem(
        what,
        where=f"{name}, line {number}",
        hint=hint,
        excerpt=numbered(text, start, start + 1),
    )


def write_toml(data: Mapping[str, Any]) -> str:
    """Write plain tables as TOML.

    Parameters
    ----------
    data : mapping
        Of texts, numbers, flags, tables and lists.

    Returns
    -------
    str

    Examples
    --------
    >>> print(write_toml({"schema": 1, "tiers": [{"code": "A", "title": {"en": "A"}}]}))
    schema = 1
    <BLANKLINE>
    [[tiers]]
    code = "A"
    title = { en = "A" }
    <BLANKLINE>
    """
    return "\n".join(_lines(data, "")).lstrip("\n") + "\n"


def _lines(table: Mapping[str, Any], path: str) -> list[str]:
    lines, later = [], []
    for key, value in table.items():
        inner = f"{path}.{_key(key)}" if path else _key(key)
        if isinstance(value, Mapping) and _has_header(inner):
            own = _lines(value, inner)
            # A table that only holds tables with headers needs none itself.
            later += own if own[:1] == [""] else ["", f"[{inner}]", *own]
        elif _is_tables(value) and _has_header(inner):
            for row in value:
                later += ["", f"[[{inner}]]", *_lines(row, inner)]
        else:
            lines.append(f"{_key(key)} = {_value(value)}")
    return lines + later


def _has_header(path: str) -> bool:
    """Say whether a table gets a header: titles, bins and thresholds stay in a line."""
    return not path.startswith("thresholds.") and not path.endswith((".title", ".bins"))


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(row, Mapping) for row in value)


def _value(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _text(value)
        case int():
            return str(value)
        case Mapping():
            pairs = (f"{_key(key)} = {_value(one)}" for key, one in value.items())
            return f"{{ {', '.join(pairs)} }}"
        case list():
            between = ",\n  " if _is_tables(value) else ", "
            return f"[{between.join(map(_value, value))}]"
    return f"{Decimal(repr(value)):f}"


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _text(key)


def _text(text: str) -> str:
    escaped = (
        _ESCAPES.get(c) or (f"\\U{ord(c):08x}" if category(c)[0] == "C" else c)
        for c in text
    )
    return f'"{"".join(escaped)}"'


_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
