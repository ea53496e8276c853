"""Numbers in text, as people and spreadsheets write them.

``1.234`` is twelve hundred to one writer and one and a fifth to another, and only they
know. Who says which sign groups digits and which begins the decimals has such texts
read by :func:`reader`; where nobody says, :func:`undoubted` lets through only what has
one meaning.

Limits: digits are grouped by three; a text that is grouped otherwise is no number, and
neither is one whose first group is a mere 0.
"""

from __future__ import annotations

import re

from custseg.errors import Problem, SettingError
from custseg.intake.raw import NumberText

__all__ = ["reader", "undoubted"]

_DOUBTFUL = re.compile(r"\s*[-+]?(?!0\.)\d{1,3}\.\d{3}\s*")

_BLANKS = " \u00a0\u202f"
"""The blank of the keyboard, and those that spreadsheets put between digits."""


def undoubted(text: str) -> str | None:
    """Return a number's text, or None where a point may well group its digits.

    Examples
    --------
    >>> undoubted("1.234"), undoubted("1.23"), undoubted("0.125"), undoubted("1234")
    (None, '1.23', '0.125', '1234')
    """
    return None if _DOUBTFUL.fullmatch(text) else text


def reader(*, thousands: str = "", decimal: str = ".") -> NumberText:
    """Return what reads numbers that are written in one way.

    Parameters
    ----------
    thousands : str
        What groups digits; "" for nothing, and for a point where decimals begin with a
        comma. A blank stands for every kind of it.
    decimal : {".", ","}
        What begins the decimals.

    Returns
    -------
    callable
        From a text to a plain one. Where decimals begin with a point, a text that is
        not grouped by three is returned as it is, and refused later unless it is a
        plain number; where they begin with a comma, it gives None.

    Raises
    ------
    SettingError
        When a sign does no such thing.

    Examples
    --------
    >>> here, there = reader(thousands=","), reader(decimal=",")
    >>> here("1,234.50"), here("12,34"), there("1.234,50"), there("12.50")
    ('1234.50', '12,34', '1234.50', None)
    """
    _check(thousands, decimal)
    sign = thousands or ("." if decimal == "," else "")
    signs = re.escape(_BLANKS if sign and sign in _BLANKS else sign)
    # Nobody groups a number below one thousand: 0.125 is written by another hand.
    grouped = rf"(?!0\D)\d{{1,3}}(?:[{signs}]\d{{3}})+|" if sign else ""
    number = re.compile(rf"\s*([-+]?(?:{grouped}\d+))(?:{re.escape(decimal)}(\d+))?\s*")

    def plain(text: str) -> str | None:
        found = number.fullmatch(text)
        if found is None:
            return None if decimal == "," else text
        whole = re.sub(r"[^-+\d]", "", found[1])
        return whole if found[2] is None else f"{whole}.{found[2]}"

    return plain


def _check(thousands: str, decimal: str) -> None:
    if decimal not in {".", ","}:
        raise SettingError(
            Problem(
                "no decimals begin with this",
                where="decimal",
                got=decimal,
                allowed="a point or a comma",
            )
        )
    groups = {"", *",，'’_", *_BLANKS, *("." if decimal == "," else "")} - {decimal}
    if thousands not in groups:
        raise SettingError(
            Problem(
                "this groups no digits",
                where="thousands",
                got=thousands,
                allowed="a comma, an apostrophe, a blank or an underscore; a point "
                "where decimals begin with a comma",
            )
        )
