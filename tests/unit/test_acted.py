"""Reviews that act: full tiers, a nurture pool, the clean-out, and shared visits.

The policy is tests/policies/good/acting.toml: ten points an order; A from 80 with two
places, B from 50; the pool takes two of B from 60 points, by spend.
"""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from custseg.adapters.stores import open_journal
from custseg.errors import SettingError
from custseg.ledger import Ledger
from custseg.policy import Policy
from custseg.reviews.nurturing import conversion
from custseg.reviews.overrides import override
from custseg.rules.files.loader import policy_from_text
from custseg.rules.tiers.moves import Action, Reason
from tier_shop import POLICY, at, days, held, ledger_of

SHOP = Path(__file__).resolve().parents[1] / "policies" / "good" / "acting.toml"
TEXT = SHOP.read_text(encoding="utf-8")


@pytest.fixture
def journal():
    """A journal in memory."""
    with open_journal(":memory:") as opened:
        yield opened


def fitted_on(ledger, text=TEXT):
    """Return the policy, fitted."""
    return Policy(policy_from_text(text)).fit(ledger, as_of="2026-01-31")


def reasons(review):
    """Return the reason of each customer."""
    frame = review.to_pandas(all_customers=True)
    return dict(zip(frame["customer_id"], frame["reason"], strict=True))


def statuses(review):
    """Return the status of each customer of the pool, in the order of the table."""
    frame = review.pool("nurture")
    return list(zip(frame["customer_id"], frame["status"], strict=True))


def test_a_full_tier_takes_the_best_and_the_others_are_one_lower(journal):
    """Three earn A, which has two places: the third is a B, for want of a place."""
    ledger = ledger_of(ten=days(10), nine=days(9), eight=days(8), six=days(6))
    review = fitted_on(ledger).review(ledger, journal, on="2026-02-01")
    assert reasons(review) == {
        "ten": "FIRST_EARNED",
        "nine": "FIRST_EARNED",
        "eight": "FIRST_CAPACITY",
        "six": "FIRST_EARNED",
    }
    review.commit(recorded_at=at(2))
    assert held(journal) == {"ten": "A", "nine": "A", "eight": "B", "six": "B"}
    assert review.explain("eight").action is Action.FIRST
    story = review.explain("eight").to_text()
    assert "the tier earned has no free place" in story
    assert "the score is over the entry bar 80 of Core" in story


def test_equal_scores_get_places_in_the_order_of_their_ids(journal):
    """As text: c10 stands before c9."""
    ledger = ledger_of(c9=days(9), c10=days(9), c2=days(9))
    review = fitted_on(ledger).review(ledger, journal, on="2026-02-01")
    assert reasons(review)["c9"] == "FIRST_CAPACITY"


def test_who_holds_a_place_keeps_it_before_a_better_newcomer(journal):
    """The newcomer waits with 120 points, and rises when a place is given up."""
    ledger = ledger_of(
        a=days(8), b=days(9), late=[*days(5), *days(7, "2026-02")], other=["2027-01-20"]
    )
    fitted = fitted_on(ledger)
    fitted.review(ledger, journal, on="2026-02-01").commit(recorded_at=at(2))
    march = fitted.review(ledger, journal, on="2026-03-01")
    assert march.explain("late").reason is Reason.CAPACITY
    assert march.explain("late").action is Action.HELD
    march.commit(recorded_at=at(3))
    assert held(journal)["late"] == "B"
    # a is set to C by hand: there is one place, and late is the only one who earns it.
    override(
        journal,
        fitted,
        "a",
        tier="C",
        on="2026-03-05",
        until="2026-12-31",
        reason="sold",
        author="kim",
        recorded_at=at(3, 5),
    )
    april = fitted.review(ledger, journal, on="2026-04-01")
    assert april.explain("late").reason is Reason.ENTRY_BAR_MET
    april.commit(recorded_at=at(4))
    assert held(journal)["late"] == "A"


