"""Cut an expression into its words, numbers, texts and signs.

What a person is likely to type by habit - a fullwidth bracket, ``&&``, a single
``=``, a capital letter - is refused with the spelling that is meant. Characters that
cannot be seen (zero-width ones, those that turn the direction of writing) are refused
by name, also inside quotes: an expression must do what it appears to do.

Limits: a text in quotes has no escapes and ends on its line; a number has at most 40
digits; an expression has at most 4,000 characters. At most ten problems are listed.
"""

from __future__ import annotations

import re
from typing import Final, Literal
from unicodedata import category, name, normalize

from attrs import frozen

from custseg.errors import ExpressionError, Problem
from custseg.rules.expression.spots import Span, problem_at

__all__ = ["FOREIGN_WORDS", "LONGEST", "Token", "tokenize"]

LONGEST: Final = 4_000
"""The most characters an expression may have."""

_MOST_DIGITS = 40
_MOST_PROBLEMS = 10

Kind = Literal["number", "text", "name", "word", "sign", "end"]


@frozen
class Token:
    """One piece of an expression.

    Parameters
    ----------
    kind : str
        ``number``, ``text``, ``name``, ``word`` (and, or, not, in, true, false),
        ``sign`` or ``end``.
    text : str
        As it is written; a text without its quotes.
    span : tuple of int
        Where it stands.
    """

    kind: Kind
    text: str
    span: Span


_WORDS: Final = frozenset({"and", "or", "not", "in", "true", "false"})

