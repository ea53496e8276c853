"""Who buys from the made-up wholesaler, since when, and on which days.

Each customer is of one sort, which says how it buys and for how long: a dormant one
bought like a dealer, a shop or a contractor and then stopped. Days are counted from the
first of the data; the yard is closed on Sundays and over Spring Festival, and who would
come then comes when it opens.

The shares of the sorts are chosen to show something of each: this is no statistic of
the trade.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from attrs import frozen

from custseg.demos.calendar import SPRING_FESTIVALS, SUNDAY
from custseg.demos.dice import Dice

__all__ = [
    "CONTRACTOR",
    "DEALER",
    "DECORATOR",
    "FIRST_DAY",
    "HOMEOWNER",
    "LAST",
    "LAST_DAY",
    "SMALL_SHOP",
    "Buyer",
    "make_buyers",
    "open_days",
]

FIRST_DAY = dt.date(2023, 7, 1)
LAST_DAY = dt.date(2026, 6, 30)
LAST = (LAST_DAY - FIRST_DAY).days
"""Days are counted from 0, the first day, to this one."""

_SORTS = {
    "DEALER": 40,
    "CONTRACTOR": 36,
    "DECORATOR": 44,
    "HOMEOWNER": 64,
    "SMALL_SHOP": 50,
    "DORMANT": 24,
    "CHURNED": 18,
    "NEW": 16,
    "REACTIVATED": 10,
    "PROSPECT": 16,
    "RETURNS_ONLY": 2,
}
"""How many of 320 customers are of each sort."""

_HABITS = ("DEALER", "CONTRACTOR", "DECORATOR", "HOMEOWNER", "SMALL_SHOP")
"""How a customer buys; the other sorts buy like one of these while they buy."""
DEALER, CONTRACTOR, DECORATOR, HOMEOWNER, SMALL_SHOP = range(len(_HABITS))
_TRADE = (DEALER, SMALL_SHOP, CONTRACTOR, DEALER, SMALL_SHOP)


@frozen
class Buyer:
    """One customer before it has an id."""

    sort: str
    habit: int
    days: tuple[int, ...]
    registered: int
    closed: int | None = None


def open_days() -> list[int]:
    """Return for each day the first open day from it on; the last day is open."""
    opened = [LAST] * (LAST + 1)
    for day in range(LAST - 1, -1, -1):
        date = FIRST_DAY + dt.timedelta(days=day)
        closed = any(first <= date <= last for first, last in SPRING_FESTIVALS)
        closed = closed or date.weekday() == SUNDAY
        opened[day] = opened[day + 1] if closed else day
    return opened


def make_buyers(customers: int, dice: Dice, opened: list[int]) -> list[Buyer]:
    """Return customers of all sorts in their shares, by the day they registered."""
    buyers: list[Buyer] = []
    share, total = 0, sum(_SORTS.values())
    for sort, count in _SORTS.items():
        share += count
        wanted = customers * share // total - len(buyers)
        buyers += [_buyer(sort, dice, opened) for _ in range(wanted)]
    buyers.sort(key=lambda buyer: buyer.registered)
    return buyers


def _buyer(sort: str, dice: Dice, opened: list[int]) -> Buyer:
    """Make up one customer: how it buys, on which days, and since when it is known."""
    habit, days, closed = _TRADE[dice.between(0, 4)], [], None
    before = dice.between(0, 60)  # days from the registration to the first sale
    if sort in _HABITS:
        habit = _HABITS.index(sort)
        days = list(_buying_days(habit, 0, LAST, dice))
        if habit != HOMEOWNER and dice.chance(600):
            before = dice.between(0, 3000)
    elif sort == "DORMANT":
        stop = dice.between(LAST - 690, LAST - 385)
        days = [*_buying_days(habit, 0, stop, dice), stop]
    elif sort == "CHURNED":
        stop = dice.between(60, LAST - 760)
        days = [*_buying_days(habit, 0, stop, dice), stop]
        closed = stop + dice.between(30, 200) if dice.chance(500) else None
    elif sort == "NEW":
        start = dice.between(LAST - 85, LAST - 10)
        days = [start, *_buying_days(habit, start, LAST, dice)]
        before = dice.between(0, 20)
    elif sort == "REACTIVATED":
        stop, start = dice.between(150, 600), dice.between(LAST - 80, LAST - 10)
        days = [*_buying_days(habit, 0, stop, dice), stop, start]
        days += _buying_days(habit, start, LAST, dice)
    elif sort == "PROSPECT":
        habit = dice.between(0, len(_HABITS) - 1)
        before = -dice.between(LAST - (170 if dice.chance(500) else 900), LAST - 5)
    else:
        habit, before = HOMEOWNER, dice.between(400, 2000)
    bought = tuple(sorted({opened[day] for day in days}))
    return Buyer(sort, habit, bought, (bought[0] if bought else 0) - before, closed)


def _buying_days(habit: int, start: int, stop: int, dice: Dice) -> Iterator[int]:
    """Yield days from start to stop on which a customer of this habit buys."""
    days: list[int] = []
    if habit == HOMEOWNER:
        days = [dice.between(start, stop)]
        if dice.chance(350):
            days.append(days[0] + dice.between(10, 75))
    elif habit == DECORATOR:
        for year in range(FIRST_DAY.year, LAST_DAY.year + 1):
            for month in (3, 9):  # 金三银四, 金九银十
                season = (dt.date(year, month, 1) - FIRST_DAY).days
                days += [
                    season + dice.between(0, 60) for _ in range(dice.between(3, 6))
                ]
        days += [dice.between(start, stop) for _ in range(dice.between(0, 2))]
    elif habit == CONTRACTOR:
        day = start + dice.between(0, 60)
        while day <= stop:
            for _ in range(dice.between(1, 4)):  # deliveries of one project
                days.append(day)
                day += dice.between(6, 25)
            day += dice.between(40, 190)
    else:
        period = dice.between(8, 30) if habit == DEALER else dice.between(14, 26)
        day = start + dice.between(0, period)
        while day <= stop:
            days.append(day)
            day += period + dice.between(-4, 4)
    yield from (day for day in days if start <= day <= stop)
