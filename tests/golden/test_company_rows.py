"""The company policy, label by label: who gets it, who just misses it, who is UNKNOWN.

The customers that they compare with are those of the world of money in
:mod:`company_world`: customer i of twenty has S = 100 i, n = i, R = 10 i, d = 1, and
the mid-rank percentile (i - 0.5) / 20. Hence

    pct(S) >= .8  from i = 17 (16.5 / 20 = .825; i = 16 has .775): S >= 1,700
    pct(S) >= .5  from i = 11 (.525; i = 10 has .475):             S >= 1,100
    pct(n) >= .5  from n = 11.

Fifths, min(5, 1 + floor(5 pct)), 5 pct = (i - .5) / 4: 2 from i = 5, 3 from 9, 4 from
13, 5 from 17. For recency, reversed, j = 21 - i takes the place of i: 5 up to R = 40,
4 up to 80, 3 up to 120, 2 up to 160, else 1.

ABC: the total is 100 (1 + ... + 20) = 21,000. Those above customer i hold
21,000 - 100 i (i + 1) / 2. For i = 9 that is 16,500 (78.6 %), for i = 8 17,400
(82.9 %); for i = 5 19,500 (92.9 %), for i = 4 20,000 (95.2 %). A from 900, B from 500.

The usual gap of the reference is 30 days.
"""

import pytest

import custseg as cs
from company_taxonomy import OTHERS
from company_taxonomy import ROWS as TAXONOMY
from company_world import (
    TODAY,
    ago,
    bought,
    case,
    fit,
    line,
    money_reference,
    on_days,
    transaction,
)
from custseg.adapters.stores import open_journal


@pytest.fixture(scope="module")
def fitted():
    """The company policy with the cuts worked out above."""
    return fit(money_reference())


@pytest.fixture(scope="module")
def too_few():
    """The company policy fitted on nineteen customers, one under its minimum."""
    return fit(money_reference(19))


def classified(policy, sales, **more):
    """Classify one customer by its sales, and by what else is said of it."""
    return case(sales, **more).classified(policy)


def label(policy, family, sales, **more):
    """Return one label of one customer."""
    return case(sales, **more).label(policy, family)


def test_the_cuts_are_those_worked_out_by_hand(fitted):
    """What was learned is what the module's text says, in fen."""
    learned = fitted.learned
    assert learned.cuts["pct(spend) >= 0.8"] == 170000
    assert learned.cuts["pct(spend) >= 0.5"] == 110000
    assert learned.cuts["pct(orders) >= 0.5"] == 11
    assert learned.cuts["share_above(spend) < 0.8"] == 90000
    assert learned.cuts["share_above(spend) < 0.95"] == 50000
    assert learned.edges["monetary_score"] == (50000, 90000, 130000, 170000)
    assert learned.edges["frequency_score"] == (5, 9, 13, 17)
    assert learned.edges["recency_score"] == (160, 120, 80, 40)
    assert learned.medians == {"median(median_gap_days)": 30}


