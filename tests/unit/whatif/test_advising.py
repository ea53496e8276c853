"""Advice as people get it: hand-worked cases, both languages, plain data, refusals.

Twenty-five customers c00 to c24 bought once each in May 2026, for 100, 200, ... and
2,500 CNY. The mid-rank percentile of the i-th of them is (i - .5) / 25, so 80 % is
reached by the 21st, 2,100 CNY, and 50 % by the 13th, 1,300 CNY.
"""

import json
from datetime import date

import numpy as np
import pytest

import custseg as cs
from custseg.labels import Title
from custseg.units import Unit
from custseg.whatif import Change, Lacking, Orders
from custseg.whatif.telling import Teller


def sales(n=25, **more):
    """Return one order for each of n customers, each of its own size and day."""
    return {
        "customer_id": [f"c{i:02}" for i in range(n)],
        "date": [f"2026-05-{i + 1:02}" for i in range(n)],
        "amount": [100.0 * (i + 1) for i in range(n)],
        "order_id": [f"o{i}" for i in range(n)],
        **more,
    }


@pytest.fixture(scope="module")
def result():
    """The twenty-five, and a customer who only registered."""
    customers = {
        "customer_id": ["c00", "idle"],
        "registered_on": ["2026-04-01", "2025-05-01"],
        "flags": ["", ""],
    }
    return cs.segment(sales(), customers=customers, as_of="2026-06-30", currency="CNY")


def body(advice, language="en"):
    """Return the text behind the heading, which names the policy's digest."""
    return advice.to_text(language).split("\n", 1)[1]


def test_what_lifts_the_value(result):
    """From 400 to 2,100 it is 1,700, or five more orders of 400; four give 2,000."""
    assert (
        body(result.what_would_change("c03", "value"))
        == """\
Value: Low value (LOW)
To High value (HIGH):
  by one fact, with all else as it is:
    - Net spend in the last 365 days: 1,700.00 CNY more \
(from 400.00 CNY to 2,100.00 CNY)
  by orders, with all that they bring:
    - an order of 1,700.00 CNY on 2026-06-30
    - 5 orders of the usual size, 400.00 CNY each, all on 2026-06-30
To Medium value (MEDIUM):
  by one fact, with all else as it is:
    - Net spend in the last 365 days: 900.00 CNY more \
(from 400.00 CNY to 1,300.00 CNY)
  by orders, with all that they bring:
    - an order of 900.00 CNY on 2026-06-30
    - 3 orders of the usual size, 400.00 CNY each, all on 2026-06-30"""
    )


def test_a_record_without_order_ids_is_advised_as_well(result):
    """Where orders have ids and a record has none, c03 lacks the same 1,700."""
    ledger = cs.Ledger.from_frames(sales(), currency="CNY")
    fitted = cs.load_policy("company").fit(ledger, as_of="2026-06-30")
    sale = cs.Transaction("c03", "2026-05-04", 400)
    alone = fitted.classify_one(cs.Customer("c03"), [sale], as_of="2026-06-30")
    among = result.what_would_change("c03", "value")
    assert body(alone.what_would_change("value")) == body(among)


def test_the_same_in_chinese_by_a_later_day(result):
    """Five orders in the 92 days to 30 September: one in 18.4, the first on day 19."""
    told = result.what_would_change("c03", "value", to="HIGH", by="2026-09-30")
    assert (
        body(told, "zh")
        == """\
客户价值：低价值客户（LOW）
到 2026-09-30，其间若无新的往来：低价值客户（LOW）
变为“高价值客户（HIGH）”：
  只改变一项，其余不变：
    - 近 365 天净采购额：增加 1,700.00 CNY（由 400.00 CNY 增至 2,100.00 CNY）
  再下订单（连同订单带来的一切变化）：
    - 2026-09-30 再下一单，金额 1,700.00 CNY
    - 再下 5 单，每单如平常 400.00 CNY，从 2026-07-19 到 2026-09-30 均匀分布"""
    )


