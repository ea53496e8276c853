"""Explanations of the packaged policy: labels, tiers, what is missing, every form."""

import json
from datetime import date, timedelta

import pytest

import custseg as cs

SELLER = cs.Seller(country="DE")


def sales(n):
    """Return one sale for each of n customers, each of its own size and day."""
    return {
        "customer_id": [f"c{i:02}" for i in range(n)],
        "date": [f"2026-05-{i + 1:02}" for i in range(n)],
        "amount": [100.0 * (i + 1) for i in range(n)],
    }


@pytest.fixture(scope="module")
def result():
    """Twenty-five customers, so that percentiles are known."""
    return cs.segment(sales(25), as_of="2026-06-30", currency="CNY")


def test_the_clause_that_held_shows_its_fact_and_the_learned_cut(result):
    """The top customer is above the cut; both are kept in fen."""
    (clause,) = result.explain("c24")["value"].clauses
    assert (clause.expression, clause.holds) == ("pct(spend) >= high_share", True)
    assert clause.text == "pct(spend) >= 80%"
    # mid-rank of the i-th of 25: (i - .5) / 25 >= .8 from i = 20.5, so from the 21st
    assert (clause.value, clause.bar) == (250000, 210000)


def test_the_last_label_shows_what_failed(result):
    """LOW is for all others, so both bars above it are shown as not reached."""
    reason = result.explain("c00")["value"]
    assert reason.decided.clauses == ()
    assert [(trial.label, trial.holds) for trial in reason.rejected] == [
        ("HIGH", False),
        ("MEDIUM", False),
    ]
    assert [one.text for one in reason.clauses] == [
        "pct(spend) >= 80%",
        "pct(spend) >= 50%",
    ]


def test_labels_that_one_clause_rules_out_are_told_together():
    """One line for each clause, with all the labels that fail on it."""
    many = sales(25)
    for name, days in (("old", 400), ("older", 500)):
        many["customer_id"].append(name)
        many["date"].append(str(date(2026, 6, 30) - timedelta(days=days)))
        many["amount"].append(5.0)
    told = cs.segment(many, as_of="2026-06-30", currency="CNY").explain("old")
    text = told.only("rfm").to_text()
    assert "  because: none of the labels before it fits\n" in text
    assert "  not Champions, Potential loyalists: Recency score R: 1 < 4  [" in text
    assert text.count("Potential loyalists") == 1
    chinese = told.only("rfm").to_text("zh")
    assert "  不是“冠军客户”、“潜在忠诚客户”：近度得分 R 1 < 4\n" in chinese


def test_labels_that_a_text_rules_out_are_told_by_what_it_is():
    """A caterer is none of five outlets: one line, and its title, not its code."""
    many = sales(25)
    customers = {"customer_id": ["c01", "c02"], "type": ["餐饮", "零售"]}
    told = cs.segment(
        many,
        customers=customers,
        as_of="2026-06-30",
        policy="frozen_goods",
        currency="CNY",
    )
    text = told.explain("c01").only("outlet").to_text("zh")
    assert (
        "\n  不是“超市”、“便利店”、“农贸市场”、“批发市场”、“食品经销商”："
        "申报类型对应的业态 餐饮客户\n"
    ) in text
    text = told.explain("c02").only("outlet").to_text()
    assert (
        "\n  not Wholesale market, Food distributor: "
        "Outlet by the declared type: Retailer  [coalesce(type_outlet, trade_outlet)]\n"
    ) in text
    page = told.explain("c01").only("outlet").to_html()
    assert page.count("Outlet by the declared type: Caterer<br>") == 1


def test_a_code_without_a_label_has_the_title_that_its_lookup_gives():
    """No family has China for a label, so the lookup says what it is called."""
    customers = {"customer_id": ["c01"], "country": ["CN"], "province": ["广东"]}
    ledger = cs.Ledger.from_frames(sales(25), customers=customers, currency="CNY")
    told = cs.segment(ledger, as_of="2026-06-30", policy="lighting").explain("c01")
    assert "依据：市场 中国（CHINA）\n" in told.only("region").to_text("zh")
    line = told.only("region").to_text("en", brief=True).splitlines()[1]
    assert line == "Region: South - Market: China; Sales region: South"


