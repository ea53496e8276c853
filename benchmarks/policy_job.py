"""custseg's whole job by one policy, from the tables of a trade to labels and tiers.

Beside the labels, the features can be written out, to be held against another
program's. With ``--only-used`` the tables that the policy never looks at are not given
to it: the difference to giving all is what features cost that a policy does not use.
"""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from time import perf_counter

import pyarrow as pa
import pyarrow.parquet as pq

import custseg as cs
from custseg.units import Unit

SELLER = cs.Seller(
    country="CN",
    sites=[cs.Site(city="佛山", province="广东", latitude=23.02, longitude=113.12)],
)
TABLES = ("customers", "invoices", "payments", "costs", "projects")
QUANTITY_STEPS = 10_000


def answer(
    books: Path, as_of: date, policy: cs.Policy, *, only_used: bool
) -> cs.Result:
    """Do the main job."""
    tables = TABLES
    if only_used:
        used = {column.partition(".")[0] for column in policy.columns}
        tables = tuple(name for name in TABLES if name in used)
    further = {name: books / f"{name}.parquet" for name in tables}
    return cs.segment(
        books / "sales.parquet",
        as_of=as_of,
        policy=policy,
        currency="CNY",
        seller=SELLER,
        **further,
    )


def features_of(result: cs.Result, names: list[str]) -> pa.Table:
    """Return features as columns; amounts in cents, texts as texts."""
    columns = {"customer_id": pa.array(result.customer_ids, pa.string())}
    for name in names:
        column = result.outcome.table[name]
        mask = None if column.known is None else ~column.known
        if column.unit is Unit.TEXT:
            codes = pa.array(column.values, pa.int32(), mask=mask)
            words = pa.array(list(column.words), pa.string())
            columns[name] = pa.DictionaryArray.from_arrays(codes, words).cast(
                pa.string()
            )
            continue
        values = column.values
        if column.unit is Unit.QUANTITY:
            values = values // QUANTITY_STEPS
        columns[name] = pa.array(values, mask=mask)
    return pa.table(columns)


def main() -> None:
    """Run one job and print its seconds, without imports and without ``--out``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--books", type=Path, required=True, help="folder of trade.py")
    parser.add_argument("--policy", required=True)
    parser.add_argument("--as-of", type=date.fromisoformat, default=date(2026, 6, 30))
    parser.add_argument("--only-used", action="store_true")
    parser.add_argument("--features", help="to write out, names with commas between")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    began = perf_counter()
    policy = cs.load_policy(arguments.policy)
    result = answer(
        arguments.books, arguments.as_of, policy, only_used=arguments.only_used
    )
    labels = {family: column.values for family, column in result.outcome.labels.items()}
    tier = result.outcome.grade.tier.values
    seconds = perf_counter() - began
    print(f"rows={len(tier)} families={len(labels)} seconds={seconds:.3f}")
    if arguments.out is not None:
        table = features_of(result, arguments.features.split(","))
        pq.write_table(table, arguments.out)


if __name__ == "__main__":
    main()