def test_time_passes_first(result):
    """By 30 March 2027 the sale of 4 May is 330 days old; 150 days less is 180."""
    told = result.what_would_change("c03", "lifecycle", by=date(2027, 3, 30))
    assert (told.label, told.label_by) == ("NEW", "COOLING")
    assert (
        body(told)
        == """\
Lifecycle: New (NEW)
On 2027-03-30, if nothing happens until then: Cooling (COOLING)
To Active (ACTIVE):
  by one fact, with all else as it is:
    - Days since the last sale: 150 days fewer (from 330 days to 180 days)
  by orders, with all that they bring:
    - any order on 2027-03-30, however small
No single act leads to: Prospect (PROSPECT); Never purchased (NEVER_PURCHASED); \
Churned (CHURNED); New (NEW); Reactivated (REACTIVATED); Mature (MATURE); \
Dormant (DORMANT)"""
    )


def test_a_flag_is_set_not_raised(result):
    """Marking c00 as a key account makes it important; so does enough money."""
    told = result.what_would_change("c00", "importance", to="IMPORTANT")
    assert "- Marked as key account: yes (now no)" in told.to_text()
    assert "- 重点客户标记：是（现为否）" in told.to_text("zh")
    flag = next(one for one in told.changes if one.feature == "is_key_account")
    assert (flag.now, flag.then) == (False, True)


def test_what_only_time_brings_is_out_of_reach(result):
    """Nobody makes a customer older: MATURE needs a year, and c03 has eight weeks."""
    told = result.what_would_change("c03", "lifecycle", to="MATURE")
    assert (told.changes, told.orders, told.out_of_reach) == ((), (), ("MATURE",))
    assert body(told, "zh") == (
        "生命周期：新客户（NEW）\n没有哪一项单独的行动能变为：成熟客户（MATURE）"
    )


def test_for_the_present_label_nothing_has_to_change(result):
    """It says so, and tries nothing."""
    told = result.what_would_change("c03", "value", to="LOW")
    assert told.wanted == ()
    assert body(told) == "Value: Low value (LOW)\nNothing has to change."


def test_an_unknown_label_names_the_missing_fact(result):
    """Who never bought has no day of the last sale; that alone would settle it."""
    told = result.what_would_change("idle", "churn_risk")
    (lacking,) = told.lacking
    assert (told.label, told.changes, told.orders) == ("UNKNOWN", (), ())
    assert lacking.feature == "days_since_last_sale"
    assert lacking.columns == ("sales.amount",)
    assert lacking.enough
    assert body(told) == (
        "Churn risk: Unknown\nIt is unknown; to tell it, one of these is needed:\n"
        "  - Days since the last sale: unknown without a sale ever "
        "(it comes from sales.amount)"
    )
    assert body(told, "zh").endswith(
        "目前无法判断；知道以下任一项即可：\n"
        "  - 距上次采购天数：从未购买时未知（来自 sales.amount）"
    )


def test_too_few_to_learn_from_is_told():
    """Of three customers no percentile is learned, and no fact of one mends that."""
    few = cs.segment(sales(3), as_of="2026-06-30", currency="CNY")
    told = few.what_would_change("c01", "value", to="HIGH")
    assert [one.feature for one in told.lacking] == [
        "pct(spend) >= 0.8",
        "pct(spend) >= 0.5",
    ]
    assert not any(one.enough or one.columns for one in told.lacking)
    assert told.out_of_reach == ("HIGH",)
    assert "- pct(spend) >= 0.8: too few customers to learn it from" in told.to_text()


def test_who_never_bought_can_be_won_by_a_first_order(result):
    """A first order of any size makes a prospect a new customer; no goods are known."""
    told = result.what_would_change("idle", "lifecycle", to="NEW")
    assert told.changes == ()
    (order,) = told.orders
    assert (order.amounts, order.days) == ((1,), (date(2026, 6, 30),))
    assert order.like is None


