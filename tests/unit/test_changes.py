"""What changed between two days: labels and tiers entered and left, with stable ids."""

from pathlib import Path

import pytest

from custseg.changes import changes_between
from custseg.errors import SettingError
from custseg.policy import Policy, load_policy
from custseg.rules.files.loader import load_tree
from tier_shop import days, ledger_of

SHOP = Path(__file__).resolve().parents[1] / "policies" / "good" / "acting.toml"
# Six orders in January; six more in February; new comes in February, old is quiet.
LEDGER = ledger_of(
    grows=[*days(6), *days(6, "2026-02")], new=days(1, "2026-02"), old=["2025-11-20"]
)


def on(*dates):
    """Return results on these days."""
    fitted = Policy(load_tree(SHOP)).fit(LEDGER, as_of="2026-01-31")
    return [fitted.classify(LEDGER, as_of=date) for date in dates]


def test_labels_are_entered_and_left():
    """Grows rises from B to A; old falls asleep; new brings its first labels."""
    january, march = on("2026-01-31", "2026-03-02")
    frame = changes_between(january, march)
    names = ["customer_id", "family", "label", "event", "cause", "before", "after"]
    assert frame[names].values.tolist() == [
        ["grows", "tier", "A", "ENTERED", "CHANGED", "B", "A"],
        ["grows", "tier", "B", "LEFT", "CHANGED", "B", "A"],
        ["new", "pace", "ACTIVE", "ENTERED", "NEW", "", "ACTIVE"],
        ["new", "tier", "C", "ENTERED", "NEW", "", "C"],
        ["old", "pace", "DORMANT", "ENTERED", "CHANGED", "ACTIVE", "DORMANT"],
        ["old", "pace", "ACTIVE", "LEFT", "CHANGED", "ACTIVE", "DORMANT"],
    ]
    first = frame.iloc[0]
    assert first["id"] == "tier:A:grows:2026-03-02"
    assert (first["title_zh"], first["title_en"]) == ("核心", "Core")


def test_ids_are_unique_and_do_not_depend_on_what_was_before():
    """Compared with another day, the same change has the same id."""
    january, february, march = on("2026-01-31", "2026-02-01", "2026-03-02")
    far, near = (changes_between(one, march)["id"] for one in (january, february))
    assert far.is_unique
    assert "tier:A:grows:2026-03-02" in set(far) & set(near)


def test_nothing_changes_from_a_day_to_itself():
    """The table is empty, with all its columns."""
    (march,) = on("2026-03-02")
    frame = changes_between(march, march)
    assert frame.empty
    assert list(frame.columns)[:3] == ["id", "customer_id", "family"]


def test_a_customer_who_is_gone_leaves_its_labels():
    """Another ledger, from which old was taken out."""
    fitted = Policy(load_tree(SHOP)).fit(LEDGER, as_of="2026-01-31")
    fewer = ledger_of(grows=days(6))
    before = fitted.classify(LEDGER, as_of="2026-01-31")
    frame = changes_between(before, fitted.classify(fewer, as_of="2026-01-31"))
    assert frame[["customer_id", "label", "event", "cause"]].values.tolist() == [
        ["old", "ACTIVE", "LEFT", "GONE"],
        ["old", "C", "LEFT", "GONE"],
    ]


def test_the_later_day_comes_second():
    """Else every event would be told the wrong way round."""
    january, march = on("2026-01-31", "2026-03-02")
    with pytest.raises(
        SettingError, match="earlier result is of a later day; got 2026-"
    ):
        changes_between(march, january)


def test_results_of_other_policies_are_refused():
    """Their labels mean other things."""
    (march,) = on("2026-03-02")
    other = load_policy("company").fit_and_classify(LEDGER, as_of="2026-03-02")[1]
    with pytest.raises(SettingError, match=r"have other families; got .*pace"):
        changes_between(march, other)
