"""Check that an expression makes sense, before any customer is looked at.

A policy is refused as a whole, with everything that is wrong in it: a name that does
not exist, days compared with money, a percentile compared with ``==``. What passes
cannot fail later.

The method: one walk from the leaves up gives every part its unit. A bare number takes
the unit of what it meets; arithmetic of constants is done here, in Decimal; named
thresholds become numbers; a percentile compared with a constant becomes a
:class:`~custseg.rules.expression.nodes.FittedCut`, of which only the cut has to be
learned. A part that is wrong is not judged again by what surrounds it.

Limits: a constant inside a function (``min(1, 2)``) is not worked out beforehand, so
it is no constant for a percentile to be compared with.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Context, Decimal
from typing import Final, Literal, cast

from attrs import evolve

from custseg.errors import ExpressionError
from custseg.rules.expression.complaints import Complaints
from custseg.rules.expression.functions import FUNCTIONS, Function, Takes
from custseg.rules.expression.measures import (
    Bare,
    Measure,
    adapted,
    common,
    is_numeric,
    product,
    quotient,
    said,
)
from custseg.rules.expression.nodes import (
    MIRRORED,
    All,
    Any,
    Arithmetic,
    Call,
    Compare,
    Cut,
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
    walk,
)
from custseg.rules.expression.scope import Checked, Scope
from custseg.units import Unit

__all__ = ["Wanted", "check"]

Wanted = Literal["condition", "number", "anything"]
_Typed = tuple[Node, Measure]
_Judge = Callable[[Node], _Typed | None]

_BARE_UNITS: Final = frozenset({None, Unit.NUMBER, Unit.COUNT})


def check(
    node: Node,
    scope: Scope,
    *,
    text: str,
    where: str = "",
    wanted: Wanted = "anything",
) -> Checked:
    """Check names, units and kinds, and prepare an expression for evaluation.

    Parameters
    ----------
    node : Node
        As the parser gave it.
    scope : Scope
        What may be named.
    text : str
        What was parsed, for error messages.
    where : str
        The path in the policy, for error messages.
    wanted : {"condition", "number", "anything"}
        What the expression has to give: a ``when`` a condition, an ``of`` a number.

    Returns
    -------
    Checked

    Raises
    ------
    ExpressionError
        With every problem of the expression.

    Examples
    --------
    >>> from custseg.rules.expression.parser import parse
    >>> scope = Scope({"spend": Unit.MONEY, "tenure_days": Unit.DAYS})
    >>> checked = check(parse("0.8 <= pct(spend)"), scope, text="0.8 <= pct(spend)")
    >>> checked.node
    FittedCut(function='pct', name='spend', op='>=', level=Decimal('0.8'))
    >>> check(parse("spend > tenure_days"), scope, text="spend > tenure_days")
    Traceback (most recent call last):
        ...
    custseg.errors.ExpressionError: spend is money, tenure_days is days: they cannot be compared
    spend > tenure_days
    ^^^^^^^^^^^^^^^^^^^
    """  # noqa: E501 - a line of output
    checker = _Checker(scope, text, where)
    match wanted:
        case "condition":
            typed = checker.condition(node)
        case "number":
            typed = checker.number(node)
        case _:
            typed = checker.typed(node)
    if typed is None or checker.say.problems:
        raise ExpressionError(*checker.say.problems)
    checked, measure = typed
    if isinstance(measure, Bare):
        checked, measure = adapted(checked, Unit.NUMBER), Unit.NUMBER
    fitted = {p for p in walk(checked) if isinstance(p, FittedCut | FittedValue)}
    in_order = tuple(sorted(fitted, key=_fitted_order))
    return Checked(checked, measure, names_in(checked), in_order)


def _fitted_order(part: FittedCut | FittedValue) -> tuple[object, ...]:
    if isinstance(part, FittedCut):
        return (0, part.function, part.name, part.op, part.level)
    return (1, part.function, part.name)


class _Checker:
    """One check of one expression; gathers its problems.

    The methods that type a node return None once they have said what is wrong.
    """

    def __init__(self, scope: Scope, text: str, where: str) -> None:
        self.scope = scope
        self.say = Complaints(scope, text, where)
        # Enough digits for any chain of products of thresholds that people write;
        # apart from the ambient context, so that no setting elsewhere changes a rule.
        self.exact = Context(prec=100)

    def typed(self, node: Node) -> _Typed | None:  # noqa: C901, PLR0911, PLR0912 - a case per node
        match node:
            case Number():
                return node, node.unit or Bare.BARE
            case Text():
                return node, Unit.TEXT
            case Truth() | FittedCut():
                return node, Unit.FLAG
            case Name():
                return self.name(node)
            case Negate():
                return self.negate(node)
            case Arithmetic():
                return self.arithmetic(node)
            case Compare():
                return self.compare(node)
            case Membership():
                return self.membership(node)
            case All() | Any():
                items = self.every(node.items, self.condition)
                if items is None:
                    return None
                return evolve(node, items=tuple(n for n, _ in items)), Unit.FLAG
            case Not():
                inner = self.condition(node.operand)
                return inner and (evolve(node, operand=inner[0]), Unit.FLAG)
            case Call():
                return self.call(node)
            case FittedValue():
                called = Call(node.function, (Name(node.name),), span=node.span)
                return self.call(called)

    def every(self, nodes: Sequence[Node], judge: _Judge) -> list[_Typed] | None:
        """Judge all nodes, so that each can tell its problem; None if one has any."""
        judged = [judge(node) for node in nodes]
        typed = [one for one in judged if one is not None]
        return typed if len(typed) == len(judged) else None

    def number(self, node: Node) -> _Typed | None:
        typed = self.typed(node)
        if typed and not is_numeric(typed[1]):
            hint = "write if(condition, 1, 0)" if typed[1] is Unit.FLAG else ""
            what = (
                f"{self.say.quoted(node)} is {said(typed[1])}, but a number is needed"
            )
            self.say.wrong(node, what, hint=hint)
            return None
        return typed

    def condition(self, node: Node) -> _Typed | None:
        typed = self.typed(node)
        if typed and typed[1] is not Unit.FLAG:
            kind = said(typed[1])
            what = f"{self.say.quoted(node)} is {kind}, but a condition is needed"
            self.say.wrong(node, what, hint="compare it with something")
            return None
        return typed

    def name(self, node: Name) -> _Typed | None:
        if node.name in self.scope.units:
            return node, self.scope.units[node.name]
        constant = self.scope.constants.get(node.name)
        if constant is None:
            self.say.unknown(node)
            return None
        match constant.value:
            case bool():
                return Truth(constant.value, span=node.span), Unit.FLAG
            case str():
                return Text(constant.value, span=node.span), Unit.TEXT
        unit = None if constant.unit in _BARE_UNITS else constant.unit
        return Number(constant.value, unit, span=node.span), unit or Bare.BARE

    def negate(self, node: Negate) -> _Typed | None:
        inner = self.number(node.operand)
        if inner is None:
            return None
        operand, measure = inner
        if isinstance(operand, Number):
            negated = operand.value.copy_negate()
            return evolve(operand, value=negated, span=node.span), measure
        return evolve(node, operand=operand), measure

    def arithmetic(self, node: Arithmetic) -> _Typed | None:
        sides = self.every((node.left, node.right), self.number)
        if sides is None:
            return None
        (left, one), (right, other) = sides
        if node.op == "/" and isinstance(right, Number) and right.value == 0:
            self.say.wrong(node.right, "this divides by zero")
            return None
        if node.op in {"+", "-"}:
            measure = common((one, other))
        else:
            measure = (product if node.op == "*" else quotient)(one, other)
        if measure is None:
            self.say.no_arithmetic(node, one, other)
            return None
        if isinstance(left, Number) and isinstance(right, Number):
            value = self.worked_out(node.op, left.value, right.value)
            unit = None if isinstance(measure, Bare) else measure
            return Number(value, unit, span=node.span), measure
        if isinstance(measure, Unit):
            meets = measure if node.op in {"+", "-"} else Unit.NUMBER
            left, right = adapted(left, meets, one), adapted(right, meets, other)
        return evolve(node, left=left, right=right), measure

    def worked_out(self, op: str, left: Decimal, right: Decimal) -> Decimal:
        match op:
            case "+":
                return self.exact.add(left, right)
            case "-":
                return self.exact.subtract(left, right)
            case "*":
                return self.exact.multiply(left, right)
            case _:
                return self.exact.divide(left, right)

    def compare(self, node: Compare) -> _Typed | None:
        sides = self.every((node.left, node.right), self.typed)
        if sides is None:
            return None
        (left, one), (right, other) = sides
        measure = common((one, other))
        if measure is None:
            self.say.mismatch(node, one, other, "compared")
            return None
        if not is_numeric(measure) and node.op not in {"==", "!="}:
            kind = "texts" if measure is Unit.TEXT else "conditions"
            what = f"{kind} cannot be compared with '{node.op}'"
            self.say.wrong(node, what, allowed="==, !=")
            return None
        if measure is Unit.TEXT:
            self.say.check_words(left, right)
            self.say.check_words(right, left)
        if _is_cut(left) or _is_cut(right):
            return self.compare_share(node, left, right)
        unit = Unit.NUMBER if isinstance(measure, Bare) else measure
        left, right = adapted(left, unit, one), adapted(right, unit, other)
        return evolve(node, left=left, right=right), Unit.FLAG

    def compare_share(self, node: Compare, left: Node, right: Node) -> _Typed | None:
        """Type a comparison in which a percentile or share stands alone on a side."""
        if node.op in {"==", "!="}:
            kind = (
                "a percentile is"
                if "pct"
                in {getattr(left, "function", ""), getattr(right, "function", "")}
                else "a share is"
            )
            self.say.wrong(node, f"{kind} compared with >=, >, < or <=")
            return None
        op = node.op
        if isinstance(left, Number):
            left, right, op = right, left, MIRRORED[op]
        if isinstance(left, FittedValue) and isinstance(right, Number):
            if not 0 <= right.value <= 1:
                number = self.say.quoted(right)
                self.say.wrong(
                    right,
                    f"{to_text(left)} lies between 0 and 1, {number} does not",
                    hint=_as_percent(number, right),
                )
                return None
            cut = cast("Cut", op)
            level = right.value
            return (
                FittedCut(left.function, left.name, cut, level, span=node.span),
                Unit.FLAG,
            )
        left, right = adapted(left, Unit.SHARE), adapted(right, Unit.SHARE)
        return evolve(node, left=left, right=right), Unit.FLAG

    def membership(self, node: Membership) -> _Typed | None:
        item = self.typed(node.item)
        if item is None:
            return None
        if item[1] is not Unit.TEXT:
            kind = said(item[1])
            what = f"{self.say.quoted(node.item)} is {kind}, but 'in' needs a text"
            self.say.wrong(node.item, what)
            return None
        for choice in node.choices:
            self.say.check_words(item[0], choice)
        return evolve(node, item=item[0]), Unit.FLAG

    def call(self, node: Call) -> _Typed | None:  # noqa: PLR0911 - a case per rule
        function = FUNCTIONS[node.function]
        if not function.admits(len(node.arguments)):
            given = len(node.arguments)
            what = f"{function.name} cannot be given {given} values"
            self.say.wrong(node, what, hint=f"write {function.usage}")
            return None
        if function.is_fitted:
            return self.fitted(node, function)
        match function.takes:
            case Takes.ANYTHING:
                anything = self.every(node.arguments, self.typed)
                if anything is None:
                    return None
                arguments = tuple(adapted(n, Unit.NUMBER, m) for n, m in anything)
                return evolve(node, arguments=arguments), Unit.FLAG
            case Takes.NUMBERS:
                return self.alike(node, (), self.every(node.arguments, self.number))
            case Takes.CHOICE:
                condition = self.condition(node.arguments[0])
                branches = self.every(node.arguments[1:], self.typed)
                return condition and self.alike(node, (condition[0],), branches)
            case _:
                return self.alike(node, (), self.every(node.arguments, self.typed))

    def alike(
        self, node: Call, before: tuple[Node, ...], given: list[_Typed] | None
    ) -> _Typed | None:
        """Type a call whose values have to be of one kind and unit."""
        if given is None:
            return None
        measure = common(measure for _, measure in given)
        if measure is None:
            written = node.arguments[len(before) :]
            parts = ", ".join(
                f"{self.say.quoted(part)} is {said(measure)}"
                for part, (_, measure) in zip(written, given, strict=True)
            )
            self.say.wrong(node, f"{parts}: {node.function} needs values of one unit")
            return None
        values = [n for n, _ in given]
        if isinstance(measure, Unit):
            values = [adapted(n, measure, m) for n, m in given]
        return evolve(node, arguments=(*before, *values)), measure

    def fitted(self, node: Call, function: Function) -> _Typed | None:
        (given,) = node.arguments
        if not isinstance(given, Name) or given.name in self.scope.constants:
            what = f"{function.name} takes the bare name of a feature or score"
            self.say.wrong(given, what, hint=f"write {function.usage}")
            return None
        typed = self.number(given)
        if typed is None:
            return None
        value = FittedValue(function.name, given.name, span=node.span)
        return value, Unit.SHARE if function.is_cut else typed[1]


def _as_percent(written: str, number: Number) -> str:
    """Advise how to write a share that was written as 80, or stands in a threshold."""
    if not 1 < number.value <= 100:
        return ""
    if written[:1].isdigit():
        return f"write {written}%"
    return f"write {number.value / 100:f} in {written}"


def _is_cut(node: Node) -> bool:
    return isinstance(node, FittedValue) and FUNCTIONS[node.function].is_cut
