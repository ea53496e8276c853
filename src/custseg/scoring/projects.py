"""What a customer is going to build, and what may be bought for it.

Whoever builds buys when it builds. A developer's next tower and a decorator's next shop
are known months ahead, so the plan of projects says more about tomorrow's demand than
last year's sales.

Counted and added up are the projects known on the day, each by the record that holds
then (:mod:`custseg.scoring.project_book`), and mostly those that are open. Where a
table of projects is there, a customer without one has none, which is known.

A project whose stage is said in words that are not understood may be open or not. What
it could change is unknown for its customer, and the quality report counts the row.

Limits: days and values are those recorded, plans and hopes among them. A value or an
area below zero is not known. All columns of the projects are read for each feature,
since any of them may decide which record holds.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

import numpy as np

from custseg.labels import Title
from custseg.periods import Window
from custseg.rounding import rounded
from custseg.scoring.baskets import sums_by
from custseg.scoring.features import Facts, Feature
from custseg.scoring.project_book import Days, Marks, known_projects
from custseg.table import Array, Column
from custseg.units import Unit

__all__ = ["FEATURES"]


def _open_projects(facts: Facts, _: Window) -> Column:
    found = known_projects(facts)
    count = np.bincount(found.owner[found.is_open], minlength=facts.n)
    return Column(count, Unit.COUNT, _unless(found.owner[found.is_unsure], facts))


def _unless(owner: Days, facts: Facts) -> Marks | None:
    """Say of whom nothing is unsure, given the owners of what is."""
    return np.bincount(owner, minlength=facts.n) == 0 if len(owner) else None


def _of_open(facts: Facts, name: str) -> tuple[Days, Array, Marks | None]:
    """Return owners and what is known in a column of open projects, and for whom.

    A customer whose open projects all say nothing is unknown, and one with a project of
    which nobody knows whether it is open; without an open project there is nothing to
    be said.
    """
    found = known_projects(facts)
    column = facts.ledger.tables["projects"].columns[name]
    rows, owner = found.rows[found.is_open], found.owner[found.is_open]
    some = np.bincount(owner, minlength=facts.n) > 0
    values = column.values[rows]
    known = column.is_known()[rows] & (values >= 0)
    owner, values = owner[known], values[known]
    told = ~some | (np.bincount(owner, minlength=facts.n) > 0)
    sure = _unless(found.owner[found.is_unsure], facts)
    told = told if sure is None else told & sure
    return owner, values, None if told.all() else told


def _planned_value(facts: Facts, _: Window) -> Column:
    owner, values, known = _of_open(facts, "value")
    sums = sums_by(owner, values.astype(np.int64), facts.n)
    return Column(sums, Unit.MONEY, known)


def _planned_area(facts: Facts, _: Window) -> Column:
    owner, values, known = _of_open(facts, "area_m2")
    order = np.lexsort((values, owner))  # from the smallest up, whatever the rows
    weights = values[order].astype(np.float64)
    sums = np.bincount(owner[order], weights=weights, minlength=facts.n)
    return Column(rounded(sums.astype(np.float64)), Unit.NUMBER, known)


def _longest_days(facts: Facts, _: Window) -> Column:
    found = known_projects(facts)
    known = found.has_start & found.has_end & (found.ends >= found.starts)
    longest = np.full(facts.n, -1, dtype=np.int64)
    np.maximum.at(longest, found.owner[known], (found.ends - found.starts)[known])
    return Column(longest, Unit.DAYS, longest >= 0)


def _starts(facts: Facts, window: Window) -> Column:
    found = known_projects(facts)
    after, through = window.bounds(facts.as_of, fiscal=facts.fiscal)
    within = (found.starts > after) & (found.starts <= min(through, facts.as_of))
    within &= found.has_start
    begun = found.owner[within & ~found.is_lost & ~found.is_unsure]
    sure = _unless(found.owner[within & found.is_unsure], facts)
    return Column(np.bincount(begun, minlength=facts.n), Unit.COUNT, sure)


def _next_start_days(facts: Facts, _: Window) -> Column:
    found = known_projects(facts)
    ahead = found.starts - facts.as_of
    never = np.iinfo(np.int64).max

    def nearest(which: Marks) -> Days:
        coming = which & found.has_start & (ahead > 0)
        least = np.full(facts.n, never)
        np.minimum.at(least, found.owner[coming], ahead[coming])
        return least

    least = nearest(found.is_open)
    known = (least < never) & (nearest(found.is_unsure) >= least)
    return Column(np.where(known, least, 0), Unit.DAYS, known)


_NEEDS = tuple(
    f"projects.{name}" for name in ("starts_on", "ends_on", "stage", "area_m2", "value")
)


def _where_told(
    facts: Facts,
    window: Window,
    *,
    compute: Callable[[Facts, Window], Column],
    unit: Unit,
    columns: tuple[str, ...],
    either: tuple[str, ...],
) -> Column:
    """Measure where all of some columns are there, and one at least of others."""
    there = [facts.has(f"projects.{name}") for name in columns]
    enough = [facts.has(f"projects.{name}") for name in either]
    if all(there) and (any(enough) or not enough):
        return compute(facts, window)
    return facts.unknown(unit)


def _feature(
    code: str,
    unit: Unit,
    title: Title,
    formula: str,
    compute: Callable[[Facts, Window], Column],
    *,
    columns: tuple[str, ...] = (),
    either: tuple[str, ...] = (),
    missing: tuple[Title, ...],
    windowed: bool = False,
    better: Literal["higher", ""] = "",
) -> Feature:
    return Feature(
        code=code,
        unit=unit,
        title=title,
        formula=formula,
        needs=_NEEDS,
        either=True,
        compute=partial(
            _where_told, compute=compute, unit=unit, columns=columns, either=either
        ),
        missing=missing,
        windowed=windowed,
        better=better,
        least=0,
    )


_TELL_OPEN = ("stage", "ends_on")
_UNTOLD = Title(
    zh="项目的阶段和完工日都未记录",
    en="where neither stage nor end of projects is recorded",
)
_UNSURE = Title(
    zh="有项目的阶段无法识别", en="with a project whose stage is not understood"
)

FEATURES = (
    _feature(
        "open_projects",
        Unit.COUNT,
        Title(zh="在手项目数", en="Open projects"),
        "projects whose last record up to as_of has the stage planned, tender, won or "
        "running, or no stage and no end before as_of",
        _open_projects,
        either=_TELL_OPEN,
        missing=(_UNTOLD, _UNSURE),
        better="higher",
    ),
    _feature(
        "planned_project_value",
        Unit.MONEY,
        Title(zh="在手项目金额", en="Value of open projects"),
        "sum of value over the open projects, as far as it is known",
        _planned_value,
        columns=("value",),
        either=_TELL_OPEN,
        missing=(
            _UNTOLD,
            Title(zh="在手项目都没有金额", en="without a value of any open project"),
            _UNSURE,
        ),
        better="higher",
    ),
    _feature(
        "planned_project_area",
        Unit.NUMBER,
        Title(zh="在手项目面积（平方米）", en="Area of open projects (m²)"),
        "sum of area_m2 over the open projects, as far as it is known",
        _planned_area,
        columns=("area_m2",),
        either=_TELL_OPEN,
        missing=(
            _UNTOLD,
            Title(zh="在手项目都没有面积", en="without an area of any open project"),
            _UNSURE,
        ),
        better="higher",
    ),
    _feature(
        "longest_project_days",
        Unit.DAYS,
        Title(zh="最长项目工期", en="Longest project"),
        "largest ends_on - starts_on over all projects, as known at as_of",
        _longest_days,
        columns=("starts_on", "ends_on"),
        missing=(
            Title(
                zh="没有已知工期的项目",
                en="without a project whose start and later end are known",
            ),
        ),
    ),
    _feature(
        "project_starts",
        Unit.COUNT,
        Title(zh="开工项目数", en="Projects begun"),
        "projects with starts_on in the window, those lost left out, as known at as_of",
        _starts,
        columns=("starts_on",),
        missing=(
            Title(zh="项目的开工日未记录", en="where no start of projects is recorded"),
            Title(
                zh="期内开工的项目阶段无法识别",
                en=f"{_UNSURE.en} that begins in the window",
            ),
        ),
        windowed=True,
        better="higher",
    ),
    _feature(
        "next_project_start_days",
        Unit.DAYS,
        Title(zh="距下个项目开工天数", en="Days to the next project"),
        "least starts_on - as_of over the open projects that start after as_of",
        _next_start_days,
        columns=("starts_on",),
        either=_TELL_OPEN,
        missing=(
            _UNTOLD,
            Title(
                zh="没有待开工的在手项目",
                en="without an open project that starts later",
            ),
            Title(
                zh="在其之前开工的项目阶段无法识别",
                en=f"{_UNSURE.en} that starts before it",
            ),
        ),
    ),
)
