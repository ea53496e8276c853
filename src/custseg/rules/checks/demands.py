"""What a condition demands of single facts, where it holds and where it does not.

``purchase_days >= 4`` holds for the facts "purchase_days is known and at least 4", and
does not hold for "known and less than 4"; where the fact is unknown it is neither. A
search can tell from such demands whether two conditions go together.

The method: one walk down a checked expression for each of the two questions. What is
compared with a number is one fact, under its canonical text; what is compared with
something else is the difference of the two. ``coalesce`` and ``if`` are taken apart.

Limits: a formula is a fact of its own, which knows its bounds and no more of what it
is made of.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final

from custseg.rules.checks.ranges import range_of
from custseg.rules.checks.regions import (
    ALWAYS,
    NEVER,
    Every,
    Fits,
    Formula,
    Range,
    Some,
    Told,
    Values,
    Words,
)
from custseg.rules.expression.measures import unit_of
from custseg.rules.expression.nodes import (
    MIRRORED,
    All,
    Any,
    Arithmetic,
    Call,
    Compare,
    Comparison,
    FittedCut,
    Membership,
    Node,
    Not,
    Number,
    Text,
    Truth,
    to_text,
)
from custseg.units import Unit

__all__ = ["Demands", "cut_fact"]

_OPPOSITE: Final[Mapping[Comparison, Comparison]] = {
    "<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "==",
}  # fmt: skip
_SAID: Final = {True: Words(frozenset({"true"})), False: Words(frozenset({"false"}))}
# A percentile is the middle of a place among others, so it never reaches 1. Who stands
# below all of the reference is below 0, whatever pct() shows as a number.
_CUTS: Final = {
    "pct": Range(high=Fraction(1), high_out=True),
    "share_above": Range(low=Fraction(0)),
}

_EXACT: Final = 10**11
"""Beyond it, in minor units, a choice may be a float where its values are integers."""


def cut_fact(cut: FittedCut) -> str:
    """Return the fact that a learned cut is about.

    Examples
    --------
    >>> from decimal import Decimal
    >>> cut_fact(FittedCut("pct", "spend", ">=", Decimal("0.8")))
    'pct(spend), as a cut'
    """
    return f"{cut.function}({cut.name}), as a cut"


class Demands:
    """Writes down the demands of checked conditions.

    Parameters
    ----------
    units : mapping of str to Unit
        Of every name.
    domains : mapping of str to values
        What the names can be in any case.

    Attributes
    ----------
    domains : dict of str to values
        What every fact met so far can be in any case.

    Examples
    --------
    >>> from decimal import Decimal
    >>> from custseg.rules.expression.nodes import Name
    >>> demands = Demands({"orders": Unit.COUNT}, {})
    >>> few = Compare("<", Name("orders"), Number(Decimal(4)))
    >>> demands.of(few, holding=False)
    Fits(fact='orders', values=Range(low=Fraction(4, 1), high=inf, ...))
    """

    def __init__(
        self, units: Mapping[str, Unit], domains: Mapping[str, Values]
    ) -> None:
        self.units = units
        self.domains: dict[str, Values] = dict(domains)
        self._kept: list[Node] = []
        self._done: dict[tuple[object, ...], Formula] = {}

    def of(self, node: Node, *, holding: bool) -> Formula:
        """Return what holds where a condition does, or where it certainly does not.

        Parameters
        ----------
        node : Node
            A condition that the checker has passed.
        holding : bool

        Returns
        -------
        Formula
        """
        key = (id(node), holding)
        if key not in self._done:
            self._kept.append(node)  # or its id could be given to another
            self._done[key] = self._of(node, holding=holding)
        return self._done[key]

    def _of(self, node: Node, *, holding: bool) -> Formula:  # noqa: PLR0911 - a case per node
        match node:
            case Truth():
                return ALWAYS if node.value is holding else NEVER
            case Not():
                return self.of(node.operand, holding=not holding)
            case All() | Any():
                items = [self.of(item, holding=holding) for item in node.items]
                return (Every if isinstance(node, All) is holding else Some)(items)
            case Compare():
                return self._compared(node, holding=holding)
            case Membership():
                words = frozenset(choice.value for choice in node.choices)
                others = node.negated is holding
                return self._text(node.item, Words(words, others=others))
            case FittedCut():
                return self._cut(node, holding=holding)
            case Call(function="known"):
                return self._told(node.arguments[0], known=holding)
            case Call(function="if" | "coalesce"):
                return self._chosen(node, lambda one: self.of(one, holding=holding))
        return Fits(to_text(node), _SAID[holding])

    def _told(self, node: Node, *, known: bool) -> Formula:
        if isinstance(node, Number | Text | Truth):
            return ALWAYS if known else NEVER
        return Told(to_text(node), known)

    def _chosen(self, node: Call, value: Callable[[Node], Formula]) -> Formula:
        """Take a choice apart: each value in turn, under the condition for it."""
        if node.function == "if":
            test, one, other = node.arguments
            yes = Every((self.of(test, holding=True), value(one)))
            no = Every((self.of(test, holding=False), value(other)))
            return Some((yes, no))
        *before, last = node.arguments
        found = value(last)
        for one in reversed(before):
            found = Some((value(one), Every((self._told(one, known=False), found))))
        return found

    def _cut(self, node: FittedCut, *, holding: bool) -> Formula:
        fact = cut_fact(node)
        self.domains.setdefault(fact, _CUTS[node.function])
        op: Comparison = node.op if holding else _OPPOSITE[node.op]
        # The cut was learned at the nearest float of its level.
        level = Fraction(float(node.level))
        return Every((Fits(fact, _numbers(op, level)), Told(node.name, known=True)))

    def _compared(self, node: Compare, *, holding: bool) -> Formula:
        left, right, op = node.left, node.right, node.op
        if not holding:
            op = _OPPOSITE[op]
        if isinstance(left, Number | Text | Truth):
            left, right, op = right, left, MIRRORED[op]
        match right:
            case Text():
                words = frozenset({right.value})
                return self._text(left, Words(words, others=op == "!="))
            case Truth():
                return self.of(left, holding=right.value is (op == "=="))
            case Number():
                return self._number(left, op, Fraction(right.value))
        if unit_of(left, self.units) in {Unit.FLAG, Unit.TEXT}:
            same = " == ".join(sorted((to_text(left), to_text(right))))
            return Fits(same, _SAID[op == "=="])
        if to_text(right) < to_text(left):
            left, right, op = right, left, MIRRORED[op]
        # Not the fact "left - right": a difference is rounded only when it is made.
        fact = f"{to_text(left)} against {to_text(right)}"
        return self._fact(fact, Arithmetic("-", left, right), op, Fraction(0))

    def _text(self, node: Node, words: Words) -> Formula:
        match node:
            case Text():
                left = words.met(Words(frozenset({node.value})))
                return NEVER if left.is_empty else ALWAYS
            case Call():
                return self._chosen(node, lambda one: self._text(one, words))
        return Fits(to_text(node), words)

    def _number(self, node: Node, op: Comparison, limit: Fraction) -> Formula:
        match node:
            case Number():
                holds = _numbers(op, limit).holds(Fraction(node.value))
                return ALWAYS if holds else NEVER
            case Call(function="if" | "coalesce") if abs(limit) < _EXACT:
                return self._chosen(node, lambda one: self._number(one, op, limit))
        return self._fact(to_text(node), node, op, limit)

    def _fact(self, fact: str, node: Node, op: Comparison, limit: Fraction) -> Formula:
        if fact not in self.domains:
            self.domains[fact] = range_of(node, self.domains)
        return Fits(fact, _numbers(op, limit))


def _numbers(op: Comparison, limit: Fraction) -> Range:
    """Return the numbers for which a comparison holds."""
    match op:
        case "<" | "<=":
            return Range(high=limit, high_out=op == "<")
        case ">" | ">=":
            return Range(low=limit, low_out=op == ">")
        case "==":
            return Range(limit, limit)
        case _:
            return Range(without=frozenset({limit}))
