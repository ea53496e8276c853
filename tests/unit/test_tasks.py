"""Tasks of the day: from playbooks of tiers and labels, settled by precedence.

The policy is tests/policies/good/acting.toml: A is contacted every 7 days by a visit,
who is ACTIVE every 30 days by phone; the tier comes first.
"""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from custseg.adapters.stores import open_journal
from custseg.errors import SettingError, UnknownCustomer
from custseg.ledger import Ledger
from custseg.policy import Policy
from custseg.reviews.task_lists import write_tasks
from custseg.reviews.tasks import tasks
from custseg.rules.acts.tasking import actions_of, playbook_families
from custseg.rules.files.loader import load_tree, policy_from_text
from tier_shop import at, days, ledger_of

SHOP = Path(__file__).resolve().parents[1] / "policies" / "good" / "acting.toml"
TEXT = SHOP.read_text(encoding="utf-8")
# The tier says nothing about how often: setting up a team is done once.
ONCE = TEXT.replace("every_days = 7\n", "")
LEDGER = ledger_of(nine=days(9), one=days(1), quiet=["2025-06-01"])


def result(text=TEXT, as_of="2026-01-31"):
    """Return the result of a day."""
    fitted = Policy(policy_from_text(text)).fit(LEDGER, as_of="2026-01-31")
    return fitted.classify(LEDGER, as_of=as_of)


def owed(frame):
    """Return who is owed which action, for what reason."""
    names = ["customer_id", "action_en", "because"]
    return frame[names].values.tolist()


def test_each_customer_is_owed_the_actions_of_its_labels():
    """Customer by customer; an action that two labels ask for is there once."""
    assert owed(tasks(result())) == [
        ["nine", "Regular contact", "tier=A, pace=ACTIVE"],
        ["nine", "Set up a team", "tier=A"],
        ["nine", "Recommend new goods", "pace=ACTIVE"],
        ["one", "Regular contact", "pace=ACTIVE"],
        ["one", "Recommend new goods", "pace=ACTIVE"],
        ["quiet", "Offer to come back", "pace=DORMANT"],
    ]


def test_a_file_begins_with_the_best_and_ends_with_the_unknown(tmp_path):
    """Of three, two have told how many they are."""
    fitted = Policy(policy_from_text(TEXT.replace("orders * 10", "employees")))
    ledger = Ledger.from_frames(
        {
            "customer_id": ["a", "b", "c"],
            "date": ["2026-01-02"] * 3,
            "amount": [9.0] * 3,
        },
        customers={"customer_id": ["a", "b", "c"], "employees": [None, 20, 70]},
        currency="CNY",
    )
    found = fitted.fit(ledger, as_of="2026-01-31").classify(ledger, as_of="2026-01-31")
    (path,) = write_tasks(found, tmp_path, families=["pace"], language="en")
    listed = pd.read_csv(path)["customer_id"].tolist()
    assert listed == ["c", "c", "b", "b", "a", "a"]


def test_a_list_can_be_of_some_customers_and_families_only():
    """What the pace asks for of the tier's action stays with what the tier says."""
    everything = tasks(result())
    some = tasks(result(), customer_ids=["one", "nine", " nine "], families=["tier"])
    assert owed(some) == [
        ["nine", "Regular contact", "tier=A, pace=ACTIVE"],
        ["nine", "Set up a team", "tier=A"],
    ]
    pd.testing.assert_frame_equal(some, everything.iloc[:2])
    assert owed(tasks(result(), customer_ids=["quiet"], families="pace")) == [
        ["quiet", "Offer to come back", "pace=DORMANT"]
    ]
    assert tasks(result(), customer_ids=[]).empty
    with pytest.raises(UnknownCustomer, match="no such customer; got 'nobody'"):
        tasks(result(), customer_ids=["nobody"])


