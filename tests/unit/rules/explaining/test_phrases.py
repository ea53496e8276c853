"""Clauses in people's words: always true of the customer, in both languages."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from custseg.labels import Title
from custseg.periods import Window
from custseg.rules.explaining.clauses import Clause
from custseg.rules.explaining.leaves import Passage, Row, besides, leaves_of, weigh
from custseg.rules.explaining.sheet import Sheet
from custseg.rules.explaining.terms import Setting, Speech, Term, over_window
from custseg.rules.expression import Constant, Scope, check, parse
from custseg.rules.learned import Learned
from custseg.scoring.percentiles import Knots
from custseg.table import Column
from custseg.units import Unit

SPEECH = Speech("CNY", 2)
YEAR = Window.parse("365 days")


def term(code, zh, en, unit, kind="feature", **more):
    """Return a term with its titles."""
    return Term(code, kind, Title(zh=zh, en=en), unit, SPEECH, **more)


SPEND = Title(zh="净采购额", en="Net spend")
AGES = {"NEW": Title(zh="新", en="New"), "OLD": Title(zh="老", en="Old")}
TERMS = {
    "spend": Term(
        "spend", "feature", SPEND, Unit.MONEY, SPEECH, over_window(SPEND, YEAR), YEAR
    ),
    "orders": term("orders", "订单数", "Orders", Unit.COUNT),
    "gap": term("gap", "间隔", "Gap", Unit.DAYS),
    "silence": term("silence", "沉默", "Silence", Unit.DAYS),
    "closed": term("closed", "已销户", "Closed", Unit.FLAG),
    "trade": term("trade", "行业", "Trade", Unit.TEXT),
    "phase": term(
        "phase",
        "阶段",
        "Phase",
        Unit.TEXT,
        "family",
        words=AGES,
    ),
    "points": term("points", "分", "Points", Unit.SCORE, "score"),
    "big": term(
        "big", "大单客户", "Buys large", Unit.NUMBER, "score", is_yes_or_no=True
    ),
    "sort": term("sort", "类别", "Sort", Unit.TEXT, "lookup", words=AGES),
}
SETTINGS = {
    "bar": Setting("bar", Decimal(12), Unit.COUNT, "text", date(2026, 1, 1)),
    "top": Setting("top", Decimal("0.8"), Unit.SHARE),
    "times": Setting("times", Decimal(3), Unit.NUMBER),
}
LEARNED = Learned(
    cuts={"pct(spend) >= 0.8": 250000, "share_above(spend) < 0.8": None},
    knots={"pct(orders)": Knots(np.array([0.0, 10.0]), np.array([0.0, 1.0]))},
    medians={"median(gap)": 21},
    too_few=frozenset({"pct(gap) >= 0.8"}),
)
WORDS = {"trade": ("A", "B"), "phase": ("NEW", "OLD"), "sort": ("NEW", "OLD")}
KNOWN = {
    "big": 1,
    "sort": 1,
    "spend": 250000,
    "orders": 5,
    "gap": 20,
    "silence": 61,
    "closed": False,
    "trade": 0,
    "phase": 1,
    "points": 79.996,
}


YEARS, YEARS_ZH = "Net spend in the last 365 days", "近 365 天净采购额"
ABOVE = "where those above hold 80 % of the total"
ABOVE_ZH = "高于此值者合占总额的 80 %"
EVEN = "2,500.00 CNY ≥ 2,500.00 CNY"
GAP_ZH = "间隔 20 天 ≤ 30 天"
FIRST = "the first known of (Gap 20 days ÷ Orders 0, Gap 20 days)"
FEW = "which too few customers were there to learn"


def column(name, value):
    """Return a column of one customer."""
    unit = TERMS[name].unit
    known = None if value is not None else np.array([False])
    return Column(np.array([value or 0]), unit, known, WORDS.get(name, ()))


def branch_of(rule, **facts):
    """Return a rule taken apart, and one customer's values."""
    scope = Scope(
        {code: one.unit for code, one in TERMS.items()},
        {code: Constant(one.value, one.unit) for code, one in SETTINGS.items()},
    )
    checked = check(parse(rule), scope, text=rule, wanted="condition")
    sheet = Sheet(TERMS, LEARNED, SPEECH)
    branch = sheet.branch(checked.node, Passage("here", rule, SETTINGS))
    values = {**KNOWN, **facts}
    frame = {name: column(name, value) for name, value in values.items()}
    return branch, Row(tuple(values for (values,) in sheet.columns(frame, 1)))


