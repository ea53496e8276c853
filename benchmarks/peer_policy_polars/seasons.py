"""Whether customers buy by seasons: the months of purchase on a circle.

Sale days are brought down to customer and month; twelve sums of each customer, one for
each month of the year, then give the mean arrow for one season a year and for two, the
chance of so long an arrow, the months of the season, and how many went by since.
"""

from __future__ import annotations

from functools import reduce
from math import cos, pi, sin

import polars as pl
from tables import Books, month_number

__all__ = ["FRAMES"]

SPAN = 36
YEAR = range(12)


def _months(books: Books) -> tuple[pl.LazyFrame, pl.Expr]:
    """One row per customer and month of those judged; and the last whole month."""
    last = month_number(pl.lit(books.back(-1))) - 1
    found = books.per_day.group_by(
        "customer_id", month=month_number(pl.col("date"))
    ).agg(bought=pl.col("is_sale").sum().cast(pl.Int64), cents=pl.col("cents").sum())
    since = (
        found.filter(pl.col("bought") > 0)
        .group_by("customer_id")
        .agg(first=pl.col("month").min(), last_sale=pl.col("month").max())
        .with_columns(history=last + 1 - pl.col("first"))
        .with_columns(
            length=pl.when(pl.col("history") >= SPAN)
            .then(SPAN)
            .when(pl.col("history") >= 24)
            .then(24)
        )
        .filter(pl.col("length").is_not_null())
    )
    inside = (pl.col("month") <= last) & (last - pl.col("month") < pl.col("length"))
    past = found.filter(pl.col("month") <= last)
    judged = since.join(past, on="customer_id", how="left")
    return judged.with_columns(inside=inside), last


def _arrows(per_year: int) -> list[pl.Expr]:
    """Cosine and sine sums over the months, for one season a year or two."""
    return [
        reduce(
            lambda one, other: one + other,
            (pl.col(f"n{m}") * of(2 * pi * per_year * m / 12) for m in YEAR),
        ).alias(f"{name}{per_year}")
        for name, of in (("cos", cos), ("sin", sin))
    ]


def _length(per_year: int) -> pl.Expr:
    squares = pl.col(f"cos{per_year}") ** 2 + pl.col(f"sin{per_year}") ** 2
    length = squares.sqrt() / pl.col("days").clip(lower_bound=1)
    return length.round(9).clip(upper_bound=1.0).alias(f"arrow{per_year}")


def _points(per_year: int) -> pl.Expr:
    period = 12 / per_year
    angle = pl.arctan2(f"sin{per_year}", f"cos{per_year}")
    months = (angle * (period / (2 * pi))).round(9)
    return pl.when(months < 0).then(months + period).otherwise(months)


def _strength(per_year: int) -> pl.Expr:
    half = per_year * pi / 12
    long = pl.col(f"arrow{per_year}") * (half / sin(half))
    return pl.when(pl.col("days") > 0).then(long.clip(upper_bound=1.0))


def _chance(per_year: int) -> pl.Expr:
    n = pl.col("days").clip(lower_bound=1).cast(pl.Float64)
    z = n * pl.col(f"arrow{per_year}") ** 2
    first = (2 * z - z**2) / (4 * n)
    second = (24 * z - 132 * z**2 + 76 * z**3 - 9 * z**4) / (288 * n * n)
    chance = ((-z).exp() * (1 + first - second)).clip(0.0, 1.0)
    return pl.when(pl.col("days") > 0).then(chance)


def _side(way: int) -> pl.Expr:
    """How many months on one side of the peak have more than an average month."""
    profile = [
        pl.when("is_twice")
        .then(pl.col(f"n{m}") + pl.col(f"n{(m + 6) % 12}"))
        .otherwise(f"n{m}")
        for m in YEAR
    ]
    whole = pl.when("is_twice").then(2 * pl.col("days")).otherwise("days")

    def many(step: int) -> pl.Expr:
        found = pl.lit(value=False)
        for m in YEAR:
            here = (pl.col("peak") + way * step) % 12 == m
            found = pl.when(here).then(12 * profile[m] > whole).otherwise(found)
        return found

    first = many(1)
    second = first & many(2) & ~pl.col("is_twice")
    return first.cast(pl.Int64) + second.cast(pl.Int64)