def test_a_confirmed_rise_stays_confirmed_while_it_waits(journal):
    """Two reviews in a row confirm it; the place that comes later is taken at once."""
    text = TEXT.replace("dwell_days = 0", "dwell_days = 0\nconfirm_up = 2")
    ledger = ledger_of(a=days(8), b=days(9), late=[*days(5), *days(7, "2026-02")])
    fitted = fitted_on(ledger, text)
    for month in (2, 3, 4):
        on = f"2026-{month:02d}-01"
        review = fitted.review(ledger, journal, on=on)
        review.commit(recorded_at=at(month))
    assert review.explain("late").reason is Reason.CAPACITY
    more = TEXT.replace("capacity = 2  ", "capacity = 3  ")
    more = more.replace("dwell_days = 0", "dwell_days = 0\nconfirm_up = 2")
    may = fitted_on(ledger, more).review(ledger, journal, on="2026-05-01")
    assert may.explain("late").reason is Reason.ENTRY_BAR_MET


def test_a_full_tier_lets_in_who_falls(journal):
    """Rules of falling come first: C has more than it could take, and nobody waits."""
    text = TEXT.replace(
        'title = { zh = "重点", en = "Key" }',
        'title = { zh = "重点", en = "Key" }\ncapacity = 1',
    )
    ledger = ledger_of(a=days(9), b=days(5, "2026-12"), other=["2027-03-15"])
    fitted = fitted_on(ledger, text)
    fitted.review(ledger, journal, on="2027-01-01").commit(
        recorded_at=datetime(2027, 1, 1, tzinfo=UTC)
    )
    assert held(journal)["b"] == "B"
    for month in (2, 3):
        review = fitted.review(ledger, journal, on=f"2027-{month:02d}-01")
        review.commit(recorded_at=datetime(2027, month, 1, tzinfo=UTC))
    assert reasons(review)["a"] == "HOLD_BAR_MISSED_ONE_STEP"
    assert (held(journal)["a"], held(journal)["b"]) == ("B", "B")


def test_the_same_review_again_seats_the_same(journal):
    """Capacity is worked out anew, and nothing is recorded twice."""
    ledger = ledger_of(ten=days(10), nine=days(9), eight=days(8), six=days(6))
    fitted = fitted_on(ledger)
    fitted.review(ledger, journal, on="2026-02-01").commit(recorded_at=at(2))
    again = fitted.review(ledger, journal, on="2026-02-01")
    assert statuses(again) == [("eight", "ENTERED"), ("six", "ENTERED")]
    (receipt,) = again.commit(recorded_at=at(2, 2))
    assert receipt.already_recorded


def test_the_pool_takes_the_best_of_its_tier(journal):
    """Eight (for want of a place in A), seven and six orders: two places, six waits."""
    ledger = ledger_of(
        ten=days(10), nine=days(9), eight=days(8), seven=days(7), six=days(6)
    )
    review = fitted_on(ledger).review(ledger, journal, on="2026-02-01")
    frame = review.pool("nurture")
    assert frame[
        ["customer_id", "status", "rank", "points_to_goal"]
    ].values.tolist() == [
        ["eight", "ENTERED", 1, 0.0],
        ["seven", "ENTERED", 2, 10.0],
        ["six", "WAITS", 3, 20.0],
    ]
    assert frame["status_zh"].tolist() == ["入池", "入池", "名额已满，候补"]
    assert frame["goal"].tolist() == ["A"] * 3
    assert frame["key"].tolist()[0] == "pool:nurture:eight:2026-02-01"
    assert [str(day)[:10] for day in frame["since"]] == ["2026-02-01"] * 2 + ["NaT"]


