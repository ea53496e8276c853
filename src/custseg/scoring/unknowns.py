"""For whom a feature is unknown although its columns are there, in both languages.

Each cause is a clause: in English one that follows "unknown", as in "unknown without a
sale ever", in Chinese one that stands before 时未知, as in 从未购买时未知. What
several features have in common stands here once; a cause of one feature alone stands
beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from custseg.labels import Title

__all__ = [
    "BELOW_ZERO",
    "FEW_COMMON_CATEGORIES",
    "INCOMPARABLE",
    "NEVER_BOUGHT",
    "NOT_DECLARED",
    "NOT_INVOICED",
    "NO_FOUR_QUARTERS",
    "NO_ORDER",
    "NO_SALE",
    "NO_SELLER",
    "NO_SUCH_EVENT",
    "NO_TWO_YEARS",
    "OF_ITSELF",
    "joined_causes",
    "ungrouped",
    "untold",
]

NEVER_BOUGHT: Final = Title(zh="从未购买", en="without a sale ever")
NO_SALE: Final = Title(zh="期内没有采购", en="without a sale in the window")
NO_SELLER: Final = Title(zh="未设定卖方所在地", en="without a seller")
NO_ORDER: Final = Title(zh="期内没有订单", en="without an order in the window")
NOT_INVOICED: Final = Title(
    zh="期内没有开票", en="where nothing was invoiced in the window"
)
NO_FOUR_QUARTERS: Final = (
    Title(
        zh="首购以来不满四个整季度",
        en="with fewer than four whole quarters since the first sale",
    ),
    Title(zh="其间净采购额不为正", en="without positive spend in them"),
)
NO_TWO_YEARS: Final = Title(
    zh="首购以来不满 24 个整月",
    en="with fewer than 24 whole months since the first sale",
)
INCOMPARABLE: Final = Title(
    zh="期内可比的销售额不到一半",
    en="where less than half of the sales amount in the window can be compared",
)
FEW_COMMON_CATEGORIES: Final = Title(
    zh="参照客户的常购品类太少", en="where its peers have too few categories in common"
)
NOT_DECLARED: Final = Title(zh="未填写", en="where nobody declared it")
BELOW_ZERO: Final = Title(zh="小于零", en="where it is below zero")
NO_SUCH_EVENT: Final = Title(zh="从未有此类事件", en="without such an event ever")
OF_ITSELF: Final = frozenset({NOT_DECLARED, BELOW_ZERO, NO_SUCH_EVENT, INCOMPARABLE})
"""Causes that speak of the one fact alone, although several facts have them."""


def untold(zh: str, en: str) -> Title:
    """Return that too much was sold of which a column says nothing.

    Parameters
    ----------
    zh, en : str
        What the column says.

    Examples
    --------
    >>> untold("品类", "category").zh
    '超过一成的销售额没有品类'
    """
    return Title(
        zh=f"超过一成的销售额没有{zh}",
        en=f"where more than a tenth of the sales amount has no {en}",
    )


def ungrouped(groups: Title, words: str) -> Title:
    """Return that what a column says is in none of some groups.

    Parameters
    ----------
    groups : Title
        What the table is called that has them.
    words : str
        The column, as ``table.column``.

    Examples
    --------
    >>> ungrouped(Title(zh="品类用途", en="Use of a category"), "sales.category").zh
    '超过一成的销售额不在“品类用途”的任何一组'
    """
    if not words.startswith("sales."):
        return Title(
            zh=f"没有在“{groups.zh}”任何一组的联系",
            en=f"without a contact in a group of '{groups.en}'",
        )
    return Title(
        zh=f"超过一成的销售额不在“{groups.zh}”的任何一组",
        en="where more than a tenth of the sales amount is in no group of "
        f"'{groups.en}'",
    )


def joined_causes(causes: Sequence[Title]) -> Title | None:
    """Return several causes as one clause; None of none.

    Examples
    --------
    >>> joined_causes([NO_SALE, untold("品牌", "brand")]).zh
    '期内没有采购，或超过一成的销售额没有品牌'
    >>> joined_causes([]) is None
    True
    """
    if not causes:
        return None
    *first, last = causes
    if not first:
        return last
    chinese, english = "、".join(c.zh for c in first), ", ".join(c.en for c in first)
    return Title(zh=f"{chinese}，或{last.zh}", en=f"{english}, or {last.en}")
