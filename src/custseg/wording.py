"""Values as people write them, in Chinese and English."""

from __future__ import annotations

from typing import Any

from custseg.labels import Language
from custseg.money import QUANTITY_EXPONENT, format_amount
from custseg.periods import Window, WindowKind
from custseg.units import Unit

__all__ = ["say", "say_number", "say_window", "with_code"]

_UNKNOWN = {"zh": "未知", "en": "unknown"}
_FLAG = {"zh": ("否", "是"), "en": ("no", "yes")}


_PERIODS = {1: "月", 3: "季度", 6: "半年", 12: "年度"}


def with_code(title: str, code: str, language: Language = "en") -> str:
    """Return a title with its code behind it, but for one that begins with its code.

    Examples
    --------
    >>> with_code("New", "NEW"), with_code("新客户", "NEW", "zh")
    ('New (NEW)', '新客户（NEW）')
    >>> with_code("A, core", "A"), with_code("A 级（核心）", "A", "zh")
    ('A, core', 'A 级（核心）')
    """
    rest = title.removeprefix(code)
    goes_on = rest[:1].isascii() and (rest[:1].isalnum() or rest[:1] == "_")
    if rest != title and not goes_on:
        return title
    return f"{title}（{code}）" if language == "zh" else f"{title} ({code})"


def say_window(window: Window, language: Language = "en") -> str:
    """Return a window as people write it.

    Examples
    --------
    >>> window = Window.parse("last fiscal quarter, a year earlier")
    >>> say_window(window), say_window(window, "zh")
    ('last fiscal quarter, a year earlier', '上一财政季度，上年同期')
    >>> say_window(Window.parse("365 days"), "zh")
    '365 天'
    """
    if language != "zh":
        return str(window)
    if window.kind is WindowKind.LIFETIME:
        return "全部历史"
    if window.kind is WindowKind.ROLLING:
        said = say(window.length, Unit.DAYS, language)
    else:
        period = ("财政" if window.fiscal else "") + _PERIODS[window.length]
        last = window.kind is WindowKind.LAST
        said = f"上一{period}" if last else f"本{period}至今"
    return f"{said}，上年同期" if window.a_year_earlier else said


def say_number(value: float, decimals: int = 2) -> str:
    """Return a number with thousands separators and no idle zeros.

    Examples
    --------
    >>> say_number(1234.50), say_number(3.0), say_number(0.1234)
    ('1,234.5', '3', '0.12')
    """
    text = f"{value:,.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def say(
    value: object,
    unit: Unit,
    language: Language = "en",
    *,
    currency: str | None = None,
    decimals: int = 2,
) -> str:
    """Return a value of a column as people write it.

    Parameters
    ----------
    value : number, bool, str or None
        As columns hold it: money in minor units, quantity in ten-thousandths; None is
        unknown.
    unit : Unit
    language : {"zh", "en"}
    currency : str or None
        Written behind money where it is known.
    decimals : int
        Of the currency.

    Examples
    --------
    >>> say(1234500, Unit.MONEY, currency="CNY"), say(12, Unit.DAYS, "zh")
    ('12,345.00 CNY', '12 天')
    >>> say(0.8, Unit.SHARE), say(None, Unit.DAYS), say(25000, Unit.QUANTITY)
    ('80 %', 'unknown', '2.5')
    """
    if value is None:
        return _UNKNOWN[language]
    if unit is Unit.TEXT:
        return str(value)
    if unit is Unit.FLAG:
        return _FLAG[language][bool(value)]
    return _say_quantity(value, unit, language, currency, decimals)


def _say_quantity(
    value: Any, unit: Unit, language: Language, currency: str | None, decimals: int
) -> str:
    number = float(value)
    if unit is Unit.MONEY:
        exact = value if isinstance(value, int) else number
        amount = format_amount(exact, decimals)
        return f"{amount} {currency}" if currency else amount
    if unit is Unit.DAYS:
        word = "天" if language == "zh" else ("day" if number == 1 else "days")
        return f"{say_number(number, 1)} {word}"
    if unit is Unit.SHARE:
        return f"{say_number(100 * number)} %"
    if unit is Unit.QUANTITY:
        number /= 10**QUANTITY_EXPONENT
        return say_number(number, QUANTITY_EXPONENT)
    return say_number(number)
