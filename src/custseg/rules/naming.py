"""Which codes and titles a policy may use.

Codes are typed into conditions and stored in other systems, so they are plain ASCII
words; titles are read by people, in any language, but not with characters that nobody
can see.

Limits: letters that merely look alike are told apart in codes, not in titles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final
from unicodedata import category

from custseg.labels import Title
from custseg.rules.describing import described, shown
from custseg.rules.expression.functions import FUNCTIONS
from custseg.rules.expression.tokens import FOREIGN_WORDS
from custseg.rules.paths import Found, Path, found_at, spelled

__all__ = ["RESERVED", "check_code", "check_drawn", "check_repeated", "check_title"]

RESERVED: Final = frozenset(
    {
        *("and", "or", "not", "in", "true", "false"),
        *("d", "day", "days"),
        *FUNCTIONS,
        *FOREIGN_WORDS,
        *("customer_id", "tier", "score", "coverage"),
    }
)
"""Words of the expression language and of results, which cannot be codes."""

_LOWER: Final = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_UPPER: Final = re.compile(r"[A-Z][A-Z0-9_]*", re.ASCII)
_LONGEST_CODE: Final = 60
_UNSEEN: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})


def check_code(
    code: str, path: Path, *, upper: bool, reserved: frozenset[str]
) -> Iterator[Found]:
    """Refuse a code that is not well formed, or has a meaning already."""
    pattern = _UPPER if upper else _LOWER
    if not pattern.fullmatch(code) or len(code) > _LONGEST_CODE:
        letters = "A-Z" if upper else "a-z"
        yield found_at(
            path,
            "this cannot be a code",
            got=described(code),
            allowed=f"{letters}, 0-9 and _, a letter first, at most "
            f"{_LONGEST_CODE} characters",
            hint=_better_code(code, upper=upper),
        )
    elif code in reserved:
        yield found_at(
            path,
            f"'{code}' has a meaning of its own and cannot be a code",
            hint="choose another code",
        )


def _better_code(code: str, *, upper: bool) -> str:
    foreign = next((c for c in code if not c.isascii()), "")
    if foreign and not foreign.isprintable():
        return f"delete the hidden character U+{ord(foreign):04X}"
    if foreign:
        letter = f"'{shown(foreign)}' (U+{ord(foreign):04X})"
        return f"{letter} is none of these; any words can stand in the title"
    wanted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[\s-]+", "_", code.strip())
    wanted = wanted.upper() if upper else wanted.lower()
    good = (_UPPER if upper else _LOWER).fullmatch(wanted)
    return f"write '{wanted}'" if good and len(wanted) <= _LONGEST_CODE else ""


def check_title(title: Title, path: Path) -> Iterator[Found]:
    """Refuse an empty title, and what does not draw in it."""
    for language, words in (("zh", title.zh), ("en", title.en)):
        if not words.strip():
            yield found_at((*path, language), "the title is empty", hint="write one")
        yield from check_drawn(words, (*path, language))


def check_drawn(text: str, path: Path) -> Iterator[Found]:
    """Refuse what does not draw, or turns the direction of writing."""
    # The joiners belong to emoji and to several scripts.
    bad = [c for c in text if category(c) in _UNSEEN and c not in "\u200c\u200d"]
    if bad:
        yield found_at(
            path,
            "the text holds a hidden character",
            got=f"{described(text)} with U+{ord(bad[0]):04X}",
            hint="delete it, and write the text again",
        )


def check_repeated(entries: Sequence[object], path: Path, noun: str) -> Iterator[Found]:
    """Refuse a code that two entries of a list share."""
    first: dict[str, int] = {}
    for place, entry in enumerate(entries):
        code = entry.code  # type: ignore[attr-defined]
        if code in first:
            yield found_at(
                (*path, place, "code"),
                f"the {noun} '{code}' is there twice",
                hint=f"the first is {spelled((*path, first[code]))}",
            )
        first.setdefault(code, place)
