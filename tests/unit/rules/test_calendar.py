"""Days of review and the names of periods."""

import numpy as np
import pytest

from custseg.errors import SettingError
from custseg.periods import FiscalCalendar, as_day, to_date
from custseg.rules.tiers.calendar import Cadence, ReviewCalendar

APRIL = FiscalCalendar(start_month=4)


def calendar(cadence, **options):
    """Return the calendar of a cadence by its name."""
    return ReviewCalendar(Cadence(cadence), **options)


def test_lengths_of_periods():
    """In months; an anniversary comes once a year."""
    assert {cadence.value: cadence.months for cadence in Cadence} == {
        "monthly": 1,
        "quarterly": 3,
        "half-yearly": 6,
        "yearly": 12,
        "anniversary of joining": 12,
        "anniversary of the tier": 12,
    }


@pytest.mark.parametrize(
    ("cadence", "fiscal", "day", "name"),
    [
        ("monthly", None, "2026-09-30", "2026-09"),
        ("monthly", APRIL, "2026-09-30", "2026-09"),
        ("quarterly", None, "2026-09-30", "2026-Q3"),
        ("quarterly", None, "2026-10-01", "2026-Q4"),
        ("half-yearly", None, "2026-06-30", "2026-H1"),
        ("half-yearly", None, "2026-07-01", "2026-H2"),
        ("yearly", None, "2026-12-31", "2026"),
        ("quarterly", APRIL, "2026-04-01", "FY2027-Q1"),
        ("quarterly", APRIL, "2026-03-31", "FY2026-Q4"),
        ("quarterly", APRIL, "2026-12-31", "FY2027-Q3"),
        ("half-yearly", APRIL, "2026-10-01", "FY2027-H2"),
        ("yearly", APRIL, "2027-03-31", "FY2027"),
        ("quarterly", FiscalCalendar(1), "2026-05-05", "FY2026-Q2"),
        ("quarterly", FiscalCalendar(12), "2025-12-01", "FY2026-Q1"),
        ("quarterly", FiscalCalendar(2), "2027-01-31", "FY2027-Q4"),
    ],
)
def test_names_of_periods(cadence, fiscal, day, name):
    """A fiscal year has the number of the calendar year in which it ends."""
    assert calendar(cadence, fiscal=fiscal).period_of(as_day(day)) == name


def test_a_fiscal_year_may_be_named_after_its_start():
    """As in Japan: the year from April 2026 is 2026."""
    japan = calendar("quarterly", fiscal=APRIL, year_named_after="start")
    assert japan.period_of(as_day("2026-04-01")) == "FY2026-Q1"
    assert japan.period_of(as_day("2027-03-31")) == "FY2026-Q4"


@pytest.mark.parametrize(
    ("cadence", "fiscal", "after", "day"),
    [
        ("monthly", None, "2026-01-31", "2026-02-01"),
        ("monthly", None, "2026-02-01", "2026-03-01"),
        ("quarterly", None, "2026-09-30", "2026-10-01"),
        ("quarterly", None, "2026-10-01", "2027-01-01"),
        ("half-yearly", None, "2026-08-01", "2027-01-01"),
        ("yearly", None, "2026-01-01", "2027-01-01"),
        ("quarterly", FiscalCalendar(2), "2026-10-01", "2026-11-01"),
        ("half-yearly", APRIL, "2026-10-01", "2027-04-01"),
        ("yearly", APRIL, "2026-03-31", "2026-04-01"),
    ],
)
def test_the_next_review_is_the_first_day_of_the_next_period(
    cadence, fiscal, after, day
):
    """Later than the day given, never that day itself."""
    days = calendar(cadence, fiscal=fiscal)
    assert days.next_review(as_day(after)) == as_day(day)
    assert days.due_on(as_day(day))
    assert not days.due_on(as_day(day) - 1)
    assert not days.due_on(as_day(day) + 1)


def test_a_review_counts_for_the_period_before():
    """On the day or late, it is the last whole period."""
    quarters = calendar("quarterly")
    for on in ("2026-10-01", "2026-10-09", "2026-12-31"):
        start = quarters.counts_for(as_day(on))
        assert quarters.period_of(start) == "2026-Q3"
    assert quarters.period_of(quarters.counts_for(as_day("2027-01-01"))) == "2026-Q4"


