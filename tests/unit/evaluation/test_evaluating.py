"""Evaluation of a grading: six customers worked by hand, journals and efforts."""

import datetime as dt

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import six_customers
from custseg.adapters.stores import open_journal
from custseg.errors import CurrencyMismatch, DataError, SettingError
from custseg.evaluation.evaluating import evaluate
from custseg.journal.entries import Batch, Decision
from custseg.ledger import Ledger
from six_customers import ALLOCATION, DAYS, EFFORT, ON, TEXT, UNTIL


def evaluated(ledger=None, **how):
    """Return the evaluation of the day, with changed arguments."""
    ledger = six_customers.ledger() if ledger is None else ledger
    how = {"dates": [ON], "days": DAYS, "until": UNTIL} | how
    return evaluate(ledger, six_customers.fitted(), **how)


def by_tier(evaluation):
    """Return the lines of an evaluation of one day by tier."""
    return {line.tier: line for line in evaluation.lines}


@pytest.fixture(scope="module")
def whole():
    """The evaluation with efforts."""
    return evaluated(effort=EFFORT)


def row(frame, tier):
    """Return one tier's row as a dict."""
    return frame.set_index("tier").loc[tier].to_dict()


def test_customers_and_spend(whole):
    """Two in each tier; 500, 140 and nothing before, 300, 200 and 5 after."""
    lines = by_tier(whole)
    assert list(lines) == ["A", "B", "C", "ALL"]
    assert [one.customers for one in lines.values()] == [2, 2, 2, 6]
    assert [one.before.spend for one in lines.values()] == [50000, 14000, 0, 64000]
    assert [one.after.spend for one in lines.values()] == [30000, 20000, 500, 50500]


def test_growth_and_shares(whole):
    """-40 %, +42.86 %, unknown from nothing; shares are of 505 known on the day."""
    frame = whole.to_pandas(total=True)
    assert frame["growth"].round(6).tolist()[:2] == [-0.4, 0.428571]
    assert pd.isna(frame["growth"][2])
    assert frame["growth"][3] == -0.2109375
    expected = [300 / 505, 200 / 505, 5 / 505, 1]
    assert frame["share"].tolist() == pytest.approx(expected, abs=1e-15)
    assert frame["share_before"].tolist() == [0.78125, 0.21875, 0, 1]


def test_who_bought_again(whole):
    """One of two, two of two, one of one; the limits are those of Wilson at 95 %.

    With z = 1.959964: 1 of 2 gives 0.5 -+ 0.4055; n of n gives n / (n + z * z) to 1.
    """
    frame = whole.to_pandas()
    assert frame["had_bought"].tolist() == [2, 2, 1]
    assert frame["bought_again"].tolist() == [1, 2, 1]
    assert frame["retention"].tolist() == [0.5, 1, 1]
    assert frame["retention_low"].round(4).tolist() == [0.0945, 0.3424, 0.2065]
    assert frame["retention_high"].round(4).tolist() == [0.9055, 1, 1]


def test_margin_service_and_effort(whole):
    """The return is of those whose margin is known: (120 - 20) / 20, (90 - 15) / 5."""
    frame = whole.to_pandas(total=True)
    assert frame["margin"].tolist() == [120, 90, 4, 214]
    assert frame["margin_customers"].tolist() == [2, 1, 2, 5]
    assert frame["service_cost"].tolist() == [20, 23, 1, 44]
    assert frame["service_cost_before"].tolist() == [0, 0, 0, 0]
    assert frame["effort"].tolist() == [20, 10, 1, 31]
    assert frame["return_on_effort"].tolist()[:3] == [5, 15, 3]
    assert frame["return_on_effort"][3] == 178 / 26


def test_complaints(whole):
    """One for three orders of A after; before one for four orders of B."""
    frame = whole.to_pandas()
    assert frame["complaints"].tolist() == [1, 0, 0]
    assert str(frame["complaints"].dtype) == "Int64"
    assert frame["complaint_rate"].tolist() == [1 / 3, 0, 0]
    assert frame["complaint_rate_before"].tolist()[:2] == [0, 0.25]
    assert pd.isna(frame["complaint_rate_before"][2])


def test_who_comes_later_is_named_and_not_counted(whole):
    """The newcomer's 45 of 550 are a caveat; the effort on a stranger too."""
    said = whole.to_text()
    assert "customers who were not yet known on it held 8.18 %" in said
    assert "customers whom the ledger does not know, left out: 1" in said


