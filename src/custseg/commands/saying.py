"""Write lines to a terminal, whatever it can show, and in the words of its options.

An error says what to pass to a function; who works on the command line needs the option
that does the same. The method: the few spellings of arguments in errors are replaced
here, in one place. What the user's own data or files hold is left alone.
"""

from __future__ import annotations

import re
import sys
from functools import partial
from typing import Final, TextIO

from attrs import evolve

from custseg.contract import TABLES
from custseg.errors import CustsegError, Problem

__all__ = ["in_options", "say", "tell"]

_PLACES: Final = {
    "Columns": "--column",
    "columns": "--column",
    "Treatments": "--treat",
    "quality": "--treat",
    "Seller": "--seller",
    "Site": "--seller",
    "as_of": "--as-of",
    "on": "--on",
    "tier": "--tier",
    "reason": "--reason",
    "author": "--author",
    "recorded_at": "--recorded-at",
    "currency": "--currency",
    "time_zone": "--time-zone",
    "date_format": "--date-format",
    "thousands": "--thousands",
    "decimal": "--decimal",
    "total": "--total",
    "dates": "--from",
    "until": "--until",
    "head": "--head",
}
"""Arguments by the name under which an error speaks of them."""

_TABLES: Final = {name: f"--{name}" for name in TABLES if name != "sales"}
"""Tables, where an error speaks of one as a whole."""

_TEXT: Final = r"""(?:'([^']*)'|"([^"]*)")"""
_AS_NUMBERS: Final = (
    "mend the data, say --thousands , where commas group digits, --decimal , where "
    "they begin the decimals or --decimal . where points do, or choose "
)

_SPELLINGS: Final = (
    (r"(?:quality=)?Treatments\((\w+)=" + _TEXT + r"\)", "--treat {0}={1}"),
    (r"(?:columns=)?Columns\((\w+)=" + _TEXT + r"\)", "--column {0}={1}"),
    (r"(?:columns=)?Columns\((\w+)=\.\.\.\)", "--column {0}=..."),
    (
        r"\ba name given with Columns holds for every table",
        "in one table only it is --column invoices.amount=...",
    ),
    (r"\bwith Columns\b", "with --column"),
    (r"\bmake the ledger with currency=" + _TEXT, "say --currency {0}"),
    (r"\bcurrency=\.\.\.", "--currency ..."),
    (r"\b(currency|time_zone|date_format|as_of)=" + _TEXT, "--{0} {1}"),
    (r"\banother (date_format)\b", "another --{0}"),
    (r"\b(corrections|first)=True\b", "--{0}"),
    (
        r"^call scrub\(\) again when they are done$",
        "when they are done, call open_journal(...).scrub() in Python",
    ),
    (rf"\b({'|'.join(_TABLES)})=\.\.\.", "--{0} FILE"),
    (
        r"^save the file in UTF-8, or read it with pandas and pass the frame$",
        "save the file in UTF-8, or say how it was saved, such as --encoding GBK",
    ),
    (
        r"^rename the columns, or read it with pandas and pass the frame$",
        "say which, such as --delimiter ';'",
    ),
    (r"^check the path, or begin one with create=True$", "check the path"),
    (r"^name one: (.+)$", "name one: {0}"),
    (
        r"^mend the data, (?:or say to pandas .*)?or choose (?=.*unparseable_amount)",
        _AS_NUMBERS,
    ),
)
"""Spellings of arguments in what to do next, and the options that do the same."""


def say(text: str, stream: TextIO | None = None) -> None:
    """Write a line; what a narrow terminal cannot show becomes a question mark."""
    stream = stream or sys.stdout
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "replace").decode(encoding) + "\n")


def tell(text: str) -> None:
    """Write a line to standard error."""
    say(text, sys.stderr)


def in_options(error: CustsegError) -> str:
    """Return an error in the words of the command line.

    Examples
    --------
    >>> hint = "mend the data, or choose quality=Treatments(trimmed_id='keep')"
    >>> in_options(CustsegError(Problem("blanks", where="Columns.date", hint=hint)))
    '--column date: blanks; mend the data, or choose --treat trimmed_id=keep'
    """
    return str(CustsegError(*map(_in_options, error.problems)))


def _in_options(problem: Problem) -> Problem:
    head, _, rest = problem.where.partition(".")
    where = _TABLES.get(problem.where, problem.where)
    if head in _PLACES:
        where = f"{_PLACES[head]} {rest}".strip()
    hint = problem.hint
    for spelling, option in _SPELLINGS:
        hint = re.sub(spelling, partial(_filled, option), hint)
    return evolve(problem, where=where, hint=hint)


def _filled(option: str, found: re.Match[str]) -> str:
    """Return an option with what was found; with quotes where a shell needs them."""
    words = [one for one in found.groups() if one is not None]
    if "--{0}" in option:
        words[0] = words[0].replace("_", "-")
    said = option.format(*words)
    head, equals, value = said.partition("=")
    if not re.search(r"[\s&|;<>()$`*?!]", words[-1] if words else ""):
        return said
    if equals and value == words[-1]:
        return f'{head}="{value}"'
    return said.removesuffix(words[-1]) + f'"{words[-1]}"'
