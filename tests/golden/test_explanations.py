"""Whole explanations, read and reckoned by hand, in both languages.

The shop of explanations/policy.toml has five customers on 2026-06-30. By hand:

* ann: spend 500 + 400 + 350.50 = 1,250.50; margin 650 / 1,250.50 = 51.98 %;
  gaps 60 and 101 days, their median 80.5; score .6 * 100 + .4 * 51.98 = 80.79.
* bob: spend 620.00; one cost is missing, so the margin is unknown: 60 of 100 known,
  score 62, which is 8 short of 70 and 22 above 40; the gate would cap at what he has.
* cem: no industry; the mid-rank of 90 among 60, 90, 620, 1250.50, 1500 is 1.5 / 5.
* dan: score .6 * 100 + .4 * 1000 / 1500 * 100 = 86.67, capped since not a maker.
"""

import re

import pytest

import custseg as cs

SALES = {
    "customer_id": ["ann", "ann", "ann", "bob", "bob", "cem", "dan", "eve"],
    "date": [
        "2026-01-10",
        "2026-03-11",
        "2026-06-20",
        "2026-05-01",
        "2026-05-31",
        "2026-06-01",
        "2026-02-01",
        "2026-06-29",
    ],
    "amount": [500.0, 400.0, 350.5, 300.0, 320.0, 90.0, 1500.0, 60.0],
    "cost": [300.0, 200.0, 100.5, 200.0, None, 80.0, 500.0, 50.0],
}
CUSTOMERS = {
    "customer_id": ["ann", "bob", "cem", "dan", "eve"],
    "industry": ["C33", "E47", None, "F52", "C10"],
}


@pytest.fixture(scope="module")
def folder(project):
    """Where the policy and the expected texts stand."""
    return project / "tests" / "golden" / "explanations"


@pytest.fixture(scope="module")
def result(folder):
    """The shop's customers, classified."""
    ledger = cs.Ledger.from_frames(SALES, customers=CUSTOMERS, currency="CNY")
    policy = cs.load_policy(folder / "policy.toml")
    return policy.fit_and_classify(ledger, as_of="2026-06-30")[1]


@pytest.mark.parametrize(
    ("customer", "language"),
    [("ann", "en"), ("ann", "zh"), ("bob", "zh"), ("cem", "en"), ("dan", "en")],
)
def test_the_text_is_as_it_should_be_read(result, folder, customer, language):
    """The whole of it, digests left out."""
    told = result.explain(customer).to_text(language)
    digest = re.compile(r"[0-9a-f]{12}")
    assert len(digest.findall(told)) == 2
    path = folder / f"{customer}.{language}.txt"
    assert digest.sub("0" * 12, told) + "\n" == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("customer", "language"),
    [("ann", "en"), ("bob", "zh"), ("cem", "zh"), ("dan", "en")],
)
def test_the_brief_text_is_as_it_should_be_read(result, folder, customer, language):
    """The whole of it: it names no digest."""
    told = result.explain(customer).to_text(language, brief=True)
    path = folder / f"{customer}.brief.{language}.txt"
    assert told + "\n" == path.read_text(encoding="utf-8")


def test_the_brief_page_has_a_row_for_each_answer(result):
    """The tier and two families, with nothing of the thresholds behind them."""
    page = result.explain("dan").to_html("zh", brief=True)
    assert page.startswith('<div lang="zh"><p><strong>客户 dan，截至 2026-06-30')
    assert (page.count("<tr>"), page.count("<table")) == (3, 1)
    assert "<strong>银牌</strong>" in page
    assert "big_spend" not in page


