"""Grading in building materials from review to review: who moves, when, and why.

The dealer :func:`dealing` of :mod:`building_materials_grading_taxonomy` earns 25 of
scale + 45 of history + 15 of potential + 15 of risk: as of 30 June 2026, with all of
its bill paid on the day, 25 + 38.53 + 2.73 + 15 = 81.26. It buys nothing more, so that
only its recency fades, 11.25 points of which are left:

    30 June        R 10   .975   10.97    81.26   A
    30 September   R 102  .515    5.79    76.08   held: the bar to stay is 72
    31 December    R 194  .055    0.62    70.91   under it for the first time
    31 March       R 284  0       0       70.29   under it again: B

With nothing of its bill on time its risk is 65 in place of 100, the score 76.01: a B.
"""

import datetime as dt

import pytest
from attrs import evolve

import custseg as cs
from building_materials_grading_taxonomy import dealing, in_blocks, spent
from building_materials_world import bill, client, event, ledger_of, trade
from company_world import TODAY, line, on_days, transaction
from custseg.adapters.stores import open_journal
from custseg.errors import JournalDifference
from custseg.periods import FiscalCalendar, as_day, to_date
from custseg.policy import Policy
from custseg.reviews.overrides import override, release
from custseg.rules.files.loader import load_tree, policy_from_text

JULY, OCTOBER, JANUARY, APRIL = "2026-07-01", "2026-10-01", "2027-01-01", "2027-04-01"


@pytest.fixture
def journal():
    """A journal in memory."""
    with open_journal(":memory:") as opened:
        yield opened


@pytest.fixture(scope="module")
def fitted():
    """The policy fitted in the trade on credit."""
    return trade()


def with_books(one, *, sales=(), **books):
    """Return a customer with more in its books, and more sales."""
    more = {name: (*one.books.get(name, ()), *rows) for name, rows in books.items()}
    return evolve(one, sales=(*one.sales, *sales), books={**one.books, **more})


def run(fitted, journal, ledger, on):
    """Review on a day, write it down, and say what became of each customer."""
    review = fitted.review(ledger, journal, on=on)
    review.commit(recorded_at=moment(on))
    frame = review.to_pandas(all_customers=True)
    return {
        name: (after, reason)
        for name, after, reason in zip(
            frame["customer_id"], frame["after"], frame["reason"], strict=True
        )
    }


def moment(on):
    """Return eight o'clock of a day."""
    return dt.datetime.fromisoformat(f"{on}T08:00:00+00:00")


def told(fitted, journal, ledger, on):
    """Return what a run warns of, by trigger and severity."""
    alerts = fitted.review(ledger, journal, on=on).alerts()
    return list(zip(alerts["trigger"], alerts["severity"], strict=True))


# --- bars, and the cadence of reviews -------------------------------------------------


def test_the_bars_and_the_moves_of_the_checklist():
    """80 and 60 to enter, 72 and 54 to stay; up at one review, down at two."""
    grading = load_tree("building_materials_grading").grading
    bars = [(str(t.entry), str(t.hold)) for t in grading.tiers if t.entry is not None]
    assert bars == [("80", "72"), ("60", "54")]
    moves = grading.moves
    assert (moves.confirm_up, moves.confirm_down) == (1, 2)
    assert (moves.dwell_days, moves.most_steps_down) == (90, 1)
    assert grading.reviews.every.value == "quarterly"


def test_a_tier_is_held_down_to_its_bar_and_lost_at_the_second_review_under_it(
    fitted, journal
):
    """The table above, quarter by quarter; with less paid on time it is a B at once."""
    ledger = ledger_of(a=dealing(700), b=dealing(0))
    found = [run(fitted, journal, ledger, on) for on in (JULY, OCTOBER, JANUARY, APRIL)]
    assert [one["a"] for one in found] == [
        ("A", "FIRST_EARNED"),
        ("A", "HOLD_BAR_MET"),
        ("A", "FALL_UNCONFIRMED"),
        ("B", "HOLD_BAR_MISSED"),
    ]
    assert found[0]["b"] == ("B", "FIRST_EARNED")


@pytest.mark.parametrize(
    ("on", "score"), [(JULY, 81.2585), (OCTOBER, 76.0835), (JANUARY, 70.9085)]
)
def test_the_score_of_each_quarter_is_what_was_worked_out(fitted, journal, on, score):
    """It fades with the days since the last sale, and with nothing else."""
    review = fitted.review(ledger_of(a=dealing(700)), journal, on=on)
    assert review.to_pandas()["score"].tolist() == pytest.approx([score], abs=1e-4)


