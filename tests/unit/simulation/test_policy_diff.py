"""Two policies against each other, as a manager reads it."""

import pytest

from custseg.errors import SettingError
from custseg.ledger import Ledger
from custseg.simulation.simulating import simulate
from small_past import DATES, TEXT, ledger, shop


@pytest.fixture(scope="module")
def past():
    """The shop's policy, and one whose highest bar lies higher."""
    book = ledger()
    high = TEXT.replace("entry = 80\nhold = 60", "entry = 90\nhold = 81")
    both = {
        "shop": shop().fit(book, as_of="2026-01-31"),
        "strict": shop(high).fit(book, as_of="2026-02-01"),
    }
    return simulate(book, both, dates=DATES, naive=True)


def test_the_customers_who_differ(past):
    """X and z would never have been at the top; x differs on the last day, z not."""
    found = past.difference("shop", "strict")
    frame = found.to_pandas()
    assert [*frame] == ["customer_id", "shop", "strict", "spend"]
    assert frame.astype(str).values.tolist() == [["x", "A", "B", "40.0"]]
    assert len(found) == 1
    assert repr(found) == "Difference(shop, strict, 2026-05-01, 1 differ)"


def test_on_an_earlier_date(past):
    """Those who spent most come first; moves and shares count up to that day."""
    found = past.difference("shop", "strict", on="2026-04-01")
    assert found.to_pandas()["customer_id"].tolist() == ["z", "x"]
    assert "shop: A 2, B 0, C 1; 1 up, 2 down, 1 of them undone" in str(found)
    with pytest.raises(SettingError, match=r"did not run on this day; got 2026-04-02"):
        past.difference("shop", "strict", on="2026-04-02")


def test_it_is_told_in_english(past):
    """Who, what it is worth, how often tiers move, and why."""
    assert str(past.difference("shop", "strict", on="2026-04-01")) == (
        "shop against strict: tiers held from 2026-04-01 on, 3 customers\n"
        "Another tier: 2 customers (66.67 %), with 440.00 CNY of net spend (100 %)\n"
        "  A -> B: 2 customers, 440.00 CNY\n"
        "shop: A 2, B 0, C 1; 1 up, 2 down, 1 of them undone within two reviews\n"
        "  of the net spend that followed: A 78.43 %, B 20.59 %, C 0.98 %\n"
        "strict: A 0, B 2, C 1; 0 up, 1 down, 0 of them undone within two reviews\n"
        "  of the net spend that followed: A 0 %, B 99.02 %, C 0.98 %\n"
        "What makes the difference:\n"
        "  grading.tiers[A].entry: 80 -> 90\n"
        "  grading.tiers[A].hold: 60 -> 81\n"
        "  cuts learned on 2026-01-31 and on 2026-02-01"
    )


def test_how_each_of_them_did_may_be_left_out(past):
    """The text of the simulation has told it."""
    lines = past.difference("shop", "strict").to_text(each=False).splitlines()
    assert lines[2:4] == [
        "  A -> B: 1 customer, 40.00 CNY",
        "What makes the difference:",
    ]


def test_it_is_told_in_chinese(past):
    """The same lines."""
    told = past.difference("shop", "strict", on="2026-04-01").to_text("zh")
    lines = told.split("\n")
    assert lines[:3] == [
        "shop 对比 strict：2026-04-01 起的等级，共 3 个客户",
        "等级不同：2 个客户（66.67 %），净采购额 440.00 CNY（100 %）",
        "  A -> B：2 个客户，440.00 CNY",
    ]
    assert lines[-1] == "  分界值分别学自 2026-01-31 与 2026-02-01"
    with pytest.raises(SettingError, match="unknown language"):
        past.difference("shop", "strict").to_text("fr")


def test_a_policy_against_itself(past):
    """Nobody differs, and nothing makes a difference."""
    said = str(past.difference("shop", "shop"))
    assert "Nobody holds another tier" in said
    assert said.endswith("Rules and day of learning are the same")


def test_against_its_naive_twin(past):
    """The rules are the same; that it forgets is said."""
    said = str(past.difference("shop", "shop naive"))
    assert "  B -> C: 1 customer, 100.00 CNY" in said
    assert said.endswith(
        "  shop naive learns its cuts anew on each date and remembers nothing"
    )


def test_many_rules_are_counted():
    """A dozen one by one, numbers before words, and how many more there are."""
    book = ledger()
    other = TEXT.replace("甲", "一").replace("乙", "二").replace("丙", "三")
    for was, now in (("Top", "First"), ("Middle", "Second"), ("Low", "Third")):
        other = other.replace(was, now)
    for was, now in (
        ("店", "铺"),
        ("Shop", "Store"),
        ("规模", "大小"),
        ("Size", "Bulk"),
    ):
        other = other.replace(was, now)
    other = other.replace("得分", "分").replace('"Score"', '"Points"')
    other = other.replace('"1"', '"2"').replace("quantity >= 500", "quantity >= 600")
    both = [shop(text).fit(book, as_of="2026-01-31") for text in (TEXT, other)]
    past = simulate(book, both, dates=DATES)
    said = str(past.difference(*past.policies))
    assert "Nobody holds another tier" in said
    assert said.count(" -> ") == 12
    assert said.endswith("\n  and at 2 more")
    whole = past.difference(*past.policies).to_text(most=14)
    assert (whole.count(" -> "), "more" in whole) == (14, False)
    size = "families.size.labels[BIG].when: quantity >= 500 -> quantity >= 600"
    assert f"difference:\n  {size}\n  about.version: 1 -> 2\n" in said


def test_customers_who_differ_may_have_spent_nothing():
    """Four orders that all came back: no share of no spend can be told."""
    book = Ledger.from_frames(
        {
            "customer_id": ["x"] * 5,
            "date": [f"2026-01-{day:02}" for day in range(2, 7)],
            "amount": [10.0] * 4 + [-40.0],
        },
        currency="CNY",
    )
    high = TEXT.replace("entry = 80", "entry = 90")
    both = [shop(text).fit(book, as_of="2026-01-31") for text in (TEXT, high)]
    past = simulate(book, both, dates=DATES[:1])
    said = str(past.difference(*past.policies))
    assert "1 customer (100 %), with 0.00 CNY of net spend (unknown)" in said
