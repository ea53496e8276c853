"""Features for a policy, and currencies that must agree."""

import numpy as np
import pytest
from attrs import evolve

import custseg as cs
from custseg import measuring
from custseg.intake import assembly
from custseg.intake.gathering import road
from custseg.periods import as_day
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Facts

SALES = {
    "customer_id": ["a", "b", "b", "c", "c", "c", "d"],
    "date": ["2026-06-01"] + ["2026-05-01", "2026-06-02"] * 3,
    "amount": [1.0, 2.0, -3.0, 4.0, 5.0, 6.0, 7.0],
}


def halves_and_whole(monkeypatch, ledger, policy, features):
    """Return the table of a ledger measured in halves, and in one go."""
    extra = measuring.extra_features(policy.tree, (), features)
    tables = []
    for bar in (0, 10**9):
        monkeypatch.setattr(measuring, "_WORTH_THREADS", bar)
        facts = Facts(ledger, as_day("2026-06-30"))
        tables.append(measuring.measured(facts, policy.plan, extra))
    return tables


def same(halves, whole):
    """Compare all that is known in two tables."""
    assert halves.customers.tolist() == whole.customers.tolist()
    for name in whole:
        known = whole[name].is_known()
        np.testing.assert_array_equal(halves[name].is_known(), known)
        np.testing.assert_array_equal(
            halves[name].values[known], whole[name].values[known]
        )


@pytest.mark.parametrize("customers", [2, 3, 4])
def test_two_halves_give_the_bits_of_one(monkeypatch, customers):
    """A ledger measured in halves gives the same table as in one go."""
    keep = [
        at for at, name in enumerate(SALES["customer_id"]) if name < "abcde"[customers]
    ]
    rows = {name: [column[at] for at in keep] for name, column in SALES.items()}
    ledger = cs.Ledger.from_frames(rows, currency="CNY")
    policy = cs.load_policy("company")
    same(*halves_and_whole(monkeypatch, ledger, policy, tuple(CATALOGUE)))


def test_each_half_looks_up_its_own_goods(monkeypatch):
    """Where lines are gathered into runs, those of the second half begin further on."""
    pa = pytest.importorskip("pyarrow")
    for room in (road, assembly):
        monkeypatch.setattr(room, "WORTH_WAITING", 1)
    goods = {"category": ["tile", "pipe", "pipe", "tile", "tap", "tap", "paint"]}
    ledger = cs.Ledger.from_frames(pa.table({**SALES, **goods}), currency="CNY")
    given = ledger.merged_for({"sales.amount", "sales.category"}).tables["sales"]
    assert given.within is not None, "else the lines are no runs"
    policy, asked = cs.load_policy("company"), ("top_category", "categories")
    halves, whole = halves_and_whole(monkeypatch, ledger, policy, asked)
    same(halves, whole)
    words, codes = whole["top_category"].words, whole["top_category"].values
    assert [words[code] for code in codes] == ["tile", "pipe", "tap", "paint"]


def test_a_part_without_cards_takes_no_words_from_others(monkeypatch):
    """The first customers have no row among the cards; what the last declares stays."""
    monkeypatch.setattr(measuring, "_WORTH_THREADS", 0)
    cards = {"customer_id": ["d"], "legal_form": ["Company"]}
    result = cs.segment(SALES, customers=cards, as_of="2026-06-30", currency="CNY")
    found = result.labels("type").tolist()
    assert found == ["UNKNOWN", "UNKNOWN", "UNKNOWN", "ENTERPRISE"]


def test_who_paid_is_looked_up_among_the_invoices():
    """So where payments are asked for, invoices are read in full."""
    assert "invoices" not in measuring.tables_outlined({"payments.amount"})
    assert "invoices" in measuring.tables_outlined({"costs.kind"})


def test_needed_columns_follow_the_features():
    """A feature that is asked for brings its columns."""
    policy = cs.load_policy("company")
    assert "sales.cost" not in policy.columns
    assert policy.columns_for(["margin"]) - policy.columns == {"sales.cost"}
    with pytest.raises(LookupError, match=r"no feature 'margn'; did you mean 'margin'"):
        policy.columns_for(["margn"])


def ledger(currency):
    """Return a small ledger in a currency."""
    return cs.Ledger.from_frames(SALES, currency=currency)


def test_percentiles_hold_in_any_currency():
    """The company policy names no amounts, so it can be fitted in pounds."""
    fitted = cs.load_policy("company").fit(ledger("GBP"), as_of="2026-06-30")
    assert fitted.currency == "GBP"
    with pytest.raises(
        cs.CustsegError, match=r"another currency than .* got EUR and GBP"
    ):
        fitted.classify(ledger("EUR"), as_of="2026-06-30")


def test_amounts_hold_in_the_policys_own_currency(tmp_path, project):
    """A policy that names an amount is refused for a ledger in another currency."""
    text = (project / "src/custseg/policies/company.toml").read_text(encoding="utf-8")
    path = tmp_path / "own.toml"
    own = text.replace('"pct(spend) >= medium_share"', '"spend >= 5000"', 1)
    path.write_text(own, encoding="utf-8")
    policy = cs.load_policy(path)
    assert policy.fit(ledger("CNY"), as_of="2026-06-30").currency == "CNY"
    with pytest.raises(
        cs.CustsegError, match=r"names amounts in CNY.* ledger is in GBP"
    ):
        policy.fit(ledger("GBP"), as_of="2026-06-30")


def test_decimals_of_a_silent_ledger_are_checked():
    """A ledger read with two decimals is no ledger in yen."""
    silent = cs.Ledger.from_frames(SALES)
    tree = cs.load_policy("company").tree
    assert measuring.currency_of(silent, tree) == ("CNY", 2)
    with pytest.raises(cs.CustsegError, match=r"currency='KWD'"):
        measuring.currency_of(silent, _in_currency(tree, "KWD"))


def _in_currency(tree, code):
    return evolve(tree, about=evolve(tree.about, currency=code))


@pytest.mark.parametrize("seed", range(6))
def test_halves_of_many_customers_are_put_together_in_order(monkeypatch, seed):
    """Also where some are not known yet on the day, and so are in neither half."""
    chance = np.random.default_rng(seed)
    n = 300
    sales = {
        "customer_id": [f"c{one:02d}" for one in chance.integers(0, 40, n)],
        "date": np.datetime64("2026-01-01") + chance.integers(0, 150, n),
        "amount": chance.integers(-200, 900, n) / 10,
    }
    sales["date"] = np.where(
        np.char.endswith(sales["customer_id"], "3"),
        np.datetime64("2027-01-01"),
        sales["date"],
    )
    ledger = cs.Ledger.from_frames(sales, currency="CNY")
    policy = cs.load_policy("company")
    extra = measuring.extra_features(policy.tree, (), ["purchase_days", "margin"])
    tables = []
    for bar in (1, 10**9):
        monkeypatch.setattr(measuring, "_WORTH_THREADS", bar)
        facts = Facts(ledger, as_day("2026-06-30"))
        tables.append(measuring.measured(facts, policy.plan, extra))
    halves, whole = tables
    expected = [one for one in ledger.customer_ids.tolist() if one[-1] != "3"]
    assert halves.customers.tolist() == whole.customers.tolist() == expected
    for name in whole:
        known = whole[name].is_known()
        np.testing.assert_array_equal(halves[name].is_known(), known)
        np.testing.assert_array_equal(
            halves[name].values[known], whole[name].values[known]
        )