def test_the_journal_remembers_who_is_in_the_pool(journal):
    """The second review finds them there; a place that is given up goes to the next."""
    ledger = ledger_of(
        seven=days(7), six=days(6), waits=[*days(3), *days(3, "2026-02")], c=days(1)
    )
    fitted = fitted_on(ledger)
    fitted.review(ledger, journal, on="2026-02-01").commit(recorded_at=at(2))
    (entry,) = journal.read(customer="six")
    assert entry.inputs["pools"] == {"nurture": "ENTERED"}
    march = fitted.review(ledger, journal, on="2026-03-01")
    assert statuses(march) == [
        ("seven", "STAYS"),
        ("six", "STAYS"),
        ("waits", "WAITS"),
    ]
    assert [str(day)[:10] for day in march.pool("nurture")["since"]] == [
        "2026-02-01",
        "2026-02-01",
        "NaT",
    ]
    march.commit(recorded_at=at(3))
    assert journal.state()["six"].state["pools"]["nurture"] > 0
    assert "pools" not in journal.state()["waits"].state


def test_who_waits_for_a_place_stands_before_who_has_lost_one(journal):
    """One place in place of two: six leaves, ranked before waits, who never had one."""
    ledger = ledger_of(
        seven=days(7), six=days(6), waits=[*days(3), *days(3, "2026-02")]
    )
    fitted_on(ledger).review(ledger, journal, on="2026-02-01").commit(recorded_at=at(2))
    less = TEXT.replace("capacity = 2\nrank_by", "capacity = 1\nrank_by")
    march = fitted_on(ledger, less).review(ledger, journal, on="2026-03-01")
    assert statuses(march) == [
        ("seven", "STAYS"),
        ("waits", "WAITS"),
        ("six", "NO_PLACE"),
    ]
    assert march.pool("nurture")["rank"].tolist() == [1, 3, 2]


def test_a_pool_is_left_at_once_with_the_tier_and_converts_upwards(journal):
    """Six rises to A; seven is set to C by hand, and is out on the next day's run."""
    ledger = ledger_of(seven=days(7), six=[*days(6), *days(4, "2026-02")])
    fitted = fitted_on(ledger)
    fitted.review(ledger, journal, on="2026-02-01").commit(recorded_at=at(2))
    override(
        journal,
        fitted,
        "seven",
        tier="C",
        on="2026-02-10",
        until="2026-12-31",
        reason="closed",
        author="kim",
        recorded_at=at(2, 10),
    )
    assert journal.state()["seven"].state["pools"]
    run = fitted.review(ledger, journal, on="2026-02-11")
    assert statuses(run) == [("six", "STAYS"), ("seven", "TIER_LEFT")]
    run.commit(recorded_at=at(2, 11))
    assert "pools" not in journal.state()["seven"].state
    march = fitted.review(ledger, journal, on="2026-03-01")
    assert statuses(march) == [("six", "CONVERTED")]
    assert [str(day)[:10] for day in march.pool("nurture")["since"]] == ["2026-02-01"]
    march.commit(recorded_at=at(3))

    made = conversion(journal, "nurture")
    assert made.moves == {"ENTERED": 2, "CONVERTED": 1, "TIER_LEFT": 1}
    assert (made.entered, made.converted, made.left, made.rate) == (2, 1, 2, 0.5)
    assert conversion(journal, "nurture", since="2026-02-15").rate == 1.0
    nothing = conversion(journal, "other")
    assert (nothing.entered, nothing.converted, nothing.rate) == (0, 0, None)


def test_who_stays_in_a_pool_has_neither_come_nor_left(journal):
    """Six waits for a second review over the bar of A; its entry says that it stays."""
    text = TEXT.replace("dwell_days = 0", "dwell_days = 0\nconfirm_up = 2")
    ledger = ledger_of(six=[*days(6), *days(3, "2026-02")])
    fitted = fitted_on(ledger, text)
    for month in (2, 3):
        review = fitted.review(ledger, journal, on=f"2026-{month:02d}-01")
        review.commit(recorded_at=at(month))
    assert list(journal.read())[-1].inputs["pools"] == {"nurture": "STAYS"}
    assert conversion(journal, "nurture").moves == {"ENTERED": 1}


