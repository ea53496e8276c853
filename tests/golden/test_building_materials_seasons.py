"""Building materials in time: seasons, what they bring, and reviews that warn."""

import pytest

import custseg as cs
from building_materials_taxonomy import april_july
from building_materials_world import on_dates, yard_reference
from company_world import TODAY, ago, bought, case, fit, money_reference, transaction
from custseg.adapters.stores import open_journal
from custseg.rules.files.loader import load_tree


@pytest.fixture(scope="module")
def fitted():
    """The policy fitted in the yard."""
    return fit(yard_reference(), policy="building_materials")


# --- seasons --------------------------------------------------------------------------

SPRING, AUTUMN = ("03-10", "04-10"), ("09-10", "10-10")


@pytest.mark.parametrize(
    ("days", "wanted", "why"),
    [
        (april_july(5, 0), "UNKNOWN", "five days: nobody can tell"),
        (april_july(5, 1), "SEASONAL", "six, and p = .007"),
        (
            on_dates(
                "2023-10-10",
                *(f"{year}-{day}" for year in (2025, 2026) for day in SPRING),
                *(f"{year}-{day}" for year in (2024, 2025) for day in AUTUMN),
            ),
            "SEASONAL",
            "金三银四、金九银十: one on the doubled angle",
        ),
        (
            on_dates("2024-04-09", *(f"2026-04-{day:02}" for day in range(1, 7))),
            "NOT_SEASONAL",
            "six days in April, but of one year",
        ),
        (
            on_dates("2024-07-09", *(f"2025-{month:02}-09" for month in range(1, 13))),
            "NOT_SEASONAL",
            "every month",
        ),
        (
            on_dates("2024-08-09", *(f"2025-04-{day:02}" for day in range(1, 7))),
            "UNKNOWN",
            "23 whole months",
        ),
    ],
)
def test_who_is_seasonal(fitted, days, wanted, why):
    """Beyond chance, strong, and in two years at least."""
    assert case(days).label(fitted, "season") == wanted, why


def test_too_few_days_are_told_to_be_too_few(fitted):
    """Nothing is missing but days: the explanation names them."""
    one = case(april_july(5, 0)).classified(fitted)
    assert one.feature("season_purchase_days") == 5
    for language, title in (("en", "Purchase days, where"), ("zh", "足以判断季节")):
        assert title in one.explain().only("season").to_text(language)


SUMMER = ("2024-07-01", "2024-07-02", "2024-07-03", "2025-06-01", "2025-06-10")
"""Days of a season of June and July, which runs until the end of July."""


def test_silence_between_two_seasons_is_no_dormancy(fitted):
    """375 days without a sale, but the season of this year has not ended yet.

    With one day fewer nobody can tell that there is a season, and it is dormant.
    """
    first, last = "2024-06-05", "2025-06-20"
    seasonal = case(on_dates(first, *SUMMER, last)).classified(fitted)
    assert seasonal.feature("days_since_last_sale") == 375
    assert seasonal.labels["season"] == "SEASONAL"
    assert seasonal.labels["lifecycle"] == "COOLING"
    fewer = case(on_dates(first, *SUMMER[1:], last)).classified(fitted)
    assert (fewer.labels["season"], fewer.labels["lifecycle"]) == ("UNKNOWN", "DORMANT")


def test_silence_between_two_seasons_is_no_churn_risk(fitted):
    """Gaps of some days, silent for 355; where nobody can tell a season, a warning."""
    first, last = "2024-06-05", "2025-07-10"
    seasonal = case(on_dates(first, *SUMMER, last)).classified(fitted)
    assert seasonal.feature("days_since_last_sale") == 355
    assert seasonal.labels["season"] == "SEASONAL"
    assert seasonal.labels["churn_risk"] == "NO"
    fewer = case(on_dates(first, *SUMMER[1:], last)).classified(fitted)
    assert (fewer.labels["season"], fewer.labels["churn_risk"]) == ("UNKNOWN", "YES")