def test_four_years_of_each_cadence():
    """As many reviews as there are periods, each on a first of a month."""
    first, last = as_day("2024-01-02"), as_day("2028-01-01")
    for name, reviews in (
        ("monthly", 48),
        ("quarterly", 16),
        ("half-yearly", 8),
        ("yearly", 4),
    ):
        for start_month in range(1, 13):
            days = calendar(name, fiscal=FiscalCalendar(start_month))
            found = days.reviews_between(first, last)
            assert len(found) == reviews
            assert {to_date(day).day for day in found} == {1}
            names = {days.period_of(days.counts_for(day)) for day in found}
            assert len(names) == reviews


def test_reviews_between_holds_both_ends():
    """The first and the last day are looked at too."""
    quarters = calendar("quarterly")
    day = as_day("2026-10-01")
    assert quarters.reviews_between(day, day) == [day]
    assert quarters.reviews_between(day + 1, day + 5) == []


def test_anniversaries_of_one_customer():
    """A year from the own day, again and again; that day itself is none."""
    own, since = calendar("anniversary of joining"), as_day("2025-07-15")
    first, last = as_day("2025-07-15"), as_day("2027-07-15")
    days = own.reviews_between(first, last, since=since)
    assert [str(to_date(day)) for day in days] == ["2026-07-15", "2027-07-15"]
    assert own.due_on(as_day("2026-07-15"), since=since)
    assert own.period_of(as_day("2026-07-14"), since=since) == "2025-07-15/P1Y"
    assert own.period_of(as_day("2026-07-15"), since=since) == "2026-07-15/P1Y"
    counted = own.counts_for(as_day("2026-07-15"), since=since)
    assert to_date(counted) == to_date(since)


def test_before_the_first_anniversary():
    """A triggered review counts for the year that ended with the own day."""
    own, since = calendar("anniversary of the tier"), as_day("2025-07-15")
    counted = own.counts_for(as_day("2026-07-14"), since=since)
    assert str(to_date(counted)) == "2024-07-15"


@pytest.mark.parametrize(
    ("after", "day"),
    [
        ("2024-03-01", "2025-02-28"),
        ("2025-02-28", "2026-02-28"),
        ("2027-03-01", "2028-02-29"),
        ("2028-02-29", "2029-02-28"),
    ],
)
def test_leap_day_anniversaries(after, day):
    """28 February, and 29 February where there is one."""
    own, since = calendar("anniversary of joining"), as_day("2024-02-29")
    assert own.next_review(as_day(after), since=since) == as_day(day)


def test_many_customers_at_once():
    """Each has the answer that it would have alone."""
    own = calendar("anniversary of joining")
    since = np.arange(as_day("2023-01-01"), as_day("2027-01-01"), 3, dtype=np.int32)
    on = as_day("2026-02-28")
    coming = own.next_reviews(on, since=since)
    last = own.last_reviews(on, since=since)
    assert coming.dtype == last.dtype == np.int32
    assert coming.tolist() == [own.next_review(on, since=day) for day in since]
    for day, from_day in zip(last.tolist(), since.tolist(), strict=True):
        assert own.start(day - 1, since=from_day) == own.counts_for(on, since=from_day)
    assert (coming > on).all()
    assert (coming >= since + 365).all()


def test_many_customers_of_a_common_calendar():
    """The same day for all."""
    on, since = as_day("2026-02-28"), np.array([1, 2], dtype=np.int32)
    quarters = calendar("quarterly")
    assert set(quarters.next_reviews(on, since=since)) == {as_day("2026-04-01")}
    assert set(quarters.last_reviews(on, since=since)) == {as_day("2026-01-01")}


def test_an_anniversary_without_a_day_is_refused():
    """The day cannot be guessed."""
    with pytest.raises(SettingError, match="since: an anniversary is counted from a"):
        calendar("anniversary of joining").next_review(5)


def test_odd_settings_are_refused():
    """An anniversary has no fiscal year; a year is named after one of its ends."""
    with pytest.raises(SettingError, match="2 problems") as error:
        ReviewCalendar(Cadence.TIER, fiscal=APRIL, year_named_after="middle")
    assert [problem.what for problem in error.value.problems] == [
        "a fiscal year is named after its end or its start",
        "an anniversary knows no fiscal year",
    ]


@pytest.mark.parametrize("option", [None, "end"])
def test_options_are_named(option):
    """So that nobody takes a fiscal year for what a year is named after."""
    with pytest.raises(TypeError, match="positional"):
        ReviewCalendar(Cadence.YEARLY, option)
