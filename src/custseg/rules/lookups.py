"""Lookups: from what is declared in words or codes to what the policy speaks of.

A CRM says ``GB/T:C3011``, ``制造业`` or ``Enterprise``; a policy speaks of
MANUFACTURING and ENTERPRISE. A lookup is the table between the two, part of the policy
and readable there. Each different text is looked up once, however many customers have
it.

The method: upper and lower case, full width and half width count as one. A prefix
lookup takes the longest entry with which the text begins, so that a code of four
digits finds its division of two.

What is assumed goes before a code only: before a word that holds a digit, or is a
single letter. Else every word with a C would be of section C.

Limits: a range of prefixes is of digits of one length, such as ``13..43``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Final
from unicodedata import normalize

import numpy as np
from attrs import frozen

from custseg.errors import did_you_mean
from custseg.labels import UNKNOWN
from custseg.money import decimals_kept
from custseg.rules.describing import described
from custseg.rules.naming import check_code
from custseg.rules.paths import Found, Path, found_at
from custseg.rules.policy import Lookup, LookupEntry, Match
from custseg.table import Array, Column
from custseg.units import Unit

__all__ = [
    "MATCHES",
    "Finder",
    "WordGroups",
    "check_lookup",
    "looked_up",
    "matched_entry",
]

_RANGE: Final = re.compile(r"(.*?)(\d+)\.\.(\d+)", re.DOTALL)
_MOST_RANGE: Final = 1_000
"""The most prefixes that one range may stand for."""

_Entries = Mapping[str, LookupEntry]
"""The entries by their plain texts, ranges spelled out."""


@frozen(eq=False)
class Finder:
    """A lookup, ready to look texts up again and again.

    Parameters
    ----------
    lookup : Lookup
    decimals : int
        Of the currency, to scale amounts of money.
    """

    lookup: Lookup
    decimals: int

    @cached_property
    def _by_text(self) -> _Entries:
        """The entries, spelled out when the first text is looked up."""
        return _table(self.lookup)

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {word: place for place, word in enumerate(self.lookup.words)}

    def __call__(self, texts: Column) -> Column:
        """Look the text of every customer up.

        Parameters
        ----------
        texts : Column
            Of unit TEXT.

        Returns
        -------
        Column
            Unknown where the text is, or where nothing matches and the lookup has no
            ``otherwise``.
        """
        lookup, known = self.lookup, texts.is_known()
        if not known.any():
            nothing = np.broadcast_to(np.int64(0), len(texts))  # takes no room
            return Column(nothing, lookup.unit, known, tuple(self._places))
        none = len(texts.words)  # a place of its own for who declared nothing
        at = np.where(known, texts.values, none)
        times = np.bincount(at, minlength=none + 1)
        has = np.zeros(none + 1, dtype=np.bool_)
        found: Array = np.zeros(none + 1, np.int64 if self._places else np.float64)
        scale = decimals_kept(lookup.unit, self.decimals)
        for code in np.flatnonzero(times[:none]).tolist():
            value = _value(lookup, texts.words[code], self._by_text)
            if value is None:
                continue
            has[code] = True
            if isinstance(value, str):
                found[code] = self._places[value]
            else:
                found[code] = float(value.scaleb(scale))
        if not self._places and np.array_equal(found, np.rint(found)):
            found = found.astype(np.int64)
        sure = has.take(at)
        whole = None if sure.all() else sure
        return Column(found.take(at), lookup.unit, whole, tuple(self._places))


@frozen(cache_hash=True)
class WordGroups:
    """A lookup of codes, as the groups of words by which features can go.

    Two of equal lookups are equal: what one has grouped does for the other.

    Examples
    --------
    >>> from custseg.labels import Title
    >>> entries = (LookupEntry("downlight", "SHOPS"),)
    >>> lookup = Lookup("use", Title("", ""), "sales.category", entries, "prefix")
    >>> groups = WordGroups(lookup)
    >>> groups("Downlight 9 W"), groups("cable")
    ('SHOPS', None)
    """

    lookup: Lookup

    @cached_property
    def _by_text(self) -> Mapping[str, LookupEntry]:
        return _table(self.lookup)

    def __call__(self, word: str) -> str | None:
        """Return the group of a word; None for one that is in none."""
        value = _value(self.lookup, word, self._by_text)
        return value if isinstance(value, str) else None


def looked_up(lookup: Lookup, texts: Column, *, decimals: int) -> Column:
    """Look the text of every customer up, once; see :class:`Finder`.

    Parameters
    ----------
    lookup : Lookup
    texts : Column
    decimals : int

    Examples
    --------
    >>> from custseg.labels import Title
    >>> title = Title(zh="行业", en="Industry")
    >>> entries = (LookupEntry("c", "MANUFACTURING"), LookupEntry("f52", "RETAIL"))
    >>> lookup = Lookup("kind", title, "industry", entries, "prefix")
    >>> declared = Column(np.array([0, 1]), Unit.TEXT, None, ("C30", "J66"))
    >>> found = looked_up(lookup, declared, decimals=2)
    >>> found.words[found.values[0]], found.is_known().tolist()
    ('MANUFACTURING', [True, False])
    """
    return Finder(lookup, decimals)(texts)


def matched_entry(lookup: Lookup, text: str) -> LookupEntry | None:
    """Return the entry that a text finds; None where nothing matches.

    Examples
    --------
    >>> from custseg.labels import Title
    >>> entries = (LookupEntry("13..43", "MANUFACTURING"),)
    >>> lookup = Lookup("kind", Title("", ""), "industry", entries, "prefix")
    >>> matched_entry(lookup, "3011").text, matched_entry(lookup, "52")
    ('13..43', None)
    """
    return _match(lookup, text, _table(lookup))


def _value(lookup: Lookup, text: str, table: _Entries) -> Decimal | str | None:
    entry = _match(lookup, text, table)
    return lookup.otherwise if entry is None else entry.value


def _match(lookup: Lookup, text: str, table: _Entries) -> LookupEntry | None:
    plain = _plain(text)
    tries = [plain]
    if lookup.assume and ":" not in plain and _is_code(plain):
        tries.append(_plain(lookup.assume) + plain)
    find = MATCHES[lookup.match]
    return next((entry for one in tries if (entry := find(one, table))), None)


def _whole(plain: str, table: _Entries) -> LookupEntry | None:
    return table.get(plain)


def _longest_beginning(plain: str, table: _Entries) -> LookupEntry | None:
    beginnings = (plain[:end] for end in range(len(plain), 0, -1))
    return next((table[one] for one in beginnings if one in table), None)


MATCHES: Final[Mapping[Match, Callable[[str, _Entries], LookupEntry | None]]] = {
    "exact": _whole,
    "prefix": _longest_beginning,
}
"""How each way to match finds the entry of a plain text."""


def _is_code(plain: str) -> bool:
    """Say whether a text begins with a code: ``c13`` does, ``construction`` not."""
    first = re.split(r"[\s:：]", plain, maxsplit=1)[0]
    return len(first) == 1 or any(sign.isdigit() for sign in first)


def _table(lookup: Lookup) -> dict[str, LookupEntry]:
    return {text: entry for entry in lookup.entries for text in _spelled_out(entry)}


def _plain(text: str) -> str:
    return normalize("NFKC", text).casefold().strip()


def _spelled_out(entry: LookupEntry) -> list[str]:
    found = _RANGE.fullmatch(_plain(entry.text))
    if found is None:
        return [_plain(entry.text)]
    head, first, last = found.groups()
    return [
        f"{head}{one:0{len(first)}d}"
        for one in range(int(first), min(int(last), int(first) + _MOST_RANGE) + 1)
    ]


def check_lookup(lookup: Lookup) -> Iterator[Found]:
    """Refuse what makes no sense within one lookup."""
    path: Path = ("lookups", lookup.code)
    table = "into" if lookup.unit is Unit.TEXT else "numbers"
    texts = [one for one in lookup.entries if isinstance(one.value, str)]
    if texts and lookup.unit is not Unit.TEXT:
        yield found_at((*path, "unit"), "codes have no unit", hint="take the unit out")
        table = "into"
    if not lookup.entries:
        yield found_at(path, "a lookup needs entries", hint="add some, or take it out")
    odd = lookup.otherwise
    if odd is not None and lookup.entries and isinstance(odd, str) != bool(texts):
        yield found_at(
            (*path, "otherwise"),
            "'otherwise' is of the same kind as the entries",
            got=described(odd),
            hint='write a code, such as "OTHER"' if texts else "write a number",
        )
    reserved = frozenset({UNKNOWN})
    for code in dict.fromkeys(str(one.value) for one in texts):
        yield from check_code(code, (*path, table, code), upper=True, reserved=reserved)
    if isinstance(odd, str) and texts:
        yield from check_code(odd, (*path, "otherwise"), upper=True, reserved=reserved)
    yield from _odd_titles(lookup, path)
    met: dict[str, LookupEntry] = {}
    for one in lookup.entries:
        key = str(one.value) if table == "into" else one.text
        here = (*path, table, key)
        yield from _odd_entry(one, here)
        for text in _spelled_out(one):
            other = met.setdefault(text, one)
            if other is not one:
                yield found_at(
                    here,
                    f"'{text}' is there twice",
                    got=f"under {other.value} and {one.value}",
                    hint="take one of them out",
                )
                break


def _odd_titles(lookup: Lookup, path: Path) -> Iterator[Found]:
    for code in (one.code for one in lookup.titles):
        if code not in lookup.words:
            yield found_at(
                (*path, "titles", code),
                f"the lookup never finds '{code}'",
                allowed=", ".join(lookup.words),
                hint=did_you_mean(code, lookup.words) or "take the title out",
            )


def _odd_entry(entry: LookupEntry, path: Path) -> Iterator[Found]:
    if not _plain(entry.text):
        yield found_at(path, "an empty text matches nothing", hint="take it out")
    found = _RANGE.fullmatch(_plain(entry.text))
    if found is None:
        return
    _, first, last = found.groups()
    odd = len(first) != len(last) or int(last) < int(first)
    if odd or int(last) - int(first) > _MOST_RANGE:
        yield found_at(
            path,
            "a range goes up, between digits of one length",
            got=described(entry.text),
            allowed=f"such as 13..43, at most {_MOST_RANGE:,} steps",
        )