def test_before_and_after(whole):
    """A spends 200 less, and complains more; margin only where it is known of all."""
    frame = whole.before_after(ON).set_index(["measure", "tier"])
    spend = frame.loc[("spend", "A")]
    assert (spend["before"], spend["after"]) == (500, 300)
    assert (spend["difference"], spend["change"]) == (-200, -0.4)
    share = frame.loc[("buying_share", "A")]
    assert (share["before"], share["after"], share["change"]) == (1, 0.5, -0.5)
    assert frame.loc[("buying_share", "C"), "change"] == 0.5
    assert frame.loc[("complaint_rate", "A"), "change"] == 1 / 3
    assert frame.loc[("margin", "A"), "difference"] == 120 - (160 + 75)
    assert pd.isna(frame.loc[("margin", "B"), "after"])


def test_against_an_earlier_day():
    """Customer c buys for 100, 80, 100 and then 150: first +25 %, then +50 %.

    So c is B on both days, and 25 points are beyond what came along a period earlier.
    """
    rows = [
        (
            who,
            str(dt.date.fromisoformat(day) - dt.timedelta(days=back)),
            amount * part,
            cost,
        )
        for back, part in ((0, 1), (30, 0.8), (60, 1))
        for who, day, amount, cost in six_customers._SALES
        if who == "c" and day < ON
    ]
    rows += [one for one in six_customers._SALES if one[0] == "c" and one[1] >= ON]
    rows += [("e", "2025-12-01", 1.0, None)]
    found = evaluated(six_customers.ledger(sales=rows), dates=["2026-01-31", ON])
    frame = found.before_after(ON, against="2026-01-31")
    spend = frame.set_index(["measure", "tier"]).loc[("spend", "B")]
    told = spend["change_earlier"], spend["change"], spend["beyond"]
    assert told == (0.25, 0.5, 0.25)


def test_an_earlier_day_too_near_is_refused():
    """The period after it would hold days after the later one."""
    found = evaluated(dates=["2026-02-20", ON], days=20)
    with pytest.raises(SettingError, match="goes beyond the later one; got 2026-02-20"):
        found.before_after(ON, against="2026-02-20")


def test_a_day_that_is_not_there():
    """A day that was not asked for, and one that the data do not cover."""
    found = evaluated(dates=[ON, "2026-03-20"])
    with pytest.raises(SettingError, match="no such day; got 2026-03-03"):
        found.before_after("2026-03-03")
    with pytest.raises(SettingError, match="do not cover the periods of this day"):
        found.before_after("2026-03-20")


def test_half_a_period_is_left_out_and_named():
    """Of 3 March only 29 days of 30 are covered."""
    found = evaluated(dates=["2026-03-03", ON])
    assert found.dates == (dt.date(2026, 3, 2),)
    assert found.dates_left_out == (dt.date(2026, 3, 3),)
    assert "30 whole days after them or of any before: 2026-03-03" in found.to_text()


def test_no_period_is_covered():
    """The days that would do are named."""
    words = "allowed: 2026-01-06 to 2026-03-02; choose earlier days or a shorter period"
    with pytest.raises(SettingError, match=words):
        evaluated(dates=["2026-03-03"])


def test_a_period_longer_than_the_data():
    """No day will do."""
    with pytest.raises(SettingError, match="allowed: none: the data cover 86 days"):
        evaluated(days=100)


def test_before_the_data_nothing_is_said_of_growth():
    """Thirty days before 20 January began in December, when there were no data."""
    both = evaluated(dates=["2026-01-20", ON]).to_text()
    assert "nothing is said of growth: 2026-01-20\n" in both
    found = evaluated(dates=["2026-01-20"])
    line = by_tier(found)["C"]
    assert (line.customers, line.before, line.growth, line.share_before) == (
        1, None, None, None,
    )  # fmt: skip
    assert "nothing is said of growth: 2026-01-20" in found.to_text()
    assert found.before_after("2026-01-20")["before"].isna().all()


def test_a_table_that_begins_later_tells_nothing():
    """Costs begin on 20 January: of a period from 19 January on they tell nothing.

    From the 20th on it is known that they were nothing for e, who alone is known then.
    """
    early = by_tier(evaluated(dates=["2026-01-19"]))["ALL"]
    on_time = by_tier(evaluated(dates=["2026-01-20"]))["ALL"]
    assert early.after.service_cost is None
    assert on_time.after.service_cost == 0


def test_the_last_sale_ends_the_data():
    """Without until, 1 April is the last day covered."""
    found = evaluated(dates=["2026-03-03"], until=None)
    assert found.dates == (dt.date(2026, 3, 3),)


