"""Numbers of many customers at once, some of them unknown.

What we do not know of a customer must not become a number, so each array goes with a
mask of what is known.

The method: integers stay integers and are exact as long as a result fits 2**53;
beyond that it is a float. Floats are rounded to nine decimals before any comparison,
so that 0.1 + 0.2 is 0.3. A result that no float can hold is unknown.

Limits, and why one customer alone gets the same answer as among a million: whether a
whole array is computed in integers depends on its largest value, but up to 2**53 both
ways give the same number, and a row beyond it is a float in either company.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from math import inf, isfinite, nextafter
from typing import Any, Final, NamedTuple

import numpy as np

from custseg.rounding import COARSE, rounded
from custseg.rules.expression.nodes import Comparison
from custseg.rules.expression.truths import (
    COMPARE,
    Mask,
    Relation,
    Truths,
    both,
    either,
    judged,
    known_choice,
)
from custseg.table import Array, Column

__all__ = [
    "Numbers",
    "absolute",
    "add",
    "choose_numbers",
    "compare",
    "comparer",
    "divide",
    "first_number",
    "floor",
    "greatest",
    "least",
    "literal",
    "multiply",
    "negative",
    "numbers_of",
    "subtract",
]

_EXACT: Final = 2**53
_MOST, _LEAST = 2**63 - 1, -(2**63)


class Numbers(NamedTuple):
    """int64 or float64 values, and where they are known; None is everywhere."""

    values: Array
    known: Mask


def numbers_of(column: Column) -> Numbers:
    """Return the numbers of a column."""
    values = column.values
    if values.dtype.itemsize != 8:
        values = values.astype(np.float64 if values.dtype.kind == "f" else np.int64)
    return Numbers(values, column.known)


def literal(value: Decimal) -> Numbers:
    """Return an exact number as one int64, or else as the nearest float64."""
    whole = value == value.to_integral_value()
    if whole and abs(value) <= _MOST:
        return Numbers(np.array(int(value), dtype=np.int64), None)
    return Numbers(np.array(float(value), dtype=np.float64), None)


def _largest(values: Array) -> int:
    """Return the largest absolute value of integers."""
    if values.size == 1:
        return abs(int(values.item()))
    if values.size == 0:
        return 0
    return max(int(values.max()), -int(values.min()))


def _is_int(values: Array) -> bool:
    return bool(values.dtype.kind == "i")


def _finite(values: Array, known: Mask) -> Numbers:
    """Make unknown what is beyond the range of floats."""
    if values.size == 1:
        if isfinite(values.item()):
            return Numbers(values, known)
    elif np.isfinite(values).all():
        return Numbers(values, known)
    finite = np.isfinite(values)
    return Numbers(np.where(finite, values, 0.0), both(known, finite))


def _alike(*all_values: Array) -> list[Array]:
    """Bring arrays to one kind: int64 if all are, up to 2**53; else float64."""
    for values in all_values:
        if not _is_int(values) or _largest(values) > _EXACT:
            return [v.astype(np.float64, copy=False) for v in all_values]
    return list(all_values)


def add(one: Numbers, other: Numbers) -> Numbers:
    """Return the sum."""
    a, b = one.values, other.values
    known = both(one.known, other.known)
    if _is_int(a) and _is_int(b):
        if _largest(a) + _largest(b) <= _EXACT:
            return Numbers(a + b, known)
        a = a.astype(np.float64)
    return _finite(a + b, known)


def subtract(one: Numbers, other: Numbers) -> Numbers:
    """Return the difference."""
    a, b = one.values, other.values
    known = both(one.known, other.known)
    if _is_int(a) and _is_int(b):
        if _largest(a) + _largest(b) <= _EXACT:
            return Numbers(a - b, known)
        a = a.astype(np.float64)
    return _finite(a - b, known)


def multiply(one: Numbers, other: Numbers) -> Numbers:
    """Return the product."""
    a, b = one.values, other.values
    known = both(one.known, other.known)
    if _is_int(a) and _is_int(b):
        if max(_largest(a), 1) * max(_largest(b), 1) <= _EXACT:
            return Numbers(a * b, known)
        a = a.astype(np.float64)
    return _finite(a * b, known)


def divide(one: Numbers, other: Numbers) -> Numbers:
    """Return the quotient as floats; unknown where the divisor compares as zero."""
    a, b = one.values, other.values
    known = both(one.known, other.known)
    zero = rounded(b) == 0
    if zero.any():
        b, known = np.where(zero, 1, b), both(known, ~zero)
    return _finite(np.true_divide(a, b), known)


def negative(numbers: Numbers) -> Numbers:
    """Return the numbers with their signs turned."""
    (values,) = _alike(numbers.values)
    return Numbers(-values, numbers.known)


def absolute(numbers: Numbers) -> Numbers:
    """Return the numbers without their signs."""
    (values,) = _alike(numbers.values)
    return Numbers(np.abs(values), numbers.known)


def least(one: Numbers, other: Numbers) -> Numbers:
    """Return the smaller of two."""
    a, b = _alike(one.values, other.values)
    return Numbers(np.minimum(a, b), both(one.known, other.known))


def greatest(one: Numbers, other: Numbers) -> Numbers:
    """Return the greater of two."""
    a, b = _alike(one.values, other.values)
    return Numbers(np.maximum(a, b), both(one.known, other.known))


def floor(unit: int, numbers: Numbers) -> Numbers:
    """Return the multiple of a unit at or below; floats are rounded first."""
    return Numbers(_floored(numbers.values, unit), numbers.known)


def _floored(values: Array, unit: int) -> Array:
    if _is_int(values):
        if unit == 1:
            return values
        (values,) = _alike(values)
    if _is_int(values):
        return values // unit * unit
    near = rounded(values)
    return np.floor(near) if unit == 1 else np.floor_divide(near, unit) * unit


def choose_numbers(condition: Truths, one: Numbers, other: Numbers) -> Numbers:
    """Return one where a condition holds, else the other."""
    a, b = _alike(one.values, other.values)
    values = np.where(condition.true, a, b)
    known = known_choice(condition, one.known, other.known)
    return Numbers(values, known)


def first_number(one: Numbers, other: Numbers) -> Numbers:
    """Return one where it is known, else the other."""
    a, b = _alike(one.values, other.values)
    if one.known is None:
        return Numbers(a, None)
    return Numbers(np.where(one.known, a, b), either(one.known, other.known))


def compare(relation: Relation, one: Numbers, other: Numbers) -> Truths:
    """Compare numbers with numbers, integers exactly."""
    a, b = one.values, other.values
    known = both(one.known, other.known)
    if _is_int(a) and _is_int(b):
        return judged(relation(a, b), known)
    a, b = (v if _is_int(v) else rounded(v) for v in (a, b))
    holds = relation(a, b)
    if max(_largest(v) if _is_int(v) else 0 for v in (a, b)) > _EXACT:
        # Such an integer has no equal among the floats; Python compares it exactly.
        holds = relation(a.astype(object), b.astype(object))
        holds = np.asarray(holds, dtype=np.bool_)
    return judged(holds, known)


def comparer(op: Comparison, limit: Decimal) -> Callable[[Array], Array]:
    """Return a comparison of numbers with one exact number.

    The limit is rounded as the floats are, so that a third in a rule is the third of a
    customer, and moved to the next number that the values can be: ``x >= 10.5`` on
    integers is ``x >= 11``, and no integer is 10.5.
    """
    if abs(limit) < COARSE:
        limit = Decimal(rounded(np.array([float(limit)])).item())
    ceiling = op in {">=", "<"}
    direction = ROUND_CEILING if ceiling else ROUND_FLOOR
    whole = limit.to_integral_value(direction)
    near = _float_limit(limit, ceiling=ceiling)
    relation = COMPARE[op]
    if op in {"==", "!="}:
        above = _float_limit(limit, ceiling=True)
        if whole != limit or not _LEAST <= whole <= _MOST:
            ints: Callable[[Array], Array] = _constantly(holds=op == "!=")
        else:
            ints = _against(relation, np.array(int(whole), dtype=np.int64))
        never = near != above
        floats = _constantly(holds=op == "!=") if never else _against(relation, near)
    else:
        ints = _int_comparer(op, relation, int(whole))
        floats = _against(relation, near)

    def compared(values: Array) -> Array:
        if values.dtype.kind == "i":
            return ints(values)
        return floats(rounded(values))

    return compared


def _int_comparer(
    op: Comparison, relation: Relation, whole: int
) -> Callable[[Array], Array]:
    if whole > _MOST:
        return _constantly(holds=op in {"<", "<="})
    if whole < _LEAST:
        return _constantly(holds=op in {">", ">="})
    return _against(relation, np.array(whole, dtype=np.int64))


def _constantly(*, holds: bool) -> Callable[[Array], Array]:
    answer = np.array(holds)
    return lambda _: answer


def _against(relation: Relation, limit: Any) -> Callable[[Array], Array]:
    def compared(values: Array) -> Array:
        return np.asarray(relation(values, limit))

    return compared


def _float_limit(limit: Decimal, *, ceiling: bool) -> float:
    """Return the nearest float at or beyond a limit."""
    near = float(limit)
    if near in {inf, -inf}:
        return near
    if ceiling and Decimal(near) < limit:
        return nextafter(near, inf)
    if not ceiling and Decimal(near) > limit:
        return nextafter(near, -inf)
    return near
