"""Why a customer has a label: clauses, facts and bars."""

import pytest

import custseg as cs


def sales(n):
    """Return one sale for each of n customers, each of its own size and day."""
    return {
        "customer_id": [f"c{i:02}" for i in range(n)],
        "date": [f"2026-05-{i + 1:02}" for i in range(n)],
        "amount": [100.0 * (i + 1) for i in range(n)],
    }


def reasons(result, customer):
    """Return the reasons for one customer by family."""
    return {one.family: one for one in result.explain(customer).reasons}


@pytest.fixture(scope="module")
def result():
    """Twenty-five customers, so that percentiles are known."""
    return cs.segment(sales(25), as_of="2026-06-30", currency="CNY")


def test_the_clause_that_held_shows_its_fact_and_the_learned_cut(result):
    """The top customer is above the cut; both are shown in fen, as they are kept."""
    (clause,) = reasons(result, "c24")["value"].clauses
    assert (clause.text, clause.holds) == ("pct(spend) >= 80%", True)
    # mid-rank of the i-th of 25: (i - .5) / 25 >= .8 from i = 20.5, so from the 21st
    assert [fact.value for fact in clause.facts] == [250000, 210000]


def test_the_last_label_shows_what_failed(result):
    """LOW is for all others, so both bars above it are shown as not reached."""
    clauses = reasons(result, "c00")["value"].clauses
    assert [one.text for one in clauses] == ["pct(spend) >= 80%", "pct(spend) >= 50%"]
    assert [one.holds for one in clauses] == [False, False]


def test_every_reason_names_the_label_that_was_given(result):
    """Explanation and result agree, tier included."""
    one = result.customer("c12")
    told = reasons(result, "c12")
    assert {family: reason.label for family, reason in told.items()} == {
        **one.labels,
        "tier": one.tier,
    }


def test_the_tier_shows_parts_and_bar(result):
    """The score, what it is made of, and the bar that was reached or missed."""
    top, low = (reasons(result, name)["tier"] for name in ("c24", "c00"))
    assert top.clauses[0].text == "score = (50 value + 25 frequency + 25 recency) / 100"
    assert [fact.code for fact in top.clauses[0].facts] == [
        "value",
        "frequency",
        "recency",
        "coverage",
    ]
    assert (low.label, low.clauses[1].text, low.clauses[1].holds) == (
        "C",
        "score >= 60",
        False,
    )


def test_unknown_says_what_was_missing():
    """With too few customers, the reference is named as the reason."""
    few = cs.segment(sales(3), as_of="2026-06-30", currency="CNY")
    value = reasons(few, "c00")["value"]
    assert value.label == "UNKNOWN"
    assert [one.holds for one in value.clauses] == [None]
    assert "too few in the reference" in few.explain("c00").to_text()
    tier = reasons(few, "c00")["tier"]
    assert [one.holds for one in tier.clauses] == [None, False]
    assert tier.clauses[1].text == "coverage >= 0.5"


def test_markup_is_escaped():
    """An id from outside cannot bring markup into a notebook."""
    sly = {"customer_id": ["<b>"], "date": ["2026-06-01"], "amount": [1.0]}
    told = cs.segment(sly, as_of="2026-06-30", currency="CNY").explain("<b>")
    assert "&lt;b&gt;" in told._repr_html_()
    assert "客户 <b>，截至 2026-06-30，规则" in told.to_text("zh")