VALUE = [
    ("HIGH", bought(1700, 1, 10), bought(1699.99, 1, 10), "MEDIUM"),
    ("MEDIUM", bought(1100, 1, 10), bought(1099.99, 1, 10), "LOW"),
    ("LOW", [], bought(1100, 1, 10), "MEDIUM"),
]
IMPORTANCE = [
    # both bars: S at .8 and n at .5
    ("IMPORTANT", bought(1700, 11, 10), bought(1700, 10, 10), "ORDINARY"),
    ("ORDINARY", bought(1100, 1, 10), bought(1099.99, 20, 10), "MINOR"),
    ("MINOR", bought(1099.99, 20, 10), bought(1100, 20, 10), "ORDINARY"),
]
ABC = [
    ("ABC_A", bought(900, 1, 10), bought(899.99, 1, 10), "ABC_B"),
    ("ABC_B", bought(500, 1, 10), bought(499.99, 1, 10), "ABC_C"),
    # A spend of zero or less holds nothing: a sale and a return of the same amount.
    (
        "ABC_C",
        [*bought(5000, 1, 20), *bought(-5000, 1, 10)],
        bought(500, 1, 10),
        "ABC_B",
    ),
]
# FM = floor((F + M + 1) / 2). Scores as (R, F, M), by days, orders and spend:
# R 5, 4, 3, 2, 1: 40, 80, 120, 160, 161 days; F 1 .. 5: 1, 5, 9, 13, 17 orders;
# M 1 .. 5: 100, 500, 900, 1,300, 1,700.
RFM = [
    # (4, 4, 4) FM 4; (4, 3, 3) FM 3
    ("CHAMPIONS", bought(1300, 13, 80), bought(900, 9, 80), "LOYAL"),
    # (4, 3, 3) FM 3; (4, 2, 2) FM 2
    ("LOYAL", bought(900, 9, 80), bought(500, 5, 80), "POTENTIAL_LOYALIST"),
    # (4, 1, 3): floor(5 / 2) = 2; (4, 1, 1): floor(3 / 2) = 1
    ("POTENTIAL_LOYALIST", bought(900, 1, 80), bought(100, 1, 80), "PROMISING"),
    # (5, 1, 1); a day later it is R 4
    ("NEW", bought(100, 1, 40), bought(100, 1, 41), "PROMISING"),
    # (4, 1, 1); a day later it is R 3
    ("PROMISING", bought(100, 1, 80), bought(100, 1, 81), "ABOUT_TO_SLEEP"),
    # here (3, 3, 3); with FM 4 it is loyal
    ("NEED_ATTENTION", bought(900, 9, 120), bought(1300, 13, 120), "LOYAL"),
    # (3, 2, 2); a day later it is R 2
    ("ABOUT_TO_SLEEP", bought(500, 5, 120), bought(500, 5, 121), "HIBERNATING"),
    # here (2, 3, 3); the other (2, 2, 2)
    ("AT_RISK", bought(900, 9, 160), bought(500, 5, 160), "HIBERNATING"),
    # here (1, 4, 4); the other (1, 3, 3)
    ("CANT_LOSE", bought(1300, 13, 161), bought(900, 9, 161), "AT_RISK"),
    # (2, 2, 2); a day later it is R 1
    ("HIBERNATING", bought(500, 5, 160), bought(500, 5, 161), "LOST"),
    # (1, 2, 2); FM 3 is at risk
    ("LOST", bought(500, 5, 161), bought(900, 9, 161), "AT_RISK"),
]
FREQUENCY = [
    ("NEVER", [], on_days(5), "INFREQUENT"),
    # one order ever, tenure > 90 days
    ("ONE_TIME", on_days(91), on_days(90), "INFREQUENT"),
    # W = (t - 365, t]: 364 days ago is in it, 365 days ago is not
    ("NONE_IN_WINDOW", on_days(365, 500), on_days(364, 500), "INFREQUENT"),
    ("FREQUENT", on_days(*range(12)), on_days(*range(11)), "REGULAR"),
    ("REGULAR", on_days(*range(4)), on_days(*range(3)), "INFREQUENT"),
    ("INFREQUENT", on_days(*range(3)), on_days(*range(4)), "REGULAR"),
]
VOLUME = [
    # Without quantities by money: >= .8 large, <= .5 small. The first spend at .8 is
    # 1,700 (.825; 1,600 is .775), the first over .5 is 1,100 (.525; 1,000 is .475).
    ("LARGE_VOLUME", bought(1700, 1, 10), bought(1699, 1, 10), "MEDIUM_VOLUME"),
    ("MEDIUM_VOLUME", bought(1100, 1, 10), bought(1099, 1, 10), "SMALL_VOLUME"),
    ("SMALL_VOLUME", bought(1099, 1, 10), bought(1100, 1, 10), "MEDIUM_VOLUME"),
]
LIFECYCLE = [
    # three gaps of 30 days; R > max(730, 3 x 30)
    ("CHURNED", on_days(731, 761, 791), on_days(730, 760, 790), "DORMANT"),
    ("NEW", on_days(90, 3), on_days(91, 3), "ACTIVE"),
    # a sale in the last 90 days after R > 365: 89 days ago is the last that counts
    ("REACTIVATED", on_days(89, 455), on_days(89, 454), "ACTIVE"),
    # active, tenure > 365 days, three orders
    ("MATURE", on_days(180, 300, 366), on_days(180, 300, 365), "ACTIVE"),
    ("ACTIVE", on_days(180, 300), on_days(181, 300), "COOLING"),
    ("COOLING", on_days(365, 400), on_days(366, 400), "DORMANT"),
    ("DORMANT", on_days(366, 400), on_days(365, 400), "COOLING"),
]
CHURN_RISK = [
    # gaps 20 and 20: R > 40
    ("YES", on_days(41, 61, 81), on_days(40, 60, 80), "NO"),
    # under three purchase days the gap is that of the reference, 30: R > 60
    ("YES", on_days(61, 161), on_days(60, 160), "NO"),
    # a dormant customer (R > 365) is past the warning
    ("NO", on_days(366, 386, 406), on_days(365, 385, 405), "YES"),
]
# Score = 50 pct(S) + 25 pct(n) + 25 (1 - pct(R)), with pct = (i - .5) / 20.
TIER = [
    # 50 x .775 + 25 x .825 + 25 x .825 = 38.75 + 20.625 + 20.625 = 80
    # 50 x .775 + 25 x .775 + 25 x .825 = 38.75 + 19.375 + 20.625 = 78.75
    ("A", bought(1600, 17, 40), bought(1600, 16, 40), "B"),
    # 50 x .575 + 25 x .625 + 25 x .625 = 28.75 + 15.625 + 15.625 = 60
    # 50 x .575 + 25 x .575 + 25 x .625 = 28.75 + 14.375 + 15.625 = 58.75
    ("B", bought(1200, 13, 80), bought(1200, 12, 80), "C"),
    ("C", [], bought(1200, 13, 80), "B"),
]
ROWS = [
    pytest.param(family, *row, id=f"{family}-{row[0]}-{place}")
    for family, rows in {
        "value": VALUE,
        "importance": IMPORTANCE,
        "abc": ABC,
        "rfm": RFM,
        "frequency": FREQUENCY,
        "volume": VOLUME,
        "lifecycle": LIFECYCLE,
        "churn_risk": CHURN_RISK,
        "tier": TIER,
    }.items()
    for place, row in enumerate(rows)
]


