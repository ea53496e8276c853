"""Features that compare with others: what is learned at the fit, and what is not."""

import json
from datetime import date

import pytest

import custseg as cs
from custseg.saving import save_content
from custseg.scoring.references import REFERENCES

TODAY = "2026-06-30"

HEAD = """
schema = 1
[about]
code = "buyers"
version = "1"
title = { zh = "买家", en = "Buyers" }
[basis]
window = "365 days"
reference = { members = "MEMBERS", minimum = 3 }
"""

FAMILIES = """
[families.price]
title = { zh = "价格", en = "Price" }
[[families.price.labels]]
code = "PREMIUM"
title = { zh = "高端", en = "Premium" }
when = "price_position >= 75%"
[[families.price.labels]]
code = "OTHER"
title = { zh = "其他", en = "Other" }

[families.gap]
title = { zh = "差距", en = "Gap" }
yes = "pct(category_gap) > 50%"

[families.liking]
title = { zh = "偏好", en = "Liking" }
yes = "top_category_lift >= 1.5"
"""

EVERY = f"""{FAMILIES}
[families.pressure]
title = {{ zh = "压价", en = "Pressure" }}
yes = "net_price_position <= 10%"

[families.offer]
title = {{ zh = "推荐", en = "Offer" }}
yes = "next_category == 'TAP'"
"""

PLAIN = """
[families.buyer]
title = { zh = "买家", en = "Buyer" }
yes = "orders >= 1"
"""


@pytest.fixture
def policy(tmp_path):
    """Write a policy file and load it."""

    def load(families=FAMILIES, members="orders >= 1"):
        path = tmp_path / "policy.toml"
        text = HEAD.replace("MEMBERS", members) + families
        path.write_text(text, encoding="utf-8")
        return cs.load_policy(path)

    return load


def ledger(prices=(10, 20, 30, 40), word="TILE"):
    """Return one customer for each price, who bought one piece of tile."""
    n = len(prices)
    columns = {
        "customer_id": [f"c{at}" for at in range(n)],
        "date": ["2026-06-01"] * n,
        "amount": [float(price) for price in prices],
        "quantity": [1.0] * n,
        "category": [word] * n,
    }
    return cs.Ledger.from_frames(columns, currency="CNY")


def test_the_labels_of_the_fit_and_after(policy):
    """Percentiles .125, .375, .625 and .875: one of four is premium."""
    fitted, result = policy().fit_and_classify(ledger(), as_of=TODAY)
    expected = ["OTHER", "OTHER", "OTHER", "PREMIUM"]
    assert result.labels("price").tolist() == expected
    assert result.labels("gap").tolist() == ["NO"] * 4
    assert fitted.classify(ledger(), as_of=TODAY).labels("price").tolist() == expected
    sale = cs.Transaction("x", date(2026, 6, 30), 80, quantity=2, category="TILE")
    one = fitted.classify_one(cs.Customer("x"), [sale], as_of=TODAY)
    assert one.labels == {"price": "PREMIUM", "gap": "NO", "liking": "NO"}


def test_what_others_do_later_moves_nobody(policy):
    """Were prices learned anew, 40 would be the lowest of all."""
    fitted = policy().fit(ledger(), as_of=TODAY)
    others = ledger([40, 500, 600, 700])
    assert fitted.classify(others, as_of=TODAY).labels("price")[0] == "PREMIUM"
    again = policy().fit(others, as_of=TODAY)
    assert again.classify(others, as_of=TODAY).labels("price")[0] == "OTHER"
    assert again.digest != fitted.digest


def test_nothing_is_learned_that_nothing_asks_for(policy):
    """A policy without such features keeps no tables, though the columns are there."""
    assert policy(PLAIN).fit(ledger(), as_of=TODAY).learned.references == {}
    learned = policy(EVERY).fit(ledger(), as_of=TODAY).learned.references
    assert list(learned) == list(REFERENCES)


def test_a_feature_beside_the_policy_has_to_be_named_at_the_fit(policy):
    """Then it is told; else its comparison is missing, and that is said."""
    plain = policy(PLAIN)
    asked = ["orders", "price_position"]
    with pytest.raises(
        cs.CustsegError,
        match=r"features: what these features compare with was not learned; "
        r"got price_position; fit the policy with features=\['price_position'\]",
    ):
        plain.fit(ledger(), as_of=TODAY).classify(ledger(), as_of=TODAY, features=asked)
    fitted = plain.fit(ledger(), as_of=TODAY, features=asked)
    assert list(fitted.learned.references) == ["category_prices"]
    result = fitted.classify(ledger(), as_of=TODAY, features=asked)
    assert result.worked_out("price_position").values.tolist() == pytest.approx(
        [0.125, 0.375, 0.625, 0.875]
    )
    frame = cs.segment(ledger(), as_of=TODAY, policy=plain, features=asked)
    assert frame.to_pandas(features=asked)["price_position"].round(3).tolist() == [
        0.125,
        0.375,
        0.625,
        0.875,
    ]


