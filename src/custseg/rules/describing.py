"""Name the values of a policy file as a person would, and know which numbers fit.

An error message quotes what somebody wrote. What it quotes is cut short, and characters
that do not draw are shown as a mark, so that a message cannot be disguised.

Limits: numbers have at most fifteen digits, so that a number in JSON, which most
programs read as a binary fraction, comes back as exactly the same decimal.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final

__all__ = ["MOST_DIGITS", "described", "shown", "too_long"]

MOST_DIGITS: Final = 15
"""The most digits of a number in a policy, leading and closing zeros counted."""

_LONGEST_QUOTE: Final = 40


def described(value: object) -> str:
    """Return a value of a policy file as a person would name it.

    Examples
    --------
    >>> described("80"), described(True), described({}), described(Decimal("0.8"))
    ('the text "80"', 'true', 'a table', 'the number 0.8')
    """
    match value:
        case bool():
            said = "true" if value else "false"
        case str():
            said = f'the text "{shown(value)}"'
        case int() | float() | Decimal():
            said = f"the number {shown(_digits(value))}"
        case Mapping():
            said = "a table"
        case list() | tuple():
            said = "a list"
        case datetime():
            said = f"the moment {value.isoformat()}"
        case date():
            said = f"the date {value.isoformat()}"
        case None:
            said = "nothing (null)"
        case _:
            said = f"a value of the type {type(value).__name__}"
    return said


def _digits(value: float | Decimal) -> str:
    # str() of a whole number of more than 4,300 digits is an error in Python.
    is_vast = isinstance(value, int) and abs(value) >= 10**40
    return "of more than forty digits" if is_vast else str(value)


def too_long(number: Decimal) -> bool:
    """Say whether a number is not finite or has too many digits for a policy.

    Examples
    --------
    >>> too_long(Decimal("0.85")), too_long(Decimal("1e999")), too_long(Decimal("NaN"))
    (False, True, True)
    """
    if not number.is_finite():
        return True
    if not number:
        return False
    # From the first digit to the last, and the zeros between them and the point.
    digits = number.as_tuple().digits
    closing = len(digits) - len("".join(map(str, digits)).rstrip("0"))
    exponent = int(number.as_tuple().exponent) + closing
    top = number.adjusted()
    return max(top, 0) - min(exponent, 0) >= MOST_DIGITS


def shown(text: str, *, longest: int = _LONGEST_QUOTE) -> str:
    """Return a text with a mark for what does not draw, cut short.

    Parameters
    ----------
    text : str
    longest : int
        How many characters are left, the dots for the rest included.

    Examples
    --------
    >>> shown("a\u200bb"), shown("supercalifragilistic", longest=8)
    ('a\ufffdb', 'super...')
    """
    flat = "".join(c if c.isprintable() else "\ufffd" for c in text[:longest])
    return flat if len(text) <= longest else f"{flat[:-3]}..."
