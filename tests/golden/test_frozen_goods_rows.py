"""The policy of frozen goods by the rows of the checklist: who gets a label, who not.

The rows and the arithmetic behind them stand in :mod:`frozen_goods_taxonomy`.
"""

import datetime as dt

import pytest

import custseg as cs
from company_world import TODAY, case, fit, money_reference, on_days, transaction
from custseg import cli
from custseg.adapters.stores import open_journal
from custseg.demo import wholesaler
from custseg.rules.files.loader import inspect_policy, load_tree
from frozen_goods_taxonomy import (
    CHECKLIST,
    FEW,
    MONEY,
    OTHERS,
    ROWS,
    WORLD,
    frozen_reference,
    orders,
    split,
)

BY_NAME = [pytest.param(row, id=row.name) for row in ROWS]
POLICY = "frozen_goods"


@pytest.fixture(scope="module")
def worlds():
    """The policy fitted in each of the worlds."""
    return {
        WORLD: fit(frozen_reference(), policy=POLICY),
        FEW: fit(frozen_reference(19), policy=POLICY),
        MONEY: fit(money_reference(), policy=POLICY),
    }


@pytest.fixture(scope="module")
def demo():
    """The demo's ledger, and the policy fitted on it."""
    data = wholesaler()
    ledger = cs.Ledger.from_frames(
        data.sales, customers=data.customers, currency=data.currency
    )
    policy = cs.load_policy(POLICY).with_seller(data.seller)
    return ledger, *policy.fit_and_classify(ledger, as_of=data.as_of)


# --- the rows -------------------------------------------------------------------------


@pytest.mark.parametrize("row", BY_NAME)
def test_the_row_is_answered(worlds, row):
    """Its customer gets the label."""
    assert row.gets.label(worlds[row.world], row.family) == row.code


@pytest.mark.parametrize("row", BY_NAME)
def test_a_near_miss_is_not(worlds, row):
    """A customer one step away gets another label, and it is the one expected."""
    assert row.instead != row.code
    assert row.misses.label(worlds[row.world], row.family) == row.instead


@pytest.mark.parametrize("row", [one for one in BY_NAME if one.values[0].lacks])
def test_without_its_input_the_row_is_open_and_says_what_it_lacks(worlds, row):
    """The label is UNKNOWN, and the explanation names the fact that is missing."""
    one = row.lacks.classified(worlds[row.in_world or row.world])
    data = one.explain().to_data()
    told = data["tier"] if row.family == "tier" else data["families"][row.family]
    assert told["label"] == "UNKNOWN"
    missing = {
        entry["fact"] or entry["not_learned"]: entry for entry in told["missing"]
    }
    assert row.fact in missing
    entry = missing[row.fact]
    for language in ("en", "zh"):
        text = one.explain().only(row.family).to_text(language)
        title = "" if entry["title"] is None else entry["title"][language]
        why = entry["said"][language].removeprefix(title)
        lines = [line for line in text.splitlines() if line.endswith(why)]
        assert any(title in line for line in lines)  # one line for facts alike


@pytest.mark.parametrize("row", [one for one in BY_NAME if not one.values[0].lacks])
def test_a_row_that_is_never_open_needs_no_more_than_a_table_of_sales(worlds, row):
    """With and without a sale, and with too few to compare with, the label is known."""
    for policy in worlds.values():
        for sales in ((), on_days(5), on_days(400), row.gets.sales):
            assert case(sales).label(policy, row.family) != "UNKNOWN"


def test_every_row_of_the_checklist_has_its_example():
    """The rows here are those of the checklist, each once."""
    names = [row.name for row in ROWS]
    assert len(names) == len(set(names))
    assert set(names) == CHECKLIST


@pytest.mark.parametrize(("family", "code", "one"), OTHERS)
def test_the_labels_that_no_row_is_named_after(worlds, family, code, one):
    """What is left over has a customer as well."""
    assert one.label(worlds[WORLD], family) == code


def test_what_the_world_taught_is_what_was_worked_out(worlds):
    """Cuts, common categories and usual shares."""
    learned = worlds[WORLD].learned
    assert learned.cuts["pct(spend) >= 0.8"] == 170000
    assert learned.cuts["pct(average_order_value) >= 0.8"] == 170000
    assert learned.references["category_buyers"].common == ("水产", "水饺", "猪肉")
    assert learned.references["category_shares"].shares == pytest.approx(
        {"水产": 0.4, "水饺": 0.2, "猪肉": 0.4}, abs=1e-9
    )


