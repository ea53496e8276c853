"""Grading in building materials: the nurture pool, the clean-out, and shared effort.

The pool, :func:`dealing` at 1,000 and four cities: 20 of scale + 45 x .60625 = 27.28 of
history + 2.73 of potential + .15 x (65 + on_time / 20) of risk. With 567 on time that
is 64.011, with 565 it is 63.996: the bar is .80 x 80 = 64. A quarter later 5.18 of
recency are gone: 58.84, under .75 x 80 = 60.
"""

import datetime as dt

import pytest
from attrs import evolve

from building_materials_grading_taxonomy import dealing, paying, spent
from building_materials_world import bill, client, ledger_of, on_dates, trade
from company_world import TODAY, ago, line, on_days
from custseg.adapters.stores import open_journal
from custseg.policy import Policy
from custseg.reviews.nurturing import conversion
from custseg.reviews.overrides import override
from custseg.rules.files.loader import policy_from_text

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


def run(fitted, journal, ledger, on):
    """Review on a day and write it down."""
    review = fitted.review(ledger, journal, on=on)
    review.commit(recorded_at=moment(on))
    return review


def moment(on):
    """Return eight o'clock of a day."""
    return dt.datetime.fromisoformat(f"{on}T08:00:00+00:00")


def statuses(review):
    """Return what the pool says of each customer that it names."""
    frame = review.pool("nurture")
    return dict(zip(frame["customer_id"], frame["status"], strict=True))


# --- the nurture pool -----------------------------------------------------------------


def with_(one, **said):
    """Return a customer of whom more is declared."""
    return evolve(one, customer={**one.customer, **said})


def large(spend):
    """Return who spends so much, of one city: 5 + 39.09 + 2.73 + 15 = 61.8, a B."""
    return dealing(700, spend, 1)


def quarterly(*amounts):
    """Return who bought so much in each of the last eight quarters.

    1,000 in the year, on four days and the last 76 days ago: a B of about 71.
    """
    days = [f"{year}-{m:02}-15" for year in (2024, 2025, 2026) for m in (1, 4, 7, 10)]
    there = zip(days[2:10], amounts, strict=True)
    sales = [one for day, much in there for one in on_dates(day, amount=much)]
    books = {"type": "经销商", "cities_covered": 5, "projects": [], "interactions": []}
    return paying(700, sales=[*sales, *spent(1, 1095, order="first")], **books)


def risky(on_time):
    """Return a B of 71.7 whose risk is high with 299 on time, medium with 301."""
    sales = [*spent(3000, 1), *spent(1, 0, order="p"), *spent(1, 1095, order="f")]
    said = {"type": "经销商", "cities_covered": 3, "projects": [], "interactions": []}
    return paying(on_time, sales=sales, rating=0, open_bill=1000, **said)


@pytest.mark.parametrize(
    ("near", "far"),
    [
        # by score: four fifths of the bar of A
        (dealing(567, 1000, 4), dealing(565, 1000, 4)),
        # by spend: four fifths of ten millions
        (large(8_000_000), large(7_999_999.99)),
        # a strategic partner is a candidate at any score of a B
        (with_(dealing(699, 1000, 3), flags={"strategic_partner"}),
         dealing(699, 1000, 3)),
        # not while it falls
        (quarterly(250, 250, 250, 250, 250, 250, 250, 250),
         quarterly(800, 700, 600, 500, 400, 300, 200, 100)),
        # and not with a high risk
        (risky(301), risky(299)),
    ],
)  # fmt: skip
def test_who_comes_into_the_pool(fitted, journal, near, far):
    """Both are of tier B; one step away nobody is brought on."""
    review = run(fitted, journal, ledger_of(a=near, b=far), JULY)
    assert review.held() == {"A": 0, "B": 2, "C": 0}
    assert statuses(review) == {"a": "ENTERED"}


def test_a_core_customer_and_an_ordinary_one_are_not_in_it(fitted, journal):
    """The pool is of B."""
    partner = {"flags": {"strategic_partner"}}
    ledger = ledger_of(
        a=with_(dealing(700), **partner), c=with_(dealing(697, 1000, 3), **partner)
    )
    review = run(fitted, journal, ledger, JULY)
    assert review.held() == {"A": 1, "B": 0, "C": 1}
    assert statuses(review) == {}


