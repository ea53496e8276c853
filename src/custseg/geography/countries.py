"""Countries by whatever name they are called.

A country arrives as a code or as a name: ``CN``, ``CHN``, ``156``, ``China``, ``中国``,
``PRC``; ``UK``, ``EIRE`` or ``RSA`` from older systems. All that mean one country have
one code, the two letters of ISO 3166-1.

The method: a table of names beside this file, read when the first country is asked
for. A name that is not in it is not guessed.

Limits: today's countries only. What is no single country, such as ``European
Community`` or ``Channel Islands``, has no code. Some codes of ISO 3166-1 are of parts
of another country, such as Puerto Rico or Hong Kong; ISO 3166-2 lists them there too,
and :func:`whole_country` leads from one to the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pkgutil import get_data
from types import MappingProxyType
from typing import Final

from attrs import frozen

from custseg.geography.spelling import key_of, keys_of

__all__ = ["PARTS", "Country", "canonical_country", "countries", "whole_country"]

_WHOLES: Final = {
    "CN": "HK MO TW",
    "FI": "AX",
    "FR": "BL GF GP MF MQ NC PF PM RE TF WF YT",
    "NL": "AW BQ CW SX",
    "NO": "SJ",
    "US": "AS GU MP PR UM VI",
}

PARTS: Final[Mapping[str, str]] = MappingProxyType(
    {part: whole for whole, parts in _WHOLES.items() for part in parts.split()}
)
"""Codes of ISO 3166-1 that ISO 3166-2 lists among the parts of another country."""


@frozen
class Country:
    """One country of ISO 3166-1.

    Parameters
    ----------
    alpha_2, alpha_3, numeric : str
        Its codes; the number is three digits.
    english, chinese : str
    others : tuple of str
        Official names, older names, and what people write.
    """

    alpha_2: str
    alpha_3: str
    numeric: str
    english: str
    chinese: str
    others: tuple[str, ...] = ()

    def spellings(self) -> Iterator[str]:
        """Yield every code and name."""
        yield from (self.alpha_2, self.alpha_3, self.numeric, self.english)
        yield self.chinese
        yield from self.others


@cache
def countries() -> Mapping[str, Country]:
    """Return every country by its two letters.

    Examples
    --------
    >>> countries()["GB"].english, len(countries())
    ('United Kingdom', 249)
    """
    text = (get_data(__name__, "countries.txt") or b"").decode()
    rows = (line.split("|") for line in text.splitlines() if not line.startswith("#"))
    return MappingProxyType({row[0]: _country(*row) for row in rows})


def _country(  # noqa: PLR0917 - a line of the table
    alpha_2: str, alpha_3: str, numeric: str, english: str, chinese: str, others: str
) -> Country:
    names = tuple(
        name.strip().replace("~", english) for name in others.split(";") if name.strip()
    )
    return Country(alpha_2, alpha_3, numeric, english, chinese, names)


@cache
def _by_key() -> Mapping[str, str]:
    return {
        key_of(spelling): country.alpha_2
        for country in countries().values()
        for spelling in country.spellings()
    }


def canonical_country(text: str) -> str | None:
    """Return the code of a country; None where nobody knows which is meant.

    Parameters
    ----------
    text : str
        A code of ISO 3166-1, an English or Chinese name, or what is commonly written;
        case, width, accents and punctuation do not count.

    Returns
    -------
    str or None
        Two letters.

    Examples
    --------
    >>> [canonical_country(one) for one in ("中国", "PRC", "chn", "156", "P.R. China")]
    ['CN', 'CN', 'CN', 'CN', 'CN']
    >>> [canonical_country(one) for one in ("EIRE", "RSA", "U.K.", "Atlantis")]
    ['IE', 'ZA', 'GB', None]
    """
    known = _by_key()
    return next((known[key] for key in keys_of(text) if key in known), None)


def whole_country(code: str) -> str:
    """Return the country that ISO 3166-2 lists a code of ISO 3166-1 under.

    Examples
    --------
    >>> whole_country("PR"), whole_country("HK"), whole_country("FR")
    ('US', 'CN', 'FR')
    """
    return PARTS.get(code, code)
