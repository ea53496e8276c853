"""Reviews with a journal: tiers that move by rules, and a memory that can be asked.

The policy gives ten points an order of the last year: A from 80 (held from 60), B from
50 (held from 40). Reviews are monthly; a fall takes two in a row.
"""

import html
from datetime import UTC, date, datetime

import pytest

from custseg.adapters.stores import open_journal
from custseg.errors import (
    JournalConflict,
    JournalDifference,
    SettingError,
    UnknownCustomer,
)
from custseg.journal.entries import Batch, Decision
from custseg.ledger import Ledger
from custseg.policy import Policy
from custseg.reviews.overrides import override
from custseg.rules.files.loader import policy_from_text
from custseg.rules.tiers.moves import Action, Reason
from tier_shop import POLICY, TRIGGERS, at, days, fitted_on, held, ledger_of


@pytest.fixture
def journal():
    """A journal in memory."""
    with open_journal(":memory:") as opened:
        yield opened


def test_the_first_review_gives_everybody_the_tier_they_earn(journal):
    """Nine, six and one order give A, B and C; nothing stands there before."""
    ledger = ledger_of(nine=days(9), six=days(6), one=days(1))
    review = fitted_on(ledger).review(ledger, journal, on="2026-02-01")
    assert held(journal) == {}
    assert review.counts() == {"FIRST": 3}
    (receipt,) = review.commit(recorded_at=at(2))
    assert receipt.recorded == 3
    assert held(journal) == {"nine": "A", "one": "C", "six": "B"}
    (entry,) = journal.read(customer="nine")
    assert (entry.kind, entry.key, entry.reasons) == (
        "review",
        "2026-01",
        ("FIRST_EARNED",),
    )
    assert entry.inputs == {"score": 90.0, "coverage": 1.0, "earned": "A", "kept": "A"}


def test_facts_of_the_day_itself_are_not_seen(journal):
    """A review on 1 February sees January; the order of that day comes next time."""
    ledger = ledger_of(nine=[*days(8), "2026-02-01"])
    review = fitted_on(ledger).review(ledger, journal, on="2026-02-01")
    assert review.explain("nine").score == 80.0
    seen = fitted_on(ledger).review(
        ledger, journal, on="2026-02-01", as_of="2026-02-01"
    )
    assert seen.explain("nine").score == 90.0


def test_a_fall_takes_two_reviews_in_a_row_and_goes_one_step(journal):
    """Nine orders of January 2026 leave the year in 2027: first a warning, then B."""
    ledger = ledger_of(nine=days(9), other=["2027-03-15"])
    fitted = fitted_on(ledger)
    fitted.review(ledger, journal, on="2026-12-01").commit(recorded_at=at(12))
    january = fitted.review(ledger, journal, on="2027-02-01")
    assert january.explain("nine").action is Action.PENDING_DOWN
    assert (january.explain("nine").confirmed, january.explain("nine").wanted) == (1, 2)
    january.commit(recorded_at=datetime(2027, 2, 1, tzinfo=UTC))
    assert held(journal)["nine"] == "A"
    march = fitted.review(ledger, journal, on="2027-03-01")
    assert march.explain("nine").reason is Reason.HOLD_BAR_MISSED_ONE_STEP
    march.commit(recorded_at=datetime(2027, 3, 1, tzinfo=UTC))
    assert held(journal)["nine"] == "B"
    assert march.matrix().counts.tolist() == [[0, 1, 0], [0, 0, 0], [0, 0, 0]]


def test_between_the_bars_the_tier_is_held(journal):
    """Seven orders are 70 points: under the entry of 80, over the hold of 60."""
    orders = [*days(2, "2026-01"), *days(7, "2026-02")]
    ledger = ledger_of(nine=orders)
    fitted = fitted_on(ledger)
    fitted.review(ledger, journal, on="2026-03-01").commit(recorded_at=at(3))
    later = fitted.review(ledger, journal, on="2027-01-10")
    story = later.explain("nine")
    assert (story.score, story.action) == (70.0, Action.HELD)
    assert story.points_above_hold == 10.0


def test_the_same_review_again_changes_nothing(journal):
    """A repeated run finds its own decisions; the head of the journal stays."""
    ledger = ledger_of(nine=days(9), one=days(1))
    fitted = fitted_on(ledger)
    fitted.review(ledger, journal, on="2026-02-01").commit(recorded_at=at(2))
    head = journal.head()
    again = fitted.review(ledger, journal, on="2026-02-01")
    assert again.counts() == {"FIRST": 2}
    (receipt,) = again.commit(recorded_at=at(2, 2))
    assert receipt.already_recorded
    assert journal.head() == head