def test_the_gap_to_a_is_told(fitted, journal):
    """80 - 64.0110 points."""
    review = run(fitted, journal, ledger_of(a=dealing(567, 1000, 4)), JULY)
    (row,) = review.pool("nurture").to_dict("records")
    assert (row["goal"], row["status_zh"]) == ("A", "入池")
    assert row["points_to_goal"] == pytest.approx(15.988977, abs=1e-6)
    assert "15.99 points to A, core" in review.explain("a").to_text()


def test_it_is_left_under_three_quarters_of_the_bar(fitted, journal):
    """58.84 and 65.01 - 5.18 = 59.83 in October: both still a B, and both out."""
    ledger = ledger_of(a=dealing(567, 1000, 4), b=dealing(700, 1000, 4))
    run(fitted, journal, ledger, JULY)
    october = run(fitted, journal, ledger, OCTOBER)
    scores = october.to_pandas()["score"].tolist()
    assert scores == pytest.approx([58.8360, 59.8335], abs=1e-4)
    assert statuses(october) == {"a": "UNDER_BAR", "b": "UNDER_BAR"}
    assert october.held() == {"A": 0, "B": 2, "C": 0}


def test_between_the_two_bars_who_is_in_stays_and_who_is_not_does_not_enter(
    fitted, journal
):
    """Of 61.09 in October: a was over 64 in July, b comes new."""
    a = dealing(700, 1100, 4)
    run(fitted, journal, ledger_of(a=a), JULY)
    october = run(fitted, journal, ledger_of(a=a, b=a), OCTOBER)
    assert 60 <= october.to_pandas()["score"].min() < 64
    assert statuses(october) == {"a": "STAYS"}


BUYING = [
    line(2000, days_ago=back, order=f"n{back}") for back in (-80, -170, -260, -350)
]
"""An order towards the end of each quarter to come."""


def test_it_lasts_four_quarters_at_most(fitted, journal):
    """Of two cities, it stays a B of 66 to 73 points; after 365 days it is out."""
    one = dealing(700, 2000, 2)
    ledger = ledger_of(a=evolve(one, sales=(*one.sales, *BUYING)))
    days = (JULY, OCTOBER, JANUARY, APRIL, "2027-07-01")
    found = [statuses(run(fitted, journal, ledger, on)) for on in days]
    assert [one["a"] for one in found] == [
        "ENTERED", "STAYS", "STAYS", "STAYS", "LONGEST_STAY",
    ]  # fmt: skip


def test_who_rises_has_converted_and_the_rate_is_counted(fitted, journal):
    """One of two that came in rises in October; the other leaves under the bar."""
    one = dealing(0)
    ledger = ledger_of(
        a=evolve(one, sales=(*one.sales, *BUYING)), b=dealing(567, 1000, 4)
    )
    run(fitted, journal, ledger, JULY)
    october = run(fitted, journal, ledger, OCTOBER)
    assert statuses(october) == {"a": "CONVERTED", "b": "UNDER_BAR"}
    made = conversion(journal, "nurture")
    assert (made.entered, made.converted, made.left, made.rate) == (2, 1, 2, 0.5)


# --- the clean-out --------------------------------------------------------------------

_KNOWN = {"type": "经销商", "cities_covered": 1, "owes": [], "projects": []}

SEASONAL = on_dates(
    "2023-04-03",
    *(f"{year}-04-{day:02}" for year in (2024, 2025) for day in (3, 10, 17)),
)
"""Three days in each April but that of 2026: asleep, but by seasons."""


def dealer(*days, **more):
    """Return a dealer of one city, who bought for 10.00 on some days."""
    return client(on_days(*days), **{**_KNOWN, **more})


CLEANED = {
    # who, what is proposed, and why not
    "year": (dealer(366), "hand_back", ""),
    "less": (dealer(365), None, ""),
    "two_years": (dealer(731), "archive", ""),
    "almost_two": (dealer(730), "hand_back", ""),
    "closed": (dealer(5, closed_on=TODAY), "archive", ""),
    "open": (dealer(5), None, ""),
    "seasonal": (client(SEASONAL, **_KNOWN), "hand_back", "seasonal"),
    "home": (dealer(1096, type="业主"), "archive", "long_cycle"),
    "home_asleep": (dealer(400, type="业主"), None, ""),
    "owing": (dealer(366, owes=[bill(1, 500)]), "hand_back", "open_balance"),
    "paid": (dealer(366, owes=[bill(1, 500, (499, 1))]), "hand_back", ""),
    "disputing": (
        dealer(366, owes=[bill(9, 500, disputed_on=ago(490))]),
        "hand_back",
        "open_balance,open_dispute",
    ),
}


