"""What a policy says about the memory of tiers: bars, gates, moves and triggers."""

from decimal import Decimal

import numpy as np
import pytest

from custseg.errors import PolicyError
from custseg.ledger import Ledger
from custseg.policy import Policy
from custseg.rules.files.loader import policy_from_text, policy_to_text
from custseg.rules.grading import Moves, Reviews
from custseg.rules.standing import stand
from custseg.rules.tiers.calendar import Cadence

HEAD = """
schema = 1

[about]
code = "shop"
version = "1"
title = { zh = "店", en = "Shop" }

[basis]
window = "365 days"
reference = { members = "orders >= 1", minimum = 1 }

[families.size]
title = { zh = "规模", en = "Size" }
labels = [
  { code = "BIG", title = { zh = "大", en = "Big" }, when = "spend >= 500" },
  { code = "SMALL", title = { zh = "小", en = "Small" } },
]

[grading]
title = { zh = "得分", en = "Score" }

[[grading.parts]]
code = "money"
title = { zh = "金额", en = "Money" }
weight = 100
score = "orders * 10"
"""

TIERS = """
[[grading.tiers]]
code = "A"
title = { zh = "甲", en = "A" }
entry = 80
hold = 60

[[grading.tiers]]
code = "B"
title = { zh = "乙", en = "B" }
enter = "score >= 50 or size == 'BIG'"
stay = "score >= 40"

[[grading.tiers]]
code = "C"
title = { zh = "丙", en = "C" }
"""

MEMORY = """
[grading.moves]
confirm_down = 3
membership_days = 60

[grading.reviews]
every = "monthly"
fiscal = true

[[grading.gates]]
code = "returns"
title = { zh = "退货过多", en = "Too many returns" }
when = "return_share > 0.5"
cap = "C"

[[grading.triggers]]
code = "silence"
title = { zh = "长期沉默", en = "Long silence" }
when = "days_since_last_sale > 100 days"
action = "demote"
to = "C"
severity = "critical"
"""


def sales(**orders):
    """Return a ledger where each customer has so many orders of ten, one a day."""
    rows = [
        (who, f"2026-06-{day:02d}", 10)
        for who, many in orders.items()
        for day in range(1, many + 1)
    ]
    names = ("customer_id", "date", "amount")
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    return Ledger.from_frames(columns, currency="CNY")


def problems_of(text):
    """Return what is wrong with a policy, as one text."""
    with pytest.raises(PolicyError, match=r"\$") as caught:
        policy_from_text(text)
    return str(caught.value)


def test_all_of_it_comes_back_from_a_file():
    """What is said about tiers survives being written and read."""
    policy = policy_from_text(HEAD + TIERS + MEMORY)
    assert policy_from_text(policy_to_text(policy)) == policy
    assert policy.grading.moves == Moves(confirm_down=3, membership_days=60)
    assert policy.grading.reviews == Reviews(Cadence.MONTHLY, fiscal=True)
    (gate,) = policy.grading.gates
    assert (gate.code, gate.cap, gate.passes_locks) == ("returns", "C", False)
    (trigger,) = policy.grading.triggers
    assert (trigger.action, trigger.to, trigger.cooldown_days) == ("demote", "C", 30)


def test_the_hold_bar_is_nine_tenths_of_the_entry_where_nobody_says():
    """80 gives 72 and 60 gives 54: the taxonomy's own pairs."""
    policy = policy_from_text(HEAD + TIERS.replace("hold = 60\n", ""))
    top = policy.grading.tiers[0]
    assert (top.hold_bar, top.stay_condition) == (Decimal(72), "score >= 72")


def test_a_condition_may_stand_in_place_of_a_bar():
    """One order gives 10 points; being BIG earns B all the same, but keeps nothing."""
    policy = Policy(policy_from_text(HEAD + TIERS))
    rows = {
        "customer_id": ["a", "b"],
        "date": ["2026-06-01", "2026-06-02"],
        "amount": [600.0, 20.0],
    }
    ledger = Ledger.from_frames(rows, currency="CNY")
    fitted, result = policy.fit_and_classify(ledger, as_of="2026-06-30")
    assert result.labels("tier").tolist() == ["B", "C"]
    standing = stand(fitted.compiled, fitted.learned, result.outcome)
    words = standing.kept.words
    assert [words[at] for at in standing.kept.values] == ["C", "C"]