@pytest.mark.parametrize(("family", "code", "sales", "near_miss", "instead"), ROWS)
def test_label(fitted, family, code, sales, near_miss, instead):  # noqa: PLR0917
    """A customer gets the label, and one a step away gets its neighbour."""
    assert label(fitted, family, sales) == code
    assert label(fitted, family, near_miss) == instead


def test_every_label_of_the_policy_has_a_row(fitted):
    """No label of the policy is left without a customer who gets it."""
    shown = {(one.values[0], one.values[1]) for one in ROWS}
    shown |= {(row.family, row.code) for row in TAXONOMY}
    shown |= {(family, code) for family, code, _ in OTHERS}
    families = fitted.tree.families
    wanted = {(one.code, rule.code) for one in families for rule in one.labels}
    wanted |= {("tier", tier.code) for tier in fitted.tree.grading.tiers}
    assert sorted(wanted - shown) == []
    assert sorted(shown - wanted) == []


def test_every_label_and_tier_is_owed_something(fitted):
    """Each has a playbook in both languages; who is no case of a flag needs none."""
    tree = fitted.tree
    wanted = {(one.code, rule.code) for one in tree.families for rule in one.labels}
    wanted |= {("tier", tier.code) for tier in tree.grading.tiers}
    books = {(book.family, book.label) for book in tree.playbooks}
    assert [one for one in sorted(wanted - books) if one[1] != "NO"] == []
    assert books <= wanted
    for book in tree.playbooks:
        assert all(action.zh and action.en for action in book.actions)
        assert book.source


def test_every_number_says_where_it_comes_from(fitted):
    """No threshold is without a source."""
    assert [one.code for one in fitted.tree.thresholds if not one.source] == []