def test_without_order_ids_a_day_has_one_order():
    """Orders of one day cannot be told apart, so no two are proposed for today."""
    plain = sales()
    del plain["order_id"]
    result = cs.segment(plain, as_of="2026-06-30", currency="CNY")
    today = result.what_would_change("c03", "value", to="HIGH")
    assert [one.usual for one in today.orders] == [False]
    soon = result.what_would_change("c03", "value", to="HIGH", by="2026-07-05")
    assert [len(one.days) for one in soon.orders] == [1, 5]
    short = result.what_would_change("c03", "value", to="HIGH", by="2026-07-04")
    assert [len(one.days) for one in short.orders] == [1]


def test_advice_from_both_doors_is_one(result):
    """The result and the result of one customer answer alike."""
    one = result.customer("c03").what_would_change("tier", to="A", by="2026-12-31")
    assert one == result.what_would_change("c03", "tier", to="A", by="2026-12-31")
    assert one.label == result.customer("c03").tier


def test_plain_data_is_ready_for_json(result):
    """Money in yuan, days as text, codes and both titles."""
    told = result.what_would_change("c03", "value", to="HIGH", by="2026-07-31")
    data = json.loads(json.dumps(told.to_data(), ensure_ascii=False))
    assert data["changes"] == [
        {
            "feature": "spend",
            "title": {
                "zh": "近 365 天净采购额",
                "en": "Net spend in the last 365 days",
            },
            "unit": "money",
            "now": 400.0,
            "then": 2100.0,
            "by_how_much": 1700.0,
            "moves_to": "HIGH",
        }
    ]
    assert data["orders"][0] == {
        "orders": 1,
        "amounts": [1700.0],
        "days": ["2026-07-31"],
        "usual": False,
        "like": "2026-05-04",
        "moves_to": "HIGH",
    }
    assert (data["by"], data["reachable"], data["lacking"]) == (
        "2026-07-31",
        ["HIGH"],
        [],
    )


def test_an_own_classifier_is_asked_as_any_family():
    """A family that is code, not rules: its label turns at five orders."""

    class Habit:
        code, labels, needs = "habit", ("YES", "NO"), ("orders",)

        def fit(self, _):
            return self

        def classify(self, table):
            return np.where(table["orders"].values >= 5, 0, 1)

    policy = cs.load_policy("company").with_classifier(Habit())
    ledger = cs.Ledger.from_frames(sales(), currency="CNY")
    result = policy.fit_and_classify(ledger, as_of="2026-06-30")[1]
    told = result.what_would_change("c03", "habit")
    assert [(one.feature, one.then) for one in told.changes] == [("orders", 5)]
    assert [len(one.amounts) for one in told.orders] == [4]
    assert "habit: NO\nTo YES:" in told.to_text()


def test_an_own_classifier_may_ask_for_what_a_group_owes():
    """Of two shops of one group each owes 60, so that the group owes 120."""

    class Owing:
        code, labels, needs = "owing", ("YES", "NO"), ("group_exposure",)

        def fit(self, _):
            return self

        def classify(self, table):
            return np.where(table["group_exposure"].values >= 100_00, 0, 1)

    names = ["a", "b"]
    ledger = cs.Ledger.from_frames(
        {"customer_id": names, "date": ["2026-05-01"] * 2, "amount": [60.0] * 2},
        customers={"customer_id": names, "group_id": ["g"] * 2},
        invoices={
            "customer_id": names,
            "invoice_id": names,
            "issued_on": ["2026-05-01"] * 2,
            "due_on": ["2026-07-01"] * 2,
            "amount": [60.0] * 2,
        },
        payments={"payment_id": [], "invoice_id": [], "paid_on": [], "amount": []},
        currency="CNY",
    )
    policy = cs.load_policy("company").with_classifier(Owing())
    result = policy.fit_and_classify(ledger, as_of="2026-06-30")[1]
    assert result.what_would_change("a", "owing").label == "YES"


