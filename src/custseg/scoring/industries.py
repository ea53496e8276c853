"""Codes of industries in one spelling, whatever classification they come from.

A register says ``GB/T 4754-2017 C13``, a form ``ISIC Rev.4 C10``, a marketplace
``NAICS 44-45``. The classification is written first and short, then a colon, then the
code: ``GB/T:C13``, ``ISIC:C10``, ``NACE:47.1``, ``NAICS:44-45``. A policy looks such
codes up by how they begin.

Editions whose sections differ keep their number, so that a letter is not taken for
another industry: GB/T 4754-2002, ISIC Rev.3 and Rev.5, NACE Rev.1 and Rev.2.1.
Sections are alike in GB/T 4754 of 2011 and 2017, and sectors in NAICS from 1997 on.

Limits: a bare code or a word stays as it is, since it says no classification; the code
itself is not checked.
"""

from __future__ import annotations

import re
from typing import Final
from unicodedata import normalize

__all__ = ["canonical_industry"]

_GB: Final = re.compile(
    r"(?:GB\s*[/_-]?\s*T|国标|国民经济行业分类)[\s_-]*(?:4754)?"
    r"(?:[\s_-]*(?P<edition>1994|2002|2011|2017)(?=[\s:_-]+[A-T0-9]))?"
    r"[\s:_-]*(?P<code>[A-T]?\d*)(?!\w)",
    re.IGNORECASE | re.ASCII,
)
_REVISED: Final = re.compile(
    r"(?P<name>ISIC|NACE)"
    r"(?:[\s_-]*(?:REV(?:ISION)?)?[\s._]*(?P<edition>[1-5](?:\.1)?)(?=[\s:_-]+[A-V0-9]))?"
    r"[\s:_-]*(?P<code>[A-V]?\s?\d*(?:\.\d+)*)(?!\w)",
    re.IGNORECASE | re.ASCII,
)
_NAICS: Final = re.compile(
    r"(?P<name>NAICS)[\s_-]*(?:(?P<edition>(?:19|20)\d\d)(?=[\s:_-]+\d))?"
    r"[\s:_-]*(?P<code>\d+(?:-\d+)?)(?!\w)",
    re.IGNORECASE | re.ASCII,
)

_DASHES: Final = re.compile("[\u2010-\u2015\u2212]")
_USUAL: Final = {"GB/T": ("2011", "2017"), "ISIC": ("4",), "NACE": ("2",)}
"""The editions that the short names stand for."""


def canonical_industry(text: str) -> str | None:
    """Return an industry in the spelling that policies look up; None for a blank.

    Parameters
    ----------
    text : str
        A code with the name of its classification; anything else comes back trimmed
        and in half width.

    Examples
    --------
    >>> canonical_industry("GB/T 4754-2017 C13"), canonical_industry("GBT:C13")
    ('GB/T:C13', 'GB/T:C13')
    >>> canonical_industry("ISIC Rev.4 C10"), canonical_industry("NACE 47.1")
    ('ISIC:C10', 'NACE:47.1')
    >>> canonical_industry("NAICS 2022 44-45"), canonical_industry("ISIC Rev. 5 L64")
    ('NAICS:44-45', 'ISIC-5:L64')
    >>> canonical_industry("C13"), canonical_industry("制造业")
    ('C13', '制造业')
    """
    plain = _DASHES.sub("-", normalize("NFKC", text)).strip()
    for pattern in (_GB, _REVISED, _NAICS):
        found = pattern.match(plain)
        if found and found["code"]:
            name = found.groupdict().get("name", "GB/T").upper()
            edition = found["edition"]
            if edition and name in _USUAL and edition not in _USUAL[name]:
                name = f"{name}-{edition}"
            code = found["code"].replace(" ", "").upper()
            rest = plain[found.end() :].strip(" :-")
            return f"{name}:{code} {rest}".rstrip()
    return plain or None
