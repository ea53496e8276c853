"""Conditions about many customers at once, of which some cannot be told.

What we do not know of a customer must not decide about him. A condition therefore has
three answers: it holds, it does not, or it cannot be told (Kleene's logic: "false and
unknown" is false, "true or unknown" is true).

The method: two masks, where a condition holds and where it does not, so that ``and``,
``or`` and ``not`` are single passes. No second mask means that all is known.

Limits: a condition that is the same for all customers is one answer, not n.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import and_, eq, ge, gt, le, lt, ne, or_
from typing import Any, Final, NamedTuple, Protocol

import numpy as np

from custseg.rules.expression.nodes import Comparison
from custseg.table import Array, Column

__all__ = [
    "COMPARE",
    "Mask",
    "Relation",
    "Truths",
    "all_of",
    "any_of",
    "both",
    "choose_truths",
    "either",
    "first_truth",
    "judged",
    "known_choice",
    "opposite",
    "same_truth",
    "told",
    "truths_of",
    "where_known",
]

Mask = Array | None
"""Where values are known; None is everywhere."""


class Relation(Protocol):
    """A comparison of arrays, place by place."""

    def __call__(self, one: Any, other: Any, /) -> Any:
        """Compare."""


COMPARE: Final[dict[Comparison, Relation]] = {
    "==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge,
}  # fmt: skip
"""What each sign of comparison does."""


class Truths(NamedTuple):
    """Where a condition holds, and where it does not; None is everywhere else."""

    true: Array
    false: Mask


def both(one: Mask, other: Mask) -> Mask:
    """Return where both are known."""
    if one is None:
        return other
    return one if other is None else one & other


def either(one: Mask, other: Mask) -> Mask:
    """Return where at least one is known."""
    return None if one is None or other is None else one | other


def told(truths: Truths) -> Mask:
    """Return where a condition is known."""
    return None if truths.false is None else truths.true | truths.false


def judged(holds: Array, known: Mask) -> Truths:
    """Make a condition of raw answers and the mask of what is known."""
    if known is None:
        return Truths(holds, None)
    return Truths(holds & known, known & ~holds)


def _false(truths: Truths) -> Array:
    return ~truths.true if truths.false is None else truths.false


def opposite(truths: Truths) -> Truths:
    """Return ``not``."""
    if truths.false is None:
        return Truths(~truths.true, None)
    return Truths(truths.false, truths.true)


def all_of(items: Sequence[Truths]) -> Truths:
    """Return ``and``: false where one is false, else unknown where one is unknown."""
    true = reduce(and_, [item.true for item in items])
    if all(item.false is None for item in items):
        return Truths(true, None)
    return Truths(true, reduce(or_, [_false(item) for item in items]))


def any_of(items: Sequence[Truths]) -> Truths:
    """Return ``or``: true where one is true, else unknown where one is unknown."""
    true = reduce(or_, [item.true for item in items])
    if all(item.false is None for item in items):
        return Truths(true, None)
    return Truths(true, reduce(and_, [_false(item) for item in items]))


def choose_truths(condition: Truths, one: Truths, other: Truths) -> Truths:
    """Return one where a condition holds, else the other."""
    yes, no = condition.true, _false(condition)
    true = (yes & one.true) | (no & other.true)
    if condition.false is None and one.false is None and other.false is None:
        return Truths(true, None)
    return Truths(true, (yes & _false(one)) | (no & _false(other)))


def first_truth(one: Truths, other: Truths) -> Truths:
    """Return one where it is known, else the other."""
    if one.false is None:
        return one
    open_ = ~(one.true | one.false)
    true = one.true | (open_ & other.true)
    if other.false is None:
        return Truths(true, None)
    return Truths(true, one.false | (open_ & other.false))


def known_choice(condition: Truths, one: Mask, other: Mask) -> Mask:
    """Return where the value that a condition chooses is known."""
    known = told(condition)
    if one is None and other is None:
        return known
    chosen = np.where(
        condition.true, True if one is None else one, True if other is None else other
    )
    return both(known, chosen)


def same_truth(relation: Relation, one: Truths, other: Truths) -> Truths:
    """Compare two conditions with ``==`` or ``!=``."""
    return judged(relation(one.true, other.true), both(told(one), told(other)))


def where_known(known: Mask) -> Truths:
    """Return the condition that a value is known, which is itself never unknown."""
    return Truths(np.ones((), dtype=np.bool_) if known is None else known, None)


def truths_of(column: Column) -> Truths:
    """Return the condition that a column of flags holds."""
    return judged(column.values, column.known)
