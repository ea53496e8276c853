from decimal import Decimal

import pytest

from custseg.errors import ExpressionError, SettingError
from custseg.rules.expression import (
    FUNCTIONS,
    Compare,
    Constant,
    FittedCut,
    FittedValue,
    Name,
    Negate,
    Number,
    Scope,
    check,
    parse,
    to_text,
)
from custseg.units import Unit

SCOPE = Scope(
    units={
        "spend": Unit.MONEY,
        "profit": Unit.MONEY,
        "orders": Unit.COUNT,
        "lines": Unit.COUNT,
        "tenure_days": Unit.DAYS,
        "median_gap_days": Unit.DAYS,
        "volume": Unit.QUANTITY,
        "growth": Unit.SHARE,
        "top_share": Unit.SHARE,
        "credit_score": Unit.SCORE,
        "breadth": Unit.NUMBER,
        "flag_key_account": Unit.FLAG,
        "type": Unit.TEXT,
        "city": Unit.TEXT,
    },
    constants={
        "high_value": Constant(Decimal("0.8"), Unit.SHARE),
        "big_spend": Constant(Decimal(10_000_000), Unit.MONEY),
        "few": Constant(Decimal(3), Unit.COUNT),
        "strict": Constant(value=True),
        "main_type": Constant("DEALER"),
    },
    words={"type": ("DEALER", "WHOLESALE")},
)


def checked(text, wanted="anything"):
    """Read and check a text in the scope above."""
    return check(parse(text), SCOPE, text=text, where="$.when", wanted=wanted)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("spend / orders", Unit.MONEY),
        ("spend / profit", Unit.NUMBER),
        ("spend * 0.5", Unit.MONEY),
        ("growth * spend", Unit.MONEY),
        ("orders * tenure_days", Unit.DAYS),
        ("spend / (tenure_days / 1 day)", Unit.MONEY),
        ("2 * median_gap_days", Unit.DAYS),
        ("tenure_days - 30", Unit.DAYS),
        ("growth + credit_score", Unit.NUMBER),
        ("growth - top_share", Unit.SHARE),
        ("orders + breadth", Unit.NUMBER),
        ("orders + 1", Unit.COUNT),
        ("100 * (1 - pct(spend))", Unit.NUMBER),
        ("1 - pct(spend)", Unit.SHARE),
        ("median(spend)", Unit.MONEY),
        ("coalesce(median_gap_days, 30)", Unit.DAYS),
        ("coalesce(type, 'OTHER')", Unit.TEXT),
        ("if(flag_key_account, 1, 2)", Unit.NUMBER),
        ("if(flag_key_account, spend, 2)", Unit.MONEY),
        ("min(growth, breadth, 1)", Unit.NUMBER),
        ("1 + 2", Unit.NUMBER),
        ("known(type)", Unit.FLAG),
        ("spend > 0", Unit.FLAG),
        ("flag_key_account == strict", Unit.FLAG),
    ],
)
def test_units_follow_the_rules(text, unit):
    """Each calculation has the unit that its parts say."""
    assert checked(text).unit is unit


@pytest.mark.parametrize(
    ("text", "node"),
    [
        (
            "spend >= 100000",
            Compare(">=", Name("spend"), Number(Decimal(100000), Unit.MONEY)),
        ),
        (
            "spend >= big_spend / 2",
            Compare(">=", Name("spend"), Number(Decimal(5_000_000), Unit.MONEY)),
        ),
        (
            "tenure_days > 2 * 90",
            Compare(">", Name("tenure_days"), Number(Decimal(180), Unit.DAYS)),
        ),
        (
            "tenure_days > few",
            Compare(">", Name("tenure_days"), Number(Decimal(3), Unit.DAYS)),
        ),
        (
            "-growth > -(5%)",
            Compare(">", Negate(Name("growth")), Number(Decimal("-0.05"), Unit.SHARE)),
        ),
    ],
)  # fmt: skip
def test_constants_are_resolved_and_take_a_unit(text, node):
    """A bare number and a threshold become one exact number in the right unit."""
    assert checked(text).node == node


def test_a_bare_product_takes_its_unit_once():
    """In ``2 * if(..., 1, 3)`` against money, only one factor is money."""
    node = checked("spend > 2 * if(flag_key_account, 1, 3)").node
    factor, choice = node.right.left, node.right.right
    assert factor == Number(Decimal(2), Unit.MONEY)
    assert [part.unit for part in choice.arguments[1:]] == [Unit.NUMBER, Unit.NUMBER]


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("pct(spend) >= high_value", ("pct", "spend", ">=", "0.8")),
        ("0.8 <= pct(spend)", ("pct", "spend", ">=", "0.8")),
        ("1 - 20% > pct(spend)", ("pct", "spend", "<", "0.8")),
        ("share_above(spend) < 80%", ("share_above", "spend", "<", "0.8")),
        ("(pct(orders)) <= 1 / 2", ("pct", "orders", "<=", "0.5")),
    ],
)
def test_a_percentile_against_a_constant_is_a_cut(text, cut):
    """The function stands on the left, and the level is worked out exactly."""
    function, name, op, level = cut
    assert checked(text).node == FittedCut(function, name, op, Decimal(level))


def test_other_fitted_calls_are_values():
    """A percentile that is calculated with, and every median, is a value."""
    text = "pct(spend) > pct(orders) and tenure_days > median(median_gap_days)"
    result = checked(text)
    assert result.fitted == (
        FittedValue("median", "median_gap_days"),
        FittedValue("pct", "orders"),
        FittedValue("pct", "spend"),
    )
    assert result.names == {"spend", "orders", "tenure_days", "median_gap_days"}
    assert to_text(result.node) == text


