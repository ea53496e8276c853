"""The days on which customers buy, one small behaviour for each kind of buyer.

Each behaviour says how the days from one day to another would go; whether the customer
is there then is for its life to say (:mod:`custseg.demos.lives`). Nobody is punctual:
days are jittered, and now and then a purchase is skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from custseg.demos.calendar import Calendar
from custseg.demos.dice import Dice

__all__ = ["Rhythm", "by_projects", "in_seasons", "now_and_then", "restocks"]

Rhythm = Callable[[int, int], list[int]]
"""The days from the first to the second, both included, on which somebody buys."""

_SKIPPED = 35
"""Permille of the purchases that do not happen."""


def restocks(every: int, dice: Dice) -> Rhythm:
    """Come back every so many days, give or take a sixth."""

    def days(start: int, stop: int) -> list[int]:
        found = [start]
        day = start
        while day <= stop:
            day += max(every + dice.between(-(every // 6), every // 6), 1)
            if day <= stop and not dice.chance(_SKIPPED):
                found.append(day)
        return found

    return days


def now_and_then(times: int, dice: Dice) -> Rhythm:
    """Come so many times a year, on any day of each part of it."""

    def days(start: int, stop: int) -> list[int]:
        found = [start]
        length = 365 // times
        for begin in range(start + length // 2, stop + 1, length):
            day = begin + dice.between(0, length - 1)
            if day <= stop and not dice.chance(_SKIPPED):
                found.append(day)
        return found

    return days


def in_seasons(
    months: Sequence[int], visits: tuple[int, int], calendar: Calendar, dice: Dice
) -> Rhythm:
    """Come so often (from, to) in each of some months, and once in a year otherwise."""

    def days(start: int, stop: int) -> list[int]:
        found = []
        for year in range(calendar.first.year, calendar.last.year + 1):
            for month in months:
                begin = calendar.day(year, month)
                times = range(dice.between(*visits))
                found += [begin + dice.between(0, 29) for _ in times]
            if dice.chance(500):
                found.append(calendar.day(year, 1) + dice.between(0, 364))
        return sorted(day for day in found if start <= day <= stop)

    return days


def by_projects(pause: tuple[int, int], dice: Dice) -> Rhythm:
    """Come two to five times for a project, then not until the next one."""

    def days(start: int, stop: int) -> list[int]:
        found = []
        day = start
        while day <= stop:
            for _ in range(dice.between(2, 5)):
                found.append(day)
                day += dice.between(7, 24)
            day += dice.between(*pause)
        return [one for one in found if one <= stop]

    return days
