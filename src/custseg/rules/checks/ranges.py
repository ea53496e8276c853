"""Between which bounds a formula lies, whoever the customer is.

``100 * pct(spend)`` gives 0 to 100 points, and a score of five bins is a whole number
from 1 to 5. That much is certain before any customer is looked at.

The method: interval arithmetic over exact fractions, from what each fact can be. Where
a bound is no whole number it is moved outwards a little, because the program computes
with floats.

Limits: each name is taken for itself, so ``x - x`` is not known to be 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import floor, inf
from typing import Final

from custseg.rules.checks.regions import ANYTHING, Bound, Range, Values
from custseg.rules.expression.functions import FUNCTIONS
from custseg.rules.expression.nodes import (
    Arithmetic,
    Call,
    FittedValue,
    Name,
    Negate,
    Node,
    Number,
)

__all__ = ["range_of"]

_SHARE: Final = Range(Fraction(0), Fraction(1))
_EXACT: Final = 2**53
_EXACT_MAJOR: Final = 10**11
_PAD: Final = Fraction(1, 10**9)
_VAST: Final = Fraction(10**300)


def range_of(node: Node, domains: Mapping[str, Values]) -> Range:
    """Return the bounds of a formula that the checker has passed.

    Parameters
    ----------
    node : Node
    domains : mapping of str to values
        What the names in it can be; a name that is missing can be any number.

    Returns
    -------
    Range

    Examples
    --------
    >>> from decimal import Decimal
    >>> points = Arithmetic("*", Number(Decimal(100)), FittedValue("pct", "spend"))
    >>> found = range_of(points, {})
    >>> int(found.low), int(found.high)
    (0, 100)
    """
    return _Bounds(domains).of(node)


class _Bounds:
    def __init__(self, domains: Mapping[str, Values]) -> None:
        self.domains = domains

    def of(self, node: Node) -> Range:  # noqa: PLR0911 - a case per node
        match node:
            case Number():
                return _point(node.value)
            case Name():
                return self.named(node.name)
            case Negate():
                inner = self.of(node.operand)
                return _padded(-inner.high, -inner.low, whole=inner.whole)
            case Arithmetic():
                return _arithmetic(node.op, self.of(node.left), self.of(node.right))
            case FittedValue():
                if FUNCTIONS[node.function].is_cut:
                    return _SHARE
                inner = self.named(node.name)  # a median may lie between two values
                return Range(inner.low, inner.high)
            case Call():
                return self.call(node)
            case _:
                return ANYTHING

    def named(self, name: str) -> Range:
        domain = self.domains.get(name)
        return domain if isinstance(domain, Range) else ANYTHING

    def call(self, node: Call) -> Range:
        given = node.arguments[1:] if node.function == "if" else node.arguments
        ranges = [self.of(one) for one in given]
        whole = all(one.whole for one in ranges)
        lows, highs = [one.low for one in ranges], [one.high for one in ranges]
        match node.function:
            case "min":
                return _padded(min(lows), min(highs), whole=whole)
            case "max":
                return _padded(max(lows), max(highs), whole=whole)
            case "if" | "coalesce":
                return _padded(min(lows), max(highs), whole=whole)
            case "abs":
                (one,) = ranges
                ends: list[Bound] = [max(one.low, -one.low), max(one.high, -one.high)]
                if lows[0] <= 0 <= highs[0]:
                    ends.append(Fraction(0))
                return _padded(min(ends), max(ends), whole=whole)
            case "floor":
                return _floored(ranges[0])
        return ANYTHING


def _floored(inner: Range) -> Range:
    low, high = (
        Fraction(floor(one)) if isinstance(one, Fraction) else one
        for one in (inner.low, inner.high)
    )
    # Beyond, in minor units, a float need not be a multiple of the major unit.
    is_exact = low > -_EXACT_MAJOR and high < _EXACT_MAJOR
    return _padded(low, high, whole=is_exact)


def _arithmetic(op: str, left: Range, right: Range) -> Range:
    whole = left.whole and right.whole
    match op:
        case "+":
            return _padded(left.low + right.low, left.high + right.high, whole=whole)
        case "-":
            return _padded(left.low - right.high, left.high - right.low, whole=whole)
        case "*":
            return _corners(left, right, _times, whole=whole)
        case _:
            if right.low <= 0 <= right.high:
                return ANYTHING
            return _corners(left, right, _over, whole=False)


def _corners(
    left: Range,
    right: Range,
    worked_out: Callable[[Bound, Bound], Bound],
    *,
    whole: bool,
) -> Range:
    found = [
        worked_out(a, b)
        for a, b in product((left.low, left.high), (right.low, right.high))
    ]
    return _padded(min(found), max(found), whole=whole)


def _times(one: Bound, other: Bound) -> Bound:
    if isinstance(one, Fraction) and isinstance(other, Fraction):
        return one * other
    return Fraction(0) if 0 in {one, other} else _infinity(one, other)


def _over(one: Bound, other: Bound) -> Bound:
    if isinstance(one, Fraction):
        return one / other if isinstance(other, Fraction) else Fraction(0)
    return _infinity(one, other)


def _infinity(one: Bound, other: Bound) -> float:
    return inf if (one > 0) == (other > 0) else -inf


def _padded(low: Bound, high: Bound, *, whole: bool) -> Range:
    """Return a range with room for what floats lose; whole bounds lose nothing."""
    return Range(_moved(low, -1), _moved(high, 1), whole=whole)


def _point(value: Decimal) -> Range:
    exact = Fraction(value)
    if abs(exact) <= _VAST:
        return _padded(exact, exact, whole=exact.denominator == 1)
    return Range(_VAST) if exact > 0 else Range(high=-_VAST)


def _moved(bound: Bound, sign: int) -> Bound:
    if not isinstance(bound, Fraction):
        return bound
    if abs(bound) > _VAST:  # what no float can hold is unknown
        return sign * inf
    if bound.denominator == 1 and abs(bound) <= _EXACT:
        return bound
    return bound + sign * (_PAD + abs(bound) * _PAD)
