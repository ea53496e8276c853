"""Whoever lacks what is common among the peers is offered something, and nobody else.

For populations made from a seed, of twenty to sixty buyers, so that some categories
have fewer buyers than a lift asks for and some have enough.
"""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import custseg as cs
from custseg.cross_selling import cross_sell

POLICY = cs.load_policy("frozen_goods")
FEW = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
KINDS = ("PIPE", "TAP", "TILE", "GLUE", "水产")
ALONE, BOTH = ("category_gap",), ("category_gap", "next_category")


@st.composite
def populations(draw):
    """Columns of sales; some lines without a category, some bought long ago."""
    rng = random.Random(draw(st.integers(0, 2**32 - 1)))  # noqa: S311 - tests
    likes = [rng.random() for _ in KINDS]
    lines = [("c00", "PIPE", "2026-06-01", 50, 40)]
    for n in range(draw(st.integers(20, 60))):
        for kind, like in zip(KINDS, likes, strict=True):
            if rng.random() < like:
                told = kind if rng.random() < 0.9 else None
                day = rng.choice(["2026-06-01", "2026-03-01", "2024-01-01"])
                cost = rng.choice([None, 30, 60])
                lines.append((f"c{n:02}", told, day, 100, cost))
    names = ("customer_id", "category", "date", "amount", "cost")
    columns = zip(*lines, strict=True)
    return {name: list(own) for name, own in zip(names, columns, strict=True)}


def segmented(sales, features):
    """Classify them."""
    return cs.segment(
        sales, policy=POLICY, as_of="2026-06-30", currency="CNY", features=features
    )


@pytest.mark.parametrize("features", [ALONE, BOTH])
@FEW
@given(sales=populations())
def test_whoever_has_a_gap_gets_a_row(features, sales):
    """At the share of which the gap is made; who has none, or an unknown one, none."""
    result = segmented(sales, features)
    gap = result.worked_out("category_gap")
    lacking = (gap.is_known() & (gap.values > 0)).tolist()
    expected = [
        name
        for name, lacks in zip(result.customer_ids.tolist(), lacking, strict=True)
        if lacks
    ]
    assert cross_sell(result, top=1)["customer_id"].tolist() == expected
    yes = result.customer_ids[result.labels("cross_sell") == "YES"].tolist()
    assert set(yes) <= set(expected)


@FEW
@given(sales=populations())
def test_the_feature_is_the_first_row(sales):
    """What is offered next is known for those who have a row, and for nobody else."""
    result = segmented(sales, BOTH)
    offered = result.worked_out("next_category")
    words = [offered.words[at] for at in offered.values[offered.is_known()].tolist()]
    assert cross_sell(result, top=1)["category"].tolist() == words


@FEW
@given(sales=populations())
def test_shares_hang_on_the_buyers_alone(sales):
    """With all categories listed, learning pairs too changes neither who nor shares."""
    tables = []
    for features in (ALONE, BOTH):
        table = cross_sell(segmented(sales, features), at_least=0.01, top=9)
        rows = table[["customer_id", "category", "share_of_peers"]]
        tables.append(sorted(rows.values.tolist()))
    assert tables[0] == tables[1]
