"""A trade in lamps: for homes, for shops and offices, for factories.

Lamp shops restock every week or two, fitters of hotels buy by project, factories once
or twice a year and then much, exporters by the container; chains have lamps sent to
many places. Some are met every week, some never.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from custseg.demos.buyers import Buyer, Wants
from custseg.demos.calendar import Calendar
from custseg.demos.dice import Dice
from custseg.demos.goods import Goods
from custseg.demos.lives import live
from custseg.demos.places import somewhere
from custseg.demos.plans import Planned, banded
from custseg.demos.rhythms import Rhythm, by_projects, now_and_then, restocks
from custseg.demos.sorts import Sorts, known_since, meant, passer_by, prospect

__all__ = ["SORTS"]

_GOODS: Final = Goods(
    prices={
        "吸顶灯": (6_800, 12_800, 22_800, 39_800),
        "吊灯": (15_800, 28_800, 52_000, 98_000),
        "筒灯": (1_200, 1_900, 2_900, 4_800),
        "轨道灯": (4_800, 7_800, 12_800, 19_800),
        "工矿灯": (9_800, 16_800, 25_800, 39_800),
        "防爆灯": (26_800, 42_800, 68_000, 98_000),
        "电线": (300, 480, 780, 1_200),
    },
    cost=610,
    brands=("BRAND-A", "BRAND-B", "BRAND-C"),
)
_ALL: Final = {
    "吸顶灯": 32,
    "筒灯": 30,
    "工矿灯": 16,
    "吊灯": 8,
    "轨道灯": 6,
    "防爆灯": 3,
    "电线": 5,
}
"""What is taken by those who deal in all lamps: as the whole trade does."""

_HOME: Final = {"吸顶灯": 82, "吊灯": 13, "筒灯": 5}
_COMMERCIAL: Final = {"筒灯": 82, "轨道灯": 13, "电线": 5}
_INDUSTRIAL: Final = {"工矿灯": 82, "防爆灯": 13, "电线": 5}

_CITIES: Final = (
    "佛山",
    "广州",
    "深圳",
    "长沙",
    "武汉",
    "成都",
    "南京",
    "杭州",
    "青岛",
    "沈阳",
)


def _buyer(
    sort: str,
    industry: tuple[str | None, str],
    rhythm: tuple[Rhythm, int, str],
    wants: Wants,
    *,
    calendar: Calendar,
    dice: Dice,
    abroad: int = 0,
    places: tuple[int, int] = (1, 1),
    flags: str = "",
    stage: str = "",
) -> Buyer:
    """Make up a customer; ``industry`` is what stands on its card, and the sector."""
    days, gap, frequency = rhythm
    life = live(days, gap, calendar, dice, stage=stage)
    place = somewhere(dice, near=100, abroad=abroad)
    rows, engaged = _contacts(calendar, dice)
    where = dice.between(*places)
    said = {
        "sector": industry[1],
        "product_preference": "NO" if industry[1] == "OTHER" else "YES",
        "engaged": engaged,
        "delivery_coverage": _coverage(where),
        **place.labels(),
    }
    if flags:
        said |= {"value": "VIP", "key_account": "YES"}
    card = {"industry": industry[0], "flags": flags, **place.card()}
    begin = dice.between(0, len(_CITIES) - where)
    return Buyer(
        meant(sort, life, calendar, frequency, said),
        life.days,
        wants,
        {**card, **known_since(life, dice)},
        ship_to=_CITIES[begin : begin + where],
        rows={"interactions": rows},
    )


def _coverage(places: int) -> str:
    return (
        "MANY_PLACES"
        if places >= 5
        else "SEVERAL_PLACES"
        if places > 1
        else "ONE_PLACE"
    )


def _contacts(calendar: Calendar, dice: Dice) -> tuple[list[dict[str, object]], str]:
    """Meet a customer every week, every three weeks, or hardly ever."""
    kinds = {"HIGHLY_ENGAGED": 20, "ENGAGED": 40, "NOT_ENGAGED": 40}
    kind = dice.weighted(kinds)
    pause = {"HIGHLY_ENGAGED": (3, 7), "ENGAGED": (12, 24), "NOT_ENGAGED": (90, 300)}[
        kind
    ]
    rows: list[dict[str, object]] = []
    day = calendar.end - 365 + dice.between(0, pause[1])
    while day <= calendar.end:
        channel = dice.pick(("phone", "visit", "message"))
        rows.append({"date": day, "channel": channel, "kind": "contact"})
        day += dice.between(*pause)
    return rows, kind


def _lamp_shop(calendar: Calendar, dice: Dice) -> Buyer:
    """Restock lamps for homes every week or two."""
    wants = Wants(dice.around(700_000, 9), _HOME, lines=(3, 6), pays=940)
    gap = dice.between(7, 20)
    rhythm = (restocks(gap, dice), gap, "FREQUENT")
    industry = (dice.pick(("家居照明", "家装", "零售", None)), "HOME")
    return _buyer("LAMP_SHOP", industry, rhythm, wants, calendar=calendar, dice=dice)


def _fitter(calendar: Calendar, dice: Dice) -> Buyer:
    """Fit out hotels and shops, by project."""
    wants = Wants(dice.around(2_200_000, 8), _COMMERCIAL, lines=(3, 6), pays=900)
    rhythm = (by_projects((70, 140), dice), 16, "REGULAR")
    industry = (dice.pick(("酒店", "店铺", None)), "COMMERCIAL_LIGHTING")
    return _buyer(
        "FITTER",
        industry,
        rhythm,
        wants,
        calendar=calendar,
        dice=dice,
        places=(2, 4),
        stage="MATURE",
    )


def _landlord(calendar: Calendar, dice: Dice) -> Buyer:
    """Replace the lamps of offices six to eight times a year."""
    wants = Wants(dice.around(600_000, 8), _COMMERCIAL, lines=(2, 4), pays=950)
    rhythm = (now_and_then(dice.between(6, 8), dice), 52, "REGULAR")
    industry = (dice.pick(("办公", "写字楼")), "COMMERCIAL_LIGHTING")
    return _buyer("LANDLORD", industry, rhythm, wants, calendar=calendar, dice=dice)


def _plant(calendar: Calendar, dice: Dice) -> Buyer:
    """Light a hall once or twice a year: seldom and dear."""
    wants = Wants(dice.around(24_000_000, 6), _INDUSTRIAL, lines=(3, 6), pays=860)
    rhythm = (now_and_then(2, dice), 180, "LOW_FREQUENCY_HIGH_VALUE")
    industry = (dice.pick(("工厂", "厂房")), "INDUSTRIAL_LIGHTING")
    return _buyer(
        "PLANT", industry, rhythm, wants, calendar=calendar, dice=dice, stage="MATURE"
    )


def _workshop(calendar: Calendar, dice: Dice) -> Buyer:
    """Replace some lamps twice a year."""
    wants = Wants(dice.around(200_000, 8), _INDUSTRIAL, lines=(2, 4), pays=980)
    rhythm = (now_and_then(2, dice), 180, "INFREQUENT")
    industry = ("车间", "INDUSTRIAL_LIGHTING")
    return _buyer(
        "WORKSHOP",
        industry,
        rhythm,
        wants,
        calendar=calendar,
        dice=dice,
        stage="MATURE",
    )


def _wholesaler(calendar: Calendar, dice: Dice) -> Buyer:
    """Deal in all lamps; restocks every two to four weeks."""
    wants = Wants(dice.around(2_600_000, 9), _ALL, lines=(6, 10), pays=860)
    gap = dice.between(10, 26)
    rhythm = (restocks(gap, dice), gap, "FREQUENT")
    industry = (dice.pick(("批发", None)), "OTHER")
    return _buyer(
        "WHOLESALER",
        industry,
        rhythm,
        wants,
        calendar=calendar,
        dice=dice,
        places=(2, 4),
    )


def _chain(calendar: Calendar, dice: Dice) -> Buyer:
    """Have lamps sent to its shops, all over the country."""
    wants = Wants(dice.around(1_500_000, 8), _COMMERCIAL, lines=(3, 6), pays=900)
    gap = dice.between(7, 14)
    rhythm = (restocks(gap, dice), gap, "FREQUENT")
    industry = ("商场", "COMMERCIAL_LIGHTING")
    return _buyer(
        "CHAIN", industry, rhythm, wants, calendar=calendar, dice=dice, places=(7, 10)
    )


def _vip(calendar: Calendar, dice: Dice) -> Buyer:
    """Equip one large project after another; marked by hand as VIP."""
    wants = Wants(dice.around(12_000_000, 6), _COMMERCIAL, lines=(3, 6), pays=850)
    gap = dice.between(14, 24)
    rhythm = (restocks(gap, dice), gap, "FREQUENT")
    mark = dice.pick(("vip", "vip", "vip", "vip:2026-12-31"))
    industry = (dice.pick(("酒店", "商场")), "COMMERCIAL_LIGHTING")
    return _buyer(
        "VIP_PROJECT",
        industry,
        rhythm,
        wants,
        calendar=calendar,
        dice=dice,
        places=(2, 4),
        flags=f"{mark},key_account",
        stage="MATURE",
    )


def _exporter(calendar: Calendar, dice: Dice) -> Buyer:
    """Take all lamps abroad, every month or so."""
    wants = Wants(dice.around(5_000_000, 7), _ALL, lines=(6, 10), pays=840)
    gap = dice.between(18, 28)
    rhythm = (restocks(gap, dice), gap, "FREQUENT")
    return _buyer(
        "EXPORTER",
        (None, "OTHER"),
        rhythm,
        wants,
        calendar=calendar,
        dice=dice,
        abroad=900,
    )


def _one_off(calendar: Calendar, dice: Dice) -> Buyer:
    """Light one home."""
    place = somewhere(dice, near=700)
    wants = Wants(dice.around(500_000, 10), _HOME, lines=(3, 8))
    card = {"industry": "家庭", **place.card()}
    said = {"sector": "HOME", "delivery_coverage": "ONE_PLACE", **place.labels()}
    return passer_by("ONE_OFF", wants, card, said, calendar=calendar, dice=dice)


def _prospect(calendar: Calendar, dice: Dice) -> Buyer:
    """Come to a fair, and never buy."""
    place = somewhere(dice, near=100, abroad=400)
    said = {"sector": "COMMERCIAL_LIGHTING", "value": "LOW", "key_account": "NO"}
    card = {"industry": "商业照明", **place.card()}
    labels = {**said, **place.labels()}
    return prospect(Wants(1, _ALL), card, labels, dice, calendar.end)


def _ranked(plan: Planned) -> Mapping[str, list[str]]:
    """Call VIP the top twentieth, and of the top fifth who buys often or much."""
    spend, pieces = plan.share(plan.spend), plan.share(plan.pieces)
    vip = [
        mine >= 0.95 or (mine >= 0.8 and (times >= 12 or goods >= 0.8))
        for mine, goods, times in zip(spend, pieces, plan.orders, strict=True)
    ]
    other = banded(spend, {"ORDINARY": 0.5}, "LOW")
    return {
        "value": ["VIP" if yes else o for yes, o in zip(vip, other, strict=True)],
        "key_account": banded(spend, {"YES": 0.95}, "NO"),
    }


SORTS: Final = Sorts(
    shares={
        _lamp_shop: 52,
        _fitter: 24,
        _landlord: 28,
        _plant: 20,
        _workshop: 14,
        _wholesaler: 34,
        _chain: 16,
        _vip: 6,
        _exporter: 16,
        _one_off: 20,
        _prospect: 10,
    },
    goods=_GOODS,
    families=frozenset(
        {
            "sector",
            "region",
            "delivery_coverage",
            "value",
            "key_account",
            "frequency",
            "product_preference",
            "engaged",
            "lifecycle",
            "churn_risk",
        }
    ),
    ranked=_ranked,
)
