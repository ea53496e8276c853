"""All tables of a wholesaler's books, made from a seed, for the policies' benchmark.

The sales are those of ``sales.py`` with goods; here they get an article, a cost and a
place of delivery. Each order of sales is invoiced on the day of its last line, and most
invoices are paid by customers of different habits: on the day, late, in two parts, or
never. Some are disputed, some of those never paid are written off. Every customer has a
row of declared facts, three in ten have a project, and there is a cost row for each.

Limits: the books are clean: no credit notes, nothing paid twice, every spelling is the
usual one. Tables of contacts, answers and outside events are not made, so features of
these are unknown for everybody. The export is of the last day; nothing is dated later.
"""

from __future__ import annotations

import argparse
import os
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sales import FIRST_DAY, LAST_DAY, cached

__all__ = ["TABLES", "books"]

TABLES = ("sales", "customers", "invoices", "payments", "costs", "projects")

PRODUCTS_OF_EACH = 100
PLACES = 300

# Province, city, degrees north, degrees east; then abroad, where no province is said.
HOMES = (
    ("CN-GD", "佛山", 23.02, 113.12), ("CN-GD", "广州", 23.13, 113.26),
    ("CN-GD", "深圳", 22.54, 114.06), ("CN-ZJ", "杭州", 30.27, 120.15),
    ("CN-SH", "上海", 31.23, 121.47), ("CN-SC", "成都", 30.57, 104.07),
    ("CN-BJ", "北京", 39.90, 116.41), ("CN-HB", "武汉", 30.59, 114.31),
    ("CN-SN", "西安", 34.34, 108.94), ("CN-LN", "沈阳", 41.80, 123.43),
)  # fmt: skip
ABROAD = (("VN", "Hanoi", 21.03, 105.85), ("SG", "Singapore", 1.35, 103.82))

TYPES = ("经销商", "开发商", "零售", "批发", "装饰公司", "餐饮", "业主", None)
FORMS = ("有限公司", "个体工商户", "个人", "政府机关", None)
INDUSTRIES = ("GB/T:C13", "GB/T:F52", "GB/T:F51", "GB/T:K70", "酒店", "家装", None)
BANDS = ("高收入", "中收入", "低收入", None)
FLAGS = (None, None, None, None, "key_account", "vip", "strategic_partner,key_account",
         "whole_house")  # fmt: skip
STAGES = ("planned", "tender", "won", "running", "done", "lost")

DAY_ZERO = date(1970, 1, 1).toordinal()
LAST = LAST_DAY.toordinal() - DAY_ZERO
FIRST = FIRST_DAY.toordinal() - DAY_ZERO

Ints = NDArray[np.int64]


def books(rows: int, *, seed: int = 20260630) -> Path:
    """Return the folder with the tables for so many rows of sales, made if need be.

    Parameters
    ----------
    rows : int, >= 10
        Lines of sales, of a tenth as many customers.
    seed : int
    """
    default = Path(__file__).parent / ".data"
    folder = Path(os.environ.get("CUSTSEG_BENCH_DIR", default))
    folder /= f"trade_{rows}_{seed}"
    if not (folder / "sales.parquet").exists():
        folder.mkdir(parents=True, exist_ok=True)
        _make(folder, pl.read_parquet(cached(rows, seed=seed, goods=True)), seed)
    return folder


def _make(folder: Path, sales: pl.DataFrame, seed: int) -> None:
    rng = np.random.default_rng(seed + 1)
    ids = sales["customer_id"].unique().sort()
    customers = _customers(rng, ids)
    invoices = _invoices(rng, sales, customers)
    invoices, payments = _settled(rng, invoices)
    tables = {
        "customers": customers.drop("lateness"),
        "invoices": invoices,
        "payments": payments,
        "costs": _costs(rng, ids),
        "projects": _projects(rng, ids),
        "sales": _with_articles(rng, sales),  # the last: its file says all are there
    }
    for name, table in tables.items():
        draft = folder / f"{name}.part"
        table.write_parquet(draft, row_group_size=1 << 20)
        draft.rename(folder / f"{name}.parquet")


def _with_articles(rng: np.random.Generator, sales: pl.DataFrame) -> pl.DataFrame:
    """Add article, cost and place of delivery to each line."""
    n = len(sales)
    article = np.minimum(rng.geometric(0.05, n), PRODUCTS_OF_EACH) - 1
    cents = np.rint(sales["amount"].to_numpy() * 100)
    cost = np.rint(cents * rng.uniform(0.6, 0.95, n)) / 100
    number = sales["customer_id"].str.slice(1).cast(pl.Int64).to_numpy()
    elsewhere = (rng.random(n) < 0.15) * rng.integers(0, 5, n)
    place = (number * 7 + elsewhere) % PLACES
    return sales.with_columns(
        product=sales["category"] + _code("-", article, 2),
        cost=pl.Series(cost),
        ship_to=_code("A", place, 3),
    )


