"""Which part of a coalesce counts for a customer, as far as its names tell.

A reader need not see what would have counted if something else had been unknown.

Limits: nothing is worked out. Of a part that may be unknown although all its names are
known, such as a division, nothing is said, and the coalesce is told as a whole.
"""

from __future__ import annotations

from collections.abc import Callable

from custseg.rules.expression import (
    Arithmetic,
    Call,
    FittedValue,
    Name,
    Negate,
    Node,
    Number,
    Text,
    Truth,
    parts_of,
)

__all__ = ["IsKnown", "is_lost", "settled"]

IsKnown = Callable[[Name | FittedValue], bool]
"""Says whether a customer's value of something with a name is known."""


def settled(node: Node, is_known: IsKnown) -> Node:
    """Return of a coalesce the part that counts, where that is plain to see.

    A constant that stands in for the unknown is told together with that.

    Parameters
    ----------
    node : Node
    is_known : callable

    Examples
    --------
    >>> from custseg.rules.expression import parse, to_text
    >>> to_text(settled(parse("coalesce(a, b)"), lambda name: name.name == "b"))
    'b'
    >>> to_text(settled(parse("coalesce(a / 2, b)"), lambda name: True))
    'coalesce(a / 2, b)'
    """
    if not isinstance(node, Call) or node.function != "coalesce":
        return node
    for part in node.arguments:
        known = _is_there(part, is_known)
        if known is None or isinstance(part, Number | Text | Truth):
            return node
        if known:
            return settled(part, is_known)
    return node


def is_lost(node: Node, is_known: IsKnown) -> bool:
    """Say whether nothing of a coalesce is known."""
    if not isinstance(node, Call) or node.function != "coalesce":
        return False
    return all(_is_there(part, is_known) is False for part in node.arguments)


def _is_there(node: Node, is_known: IsKnown) -> bool | None:
    """Say whether a part has a value; None where its names do not tell."""
    if isinstance(node, Name | FittedValue):
        return is_known(node)
    sure = isinstance(node, Number | Text | Truth | Negate)
    if isinstance(node, Arithmetic):
        sure = node.op != "/"
    parts = [_is_there(part, is_known) for part in parts_of(node)]
    return all(parts) if sure and None not in parts else None
