"""Advice names nothing that cannot be, and the gates that stand in the way of a tier.

One customer spent 900 CNY, of which 1,000 CNY of invoices were due and 600 of them paid
late: the share paid on time is 0 %, and 400 CNY are overdue.
"""

import json

import pytest

import custseg as cs
from custseg.whatif import Barrier

POLICY = """
schema = 1

[about]
code = "small"
version = "1"
title = { zh = "小", en = "Small" }

[basis]
window = "365 days"

[basis.reference]
members = "orders >= 1"
minimum = 1

[families.prompt]
title = { zh = "守信", en = "Prompt" }
yes = "$PROMPT"

[families.late]
title = { zh = "逾期", en = "Late" }
yes = "overdue_amount >= 100"

[families.slow]
title = { zh = "拖延", en = "Slow" }
yes = "average_days_late >= 1"

[grading]
title = { zh = "等级", en = "Grade" }

[[grading.parts]]
code = "size"
title = { zh = "规模", en = "Size" }
weight = 100
score = "min(100, spend / 10)"

[[grading.tiers]]
code = "A"
title = { zh = "甲级", en = "Best" }
entry = 80

[[grading.tiers]]
code = "B"
title = { zh = "乙级", en = "Middle" }
entry = 50

[[grading.tiers]]
code = "C"
title = { zh = "丙级", en = "Rest" }

[[grading.gates]]
code = "late"
title = { zh = "有逾期", en = "Overdue" }
when = 'late == "YES"'
cap = "B"

[[grading.gates]]
code = "slow"
title = { zh = "付款拖延", en = "Slow to pay" }
when = 'slow == "YES"'
cap = "C"
"""

SALES = {"customer_id": ["k"], "date": ["2026-03-01"], "amount": [900.0]}
INVOICES = {
    "customer_id": ["k"],
    "invoice_id": ["i"],
    "issued_on": ["2026-03-01"],
    "due_on": ["2026-04-01"],
    "amount": [1000.0],
}
PAYMENTS = {
    "payment_id": ["p"],
    "invoice_id": ["i"],
    "paid_on": ["2026-05-01"],
    "amount": [600.0],
}


@pytest.fixture
def asked(tmp_path):
    """Ask what would change for the customer."""

    def ask(*args, prompt="on_time_share >= 0.9", invoices=INVOICES, sales=SALES):
        path = tmp_path / "small.toml"
        path.write_text(POLICY.replace("$PROMPT", prompt), encoding="utf-8")
        result = cs.segment(
            sales,
            invoices=invoices,
            payments=PAYMENTS,
            policy=path,
            as_of="2026-06-30",
            currency="CNY",
        )
        return result.what_would_change("k", *args)

    return ask


@pytest.mark.parametrize(
    ("condition", "then"),
    [
        ("on_time_share >= 0.9", [0.9]),
        ("0.8 * on_time_share >= 0.8", [1.0]),
        ("0.8 * on_time_share >= 0.8001", []),
        ("0.8 * on_time_share >= 0.9348", []),  # would take 116.85 %
    ],
)
def test_nobody_is_told_to_pay_more_than_all_on_time(asked, condition, then):
    """A share of all is offered up to 100 % and not beyond."""
    told = asked("prompt", prompt=condition)
    found = [one for one in told.changes if one.feature == "on_time_share"]
    assert [(one.now, one.then) for one in found] == [(0.0, one) for one in then]
    assert told.out_of_reach == (() if then else ("YES",))


def test_who_stands_beyond_a_bound_is_not_brought_further(asked):
    """Dear goods came back: 100 of spend, -50 of cost, and a margin of 150 %."""
    sales = {
        "customer_id": ["k", "k"],
        "date": ["2026-03-01", "2026-03-02"],
        "amount": [500.0, -400.0],
        "cost": [300.0, -350.0],
    }
    told = asked("prompt", prompt="margin_share >= 1.6", sales=sales)
    assert [one.feature for one in told.changes if one.unit.value == "share"] == []
    told = asked("prompt", prompt="margin_share >= 1.4", sales=sales)
    assert told.label == "YES"


def test_the_gates_in_the_way_of_a_tier_are_named(asked):
    """Its 90 points would be an A; two gates hold, and no single act opens both."""
    told = asked("tier")
    assert told.label == "C"
    late, slow = told.barriers
    assert late == Barrier(
        gate="late",
        title=late.title,
        when='late == "YES"',
        cap="B",
        closes=("A",),
        earned="A",
    )
    assert (slow.gate, slow.cap, slow.closes, slow.earned) == (
        "slow",
        "C",
        ("A", "B"),
        "A",
    )
    assert "A" in told.out_of_reach
    lines = told.to_text().split("\n")
    assert lines[2] == (
        "In the way of Best (A) stands the gate Overdue: while it holds, the most is "
        "Middle (B); if no gate held, it would be Best (A)."
    )
    assert lines[3] == (
        "In the way of Best (A); Middle (B) stands the gate Slow to pay: while it "
        "holds, the most is Rest (C); if no gate held, it would be Best (A)."
    )
    assert lines[-1] == "No single act leads to: Best (A)"
    assert (
        "因关卡“付款拖延”不能成为：甲级（A）；乙级（B）。它成立时最高为“丙级（C）”；"
        "若没有关卡，则为“甲级（A）”。"
    ) in told.to_text("zh")


def test_gates_in_the_way_are_in_the_plain_data(asked):
    """By codes, with both titles and the condition as the policy writes it."""
    data = json.loads(json.dumps(asked("tier").to_data(), ensure_ascii=False))
    assert data["barriers"][0] == {
        "gate": "late",
        "title": {"zh": "有逾期", "en": "Overdue"},
        "when": 'late == "YES"',
        "cap": "B",
        "closes": ["A"],
        "earned": "A",
    }


def test_where_no_gate_holds_none_is_named(asked):
    """An invoice not yet due is neither overdue nor late; families have no gates."""
    later = {**INVOICES, "due_on": ["2026-08-01"]}
    assert asked("tier", invoices=later).barriers == ()
    assert asked("late").barriers == ()