def test_who_leaves_by_a_bar_is_counted_though_the_tier_stays(journal):
    """In February 2027 four orders of six are left: 40 points hold B, not the place."""
    ledger = ledger_of(six=[*days(2), *days(4, "2026-02")], other=["2027-02-15"])
    fitted = fitted_on(ledger)
    for on in (datetime(2026, 3, 1, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC)):
        review = fitted.review(ledger, journal, on=on.date())
        review.commit(recorded_at=on)
    assert review.explain("six").action is Action.HELD
    assert conversion(journal, "nurture").moves == {"ENTERED": 1, "UNDER_BAR": 1}


def test_a_corrected_entry_does_not_count_for_the_rate(journal):
    """With fewer orders seven never came in; nor does six come in once more.

    Of what was corrected twice the last correction counts.
    """
    ledger = ledger_of(seven=days(7), six=days(6))
    fitted = fitted_on(ledger)
    fitted.review(ledger, journal, on="2026-02-01").commit(recorded_at=at(2))
    assert conversion(journal, "nurture").entered == 2
    less = ledger_of(seven=days(3), six=days(6))
    review = fitted.review(less, journal, on="2026-02-01")
    review.commit(recorded_at=at(2, 2), corrections=True)
    assert conversion(journal, "nurture").entered == 1
    for on, ledger in ((3, ledger_of(seven=days(3), six=days(7))), (4, less)):
        review = fitted.review(ledger, journal, on="2026-02-01")
        (receipt,) = review.commit(recorded_at=at(2, on), corrections=True)
        assert receipt.corrected == 1
        assert conversion(journal, "nurture").entered == 1


def told(review, customer, language="en"):
    """Return what a story says of pools and the clean-out: the lines at its end."""
    lines = review.explain(customer).to_text(language).splitlines()
    heads = ("  Nurture pool", "  准核心", "  clean-out", "  清理")
    at = next((at for at, one in enumerate(lines) if one.startswith(heads)), len(lines))
    return [line[2:] for line in lines[at:]]


def test_a_story_tells_who_came_into_the_pool(journal):
    """With the place, the time that is left, the gap, and what closes it; zh and en.

    Seven earns 70 of 80 points, ten for each order of 10.00: one more order is needed.
    """
    ledger = ledger_of(seven=days(7), six=days(6))
    review = fitted_on(ledger).review(ledger, journal, on="2026-02-01")
    assert told(review, "seven") == [
        "Nurture pool, toward Core: entered",
        "  in it since 2026-02-01",
        "  place 1 of 2",
        "  365 days left of the longest stay (4 quarters), to 2027-02-01",
        "  10.00 points to Core",
        "  one of these leads to Core, with all else as it is:",
        "    - Sale orders in the last 365 days: 1 more (from 7 to 8)",
        "    - any order on 2026-01-31, however small",
    ]
    assert told(review, "seven", "zh") == [
        "准核心客户培育池（目标：核心）：入池",
        "  自 2026-02-01 起在池",
        "  排名第 1，名额 2",
        "  最长培育期还剩 365 天（约 4 个季度），至 2027-02-01",
        "  距“核心”还差 10.00 分",
        "  其余不变，做到以下任一项即可升为“核心”：",
        "    - 近 365 天订单数：增加 1（由 7 增至 8）",
        "    - 2026-01-31 再下一单，金额不限",
    ]
    assert review.explain("seven").to_text(brief=True).splitlines()[1:] == [
        (
            "First tier: no tier -> Key - the first review gives the tier earned; "
            "score 70.00; entry bar 50, hold bar 40"
        ),
        "  Core is 10.00 points away (entry bar 80); next look on 2026-03-01",
        (
            "  Nurture pool, toward Core: entered; place 1 of 2; 365 days left of the "
            "longest stay (4 quarters), to 2027-02-01"
        ),
    ]
    (pool,) = review.explain("seven").to_data()["pools"]
    assert (pool["move"], pool["points"], pool["quarters_left"]) == ("ENTERED", 10, 4)
    assert [way.get("by_how_much", way.get("orders")) for way in pool["ways"]] == [1, 1]


