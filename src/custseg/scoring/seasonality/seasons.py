"""Whether a customer buys by seasons, and which: the facts that a policy decides on.

Decorators buy before the renovation seasons of spring and autumn (金三银四, 金九银十),
ice-cream parlours in early summer. To sell to them is to be there before the season; to
count their winters as dormancy would be to lose them.

The method: distinct purchase days of the last 36 or 24 whole months, by calendar month.
:mod:`~custseg.scoring.seasonality.circular` tests them against chance, for one season
a year and for two, :mod:`~custseg.scoring.seasonality.peaks` finds the months of the
season, :mod:`~custseg.scoring.seasonality.expected` what the next one brings.

Limits: nothing is known under 24 whole months since the first sale, nor without a
purchase in those looked at. All facts are given whether or not there is more than
chance to the season: a policy says from how many purchase days, from which p and from
which strength on it believes them. Two tests are made, so a bar of .025 for each keeps
false alarms near .05.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.labels import Title
from custseg.periods import Window
from custseg.rounding import rounded
from custseg.scoring.features import Facts, Feature
from custseg.scoring.seasonality.circular import (
    PerYear,
    corrected,
    rayleigh_p,
)
from custseg.scoring.seasonality.expected import PastSeasons, past_seasons
from custseg.scoring.seasonality.months import (
    Months,
    by_calendar,
    first_day_of,
    latest,
    months_of,
)
from custseg.scoring.seasonality.peaks import Seasons, seasons_of
from custseg.scoring.unknowns import NO_TWO_YEARS
from custseg.table import Array, Column
from custseg.units import Unit

__all__ = ["FEATURES", "Found", "found_of", "past_of"]

_BEST = 3
"""Months of the year in which a seasonal buyer's spend may be bunched."""


@frozen(eq=False)
class Found:
    """What the months of every customer show.

    Parameters
    ----------
    months : Months
    length : int64 array, shape (n_customers,)
        Months by which each is judged: 36, 24, or 0.
    purchases : int8 array, shape (n_customers, 36)
        Purchase days, 0 before those months.
    days : int64 array, shape (n_customers,)
        All of them.
    seasons : Seasons
    """

    months: Months
    length: NDArray[np.int64]
    purchases: NDArray[np.int8]
    days: NDArray[np.int64]
    seasons: Seasons

    @property
    def judged(self) -> NDArray[np.bool_]:
        """Who has months to be judged by."""
        return self.length > 0

    def arrow(self, per_year: PerYear) -> NDArray[np.float64]:
        """Return the mean resultant lengths for so many seasons a year."""
        return self.seasons.once if per_year == 1 else self.seasons.twice


def found_of(facts: Facts) -> Found:
    """Return what the months of every customer show."""

    def find() -> Found:
        months = months_of(facts)
        length = months.length()
        purchases = latest(months.purchases, length)
        counts = by_calendar(purchases, months.last)
        days = counts.sum(axis=1)
        return Found(months, length, purchases, days, seasons_of(counts))

    return facts.once("seasons", find)


def past_of(facts: Facts) -> PastSeasons:
    """Return what was spent in past seasons of the kind that comes next."""

    def look_up() -> PastSeasons:
        found = found_of(facts)
        return past_seasons(found.months, found.seasons, found.days)

    return facts.once("past seasons", look_up)


def _season_months(facts: Facts, _: Window) -> Column:
    found = found_of(facts)
    return Column(found.length, Unit.COUNT, found.judged)


def _season_purchase_days(facts: Facts, _: Window) -> Column:
    found = found_of(facts)
    return Column(found.days, Unit.COUNT, found.judged)


def _strength(per_year: PerYear) -> Callable[[Facts, Window], Column]:
    def compute(facts: Facts, _: Window) -> Column:
        found = found_of(facts)
        length = corrected(found.arrow(per_year), per_year)
        return Column(length, Unit.SHARE, found.days > 0)

    return compute


