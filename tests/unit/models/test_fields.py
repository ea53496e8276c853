import datetime as dt
import re
from decimal import Decimal, getcontext, localcontext

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custseg.errors import DataError
from custseg.models import fields
from custseg.models.fields import Attributes


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_becomes_its_shortest_text(value):
    """The decimal of a float reads as Python writes the float, and leads back to it."""
    assert fields.number(value) == Decimal(repr(value))
    assert float(fields.number(value)) == value


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4))
def test_a_plain_decimal_text_is_read_exactly(value):
    """A text of digits, sign and point gives the same decimal."""
    assert fields.number(f"{value:f}") == value


def test_numbers_do_not_depend_on_the_decimal_context():
    """More digits than the context holds are kept all the same."""
    long = "1234567890.123456789012345678901234567890"
    with localcontext() as context:
        context.prec = 5
        assert str(fields.number(long)) == long
    assert getcontext().prec != 5


@pytest.mark.parametrize("text", ["7", "+7", "-7", "07", "7.", ".7", "7.70"])
def test_plain_decimals_are_read(text):
    """A sign, a leading or a closing point and zeros are plain."""
    assert fields.number(text) == Decimal(text)


@pytest.mark.parametrize(
    "text", ["", " 7", "1e5", "1_000", "1,000.00", "NaN", "inf", "７", ".", "¥7", "7\n"]
)
def test_other_texts_are_no_numbers(text):
    """What Decimal or float would swallow but a person did not mean is refused."""
    with pytest.raises(DataError, match="expected a plain decimal"):
        fields.number(text)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (np.int64(3), "3"),
        (np.float64(0.1), "0.1"),
        (10**40, "1" + "0" * 40),
    ],
)
def test_numpy_numbers_and_long_ones_are_exact(value, kept):
    """Whole numbers of any kind and numpy's doubles are taken like Python's."""
    assert str(fields.number(value)) == kept


@pytest.mark.parametrize(
    "value",
    [True, np.True_, np.float32(0.1), Decimal("sNaN"), float("-inf"), b"7", [1]],
)
def test_what_is_no_exact_number_is_refused(value):
    """Flags, NaN, infinities, single-precision floats and foreign types are refused."""
    with pytest.raises(DataError, match="expected a finite number"):
        fields.number(value)


def test_long_values_are_cut_in_errors():
    """An error quotes sixty characters, and survives a number too long to write."""
    with pytest.raises(DataError, match=r"got 'x{59}\.\.\.;"):
        fields.number("x" * 500)
    with pytest.raises(DataError, match="got a number of thousands of digits"):
        fields.code(10**5000)


@pytest.mark.parametrize(
    ("value", "kept"), [(" A 1 ", "A 1"), (7, "7"), (np.int32(-7), "-7")]
)
def test_codes_are_bare_texts(value, kept):
    """Blanks go at either end only; whole numbers become their digits."""
    assert fields.code(value) == kept


@pytest.mark.parametrize("value", [True, 7.0, None, ("A",), b"A"])
def test_other_kinds_are_no_codes(value):
    """A float is no id: 7.0 was a missing value's neighbour in some frame."""
    with pytest.raises(DataError, match="expected a text or a whole number"):
        fields.code(value)


def test_missing_codes_are_none_and_numbers_are_not_texts():
    """A blank optional code is None; a name or phone must be a text already."""
    assert fields.maybe_code("　 ") is None
    with pytest.raises(DataError, match="expected a text; got 7"):
        fields.maybe_text(7)


def test_pandas_missing_moment_is_refused():
    """NaT calls itself a datetime; it is none, and a timestamp is."""
    with pytest.raises(DataError, match="expected a date; got NaT"):
        fields.moment(pd.NaT)
    stamp = pd.Timestamp("2026-03-02 08:00")
    assert fields.moment(stamp) is stamp


def test_a_day_is_not_cut_from_a_moment():
    """The day of a moment depends on a time zone, so the caller must say it."""
    moment = dt.datetime(2026, 3, 2, 23, 30, tzinfo=dt.UTC)
    with pytest.raises(DataError, match="in the business time zone"):
        fields.maybe_day(moment)
    with pytest.raises(DataError, match="expected a date; got 20260302"):
        fields.day(20260302)
    assert fields.maybe_day(moment.date()) == dt.date(2026, 3, 2)


@pytest.mark.parametrize("value", [-1, 1.0, True, "3"])
def test_counts_are_whole_and_not_negative(value):
    """Three employees are 3: not 3.0, not "3", not True."""
    with pytest.raises(DataError, match="expected a whole number"):
        fields.maybe_count(value)


