"""What is declared about customers, where they are, their projects and their cost."""

from __future__ import annotations

from math import pi

import polars as pl
from tables import CENTS, Books

__all__ = ["FRAMES", "SITE"]

SITE = {"city": "佛山", "province": "CN-GD", "latitude": 23.02, "longitude": 113.12}
"""The one place of the seller."""

EARTH_KM = 6371.0088
OPEN = ("planned", "tender", "won", "running")

TEXTS = ("legal_form", "industry", "income_band", "country", "province")
COUNTS = (
    "employees",
    "cities_covered",
    "towns_covered",
    "stores_served",
    "decoration_firms_served",
    "delivery_staff",
    "annual_projects",
    "supplier_switches",
)
FLAGS = {
    "is_key_account": "key_account",
    "is_strategic_partner": "strategic_partner",
    "is_vip": "vip",
    "wants_whole_house": "whole_house",
}


def said(books: Books) -> pl.LazyFrame:
    """The declared facts of each customer, and where it is."""
    flags = "," + pl.col("flags").fill_null("") + ","
    abroad = pl.col("country") != "CN"
    here = (pl.col("city") == SITE["city"]) & (pl.col("province") == SITE["province"])
    age = (pl.lit(books.as_of) - pl.col("registered_on")).dt.total_days()
    closed = (pl.col("closed_on") <= books.as_of).fill_null(value=False)
    return books.customers.select(
        "customer_id",
        *TEXTS,
        *(_from(name, 0).round().cast(pl.Int64) for name in COUNTS),
        *(
            flags.str.contains(f",{flag},", literal=True).alias(name)
            for name, flag in FLAGS.items()
        ),
        (_from("annual_revenue", 0) * 100).round().cast(pl.Int64),
        _from("warehouse_m2", 0),
        _from("developer_rank", 1),
        pl.when(pl.col("external_rating").is_between(0, 100)).then("external_rating"),
        declared_type="type",
        account_age_days=pl.when(age >= 0).then(age),
        is_closed=closed,
        is_abroad=abroad,
        is_in_site_city=~abroad & here.fill_null(value=False),
        distance_km=_kilometres(),
    )


def _from(name: str, least: float) -> pl.Expr:
    return pl.when(pl.col(name) >= least).then(name)


def _kilometres() -> pl.Expr:
    north, east = pl.col("latitude") * (pi / 180), pl.col("longitude") * (pi / 180)
    to_north, to_east = SITE["latitude"] * pi / 180, SITE["longitude"] * pi / 180
    half = ((north - to_north) / 2).sin() ** 2
    half += north.cos() * pl.lit(to_north).cos() * ((east - to_east) / 2).sin() ** 2
    return (2 * EARTH_KM * half.sqrt().arcsin()).round(6)


def costs(books: Books) -> pl.LazyFrame:
    """Service and rebates of the window."""
    inside = pl.col("date").is_between(books.back(365), books.as_of, closed="right")
    cents = CENTS
    return (
        books.scan("costs")
        .filter(inside)
        .group_by("customer_id")
        .agg(
            service_cost=cents.filter(pl.col("kind") == "service").sum(),
            rebates=cents.filter(pl.col("kind") == "rebate").sum(),
        )
    )


def projects(books: Books) -> pl.LazyFrame:
    """Open projects and the longest, each by its last record."""
    days = (pl.col("ends_on") - pl.col("starts_on")).dt.total_days()
    cents = (pl.col("value") * 100).round().cast(pl.Int64)
    latest = pl.col("stage", "starts_on", "ends_on", "value").sort_by("recorded_on")
    return (
        books.scan("projects")
        .filter(pl.col("recorded_on") <= books.as_of)
        .group_by("customer_id", "project_id")
        .agg(latest.last())
        .group_by("customer_id")
        .agg(
            planned_project_value=cents.filter(pl.col("stage").is_in(OPEN)).sum(),
            longest_project_days=days.filter(days >= 0).max(),
        )
    )


FRAMES = {
    said: (
        *TEXTS,
        *COUNTS,
        *FLAGS,
        "annual_revenue",
        "warehouse_m2",
        "developer_rank",
        "external_rating",
        "declared_type",
        "account_age_days",
        "is_closed",
        "is_abroad",
        "is_in_site_city",
        "distance_km",
    ),
    costs: ("service_cost", "rebates"),
    projects: ("planned_project_value", "longest_project_days"),
}
"""What each frame gives."""
