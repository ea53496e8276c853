import operator
import warnings
from decimal import Decimal

import numpy as np
import pytest

from custseg.errors import ExpressionError
from custseg.rules.expression import (
    Call,
    Name,
    Scope,
    check,
    compile_expression,
    evaluate,
    parse,
)
from custseg.rules.expression.numbers import comparer
from custseg.rules.expression.program import narrowed
from custseg.table import Column
from custseg.units import Unit

LARGEST = 2**63 - 1


class Learned:
    """Knows one cut and one median, whatever it is asked."""

    def holds(self, cut, column):
        relation = {">=": operator.ge, ">": operator.gt, "<": operator.lt}[cut.op]
        return Column(relation(column.values, 100), Unit.FLAG, column.known)

    def value(self, of, column):
        if of.function == "median":
            return Column(np.array([30.5]), column.unit)
        return Column(column.values / 1000, Unit.SHARE, column.known)


def column(values, unit, words=()):
    """Make a column in which None is unknown."""
    known = [value is not None for value in values]
    filler = next((value for value in values if value is not None), 0)
    filled = np.array([filler if value is None else value for value in values])
    if unit is Unit.TEXT:
        filled = filled.astype(np.int32)
    return Column(filled, unit, None if all(known) else np.array(known), words)


def answers(text, *, money_exponent=2, **columns):
    """Evaluate a text for a frame of (unit, values); None stands for unknown."""
    frame = {
        name: given if isinstance(given, Column) else column(given[1], given[0])
        for name, given in columns.items()
    }
    scope = Scope({name: given.unit for name, given in frame.items()})
    n = len(next(iter(frame.values())))
    node = check(parse(text), scope, text=text).node
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = evaluate(node, frame, Learned(), money_exponent=money_exponent, n=n)
    assert len(result) == n
    said = [result.words[v] if result.words else v for v in result.values.tolist()]
    return [v if k else None for v, k in zip(said, result.is_known(), strict=True)]


T, F, U = True, False, None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("p and q", [T, F, U, F, F, F, U, F, U]),
        ("p or q", [T, T, T, T, F, U, T, U, U]),
        ("not p", [F, F, F, T, T, T, U, U, U]),
        ("p == q", [T, F, U, F, T, U, U, U, U]),
        ("p != q", [F, T, U, T, F, U, U, U, U]),
        ("known(p)", [T, T, T, T, T, T, F, F, F]),
        ("coalesce(p, q)", [T, T, T, F, F, F, T, F, U]),
        ("if(p, q, not q)", [T, F, U, F, T, U, U, U, U]),
    ],
)
def test_conditions_follow_kleene(text, expected):
    """All nine meetings of true, false and unknown give what Kleene's tables say."""
    p = [T, T, T, F, F, F, U, U, U]
    q = [T, F, U, T, F, U, T, F, U]
    assert answers(text, p=(Unit.FLAG, p), q=(Unit.FLAG, q)) == expected


def test_money_is_compared_in_minor_units():
    """100.50 yuan is 10,050 fen, and 100.505 lies between two of them."""
    spend = (Unit.MONEY, [10049, 10050, 10051])
    assert answers("spend >= 100.50", spend=spend) == [False, True, True]
    assert answers("spend > 100.505", spend=spend) == [False, False, True]
    assert answers("spend == 100.505", spend=spend) == [False, False, False]
    assert answers("spend != 100.505", spend=spend) == [True, True, True]
    assert answers("spend >= 10050", spend=spend, money_exponent=0) == [
        False,
        True,
        True,
    ]


def test_quantities_are_compared_in_ten_thousandths():
    """2.5 pieces are 25,000 inside."""
    assert answers("goods >= 2.5", goods=(Unit.QUANTITY, [24999, 25000])) == [
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("op", "limit", "expected"),
    [
        (">=", "10.5", [False, True]),
        (">", "10.5", [False, True]),
        ("<", "10.5", [True, False]),
        ("<=", "10", [True, False]),
        ("<", "-10.5", [False, False]),
        ("==", "10.5", [False, False]),
        ("!=", "10", [False, True]),
        (">=", "99999999999999999999", [False, False]),
        ("<", "99999999999999999999", [True, True]),
        (">=", "-99999999999999999999", [True, True]),
        ("==", "99999999999999999999", [False, False]),
    ],
)
def test_integers_against_any_number_are_exact(op, limit, expected):
    """The limit is moved to the next integer, or beyond all of them."""
    compared = comparer(op, Decimal(limit))
    ints = np.broadcast_to(compared(np.array([10, 11])), (2,))
    floats = np.broadcast_to(compared(np.array([10.0, 11.0])), (2,))
    assert ints.tolist() == expected
    assert floats.tolist() == expected


