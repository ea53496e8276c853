"""The features of a policy in Polars, from the files to a table, and nothing else.

No label, no score, no tier, no check of the data: only the numbers that the policy asks
for, each expression as we would write it for ourselves. The features are named on the
command line, so that this process never loads custseg.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from time import perf_counter

import buying
import declared
import goods
import polars as pl
import receivables
import seasons
from tables import Books, Engine

__all__ = ["PROVIDED", "answer"]

FRAMES = {
    frame: names
    for room in (buying, goods, seasons, receivables, declared)
    for frame, names in room.FRAMES.items()
}

# Made of features of several frames: what each needs.
COMBINED = {
    "average_order_value": ("spend", "orders"),
    "share_of_wallet": ("spend",),
}

PROVIDED = frozenset(name for names in FRAMES.values() for name in names) | set(
    COMBINED
)
"""All features that this program can work out."""

# Of a customer without a line, an invoice or a project these are known, and zero.
ZEROS = (
    "spend", "quantity", "margin", "three_year_spend", "orders", "lifetime_orders",
    "orders_before", "purchase_days", "categories", "ship_to_places", "new_categories",
    "service_cost", "rebates", "planned_project_value",
)  # fmt: skip


def answer(
    folder: Path, as_of: date, features: Sequence[str], engine: Engine
) -> pl.DataFrame:
    """Return one row per customer with the features asked for."""
    wanted = frozenset(features)
    parts = wanted.union(*(COMBINED.get(name, ()) for name in features))
    books = Books(folder, as_of, parts, engine)
    found = books.customers.select("customer_id")
    for frame, names in FRAMES.items():
        mine = [name for name in names if name in parts]
        if mine:
            some = frame(books).select("customer_id", *mine)
            found = found.join(some, on="customer_id", how="left")
    found = found.with_columns(
        pl.col(name).fill_null(0) for name in ZEROS if name in parts
    )
    if "average_order_value" in wanted:
        value = pl.col("spend") / pl.col("orders")
        found = found.with_columns(
            average_order_value=pl.when(pl.col("orders") > 0).then(value)
        )
    if "share_of_wallet" in wanted:
        wallet = (pl.col("annual_purchases") * 100).round()
        purchases = books.customers.select("customer_id", wallet=wallet)
        share = pl.col("spend") / pl.col("wallet")
        found = found.join(purchases, on="customer_id").with_columns(
            share_of_wallet=pl.when(pl.col("wallet") >= 1).then(share)
        )
    return found.select("customer_id", *features).collect(engine=engine)


def main() -> None:
    """Read the command line, answer, print one line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--books", type=Path, required=True, help="folder of trade.py")
    parser.add_argument("--features", required=True, help="names with commas between")
    parser.add_argument("--as-of", type=date.fromisoformat, default=date(2026, 6, 30))
    parser.add_argument("--engine", default="streaming")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    began = perf_counter()
    features = arguments.features.split(",")
    frame = answer(arguments.books, arguments.as_of, features, arguments.engine)
    seconds = perf_counter() - began
    print(f"rows={len(frame)} columns={frame.width} seconds={seconds:.3f}")
    if arguments.out is not None:
        frame.write_parquet(arguments.out)


if __name__ == "__main__":
    main()