def test_a_rise_takes_one_review_and_ninety_days_in_the_tier(fitted, journal):
    """With an order in September b earns 25 + 44.72 + 2.73 + 9.75 = 82.2; 92 days on.

    A second dealer that came in September has been a B for 30 days: too short a time.
    """
    b = with_books(dealing(0), sales=spent(2000, -82, order="n"))
    ledger = ledger_of(b=b)
    assert run(fitted, journal, ledger, JULY) == {"b": ("B", "FIRST_EARNED")}
    assert run(fitted, journal, ledger, OCTOBER) == {"b": ("A", "ENTRY_BAR_MET")}
    with open_journal(":memory:") as other:
        run(fitted, other, ledger, "2026-09-01")
        assert run(fitted, other, ledger, OCTOBER) == {"b": ("B", "RISE_BEFORE_DWELL")}


def test_between_two_reviews_nobody_is_asked(fitted, journal):
    """On a day without a trigger nothing moves, whatever the score has become."""
    ledger = ledger_of(a=dealing(700))
    run(fitted, journal, ledger, JULY)
    run(fitted, journal, ledger, OCTOBER)
    assert run(fitted, journal, ledger, "2026-12-31") == {"a": ("A", "NOT_ASKED")}


def test_the_same_review_again_changes_nothing_and_other_data_are_refused(
    fitted, journal
):
    """The differences are told; on request they are appended as corrections."""
    ledger = ledger_of(a=dealing(700))
    run(fitted, journal, ledger, JULY)
    again = fitted.review(ledger, journal, on=JULY)
    assert sum(one.recorded for one in again.commit(recorded_at=moment(JULY))) == 0
    other = fitted.review(ledger_of(a=dealing(0)), journal, on=JULY)
    with pytest.raises(
        JournalDifference,
        match="recorded with another decision; got tier after B instead of A",
    ):
        other.commit(recorded_at=moment(JULY))
    other.commit(recorded_at=moment(JULY), corrections=True)
    assert journal.state()["a"].tier == "B"


def test_a_second_review_within_a_quarter_does_not_confirm_a_fall(fitted, journal):
    """Under the bar in January; a review out of turn in February does not count."""
    a = with_books(dealing(700), events=[event("战略转型", -230)])
    ledger = ledger_of(a=a)
    for on in (JULY, OCTOBER, JANUARY):
        found = run(fitted, journal, ledger, on)
    assert found == {"a": ("A", "FALL_UNCONFIRMED")}
    day = (TODAY + dt.timedelta(days=231)).isoformat()
    assert run(fitted, journal, ledger, day) == {"a": ("A", "FALL_UNCONFIRMED")}
    assert run(fitted, journal, ledger, APRIL) == {"a": ("B", "HOLD_BAR_MISSED")}


def test_reviews_of_each_half_year_are_a_word_in_the_policy(journal):
    """In October nobody is due then."""
    text = (
        'schema = 1\nbase = "building_materials_grading"\n'
        '[about]\ncode = "ours"\nversion = "1"\ntitle = { zh = "本店", en = "Ours" }\n'
        '[grading.reviews]\nevery = "half-yearly"\n'
    )
    others = {f"t{i}": client(spent(100 * i, 10 * i)) for i in range(1, 21)}
    ledger = ledger_of(a=dealing(700), **others)
    fitted = Policy(policy_from_text(text)).fit(ledger, as_of=TODAY)
    run(fitted, journal, ledger, JULY)
    assert run(fitted, journal, ledger, OCTOBER)["a"][1] == "NOT_ASKED"
    assert run(fitted, journal, ledger, JANUARY)["a"][1] != "NOT_ASKED"


def test_too_little_known_is_no_reason_to_move(fitted, journal):
    """A held tier is kept, a first one is the lowest: of 100 points 40 are known."""
    known, bare = dealing(700), client(dealing(700).sales)
    run(fitted, journal, ledger_of(a=known), JULY)
    rows = [transaction(name, one) for name in "ab" for one in bare.sales]
    ledger = cs.Ledger.from_records([], rows, currency="CNY")
    assert run(fitted, journal, ledger, OCTOBER) == {
        "a": ("A", "ENTRY_UNKNOWN"),
        "b": ("C", "FIRST_UNKNOWN"),
    }


# --- triggers: what does not wait for a review ----------------------------------------