def test_tiers_rise_at_once_and_fall_by_a_step_at_two_reviews(fitted):
    """Held down to nine tenths of the bar, and for 90 days at least."""
    grading = fitted.tree.grading
    bars = [(str(t.entry), str(t.hold)) for t in grading.tiers if t.entry is not None]
    assert bars == [("80", "72"), ("60", "54")]
    moves = grading.moves
    assert (moves.confirm_up, moves.confirm_down) == (1, 2)
    assert (moves.dwell_days, moves.most_steps_down) == (90, 1)
    assert grading.reviews.every.value == "quarterly"


def test_an_important_customer_at_risk_raises_an_alert(fitted):
    """Two gaps of 20 days, then 41 without a sale; a day earlier nobody is told.

    S = 1,700 and n = 11, so the customer is important both days.
    """
    for silent, told in ((41, ["x"]), (40, [])):
        days = [silent, silent + 20, silent + 40]
        sales = [
            *bought(1698, 9, days[0]),
            *bought(1, 1, days[1]),
            *bought(1, 1, days[2]),
        ]
        rows = [
            transaction("x", {**sale, "order": f"{sale['ago']}-{sale['order']}"})
            for sale in sales
        ]
        ledger = cs.Ledger.from_records([], rows, currency="CNY")
        with open_journal(":memory:") as journal:
            review = fitted.review(ledger, journal, on=TODAY, as_of=TODAY)
            alerts = review.alerts()
        assert alerts["customer_id"].tolist() == told


@pytest.mark.parametrize(
    ("sales", "score"),
    [
        (bought(1600, 17, 40), 80.0),
        (bought(1600, 16, 40), 78.75),
        (bought(1200, 13, 80), 60.0),
        (bought(2000, 20, 10), 97.5),
        # beyond the best of the reference each part is 100
        (bought(2001, 21, 9), 100.0),
        # below the worst 0, but one order is the worst itself: 25 x .025
        (on_days(364), 0.625),
    ],
)
def test_score(fitted, sales, score):
    """The composite score is the weighted mean of the three percentiles."""
    assert classified(fitted, sales).score == score


def test_importance_important_by_key_account_flag(fitted):
    """A key account is important whatever it buys; another flag does not make one."""
    flagged = {"flags": {"key_account", "vip"}}
    assert label(fitted, "importance", [], **flagged) == "IMPORTANT"
    assert label(fitted, "importance", [], flags={"vip"}) == "MINOR"


def test_volume_large_goes_by_quantity_where_it_is_known():
    """Quantities count, not money; a line without one falls back on money."""
    # Q = 21 - i: the smallest spender takes most. Percentile of Q = 17 is .825.
    policy = fit(money_reference(quantity=lambda i: 21 - i))
    for quantity, wanted in ((17, "LARGE"), (16, "MEDIUM"), (10, "SMALL")):
        sales = [line(100, quantity=quantity)]
        assert label(policy, "volume", sales) == f"{wanted}_VOLUME"
    assert label(policy, "volume", bought(1700, 1, 10)) == "LARGE_VOLUME"


def test_lifecycle_prospect_by_age_of_the_account(fitted):
    """An account under 180 days old without a sale is a prospect."""
    young, old = ago(179), ago(180)
    assert label(fitted, "lifecycle", [], registered_on=young) == "PROSPECT"
    assert label(fitted, "lifecycle", [], registered_on=old) == "NEVER_PURCHASED"


def test_lifecycle_prospect_by_intent(fitted):
    """So is an older one that showed intent within 180 days: (t - 180, t]."""
    old = {"registered_on": ago(1000)}
    assert label(fitted, "lifecycle", [], intents=[179], **old) == "PROSPECT"
    assert label(fitted, "lifecycle", [], intents=[180], **old) == "NEVER_PURCHASED"
    assert label(fitted, "lifecycle", [], intents=[], **old) == "NEVER_PURCHASED"


