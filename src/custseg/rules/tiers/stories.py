"""Why a tier moved or did not: one decision in words and numbers, zh and en.

"Fall to be confirmed: A, core; under the hold bar 72 with 70.4 points; 1 of 2 reviews;
next look 2026-10-01." A story is made from what was decided and what decided it, so it
can say nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Any

from attrs import frozen

from custseg.labels import Language, Title
from custseg.languages import check_language
from custseg.rules.acts.acted_stories import ClearStory, PoolStory
from custseg.rules.tiers.moves import ACTION_TITLES, REASON_TITLES, Action, Reason

__all__ = ["Story"]


@frozen(kw_only=True)
class Story:
    """What was decided about one customer's tier, and on what.

    Parameters
    ----------
    customer_id : str
    on : date
        The day of the run.
    facts_on : date
        The last day whose events were seen.
    before, after : Title or None
        The tier held before and after; None is none yet.
    action : Action
    reason : Reason
    score, coverage : float or None
        Points out of 100, and the share of the weights that is known.
    entry, hold : Decimal or None
        Bars of the tier held before, or of the one that a rise led to; None where a
        condition stands in their place, and for the lowest tier.
    next_tier : Title or None
        The tier above the one held afterwards.
    next_entry : Decimal or None
        Its entry bar.
    confirmed, wanted : int
        At how many reviews in a row the move was called for, and how many it takes; 0
        and 0 where no move waits.
    since : date or None
        Since when the tier is held.
    locked_until : date or None
        The last day of a manual override that is in force.
    next_look : date or None
        The day of the next periodic review.
    gates, alerts : tuple of Title
        The gates that are closed, triggers that cap included; and the triggers that
        give an alert.
    provisional : bool
        The tier was given without facts.
    pools : tuple of PoolStory
        Those in which the customer is, waits, or was until this run.
    clean_out : ClearStory or None
        Where a rule of the clean-out fits, whether the customer is exempt or not.
    """

    customer_id: str
    on: date
    facts_on: date
    before: Title | None
    after: Title | None
    action: Action
    reason: Reason
    score: float | None
    coverage: float | None
    entry: Decimal | None
    hold: Decimal | None
    next_tier: Title | None
    next_entry: Decimal | None
    confirmed: int
    wanted: int
    since: date | None
    locked_until: date | None
    next_look: date | None
    gates: tuple[Title, ...]
    alerts: tuple[Title, ...]
    provisional: bool
    pools: tuple[PoolStory, ...] = ()
    clean_out: ClearStory | None = None

    @property
    def points_to_next(self) -> float | None:
        """The points that the next tier still takes; None where that is not a score."""
        if self.score is None or self.next_entry is None:
            return None
        return max(0.0, round(float(self.next_entry) - self.score, 6))

    @property
    def points_above_hold(self) -> float | None:
        """The points above the hold bar; negative under it."""
        if self.score is None or self.hold is None:
            return None
        return round(self.score - float(self.hold), 6)

    def to_text(self, language: Language = "en", *, brief: bool = False) -> str:
        """Return the story as lines of text.

        Parameters
        ----------
        language : {"zh", "en"}
        brief : bool
            The decision and what it rests on in one line, what lies ahead in another,
            and one for each gate, alert, pool and proposal: not since when, and nothing
            of what would lead to the tier above.
        """
        check_language(language)
        words = _WORDS[language]
        head = words["head"].format(self.customer_id, self.on, self.facts_on)
        lines = (
            self._in_brief(words, language) if brief else self._told(words, language)
        )
        return "\n".join([head, *lines])

    def _told(self, words: Mapping[str, str], language: Language) -> Iterator[str]:
        yield self._decided(words, language)
        yield words["indent"] + words["reason"].format(self._because(language))
        for line in self._facts(language):
            yield words["indent"] + line
        owed = [pool.lines(language) for pool in self.pools]
        if self.clean_out is not None:
            owed.append(self.clean_out.lines(language))
        for depth, line in chain.from_iterable(owed):
            yield words["indent"] * (1 + depth) + line

    def _in_brief(self, words: Mapping[str, str], language: Language) -> Iterator[str]:
        why = [self._because(language), *self._weighed(words)]
        yield self._decided(words, language) + words["dash"] + words["stop"].join(why)
        lines = [*self._marked(words, language)]
        lines.append(words["stop"].join(self._ahead(language)))
        lines += [one.in_brief(language) for one in self.pools]
        if self.clean_out is not None:
            lines.append(self.clean_out.in_brief(language))
        for line in filter(None, lines):
            yield words["indent"] + line

    def _decided(self, words: Mapping[str, str], language: Language) -> str:
        def tier(title: Title | None) -> str:
            return words["none"] if title is None else title.of(language)

        way = words["moved" if self.before != self.after else "held"]
        return words["action"].format(
            ACTION_TITLES[self.action].of(language),
            way.format(tier(self.before), tier(self.after)),
        )

    def _because(self, language: Language) -> str:
        return REASON_TITLES[self.reason].of(language)

    def _facts(self, language: Language) -> Iterator[str]:
        words = _WORDS[language]
        yield from self._weighed(words)
        yield from self._marked(words, language)
        if self.since is not None:
            yield words["since"].format(self.since)
        yield from self._ahead(language)

    def _weighed(self, words: Mapping[str, str]) -> Iterator[str]:
        """Yield the score with its bars, and how often the move was called for."""
        yield self._scored(words)
        if self.wanted:
            yield words["confirmed"].format(self.confirmed, self.wanted)

    def _marked(self, words: Mapping[str, str], language: Language) -> Iterator[str]:
        """Yield what stands over the score."""
        for key, titles in (("gates", self.gates), ("alerts", self.alerts)):
            if titles:
                listed = words["and"].join(one.of(language) for one in titles)
                yield words[key].format(listed)
        if self.provisional:
            yield words["provisional"]
        if self.locked_until is not None:
            yield words["locked"].format(self.locked_until)

    def _scored(self, words: Mapping[str, str]) -> str:
        """Return the score, beside those bars of the tier that are bars."""
        if self.score is None:
            return words["no_score"]
        bars = [one for one in (self.entry, self.hold) if one is not None]
        score = _beside(self.score, *bars, *filter(None, [self.next_entry]))
        above = self.points_above_hold
        key = "under_hold" if above is not None and above < 0 else "over_hold"
        if self.hold is None:
            key = "score" if self.entry is None else "entry"
        elif self.entry is None:
            key += "_only"
        return words[key].format(score, _bar(self.entry), _bar(self.hold))

    def _ahead(self, language: Language) -> list[str]:
        """Return what it takes to the next tier, and when it is looked at again."""
        words, said = _WORDS[language], []
        gap = self.points_to_next
        if gap is not None and self.next_tier is not None:
            key = "gap" if gap > 0 else "no_gap"
            title = self.next_tier.of(language)
            if language == "zh":
                title = _apart(title)
            points = _beside(gap, Decimal(0))
            said.append(words[key].format(title, points, _bar(self.next_entry)))
        if self.next_look is not None:
            said.append(words["next"].format(self.next_look))
        return said

    def to_data(self) -> dict[str, Any]:
        """Return plain data for JSON, codes and titles."""

        def both(title: Title | None) -> dict[str, str] | None:
            return None if title is None else {"zh": title.zh, "en": title.en}

        def day(one: date | None) -> str | None:
            return None if one is None else one.isoformat()

        def number(one: Decimal | None) -> float | None:
            return None if one is None else float(one)

        return {
            "customer_id": self.customer_id,
            "on": day(self.on),
            "facts_on": day(self.facts_on),
            "before": both(self.before),
            "after": both(self.after),
            "action": self.action.name,
            "reason": self.reason.name,
            "score": self.score,
            "coverage": self.coverage,
            "entry": number(self.entry),
            "hold": number(self.hold),
            "next_tier": both(self.next_tier),
            "next_entry": number(self.next_entry),
            "points_to_next": self.points_to_next,
            "points_above_hold": self.points_above_hold,
            "confirmed": self.confirmed,
            "wanted": self.wanted,
            "since": day(self.since),
            "locked_until": day(self.locked_until),
            "next_look": day(self.next_look),
            "gates": [both(one) for one in self.gates],
            "alerts": [both(one) for one in self.alerts],
            "provisional": self.provisional,
            "pools": [one.to_data() for one in self.pools],
            "clean_out": None if self.clean_out is None else self.clean_out.to_data(),
        }

    def __str__(self) -> str:
        return self.to_text()


def _bar(bar: Decimal | None) -> str:
    """Return a bar without an exponent."""
    return "" if bar is None else f"{bar:f}"


def _beside(number: float, *bars: Decimal) -> str:
    """Return a number to two decimals, or to more where those would reach a bar."""
    short = f"{number:.2f}"
    misleads = any(
        (Decimal(short) >= bar) != (number >= bar)
        or (Decimal(short) == bar) != (number == bar)
        for bar in bars
    )
    return f"{number:.6f}".rstrip("0") if misleads else short


def _apart(title: str) -> str:
    """Return a title as it stands in a Chinese clause: a blank beside Latin letters."""
    left = " " if title[:1].isascii() else ""
    right = " " if title[-1:].isascii() else ""
    return f"{left}{title}{right}"


_WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "head": "Customer {}, run of {} on facts up to {}",
        "action": "{}: {}",
        "moved": "{} -> {}",
        "held": "{1}",
        "reason": "because: {}",
        "indent": "  ",
        "none": "no tier",
        "and": ", ",
        "stop": "; ",
        "dash": " - ",
        "no_score": "the score is unknown",
        "score": "score {0}",
        "entry": "score {0}; entry bar {1}",
        "over_hold": "score {0}; entry bar {1}, hold bar {2}",
        "over_hold_only": "score {0}; hold bar {2}",
        "under_hold": "score {0} is under the hold bar {2} (entry bar {1})",
        "under_hold_only": "score {0} is under the hold bar {2}",
        "confirmed": "{} of {} reviews in a row that call for the move",
        "gates": "gates that are closed: {}",
        "alerts": "alerts: {}",
        "provisional": "the tier is provisional",
        "locked": "set by hand until {}",
        "since": "held since {}",
        "gap": "{0} is {1} points away (entry bar {2})",
        "no_gap": "the score is over the entry bar {2} of {0}",
        "next": "next look on {}",
    },
    "zh": {
        "head": "客户 {}，{} 复盘，数据截至 {}",
        "action": "{}：{}",
        "moved": "{} → {}",
        "held": "{1}",
        "reason": "原因：{}",
        "indent": "  ",
        "none": "未定级",
        "and": "、",
        "stop": "；",
        "dash": "——",
        "no_score": "得分未知",
        "score": "得分 {0}",
        "entry": "得分 {0}；升级线 {1}",
        "over_hold": "得分 {0}；升级线 {1}，保级线 {2}",
        "over_hold_only": "得分 {0}；保级线 {2}",
        "under_hold": "得分 {0}，低于保级线 {2}（升级线 {1}）",
        "under_hold_only": "得分 {0}，低于保级线 {2}",
        "confirmed": "连续 {} 次复盘要求变动，共需 {} 次",
        "gates": "触及的硬性门槛：{}",
        "alerts": "预警：{}",
        "provisional": "等级为暂定",
        "locked": "人工调整有效期至 {}",
        "since": "自 {} 起持有",
        "gap": "距{0}还差 {1} 分（升级线 {2}）",
        "no_gap": "得分已达{0}的升级线 {2}",
        "next": "下次复盘日 {}",
    },
}
