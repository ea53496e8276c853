"""Lessons: what is asked in each round, who teaches, and in which order it is kept."""

import custseg as cs
from custseg.policy import Policy
from custseg.rules.files.loader import policy_from_text
from custseg.rules.teaching import Lesson, has_learned, lesson_values
from custseg.stages import begun, measure, tell, with_lessons

POLICY = Policy(
    policy_from_text(
        """
schema = 1

[about]
code = "taught"
version = "1"
title = { zh = "教", en = "Taught" }

[basis]
window = "lifetime"
reference = { members = "spend > 0", minimum = 1 }

[scores.zone]
title = { zh = "段", en = "Zone" }
of = "spend"
bins = { by = "quantile", into = 2, only_if = "orders >= 2", otherwise = 1 }

[families.one]
title = { zh = "一", en = "One" }

[[families.one.labels]]
code = "TOP"
title = { zh = "顶", en = "Top" }
when = "pct(zone) >= 0.9"

[[families.one.labels]]
code = "NEXT"
title = { zh = "次", en = "Next" }
when = "pct(spend) >= 0.8"

[[families.one.labels]]
code = "THIRD"
title = { zh = "三", en = "Third" }
when = "pct(orders) >= 0.7"

[[families.one.labels]]
code = "REST"
title = { zh = "余", en = "Rest" }
"""
    )
)


def ledger():
    """Return four customers: spend 10, 20, 30 and -5, orders 2, 2, 1 and 0.

    The first two take part in the zone; the last is no member.
    """
    rows = [
        ("a", "A1", 4.0),
        ("a", "A2", 6.0),
        ("b", "B1", 15.0),
        ("b", "B2", 5.0),
        ("c", "C1", 30.0),
        ("d", "D1", -5.0),
    ]
    names = ("customer_id", "order_id", "amount")
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    return cs.Ledger.from_frames(
        {**columns, "date": ["2026-05-01"] * 6}, currency="CNY"
    )


def test_each_round_asks_what_can_be_told():
    """The zone has no percentile before it has edges, and those ask whom it is for."""
    run = begun(POLICY.tree, (), ledger(), day=20634)
    table = measure(run, ledger())
    spend, orders = Lesson("spend"), Lesson("orders")
    zone, cut = Lesson("zone"), Lesson("zone", is_cut=True)
    told = tell(run, table)
    assert {lesson: values.tolist() for lesson, values in told.items()} == {
        orders: [2, 2, 1],
        spend: [1000, 2000, 3000],
        cut: [1000, 2000],
    }
    run = with_lessons(run, list(told), told.__getitem__)
    # Of 10 and 20 the upper half begins at 20: the mid-rank of 20 is 0.75.
    assert run.fitted.learned.edges == {"zone": (2000,)}
    told = tell(run, table)
    # 30 alone takes no part and gets 1.
    assert {lesson: values.tolist() for lesson, values in told.items()} == {
        zone: [1, 2, 1]
    }
    run = with_lessons(run, list(told), told.__getitem__)
    compiled, learned = run.fitted.compiled, run.fitted.learned
    assert has_learned(compiled, learned)
    assert lesson_values(compiled, learned, table) == {}


def test_what_was_learned_stands_in_the_order_of_the_policy():
    """Not in that of the rounds: a saved file reads like the policy."""
    fitted = POLICY.fit(ledger(), as_of="2026-06-30")
    assert list(fitted.learned.cuts) == [
        "pct(zone) >= 0.9",
        "pct(spend) >= 0.8",
        "pct(orders) >= 0.7",
    ]