def test_the_data_hold_what_a_machine_asks_for(result):
    """Values as people see them, raw ones, bars, entries, steps and actions."""
    data = result.explain("ann").to_data()
    size = data["families"]["size"]
    assert (size["label"], size["source"]) == ("BIG", "yearly plan")
    assert size["playbook"]["owner"]["en"] == "key account manager"
    spend = size["tried"][0]["clauses"][0]
    assert spend["comparison"] == {
        "value": 1250.5,
        "raw_value": 125050,
        "op": ">=",
        "bar": 1000.0,
        "raw_bar": 100000,
        "unit": "money",
    }
    assert spend["key"] == "families.size.labels.BIG.when"
    assert (spend["expression"], spend["thresholds"]) == (
        "spend >= big_spend",
        ["big_spend"],
    )
    assert data["thresholds"]["big_spend"] == {
        "key": "thresholds.big_spend",
        "value": 1000,
        "unit": "money",
        "source": "board, minute 12",
        "since": "2026-01-01",
    }
    assert data["lookups"]["trade"]["entry"] == "GB/T:C"
    tier = data["tier"]
    assert (tier["label"], tier["earned"], tier["next"]) == ("GOLD", "GOLD", None)
    assert tier["parts"]["margin"]["contribution"] == 20.79
    assert (tier["score"], round(tier["above_own_bar"], 2)) == (80.79, 10.79)
    assert data["facts"]["median_gap_days"]["said"] == {
        "zh": "80.5 天",
        "en": "80.5 days",
    }
    pace = result.explain("bob").to_data()["scores"]["pace"]
    assert (pace["step"], pace["steps"], pace["input"]["raw"]) == (2, 3, 2)
    assert [edge["raw"] for edge in pace["edges"]] == [2, 5]
    cut = result.explain("dan").to_data()["learned"]["pct(spend) >= 0.75"]
    assert (cut["value"], cut["level"], cut["learned_on"], cut["reference"]) == (
        1500.0,
        0.75,
        "2026-06-30",
        "orders >= 1",
    )


def test_each_way_to_a_label_that_is_open_is_told(folder, tmp_path):
    """Dan is brisk by his spend already; with two orders he is by his pace, too."""
    policy = (folder / "policy.toml").read_text(encoding="utf-8")
    path = tmp_path / "policy.toml"
    path.write_text(policy.replace("at = [2, 5]", "at = [1, 5]"), encoding="utf-8")
    ledger = cs.Ledger.from_frames(SALES, customers=CUSTOMERS, currency="CNY")
    told = cs.segment(ledger, as_of="2026-06-30", policy=path).explain("dan")
    assert "\n      besides: Pace: 2 ≥ 2  [pace >= 2]\n" in told.to_text()
    assert "\n      另外：采购节奏 2 ≥ 2\n" in told.to_text("zh")
    assert "<li>另外：采购节奏 2 ≥ 2<br>" in told.to_html("zh")
    assert "（参照客户的第 75 百分位）；采购节奏 2 ≥ 2\n" in told.to_text(
        "zh", brief=True
    )
    (also,) = told.to_data()["families"]["size"]["tried"][-1]["also"]
    assert (also["expression"], also["holds"]) == ("pace >= 2", True)
    assert "pace" in told.only("size").to_data()["scores"]


def test_a_gate_takes_a_tier_away_and_says_so(result):
    """Earned is what the bars give, entitled what the gate leaves."""
    grade = result.explain("dan").grade
    assert (grade.earned.code, grade.tier) == ("GOLD", "SILVER")
    assert [(gate.gate.code, gate.caps) for gate in grade.gates] == [("no_maker", True)]
    assert result.explain("bob").grade.gates[0].caps is False


def test_the_earlier_value_of_a_threshold_is_told_where_it_held(folder):
    """Fitted before the change, the threshold is the founder's."""
    ledger = cs.Ledger.from_frames(SALES, customers=CUSTOMERS, currency="CNY")
    policy = cs.load_policy(folder / "policy.toml")
    early = policy.fit_and_classify(ledger, as_of="2025-12-31")
    later = early[0].classify(ledger, as_of="2026-06-30").explain("ann").to_data()
    assert later["thresholds"]["big_spend"]["value"] == 800
    assert later["thresholds"]["big_spend"]["source"] == "founder"
    assert later["policy"]["fitted_on"] == "2025-12-31"
