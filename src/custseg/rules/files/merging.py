"""Lay the changes of one policy file over another.

A company that changes three thresholds should have to write three lines, and should get
everything else from the policy that it builds on. What is laid over it is read like
this: a table is joined key by key; a label, part, tier, gate or trigger is found by its
code; anything else takes the place of what was there.

The method: both files become trees whose every value knows from which file and which
place it comes, so that a problem in the whole is shown where a person can mend it.

Limits: order matters where the first that holds wins, so a new label or tier says
before which it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from attrs import frozen

from custseg.errors import did_you_mean
from custseg.rules.describing import described, shown
from custseg.rules.paths import Found, Path, found_at

__all__ = ["Origin", "Tree", "keys_of", "laid_over", "lifted", "plain_of", "without"]

Origin = tuple[int, Path]
"""The number of a file and the path of a value in it."""

_ROWS: Final = {
    "labels": "label",
    "parts": "part",
    "cards": "card",
    "tiers": "tier",
    "gates": "gate",
    "triggers": "trigger",
    "rules": "rule",
    "exemptions": "exemption",
}
"""Lists whose tables are known by their codes, and what one of them is called."""

_MOST_LISTED: Final = 12
_ORDERED: Final = frozenset({"labels", "tiers", "rules"})
_EITHER: Final = ({"labels", "yes"}, {"into", "numbers"}, {"feature", "attribute"})
"""Keys of which a table has one: the one that is laid over it replaces the other."""


@frozen(eq=False)
class Tree:
    """A value of a policy file, and where it stands.

    Parameters
    ----------
    value : dict of str to Tree, list of Tree, or anything else
    origin : tuple of int and path
    """

    value: Any
    origin: Origin


def lifted(value: object, file: int, path: Path = ()) -> Tree:
    """Return a plain value as a tree."""
    held: Any = value
    if isinstance(value, Mapping):
        held = {key: lifted(one, file, (*path, key)) for key, one in value.items()}
    elif isinstance(value, list):
        held = [lifted(one, file, (*path, at)) for at, one in enumerate(value)]
    return Tree(held, (file, path))


def plain_of(tree: Tree) -> tuple[Any, dict[Path, Origin]]:
    """Return a tree as a plain value, and where each part of it stands.

    Examples
    --------
    >>> plain_of(lifted({"schema": 1}, 0))
    ({'schema': 1}, {(): (0, ()), ('schema',): (0, ('schema',))})
    """
    origins: dict[Path, Origin] = {}
    return _flattened(tree, (), origins), origins


def _flattened(tree: Tree, path: Path, origins: dict[Path, Origin]) -> Any:
    origins[path] = tree.origin
    if isinstance(tree.value, dict):
        return {
            key: _flattened(one, (*path, key), origins)
            for key, one in tree.value.items()
        }
    if isinstance(tree.value, list):
        return [
            _flattened(one, (*path, at), origins) for at, one in enumerate(tree.value)
        ]
    return tree.value


def laid_over(
    base: Tree, top: Tree, wrong: Callable[[Found], None], path: Path = ()
) -> Tree:
    """Return a tree with another laid over it.

    Parameters
    ----------
    base, top : Tree
    wrong : callable
        Is told each problem, at its place in the file on top.
    path : tuple of str and int
        Where both stand in the whole.

    Returns
    -------
    Tree

    Examples
    --------
    >>> base = lifted({"about": {"code": "company", "currency": "CNY"}}, 1)
    >>> top = lifted({"about": {"code": "ours"}}, 0)
    >>> plain_of(laid_over(base, top, print))[0]
    {'about': {'code': 'ours', 'currency': 'CNY'}}
    """
    if isinstance(base.value, dict) and isinstance(top.value, dict):
        joined = dict(base.value)
        for key in _replaced(joined, top.value, path):
            joined.pop(key)
        for key, one in top.value.items():
            here = (*path, key)
            joined[key] = (
                laid_over(joined[key], one, wrong, here) if key in joined else one
            )
        return Tree(joined, top.origin)
    is_list = isinstance(base.value, list) and isinstance(top.value, list)
    if is_list and path[-1] in _ROWS:
        return Tree(
            _Rows(base.value, str(path[-1]), wrong).with_(top.value), top.origin
        )
    return top


def _replaced(
    base: Mapping[str, Tree], top: Mapping[str, Tree], path: Path
) -> set[str]:
    """Return the keys of the base that no longer hold, though nobody names them."""
    gone = set[str]()
    for either in _EITHER:
        if given := either & top.keys():
            gone |= either - given
    # What a column is has no window or groups, and what the catalogue knows no unit.
    if path[:1] == ("features",) and len(path) == 2:
        gone |= {"window", "groups"} - top.keys() if "attribute" in top else set()
        gone |= {"unit", "better"} - top.keys() if "feature" in top else set()
    # Whoever said 12 has not said 24.
    if path[:1] == ("thresholds",) and len(path) == 2 and "is" in top:
        gone |= {"source"} - top.keys()
    return gone & base.keys()


class _Rows:
    """Labels, parts, cards, tiers, gates or triggers of a policy; each has a code."""

    def __init__(
        self, base: Sequence[Tree], key: str, wrong: Callable[[Found], None]
    ) -> None:
        self.rows = list(base)
        self.key = key
        self.noun = _ROWS[key]
        self.own = 0
        self.wrong = wrong

    def codes(self) -> list[str]:
        return [code for row in self.rows if (code := _code_of(row))]

    def at(self, code: str) -> int:
        return next(at for at, row in enumerate(self.rows) if _code_of(row) == code)

    def with_(self, top: Sequence[Tree]) -> list[Tree]:
        met: set[str] = set()
        for row in top:
            code = _code_of(row)
            if code in met:
                what = f"the {self.noun} '{shown(code)}' is there twice"
                self.wrong(found_at((*row.origin[1], "code"), what))
            met.add(code)
            self.lay(row, code)
        return self.rows

    def lay(self, row: Tree, code: str) -> None:
        if not code:  # what is wrong with it is told when the whole is read
            self.rows.append(row)
            return
        before = row.value.pop("before", None)
        if code in self.codes():
            at = self.at(code)
            made = laid_over(self.rows[at], row, self.wrong, (self.key, at))
            if before is None:
                self.rows[at] = made
                return
            del self.rows[at]
            row = made
        self.rows.insert(self.place_for(row, before), row)

    def place_for(self, row: Tree, before: Tree | None) -> int:
        codes = self.codes()
        path = row.origin[1]
        if before is None and self.key == "cards":
            self.own += 1  # what a file says itself is tried before its base's cards
            return self.own - 1
        if before is None:
            if self.key in _ORDERED and codes:
                self.wrong(
                    found_at(
                        path,
                        f"a new {self.noun} has to say before which it stands",
                        hint=f'add before = "{codes[-1]}", or another {self.noun}',
                    )
                )
                return self.at(codes[-1])  # where it does no further harm
            return len(self.rows)
        if before.value in codes:
            return self.at(before.value)
        given = before.value if isinstance(before.value, str) else ""
        self.wrong(
            found_at(
                before.origin[1],
                f"there is no {self.noun} before which this could stand",
                got=described(before.value),
                allowed=_listed(codes),
                hint=did_you_mean(given, codes),
            )
        )
        return self.at(codes[-1]) if codes else 0


def _code_of(row: Tree) -> str:
    code = row.value.get("code") if isinstance(row.value, dict) else None
    return code.value if code is not None and isinstance(code.value, str) else ""


def without(base: Tree, gone: Tree) -> Iterator[Found]:
    """Take out of a tree what a file says it does not want; yield each problem.

    Parameters
    ----------
    base : Tree
        Is changed.
    gone : Tree
        The list under ``without``, of paths such as ``families.value.labels.LOW``.
    """
    path = gone.origin[1]
    if not isinstance(gone.value, list):
        yield found_at(
            path,
            "expected a list of texts",
            got=described(gone.value),
            hint='write without = ["families.rfm"]',
        )
        return
    for one in gone.value:
        if isinstance(one.value, str):
            yield from _taken_out(base, one.value, one.origin[1])
        else:
            yield found_at(
                one.origin[1], "expected a text in quotes", got=described(one.value)
            )


def _taken_out(base: Tree, said: str, path: Path) -> Iterator[Found]:
    here = base
    *steps, last = said.removeprefix("$.").split(".")
    for step in (*steps, last):
        known = keys_of(here)
        if step not in known:
            yield found_at(
                path,
                "the base has nothing of this name",
                got=described(said),
                allowed=_listed(known),
                hint=did_you_mean(step, known),
            )
            return
        outer, here = here, known[step]
    if isinstance(outer.value, dict):
        del outer.value[last]
    else:
        outer.value.remove(here)


def _listed(names: Collection[str]) -> str:
    """Return names with commas between them; nothing where they would fill lines."""
    return ", ".join(names) if len(names) <= _MOST_LISTED else ""


def keys_of(tree: Tree) -> dict[str, Tree]:
    """Return what a tree holds by key, or by the codes of its rows."""
    if isinstance(tree.value, dict):
        return tree.value
    rows = tree.value if isinstance(tree.value, list) else []
    return {code: row for row in rows if (code := _code_of(row))}
