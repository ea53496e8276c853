"""What can be decided about a tier, and why: the words of every transition.

Each customer of a run gets exactly one reason, also where nothing moves, and each
reason belongs to exactly one action. Lists, journals and explanations speak these
codes; people read the titles.

A code keeps its number for ever, because journals hold it; new ones go to the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from custseg.labels import Title

__all__ = ["ACTION_OF", "ACTION_TITLES", "REASON_TITLES", "Action", "Reason"]


class Action(IntEnum):
    """What a run did with a customer.

    Examples
    --------
    >>> Action.UP.name, ACTION_TITLES[Action.UP].en
    ('UP', 'Moved up')
    """

    NOT_DUE = 0
    """Nobody asked: no review was due and no trigger called for one."""
    REPEATED = 1
    """This period has been reviewed before; a second review changes nothing."""
    FIRST = 2
    """The first tier, or the first that rests on facts."""
    UP = 3
    DOWN = 4
    HELD = 5
    """Reviewed, and the tier fits."""
    CAPPED = 6
    """Moved down at once by a gate or a risk event."""
    LOCKED = 7
    """A manual override is in force."""
    PENDING_UP = 8
    """Over the entry bar, but not yet at as many reviews as are wanted."""
    PENDING_DOWN = 9
    """Under the hold bar, but not yet at as many reviews as are wanted."""
    DWELL = 10
    """Confirmed, but the customer has held the tier too short a time to leave it."""
    GRACE = 11
    """Under the hold bar, but not yet judged downwards."""
    UNKNOWN_KEPT = 12
    """Too little is known, so the tier is kept."""


class Reason(IntEnum):
    """Why a run did so.

    Examples
    --------
    >>> ACTION_OF[Reason.HOLD_BAR_MET].name
    'HELD'
    """

    NOT_ASKED = 0
    PERIOD_REVIEWED = 1
    FIRST_EARNED = 2
    FIRST_CAPPED = 3
    FIRST_UNKNOWN = 4
    FACTS_ARRIVED = 5
    ENTRY_BAR_MET = 6
    ENTRY_BAR_MET_CAPPED = 7
    ENTRY_BAR_MET_ONE_STEP = 8
    HOLD_BAR_MISSED = 9
    HOLD_BAR_MISSED_ONE_STEP = 10
    TIER_EARNED = 11
    HOLD_BAR_MET = 12
    RISE_CAPPED = 13
    GATE = 14
    RISK_EVENT = 15
    GATE_THROUGH_LOCK = 16
    RISK_EVENT_THROUGH_LOCK = 17
    LOCK = 18
    LOCK_BEFORE_CEILING = 19
    RISE_UNCONFIRMED = 20
    RISE_PERIOD_COUNTED = 21
    FALL_UNCONFIRMED = 22
    FALL_PERIOD_COUNTED = 23
    RISE_BEFORE_DWELL = 24
    FALL_BEFORE_DWELL = 25
    FALL_IN_GRACE = 26
    ENTRY_UNKNOWN = 27
    HOLD_UNKNOWN = 28
    CAPACITY = 29
    FIRST_CAPACITY = 30
    ENTRY_BAR_MET_CAPACITY = 31


_ACTIONS: Mapping[Reason, Action] = {
    Reason.NOT_ASKED: Action.NOT_DUE,
    Reason.PERIOD_REVIEWED: Action.REPEATED,
    Reason.FIRST_EARNED: Action.FIRST,
    Reason.FIRST_CAPPED: Action.FIRST,
    Reason.FIRST_UNKNOWN: Action.FIRST,
    Reason.FACTS_ARRIVED: Action.FIRST,
    Reason.ENTRY_BAR_MET: Action.UP,
    Reason.ENTRY_BAR_MET_CAPPED: Action.UP,
    Reason.ENTRY_BAR_MET_ONE_STEP: Action.UP,
    Reason.HOLD_BAR_MISSED: Action.DOWN,
    Reason.HOLD_BAR_MISSED_ONE_STEP: Action.DOWN,
    Reason.TIER_EARNED: Action.HELD,
    Reason.HOLD_BAR_MET: Action.HELD,
    Reason.RISE_CAPPED: Action.HELD,
    Reason.GATE: Action.CAPPED,
    Reason.RISK_EVENT: Action.CAPPED,
    Reason.GATE_THROUGH_LOCK: Action.CAPPED,
    Reason.RISK_EVENT_THROUGH_LOCK: Action.CAPPED,
    Reason.LOCK: Action.LOCKED,
    Reason.LOCK_BEFORE_CEILING: Action.LOCKED,
    Reason.RISE_UNCONFIRMED: Action.PENDING_UP,
    Reason.RISE_PERIOD_COUNTED: Action.PENDING_UP,
    Reason.FALL_UNCONFIRMED: Action.PENDING_DOWN,
    Reason.FALL_PERIOD_COUNTED: Action.PENDING_DOWN,
    Reason.RISE_BEFORE_DWELL: Action.DWELL,
    Reason.FALL_BEFORE_DWELL: Action.DWELL,
    Reason.FALL_IN_GRACE: Action.GRACE,
    Reason.ENTRY_UNKNOWN: Action.UNKNOWN_KEPT,
    Reason.HOLD_UNKNOWN: Action.UNKNOWN_KEPT,
    Reason.CAPACITY: Action.HELD,
    Reason.FIRST_CAPACITY: Action.FIRST,
    Reason.ENTRY_BAR_MET_CAPACITY: Action.UP,
}

ACTION_OF: tuple[Action, ...] = tuple(_ACTIONS[reason] for reason in Reason)
"""The action of each reason, at the reason's number."""

