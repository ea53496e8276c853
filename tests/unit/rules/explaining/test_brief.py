"""Explanations in brief: which reason is told, and how shortly."""

import pytest

import custseg as cs

POLICY = """
schema = 1

[about]
code = "shop"
version = "1"
title = {{ zh = "店", en = "Shop" }}
currency = "CNY"

[basis]
window = "365 days"

[basis.reference]
members = "orders >= 1"

[families.size]
title = {{ zh = "规模", en = "Size" }}

[[families.size.labels]]
code = "BIG"
title = {{ zh = "大", en = "Big" }}
when = "{big}"

[[families.size.labels]]
code = "MIDDLE"
title = {{ zh = "中", en = "Middle" }}
when = "{middle}"

[[families.size.labels]]
code = "SMALL"
title = {{ zh = "小", en = "Small" }}

[playbooks.size.SMALL]
actions = [{{ zh = "短信", en = "Write" }}]
"""
SALES = {"customer_id": ["a"] * 3, "date": ["2026-06-01"] * 3, "amount": [30.0] * 3}


def told(tmp_path, big, middle, language="en", tiers="", **customer):
    """Return the lines on the one customer: 90 CNY by three orders on one day."""
    path = tmp_path / "shop.toml"
    policy = POLICY.format(big=big, middle=middle) + tiers
    path.write_text(policy, encoding="utf-8")
    sales = {**SALES, "order_id": ["1", "2", "3"]}
    customers = {"customer_id": ["a"], **{k: [v] for k, v in customer.items()}}
    result = cs.segment(
        sales, customers=customers, as_of="2026-06-30", policy=path, currency="CNY"
    )
    return result.explain("a").to_text(language, brief=True).splitlines()[1:]


@pytest.mark.parametrize(
    ("big", "middle", "english", "chinese"),
    [
        pytest.param(
            "spend >= 500",
            "spend >= 100",
            "Size: Small - Net spend in the last 365 days: 90.00 CNY < 100.00 CNY",
            "规模：小——近 365 天净采购额 90.00 CNY < 100.00 CNY",
            id="of a ladder the step just above",
        ),
        pytest.param(
            "spend >= 500",
            "spend >= 50",
            "Size: Middle - Net spend in the last 365 days: "
            "90.00 CNY ≥ 50.00 CNY and < 500.00 CNY",
            "规模：中——近 365 天净采购额 90.00 CNY ≥ 50.00 CNY 且 < 500.00 CNY",
            id="of a step in between both its bars",
        ),
        pytest.param(
            "spend >= 500",
            "spend < 20",
            "Size: Small - Net spend in the last 365 days: "
            "90.00 CNY ≥ 20.00 CNY and < 500.00 CNY",
            "规模：小——近 365 天净采购额 90.00 CNY ≥ 20.00 CNY 且 < 500.00 CNY",
            id="of a middle that is for all others both sides",
        ),
        pytest.param(
            "spend > 0 and spend >= 50 and orders == 3",
            "spend >= 1",
            "Size: Big - Net spend in the last 365 days: 90.00 CNY ≥ 50.00 CNY; "
            "Sale orders in the last 365 days: 3",
            "规模：大——近 365 天净采购额 90.00 CNY ≥ 50.00 CNY；近 365 天订单数 3",
            id="of two bars of a value the tightest",
        ),
        pytest.param(
            "declared_type == 'OFFICE' and spend > 1000",
            "declared_type == 'OFFICE'",
            "Size: Small - Declared type: Shop",
            "规模：小——申报的客户类型 Shop",
            id="of a text what it is",
        ),
        pytest.param(
            "coalesce(is_closed, false) or spend > 1000",
            "coalesce(employees, 0) > 2",
            "Size: Small - Employees: unknown (where unknown: 0) ≤ 2",
            "规模：小——员工人数 未知（未知时视为 0） ≤ 2",
            id="of nothing known what is taken for it",
        ),
        pytest.param(
            "spend > 500",
            "orders == 3 or spend < 95 or employees > 1",
            "Size: Middle - Sale orders in the last 365 days: 3; "
            "Net spend in the last 365 days: 90.00 CNY < 95.00 CNY",
            "规模：中——近 365 天订单数 3；近 365 天净采购额 90.00 CNY < 95.00 CNY",
            id="of an or all that holds",
        ),
        pytest.param(
            "spend >= 500",
            "coalesce(is_closed, false) or spend >= 95",
            "Size: Small - Net spend in the last 365 days: 90.00 CNY < 95.00 CNY",
            "规模：小——近 365 天净采购额 90.00 CNY < 95.00 CNY",
            id="nothing of what nobody knows",
        ),
        pytest.param(
            "known(employees) and employees > 2 and known(declared_type)",
            "employees > 1 and annual_revenue > 5 and cities_covered > 2",
            "Size: Unknown - missing: Employees and 2 more (not in the data)",
            "规模：未知——缺少：员工人数等 3 项（数据中没有）",
            id="of much that is missing how much",
        ),
    ],
)
def test_the_nearest_reason_is_told(tmp_path, big, middle, english, chinese):
    """One line, in both languages; what to do stands below it."""
    customer = {"type": "Shop"}
    first, *to_do = told(tmp_path, big, middle, **customer)
    assert first == english
    assert to_do == (["  to do: Write"] if "Small" in english else [])
    assert told(tmp_path, big, middle, "zh", **customer)[0] == chinese


