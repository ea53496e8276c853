"""How much, how often and how lately, by day and by order; blocks of days and quarters.

Lines are brought down to customer and day, and to customer and order; the rest works on
these. Medians over a few blocks or quarters are taken across columns, which is much
cheaper than a group for each customer.
"""

from __future__ import annotations

from itertools import combinations

import polars as pl
from tables import Books, days_ago

__all__ = ["FRAMES"]

BLOCKS = range(1, 9)
QUARTERS = range(8)


def sums(books: Books) -> pl.LazyFrame:
    """Spend, quantity and margin of the window, and spend of other windows."""
    ago = days_ago(books.as_of)
    # A product with a flag is added up several times as fast as what a filter leaves.
    inside, before = pl.col("ago") < 365, pl.col("ago").is_between(365, 729)
    sums = {"spend": (pl.col("cents") * inside).sum()}
    if "quantity" in books.wanted:
        sums["quantity"] = (pl.col("quantity") * inside).sum()
    if "margin" in books.wanted:
        sums["margin"] = ((pl.col("cents") - pl.col("cost")) * inside).sum()
    if "three_year_spend" in books.wanted:
        sums["three_year_spend"] = (pl.col("cents") * (pl.col("ago") < 1095)).sum()
    if "spend_change_share" in books.wanted:
        sums["before"] = (pl.col("cents") * before).sum()
    found = books.per_day.with_columns(ago=ago).group_by("customer_id").agg(**sums)
    if "before" not in sums:
        return found
    change = (pl.col("spend") - pl.col("before")) / pl.col("before")
    return found.with_columns(
        spend_change_share=pl.when(pl.col("before") > 0).then(change)
    )


def orders(books: Books) -> pl.LazyFrame:
    """Orders of the window, of a lifetime, before the last 90 days, the largest."""
    inside = pl.col("date") > books.back(365)
    window = pl.col("latest") > books.back(365)
    return (
        books.lines.filter(pl.col("amount") > 0)
        .group_by("customer_id", "order_id")
        .agg(
            latest=pl.col("date").max(),
            earliest=pl.col("date").min(),
            inside=pl.col("cents").filter(inside).sum(),
        )
        .group_by("customer_id")
        .agg(
            orders=window.sum().cast(pl.Int64),
            lifetime_orders=pl.len().cast(pl.Int64),
            orders_before=(pl.col("earliest") <= books.back(90)).sum().cast(pl.Int64),
            largest_order_amount=pl.col("inside").filter(window).max(),
        )
    )


def days(books: Books) -> pl.LazyFrame:
    """Recency, tenure and gaps."""
    again = pl.col("customer_id") == pl.col("customer_id").shift(1)
    gap = (pl.col("date") - pl.col("date").shift(1)).dt.total_days()
    ago = days_ago(books.as_of)
    recent = pl.col("date") > books.back(90)
    gaps = pl.col("gap").count()
    return (
        books.per_day.filter("is_sale")
        .select("customer_id", "date")
        .sort("customer_id", "date")
        .with_columns(gap=pl.when(again).then(gap))
        .group_by("customer_id")
        .agg(
            purchase_days=(pl.col("date") > books.back(365)).sum().cast(pl.Int64),
            days_since_last_sale=ago.min(),
            tenure_days=ago.max(),
            median_gap_days=pl.when(gaps >= 2).then(pl.col("gap").median()),
            long_gap_days=pl.when(gaps >= 2).then(
                pl.col("gap").quantile(0.9, interpolation="equiprobable")
            ),
            shortest_gap_days=pl.col("gap").min(),
            returned_after_days=pl.col("gap").filter(recent).max(),
        )
    )