def test_the_first_in_precedence_has_its_way_and_the_row_says_so():
    """For nine the tier says who and how often; how soon is not contested."""
    row = tasks(result()).iloc[0]
    assert (row["owner_en"], row["channel_zh"]) == ("Key account manager", "上门")
    assert (row["every_days"], row["respond_within_hours"]) == (7, 24)
    assert row["settled"] == "tier before pace: owner, channel, every_days"
    turned = TEXT.replace('["tier", "pace"]', '["pace", "tier"]')
    row = tasks(result(turned)).iloc[0]
    assert row["because"] == "pace=ACTIVE, tier=A"
    assert (row["owner_en"], row["every_days"]) == ("Inside sales", 30)
    assert row["respond_within_hours"] == 24
    assert row["settled"] == "pace before tier: owner, channel, every_days"


def test_what_the_first_does_not_say_the_next_says():
    """The tier names no channel: that of the pace counts, and nothing is settled."""
    text = TEXT.replace('channel = { zh = "上门", en = "Visit" }\n', "")
    row = tasks(result(text)).iloc[0]
    assert row["channel_en"] == "Phone"
    assert row["settled"] == "tier before pace: owner, every_days"


def test_where_nothing_is_said_the_order_of_the_file_counts():
    """The playbooks of the pace stand first in it."""
    policy = policy_from_text(TEXT.replace('precedence = ["tier", "pace"]', ""))
    assert playbook_families(policy) == ("pace", "tier")
    some = policy_from_text(TEXT.replace('["tier", "pace"]', '["tier"]'))
    assert playbook_families(some) == ("tier", "pace")


def test_a_label_without_a_playbook_owes_nothing():
    """There is none for B; and what is asked twice by one playbook is asked once."""
    policy = load_tree(SHOP)
    asked = {
        action.en: [(one.family, one.label) for one in playbooks]
        for action, playbooks in actions_of(policy).items()
    }
    assert asked == {
        "Regular contact": [("tier", "A"), ("pace", "ACTIVE")],
        "Set up a team": [("tier", "A")],
        "Recommend new goods": [("pace", "ACTIVE")],
        "Offer to come back": [("pace", "DORMANT")],
    }
    again = TEXT.replace("组建服务小组", "例行联系").replace(
        "Set up a team", "Regular contact"
    )
    (first, *_) = actions_of(policy_from_text(again)).values()
    assert len(first) == 2


def test_what_returns_is_due_after_its_days():
    """Contacted on the 24th, nine is due again on the 31st, and one on 23 February."""
    done = {
        ("nine", "Regular contact"): "2026-01-24",
        ("one", "Regular contact"): date(2026, 1, 24),
    }
    every = tasks(result(), done=done, only_due=False).set_index(
        ["customer_id", "action_en"]
    )
    dates = every["next_due"]
    assert dates["nine", "Regular contact"] == pd.Timestamp("2026-01-31")
    assert dates["one", "Regular contact"] == pd.Timestamp("2026-02-23")
    due = tasks(result(), done=done)
    assert ["nine", "Regular contact", "tier=A, pace=ACTIVE"] in owed(due)
    assert ["one", "Regular contact", "pace=ACTIVE"] not in owed(due)


def test_what_is_done_once_is_done():
    """It is not due any more, and has no next day."""
    done = {("nine", "Set up a team"): "2026-01-10"}
    assert "Set up a team" not in set(tasks(result(ONCE), done=done)["action_en"])
    every = tasks(result(ONCE), done=done, only_due=False).set_index("action_en")
    assert every["next_due"].isna()["Set up a team"]
    assert every.loc["Set up a team", "key"] == "task:Set up a team:nine:done"


def test_the_tier_held_counts_in_a_review_and_since_when():
    """Held since 1 February: what was done before that day does not count."""
    fitted = Policy(policy_from_text(ONCE)).fit(LEDGER, as_of="2026-01-31")
    with open_journal(":memory:") as journal:
        fitted.review(LEDGER, journal, on="2026-02-01").commit(recorded_at=at(2))
        review = fitted.review(LEDGER, journal, on="2026-02-05")
        frame = tasks(review, done={("nine", "Set up a team"): "2026-01-31"})
        frame = frame.set_index(["customer_id", "action_en"])
        assert frame["next_due"]["nine", "Set up a team"] == pd.Timestamp("2026-02-01")
        assert frame["next_due"]["one", "Regular contact"] == pd.Timestamp("2026-02-05")
        again = tasks(review, done={("nine", "Set up a team"): "2026-02-01"})
        assert "Set up a team" not in set(again["action_en"])


