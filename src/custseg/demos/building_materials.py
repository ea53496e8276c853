"""A trade in building materials, over the counter and by the lorry.

Dealers restock every week to every third, traders in bulk every second month;
decorators buy in spring and autumn (金三银四, 金九银十), roofers in summer, builders by
project; handymen come to the counter all the time, homeowners once.
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
from custseg.demos.rhythms import Rhythm, by_projects, in_seasons, restocks
from custseg.demos.sorts import Sorts, known_since, meant, passer_by, prospect

__all__ = ["ALL", "GOODS", "SORTS", "mostly"]

GOODS: Final = Goods(
    prices={
        "水泥": (2_200, 2_600, 3_100, 3_800),
        "瓷砖": (3_500, 5_800, 8_800, 12_800),
        "涂料": (9_800, 16_800, 25_800, 36_800),
        "水管": (450, 980, 1_850, 3_200),
        "地板": (8_800, 12_800, 18_800, 32_000),
        "卫浴": (19_800, 36_800, 58_000, 98_000),
    },
    cost=740,
    brands=("BRAND-A", "BRAND-B", "BRAND-C"),
)
ALL: Final = {"瓷砖": 30, "涂料": 22, "水泥": 22, "水管": 12, "地板": 8, "卫浴": 6}
"""What is taken by those who deal in everything: as the whole trade does."""

_KINDS: Final = {
    "水泥": "STRUCTURE",
    "瓷砖": "TILES_AND_STONE",
    "涂料": "PAINT",
    "水管": "PIPES_AND_WIRES",
    "地板": "BOARDS_AND_FLOORS",
    "卫浴": "SANITARY",
}


def mostly(category: str) -> tuple[dict[str, int], dict[str, str]]:
    """Return shelves with most of one category, and what is meant by them."""
    beside = [name for name in ALL if name != category][:2]
    said = {"product_preference": _KINDS[category]}
    return {category: 80, **dict.fromkeys(beside, 10)}, said


_EVERYTHING: Final = (ALL, {"product_preference": "NONE"})


def _buyer(
    sort: str,
    declared: tuple[str, str],
    rhythm: tuple[Rhythm, int, str],
    wants: Wants,
    labels: Mapping[str, str],
    *,
    calendar: Calendar,
    dice: Dice,
    staff: tuple[int, int],
    stage: str = "",
) -> Buyer:
    """Make up a customer; ``declared`` is the word on its card, and its type."""
    days, gap, frequency = rhythm
    life = live(days, gap, calendar, dice, stage=stage)
    place = somewhere(dice, near=600, abroad=30)
    people = dice.between(*staff)
    size = "SMALL" if people < 50 else "MEDIUM" if people < 250 else "LARGE"
    card = {"type": declared[0], "employees": people, **place.card()}
    said = {"type": declared[1], "size": size, "season": "NOT_SEASONAL"}
    return Buyer(
        meant(sort, life, calendar, frequency, {**said, **place.labels(), **labels}),
        life.days,
        wants,
        {**card, **known_since(life, dice)},
    )


def _dealer(calendar: Calendar, dice: Dice) -> Buyer:
    """Deal in everything; restock every one to four weeks."""
    shelves, said = _EVERYTHING
    wants = Wants(dice.around(3_500_000, 10), shelves, lines=(4, 9), pays=880)
    gap = dice.between(8, 27)
    rhythm = (restocks(gap, dice), gap, "FREQUENT")
    declared = (dice.pick(("经销商", "建材市场", "Dealer")), "WHOLESALE")
    return _buyer(
        "DEALER",
        declared,
        rhythm,
        wants,
        said,
        calendar=calendar,
        dice=dice,
        staff=(4, 320),
    )


def _bulk_trader(calendar: Calendar, dice: Dice) -> Buyer:
    """Buy one kind of goods by the lorry, every second month."""
    shelves, said = mostly(dice.pick(("水泥", "瓷砖", "水管")))
    wants = Wants(dice.around(16_000_000, 9), shelves, lines=(3, 6), pays=840)
    gap = dice.between(40, 65)
    rhythm = (restocks(gap, dice), gap, "REGULAR")
    return _buyer(
        "BULK_TRADER",
        ("批发", "WHOLESALE"),
        rhythm,
        wants,
        said,
        calendar=calendar,
        dice=dice,
        staff=(10, 200),
    )


def _decorator(calendar: Calendar, dice: Dice) -> Buyer:
    """Buy tiles or floors in spring and autumn."""
    shelves, said = mostly(dice.pick(("瓷砖", "地板", "卫浴")))
    wants = Wants(dice.around(1_500_000, 9), shelves, lines=(2, 6), pays=950)
    days = in_seasons((3, 4, 9, 10), (4, 6), calendar, dice)
    labels = {**said, "season": "SEASONAL"}
    declared = (dice.pick(("装修公司", "装饰公司")), "WHOLESALE")
    return _buyer(
        "DECORATOR",
        declared,
        (days, 7, "FREQUENT"),
        wants,
        labels,
        calendar=calendar,
        dice=dice,
        staff=(3, 60),
        stage="MATURE",
    )


def _roofer(calendar: Calendar, dice: Dice) -> Buyer:
    """Buy paint against the rain, from May to July."""
    shelves, said = mostly("涂料")
    wants = Wants(dice.around(900_000, 9), shelves, lines=(2, 4), pays=960)
    days = in_seasons((5, 6, 7), (5, 7), calendar, dice)
    labels = {**said, "season": "SEASONAL"}
    return _buyer(
        "ROOFER",
        ("施工队", "WHOLESALE"),
        (days, 6, "FREQUENT"),
        wants,
        labels,
        calendar=calendar,
        dice=dice,
        staff=(3, 30),
        stage="MATURE",
    )


def _builder(calendar: Calendar, dice: Dice) -> Buyer:
    """Buy cement by project: several deliveries, then a pause."""
    shelves, said = mostly("水泥")
    wants = Wants(dice.around(8_000_000, 10), shelves, lines=(2, 5), pays=860)
    rhythm = (by_projects((60, 130), dice), 16, "REGULAR")
    return _buyer(
        "BUILDER",
        ("工程承包", "WHOLESALE"),
        rhythm,
        wants,
        said,
        calendar=calendar,
        dice=dice,
        staff=(20, 900),
        stage="MATURE",
    )


def _handyman(calendar: Calendar, dice: Dice) -> Buyer:
    """Come to the counter every week or two, for a little of everything."""
    shelves, said = _EVERYTHING
    wants = Wants(dice.around(160_000, 9), shelves, lines=(2, 5), pays=980)
    gap = dice.between(7, 20)
    rhythm = (restocks(gap, dice), gap, "FREQUENT")
    return _buyer(
        "HANDYMAN",
        ("个人", "CONSUMER"),
        rhythm,
        wants,
        said,
        calendar=calendar,
        dice=dice,
        staff=(1, 4),
    )


def _homeowner(calendar: Calendar, dice: Dice) -> Buyer:
    """Decorate once."""
    shelves, labels = mostly(dice.pick(("瓷砖", "地板", "涂料", "卫浴")))
    place = somewhere(dice, near=950)
    wants = Wants(dice.around(1_200_000, 10), shelves, lines=(2, 8))
    card = {"type": dice.pick(("业主", "零售", "家庭")), **place.card()}
    said = {**labels, "type": "CONSUMER", **place.labels()}
    return passer_by("HOMEOWNER", wants, card, said, calendar=calendar, dice=dice)


def _prospect(calendar: Calendar, dice: Dice) -> Buyer:
    """Register, and never buy."""
    place = somewhere(dice, near=700)
    card = {"type": "经销商", "employees": dice.between(4, 40), **place.card()}
    said = {"type": "WHOLESALE", "size": "SMALL", "value": "LOW", **place.labels()}
    return prospect(Wants(1, ALL), card, said, dice, calendar.end)


def _ranked(plan: Planned) -> Mapping[str, list[str]]:
    """Call high who buys much and often; only much is in the middle."""
    spend, orders = plan.share(plan.spend), plan.share(plan.orders)
    both = [min(pair) for pair in zip(spend, orders, strict=True)]
    high = banded(both, {"HIGH": 0.8}, "")
    value = banded(spend, {"MEDIUM": 0.5}, "LOW")
    return {"value": [a or b for a, b in zip(high, value, strict=True)]}


SORTS: Final = Sorts(
    shares={
        _dealer: 56,
        _bulk_trader: 20,
        _decorator: 40,
        _roofer: 12,
        _builder: 20,
        _handyman: 44,
        _homeowner: 36,
        _prospect: 12,
    },
    goods=GOODS,
    families=frozenset(
        {
            "type",
            "size",
            "place",
            "value",
            "frequency",
            "season",
            "product_preference",
            "lifecycle",
            "churn_risk",
        }
    ),
    ranked=_ranked,
)