def clauses(rule, **facts):
    """Return whether a rule holds for one customer, and the clauses that say so."""
    branch, row = branch_of(rule, **facts)
    holds, leaves = weigh(branch, row.values)
    assert set(leaves) <= set(leaves_of(branch))
    return holds, [Clause(leaf, row) for leaf in leaves]


def said(rule, **facts):
    """Return the one clause of a rule in both languages."""
    _, (clause,) = clauses(rule, **facts)
    return clause.to_text("en"), clause.to_text("zh")


@pytest.mark.parametrize(
    ("rule", "facts", "english", "chinese"),
    [
        (
            "orders >= bar",
            {"orders": 15},
            "Orders: 15 ≥ 12 (bar)",
            "订单数 15 ≥ 12（门槛 bar）",
        ),
        ("orders >= bar", {}, "Orders: 5 < 12 (bar)", "订单数 5 < 12（门槛 bar）"),
        (
            "orders >= bar",
            {"orders": None},
            "Orders: unknown; asked for ≥ 12 (bar)",
            "订单数 未知；要求 ≥ 12（门槛 bar）",
        ),
        ("12 <= orders", {"orders": 15}, "Orders: 15 ≥ 12", "订单数 15 ≥ 12"),
        ("orders == 5", {}, "Orders: 5", "订单数 5"),
        ("orders == 4", {}, "Orders: 5 ≠ 4", "订单数 5 ≠ 4"),
        ("orders != 4", {}, "Orders: 5 ≠ 4", "订单数 5 ≠ 4"),
        ("orders != 5", {}, "Orders: 5", "订单数 5"),
        ("points >= 80", {}, "Points: 79.996 < 80", "分 79.996 < 80"),
        (
            "spend > 1000.5",
            {},
            "Net spend in the last 365 days: 2,500.00 CNY > 1,000.50 CNY",
            "近 365 天净采购额 2,500.00 CNY > 1,000.50 CNY",
        ),
        (
            "silence > times * gap",
            {},
            "Silence: 61 days > 3 (times) × Gap 20 days = 60 days",
            "沉默 61 天 > 3（门槛 times） × 间隔 20 天 = 60 天",
        ),
        (
            "(silence - 1 day) / 2 > gap",
            {},
            "(Silence 61 days − 1 day) ÷ 2 = 30 days > Gap 20 days",
            "（沉默 61 天 − 1 天） ÷ 2 = 30 天 > 间隔 20 天",
        ),
        (
            "coalesce(gap, 0) > 30 days",
            {"gap": None},
            "Gap: unknown (where unknown: 0 days) ≤ 30 days",
            "间隔 未知（未知时视为 0 天） ≤ 30 天",
        ),
        ("coalesce(gap, 0) > 30 days", {}, "Gap: 20 days ≤ 30 days", GAP_ZH),
        (
            "silence > coalesce(gap, 0)",
            {"gap": None},
            "Silence: 61 days > Gap unknown (where unknown: 0 days)",
            "沉默 61 天 > 间隔 未知（未知时视为 0 天）",
        ),
        (
            "coalesce(gap, silence) > 30 days",
            {"gap": None},
            "Silence: 61 days > 30 days",
            "沉默 61 天 > 30 天",
        ),
        (
            "coalesce(gap, silence) > 30 days",
            {"gap": None, "silence": None},
            "Gap unknown, Silence unknown; asked for > 30 days",
            "间隔 未知、沉默 未知；要求 > 30 天",
        ),
        (
            "coalesce(0 - points, points / orders) >= 1",
            {"points": -1.001},
            "0 − Points -1 = 1.001 ≥ 1",
            "0 − 分 -1 = 1.001 ≥ 1",
        ),
        (
            "coalesce(gap / orders, gap) < 9 days",
            {"orders": 0},
            f"{FIRST} = 20 days ≥ 9 days",
            "首个已知值（间隔 20 天 ÷ 订单数 0、间隔 20 天） = 20 天 ≥ 9 天",
        ),
        (
            "coalesce(pct(gap) >= top, false)",
            {},
            "not (Gap percentile ≥ 80 (where unknown: no))",
            "不是（间隔 百分位 ≥ 80（未知时视为 否））",
        ),
        (
            "coalesce(closed, false)",
            {"closed": None},
            "Closed: unknown (where unknown: no)",
            "已销户 未知（未知时视为 否）",
        ),
        ("coalesce(closed, false)", {}, "Closed: no", "已销户 否"),
        ("closed", {"closed": True}, "Closed: yes", "已销户 是"),
        ("closed == true", {}, "Closed: no", "已销户 否"),
        (
            "coalesce(points, 0) >= 80",
            {},
            "Points: 79.996 < 80",
            "分 79.996 < 80",
        ),
        (
            "coalesce(sort, trade) == 'NEW'",
            {"trade": None},
            "Sort: Old (OLD), not New (NEW)",
            "类别 老（OLD），不是 新（NEW）",
        ),
        ("known(gap)", {}, "Gap is known: 20 days", "间隔已知：20 天"),
        ("known(gap)", {"gap": None}, "Gap is unknown", "间隔未知"),
        ("trade == 'A'", {}, "Trade: A", "行业 A"),
        ("trade == 'B'", {}, "Trade: A, not B", "行业 A，不是 B"),
        ("trade != 'B'", {}, "Trade: A, not B", "行业 A，不是 B"),
        ("trade in ('B', 'C')", {}, "Trade: A, none of B, C", "行业 A，不属于 B、C"),
        ("trade in ('A', 'C')", {}, "Trade: A, one of A, C", "行业 A，属于 A、C"),
        ("phase == 'OLD'", {}, "Phase: Old (OLD)", "阶段 老（OLD）"),
        (
            "phase == 'NEW'",
            {},
            "Phase: Old (OLD), not New (NEW)",
            "阶段 老（OLD），不是 新（NEW）",
        ),
        (
            "phase == 'NEW'",
            {"phase": None},
            "Phase: Unknown (UNKNOWN); asked for = New (NEW)",
            "阶段 未知（UNKNOWN）；要求 = 新（NEW）",
        ),
        (
            "pct(spend) >= top",
            {},
            f"{YEARS}: {EVEN} (percentile 80 of the reference, top)",
            f"{YEARS_ZH} {EVEN}（参照客户的第 80 百分位，门槛 top）",
        ),
        (
            "pct(spend) < 80%",
            {},
            f"{YEARS}: 2,500.00 CNY ≥ 2,500.00 CNY (percentile 80 of the reference)",
            f"{YEARS_ZH} 2,500.00 CNY ≥ 2,500.00 CNY（参照客户的第 80 百分位）",
        ),
        (
            "share_above(spend) < top",
            {},
            f"{YEARS}: 2,500.00 CNY; nobody in the reference reaches {ABOVE} (top)",
            f"{YEARS_ZH} 2,500.00 CNY；参照客户中无人达到{ABOVE_ZH}（门槛 top）",
        ),
        (
            "pct(gap) >= top",
            {},
            f"Gap: 20 days; asked for percentile ≥ 80 (top), {FEW}",
            "间隔 20 天；要求 百分位 ≥ 80（门槛 top），但参照客户太少，学不出来",
        ),
        (
            "pct(orders) > 0.2 * pct(orders)",
            {},
            "Percentile of Orders: 50 % > 0.2 × Percentile of Orders 50 % = 0.1",
            "订单数的百分位 50 % > 0.2 × 订单数的百分位 50 % = 0.1",
        ),
        (
            "gap < median(gap)",
            {},
            "Gap: 20 days < Median of the reference of Gap 21 days",
            "间隔 20 天 < 参照客户间隔的中位数 21 天",
        ),
        (
            "max(gap, 30 days) > 25 days",
            {},
            "the greatest of (Gap 20 days, 30 days) = 30 days > 25 days",
            "最大值（间隔 20 天、30 天） = 30 天 > 25 天",
        ),
        (
            "coalesce(gap > 30 days and orders > 1, false)",
            {},
            "not (Gap 20 days > 30 days and Orders 5 > 1)",
            "不是（间隔 20 天 > 30 天且订单数 5 > 1）",
        ),
        ("coalesce(gap > 30 days, false)", {}, "Gap: 20 days ≤ 30 days", GAP_ZH),
        (
            "coalesce(gap > 30 days, false)",
            {"gap": None},
            "Gap: unknown; asked for > 30 days; where unknown: no",
            "间隔 未知；要求 > 30 天；未知时视为 否",
        ),
        (
            "coalesce(silence / orders > 30 days, false)",
            {"orders": 0},
            "Silence 61 days ÷ Orders 0; asked for > 30 days; where unknown: no",
            "沉默 61 天 ÷ 订单数 0；要求 > 30 天；未知时视为 否",
        ),
        ("big == 1", {}, "Buys large: yes", "大单客户 是"),
        ("big == 0", {}, "Buys large: yes", "大单客户 是"),
        (
            "big == 0",
            {"big": None},
            "Buys large: unknown; asked for = no",
            "大单客户 未知；要求 = 否",
        ),
        (
            "sort == 'NEW'",
            {},
            "Sort: Old (OLD), not New (NEW)",
            "类别 老（OLD），不是 新（NEW）",
        ),
    ],
)
def test_a_clause_is_said_as_it_is(rule, facts, english, chinese):
    """One clause, one customer, both languages."""
    assert said(rule, **facts) == (english, chinese)


