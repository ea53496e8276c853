"""Hypothesis strategies for expressions, and for the customers they speak of."""

import operator
from decimal import Decimal

import numpy as np
from hypothesis import strategies as st

from custseg.rules.expression import Scope
from custseg.table import Column
from custseg.units import Unit

WORDS = ("DEALER", "WHOLESALE", "O'HARA")
MONEY_EXPONENT = 2
SCOPE = Scope(
    units={
        "spend": Unit.MONEY,
        "profit": Unit.MONEY,
        "orders": Unit.COUNT,
        "gap_days": Unit.DAYS,
        "volume": Unit.QUANTITY,
        "growth": Unit.SHARE,
        "points": Unit.SCORE,
        "flag_key": Unit.FLAG,
        "flag_new": Unit.FLAG,
        "type": Unit.TEXT,
        "kind": Unit.TEXT,
    },
    words={"type": WORDS},
)
_FLOATS = {"gap_days", "growth"}


class FakeFitted:
    """Learned cuts and values that are plain functions of one value."""

    def holds(self, cut, column):
        relations = {">=": operator.ge, ">": operator.gt, "<": operator.lt}
        relation = relations.get(cut.op, operator.le)
        level = float(cut.level) * 1000
        return Column(relation(column.values, level), Unit.FLAG, column.known)

    def value(self, of, column):
        if of.function == "median":
            return Column(np.array([7]), column.unit)
        return Column(np.abs(column.values / 1e3), Unit.SHARE, column.known)


def _joined(*parts):
    return st.tuples(*parts).map("".join)


_literal = st.one_of(
    st.integers(0, 200).map(str),
    st.sampled_from(["0.5", "0.1", "10.25", "1_000_000", "9223372036854775807", "1.005",
                     "99999999999999999999", "0.00000000012"]),
)  # fmt: skip


def numbers_of(unit, conditions):
    """Return texts of expressions of one unit, with conditions inside where given."""
    names = [name for name, its in SCOPE.units.items() if its is unit]
    suffix = {Unit.DAYS: " days", Unit.SHARE: "%"}.get(unit, "")
    base = st.one_of(
        st.sampled_from(names), _literal.map(lambda said: said + suffix),
        st.sampled_from(names).map("median({})".format),
        st.sampled_from(names).map("({} / (orders))".format),
    )  # fmt: skip

    def larger(inner):
        return st.one_of(
            _joined(st.just("("), inner, st.sampled_from([" + ", "-", " - "]), inner,
                    st.just(")")),
            _joined(inner, st.sampled_from([" * ", "/"]), _literal.filter(
                lambda said: said != "0")),
            _joined(st.just("-"), inner),
            _joined(st.sampled_from(["min(", "max(", "coalesce("]), inner, st.just(","),
                    inner, st.just(")")),
            _joined(st.sampled_from(["abs(", "floor("]), inner, st.just(")")),
            _joined(st.just("if("), conditions, st.just(", "), inner, st.just(", "),
                    inner, st.just(")")),
        ).map(lambda said: f"({said})")  # fmt: skip

    return st.recursive(base, larger, max_leaves=6)


_comparison = st.sampled_from([" == ", "!=", " < ", "<=", " > ", ">="])
_units = (Unit.MONEY, Unit.DAYS, Unit.QUANTITY, Unit.SHARE, Unit.SCORE, Unit.COUNT)
_texts = st.one_of(
    st.sampled_from(["type", "kind", '"O\'HARA"', "'DEALER'"]),
    st.sampled_from(["coalesce(type, kind)", "if(flag_key, kind, type)"]),
)
_plain_condition = st.one_of(
    st.sampled_from(["flag_key", "flag_new", "true", "false"]),
    st.sampled_from(["type in ('DEALER', \"O'HARA\")", "kind not in ('X', 'DEALER')"]),
    st.sampled_from(["pct(spend) >= 80%", "share_above(spend) < 0.5", "known(type)"]),
    _joined(_texts, st.sampled_from([" == ", "!="]), _texts),
    _joined(st.sampled_from(["spend", "orders"]), _comparison, _literal),
)


def _larger_condition(inner):
    compared = [
        _joined(numbers_of(unit, inner), _comparison, numbers_of(unit, inner))
        for unit in _units
    ]
    asked = [numbers_of(unit, inner) for unit in _units]
    several = st.lists(inner.map("({})".format), min_size=2, max_size=4)
    return st.one_of(
        *compared,
        several.map(" and ".join),
        several.map(" or ".join),
        inner.map("not ({})".format),
        st.one_of(*asked).map("known({})".format),
        inner.map("known({})".format),
        st.tuples(inner, inner, inner).map(
            lambda parts: "if({}, {}, {})".format(*parts)
        ),
        st.tuples(inner, inner).map(lambda parts: "coalesce({}, {})".format(*parts)),
        st.tuples(inner, inner).map(lambda parts: "({}) == ({})".format(*parts)),
    )


conditions = st.recursive(_plain_condition, _larger_condition, max_leaves=5)
"""Texts of conditions that the checker passes, in uneven spacing."""

formulas = st.one_of(*[numbers_of(unit, _plain_condition) for unit in _units])
"""Texts of formulas that the checker passes."""

expressions = st.one_of(conditions, formulas)
"""Texts of conditions and formulas."""

_INTS = st.one_of(
    st.integers(-300, 300),
    st.sampled_from([0, 1000, 1050, 2**53, 2**53 + 1, -(2**53) - 1, 2**62, -(2**63),
                     2**63 - 1]),
)  # fmt: skip
_REALS = st.one_of(
    st.integers(-40, 400).map(lambda tenth: tenth / 10),
    st.sampled_from(
        [0.1 + 0.2, 1e-10, -1e-12, 1e300, -1.7e308, 2.0**53, 2.0**23 + 0.5]
    ),
)


@st.composite
def frames(draw):
    """Draw some customers, of whom some facts are missing."""
    n = draw(st.integers(1, 6))
    frame = {}
    for name, unit in SCOPE.units.items():
        mask = draw(st.none() | st.lists(st.booleans(), min_size=n, max_size=n))
        known = None if mask is None else np.array(mask)
        if unit is Unit.TEXT:
            # Two vocabularies; an unknown place holds a code that is in neither.
            words = WORDS if name == "type" else ("X", *WORDS[::-1])
            codes = draw(st.lists(st.integers(0, 2), min_size=n, max_size=n))
            values = np.array(codes, dtype=np.int32)
            if known is not None:
                values[~known] = -1
            frame[name] = Column(values, unit, known, words)
            continue
        kind = {Unit.FLAG: st.booleans()}.get(
            unit, _REALS if name in _FLOATS else _INTS
        )
        values = np.array(draw(st.lists(kind, min_size=n, max_size=n)))
        if name in _FLOATS and known is not None:
            values[~known] = np.nan
        frame[name] = Column(values, unit, known)
    return n, frame


def scaled(value: Decimal, unit: Unit) -> Decimal:
    """Return a number as a column of its unit holds it."""
    places = {Unit.MONEY: MONEY_EXPONENT, Unit.QUANTITY: 4}.get(unit, 0)
    return value * 10**places
