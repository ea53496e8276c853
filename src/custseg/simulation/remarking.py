"""What a simulation could not see as it was, and says so.

Cuts that were learned later, attributes that carry no day, customers whom nobody knew
yet, tiers that were set by hand in view of others, and periods that the sales do not
cover: each changes what a replay shows, and none can be kept out.

Limits: nobody can tell from rows alone whether a quiet month was quiet or is missing.
Only where sales begin more than a month after a window does, or end before the last
period, is it said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from custseg.fitted import FittedPolicy
from custseg.labels import Title
from custseg.ledger import Ledger
from custseg.periods import DISTANT_PAST, as_day, to_date
from custseg.rules.narrowing import for_tiers
from custseg.simulation.overriding import Act
from custseg.wording import say_window

__all__ = ["done_by_hand", "known_too_soon", "not_covered"]

_A_MONTH = 31
"""Days that a window may begin before the sales do, unsaid."""

_DATED = frozenset({"customers.registered_on", "customers.closed_on"})
"""Attributes that carry their own day."""


def known_too_soon(
    ledger: Ledger, named: Mapping[str, FittedPolicy], first: int
) -> Iterator[Title]:
    """Yield what the replay knew of the future all the same.

    Parameters
    ----------
    ledger : Ledger
    named : mapping of str to FittedPolicy
    first : int
        The day of the first run.
    """
    for name, fitted in named.items():
        if as_day(fitted.fitted_on) >= first:
            yield Title(
                zh=f"{name} 的分界值学自 {fitted.fitted_on}，"
                f"首个日期 {to_date(first)} 时尚不可知",
                en=f"the cuts of {name} were learned on {fitted.fitted_on}, "
                f"which the first date, {to_date(first)}, could not know",
            )
    yield from _undated(ledger, named)
    yield from _before_their_time(ledger, first)


def _undated(ledger: Ledger, named: Mapping[str, FittedPolicy]) -> Iterator[Title]:
    """Say which attributes count on past days as they are today."""
    columns = sorted(
        {
            need
            for fitted in named.values()
            for need in for_tiers(fitted.plan).columns
            if need.startswith("customers.") and need not in _DATED
        }
    )
    table = ledger.tables.get("customers")
    if table is None or (table.day > DISTANT_PAST).any():
        return
    there = [one for one in columns if one.removeprefix("customers.") in table.columns]
    if there:
        said = ", ".join(there)
        yield Title(
            zh=f"以下客户属性没有 valid_from 日期，一律按现值计：{said}",
            en=f"without valid_from these count as they are today: {said}",
        )


def _before_their_time(ledger: Ledger, first: int) -> Iterator[Title]:
    """Say how many count as customers before anything is known of them.

    Somebody described without a day counts as known ever since. Where the first event
    only comes later, that was somebody whom nobody knew yet.
    """
    cards = ledger.tables.get("customers")
    if cards is None:
        return
    events = np.full(ledger.n_customers, np.iinfo(np.int32).max, dtype=np.int32)
    for name, table in ledger.tables.items():
        if name != "customers":
            some = np.diff(table.offsets) > 0
            earliest = table.day[table.offsets[:-1][some]]
            events[some] = np.minimum(events[some], earliest)
    some = np.diff(cards.offsets) > 0
    card = cards.offsets[:-1][some]
    undated = cards.day[card] <= DISTANT_PAST
    if (registered := cards.columns.get("registered_on")) is not None:
        undated &= ~registered.is_known()[card]
    later = (events[some] >= first) & (events[some] < np.iinfo(np.int32).max)
    if n := int((undated & later).sum()):
        yield Title(
            zh=f"{n:,} 个客户的首笔记录在首个日期 {to_date(first)} 或以后，"
            "又没有开户日（registered_on），却从首个日期起就计为客户",
            en=f"{n:,} customer{'' if n == 1 else 's'} with nothing on record before "
            f"the first date, {to_date(first)}, and no registered_on, "
            f"{'counts' if n == 1 else 'count'} from it on",
        )


def not_covered(
    ledger: Ledger, named: Mapping[str, FittedPolicy], first: int, until: int | None
) -> Iterator[Title]:
    """Yield which of the periods looked at the sales do not cover.

    Parameters
    ----------
    ledger : Ledger
    named : mapping of str to FittedPolicy
    first : int
        The day of the first run.
    until : int or None
        The day before which the period behind the last date ends.
    """
    day = ledger.tables["sales"].day
    if not len(day):
        return
    begin, end = int(day.min()), int(day.max())
    if begin >= first:
        yield Title(
            zh=f"销售从 {to_date(begin)} 开始，首个日期 {to_date(first)} 没有销售可看",
            en=f"the sales begin on {to_date(begin)}; the first date, "
            f"{to_date(first)}, sees none",
        )
        return
    bases = dict.fromkeys(fitted.tree.basis for fitted in named.values())
    for window in dict.fromkeys(
        one.window
        for one in bases
        if DISTANT_PAST
        < one.window.bounds(first - 1, fiscal=one.fiscal)[0]
        < begin - _A_MONTH - 1
    ):
        yield Title(
            zh=f"销售从 {to_date(begin)} 开始，首个日期 {to_date(first)} 看不满统计窗口"
            f"（{say_window(window, 'zh')}），其后的升级有一部分只因窗口渐满",
            en=f"the sales begin on {to_date(begin)}; the first date, "
            f"{to_date(first)}, sees less than the window of {window}, and some of the "
            "rises after it only come from windows that fill",
        )
    if until is not None and end < until - 1:
        yield Title(
            zh=f"最后一笔销售在 {to_date(end)}，而最后一期到 {to_date(until)} 才结束",
            en=f"the last sale is of {to_date(end)}, and the last period goes on until "
            f"{to_date(until)}",
        )


def done_by_hand(acts: Sequence[Act], strange: int, last: int) -> Iterator[Title]:
    """Yield which overrides were replayed, and which could not be.

    Parameters
    ----------
    acts : sequence of Act
    strange : int
        How many are of customers whom the ledger does not know.
    last : int
        The day of the last run.
    """
    many = sum(act.tier is not None and act.day <= last for act in acts)
    if many:
        yield Title(
            zh=f"{many:,} 次人工调整按当时所定重放，人对另一套等级未必会这样调整",
            en=f"overrides replayed as they were set: {many:,}; in view of other "
            "tiers people might have set others",
        )
    if strange:
        yield Title(
            zh=f"{strange:,} 次人工调整的客户不在数据中，未重放",
            en="overrides of customers whom the ledger does not know, left out: "
            f"{strange:,}",
        )
