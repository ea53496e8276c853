"""The question that every whole-profile benchmark answers, and the shape of the answer.

From a file of sale lines: one row per customer who has a line on or before ``as_of``,
in any order, with the columns of ``COLUMNS``. The window is the 365 days that end with
``as_of``, itself included. A line with an amount above zero is a sale, one below zero a
return; what is dated after ``as_of`` does not exist. Orders, days and gaps look at sale
lines only; spend and quantity are net of returns.

Percentiles compare a customer with those who have a sale line in the window, N of them:
(how many have less + half of how many have the same) / N, and are null for the others.
An RFM score is min(5, 1 + floor(5 * percentile)), for recency of 1 - percentile, and 1
for who has no sale in the window. Class A, B or C depends on the share of all positive
spend that customers with strictly greater spend hold: below 0.80 A, below 0.95 B, else
C; spend of zero or less is C. Floors and shares are taken over integers, so that no
rounding decides a score and peers can be compared exactly.

Where the lines say category and brand, the question goes on (``GOODS``), as the whole
``company`` policy asks it: how many categories were bought in the window and which part
of the sales the largest has, the same of brands; which part of the common categories,
those that two in five bought, was not bought; the change of spend on the year; and
where the prices paid lie: of each sale line the mid-rank percentile of amount over
quantity among all of its category in the window, weighted by amount.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

__all__ = ["COLUMNS", "GOODS", "Question", "has_goods", "run_peer"]

COLUMNS = pa.schema(
    {
        "customer_id": pa.string(),
        "spend": pa.int64(),  # cents
        "orders": pa.int64(),
        "purchase_days": pa.int64(),
        "quantity": pa.int64(),
        "days_since_last_sale": pa.int64(),  # null: no sale ever
        "days_since_first_sale": pa.int64(),
        "lifetime_orders": pa.int64(),
        "median_gap_days": pa.float64(),  # null: fewer than three sale days
        "longest_gap_days_90": pa.int64(),  # null: no gap ends in the last 90 days
        "spend_percentile": pa.float64(),
        "orders_percentile": pa.float64(),
        "days_since_last_sale_percentile": pa.float64(),
        "quantity_percentile": pa.float64(),
        "recency_score": pa.int64(),
        "frequency_score": pa.int64(),
        "monetary_score": pa.int64(),
        "abc": pa.string(),
    }
)

GOODS = pa.schema(
    {
        "categories": pa.int64(),
        "top_category_share": pa.float64(),  # null: no sale in the window
        "top_brand_share": pa.float64(),
        "category_gap": pa.float64(),
        "spend_change_share": pa.float64(),  # null: no spend a year before
        "price_position": pa.float64(),
    }
)


def has_goods(sales: Path) -> bool:
    """Say whether the lines of a file say category and brand."""
    return "category" in pq.read_schema(sales).names


@dataclass(frozen=True, slots=True)
class Question:
    """A file of sales and the day on which to look at it.

    Parameters
    ----------
    sales : Path
        Parquet file as ``sales.py`` writes it.
    as_of : date
        Last day that is visible.
    """

    sales: Path
    as_of: date

    @property
    def window_start(self) -> date:
        """The day before the window's first."""
        return self.as_of - timedelta(days=365)

    @property
    def recent_start(self) -> date:
        """The day before the first of the last ninety."""
        return self.as_of - timedelta(days=90)

    @property
    def year_before_start(self) -> date:
        """The day before the first of the 365 days before the window."""
        return self.as_of - timedelta(days=730)

    @property
    def columns(self) -> pa.Schema:
        """The columns of the answer to this file."""
        return pa.schema([*COLUMNS, *(GOODS if has_goods(self.sales) else ())])


def run_peer(
    answer: Callable[[Question, str], pa.Table],
    *,
    ways: Sequence[str] = ("default",),
) -> None:
    """Read the command line, have the question answered, print one checksum line.

    The seconds printed leave out starting Python, imports and writing ``--out``.

    Parameters
    ----------
    answer : callable
        Takes the question and one of ``ways``; gives a table with ``COLUMNS``.
    ways : sequence of str
        Ways to answer that the peer offers, the fastest first.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--sales", type=Path, required=True)
    parser.add_argument("--as-of", type=date.fromisoformat, default=date(2026, 6, 30))
    parser.add_argument("--way", choices=ways, default=ways[0])
    parser.add_argument(
        "--out", type=Path, help="write the answer to this Parquet file"
    )
    arguments = parser.parse_args()
    began = perf_counter()
    question = Question(arguments.sales, arguments.as_of)
    table = answer(question, arguments.way)
    seconds = perf_counter() - began
    print(f"{checksum(table)} seconds={seconds:.3f}")
    if arguments.out is not None:
        there = [one for one in question.columns if one.name in table.schema.names]
        columns = pa.schema(there)
        pq.write_table(table.select(columns.names).cast(columns), arguments.out)


def checksum(table: pa.Table) -> str:
    """Return the row count and the sums of a few columns, as text."""
    summed = (
        "spend",
        "orders",
        "quantity",
        "days_since_last_sale",
        "recency_score",
        "frequency_score",
        "monetary_score",
    )
    sums = " ".join(f"{name}={pc.sum(table[name]).as_py()}" for name in summed)
    return f"rows={table.num_rows} {sums}"
