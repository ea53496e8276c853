"""Cities by their names, as far as that can be done without a list of the world.

The method: half width, lower case, single blanks, and without the 市 at the end, so
that ``佛山市`` is ``佛山`` and ``LEEDS`` is ``leeds``.

Limits: ``Foshan`` and ``佛山`` are two names, and so are ``Köln`` and ``Cologne``.
Cities that are a province of their own have one code in all spellings
(:data:`custseg.geography.provinces.CITIES`).
"""

from __future__ import annotations

from functools import cache
from typing import Final

from custseg.geography.provinces import CITIES, PROVINCES, sure_province
from custseg.geography.spelling import tidy

__all__ = ["canonical_city", "city_key"]

_CITY: Final = "市"
_SHORTEST: Final = 2
"""Characters that a name keeps: 津市 is a name, not the city of 津."""

_HEAD: Final = 4
"""Characters by which most cities are seen not to be one of a few."""


def canonical_city(text: str) -> str | None:
    """Return a city's name in the spelling that is compared; None for a blank.

    Examples
    --------
    >>> [canonical_city(one) for one in ("佛山市", "佛山", "津市", "津市市", "LEEDS")]
    ['佛山', '佛山', '津市', '津市', 'leeds']
    """
    name = tidy(text)
    bare = name.removesuffix(_CITY).rstrip()
    return (bare if len(bare) >= _SHORTEST else name) or None


@cache
def _heads() -> frozenset[str]:
    """Return how the names of cities that are provinces begin, in any spelling."""
    names = {"中国", "重慶", "澳門"}
    for code in CITIES:
        one = PROVINCES[code]
        names |= {one.short, one.adcode, *map(str.casefold, (code, *one.english))}
    return frozenset(name[:_HEAD] for name in names)


def city_key(text: str) -> str | None:
    """Return what tells a city from another: its name, or the code of a province.

    Examples
    --------
    >>> city_key("Beijing"), city_key("北京市"), city_key("Leeds")
    ('CN-BJ', 'CN-BJ', 'leeds')
    """
    name = canonical_city(text)
    if name is not None and not {name[:2], name[:_HEAD]}.isdisjoint(_heads()):
        province = sure_province(text)
        if province in CITIES:
            return province
    return name
