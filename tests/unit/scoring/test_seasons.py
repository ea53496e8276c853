"""The facts of seasons, each worked by hand on a calendar."""

import datetime as dt

import pytest

import custseg as cs
from custseg.periods import Window, as_day
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Facts

YEAR = Window.parse("365 days")


def measured(name, sales, as_of="2026-02-28"):
    """Return a feature of one customer, None where unknown.

    ``sales`` are (day, amount).
    """
    lines = [cs.Transaction("x", dt.date.fromisoformat(d), a) for d, a in sales]
    facts = Facts(cs.Ledger.from_records([], lines, currency="CNY"), as_day(as_of))
    column = facts.measure(CATALOGUE[name], YEAR)
    return column.values[0].item() if column.is_known()[0] else None


def every(years, months, amount=100):
    """Return a sale on the tenth of some months of some years."""
    return [(f"{y}-{m:02}-10", amount) for y in years for m in months]


# March 2024 to February 2026 are 24 whole months, March 2023 to February 2026 are 36.
TWO = every((2024, 2025), (3, 4, 9, 10))
THREE = every((2023, 2024, 2025), (3, 4, 9, 10))
SUMMER = every((2023, 2024, 2025), (6, 7, 7, 8))


@pytest.mark.parametrize(
    ("first", "as_of", "expected"),
    [
        ("2024-03-31", "2026-02-28", 24),  # March 2024 counts whole
        ("2024-04-01", "2026-02-28", None),
        ("2024-03-31", "2026-02-27", None),  # February still runs
        ("2023-03-01", "2026-02-28", 36),
        ("2023-04-01", "2026-02-28", 24),
        ("2015-04-01", "2026-02-28", 36),
        ("2026-02-28", "2026-02-28", None),
    ],
)
def test_months_are_whole_and_begin_with_the_first_sale(first, as_of, expected):
    """36 if the history has them, else 24, else nothing is known."""
    assert measured("season_months", [(first, 1)], as_of) == expected


def test_purchase_days_are_those_of_the_months_looked_at():
    """Days before, and those of the running month, are left out; a day counts once."""
    sales = [*TWO, ("2024-03-10", 5), ("2024-03-11", -5), ("2026-03-01", 9)]
    assert measured("season_purchase_days", sales) == 8
    assert measured("season_purchase_days", sales, "2026-03-15") == 8
    older = [("2024-01-05", 1), *TWO]
    assert measured("season_purchase_days", older) == 8  # 24 months: from March 2024


def test_two_seasons_a_year():
    """March, April, September, October: R1 is 0, R2 is the cosine of 30 degrees."""
    assert measured("season_strength", TWO) == 0.0
    assert measured("season_p", TWO) == 1.0
    # cos 30 = 0.866025, corrected by (pi / 6) / (1 / 2) = 1.047198: 0.906900
    assert measured("season_strength_twice", TWO) == pytest.approx(0.9068997, abs=1e-7)
    # z = 8 x 3/4 = 6: e^-6 (1 + (12 - 36) / 32 - (144 - 4752 + 16416 - 11664) / 18432)
    # = 0.00247875 x (1 - 0.75 - 0.0078125)
    assert measured("season_p_twice", TWO) == pytest.approx(0.00060032, abs=1e-8)


def test_one_season_a_year():
    """June, July, August: R1 = (1 + 2 cos 30) / 3; two sales of a day are one day."""
    # 0.910684, times (pi / 12) / sin(pi / 12) = 1.011515
    assert measured("season_purchase_days", SUMMER) == 6  # of the last 24 months
    assert measured("season_strength", SUMMER) == pytest.approx(0.9211702, abs=1e-7)
    assert measured("peak_month", SUMMER) == 7


def test_the_best_three_months_need_not_be_neighbours():
    """Net spend by calendar month; a month under zero counts as nothing."""
    assert measured("top_months_share", TWO) == 0.75
    sales = [*every((2024, 2025), (3,), 400), *every((2024, 2025), (9, 11), 150)]
    sales += [("2025-01-10", 100), ("2025-02-10", -900)]
    # 800, 300, 300, 100; February at -900 is 0: 1400 of 1500
    assert measured("top_months_share", sales) == pytest.approx(14 / 15, abs=1e-9)
    assert measured("top_months_share", [("2024-03-01", 5), ("2024-03-02", -9)]) is None


