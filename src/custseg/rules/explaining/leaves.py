"""Conditions taken apart into clauses, and on which of them an answer rests.

A label's condition is a small tree of clauses joined by ``and``, ``or``, ``not`` and
``if``. Told are only those that decide: of an ``and`` that fails the first that does
not hold, of an ``or`` that holds the first that does.

Limits: a clause with a stated answer for the unknown, such as
``coalesce(a > 3, false)``, stays whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any as Anything
from typing import Final

from attrs import field, frozen

from custseg.labels import Language
from custseg.rules.explaining.terms import Fact, Learnt, Setting, Speech, Term
from custseg.rules.expression import (
    Arithmetic,
    Call,
    FittedCut,
    FittedValue,
    Name,
    Negate,
    Node,
    Number,
    Text,
    Truth,
    parts_of,
    to_text,
    walk,
)
from custseg.units import Unit

__all__ = [
    "Branch",
    "Compared",
    "Every",
    "First",
    "Fork",
    "Leaf",
    "Passage",
    "Quantity",
    "Row",
    "Some",
    "Turned",
    "Values",
    "besides",
    "essential_names",
    "facts_of",
    "is_simple",
    "leaves_of",
    "weigh",
]

Values = Sequence[object]
"""The values of one customer, by column of the sheet; None is unknown."""

_WORDS: Final = re.compile(r"'[^']*'|\"[^\"]*\"|[A-Za-z_]\w*", re.ASCII)


@frozen(eq=False)
class Row:
    """One customer's values, and how they are said, which is worked out once.

    Parameters
    ----------
    values : sequence of object
        By column of the sheet.
    """

    values: Values
    said: dict[tuple[int, Language, bool], str] = field(
        factory=dict, init=False, repr=False
    )


@frozen(eq=False)
class Passage:
    """One text of the policy, and where it stands.

    Parameters
    ----------
    key : str
        Such as ``families.value.labels.HIGH.when``.
    text : str
    settings : mapping of str to Setting
        All thresholds of the policy.
    """

    key: str
    text: str = field(repr=False)
    settings: Mapping[str, Setting] = field(repr=False)

    def own(self, node: Node) -> str:
        """Return a part of the text as the policy has it, on one line."""
        start, end = node.span
        return " ".join(self.text[start:end].split())

    def settings_in(self, node: Node) -> tuple[Setting, ...]:
        """Return the thresholds that a part of the text names, in order."""
        words = dict.fromkeys(_WORDS.findall(self.own(node)))
        return tuple(self.settings[word] for word in words if word in self.settings)


@frozen(eq=False)
class Quantity:
    """Something with a value for each customer that a clause shows.

    Parameters
    ----------
    at : int
        Its column of the sheet.
    node : Node
    unit : Unit
    term : Term or None
        What it is, where it has a name.
    """

    at: int
    node: Node
    unit: Unit
    term: Term | None = None


def facts_of(shown: Iterable[Quantity], row: Row) -> tuple[Fact, ...]:
    """Return one customer's values of what has a name among what is shown."""
    return tuple([Fact(one.term, row.values[one.at]) for one in shown if one.term])


@frozen(eq=False)
class Compared:
    """The two sides of a clause that compares.

    Parameters
    ----------
    left : Quantity
    op : str
        As seen from the left: ``>=``, ``in`` and so on.
    right : Quantity or None
        None where the bar is the same for all.
    constant : object
        That bar, raw; None where there is none, as when nobody reaches a percentile.
    unit : Unit
        Of the bar.
    """

    left: Quantity
    op: str
    right: Quantity | None
    constant: object
    unit: Unit


@frozen(eq=False)
class Leaf:
    """One clause of the policy.

    Parameters
    ----------
    at : int
        Its column of the sheet: True, False or None.
    node : Node
    passage : Passage
    shown : tuple of Quantity
        The names in it in order, and sides that have to be worked out.
    compared : Compared or None
    settings : tuple of Setting
        The thresholds that it names.
    learnt : tuple of Learnt
    speech : Speech
    essential : frozenset of str
        The names without which it cannot be told.
    """

    at: int
    node: Node
    passage: Passage
    shown: tuple[Quantity, ...]
    compared: Compared | None
    settings: tuple[Setting, ...]
    learnt: tuple[Learnt, ...]
    speech: Speech = field(repr=False)
    essential: frozenset[str]
    text: str = field(init=False)
    expression: str = field(init=False)
    has_default: bool = field(init=False)
    """Whether the policy says what stands in for something unknown."""
    divides: bool = field(init=False)
    """Whether a division by 0 may leave it unknown where all that it names is known."""
    phrases: dict[object, Anything] = field(init=False, factory=dict, repr=False)
    """Its phrases by truth and language, once they were asked for."""

    @text.default
    def _canonical(self) -> str:
        return to_text(self.node)

    @expression.default
    def _as_written(self) -> str:
        return self.passage.own(self.node)

    @has_default.default
    def _with_coalesce(self) -> bool:
        calls = (part for part in walk(self.node) if isinstance(part, Call))
        return any(call.function == "coalesce" for call in calls)

    @divides.default
    def _with_division(self) -> bool:
        parts = (part for part in walk(self.node) if isinstance(part, Arithmetic))
        return any(part.op == "/" for part in parts)

    @property
    def asks_known(self) -> bool:
        """Whether it only asks whether something is known."""
        return isinstance(self.node, Call) and self.node.function == "known"

    def may_fail_on(self, row: Row) -> bool:
        """Say whether something of it may be unknown for a customer."""
        if self.divides or any(one.too_few for one in self.learnt):
            return True
        return any(row.values[one.at] is None for one in self.shown)

    def slot(self, node: Node) -> int:
        """Return the place of a quantity among those shown."""
        return next(i for i, one in enumerate(self.shown) if one.node == node)