def test_a_score_for_whom_the_steps_are_not_says_so():
    """Without a sale in the window the steps are left aside, and 1 counts."""
    many = sales(25)
    many["customer_id"].append("old")
    many["date"].append("2025-01-01")
    many["amount"].append(5.0)
    told = cs.segment(many, as_of="2026-06-30", currency="CNY").explain("old")
    recency = next(one for one in told.scores if one.note.term.code == "recency_score")
    assert (recency.value, recency.left_out, recency.step) == (1, True, None)
    assert [clause.text for clause in recency.only_if] == ["orders >= 1"]
    assert "Recency score R: 1, as the steps are not for this customer" in str(told)


def test_a_score_shows_its_step_between_learned_edges(result):
    """The middle of twenty-five is in the third fifth: from the 11th to the 15th."""
    told = result.explain("c12")
    money = next(one for one in told.scores if one.note.term.code == "monetary_score")
    step = money.step
    assert (step.points, step.of, step.low, step.high) == (3, 5, 110000, 160000)
    text = told.to_text()
    assert (
        "Monetary score M: 3 of 5: Net spend in the last 365 days = 1,300.00 CNY"
        in text
    )
    assert "≥ 1,100.00 CNY and < 1,600.00 CNY  [spend]" in text
    # Lower is better: a step holds its upper edge and not its lower one.
    days = next(one for one in told.scores if one.note.term.code == "recency_score")
    assert days.step.low < days.input <= days.step.high


def test_the_tier_shows_parts_bars_and_distances(result):
    """Score .5 * 98 + .25 * 50 + .25 * 98 = 86 for the latest and largest."""
    top, low = (result.explain(name).grade for name in ("c24", "c00"))
    assert [(one.part.code, round(one.points, 6)) for one in top.parts] == [
        ("value", 98),
        ("frequency", 50),
        ("recency", 98),
    ]
    assert [round(one.contribution, 6) for one in top.parts] == [49, 12.5, 24.5]
    assert (top.tier, top.score, top.margin, top.gap) == ("A", 86.0, 6.0, None)
    assert (low.tier, low.above.code, low.gap) == ("C", "B", 60 - 14)
    assert low.margin is None


def test_unknown_says_that_too_few_were_there():
    """With too few customers, the reference is named as the reason."""
    few = cs.segment(sales(3), as_of="2026-06-30", currency="CNY")
    told = few.explain("c00")
    value = told["value"]
    assert (value.label, value.decided.label, value.decided.holds) == (
        "UNKNOWN",
        "HIGH",
        None,
    )
    assert [one.learnt for one in value.missing] == ["pct(spend) >= 0.8"]
    text = told.to_text()
    assert (
        "cannot tell High value: Net spend in the last 365 days: 100.00 CNY; " in text
    )
    assert (
        "missing: too few customers in the reference to learn pct(spend) >= 0.8" in text
    )
    assert "缺少：参照客户太少，无法比较近 365 天净采购额\n" in told.to_text("zh")
    assert told.grade.tier == "UNKNOWN"
    assert "no score: only 25 % of the weight is known, and 50 % is asked for" in text


def test_unknown_names_the_column_that_the_data_lack():
    """Whoever never bought needs a registration date; nobody gave that column."""
    ledger = cs.Ledger.from_frames(
        sales(25), customers={"customer_id": ["new"], "city": ["x"]}, currency="CNY"
    )
    told = cs.segment(ledger, as_of="2026-06-30").explain("new")
    lifecycle = told["lifecycle"]
    (missing,) = lifecycle.missing
    assert missing.term.code == "account_age_days"
    assert missing.absent == ("customers.registered_on",)
    assert (
        "missing: Days since registration: the data have no column "
        "customers.registered_on" in told.to_text()
    )
    assert "缺少：开户天数：数据中没有 customers.registered_on 这一列" in told.to_text(
        "zh"
    )