def test_other_data_for_the_same_period_is_refused_with_the_difference(journal):
    """One order fewer is another score: nothing is written, and the customer named."""
    ledger = ledger_of(nine=days(9), one=days(1))
    fitted = fitted_on(ledger)
    fitted.review(ledger, journal, on="2026-02-01").commit(recorded_at=at(2))
    head = journal.head()
    less = ledger_of(nine=days(7), one=days(1))
    review = fitted.review(less, journal, on="2026-02-01")
    with pytest.raises(JournalDifference, match=r"customer nine.*B instead of A"):
        review.commit(recorded_at=at(2, 2))
    assert journal.head() == head
    (receipt,) = review.commit(recorded_at=at(2, 3), corrections=True)
    assert (receipt.recorded, receipt.corrected) == (1, 1)
    assert held(journal)["nine"] == "B"
    believed = journal.state(known_at=at(2, 2))
    assert believed["nine"].tier == "A"


def test_a_customer_who_comes_later_gets_a_first_tier_at_once(journal):
    """Between two reviews only the newcomer is asked about."""
    ledger = ledger_of(nine=days(9), new=days(5, "2026-02"))
    fitted = fitted_on(ledger)
    fitted.review(ledger, journal, on="2026-02-01").commit(recorded_at=at(2))
    run = fitted.review(ledger, journal, on="2026-02-10")
    assert run.counts() == {"NOT_DUE": 1, "FIRST": 1}
    assert run.to_pandas()["customer_id"].tolist() == ["new"]
    run.commit(recorded_at=at(2, 10))
    assert held(journal) == {"nine": "A", "new": "B"}


def test_who_falls_out_of_a_tier_of_months_is_reviewed_with_the_quarter(journal):
    """A is reviewed monthly, B quarterly: after November's fall comes January's look.

    October and the fourth quarter begin on one day and are two periods all the same.
    """
    policy = POLICY.replace('every = "monthly"', 'every = "quarterly"')
    policy = policy.replace("hold = 60", 'hold = 60\nevery = "monthly"')
    policy = policy.replace("confirm_down = 2", "confirm_down = 1")
    ledger = ledger_of(
        one=[*days(9, "2025-10"), *days(5, "2026-10"), *days(9, "2026-12")]
    )
    fitted = Policy(policy_from_text(policy)).fit(ledger, as_of="2026-01-31")
    seen = []
    for on in ("2026-10-01", "2026-11-01", "2027-01-01", "2027-01-02", "2027-02-01"):
        review = fitted.review(ledger, journal, on=on)
        seen.append(review.explain("one").reason)
        review.commit(recorded_at=datetime(2027, 2, 1, tzinfo=UTC))
    assert seen == [
        Reason.FIRST_EARNED,
        Reason.HOLD_BAR_MISSED,
        Reason.ENTRY_BAR_MET,
        Reason.NOT_ASKED,
        Reason.TIER_EARNED,
    ]
    keys = [entry.key for entry in journal.read()]
    assert keys == ["2026-Q3", "2026-10", "2026-Q4", "2027-01"]


def test_each_tier_names_its_own_periods(journal):
    """On 1 January a month, a quarter and a year end; who is new counts for a year."""
    policy = POLICY.replace("hold = 40", 'hold = 40\nevery = "quarterly"')
    policy = policy.replace('code = "C"', 'code = "C"\nevery = "yearly"')
    orders = {"nine": days(9), "six": days(6), "one": days(1), "new": ["2026-12-30"]}
    ledger = ledger_of(**orders)
    fitted = Policy(policy_from_text(policy)).fit(ledger, as_of="2026-01-31")
    fitted.review(ledger, journal, on="2026-03-01").commit(recorded_at=at(3))
    review = fitted.review(ledger, journal, on="2027-01-01")
    review.commit(recorded_at=datetime(2027, 1, 1, tzinfo=UTC))
    keys = {one.customer: one.key for one in journal.read(since="2027-01-01")}
    assert keys == {"nine": "2026-12", "six": "2026-Q4", "one": "2026", "new": "2026"}