def _chance(per_year: PerYear) -> Callable[[Facts, Window], Column]:
    def compute(facts: Facts, _: Window) -> Column:
        found = found_of(facts)
        p = rayleigh_p(found.arrow(per_year), np.maximum(found.days, 1))
        return Column(p, Unit.NUMBER, found.days > 0)

    return compute


def _top_months_share(facts: Facts, _: Window) -> Column:
    found = found_of(facts)
    inside = latest(found.months.spend, found.length)
    months = np.maximum(by_calendar(inside, found.months.last), 0)
    months.sort(axis=1)
    best, total = months[:, -_BEST:].sum(axis=1), months.sum(axis=1)
    known = total > 0
    return Column(rounded(best / np.where(known, total, 1)), Unit.SHARE, known)


def _peak_years(facts: Facts, _: Window) -> Column:
    found = found_of(facts)
    seen = found.seasons.years(found.purchases, found.months.last)
    years = np.minimum(seen, found.length // 12)  # two ends of seasons can be a third
    return Column(years, Unit.COUNT, found.seasons.known)


def _peak_month(facts: Facts, _: Window) -> Column:
    found = found_of(facts)
    peak = found.seasons.next_peak(found.months.now) % 12 + 1
    return Column(peak, Unit.NUMBER, found.seasons.known)


def _days_to_next_season(facts: Facts, _: Window) -> Column:
    found = found_of(facts)
    days: Array = first_day_of(found.seasons.next_start(found.months.now)) - facts.as_of
    return Column(days, Unit.DAYS, found.seasons.known)


def _is_in_season(facts: Facts, _: Window) -> Column:
    found = found_of(facts)
    return Column(found.seasons.holds(found.months.now), Unit.FLAG, found.seasons.known)


def _seasons_missed(facts: Facts, _: Window) -> Column:
    found = found_of(facts)
    missed = found.seasons.missed(found.months.last_sale, found.months.last)
    return Column(missed, Unit.COUNT, found.seasons.known)


def _next_season_spend(facts: Facts, _: Window) -> Column:
    past = past_of(facts)
    return Column(past.expected(), Unit.MONEY, past.count > 0)


_SALES = ("sales.amount",)
_NONE = (
    NO_TWO_YEARS,
    Title(zh="其间没有采购", en="without a purchase in the months looked at"),
)
_NOWHERE = (
    *_NONE,
    Title(zh="采购不偏向任何季节", en="where the purchases draw to no season at all"),
)

FEATURES = (
    Feature(
        code="season_months",
        unit=Unit.COUNT,
        title=Title(zh="季节分析所用整月数", en="Months looked at for seasons"),
        formula="the last 36 whole calendar months if the first sale is in them or "
        "before, else the last 24",
        needs=_SALES,
        compute=_season_months,
        missing=(NO_TWO_YEARS,),
        least=24,
        most=36,
    ),
    Feature(
        code="season_purchase_days",
        unit=Unit.COUNT,
        title=Title(zh="季节分析期内采购天数", en="Purchase days in those months"),
        formula="n = distinct days with a sale line in the season_months",
        needs=_SALES,
        compute=_season_purchase_days,
        missing=(NO_TWO_YEARS,),
    ),
    Feature(
        code="season_strength",
        unit=Unit.SHARE,
        title=Title(zh="一年一季的集中度", en="Strength of one season a year"),
        formula="R1 = length of the mean of exp(2 pi i m / 12) over the months m of "
        "the purchase days, times (pi / 12) / sin(pi / 12) for grouping, at most 1",
        needs=_SALES,
        compute=_strength(1),
        missing=_NONE,
        least=0,
        most=1,
    ),
    Feature(
        code="season_strength_twice",
        unit=Unit.SHARE,
        title=Title(zh="一年两季的集中度", en="Strength of two seasons a year"),
        formula="R2 = the same on the doubled angle, exp(4 pi i m / 12), times "
        "(pi / 6) / sin(pi / 6), at most 1",
        needs=_SALES,
        compute=_strength(2),
        missing=_NONE,
        least=0,
        most=1,
    ),
    Feature(
        code="season_p",
        unit=Unit.NUMBER,
        title=Title(zh="一年一季的偶然概率", en="Chance of one season a year"),
        formula="p of Rayleigh's test of R1 before its correction (Wilkie 1983)",
        needs=_SALES,
        compute=_chance(1),
        missing=_NONE,
        least=0,
        most=1,
    ),
    Feature(
        code="season_p_twice",
        unit=Unit.NUMBER,
        title=Title(zh="一年两季的偶然概率", en="Chance of two seasons a year"),
        formula="p of Rayleigh's test of R2 before its correction (Wilkie 1983)",
        needs=_SALES,
        compute=_chance(2),
        missing=_NONE,
        least=0,
        most=1,
    ),
    Feature(
        code="top_months_share",
        unit=Unit.SHARE,
        title=Title(zh="最旺三个月采购占比", en="Share of the best three months"),
        formula="net spend of the best three calendar months, neighbours or not / "
        "that of all twelve, over the season_months; a month under zero counts as 0",
        needs=_SALES,
        compute=_top_months_share,
        missing=(
            NO_TWO_YEARS,
            Title(
                zh="没有净采购额为正的月份",
                en="without a month of positive net spend",
            ),
        ),
        least=0,
        most=1,
    ),
    Feature(
        code="peak_years",
        unit=Unit.COUNT,
        title=Title(zh="旺季有采购的年数", en="Years with a purchase in season"),
        formula="seasons with a purchase day, one a year, over the season_months; with "
        "two seasons a year, of the first or of the second, whichever are more",
        needs=_SALES,
        compute=_peak_years,
        missing=_NOWHERE,
        most=3,
    ),
    Feature(
        code="peak_month",
        unit=Unit.NUMBER,
        title=Title(zh="旺季高峰月份", en="Peak month"),
        formula="1 to 12: the month to which the mean of the longer of R1 and R2 "
        "points; with two seasons a year, that of the next one",
        needs=_SALES,
        compute=_peak_month,
        missing=_NOWHERE,
        least=1,
        most=12,
    ),
    Feature(
        code="days_to_next_season",
        unit=Unit.DAYS,
        title=Title(zh="距下一旺季天数", en="Days to the next season"),
        formula="first day of the next season to begin - as_of; a season is the peak "
        "month and those beside it with more than a twelfth of the purchase days, up "
        "to two on each side, or one where there are two seasons a year",
        needs=_SALES,
        compute=_days_to_next_season,
        missing=_NOWHERE,
    ),
    Feature(
        code="is_in_season",
        unit=Unit.FLAG,
        title=Title(zh="正值旺季", en="In season"),
        formula="as_of is in a month of the season",
        needs=_SALES,
        compute=_is_in_season,
        missing=_NOWHERE,
    ),
    Feature(
        code="seasons_missed",
        unit=Unit.COUNT,
        title=Title(zh="错过的旺季数", en="Seasons missed"),
        formula="seasons that began in a month after that of the last sale and ended "
        "by as_of",
        needs=_SALES,
        compute=_seasons_missed,
        missing=_NOWHERE,
        better="lower",
    ),
    Feature(
        code="next_season_spend",
        unit=Unit.MONEY,
        title=Title(zh="下一旺季预计采购额", en="Expected spend of the next season"),
        formula="w x mean net spend of the same season in the past years, as far as it "
        "lies whole within the season_months + (1 - w) x that of as many average "
        "months, at least 0; w = 1 - 1 / (n R^2), or 0 under that, R the longer of R1 "
        "and R2 before its correction",
        needs=_SALES,
        compute=_next_season_spend,
        missing=(
            *_NOWHERE,
            Title(zh="其间没有完整的旺季", en="without a whole season in those months"),
        ),
        better="higher",
        least=0,
    ),
)
