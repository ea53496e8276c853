"""A trade with companies of all kinds: a supplier of what offices and workshops need.

Factories and shops restock every week or two, offices and banks every second month,
public bodies twice a year, households once. Some buy the best of each shelf, some the
cheapest, some one brand.
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
from custseg.demos.rhythms import Rhythm, now_and_then, restocks
from custseg.demos.sorts import Sorts, known_since, meant, passer_by, prospect

__all__ = ["SORTS"]

_GOODS: Final = Goods(
    prices={
        "PAPER": (1_200, 1_900, 2_800, 4_400, 8_900),
        "TOOLS": (2_900, 4_800, 7_900, 13_800, 29_800),
        "FITTINGS": (4_800, 7_900, 12_900, 21_000, 39_000),
        "CLEANING": (900, 1_500, 2_300, 3_900, 7_200),
        "LAMPS": (2_400, 4_200, 7_600, 12_900, 24_000),
    },
    cost=720,
    brands=("BRAND-A", "BRAND-B", "BRAND-C", "BRAND-D", "BRAND-E"),
)
_ALL: Final = dict.fromkeys(_GOODS.prices, 20)

_STAFF: Final = {"SMALL": (2, 49), "MEDIUM": (50, 249), "LARGE": (250, 4_000)}
_BANDS: Final = {
    "INCOME_HIGH": "高收入",
    "INCOME_MID": "中等收入",
    "INCOME_LOW": "低收入",
}


def _shelves(dice: Dice) -> tuple[dict[str, int], str]:
    """Return what is taken from where, and the breadth that is meant by it."""
    main, beside = dice.pick(tuple(_ALL)), dice.pick(tuple(_ALL))
    kind = dice.between(1, 10)
    if kind <= 3:
        return {main: 98, **({beside: 2} if beside != main else {})}, "SINGLE_CATEGORY"
    if kind <= 6:
        rest = [name for name in _ALL if name != main][:2]
        return {main: 80, **dict.fromkeys(rest, 10)}, "FEW_CATEGORIES"
    return _ALL, "MULTI_CATEGORY"


def _taste(dice: Dice) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return what is chosen on the shelf, and what is meant by it."""
    price = dice.weighted({"dear": 13, "cheap": 20, "": 67})
    brand = dice.pick(_GOODS.brands) if dice.chance(300) else ""
    said = {
        "price_preference": {"dear": "PREMIUM", "cheap": "VALUE_SEEKER"}.get(
            price, "MIXED"
        ),
        "brand": "BRAND_LOYAL" if brand else "NOT_LOYAL",
    }
    return tuple(one for one in (price, brand) if one), said


def _buyer(
    sort: str,
    card: Mapping[str, object],
    labels: Mapping[str, str],
    rhythm: tuple[Rhythm, int, str],
    order: int,
    *,
    calendar: Calendar,
    dice: Dice,
    stage: str = "",
) -> Buyer:
    """Make up a customer; ``rhythm`` is its days, its usual gap, how often that is."""
    days, gap, frequency = rhythm
    life = live(days, gap, calendar, dice, stage=stage)
    place = somewhere(dice, near=500, abroad=60)
    shelves, breadth = _shelves(dice)
    taste, likes = _taste(dice)
    wants = Wants(
        dice.around(order, 10),
        shelves,
        lines=(3, 7),
        pays=dice.between(940, 1000),
        taste=taste,
    )
    said = {**place.labels(), **labels, "breadth": breadth, **likes}
    rows = {}
    if dice.chance(60):
        day = calendar.end - dice.between(1, 80)
        rows["feedback"] = [{"date": day, "csat": 2, "complaint": "QUALITY"}]
        said["loyal"] = "NO"
    on_file = {**card, **place.card(), **known_since(life, dice)}
    return Buyer(
        meant(sort, life, calendar, frequency, said),
        life.days,
        wants,
        on_file,
        rows=rows,
    )


def _firm(
    kind: str, size: Mapping[str, int], industries: tuple[str, ...], dice: Dice
) -> tuple[dict[str, object], dict[str, str]]:
    """Return the card of an enterprise, and what is meant by it."""
    large = dice.weighted(size)
    card: dict[str, object] = {
        "legal_form": dice.pick(("有限公司", "股份有限公司", "Ltd.", "企业")),
        "industry": dice.pick(industries),
        "employees": dice.between(*_STAFF[large]),
    }
    return card, {"type": "ENTERPRISE", "sector": kind, "size": large}