TIERS = """
[scores.points]
title = {{ zh = "分", en = "Points" }}
of = "30 * orders"

[grading]
title = {{ zh = "得分", en = "Score" }}
minimum_coverage = 1

[[grading.parts]]
code = "points"
title = {{ zh = "分", en = "Points" }}
score = "points"
weight = 100

[[grading.tiers]]
code = "A"
title = {{ zh = "甲级", en = "First" }}
enter = "{enter}"
stay = "score >= 1"

[[grading.tiers]]
code = "B"
title = {{ zh = "乙级", en = "Second" }}
entry = 60

[[grading.tiers]]
code = "C"
title = {{ zh = "丙级", en = "Third" }}
{gate}"""
GATE = """
[[grading.gates]]
code = "shut"
title = { zh = "门", en = "Shut" }
when = "orders == 3"
cap = "C"
"""


@pytest.mark.parametrize(
    ("enter", "gate", "answer", "why"),
    [
        pytest.param(
            "score >= 80 and spend >= 500",
            "",
            "Second - score 90 of 100; 30 points above the bar of Second (from 60)",
            "because: Net spend in the last 365 days: 90.00 CNY < 500.00 CNY",
            id="why not the one above",
        ),
        pytest.param(
            "score >= 95 and spend >= 1",
            "",
            "Second - score 90 of 100; 30 points above the bar of Second (from 60)",
            "because: Composite score: 90 < 95",
            id="why the score is not enough for it",
        ),
        pytest.param(
            "score >= 80 and orders == 3",
            "",
            "First - score 90 of 100",
            "because: Composite score: 90 ≥ 80; Sale orders in the last 365 days: 3",
            id="what earned it",
        ),
        pytest.param(
            "spend >= 50",
            GATE,
            "Third - score 90 of 100",
            "it would be First, but the gate Shut closes it: "
            "Sale orders in the last 365 days: 3",
            id="of a gate what it takes, not what earned that",
        ),
    ],
)
def test_a_tier_without_a_bar_says_what_it_asks(tmp_path, enter, gate, answer, why):
    """Whoever stands far above the bar of Second asks why that is not First."""
    tiers = TIERS.format(enter=enter, gate=gate)
    tier, _, *reasons, _ = told(tmp_path, "spend > 500", "spend > 50", tiers=tiers)
    assert tier == f"Tier: {answer}"
    assert reasons == [f"  {why}"]