def test_unknown_names_the_column_that_is_empty():
    """The column is there, but not for this customer."""
    customers = {"customer_id": ["new", "c01"], "registered_on": [None, "2020-01-01"]}
    ledger = cs.Ledger.from_frames(sales(25), customers=customers, currency="CNY")
    told = cs.segment(ledger, as_of="2026-06-30").explain("new")
    (missing,) = told["lifecycle"].missing
    assert missing.absent == ()
    assert missing.to_text() == (
        "Days since registration "
        "(unknown where no day of registration is given, "
        "or where that day is still to come)"
    )
    assert missing.to_text("zh") == "开户天数（未填写开户日期，或当日尚未开户时未知）"


def test_unknown_does_not_ask_for_a_column_that_is_not_needed():
    """One column of several is enough: the one that is there says nothing of "new"."""
    customers = {"customer_id": ["new", "c01"], "country": [None, "DE"]}
    ledger = cs.Ledger.from_frames(sales(25), customers=customers, currency="CNY")
    told = cs.segment(ledger, as_of="2026-06-30", seller=SELLER).explain("new")
    _, missing = told["place"].missing
    assert (missing.term.code, missing.absent) == ("is_in_site_city", ())
    assert missing.to_text("zh") == (
        "与网点同城（没有注明城市的网点，或未填写城市或所需的省份时未知）"
    )


def test_each_missing_fact_is_told_once_and_for_its_first_reason():
    """Percentiles, and what cannot be learned, are unknown where the fact itself is."""
    ledger = cs.Ledger.from_frames(
        sales(25), customers={"customer_id": ["new"]}, currency="CNY"
    )
    told = cs.segment(ledger, as_of="2026-06-30", policy="building_materials")
    missing = told.explain("new")["high_potential"].missing
    assert [one.to_text("zh") for one in missing] == [
        "参照客户太少，无法比较近 365 天净采购额同比",
        "近 365 天净采购额同比（上年同期净采购额不为正时未知）",
        "近 365 天与同类客户的品类差距：数据中没有 sales.category 这一列",
        "距上次采购天数（从未购买时未知）",
    ]


def test_unknown_names_the_seller_that_nobody_described():
    """Who is abroad takes two ends, and no column of the data is the seller's."""
    customers = {"customer_id": ["a"], "country": ["DE"]}
    ledger = cs.Ledger.from_frames(sales(3), customers=customers, currency="CNY")
    told = cs.segment(ledger, as_of="2026-06-30").explain("a")
    (missing,) = told["domestic"].missing
    assert missing.to_text() == (
        "Abroad: nobody has said where the seller is "
        "(seller=..., --seller, or [seller] in the policy)"
    )
    near = told["place"].missing[0]
    assert near.absent == ("customers.latitude", "customers.longitude")
    assert near.to_text("zh").endswith(
        "[seller]）；数据中没有 customers.latitude、customers.longitude 这几列"
    )
    data = told.only("domestic").to_data()["families"]["domestic"]["missing"]
    assert [one["no_seller"] for one in data] == [True]


def test_where_one_column_is_enough_the_other_is_not_all_that_lacks():
    """A country that nobody understands is no lack of provinces."""
    customers = {"customer_id": ["a"], "country": ["Mu-Mu Land"]}
    ledger = cs.Ledger.from_frames(sales(3), customers=customers, currency="CNY")
    here = cs.Seller(country="CN")
    told = cs.segment(ledger, as_of="2026-06-30", seller=here).explain("a")
    (missing,) = told["domestic"].missing
    assert missing.to_text("zh") == ("在境外（国家无法识别且省份不是中国独有的时未知）")