def test_lifecycle_churned_by_closed_account(fitted):
    """A closed account has churned from the day it closed, however fresh its sales."""
    fresh = on_days(5, 100)
    assert label(fitted, "lifecycle", fresh, closed_on=TODAY) == "CHURNED"
    assert label(fitted, "lifecycle", fresh, closed_on=ago(-1)) == "ACTIVE"


def test_lifecycle_churned_waits_three_gaps(fitted):
    """Who buys every 300 days has churned after 900 days, not after 730."""
    assert label(fitted, "lifecycle", on_days(901, 1201, 1501)) == "CHURNED"
    assert label(fitted, "lifecycle", on_days(900, 1200, 1500)) == "DORMANT"


def test_lifecycle_returns_do_not_refresh(fitted):
    """A return yesterday leaves a dormant customer dormant."""
    sales = [*on_days(366, 400), *bought(-3, 1, 1)]
    assert label(fitted, "lifecycle", sales) == "DORMANT"


@pytest.mark.parametrize("family", ["value", "importance", "volume", "rfm", "tier"])
def test_unknown_when_the_reference_is_too_small(too_few, family):
    """Nineteen members teach no percentile, so what needs one is UNKNOWN."""
    assert label(too_few, family, bought(1700, 11, 10)) == "UNKNOWN"


def test_rfm_lost_is_known_without_a_reference(too_few):
    """Without a sale in the window the scores are 1-1-1, whatever was learned."""
    one = classified(too_few, on_days(400))
    scores = ("recency_score", "frequency_score", "monetary_score")
    assert [one.feature(name) for name in scores] == [1, 1, 1]
    assert one.labels["rfm"] == "LOST"


def test_abc_needs_one_customer_only(too_few):
    """Shares of a total need no twenty; without any reference they are UNKNOWN."""
    # 19,000 in all; above 900 are held 19,000 - 4,500 = 14,500: 76.3 %.
    assert label(too_few, "abc", bought(900, 1, 10)) == "ABC_A"
    nobody = fit([cs.Transaction("r", ago(400), "1.00")])
    assert label(nobody, "abc", bought(900, 1, 10)) == "UNKNOWN"
    assert label(nobody, "abc", []) == "ABC_C"


def test_frequency_is_never_unknown(too_few):
    """Orders and days are counted, so a customer without any has a known zero."""
    assert label(too_few, "frequency", []) == "NEVER"


def test_lifecycle_unknown_without_a_date_of_registration(fitted):
    """Who never bought may be a prospect; without the account's age nobody can say."""
    assert label(fitted, "lifecycle", []) == "UNKNOWN"


def test_lifecycle_unknown_when_no_gap_is_known(too_few):
    """Two purchase days and no reference: whether 731 days are three gaps is open."""
    assert label(too_few, "lifecycle", on_days(731, 761)) == "UNKNOWN"
    assert label(too_few, "lifecycle", on_days(730, 760)) == "DORMANT"


def test_churn_risk_unknown_without_a_sale(fitted):
    """Without a sale ever there is nothing to lose, and nothing to say."""
    assert label(fitted, "churn_risk", []) == "UNKNOWN"


def test_tier_of_who_never_bought(fitted):
    """Who never bought has no recency to lean on: all parts count as the worst."""
    one = classified(fitted, [])
    grade = one.result.outcome.grade
    assert grade.coverage.values.tolist() == [1.0]
    assert (one.score, one.tier) == (0.0, "C")


def test_abc_ties_share_a_class_and_one_customer_alone_is_a():
    """Equal spends are judged alike, and a customer alone is A."""
    # Five equal customers: nobody holds strictly more, so the share above is 0.
    sales = {"customer_id": list("abcde"), "date": ["2026-06-01"] * 5}
    equal = cs.segment({**sales, "amount": [10.0] * 5}, as_of=TODAY, currency="CNY")
    assert equal.labels("abc").tolist() == ["ABC_A"] * 5
    one = {"customer_id": ["a"], "date": ["2026-06-01"], "amount": [10.0]}
    assert cs.segment(one, as_of=TODAY, currency="CNY").labels("abc")[0] == "ABC_A"