def test_numbers_are_kept_where_something_moved_or_waits(journal):
    """Who is held, quietly, leaves a check of them."""
    ledger = ledger_of(nine=days(9), falls=days(9, "2025-06"), other=["2026-06-30"])
    fitted = fitted_on(ledger)
    fitted.review(ledger, journal, on="2026-02-01").commit(recorded_at=at(2))
    fitted.review(ledger, journal, on="2026-07-01").commit(recorded_at=at(7))
    july = {one.customer: one for one in journal.read(since="2026-07-01")}
    assert july["nine"].action == "HELD"
    assert july["nine"].inputs is None
    assert july["falls"].action == "PENDING_DOWN"
    assert july["falls"].inputs["score"] == 0.0


def test_the_hardest_trigger_counts_whichever_comes_first():
    """One demotes to C, one to B; both alerts are in the table."""
    more = TRIGGERS.split("[[grading.triggers]]")[1]
    mild = more.replace('"silence"', '"quiet"').replace('to = "C"', 'to = "B"')
    for first, second in ((more, mild), (mild, more)):
        text = "".join(f"[[grading.triggers]]{one}" for one in (first, second))
        ledger = ledger_of(nine=days(9))
        with open_journal(":memory:") as kept:
            fitted = fitted_on(ledger, text)
            fitted.review(ledger, kept, on="2026-02-01").commit(recorded_at=at(2))
            run = fitted.review(ledger, kept, on="2026-04-20")
        (row,) = run.to_pandas().to_dict("records")
        assert (row["before"], row["after"]) == ("A", "C")
        assert sorted(row["alerts"].split(", ")) == ["quiet", "silence"]


def test_a_trigger_acts_at_once_and_keeps_quiet_in_its_cooldown(journal):
    """After a hundred days of silence A falls to C in one go; the alert comes once."""
    ledger = ledger_of(nine=days(9))
    fitted = fitted_on(ledger, TRIGGERS)
    fitted.review(ledger, journal, on="2026-02-01").commit(recorded_at=at(2))
    early = fitted.review(ledger, journal, on="2026-04-19")
    assert early.alerts().empty
    run = fitted.review(ledger, journal, on="2026-04-20")
    assert run.alerts()["key"].tolist() == ["silence:2026-04-20:nine"]
    assert run.explain("nine").action is Action.CAPPED
    run.commit(recorded_at=at(4, 20))
    assert held(journal) == {"nine": "C"}
    entry = list(journal.read(customer="nine"))[-1]
    assert entry.inputs["alerts"] == ["silence"]
    next_day = fitted.review(ledger, journal, on="2026-04-21")
    assert next_day.alerts().empty
    after = fitted.review(ledger, journal, on="2026-06-19")
    assert after.alerts()["trigger"].tolist() == ["silence"]


def test_a_trigger_that_no_longer_fires_is_a_difference(journal):
    """An order of April arrives late: the fall of 20 April is not passed over."""
    ledger = ledger_of(nine=days(9))
    fitted = fitted_on(ledger, TRIGGERS)
    fitted.review(ledger, journal, on="2026-04-01").commit(recorded_at=at(4))
    fitted.review(ledger, journal, on="2026-04-20").commit(recorded_at=at(4, 20))
    late = ledger_of(nine=[*days(9), "2026-04-10"])
    again = fitted.review(late, journal, on="2026-04-20")
    with pytest.raises(JournalDifference, match=r"nine.*tier after A instead of C"):
        again.commit(recorded_at=at(4, 21))
    (receipt,) = again.commit(recorded_at=at(4, 21), corrections=True)
    assert receipt.corrected == 1
    assert held(journal) == {"nine": "A"}
    twice = fitted.review(late, journal, on="2026-04-20")
    assert [one.recorded for one in twice.commit(recorded_at=at(4, 22))] == [0]


def test_what_caps_is_named_as_long_as_it_does(journal):
    """After the alert comes a cooldown; entry and story name the cause all the same."""
    capping = TRIGGERS.replace('"demote"', '"cap"')
    ledger = ledger_of(nine=days(9))
    fitted = fitted_on(ledger, capping)
    by_hand = {"reason": "contract", "author": "Li", "recorded_at": at(2)}
    override(
        *(journal, fitted, "nine"),
        **{"tier": "A", "on": "2026-02-01", "until": "2026-05-15", **by_hand},
        first=True,
    )
    fitted.review(ledger, journal, on="2026-05-01").commit(recorded_at=at(5))
    run = fitted.review(ledger, journal, on="2026-05-20")
    assert run.alerts().empty
    story = run.explain("nine")
    assert (story.reason, story.alerts) == (Reason.GATE, ())
    assert [one.en for one in story.gates] == ["Long silence"]
    brief = story.to_text(brief=True).splitlines()
    assert brief[1].startswith("Capped: Tier A -> Tier C - a gate caps the tier; score")
    assert brief[2] == "  gates that are closed: Long silence"
    run.commit(recorded_at=at(5, 20))
    entry = list(journal.read(customer="nine"))[-1]
    assert (entry.action, entry.inputs["gates"]) == ("CAPPED", ["silence"])


