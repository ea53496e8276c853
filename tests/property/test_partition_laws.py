"""However customers are parted, a policy learns the same and answers the same."""

import pickle

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import custseg as cs
from custseg.partitioned import (
    begun,
    is_taught,
    label,
    measure,
    survey,
    tell,
    with_lessons,
    with_surveys,
)
from custseg.policy import Policy
from custseg.rules.files.loader import policy_from_text

# Lessons that rest on lessons: pct(spend), then the edges of a score of it, then the
# percentile of that score, then of the composite score.
CHAINED = Policy(
    policy_from_text(
        """
schema = 1

[about]
code = "chained"
version = "1"
title = { zh = "链", en = "Chained" }

[basis]
window = "lifetime"
reference = { members = "spend > 0", minimum = 2 }

[scores.place]
title = { zh = "位次", en = "Place" }
of = "pct(spend) + share_above(orders)"

[scores.step]
title = { zh = "档", en = "Step" }
of = "pct(place)"
bins = { by = "natural", into = 3, only_if = "spend > median(spend)", otherwise = 1 }

[scores.fine]
title = { zh = "细档", en = "Fine step" }
of = "step + place"
bins = { by = "quantile", into = 4, better = "lower" }

[families.half]
title = { zh = "半", en = "Half" }

[[families.half.labels]]
code = "UPPER"
title = { zh = "上", en = "Upper" }
when = "pct(fine) >= 0.5 and spend >= median(spend)"

[[families.half.labels]]
code = "LOWER"
title = { zh = "下", en = "Lower" }

[grading]
title = { zh = "得分", en = "Score" }

[[grading.parts]]
code = "all"
title = { zh = "全部", en = "All" }
weight = 100
score = "20 * fine + 20 * if(half == \\"UPPER\\", 1, 0)"

[[grading.tiers]]
code = "A"
title = { zh = "甲级", en = "Tier A" }
enter = "pct(score) >= 0.6"

[[grading.tiers]]
code = "C"
title = { zh = "丙级", en = "Tier C" }
"""
    )
)

COMPARING = ("price_position", "category_gap", "top_category_lift")

sales = st.lists(
    st.tuples(
        st.sampled_from("abcdefgh"),
        st.integers(-5, 20),
        st.sampled_from(["TILE", "PAINT", "王", None]),
        st.integers(1, 4),
    ),
    min_size=1,
    max_size=40,
)


def ledger(rows):
    """Return the ledger of some sales, or of none."""
    return cs.Ledger.from_frames(
        {
            "customer_id": np.array([who for who, *_ in rows], dtype=object),
            "date": np.full(len(rows), "2026-05-01", dtype="datetime64[D]"),
            "amount": np.array([10.0 * amount for _, amount, _, _ in rows]),
            "category": np.array([word for _, _, word, _ in rows], dtype=object),
            "quantity": np.array([float(goods) for *_, goods in rows]),
        },
        currency="CNY",
    )


def fit_in_parts(policy, ledgers, *, features=()):
    """Go through the stages, and send everything through pickle on the way."""
    run = begun(policy.tree, (), ledgers[0], day=20634, features=features)
    run = with_surveys(run, sent([survey(sent(run), one) for one in ledgers]))
    tables = [measure(sent(run), one) for one in ledgers]
    rounds = 0
    while not is_taught(run):
        rounds += 1
        told = sent([tell(sent(run), one) for one in sent(tables)])
        assert len({tuple(one) for one in told}) == 1
        run = with_lessons(
            run,
            list(told[0]),
            lambda one, told=told: np.concatenate([part[one] for part in told[::-1]]),
        )
    return sent(run), tables, rounds


def sent(value):
    """Return a value as another process would get it."""
    return pickle.loads(pickle.dumps(value))  # noqa: S301 - our own


def answers(outcome):
    """Return every label, tier and number of each customer."""
    columns = {**outcome.table.columns, **outcome.labels}
    if outcome.grade is not None:
        columns |= {"tier": outcome.grade.tier, "score": outcome.grade.score}
    read = {}
    for name, one in columns.items():
        values = one.values.tolist()
        words = [one.words[at] for at in values] if one.words else values
        known = one.is_known().tolist()
        read[name] = [w if k else None for w, k in zip(words, known, strict=True)]
    rows = zip(*read.values(), strict=True)
    return dict(zip(outcome.table.customers.tolist(), rows, strict=True))


@settings(max_examples=30)
@given(rows=sales, cut=st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 3)))
def test_any_parting_gives_the_fit_and_the_labels_of_all(rows, cut):
    """Partitions may be empty, and each has words of its own."""
    parts = [[row for row in rows if cut.get(row[0], 0) == at] for at in range(4)]
    for policy, features in ((CHAINED, ()), (cs.load_policy("company"), COMPARING)):
        fitted, whole = policy.fit_and_classify(
            ledger(rows), as_of="2026-06-30", features=features
        )
        ledgers = [ledger(part) for part in parts]
        run, tables, _ = fit_in_parts(policy, ledgers, features=features)
        assert run.fitted.digest == fitted.digest
        found = {}
        for table in tables:
            found |= answers(label(run, table))
        assert found == answers(whole.outcome)


def test_lessons_that_rest_on_lessons_take_rounds():
    """Six in a row here; in a packaged policy all lessons are open at once."""
    rows = [(who, at + 1, "TILE", 1) for at, who in enumerate("abcdefgh")]
    ledgers = [ledger(rows[:3]), ledger(rows[3:])]
    run, _, rounds = fit_in_parts(CHAINED, ledgers)
    assert rounds == 6
    assert set(run.fitted.learned.knots) == {
        "pct(spend)",
        "share_above(orders)",
        "pct(place)",
    }
    assert fit_in_parts(cs.load_policy("company"), ledgers)[2] == 1
