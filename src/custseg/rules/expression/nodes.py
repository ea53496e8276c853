"""What an expression is once it has been read: a small tree of frozen values.

A rule such as ``spend > 0 and orders >= 2`` becomes ``All`` of two ``Compare``. Two
rules that mean the same words in the same order are equal, wherever they stood and
however they were spaced, for the place of a node in its text (``span``) is no part of
what it is. :func:`to_text` writes a tree in its canonical form, with no more
parentheses than it needs.

The parser makes every node but two. :class:`FittedCut` and :class:`FittedValue` are
made by the checker, out of the calls whose answer has to be learned from the
customers of a reference.

Limits: a tree that the parser made is at most 64 levels high, so walking it
recursively is safe; a tree built by hand has no such guard.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final, Literal

from attrs import field, frozen

from custseg.rules.expression.spots import Span
from custseg.units import Unit

__all__ = [
    "MIRRORED",
    "All",
    "Any",
    "Arithmetic",
    "Call",
    "Compare",
    "Comparison",
    "Cut",
    "FittedCut",
    "FittedValue",
    "Membership",
    "Name",
    "Negate",
    "Node",
    "Not",
    "Number",
    "Sign",
    "Text",
    "Truth",
    "height",
    "names_in",
    "parts_of",
    "to_text",
    "walk",
]

Sign = Literal["+", "-", "*", "/"]
Comparison = Literal["==", "!=", "<", "<=", ">", ">="]
Cut = Literal["<", "<=", ">", ">="]

MIRRORED: Final[Mapping[Comparison, Comparison]] = {
    "<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!=",
}  # fmt: skip
"""Each comparison with its sides exchanged: ``a < b`` is ``b > a``."""


@frozen(kw_only=True)
class _Spanned:
    """Where a node stands in its text; no part of its equality."""

    span: Span = field(default=(0, 0), eq=False, repr=False)


@frozen
class Number(_Spanned):
    """A number as written: exact, and with its unit where it says one.

    Parameters
    ----------
    value : Decimal
        In the unit's major form: 80 % is 0.8, money is in yuan and not in fen.
    unit : Unit or None
        None in a bare number. The checker gives every number a unit.
    """

    value: Decimal
    unit: Unit | None = None


@frozen
class Text(_Spanned):
    """A text in quotes, such as the code of a type."""

    value: str


@frozen
class Truth(_Spanned):
    """The word ``true`` or ``false``."""

    value: bool


@frozen
class Name(_Spanned):
    """A feature, a score or a threshold of the policy."""

    name: str


@frozen
class Negate(_Spanned):
    """The number with its sign turned: ``-x``."""

    operand: Node


@frozen
class Arithmetic(_Spanned):
    """``left + right``, and likewise ``-``, ``*`` and ``/``."""

    op: Sign
    left: Node
    right: Node


@frozen
class Compare(_Spanned):
    """``left >= right``, and likewise the five other comparisons."""

    op: Comparison
    left: Node
    right: Node


@frozen
class Membership(_Spanned):
    """``item in ('A', 'B')``, or ``not in``."""

    item: Node
    choices: tuple[Text, ...]
    negated: bool = False


@frozen
class All(_Spanned):
    """Conditions joined with ``and``; never directly inside another ``All``."""

    items: tuple[Node, ...]


@frozen
class Any(_Spanned):
    """Conditions joined with ``or``; never directly inside another ``Any``."""

    items: tuple[Node, ...]


@frozen
class Not(_Spanned):
    """The condition turned round: ``not x``."""

    operand: Node


@frozen
class Call(_Spanned):
    """A function of the language and what it is given."""

    function: str
    arguments: tuple[Node, ...]


@frozen
class FittedCut(_Spanned):
    """``pct(spend) >= 80%``: a comparison whose cut is learned from a reference.

    Parameters
    ----------
    function : str
        ``"pct"`` or ``"share_above"``.
    name : str
        The feature or score.
    op : str
        ``>=``, ``>``, ``<`` or ``<=``, read with the function on the left.
    level : Decimal
        The share that it is compared with, 0 to 1.
    """

    function: str
    name: str
    op: Cut
    level: Decimal


@frozen
class FittedValue(_Spanned):
    """``pct(x)``, ``share_above(x)`` or ``median(x)`` used as a number.

    Parameters
    ----------
    function : str
        ``"pct"``, ``"share_above"`` or ``"median"``.
    name : str
        The feature or score.
    """

    function: str
    name: str


Node = (
    Number
    | Text
    | Truth
    | Name
    | Negate
    | Arithmetic
    | Compare
    | Membership
    | All
    | Any
    | Not
    | Call
    | FittedCut
    | FittedValue
)


def parts_of(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly under a node, from left to right.

    Examples
    --------
    >>> parts_of(Not(Name("flag_key_account")))
    (Name(name='flag_key_account'),)
    """
    match node:
        case Negate() | Not():
            return (node.operand,)
        case Arithmetic() | Compare():
            return (node.left, node.right)
        case Membership():
            return (node.item, *node.choices)
        case All() | Any():
            return node.items
        case Call():
            return node.arguments
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all that is under it, each before its parts.

    Walks without recursion, so a tree of any height will do.

    Examples
    --------
    >>> [type(part).__name__ for part in walk(Not(Name("flag_key_account")))]
    ['Not', 'Name']
    """
    waiting = [node]
    while waiting:
        here = waiting.pop()
        yield here
        waiting += reversed(parts_of(here))


def height(node: Node) -> int:
    """Return how many levels a tree has; a single name has one.

    Examples
    --------
    >>> height(Not(Name("flag_key_account")))
    2
    """
    level, row = 0, [node]
    while row:
        level += 1
        row = [part for upper in row for part in parts_of(upper)]
    return level


def names_in(node: Node) -> frozenset[str]:
    """Return the names that an expression mentions, those of fitted parts included.

    Examples
    --------
    >>> sorted(names_in(All((Name("flag_new"), FittedCut("pct", "spend", ">",
    ...                                                  Decimal("0.5"))))))
    ['flag_new', 'spend']
    """
    return frozenset(
        part.name
        for part in walk(node)
        if isinstance(part, Name | FittedCut | FittedValue)
    )


# How tightly each form binds; a part that binds less tightly needs parentheses.
_ANY, _ALL, _NOT, _COMPARE, _SUM, _PRODUCT, _NEGATE, _ATOM = range(1, 9)
_SIGNS: Final = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT}


def to_text(node: Node) -> str:
    """Write an expression in its canonical form.

    Reading the result again gives an equal tree, for every tree that came from the
    parser. A tree from the checker is written as a person would read it: numbers of
    days with their unit, shares in per cent.

    Parameters
    ----------
    node : Node

    Returns
    -------
    str

    Examples
    --------
    >>> to_text(Compare(">", Name("tenure_days"), Number(Decimal(180), Unit.DAYS)))
    'tenure_days > 180 days'
    """
    return _write(node, 0)


def _write(node: Node, least: int) -> str:
    said, binds = _plain(node)
    return f"({said})" if binds < least else said


def _plain(node: Node) -> tuple[str, int]:  # noqa: C901, PLR0911, PLR0912 - a case per node
    """Return the text of a node without outer parentheses, and how it binds."""
    match node:
        case Number():
            return _number(node), _NEGATE if node.value < 0 else _ATOM
        case Text():
            quote = '"' if "'" in node.value else "'"
            return f"{quote}{node.value}{quote}", _ATOM
        case Truth():
            return ("true" if node.value else "false"), _ATOM
        case Name():
            return node.name, _ATOM
        case Negate():
            return f"-{_write(node.operand, _NEGATE)}", _NEGATE
        case Arithmetic():
            binds = _SIGNS[node.op]
            left, right = _write(node.left, binds), _write(node.right, binds + 1)
            return f"{left} {node.op} {right}", binds
        case Compare():
            left, right = _write(node.left, _SUM), _write(node.right, _SUM)
            return f"{left} {node.op} {right}", _COMPARE
        case Membership():
            choices = ", ".join(to_text(choice) for choice in node.choices)
            word = "not in" if node.negated else "in"
            return f"{_write(node.item, _SUM)} {word} ({choices})", _COMPARE
        case All():
            return " and ".join(_write(item, _NOT) for item in node.items), _ALL
        case Any():
            return " or ".join(_write(item, _ALL) for item in node.items), _ANY
        case Not():
            return f"not {_write(node.operand, _NOT)}", _NOT
        case Call():
            given = ", ".join(to_text(argument) for argument in node.arguments)
            return f"{node.function}({given})", _ATOM
        case FittedCut():
            level = to_text(Number(node.level, Unit.SHARE))
            return f"{node.function}({node.name}) {node.op} {level}", _COMPARE
        case FittedValue():
            return f"{node.function}({node.name})", _ATOM


def _number(node: Number) -> str:
    sign, digits, exponent = node.value.as_tuple()
    assert isinstance(exponent, int)  # noqa: S101 - no literal is infinite or NaN
    if node.unit is Unit.SHARE:
        exponent += 2
    # Built from its digits, because arithmetic would round to the context's precision.
    said = f"{Decimal((sign, digits, exponent)):f}"
    if "." in said:
        said = said.rstrip("0").rstrip(".")
    if node.unit is Unit.SHARE:
        return f"{said}%"
    if node.unit is Unit.DAYS:
        return f"{said} day" if node.value == 1 else f"{said} days"
    return said