@pytest.mark.parametrize(
    ("op", "expected"),
    [
        ("==", [False, True, False]),
        (">=", [False, True, True]),
        (">", [False, False, True]),
        ("<=", [True, True, False]),
        ("<", [True, False, False]),
    ],
)
@pytest.mark.parametrize("third", [1, 2])
def test_a_third_in_a_rule_is_the_third_of_a_customer(op, expected, third):
    """A limit is rounded as shares are: 2/3 upwards, 1/3 downwards."""
    compared = comparer(op, Decimal(third) / 3)
    shares = np.array([third / 3 - 1e-8, third / 3, third / 3 + 1e-8])
    assert compared(shares).tolist() == expected


def test_integers_keep_their_last_digit():
    """Beyond 2**53 a float would say that neighbours are equal."""
    near = (Unit.COUNT, [2**53, 2**53 + 1, LARGEST])
    assert answers("n > 9007199254740992", n=near) == [False, True, True]
    assert answers("n == 9223372036854775807", n=near) == [False, False, True]
    assert answers("n == m", n=near, m=(Unit.COUNT, [2**53 + 1] * 3)) == [
        False,
        True,
        False,
    ]


def test_floats_are_rounded_before_they_are_compared():
    """0.1 + 0.2 is 0.3, and a difference in the tenth decimal is none."""
    x = (Unit.SHARE, [0.1 + 0.2, 0.3 + 4e-10, 0.3 + 2e-9])
    assert answers("x == 30%", x=x) == [True, True, False]
    assert answers("x > 0.3", x=x) == [False, False, True]
    assert answers("x <= y", x=x, y=(Unit.SHARE, [0.3] * 3)) == [True, True, False]
    assert answers("floor(10 * x)", x=(Unit.SHARE, [0.3 - 1e-15])) == [3.0]


def test_a_float_of_whole_numbers_stays_whole():
    """Rounding to nine decimals leaves large whole floats as they are."""
    whole = [5_000_000_001.0, 2.0**53 - 1, 8_388_609.0, 1e300]
    assert answers("x == y", x=(Unit.COUNT, whole), y=(Unit.COUNT, whole)) == [True] * 4
    assert answers("x == 5_000_000_001", x=(Unit.COUNT, whole))[0]
    assert answers("x == 9007199254740991", x=(Unit.COUNT, whole))[1]


def test_arithmetic_keeps_scales():
    """Money by count is money, money by money a ratio, and pieces stay pieces."""
    given = {
        "spend": (Unit.MONEY, [30000, 1000]),
        "profit": (Unit.MONEY, [15000, 1000]),
        "orders": (Unit.COUNT, [4, 3]),
    }
    assert answers("spend / orders", **given) == [7500.0, 1000 / 3]
    assert answers("spend / profit", **given) == [2.0, 1.0]
    assert answers("spend * 0.5 + 1", **given) == [15100.0, 600.0]
    assert answers("spend - 1.25", **given) == [29875, 875]
    assert answers("2 * orders - 5", **given) == [3, 1]
    assert answers("floor(spend / orders)", **given) == [7500.0, 300.0]


def test_floor_of_money_is_in_its_major_unit():
    """10.99 yuan is 10 yuan, not 1,099 fen; below zero it goes down."""
    assert answers("floor(m)", m=(Unit.MONEY, [1099, -1, 0])) == [1000, -100, 0]


def test_division_by_zero_is_unknown():
    """Zero, and what compares as zero, divides into the unknown, without a warning."""
    zeros = (Unit.COUNT, [0, 2])
    assert answers("spend / n", spend=(Unit.MONEY, [5, 5]), n=zeros) == [None, 2.5]
    tiny = (Unit.SHARE, [0.1 + 0.2 - 0.3, 1e-300, 0.5])
    assert answers("1 / x", x=tiny) == [None, None, 2.0]
    assert answers("spend / n >= 0", spend=(Unit.MONEY, [5, 5]), n=zeros) == [
        None,
        True,
    ]