def test_of_an_and_that_fails_the_first_that_fails_is_told():
    """What comes behind it does not matter."""
    holds, told = clauses("orders > 3 and gap > 30 days and closed")
    assert (holds, [clause.text for clause in told]) == (False, ["gap > 30 days"])


def test_of_an_or_that_fails_every_branch_is_told():
    """One clause for each, so that the whole is proven."""
    holds, told = clauses("(orders > 3 and closed) or gap > 30 days")
    assert holds is False
    assert [clause.text for clause in told] == ["closed", "gap > 30 days"]


def test_of_an_or_that_holds_the_first_that_holds_is_told():
    """Later branches are not needed."""
    holds, told = clauses("closed or (orders > 3 and gap < 30 days) or spend > 0")
    assert holds
    assert [clause.text for clause in told] == ["orders > 3", "gap < 30 days"]


def test_what_holds_besides_the_first_that_holds_is_told_beside_it():
    """Of each further part that holds all, but not what speaks of nothing new."""
    rule = (
        "(orders > 4 or spend > 0 or (orders > 3 and gap < 30 days))"
        " and (orders > 2 or orders > 1 or closed) and not (closed or gap > 30 days)"
    )
    branch, row = branch_of(rule)
    assert [leaf.text for leaf in besides(branch, row.values)] == [
        "spend > 0",
        "orders > 3",
        "gap < 30 days",
    ]


