"""What goes with a thing that a policy takes out of its base.

Whoever does not want a family does not want its playbooks either, nor the thresholds
that only its conditions named. They come from the base, so nobody should have to list
them: they go silently. What the file on top says itself is never taken away, and what
still names the thing that is gone is told, with all that would have to go as well.

The method: the names that each part of a policy uses are read before and after. A
threshold, lookup or named feature of the base goes where something used it before and
nothing would now.

Limits: scores stay, since they are results of their own. A condition that cannot be
read counts as using every name in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final

from attrs import frozen

from custseg.errors import ExpressionError
from custseg.rules.expression.nodes import names_in
from custseg.rules.expression.parser import parse
from custseg.rules.files.merging import Tree, keys_of
from custseg.rules.paths import Path

__all__ = ["Holding", "held", "needless", "swept", "unit_of"]

Unit = tuple[str, ...]
"""A part of a policy by its codes: families.value, grading.triggers.SLOW, basis."""

_NAMED: Final[tuple[str, ...]] = (
    "thresholds",
    "features",
    "lookups",
    "scores",
    "families",
)
"""Tables whose codes a condition can name."""

_SILENT: Final = ("thresholds", "features", "lookups")
"""Those of them that are there only to be used."""

_ASKING: Final = (
    *("basis", "lookups", "scores", "families", "grading"),
    *("pools", "clean_out", "allocation"),
)
"""Tables in which conditions and formulas stand."""

_NO_QUESTIONS: Final = frozenset({"code", "title", "source", "into", "numbers"})
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_KEPT: Final = 1_024
"""Texts whose names are kept: each file on top goes through the whole again."""


@frozen
class Holding:
    """What a policy has, and which names each part of it uses.

    Parameters
    ----------
    uses : mapping of tuple of str to frozenset of str
        The names that stand in each part, by the codes on the way to it.
    names : frozenset of str
        Codes that a condition can name.
    labels : frozenset of (str, str)
        Families with their labels, and ``tier`` with the tiers.
    order : mapping of str to tuple of str
        The codes of each table as they stand, since what stands above is known below.
    """

    uses: Mapping[Unit, frozenset[str]]
    names: frozenset[str]
    labels: frozenset[tuple[str, str]]
    order: Mapping[str, tuple[str, ...]]

    def in_use(self) -> frozenset[str]:
        """Return the names that something needs which is there for its own sake."""
        live: set[str] = set()
        met = set(self.uses) - {unit for unit in self.uses if unit[0] in _SILENT}
        while met:
            new = frozenset[str]().union(*(self.uses[unit] for unit in met)) - live
            live |= new
            reached = ((table, name) for table in _SILENT for name in new)
            met = {unit for unit in reached if unit in self.uses}
        return frozenset(live)

    def leaning_on(self, unit: Unit) -> list[str]:
        """Return a part that could go, and all that would have to go with it."""
        going = [unit]
        for one in going:
            gone = one[1] if one[0] in _NAMED else ""
            going += [
                other
                for other, names in self.uses.items()
                if gone in names and other not in going
            ]
        return [".".join(one) for one in going if one[0] != "basis"]


def held(tree: Tree) -> Holding:
    """Return what a policy has, though it may not be sound.

    Examples
    --------
    >>> from custseg.rules.files.merging import lifted
    >>> data = {"families": {"big": {"yes": "spend > big_from"}}}
    >>> {unit: sorted(names) for unit, names in held(lifted(data, 0)).uses.items()}
    {('families', 'big'): ['big_from', 'spend']}
    """
    tables = keys_of(tree)
    uses: dict[Unit, frozenset[str]] = {}
    for table in _ASKING:
        if table in tables:
            for unit, part in _units(table, tables[table]):
                uses[unit] = frozenset().union(*map(_names, _questions(part)))
    named = keys_of(tables["features"]) if "features" in tables else {}
    for code, one in named.items():
        groups = keys_of(one).get("groups")
        if groups is not None and isinstance(groups.value, str):
            uses["features", code] = frozenset({groups.value})
    order = {
        table: tuple(keys_of(tables[table])) for table in _NAMED if table in tables
    }
    names = frozenset[str]().union(*order.values())
    return Holding(uses, names, frozenset(_labels(tables)), order)


def _units(table: str, tree: Tree) -> Iterator[tuple[Unit, Tree]]:
    if table in (*_NAMED, "pools"):
        for code, one in keys_of(tree).items():
            yield (table, code), one
    elif table == "grading":
        for key, one in keys_of(tree).items():
            if key in _NO_QUESTIONS:
                continue
            rows = keys_of(one)
            for code, row in rows.items():
                yield (table, key, code), row
            if not rows:
                yield (table, key), one
    else:
        yield (table,), tree


def _questions(tree: Tree) -> Iterator[str]:
    if isinstance(tree.value, str):
        yield tree.value
    elif isinstance(tree.value, dict):
        for key, one in tree.value.items():
            if key not in _NO_QUESTIONS:
                yield from _questions(one)
    elif isinstance(tree.value, list):
        for one in tree.value:
            yield from _questions(one)


@lru_cache(maxsize=_KEPT)
def _names(text: str) -> frozenset[str]:
    try:
        return frozenset(names_in(parse(text, where="")))
    except ExpressionError:
        return frozenset(_NAME.findall(text))


def _labels(tables: Mapping[str, Tree]) -> Iterator[tuple[str, str]]:
    if "families" in tables:
        for code, family in keys_of(tables["families"]).items():
            keys = keys_of(family)
            if "yes" in keys:
                yield from ((code, "YES"), (code, "NO"))
            for label in keys_of(keys["labels"]) if "labels" in keys else ():
                yield code, label
    grading = keys_of(tables["grading"]) if "grading" in tables else {}
    for tier in keys_of(grading["tiers"]) if "tiers" in grading else ():
        yield "tier", tier


def needless(before: Holding, after: Holding) -> frozenset[str]:
    """Return the names that were in use, and are not since something was taken out."""
    return before.in_use() - after.in_use()


def swept(tree: Tree, before: Holding, loose: frozenset[str], file: int) -> None:
    """Take out of a whole what only served something that is gone.

    Parameters
    ----------
    tree : Tree
        The base without what is not wanted, and the file on top laid over it; is
        changed.
    before : Holding
        Of the whole base.
    loose : frozenset of str
        Names that nothing in the base uses any more; the file on top may.
    file : int
        The number of the file on top: what it says itself stays.
    """
    now, tables = held(tree), keys_of(tree)
    for table, codes in before.order.items():
        _put_back(tables.get(table), codes)
    for table in _SILENT:
        if table in tables:
            _drop(tables[table], loose - now.in_use(), file)
    gone = before.labels - now.labels
    families = {family for family, _ in gone} - {family for family, _ in now.labels}
    if "precedence" in tables and isinstance(tables["precedence"].value, list):
        tables["precedence"].value[:] = [
            one
            for one in tables["precedence"].value
            if one.origin[0] <= file or one.value not in list(families)
        ]
    playbooks = tables.get("playbooks")
    for family, books in keys_of(playbooks).items() if playbooks else ():
        _drop(books, (label for code, label in gone if code == family), file)


def _put_back(tree: Tree | None, order: Iterable[str]) -> None:
    """Let what is said anew stand where it stood in the base."""
    if tree is not None and isinstance(tree.value, dict):
        entries = dict(tree.value)
        tree.value.clear()
        tree.value.update({code: entries[code] for code in order if code in entries})
        tree.value.update(entries)


def _drop(tree: Tree, codes: Iterable[str], file: int) -> None:
    for code in codes:
        one = keys_of(tree).get(code)
        if one is not None and one.origin[0] > file and isinstance(tree.value, dict):
            del tree.value[code]


def unit_of(path: Path, data: Mapping[str, object]) -> Unit:
    """Return the part of a policy in which a path ends, by its codes.

    Examples
    --------
    >>> unit_of(("families", "loyal", "yes"), {})
    ('families', 'loyal')
    >>> rows = {"grading": {"gates": [{"code": "NEW"}]}}
    >>> unit_of(("grading", "gates", 0, "when"), rows)
    ('grading', 'gates', 'NEW')
    """
    head = tuple(str(one) for one in path[:2])
    if path[0] in (*_NAMED, "pools"):
        return head
    if path[0] not in {"grading", "clean_out"}:
        return head[:1]
    here: object = data
    for step in path[:3]:
        here = here[step]  # type: ignore[index]
    code = here.get("code") if isinstance(here, Mapping) else None
    return (*head, code) if isinstance(code, str) else head
