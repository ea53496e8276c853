"""A simulation in a few lines, Chinese or English: tiers, moves, and what they hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from custseg.labels import Language, Title
from custseg.periods import to_date
from custseg.simulation.flapping import flapping
from custseg.simulation.nurtured import nurtured
from custseg.simulation.replayed import Day, Replay, shares_of
from custseg.units import Unit
from custseg.wording import say

__all__ = ["replay_lines", "simulation_text"]

_HEAD = Title(zh="共 {n} 次复盘，{first} 至 {last}", en="{n} dates, {first} to {last}")
_HEAD_ONE = Title(zh="一次复盘，{first}", en="One date, {first}")
_HELD = Title(
    zh="{name}：{held}；升 {ups} 次，降 {downs} 次，其中两次复盘内撤回 {undone} 次",
    en="{name}: {held}; {ups} up, {downs} down, {undone} of them undone within two "
    "reviews",
)
_SHARES = Title(
    zh="  其后各期净采购额占比：{shares}",
    en="  of the net spend that followed: {shares}",
)
_POOL = Title(
    zh="  培育池 {pool}：在池 {inside}；入池 {entered} 次，出池 {left} 次，"
    "其中升级 {converted} 次",
    en="  pool {pool}: {inside} in it; {entered} came in, {left} left, {converted} of "
    "them for the tier above",
)
_RATE = Title(
    zh="    已满最长培育期的 {watched} 次中，升级的占 {share}",
    en="    of {watched} whose longest stay is over, {share} reached it",
)
_RATE_LEFT = Title(
    zh="    出池的 {watched} 次中，升级的占 {share}",
    en="    of {watched} who left, {share} reached it",
)
_REMARK = Title(zh="注意：{remark}", en="Note: {remark}")


def simulation_text(
    days: Sequence[Day],
    replays: Sequence[Replay],
    remarks: Sequence[Title],
    language: Language,
) -> str:
    """Return how each policy did, and what the replay knew of the future.

    Parameters
    ----------
    days : sequence of Day
    replays : sequence of Replay
    remarks : sequence of Title
    language : {"zh", "en"}
    """
    head = _HEAD if len(days) > 1 else _HEAD_ONE
    span = {"first": to_date(days[0].on), "last": to_date(days[-1].on)}
    lines = [head.of(language).format(n=len(days), **span)]
    for replay in replays:
        lines += replay_lines(replay, days, language)
    notes = [remark.of(language) for remark in remarks]
    lines += [_REMARK.of(language).format(remark=note) for note in notes]
    return "\n".join(lines)


def replay_lines(
    replay: Replay, days: Sequence[Day], language: Language
) -> Iterator[str]:
    """Yield how many hold each tier on the last of some days, and how it came.

    Parameters
    ----------
    replay : Replay
    days : sequence of Day
        Some of its days, from the first on.
    language : {"zh", "en"}
    """
    looks = replay.looks[: len(days)]
    after = looks[-1].after
    counts = np.bincount(after[after >= 0], minlength=len(replay.tiers)).tolist()
    pairs = zip(replay.tiers, counts, strict=True)
    yield _HELD.of(language).format(
        name=replay.name,
        held=", ".join(f"{code} {many:,}" for code, many in pairs),
        ups=f"{sum(int(look.rose.sum()) for look in looks):,}",
        downs=f"{sum(int(look.fell.sum()) for look in looks):,}",
        undone=f"{flapping(replay.followed(days)).undone:,}",
    )
    shares = zip(replay.tiers, shares_of(replay, days), strict=True)
    said = [f"{code} {say(one, Unit.SHARE)}" for code, one in shares if one is not None]
    if said:
        yield _SHARES.of(language).format(shares=", ".join(said))
    yield from _pool_lines(replay, days, language)


def _pool_lines(
    replay: Replay, days: Sequence[Day], language: Language
) -> Iterator[str]:
    """Yield what came of each nurture pool."""
    longest = {one.code: one.longest_days for one in replay.pools}
    for code, one in nurtured(replay, days).items():
        yield _POOL.of(language).format(
            pool=code,
            inside=f"{one.inside:,}",
            entered=f"{one.entered:,}",
            left=f"{one.left:,}",
            converted=f"{one.converted:,}",
        )
        if one.rate is not None:
            rate = _RATE if longest[code] else _RATE_LEFT
            share = say(one.rate, Unit.SHARE, language)
            yield rate.of(language).format(watched=f"{one.watched:,}", share=share)
