"""How wide a customer buys: categories and brands, and which one leads.

Breadth is the effective number of categories: e to the entropy of their shares, so
three categories bought alike give 3, and one with two trifles beside it little more
than 1. What peers commonly buy and a customer does not is the gap that can be sold
into.

Sale lines count, returns do not (:mod:`custseg.scoring.baskets` says why, and how many
lines may be without a category). Without a sale in the window nobody has a leading
category, but buys 0 of them.

References: M. O. Hill, Diversity and evenness: a unifying notation and its
consequences, Ecology 54 (1973), for the effective number.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from custseg.labels import Title
from custseg.periods import Window
from custseg.rounding import rounded
from custseg.scoring.baskets import baskets
from custseg.scoring.features import Facts, Feature
from custseg.scoring.peers import CATEGORY_BUYERS, CategoryBuyers
from custseg.scoring.purchases import ratio
from custseg.scoring.readings import Groups
from custseg.scoring.unknowns import FEW_COMMON_CATEGORIES, NO_SALE, untold
from custseg.table import Column
from custseg.units import Unit

__all__ = ["FEATURES"]


def _how_many(
    column: str, facts: Facts, window: Window, groups: Groups | None = None
) -> Column:
    found = baskets(facts, column, window, groups)
    told = found.is_told()
    return Column(found.counts(), Unit.COUNT, None if told.all() else told)


def _top_share(
    column: str, facts: Facts, window: Window, groups: Groups | None = None
) -> Column:
    found = baskets(facts, column, window, groups)
    share = ratio(found.largest(), found.told, Unit.SHARE, positive=True)
    return Column(share.values, Unit.SHARE, share.is_known() & found.is_told())


def _top(
    column: str, facts: Facts, window: Window, groups: Groups | None = None
) -> Column:
    """Name the word of the largest sum; of equal ones, the first in text order."""
    found = baskets(facts, column, window, groups)
    code = np.zeros(facts.n, dtype=np.int32)
    leads = np.flatnonzero(found.amount == found.largest()[found.owner])[::-1]
    code[found.owner[leads]] = found.code[leads]  # written last, the first stays
    known = (found.told > 0) & found.is_told()
    return Column(code, Unit.TEXT, known, found.words)


def _category_breadth(
    facts: Facts, window: Window, groups: Groups | None = None
) -> Column:
    found = baskets(facts, "category", window, groups)
    entropy = np.zeros(facts.n)
    if len(found.owner):
        share = found.amount / found.told[found.owner]
        first = found.buyers()
        sums = np.add.reduceat(share * np.log(share), first)  # by category, in order
        entropy[found.owner[first]] = -sums
    known = (found.told > 0) & found.is_told()
    return Column(rounded(np.exp(entropy)), Unit.NUMBER, known)


def _category_gap(facts: Facts, window: Window) -> Column:
    peers: CategoryBuyers | None = facts.references.get(CATEGORY_BUYERS)
    if peers is None or not peers.common:
        return facts.unknown(Unit.SHARE)
    found = baskets(facts, "category", window)
    is_common = peers.is_common(found.words)
    bought = np.bincount(found.owner[is_common[found.code]], minlength=facts.n)
    missing = (len(peers.common) - bought) / len(peers.common)
    told = found.is_told()
    return Column(missing, Unit.SHARE, None if told.all() else told)


_CATEGORY = ("sales.amount", "sales.category")
_BRAND = ("sales.amount", "sales.brand")
_NO_CATEGORY = untold("品类", "category")
_NO_BRAND = untold("品牌", "brand")

FEATURES = (
    Feature(
        code="categories",
        unit=Unit.COUNT,
        title=Title(zh="采购品类数", en="Categories bought"),
        formula="distinct categories with a sale line in the window",
        needs=_CATEGORY,
        compute=partial(_how_many, "category"),
        windowed=True,
        missing=(_NO_CATEGORY,),
        better="higher",
        lever="raise",
        daily="same",
        words="sales.category",
    ),
    Feature(
        code="top_category_share",
        unit=Unit.SHARE,
        title=Title(zh="最大品类占比", en="Share of the leading category"),
        formula="largest sum of sale lines in one category / sum of those with a "
        "category, in the window; returns do not count",
        needs=_CATEGORY,
        compute=partial(_top_share, "category"),
        windowed=True,
        missing=(NO_SALE, _NO_CATEGORY),
        lever="both",
        least=0,
        most=1,
        daily="same",
        words="sales.category",
    ),
    Feature(
        code="top_category",
        unit=Unit.TEXT,
        title=Title(zh="最大品类", en="Leading category"),
        formula="the category of top_category_share; of equal ones, the first in "
        "text order",
        needs=_CATEGORY,
        compute=partial(_top, "category"),
        windowed=True,
        missing=(NO_SALE, _NO_CATEGORY),
        daily="same",
        words="sales.category",
    ),
    Feature(
        code="category_breadth",
        unit=Unit.NUMBER,
        title=Title(zh="有效品类数", en="Effective number of categories"),
        formula="exp(-sum of p ln p), p the share of each category in the sale lines "
        "of the window (Hill 1973)",
        needs=_CATEGORY,
        compute=_category_breadth,
        windowed=True,
        missing=(NO_SALE, _NO_CATEGORY),
        better="higher",
        lever="raise",
        least=1,
        daily="same",
        words="sales.category",
    ),
    Feature(
        code="category_gap",
        unit=Unit.SHARE,
        title=Title(zh="与同类客户的品类差距", en="Common categories not bought"),
        formula="of the categories that at least 40 % of the reference bought when "
        "the policy was fitted, the part without a sale line in the window",
        needs=_CATEGORY,
        compute=_category_gap,
        windowed=True,
        missing=(FEW_COMMON_CATEGORIES, _NO_CATEGORY),
        lever="lower",
        references=(CATEGORY_BUYERS,),
        least=0,
        most=1,
        daily="same",
    ),
    Feature(
        code="brands",
        unit=Unit.COUNT,
        title=Title(zh="采购品牌数", en="Brands bought"),
        formula="distinct brands with a sale line in the window",
        needs=_BRAND,
        compute=partial(_how_many, "brand"),
        windowed=True,
        missing=(_NO_BRAND,),
        lever="raise",
        daily="same",
        words="sales.brand",
    ),
    Feature(
        code="top_brand_share",
        unit=Unit.SHARE,
        title=Title(zh="最大品牌占比", en="Share of the leading brand"),
        formula="largest sum of sale lines of one brand / sum of those with a brand, "
        "in the window; returns do not count",
        needs=_BRAND,
        compute=partial(_top_share, "brand"),
        windowed=True,
        missing=(NO_SALE, _NO_BRAND),
        lever="both",
        least=0,
        most=1,
        daily="same",
        words="sales.brand",
    ),
    Feature(
        code="top_brand",
        unit=Unit.TEXT,
        title=Title(zh="最大品牌", en="Leading brand"),
        formula="the brand of top_brand_share; of equal ones, the first in text order",
        needs=_BRAND,
        compute=partial(_top, "brand"),
        windowed=True,
        missing=(NO_SALE, _NO_BRAND),
        daily="same",
        words="sales.brand",
    ),
)
