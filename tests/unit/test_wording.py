"""Values as people write them."""

import pytest

from custseg.periods import Window
from custseg.units import Unit
from custseg.wording import say, say_number, say_window


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


@pytest.mark.parametrize(
    ("window", "chinese"),
    [
        ("365 days", "365 天"),
        ("90 days, a year earlier", "90 天，上年同期"),
        ("lifetime", "全部历史"),
        ("last month", "上一月"),
        ("half to date", "本半年至今"),
        ("fiscal year to date", "本财政年度至今"),
        ("last fiscal quarter", "上一财政季度"),
    ],
)
def test_windows_are_told_in_both_languages(window, chinese):
    """In English as a policy writes them."""
    parsed = Window.parse(window)
    assert (say_window(parsed), say_window(parsed, "zh")) == (window, chinese)
