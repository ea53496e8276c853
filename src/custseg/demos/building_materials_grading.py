"""A trade in building materials on credit: developers, dealers and who decorates.

Key developers take millions and pay by the milestones of their projects; one in a few
collapses in August: it stops paying in June, and the default is reported two months
later. Dealers restock every two to four weeks, some for a region and some for a town;
some press prices, some pay late or not any more, some doubled or halved what they take,
some grow from quarter to quarter. Decoration firms buy in spring and autumn, crews now
and then, homeowners decorate once in three years.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

from attrs import evolve

from custseg.demos.building_materials import ALL, GOODS, mostly
from custseg.demos.buyers import Buyer, Payer, Wants
from custseg.demos.calendar import Calendar
from custseg.demos.dice import Dice
from custseg.demos.lives import Life, live
from custseg.demos.plans import Planned
from custseg.demos.rhythms import Rhythm, in_seasons, now_and_then, restocks
from custseg.demos.sorts import Sort, Sorts, known_since, meant, passer_by, prospect

__all__ = ["SORTS"]

_LAST: Final = dt.date(2026, 9, 30)

_TRADES: Final = {  # by the word on the card: type, end user, sensitive, industry
    "房地产开发商": ("KEY_DEVELOPER", "NOT_END_USER", "YES", "K7010"),
    "施工总包": ("PROJECT", "NOT_END_USER", "YES", "E4710"),
    "经销商": ("DEALER", "NOT_END_USER", "NO", "F5165"),
    "装修公司": ("END_USER", "DECORATOR", "YES", "E5012"),
    "工程队": ("END_USER", "CREW", "YES", "E5010"),
}
_RISK: Final = {
    "prompt": "LOW",
    "sloppy": "MEDIUM",
    "late": "HIGH",
    "stopped": "CRITICAL",
}


def _buyer(
    sort: str,
    word: str,
    life: Life,
    rhythm: tuple[int, str],
    wants: Wants,
    *,
    calendar: Calendar,
    payer: Payer | None = None,
    card: Mapping[str, object] | None = None,
    labels: Mapping[str, str] | None = None,
    rows: Mapping[str, Sequence[Mapping[str, object]]] | None = None,
    dice: Dice,
) -> Buyer:
    """Make up a customer.

    ``rhythm`` is its usual gap and how often that is. Its limit is what it would owe if
    it took twice as much and paid forty days late.
    """
    gap, frequency = rhythm
    kind, end_user, sensitive, industry = _TRADES[word]
    said = {
        "type": kind,
        "end_user": end_user,
        "sensitive_industry": sensitive,
        "long_cycle": "NO",
        "price_pressure": "NO",
        "strategic_partner": "NO",
        "season": "NOT_SEASONAL",
        **(labels or {}),
    }
    on_file: dict[str, object] = {"type": word, "industry": industry, "flags": ""}
    if payer is not None:
        late = payer.habit in {"late", "stopped"}
        said |= {"credit_risk": _RISK[payer.habit]}
        if payer.habit != "sloppy":  # now late and now not: nothing is meant
            said |= {"payment_delay": "YES" if late else "NO"}
        a_day = wants.order // gap
        limit = 2 * a_day * (payer.terms + 40) // 100
        on_file |= {"credit_limit": limit, "terms_days": payer.terms}
        on_file["external_rating"] = dice.between(55, 95)
    return Buyer(
        meant(sort, life, calendar, frequency, said),
        life.days,
        wants,
        {**on_file, **(card or {}), **known_since(life, dice)},
        rows=rows or {},
        payer=payer,
    )


def _steady(gap: int, calendar: Calendar, dice: Dice, *, stage: str = "") -> Life:
    return live(restocks(gap, dice), gap, calendar, dice, stage=stage)


def _even(life: Life) -> dict[str, str]:
    """Return what is meant of who takes about the same all the time."""
    if life.stage != "MATURE":
        return {}
    return {"momentum": "STEADY", "trend": "STABLE", "partnership": "STABLE"}


def _projects(
    name: str, length: tuple[int, int], calendar: Calendar, dice: Dice
) -> list[dict[str, object]]:
    """Record some projects: done, running, and planned."""
    rows: list[dict[str, object]] = []
    for number in range(dice.between(2, 4)):
        starts = calendar.end - 700 + number * 300 + dice.between(0, 200)
        days = dice.between(*length)
        stage = "planned" if starts > calendar.end else "running"
        stage = "done" if starts + days < calendar.end else stage
        rows.append(
            {
                "project_id": f"{name}-{dice.between(0, 999_999):06}-{number}",
                "recorded_on": min(starts, calendar.end - dice.between(1, 60)),
                "starts_on": starts,
                "ends_on": starts + days,
                "stage": stage,
                "area_m2": dice.between(4_000, 90_000),
                "value": dice.between(300_000, 9_000_000),
            }
        )
    return rows


def _developer(calendar: Calendar, dice: Dice) -> Buyer:
    """Build for years, take millions, and pay on time."""
    gap = dice.between(12, 18)
    life = _steady(gap, calendar, dice, stage="MATURE")
    wants = Wants(dice.around(90_000_000, 5), ALL, lines=(4, 8), pays=900)
    partner = dice.chance(400)
    return _buyer(
        "KEY_DEVELOPER",
        "房地产开发商",
        life,
        (gap, "FREQUENT"),
        wants,
        calendar=calendar,
        payer=Payer("prompt", 60),
        card={
            "developer_rank": dice.between(3, 80),
            "flags": "key_account,strategic_partner" if partner else "key_account",
        },
        labels={
            **_even(life),
            "long_term_project": "YES",
            "strategic_partner": "YES" if partner else "NO",
        },
        rows={
            "projects": _projects("DEV", (420, 1_000), calendar, dice),
            "costs": _costs("service", 1_200_000, calendar, dice),
        },
        dice=dice,
    )


def _collapsing(calendar: Calendar, dice: Dice) -> Buyer:
    """Do so until August, and collapse."""
    sound = _developer(calendar, dice)
    default = calendar.day(2026, 8, dice.between(3, 28))
    days = [day for day in sound.days if day <= default]
    life = Life("FADING", days)
    drop = ("momentum", "trend", "partnership")
    said = {name: one for name, one in sound.meant.labels.items() if name not in drop}
    said |= {"churn_risk": "YES", "credit_risk": "CRITICAL", "payment_delay": "YES"}
    events = [
        {"date": default - dice.between(15, 30), "kind": "distress", "severity": 3},
        {"date": default, "kind": "default", "severity": 5},
    ]
    return evolve(
        sound,
        meant=meant("COLLAPSING_DEVELOPER", life, calendar, "FREQUENT", said),
        days=days,
        payer=Payer("stopped", 60, calendar.day(2026, 6, dice.between(1, 28))),
        rows={**sound.rows, "events": events},
    )


def _builder(calendar: Calendar, dice: Dice) -> Buyer:
    """Build for months, and pay late every other time."""
    gap = dice.between(9, 20)
    life = _steady(gap, calendar, dice, stage="MATURE")
    wants = Wants(dice.around(6_000_000, 7), ALL, lines=(3, 6), pays=920)
    return _buyer(
        "BUILDER",
        "施工总包",
        life,
        (gap, "FREQUENT"),
        wants,
        calendar=calendar,
        payer=Payer("sloppy"),
        labels={**_even(life), "long_term_project": "NO"},
        rows={"projects": _projects("BLD", (90, 300), calendar, dice)},
        dice=dice,
    )


def _late_builder(calendar: Calendar, dice: Dice) -> Buyer:
    """Build, and pay four to six weeks late."""
    gap = dice.between(7, 12)
    life = _steady(gap, calendar, dice, stage="MATURE")
    wants = Wants(dice.around(4_000_000, 7), ALL, lines=(2, 5), pays=930)
    return _buyer(
        "LATE_BUILDER",
        "施工总包",
        life,
        (gap, "FREQUENT"),
        wants,
        calendar=calendar,
        payer=Payer("late"),
        labels=_even(life),
        dice=dice,
    )


def _dealing(
    sort: str,
    calendar: Calendar,
    dice: Dice,
    *,
    cities: tuple[int, int] = (1, 4),
    order: int = 3_000_000,
    pays: int = 950,
    payer: Payer | None = None,
    changes: Mapping[str, str] | None = None,
    sizes: Sequence[tuple[int, int]] = (),
    stage: str = "MATURE",
) -> Buyer:
    """Deal in everything; restock every two to four weeks."""
    gap = dice.between(10, 27)
    life = _steady(gap, calendar, dice, stage=stage)
    wants = Wants(
        dice.around(order, 8),
        ALL,
        lines=(3, 6),
        pays=pays + dice.between(-12, 12),
        sizes=sizes,
    )
    covered = dice.between(*cities)
    many = "MANY_PLACES" if covered >= 5 else "SEVERAL_PLACES"
    labels = {
        **_even(life),
        "delivery_coverage": "ONE_PLACE" if covered == 1 else many,
        **(changes or {}),
    }
    card = {
        "cities_covered": covered,
        "towns_covered": covered * dice.between(2, 6),
        "stores_served": dice.between(2, 20) * covered,
        "warehouse_m2": dice.between(100, 600) * covered,
        "delivery_staff": dice.between(1, 4) + covered,
    }
    return _buyer(
        sort,
        "经销商",
        life,
        (gap, "FREQUENT"),
        wants,
        calendar=calendar,
        payer=payer or Payer("prompt"),
        card=card,
        labels=labels,
        rows={"costs": _costs("rebate", 20_000, calendar, dice)},
        dice=dice,
    )


def _costs(
    kind: str, fen: int, calendar: Calendar, dice: Dice
) -> list[dict[str, object]]:
    """Return a cost at the end of each of the last four quarters."""
    return [
        {"date": calendar.end - ago, "kind": kind, "amount": dice.around(fen, 6) / 100}
        for ago in (280, 190, 100, 10)
    ]


def _dealer(calendar: Calendar, dice: Dice) -> Buyer:
    """Deal in one city or a few; some came lately, some have gone."""
    return _dealing("DEALER", calendar, dice, stage=dice.pick(("", "", "MATURE")))


def _wide_dealer(calendar: Calendar, dice: Dice) -> Buyer:
    """Deal in a region."""
    return _dealing("WIDE_DEALER", calendar, dice, cities=(6, 15), order=16_000_000)


def _presser(calendar: Calendar, dice: Dice) -> Buyer:
    """Press prices: pay a sixth less than others do for the same."""
    changes = {"price_pressure": "YES"}
    return _dealing("PRICE_PRESSER", calendar, dice, pays=800, changes=changes)


def _stopped(calendar: Calendar, dice: Dice) -> Buyer:
    """Go on ordering, and pay nothing since spring."""
    payer = Payer("stopped", 30, calendar.end - dice.between(135, 200))
    return _dealing("STOPPED_PAYING", calendar, dice, payer=payer)


def _surging(calendar: Calendar, dice: Dice) -> Buyer:
    """Take three times as much since a quarter."""
    changes = {"momentum": "SURGE", "trend": "", "partnership": ""}
    sizes = [(calendar.end - 89, 3_000)]
    return _dealing("SURGING", calendar, dice, changes=changes, sizes=sizes)


def _halved(calendar: Calendar, dice: Dice) -> Buyer:
    """Take a quarter of it since a quarter."""
    changes = {"momentum": "DROP", "trend": "", "partnership": ""}
    sizes = [(calendar.end - 89, 250)]
    return _dealing("HALVED", calendar, dice, changes=changes, sizes=sizes)


def _growing(calendar: Calendar, dice: Dice) -> Buyer:
    """Take more from quarter to quarter."""
    changes = {"momentum": "", "trend": "RISING", "partnership": ""}
    last = calendar.end + 1
    sizes = [(last - 91 * (12 - k), 300 + 220 * k) for k in range(12)]
    return _dealing("GROWING", calendar, dice, changes=changes, sizes=sizes)


def _decorator(calendar: Calendar, dice: Dice) -> Buyer:
    """Decorate in spring and autumn, for cash."""
    days = in_seasons((3, 4, 9, 10), (4, 6), calendar, dice)
    life = live(days, 7, calendar, dice, stage="MATURE")
    shelves, _ = mostly(dice.pick(("瓷砖", "地板", "卫浴")))
    wants = Wants(dice.around(1_200_000, 8), shelves, lines=(2, 6), pays=960)
    return _buyer(
        "DECORATION_FIRM",
        "装修公司",
        life,
        (7, "FREQUENT"),
        wants,
        calendar=calendar,
        card={"annual_projects": dice.between(4, 40)},
        labels={"season": "SEASONAL"},
        dice=dice,
    )


def _crew(calendar: Calendar, dice: Dice) -> Buyer:
    """Buy six to eight times a year, for cash."""
    rhythm: Rhythm = now_and_then(dice.between(6, 8), dice)
    life = live(rhythm, 52, calendar, dice)
    wants = Wants(dice.around(400_000, 8), ALL, lines=(2, 5), pays=980)
    return _buyer(
        "CREW", "工程队", life, (52, "REGULAR"), wants, calendar=calendar, dice=dice
    )


def _homeowner(calendar: Calendar, dice: Dice) -> Buyer:
    """Decorate once in three years."""
    shelves, _ = mostly(dice.pick(("瓷砖", "地板", "卫浴")))
    wants = Wants(dice.around(1_500_000, 9), shelves, lines=(3, 8))
    whole = "whole_house" if dice.chance(400) else ""
    card = {"type": dice.pick(("业主", "家装业主")), "flags": whole}
    said = {"type": "END_USER", "end_user": "HOMEOWNER", "long_cycle": "YES"}
    return passer_by(
        "HOMEOWNER",
        wants,
        card,
        said,
        calendar=calendar,
        dice=dice,
        dormant_days=3 * 365,
    )


def _prospect(calendar: Calendar, dice: Dice) -> Buyer:
    """Ask, and never buy."""
    card = {"type": "经销商", "industry": "F5165", "cities_covered": 1, "flags": ""}
    said = {"type": "DEALER", "end_user": "NOT_END_USER", "sensitive_industry": "NO"}
    labels = {**said, "delivery_coverage": "ONE_PLACE", "scale_class": "GENERAL"}
    return prospect(Wants(1, ALL), card, labels, dice, calendar.end)


def _ranked(plan: Planned) -> Mapping[str, list[str]]:
    """More than ten millions a year, two, or less; in fen."""
    names = [
        "STRATEGIC" if fen > 10**9 else "KEY" if fen >= 2 * 10**8 else "GENERAL"
        for fen in plan.spend
    ]
    return {"scale_class": names}


_SHARES: Final[Mapping[Sort, int]] = {
    _developer: 12,
    _collapsing: 4,
    _builder: 20,
    _late_builder: 14,
    _dealer: 50,
    _wide_dealer: 18,
    _presser: 12,
    _stopped: 10,
    _surging: 10,
    _halved: 10,
    _growing: 12,
    _decorator: 24,
    _crew: 16,
    _homeowner: 20,
    _prospect: 8,
}

SORTS: Final = Sorts(
    shares=_SHARES,
    goods=GOODS,
    families=frozenset(
        {
            "type",
            "end_user",
            "long_term_project",
            "strategic_partner",
            "delivery_coverage",
            "scale_class",
            "frequency",
            "momentum",
            "trend",
            "partnership",
            "long_cycle",
            "price_pressure",
            "payment_delay",
            "credit_risk",
            "sensitive_industry",
            "season",
            "lifecycle",
            "churn_risk",
        }
    ),
    ranked=_ranked,
    last=_LAST,
)
