import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custseg.errors import SettingError
from custseg.periods import (
    DISTANT_PAST,
    FiscalCalendar,
    Window,
    WindowKind,
    as_day,
    day_of,
    to_date,
)

APRIL = FiscalCalendar(start_month=4)


@given(st.dates())
def test_a_day_and_its_number_lead_to_each_other(day):
    """Also before 1970."""
    assert to_date(day_of(day)) == day
    assert as_day(day.isoformat()) == as_day(day) == day_of(day)


@pytest.mark.parametrize(
    "value",
    [
        np.datetime64("2026-06-30"),
        pd.Timestamp("2026-06-30"),
        " 2026-06-30 ",
        np.datetime64("2026-06-30T00:00:00.000000000"),
        np.datetime64("2026-06-30T00", "h"),
    ],
)
def test_a_day_is_read_in_several_forms(value):
    """A moment at midnight is a day."""
    assert as_day(value) == 20634


@pytest.mark.parametrize(
    "value",
    [
        "30/06/2026",
        "2026-06-30T10:00",
        "2026-06-30T00:00",
        "20260630",
        "2026-W27-2",
        "2026-02-30",
        "２０２６-06-30",
        np.datetime64("2026"),
        np.datetime64("2026-06"),
        np.datetime64("2026-06-25", "W"),
        np.datetime64("2026-06-30T10:00"),
        np.datetime64("2026-06-30T00:00:00.000000001"),
        dt.datetime(2026, 6, 30, tzinfo=dt.UTC),
        pd.NaT,
        np.datetime64("NaT", "D"),
        20634,
        None,
    ],
)
def test_what_is_no_calendar_day_is_refused(value):
    """A number would be a guess; a moment in the day depends on the place."""
    with pytest.raises(SettingError, match="on: expected a calendar day"):
        as_day(value, where="on")


def bounds(text, day):
    """Return a window's first and last day as text; fiscal years begin in April."""
    after, through = Window.parse(text).bounds(as_day(day), fiscal=APRIL)
    return str(to_date(after + 1)), str(to_date(through))


@pytest.mark.parametrize(
    ("text", "day", "first", "last"),
    [
        ("1 day", "2026-06-30", "2026-06-30", "2026-06-30"),
        ("90 days", "2026-06-30", "2026-04-02", "2026-06-30"),
        ("365 days, a year earlier", "2026-06-30", "2024-07-01", "2025-06-30"),
        ("month to date", "2026-02-10", "2026-02-01", "2026-02-10"),
        ("quarter to date", "2026-02-10", "2026-01-01", "2026-02-10"),
        ("half to date", "2026-08-10", "2026-07-01", "2026-08-10"),
        ("year to date", "2026-02-10", "2026-01-01", "2026-02-10"),
        ("fiscal year to date", "2026-02-10", "2025-04-01", "2026-02-10"),
        ("fiscal half to date", "2026-02-10", "2025-10-01", "2026-02-10"),
        ("last month", "2026-03-31", "2026-02-01", "2026-02-28"),
        ("last quarter", "2026-02-10", "2025-10-01", "2025-12-31"),
        ("last year", "2026-02-10", "2025-01-01", "2025-12-31"),
        ("last fiscal year", "2026-02-10", "2024-04-01", "2025-03-31"),
        # a whole February stays whole, with and without its 29th
        ("last month, a year earlier", "2025-03-15", "2024-02-01", "2024-02-29"),
        ("last month, a year earlier", "2024-03-15", "2023-02-01", "2023-02-28"),
        ("month to date, a year earlier", "2024-02-29", "2023-02-01", "2023-02-28"),
        ("year to date a year earlier", "2026-06-30", "2025-01-01", "2025-06-30"),
        # the same day of the month; only a month's last day becomes a last day
        ("year to date, a year earlier", "2024-02-27", "2023-01-01", "2023-02-27"),
        ("year to date, a year earlier", "2024-02-28", "2023-01-01", "2023-02-28"),
        ("year to date, a year earlier", "2024-02-29", "2023-01-01", "2023-02-28"),
        ("year to date, a year earlier", "2025-02-27", "2024-01-01", "2024-02-27"),
        ("year to date, a year earlier", "2025-02-28", "2024-01-01", "2024-02-29"),
        ("year to date, a year earlier", "2026-02-28", "2025-01-01", "2025-02-28"),
        ("year to date, a year earlier", "2024-03-01", "2023-01-01", "2023-03-01"),
        ("year to date, a year earlier", "2026-01-31", "2025-01-01", "2025-01-31"),
        ("year to date, a year earlier", "2026-12-31", "2025-01-01", "2025-12-31"),
        ("last quarter, a year earlier", "2025-05-15", "2024-01-01", "2024-03-31"),
    ],
)
def test_windows_are_these_days(text, day, first, last):
    """Worked out on a calendar by hand."""
    assert bounds(text, day) == (first, last)


def test_a_lifetime_has_no_beginning():
    """It ends on the day looked at."""
    assert Window.parse("lifetime").bounds(7) == (DISTANT_PAST, 7)


@given(
    st.sampled_from(
        ["7 days", "last fiscal month", "half to date", "lifetime", "last year"]
    ),
    st.booleans(),
)
def test_a_window_reads_what_it_writes(text, earlier):
    """Text and window lead to each other."""
    window = Window.parse(text)
    if earlier and window.kind is not WindowKind.LIFETIME:
        window = window.a_year_before()
    assert Window.parse(str(window)) == window


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0 days",
        "-1 days",
        "quarter",
        "last quarter to date",
        "lifetime, a year earlier",
    ],
)
def test_what_is_no_window_is_refused(text):
    """The forms are listed."""
    with pytest.raises(SettingError, match=r"window: this is no window.*365 days"):
        Window.parse(text)


@pytest.mark.parametrize("month", [0, 13])
def test_a_year_has_twelve_months(month):
    """A fiscal year begins in one of them."""
    with pytest.raises(SettingError, match=f"twelve months; got {month}"):
        FiscalCalendar(start_month=month)
