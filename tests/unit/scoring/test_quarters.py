"""The trend of quarterly spend, worked by hand and by every pair of quarters."""

import random
import statistics
from datetime import date, timedelta
from itertools import combinations

import pytest

import custseg as cs
from custseg.periods import FiscalCalendar, Window, as_day
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Facts
from custseg.scoring.quarters import quarterly_spend

# Three years of quarters, each told by its last day; the last eight are to 2026-06-30.
ENDS = [
    date(year, month, 31 if month in {3, 12} else 30)
    for year in (2023, 2024, 2025, 2026)
    for month in (3, 6, 9, 12)
][2:14]


def trend(spends, as_of="2026-06-30", ends=ENDS, **more):
    """Return the trend of one customer who spent so much in each last quarter."""
    days = ends[-len(spends) :]
    sales = [
        cs.Transaction("x", day, much) for day, much in zip(days, spends, strict=True)
    ]
    facts = Facts(
        cs.Ledger.from_records([], sales, currency="CNY"), as_day(as_of), **more
    )
    column = facts.measure(CATALOGUE["quarterly_trend"], Window.parse("365 days"))
    return column.values[0].item() if column.is_known()[0] else None


@pytest.mark.parametrize(
    ("spends", "expected"),
    [
        # 10 a quarter on a mean of 135
        ([100, 110, 120, 130, 140, 150, 160, 170], 10 / 135),
        # slopes 0, 0, 0, 33.3, 50, 100: the median is (0 + 33.3) / 2; mean 125
        ([100, 100, 100, 200], 100 / 6 / 125),
        # one large project turns nothing
        ([100, 100, 100, 900, 100, 100, 100, 100], 0.0),
        # what lies before the eight quarters does not count
        ([9000, 100, 100, 100, 100, 100, 100, 100, 100], 0.0),
        ([400, 300, 200, 100], -100 / 250),
        ([100, 100, 100], None),  # three quarters are no history
        ([100, 1, 1, -200], None),  # more came back than was bought
    ],
)
def test_trend(spends, expected):
    """The median slope over the mean."""
    assert trend(spends) == (expected if expected is None else pytest.approx(expected))


def test_quarters_without_a_sale_are_zero():
    """From the first sale on, silence is a quarter of nothing."""
    sales = [cs.Transaction("x", date(2025, 9, 1), 100)]
    facts = Facts(cs.Ledger.from_records([], sales), as_day("2026-06-30"))
    spend, quarters = quarterly_spend(facts)
    assert spend.tolist() == [[0, 0, 0, 0, 10000, 0, 0, 0]]
    assert quarters.tolist() == [4]
    # slopes -100, -50, -33.3, 0, 0, 0 on a mean of 25
    column = facts.measure(CATALOGUE["quarterly_trend"], Window.parse("365 days"))
    assert column.values.tolist() == [pytest.approx(-100 / 6 / 25)]


def test_a_running_quarter_does_not_count():
    """On the day before a quarter ends, its sales are not told yet."""
    spends = [100, 100, 100, 100, 500]
    assert trend(spends, ends=[*ENDS, date(2026, 7, 1)]) == 0.0
    assert trend(spends, as_of="2026-06-29") == 0.0
    assert trend(spends[1:], as_of="2026-06-29") is None


def test_quarters_are_those_of_the_sellers_year():
    """A year from February has quarters to April, July, October and January."""
    fiscal = FiscalCalendar(start_month=2)
    ends = [date(2025, 7, 31), date(2025, 10, 31), date(2026, 1, 31), date(2026, 4, 30)]
    spends = [100, 200, 300, 400]
    said = trend(spends, ends=ends, as_of="2026-06-30", fiscal=fiscal)
    assert said == pytest.approx(100 / 250)
    # in calendar quarters: July to September 100, then 200, then 300, then 400 again
    later = [day + timedelta(days=1) for day in ends]
    assert trend(spends, ends=later, as_of="2026-06-30", fiscal=fiscal) is None


def test_a_sale_before_all_quarters_leaves_eight():
    """A customer of ten years has eight quarters; a return opens none."""
    sales = [
        cs.Transaction("x", date(2016, 1, 1), 1),
        cs.Transaction("y", date(2024, 7, 1), -1),
        cs.Transaction("y", date(2026, 6, 30), 1),
        cs.Transaction("z", date(2026, 7, 1), 1),
    ]
    facts = Facts(cs.Ledger.from_records([], sales), as_day("2026-06-30"))
    assert quarterly_spend(facts)[1].tolist() == [8, 1, 0]
    assert quarterly_spend(facts)[0][1].tolist() == [0] * 7 + [100]


@pytest.mark.parametrize("n", [4, 5, 6, 7, 8])
def test_every_length_of_history(n):
    """The median over all pairs, by plain Python, for random spends."""
    rng = random.Random(n)  # noqa: S311 - tests, not secrets
    for _ in range(20):
        spends = [rng.randrange(1, 10_000) for _ in range(n)]
        slopes = [
            (spends[j] - spends[i]) / (j - i) for i, j in combinations(range(n), 2)
        ]
        expected = statistics.median(slopes) / statistics.fmean(spends)
        assert trend(spends) == pytest.approx(expected, rel=1e-12)
