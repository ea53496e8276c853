"""Texts of numbers: read as they are said to be written, or doubted."""

import pytest

from custseg.errors import SettingError
from custseg.intake.number_texts import reader, undoubted


@pytest.mark.parametrize(
    ("thousands", "decimal", "texts"),
    [
        (",", ".", {"1,234,567.8": "1234567.8", "-1,234": "-1234", "1,23": "1,23"}),
        (",", ".", {"0,125": "0,125", "001,234": "001234", "0.125": "0.125"}),
        ("", ",", {"0.125": None, "-0.500": None, "0,125": "0.125", "0": "0"}),
        ("", ",", {"1.234,50": "1234.50", "1,234": "1.234", "7": "7", "12.50": None}),
        ("", ",", {"1.234": "1234", " -5,5 ": "-5.5", "1,2,3": None, "": None}),
        (" ", ",", {"1\u202f234,5": "1234.5", "1\u00a0234": "1234", "1.234": None}),
        ("'", ".", {"1'234.50": "1234.50", "1.234": "1.234", "n/a": "n/a"}),
        (".", ",", {"1.234": "1234"}),
        ("", ".", {"1.234": "1.234", "1,5": "1,5"}),
    ],
)
def test_a_number_is_read_as_it_is_said_to_be_written(thousands, decimal, texts):
    """What is written otherwise is never another number."""
    read = reader(thousands=thousands, decimal=decimal)
    assert {text: read(text) for text in texts} == texts


@pytest.mark.parametrize(
    ("thousands", "decimal", "words"),
    [
        (",", ",", "thousands: this groups no digits; got ,"),
        (".", ".", r"thousands: this groups no digits; got \."),
        ("x", ".", "thousands: this groups no digits; got x"),
        ("", ";", "decimal: no decimals begin with this; got ;.*a point or a comma"),
    ],
)
def test_signs_that_do_no_such_thing_are_refused(thousands, decimal, words):
    """One sign does not do both, either."""
    with pytest.raises(SettingError, match=words):
        reader(thousands=thousands, decimal=decimal)


def test_a_point_before_three_digits_is_doubted():
    """But not behind a zero, with other digits, or twice (which is no number)."""
    doubted = ["1.234", "-999.000", " 12.345 ", "001.234"]
    clear = ["0.125", "1.23", "1.2345", "1234.567", "1234", "1.234.567", "x"]
    assert [undoubted(text) for text in doubted + clear] == [None] * 4 + clear