def test_closed_accounts_do_not_count():
    """Who closed on 1 March, the day before, is no customer any more; later, still."""
    ledger = six_customers.ledger(closed={"b": "2026-03-01", "c": "2026-03-02"})
    lines = by_tier(evaluated(ledger))
    assert [one.customers for one in lines.values()] == [1, 2, 2, 5]


def test_without_costs_and_feedback():
    """Nothing is made up; the return is then before the cost of service."""
    ledger = six_customers.ledger(costs=False, feedback=False)
    found = evaluated(ledger, effort=EFFORT)
    a = row(found.to_pandas(), "A")
    assert pd.isna(a["service_cost"])
    assert pd.isna(a["complaint_rate"])
    assert a["return_on_effort"] == 120 / 20
    assert "no cost of service is recorded" in found.to_text()
    assert "complaint" not in found.to_text()
    assert set(found.before_after(ON)["measure"]) == {"spend", "buying_share", "margin"}


def test_seasons_and_overlaps_are_told():
    """Thirty days are other months; of two days a day apart they overlap."""
    said = evaluated(dates=[ON, "2026-03-01"]).to_text()
    assert "seasons: 30 days before and after a day are other months" in said
    assert "periods overlap" in said
    assert "periods overlap" not in evaluated().to_text()


@pytest.mark.parametrize("days", [0, -3, 1.5, True, "30"])
def test_a_period_is_whole_days(days):
    """Anything else is refused."""
    with pytest.raises(SettingError, match="a period is a whole number of days; got"):
        evaluated(days=days)


def test_no_days():
    """At least one."""
    with pytest.raises(SettingError, match="expected one or more days; got none"):
        evaluated(dates=[])


def test_no_sales():
    """A ledger without sales has nothing to tell."""
    nobody = Ledger.from_frames({"customer_id": [], "date": [], "amount": []})
    with pytest.raises(SettingError, match="nothing to evaluate; got no sales"):
        evaluated(nobody)


def test_another_currency():
    """Pounds are not judged by a policy fitted in yuan."""
    sales = {"customer_id": ["a"], "date": ["2026-01-01"], "amount": [1.0]}
    pounds = Ledger.from_frames(sales, currency="GBP")
    with pytest.raises(CurrencyMismatch, match="GBP"):
        evaluated(pounds, dates=["2026-01-02"], until="2026-06-01")


# --- efforts -------------------------------------------------------------------------


@pytest.mark.parametrize("made", [pd.DataFrame, pl.DataFrame, pa.table])
def test_efforts_come_in_any_frame(made):
    """As pandas, polars or Arrow: the same."""
    frame = evaluated(effort=made(EFFORT)).to_pandas()
    assert frame["effort"].tolist() == [20, 10, 1]


def test_efforts_of_days():
    """A row with a date belongs to that day; rows of one customer add up."""
    days = [ON, ON, "2026-02-01"]
    effort = {"customer_id": ["a", "a", "e"], "effort": [1.5, 2, 9], "date": days}
    found = evaluated(dates=[ON, "2026-02-01"], effort=effort)
    frame = found.to_pandas(total=True).set_index(["date", "tier"])
    efforts = frame["effort"]
    # Reviews are quarterly: a, without an order by 1 February, stays C until April.
    february, march = pd.Timestamp("2026-02-01"), pd.Timestamp(ON)
    assert efforts[february].to_dict() == {"A": 0, "B": 0, "C": 9, "ALL": 9}
    assert efforts[march].to_dict() == {"A": 0, "B": 0, "C": 3.5, "ALL": 3.5}


def test_effort_on_a_strange_day():
    """A date that is not evaluated is a slip."""
    effort = {"customer_id": ["a"], "effort": [1], "date": ["2026-03-05"]}
    with pytest.raises(DataError, match="no day of the evaluation; got 2026-03-05"):
        evaluated(effort=effort)


@pytest.mark.parametrize("wrong", [-1.0, float("nan"), "much"])
def test_effort_is_a_number(wrong):
    """Zero or more."""
    with pytest.raises(DataError, match="an effort is a number of zero or more; got"):
        evaluated(effort={"customer_id": ["a"], "effort": [wrong]})


def test_effort_lacks_a_column():
    """Both are told at once, with what was probably meant."""
    with pytest.raises(DataError, match="did you mean 'efort'"):
        evaluated(effort={"customer_id": ["a"], "efort": [1]})
    with pytest.raises(DataError, match="2 problems"):
        evaluated(effort=3.5)


