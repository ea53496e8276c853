"""Cards: some customers are graded by weights of their own."""

import shutil
from pathlib import Path

import pytest

import custseg as cs

CARDS = Path(__file__).resolve().parents[2] / "policies" / "good" / "cards.toml"


def shop():
    """Return twenty customers who spend 100, 200, ... and buy 1, 2, ... times.

    The first four last bought a year ago, and so sleep.
    """
    rows = []
    for place in range(1, 21):
        for order in range(place):
            day = "2025-08-01" if place <= 4 else f"2026-05-{order + 1:02d}"
            rows.append((f"C{place:02d}", day, 100.0, f"{place}-{order}"))
    names = ("customer_id", "date", "amount", "order_id")
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))


@pytest.fixture(scope="module")
def result():
    """The shop, graded."""
    return cs.segment(shop(), as_of="2026-06-01", policy=CARDS, currency="CNY")


def test_the_first_card_that_fits_counts(result):
    """Both parts give the same points, so that only the weights would differ.

    With equal points every card gives the same score; what tells them apart is said by
    the explanation.
    """
    table = result.to_pandas().set_index("customer_id")
    assert table.loc["C01", "score"] == pytest.approx(2.5)
    weights = {
        who: [
            part["weight"]
            for part in result.explain(who).to_data()["tier"]["parts"].values()
        ]
        for who in ("C01", "C10", "C20")
    }
    assert weights == {"C01": [90.0, 10.0], "C10": [60.0, 40.0], "C20": [100.0, 0.0]}


def test_the_score_is_that_of_the_card():
    """One who sleeps spent much in a few orders: its card counts money nine tenths.

    C04 spends 5,000 in 4 orders: more than all others, so pct(spend) = 19.5 / 20;
    pct(orders) = 3.5 / 20; 90 x .975 + 10 x .175 = 89.5, by the usual weights 65.5.
    """
    sales = shop()
    rows = [at for at, who in enumerate(sales["customer_id"]) if who == "C04"]
    for at in rows:
        sales["amount"][at] = 1250.0
    result = cs.segment(sales, as_of="2026-06-01", policy=CARDS, currency="CNY")
    one = result.to_pandas().set_index("customer_id").loc["C04"]
    assert (one["score"], one["tier"]) == (pytest.approx(89.5), "A")


def test_the_explanation_names_the_card(result):
    """Whose weights hold is said, in both languages; nothing for those of all."""
    one, other = result.explain("C01"), result.explain("C10")
    assert one.to_data()["tier"]["card"] == "sleepers"
    assert "by the card: Weights of those who sleep" in one.to_text("en")
    assert "所用权重：沉睡客户权重" in one.to_text("zh")
    assert other.to_data()["tier"]["card"] is None
    assert "by the card" not in other.to_text("en")


def test_cards_of_a_file_come_before_those_of_its_base(tmp_path):
    """In the order of the file; one of the base that is said anew keeps its place."""
    for name in ("cards.toml", "shop.toml"):
        shutil.copy(CARDS.with_name(name), tmp_path)
    text = 'schema = 1\nbase = "cards.toml"\n[about]\ncode = "ours"\nversion = "1"\n'
    for code in ("first", "second", "large"):
        text += (
            f'[[grading.cards]]\ncode = "{code}"\ntitle = {{ zh = "甲", en = "A" }}\n'
            "when = 'orders > 3'\nweights = { money = 40, habit = 60 }\n"
        )
    path = tmp_path / "ours.toml"
    path.write_text(text, encoding="utf-8")
    cards = cs.load_policy(path).tree.grading.cards
    codes = [one.code for one in cards]
    assert codes == ["first", "second", "sleepers", "large"]
    assert dict(cards[3].weights) == {"money": 40, "habit": 60}