def test_earned_and_kept_differ_between_the_two_bars():
    """Seven orders give 70 points: enough to stay in A (60), not to enter it (80)."""
    policy = Policy(policy_from_text(HEAD + TIERS))
    ledger = sales(six=7, nine=9)
    fitted, result = policy.fit_and_classify(ledger, as_of="2026-06-30")
    standing = stand(fitted.compiled, fitted.learned, result.outcome)
    words = standing.earned.words
    assert result.customer_ids.tolist() == ["nine", "six"]
    assert [words[at] for at in standing.earned.values] == ["A", "B"]
    assert [words[at] for at in standing.kept.values] == ["A", "A"]


def test_a_gate_caps_the_entitled_tier_and_nothing_else():
    """Who returns most of the goods is a C with 90 points; what is earned stays A."""
    policy = Policy(policy_from_text(HEAD + TIERS + MEMORY))
    back = Ledger.from_frames(
        {"customer_id": ["nine"], "date": ["2026-06-20"], "amount": [-80.0]},
        currency="CNY",
    )
    ledger = sales(nine=9).append(back)
    fitted, result = policy.fit_and_classify(ledger, as_of="2026-06-30")
    assert result.labels("tier").tolist() == ["C"]
    standing = stand(fitted.compiled, fitted.learned, result.outcome)
    assert standing.earned.words[standing.earned.values[0]] == "A"
    assert standing.gates["returns"].values.tolist() == [True]


def test_a_trigger_is_told_from_the_facts_of_the_day():
    """A hundred and one days after the last sale the silence is long, not before."""
    policy = Policy(policy_from_text(HEAD + TIERS + MEMORY))
    fitted = policy.fit(sales(one=1), as_of="2026-06-30")
    for day, fires in (("2026-09-09", False), ("2026-09-10", True)):
        result = fitted.classify(
            sales(one=1), as_of=day, features=["days_since_last_sale"]
        )
        standing = stand(fitted.compiled, fitted.learned, result.outcome)
        assert standing.triggers["silence"].values.tolist() == [fires]


def test_what_only_reviews_ask_costs_a_classification_nothing():
    """The trigger's feature is watched, and not among those of a plain answer."""
    policy = Policy(policy_from_text(HEAD + TIERS + MEMORY))
    names = [name for name, _, _ in policy.plan.features]
    watched = [name for name, _, _ in policy.plan.watched]
    assert "days_since_last_sale" not in names
    assert watched == ["days_since_last_sale"]


def test_an_unknown_gate_stays_open():
    """Without a sale in the window the share is unknown, and closes nothing."""
    policy = Policy(policy_from_text(HEAD + TIERS + MEMORY))
    fitted = policy.fit(sales(one=1), as_of="2026-06-30")
    result = fitted.classify(sales(one=1), as_of="2028-06-30")
    gate = result.outcome.grade.gates["returns"]
    assert np.array_equal(gate.is_known(), [False])
    assert result.labels("tier").tolist() == ["C"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("hold = 60", "hold = 81", "the hold bar is above the entry bar"),
        ("hold = 60", 'stay = "score >= 60"', None),
        ("hold = 60", 'hold = 60\nstay = "score >= 1"', "either 'hold' or 'stay'"),
        ("entry = 80", "", "a tier above the lowest needs an entry"),
        ('cap = "C"', 'cap = "D"', "there is no tier 'D'"),
        ('cap = "C"', 'cap = "A"', "a cap at the highest tier does nothing"),
        ('to = "C"\n', "", "a trigger that is to demote needs the tier"),
        ('action = "demote"', "", "a trigger that is to alert moves nobody"),
        ("confirm_down = 3", "confirm_down = 0", "this is out of bounds; got 0"),
        ("return_share > 0.5", "return_shar > 0.5", "did you mean 'return_share'"),
        ("score >= 40", "scor >= 40", "did you mean 'score'?"),
        ("score >= 40", "score >= 40 days", "score"),
        ('every = "monthly"', 'every = "weekly"', "none of the words"),
    ],
)
def test_slips_in_the_memory_of_tiers_are_told(old, new, words):
    """Each slip is found at load, by name; a condition for a bar is none."""
    text = (HEAD + TIERS + MEMORY).replace(old, new)
    if words is None:
        assert policy_from_text(text).grading.tiers[0].stay == "score >= 60"
    else:
        assert words in problems_of(text)