def test_effort_by_the_allocation():
    """100 visits: 80 to A by score 80 and 100, 20 to B; (120 - 20) / 80 comes back."""
    found = evaluate(
        six_customers.ledger(),
        six_customers.fitted(TEXT + ALLOCATION),
        dates=ON,
        days=DAYS,
        until=UNTIL,
        effort=100,
    )
    frame = found.to_pandas()
    assert frame["effort"].tolist() == [80, 20, 0]
    # B: c and d have 40 points each, so ten visits each; only c's margin is known.
    assert frame["return_on_effort"].tolist()[:2] == [1.25, 7.5]
    assert pd.isna(frame["return_on_effort"][2])


def test_no_allocation():
    """A policy that shares nothing out cannot be asked to."""
    with pytest.raises(SettingError, match=r"has no \[allocation\] to share an effort"):
        evaluated(effort=100)


# --- journals ------------------------------------------------------------------------


def journal_of(tiers, *, recorded=ON):
    """Return a journal in which customers got tiers on the day, recorded at noon."""
    journal = open_journal(":memory:")
    decisions = [
        Decision(who, before=None, after=tier, action="FIRST")
        for who, tier in tiers.items()
    ]
    batch = Batch(
        "review",
        key="2026-Q1",
        valid_on=ON,
        based_on=journal.head(),
        decisions=decisions,
    )
    noon = dt.datetime.fromisoformat(f"{recorded}T12:00:00+00:00")
    journal.commit(batch, recorded_at=noon)
    return journal


def test_the_tiers_of_a_journal():
    """There e is A and a is B, and four have no tier."""
    found = evaluated(journal=journal_of({"e": "A", "a": "B"}))
    frame = found.to_pandas().set_index("tier")
    assert frame["customers"].to_dict() == {"A": 1, "B": 1, "C": 0, "NONE": 4}
    assert frame.loc["B", "spend"] == 300
    assert frame.loc["NONE", "spend"] == 200
    assert frame["share"].sum() == pytest.approx(1, abs=1e-15)
    assert "tiers as the journal holds them" in found.to_text()
    assert "recorded or corrected after" not in found.to_text()
    assert repr(found).endswith("journal)")


def test_reviews_committed_and_reviews_replayed_agree():
    """A journal of reviews on some days holds what a replay of these days gives."""
    ledger, fitted = six_customers.ledger(), six_customers.fitted()
    journal = open_journal(":memory:")
    for day in ("2026-01-20", "2026-02-10", ON):
        noon = dt.datetime.fromisoformat(f"{day}T12:00:00+00:00")
        fitted.review(ledger, journal, on=day).commit(recorded_at=noon)
    days = ["2026-02-10", ON]
    kept = evaluated(ledger, dates=days, journal=journal, effort=EFFORT)
    again = evaluated(ledger, dates=days, reviews=["2026-01-20"], effort=EFFORT)
    assert kept.lines == again.lines
    assert [one.customers for one in kept.lines if one.tier == "A"] == [1, 1]


def test_a_row_of_ids_that_are_numbers():
    """The 7 of an effort is the "7" of the sales."""
    rows = [("7", "2026-01-31", 5.0, None), ("7", ON, 5.0, 1.0)]
    found = evaluated(
        six_customers.ledger(sales=rows, costs=False, feedback=False),
        until="2026-05-01",
        effort={"customer_id": [7], "effort": [2]},
    )
    assert row(found.to_pandas(), "C")["return_on_effort"] == 2


def test_what_was_recorded_later_is_counted():
    """Two tiers that were recorded a day after may know what nobody knew."""
    late = journal_of({"e": "A", "a": "B"}, recorded="2026-03-03")
    said = evaluated(journal=late).to_text()
    assert "recorded or corrected after their day: 2" in said


def test_a_customer_of_the_journal_alone():
    """Whom the ledger does not know is left out, and counted."""
    said = evaluated(journal=journal_of({"e": "A", "zz": "B"})).to_text()
    assert "customers of the journal whom the ledger does not know, left out: 1" in said


def test_a_tier_that_the_policy_lacks():
    """The journal is of another policy."""
    with pytest.raises(SettingError, match="tier that the policy does not have; got G"):
        evaluated(journal=journal_of({"e": "G"}))


