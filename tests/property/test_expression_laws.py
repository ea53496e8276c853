import operator
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from math import isfinite

import numpy as np
import pytest
from hypothesis import example, given, reject
from hypothesis import strategies as st

from custseg.errors import ExpressionError
from custseg.rules.expression import (
    All,
    Any,
    Arithmetic,
    Call,
    Compare,
    FittedCut,
    FittedValue,
    Membership,
    Name,
    Negate,
    Not,
    Number,
    check,
    evaluate,
    parse,
    to_text,
    unit_of,
)
from custseg.table import Column
from custseg.units import Unit
from strategies_expression import (
    MONEY_EXPONENT,
    SCOPE,
    FakeFitted,
    conditions,
    expressions,
    frames,
    scaled,
)

EXACT = 2**53
RELATIONS = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def refusals(text):
    """Return the problems of a text; none where it can be read and checked."""
    try:
        check(parse(text), SCOPE, text=text)
    except ExpressionError as error:
        return error.problems
    return ()


def checked(text):
    """Return the checked tree of a drawn text, which may be refused for two reasons."""
    # It may fold to a division by zero or grow too deep or long; no more than that.
    excused = ("divides by zero", "levels deep", "too long")
    problems = refusals(text)
    for problem in problems:
        assert any(words in problem.what for words in excused), problem
    if problems:
        reject()
    return check(parse(text), SCOPE, text=text).node


def run(node, frame, n):
    """Evaluate with the fake fitted source."""
    return evaluate(node, frame, FakeFitted(), money_exponent=MONEY_EXPONENT, n=n)


# --- reading and printing


@given(expressions)
def test_what_is_printed_reads_back(text):
    """The canonical form of an expression is the same expression, and stays so."""
    checked(text)
    node = parse(text)
    printed = to_text(node)
    assert parse(printed) == node
    assert to_text(parse(printed)) == printed


def read_or_refused(text):
    """Assert that a text is read, or refused in words that show the spot."""
    problems = refusals(text)
    for problem in problems:
        assert problem.what
        assert "^" in problem.excerpt or "too long" in problem.what
    if not problems:
        assert parse(to_text(parse(text))) == parse(text)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    """Whatever is typed, the parser gives a tree or its own error."""
    read_or_refused(text)


SLIPS = "()<>=+-*/,'\"% \n.!&|_aAd0\uff19\uff08\u200b\u202e\u5ba2"


@given(
    expressions,
    st.lists(
        st.tuples(st.integers(0, 200), st.integers(0, 3), st.text(SLIPS, max_size=3)),
        max_size=4,
    ),
)
def test_a_damaged_expression_is_read_or_refused(text, damages):
    """A few slips in an expression give a tree or its own error, and so the check."""
    for place, gone, put in damages:
        text = text[:place] + put + text[place + gone :]
    read_or_refused(text)


# --- one customer and many


@given(expressions, frames())
def test_a_row_alone_is_a_row_in_bulk(text, drawn):
    """Each customer alone gets the bits that he gets among the others."""
    n, frame = drawn
    node = checked(text)
    bulk = run(node, frame, n)
    known = bulk.is_known()
    for row in range(n):
        only = {name: column.take([row]) for name, column in frame.items()}
        alone = run(node, only, 1)
        assert alone.is_known()[0] == known[row]
        if known[row]:
            one, other = alone.values[0], bulk.values[row]
            if alone.values.dtype == bulk.values.dtype:
                assert one.tobytes() == other.tobytes()
            else:
                assert int(one) == int(other)
                assert float(one).hex() == float(other).hex()


@given(expressions, frames(), st.sets(st.sampled_from(sorted(SCOPE.units))))
def test_one_value_laid_out_as_many_counts_for_each(text, drawn, alike):
    """What is looked at once for all gives each customer the bits that copies give."""
    n, frame = drawn
    node = checked(text)
    for name in alike:
        first = frame[name].take([0])
        known = None if first.known is None else np.broadcast_to(first.known, n)
        values = np.broadcast_to(first.values, n)
        frame[name] = Column(values, first.unit, known, first.words)
    copied = {name: column.take(np.arange(n)) for name, column in frame.items()}
    once, each = run(node, frame, n), run(node, copied, n)
    known = each.is_known()
    assert np.array_equal(once.is_known(), known)
    assert once.words == each.words
    assert once.values[known].tobytes() == each.values[known].tobytes()


@given(expressions, frames())
def test_known_values_are_finite(text, drawn):
    """No known value is infinite or NaN."""
    n, frame = drawn
    result = run(checked(text), frame, n)
    assert np.isfinite(result.values[result.is_known()]).all()


# --- against a reference that takes one customer at a time


