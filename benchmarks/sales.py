"""Sales such as a wholesaler's ERP exports, made from a seed, for the benchmarks.

A few customers buy every week, most buy a few times, some once; many begin after the
period does and many have gone quiet before it ends. An order has one to six lines on
one day, one order in a thousand is delivered over two days, and about four lines in a
hundred are goods that came back, in an order of their own.

Every customer gets one order; the others are dealt out by lognormal weights. Order
numbers follow the order date, and rows stand by date, then order, as an export does.
Amounts are whole cents before they become floats, so that a sum can be checked exactly.

With goods, a line also says its category and brand. A customer has a favourite category
for half of its lines, and every category has five brands; the other columns are the
same as without.

Limits: no season, no trend. The same seed gives the same rows for one version of numpy;
the bytes of the file also depend on the version of pyarrow.
"""

from __future__ import annotations

import argparse
import os
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

__all__ = ["cached", "make"]

FIRST_DAY = date(2023, 7, 1)
LAST_DAY = date(2026, 6, 30)
ROW_GROUP_ROWS = 1_048_576
ORDERS_PER_ROW = 0.35
LINES_PER_ORDER_SHARES = (0.28, 0.22, 0.18, 0.14, 0.10, 0.08)
RETURN_SHARE = 0.04
TWO_DAY_SHARE = 0.001

SCHEMA = pa.schema(
    [
        pa.field("customer_id", pa.string(), nullable=False),
        pa.field("order_id", pa.string(), nullable=False),
        pa.field("date", pa.date32(), nullable=False),
        pa.field("amount", pa.float64(), nullable=False),
        pa.field("quantity", pa.int32(), nullable=False),
    ]
)

GOODS = (
    pa.field("category", pa.string(), nullable=False),
    pa.field("brand", pa.string(), nullable=False),
)
CATEGORIES = 12
BRANDS_OF_EACH = 5
FAVOURITE_SHARE = 0.5

Ints = NDArray[np.int64]


def make(
    path: Path, *, rows: int, customers: int, seed: int, goods: bool = False
) -> Path:
    """Write one Parquet file of sale and return lines.

    Parameters
    ----------
    path : Path
        File to write; its folder is made if need be. It appears whole or not at all.
    rows : int, >= customers / 0.35
        Lines in the file, exactly.
    customers : int, 1 to 9,999,999
        Customers with at least one order, exactly.
    seed : int
        Seed of numpy's default generator.
    goods : bool
        Whether lines say their category and brand.

    Returns
    -------
    Path
        The path that was given.

    Raises
    ------
    ValueError
        When there are fewer orders than customers.
    """
    orders = round(rows * ORDERS_PER_ROW)
    if not 1 <= customers <= min(orders, 9_999_999):
        raise ValueError(
            f"customers must lie in 1 to {min(orders, 9_999_999)} for {rows} rows, "
            f"one order each. Got {customers}; ask for more rows or fewer customers."
        )
    rng = np.random.default_rng(seed)
    days_total = (LAST_DAY - FIRST_DAY).days + 1

    order_customer, order_day = _orders(rng, orders, customers, days_total)
    order_lines = _lines_per_order(rng, orders, rows)
    is_return = rng.random(orders) < RETURN_SHARE
    price_level = np.exp(rng.normal(0.0, 0.7, customers))

    line_order = np.repeat(np.arange(orders), order_lines)
    day = order_day[line_order] + _later_deliveries(rng, order_lines, line_order)
    np.minimum(day, days_total - 1, out=day)

    quantity = 1 + rng.geometric(0.25, rows)
    unit_cents = np.exp(rng.normal(7.5, 1.0, rows))
    unit_cents *= price_level[order_customer[line_order]]
    cents = np.maximum(1, np.rint(unit_cents * quantity)).astype(np.int64)
    sign = np.where(is_return[line_order], -1, 1)
    cents *= sign
    quantity *= sign

    # Orders are numbered by their first day; only the two-day ones are out of place.
    export = np.argsort(day, kind="stable")
    customer_numbers = rng.permutation(customers)[order_customer]
    of_goods: tuple[Ints, ...] = ()
    if goods:
        of_goods = _goods(rng, order_customer[line_order][export], customers)
    _write(
        path,
        customer=customer_numbers[line_order[export]],
        order=line_order[export],
        day=day[export],
        cents=cents[export],
        quantity=quantity[export],
        goods=of_goods,
    )
    return path


