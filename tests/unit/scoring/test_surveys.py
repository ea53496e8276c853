import numpy as np
import pytest
from attrs import evolve

import custseg as cs
from custseg import measuring
from custseg.periods import Window, as_day
from custseg.scoring.features import Facts
from custseg.scoring.references import (
    REFERENCES,
    learn_references,
    survey_references,
)

YEAR = Window.parse("365 days")
EMPTY = ("words", "buyers", "pairs", "sold", "cost")


def learned(parts):
    """Survey the members in some parts, and learn from all."""
    surveys = survey_references(REFERENCES, parts, YEAR)
    return learn_references(REFERENCES, surveys, minimum=5)


def ledger(*, words=True):
    """Return sixty customers with up to nine lines each, some without a word."""
    rng = np.random.default_rng(11)
    n = 300
    sales = {
        "customer_id": [f"c{one:02}" for one in rng.integers(0, 60, n)],
        "date": ["2026-05-01"] * n,
        "amount": (rng.integers(-20, 900, n) / 10 + 0.05).round(2).tolist(),
        "quantity": rng.integers(0, 5, n).tolist(),
    }
    if words:
        some = np.array(["TILE", "PAINT", "ROPE", None], dtype=object)
        sales["category"] = some[rng.choice(4, n, p=[0.5, 0.3, 0.15, 0.05])].tolist()
    return cs.Ledger.from_frames(sales, currency="CNY")


@pytest.mark.parametrize("size", [1, 40, 299])
def test_what_is_learned_does_not_depend_on_the_parts(monkeypatch, size):
    """Members surveyed in many parts, two or one teach the same to the last bit."""
    facts = Facts(ledger(), as_day("2026-06-30"))
    members = np.random.default_rng(7).random(facts.n) < 0.8
    whole = learned([(facts, members)])
    assert whole["category_prices"].kinds == ("PAINT", "ROPE", "TILE")
    assert whole["category_buyers"].members > whole["category_buyers"].buyers["ROPE"]
    monkeypatch.setattr(measuring, "_WORTH_THREADS", 1)
    monkeypatch.setattr(measuring, "_PART", size)
    parts, start = [], 0
    for one in measuring.divided(facts.ledger):
        stop = start + one.n_customers
        parts.append((evolve(facts, ledger=one), members[start:stop]))
        start = stop
    assert start == facts.n
    assert len(parts) > 1
    found = learned(parts)
    assert {name: one.to_data() for name, one in found.items()} == {
        name: one.to_data() for name, one in whole.items()
    }


def test_a_fit_in_parts_is_the_fit(monkeypatch):
    """A policy learns the same from a ledger that is measured in parts."""
    policy, sales = cs.load_policy("company"), ledger()
    features = ("price_position", "category_gap", "top_category_lift")
    whole = policy.fit(sales, as_of="2026-06-30", features=features)
    monkeypatch.setattr(measuring, "_WORTH_THREADS", 1)
    monkeypatch.setattr(measuring, "_PART", 50)
    parts = policy.fit(sales, as_of="2026-06-30", features=features)
    assert parts.digest == whole.digest
    assert parts.learned.references["category_prices"].kinds


def test_without_words_nothing_is_learned():
    """Every table is there, and empty."""
    facts = Facts(ledger(words=False), as_day("2026-06-30"))
    members = np.ones(facts.n, dtype=bool)
    found = learned([(facts, members)])
    assert list(found) == list(REFERENCES)
    assert [one.to_data() for one in found.values()] == [
        {"members": 0, "buyers": {}},
        dict(members=0, **{name: [] for name in EMPTY}, minimum=1),
        {},
        {"members": 0, "shares": {}},
        {},
    ]