def test_a_story_tells_who_stays_waits_and_leaves(journal):
    """A month later, a year later, and with the tier above.

    On 1 March 28 days of the 365 have gone. By 1 February of the next year six has
    nothing in the window any more, which the review finds under the bar to stay.
    """
    ledger = ledger_of(
        seven=[*days(7), *days(2, "2026-03")],
        six=days(6),
        waits=[*days(3), *days(3, "2026-02")],
        other=["2027-03-01"],
    )
    fitted = fitted_on(ledger)
    fitted.review(ledger, journal, on="2026-02-01").commit(recorded_at=at(2))
    march = fitted.review(ledger, journal, on="2026-03-01")
    assert told(march, "six")[:4] == [
        "Nurture pool, toward Core: stays",
        "  in it since 2026-02-01",
        "  place 2 of 2",
        "  337 days left of the longest stay (3.7 quarters), to 2027-02-01",
    ]
    assert told(march, "waits")[:3] == [
        "Nurture pool, toward Core: waits for a place",
        "  place 3 of 2",
        "  20.00 points to Core",
    ]
    march.commit(recorded_at=at(3))
    april = fitted.review(ledger, journal, on="2026-04-01")
    assert told(april, "seven") == [
        "Nurture pool, toward Core: left: reached the tier above",
        "  was in it since 2026-02-01, for 59 days",
    ]
    april.commit(recorded_at=at(4))
    later = fitted.review(ledger, journal, on="2027-02-01")
    assert (
        told(later, "six")[0] == "Nurture pool, toward Core: left: longest stay reached"
    )
    assert told(later, "six", "zh")[1] == "  自 2026-02-01 起在池，共 365 天"
    assert later.explain("six").pools[0].ways == ()


def test_a_story_tells_that_the_facts_earn_the_tier_above_already(journal):
    """Eight waits for a place in A, and there is nothing to be done about the facts."""
    ledger = ledger_of(ten=days(10), nine=days(9), eight=days(8))
    review = fitted_on(ledger).review(ledger, journal, on="2026-02-01")
    assert told(review, "eight")[-1] == "  today's facts earn Core already"
    assert told(review, "eight", "zh")[-1] == "  按目前数据已够“核心”"
    assert review.explain("eight").pools[0].ways == ()
    assert told(review, "ten") == []
    assert review.explain("ten").to_data()["pools"] == []


def test_a_story_tells_that_a_stay_is_over_and_that_no_bar_is_in_points(journal):
    """Between two reviews the longest stay may end; it is the review that ends it.

    A is earned here by a condition on families that no fact alone can change.
    """
    text = TEXT.replace(
        "entry = 80\nhold = 60", 'enter = "orders > 90 and spend > 5"', 1
    ).replace("longest_days = 365", "longest_days = 10")
    ledger = ledger_of(six=[*days(6), "2026-02-10"])
    fitted = fitted_on(ledger, text)
    fitted.review(ledger, journal, on="2026-02-01").commit(recorded_at=at(2))
    run = fitted.review(ledger, journal, on="2026-02-13")
    assert run.explain("six").pools[0].left_days == -2
    lines = told(run, "six")
    assert (
        lines[3] == "  the longest stay was over on 2026-02-11; the next review ends it"
    )
    assert run.explain("six").pools[0].points is None
    assert not any("points" in line for line in lines)


