"""The functions of the expression language, in one table.

The parser reads from it which calls exist, the checker what they take and give, and
the reference page what they mean. Three functions are *fitted*: what they answer is
learned from the customers of a reference and frozen, so they take the bare name of a
feature or score and nothing else.

Limits: a function is added here and in the evaluator; a policy cannot bring its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final

from attrs import frozen

from custseg.labels import Title

__all__ = ["FUNCTIONS", "Function", "Takes"]


class Takes(Enum):
    """What a function takes, and which unit it gives back."""

    NUMBERS = "numbers of one unit -> that unit"
    ALIKE = "values of one kind and unit -> that kind and unit"
    ANYTHING = "any value -> a condition"
    CHOICE = "a condition and two values of one kind and unit -> that kind and unit"
    NAME_TO_SHARE = "the name of a feature or score -> a share"
    NAME_TO_ITS_UNIT = "the name of a feature or score -> its unit"


@frozen
class Function:
    """One function of the language.

    Parameters
    ----------
    name : str
    usage : str
        How a call is written.
    least : int
        The fewest arguments.
    most : int or None
        The most arguments; None where any number will do.
    takes : Takes
        The rule of its units.
    doc : Title
        What it does, in Chinese and English.

    Examples
    --------
    >>> FUNCTIONS["pct"].usage, FUNCTIONS["pct"].is_fitted, FUNCTIONS["pct"].is_cut
    ('pct(name)', True, True)
    """

    name: str
    usage: str
    least: int
    most: int | None
    takes: Takes
    doc: Title

    @property
    def is_fitted(self) -> bool:
        """Whether its answer is learned from a reference."""
        return self.takes in {Takes.NAME_TO_SHARE, Takes.NAME_TO_ITS_UNIT}

    @property
    def is_cut(self) -> bool:
        """Whether comparing it with a constant can be frozen as a cut."""
        return self.takes is Takes.NAME_TO_SHARE

    def admits(self, count: int) -> bool:
        """Say whether the function can be given so many arguments."""
        return self.least <= count and (self.most is None or count <= self.most)


_ALL = (
    Function(
        "min", "min(a, b, ...)", 2, None, Takes.NUMBERS,
        Title(zh="最小的一个；有一个未知则未知",
              en="the least of them; unknown if one of them is"),
    ),
    Function(
        "max", "max(a, b, ...)", 2, None, Takes.NUMBERS,
        Title(zh="最大的一个；有一个未知则未知",
              en="the greatest of them; unknown if one of them is"),
    ),
    Function(
        "abs", "abs(x)", 1, 1, Takes.NUMBERS,
        Title(zh="绝对值", en="the number without its sign"),
    ),
    Function(
        "floor", "floor(x)", 1, 1, Takes.NUMBERS,
        Title(zh="向下取整；金额按元取整",
              en="the whole number at or below; of money, in its major unit"),
    ),
    Function(
        "coalesce", "coalesce(a, b, ...)", 2, None, Takes.ALIKE,
        Title(zh="第一个已知的值", en="the first of them that is known"),
    ),
    Function(
        "known", "known(x)", 1, 1, Takes.ANYTHING,
        Title(zh="是否已知；本身从不未知",
              en="whether the value is known; never unknown itself"),
    ),
    Function(
        "if", "if(condition, a, b)", 3, 3, Takes.CHOICE,
        Title(zh="条件成立取 a，否则取 b；条件未知则未知",
              en="a where the condition holds, else b; unknown where it is unknown"),
    ),
    Function(
        "pct", "pct(name)", 1, 1, Takes.NAME_TO_SHARE,
        Title(zh="在参照客户群中的百分位（并列取中点），0 到 1",
              en="the mid-rank percentile within the reference, from 0 to 1"),
    ),
    Function(
        "share_above", "share_above(name)", 1, 1, Takes.NAME_TO_SHARE,
        Title(zh="数值严格更大的客户在正值总额中的占比",
              en="the part of the positive total held by customers with a strictly "
                 "greater value"),
    ),
    Function(
        "median", "median(name)", 1, 1, Takes.NAME_TO_ITS_UNIT,
        Title(zh="参照客户群中已知值的中位数",
              en="the median of the known values over the reference; one number"),
    ),
)  # fmt: skip

FUNCTIONS: Final[Mapping[str, Function]] = MappingProxyType(
    {function.name: function for function in _ALL}
)
"""Every function of the language by its name."""
