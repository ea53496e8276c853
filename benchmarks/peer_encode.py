"""The floor under every profile: read the columns and turn text ids into integers.

Nothing is added up. What a way returns is one dense code for each row and id column,
the distinct ids, and the date, amount and quantity columns beside them. Whatever starts
from text ids pays this first, so a whole profile cannot be much cheaper.

The ways differ in what they promise: Arrow, pandas and Polars number ids by first
appearance (or as they please), ``polars_rank`` by text. ``arrow_dictionary`` lets the
Parquet reader build the dictionaries, without texts ever standing in memory row by row.
Each way imports its own library only, so that none pays for the start of the others.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter

import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["WAYS"]

OTHERS = ("date", "amount", "quantity")

Encoded = tuple[int, list[int]]
"""Rows read and, for each id column, how many distinct ids it has."""


def read_only(sales: Path, ids: Sequence[str]) -> Encoded:
    """Read with Arrow and encode nothing."""
    table = pq.read_table(sales, columns=[*ids, *OTHERS])
    return table.num_rows, []


def arrow_encode(sales: Path, ids: Sequence[str]) -> Encoded:
    """Read texts with Arrow, then ``dictionary_encode`` each column in one piece."""
    table = pq.read_table(sales, columns=[*ids, *OTHERS])
    # Joining the dictionaries of many chunks costs several times the encoding.
    whole = [table[name].combine_chunks() for name in ids]
    return table.num_rows, [
        _distinct(pa.chunked_array([texts.dictionary_encode()])) for texts in whole
    ]


def arrow_dictionary(sales: Path, ids: Sequence[str]) -> Encoded:
    """Let the Parquet reader make dictionaries, then join those of the row groups."""
    table = pq.read_table(sales, columns=[*ids, *OTHERS], read_dictionary=list(ids))
    table = table.unify_dictionaries()
    return table.num_rows, [_distinct(table[name]) for name in ids]


def pandas_factorize(sales: Path, ids: Sequence[str]) -> Encoded:
    """Read a pandas frame, then ``pandas.factorize``."""
    import pandas as pd

    frame = pd.read_parquet(sales, columns=[*ids, *OTHERS])
    return len(frame), [len(pd.factorize(frame[name])[1]) for name in ids]


def polars_categorical(sales: Path, ids: Sequence[str]) -> Encoded:
    """Read with Polars and cast to a categorical of its own for each column."""
    import polars as pl

    casts = [pl.col(name).cast(pl.Categorical(pl.Categories.random())) for name in ids]
    frame = pl.scan_parquet(sales).select(*casts, *OTHERS).collect(engine="streaming")
    codes = [frame[name].to_physical().to_numpy() for name in ids]
    return frame.height, [int(code.max()) + 1 for code in codes]


def polars_rank(sales: Path, ids: Sequence[str]) -> Encoded:
    """Read with Polars and number the ids in the order of their text."""
    import polars as pl

    ranks = [pl.col(name).rank("dense") for name in ids]
    frame = pl.scan_parquet(sales).select(*ranks, *OTHERS).collect()
    return frame.height, [int(frame[name].to_numpy().max()) for name in ids]


def duckdb_join(sales: Path, ids: Sequence[str]) -> Encoded:
    """Number the distinct ids in DuckDB and join the numbers back to the rows."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("set preserve_insertion_order = false")
        counts = []
        for name in ids:
            connection.execute(
                f"create table {name}_codes as "
                f"select {name}, (row_number() over () - 1)::integer as code "
                f"from (select distinct {name} from read_parquet($sales))",
                {"sales": str(sales)},
            )
            numbered = connection.execute(f"select count(*) from {name}_codes")
            counts.append(int(numbered.fetchall()[0][0]))
        codes = ", ".join(f"{name}_codes.code as {name}" for name in ids)
        joins = " ".join(f"join {name}_codes using ({name})" for name in ids)
        table = connection.sql(
            f"select {codes}, {', '.join(OTHERS)} from read_parquet($sales) {joins}",
            params={"sales": str(sales)},
        ).to_arrow_table()
    return table.num_rows, counts


def _distinct(column: pa.ChunkedArray) -> int:
    """Distinct values of a column whose chunks share one dictionary."""
    return len(column.chunk(0).dictionary)


WAYS: dict[str, Callable[[Path, Sequence[str]], Encoded]] = {
    way.__name__: way
    for way in (
        arrow_encode,
        arrow_dictionary,
        pandas_factorize,
        polars_categorical,
        polars_rank,
        duckdb_join,
        read_only,
    )
}


def main() -> None:
    """Read the command line, encode, print one line."""
    parser = argparse.ArgumentParser(description="Read sales and encode their ids.")
    parser.add_argument("--sales", type=Path, required=True)
    parser.add_argument("--way", choices=WAYS, default="polars_categorical")
    parser.add_argument("--ids", choices=("customer", "both"), default="customer")
    arguments = parser.parse_args()
    ids = ["customer_id", "order_id"][: 2 if arguments.ids == "both" else 1]
    began = perf_counter()
    rows, distinct = WAYS[arguments.way](arguments.sales, ids)
    seconds = perf_counter() - began
    print(f"rows={rows} distinct={distinct} seconds={seconds:.3f}")


if __name__ == "__main__":
    main()
