"""Tiers set by hand are respected until they end, and leave a trace."""

from datetime import UTC, date, datetime

import pytest

from custseg.adapters.stores import open_journal
from custseg.errors import JournalDifference, SettingError, UnknownCustomer
from custseg.policy import Policy
from custseg.reviews.overrides import override, release
from custseg.rules.files.loader import policy_from_text
from custseg.rules.tiers.moves import Action, Reason
from tier_shop import POLICY, TRIGGERS, at, days, fitted_on, held, ledger_of


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
        "first": True,
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


def test_the_same_again_is_found_behind_those_of_others(journal):
    """Two is set on the same day, after one; then the first call is made again."""
    ledger = ledger_of(one=days(1), two=days(1))
    fitted = fitted_on(ledger)
    fitted.review(ledger, journal, on="2026-02-01").commit(recorded_at=at(2))
    by_hand(journal, fitted)
    override(
        journal,
        fitted,
        "two",
        tier="A",
        on="2026-02-10",
        until="2026-06-30",
        reason="framework contract",
        author="Li",
        recorded_at=at(2, 10),
    )
    assert by_hand(journal, fitted).already_recorded


def test_a_run_of_the_day_knows_what_was_set_before_it(journal, ledger):
    """The tier of the morning is locked in the run of the evening."""
    fitted = fitted_on(ledger)
    fitted.review(ledger, journal, on="2026-02-01").commit(recorded_at=at(2))
    by_hand(journal, fitted, on="2026-03-01", recorded_at=at(3))
    review = fitted.review(ledger, journal, on="2026-03-01")
    assert review.explain("one").action is Action.LOCKED
    review.commit(recorded_at=at(3))
    assert held(journal) == {"one": "A"}


@pytest.mark.parametrize("passing", ["B", "C"])
@pytest.mark.parametrize("is_last", [True, False])
def test_one_trigger_that_passes_locks_ends_the_lock(passing, is_last, journal):
    """Whatever stands beside it; then the hardest of them counts, as with gates."""
    silence = TRIGGERS.split("[[grading.triggers]]")[1]
    other = silence.replace('"silence"', '"quiet"').replace('"C"', f'"{passing}"')
    both = [silence, f"{other}passes_locks = true\n"]
    if not is_last:
        both.reverse()
    ledger = ledger_of(one=days(9))
    text = "".join(f"[[grading.triggers]]{one}\n" for one in both)
    fitted = fitted_on(ledger, text)
    by_hand(journal, fitted)
    run = fitted.review(ledger, journal, on="2026-04-20")
    assert run.explain("one").reason is Reason.RISK_EVENT_THROUGH_LOCK
    run.commit(recorded_at=at(4, 20))
    assert held(journal) == {"one": "C"}


def test_a_trigger_that_moves_nobody_ends_no_lock(journal):
    """It passes locks, down to B; who is a B by hand is none the lower for it."""
    silence = TRIGGERS.split("[[grading.triggers]]")[1]
    other = silence.replace('"silence"', '"quiet"').replace('"C"', '"B"')
    text = f"[[grading.triggers]]{silence}\n[[grading.triggers]]{other}"
    ledger = ledger_of(one=days(9))
    fitted = fitted_on(ledger, f"{text}passes_locks = true\n")
    by_hand(journal, fitted, tier="B")
    run = fitted.review(ledger, journal, on="2026-04-20")
    assert run.explain("one").reason is Reason.LOCK_BEFORE_CEILING


def test_who_is_lowered_by_hand_leaves_a_tier_and_a_move(journal):
    """The entry says from where to where; a fall from A is among the moves."""
    ledger = ledger_of(one=days(9), two=days(9))
    fitted = fitted_on(ledger, TRIGGERS)
    fitted.review(ledger, journal, on="2026-02-01").commit(recorded_at=at(2))
    by_hand(journal, fitted, tier="C", until="2026-02-20")
    (entry,) = journal.read(kind="override")
    assert (entry.before, entry.after) == ("A", "C")
    run = fitted.review(ledger, journal, on="2026-04-20")
    assert "  two; Capped: Tier A -> Tier C; because" in run.to_text()


def test_an_anniversary_of_joining_stays_where_it_is(journal):
    """It does not go by the tier: who is set by hand is asked on the same day."""
    policy = POLICY.replace('"monthly"', '"anniversary of joining"')
    ledger = ledger_of(one=["2026-01-15"])
    fitted = Policy(policy_from_text(policy)).fit(ledger, as_of="2026-01-31")
    fitted.review(ledger, journal, on="2026-02-01").commit(recorded_at=at(2))
    by_hand(journal, fitted)
    story = fitted.review(ledger, journal, on="2026-03-01").explain("one")
    assert str(story.next_look) == "2027-01-15"


def test_a_slip_of_the_same_day_is_corrected(journal, ledger):
    """B in the place of A; both stand in the journal, and B holds."""
    fitted = fitted_on(ledger)
    by_hand(journal, fitted)
    assert by_hand(journal, fitted, tier="B", corrections=True).corrected == 1
    assert held(journal) == {"one": "B"}
    assert [one.after for one in journal.read()] == ["A", "B"]