@pytest.mark.parametrize(
    ("as_of", "in_season", "days", "peak"),
    [
        ("2026-02-28", False, 1, 3),  # 1 March is tomorrow
        ("2026-03-01", True, 184, 9),  # the next one to begin: 1 September
        ("2026-04-30", True, 124, 9),
        ("2026-05-01", False, 123, 9),
        ("2026-08-31", False, 1, 9),
        ("2026-10-31", True, 121, 3),  # 1 March 2027
        ("2025-12-31", False, 60, 3),
    ],
)
def test_the_next_of_two_seasons(as_of, in_season, days, peak):
    """It begins after the day looked at, also where that day is in a season."""
    assert measured("is_in_season", THREE, as_of) is in_season
    assert measured("days_to_next_season", THREE, as_of) == days
    assert measured("peak_month", THREE, as_of) == peak


def test_a_season_over_the_turn_of_the_year():
    """December and January are neighbours: one season, begun on 1 December."""
    sales = every((2023, 2024, 2025), (1, 12))
    assert measured("days_to_next_season", sales) == 276  # 1 December 2026
    assert measured("is_in_season", sales, "2026-01-31") is True
    # between December and January, the month the arrow comes to first
    assert measured("peak_month", sales) == 12


@pytest.mark.parametrize(
    ("as_of", "missed"),
    [
        ("2026-02-28", 0),  # silent since October, and nothing missed
        ("2026-04-29", 0),  # the spring season still runs
        ("2026-04-30", 1),
        ("2026-10-30", 1),
        ("2026-10-31", 2),
    ],
)
def test_silence_is_counted_in_seasons(as_of, missed):
    """Half a year without a sale is none; a whole season without one is."""
    assert measured("seasons_missed", THREE, as_of) == missed


def test_one_sale_in_a_season_is_enough():
    """On its last day, it is not missed; after its end, the sale misses nothing yet."""
    came = [*THREE, ("2026-04-30", 1)]
    assert measured("seasons_missed", came, "2026-06-30") == 0
    late = [*THREE, ("2026-05-01", 1)]
    assert measured("seasons_missed", late, "2026-06-30") == 0


@pytest.mark.parametrize(
    ("sales", "years"),
    [
        (THREE, 3),
        (TWO, 2),
        # one spring, and the autumn after it, are one year
        ([("2023-01-10", 1), *every((2025,), (3, 4, 9, 10))], 1),
        # a season over the turn of the year is one
        ([("2022-06-10", 1), ("2024-12-10", 1), ("2025-01-10", 1)], 1),
        (every((2024, 2025), (1, 12)), 2),  # two at the ends of 24 months, and one
    ],
)
def test_years_with_a_purchase_in_season(sales, years):
    """Seasons of one kind count, one a year, never more than the years there are."""
    as_of = "2025-12-31" if sales[0][0] == "2024-01-10" else "2026-02-28"
    assert measured("peak_years", sales, as_of) == years


@pytest.mark.parametrize(
    ("months", "start"),
    [
        ((6, 7, 8), 6),
        ((5, 6, 6, 7, 7, 7, 8, 8, 9), 5),  # two months on each side at most
        ((6, 8), 6),  # the arrow points to July, where nothing was bought
        ((6,), 6),
        # twelve a year are one a month: April has no more than that
        ((4, *[5] * 7, *[6] * 4), 5),
    ],
)
def test_where_a_season_begins(months, start):
    """Around the peak, with the months beside it that are above the average."""
    sales = [
        (f"{year}-{month:02}-{10 + at:02}", 1)
        for year in (2023, 2024, 2025)
        for at, month in enumerate(months)
    ]
    begins = as_day("2026-02-28") + measured("days_to_next_season", sales)
    assert begins == as_day(f"2026-{start:02}-01")


def test_no_side_is_no_season():
    """Every month alike: lengths of 0, p of 1, and no peak."""
    sales = every((2024, 2025), range(1, 13))
    as_of = "2025-12-31"
    assert measured("season_strength", sales, as_of) == 0.0
    assert measured("season_p_twice", sales, as_of) == 1.0
    for name in ("peak_month", "peak_years", "seasons_missed", "next_season_spend"):
        assert measured(name, sales, as_of) is None
    assert measured("top_months_share", sales, as_of) == 0.25


