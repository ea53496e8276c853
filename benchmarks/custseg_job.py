"""custseg's answer to the benchmark's question, and to more: every label and tier.

What is timed is the whole main job, from the file to a table with all labels, the
score and the tier of the ``company`` policy. Percentiles are frozen inside a policy as
cuts and knots, so the exact ones that the peers list are worked out afterwards, and
only when the answer is to be written for a comparison.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from time import perf_counter

import numpy as np
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
    columns = {"customer_id": _ids(outcome.table.book)}
    labels = dict(outcome.labels)
    if outcome.grade is not None:
        labels["tier"] = outcome.grade.tier
        columns["score"] = _arrow(outcome.grade.score.values)
    for family, column in labels.items():
        codes, words = _arrow(column.values, column.known), _texts(column.words)
        columns[family] = pa.DictionaryArray.from_arrays(codes, words)
    return pa.Table.from_arrays([*columns.values()], [*columns])


def _arrow(values: np.ndarray, known: np.ndarray | None = None) -> pa.Array:
    """Lend an array to Arrow; ``pa.array`` would load pandas first."""
    valid = None
    if known is not None:
        valid = pa.py_buffer(np.packbits(known, bitorder="little"))
    buffers = [valid, pa.py_buffer(values)]
    kind = pa.from_numpy_dtype(values.dtype)
    return pa.Array.from_buffers(kind, len(values), buffers)


def _ids(book: np.ndarray) -> pa.StringArray:
    """Lend ids that are still bytes: those of ``sales.py``, all of one length."""
    if book.dtype.kind != "S":
        return _texts(book)
    ends = np.arange(0, book.nbytes + 1, book.itemsize, dtype=np.int32)
    return pa.StringArray.from_buffers(
        len(book), pa.py_buffer(ends), pa.py_buffer(book)
    )


def _texts(texts: Sequence[str]) -> pa.StringArray:
    """Write texts into Arrow's form, as :func:`_arrow` does."""
    raw = [text.encode() for text in texts]
    ends = np.cumsum([0, *map(len, raw)], dtype=np.int32)
    return pa.StringArray.from_buffers(
        len(raw), pa.py_buffer(ends), pa.py_buffer(b"".join(raw))
    )


def _for_comparison(result: cs.Result) -> pa.Table:
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