def test_a_journal_is_of_one_policy():
    """Two cannot be meant; nor a path, nor a policy that is not fitted."""
    fitted, ledger = six_customers.fitted(), six_customers.ledger()
    how = {"dates": ON, "days": DAYS}
    journal = journal_of({"e": "A"})
    with pytest.raises(SettingError, match="a journal is of one policy; got 2 of them"):
        evaluate(ledger, {"x": fitted, "y": fitted}, journal=journal, **how)
    with pytest.raises(SettingError, match="a journal is of one policy; got a str"):
        evaluate(ledger, "company", journal=journal, **how)
    with pytest.raises(SettingError, match="journal: expected a journal"):
        evaluate(ledger, fitted, journal="tiers.db", **how)


def test_a_journal_and_reviews():
    """Reviews are for a replay."""
    with pytest.raises(SettingError, match="reviews are for a replay"):
        evaluated(journal=journal_of({"e": "A"}), reviews="2026-02-01")


# --- replays -------------------------------------------------------------------------


def test_two_policies_side_by_side():
    """Each by its name; both see the same periods."""
    fitted = six_customers.fitted()
    found = evaluate(
        six_customers.ledger(), {"x": fitted, "y": fitted}, dates=ON, days=DAYS
    )
    frame = found.to_pandas()
    assert found.policies == ("x", "y")
    assert frame["policy"].tolist() == ["x"] * 3 + ["y"] * 3
    assert frame["spend"].tolist() == [300, 200, 5] * 2


def test_reviews_between_are_gone_through():
    """A customer rises in the review of 1 April, and is still up on 15 April.

    On 1 April a has four orders in 30 days, so 80 points; on 15 April three, so 60.
    Without the first review the second is made late, and a stays B.
    """
    more = [("a", "2026-03-20", 1.0, None), ("a", "2026-05-20", 1.0, None)]
    ledger = six_customers.ledger(sales=[*six_customers._SALES, *more])
    how = {"dates": ["2026-02-15", "2026-04-15"], "until": None}
    apart = evaluated(ledger, **how)
    among = evaluated(ledger, reviews=["2026-04-01", "2026-05-01"], **how)
    held = [
        [line.customers for line in found.lines if line.tier == "A"]
        for found in (apart, among)
    ]
    # In February b has five orders; in April nobody but a can be A.
    assert held == [[1, 0], [1, 1]]
    assert "with reviews on 2 days only" in apart.to_text()
    assert "with reviews on 3 days only" in among.to_text()


# --- words ---------------------------------------------------------------------------


def test_words(whole):
    """What a reader sees, in both languages."""
    english, chinese = str(whole), whole.to_text("zh")
    assert "shop, 2026-03-02: 30 days before and after, tiers as replayed" in english
    assert (
        "  Top (A): 2 customers; 300.00 CNY spent after; 59.41 % of all; growth -40 %; "
        "50 % bought again (9.45–90.55 %); margin 120.00 CNY; cost of service 20.00 "
        "CNY; 5 CNY for each of 20 of effort; complaints per order 33.33 %"
    ) in english
    assert "margin 90.00 CNY of 1 of them" in english
    assert "- no causal claim" in english
    assert "  甲（A）：2 个客户；其后净采购额 300.00 CNY" in chinese
    assert "- 均值回归" in chinese


def test_headings(whole):
    """Chinese headings and titles; every column has one."""
    frame = whole.to_pandas(language="zh", total=True)
    assert list(frame.columns)[:4] == ["规则", "日期", "等级", "客户数"]
    assert frame["等级"].tolist() == ["甲", "乙", "丙", "全部客户"]
    assert not [name for name in frame.columns if name.isascii()]
    changes = whole.before_after(ON, language="zh")
    assert changes["指标"][0] == "净采购额"
    assert not [name for name in changes.columns if name.isascii()]


def test_html_is_escaped():
    """The name of a policy cannot bring in a tag."""
    fitted = six_customers.fitted()
    found = evaluate(six_customers.ledger(), {"<b>": fitted}, dates=ON, days=DAYS)
    said = found._repr_html_()
    assert "<b>" not in said
    assert "&lt;b&gt;, 2026-03-02" in said
    assert "<li>no causal claim" in said


def test_unknown_language(whole):
    """Refused before anything is shown."""
    with pytest.raises(SettingError, match="unknown language"):
        whole.to_pandas(language="cn")


def test_confidence(whole):
    """A wider one for more confidence; nonsense is refused."""
    wide = whole.to_pandas(confidence=0.99)
    assert (wide["retention_low"] < whole.to_pandas()["retention_low"]).all()
    with pytest.raises(SettingError, match="a confidence is a share"):
        whole.to_pandas(confidence=95)