def test_too_few_teach_nothing(policy):
    """Two members are fewer than the minimum of three."""
    fitted, result = policy().fit_and_classify(ledger([10, 20]), as_of=TODAY)
    assert result.labels("price").tolist() == ["UNKNOWN"] * 2
    assert result.labels("gap").tolist() == ["UNKNOWN"] * 2
    assert fitted.classify(ledger(), as_of=TODAY).labels("price")[0] == "UNKNOWN"


def test_without_the_columns_all_is_unknown(policy):
    """A ledger without categories can be fitted, and one with them classified."""
    sales = {"customer_id": ["a"], "date": ["2026-06-01"], "amount": [1.0]}
    bare = cs.Ledger.from_frames(sales, currency="CNY")
    fitted = policy().fit(bare, as_of=TODAY)
    assert fitted.classify(bare, as_of=TODAY).labels("price").tolist() == ["UNKNOWN"]
    assert set(fitted.classify(ledger(), as_of=TODAY).labels("gap")) == {"UNKNOWN"}


def test_only_members_are_compared_with(policy):
    """Those under 30 teach nothing: of three left, 30 is the lowest."""
    chosen = policy(members="spend >= 30")
    fitted = chosen.fit(ledger([10, 20, 30, 40, 50]), as_of=TODAY)
    prices = fitted.learned.references["category_prices"].to_data()
    assert prices["TILE"]["prices"] == [3000.0, 4000.0, 5000.0]
    assert fitted.learned.references["category_buyers"].to_data() == {
        "members": 3,
        "buyers": {"TILE": 3},
    }


def test_customers_nobody_knows_yet_are_no_members(policy):
    """A customer of tomorrow shifts no mask."""
    sales = ledger()
    later = cs.Ledger.from_frames(
        {
            "customer_id": ["a", "c00", "z"],
            "date": ["2026-07-01"] * 3,
            "amount": [1.0, 2.0, 3.0],
            "quantity": [1.0] * 3,
            "category": ["TILE"] * 3,
        },
        currency="CNY",
    )
    plain = policy().fit(sales, as_of=TODAY)
    assert policy().fit(sales.append(later), as_of=TODAY).digest == plain.digest


def test_the_reference_cannot_be_made_by_comparing(policy):
    """Who belongs to it cannot hang on what is learned from it."""
    with pytest.raises(
        cs.PolicyError,
        match=r"members: 'category_gap' compares with the reference, so it cannot",
    ):
        policy(members="category_gap < 0.5")


def test_tables_are_saved_and_needed(policy, tmp_path):
    """They come back bit for bit; a file that lacks one is refused."""
    fitted = policy(EVERY).fit(ledger(), as_of=TODAY)
    path = tmp_path / "fitted.json"
    fitted.save(path)
    loaded = cs.load_fitted(path)
    assert loaded.digest == fitted.digest
    assert loaded.learned.to_data() == fitted.learned.to_data()
    content = json.loads(path.read_text(encoding="utf-8"))
    content.pop("checksum")
    for name in REFERENCES:
        tables = content["learned"]["references"]
        left = {key: table for key, table in tables.items() if key != name}
        learned = {**content["learned"], "references": left}
        save_content(path, {**content, "learned": learned})
        with pytest.raises(
            cs.CustsegError, match=rf"lacks what its policy needs .*for {name}"
        ):
            cs.load_fitted(path)


def test_a_classifier_of_ones_own_can_compare(policy):
    """What it needs is learned when the policy is fitted."""

    class Dear:
        code, labels, needs = "dear", ("YES", "NO"), ("price_position",)

        def fit(self, table):
            assert "price_position" in table
            return self

        def classify(self, table):
            return (table["price_position"].values <= 0.5).astype(int)

    fitted = policy(PLAIN).with_classifier(Dear()).fit(ledger(), as_of=TODAY)
    assert fitted.classify(ledger(), as_of=TODAY).labels("dear").tolist() == [
        "NO",
        "NO",
        "YES",
        "YES",
    ]
