"""Work out a checked expression for all customers at once.

The same rule answers for one customer in a CRM and for a million in a frame, with the
same bits: the tree is turned once into a chain of numpy calls, and those run over
columns of any length. Nothing loops over customers.

The method: :func:`compile_expression` walks the tree once and returns a
:class:`~custseg.rules.expression.program.Program`; numbers in the text are scaled
then and there to what the columns hold (money to minor units, quantities to
ten-thousandths), exactly, in Decimal. :func:`evaluate` compiles and runs in one go.
Any part of a tree can be evaluated alike, so an explanation can ask clause by clause.

Unknown stays unknown: a comparison or a calculation with an unknown value is unknown,
a division by zero is unknown, a result beyond the range of floats is unknown;
"false and unknown" is false, "true or unknown" is true. No warning is ever given, and
no known value is infinite or NaN.

Limits: what percentiles and medians are is not known here; a :class:`FittedSource`
answers for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Context, Decimal
from functools import partial
from typing import Final

import numpy as np

from custseg.errors import ExpressionError, Problem
from custseg.money import decimals_kept
from custseg.rules.expression import numbers
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
    FittedValue,
    Membership,
    Name,
    Negate,
    Node,
    Not,
    Number,
    Text,
    Truth,
    names_in,
    to_text,
)
from custseg.rules.expression.numbers import Numbers
from custseg.rules.expression.program import (
    FittedSource,
    Frame,
    Program,
    Run,
    always,
    applied,
    chosen,
    folded,
    listed,
    loaded,
    narrowed,
    paired,
)
from custseg.rules.expression.texts import (
    Texts,
    among,
    choose_texts,
    first_text,
    same_text,
    text_literal,
    texts_of,
)
from custseg.rules.expression.truths import (
    COMPARE,
    Truths,
    all_of,
    any_of,
    choose_truths,
    first_truth,
    judged,
    opposite,
    same_truth,
    told,
    truths_of,
    where_known,
)
from custseg.table import Column
from custseg.units import Unit

__all__ = ["FittedSource", "Program", "compile_expression", "evaluate"]


_ARITHMETIC: Final = {
    "+": numbers.add,
    "-": numbers.subtract,
    "*": numbers.multiply,
    "/": numbers.divide,
}
_FOLDS: Final = {
    "min": numbers.least,
    "max": numbers.greatest,
    "coalesce": numbers.first_number,
}


def evaluate(
    node: Node,
    frame: Frame,
    fitted: FittedSource,
    *,
    money_exponent: int,
    n: int,
) -> Column:
    """Work out an expression, or any part of one, for all customers of a frame.

    Parameters
    ----------
    node : Node
        As the checker gave it, or any part of that.
    frame : mapping of str to Column
        The features and scores it names, each of n rows.
    fitted : FittedSource
        What was learned from a reference.
    money_exponent : int
        How many decimals the currency has: 2 for yuan, 0 for yen.
    n : int
        How many customers there are.

    Returns
    -------
    Column
        Of n rows, with the unit of the expression; ``known`` is None where nothing
        can be unknown.

    Raises
    ------
    ExpressionError
        When the expression was not checked.

    Notes
    -----
    To run one expression often, compile it once: :func:`compile_expression`.

    Examples
    --------
    >>> from custseg.rules.expression.checker import check
    >>> from custseg.rules.expression.parser import parse
    >>> from custseg.rules.expression.scope import Scope
    >>> rule = "spend / orders >= 100.50"
    >>> scope = Scope({"spend": Unit.MONEY, "orders": Unit.COUNT})
    >>> checked = check(parse(rule), scope, text=rule)
    >>> frame = {"spend": Column(np.array([20100, 20099, 5]), Unit.MONEY),
    ...          "orders": Column(np.array([2, 2, 0]), Unit.COUNT)}
    >>> answer = evaluate(checked.node, frame, None, money_exponent=2, n=3)
    >>> answer.values.tolist(), answer.known.tolist()
    ([True, False, False], [True, True, False])
    """
    units = {name: frame[name].unit for name in names_in(node)}
    program = compile_expression(node, units, money_exponent=money_exponent)
    return program(frame, fitted, n)


def compile_expression(
    node: Node, units: Mapping[str, Unit], *, money_exponent: int
) -> Program:
    """Make a checked expression ready to run.

    Parameters
    ----------
    node : Node
        As the checker gave it, or any part of that.
    units : mapping of str to Unit
        The unit of each name in it.
    money_exponent : int
        How many decimals the currency has.

    Returns
    -------
    Program

    Raises
    ------
    ExpressionError
        When the expression was not checked.

    Examples
    --------
    >>> program = compile_expression(Name("orders"), {"orders": Unit.COUNT},
    ...                              money_exponent=2)
    >>> program.unit
    <Unit.COUNT: 'count'>
    """
    compiler = _Compiler(units, money_exponent)
    unit = unit_of(node, units)
    if unit is Unit.FLAG:
        return Program(unit, compiler.condition(node))
    if unit is Unit.TEXT:
        return Program(unit, compiler.text(node))
    return Program(unit, compiler.number(node))


class _Compiler:
    """Turns a tree into nested functions of a frame and a fitted source."""

    def __init__(self, units: Mapping[str, Unit], money_exponent: int) -> None:
        self.units = units
        self.money_exponent = money_exponent

    def scaled(self, node: Number) -> Decimal:
        """Return a number as the columns hold it."""
        places = decimals_kept(node.unit, self.money_exponent)
        return node.value.scaleb(places, Context(prec=200))

    def condition(self, node: Node) -> Run[Truths]:  # noqa: C901, PLR0911 - a case per node
        match node:
            case Truth():
                return always(Truths(np.array(node.value), None))
            case Name():
                return loaded(truths_of, node.name)
            case Compare():
                return self.comparison(node)
            case Membership():
                choices = tuple(choice.value for choice in node.choices)
                return self.among(node.item, choices, node.negated)
            case All():
                return listed(all_of, [self.condition(part) for part in node.items])
            case Any():
                return listed(any_of, [self.condition(part) for part in node.items])
            case Not():
                return applied(opposite, self.condition(node.operand))
            case FittedCut():
                return lambda frame, fitted: truths_of(
                    fitted.holds(node, narrowed(frame[node.name]))
                )
            case Call(function="known"):
                return self.is_known(node.arguments[0])
            case Call(function="if"):
                return chosen(choose_truths, *map(self.condition, node.arguments))
            case Call(function="coalesce"):
                return folded(first_truth, map(self.condition, node.arguments))
            case _:
                raise _unchecked(node)

    def is_known(self, node: Node) -> Run[Truths]:
        unit = unit_of(node, self.units)
        if unit is Unit.FLAG:
            condition = self.condition(node)
            return lambda frame, fitted: where_known(told(condition(frame, fitted)))
        part = self.text(node) if unit is Unit.TEXT else self.number(node)
        return lambda frame, fitted: where_known(part(frame, fitted).known)

    def comparison(self, node: Compare) -> Run[Truths]:
        unit = unit_of(node.left, self.units)
        relation = COMPARE[node.op]
        if unit is Unit.TEXT:
            return self.text_comparison(node)
        if unit is Unit.FLAG:
            yes, no = self.condition(node.left), self.condition(node.right)
            return paired(partial(same_truth, relation), yes, no)
        if isinstance(node.right, Number) and not isinstance(node.left, Number):
            return self.against(node.op, node.left, node.right)
        if isinstance(node.left, Number) and not isinstance(node.right, Number):
            return self.against(MIRRORED[node.op], node.right, node.left)
        one, other = self.number(node.left), self.number(node.right)
        return paired(partial(numbers.compare, relation), one, other)

    def against(self, op: Comparison, node: Node, limit: Number) -> Run[Truths]:
        numeric = self.number(node)
        compared = numbers.comparer(op, self.scaled(limit))

        def holds(frame: Frame, fitted: FittedSource) -> Truths:
            values, known = numeric(frame, fitted)
            return judged(compared(values), known)

        return holds

    def text_comparison(self, node: Compare) -> Run[Truths]:
        negated = node.op == "!="
        if isinstance(node.right, Text):
            return self.among(node.left, (node.right.value,), negated)
        if isinstance(node.left, Text):
            return self.among(node.right, (node.left.value,), negated)
        same = paired(same_text, self.text(node.left), self.text(node.right))
        return applied(opposite, same) if negated else same

    def among(
        self,
        item: Node,
        choices: tuple[str, ...],
        negated: bool,  # noqa: FBT001 - as the node says it,
    ) -> Run[Truths]:
        inside = applied(partial(among, choices), self.text(item))
        return applied(opposite, inside) if negated else inside

    def number(self, node: Node) -> Run[Numbers]:  # noqa: PLR0911 - a case per node
        match node:
            case Number():
                return always(numbers.literal(self.scaled(node)))
            case Name():
                return loaded(numbers.numbers_of, node.name)
            case Negate():
                return applied(numbers.negative, self.number(node.operand))
            case Arithmetic():
                left, right = self.number(node.left), self.number(node.right)
                return paired(_ARITHMETIC[node.op], left, right)
            case FittedValue():
                return lambda frame, fitted: numbers.numbers_of(
                    fitted.value(node, narrowed(frame[node.name]))
                )
            case Call(function="if"):
                test, *branches = node.arguments
                one, other = map(self.number, branches)
                return chosen(numbers.choose_numbers, self.condition(test), one, other)
            case Call() if node.function in _FOLDS:
                return folded(_FOLDS[node.function], map(self.number, node.arguments))
            case Call(function="abs"):
                return applied(numbers.absolute, self.number(node.arguments[0]))
            case Call(function="floor"):
                unit = 10 ** decimals_kept(
                    unit_of(node, self.units), self.money_exponent
                )
                inner = self.number(node.arguments[0])
                return applied(partial(numbers.floor, unit), inner)
            case _:
                raise _unchecked(node)

    def text(self, node: Node) -> Run[Texts]:
        match node:
            case Text():
                return always(text_literal(node.value))
            case Name():
                return loaded(texts_of, node.name)
            case Call(function="if"):
                test, *branches = node.arguments
                one, other = map(self.text, branches)
                return chosen(choose_texts, self.condition(test), one, other)
            case Call(function="coalesce"):
                return folded(first_text, map(self.text, node.arguments))
            case _:
                raise _unchecked(node)


def _unchecked(node: Node) -> ExpressionError:
    what = "the expression was not checked before it was evaluated"
    return ExpressionError(Problem(what, got=to_text(node), hint="call check() first"))
