"""What a review says is to be done about one customer, in words: pools, the clean-out.

"Nurture pool, toward Core: stays; in it since 2026-02-01; place 2 of 10; at most 337
days more (3.7 quarters), to 2027-02-01; 6.4 points, or one of: net spend 57,031.94 CNY
more." Who looks after a customer wants to know what would help, and how much time is
left for it.

The method: these are values, made from what was decided
(:mod:`custseg.reviews.stories`) and told here in two languages. A quarter is a fourth
of 365 days.

Limits: a pool is left at a review, so the last day named is the first on which a review
ends the stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from attrs import frozen

from custseg.labels import Language, Title
from custseg.rules.acts.pooling import POOL_MOVE_TITLES, PoolMove
from custseg.wording import say_number

__all__ = ["ClearStory", "PoolStory", "Way"]

_QUARTER: Final = 365 / 4
"""Days."""


@frozen
class Way:
    """One change that leads to the tier above, with all else as it is.

    Parameters
    ----------
    said : Title
        In words, with money, orders or days in it.
    data : mapping of str to plain data
        The same for a machine.
    """

    said: Title
    data: Mapping[str, Any]


@frozen(kw_only=True)
class PoolStory:
    """What became of one customer and one pool in a run.

    Parameters
    ----------
    code : str
    title, goal : Title
        Of the pool, and of the tier to which it leads.
    move : PoolMove
        Not ``OUT``.
    since : date or None
        Since when in the pool, or in it until this run; None for who waits.
    stayed_days : int
        From then to the day of the run.
    until : date or None
        The first day on which a review ends the longest stay; None where there is none,
        and for who is not in the pool.
    left_days : int or None
        From the day of the run to that day.
    rank, places : int
        The place among all who are in or could be, 0 for none; and how many the pool
        takes, 0 for any number.
    points : float or None
        To the bar of the goal; None where that is not a score, or who left.
    earned : bool
        Whether the facts earn the goal already, and only the tier held is behind.
    ways : tuple of Way
        What would lead there; nothing for who left.

    Examples
    --------
    >>> story = PoolStory(
    ...     code="nurture", title=Title("培育池", "Nurture pool"),
    ...     goal=Title("核心", "Core"), move=PoolMove.STAYS, since=date(2026, 2, 1),
    ...     stayed_days=28, until=date(2027, 2, 1), left_days=337, rank=2, places=10,
    ...     points=6.4)
    >>> for depth, line in story.lines("en"):
    ...     print("  " * depth + line)
    Nurture pool, toward Core: stays
      in it since 2026-02-01
      place 2 of 10
      337 days left of the longest stay (3.7 quarters), to 2027-02-01
      6.40 points to Core
      no single fact and no order alone leads there
    """

    code: str
    title: Title
    goal: Title
    move: PoolMove
    since: date | None
    stayed_days: int
    until: date | None
    left_days: int | None
    rank: int
    places: int
    points: float | None
    earned: bool = False
    ways: tuple[Way, ...] = ()

    @property
    def quarters_left(self) -> float | None:
        """How many quarters of the longest stay are left, to a tenth."""
        return None if self.left_days is None else round(self.left_days / _QUARTER, 1)

    def lines(self, language: Language) -> Iterator[tuple[int, str]]:
        """Yield how deep each line stands, and what it says."""
        words, goal = _WORDS[language], self.goal.of(language)
        yield 0, self._head(language)
        if self.since is not None:
            key = "was_in" if self.move.leaves else "in"
            yield 1, words[key].format(self.since, self.stayed_days)
        for one in self._stands(language):
            yield 1, one
        if self.earned or self.move.leaves:
            return
        if self.points is not None:
            key = "points" if self.points > 0 else "over_bar"
            yield 1, words[key].format(goal, _points(self.points))
        yield 1, words["ways" if self.ways else "no_way"].format(goal)
        for way in self.ways:
            yield 2, f"- {way.said.of(language)}"

    def in_brief(self, language: Language) -> str:
        """Return it in one line: without since when, how far, and what leads there."""
        return _WORDS[language]["and"].join(
            (self._head(language), *self._stands(language))
        )

    def _head(self, language: Language) -> str:
        moved = POOL_MOVE_TITLES[self.move].of(language)
        if language == "en":
            moved = moved[:1].lower() + moved[1:]
        title, goal = self.title.of(language), self.goal.of(language)
        return _WORDS[language]["pool"].format(title, goal, moved)

    def _stands(self, language: Language) -> Iterator[str]:
        """Yield the place, the time that is left, and whether the goal is earned."""
        words = _WORDS[language]
        if self.rank and self.places:
            yield words["place"].format(self.rank, self.places)
        if self.until is not None and self.left_days is not None:
            quarters = say_number(self.quarters_left or 0, 1)
            key = "left" if self.left_days > 0 else "over"
            yield words[key].format(self.left_days, quarters, self.until)
        if self.earned:
            yield words["earned"].format(self.goal.of(language))

    def to_data(self) -> dict[str, Any]:
        """Return plain data for JSON, codes and titles."""
        return {
            "code": self.code,
            "title": _both(self.title),
            "goal": _both(self.goal),
            "move": self.move.name,
            "since": None if self.since is None else self.since.isoformat(),
            "stayed_days": self.stayed_days,
            "until": None if self.until is None else self.until.isoformat(),
            "left_days": self.left_days,
            "quarters_left": self.quarters_left,
            "rank": self.rank,
            "places": self.places,
            "points": self.points,
            "earned": self.earned,
            "ways": [dict(one.data) for one in self.ways],
        }


@frozen(kw_only=True)
class ClearStory:
    """What the clean-out says of one customer whom one of its rules fits.

    Parameters
    ----------
    rule : str
    title : Title
        What is proposed.
    exempt : tuple of Title
        The reasons for leaving the customer out; none where it is proposed.
    untold : tuple of Title
        Exemptions of which it cannot be told whether they hold.

    Examples
    --------
    >>> story = ClearStory(rule="archive", title=Title("归档", "Archive"),
    ...                    exempt=(Title("曾有大额采购", "Bought much before"),))
    >>> [line for _, line in story.lines("en")]
    ['clean-out: Archive, but exempt: Bought much before']
    >>> [line for _, line in story.lines("zh")]
    ['清理：符合“归档”，但予以豁免：曾有大额采购']
    """

    rule: str
    title: Title
    exempt: tuple[Title, ...] = ()
    untold: tuple[Title, ...] = ()

    @property
    def proposed(self) -> bool:
        """Whether it is proposed: nothing exempts the customer."""
        return not self.exempt

    def lines(self, language: Language) -> Iterator[tuple[int, str]]:
        """Yield how deep each line stands, and what it says."""
        words = _WORDS[language]

        def listed(titles: tuple[Title, ...]) -> str:
            return words["and"].join(one.of(language) for one in titles)

        key = "proposed" if self.proposed else "exempt"
        yield 0, words[key].format(self.title.of(language), listed(self.exempt))
        if self.untold:
            yield 1, words["untold"].format(listed(self.untold))

    def in_brief(self, language: Language) -> str:
        """Return it in one line."""
        return _WORDS[language]["and"].join(line for _, line in self.lines(language))

    def to_data(self) -> dict[str, Any]:
        """Return plain data for JSON, codes and titles."""
        return {
            "rule": self.rule,
            "title": _both(self.title),
            "status": "PROPOSED" if self.proposed else "EXEMPT",
            "exempt": [_both(one) for one in self.exempt],
            "untold": [_both(one) for one in self.untold],
        }


def _points(points: float) -> str:
    """Return points to two decimals, or to more where those would say none."""
    short = f"{points:.2f}"
    return short if float(short) else f"{points:.6f}".rstrip("0")


def _both(title: Title) -> dict[str, str]:
    return {"zh": title.zh, "en": title.en}


_WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "pool": "{}, toward {}: {}",
        "in": "in it since {}",
        "was_in": "was in it since {}, for {} days",
        "place": "place {} of {}",
        "left": "{} days left of the longest stay ({} quarters), to {}",
        "over": "the longest stay was over on {2}; the next review ends it",
        "points": "{1} points to {0}",
        "over_bar": "the score is over the entry bar of {}",
        "earned": "today's facts earn {} already",
        "ways": "one of these leads to {}, with all else as it is:",
        "no_way": "no single fact and no order alone leads there",
        "proposed": "clean-out: {} is proposed",
        "exempt": "clean-out: {}, but exempt: {}",
        "untold": "an exemption that cannot be told: {}",
        "and": "; ",
    },
    "zh": {
        "pool": "{}（目标：{}）：{}",
        "in": "自 {} 起在池",
        "was_in": "自 {} 起在池，共 {} 天",
        "place": "排名第 {}，名额 {}",
        "left": "最长培育期还剩 {} 天（约 {} 个季度），至 {}",
        "over": "最长培育期已于 {2} 届满，下次复盘出池",
        "points": "距“{0}”还差 {1} 分",
        "over_bar": "得分已达“{}”的升级线",
        "earned": "按目前数据已够“{}”",
        "ways": "其余不变，做到以下任一项即可升为“{}”：",
        "no_way": "没有哪一项指标或订单能单独达到目标",
        "proposed": "清理：建议“{}”",
        "exempt": "清理：符合“{}”，但予以豁免：{}",
        "untold": "无法判断是否豁免：{}",
        "and": "；",
    },
}