def test_counts_and_answers_have_their_ends():
    """Zero counts; an answer goes from 0 to 10, both included."""
    assert [fields.maybe_count(n) for n in (0, 12, None)] == [0, 12, None]
    assert [fields.maybe_nps(n) for n in (0, 10, None)] == [0, 10, None]
    with pytest.raises(DataError, match="allowed: 0 to 10"):
        fields.maybe_nps(11)


@pytest.mark.parametrize("value", [90.1, -91, float("nan"), Decimal("sNaN"), 10**400])
def test_degrees_have_their_ends(value):
    """A latitude beyond the poles, or no number at all, is refused."""
    with pytest.raises(DataError, match="allowed: a number from -90 to 90"):
        fields.maybe_latitude(value)
    assert fields.maybe_longitude(Decimal("113.26")) == 113.26
    assert fields.maybe_latitude(-90) == -90.0
    with pytest.raises(DataError, match="expected degrees; got True"):
        fields.maybe_longitude(value=True)


@pytest.mark.parametrize("value", ["VIP", 3, {"VIP": True}.items, ["VIP", 3], {" "}])
def test_flags_are_a_set_of_texts(value):
    """A bare text would fall into letters, so it is refused like any other kind."""
    with pytest.raises(DataError, match="expected a set of texts"):
        fields.maybe_flags(value)


def test_attributes_are_equal_and_hash_by_content():
    """Neither the order of the names nor a later change of the source matters."""
    source = {"b": 1, "a": dt.date(2026, 3, 2)}
    first = fields.attributes(source)
    second = fields.attributes({"a": dt.date(2026, 3, 2), "b": 1})
    source["b"] = 2
    assert first == second == {"a": dt.date(2026, 3, 2), "b": 1}
    assert hash(first) == hash(second)
    assert list(first) == ["a", "b"]
    assert fields.attributes(first) is first
    assert fields.attributes(None) == Attributes({}) == {}


def test_attributes_cannot_be_written():
    """There is no way to set an item."""
    with pytest.raises(TypeError, match="does not support item assignment"):
        fields.attributes({"a": 1})["a"] = 2


@pytest.mark.parametrize("value", [float("nan"), Decimal("NaN"), [1], pd.NaT, b"x"])
def test_attributes_hold_plain_values(value):
    """A list, or a number that is none, is refused by name and not quoted."""
    with pytest.raises(DataError, match=re.escape("['secret']")) as caught:
        fields.attributes({"secret": value})
    assert caught.value.problems[0].got.startswith("a value of type ")


@pytest.mark.parametrize("name", ["", " a", 3, None])
def test_names_of_attributes_are_bare_texts(name):
    """A name that nobody could write in a policy is refused."""
    with pytest.raises(DataError, match="the name of an attribute"):
        fields.attributes({name: 1})


def test_numpy_scalars_become_plain_attributes():
    """What a frame's row hands over is kept as Python's own number."""
    kept = fields.attributes({"a": np.int64(3), "b": np.float64(0.5), "c": None})
    assert [type(value) for value in kept.values()] == [int, float, type(None)]


@pytest.mark.parametrize("read", [fields.moment, fields.day, fields.maybe_day])
def test_iso_text_is_a_day(read):
    """As frames read it, in its one form."""
    assert read("2026-03-02") == dt.date(2026, 3, 2)
    assert type(read("2026-03-02")) is dt.date


@pytest.mark.parametrize("read", [fields.moment, fields.day, fields.maybe_day])
@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30",
        "20260302",
        "2026-W10-1",
        "2026-03-02T09:00",
        " 2026-03-02",
        "02/03/2026",
        "２０２６-03-02",
        "soon",
    ],
)
def test_other_texts_are_no_days(read, text):
    """A time would need a zone, and other forms have two readings."""
    with pytest.raises(DataError, match=r"expected a calendar day; got .*'2026-09-30'"):
        read(text)


def test_a_point_in_time_in_text_is_told_how_it_goes_in():
    """Webhooks send them; the record takes a datetime, whose zone can be judged."""
    told = r"2026-03-02T09:00Z'.* give a point in time as datetime\.fromisoformat"
    with pytest.raises(DataError, match=told):
        fields.moment("2026-03-02T09:00Z")


def test_a_blank_day_is_not_known():
    """As a blank code is."""
    assert fields.maybe_day(" ") is fields.maybe_day(None) is None
    with pytest.raises(DataError, match="expected a calendar day; got ''"):
        fields.day("")