def test_of_an_unknown_only_what_is_unknown_is_told():
    """What is known would not decide either way."""
    holds, told = clauses(
        "orders > 3 and gap > 30 days and closed", gap=None, closed=None
    )
    assert holds is None
    assert [clause.text for clause in told] == ["gap > 30 days", "closed"]


def test_an_unknown_beside_a_failure_is_left_out():
    """False and unknown is false, and the false clause says why."""
    holds, told = clauses("gap > 30 days and orders > 30", gap=None)
    assert (holds, [clause.text for clause in told]) == (False, ["orders > 30"])


def test_of_an_if_the_test_and_the_branch_taken_are_told():
    """Both ways of the test, and an unknown one."""
    rule = "if(closed, orders > 3, gap > 30 days)"
    for closed, truth, texts in (
        (True, True, ["closed", "orders > 3"]),
        (False, False, ["closed", "gap > 30 days"]),
        (None, None, ["closed"]),
    ):
        holds, told = clauses(rule, closed=closed)
        assert holds is truth
        assert [clause.text for clause in told] == texts


def test_of_a_coalesce_the_unknown_and_the_first_known_are_told():
    """What could not be told, and what was asked in its place."""
    rule = "coalesce(gap > 30 days, orders > 3, closed)"
    for gap, orders, truth, texts in (
        (40, 5, True, ["gap > 30 days"]),
        (None, 1, False, ["gap > 30 days", "orders > 3"]),
        (None, None, False, ["gap > 30 days", "orders > 3", "closed"]),
    ):
        holds, told = clauses(rule, gap=gap, orders=orders)
        assert holds is truth
        assert [clause.text for clause in told] == texts


def test_a_not_is_told_by_the_clause_inside():
    """The clause keeps its own truth, and the phrase says what is so."""
    holds, (clause,) = clauses("not orders > 9")
    assert holds
    assert clause.holds is False
    assert clause.to_text() == "Orders: 5 ≤ 9"


def test_a_clause_knows_its_value_its_bar_and_where_the_bar_comes_from():
    """Raw values on both sides, as seen from the customer's side."""
    _, (clause,) = clauses("silence > times * gap")
    assert (clause.value, clause.comparison, clause.bar) == (61, ">", 60)
    assert [fact.code for fact in clause.facts] == ["silence", "gap"]
    assert [one.key for one in clause.settings] == ["thresholds.times"]
    _, (cut,) = clauses("pct(spend) < top")
    assert (cut.value, cut.comparison, cut.bar) == (250000, "<", 250000)
    assert [one.key for one in cut.learnt] == ["pct(spend) >= 0.8"]
    assert (cut.expression, cut.text) == ("pct(spend) < top", "pct(spend) < 80%")


def test_a_threshold_inside_quotes_is_a_text():
    """A word of a text is no name, even where a threshold has the same."""
    _, (clause,) = clauses("trade == 'bar'")
    assert clause.settings == ()
