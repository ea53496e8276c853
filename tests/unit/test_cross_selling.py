"""The table of what to offer to whom."""

import pytest

import custseg as cs
from custseg import measuring
from custseg.cross_selling import cross_sell

TODAY = "2026-06-30"
PLAIN = """
schema = 1
[about]
code = "buyers"
version = "1"
title = { zh = "买家", en = "Buyers" }
[basis]
window = "365 days"
reference = { members = "orders >= 1" }
[families.buyer]
title = { zh = "买家", en = "Buyer" }
yes = "orders >= 1"
"""


def sales():
    """Return sixty buyers: each buys PIPE, every other TAP and every third GLUE."""
    names, kinds = [], []
    for n in range(60):
        for step, kind in enumerate(("PIPE", "TAP", "GLUE"), start=1):
            if n % step == 0:
                names.append(f"c{n:02}")
                kinds.append(kind)
    return {
        "customer_id": names,
        "category": kinds,
        "date": ["2026-06-01"] * len(names),
        "amount": [100.0] * len(names),
    }


@pytest.fixture(scope="module")
def both():
    """The company policy, fitted, and its result."""
    ledger = cs.Ledger.from_frames(sales(), currency="CNY")
    policy = cs.load_policy("company")
    asked = ["next_category"]
    return policy.fit_and_classify(ledger, as_of=TODAY, features=asked)


@pytest.fixture(scope="module")
def result(both):
    """The result alone."""
    return both[1]


def test_one_row_for_each_offer(result):
    """Of sixty, the thirty without a TAP are offered one; half buy it, a third GLUE."""
    table = cross_sell(result)
    assert list(table) == [
        *("customer_id", "rank", "category", "share_of_peers", "lift", "margin_share")
    ]
    assert set(table["category"]) == {"TAP"}
    assert table["customer_id"].tolist() == [f"c{n:02}" for n in range(1, 60, 2)]
    assert set(table["share_of_peers"]) == {0.5}
    assert set(table["lift"]) == {1.0}
    assert table["margin_share"].isna().all()


def test_the_bar_and_the_number_are_the_callers(result):
    """At a third, GLUE is common too; who has one already is offered the other."""
    table = cross_sell(result, at_least=0.3)
    own = table[table["customer_id"] == "c01"]
    assert own[["rank", "category"]].values.tolist() == [[1, "TAP"], [2, "GLUE"]]
    assert len(table) == 30 + 40
    assert len(cross_sell(result, at_least=0.3, top=1)) == 50


def test_customers_in_the_order_wanted(result):
    """And nobody else; with none asked about, a table without rows."""
    assert cross_sell(result, ["c07", "c03"])["customer_id"].tolist() == ["c07", "c03"]
    assert cross_sell(result, [])["rank"].tolist() == []
    assert list(cross_sell(result, [])) == list(cross_sell(result))
    with pytest.raises(LookupError, match=r"no such customer"):
        cross_sell(result, ["c99"])
    with pytest.raises(cs.CustsegError, match=r"expected several ids"):
        cross_sell(result, "c07")


def test_the_result_of_one_customer(both):
    """From the whole, or from records: the same row."""
    fitted, result = both
    among = cross_sell(result, ["c03"]).drop(columns="customer_id")
    assert cross_sell(result.customer("c03")).drop(columns="customer_id").equals(among)
    lines = [
        cs.Transaction("x", "2026-06-01", 100, category=kind)
        for kind in ("PIPE", "GLUE")
    ]
    one = fitted.classify_one(
        cs.Customer("x"), lines, as_of=TODAY, features=["next_category"]
    )
    assert one.feature("next_category") == "TAP"
    assert cross_sell(one).drop(columns="customer_id").equals(among)


def test_a_large_ledger_is_gone_through_in_parts(result, monkeypatch):
    """And gives the same table."""
    whole = cross_sell(result, at_least=0.3)
    monkeypatch.setattr(measuring, "_WORTH_THREADS", 1)
    monkeypatch.setattr(measuring, "_PART", 10)
    assert cross_sell(result, at_least=0.3).equals(whole)