def cached(rows: int, *, seed: int = 20260630, goods: bool = False) -> Path:
    """Return the benchmark file of this size, made when it is not there yet.

    The folder is that of the environment's ``CUSTSEG_BENCH_DIR``, else ``.data`` beside
    this file. There are ten lines to a customer.

    Parameters
    ----------
    rows : int, >= 10
        Lines in the file.
    seed : int
        Seed of the generator; part of the file's name.
    goods : bool
        Whether lines say their category and brand.

    Returns
    -------
    Path
        The Parquet file.
    """
    default = Path(__file__).parent / ".data"
    folder = Path(os.environ.get("CUSTSEG_BENCH_DIR", default))
    name = "goods" if goods else "sales"
    path = folder / f"{name}_{rows}_{seed}.parquet"
    if not path.exists():
        customers = max(1, rows // 10)
        make(path, rows=rows, customers=customers, seed=seed, goods=goods)
    return path


def _orders(
    rng: np.random.Generator, orders: int, customers: int, days_total: int
) -> tuple[Ints, Ints]:
    """Customer and first day of each order, by first day."""
    weight = rng.lognormal(0.0, 1.3, customers)
    count = 1 + rng.multinomial(orders - customers, weight / weight.sum())
    # Three in five were customers before the period, one in three goes quiet within it.
    begin = np.where(
        rng.random(customers) < 0.6, 0, rng.integers(0, days_total, customers)
    )
    quiet = rng.random(customers) < 0.35
    end = np.where(quiet, rng.integers(begin, days_total), days_total - 1)
    customer = np.repeat(np.arange(customers), count)
    day = rng.integers(begin[customer], end[customer], endpoint=True)
    # No deliveries on Sundays: they go out on Monday, or Saturday at the very end.
    sunday = (day + FIRST_DAY.weekday()) % 7 == 6
    day += np.where(day < days_total - 1, sunday, -sunday.astype(np.int64))
    by_day = np.argsort(day, kind="stable")
    # Within a day the customers must not stand in the order of their numbers.
    by_day = by_day[np.lexsort((rng.random(orders), day[by_day]))]
    return customer[by_day], day[by_day]


def _lines_per_order(rng: np.random.Generator, orders: int, rows: int) -> Ints:
    """Lines of each order, one to six, adding up to ``rows``."""
    most = len(LINES_PER_ORDER_SHARES)
    lines = rng.choice(
        np.arange(1, most + 1), size=orders, p=np.array(LINES_PER_ORDER_SHARES)
    )
    while (missing := rows - int(lines.sum())) != 0:
        step = 1 if missing > 0 else -1
        room = np.flatnonzero(lines < most if step > 0 else lines > 1)
        picked = rng.permutation(room)[: abs(missing)]
        lines[picked] += step
    return lines.astype(np.int64)


def _later_deliveries(
    rng: np.random.Generator, order_lines: Ints, line_order: Ints
) -> Ints:
    """Days by which a line follows its order; not 0 for the last line of a few."""
    later = np.zeros(len(line_order), dtype=np.int64)
    several = np.flatnonzero(order_lines > 1)
    picked = rng.choice(
        several, size=max(1, round(TWO_DAY_SHARE * len(order_lines))), replace=False
    )
    last_line = np.cumsum(order_lines)[picked] - 1
    later[last_line] = rng.integers(1, 8, len(picked))
    return later


def _goods(
    rng: np.random.Generator, customer: Ints, customers: int
) -> tuple[Ints, Ints]:
    """Category and brand of each line; a few categories are common, some rare."""
    weight = 1.0 / np.arange(1, CATEGORIES + 1)
    weight /= weight.sum()
    favourite = rng.choice(CATEGORIES, customers, p=weight)
    category = rng.choice(CATEGORIES, len(customer), p=weight)
    loyal = rng.random(len(customer)) < FAVOURITE_SHARE
    category = np.where(loyal, favourite[customer], category)
    brand = category * BRANDS_OF_EACH + rng.integers(0, BRANDS_OF_EACH, len(customer))
    return category, brand


def _write(
    path: Path,
    *,
    customer: Ints,
    order: Ints,
    day: Ints,
    cents: Ints,
    quantity: Ints,
    goods: tuple[Ints, ...] = (),
) -> None:
    """Write the columns, one row group at a time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    epoch_day = FIRST_DAY.toordinal() - date(1970, 1, 1).toordinal()
    schema = pa.schema([*SCHEMA, *GOODS]) if goods else SCHEMA
    with pq.ParquetWriter(unfinished, schema, compression="zstd") as writer:
        for start in range(0, len(customer), ROW_GROUP_ROWS):
            part = slice(start, start + ROW_GROUP_ROWS)
            days32 = pa.array((day[part] + epoch_day).astype(np.int32))
            columns = [
                _texts("C", customer[part], digits=7),
                _texts("SO", order[part], digits=8),
                days32.cast(pa.date32()),
                pa.array(cents[part] / 100.0),
                pa.array(quantity[part].astype(np.int32)),
                *(_texts("K", one[part], digits=2) for one in goods),
            ]
            batch = pa.record_batch(columns, schema=schema)
            writer.write_batch(batch, row_group_size=ROW_GROUP_ROWS)
    unfinished.replace(path)


def _texts(prefix: str, numbers: Ints, *, digits: int) -> pa.Array:
    """Texts of one width, a prefix and a number with leading zeros."""
    width = len(prefix) + digits
    letters = np.empty((len(numbers), width), dtype=np.uint8)
    letters[:, : len(prefix)] = np.frombuffer(prefix.encode(), dtype=np.uint8)
    rest = numbers.copy()
    for place in range(width - 1, len(prefix) - 1, -1):
        rest, digit = np.divmod(rest, 10)
        letters[:, place] = digit + ord("0")
    offsets = np.arange(0, letters.size + 1, width, dtype=np.int32)
    return pa.StringArray.from_buffers(
        len(numbers), pa.py_buffer(offsets), pa.py_buffer(letters)
    )


def main() -> None:
    """Make the files asked for and print their paths."""
    parser = argparse.ArgumentParser(description="Make the benchmark sales.")
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000])
    parser.add_argument("--goods", action="store_true", help="with category and brand")
    arguments = parser.parse_args()
    for rows in arguments.rows:
        print(cached(rows, goods=arguments.goods))


if __name__ == "__main__":
    main()