def test_an_unknown_pool_is_told_with_those_there_are(journal):
    """And a policy without any says so for the other two sections."""
    ledger = ledger_of(six=days(6))
    review = fitted_on(ledger).review(ledger, journal, on="2026-02-01")
    with pytest.raises(SettingError, match=r"no such pool; got 'nurtur'.*'nurture'"):
        review.pool("nurtur")
    bare = fitted_on(ledger, POLICY).review(ledger, journal, on="2026-02-01")
    with pytest.raises(SettingError, match=r"the policy has no \[clean_out\]"):
        bare.clean_out()
    with pytest.raises(SettingError, match=r"the policy has no \[allocation\]"):
        bare.allocate(10)


def dormant():
    """Return a ledger of customers of C and B who have long bought nothing."""
    large = Ledger.from_frames(
        {"customer_id": ["large"], "date": ["2025-06-01"], "amount": [600.0]},
        currency="CNY",
    )
    ledger = ledger_of(
        old=["2025-03-01"],
        older=["2024-03-01"],
        fresh=["2026-01-20"],
        key=days(5, "2025-06"),
    )
    return ledger.append(large)


def test_the_clean_out_proposes_and_names_the_exempt(journal):
    """The first rule that fits counts; nobody is moved."""
    ledger = dormant()
    review = fitted_on(ledger).review(ledger, journal, on="2026-02-01")
    frame = review.clean_out()
    names = ["customer_id", "tier", "proposal", "status", "exempt"]
    assert frame[names].values.tolist() == [
        ["key", "B", "hand_back", "PROPOSED", ""],
        ["large", "C", "hand_back", "EXEMPT", "large"],
        ["old", "C", "archive", "PROPOSED", ""],
        ["older", "C", "archive", "PROPOSED", ""],
    ]
    assert frame["title_zh"].tolist()[2] == "归档"
    assert frame["exempt_en"].tolist()[1] == "Bought much before"
    assert frame["exempt_zh"].tolist()[1] == "曾有大额采购"
    assert frame["key"].tolist()[2] == "clean_out:archive:old:2026-02-01"
    review.commit(recorded_at=at(2))
    assert held(journal)["old"] == "C"


def test_a_story_tells_what_the_clean_out_says_and_what_held_it_off(journal):
    """Proposed, exempt with the reason, and what could not be told; zh and en."""
    ledger = dormant()
    fitted = fitted_on(ledger)
    review = fitted.review(ledger, journal, on="2026-02-01")
    assert told(review, "old") == ["clean-out: Archive is proposed"]
    brief = review.explain("old").to_text(brief=True)
    assert brief.endswith("\n  clean-out: Archive is proposed")
    assert told(review, "large") == [
        "clean-out: Return to the public pool, but exempt: Bought much before"
    ]
    assert told(review, "large", "zh") == [
        "清理：符合“退回公海”，但予以豁免：曾有大额采购"
    ]
    assert told(review, "older") == [
        "clean-out: Archive is proposed",
        "  an exemption that cannot be told: Returns in dispute",
    ]
    assert told(review, "fresh") == []
    assert review.explain("fresh").to_data()["clean_out"] is None
    assert review.explain("large").to_data()["clean_out"]["status"] == "EXEMPT"
    review.commit(recorded_at=at(2))
    override(
        journal,
        fitted,
        "old",
        tier="C",
        on="2026-02-05",
        until="2026-02-28",
        reason="will be back",
        author="kim",
        recorded_at=at(2, 5),
    )
    run = fitted.review(ledger, journal, on="2026-02-28")
    assert told(run, "old") == [
        "clean-out: Archive, but exempt: a manual override is in force"
    ]


def test_what_cannot_be_told_exempts_nobody_and_is_said(journal):
    """Older has no sale in the window, so the share of returns is not known."""
    ledger = dormant()
    review = fitted_on(ledger).review(ledger, journal, on="2026-02-01")
    frame = review.clean_out().set_index("customer_id")
    assert frame.loc["older", "untold"] == "returns"
    assert frame.loc["old", "untold"] == ""
    assert frame.loc["older", "status"] == "PROPOSED"