@pytest.mark.parametrize(
    ("kind", "after", "alert"),
    [
        # they make the risk critical as well, and what caps at once is a gate
        ("default", ("C", "GATE"), ("default", "critical")),
        ("暴雷", ("C", "GATE"), ("default", "critical")),
        ("破产", ("C", "GATE"), ("insolvency", "critical")),
        ("资金链危机", ("B", "GATE"), ("distress", "critical")),
        ("战略转型", ("A", "HOLD_BAR_MET"), ("strategy_change", "warning")),
        ("新区域", ("A", "HOLD_BAR_MET"), ("new_region", "info")),
        ("unheard of", ("A", "NOT_ASKED"), None),
    ],
)
def test_what_happens_outside_acts_on_the_next_day(fitted, journal, kind, after, alert):
    """On 15 August: who collapses leaves A at once, who changes is reviewed."""
    ledger = ledger_of(a=with_books(dealing(700), events=[event(kind, -46)]))
    run(fitted, journal, ledger, JULY)
    assert run(fitted, journal, ledger, "2026-08-15") == {"a": ("A", "NOT_ASKED")}
    assert told(fitted, journal, ledger, "2026-08-16") == ([alert] if alert else [])
    assert run(fitted, journal, ledger, "2026-08-16") == {"a": after}


@pytest.mark.parametrize(
    ("one", "after", "alerts"),
    [
        # 200 for 100 a year before, and for 100 in the middle of its blocks
        (client(in_blocks(200, 100, 80, 120, 100)), "HOLD", [("surge", "info")]),
        (client(in_blocks(50, 100, 80, 120, 100)), "HOLD", [("drop", "warning")]),
        (client(in_blocks(100, 100, 80, 120, 100)), "NOT_ASKED", []),
        (client(owes=[bill(1000, -10)], credit_limit=1000), "HOLD",
         [("limit_breach", "critical")]),
        (client(owes=[bill(999, -10)], credit_limit=1000), "NOT_ASKED",
         [("limit_near", "warning")]),
        (client(owes=[bill(799, -10)], credit_limit=1000), "NOT_ASKED", []),
        (client(owes=[bill(100, 15)]), "NOT_ASKED", [("late_payment", "warning")]),
        (client(owes=[bill(100, 9)]), "NOT_ASKED", []),
        # gaps of 20 days, silent for 41; the top twentieth by spend
        (client([*spent(2000, 41), *spent(1, 61, order="b"), *spent(1, 81, order="c")]),
         "NOT_ASKED", [("core_at_risk", "warning")]),
        (client([*spent(2000, 40), *spent(1, 60, order="b"), *spent(1, 80, order="c")]),
         "NOT_ASKED", []),
    ],
)  # fmt: skip
def test_what_the_books_show_is_told_on_any_day(fitted, journal, one, after, alerts):
    """A review out of turn for some of it, a warning for the rest.

    On 1 July it holds its first tier; what is looked at is 2 July, facts of 1 July but
    for one more day the same.
    """
    later = ledger_of(a=a_day_later(one))
    fitted.review(ledger_of(a=client(on_days(400))), journal, on=JULY).commit(
        recorded_at=moment(JULY)
    )
    assert told(fitted, journal, later, "2026-07-02") == alerts
    reason = run(fitted, journal, later, "2026-07-02")["a"][1]
    asked = "NOT_ASKED" if reason == "NOT_ASKED" else "HOLD"
    assert asked == after


def a_day_later(one):
    """Return a customer of whom everything happened a day later."""
    day = dt.timedelta(days=1)
    moved = {
        name: tuple(
            evolve(row, issued_on=row.issued_on + day, due_on=row.due_on + day)
            if name == "invoices"
            else row
            for row in rows
        )
        for name, rows in one.books.items()
    }
    sales = tuple({**sale, "ago": sale["ago"] - 1} for sale in one.sales)
    return evolve(one, sales=sales, books=moved)


def test_an_alert_is_not_repeated_for_thirty_days(fitted, journal):
    """Late by ten days on 9 August: told on the 10th, and again from 9 September on."""
    owed = [bill(100, -30)["invoice"]]
    ledger = ledger_of(a=with_books(dealing(700), invoices=owed))
    run(fitted, journal, ledger, JULY)
    seen = {}
    for on in ("2026-08-09", "2026-08-10", "2026-08-11", "2026-09-08", "2026-09-09"):
        seen[on] = told(fitted, journal, ledger, on)
        run(fitted, journal, ledger, on)
    assert [on for on, alerts in seen.items() if alerts] == ["2026-08-10", "2026-09-09"]


def test_distress_caps_for_half_a_year_and_default_for_a_year(fitted, journal):
    """On 15 August 2026: 180 days end on 10 February, 365 on 14 August.

    Each buys a lot in February 2027 again: 25 + 45 + 2.73 + 15, enough for A.
    """
    again = [line(3000, days_ago=back, order=f"n{back}") for back in (-225, -230)]
    ledger = ledger_of(
        d=with_books(dealing(700), sales=again, events=[event("distress", -46)]),
        f=with_books(dealing(700), sales=again, events=[event("default", -46)]),
    )
    for on in (JULY, "2026-08-16", OCTOBER, JANUARY):
        found = run(fitted, journal, ledger, on)
    assert {name: one[0] for name, one in found.items()} == {"d": "B", "f": "C"}
    assert run(fitted, journal, ledger, APRIL) == {
        "d": ("A", "ENTRY_BAR_MET"),
        "f": ("C", "RISE_CAPPED"),
    }


