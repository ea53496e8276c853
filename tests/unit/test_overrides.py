"""Tiers set by hand are respected until they end, and leave a trace."""

from datetime import UTC, datetime

import pytest

from custseg.adapters.stores import open_journal
from custseg.errors import JournalDifference, SettingError
from custseg.overrides import override, release
from custseg.rules.moves import Action
from tier_shop import TRIGGERS, at, days, fitted_on, held, ledger_of


@pytest.fixture
def journal():
    """A journal in memory."""
    with open_journal(":memory:") as opened:
        yield opened


@pytest.fixture
def ledger():
    """One customer with a single order: a C by the rules."""
    return ledger_of(one=days(1))


def by_hand(journal, fitted, **more):
    """Make customer one an A from 10 February to the end of June."""
    said = {
        "tier": "A",
        "on": "2026-02-10",
        "until": "2026-06-30",
        "reason": "framework contract",
        "author": "Li",
        "recorded_at": at(2, 10),
    }
    return override(journal, fitted, "one", **{**said, **more})


def test_reviews_respect_it_until_it_ends(journal, ledger):
    """Locked through June; in July the fall begins to be counted."""
    fitted = fitted_on(ledger)
    fitted.review(ledger, journal, on="2026-02-01").commit(recorded_at=at(2))
    by_hand(journal, fitted)
    assert held(journal) == {"one": "A"}
    for month in (3, 4, 5, 6):
        review = fitted.review(ledger, journal, on=f"2026-{month:02d}-01")
        assert review.explain("one").action is Action.LOCKED
        assert str(review.explain("one").locked_until) == "2026-06-30"
        review.commit(recorded_at=at(month))
    for month, action in ((7, Action.PENDING_DOWN), (8, Action.DOWN)):
        review = fitted.review(ledger, journal, on=f"2026-{month:02d}-01")
        assert review.explain("one").action is action
        review.commit(recorded_at=at(month))
    assert held(journal) == {"one": "B"}


def test_reason_and_author_can_be_read_and_forgotten(journal, ledger):
    """They stand beside the entry, outside the chain."""
    fitted = fitted_on(ledger)
    by_hand(journal, fitted)
    (entry,) = journal.read(kind="override")
    assert (entry.note, entry.author) == ("framework contract", "Li")
    journal.forget_author("Li", recorded_at=at(3))
    (entry,) = journal.read(kind="override")
    assert entry.author is None
    journal.verify()


def test_a_release_gives_the_tier_back_to_the_rules(journal, ledger):
    """The tier stays at first; two reviews later it has fallen."""
    fitted = fitted_on(ledger)
    by_hand(journal, fitted)
    release(
        journal,
        fitted,
        "one",
        on="2026-02-20",
        reason="contract ended",
        author="Li",
        recorded_at=at(2, 20),
    )
    assert held(journal) == {"one": "A"}
    for month in (3, 4):
        fitted.review(ledger, journal, on=f"2026-{month:02d}-01").commit(
            recorded_at=at(month)
        )
    assert held(journal) == {"one": "B"}


def test_a_trigger_passes_a_lock_only_where_it_says_so(ledger):
    """Silence demotes at once; the lock holds it off unless it passes locks."""
    passing = TRIGGERS.replace('to = "C"', 'to = "C"\npasses_locks = true')
    for more, expected in ((TRIGGERS, "A"), (passing, "C")):
        fitted = fitted_on(ledger, more)
        with open_journal(":memory:") as fresh:
            by_hand(fresh, fitted, until="2026-12-31")
            run = fitted.review(ledger, fresh, on="2026-05-01")
            run.commit(recorded_at=at(5))
            assert held(fresh) == {"one": expected}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"tier": "D"}, "no such tier; got 'D'; allowed: A, B, C"),
        ({"reason": " "}, "an override needs a reason"),
        ({"author": ""}, "an override needs somebody who answers for it"),
        ({"until": "2026-02-09"}, "ends before it begins"),
        ({"until": "soon"}, "until"),
    ],
)
def test_an_override_that_cannot_be_is_refused(journal, ledger, more, words):
    """Nothing is written then."""
    fitted = fitted_on(ledger)
    with pytest.raises(SettingError, match=words):
        by_hand(journal, fitted, **more)
    assert journal.head().number == 0


def test_two_overrides_of_one_day_contradict_each_other(journal, ledger):
    """The second needs a day of its own; the same again changes nothing."""
    fitted = fitted_on(ledger)
    by_hand(journal, fitted)
    assert by_hand(journal, fitted).already_recorded
    with pytest.raises(JournalDifference, match="B instead of A"):
        by_hand(journal, fitted, tier="B")


def test_there_is_nothing_to_release(journal, ledger):
    """Without an override in force a release is a mistake."""
    with pytest.raises(SettingError, match="no override is in force"):
        release(
            journal,
            fitted_on(ledger),
            "one",
            on="2026-02-20",
            reason="contract ended",
            author="Li",
            recorded_at=datetime(2026, 2, 20, tzinfo=UTC),
        )
