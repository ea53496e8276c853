"""The tables of a trade as Polars sees them, and what several features start from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Literal

import polars as pl

__all__ = ["CENTS", "Books", "Engine", "days_ago", "month_number"]

Engine = Literal["streaming", "in-memory"]

CENTS = (pl.col("amount") * 100).round().cast(pl.Int64)
"""An amount in whole cents, so that sums are exact."""


def month_number(day: pl.Expr) -> pl.Expr:
    """Return the month of days, counted from January 1970 as 0."""
    year, month = day.dt.year().cast(pl.Int64), day.dt.month().cast(pl.Int64)
    return (year - 1970) * 12 + month - 1


def days_ago(today: date, column: str = "date") -> pl.Expr:
    """Return how many days lie between a column and the day looked at."""
    return (pl.lit(today) - pl.col(column)).dt.total_days()


@dataclass(frozen=True)
class Books:
    """The tables of a folder as of a day; all frames are lazy.

    Parameters
    ----------
    folder : Path
        As ``trade.py`` makes it.
    as_of : date
        Last day that is visible.
    wanted : frozenset of str
        The features asked for: what none of them reads is not read.
    engine : {"streaming", "in-memory"}
        For what is worked out once and used several times.
    """

    folder: Path
    as_of: date
    wanted: frozenset[str]
    engine: Engine = "streaming"

    def back(self, days: int) -> date:
        """Return the day that lies so many days before the day looked at."""
        return self.as_of - timedelta(days=days)

    def scan(self, table: str) -> pl.LazyFrame:
        """Return a table, later rows and all."""
        return pl.scan_parquet(self.folder / f"{table}.parquet")

    @cached_property
    def customers(self) -> pl.LazyFrame:
        """What is declared; one row each."""
        return self.scan("customers").filter(pl.col("registered_on") <= self.as_of)

    @cached_property
    def lines(self) -> pl.LazyFrame:
        """The visible lines of sales, amounts in cents beside them."""
        visible = pl.col("date") <= self.as_of
        return self.scan("sales").filter(visible).with_columns(cents=CENTS)

    @cached_property
    def sold(self) -> pl.LazyFrame:
        """The sale lines of the last 365 days."""
        inside = (pl.col("date") > self.back(365)) & (pl.col("amount") > 0)
        return self.lines.filter(inside)

    @cached_property
    def per_day(self) -> pl.LazyFrame:
        """One row per customer and day; worked out once for all that need it."""
        sums = [
            pl.col("cents").sum(),
            (pl.col("amount") > 0).any().alias("is_sale"),
        ]
        if "quantity" in self.wanted:
            sums.append(pl.col("quantity").cast(pl.Int64).sum())
        if "margin" in self.wanted:
            sums.append((pl.col("cost") * 100).round().cast(pl.Int64).sum())
        grouped = self.lines.group_by("customer_id", "date").agg(sums)
        return grouped.collect(engine=self.engine).lazy()

    @cached_property
    def per_category(self) -> pl.LazyFrame:
        """One row per customer and category of the window; worked out once."""
        grouped = self.sold.group_by("customer_id", "category")
        return grouped.agg(pl.col("cents").sum()).collect(engine=self.engine).lazy()
