"""The company policy, label by label: who gets it, who just misses it, who is UNKNOWN.

The reference is made so that every cut can be worked out by hand. As of t = 2026-06-30
there are twenty customers, i = 1 .. 20. Customer i placed i orders of 100.00 on one
day, 10 i days before t, so in the year up to t

    S = 100 i,  n = i,  R = 10 i,  d = 1.

Mid-rank percentile of the i-th of twenty different values: (i - 0.5) / 20. Hence

    pct(S) >= .8  from i = 17 (16.5 / 20 = .825; i = 16 has .775): S >= 1,700
    pct(S) >= .5  from i = 11 (.525; i = 10 has .475):             S >= 1,100
    pct(n) >= .5  from n = 11.

Fifths, min(5, 1 + floor(5 pct)), 5 pct = (i - .5) / 4: 2 from i = 5, 3 from 9, 4 from
13, 5 from 17. For recency, reversed, j = 21 - i takes the place of i: 5 up to R = 40,
4 up to 80, 3 up to 120, 2 up to 160, else 1.

ABC: the total is 100 (1 + ... + 20) = 21,000. Those above customer i hold
21,000 - 100 i (i + 1) / 2. For i = 9 that is 16,500 (78.6 %), for i = 8 17,400
(82.9 %); for i = 5 19,500 (92.9 %), for i = 4 20,000 (95.2 %). A from 900, B from 500.

Before the year each bought on four more days, 390, 420, 450 and 480 days before that
one: gaps 390, 30, 30, 30, median 30 for everybody. So the usual gap of the reference
is 30.
"""

from datetime import date, timedelta

import pytest

import custseg as cs

TODAY = date(2026, 6, 30)


def ago(days):
    """Return the day so many days before the day looked at."""
    return TODAY - timedelta(days=days)


def reference(n=20, *, quantity=None):
    """Return the sales of the first n customers of the reference."""
    rows = []
    for i in range(1, n + 1):
        goods = None if quantity is None else quantity(i)
        for k in range(i):
            part = None if goods is None else (goods if k == 0 else 0)
            order = {"order_id": f"r{i}-{k}", "quantity": part}
            rows.append(cs.Transaction(f"r{i:02}", ago(10 * i), "100.00", **order))
        for back in (390, 420, 450, 480):
            order = {
                "order_id": f"r{i}-{back}",
                "quantity": None if goods is None else 0,
            }
            rows.append(cs.Transaction(f"r{i:02}", ago(10 * i + back), "1.00", **order))
    return rows


def fit(rows):
    """Fit the company policy on records, as of the day looked at.

    A customer of tomorrow, whom nobody knows yet, fills the fields of accounts and
    contacts, so that they count as recorded.
    """
    later = {"registered_on": ago(-1), "closed_on": ago(-1), "flags": {"key_account"}}
    ledger = cs.Ledger.from_records(
        [cs.Customer("later", **later)],
        rows,
        interactions=[cs.Interaction("later", ago(-1), kind="intent")],
        currency="CNY",
    )
    return cs.load_policy("company").fit(ledger, as_of=TODAY)


@pytest.fixture(scope="module")
def fitted():
    """The company policy with the cuts worked out above."""
    return fit(reference())


@pytest.fixture(scope="module")
def too_few():
    """The company policy fitted on nineteen customers, one under its minimum."""
    return fit(reference(19))


def bought(spend, orders, days_ago):
    """Return sales on one day: so much in so many orders."""
    first = spend - (orders - 1)
    amounts = [first, *[1] * (orders - 1)]
    return [(days_ago, amount, f"o{k}") for k, amount in enumerate(amounts)]


def on_days(*days_ago):
    """Return one sale of 10.00 on each of some days."""
    return [(back, 10, f"o{back}") for back in days_ago]


def classified(policy, sales, *, quantity=None, intents=None, **customer):
    """Classify one customer whose sales are (days ago, amount, order)."""
    rows = [
        cs.Transaction("x", ago(back), str(amount), order_id=order, quantity=quantity)
        for back, amount, order in sales
    ]
    contacts = None
    if intents is not None:
        contacts = [cs.Interaction("x", ago(back), kind="intent") for back in intents]
    return policy.classify_one(
        cs.Customer("x", **customer), rows, as_of=TODAY, interactions=contacts
    )


def label(policy, family, sales, **more):
    """Return one label of one customer."""
    one = classified(policy, sales, **more)
    return one.tier if family == "tier" else one.labels[family]


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
    ("ABC_C", [(20, 5000, "o"), (10, -5000, "r")], bought(500, 1, 10), "ABC_B"),
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
    shown |= {("lifecycle", "PROSPECT"), ("lifecycle", "NEVER_PURCHASED")}  # below
    families = fitted.tree.families
    wanted = {(one.code, rule.code) for one in families for rule in one.labels}
    wanted |= {("tier", tier.code) for tier in fitted.tree.grading.tiers}
    assert shown == wanted


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
    policy = fit(reference(quantity=lambda i: 21 - i))
    sales = bought(100, 1, 10)
    assert label(policy, "volume", sales, quantity=17) == "LARGE_VOLUME"
    assert label(policy, "volume", sales, quantity=16) == "MEDIUM_VOLUME"
    assert label(policy, "volume", sales, quantity=10) == "SMALL_VOLUME"
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
    sales = [*on_days(366, 400), (1, -3, "back")]
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
