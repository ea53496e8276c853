"""What is open, overdue, paid on time and lost, from invoices and payments.

Payments are brought down to one row per invoice, in sums up to the days that matter;
then one row per invoice tells all.

Written for books as ``trade.py`` makes them: no credit notes, nothing paid twice or
before its invoice, nothing paid after a write-off, no write-off of a part. custseg
looks after these, so the work here is less.
"""

from __future__ import annotations

from datetime import date

import polars as pl
from tables import CENTS, Books

__all__ = ["FRAMES"]


def _invoices(books: Books) -> pl.LazyFrame:
    """One row per invoice with what was paid on it, by which day."""
    today, half_year, window = books.as_of, books.back(183), books.back(365)
    invoices = books.scan("invoices").filter(pl.col("issued_on") <= today)
    invoices = invoices.with_columns(cents=CENTS)
    on_time = pl.col("paid_on") <= pl.col("due_on")
    first = pl.max_horizontal(pl.col("paid_on"), pl.lit(window) + pl.duration(days=1))
    there = (pl.lit(today) - first).dt.total_days() + 1
    paid = (
        books.scan("payments")
        .filter(pl.col("paid_on") <= today)
        .select("invoice_id", "paid_on", paid=CENTS)
        .join(invoices.select("invoice_id", "due_on"), on="invoice_id")
        .group_by("invoice_id")
        .agg(
            pl.col("paid").sum(),
            early=pl.col("paid").filter(on_time).sum(),
            half_year=pl.col("paid").filter(pl.col("paid_on") <= half_year).sum(),
            paid_days=(pl.col("paid") * there).sum(),
        )
    )
    return invoices.join(paid, on="invoice_id", how="left").with_columns(
        pl.col("paid", "early", "half_year", "paid_days").fill_null(0)
    )


def _gone(day: date) -> pl.Expr:
    return (pl.col("written_off_on") <= day).fill_null(value=False)


def _disputed(day: date) -> pl.Expr:
    since = (pl.col("disputed_on") <= day).fill_null(value=False)
    return since & ~(pl.col("resolved_on") <= day).fill_null(value=False)


def _overdue_days(day: date, rest: str) -> pl.Expr:
    """How many days each invoice is overdue; 0 where it is not."""
    owed = pl.when(_disputed(day)).then(0).otherwise(rest)
    late = (owed >= 100) & (pl.col("due_on") < day)
    since = (pl.lit(day) - pl.col("due_on")).dt.total_days()
    return pl.when(late).then(since).otherwise(0)


def receivables(books: Books) -> pl.LazyFrame:
    """All that invoices and payments tell."""
    today, back = books.as_of, books.back(183)
    window, three_years = books.back(365), books.back(1095)
    rest = pl.col("cents") - pl.col("paid")
    there = pl.col("issued_on") <= back
    rest_back = pl.when(there & ~_gone(back)).then(
        pl.col("cents") - pl.col("half_year")
    )

    def days_there(column: str) -> pl.Expr:
        first = pl.max_horizontal(pl.col(column), pl.lit(window) + pl.duration(days=1))
        return (pl.lit(today) - first).dt.total_days() + 1

    lost = pl.when(_gone(today)).then(rest).otherwise(0)
    was_due = (pl.col("due_on") > window) & (pl.col("due_on") <= today)
    asked = pl.col("cents") - pl.when(_disputed(today)).then("open").otherwise(0)
    recently_lost = _gone(today) & (pl.col("written_off_on") > three_years)
    invoiced = pl.col("cents").filter(pl.col("issued_on") > three_years).sum()
    standing = (
        pl.col("cents") * days_there("issued_on")
        - pl.col("paid_days")
        - pl.when(_gone(today)).then(rest * days_there("written_off_on")).otherwise(0)
    )
    due = pl.col("asked").filter(was_due).sum()
    found = (
        _invoices(books)
        .with_columns(
            lost=lost,
            open=rest - lost,
            open_back=rest_back.fill_null(0),
        )
        .with_columns(
            asked=asked,
            days=_overdue_days(today, "open"),
            days_back=_overdue_days(back, "open_back"),
            standing=standing,
            disputed=_disputed(today) & (pl.col("open") > 0),
        )
        .group_by("customer_id")
        .agg(
            open=pl.col("open").sum(),
            max_days_past_due=pl.col("days").max(),
            max_days_past_due_half_year_before=pl.col("days_back").max(),
            standing=pl.col("standing").sum(),
            on_time=pl.min_horizontal("early", "asked").filter(was_due).sum(),
            due=due,
            lost=pl.col("lost").filter(recently_lost).sum(),
            invoiced=invoiced,
            has_open_dispute=pl.col("disputed").any(),
        )
    )
    limit = pl.col("credit_limit")
    declared = books.customers.select(
        "customer_id",
        "group_id",
        *((pl.col(name) * 100).round().cast(pl.Int64) for name in _DECLARED),
    )
    mine = pl.coalesce("group_id", "customer_id")
    return (
        declared.join(found, on="customer_id", how="left")
        .with_columns(
            pl.col(
                "open",
                "standing",
                "max_days_past_due",
                "max_days_past_due_half_year_before",
            ).fill_null(0),
            pl.col("has_open_dispute").fill_null(value=False),
        )
        .with_columns(exposure=pl.col("open") + pl.col("open_orders").fill_null(0))
        .with_columns(group=mine)
        .join(
            declared.select(group=mine, limit=limit)
            .group_by("group")
            .agg(group_limit=pl.col("limit").sum(), told=pl.col("limit").count()),
            on="group",
        )
        .with_columns(
            has_open_balance=pl.col("open").abs() >= 100,
            average_open_receivable=_nearest(pl.col("standing"), 365),
            on_time_share=pl.when(pl.col("due") > 0).then(
                pl.col("on_time") / pl.col("due")
            ),
            bad_debts=pl.when(pl.col("invoiced") > 0).then(
                pl.col("lost") / pl.col("invoiced")
            ),
            utilisation=pl.when(limit > 0).then(pl.col("exposure") / limit),
            group_utilisation=pl.when(pl.col("group_limit") > 0).then(
                pl.col("exposure").sum().over("group") / pl.col("group_limit")
            ),
        )
    )


_DECLARED = ("credit_limit", "open_orders")


def _nearest(top: pl.Expr, bottom: int) -> pl.Expr:
    """Divide to the nearest whole number, from the middle to the even one."""
    whole, rest = top // bottom, top % bottom
    up = (2 * rest > bottom) | ((2 * rest == bottom) & (whole % 2 == 1))
    return whole + up.cast(pl.Int64)


FRAMES = {
    receivables: (
        "average_open_receivable",
        "on_time_share",
        "max_days_past_due",
        "max_days_past_due_half_year_before",
        "bad_debts",
        "utilisation",
        "group_utilisation",
        "has_open_balance",
        "has_open_dispute",
    )
}
"""What each frame gives."""
