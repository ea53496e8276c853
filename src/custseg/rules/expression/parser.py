"""Read a condition or a formula of a policy.

A sales manager's rule is one line: ``spend > 0 and share_above(spend) < 80%``. It is
read by this parser and by nothing else; no part of it is ever run as Python.

The method is precedence climbing over the tokens. The grammar, as EBNF::

    expression  = conjunction { "or" conjunction } ;
    conjunction = negation { "and" negation } ;
    negation    = "not" negation | comparison ;
    comparison  = sum [ relation sum | [ "not" ] "in" choices ] ;
    relation    = "==" | "!=" | "<" | "<=" | ">" | ">=" ;
    choices     = "(" text { "," text } ")" ;
    sum         = product { ( "+" | "-" ) product } ;
    product     = signed { ( "*" | "/" ) signed } ;
    signed      = "-" signed | primary ;
    primary     = number | text | "true" | "false" | name | call
                | "(" expression ")" ;
    call        = name "(" [ expression { "," expression } ] ")" ;
    number      = digits [ "." digits ] [ "%" | "days" | "day" | "d" ] ;
    digits      = digit { [ "_" ] digit } ;
    text        = "'" { any character but "'" } "'"
                | '"' { any character but '"' } '"' ;
    name        = letter { letter | digit | "_" } ;      (* a-z only *)

``and`` and ``or`` join any number of conditions into one node, with or without
parentheses around the inner ones. A comparison cannot be chained.

Limits: at most 4,000 characters, also when written in canonical form; at most 64
levels, counting both parentheses and operators, so a chain of more than 63 additions
has to be grouped. Reading stops at the first thing that breaks the grammar.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final, NoReturn, cast

from attrs import evolve

from custseg.errors import ExpressionError, Problem, did_you_mean
from custseg.rules.expression.functions import FUNCTIONS
from custseg.rules.expression.nodes import (
    All,
    Any,
    Arithmetic,
    Call,
    Compare,
    Comparison,
    Membership,
    Name,
    Negate,
    Node,
    Not,
    Number,
    Sign,
    Text,
    Truth,
    height,
    to_text,
)
from custseg.rules.expression.spots import Span, problem_at
from custseg.rules.expression.tokens import LONGEST, Token, tokenize
from custseg.units import Unit

__all__ = ["DEEPEST", "parse"]

DEEPEST: Final = 64
"""The most levels an expression may have."""

_OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _NEGATE = range(1, 8)
_RELATIONS: Final = frozenset({"==", "!=", "<", "<=", ">", ">="})
_BINDS: Final = {
    "or": _OR,
    "and": _AND,
    "not": _COMPARE,  # only as the first half of "not in"
    "in": _COMPARE,
    **dict.fromkeys(_RELATIONS, _COMPARE),
    "+": _SUM,
    "-": _SUM,
    "*": _PRODUCT,
    "/": _PRODUCT,
}
_DAYS: Final = frozenset({"d", "day", "days"})
_TIMES: Final = frozenset({"week", "weeks", "month", "months", "year", "years"})


def parse(text: str, *, where: str = "") -> Node:
    """Read an expression into a tree.

    Says nothing yet about names and units: that is the checker's part.

    Parameters
    ----------
    text : str
        The expression, on one line or several.
    where : str
        The path in the policy, such as ``$.families.value.labels[0].when``, for
        error messages.

    Returns
    -------
    Node

    Raises
    ------
    ExpressionError
        When the text is not an expression of the language, or is beyond its limits.

    Examples
    --------
    >>> parse("orders >= 2")
    Compare(op='>=', left=Name(name='orders'), right=Number(value=Decimal('2'), unit=None))
    >>> parse("orders = 2")
    Traceback (most recent call last):
        ...
    custseg.errors.ExpressionError: '=' is not part of the language; write '==' to compare
    orders = 2
           ^
    """  # noqa: E501 - lines of output
    node = _Parser(text, where).whole()
    # Spaces between tokens can make the canonical text longer than the one written,
    # at most threefold ("1d" -> "1 days"); it has to be readable again.
    if len(text) * 3 > LONGEST and len(to_text(node)) > LONGEST:
        raise ExpressionError(
            Problem(
                "the expression is too long once it is spaced out",
                where=where,
                got=f"{len(to_text(node)):,} characters",
                allowed=f"at most {LONGEST:,}",
            )
        )
    return node


class _Parser:
    """One reading of one text; holds the place that has been reached."""

    def __init__(self, text: str, where: str) -> None:
        self.text = text
        self.where = where
        self.tokens = tokenize(text, where=where)
        self.place = 0
        self.level = 0

    @property
    def here(self) -> Token:
        return self.tokens[self.place]

    def at_end(self) -> bool:
        return self.here.kind == "end"

    def take(self) -> Token:
        token = self.here
        self.place += 1
        return token

    def sees(self, *signs: str) -> bool:
        return self.here.kind in {"sign", "word"} and self.here.text in signs

    def fail(self, span: Span, what: str, *, hint: str = "", **more: str) -> NoReturn:
        problem = problem_at(self.text, span, what, where=self.where, hint=hint, **more)
        raise ExpressionError(problem)

    def whole(self) -> Node:
        if self.at_end():
            self.fail(self.here.span, "the expression is empty")
        node = self.operators(_OR)
        if not self.at_end():
            self.unexpected("an operator or the end")
        if height(node) > DEEPEST:
            self.too_deep(node.span)
        return node

    def operators(self, least: int) -> Node:
        """Read operands joined by operators that bind at least so tightly."""
        self.level += 1
        if self.level > DEEPEST:
            self.too_deep(self.here.span)
        left = self.operand(least)
        while self.here.kind in {"sign", "word"}:
            binds = _BINDS.get(self.here.text, 0)
            if binds < least or not binds:
                break
            sign = self.take()
            if sign.text in {"in", "not"}:
                left = self.membership(left, sign)
            else:
                right = self.operators(binds + 1)
                left = _joined(sign.text, left, right)
            if binds == _COMPARE:
                self.refuse_chain(left)
        self.level -= 1
        return left

    def operand(self, least: int) -> Node:
        token = self.here
        if self.sees("not"):
            if least > _NOT:
                self.fail(
                    token.span,
                    "'not' cannot stand here without parentheses",
                    hint="write (not ...)",
                )
            self.take()
            inner = self.operators(_NOT)
            return Not(inner, span=(token.span[0], inner.span[1]))
        if self.sees("-"):
            self.take()
            inner = self.operators(_NEGATE)
            return Negate(inner, span=(token.span[0], inner.span[1]))
        if self.sees("("):
            self.take()
            inner = self.operators(_OR)
            end = self.close(token)
            return evolve(inner, span=(token.span[0], end))
        return self.primary()

    def primary(self) -> Node:  # noqa: RET503 - unexpected() never returns
        token = self.here
        if token.kind == "number":
            return self.number()
        if token.kind == "text":
            self.take()
            return Text(token.text, span=token.span)
        if self.sees("true", "false"):
            self.take()
            return Truth(token.text == "true", span=token.span)
        if token.kind == "name":
            self.take()
            return (
                self.call(token)
                if self.sees("(")
                else Name(token.text, span=token.span)
            )
        self.unexpected("a number, a text, a name or '('")

    def number(self) -> Number:  # noqa: RET503 - fail() never returns
        token = self.take()
        (start, end), value = token.span, Decimal(token.text)
        if self.sees("%"):
            end = self.take().span[1]
            sign, digits, exponent = value.as_tuple()
            # Shifted digit by digit: dividing would round to the context's precision.
            value = Decimal((sign, digits, cast("int", exponent) - 2))
            return Number(value, Unit.SHARE, span=(start, end))
        if self.here.kind != "name":
            return Number(value, span=token.span)
        word = self.take()
        if word.text in _DAYS:
            return Number(value, Unit.DAYS, span=(start, word.span[1]))
        span = (start, word.span[1])
        if word.text in _TIMES:
            self.fail(span, "lengths of time are in days", hint="write 180 days")
        self.fail(
            span,
            f"a number cannot be followed by '{word.text}'",
            allowed="%, days",
            hint="write large numbers as 1_000_000" if word.text[0] == "e" else "",
        )

    def call(self, function: Token) -> Call:
        if function.text not in FUNCTIONS:
            self.fail(
                function.span,
                f"expressions cannot call '{function.text}'",
                allowed="functions: " + ", ".join(FUNCTIONS),
                hint=did_you_mean(function.text, FUNCTIONS),
            )
        opening = self.take()
        arguments: list[Node] = []
        if not self.sees(")"):
            arguments.append(self.operators(_OR))
            while self.sees(","):
                self.take()
                arguments.append(self.operators(_OR))
        end = self.close(opening)
        return Call(function.text, tuple(arguments), span=(function.span[0], end))

    def membership(self, item: Node, sign: Token) -> Membership:
        negated = sign.text == "not"
        if negated and not self.sees("in"):
            self.unexpected("'in' after 'not'")
        if negated:
            self.take()
        if not self.sees("("):
            self.unexpected("'(' and the choices", hint="write x in ('A', 'B')")
        opening, choices = self.take(), [self.choice()]
        while self.sees(","):
            self.take()
            choices.append(self.choice())
        end = self.close(opening)
        span = (item.span[0], end)
        return Membership(item, tuple(choices), negated, span=span)

    def choice(self) -> Text:
        if self.here.kind != "text":
            self.unexpected("a text in quotes", hint="write x in ('A', 'B')")
        token = self.take()
        return Text(token.text, span=token.span)

    def close(self, opening: Token) -> int:
        if self.at_end():
            self.fail(opening.span, "this '(' is not closed", hint="add ')'")
        if not self.sees(")"):
            self.unexpected("')' or an operator")
        return self.take().span[1]

    def refuse_chain(self, left: Node) -> None:
        """Refuse ``a < b < c``, which reads well and means something else."""
        if not self.sees("in", "not", *_RELATIONS):
            return
        hint = "join two comparisons with 'and'"
        if isinstance(left, Compare) and self.sees(*_RELATIONS):
            shared = self.text[slice(*left.right.span)]
            hint = (
                f"write '{self.text[slice(*left.span)]} and "
                f"{shared} {self.here.text} ...'"
            )
        self.fail(self.here.span, "comparisons cannot be chained", hint=hint)

    def too_deep(self, span: Span) -> NoReturn:
        self.fail(
            span,
            f"the expression is more than {DEEPEST} levels deep",
            hint="split it, or group a long chain with parentheses",
        )

    def unexpected(self, wanted: str, *, hint: str = "") -> NoReturn:
        token = self.here
        if token.kind == "end":
            self.fail(
                token.span, f"the expression ends where {wanted} is needed", hint=hint
            )
        if self.sees(","):
            hint = hint or "thousands are written 1_000"
        if self.sees("%"):
            hint = hint or "'%' follows a number, as in 80%"
        got = f"the text '{token.text}'" if token.kind == "text" else f"'{token.text}'"
        self.fail(token.span, f"expected {wanted}", got=got, hint=hint)


def _joined(sign: str, left: Node, right: Node) -> Node:
    span = (left.span[0], right.span[1])
    if sign == "or":
        sides = [s.items if isinstance(s, Any) else (s,) for s in (left, right)]
        return Any((*sides[0], *sides[1]), span=span)
    if sign == "and":
        sides = [s.items if isinstance(s, All) else (s,) for s in (left, right)]
        return All((*sides[0], *sides[1]), span=span)
    if sign in _RELATIONS:
        return Compare(cast("Comparison", sign), left, right, span=span)
    return Arithmetic(cast("Sign", sign), left, right, span=span)
