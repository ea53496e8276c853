"""Why a customer has a label: clauses, facts and bars."""

from datetime import date, timedelta

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


def test_a_label_for_all_others_tells_each_reason_once():
    """One line for each clause that ruled labels out, and each fact once."""
    many = sales(25)
    for name, days in (("old", 400), ("older", 500)):
        many["customer_id"].append(name)
        many["date"].append(str(date(2026, 6, 30) - timedelta(days=days)))
        many["amount"].append(5.0)
    result = cs.segment(many, as_of="2026-06-30", currency="CNY")
    reason = reasons(result, "old")["rfm"]
    assert reason.label == "LOST"
    told = {one.text: [title.en for title in one.rejects] for one in reason.clauses}
    assert told["recency_score >= 4"] == ["Champions", "Potential loyalists"]
    assert told["recency_score == 3"] == ["Need attention", "About to sleep"]
    assert told["fm_score >= 4"] == ["Can't lose"]
    assert sum(map(len, told.values())) == 10  # every label but the last
    assert not any(one.holds for one in reason.clauses)
    text = result.explain("old").to_text()
    shown = text[text.index("RFM segment") : text.index("Frequency:")]
    assert "recency_score >= 4  [so not: Champions, Potential loyalists]\n" in shown
    assert shown.count("Recency score R = ") == 1
    assert shown.count("Frequency and monetary score = ") == 1
    chinese = result.explain("old").to_text("zh")
    assert "recency_score >= 4　【故不是：冠军客户、潜在忠诚客户】\n" in chinese


def test_of_an_or_the_whole_condition_is_told():
    """Neither branch holds, so neither alone is the reason."""
    many = sales(25)
    result = cs.segment(many, as_of="2026-06-30", currency="CNY")
    lost = [
        name
        for name in result.customer_ids
        if reasons(result, name)["rfm"].label == "LOST"
    ]
    (either,) = [
        one
        for one in reasons(result, lost[0])["rfm"].clauses
        if [title.en for title in one.rejects] == ["Loyal"]
    ]
    assert " or " in either.text


def test_of_an_if_the_branch_that_was_taken_is_told(result):
    """Without quantities the volume is judged by money, and only that is told."""
    reason = reasons(result, "c24")["volume"]
    assert [one.text for one in reason.clauses] == ["pct(spend) >= 80%"]
    assert "[pct(spend) >= 80%] = 2,100.00 CNY" in result.explain("c24").to_text()
