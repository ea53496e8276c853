"""A trade in frozen goods: shops and stalls, wholesalers, and kitchens.

Supermarkets and corner shops restock every week or two, stalls of wet markets one kind
of goods every few days; wholesale markets and distributors by the pallet; kitchens
little and often; hotpot houses in winter, ice-cream parlours in summer; a cold store
fills up twice a year.
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
from custseg.demos.rhythms import Rhythm, in_seasons, now_and_then, restocks
from custseg.demos.sorts import Sorts, known_since, meant, passer_by, prospect

__all__ = ["SORTS"]

_GOODS: Final = Goods(
    prices={
        "猪肉": (2_200, 2_600, 3_400, 4_200),
        "水产": (2_800, 3_900, 5_600, 8_800),
        "鸡肉": (1_500, 1_900, 2_400, 3_000),
        "水饺": (900, 1_200, 1_600, 2_100),
        "火锅丸子": (1_600, 2_000, 2_600, 3_200),
        "速冻蔬菜": (700, 900, 1_200, 1_500),
        "雪糕": (300, 500, 800, 1_200),
    },
    cost=820,
    brands=("FROST-A", "FROST-B", "FROST-C", "FROST-D"),
)
_ALL: Final = {
    "猪肉": 25,
    "水产": 22,
    "鸡肉": 22,
    "水饺": 13,
    "火锅丸子": 7,
    "速冻蔬菜": 6,
    "雪糕": 5,
}
"""What is taken by those who sell everything: as the whole trade does."""

_KINDS: Final = {
    "猪肉": "MEAT",
    "水产": "SEAFOOD",
    "鸡肉": "POULTRY",
    "水饺": "RICE_AND_FLOUR",
    "火锅丸子": "HOTPOT",
    "雪糕": "ICE_CREAM",
}


def _one(category: str) -> tuple[dict[str, int], dict[str, str]]:
    """Return shelves of a specialist, and what is meant by them."""
    shelves = {category: 97, "猪肉" if category != "猪肉" else "鸡肉": 2}
    return shelves, _prefers(category, "SINGLE_CATEGORY")


def _mostly(category: str, *beside: str) -> tuple[dict[str, int], dict[str, str]]:
    """Return shelves with four fifths of one category."""
    rest = 20 // len(beside)
    return {category: 80, **dict.fromkeys(beside, rest)}, _prefers(
        category, "FEW_CATEGORIES"
    )


def _prefers(category: str, breadth: str) -> dict[str, str]:
    return {"breadth": breadth, "product_preference": _KINDS[category]}


_EVERYTHING: Final = (_ALL, {"breadth": "MULTI_CATEGORY", "product_preference": "NONE"})


def _buyer(
    sort: str,
    declared: tuple[str, str, str],
    rhythm: tuple[Rhythm, int, str],
    wants: Wants,
    labels: Mapping[str, str],
    *,
    calendar: Calendar,
    dice: Dice,
    near: int = 800,
    abroad: int = 0,
    stage: str = "",
) -> Buyer:
    """Make up a customer.

    ``declared`` is the word on its card, its type and its outlet; ``rhythm`` its days,
    the usual gap between them, and how often that is.
    """
    word, kind, outlet = declared
    days, gap, frequency = rhythm
    life = live(days, gap, calendar, dice, stage=stage)
    place = somewhere(dice, near=near, abroad=abroad)
    said = {"type": kind, "outlet": outlet, **place.labels(), **labels}
    rows = {}
    if dice.chance(250):
        day = life.days[-1] - dice.between(0, 60)
        grumble = dice.chance(300)
        rows["feedback"] = [
            {
                "date": max(day, 0),
                "csat": 2 if grumble else 5,
                "complaint": "DELIVERY" if grumble else None,
            }
        ]
        if grumble and day > calendar.end - 90:
            said["loyal"] = "NO"
    on_file = {"type": word, **place.card(), **known_since(life, dice)}
    return Buyer(
        meant(sort, life, calendar, frequency, said),
        life.days,
        wants,
        on_file,
        rows=rows,
    )


def _every(low: int, high: int, dice: Dice) -> tuple[Rhythm, int, str]:
    gap = dice.between(low, high)
    return restocks(gap, dice), gap, "FREQUENT"


def _supermarket(calendar: Calendar, dice: Dice) -> Buyer:
    """Restock all counters every week or so."""
    shelves, said = _EVERYTHING
    wants = Wants(dice.around(1_600_000, 8), shelves, lines=(4, 8), pays=940)
    declared = (
        dice.pick(("超市", "社区超市", "Supermarket")),
        "RETAILER",
        "SUPERMARKET",
    )
    rhythm = _every(5, 14, dice)
    return _buyer(
        "SUPERMARKET", declared, rhythm, wants, said, calendar=calendar, dice=dice
    )


def _corner_shop(calendar: Calendar, dice: Dice) -> Buyer:
    """Restock dumplings and ice lollies every week to every third."""
    shelves, said = _mostly(dice.pick(("水饺", "雪糕")), "鸡肉", "火锅丸子")
    wants = Wants(dice.around(90_000, 8), shelves, lines=(2, 5))
    word = dice.pick(("便利店", "小卖部", "convenience store"))
    rhythm = _every(7, 20, dice)
    declared = (word, "RETAILER", "CONVENIENCE_STORE")
    return _buyer(
        "CORNER_SHOP", declared, rhythm, wants, said, calendar=calendar, dice=dice
    )


def _stall(calendar: Calendar, dice: Dice) -> Buyer:
    """Restock one kind of goods every few days."""
    shelves, said = _one(dice.pick(("水产", "猪肉", "鸡肉")))
    wants = Wants(dice.around(220_000, 8), shelves, lines=(2, 4), pays=970)
    declared = (dice.pick(("菜市场摊位", "农贸市场")), "RETAILER", "WET_MARKET")
    rhythm = _every(4, 10, dice)
    return _buyer("STALL", declared, rhythm, wants, said, calendar=calendar, dice=dice)


def _market_trader(calendar: Calendar, dice: Dice) -> Buyer:
    """Restock by the pallet, every third or fourth week."""
    shelves, said = _mostly(dice.pick(("水产", "猪肉", "鸡肉")), "水饺", "火锅丸子")
    wants = Wants(dice.around(9_000_000, 10), shelves, lines=(4, 9), pays=880)
    word = dice.pick(("批发市场", "冻品批发市场"))
    rhythm = _every(18, 30, dice)
    declared = (word, "WHOLESALE", "WHOLESALE_MARKET")
    return _buyer(
        "MARKET_TRADER",
        declared,
        rhythm,
        wants,
        said,
        calendar=calendar,
        dice=dice,
        near=400,
    )


def _distributor(calendar: Calendar, dice: Dice) -> Buyer:
    """Take everything, by the lorry, to other cities and abroad."""
    shelves, said = _EVERYTHING
    wants = Wants(dice.around(7_000_000, 10), shelves, lines=(5, 9), pays=880)
    word = dice.pick(("食品经销商", "冻品经销", "Food distributor"))
    rhythm = _every(12, 26, dice)
    declared = (word, "WHOLESALE", "FOOD_DISTRIBUTOR")
    return _buyer(
        "DISTRIBUTOR",
        declared,
        rhythm,
        wants,
        said,
        calendar=calendar,
        dice=dice,
        near=200,
        abroad=150,
    )


def _caterer(calendar: Calendar, dice: Dice) -> Buyer:
    """Take meat or fish and some vegetables, little and often."""
    shelves, said = _mostly(dice.pick(("水产", "鸡肉")), "速冻蔬菜", "猪肉")
    wants = Wants(dice.around(250_000, 9), shelves, lines=(3, 6), pays=960)
    word = dice.pick(("餐饮", "饭店", "restaurant"))
    rhythm = _every(5, 15, dice)
    return _buyer(
        "CATERER",
        (word, "CATERING", "OTHER"),
        rhythm,
        wants,
        said,
        calendar=calendar,
        dice=dice,
    )


def _canteen(calendar: Calendar, dice: Dice) -> Buyer:
    """Fill its freezer some six times a year."""
    shelves, said = _EVERYTHING
    wants = Wants(dice.around(1_200_000, 6), shelves, lines=(6, 10), pays=930)
    rhythm = (now_and_then(dice.between(6, 8), dice), 52, "REGULAR")
    declared = ("食堂", "CATERING", "OTHER")
    return _buyer(
        "CANTEEN", declared, rhythm, wants, said, calendar=calendar, dice=dice
    )


def _hotpot_house(calendar: Calendar, dice: Dice) -> Buyer:
    """Buy meat balls from November to February."""
    shelves, said = _mostly("火锅丸子", "猪肉", "速冻蔬菜")
    wants = Wants(dice.around(500_000, 8), shelves, lines=(3, 6), pays=950)
    days = in_seasons((11, 12, 1, 2), (4, 6), calendar, dice)
    declared = ("火锅店", "CATERING", "OTHER")
    return _buyer(
        "HOTPOT_HOUSE",
        declared,
        (days, 7, "FREQUENT"),
        wants,
        said,
        calendar=calendar,
        dice=dice,
        stage="MATURE",
    )


def _ice_cream_parlour(calendar: Calendar, dice: Dice) -> Buyer:
    """Buy ice cream from May to August."""
    shelves, said = _one("雪糕")
    wants = Wants(dice.around(300_000, 8), shelves, lines=(2, 5), pays=950)
    days = in_seasons((5, 6, 7, 8), (4, 6), calendar, dice)
    declared = ("零售冰品店", "RETAILER", "OTHER")
    return _buyer(
        "ICE_CREAM_PARLOUR",
        declared,
        (days, 7, "FREQUENT"),
        wants,
        said,
        calendar=calendar,
        dice=dice,
        stage="MATURE",
    )


def _cold_store(calendar: Calendar, dice: Dice) -> Buyer:
    """Fill up two or three times a year."""
    shelves, said = _mostly(dice.pick(("水产", "猪肉")), "鸡肉", "速冻蔬菜")
    wants = Wants(dice.around(30_000_000, 7), shelves, lines=(6, 12), pays=860)
    rhythm = (now_and_then(dice.between(2, 3), dice), 150, "INFREQUENT")
    declared = ("冻品批发", "WHOLESALE", "FOOD_DISTRIBUTOR")
    return _buyer(
        "COLD_STORE",
        declared,
        rhythm,
        wants,
        said,
        calendar=calendar,
        dice=dice,
        near=200,
        stage="MATURE",
    )


def _one_off(calendar: Calendar, dice: Dice) -> Buyer:
    """Give a feast, and never again."""
    shelves, labels = _EVERYTHING
    place = somewhere(dice, near=800)
    wants = Wants(dice.around(400_000, 10), shelves, lines=(4, 8))
    kind = {"type": "CATERING", "outlet": "OTHER"}
    said = {**kind, **place.labels(), **labels}
    card = {"type": dice.pick(("餐饮", "酒店")), **place.card()}
    return passer_by("ONE_OFF", wants, card, said, calendar=calendar, dice=dice)


def _prospect(calendar: Calendar, dice: Dice) -> Buyer:
    """Ask for a price list, and never buy."""
    place = somewhere(dice, near=700, abroad=100)
    kind = {"type": "RETAILER", "outlet": "SUPERMARKET", "procurement_scale": "SMALL"}
    card = {"type": "超市", **place.card()}
    said = {**kind, **place.labels(), "loyal": "NO"}
    return prospect(Wants(1, _ALL), card, said, dice, calendar.end)


def _ranked(plan: Planned) -> Mapping[str, list[str]]:
    scale = {"LARGE": 0.8, "MEDIUM": 0.5}
    volume = {"LARGE_VOLUME": 0.8, "MEDIUM_VOLUME": 0.5}
    return {
        "procurement_scale": banded(plan.share(plan.spend), scale, "SMALL"),
        "volume": banded(plan.share(plan.pieces), volume, "SMALL_VOLUME"),
    }


SORTS: Final = Sorts(
    shares={
        _supermarket: 26,
        _corner_shop: 40,
        _stall: 34,
        _market_trader: 20,
        _distributor: 22,
        _caterer: 40,
        _canteen: 16,
        _hotpot_house: 5,
        _ice_cream_parlour: 7,
        _cold_store: 8,
        _one_off: 12,
        _prospect: 10,
    },
    goods=_GOODS,
    families=frozenset(
        {
            "type",
            "outlet",
            "place",
            "frequency",
            "procurement_scale",
            "volume",
            "breadth",
            "loyal",
            "product_preference",
            "lifecycle",
        }
    ),
    ranked=_ranked,
)