def _factory(calendar: Calendar, dice: Dice) -> Buyer:
    """Restock every one to three weeks."""
    size = {"SMALL": 20, "MEDIUM": 50, "LARGE": 30}
    card, said = _firm("MANUFACTURING", size, ("C3021", "C3311", "制造业"), dice)
    gap = dice.between(7, 21)
    rhythm = (restocks(gap, dice), gap, "FREQUENT")
    return _buyer(
        "FACTORY", card, said, rhythm, 2_400_000, calendar=calendar, dice=dice
    )


def _shop(calendar: Calendar, dice: Dice) -> Buyer:
    """Restock every week or two, little each time."""
    size = {"SMALL": 80, "MEDIUM": 20}
    card, said = _firm("RETAIL_TRADE", size, ("F5211", "5212", "零售"), dice)
    gap = dice.between(7, 18)
    rhythm = (restocks(gap, dice), gap, "FREQUENT")
    return _buyer("SHOP", card, said, rhythm, 350_000, calendar=calendar, dice=dice)


def _office(calendar: Calendar, dice: Dice) -> Buyer:
    """Fill the cupboards six to eight times a year."""
    size = {"SMALL": 60, "MEDIUM": 30, "LARGE": 10}
    card, said = _firm("SERVICES", size, ("I6510", "L7211", "咨询服务"), dice)
    rhythm = (now_and_then(dice.between(6, 8), dice), 52, "REGULAR")
    return _buyer("OFFICE", card, said, rhythm, 900_000, calendar=calendar, dice=dice)


def _bank(calendar: Calendar, dice: Dice) -> Buyer:
    """Furnish its branches, six to eight times a year."""
    size = {"MEDIUM": 40, "LARGE": 60}
    card, said = _firm("FINANCE", size, ("J6621", "银行"), dice)
    rhythm = (now_and_then(dice.between(6, 8), dice), 52, "REGULAR")
    return _buyer("BANK", card, said, rhythm, 4_500_000, calendar=calendar, dice=dice)


def _public_body(calendar: Calendar, dice: Dice) -> Buyer:
    """Spend its budget twice a year."""
    card = {
        "legal_form": dice.pick(("政府机关", "事业单位")),
        "industry": "S9121",
        "employees": dice.between(60, 240),
    }
    said = {"type": "GOVERNMENT", "sector": "OTHER", "size": "MEDIUM"}
    rhythm = (now_and_then(2, dice), 180, "INFREQUENT")
    return _buyer(
        "PUBLIC_BODY",
        card,
        said,
        rhythm,
        3_000_000,
        calendar=calendar,
        dice=dice,
        stage="MATURE",
    )


def _household(calendar: Calendar, dice: Dice) -> Buyer:
    """Buy once."""
    income = dice.pick(tuple(_BANDS))
    place = somewhere(dice, near=900)
    shelves, breadth = _shelves(dice)
    wants = Wants(dice.around(60_000, 10), shelves, lines=(1, 3))
    card = {"legal_form": dice.pick(("个人", "自然人")), "income_band": _BANDS[income]}
    said = {"type": "INDIVIDUAL", "income": income, "breadth": breadth}
    return passer_by(
        "HOUSEHOLD",
        wants,
        {**card, **place.card()},
        {**said, **place.labels()},
        calendar=calendar,
        dice=dice,
    )


def _prospect(calendar: Calendar, dice: Dice) -> Buyer:
    """Register, and never buy."""
    place = somewhere(dice, near=500, abroad=100)
    card, said = _firm("SERVICES", {"SMALL": 1}, ("L7211",), dice)
    labels = {**said, **place.labels(), "value": "LOW", "loyal": "NO"}
    return prospect(
        Wants(1, _ALL), {**card, **place.card()}, labels, dice, calendar.end
    )


def _ranked(plan: Planned) -> Mapping[str, list[str]]:
    volume = {"LARGE_VOLUME": 0.8, "MEDIUM_VOLUME": 0.5}
    return {
        "value": banded(plan.share(plan.spend), {"HIGH": 0.8, "MEDIUM": 0.5}, "LOW"),
        "volume": banded(plan.share(plan.pieces), volume, "SMALL_VOLUME"),
    }


SORTS: Final = Sorts(
    shares={
        _factory: 60,
        _shop: 60,
        _office: 50,
        _bank: 16,
        _public_body: 16,
        _household: 26,
        _prospect: 12,
    },
    goods=_GOODS,
    families=frozenset(
        {
            "type",
            "sector",
            "size",
            "income",
            "place",
            "domestic",
            "value",
            "frequency",
            "volume",
            "breadth",
            "loyal",
            "price_preference",
            "brand",
            "lifecycle",
            "churn_risk",
        }
    ),
    ranked=_ranked,
)