@pytest.mark.parametrize(
    ("sales", "as_of", "expected"),
    [
        # two springs of 200; 800 in 24 months are 66.67 in two; z = 8 x 3/4, w = 5/6
        (TWO, "2026-02-28", 5 / 6 * 200 + 1 / 6 * 800 / 12),
        # springs of 200 and 250; folded 5 and 4: R2^2 = (25 + 16 + 20) / 81, w = 52/61
        (
            [*TWO, ("2025-03-20", 50)],
            "2026-02-28",
            52 / 61 * 225 + 9 / 61 * 850 / 12,
        ),
        ([*TWO, ("2025-03-20", -900)], "2026-02-28", 0),  # 200 and -700: not under 0
        # off season: (-5.5)^2 + 3 (1.5)^2 = 37 = n^2 R2^2, w = 1 - 9/37
        (
            [*TWO, ("2025-06-20", 900)],
            "2026-02-28",
            28 / 37 * 200 + 9 / 37 * 1700 / 12,
        ),
        # in April the spring is not over: the next to begin is autumn, 250 and 200;
        # March 2024 is no longer looked at
        (
            [*TWO, ("2024-09-20", 50)],
            "2026-04-10",
            5 / 6 * 225 + 1 / 6 * 750 / 12,
        ),
        # July alone, which is the last month looked at: 200 and 400; n = 4, w = 3/4
        (
            [
                *((f"{y}-07-{d}", 100) for y in (2024, 2025) for d in (10, 20)),
                ("2023-07-10", 1),
                ("2025-07-20", 200),
            ],
            "2025-07-31",
            3 / 4 * 300 + 1 / 4 * 600 / 24,
        ),
    ],
)
def test_the_next_season_is_expected_to_be_like_the_past_ones(sales, as_of, expected):
    """The mean of the same seasons, drawn to the average months by 1 / (n R^2)."""
    told = measured("next_season_spend", sales, as_of)
    assert told == pytest.approx(100 * expected, abs=1e-5)  # in fen


def test_a_season_that_is_not_whole_says_nothing():
    """A first sale in April does not make a spring of March and April."""
    sales = [("2024-04-10", 900), *every((2024,), (9, 10))]
    sales += [*every((2025,), (3, 3, 4, 9, 10)), ("2025-03-11", 100)]
    # April 2024 to March 2026: one spring, of 400, is whole; 1700 in all, w = 5/6
    told = measured("next_season_spend", sales, "2026-03-31")
    assert measured("days_to_next_season", sales, "2026-03-31") == 154  # September
    assert told == pytest.approx(100 * (5 / 6 * 200 + 1 / 6 * 1700 / 12))
    # October 2024 to September 2026: springs of 400 and of nothing; 700 in all, w = 7/9
    told = measured("next_season_spend", sales, "2026-09-30")
    assert told == pytest.approx(100 * (7 / 9 * 200 + 2 / 9 * 700 / 12))


def test_a_chance_season_brings_what_any_months_do():
    """Three springs, and as much in each other month: the arrow is short, w is 0."""
    sales = [*every((2024, 2025), range(1, 13)), ("2025-03-20", 500)]
    assert measured("season_p", sales, "2025-12-31") > 0.9
    # 2900 in 24 months; the one season, of March, is one month
    told = measured("next_season_spend", sales, "2025-12-31")
    assert told == pytest.approx(100 * 2900 / 24)


def test_the_largest_amounts_are_expected_like_small_ones():
    """A season of five months, April to August: 10^15 times as much in each of them."""
    months = [("10", range(1, 13)), ("20", range(4, 9))]
    days = [f"{y}-{m:02}-{d}" for y in (2024, 2025) for d, some in months for m in some]
    small, large = (
        measured("next_season_spend", [(day, amount) for day in days], "2025-12-31")
        for amount in (1, 10**15)
    )
    # 34 in 24 months, 10 days in season each year: it lies between 5 x 34 / 24 and 10.
    assert 100 * 5 * 34 / 24 < small < 100 * 10
    assert large == pytest.approx(small * 1e15)


def test_without_a_purchase_in_the_months_nothing_has_a_side():
    """The customer of years ago is known to have bought on no day, and that is all."""
    sales = [("2019-03-10", 100)]
    assert measured("season_purchase_days", sales) == 0
    for name in ("season_p", "season_strength", "peak_month", "seasons_missed"):
        assert measured(name, sales) is None


def test_nothing_is_known_of_who_never_bought():
    """A return is no purchase."""
    for name in ("season_months", "season_purchase_days", "top_months_share"):
        assert measured(name, [("2020-01-01", -5)]) is None


def test_the_months_may_begin_before_1970():
    """Months are counted through the epoch."""
    sales = every((1970, 1971), (3, 4, 9, 10))
    assert measured("season_months", sales, "1972-02-29") == 24
    assert measured("days_to_next_season", sales, "1972-02-29") == 1
    told = measured("next_season_spend", sales, "1972-02-29")
    assert told == pytest.approx(100 * (5 / 6 * 200 + 1 / 6 * 800 / 12))
