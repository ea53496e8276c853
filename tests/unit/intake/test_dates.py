import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custseg.errors import SettingError
from custseg.intake.dates import check_zone, read_days
from custseg.intake.raw import Objects, TextChunk, Texts, Values, Words
from custseg.periods import day_of

BERLIN = ZoneInfo("Europe/Berlin")
plausible = st.dates(dt.date(1970, 1, 1), dt.date(2100, 12, 31))


def objects(*items):
    """Return a column of Python objects."""
    values = np.empty(len(items), dtype=object)
    values[:] = items
    return Objects(values)


FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日", "%Y-%m-%dT%H:%M")


@given(plausible)
def test_every_day_is_read_in_every_form(day):
    """Text, number, date, moment: one day."""
    texts = [day.strftime(form) for form in FORMS]
    texts[:1] = [f"{day.year:04}-{day.month}-{day.day} 7:05"]
    read = read_days(
        objects(day, *texts, int(day.strftime("%Y%m%d")), np.datetime64(day))
    )
    assert set(read.days.tolist()) == {day_of(day)}
    assert not (read.bad | read.missing | read.implausible).any()


@given(st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31)))
def test_only_days_from_1970_to_2100_are_plausible(day):
    """Typed or as text; the place of an implausible one holds no day."""
    for column in (
        objects(day, day.isoformat()),
        objects(day, day),
        Values(np.array([day, day], dtype="M8[D]")),
    ):
        read = read_days(column)
        expected = not 1970 <= day.year <= 2100
        assert read.implausible.tolist() == [expected] * 2
        assert read.days.tolist() == [0 if expected else day_of(day)] * 2


@given(
    st.datetimes(pd.Timestamp("1970-01-02"), pd.Timestamp("2099-01-01")),
    st.sampled_from(
        [
            "Asia/Shanghai",
            "Europe/Berlin",
            "America/St_Johns",
            "Pacific/Apia",
            "Asia/Kolkata",
        ]
    ),
)
def test_a_moment_is_cut_to_the_day_of_the_place(moment, zone):
    """The vectorised shift agrees with the standard library for each zone."""
    place = ZoneInfo(zone)
    expected = day_of(moment.replace(tzinfo=dt.UTC).astimezone(place))
    typed = Values(np.array([moment], dtype="M8[us]"), aware=True)
    assert read_days(typed, zone=place).days.tolist() == [expected]
    text = objects(moment.isoformat() + "Z", moment.replace(tzinfo=dt.UTC))
    assert read_days(text, zone=place).days.tolist() == [expected] * 2


def test_clocks_that_go_forward_are_followed():
    """29 March 2026, 01:00 UTC: Berlin goes from UTC+1 to UTC+2."""
    moments = np.array(
        [
            "2026-03-28T22:59",
            "2026-03-28T23:00",
            "2026-03-29T21:59",
            "2026-03-29T22:00",
        ],
        dtype="M8[s]",
    )
    read = read_days(Values(moments, aware=True), zone=BERLIN)
    assert [str(np.datetime64(day, "D")) for day in read.days.tolist()] == [
        "2026-03-28",
        "2026-03-29",
        "2026-03-29",
        "2026-03-30",
    ]


def test_missing_is_not_bad():
    """Nothing, blanks and NaT are missing; anything else that is no day is bad."""
    read = read_days(objects(None, " ", float("nan"), "soon", 3.5, True, [1]))  # noqa: FBT003
    assert read.missing.tolist() == [True] * 3 + [False] * 4
    assert read.bad.tolist() == [False] * 3 + [True] * 4
    masked = Values(np.array(["2026-01-01", "NaT"], "M8[D]"), np.array([False, True]))
    assert read_days(masked).missing.tolist() == [True, True]
    assert read_days(Values(np.array([1.5, np.nan]))).bad.tolist() == [True, False]


def test_encoded_and_arrow_texts_are_read_by_their_words():
    """Each distinct text once; a missing one is missing."""
    words = Words(np.array([1, 0, -1]), np.array(["2026-01-02", "2026-01-01"], object))
    assert read_days(words).days.tolist() == [20454, 20455, 0]
    assert read_days(words).missing.tolist() == [False, False, True]
    data = np.frombuffer(b"2026-01-02x", dtype=np.uint8)
    arrow = Texts((TextChunk(np.array([0, 10, 11, 11]), data),))
    read = read_days(arrow)
    assert read.days.tolist() == [20455, 0, 0]
    assert (read.bad.tolist(), read.missing.tolist()) == (
        [False, True, False],
        [False, False, True],
    )


def test_with_a_form_only_that_form_is_read():
    """The ISO form is then one that is not known."""
    read = read_days(objects("03/04/2026", "2026-04-03"), date_format="%d/%m/%Y")
    assert read.days.tolist() == [day_of(dt.date(2026, 4, 3)), 0]
    assert read.bad.tolist() == [False, True]


def test_a_zone_is_asked_for_only_when_a_moment_needs_it():
    """An empty column asks for nothing."""
    with pytest.raises(
        SettingError, match=r"sales.date: the moments carry a time zone"
    ):
        read_days(objects("2026-01-01T00:00Z"), where="sales.date")
    empty = np.empty(0, dtype="M8[s]")
    assert len(read_days(Values(empty, aware=True)).days) == 0


@pytest.mark.parametrize("name", ["Mars/Base", "", "../etc/passwd", 8, "Asia"])
def test_an_unknown_zone_is_refused(name):
    """Also what is no name at all."""
    with pytest.raises(SettingError, match="unknown time zone"):
        check_zone(name)


def test_a_number_too_long_to_write_is_no_day():
    """Python refuses to write it out; twelve digits may be a form of the caller's."""
    column = Objects(np.array([10**5000, 202609301200], dtype=object))
    read = read_days(column, date_format="%Y%m%d%H%M")
    assert read.bad.tolist() == [True, False]
    assert read.days[1] == 20726