def test_headings_in_a_language(result):
    """The categories stay as they are written."""
    table = cross_sell(result, ["c01"], language="zh")
    assert list(table)[:3] == ["客户编号", "排名", "品类"]
    assert list(cross_sell(result, ["c01"], language="en"))[-1] == "Margin share"
    with pytest.raises(cs.CustsegError, match=r"language"):
        cross_sell(result, language="fr")


@pytest.mark.parametrize("top", [0, -1, 1.5, True, "3"])
def test_how_many_is_a_whole_number(result, top):
    """From 1 on."""
    with pytest.raises(cs.CustsegError, match=r"^top: how many .* no whole number"):
        cross_sell(result, top=top)


@pytest.mark.parametrize("share", [0, -0.1, 1.1, True, "0.4", float("nan")])
def test_the_bar_is_a_share(result, share):
    """Over nothing, up to all."""
    with pytest.raises(cs.CustsegError, match=r"^at_least: the part of the peers"):
        cross_sell(result, at_least=share)


def few():
    """Return 26 buyers of TILE, of whom twelve, under the minimum of 20, buy GLUE."""
    names = [f"c{n:02}" for n in range(26)]
    lines = [(name, "TILE", 100, 70) for name in names]
    lines += [(name, "GLUE", 100, 40) for name in names[:12]]
    columns = zip(*lines, strict=True)
    names = ("customer_id", "category", "amount", "cost")
    made = {name: list(own) for name, own in zip(names, columns, strict=True)}
    return {**made, "date": ["2026-06-01"] * len(lines)}


@pytest.mark.parametrize(("features", "margin"), [([], None), (["next_category"], 0.6)])
def test_too_few_for_a_lift_are_listed_by_their_share(features, margin):
    """The family says yes for fourteen, so they get a row; 12 of 26 is 46 %."""
    result = cs.segment(
        few(), policy="frozen_goods", as_of=TODAY, currency="CNY", features=features
    )
    yes = result.customer_ids[result.labels("cross_sell") == "YES"].tolist()
    assert yes == [f"c{n:02}" for n in range(12, 26)]
    table = cross_sell(result)
    assert table["customer_id"].tolist() == yes
    assert set(table["category"]) == {"GLUE"}
    assert set(table["share_of_peers"].round(9)) == {round(12 / 26, 9)}
    assert table["lift"].isna().all()
    margins = table["margin_share"].to_list()
    assert margins == [margin] * 14 if margin else table["margin_share"].isna().all()


def test_what_a_fit_without_the_feature_learned_is_enough(both):
    """The same rows as with it, without lift."""
    ledger = cs.Ledger.from_frames(sales(), currency="CNY")
    _, result = cs.load_policy("company").fit_and_classify(ledger, as_of=TODAY)
    table, full = cross_sell(result, at_least=0.3), cross_sell(both[1], at_least=0.3)
    assert table["lift"].isna().all()
    assert full["lift"].notna().all()
    assert table.drop(columns="lift").equals(full.drop(columns="lift"))


def test_with_too_few_customers_there_are_no_rows():
    """Of ten nobody has a known gap either."""
    lines = {name: column[:10] for name, column in few().items()}
    result = cs.segment(lines, policy="frozen_goods", as_of=TODAY, currency="CNY")
    assert set(result.labels("cross_sell")) == {"UNKNOWN"}
    assert len(cross_sell(result, at_least=0.01)) == 0


def test_where_there_is_no_customer_there_are_no_rows(both):
    """Sales with a category, of which there are none yet."""
    none = cs.Ledger.from_frames(
        {name: values[:0] for name, values in sales().items()}, currency="CNY"
    )
    assert cross_sell(both[0].classify(none, as_of=TODAY)).empty


def test_what_was_not_learned_is_told(tmp_path):
    """With what to do about it; sales without categories too."""
    (tmp_path / "plain.toml").write_text(PLAIN, encoding="utf-8")
    policy = cs.load_policy(tmp_path / "plain.toml")
    result = cs.segment(sales(), policy=policy, as_of=TODAY, currency="CNY")
    with pytest.raises(cs.CustsegError, match=r"not learned .* features=\['next_cat"):
        cross_sell(result)
    plain = {name: column for name, column in sales().items() if name != "category"}
    asked = ["next_category"]
    result = cs.segment(plain, as_of=TODAY, currency="CNY", features=asked)
    with pytest.raises(cs.CustsegError, match=r"the sales .* have no category"):
        cross_sell(result)
