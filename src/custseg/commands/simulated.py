"""What a simulation shows on the command line: moves, who differs, and the files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from custseg.aligning import aligned
from custseg.labels import Language
from custseg.simulation.policy_diff import Difference
from custseg.simulation.simulation import Simulation

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["frames_of", "told"]

_MOST: Final = 20
"""Customers that are listed."""

_TELL: Final = {
    "en": {
        "matrix": "{}: between the dates",
        "to": "to {}",
        "from": "from {}",
        "customer": "Customer",
        "spend": "net spend",
        "more": "... and {:,} more",
    },
    "zh": {
        "matrix": "{}：各次复盘之间",
        "to": "到 {}",
        "from": "由 {}",
        "customer": "客户编号",
        "spend": "净采购额",
        "more": "…… 另有 {:,} 个",
    },
}

_DATES: Final[Mapping[Language, tuple[str, ...]]] = {
    "en": (
        "{}: moves",
        "customers",
        "first tier",
        "up",
        "down",
        "undone",
        "spend of those up",
        "of those down",
    ),
    "zh": (
        "{}：变动",
        "客户数",
        "首次定级",
        "升级",
        "降级",
        "撤回",
        "升级者采购额",
        "降级者采购额",
    ),
}


def told(
    past: Simulation, others: Sequence[Difference], language: Language
) -> Iterator[str]:
    """Yield what there is to say beside how each policy did.

    Parameters
    ----------
    past : Simulation
    others : sequence of Difference
        Of its other policies from the first.
    language : {"zh", "en"}
    """
    for name in past.policies:
        yield from ("", aligned([*_dated(past, name, language)]))
        if len(past.dates) > 1:
            yield from ("", aligned([*_between(past, name, language)]))
    for one in others:
        yield from ("", one.to_text(language, each=False))
        if len(one):
            yield from ("", *_listed(one, language))


def _dated(
    past: Simulation, name: str, language: Language
) -> Iterator[tuple[str, ...]]:
    """Yield how many moved on each date, and what they are worth."""
    title, *heads = _DATES[language]
    yield title.format(name), *heads
    rows = past.summary()
    rows = rows[rows["policy"] == name]
    for day, one in zip(past.dates, rows.to_dict("records"), strict=True):
        moved = (one[key] for key in ("customers", "firsts", "ups", "downs", "undone"))
        worth = (one[key] for key in ("up_spend", "down_spend"))
        yield (
            str(day),
            *(f"{many:,}" for many in moved),
            *(f"{amount:,.{past.decimals}f}" for amount in worth),
        )


def _between(
    past: Simulation, name: str, language: Language
) -> Iterator[tuple[str, ...]]:
    """Yield from where to where customers went, all periods together."""
    words, matrix = _TELL[language], past.matrix(name)
    yield words["matrix"].format(name), *map(words["to"].format, matrix.into)
    for grade, row in zip(matrix.grades, matrix.counts.tolist(), strict=True):
        yield words["from"].format(grade), *(f"{many:,}" for many in row)


def _listed(difference: Difference, language: Language) -> Iterator[str]:
    """Yield whose tiers differ, those who spent most first."""
    words, frame = _TELL[language], difference.to_pandas()
    customers, *tiers, spends = (frame[name].tolist() for name in frame.columns)
    amounts = [f"{one:,.{difference.decimals}f}" for one in spends]
    names = difference.first.name, difference.second.name
    rows = [(words["customer"], *names, words["spend"])]
    rows += list(zip(customers, *tiers, amounts, strict=True))[:_MOST]
    yield aligned(rows, left=3)
    if len(frame) > _MOST:
        yield words["more"].format(len(frame) - _MOST)


def frames_of(
    past: Simulation, others: Sequence[Difference], language: Language
) -> dict[str, pd.DataFrame]:
    """Return the tables by the names of their files.

    Parameters
    ----------
    past : Simulation
    others : sequence of Difference
        As in :func:`told`.
    language : {"zh", "en"}
    """
    frames = {"decisions.csv": past.to_pandas()}
    if language == "zh":  # codes are for programs, titles for people
        frames["decisions_zh.csv"] = past.to_pandas(language=language)
    frames |= {"dates.csv": past.summary(), "tiers.csv": past.counts()}
    pools = past.pools()
    if len(pools):
        frames["pools.csv"] = pools
    for number, one in enumerate(others, 2):
        name = "differences_" + re.sub(r"\W+", "_", one.second.name).strip("_")
        if f"{name}.csv" in frames:  # versions 1.0 and 1-0, say
            name += f"_{number}"
        frames[f"{name}.csv"] = one.to_pandas()
    return frames