def test_what_a_coalesce_stands_in_for_is_not_missing():
    """Without a flag nobody is a key account: that is no gap in the data."""
    told = cs.segment(sales(3), as_of="2026-06-30", currency="CNY").explain("c00")
    codes = {one.term.code for one in told["importance"].missing if one.term}
    assert "is_key_account" not in codes


def test_codes_and_ones_are_told_by_what_they_mean():
    """A lookup that finds a label says its title; a score of 1 or 0 says yes or no."""
    customers = {"customer_id": ["c01"], "type": ["批发"]}
    ledger = cs.Ledger.from_frames(sales(25), customers=customers, currency="CNY")
    told = cs.segment(ledger, as_of="2026-06-30", policy="building_materials")
    text = told.explain("c01").only("type", "type_inferred").to_text("zh")
    assert "\n  依据：申报类型归类 批发客户（WHOLESALE）\n" in text
    assert (
        "\n  不是“零售客户”：采购习惯像零售客户 否"
        "\n      且：申报类型归类 批发客户（WHOLESALE），不是 零售客户（CONSUMER）\n"
    ) in text
    assert (
        "\n类型为推断：否（NO）"
        "\n  依据：采购习惯像零售客户 否"
        "\n      且：采购习惯像批发客户 否\n"
    ) in text
    assert "\n  申报类型归类：批发客户（WHOLESALE）；申报的客户类型为“批发”\n" in text


def test_a_plain_false_is_no_reason():
    """Of if(share >= bar, ..., false) the share says it all: 14 of 35 is 40 %."""
    table = {
        "customer_id": ["a"] * 3,
        "date": ["2026-06-01", "2026-06-02", "2026-06-03"],
        "amount": [14.0, 11.0, 10.0],
        "brand": ["X", "Y", "Z"],
    }
    told = cs.segment(table, as_of="2026-06-30", currency="CNY").explain("a")
    before = told.only("brand").to_text("zh").split("不是“特定品牌偏好”：")[1]
    assert before.startswith(
        "近 365 天最大品牌占比 40 % < 70 %（门槛 brand_share）\n\n"
    )


def test_a_family_can_be_told_alone(result):
    """Only its clauses, and only the scores, thresholds and cuts behind them."""
    told = result.explain("c12").only("value")
    assert [one.family for one in told.reasons] == ["value"]
    assert (told.grade, told.scores) == (None, ())
    assert [one.code for one in told.settings()] == ["high_share", "medium_share"]
    tier = result.explain("c12").only("tier")
    assert (tier.reasons, tier.grade.tier) == ((), "C")
    churn = result.explain("c12").only("churn_risk")
    assert [one.note.term.code for one in churn.scores] == ["usual_gap_days"]
    with pytest.raises(LookupError, match=r"no family 'vlaue'.*did you mean 'value'"):
        result.explain("c12").only("vlaue")


def test_the_tier_is_asked_for_by_its_own_name(result):
    """It is no family; the error says where it is."""
    with pytest.raises(LookupError, match=r"no family 'tier'.*told by \.grade"):
        result.explain("c12")["tier"]


def test_the_policy_and_both_digests_are_named(result):
    """Whoever reads it later can find what it was decided by."""
    told = result.explain("c12")
    policy = cs.load_policy("company")
    data = told.to_data()["policy"]
    assert data["digest"] == policy.digest
    assert data["fitted_digest"] == result.explainer().digest != policy.digest
    assert (data["code"], data["version"]) == ("company", policy.version)
    assert (data["fitted_on"], data["reference"]) == ("2026-06-30", "orders >= 1")
    head = told.to_text().splitlines()[2]
    assert data["digest"][:12] in head
    assert data["fitted_digest"][:12] in head


def test_the_answer_comes_first(result):
    """The tier and its score in one line, or the labels that were asked for."""
    told = result.explain("c12")
    assert told.to_text().splitlines()[1] == (
        "In short: Tier C, ordinary; score 50 of 100, with 100 % of the weight known; "
        "10 points short of B, key (from 60)"
    )
    assert told.only("value").to_text("zh").splitlines()[1] == (
        "结论：客户价值：中等价值客户"
    )
    assert "<br>结论：应得等级 C 级（普通）；得分 50" in told.to_html("zh")


