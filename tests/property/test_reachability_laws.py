"""The law of reachability: a label that somebody gets was never called out of reach."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from custseg.errors import ExpressionError
from custseg.rules.checks.demands import Demands
from custseg.rules.checks.ranges import range_of
from custseg.rules.checks.regions import Range, Searcher, Words
from custseg.rules.expression import check, evaluate, parse
from custseg.table import Column
from custseg.units import Unit
from strategies_expression import MONEY_EXPONENT, SCOPE, conditions, formulas, frames

DOMAINS = {code: Words(frozenset(words)) for code, words in SCOPE.words.items()}


class LearnedLike:
    """Cuts and places as a fit gives them: below 1, and rising with the value."""

    def _place(self, function, column):
        values = column.values.astype(np.float64)
        rising = np.clip(values / (np.abs(values) + 1000.0), -1.0, 0.999)
        return rising if function == "pct" else np.maximum(0.0, -rising)

    def holds(self, cut, column):
        place, level = self._place(cut.function, column), float(cut.level)
        holds = {">=": place >= level, ">": place > level, "<": place < level}
        return Column(holds.get(cut.op, place <= level), Unit.FLAG, column.known)

    def value(self, of, column):
        if of.function == "median":
            return Column(np.array([7]), column.unit)
        place = np.clip(self._place(of.function, column), 0.0, 1.0)
        return Column(place, Unit.SHARE, column.known)


def checked(text, wanted):
    """Return a checked expression; None for one that divides by nothing."""
    try:
        return check(parse(text), SCOPE, text=text, wanted=wanted).node
    except ExpressionError:
        return None


def answers(node, n, frame):
    """Return what an expression gives for each customer of a frame."""
    return evaluate(node, frame, LearnedLike(), money_exponent=MONEY_EXPONENT, n=n)


def told(column, row):
    """Return what a condition says of one customer: true, false, or None."""
    return bool(column.values[row]) if column.is_known()[row] else None


def simple_conditions():
    """Return conditions of a few facts and numbers, so that many go together."""
    clause = st.one_of(
        st.builds(
            "{} {} {}".format,
            st.sampled_from(["orders", "spend", "coalesce(orders, 2)", "gap_days",
                             "if(flag_key, orders, spend / 3)", "orders - 1",
                             "floor(spend / 2)", "100 * pct(spend)"]),
            st.sampled_from(["<", "<=", ">", ">=", "==", "!="]),
            st.integers(0, 3),
        ),
        st.builds("pct(spend) {} {}%".format, st.sampled_from(["<", "<=", ">", ">="]),
                  st.sampled_from([0, 20, 50, 80, 100])),
        st.builds("share_above(spend) {} {}%".format,
                  st.sampled_from(["<", "<=", ">", ">="]),
                  st.sampled_from([0, 50, 100])),
        st.sampled_from(["type == 'DEALER'", "type != 'DEALER'", "kind == type",
                         "type in ('DEALER', 'WHOLESALE')", "known(orders)",
                         "coalesce(flag_key, false)", "flag_key", "orders > spend / 2",
                         "spend / 2 < orders", "spend / 2 >= orders",
                         "flag_key == flag_new", "flag_key != flag_new"]),
    )  # fmt: skip
    return st.recursive(
        clause,
        lambda inner: st.one_of(
            st.lists(inner.map("({})".format), min_size=2, max_size=3).map(
                " and ".join
            ),
            st.lists(inner.map("({})".format), min_size=2, max_size=3).map(" or ".join),
            inner.map("not ({})".format),
        ),
        max_leaves=5,
    )


def labels_given(nodes, n, frame):
    """Return the place of every label that one of the customers gets."""
    columns = [answers(node, n, frame) for node in nodes]
    given = set()
    for row in range(n):
        said = [told(column, row) for column in columns]
        first = next(
            (at for at, one in enumerate(said) if one is not False), len(nodes)
        )
        if first == len(nodes) or said[first]:
            given.add(first)
    return given


def may_be_given(nodes, place):
    """Ask whether anybody can get the label of one place."""
    demands = Demands(SCOPE.units, DOMAINS)
    wanted = [demands.of(node, holding=False) for node in nodes[:place]]
    if place < len(nodes):
        wanted.append(demands.of(nodes[place], holding=True))
    return Searcher(demands.domains).find(wanted) is not None


@settings(max_examples=150)
@given(st.lists(simple_conditions() | conditions, min_size=1, max_size=4), frames())
@example(["orders > 2", "coalesce(orders, 2) <= 2"], (1, {
    name: Column(np.array([0]), unit, np.array([name != "orders"]), ("X",))
    for name, unit in SCOPE.units.items()
}))  # fmt: skip
def test_who_gets_a_label_was_never_called_impossible(texts, customers):
    """Whatever the conditions are and whatever is unknown of a customer."""
    nodes = [checked(text, "condition") for text in texts]
    assume(None not in nodes)
    for place in labels_given(nodes, *customers):
        assert may_be_given(nodes, place)


@settings(max_examples=150)
@given(formulas, frames())
def test_no_value_lies_outside_the_range_of_its_formula(text, customers):
    """The bounds of a formula hold for whoever has facts within theirs."""
    n, frame = customers
    node = checked(text, "number")
    assume(node is not None)
    domains = dict(DOMAINS)
    scale = {Unit.MONEY: 10**MONEY_EXPONENT, Unit.QUANTITY: 10**4}
    for name, column in frame.items():
        known = column.values[column.is_known()]
        if column.unit in {Unit.FLAG, Unit.TEXT} or not len(known):
            continue
        values = [Fraction(one.item()) / scale.get(column.unit, 1) for one in known]
        whole = all(one.denominator == 1 for one in values)
        low, high = min(values), max(values)
        seven = Fraction(7) / scale.get(
            column.unit, 1
        )  # the median, as the column holds it
        domains[name] = Range(min(low, seven), max(high, seven), whole=whole)
    bounds = range_of(node, domains)
    column = answers(node, n, frame)
    for row in np.flatnonzero(column.is_known()):
        value = Fraction(column.values[row].item()) / scale.get(column.unit, 1)
        assert bounds.low <= value <= bounds.high
        assert value.denominator == 1 or not bounds.whole


@pytest.mark.parametrize(
    ("texts", "last_given"),
    [
        (["orders >= 4", "orders >= 12"], False),
        (["orders >= 12", "orders >= 4"], True),
        (["orders > 5 and orders < 5"], False),
        (["orders > 2", "not orders > 2"], True),
        (["orders > 2", "orders <= 2", "orders == 7"], False),
        (["pct(spend) >= 50%", "pct(spend) >= 80%"], False),
        (["pct(spend) >= 100%"], False),
        (["pct(spend) < 0%"], True),
        (["share_above(spend) < 0%"], False),
        (["share_above(spend) < 80%", "share_above(spend) < 50%"], False),
        (["100 * pct(spend) > 100"], False),
        (["type == 'DEALER' and type == 'WHOLESALE'"], False),
        (["kind == 'A'", "kind in ('A', 'B')"], True),
        (["type == 'DEALER'", "type == 'WHOLESALE'", "type != \"O'HARA\""], False),
        (["known(orders) and not known(orders)"], False),
        (["not known(spend) and spend > 0"], False),
        (["coalesce(spend, 0) > 0", "coalesce(spend, 0) > 5"], False),
        (["coalesce(spend, 6) > 5", "spend <= 5 and not known(spend)"], False),
        (["if(flag_key, spend > 5, spend > 9)", "spend > 9"], False),
        (["if(flag_key, spend > 5, spend > 9)", "spend > 5"], True),
        (["spend > profit", "profit < spend"], False),
        (["spend > profit", "profit > spend"], True),
        (["flag_key or orders > 2", "flag_key and orders > 7"], False),
        (["(orders > 1 or spend > 1) and (orders > 2 or spend > 2)",
          "orders > 2 and spend > 2"], False),
    ],
)  # fmt: skip
def test_what_is_certainly_out_of_reach_is_found(texts, last_given):
    """The search is no yes-man: these pairs were worked out by hand."""
    nodes = [checked(text, "condition") for text in texts]
    assert may_be_given(nodes, len(nodes) - 1) is last_given
