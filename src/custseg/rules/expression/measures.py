"""Which units may meet, and what comes of it.

Days are not compared with money, and money times money is nothing. A bare number, as
in ``spend > 100000``, has no unit yet and takes that of the other side.

Shares, scores and plain numbers are all pure numbers: they may be compared and added
with one another and then give a plain number; a count may be with a plain number. A
pure number or a count scales whatever it multiplies or divides. Like divided by like
is a plain number. 100 times a share is a plain number too, since it no longer is a
part of a whole.

Limits: there are no compound units, so money per day has to be written as money
divided by ``(tenure_days / 1 day)``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from itertools import combinations
from typing import Final

from attrs import evolve

from custseg.rules.expression.functions import FUNCTIONS, Takes
from custseg.rules.expression.nodes import (
    Arithmetic,
    Call,
    FittedValue,
    Name,
    Negate,
    Node,
    Number,
    Text,
)
from custseg.units import Unit

__all__ = [
    "Bare",
    "Measure",
    "adapted",
    "common",
    "is_numeric",
    "product",
    "quotient",
    "said",
    "unit_of",
]


class Bare(Enum):
    """The measure of a number that was written without a unit."""

    BARE = "a bare number"


Measure = Unit | Bare
"""What a part of an expression measures: a unit, or nothing yet."""

_PURE: Final = frozenset({Unit.NUMBER, Unit.SHARE, Unit.SCORE})
_SCALES: Final = frozenset({Bare.BARE, Unit.NUMBER, Unit.SHARE, Unit.COUNT})
_SAID: Final[Mapping[Measure, str]] = {
    Bare.BARE: "a plain number",
    Unit.NUMBER: "a plain number",
    Unit.COUNT: "a count",
    Unit.SHARE: "a share",
    Unit.SCORE: "a score",
    Unit.FLAG: "a condition",
}


def is_numeric(measure: Measure) -> bool:
    """Say whether a measure is that of numbers, not of conditions or texts."""
    return measure is not Unit.FLAG and measure is not Unit.TEXT


def said(measure: Measure) -> str:
    """Return a measure as it stands in a sentence: ``spend is money``.

    Examples
    --------
    >>> said(Unit.MONEY), said(Unit.COUNT)
    ('money', 'a count')
    """
    return _SAID.get(measure, str(measure.value))


def common(measures: Iterable[Measure]) -> Measure | None:
    """Return the measure in which values can be compared, added or chosen among.

    Parameters
    ----------
    measures : iterable of Measure

    Returns
    -------
    Measure or None
        None where two of them do not go together.

    Examples
    --------
    >>> common([Unit.MONEY, Bare.BARE]), common([Unit.SHARE, Unit.SCORE])
    (<Unit.MONEY: 'money'>, <Unit.NUMBER: 'number'>)
    >>> common([Unit.MONEY, Unit.DAYS]) is None
    True
    """
    all_of_them = set(measures)
    distinct = all_of_them - {Bare.BARE}
    if not distinct:
        return Bare.BARE
    if len(distinct) == 1:
        (only,) = distinct
        return only if is_numeric(only) or len(all_of_them) == 1 else None
    if all(_go_together(a, b) for a, b in combinations(distinct, 2)):
        return Unit.NUMBER
    return None


def _go_together(one: Measure, other: Measure) -> bool:
    pair = {one, other}
    return pair <= _PURE or pair == {Unit.COUNT, Unit.NUMBER}


def product(one: Measure, other: Measure) -> Measure | None:
    """Return the measure of a product; None where it has no meaning.

    Examples
    --------
    >>> product(Unit.SHARE, Unit.MONEY), product(Unit.MONEY, Unit.MONEY)
    (<Unit.MONEY: 'money'>, None)
    """
    if not (is_numeric(one) and is_numeric(other)):
        return None
    if one in _SCALES and other in _SCALES:
        return _scaled(one, other)
    if one in _SCALES:
        return other
    if other in _SCALES:
        return one
    return Unit.NUMBER if one is other is Unit.SCORE else None


def _scaled(one: Measure, other: Measure) -> Measure:
    """Return the measure of a product of two measures that both scale."""
    if one is other and one is not Unit.COUNT:
        return one
    if Unit.COUNT in {one, other} and one is not other:
        return Unit.COUNT
    return Unit.NUMBER


def quotient(one: Measure, other: Measure) -> Measure | None:
    """Return the measure of a quotient; None where it has no meaning.

    Examples
    --------
    >>> quotient(Unit.MONEY, Unit.COUNT), quotient(Unit.MONEY, Unit.MONEY)
    (<Unit.MONEY: 'money'>, <Unit.NUMBER: 'number'>)
    >>> quotient(Unit.COUNT, Unit.MONEY) is None
    True
    """
    if not (is_numeric(one) and is_numeric(other)):
        return None
    if one is other:
        return Bare.BARE if one is Bare.BARE else Unit.NUMBER
    if other in _SCALES:
        return Unit.NUMBER if one in {Bare.BARE, Unit.SHARE} else one
    if other is Unit.SCORE and one in _PURE | {Bare.BARE}:
        return Unit.NUMBER
    return None


def unit_of(node: Node, units: Mapping[str, Unit]) -> Unit:
    """Return the unit of an expression that the checker has passed.

    Parameters
    ----------
    node : Node
        A checked node, or any part of one.
    units : mapping of str to Unit
        The unit of each name in it.

    Returns
    -------
    Unit

    Examples
    --------
    >>> unit_of(Negate(Name("spend")), {"spend": Unit.MONEY})
    <Unit.MONEY: 'money'>
    """
    measure = _measure_of(node, units)
    return measure if isinstance(measure, Unit) else Unit.NUMBER


def _measure_of(  # noqa: C901, PLR0911 - a case per node
    node: Node, units: Mapping[str, Unit]
) -> Measure | None:
    match node:
        case Number():
            return node.unit or Bare.BARE
        case Text():
            return Unit.TEXT
        case Name():
            return units[node.name]
        case Negate():
            return _measure_of(node.operand, units)
        case Arithmetic():
            left, right = unit_of(node.left, units), unit_of(node.right, units)
            if node.op == "*":
                return product(left, right)
            return quotient(left, right) if node.op == "/" else common((left, right))
        case Call():
            takes = FUNCTIONS[node.function].takes
            if takes is Takes.ANYTHING:
                return Unit.FLAG
            chosen = node.arguments[1:] if takes is Takes.CHOICE else node.arguments
            return common(unit_of(argument, units) for argument in chosen)
        case FittedValue():
            if FUNCTIONS[node.function].is_cut:
                return Unit.SHARE
            return units[node.name]
        case _:
            return Unit.FLAG


def adapted(node: Node, unit: Unit, measure: Measure = Bare.BARE) -> Node:
    """Give the bare numbers in a part their unit; leave a part that has one."""
    if not isinstance(measure, Bare):
        return node
    match node:
        case Number(unit=None):
            return evolve(node, unit=unit)
        case Negate():
            return evolve(node, operand=adapted(node.operand, unit))
        case Arithmetic():
            # A product takes the unit once: 2 * 3 yuan, not 2 yuan * 3 yuan.
            other = unit if node.op in {"+", "-"} else Unit.NUMBER
            left, right = adapted(node.left, unit), adapted(node.right, other)
            return evolve(node, left=left, right=right)
        case Call():
            first = 1 if FUNCTIONS[node.function].takes is Takes.CHOICE else 0
            values = tuple(adapted(part, unit) for part in node.arguments[first:])
            return evolve(node, arguments=(*node.arguments[:first], *values))
        case _:
            return node
