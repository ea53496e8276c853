"""A review in a few lines, as a manager reads it: what was done, who moved, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from custseg.aligning import padded
from custseg.labels import Language
from custseg.periods import to_date
from custseg.reviews.reviewed import Reviewed
from custseg.reviews.stories import story_of
from custseg.rules.tiers.moves import ACTION_TITLES, Action

__all__ = ["review_text"]

_ACTION: Final = 24
"""Columns for what was done."""

_TELL: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "head": "Review of {} on facts up to {}, policy {}",
        "held": "Tiers held afterwards: {}",
        "alerts": "Alerts: {:,}",
        "moves": "Moves:",
        "then": "; ",
        "more": "  ... and {:,} more",
    },
    "zh": {
        "head": "{} 复盘，数据截至 {}，规则 {}",
        "held": "复盘后等级分布：{}",
        "alerts": "预警：{:,} 条",
        "moves": "等级变动：",
        "then": "；",
        "more": "  …… 另有 {:,} 个",
    },
}


def review_text(reviewed: Reviewed, language: Language, *, most: int) -> str:
    """Return a review in a few lines.

    Parameters
    ----------
    reviewed : Reviewed
    language : {"zh", "en"}
    most : int
        Customers whose moves are listed, at most.
    """
    return "\n".join(_lines(reviewed, language, most))


def _lines(reviewed: Reviewed, language: Language, most: int) -> Iterator[str]:
    words, result = _TELL[language], reviewed.result
    yield words["head"].format(to_date(reviewed.on), result.date, result.policy)
    yield ""
    for code, many in reviewed.counts().items():
        title = ACTION_TITLES[Action[code]].of(language)
        yield f"{padded(title, _ACTION)} {many:>10,}"
    yield ""
    tiers = ", ".join(f"{code} {many:,}" for code, many in reviewed.held().items())
    yield words["held"].format(tiers)
    told = sum(int(np.count_nonzero(one)) for one in reviewed.run.alerts.values())
    yield words["alerts"].format(told)
    decisions = reviewed.run.decisions
    moved = (decisions.before >= 0) & (decisions.before != decisions.after)
    rows = np.flatnonzero(moved).tolist()
    if rows:
        yield ""
        yield words["moves"]
    for at in rows[:most]:
        yield "  " + words["then"].join(_move(reviewed, at, language))
    if len(rows) > most:
        yield words["more"].format(len(rows) - most)


def _move(reviewed: Reviewed, at: int, language: Language) -> list[str]:
    """Return customer, move, and the first reasons."""
    _, action, *reasons = story_of(reviewed, at).to_text(language).splitlines()
    return [
        reviewed.customer_ids[at],
        action,
        *(one.strip() for one in reasons[:2]),
    ]