def test_who_is_proposed_for_the_clean_out_and_who_is_exempt(fitted, journal):
    """Tier C and a year without a purchase; the reasons are those of the texts."""
    ledger = ledger_of(**{name: one for name, (one, _, _) in CLEANED.items()})
    review = run(fitted, journal, ledger, JULY)
    assert review.held() == {"A": 0, "B": 0, "C": len(CLEANED)}
    frame = review.clean_out()
    found = {
        row["customer_id"]: (row["proposal"], row["exempt"])
        for row in frame.to_dict("records")
    }
    wanted = {n: (rule, why) for n, (_, rule, why) in CLEANED.items() if rule}
    assert {n: (a, why.replace(" ", "")) for n, (a, why) in found.items()} == wanted
    exempt = {row["customer_id"] for row in frame.to_dict("records") if row["exempt"]}
    status = dict(zip(frame["customer_id"], frame["status"], strict=True))
    assert {n for n, one in status.items() if one == "EXEMPT"} == exempt


def test_a_key_customer_is_not_cleaned_out(fitted, journal):
    """The same sleeper as a B by hand."""
    ledger = ledger_of(a=dealer(366), b=dealer(366))
    run(fitted, journal, ledger, JULY)
    override(
        journal,
        fitted,
        "b",
        tier="B",
        on=JULY,
        until="2026-12-31",
        reason="新项目",
        author="李",
        recorded_at=moment(JULY),
    )
    review = fitted.review(ledger, journal, on="2026-07-02")
    assert review.clean_out()["customer_id"].tolist() == ["a"]


def test_what_cannot_be_told_does_not_exempt_and_is_named(fitted, journal):
    """Of an undeclared type nobody knows whether it decorates once in three years."""
    one = client(on_days(366), owes=[], projects=[], interactions=[])
    frame = run(fitted, journal, ledger_of(a=one), JULY).clean_out()
    (row,) = frame.to_dict("records")
    assert (row["status"], row["exempt"]) == ("PROPOSED", "")
    assert "long_cycle" in row["untold"]


# --- allocation -----------------------------------------------------------------------


def test_four_fifths_go_to_a_one_fifth_to_b_and_c_is_served_by_machines(
    fitted, journal
):
    """Inside a tier by the score, and to the unit: 60.00 and 76.01 share 20 as 9, 11.

    20 x 60.00 / 136.01 = 8.82 and 11.18; the largest remainder has the last unit.
    """
    ledger = ledger_of(
        a=dealing(700), b=dealing(699, 1000, 3), c=dealer(10), d=dealing(0)
    )
    review = run(fitted, journal, ledger, JULY)
    frame = review.allocate(100)
    assert frame["tier"].tolist() == ["A", "B", "C", "B"]
    assert frame["units"].tolist() == [80, 9, 0, 11]
    # 101: 80.8 and 20.2
    assert review.allocate(101)["units"].tolist() == [81, 9, 0, 11]


def test_what_the_clean_out_frees_goes_to_active_c(journal):
    """Where C has a share, here 5 of 100: the sleeper's part goes to who is active.

    In the policy as it is C has none, so nothing is freed.
    """
    text = (
        'schema = 1\nbase = "building_materials_grading"\n'
        '[about]\ncode = "ours"\nversion = "1"\ntitle = { zh = "本店", en = "Ours" }\n'
        "[allocation]\nshares = [\n"
        '  { tier = "A", share = 0.75 },\n  { tier = "B", share = 0.20 },\n'
        '  { tier = "C", share = 0.05 },\n]\n'
    )
    others = {f"t{i:02}": client(spent(100 * i, 10 * i)) for i in range(1, 21)}
    ours = {"active": dealer(10), "asleep": dealer(366), "cool": dealer(181)}
    ledger = ledger_of(**ours, **others)
    fitted = Policy(policy_from_text(text)).fit(ledger, as_of=TODAY)
    review = run(fitted, journal, ledger_of(**ours), JULY)
    frame = review.allocate(1000).set_index("customer_id")
    assert frame["cleaned_out"].tolist() == [False, True, False]
    assert frame.loc["asleep", "units"] == 0
    assert frame["units"].sum() == 50
    assert frame.loc["active", "of_it_freed"] > 0
    assert frame.loc["cool", "of_it_freed"] == 0
