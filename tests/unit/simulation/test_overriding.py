"""Tiers set by hand, replayed on the small past.

Without overrides x holds A, B, A, A; y holds B, B, C, B; z holds A from April, then B.
"""

import datetime as dt

import numpy as np
import pytest

from custseg.adapters.stores import open_journal
from custseg.errors import SettingError
from custseg.reviews.overrides import override, release
from custseg.rules.tiers.moves import Action
from custseg.simulation.overriding import Override, overrides_in
from custseg.simulation.simulating import simulate
from small_past import DATES, TEXT, ledger, shop


def past_of(*overrides, text=TEXT, **more):
    """Return the replay of the shop with overrides."""
    book = ledger()
    fitted = shop(text).fit(book, as_of="2026-01-31")
    return simulate(book, fitted, dates=DATES, overrides=overrides, **more)


def tiers(past, customer, policy="shop"):
    """Return the tiers that a customer holds after each date."""
    row = past.customer_ids.tolist().index(customer)
    codes = [*past.replay(policy).tiers, "NONE"]
    return [
        codes[look.after[day.rows == row][0]]
        for day, look in zip(past.days, past.replay(policy).looks, strict=True)
        if (day.rows == row).any()
    ]


def test_a_tier_set_by_hand_stays_until_the_override_ends():
    """Y is A from mid February to the end of March; April takes it one step down."""
    given = Override("y", "A", on="2026-02-15", until="2026-03-31")
    past = past_of(given)
    assert tiers(past, "y") == ["B", "A", "B", "B"]
    assert past.replay().looks[1].action[1] == Action.LOCKED
    assert tiers(past, "x") == ["A", "B", "A", "A"]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2026-03-01", ["B", "C", "C", "C"]),  # the day of a run is before it
        ("2026-03-02", ["B", "B", "C", "C"]),
        ("2025-01-01", ["C", "C", "C", "C"]),  # before the first date
        ("2026-05-02", ["B", "B", "C", "B"]),  # after the last one
    ],
)
def test_an_override_counts_from_the_first_run_not_before_its_day(on, expected):
    """Y is C by hand for ever after."""
    past = past_of(Override("y", "C", on=on, until="2030-01-01"))
    assert tiers(past, "y") == expected


def test_a_release_ends_it_on_its_day():
    """From 1 April y is judged again, and falls by a step without an order in March."""
    until = {"on": "2026-02-15", "until": "2027-01-01"}
    assert tiers(past_of(Override("y", "A", **until)), "y") == ["B", "A", "A", "A"]
    ended = Override("y", "A", **until, released_on="2026-04-01")
    assert tiers(past_of(ended), "y") == ["B", "A", "B", "B"]
    # Ended on the day on which it began, the tier stays until the next review.
    short = Override("y", "A", **until, released_on="2026-02-15")
    assert tiers(past_of(short), "y") == ["B", "B", "C", "B"]


def test_of_two_on_one_day_the_later_one_stands():
    """In the order in which they are given."""
    day = {"on": "2026-02-15", "until": "2026-12-31"}
    first, second = Override("y", "A", **day), Override("y", "C", **day)
    assert tiers(past_of(first, second), "y") == ["B", "C", "C", "C"]
    assert tiers(past_of(second, first), "y") == ["B", "A", "A", "A"]


def test_a_tier_can_be_set_before_a_customer_is_known():
    """Z is known from 1 April, and was made C by hand in March, until the end of April.

    One order in April, 20 points, earns no more than C.
    """
    past = past_of(Override("z", "C", on="2026-03-10", until="2026-04-30"))
    assert tiers(past, "z") == ["C", "C"]


def test_every_policy_replays_them_and_naive_regrading_does_not():
    """Side by side, each from its own tiers."""
    given = Override("y", "A", on="2026-02-15", until="2026-12-31")
    past = past_of(given, naive=True)
    assert tiers(past, "y") == ["B", "A", "A", "A"]
    assert tiers(past, "y", "shop naive") == ["B", "B", "C", "B"]


