"""Assert that result files agree on every column, customer by customer.

Counts, money, scores and classes must be equal; a percentile or median may differ by
1e-9, because that is how far custseg promises it. Price positions may differ by 0.002:
custseg freezes the prices of a category in 1,001 knots. A null agrees only with a null.
Rows may stand in any order.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from question import COLUMNS, GOODS

__all__ = ["differences"]

TOLERANCE = 1e-9
OF_COLUMN = {"price_position": 2e-3}


def differences(base: pa.Table, other: pa.Table) -> list[str]:
    """Return what is not the same, in sentences; empty when all is.

    Parameters
    ----------
    base, other : pyarrow.Table
        Answers with ``COLUMNS``, in any order of rows.

    Returns
    -------
    list of str
        One sentence for each column that differs, with the first customer.
    """
    of_goods = [field for field in GOODS if field.name in base.column_names]
    columns = pa.schema([*COLUMNS, *of_goods])
    missing = [name for name in columns.names if name not in other.column_names]
    if missing:
        return [f"has no column {', '.join(missing)}"]
    base, other = (_in_order(table, columns) for table in (base, other))
    if not base["customer_id"].equals(other["customer_id"]):
        rows = f"{other.num_rows} rows against {base.num_rows}"
        return [f"does not have the same customers: {rows}"]
    found = []
    for field in columns:
        left, right = base[field.name], other[field.name]
        tolerance = OF_COLUMN.get(field.name, TOLERANCE)
        unlike = pc.invert(_same(left, right, tolerance))
        count = pc.sum(unlike).as_py() or 0
        if count:
            row = pc.index(unlike, True).as_py()
            found.append(
                f"{field.name} differs for {count} of {base.num_rows} customers, first "
                f"{base['customer_id'][row]}: {right[row]} against {left[row]}"
            )
    return found


def _in_order(table: pa.Table, columns: pa.Schema) -> pa.Table:
    """The answer's columns in the answer's types, rows by customer."""
    table = table.select(columns.names).cast(columns).sort_by("customer_id")
    return table.combine_chunks()


def _same(
    left: pa.ChunkedArray, right: pa.ChunkedArray, tolerance: float
) -> pa.ChunkedArray:
    """Where both are null, or both are there and agree."""
    if pa.types.is_floating(left.type):
        agree = pc.less_equal(pc.abs(pc.subtract(left, right)), tolerance)
    else:
        agree = pc.equal(left, right)
    both_null = pc.and_(pc.is_null(left), pc.is_null(right))
    return pc.or_(pc.fill_null(agree, fill_value=False), both_null)


def main() -> int:
    """Compare the first file with each of the others; 1 when any differs."""
    parser = argparse.ArgumentParser(description="Compare result files.")
    parser.add_argument("results", type=Path, nargs="+", help="two files or more")
    results = parser.parse_args().results
    if len(results) < 2:
        parser.error("there is nothing to compare: name two result files or more")
    base = pq.read_table(results[0])
    unlike = False
    for path in results[1:]:
        found = differences(base, pq.read_table(path))
        print(f"{path} against {results[0]}: {'; '.join(found) or 'equal'}")
        unlike = unlike or bool(found)
    return int(unlike)


if __name__ == "__main__":
    sys.exit(main())