def test_a_tier_set_by_hand_is_exempt(journal):
    """Somebody has looked at this customer, until the override ends."""
    ledger = dormant()
    fitted = fitted_on(ledger)
    fitted.review(ledger, journal, on="2026-02-01").commit(recorded_at=at(2))
    override(
        journal,
        fitted,
        "old",
        tier="C",
        on="2026-02-05",
        until="2026-02-28",
        reason="will be back",
        author="kim",
        recorded_at=at(2, 5),
    )
    for on, exempt in (("2026-02-28", "override"), ("2026-03-01", "")):
        frame = fitted.review(ledger, journal, on=on).clean_out()
        assert frame.set_index("customer_id").loc["old", "exempt"] == exempt


def test_visits_go_to_tiers_and_inside_them_by_score(journal):
    """Of 100: A 50 with at most 10 each, B 30 by 70:60, C 20 by 20:10."""
    ledger = ledger_of(
        ten=days(10), nine=days(9), seven=days(7), six=days(6), two=days(2), one=days(1)
    )
    review = fitted_on(ledger).review(ledger, journal, on="2026-02-01")
    frame = review.allocate(100)
    assert dict(zip(frame["customer_id"], frame["units"], strict=True)) == {
        "ten": 10,
        "nine": 10,
        "seven": 16,  # 30 x 70 / 130 is 16.15
        "six": 14,
        "two": 13,
        "one": 7,
    }
    assert frame["units"].sum() == 70  # A leaves 30 over: both are at the cap
    assert frame["weight"].tolist() == [90.0, 10.0, 70.0, 60.0, 100.0, 20.0]
    assert not frame["cleaned_out"].any()


def test_what_the_clean_out_frees_goes_to_the_active_of_the_lowest_tier(journal):
    """Old and two share C's 20 by 10:20; two also gets what old and key would have."""
    ledger = ledger_of(
        old=["2025-03-01"], two=days(2), key=days(5, "2025-06"), six=days(6)
    )
    review = fitted_on(ledger).review(ledger, journal, on="2026-02-01")
    frame = review.allocate(100).set_index("customer_id")
    # B's 30 by 50:60 are 14 and 16; C's 20 by 10:20 are 7 and 13.
    assert frame["units"].to_dict() == {
        "old": 0,
        "two": 13 + 7 + 14,
        "key": 0,
        "six": 16,
    }
    assert frame["of_it_freed"].to_dict() == {"old": 0, "two": 21, "key": 0, "six": 0}
    assert frame.index[frame["cleaned_out"]].tolist() == ["key", "old"]


def test_what_is_freed_is_shared_by_weight_and_given_once(journal):
    """Of 33, three and two get 20 and 13, by 30:20: with what they had, 30 and 20."""
    ledger = ledger_of(
        old=["2025-03-01"], two=days(2), key=days(5, "2025-06"), three=days(3)
    )
    review = fitted_on(ledger).review(ledger, journal, on="2026-02-01")
    frame = review.allocate(100).set_index("customer_id")
    # B's 30 are key's; C's 20 by 10:20:30 are 3, 7 and 10.
    assert frame["units"].to_dict() == {"old": 0, "two": 20, "key": 0, "three": 30}


def test_who_is_exempt_from_the_clean_out_keeps_its_part(journal):
    """Key has bought for 50 and keeps its 14; only old's 7 are freed."""
    text = TEXT.replace("lifetime_spend >= 500", "lifetime_spend >= 50")
    ledger = ledger_of(
        old=["2025-03-01"], two=days(2), key=days(5, "2025-06"), six=days(6)
    )
    review = fitted_on(ledger, text).review(ledger, journal, on="2026-02-01")
    frame = review.allocate(100).set_index("customer_id")
    assert frame["units"].to_dict() == {"old": 0, "two": 20, "key": 14, "six": 16}