def test_what_is_done_once_is_owed_to_those_who_came_under_the_label():
    """Since August quiet fell asleep and nine came into A; since yesterday, none."""
    before = result(ONCE, as_of="2025-08-31")
    frame = tasks(result(ONCE), earlier=before)
    assert owed(frame) == [
        ["nine", "Regular contact", "tier=A, pace=ACTIVE"],
        ["nine", "Set up a team", "tier=A"],
        ["nine", "Recommend new goods", "pace=ACTIVE"],
        ["one", "Regular contact", "pace=ACTIVE"],
        ["one", "Recommend new goods", "pace=ACTIVE"],
        ["quiet", "Offer to come back", "pace=DORMANT"],
    ]
    same = tasks(result(ONCE), earlier=result(ONCE, as_of="2026-01-30"))
    assert owed(same) == [
        ["nine", "Regular contact", "tier=A, pace=ACTIVE"],
        ["nine", "Recommend new goods", "pace=ACTIVE"],
        ["one", "Regular contact", "pace=ACTIVE"],
        ["one", "Recommend new goods", "pace=ACTIVE"],
    ]


def test_in_a_review_the_move_into_the_tier_counts():
    """Nine comes into A by the first review; at the second nothing is new."""
    fitted = Policy(policy_from_text(ONCE)).fit(LEDGER, as_of="2026-01-31")
    before = result(ONCE, as_of="2026-01-30")
    with open_journal(":memory:") as journal:
        first = fitted.review(LEDGER, journal, on="2026-02-01")
        assert "Set up a team" in set(tasks(first, earlier=before)["action_en"])
        first.commit(recorded_at=at(2))
        second = fitted.review(LEDGER, journal, on="2026-03-01")
        assert "Set up a team" not in set(tasks(second, earlier=before)["action_en"])


def test_a_policy_without_playbooks_owes_nothing():
    """The table is empty, with all its columns."""
    frame = tasks(result(TEXT[: TEXT.index("[playbooks")]))
    assert frame.empty
    assert list(frame.columns)[-2:] == ["next_due", "key"]


@pytest.mark.parametrize(
    ("of", "more", "words"),
    [
        ("frame", {}, "expected a Result or a Review; got a str"),
        (None, {"done": {"nine": "2026-01-01"}}, "expected a pair of customer id and"),
        (None, {"done": {("nine", "x"): "soon"}}, "done"),
        (None, {"families": ["paces"]}, "families: .*got 'paces'; .*mean 'pace'"),
        (None, {"customer_ids": "nine"}, "customer_ids: expected several ids"),
    ],
)
def test_what_tasks_cannot_take_is_told(of, more, words):
    """In words that say what to write."""
    with pytest.raises(SettingError, match=words):
        tasks(of or result(), **more)


def test_people_read_titles():
    """The list for a salesperson: no codes, and nothing that only programs need."""
    todo = tasks(result(), language="zh")
    heads = [
        "客户编号",
        "应做",
        "负责人",
        "方式",
        "每隔几天",
        "几小时内答复",
        "到期日",
        "依据",
    ]
    assert list(todo) == heads
    assert todo["应做"].tolist() == tasks(result())["action_zh"].tolist()
    assert todo["依据"].iloc[0] == "应得等级：核心；购买节奏：活跃"
    english = tasks(result(), language="en")
    assert english["Because"].iloc[0] == "Tier: Core; Pace: Active"
    assert len(tasks(result(), language="en", customer_ids=[])) == 0
    with open_journal(":memory:") as journal:
        fitted = Policy(policy_from_text(TEXT)).fit(LEDGER, as_of="2026-01-31")
        held = tasks(fitted.review(LEDGER, journal, on="2026-02-01"), language="en")
    assert held["Because"].iloc[0] == "Tier held: Core; Pace: Active"
    with pytest.raises(SettingError, match="language"):
        tasks(result(), language="fr")