@frozen(eq=False)
class Every:
    """All parts have to hold."""

    items: tuple[Branch, ...]


@frozen(eq=False)
class Some:
    """One part has to hold."""

    items: tuple[Branch, ...]


@frozen(eq=False)
class Turned:
    """The part must not hold."""

    item: Branch


@frozen(eq=False)
class Fork:
    """One of two parts has to hold, as a test says."""

    test: Branch
    yes: Branch
    no: Branch


@frozen(eq=False)
class First:
    """The first part that can be told decides."""

    items: tuple[Branch, ...]


Branch = Leaf | Every | Some | Turned | Fork | First
"""A condition taken apart."""


def leaves_of(branch: Branch) -> Iterator[Leaf]:
    """Yield every clause of a condition, in order."""
    if isinstance(branch, Leaf):
        yield branch
        return
    parts: tuple[Branch, ...]
    if isinstance(branch, Turned):
        parts = (branch.item,)
    elif isinstance(branch, Fork):
        parts = (branch.test, branch.yes, branch.no)
    else:
        parts = branch.items
    for part in parts:
        yield from leaves_of(part)


Weighed = tuple[bool | None, tuple[Leaf, ...]]


def weigh(branch: Branch, row: Values) -> Weighed:  # noqa: PLR0911 - a case per form
    """Tell whether a condition holds, and on which clauses that rests.

    Parameters
    ----------
    branch : Branch
    row : sequence of object
        One customer's values.

    Returns
    -------
    holds : bool or None
        None where it cannot be told.
    leaves : tuple of Leaf
        Of an ``and`` that holds all parts, of one that fails the first that does not
        hold; of an ``or`` the first part that holds, or all of them; of an ``if`` the
        test and the branch taken; of a ``coalesce`` those that cannot be told, and the
        first that can. Where it cannot be told, those that cannot.
    """
    if isinstance(branch, Leaf):
        holds = row[branch.at]
        return (None if holds is None else bool(holds)), (branch,)
    if isinstance(branch, Turned):
        holds, leaves = weigh(branch.item, row)
        return (None if holds is None else not holds), leaves
    if isinstance(branch, Fork):
        holds, leaves = weigh(branch.test, row)
        if holds is None:
            return None, leaves
        chosen, more = weigh(branch.yes if holds else branch.no, row)
        return chosen, leaves + more
    if isinstance(branch, First):
        return _first(branch, row)
    # What decides a whole at once: one that fails an "and", one that holds an "or".
    deciding = isinstance(branch, Some)
    unknown: tuple[Leaf, ...] = ()
    same: tuple[Leaf, ...] = ()
    for item in branch.items:
        holds, leaves = weigh(item, row)
        if holds is deciding:
            return deciding, leaves
        if holds is None:
            unknown += leaves
        else:
            same += leaves
    return (None, unknown) if unknown else (not deciding, same)


def _first(branch: First, row: Values) -> Weighed:
    unknown: tuple[Leaf, ...] = ()
    for item in branch.items:
        holds, leaves = weigh(item, row)
        unknown += leaves
        if holds is not None:
            return holds, unknown
    return None, unknown


def besides(branch: Branch, row: Values) -> tuple[Leaf, ...]:
    """Return the clauses of a condition that holds which :func:`weigh` passes over.

    Those of the other alternatives that hold as well: whoever mends only the first of
    them has mended nothing. Not those that speak of nothing new.

    Parameters
    ----------
    branch : Branch
    row : sequence of object
        One customer's values.
    """
    if isinstance(branch, Every):
        return tuple(leaf for item in branch.items for leaf in besides(item, row))
    if not isinstance(branch, Some):
        return ()
    found: list[Leaf] = []
    seen: set[str] = set()
    for item in branch.items:
        holds, leaves = weigh(item, row)
        if not holds:
            continue
        told = [leaf for leaf in leaves if row[leaf.at] is not None]
        codes = {one.term.code for leaf in told for one in leaf.shown if one.term}
        if seen and not codes <= seen:
            found += told
        seen |= codes
        found += besides(item, row)
    return tuple(found)


def essential_names(node: Node) -> frozenset[str]:
    """Return the names without which an expression is unknown.

    Not those for which the policy says what holds where they are unknown.

    Examples
    --------
    >>> from custseg.rules.expression import parse
    >>> sorted(essential_names(parse("coalesce(recent_intents, 0) >= orders")))
    ['orders']
    """
    if isinstance(node, Call):
        if node.function == "known":
            return frozenset()
        last = node.arguments[-1]
        if node.function == "coalesce" and isinstance(last, Number | Text | Truth):
            return frozenset()
    if isinstance(node, Name | FittedCut | FittedValue):
        return frozenset({node.name})
    return frozenset().union(*map(essential_names, parts_of(node)))


def is_simple(node: Node) -> bool:
    """Say whether a side of a comparison needs no value of its own shown beside it."""
    return not isinstance(node, Arithmetic | Call | Negate)