# --- by hand --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "after"),
    [
        ("default", ("C", "RISK_EVENT_THROUGH_LOCK")),
        ("insolvency", ("C", "RISK_EVENT_THROUGH_LOCK")),
        ("distress", ("A", "LOCK_BEFORE_CEILING")),
    ],
)
def test_a_tier_by_hand_holds_against_all_but_default_and_insolvency(
    fitted, journal, kind, after
):
    """An A until the end of the year, with a reason and a name."""
    ledger = ledger_of(a=with_books(dealing(0), events=[event(kind, -46)]))
    run(fitted, journal, ledger, JULY)
    by_hand(journal, fitted)
    assert run(fitted, journal, ledger, "2026-08-16") == {"a": after}
    (entry,) = journal.read(kind="override")
    assert (entry.note, entry.author) == ("战略协议", "李")


def by_hand(journal, fitted):
    """Make a an A from 2 July to the end of the year."""
    override(
        journal,
        fitted,
        "a",
        tier="A",
        on="2026-07-02",
        until="2026-12-31",
        reason="战略协议",
        author="李",
        recorded_at=moment("2026-07-02"),
    )


def test_a_tier_by_hand_lasts_until_its_day_and_then_rules_take_over(fitted, journal):
    """Locked in October; from January on it is under the bar like any other."""
    ledger = ledger_of(a=dealing(0))
    run(fitted, journal, ledger, JULY)
    by_hand(journal, fitted)
    assert run(fitted, journal, ledger, OCTOBER) == {"a": ("A", "LOCK")}
    assert run(fitted, journal, ledger, JANUARY) == {"a": ("A", "FALL_UNCONFIRMED")}
    assert run(fitted, journal, ledger, APRIL)["a"][0] == "B"


def test_a_release_gives_the_tier_back(fitted, journal):
    """Released in August, it is judged in October: 70.83 are under 72."""
    ledger = ledger_of(a=dealing(0))
    run(fitted, journal, ledger, JULY)
    by_hand(journal, fitted)
    release(
        journal,
        fitted,
        "a",
        on="2026-08-01",
        reason="协议终止",
        author="李",
        recorded_at=moment("2026-08-01"),
    )
    assert run(fitted, journal, ledger, OCTOBER) == {"a": ("A", "FALL_UNCONFIRMED")}


# --- the list and the report ----------------------------------------------------------


def test_the_list_has_everybody_and_the_report_adds_up(fitted, journal):
    """客户分级清单: tier, score and reason of each; from where to where they went."""
    ledger = ledger_of(a=dealing(700), b=dealing(0), c=client(on_days(10)))
    run(fitted, journal, ledger, JULY)
    review = fitted.review(ledger, journal, on=OCTOBER)
    frame = review.to_pandas(language="zh")
    assert frame.shape[0] == len(review) == 3
    assert "A 级（核心客户）" in frame.to_string()
    assert review.held() == {"A": 1, "B": 1, "C": 1}
    assert review.matrix().counts.sum() == 3
    assert review.counts() == {"HELD": 3}


def test_an_alert_says_on_what_it_rests(fitted, journal):
    """The label that was asked for with its facts, or the fact itself.

    Who pays 15 days late, and was on time half a year before; and who defaulted once.
    """
    late = client([line(10)], owes=[bill(100, 15)])
    bust = client([line(10)], events=[event("违约", 1)])
    ledger = ledger_of(late=late, bust=bust)
    alerts = fitted.review(ledger, journal, on=JULY).alerts()
    by_default, by_delay = alerts["evidence_en"]
    assert by_default == "Defaults in a year: 1"
    assert by_delay == (
        "Payment delay: Yes (Worst days past due: 15 days, "
        "Worst days past due half a year ago: 0 days)"
    )
    by_default, by_delay = alerts["evidence_zh"]
    assert by_default == "近一年违约事件：1"
    assert by_delay == "付款延迟：是（最长逾期天数：15 天，半年前的最长逾期天数：0 天）"


@pytest.mark.parametrize(
    "policy",
    ["building_materials", "building_materials_grading", "frozen_goods", "lighting"],
)
def test_reviews_keep_to_the_fiscal_quarter(policy):
    """Where the year begins in February, its first review is that of 1 February."""
    schedule = load_tree(policy).grading.schedule(FiscalCalendar(2))
    days = [
        str(to_date(calendar.next_review(as_day("2026-01-31"))))
        for calendar in schedule.calendars
    ]
    assert days == ["2026-02-01"] * 3
