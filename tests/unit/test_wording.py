"""Values as people write them."""

import pytest

from custseg.units import Unit
from custseg.wording import say, say_number


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0, 2, "0"),
        (1234567.891, 2, "1,234,567.89"),
        (100.0, 0, "100"),
        (1.10, 2, "1.1"),
        (-0.001, 2, "0"),
        (-2.5, 2, "-2.5"),
    ],
)
def test_numbers(value, decimals, text):
    """Thousands separators, no idle zeros, and no minus before a nothing."""
    assert say_number(value, decimals) == text


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (None, Unit.MONEY, "未知", "unknown"),
        (123456, Unit.MONEY, "1,234.56 CNY", "1,234.56 CNY"),
        (1, Unit.DAYS, "1 天", "1 day"),
        (1.5, Unit.DAYS, "1.5 天", "1.5 days"),
        (True, Unit.FLAG, "是", "yes"),
        (False, Unit.FLAG, "否", "no"),
        ("NEW", Unit.TEXT, "NEW", "NEW"),
        (-0.125, Unit.SHARE, "-12.5 %", "-12.5 %"),
        (12345, Unit.QUANTITY, "1.2345", "1.2345"),
        (7, Unit.COUNT, "7", "7"),
    ],
)
def test_values_in_both_languages(value, unit, zh, en):
    """Each unit has its own form."""
    assert say(value, unit, "zh", currency="CNY") == zh
    assert say(value, unit, "en", currency="CNY") == en


def test_a_currency_without_decimals_and_none_at_all():
    """Yen have no decimals; an unknown currency is left out."""
    assert say(1234, Unit.MONEY, currency="JPY", decimals=0) == "1,234 JPY"
    assert say(1234, Unit.MONEY) == "12.34"
