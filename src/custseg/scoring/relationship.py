"""What is declared about the account, and who got in touch."""

from __future__ import annotations

from functools import partial

import numpy as np

from custseg.errors import SettingError
from custseg.labels import Title
from custseg.periods import DISTANT_PAST, Window, as_day
from custseg.scoring.features import Facts, Feature
from custseg.scoring.purchases import LIFETIME
from custseg.table import Column
from custseg.units import Unit

__all__ = ["FEATURES"]

INTENT = "intent"
KEY_ACCOUNT = "key_account"
STRATEGIC_PARTNER = "strategic_partner"
VIP = "vip"
WHOLE_HOUSE = "whole_house"

_FOR_GOOD = 2**31
"""After every day: a mark without an end."""


def _account_age_days(facts: Facts, _: Window) -> Column:
    registered = facts.latest("customers", "registered_on")
    age = facts.as_of - registered.values.astype(np.int64)
    return Column(age, Unit.DAYS, registered.is_known() & (age >= 0))


def _is_closed(facts: Facts, _: Window) -> Column:
    closed = facts.latest("customers", "closed_on")
    return Column(closed.is_known() & (closed.values <= facts.as_of), Unit.FLAG)


def _is_marked(mark: str, facts: Facts, _: Window) -> Column:
    flags = facts.latest("customers", "flags")
    key = f",{mark},"
    marked = np.array([key in word.casefold() for word in flags.words], dtype=np.bool_)
    if not len(marked):
        return facts.unknown(Unit.FLAG)
    known = flags.is_known()
    return Column(
        marked[flags.values] & known, Unit.FLAG, None if known.all() else known
    )


def _is_vip(facts: Facts, _: Window) -> Column:
    flags = facts.latest("customers", "flags")
    if not flags.words:
        return facts.unknown(Unit.FLAG)
    said = [_vip_until(word) for word in flags.words]
    readable = np.array([day is not None for day in said])
    until = np.array([day or 0 for day in said], dtype=np.int64)
    known = flags.is_known() & readable[flags.values]
    return Column(
        (until[flags.values] >= facts.as_of) & known,
        Unit.FLAG,
        None if known.all() else known,
    )


def _vip_until(word: str) -> int | None:
    """Return the last day on which flags hold vip; None where it cannot be read."""
    days = [DISTANT_PAST]
    for flag in word.casefold().replace("：", ":").split(","):
        name, colon, day = flag.partition(":")
        if name.strip() != VIP:
            continue
        if not colon:
            return _FOR_GOOD
        try:
            days.append(as_day(day.strip()))
        except SettingError:
            return None
    return max(days)


def _intents(facts: Facts, window: Window) -> Column:
    kinds = facts.ledger.tables["interactions"].columns["kind"]
    wanted = [
        code for code, word in enumerate(kinds.words) if word.casefold() == INTENT
    ]
    hit = np.isin(kinds.values, wanted) & kinds.is_known()
    before = np.concatenate([[0], np.cumsum(hit)])
    low, high = facts.rows("interactions", window)
    return Column(before[high] - before[low], Unit.COUNT)


def _days_since_last_contact(facts: Facts, _: Window) -> Column:
    start, stop = facts.rows("interactions", LIFETIME)
    known = stop > start
    day = facts.ledger.tables["interactions"].day
    if not len(day):
        return facts.unknown(Unit.DAYS)
    values = facts.as_of - day[np.where(known, stop - 1, 0)].astype(np.int64)
    return Column(values, Unit.DAYS, known)


FEATURES = (
    Feature(
        code="account_age_days",
        unit=Unit.DAYS,
        title=Title(zh="开户天数", en="Days since registration"),
        formula="as_of - registered_on",
        needs=("customers.registered_on",),
        compute=_account_age_days,
        missing=(
            Title(zh="未填写开户日期", en="where no day of registration is given"),
            Title(zh="当日尚未开户", en="where that day is still to come"),
        ),
        daily="older",
        awaits=("customers.registered_on",),
    ),
    Feature(
        code="is_closed",
        unit=Unit.FLAG,
        title=Title(zh="已销户", en="Account closed"),
        formula="closed_on is given and not after as_of",
        needs=("customers.closed_on",),
        compute=_is_closed,
        daily="same",
        awaits=("customers.closed_on",),
    ),
    Feature(
        code="is_key_account",
        unit=Unit.FLAG,
        title=Title(zh="重点客户标记", en="Marked as key account"),
        formula="the flags hold key_account",
        needs=("customers.flags",),
        compute=partial(_is_marked, KEY_ACCOUNT),
        lever="raise",
        daily="same",
    ),
    Feature(
        code="is_strategic_partner",
        unit=Unit.FLAG,
        title=Title(zh="战略合作标记", en="Marked as strategic partner"),
        formula="the flags hold strategic_partner",
        needs=("customers.flags",),
        compute=partial(_is_marked, STRATEGIC_PARTNER),
        lever="raise",
        daily="same",
    ),
    Feature(
        code="wants_whole_house",
        unit=Unit.FLAG,
        title=Title(zh="整装需求标记", en="Marked as wanting a whole house"),
        formula="the flags hold whole_house",
        needs=("customers.flags",),
        compute=partial(_is_marked, WHOLE_HOUSE),
        daily="same",
    ),
    Feature(
        code="is_vip",
        unit=Unit.FLAG,
        title=Title(zh="VIP 标记", en="Marked as VIP"),
        formula="the flags hold vip, or vip:2026-12-31 with a day not before as_of",
        needs=("customers.flags",),
        compute=_is_vip,
        missing=(
            Title(
                zh="vip: 后的日期无法识别", en="where the day after vip: cannot be read"
            ),
        ),
        lever="raise",
    ),
    Feature(
        code="intents",
        unit=Unit.COUNT,
        title=Title(zh="购买意向次数", en="Signs of intent"),
        formula="interactions of the kind intent in the window",
        needs=("interactions.kind",),
        compute=_intents,
        windowed=True,
        better="higher",
        lever="raise",
        daily="same",
    ),
    Feature(
        code="days_since_last_contact",
        unit=Unit.DAYS,
        title=Title(zh="距上次联系天数", en="Days since the last contact"),
        formula="as_of - day of the last interaction",
        needs=("interactions.kind",),
        compute=_days_since_last_contact,
        missing=(Title(zh="从未联系", en="without a contact ever"),),
        better="lower",
        lever="lower",
        daily="older",
    ),
)