def _best() -> pl.Expr:
    """The part of the best three months of the year in the spend."""
    months = [pl.col(f"s{m}").clip(lower_bound=0) for m in YEAR]
    rising = pl.concat_list(months).list.sort(descending=True)
    total = pl.sum_horizontal(months)
    return pl.when(total > 0).then(rising.list.head(3).list.sum() / total)


def seasons(books: Books) -> pl.LazyFrame:
    """All that is known of seasons."""
    months, last = _months(books)
    of_year = pl.col("month") % 12
    judged = pl.when("inside").then(of_year).otherwise(-1)
    counts = (
        months.with_columns(of_year=judged)
        .group_by("customer_id")
        .agg(
            *(
                (pl.col(name) * (pl.col("of_year") == m)).sum().alias(f"{to}{m}")
                for name, to in (("bought", "n"), ("cents", "s"))
                for m in YEAR
            ),
            days=pl.col("bought").filter("inside").sum(),
            length=pl.col("length").first(),
            last_sale=pl.col("last_sale").first(),
        )
    )
    period = pl.when("is_twice").then(6).otherwise(12).cast(pl.Int64)
    points = pl.when("is_twice").then(_points(2)).otherwise(_points(1))
    peak = (points - 0.5).ceil().cast(pl.Int64)
    found = (
        counts.with_columns(*_arrows(1), *_arrows(2))
        .with_columns(_length(1), _length(2))
        .with_columns(is_twice=pl.col("arrow2") > pl.col("arrow1"))
        .with_columns(period=period, peak=peak)
        .with_columns(peak=pl.col("peak") % pl.col("period"))
        .with_columns(before=_side(-1), after=_side(1))
        .with_columns(
            start=(pl.col("peak") - pl.col("before")) % pl.col("period"),
            months=1 + pl.col("before") + pl.col("after"),
            has_season=pl.max_horizontal("arrow1", "arrow2") > 0,
        )
    )
    begun = (last + 1 - pl.col("months") - pl.col("start")) // pl.col("period")
    since = (pl.col("last_sale") - pl.col("start")) // pl.col("period")
    return found.join(_years(months, found), on="customer_id", how="left").select(
        "customer_id",
        season_purchase_days="days",
        season_strength=_strength(1),
        season_strength_twice=_strength(2),
        season_p=_chance(1),
        season_p_twice=_chance(2),
        top_months_share=_best(),
        peak_years=pl.when("has_season").then(
            pl.min_horizontal(pl.col("years").fill_null(0), pl.col("length") // 12)
        ),
        seasons_missed=pl.when("has_season").then((begun - since).clip(lower_bound=0)),
    )


def _years(months: pl.LazyFrame, found: pl.LazyFrame) -> pl.LazyFrame:
    """In how many years there was a purchase in season."""
    since = pl.col("month") - pl.col("start")
    season = since // pl.col("period")
    half = pl.when(pl.col("period") == 6).then(season % 2).otherwise(0)
    return (
        months.filter(pl.col("inside") & (pl.col("bought") > 0))
        .select("customer_id", "month")
        .join(
            found.select("customer_id", "start", "period", "months"), on="customer_id"
        )
        .filter(since % pl.col("period") < pl.col("months"))
        .select("customer_id", season=season, half=half)
        .unique()
        .group_by("customer_id", "half")
        .len()
        .group_by("customer_id")
        .agg(years=pl.col("len").max().cast(pl.Int64))
    )


FRAMES = {
    seasons: (
        "season_purchase_days",
        "season_strength",
        "season_strength_twice",
        "season_p",
        "season_p_twice",
        "top_months_share",
        "peak_years",
        "seasons_missed",
    )
}
"""What each frame gives."""
