"""RFM alone, with the RFM libraries that there are.

Each reads the same file and gives recency, frequency and monetary value of every
customer with a sale line, lifetime, and scores from 1 to 5. The libraries do not mean
the same by these words, so their answers are not compared, only what they cost:

``openretailscience``
    Distinct orders, run in DuckDB through Ibis; fifths by ``ntile``, ties by customer.
``lifetimes``
    Repeat purchase days and mean spend of one. It has no scores: ranks give them.
``rfm``
    Lines, not orders, in pandas with a Python function for each row and customer.

They ask for different versions of pandas, hence the imports inside the functions and
one environment for each (see README.md).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import perf_counter

import pandas as pd

__all__ = ["WAYS"]


def openretailscience(sales: Path, as_of: date) -> pd.DataFrame:
    """RFM by openretailscience, straight from the file."""
    import ibis
    from openretailscience.segmentation.rfm import RFMSegmentation

    lines = ibis.duckdb.connect().read_parquet(sales)
    lines = lines.filter((lines.amount > 0) & (lines.date <= as_of)).select(
        customer_id=lines.customer_id,
        transaction_id=lines.order_id,
        transaction_date=lines.date,
        unit_spend=lines.amount,
    )
    fifths = {"r_segments": 5, "f_segments": 5, "m_segments": 5}
    frame: pd.DataFrame = RFMSegmentation(lines, current_date=as_of, **fifths).df
    return frame


def lifetimes(sales: Path, as_of: date) -> pd.DataFrame:
    """RFM by lifetimes, scores by pandas ranks."""
    from lifetimes.utils import summary_data_from_transaction_data

    summary: pd.DataFrame = summary_data_from_transaction_data(
        _sale_lines(sales, as_of),
        "customer_id",
        "date",
        monetary_value_col="amount",
        observation_period_end=pd.Timestamp(as_of),
    )
    summary["days_since_last"] = summary["T"] - summary["recency"]
    for name, best_first in (
        ("days_since_last", True),
        ("frequency", False),
        ("monetary_value", False),
    ):
        share = summary[name].rank(pct=True, ascending=not best_first)
        summary[f"{name}_score"] = (share * 5).clip(upper=4.999).astype("int64") + 1
    return summary


def rfm(sales: Path, as_of: date) -> pd.DataFrame:
    """RFM by rfm; the scores are its own."""
    from rfm.rfm import RFM

    lines = _sale_lines(sales, as_of)
    analysis = RFM(
        lines, customer_id="customer_id", transaction_date="date", amount="amount"
    )
    frame: pd.DataFrame = analysis.rfm_table
    return frame


def _sale_lines(sales: Path, as_of: date) -> pd.DataFrame:
    """The three columns that pandas libraries ask for, sale lines only."""
    columns = ["customer_id", "date", "amount"]
    visible = [("amount", ">", 0.0), ("date", "<=", as_of)]
    lines = pd.read_parquet(sales, columns=columns, filters=visible)
    lines["date"] = pd.to_datetime(lines["date"])
    return lines


WAYS: dict[str, Callable[[Path, date], pd.DataFrame]] = {
    "openretailscience": openretailscience,
    "lifetimes": lifetimes,
    "rfm": rfm,
}


def main() -> None:
    """Read the command line, run one library, print one line."""
    parser = argparse.ArgumentParser(description="RFM with an existing library.")
    parser.add_argument("--sales", type=Path, required=True)
    parser.add_argument("--as-of", type=date.fromisoformat, default=date(2026, 6, 30))
    parser.add_argument("--way", choices=WAYS, default="openretailscience")
    arguments = parser.parse_args()
    began = perf_counter()
    frame = WAYS[arguments.way](arguments.sales, arguments.as_of)
    seconds = perf_counter() - began
    print(f"rows={len(frame)} columns={','.join(frame.columns)} seconds={seconds:.3f}")


if __name__ == "__main__":
    main()