def test_overflow_becomes_a_float_and_then_unknown():
    """A product beyond 64 bits is a float; one beyond all floats is unknown."""
    large = (Unit.COUNT, [LARGEST, -(2**63), 2])
    assert answers("n * 4", n=large) == [2.0**65, -(2.0**65), 8.0]
    assert answers("n + n > 0", n=large) == [True, False, True]
    assert answers("-n", n=large) == [-(2.0**63), 2.0**63, -2.0]
    assert answers("abs(n)", n=large) == [2.0**63, 2.0**63, 2.0]
    assert answers("x * 10", x=(Unit.NUMBER, [1e308, 1.0])) == [None, 10.0]


def test_unknown_numbers_stay_unknown():
    """Arithmetic, comparisons, min and max with an unknown value are unknown."""
    given = {"a": (Unit.DAYS, [1, None, 3]), "b": (Unit.DAYS, [5, 5, None])}
    assert answers("a + b", **given) == [6, None, None]
    assert answers("a < b", **given) == [True, None, None]
    assert answers("min(a, b)", **given) == [1, None, None]
    assert answers("max(a, b, 9)", **given) == [9, None, None]
    assert answers("coalesce(a, b)", **given) == [1, 5, 3]
    assert answers("coalesce(a, 7)", **given) == [1, 7, 3]
    assert answers("if(a > 1, a, b)", **given) == [5, None, 3]
    assert answers("known(a) and known(a + b)", **given) == [True, False, False]


def test_an_unknown_place_may_hold_anything():
    """NaN and stray codes where nothing is known neither warn nor leak."""
    known = np.array([False, True])
    x = Column(np.array([np.nan, 2.0]), Unit.NUMBER, known)
    assert answers("x + 1", x=x) == [None, 3.0]
    assert answers("x > 1 or x <= 1", x=x) == [None, True]
    assert answers("coalesce(x, 5)", x=x) == [5.0, 2.0]
    t = Column(np.array([99, 0], dtype=np.int32), Unit.TEXT, known, ("A",))
    other = Column(np.array([0, 1], dtype=np.int32), Unit.TEXT, None, ("B", "A"))
    assert answers("t == o", t=t, o=other) == [None, True]
    assert answers("coalesce(t, o)", t=t, o=other) == ["B", "A"]


def test_texts_are_compared_by_their_words():
    """Codes of two columns mean different words."""
    a = column([0, 1, None], Unit.TEXT, ("DEALER", "PROJECT"))
    b = column([1, 1, 0], Unit.TEXT, ("PROJECT", "DEALER"))
    assert answers("a == 'DEALER'", a=a) == [True, False, None]
    assert answers("'DEALER' != a", a=a) == [False, True, None]
    assert answers("a in ('PROJECT', 'X')", a=a) == [False, True, None]
    assert answers("a not in ('X', 'Y')", a=a) == [True, True, None]
    assert answers("a == b", a=a, b=b) == [True, False, None]
    assert answers("a != b", a=a, b=b) == [False, True, None]
    assert answers("if(a == 'DEALER', a, 'OTHER')", a=a) == ["DEALER", "OTHER", None]
    assert answers("coalesce(a, 'NONE')", a=a) == ["DEALER", "PROJECT", "NONE"]


def test_learned_parts_are_asked_for():
    """Cuts come as flags, percentiles as shares, a median as one number for all."""
    spend = (Unit.MONEY, [50, 100, None])
    assert answers("pct(spend) >= 0.8", spend=spend) == [False, True, None]
    assert answers("0.8 > pct(spend)", spend=spend) == [True, False, None]
    assert answers("100 * pct(spend)", spend=spend) == [5.0, 10.0, None]
    gap = (Unit.DAYS, [30, 31, None])
    assert answers("gap > median(gap)", gap=gap) == [False, True, None]
    assert answers("coalesce(gap, median(gap))", gap=gap) == [30.0, 31.0, 30.5]
    assert answers("median(gap)", gap=gap) == [30.5] * 3


def test_clauses_can_be_evaluated_one_by_one():
    """An explanation asks each clause of the same tree on its own."""
    text = "spend > 1 and orders >= 2"
    frame = {
        "spend": column([500], Unit.MONEY),
        "orders": column([1], Unit.COUNT),
    }
    scope = Scope({name: given.unit for name, given in frame.items()})
    node = check(parse(text), scope, text=text).node
    held = [
        evaluate(item, frame, Learned(), money_exponent=2, n=1).values.tolist()
        for item in node.items
    ]
    assert held == [[True], [False]]