class Reference:
    """The language once more, for one customer, in plain Python; None is unknown."""

    def __init__(self, row):
        self.row = row
        self.units = SCOPE.units

    def of(self, node):  # noqa: C901, PLR0911, PLR0912 - a case per node
        match node:
            case Number():
                value = scaled(node.value, node.unit)
                whole = value == int(value) and abs(value) < 2**63
                return int(value) if whole else float(value)
            case Name():
                return self.row[node.name]
            case Negate():
                return self.number(lambda a: -a, node.operand)
            case Arithmetic():
                return self.arithmetic(node)
            case Compare():
                return self.compare(node)
            case Membership():
                item = self.of(node.item)
                inside = item in [choice.value for choice in node.choices]
                return None if item is None else inside != node.negated
            case All():
                answers = [self.of(item) for item in node.items]
                return False if False in answers else None if None in answers else True
            case Any():
                answers = [self.of(item) for item in node.items]
                return True if True in answers else None if None in answers else False
            case Not():
                inner = self.of(node.operand)
                return None if inner is None else not inner
            case FittedCut():
                value = self.row[node.name]
                level = float(node.level) * 1000
                return None if value is None else RELATIONS[node.op](value, level)
            case FittedValue(function="median"):
                return 7
            case FittedValue():
                value = self.row[node.name]
                return None if value is None else abs(value / 1e3)
            case Call():
                return self.call(node)
            case _:  # a text or a truth
                return node.value

    def number(self, function, *nodes):
        values = [self.of(node) for node in nodes]
        if None in values:
            return None
        result = function(*[_plain(value) for value in values])
        return result if isfinite(result) else None

    def arithmetic(self, node):
        a, b = self.of(node.left), self.of(node.right)
        if a is None or b is None:
            return None
        if node.op == "/":
            if _exactly(b) == 0:
                return None
            result = float(a) / float(b)
            return result if isfinite(result) else None
        function = {"+": operator.add, "-": operator.sub, "*": operator.mul}[node.op]
        if isinstance(a, int) and isinstance(b, int):
            sizes = max(abs(a), 1), max(abs(b), 1)
            if node.op == "*" and sizes[0] * sizes[1] <= EXACT:
                return a * b
            if node.op != "*" and abs(a) + abs(b) <= EXACT:
                return function(a, b)
        result = function(float(a), float(b))
        return result if isfinite(result) else None

    def compare(self, node):
        relation = RELATIONS[node.op]
        if isinstance(node.right, Number) != isinstance(node.left, Number):
            a, b = (
                _limit(Fraction(scaled(side.value, side.unit)))
                if isinstance(side, Number)
                else _exactly(self.of(side))
                for side in (node.left, node.right)
            )
        else:
            a, b = (_exactly(self.of(side)) for side in (node.left, node.right))
        return None if a is None or b is None else relation(a, b)

    def call(self, node):  # noqa: PLR0911 - a case per function
        if node.function == "known":
            return self.of(node.arguments[0]) is not None
        if node.function == "if":
            test = self.of(node.arguments[0])
            if test is None:
                return None
            return _plain(self.of(node.arguments[1 if test else 2]))
        if node.function == "coalesce":
            values = [self.of(argument) for argument in node.arguments]
            return _plain(next((v for v in values if v is not None), None))
        if node.function == "abs":
            return self.number(abs, *node.arguments)
        if node.function == "floor":
            unit = {Unit.MONEY: 100, Unit.QUANTITY: 10_000}.get(
                unit_of(node, self.units), 1
            )
            value = self.of(node.arguments[0])
            if unit == 1 and type(value) is int:
                return value  # whole already, however large
            return self.number(
                lambda a: float(_exactly(a) // unit * unit), *node.arguments
            )
        function = {"min": min, "max": max}[node.function]
        return self.number(lambda *values: reduce(function, values), *node.arguments)


def _plain(value):
    """Return a number as arithmetic makes it: an integer beyond 2**53 is a float."""
    large = type(value) is int and abs(value) > EXACT
    return float(value) if large else value


def _limit(number):
    """Return what a number in the text counts as: a large one is exact."""
    return number if abs(number) >= 2**23 else _exactly(float(number))


def _exactly(value):
    """Return what a value counts as in a comparison: floats on a grid of 1e-9."""
    if type(value) is float:
        coarse = abs(value) >= 2**23
        return Fraction(value) if coarse else Fraction(round(value * 1e9), 10**9)
    return Fraction(value) if type(value) is int else value


@given(expressions, frames())
@example("(1/3) == (1/3)", (1, {}))
def test_agrees_with_the_reference(text, drawn):
    """Every answer, unknown ones included, is that of the plain interpreter."""
    n, frame = drawn
    node = checked(text)
    result = run(node, frame, n)
    for row in range(n):
        facts = {}
        for name, column in frame.items():
            value = column.values[row].item()
            said = column.words[value] if column.words else value
            facts[name] = said if column.is_known()[row] else None
        expected = Reference(facts).of(node)
        value = result.values[row].item()
        value = result.words[value] if result.words else value
        if not result.is_known()[row]:
            assert expected is None
        else:
            assert value == expected


@given(conditions, conditions, conditions, frames())
def test_kleene_laws(a, b, c, drawn):
    """De Morgan, distribution and double negation hold with unknowns among them."""
    n, frame = drawn

    def same(one, other):
        left, right = run(checked(one), frame, n), run(checked(other), frame, n)
        assert left.is_known().tolist() == right.is_known().tolist()
        known = left.is_known()
        assert (left.values[known] == right.values[known]).all()

    same(f"not (({a}) and ({b}))", f"not ({a}) or not ({b})")
    same(f"not (({a}) or ({b}))", f"not ({a}) and not ({b})")
    same(f"({a}) and (({b}) or ({c}))", f"({a}) and ({b}) or ({a}) and ({c})")
    same(f"not not ({a})", a)
    same(f"({a}) or ({a}) and ({b})", a)


@given(conditions, frames())
def test_known_is_never_unknown(a, drawn):
    """Asking whether something is known always has an answer."""
    n, frame = drawn
    assert run(checked(f"known({a})"), frame, n).known is None


def test_the_reference_can_disagree():
    """The comparison with the reference is not empty: a wrong answer would show."""
    node = checked("spend > 1")
    assert Reference({"spend": 101}).of(node) is True
    assert Reference({"spend": 100}).of(node) is False
    assert Reference({"spend": None}).of(node) is None
    with pytest.raises(KeyError, match="spend"):
        Reference({}).of(node)
    assert scaled(Decimal("1.5"), Unit.MONEY) == 150