ACTION_CODES: NDArray[np.int8] = np.array(ACTION_OF, dtype=np.int8)
ACTION_CODES.flags.writeable = False

ACTION_TITLES: Mapping[Action, Title] = {
    Action.NOT_DUE: Title(zh="未到复盘期", en="Not due"),
    Action.REPEATED: Title(zh="本期已复盘", en="Already reviewed"),
    Action.FIRST: Title(zh="首次定级", en="First tier"),
    Action.UP: Title(zh="升级", en="Moved up"),
    Action.DOWN: Title(zh="降级", en="Moved down"),
    Action.HELD: Title(zh="保级", en="Held"),
    Action.CAPPED: Title(zh="风险封顶", en="Capped"),
    Action.LOCKED: Title(zh="人工锁定", en="Locked by hand"),
    Action.PENDING_UP: Title(zh="待确认升级", en="Rise to be confirmed"),
    Action.PENDING_DOWN: Title(zh="待确认降级", en="Fall to be confirmed"),
    Action.DWELL: Title(zh="停留期未满", en="Too soon to move"),
    Action.GRACE: Title(zh="保护期内", en="In grace"),
    Action.UNKNOWN_KEPT: Title(zh="数据不足，维持原级", en="Kept, facts missing"),
}
"""What each action is called."""