def test_who_is_cleaned_out_gets_nothing_of_what_is_freed(journal):
    """Even where all of the tier is to have it."""
    text = TEXT.replace("when = \"pace == 'ACTIVE'\"\n", "")
    ledger = ledger_of(
        old=["2025-03-01"], two=days(2), key=days(5, "2025-06"), six=days(6)
    )
    review = fitted_on(ledger, text).review(ledger, journal, on="2026-02-01")
    frame = review.allocate(100).set_index("customer_id")
    assert frame["units"].to_dict() == {"old": 0, "two": 34, "key": 0, "six": 16}


def test_what_is_freed_is_left_over_where_nobody_weighs_anything(journal):
    """Large has no point and is no A or B: key's 30 visits stay."""
    text = TEXT.replace("when = \"pace == 'ACTIVE'\"\n", "")
    large = Ledger.from_frames(
        {"customer_id": ["large"], "date": ["2024-03-01"], "amount": [600.0]},
        currency="CNY",
    )
    ledger = ledger_of(key=days(5, "2025-06")).append(large)
    review = fitted_on(ledger, text).review(ledger, journal, on="2026-02-01")
    frame = review.allocate(100).set_index("customer_id")
    assert frame["units"].to_dict() == {"key": 0, "large": 0}


def test_a_number_under_nothing_weighs_nothing(journal):
    """By points above 15: who has ten would count less than nothing."""
    text = TEXT.replace(
        "[allocation.freed_to]", 'by = "score - 15"\n\n[allocation.freed_to]'
    )
    ledger = ledger_of(two=days(2), three=days(3), one=days(1))
    review = fitted_on(ledger, text).review(ledger, journal, on="2026-02-01")
    frame = review.allocate(100).set_index("customer_id")
    assert frame["weight"].to_dict() == {"one": 0.0, "three": 15.0, "two": 5.0}
    assert frame["units"].to_dict() == {"one": 0, "three": 15, "two": 5}


def test_what_a_pool_compares_with_is_learned_at_the_fit(journal):
    """The upper half by spend may come in: of 70, 60 and 50 the first two."""
    text = TEXT.replace('enter = "score >= 60"', 'enter = "pct(spend) >= 0.5"')
    ledger = ledger_of(seven=days(7), six=days(6), five=days(5))
    review = fitted_on(ledger, text).review(ledger, journal, on="2026-02-01")
    assert statuses(review) == [("seven", "ENTERED"), ("six", "ENTERED")]


@pytest.mark.parametrize(
    ("cap", "unit", "two", "six"),
    [
        (15, 1, 15, 16),  # two takes 2 of 21; the rest is left over
        (20, 10, 20, 20),  # B has 10 and 20, C 10 and 10; two takes one ten of two
    ],
)
def test_what_is_freed_stops_at_the_cap(journal, cap, unit, two, six):
    """Who has come to it takes no more, in whole units."""
    text = TEXT.replace(
        '{ tier = "C", share = 0.2 }', f'{{ tier = "C", share = 0.2, cap = {cap} }}'
    )
    text = text.replace("floor = 1, ", "").replace(
        "[allocation.freed_to]", f"unit = {unit}\n\n[allocation.freed_to]"
    )
    ledger = ledger_of(
        old=["2025-03-01"], two=days(2), key=days(5, "2025-06"), six=days(6)
    )
    review = fitted_on(ledger, text).review(ledger, journal, on="2026-02-01")
    frame = review.allocate(100).set_index("customer_id")
    assert frame["units"].to_dict() == {"old": 0, "two": two, "key": 0, "six": six}


def test_a_total_too_small_for_the_floors_is_refused(journal):
    """A has half of 2, which is less than one visit for each of two."""
    ledger = ledger_of(ten=days(10), nine=days(9))
    review = fitted_on(ledger).review(ledger, journal, on="2026-02-01")
    with pytest.raises(SettingError, match="the floors of tier A exceed what it has"):
        review.allocate(2)