def test_a_story_tells_only_bars_that_are_bars(journal):
    """A condition in the place of a bar is left out; a round bar is written plainly."""
    told = {}
    for bars in ("entry = 100", 'enter = "orders >= 8"\nhold = 60', "entry = 100.5"):
        policy = POLICY.replace("entry = 80\nhold = 60", bars)
        ledger = ledger_of(ten=days(10), five=days(5))
        fitted = Policy(policy_from_text(policy)).fit(ledger, as_of="2026-01-31")
        run = fitted.review(ledger, journal, on="2026-02-01")
        told[bars] = run.explain("ten").to_text().splitlines()[3]
    assert list(told.values()) == [
        "  score 100.00; entry bar 100, hold bar 90",
        "  score 100.00; hold bar 60",
        "  score 100.00; entry bar 50, hold bar 40",
    ]


def test_an_unknown_score_is_told_as_such(journal):
    """Nobody's staff is recorded, so the first tier is the lowest, provisionally."""
    policy = POLICY.replace("orders * 10", "employees")
    ledger = ledger_of(nine=days(9))
    fitted = Policy(policy_from_text(policy)).fit(ledger, as_of="2026-01-31")
    run = fitted.review(ledger, journal, on="2026-02-01")
    story = run.explain("nine")
    assert (story.reason, story.score) == (Reason.FIRST_UNKNOWN, None)
    assert "  the score is unknown\n  the tier is provisional\n" in story.to_text()
    assert run.to_pandas()["score"].isna().tolist() == [True]


def test_a_score_just_under_a_bar_is_not_rounded_onto_it(journal):
    """79.996 points are no 80.00, and 0.004 points away is not 0.00."""
    policy = POLICY.replace("orders * 10", "orders * 9.9995")
    ledger = ledger_of(eight=days(8))
    fitted = Policy(policy_from_text(policy)).fit(ledger, as_of="2026-01-31")
    text = fitted.review(ledger, journal, on="2026-02-01").explain("eight").to_text()
    assert "score 79.996; entry bar 50, hold bar 40" in text
    assert "Tier A is 0.004 points away (entry bar 80)" in text


def test_a_policy_that_lacks_a_tier_held_is_refused(journal):
    """Nobody altered the journal: the policy has another code for the tier."""
    ledger = ledger_of(nine=days(9))
    fitted_on(ledger).review(ledger, journal, on="2026-02-01").commit(recorded_at=at(2))
    renamed = POLICY.replace('code = "A"', 'code = "TOP"')
    fitted = Policy(policy_from_text(renamed)).fit(ledger, as_of="2026-01-31")
    with pytest.raises(SettingError, match=r"entry 2: .*got A; allowed: TOP, B, C"):
        fitted.review(ledger, journal, on="2026-03-01")


def test_a_tier_more_leaves_the_tiers_held_where_they_are(journal):
    """A new highest tier moves all the places; whoever held A still does."""
    ledger = ledger_of(nine=days(9))
    fitted_on(ledger).review(ledger, journal, on="2026-02-01").commit(recorded_at=at(2))
    top = '[[grading.tiers]]\ncode = "TOP"\ntitle = { zh = "特级", en = "Top" }\n'
    head, mark, tail = POLICY.partition("[[grading.tiers]]")
    more = f"{head}{top}entry = 95\n{mark}{tail}"
    fitted = Policy(policy_from_text(more)).fit(ledger, as_of="2026-01-31")
    story = fitted.review(ledger, journal, on="2026-03-01").explain("nine")
    assert (story.before.en, story.after.en) == ("Tier A", "Tier A")