# --- the type -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("declared", "industry", "kind", "outlet"),
    [
        ("超市", "H62", "RETAILER", "SUPERMARKET"),  # the type goes before the industry
        ("学校", "F5212", "OTHER", "OTHER"),
        (None, "F5212", "RETAILER", "SUPERMARKET"),
        (None, "5213", "RETAILER", "CONVENIENCE_STORE"),
        (None, "GB/T 4754-2017 F5223", "RETAILER", "OTHER"),
        (None, "NACE 46.38", "WHOLESALE", "FOOD_DISTRIBUTOR"),
        (None, "ISIC Rev.4 G4690", "WHOLESALE", "OTHER"),
        (None, "NAICS 2022 722511", "CATERING", "OTHER"),
        (None, "H6110", "CATERING", "OTHER"),  # a hotel has a kitchen
        (None, "P8321", "OTHER", "OTHER"),  # a school
        ("RESTAURANT chain", None, "CATERING", "OTHER"),
        ("Food Wholesale Ltd", None, "WHOLESALE", "FOOD_DISTRIBUTOR"),
        # A type in one word leaves the outlet to the industry, where the two agree.
        ("零售", "超市", "RETAILER", "SUPERMARKET"),
        ("retailer", "NAICS 445131", "RETAILER", "CONVENIENCE_STORE"),
        ("零售", "菜市场", "RETAILER", "WET_MARKET"),
        ("批发", "冻品批发", "WHOLESALE", "FOOD_DISTRIBUTOR"),
        ("批发", "农产品批发市场", "WHOLESALE", "WHOLESALE_MARKET"),
        ("批发", "超市", "WHOLESALE", "OTHER"),
        ("便利店", "超市", "RETAILER", "CONVENIENCE_STORE"),
        (None, "农贸市场", "RETAILER", "WET_MARKET"),
        (None, "火锅店", "CATERING", "OTHER"),
    ],
)
def test_the_declared_type_and_else_the_industry(
    worlds, declared, industry, kind, outlet
):
    """Declared facts decide whatever the orders look like, and nothing is inferred."""
    for sales in ((), orders(1000, 12), orders(1700, 2)):
        one = case(sales, type=declared, industry=industry).classified(worlds[WORLD])
        labels = [one.labels[name] for name in ("type", "outlet", "type_inferred")]
        assert labels == [kind, outlet, "NO"]


@pytest.mark.parametrize(
    ("sales", "kind", "inferred"),
    [
        (orders(1099.99, 12), "RETAILER", "YES"),
        (orders(1100, 12), "UNKNOWN", "NO"),
        (orders(1000, 11), "UNKNOWN", "NO"),
        (orders(1700, 12), "WHOLESALE", "YES"),
        (orders(1699.99, 12), "UNKNOWN", "NO"),
        ((), "UNKNOWN", "NO"),
    ],
)
def test_the_pattern_of_the_orders(worlds, sales, kind, inferred):
    """What leaves a doubt is not inferred; a kitchen is never."""
    one = case(sales).classified(worlds[WORLD])
    assert (one.labels["type"], one.labels["type_inferred"]) == (kind, inferred)
    assert one.labels["outlet"] == "UNKNOWN"


def test_nothing_is_inferred_where_the_policy_says_so(tmp_path):
    """One line turns inference off."""
    path = tmp_path / "ours.toml"
    path.write_text(
        'schema = 1\nbase = "frozen_goods"\n[about]\ncode = "ours"\nversion = "1"\n'
        '[thresholds]\ninfer_type = { is = false, source = "sales meeting" }\n',
        encoding="utf-8",
    )
    fitted = fit(frozen_reference(), policy=path)
    for sales in (orders(1000, 12), orders(1700, 12)):
        one = case(sales).classified(fitted)
        assert (one.labels["type"], one.labels["type_inferred"]) == ("UNKNOWN", "NO")


# --- the goods ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("category", "kind"),
    [
        ("冻虾仁", "OTHER"), ("虾仁", "SEAFOOD"), ("虾饺", "RICE_AND_FLOUR"),
        ("虾滑", "HOTPOT"), ("鱼丸", "HOTPOT"), ("Fish fillets", "SEAFOOD"),
        ("Fish balls", "HOTPOT"), ("牛肉", "MEAT"), ("牛肉丸", "HOTPOT"),
        ("鸡翅中", "POULTRY"), ("速冻水饺", "RICE_AND_FLOUR"), ("薯条", "VEGETABLES"),
        ("预制菜", "PREPARED"), ("雪糕", "ICE_CREAM"), ("包装箱", "OTHER"),
    ],
)  # fmt: skip
def test_a_kind_of_goods_is_the_longest_entry(category, kind):
    """A dumpling with shrimps is no shrimp, a beef ball no beef."""
    rows = [
        transaction(f"f{i:02}", {"ago": 10, "amount": 100, "order": f"o{i}-{k}",
                                 "category": category if i <= 4 else "other"})
        for i in range(1, 21)
        for k in range(5)
    ]  # fmt: skip
    # a fifth of twenty buys it alone: five orders of it make (5 + 1) / 10 / .2 = 3
    one = case(split(100, 0, kind=category)).classified(fit(rows, policy=POLICY))
    assert one.labels["product_preference"] == kind


# --- what is no label -----------------------------------------------------------------


