"""What is bought: categories, brands, places, what the peers buy, and prices paid.

Sale lines are brought down to customer and word first. The ranks of prices within a
category or an article need the sale lines of the window once more; they are exact here,
where custseg freezes them in some knots of each kind.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import polars as pl
from tables import Books

__all__ = ["FRAMES"]

TOP = pl.col("cents").max() / pl.col("cents").sum()

LIGHTING = Path(__file__).parents[2] / "src" / "custseg" / "policies" / "lighting.toml"
"""Read for its words alone: which categories are for which application."""

FEWEST_BUYERS = 20
PRIOR_ORDERS = 5


def categories(books: Books) -> pl.LazyFrame:
    """Breadth, the leading category, and common categories not bought."""
    by_category = books.per_category
    buyers = by_category.group_by("category").agg(buyers=pl.len())
    everybody = by_category.select(members=pl.col("customer_id").n_unique())
    common = (
        buyers.join(everybody, how="cross")
        .filter(10 * pl.col("buyers") >= 4 * pl.col("members"))
        .select("category", is_common=pl.lit(value=True))
    )
    leads = pl.col("cents") == pl.col("cents").max()
    found = (
        by_category.join(common, on="category", how="left")
        .group_by("customer_id")
        .agg(
            categories=pl.len().cast(pl.Int64),
            top_category_share=TOP,
            top_category=pl.col("category").filter(leads).min(),
            bought=pl.col("is_common").count().cast(pl.Int64),
        )
    )
    known = common.select(common=pl.len().cast(pl.Int64))
    gap = (pl.col("common") - pl.col("bought").fill_null(0)) / pl.col("common")
    return (
        books.customers.select("customer_id")
        .join(found, on="customer_id", how="left")
        .join(known, how="cross")
        .with_columns(category_gap=gap)
    )


def applications(books: Books) -> pl.LazyFrame:
    """The application that most of the goods are for, and its share."""
    by_category = books.per_category
    lookup = tomllib.loads(LIGHTING.read_text(encoding="utf-8"))["lookups"]
    words = {
        text.lower(): code
        for code, texts in lookup["goods_application"]["into"].items()
        for text in texts
    }

    def application(category: str) -> str:
        fits = [one for one in words if category.lower().startswith(one)]
        return words[max(fits, key=len)] if fits else "OTHER"

    categories = by_category.select("category").unique().collect()["category"]
    known = {one: application(one) for one in categories}
    use = pl.col("category").replace_strict(known, return_dtype=pl.String)
    summed = by_category.group_by("customer_id", use=use).agg(pl.col("cents").sum())
    leads = pl.col("cents") == pl.col("cents").max()
    return summed.group_by("customer_id").agg(
        top_application_share=TOP,
        top_application=pl.col("use").filter(leads).min(),
    )


def lift(books: Books) -> pl.LazyFrame:
    """The share of the leading category against the usual one."""
    by_category = books.per_category
    leads = pl.col("cents") == pl.col("cents").max()
    top = by_category.group_by("customer_id").agg(
        share=TOP, category=pl.col("category").filter(leads).min()
    )
    mine = by_category.join(
        by_category.group_by("customer_id").agg(all=pl.col("cents").sum()),
        on="customer_id",
    )
    members = by_category.select(members=pl.col("customer_id").n_unique())
    usual = (
        mine.group_by("category")
        .agg(sum=(pl.col("cents") / pl.col("all")).sum())
        .join(members, how="cross")
        .select("category", usual=pl.col("sum") / pl.col("members"))
    )
    orders = books.sold.group_by("customer_id").agg(
        n=pl.col("order_id").n_unique().cast(pl.Int64)
    )
    drawn = (pl.col("n") * pl.col("share") + PRIOR_ORDERS * pl.col("usual")) / (
        pl.col("n") + PRIOR_ORDERS
    )
    return (
        top.join(usual, on="category")
        .join(orders, on="customer_id")
        .select("customer_id", top_category_lift=drawn / pl.col("usual"))
    )


def brands(books: Books) -> pl.LazyFrame:
    """The share of the leading brand."""
    by_brand = books.sold.group_by("customer_id", "brand").agg(pl.col("cents").sum())
    return by_brand.group_by("customer_id").agg(top_brand_share=TOP)


def places(books: Books) -> pl.LazyFrame:
    """How many places goods went to."""
    found = books.sold.select("customer_id", "ship_to").unique()
    return found.group_by("customer_id").agg(ship_to_places=pl.len().cast(pl.Int64))


def widening(books: Books) -> pl.LazyFrame:
    """Categories first bought in the window."""
    first = (
        books.lines.filter(pl.col("amount") > 0)
        .group_by("customer_id", "category")
        .agg(pl.col("date").min())
    )
    is_new = pl.col("date") > books.back(365)
    return first.group_by("customer_id").agg(new_categories=is_new.sum().cast(pl.Int64))


def _prices(books: Books, kind: str, name: str) -> pl.LazyFrame:
    """The mean place of the prices paid, among those of the kind, by amount."""
    price = pl.col("cents") / pl.col("quantity")
    place = (price.rank("average").over(kind) - 0.5) / pl.len().over(kind)
    lines = books.sold.select("customer_id", kind, "quantity", "cents")
    buyers = (
        lines.select("customer_id", kind)
        .unique()
        .group_by(kind)
        .len()
        .filter(pl.col("len") >= FEWEST_BUYERS)
        .select(kind, told=pl.lit(value=True))
    )
    compared = pl.col("cents").filter("told").sum()
    mean = (pl.col("place") * pl.col("cents")).filter("told").sum() / compared
    return (
        lines.with_columns(place=place)
        .join(buyers, on=kind, how="left")
        .group_by("customer_id")
        .agg(
            pl.when(2 * compared >= pl.col("cents").sum())
            .then(pl.when(compared > 0).then(mean))
            .alias(name)
        )
    )


def prices(books: Books) -> pl.LazyFrame:
    """Where the prices paid lie within the category."""
    return _prices(books, "category", "price_position")


def net_prices(books: Books) -> pl.LazyFrame:
    """Where the prices paid lie within the article."""
    return _prices(books, "product", "net_price_position")


FRAMES = {
    categories: ("categories", "top_category_share", "top_category", "category_gap"),
    applications: ("top_application", "top_application_share"),
    lift: ("top_category_lift",),
    brands: ("top_brand_share",),
    places: ("ship_to_places",),
    widening: ("new_categories",),
    prices: ("price_position",),
    net_prices: ("net_price_position",),
}
"""What each frame gives."""