def test_an_alert_alone_moves_nobody_and_is_remembered(journal):
    """Who returns most of the goods is told about; the tier stays."""
    ledger = ledger_of(six=days(6)).append(
        Ledger.from_frames(
            {"customer_id": ["six"], "date": ["2026-01-20"], "amount": [-50.0]},
            currency="CNY",
        )
    )
    fitted = fitted_on(ledger, TRIGGERS)
    fitted.review(ledger, journal, on="2026-01-10").commit(recorded_at=at(1, 10))
    run = fitted.review(ledger, journal, on="2026-01-25")
    assert run.alerts()["trigger"].tolist() == ["returns"]
    assert run.explain("six").reason is Reason.NOT_ASKED
    (receipt,) = run.commit(recorded_at=at(1, 25))
    assert receipt.recorded == 1
    assert held(journal) == {"six": "B"}
    assert fitted.review(ledger, journal, on="2026-01-26").alerts().empty


def test_an_alert_says_on_what_score_and_over_which_window_it_rests(journal):
    """The composite score is no column of the features; orders are of some time."""
    ledger = ledger_of(six=days(6))
    low = '[[grading.triggers]]\ncode = "low"\ntitle = { zh = "低", en = "Low" }\n'
    fitted = fitted_on(ledger, f'{low}when = "score < 70 and orders >= 6"\n')
    alerts = fitted.review(ledger, journal, on="2026-02-01").alerts()
    assert alerts["evidence_en"].tolist() == [
        "Composite score: 60; Sale orders in the last 365 days: 6"
    ]
    assert alerts["evidence_zh"].tolist() == ["综合得分：60；近 365 天订单数：6"]


def test_a_review_before_the_end_of_the_journal_is_refused(journal):
    """What was decided later stands on what was decided before."""
    ledger = ledger_of(nine=days(9))
    fitted = fitted_on(ledger)
    fitted.review(ledger, journal, on="2026-03-01").commit(recorded_at=at(3))
    with pytest.raises(SettingError, match=r"later days already.*2026-03-01 or later"):
        fitted.review(ledger, journal, on="2026-02-01")


def test_a_review_that_another_came_before_is_refused(journal):
    """Both rest on the empty journal; the second would not know of the first."""
    ledger = ledger_of(nine=days(9))
    fitted = fitted_on(ledger)
    early = fitted.review(ledger, journal, on="2026-02-01")
    late = fitted.review(ledger, journal, on="2026-03-01")
    early.commit(recorded_at=at(2))
    head = journal.head()
    with pytest.raises(JournalConflict, match=r"another writer has decided.*got nine"):
        late.commit(recorded_at=at(3))
    assert journal.head() == head


def test_facts_after_the_run_are_refused(journal):
    """Nobody decides on 1 February from the sales of 2 February."""
    ledger = ledger_of(nine=days(9))
    with pytest.raises(SettingError, match="facts of days after it"):
        fitted_on(ledger).review(ledger, journal, on="2026-02-01", as_of="2026-02-02")


def test_a_review_is_told_in_a_few_lines(journal):
    """What was done, what is held, and the first who moved, with the reason."""
    before = ledger_of(six=days(6), one=days(1), two=days(2), gone=days(6))
    fitted = fitted_on(before)
    fitted.review(before, journal, on="2026-02-01").commit(recorded_at=at(2))
    more = ledger_of(six=days(9), one=days(6), two=days(2), new=days(1), gone=days(9))
    run = fitted.review(more, journal, on="2026-03-01")
    assert str(run) == (
        "Review of 2026-03-01 on facts up to 2026-02-28, "
        f"policy {run.result.policy}\n\n"
        "First tier                        1\n"
        "Moved up                          3\n"
        "Held                              1\n\n"
        "Tiers held afterwards: A 2, B 1, C 2\n"
        "Alerts: 0\n\n"
        "Moves:\n"
        "  gone; Moved up: Tier B -> Tier A; because: over the entry bar; "
        "score 90.00; entry bar 80, hold bar 60\n"
        "  one; Moved up: Tier C -> Tier B; because: over the entry bar; "
        "score 60.00; entry bar 50, hold bar 40\n"
        "  six; Moved up: Tier B -> Tier A; because: over the entry bar; "
        "score 90.00; entry bar 80, hold bar 60"
    )
    assert run.to_text(most=2).endswith("hold bar 40\n  ... and 1 more")
    assert run.to_text(most=3) == str(run)
    chinese = run.to_text("zh", most=1)
    assert "  gone；升级：乙级 → 甲级；原因：达到升级线；" in chinese
    assert chinese.endswith("  …… 另有 2 个")
    assert run._repr_html_() == f"<pre>{html.escape(str(run))}</pre>"
    with pytest.raises(SettingError, match="unknown language"):
        run.to_text("fr")