MISSED = on_dates(
    "2023-04-03",
    *(f"{year}-04-{day:02}" for year in (2024, 2025) for day in (3, 10, 17)),
)
"""Three days in each April, but in that of 2026."""


def test_a_season_missed_is_dormancy_and_is_told_at_once(fitted):
    """Its April went by without a sale; one who bought once in it is not told of."""
    missed = case(MISSED).classified(fitted)
    assert missed.feature("seasons_missed") == 1
    assert missed.labels["season"] == "SEASONAL"
    assert missed.labels["lifecycle"] == "DORMANT"
    for days, told in (
        (MISSED, ["season_missed"]),
        ([*MISSED, *on_dates("2026-04-20")], []),
    ):
        assert alerts(fitted, days) == told


def test_what_the_next_season_will_bring(fitted):
    """需求预测: 300 in each April, of 600 in 24 months; six days, all in one month.

    w = 1 - 1 / (6 x 1) = 5/6; 5/6 x 300 + 1/6 x 600 / 24 = 250 + 4.1667 = 254.17.
    With five days w = 4/5 and the mean 250: 200 + 1/5 x 500 / 24 = 204.17. With three
    of one year w = 2/3 and the mean 150: 100 + 1/3 x 300 / 24 = 104.17.
    """
    days = [f"{year}-04-{day:02}" for year in (2025, 2026) for day in (3, 10, 17)]
    for bought_on, wanted in ((days, 254.17), (days[1:], 204.17), (days[3:], 104.17)):
        one = spring(fitted, "2024-04-09", *bought_on)
        assert one.feature("next_season_spend") == pytest.approx(wanted, abs=0.005)
        assert one.feature("peak_month") == 4
    assert spring(fitted, *days).feature("next_season_spend") is None


def spring(policy, *days):
    """Classify who buys for 100.00 on some days, with what its season will bring."""
    rows = [transaction("x", one) for one in on_dates(*days, amount=100)]
    wanted = ["next_season_spend", "peak_month"]
    return policy.classify_one(cs.Customer("x"), rows, as_of=TODAY, features=wanted)


# --- reviews --------------------------------------------------------------------------


def alerts(policy, sales):
    """Return what a review on the next day warns of."""
    rows = [transaction("x", one) for one in sales]
    ledger = cs.Ledger.from_records([], rows, currency="CNY")
    with open_journal(":memory:") as journal:
        review = policy.review(ledger, journal, on=ago(-1), as_of=TODAY)
        return review.alerts()["trigger"].tolist()


def test_a_high_value_customer_that_may_leave_is_told_of():
    """Two gaps of 20 days, then 41 without a sale; a day earlier nobody is told.

    S = 1,700 and n = 17 on both days: of high value.
    """
    fitted = fit(money_reference(), policy="building_materials")
    for silent, told in ((41, ["high_value_at_risk"]), (40, [])):
        sales = [
            {**one, "order": f"{back}-{one['order']}"}
            for spend, count, back in (
                (1698, 15, silent),
                (1, 1, silent + 20),
                (1, 1, silent + 40),
            )
            for one in bought(spend, count, back)
        ]
        assert alerts(fitted, sales) == told


def test_it_is_reviewed_each_quarter():
    """The periodic review of the trade, and the two alerts between reviews."""
    grading = load_tree("building_materials").grading
    assert grading.reviews.every.value == "quarterly"
    codes = [one.code for one in grading.triggers]
    assert codes == ["high_value_at_risk", "season_missed"]


def test_the_profile_of_a_customer_holds_what_is_known_of_it(fitted):
    """客户档案: declared, measured and labelled, of one customer on one page."""
    one = case(april_july(5, 1), type="经销商").classified(fitted)
    assert one.feature("declared_type") == "经销商"
    assert one.feature("spend") == 30.0
    labels = {family: one.labels[family] for family in ("type", "season", "frequency")}
    assert labels == {
        "type": "WHOLESALE",
        "season": "SEASONAL",
        "frequency": "INFREQUENT",
    }