def test_chinese_quotes_no_source_in_another_language(result):
    """The page and the data keep the policy's own words; a Chinese source is told."""
    told = result.explain("c12").only("value")
    assert "default: the top fifth" in told.to_text()
    for said in (told.to_text("zh"), told.to_html("zh")):
        assert "default: the top fifth" not in said
    assert "[pct(spend)" not in told.to_text("zh")
    assert "pct(spend)" in told.to_html("zh")
    setting = told.to_data()["thresholds"]["high_share"]
    assert setting["source"] == "default: the top fifth"


def test_several_are_explained_in_the_order_asked_for(result):
    """Any spelling of an id; all in the order of the result where nobody is named."""
    names = [told.customer_id for told in result.explanations(["c07", " c03 "])]
    assert names == ["c07", "c03"]
    assert [one.customer_id for one in result.explanations()] == [*result.customer_ids]


def test_blocks_change_nothing(result, monkeypatch):
    """Many are worked out in blocks; the seams are not seen."""
    whole = [told.to_data() for told in result.explanations()]
    monkeypatch.setattr("custseg.results._AT_ONCE", 4)
    assert [told.to_data() for told in result.explanations()] == whole
    assert list(result.explanations([])) == []


def test_ids_are_looked_up_before_anybody_is_told(result):
    """A slip in the last id is seen at once, and one id is not several."""
    with pytest.raises(LookupError, match="no such customer; got 'nobody'"):
        result.explanations(["c01", "nobody"])
    with pytest.raises(
        cs.CustsegError, match=r"several ids; got 'c01'; write \['c01'\]"
    ):
        result.explanations("c01")


def test_markup_is_escaped():
    """An id from outside cannot bring markup into a notebook."""
    sly = {"customer_id": ["<b>"], "date": ["2026-06-01"], "amount": [1.0]}
    told = cs.segment(sly, as_of="2026-06-30", currency="CNY").explain("<b>")
    page = told._repr_html_()
    assert "Customer &lt;b&gt; as of" in page
    assert "<b>" not in page
    assert "客户 <b>，截至 2026-06-30" in told.to_text("zh")


def test_the_page_is_tables_and_loads_nothing(result):
    """One row for each family; nothing from outside; Chinese where asked for."""
    told = result.explain("c12")
    page = told.to_html()
    head, _, body = page.partition("<tbody>")
    assert body.partition("</tbody>")[0].count("<tr>") == len(told.reasons)
    assert "<th" in head
    for outside in ("http", "src=", "<script", "<link", "url("):
        assert outside not in page
    assert "<details><summary>" in page
    assert 'lang="zh"' in told.to_html("zh")
    assert "客户价值" in told.to_html("zh")


def test_no_personal_field_is_told():
    """Names and phones of a record are nowhere in any form."""
    person = cs.Customer("p", name="Zhang Wei", phone="13800000000")
    sale = cs.Transaction("p", date(2026, 6, 1), 950)
    fitted = cs.load_policy("company").fit(
        cs.Ledger.from_frames(sales(25), currency="CNY"), as_of="2026-06-30"
    )
    told = fitted.classify_one(person, [sale], as_of="2026-06-30").explain()
    forms = [told.to_text(), told.to_text("zh"), told.to_html(), repr(told)]
    forms.append(json.dumps(told.to_data()))
    assert told["lifecycle"].label == "NEW"
    assert not any("Zhang" in form or "1380000" in form for form in forms)


def test_it_shows_itself_in_a_line(result):
    """In a list of explanations each is one line."""
    assert repr(result.explain("c12")) == "Explanation(c12 as of 2026-06-30)"
    (trial, *_) = result.explain("c24")["value"].trials
    assert repr(trial) == "Trial(HIGH, holds=True)"
    assert repr(trial.clauses[0]) == "Clause('pct(spend) >= high_share', holds=True)"