def blocks(books: Books) -> pl.LazyFrame:
    """The last 90 days against up to eight blocks of 90 days before them."""
    ago = days_ago(books.as_of)
    year_before = pl.col("ago").is_between(365, 365 + 89)
    dated = books.per_day.with_columns(ago=ago, block=ago // 90)
    found = dated.group_by("customer_id").agg(
        *(
            (pl.col("cents") * (pl.col("block") == k)).sum().alias(f"block_{k}")
            for k in (0, *BLOCKS)
        ),
        first=pl.col("ago").filter("is_sale").max(),
        before=(pl.col("cents") * year_before).sum(),
        bought_before=(pl.col("is_sale") & year_before).any(),
    )
    there = [
        pl.when(pl.col("first") >= 90 * k).then(f"block_{k}").alias(f"block_{k}")
        for k in BLOCKS
    ]
    every = pl.concat_list(f"block_{k}" for k in BLOCKS)
    away = pl.concat_list(
        (pl.col(f"block_{k}") - pl.col("median")).abs() for k in BLOCKS
    )
    count = pl.sum_horizontal(pl.col(f"block_{k}").is_not_null() for k in BLOCKS)
    usual = pl.col("median").fill_null(0.0)
    base = pl.when("bought_before").then(pl.col("before").cast(pl.Float64))
    spread = 1.4826 * pl.col("deviation")
    return (
        found.with_columns(there)
        .with_columns(median=every.list.median(), count=count)
        .with_columns(deviation=away.list.median(), base=base.otherwise(usual))
        .select(
            "customer_id",
            recent_change=pl.when(pl.col("base") > 0).then(
                (pl.col("block_0") - pl.col("base")) / pl.col("base")
            ),
            recent_change_spread=pl.when((pl.col("count") >= 4) & (spread > 0)).then(
                (pl.col("block_0") - pl.col("median")) / spread
            ),
        )
    )


def quarters(books: Books) -> pl.LazyFrame:
    """Trend and stability of the last eight whole quarters."""

    def number(day: pl.Expr) -> pl.Expr:
        return day.dt.year().cast(pl.Int64) * 4 + day.dt.quarter() - 1

    back = number(pl.lit(books.back(-1))) - 1 - number(pl.col("date"))
    found = (
        books.per_day.with_columns(back=back)
        .group_by("customer_id")
        .agg(
            *(
                (pl.col("cents") * (pl.col("back") == k)).sum().alias(f"q{k}")
                for k in QUARTERS
            ),
            begun=pl.col("back").filter("is_sale").max(),
        )
    )
    n = (pl.col("begun") + 1).clip(0, 8)
    there = [
        pl.when(pl.col("begun") >= k).then(f"q{k}").alias(f"q{k}") for k in QUARTERS
    ]
    slopes = pl.concat_list(
        (pl.col(f"q{i}") - pl.col(f"q{j}")) / (j - i)
        for i, j in combinations(QUARTERS, 2)
    )
    total = pl.sum_horizontal(f"q{k}" for k in QUARTERS)
    spread = pl.sum_horizontal(
        (pl.col(f"q{k}") - pl.col("mean")) ** 2 for k in QUARTERS
    )
    stability = 1.0 - (spread / pl.col("n")).sqrt() / pl.col("mean")
    return (
        found.with_columns(*there, n=n)
        .with_columns(total=total, mean=total / pl.col("n"))
        .filter((pl.col("n") >= 4) & (pl.col("total") > 0))
        .select(
            "customer_id",
            quarterly_trend=slopes.list.median() / pl.col("mean"),
            stability=stability.clip(lower_bound=0.0),
        )
    )


FRAMES = {
    sums: ("spend", "quantity", "margin", "three_year_spend", "spend_change_share"),
    orders: ("orders", "lifetime_orders", "orders_before", "largest_order_amount"),
    days: (
        "purchase_days",
        "days_since_last_sale",
        "tenure_days",
        "median_gap_days",
        "long_gap_days",
        "shortest_gap_days",
        "returned_after_days",
    ),
    blocks: ("recent_change", "recent_change_spread"),
    quarters: ("quarterly_trend", "stability"),
}
"""What each frame gives."""