REASON_TITLES: Mapping[Reason, Title] = {
    Reason.NOT_ASKED: Title(
        zh="没有到期的复盘，也没有触发事件要求复盘",
        en="no review was due and no trigger called for one",
    ),
    Reason.PERIOD_REVIEWED: Title(
        zh="本周期已经复盘过", en="this period has been reviewed before"
    ),
    Reason.FIRST_EARNED: Title(
        zh="首次复盘，按达到的等级定级", en="the first review gives the tier earned"
    ),
    Reason.FIRST_CAPPED: Title(
        zh="首次复盘，风险限制了可定的等级",
        en="the first review gives the highest tier that a ceiling allows",
    ),
    Reason.FIRST_UNKNOWN: Title(
        zh="首次复盘但数据不足，暂定最低等级",
        en="too little is known, so the first tier is the lowest, provisionally",
    ),
    Reason.FACTS_ARRIVED: Title(
        zh="数据补齐，取代暂定等级",
        en="the facts have come in and replace the provisional tier",
    ),
    Reason.ENTRY_BAR_MET: Title(zh="达到升级线", en="over the entry bar"),
    Reason.ENTRY_BAR_MET_CAPPED: Title(
        zh="达到升级线，但风险限制了升幅",
        en="over the entry bar; a ceiling limits the rise",
    ),
    Reason.ENTRY_BAR_MET_ONE_STEP: Title(
        zh="达到升级线，但单次升幅有限",
        en="over the entry bar; the largest step limits the rise",
    ),
    Reason.HOLD_BAR_MISSED: Title(
        zh="连续低于保级线", en="under the hold bar at enough reviews"
    ),
    Reason.HOLD_BAR_MISSED_ONE_STEP: Title(
        zh="连续低于保级线，但单次降幅有限",
        en="under the hold bar at enough reviews; the largest step limits the fall",
    ),
    Reason.TIER_EARNED: Title(
        zh="所持等级就是应得等级", en="the tier held is the one earned"
    ),
    Reason.HOLD_BAR_MET: Title(
        zh="低于升级线，但不低于保级线",
        en="under the entry bar of the tier held, not under its hold bar",
    ),
    Reason.RISE_CAPPED: Title(
        zh="达到升级线，但风险不允许升级", en="a ceiling does not allow the rise earned"
    ),
    Reason.GATE: Title(zh="触及硬性门槛", en="a gate caps the tier"),
    Reason.RISK_EVENT: Title(zh="风险事件", en="a risk event moves down at once"),
    Reason.GATE_THROUGH_LOCK: Title(
        zh="硬性门槛解除人工锁定",
        en="a gate that passes locks caps the tier and ends the lock",
    ),
    Reason.RISK_EVENT_THROUGH_LOCK: Title(
        zh="风险事件解除人工锁定",
        en="a risk event that passes locks moves down and ends the lock",
    ),
    Reason.LOCK: Title(zh="人工调整有效期内", en="a manual override is in force"),
    Reason.LOCK_BEFORE_CEILING: Title(
        zh="人工调整优先于风险限制",
        en="a manual override is in force and holds off a ceiling",
    ),
    Reason.RISE_UNCONFIRMED: Title(
        zh="升级需要更多周期确认", en="the rise needs further periods to confirm it"
    ),
    Reason.RISE_PERIOD_COUNTED: Title(
        zh="本周期已计入，升级留待下期", en="this period has counted; the rise waits"
    ),
    Reason.FALL_UNCONFIRMED: Title(
        zh="降级需要更多周期确认", en="the fall needs further periods to confirm it"
    ),
    Reason.FALL_PERIOD_COUNTED: Title(
        zh="本周期已计入，降级留待下期", en="this period has counted; the fall waits"
    ),
    Reason.RISE_BEFORE_DWELL: Title(
        zh="在本级停留时间不足，暂不升级", en="too short a time in the tier to rise"
    ),
    Reason.FALL_BEFORE_DWELL: Title(
        zh="在本级停留时间不足，暂不降级", en="too short a time in the tier to fall"
    ),
    Reason.FALL_IN_GRACE: Title(
        zh="保护期内不降级", en="under the hold bar, but within the days of grace"
    ),
    Reason.ENTRY_UNKNOWN: Title(
        zh="无法判断达到的等级，维持原级",
        en="the tier earned is not known, so the tier is kept",
    ),
    Reason.HOLD_UNKNOWN: Title(
        zh="无法判断是否低于保级线，维持原级",
        en="whether the hold bar is met is not known, so the tier is kept",
    ),
    Reason.CAPACITY: Title(
        zh="达到升级线，但上一级名额已满",
        en="over the entry bar, but the tier earned has no free place",
    ),
    Reason.FIRST_CAPACITY: Title(
        zh="首次复盘，达到的等级名额已满",
        en="the first review; the tier earned has no free place",
    ),
    Reason.ENTRY_BAR_MET_CAPACITY: Title(
        zh="达到升级线，但更高等级名额已满",
        en="over the entry bar; a tier without a free place limits the rise",
    ),
}
"""Each reason in a clause."""