def test_periodic_review_is_quarterly_and_fiscal(worlds):
    """A customer is looked at once a quarter; on a second day of it nobody is due."""
    reviews = load_tree(POLICY).grading.reviews
    assert (reviews.every.value, reviews.fiscal) == ("quarterly", True)
    sales = [transaction("x", sale) for sale in on_days(40, 80)]
    ledger = cs.Ledger.from_records([], sales, currency="CNY")
    fitted = worlds[MONEY]
    now = dt.datetime(2026, 7, 2, tzinfo=dt.UTC)
    with open_journal(":memory:") as journal:
        for on, entries in (("2026-06-29", 1), ("2026-06-30", 0), ("2026-07-01", 1)):
            review = fitted.review(ledger, journal, on=on)
            assert len(review.to_pandas()) == entries
            review.commit(recorded_at=now)


def test_the_profile_of_a_customer_tells_all_of_it(demo):
    """Features, labels and tier of one customer, as among all."""
    ledger, fitted, result = demo
    for at in range(0, 320, 40):
        name = result.customer_ids[at]
        alone = fitted.classify(ledger.only(name), as_of=TODAY)
        for family in fitted.tree.families:
            assert alone.labels(family.code)[0] == result.labels(family.code)[at]
        profile = alone.explain(name).to_data()
        assert list(profile["families"]) == [one.code for one in fitted.tree.families]
        assert profile["tier"]["label"] == result.to_pandas()["tier"][at]


def test_the_quality_of_the_data_is_reported(demo):
    """What was odd in the sales is counted, and none of it is lost."""
    ledger, _, _ = demo
    told = ledger.quality(TODAY).to_text()
    assert "38,738 rows in = 38,734 used + 4 dropped" in told
    assert "dropped 3: rows without a customer" in told
    assert "last sale 0 days before the day looked at" in told


# --- as a whole -----------------------------------------------------------------------


def test_the_policy_is_sound_and_nothing_is_odd():
    """No error, no remark; every label has something owed to it."""
    found = inspect_policy(POLICY)
    assert found.bases == ("company",)
    assert found.remarks == ()


def test_no_family_of_other_trades_is_left():
    """Value, importance, ABC, RFM, price, brand and legal form are gone."""
    tree = load_tree(POLICY)
    assert [family.code for family in tree.families] == [
        "type", "place", "frequency", "volume", "breadth", "loyal", "lifecycle",
        "type_inferred", "outlet", "procurement_scale", "product_preference",
        "cross_sell",
    ]  # fmt: skip
    titles = {label.title.zh for family in tree.families for label in family.labels}
    titles |= {tier.title.zh for tier in tree.grading.tiers}
    assert not any("普通" in title for title in titles)


def test_the_demo_is_classified(demo):
    """Every customer has a label in every family, and one alone as among all."""
    ledger, fitted, result = demo
    assert len(result.customer_ids) == 320
    assert set(result.labels("type")) == {
        "RETAILER", "WHOLESALE", "CATERING", "OTHER", "UNKNOWN",
    }  # fmt: skip
    assert set(result.labels("place")) == {
        "LOCAL", "NON_LOCAL", "INTERNATIONAL", "UNKNOWN",
    }  # fmt: skip
    again = fitted.classify(ledger, as_of=TODAY)
    assert again.labels("type").tolist() == result.labels("type").tolist()


def test_one_customer_alone_is_the_customer_among_all(worlds):
    """By records of a CRM and by a ledger of all: the same labels, tier and score."""
    fitted, rows = worlds[WORLD], frozen_reference()
    cards = {
        "f01": {"type": "便利店", "city": "佛山", "country": "CN"},
        "f20": {"industry": "F5121"},
    }
    people = [cs.Customer(name, **card) for name, card in cards.items()]
    ledger = cs.Ledger.from_records(people, rows, currency="CNY")
    result = fitted.classify(ledger, as_of=TODAY)
    frame = result.to_pandas().set_index("customer_id")
    for name in frame.index:
        own = [row for row in rows if row.customer_id == name]
        card = cs.Customer(name, **cards.get(name, {}))
        one = fitted.classify_one(card, own, as_of=TODAY)
        among = frame.loc[name]
        assert dict(one.labels) == {family: among[family] for family in one.labels}
        assert (one.tier, one.score) == (among["tier"], among["score"])
    assert frame.loc["f01", "outlet"] == "CONVENIENCE_STORE"
    assert frame.loc["f20", "outlet"] == "FOOD_DISTRIBUTOR"


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "Retailer (RETAILER)"), ("zh", "零售客户（RETAILER）")],
)
def test_the_command_line_takes_it_by_name(capsys, language, told):
    """The demo, graded by this policy, in both languages."""
    assert cli.main(["--policy", POLICY, "--language", language]) == 0
    out = capsys.readouterr().out
    assert "frozen_goods 2026.1" in out
    assert told in out