def _code(prefix: str, numbers: Ints, digits: int) -> pl.Series:
    return prefix + pl.Series(numbers).cast(pl.String).str.zfill(digits)


def _days(days: Ints, known: NDArray[np.bool_] | None = None) -> pl.Series:
    found = pl.Series(days.astype(np.int32))
    if known is not None:
        found = found.zip_with(pl.Series(known), pl.Series([None], dtype=pl.Int32))
    return found.cast(pl.Date)


def _choice(
    rng: np.random.Generator, words: tuple[str | None, ...], n: int
) -> pl.Series:
    return pl.Series(words, dtype=pl.String).gather(rng.integers(0, len(words), n))


def _maybe(
    rng: np.random.Generator, values: NDArray[np.float64] | Ints, share: float
) -> pl.Series:
    """Return values of which a share is known."""
    known = pl.Series(rng.random(len(values)) < share)
    return pl.Series(values).zip_with(known, pl.Series([None], dtype=pl.Float64))


def _customers(rng: np.random.Generator, ids: pl.Series) -> pl.DataFrame:
    n = len(ids)
    is_abroad = rng.random(n) < 0.05
    home, away = rng.integers(0, len(HOMES), n), rng.integers(0, len(ABROAD), n)

    def of(place: int) -> pl.Series:
        there = pl.Series([one[place] for one in HOMES]).gather(home)
        far = pl.Series([one[place] for one in ABROAD]).gather(away)
        return far.zip_with(pl.Series(is_abroad), there)

    country = pl.Series([one[0] for one in ABROAD]).gather(away)
    country = country.zip_with(pl.Series(is_abroad), pl.Series(["CN"]))
    province = pl.Series([one[0] for one in HOMES]).gather(home)
    province = province.zip_with(
        pl.Series(~is_abroad), pl.Series([None], dtype=pl.String)
    )

    def counts(top: int, share: float) -> pl.Series:
        return _maybe(rng, rng.integers(0, top, n).astype(np.float64), share)

    def money(mean: float, share: float) -> pl.Series:
        return _maybe(rng, np.rint(rng.lognormal(mean, 1.0, n) * 100) / 100, share)

    group = pl.Series(rng.random(n) < 0.05)
    group_id = _code("G", rng.integers(0, max(1, n // 60), n), 6)
    registered = rng.integers(FIRST - 1000, FIRST, n)
    closed = rng.integers(FIRST, LAST + 1, n)
    nobody = pl.Series([None], dtype=pl.String)
    return pl.DataFrame(
        {
            "customer_id": ids,
            "type": _choice(rng, TYPES, n),
            "legal_form": _choice(rng, FORMS, n),
            "industry": _choice(rng, INDUSTRIES, n),
            "employees": counts(500, 0.7),
            "annual_revenue": money(14.0, 0.6),
            "income_band": _choice(rng, BANDS, n),
            "country": country,
            "province": province,
            "city": of(1),
            "latitude": of(2) + np.round(rng.normal(0, 0.2, n), 5),
            "longitude": of(3) + np.round(rng.normal(0, 0.2, n), 5),
            "registered_on": _days(registered),
            "closed_on": _days(closed, rng.random(n) < 0.01),
            "group_id": group_id.zip_with(group, nobody),
            "credit_limit": money(9.0, 0.6),
            "open_orders": money(7.0, 0.1),
            "cities_covered": counts(12, 0.3),
            "towns_covered": counts(60, 0.3),
            "stores_served": counts(200, 0.3),
            "decoration_firms_served": counts(40, 0.3),
            "warehouse_m2": counts(3000, 0.3),
            "delivery_staff": counts(20, 0.3),
            "annual_projects": counts(80, 0.3),
            "developer_rank": counts(300, 0.1),
            "annual_purchases": money(11.0, 0.5),
            "supplier_switches": counts(5, 0.3),
            "external_rating": counts(101, 0.3),
            "flags": _choice(rng, FLAGS, n),
            "lateness": np.maximum(rng.normal(0.0, 15.0, n), -20.0),
        }
    )


def _invoices(
    rng: np.random.Generator, sales: pl.DataFrame, customers: pl.DataFrame
) -> pl.DataFrame:
    """One for each order of sales, with the payer's habit beside it."""
    cents = (pl.col("amount") * 100).round().cast(pl.Int64)
    found = (
        sales.filter(pl.col("amount") > 0)
        .group_by("order_id")
        .agg(
            pl.col("customer_id").first(),
            issued_on=pl.col("date").max(),
            cents=cents.sum(),
        )
        .sort("issued_on", "order_id")
        .join(
            customers.select("customer_id", "lateness"),
            on="customer_id",
            maintain_order="left",
        )
    )
    terms = 30 * rng.integers(0, 4, len(found))
    return found.with_columns(
        invoice_id="IN" + pl.col("order_id").str.slice(2),
        due_on=pl.col("issued_on") + pl.Series(terms) * pl.duration(days=1),
    )


def _settled(
    rng: np.random.Generator, invoices: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return invoices with disputes and write-offs, and the payments."""
    n = len(invoices)
    issued, due = (
        invoices[name].to_physical().to_numpy().astype(np.int64)
        for name in ("issued_on", "due_on")
    )
    cents = invoices["cents"].to_numpy()
    habit = invoices["lateness"].to_numpy()
    paid_on = np.maximum(due + np.rint(habit + rng.normal(0, 6, n)).astype(int), issued)
    kind = rng.random(n)
    in_two, never = kind < 0.08, kind > 0.96
    first = np.where(in_two, cents // 2, cents)
    rest_on = paid_on + rng.integers(1, 90, n)
    whole = pl.DataFrame(
        {
            "invoice_id": invoices["invoice_id"],
            "paid_on": paid_on,
            "cents": first,
            "there": ~never & (first > 0),
        }
    )
    rest = whole.with_columns(
        paid_on=pl.Series(rest_on), cents=pl.Series(cents - first),
        there=pl.Series(in_two & (cents > first)),
    )  # fmt: skip
    payments = (
        pl.concat([whole, rest])
        .filter(pl.col("there") & (pl.col("paid_on") <= LAST))
        .sort("paid_on", "invoice_id")
        .with_row_index("number")
        .select(
            payment_id="PY" + pl.col("number").cast(pl.String).str.zfill(8),
            invoice_id="invoice_id",
            paid_on=pl.col("paid_on").cast(pl.Int32).cast(pl.Date),
            amount=pl.col("cents") / 100,
        )
    )
    gone_on = due + 180
    lost = never & (rng.random(n) < 0.3) & (gone_on <= LAST)
    doubt_on = issued + rng.integers(1, 40, n)
    doubted = (rng.random(n) < 0.01) & (doubt_on <= LAST)
    ended_on = doubt_on + rng.integers(1, 120, n)
    ended = doubted & (rng.random(n) < 0.7) & (ended_on <= LAST)
    invoices = invoices.select(
        "customer_id",
        "invoice_id",
        "issued_on",
        "due_on",
        amount=pl.col("cents") / 100,
        written_off_on=_days(gone_on, lost),
        disputed_on=_days(doubt_on, doubted),
        resolved_on=_days(ended_on, ended),
    )
    return invoices, payments


def _costs(rng: np.random.Generator, ids: pl.Series) -> pl.DataFrame:
    n = len(ids)
    return pl.DataFrame(
        {
            "customer_id": ids.gather(rng.integers(0, n, n)),
            "date": _days(np.sort(rng.integers(FIRST, LAST + 1, n))),
            "kind": _choice(rng, ("service", "rebate", "freight"), n),
            "amount": np.rint(rng.lognormal(4.0, 1.0, n) * 100) / 100,
        }
    )


def _projects(rng: np.random.Generator, ids: pl.Series) -> pl.DataFrame:
    """Projects with one record or two; the second says a later stage."""
    n = max(1, 3 * len(ids) // 10)
    starts = rng.integers(FIRST, LAST + 300, n)
    recorded = np.minimum(starts - rng.integers(30, 200, n), LAST - 1)
    stage = rng.integers(0, 4, n)
    first = pl.DataFrame(
        {
            "customer_id": ids.gather(rng.integers(0, len(ids), n)),
            "project_id": _code("PR", np.arange(n), 7),
            "recorded_on": _days(recorded),
            "starts_on": _days(starts),
            "ends_on": _days(starts + rng.integers(20, 900, n)),
            "stage": pl.Series(STAGES).gather(stage),
            "area_m2": rng.integers(50, 20_000, n).astype(np.float64),
            "value": np.rint(rng.lognormal(10.0, 1.2, n) * 100) / 100,
        }
    )
    later_on = recorded + rng.integers(1, 200, n)
    further = np.minimum(stage + rng.integers(1, 4, n), len(STAGES) - 1)
    second = first.with_columns(
        recorded_on=_days(later_on), stage=pl.Series(STAGES).gather(further)
    ).filter(pl.Series((rng.random(n) < 0.4) & (later_on <= LAST)))
    return pl.concat([first, second]).sort("recorded_on", "project_id")


def main() -> None:
    """Make the tables asked for and print their folders."""
    parser = argparse.ArgumentParser(description="Make all tables of a trade.")
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000])
    for rows in parser.parse_args().rows:
        print(books(rows))


if __name__ == "__main__":
    main()