def test_fitted_parts_come_once_and_in_order():
    """What has to be learned is listed once, cuts before values."""
    text = (
        "pct(spend) > 0.5 or pct(spend) >= 0.5 or pct(orders) > 0.5 "
        "or 0.50 < pct(spend) or 1 - pct(spend) > growth"
    )
    assert checked(text).fitted == (
        FittedCut("pct", "orders", ">", Decimal("0.5")),
        FittedCut("pct", "spend", ">", Decimal("0.5")),
        FittedCut("pct", "spend", ">=", Decimal("0.5")),
        FittedValue("pct", "spend"),
    )


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        ("spnd > 0", "there is no feature, score or threshold 'spnd'", "'spend'"),
        ("pct > 0.5", "there is no feature", "write pct(name)"),
        (
            "spend > tenure_days",
            "spend is money, tenure_days is days: they cannot be compared",
            "",
        ),
        ("spend > 30 days", "spend is money, 30 days is days", ""),
        ("orders > growth", "orders is a count, growth is a share", ""),
        ("spend + tenure_days > 0", "they cannot be added", ""),
        ("spend - volume > 0", "they cannot be subtracted", ""),
        ("spend * profit", "they cannot be multiplied", ""),
        ("tenure_days * tenure_days", "they cannot be multiplied", ""),
        ("spend / tenure_days", "cannot be divided", "(tenure_days / 1 day)"),
        ("365 / tenure_days", "they cannot be divided", "write '365 days'"),
        ("min(spend, tenure_days)", "min needs values of one unit", ""),
        ("if(flag_key_account, spend, type)", "if needs values of one unit", ""),
        ("abs(1, 2)", "abs cannot be given 2 values", "write abs(x)"),
        ("min(1)", "min cannot be given 1 values", "write min(a, b, ...)"),
        ("spend / 0", "this divides by zero", ""),
        ("spend / (1 - 1)", "this divides by zero", ""),
        ("spend and true", "spend is money, but a condition", "compare it"),
        ("not orders", "orders is a count, but a condition", "compare it"),
        ("flag_key_account + 1", "is a condition, but a number", "if(condition, 1, 0)"),
        ("-type", "type is text, but a number is needed", ""),
        ("type < 'X'", "texts cannot be compared with '<'", ""),
        ("strict > flag_key_account", "conditions cannot be compared with '>'", ""),
        ("type == 1", "type is text, 1 is a plain number", ""),
        ("type == 'DEALR'", "'DEALR' is not a code of type", "'DEALER'"),
        ("type in ('DEALER', 'X')", "'X' is not a code of type", ""),
        ("spend in ('X')", "spend is money, but 'in' needs a text", ""),
        ("pct(spend) == 0.5", "a percentile is compared with >=, >, < or <=", ""),
        ("share_above(spend) != 0.5", "a share is compared with >=, >", ""),
        ("pct(spend) >= 80", "lies between 0 and 1, 80 does not", "write 80%"),
        ("pct(spend) > spend", "they cannot be compared", ""),
        ("pct(spend + 1) > 0.5", "pct takes the bare name", "write pct(name)"),
        ("pct(high_value) > 0.5", "pct takes the bare name", "write pct(name)"),
        ("median(type)", "type is text, but a number is needed", ""),
        ("pct(spnd) > 0.5", "there is no feature", "'spend'"),
    ],
)
def test_refuses_what_makes_no_sense(text, what, hint):
    """A rule that can be read but not meant is refused, with the spot and a hint."""
    with pytest.raises(ExpressionError) as raised:
        checked(text)
    (told,) = raised.value.problems
    assert what in told.what
    assert hint in told.hint
    assert bool(hint) == bool(told.hint)
    assert told.where == "$.when"
    assert "^" in told.excerpt


def test_reports_every_problem_at_once():
    """Five slips in one rule are told together, each once."""
    text = (
        "spnd > 0 and spend > 3 days or not orders or pct(spend) == 1 and type == 'X'"
    )
    with pytest.raises(ExpressionError, match="5 problems") as raised:
        checked(text)
    assert [problem.what for problem in raised.value.problems] == [
        "there is no feature, score or threshold 'spnd'",
        "spend is money, 3 days is days: they cannot be compared",
        "orders is a count, but a condition is needed",
        "a percentile is compared with >=, >, < or <=",
        "'X' is not a code of type",
    ]


@pytest.mark.parametrize(
    ("text", "wanted", "what"),
    [
        ("spend", "condition", "spend is money, but a condition is needed"),
        ("spend > 0", "number", "spend > 0 is a condition, but a number is needed"),
    ],
)
def test_gives_what_is_wanted(text, wanted, what):
    """A ``when`` has to be a condition, an ``of`` a number."""
    with pytest.raises(ExpressionError, match=what):
        checked(text, wanted)


def test_text_without_closed_words_may_be_anything():
    """Where the codes are not all known, any text may be compared."""
    assert checked("city == 'Guangzhou'").unit is Unit.FLAG


def test_text_and_truth_thresholds_are_literals():
    """A named text or truth is put in place of its name."""
    assert to_text(checked("type == main_type and strict").node) == (
        "type == 'DEALER' and true"
    )


def test_a_threshold_cannot_hide_a_feature():
    """One name means one thing."""
    with pytest.raises(SettingError, match="'spend' is both a threshold and a feature"):
        Scope({"spend": Unit.MONEY}, {"spend": Constant(Decimal(1))})


def test_every_function_is_documented_in_both_languages():
    """The reference page can be made from the table."""
    for name, function in FUNCTIONS.items():
        assert function.usage.startswith(f"{name}(")
        assert function.doc.zh
        assert function.doc.en