def test_a_policy_without_tiers_cannot_review(journal):
    """There is nothing to hold."""
    ledger = ledger_of(nine=days(9))
    policy = Policy(policy_from_text(POLICY[: POLICY.index("[grading]")]))
    fitted = policy.fit(ledger, as_of="2026-01-31")
    with pytest.raises(SettingError, match="the policy has no tiers to review"):
        fitted.review(ledger, journal, on="2026-02-01")


def test_a_story_tells_the_decision_in_both_languages(journal):
    """A held A with 70 points is told with its bars and the next look."""
    ledger = ledger_of(nine=days(9), six=days(6))
    fitted = fitted_on(ledger)
    fitted.review(ledger, journal, on="2026-02-01").commit(recorded_at=at(2))
    run = fitted.review(ledger, journal, on="2026-03-01")
    assert run.explain("six").to_text() == (
        "Customer six, run of 2026-03-01 on facts up to 2026-02-28\n"
        "Held: Tier B\n"
        "  because: the tier held is the one earned\n"
        "  score 60.00; entry bar 50, hold bar 40\n"
        "  held since 2026-02-01\n"
        "  Tier A is 20.00 points away (entry bar 80)\n"
        "  next look on 2026-04-01"
    )
    assert "距甲级还差 20.00 分（升级线 80）" in run.explain("six").to_text("zh")
    assert run.explain("six").to_data()["points_to_next"] == 20.0
    with pytest.raises(UnknownCustomer, match=r"no such customer.*by 2026-02-28"):
        run.explain("seven")


def test_the_table_speaks_codes_or_titles(journal):
    """A CRM reads codes, a person titles."""
    ledger = ledger_of(nine=days(9))
    run = fitted_on(ledger).review(ledger, journal, on="2026-02-01")
    (row,) = run.to_pandas().to_dict("records")
    assert (row["before"], row["after"], row["action"]) == ("NONE", "A", "FIRST")
    assert row["next_look"].date() == date(2026, 3, 1)
    (row,) = run.to_pandas(language="zh").to_dict("records")
    said = row["客户编号"], row["原等级"], row["现等级"], row["处理"]
    assert said == ("nine", "未定级", "甲级", "首次定级")


def test_what_was_done_is_counted_in_columns_in_chinese_too(journal):
    """A title of four signs takes eight of the 24 columns, and the number ten more."""
    ledger = ledger_of(nine=days(9))
    run = fitted_on(ledger).review(ledger, journal, on="2026-02-01")
    assert "\n首次定级" + " " * 26 + "1\n" in run.to_text("zh")


def test_a_late_correction_lists_the_decisions_that_came_after_it(journal):
    """Data for January arrive in March: February's review stands, and is named."""
    ledger = ledger_of(nine=days(9), one=days(1))
    fitted = fitted_on(ledger)
    fitted.review(ledger, journal, on="2026-02-01").commit(recorded_at=at(2))
    fitted.review(ledger, journal, on="2026-03-01").commit(recorded_at=at(3))
    less = ledger_of(nine=days(4), one=days(1))
    review = fitted.review(less, journal, on="2026-02-01")
    (receipt,) = review.commit(recorded_at=at(3, 2), corrections=True)
    (affected,) = receipt.affected
    assert (affected.customer, affected.key) == ("nine", "2026-02")
    assert held(journal)["nine"] == "A"
    assert journal.state(as_of="2026-02-28")["nine"].tier == "C"


def test_who_was_set_by_hand_after_the_first_run_is_no_fresh_customer(journal):
    """A run made again must not decide on somebody of whom more is known by now."""
    ledger = ledger_of(nine=days(9))
    fitted = fitted_on(ledger)
    fitted.review(ledger, journal, on="2026-02-01").commit(recorded_at=at(2))
    journal.commit(
        Batch(
            "override",
            key="call",
            valid_on="2026-02-01",
            based_on=journal.head(),
            decisions=[Decision("new", before=None, after="A", action="LOCKED")],
        ),
        recorded_at=at(2, 1),
    )
    more = ledger_of(nine=days(9), new=days(1))
    review = fitted.review(more, journal, on="2026-02-01")
    with pytest.raises(JournalConflict, match="another writer"):
        review.commit(recorded_at=at(2, 2))