def test_markup_is_escaped():
    """An id from outside cannot bring markup into a notebook."""
    sly = {"customer_id": ["<b>"], "date": ["2026-06-01"], "amount": [1.0]}
    result = cs.segment(sly, as_of="2026-06-30", currency="CNY")
    shown = result.what_would_change("<b>", "lifecycle")._repr_html_()
    assert "&lt;b&gt;" in shown
    assert "<b>" not in shown


def test_what_cannot_be_asked_is_refused(result):
    """Families, labels, days and languages that there are not, each in words."""
    with pytest.raises(
        cs.CustsegError, match=r"no family 'valu'; .*did you mean 'value'"
    ):
        result.what_would_change("c03", "valu")
    with pytest.raises(
        cs.CustsegError, match=r"to: 'value' has no label 'HIHG'; .*did you mean 'HIGH'"
    ):
        result.what_would_change("c03", "value", to="HIHG")
    with pytest.raises(
        cs.CustsegError, match="to: expected the code of a label; got a"
    ):
        result.what_would_change("c03", "value", to=3)
    with pytest.raises(
        cs.CustsegError, match="by: the day asked for is before the day looked at"
    ):
        result.what_would_change("c03", "value", by="2026-06-29")
    with pytest.raises(cs.CustsegError, match="by: expected a calendar day"):
        result.what_would_change("c03", "value", by="soon")
    with pytest.raises(cs.CustsegError, match="no such customer"):
        result.what_would_change("c77", "value")
    with pytest.raises(cs.CustsegError, match="unknown language; got 'fr'"):
        result.what_would_change("c03", "value").to_text("fr")


@pytest.mark.parametrize(
    ("unit", "now", "then", "english", "chinese"),
    [
        ("share", 0.31, 0.35, "4 percentage points more (from 31 % to 35 %)",
         "增加 4 个百分点（由 31 % 增至 35 %）"),
        ("share", 0.35, 0.3499, "0.01 percentage points less (from 35 % to 34.99 %)",
         "减少 0.01 个百分点（由 35 % 减至 34.99 %）"),
        ("count", 3, 5, "2 more (from 3 to 5)", "增加 2（由 3 增至 5）"),
        ("count", 5, 4, "1 fewer (from 5 to 4)", "减少 1（由 5 减至 4）"),
        ("quantity", 10_000, 25_001, "1.5001 more (from 1 to 2.5001)",
         "增加 1.5001（由 1 增至 2.5001）"),
        ("days", 31, 30, "1 day fewer (from 31 days to 30 days)",
         "减少 1 天（由 31 天 减至 30 天）"),
        ("money", 5.6, 1.0, "0.05 CNY less (from 0.06 CNY to 0.01 CNY)",
         "减少 0.05 CNY（由 0.06 CNY 减至 0.01 CNY）"),
    ],
)  # fmt: skip
def test_a_change_is_told_in_the_unit_of_people(unit, now, then, english, chinese):
    """More and less, fewer days and orders, percentage points of a share."""
    change = Change(
        feature="x",
        title=Title(zh="甲", en="X"),
        unit=Unit(unit),
        now=now,
        then=then,
        moves_to="Y",
    )
    teller = {language: Teller(language, "CNY", 2) for language in ("en", "zh")}
    assert teller["en"].change(change) == f"X: {english}"
    assert teller["zh"].change(change) == f"甲：{chinese}"


def test_parts_are_plain_values():
    """Two that say the same are equal, so advice can be compared."""
    day = date(2026, 6, 30)
    first, second = (
        Orders(amounts=(1,), days=(day,), usual=False, like=None, moves_to="A")
        for _ in range(2)
    )
    assert first == second
    title = Title(zh="甲", en="x")
    assert Lacking(feature="x", title=title) != Lacking(
        feature="x", title=title, enough=True
    )
    assert Lacking(feature="x", title=title).to_data()["when"] is None
    told = Lacking(feature="x", title=title, when=title).to_data()
    assert told["when"] == {"zh": "甲", "en": "x"}
