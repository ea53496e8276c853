"""What is missing where a score is unknown: what matters to this customer."""

import pytest

import custseg as cs

POLICY = """
schema = 1

[about]
code = "shop"
version = "1"
title = { zh = "店", en = "Shop" }
currency = "CNY"

[basis]
window = "365 days"

[basis.reference]
members = "orders >= 1"

[scores.size]
title = { zh = "大小", en = "Size" }
of = '''if(declared_type == 'FIRM', employees,
  if(declared_type == 'SHOP', stores_served, 100 * pct(orders)))'''

[scores.pace]
title = { zh = "节奏", en = "Pace" }
of = "orders / if(tenure_days >= 365 days, 1, 0)"

[scores.change]
title = { zh = "变化", en = "Change" }
of = "orders / (orders - 1) + if(tenure_days >= 365 days, 1, 0)"

[families.changed]
title = { zh = "有变", en = "Changed" }
yes = "change > 5"

[scores.calm]
title = { zh = "平静", en = "Calm" }
of = "orders / if(not (orders >= 1 and spend > 0), 1, 0)"

[families.quiet]
title = { zh = "静", en = "Quiet" }
yes = "calm > 5"

[families.large]
title = { zh = "大", en = "Large" }
yes = "size > 5"

[families.steady]
title = { zh = "稳", en = "Steady" }
yes = "pace > 5"
"""


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    """A firm, a shop, another, and one of which no type is known."""
    path = tmp_path_factory.mktemp("lacking") / "shop.toml"
    path.write_text(POLICY, encoding="utf-8")
    names = ["firm", "shop", "other", "nobody"]
    sales = {"customer_id": names, "date": ["2026-06-01"] * 4, "amount": [1.0] * 4}
    customers = {"customer_id": names, "type": ["FIRM", "SHOP", "HOME", None]}
    ledger = cs.Ledger.from_frames(sales, customers=customers, currency="CNY")
    return cs.segment(ledger, as_of="2026-06-30", policy=path)


@pytest.mark.parametrize(
    ("customer", "missing"),
    [
        ("firm", "员工人数：数据中没有 customers.employees 这一列"),
        ("shop", "服务门店数：数据中没有 customers.stores_served 这一列"),
        ("other", "参照客户太少，无法比较近 365 天订单数"),
        ("nobody", "申报的客户类型（未填写时未知）"),
    ],
)
def test_only_the_branch_that_is_taken_lacks_something(result, customer, missing):
    """A shop needs no staff; where the test itself is unknown, that comes first."""
    assert [one.to_text("zh") for one in result.explain(customer)["large"].missing] == [
        missing
    ]


def test_a_score_that_asks_for_more_says_for_what(result):
    """Dividing by 0 is how the policy says that 29 days tell nothing."""
    told = result.explain("firm").only("steady")
    (missing,) = told["steady"].missing
    assert missing.to_text() == (
        "Pace (unknown as Days since the first sale: 29 days < 365 days)"
    )
    assert missing.to_text("zh") == "节奏（客龄天数 29 天 < 365 天时未知）"
    assert "Steady: Unknown - missing: Pace (unknown as " in told.to_text(brief=True)


def test_what_a_score_asks_for_is_told_as_it_is(result):
    """Of a condition that must not hold it is what holds, all of it."""
    (missing,) = result.explain("firm")["quiet"].missing
    assert missing.to_text() == (
        "Calm (unknown as Sale orders in the last 365 days: 1 "
        "and Net spend in the last 365 days: 1.00 CNY > 0.00 CNY)"
    )
    assert missing.to_text("zh") == (
        "平静（近 365 天订单数 1 且 近 365 天净采购额 1.00 CNY > 0.00 CNY 时未知）"
    )


def test_no_condition_is_to_blame_that_gives_no_divisor_of_0(result):
    """One order less one is 0, whatever the bonus for a long time is."""
    (missing,) = result.explain("firm")["changed"].missing
    assert missing.to_text() == "Change (cannot be worked out from what is known)"