def test_an_override_before_a_later_decision_is_refused(journal, ledger):
    """March's review would stand over it, and nobody would notice."""
    fitted = fitted_on(ledger)
    fitted.review(ledger, journal, on="2026-02-01").commit(recorded_at=at(2))
    fitted.review(ledger, journal, on="2026-03-01").commit(recorded_at=at(3))
    with pytest.raises(SettingError, match=r"a later decision.*allowed: 2026-03-01 or"):
        by_hand(journal, fitted, recorded_at=at(3, 2))
    by_hand(journal, fitted, on="2026-03-01", recorded_at=at(3, 2))
    fitted.review(ledger, journal, on="2026-04-01").commit(recorded_at=at(4))
    again = by_hand(journal, fitted, on="2026-03-01", recorded_at=at(4, 2))
    assert again.already_recorded


def test_an_override_that_begins_later_is_refused(journal, ledger):
    """A slip in the year would close the journal to reviews for long."""
    fitted = fitted_on(ledger)
    with pytest.raises(SettingError, match=r"recorded when they begin.*2062-02-10"):
        by_hand(journal, fitted, on="2062-02-10", until="2062-06-30")
    tomorrow = by_hand(journal, fitted, recorded_at=at(2, 9))
    assert tomorrow.recorded == 1


def test_an_override_undone_on_its_day_is_not_taken_for_recorded(journal, ledger):
    """Set, released, and set again: the third needs a day of its own."""
    fitted = fitted_on(ledger)
    by_hand(journal, fitted)
    said = {"reason": "a slip", "author": "Li", "recorded_at": at(2, 10)}
    release(journal, fitted, "one", on="2026-02-10", **said)
    assert release(journal, fitted, "one", on="2026-02-10", **said).already_recorded
    with pytest.raises(SettingError, match="undone again on the same day"):
        by_hand(journal, fitted)
    assert by_hand(journal, fitted, on="2026-02-11", recorded_at=at(2, 11)).recorded
    release(
        journal, fitted, "one", on="2026-02-12", **{**said, "recorded_at": at(2, 12)}
    )


def test_who_is_set_by_hand_is_reviewed_as_often_as_the_tier_says(journal):
    """C is looked at yearly, A monthly: an A by hand is due next month."""
    policy = POLICY.replace('code = "C"', 'code = "C"\nevery = "yearly"')
    ledger = ledger_of(one=days(1))
    fitted = Policy(policy_from_text(policy)).fit(ledger, as_of="2026-01-31")
    fitted.review(ledger, journal, on="2026-02-01").commit(recorded_at=at(2))
    by_hand(journal, fitted)
    review = fitted.review(ledger, journal, on="2026-03-01")
    assert review.explain("one").action is Action.LOCKED
    assert str(review.explain("one").next_look) == "2026-04-01"


def test_the_next_look_is_never_in_the_past(journal):
    """Overdue in a monthly tier, set into a yearly one: the next look is in January."""
    policy = POLICY.replace('code = "A"', 'code = "A"\nevery = "yearly"')
    ledger = ledger_of(one=days(1))
    fitted = Policy(policy_from_text(policy)).fit(ledger, as_of="2026-01-31")
    fitted.review(ledger, journal, on="2026-02-01").commit(recorded_at=at(2))
    by_hand(journal, fitted, on="2026-03-05", recorded_at=at(3, 5))
    review = fitted.review(ledger, journal, on="2026-03-06")
    assert review.explain("one").action is Action.NOT_DUE
    assert str(review.explain("one").next_look) == "2027-01-01"
    (row,) = review.to_pandas(all_customers=True).to_dict("records")
    assert row["next_look"].date() == date(2027, 1, 1)


def test_whose_review_is_due_on_the_day_stays_due(journal, ledger):
    """Set by hand on 1 March, before the review of that day, which comes a day late."""
    fitted = fitted_on(ledger)
    fitted.review(ledger, journal, on="2026-02-01").commit(recorded_at=at(2))
    by_hand(journal, fitted, on="2026-03-01", recorded_at=at(3))
    review = fitted.review(ledger, journal, on="2026-03-02")
    assert review.explain("one").action is Action.LOCKED


def test_a_release_needs_a_reason_and_a_name(journal, ledger):
    """As the override did."""
    fitted = fitted_on(ledger)
    by_hand(journal, fitted)
    with pytest.raises(
        SettingError, match=r"a release needs a reason[\s\S]*answers for"
    ):
        release(
            journal,
            fitted,
            "one",
            on="2026-02-20",
            reason="",
            author=" ",
            recorded_at=at(2, 20),
        )


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


def test_an_id_that_the_journal_does_not_know_is_refused(journal, ledger):
    """A tier for a mistyped id would be held by nobody; the nearest id is named."""
    fitted = fitted_on(ledger)
    fitted.review(ledger, journal, on="2026-02-01").commit(recorded_at=at(2))
    with pytest.raises(UnknownCustomer, match=r"got 'onne'; did you mean 'one'\?"):
        override(
            journal,
            fitted,
            "onne",
            tier="A",
            on="2026-02-10",
            until="2026-06-30",
            reason="framework contract",
            author="Li",
            recorded_at=at(2, 10),
        )
    assert held(journal) == {"one": "C"}


def test_a_path_is_no_journal(ledger):
    """It is told in words what to write, by reviews and overrides alike."""
    fitted = fitted_on(ledger)
    with pytest.raises(SettingError, match=r"write open_journal\('tiers.db'\)"):
        fitted.review(ledger, "tiers.db", on="2026-02-01")
    with pytest.raises(SettingError, match=r"write open_journal\('tiers.db'\)"):
        by_hand("tiers.db", fitted)
