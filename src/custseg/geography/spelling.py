"""How the names of places are compared, whoever typed them.

The same place arrives as ``UNITED KINGDOM``, ``United  Kingdom`` or ``Côte d’Ivoire``
without its accents, in full width from one system and in traditional characters from
another. Two names are the same when their keys are.

The method: a key keeps letters and digits alone, in lower case, half width, simplified
characters, without accents; ``St`` is ``Saint``, and the words ``the`` and ``and``
do not count.

Limits: slips of the pen are not guessed. Simplified are only the characters that stand
in names of countries and provinces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from unicodedata import category, normalize

__all__ = ["key_of", "keys_of", "tidy"]

_WORD: Final = re.compile(r"[^\W_]+")
_SMALL: Final = frozenset({"the", "and"})
_SIMPLE: Final = str.maketrans(
    "國東門臺灣廣陝內遼蘇雲貴寧龍慶島亞羅爾蘭烏盧馬賓薩納達維韓聯陸別區鮮魯庫圖屬聖華澤紐約緬倫貝剛開臘幾喬諾麥紹岡長顛頓愛韋萊羣濟贊黃撲",
    "国东门台湾广陕内辽苏云贵宁龙庆岛亚罗尔兰乌卢马宾萨纳达维韩联陆别区鲜鲁库图属圣华泽纽约缅伦贝刚开腊几乔诺麦绍冈长颠顿爱韦莱群济赞黄扑",
)
"""The traditional characters that stand in these names, to simplified ones."""


def tidy(text: str) -> str:
    """Return a text in half width and lower case, with single blanks.

    Examples
    --------
    >>> tidy("  ＮＥＷ   York ")
    'new york'
    """
    return " ".join(normalize("NFKC", text).casefold().split())


def key_of(text: str) -> str:
    """Return what is compared of a name; "" where there is nothing.

    Examples
    --------
    >>> key_of("St. Vincent & the Grenadines"), key_of("CÔTE D’IVOIRE"), key_of("廣東")
    ('saintvincentgrenadines', 'cotedivoire', '广东')
    """
    bare = tidy(text)
    if not bare.isascii():
        bare = normalize("NFD", bare).translate(_SIMPLE)
        bare = "".join(sign for sign in bare if category(sign) != "Mn")
    every = _WORD.findall(bare)
    words = [word for word in every if word not in _SMALL]
    words = words or every  # AND is Andorra
    return "".join("saint" if word == "st" else word for word in words)


def keys_of(text: str) -> Iterator[str]:
    """Yield the key of a name, then that of the name turned at its comma or bracket.

    Registers write ``Korea, Republic of`` and ``Bolivia (Plurinational State of)`` so
    that lists sort well.

    Examples
    --------
    >>> list(keys_of("Korea, Republic of"))
    ['korearepublicof', 'republicofkorea']
    """
    yield key_of(text)
    first, mark, rest = re.sub(r"[(（，]", ",", text).partition(",")
    if mark:
        yield key_of(f"{rest} {first}")