_PIECE: Final = re.compile(
    r"""
      (?P<space> [ \t\r\n]+ )
    | (?P<number> [0-9][0-9_]* (?: \.[0-9][0-9_]* )? )
    | (?P<wide> [\uff01-\uff5e]+ )
    | (?P<name> [^\W\d]\w* )
    | (?P<text> '[^'\n]*' | "[^"\n]*" )
    | (?P<foreign> && | \|\| | <> | => | =< | \*\* | // )
    | (?P<sign> == | != | <= | >= | [-+*/(),<>%] )
    | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_NUMBER: Final = re.compile(r"\d+(_\d+)*(\.\d+(_\d+)*)?")

FOREIGN_WORDS: Final = {
    "lambda": "a policy names what it needs; it has no functions of its own",
    "for": "an expression has no loops",
    "import": "an expression has no modules",
    "is": "write '==' to compare",
    "else": "write if(condition, a, b)",
    "then": "write if(condition, a, b)",
    "between": "write a <= x and x <= b",
    "null": "write known(x) to ask whether x is known",
    "none": "write known(x) to ask whether x is known",
}
_FOREIGN_SIGNS: Final = {
    "=": "write '==' to compare",
    "&&": "write 'and'",
    "&": "write 'and'",
    "||": "write 'or'",
    "|": "write 'or'",
    "!": "write 'not'",
    "~": "write 'not'",
    "<>": "write '!='",
    "=>": "write '>='",
    "=<": "write '<='",
    "\u2265": "write '>='",
    "\u2264": "write '<='",
    "\u2260": "write '!='",
    "\u00d7": "write '*'",
    "\u00f7": "write '/'",
    "\u2212": "write '-'",
    "\u2013": "write '-'",
    "\u3001": "write ','",
    "\u2018": "write the straight quote '",
    "\u2019": "write the straight quote '",
    "\u201c": 'write the straight quote "',
    "\u201d": 'write the straight quote "',
    "**": "an expression has no powers",
    "^": "an expression has no powers",
    "//": "write floor(a / b)",
}
_CANNOT: Final = {
    ".": "an expression cannot reach into a value with '.'",
    "[": "an expression cannot take a part of a value with '['",
    "]": "an expression cannot take a part of a value with ']'",
    "{": "an expression has no '{'",
    "}": "an expression has no '}'",
    "#": "an expression has no comments; '#' cannot stand in it",
}


def tokenize(text: str, *, where: str = "") -> tuple[Token, ...]:
    """Cut an expression into tokens; the last is always of the kind ``end``.

    Parameters
    ----------
    text : str
    where : str
        The path in the policy, for error messages.

    Returns
    -------
    tuple of Token

    Raises
    ------
    ExpressionError
        With a problem for each piece that cannot stand in an expression.

    Examples
    --------
    >>> [token.text for token in tokenize("spend >= 80%")]
    ['spend', '>=', '80', '%', '']
    """
    if len(text) > LONGEST:
        raise ExpressionError(
            Problem(
                "the expression is too long",
                where=where,
                got=f"{len(text):,} characters",
                allowed=f"at most {LONGEST:,}",
            )
        )
    problems = _hidden_characters(text, where)
    tokens: list[Token] = []
    for piece in () if problems else _PIECE.finditer(text):
        kind, said, span = str(piece.lastgroup), piece.group(), piece.span()
        fault = _fault(kind, said, text, span)
        if fault is not None:
            what, hint = fault
            problems.append(problem_at(text, span, what, where=where, hint=hint))
            if len(problems) == _MOST_PROBLEMS:
                break
        elif kind != "space":
            tokens.append(_token(kind, said, span))
    if problems:
        raise ExpressionError(*problems[:_MOST_PROBLEMS])
    return (*tokens, Token("end", "", (len(text), len(text))))


def _token(kind: str, said: str, span: Span) -> Token:
    if kind == "number":
        return Token("number", said, span)
    if kind == "text":
        return Token("text", said[1:-1], span)
    if kind == "name":
        return Token("word" if said in _WORDS else "name", said, span)
    return Token("sign", said, span)


def _hidden_characters(text: str, where: str) -> list[Problem]:
    """Return a problem for each character that cannot be seen for what it is."""
    problems = []
    for place, character in enumerate(text):
        kind = category(character)
        if kind in {"Cf", "Co", "Cs", "Zl", "Zp"} or (
            kind == "Cc" and character not in "\t\r\n"
        ):
            what = f"the invisible character {_called(character)} is not allowed"
            problems.append(
                problem_at(
                    text, (place, place + 1), what, where=where, hint="delete it"
                )
            )
    return problems


def _called(character: str) -> str:
    code = f"U+{ord(character):04X}"
    known_as = name(character, "")
    return f"{known_as} ({code})" if known_as else code


def _fault(kind: str, said: str, text: str, span: Span) -> tuple[str, str] | None:
    """Return what is wrong with a piece and what to write instead, if anything is."""
    match kind:
        case "number":
            return _number_fault(said)
        case "name":
            return _name_fault(said)
        case "wide":
            what = f"'{said}' is written in fullwidth characters"
            return what, f"write the ASCII '{normalize('NFKC', said)}'"
        case "foreign":
            return f"'{said}' is not part of the language", _FOREIGN_SIGNS[said]
        case "other":
            return _other_fault(said, text, span)
        case _:
            return None


def _number_fault(said: str) -> tuple[str, str] | None:
    if not _NUMBER.fullmatch(said):
        return f"'{said}' is not a number", "put '_' between two digits only"
    digits = sum(character.isdigit() for character in said)
    if digits > _MOST_DIGITS:
        what = f"a number has at most {_MOST_DIGITS} digits, this one has {digits}"
        return what, ""
    return None


def _name_fault(said: str) -> tuple[str, str] | None:
    if said in FOREIGN_WORDS:
        return f"'{said}' is not part of the language", FOREIGN_WORDS[said]
    if _NAME.fullmatch(said):
        return None
    meant = normalize("NFKC", said).lower()
    return (
        f"'{said}' is not a name: names have lower-case ASCII letters, digits and '_'",
        f"write '{meant}'" if _NAME.fullmatch(meant) else "",
    )


def _other_fault(  # noqa: PLR0911 - a case per habit
    said: str, text: str, span: Span
) -> tuple[str, str]:
    start, end = span
    if said == "." and text[end : end + 1].isdigit():
        return "a number does not begin with its point", "write 0.5 for .5"
    if said == "." and text[:start][-1:].isdigit():
        return "a number does not end with its point", "write 5 or 5.0 for 5."
    if said in _CANNOT:
        return _CANNOT[said], ""
    if said in {"'", '"'}:
        return "the text that begins here is not closed", f"close it with {said}"
    if said in _FOREIGN_SIGNS:
        return f"'{said}' is not part of the language", _FOREIGN_SIGNS[said]
    if category(said) == "Zs":
        return f"{_called(said)} stands for a space", "write an ordinary space"
    meant = normalize("NFKC", said)
    hint = f"write the ASCII '{meant}'" if meant != said and meant.isascii() else ""
    return f"{_called(said)} cannot stand in an expression", hint
