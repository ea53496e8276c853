"""What an evaluation cannot tell, in words that stand beside its numbers.

A table of what tiers brought is read as what the tiers did. It is no such thing, and a
reader who is not told so will be misled by the very best of numbers: who is graded high
after a good year will on average have a less good one next, whatever anybody does.

The first caveats hold for every evaluation; the others are there where they apply.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from custseg.evaluation.spans import Cover, Span
from custseg.labels import Title
from custseg.periods import to_date
from custseg.units import Unit
from custseg.wording import say

__all__ = [
    "ALWAYS",
    "FREED",
    "NO_SERVICE_COST",
    "caveats_of",
    "left_out_of",
    "newcomers",
]

ALWAYS: Final = (
    Title(
        zh="本表只并列等级与其后的结果，不是因果结论：等级带来了什么，"
        "只有随机留出一部分客户不按等级对待，才能知道",
        en="no causal claim: tiers stand beside what followed them; what they brought "
        "about only customers can tell who were left out of them at random",
    ),
    Title(
        zh="均值回归：因业绩好而评为高等级的客户，其后平均会回落；"
        "低等级客户平均会回升，与如何对待他们无关",
        en="regression to the mean: who is graded high after good sales falls back on "
        "average, and who is graded low rises, whatever is done",
    ),
    Title(
        zh="幸存者偏差：只计入当日已知且未销户的客户；此前已流失者留在低等级中",
        en="survivorship: only customers known on the day, account open, count; "
        "those lost earlier stand in the low tiers",
    ),
    Title(
        zh="复购率的区间视客户相互独立，整体行情的影响不在其中",
        en="the intervals of those who bought again take customers as independent: a "
        "good or bad year for all is not in them",
    ),
)

NO_SERVICE_COST: Final = Title(
    zh="没有覆盖整个期间的服务成本：投入回报未扣除服务成本",
    en="no cost of service is recorded for the whole period: the return on effort is "
    "before it",
)

FREED: Final = Title(
    zh="投入按规则的分配方案摊分，未重算清退客户释放的部分",
    en="the effort is shared out by the policy's allocation; what a clean-out would "
    "set free is not moved",
)

_JOURNAL = Title(
    zh="等级取自日志，客户已按等级区别对待：等级的作用与评级的眼光无法分开",
    en="the tiers are those of the journal, and customers were treated by them: what "
    "the treatment did and what the grading foresaw cannot be told apart",
)
_YEAR = 365.25


def caveats_of(spans: Sequence[Span], *, reviews: int) -> Iterator[Title]:
    """Yield what has to be said of the tiers and the days of an evaluation.

    Parameters
    ----------
    spans : sequence of Span, rising
    reviews : int
        Days on which the replay reviewed; 0 where the tiers are those of a journal.

    Examples
    --------
    >>> [one.en for one in caveats_of([Span(20_635, 90)], reviews=1)][-1]
    'seasons: 90 days before and after a day are other months of the year'
    """
    yield from ALWAYS
    yield _replayed(reviews) if reviews else _JOURNAL
    days = spans[0].days
    years = round(days / _YEAR)
    if not years or abs(days - years * _YEAR) > 1.5:
        yield Title(
            zh=f"季节：当日前后各 {days:,} 天处于不同月份",
            en=f"seasons: {days:,} days before and after a day are other months of "
            "the year",
        )
    if any(later.on - now.on < days for now, later in pairwise(spans)):
        yield Title(
            zh="期间互相重叠：同一笔销售计入多个日期，各行不可相加",
            en="periods overlap: the same sale counts after several days, and rows of "
            "different days must not be added",
        )


def _replayed(reviews: int) -> Title:
    many = "one day" if reviews == 1 else f"{reviews:,} days"
    return Title(
        zh=f"等级是重放所得，仅在 {reviews:,} 个日期复盘：当时没有人按这些等级对待客户",
        en=f"the tiers are replayed, with reviews on {many} only: nobody was treated "
        "by them at the time",
    )


def left_out_of(
    left_out: Sequence[int], blind: Sequence[int], days: int, cover: Cover
) -> Iterator[Title]:
    """Yield which periods the data do not cover.

    Parameters
    ----------
    left_out : sequence of int
        Days that are not in the tables.
    blind : sequence of int
        Days of which only the period after is told.
    days : int
    cover : Cover
    """
    first, last = to_date(cover.first), to_date(cover.until - 1)
    if left_out:
        said = ", ".join(str(to_date(on)) for on in left_out)
        yield Title(
            zh=f"数据自 {first} 至 {last}，未覆盖以下日期之后完整的 {days:,} 天，"
            f"或其前没有数据，未计入：{said}",
            en=f"the data run from {first} to {last}: left out, for lack of {days:,} "
            f"whole days after them or of any before: {said}",
        )
    if blind:
        said = ", ".join(str(to_date(on)) for on in blind)
        yield Title(
            zh=f"以下日期之前的 {days:,} 天未被完整覆盖，不作前后比较：{said}",
            en=f"the {days:,} days before these are not covered in full, so nothing is "
            f"said of growth: {said}",
        )


def newcomers(shares: Sequence[float]) -> Iterator[Title]:
    """Yield how much was spent by customers who were not graded on the day.

    Parameters
    ----------
    shares : sequence of float
        Of the spend of all in each of the periods.
    """
    if not any(shares):
        return
    low, high = (say(one, Unit.SHARE) for one in (min(shares), max(shares)))
    span = low if low == high else f"{low} – {high}"
    yield Title(
        zh=f"当日尚未知晓的客户占其后净采购额的 {span}，不在表中",
        en="of the net spend after a day, customers who were not yet known on it held "
        f"{span}; they are not in the tables",
    )
