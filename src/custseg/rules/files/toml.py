"""Read TOML with exact decimals, and with faults that a person can mend.

People write policies in whatever editor they have, so the faults of the text as a
whole get sentences of their own: a wrong encoding, a quote that is not closed, the
same key twice.

Limits: at most a megabyte, and twenty thousand characters in a line, which keeps
hostile texts from taking long.
"""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from unicodedata import category, normalize

from custseg.errors import PolicyError, Problem
from custseg.rules.describing import shown
from custseg.rules.files.locate import numbered

__all__ = ["LARGEST", "decode", "read_toml"]

LARGEST: Final = 1_000_000
"""The most bytes of a policy file."""

_CURLY: Final = frozenset("\u201c\u201d\u2018\u2019")
_LONGEST_LINE: Final = 20_000
# Fifty parts and more with dots between them; tomllib would take long over thousands.
_ENDLESS_KEY: Final = re.compile(
    r"""(?<![\w-])(?:(?>[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){50}"""
)
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
        line = _line_with(text, r"[\[{]")
        hint = "write tables under headers of their own"
        raise PolicyError(
            Problem(what, where=f"{name}, line {line}", hint=hint)
        ) from None
    except ValueError as error:  # a whole number of thousands of digits, a wild date
        what = "a number or date is too large to be read"
        where = f"{name}, line {_line_with(text, '[0-9]')}"
        allowed = "at most 15 digits"
        raise PolicyError(Problem(what, where=where, allowed=allowed)) from error


def _line_with(text: str, pattern: str) -> int:
    """Return the number of the line in which a pattern is found most often."""
    counts = [len(re.findall(pattern, line)) for line in text.split("\n")]
    return counts.index(max(counts)) + 1


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
        if _ENDLESS_KEY.search(line):
            what = "the key is too long"
            hint = "a key has a few parts with dots between them"
            where = f"{name}, line {number}"
            raise PolicyError(Problem(what, where=where, hint=hint))


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
    what, hint = _plainer(text, start, lines[number - 1]) or (what, hint)
    return Problem(
        what,
        where=f"{name}, line {number}",
        hint=hint,
        excerpt=numbered(text, start, start + 1),
    )


def _plainer(  # noqa: PLR0911 - one per slip
    text: str, place: int, line: str
) -> tuple[str, str] | None:
    """Return what is wrong, and a hint, where one look at the spot tells it."""
    if text.lstrip().startswith("{"):
        return "this is JSON, and a policy is written in TOML", "write schema = 1"
    sign = text[place : place + 1]
    if sign in {"", "\n"}:
        return _plainer_at_end(line)
    if category(sign)[0] == "C":
        return f"the hidden character U+{ord(sign):04X} cannot stand here", "delete it"
    if sign in _CURLY:
        return f"{sign} is no quote in TOML", 'write the straight quote "'
    plain = normalize("NFKC", sign)
    if plain.isascii() and not sign.isascii():
        return f"'{sign}' is a full-width character", f"write the plain '{plain}'"
    if sign == "%":
        return "a number cannot be followed by '%'", "write 80 % as 0.8"
    if sign == "," and text[place - 1].isdigit():
        advice = "write 1,000 as 1_000, and 0,5 as 0.5"
        return "a number cannot have a comma in it", advice
    is_python = text.startswith(("True", "False"), place)
    advice = "write true and false in small letters"
    return ("this is no value", advice) if is_python else None


def _plainer_at_end(line: str) -> tuple[str, str] | None:
    if line.startswith("[") and line.rstrip().endswith("]"):
        advice = "write [name] once, or [[name]] each time for one of several"
        return "this table is there already", advice
    if line.count('"') % 2:
        return "the text is not closed", "add the closing quote"
    if line.count("{") > line.count("}"):
        advice = "write { key = value, key = value } on one line"
        return "a table in braces has to stand on one line", advice
    return None
