"""The part of a plan that tiers rest on: all that they need, and nothing else."""

import numpy as np

import custseg as cs
from custseg.demo import wholesaler
from custseg.measuring import measured
from custseg.periods import as_day
from custseg.rules.compiling import compile_plan
from custseg.rules.files.loader import policy_from_text
from custseg.rules.narrowing import for_tiers
from custseg.rules.pipeline import work_out
from custseg.rules.planning import make_plan
from custseg.rules.standing import stand

CHAIN = """
schema = 1

[about]
code = "chain"
version = "1"
title = { zh = "链", en = "Chain" }

[basis]
window = "365 days"
reference = { members = "lifetime_orders >= 1", minimum = 1 }

[features.recent]
title = { zh = "近期", en = "Recent" }
feature = "purchase_days"
window = "90 days"

[lookups.kind]
title = { zh = "类", en = "Kind" }
of = "industry"
numbers = { Timber = 3, Paint = 2 }

[lookups.idle]
title = { zh = "闲", en = "Idle" }
of = "income_band"
into = { H = ["High"], L = ["Low"] }

[scores.inner]
title = { zh = "内", en = "Inner" }
of = "recent * 2"

[scores.outer]
title = { zh = "外", en = "Outer" }
of = "inner + kind"
bins = { by = "quantile", into = 5, only_if = "purchase_days >= 1", otherwise = 1 }

[scores.unused]
title = { zh = "闲", en = "Unused" }
of = "tenure_days * 1"

[families.loose]
title = { zh = "闲", en = "Loose" }
yes = "idle == 'H' and unused > 3 and return_share > 0.1"

[families.first]
title = { zh = "一", en = "First" }
yes = "outer > 3"

[families.second]
title = { zh = "二", en = "Second" }
yes = "first == 'YES' and days_since_last_sale < 50"

[grading]
title = { zh = "得分", en = "Score" }

[[grading.parts]]
code = "only"
title = { zh = "唯一", en = "Only" }
weight = 100
score = "if(second == 'YES', 90, 10)"

[[grading.tiers]]
code = "A"
title = { zh = "甲", en = "A" }
entry = 80
stay = "score >= 70 or quantity > 5"

[[grading.tiers]]
code = "B"
title = { zh = "乙", en = "B" }
"""


def test_a_chain_is_followed_to_its_end():
    """Tier to family to family to score to score to a feature of its own."""
    plan = make_plan(policy_from_text(CHAIN))
    narrow = for_tiers(plan)
    assert {name for name, _, _ in narrow.features} == {
        *(
            "recent",
            "purchase_days",
            "lifetime_orders",
            "days_since_last_sale",
            "industry",
            "quantity",
        )
    }
    assert [one.family.code for one in narrow.families] == ["first", "second"]
    assert [one.score.code for one in narrow.scores] == ["inner", "outer"]
    assert [one.code for one in narrow.lookups] == ["kind"]
    assert narrow.watched == ()
    assert "sales.quantity" in narrow.columns
    assert narrow.policy is plan.policy


def test_scores_tiers_and_triggers_are_those_of_the_whole_plan():
    """The packaged policy on the demo, bit for bit."""
    demo = wholesaler()
    ledger = cs.Ledger.from_frames(
        demo.sales, customers=demo.customers, currency=demo.currency
    )
    fitted = cs.load_policy("company").fit(ledger, as_of=demo.as_of)
    facts = fitted.facts(ledger, as_day(demo.as_of))
    watched = {name: (one, over) for name, one, over in fitted.plan.watched}
    whole = work_out(
        fitted.compiled, fitted.learned, measured(facts, fitted.plan, watched)
    )
    plan = for_tiers(fitted.plan)
    assert len(plan.features) < len(fitted.plan.features)
    compiled = compile_plan(plan, fitted.decimals)
    part = work_out(compiled, fitted.learned, measured(facts, plan, {}))
    pairs = [(whole.grade.score, part.grade.score), (whole.grade.tier, part.grade.tier)]
    ours, theirs = (
        stand(one, fitted.learned, outcome)
        for one, outcome in ((fitted.compiled, whole), (compiled, part))
    )
    pairs += [(ours.earned, theirs.earned), (ours.kept, theirs.kept)]
    pairs += [(one, theirs.triggers[code]) for code, one in ours.triggers.items()]
    for one, other in pairs:
        np.testing.assert_array_equal(one.is_known(), other.is_known())
        np.testing.assert_array_equal(one.values, other.values)