def test_what_is_all_known_has_no_mask():
    """No mask is made where nothing is missing, and constants fill all rows."""
    frame = {"orders": column([1, 2], Unit.COUNT)}
    units = {"orders": Unit.COUNT}
    for text in ("orders > 1 and not orders > 5", "orders * 2 - 1", "1 + 1", "true"):
        node = check(parse(text), Scope(units), text=text).node
        program = compile_expression(node, units, money_exponent=2)
        result = program(frame, Learned(), 2)
        assert result.known is None
        assert len(result) == 2
        assert result.unit is program.unit


def test_no_customers_give_no_answers():
    """A frame without rows is evaluated like any other."""
    empty = Column(np.array([], dtype=np.int64), Unit.COUNT)
    assert answers("n * n > 3 and min(n, 2) / n > 1", n=empty) == []


def test_days_in_32_bits_do_not_overflow():
    """A column of days may come in 32 bits; its products do not wrap."""
    days = Column(np.array([2**31 - 1], dtype=np.int32), Unit.DAYS)
    assert answers("2 * d > 3_000_000_000", d=days) == [True]
    assert answers("d + d", d=days) == [2**32 - 2]


def test_what_was_not_checked_is_refused():
    """An expression with its calls unresolved is no rule yet."""
    node = Call("pct", (Name("spend"),))
    with pytest.raises(ExpressionError, match=r"not checked.*got pct\(spend\)"):
        compile_expression(node, {"spend": Unit.MONEY}, money_exponent=2)


@pytest.mark.parametrize(
    "text",
    [
        "coalesce(wallet, 0.5) * 2 + orders",
        "known(wallet) or orders > 2",
        "wallet > 0.5 or orders > 2",
        "wallet > 0.5 and orders > 2",
        "if(wallet > 0.5, orders, 7)",
        "if(orders > 2, wallet, 0.25) * 2",
        "min(wallet, 0.5 * wallet) * orders",
        "orders / wallet",
        "abs(wallet)",
        "coalesce(is_open, orders > 2)",
        "not is_open",
        "kind == 'SHOP' or orders > 2",
        "kind in ('SHOP', 'MILL')",
        "coalesce(kind, if(orders > 2, 'MANY', 'FEW')) == 'MANY'",
        "pct(wallet) >= 0.8",
        "coalesce(pct(wallet), 0.25) * orders",
        "median(wallet) * orders",
    ],
)
@pytest.mark.parametrize("is_known", [True, False])
def test_what_is_the_same_for_all_is_looked_at_once(text, is_known):
    """A value laid out as many, as what nobody recorded is, answers like many."""
    n = 4
    known = np.broadcast_to(np.bool_(is_known), n)
    alike = {
        "wallet": Column(np.broadcast_to(0.75, n), Unit.SHARE, known),
        "is_open": Column(np.broadcast_to(np.True_, n), Unit.FLAG, known),
        "kind": Column(
            np.broadcast_to(np.int32(0), n), Unit.TEXT, known, ("SHOP", "MILL")
        ),
    }
    laid_out = {
        name: Column(one.values.copy(), one.unit, one.known.copy(), one.words)
        for name, one in alike.items()
    }
    orders = column([1, 3, None, 5], Unit.COUNT)
    scope = Scope({"orders": Unit.COUNT, **{k: v.unit for k, v in alike.items()}})
    node = check(parse(text), scope, text=text).node
    one, other = (
        evaluate(node, {**some, "orders": orders}, Learned(), money_exponent=2, n=n)
        for some in (alike, laid_out)
    )
    assert one.is_known().tolist() == other.is_known().tolist()
    there = one.is_known()
    assert one.values[there].tolist() == other.values[there].tolist()
    assert one.values.dtype == other.values.dtype


def test_only_what_is_known_to_be_alike_is_looked_at_once():
    """Neither values nor what is known of them may differ from row to row."""
    alike, none = np.broadcast_to(np.int64(7), 3), np.broadcast_to(np.False_, 3)
    for known in (None, none):
        assert narrowed(Column(alike, Unit.COUNT, known)).values.tolist() == [7]
    some = np.array([False, True, True])
    for each in (
        Column(np.array([7, 7, 7]), Unit.COUNT),
        Column(alike, Unit.COUNT, some),
        Column(np.array([7, 8, 9]), Unit.COUNT, none),
        Column(alike[:1], Unit.COUNT),
        Column(alike[:0], Unit.COUNT),
    ):
        assert narrowed(each) is each
