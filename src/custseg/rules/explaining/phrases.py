"""Clauses in people's words: "Purchase days in the last 365 days: 15 ≥ 12".

A phrase is always true of the customer: where a clause does not hold, it says the
opposite ("3 < 12"), and where it cannot be told, what was asked for. Chinese and
English are made from the same tree and the same values.

The method: a phrase is built once for each clause, each answer and each language, as
pieces of text with places between them for the customer's values.
"""

from __future__ import annotations

from collections.abc import Sequence

from custseg.labels import Language
from custseg.rules.explaining.leaves import Compared, Leaf, Quantity, Row
from custseg.rules.explaining.templates import Case, Piece, pieces_of
from custseg.rules.expression import Call, parts_of

__all__ = ["phrase"]


def phrase(
    leaf: Leaf,
    row: Row,
    language: Language,
    *,
    holds: bool | None,
    brief: bool = False,
) -> str:
    """Return a clause in words that are true of one customer.

    Parameters
    ----------
    leaf : Leaf
    row : Row
        The customer's values.
    language : {"zh", "en"}
    holds : bool or None
        Whether the clause holds; None where it cannot be told.
    brief : bool
        Leave out codes of labels and thresholds, and which text a text is not.
    """
    case = _case(leaf, row, holds=holds)
    key = (case, language, brief)
    if key not in leaf.phrases:
        leaf.phrases[key] = _joined(pieces_of(leaf, case, language, brief=brief))
    return "".join(
        [
            piece
            if isinstance(piece, str)
            else _said(leaf, piece, row, language, brief=brief)
            for piece in leaf.phrases[key]
        ]
    )


def _case(leaf: Leaf, row: Row, *, holds: bool | None) -> Case:
    given: tuple[bool, ...] = ()
    if leaf.has_default:
        given = tuple([row.values[one.at] is not None for one in leaf.shown])
    even, side = False, leaf.compared
    if side is not None and side.constant in {0, 1}:
        even = row.values[side.left.at] == side.constant
    known = not leaf.has_default or not leaf.may_fail_on(row)
    return Case(holds, known, given, even)


def _said(leaf: Leaf, at: int, row: Row, language: Language, *, brief: bool) -> str:
    """Return one customer's value of a quantity of a clause as people write it."""
    quantity = leaf.shown[at]
    value = row.values[quantity.at]
    key = (quantity.at, language, brief)
    if key not in row.said:
        if quantity.term is not None:
            row.said[key] = quantity.term.say(value, language, brief=brief)
        else:
            row.said[key] = leaf.speech.say(value, quantity.unit, language)
    side, said = leaf.compared, row.said[key]
    if side is None or side.constant is None or not _is_left(quantity, side):
        return said
    bar = ("bar", language)
    if bar not in leaf.phrases:
        leaf.phrases[bar] = leaf.speech.say(side.constant, side.unit, language)
    if leaf.phrases[bar] != said:
        return said
    return leaf.speech.say_apart(value, side.constant, quantity.unit, language)


def _is_left(quantity: Quantity, side: Compared) -> bool:
    """Say whether a quantity is what is compared, or one that a coalesce may take."""
    node = side.left.node
    is_coalesce = isinstance(node, Call) and node.function == "coalesce"
    parts = parts_of(node) if is_coalesce else ()
    return quantity.at == side.left.at or quantity.node in parts


def _joined(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Put texts that follow one another together."""
    done: list[Piece] = []
    for piece in pieces:
        if done and isinstance(piece, str) and isinstance(done[-1], str):
            done[-1] += piece
        else:
            done.append(piece)
    return tuple(done)