def test_the_simulation_says_what_was_replayed_and_what_was_not():
    """Those within the dates, and those of customers whom nobody knows."""
    day = {"on": "2026-02-15", "until": "2026-12-31"}
    later = {"on": "2026-06-01", "until": "2026-12-31"}
    past = past_of(
        Override("y", "A", **day),
        Override("q", "A", **day),
        Override("x", "A", **later),
    )
    said = past.to_text()
    assert "overrides replayed as they were set: 1; in view of other tiers" in said
    assert "whom the ledger does not know, left out: 1" in said
    assert "1 次人工调整按当时所定重放" in past.to_text("zh")
    assert "1 次人工调整的客户不在数据中，未重放" in past.to_text("zh")
    assert past_of().remarks == ()


def test_what_is_no_override_is_refused():
    """Wrong tiers, wrong things, days the wrong way round."""
    with pytest.raises(SettingError, match=r"overrides: shop: .*; got 'D'; .*A, B, C"):
        past_of(Override("y", "D", on="2026-02-15", until="2026-12-31"))
    with pytest.raises(
        SettingError, match=r"expected a journal, or overrides; got a t"
    ):
        past_of(("y", "A"))
    for wrong in (
        {"until": "2026-02-14"},
        {"until": "2026-03-01", "released_on": "2026-02-01"},
    ):
        with pytest.raises(SettingError, match="an override ends before it begins"):
            Override("y", "A", on="2026-02-15", **wrong)


@pytest.fixture
def journal():
    """A journal in memory."""
    with open_journal(":memory:") as opened:
        yield opened


def put(journal, policy, customer, tier, *, on, until, **more):
    """Record an override on its day."""
    override(
        journal, policy, customer, tier=tier, on=on, until=until, reason="contract",
        author="kim", first=True, recorded_at=noon(on), **more,
    )  # fmt: skip


def noon(day):
    """Return noon of a day."""
    return dt.datetime.fromisoformat(f"{day}T12:00:00+00:00")


def test_a_journal_gives_its_overrides(journal):
    """Corrected and released ones as they stand; nothing of who was forgotten."""
    policy = shop()
    put(journal, policy, "x", "C", on="2026-02-10", until="2026-12-31")
    put(journal, policy, "y", "A", on="2026-02-15", until="2026-12-31")
    put(
        journal, policy, "y", "B", on="2026-02-15", until="2026-11-30", corrections=True
    )
    put(journal, policy, "z", "A", on="2026-03-01", until="2026-12-31")
    release(
        journal, policy, "x", on="2026-03-15", reason="over", author="kim",
        recorded_at=noon("2026-03-15"),
    )  # fmt: skip
    put(journal, policy, "x", "B", on="2026-03-15", until="2026-04-15")
    journal.forget("z", recorded_at=noon("2026-04-01"))
    assert overrides_in(journal) == (
        Override(
            "x", "C", on="2026-02-10", until="2026-12-31", released_on="2026-03-15"
        ),
        Override("y", "B", on="2026-02-15", until="2026-11-30"),
        Override("x", "B", on="2026-03-15", until="2026-04-15"),
    )


def test_a_journal_can_be_given_in_their_place(journal):
    """The same tiers as with the list; other entries of the journal do not count."""
    book, policy = ledger(), shop()
    fitted = policy.fit(book, as_of="2026-01-31")
    fitted.review(book, journal, on=DATES[0]).commit(recorded_at=noon(DATES[0]))
    put(journal, policy, "y", "A", on="2026-02-15", until="2026-03-31")
    past = simulate(book, fitted, dates=DATES, overrides=journal)
    listed = past_of(*overrides_in(journal))
    for ours, theirs in zip(past.replay().looks, listed.replay().looks, strict=True):
        np.testing.assert_array_equal(ours.after, theirs.after)
    assert tiers(past, "y") == ["B", "A", "B", "B"]
