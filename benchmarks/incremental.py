"""What a ledger on disk saves: a day's sales appended and everybody classified again.

The last lines of the benchmark's sales are taken as what came today. The full run reads
all files and classifies with the same fitted policy; the store has the rest already,
and an answer that it remembers. Both are timed in this process, in turns, and compared:
every label and every feature must be the same.

With ``--forms`` the columns of the store are also written as Parquet and read back, to
tell what a mapped sheet saves.
"""

from __future__ import annotations

import argparse
import gc
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from sales import cached

import custseg as cs
from custseg.adapters.ledger_store import open_ledger

TODAY, TOMORROW = "2026-06-30", "2026-07-01"


def timed(job: Callable[[], object]) -> tuple[object, float, float]:
    """Return what a job gives, its seconds, and its CPU seconds."""
    gc.collect()
    began, cpu = perf_counter(), process_time()
    done = job()
    return done, perf_counter() - began, process_time() - cpu


def same(one: cs.Result, other: cs.Result) -> bool:
    """Say whether all labels and features are the same."""
    pairs = [
        *((one.outcome.labels[k], other.outcome.labels[k]) for k in one.families),
        *((one.outcome.table[k], other.outcome.table[k]) for k in one.outcome.table),
    ]
    return bool((one.customer_ids == other.customer_ids).all()) and all(
        np.array_equal(a.is_known(), b.is_known())
        and np.array_equal(a.values[a.is_known()], b.values[a.is_known()])
        for a, b in pairs
    )


def main() -> None:
    """Read the command line, time all in turns, print a table."""
    parser = argparse.ArgumentParser(description="Appending to a ledger on disk.")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--new", type=int, default=None, help="1 %% of the rows")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--forms", action="store_true", help="Parquet beside sheets")
    asked = parser.parse_args()
    new = asked.new or asked.rows // 100
    with tempfile.TemporaryDirectory() as place:
        run(Path(place), asked.rows, new, asked.rounds)
        if asked.forms:
            forms(Path(place))


def run(place: Path, rows: int, new: int, rounds: int) -> None:
    """Time the full run and the store in turns."""
    table = pq.read_table(cached(rows))
    old, late = place / "old.parquet", place / "new.parquet"
    pq.write_table(table.slice(0, rows - new), old, compression="zstd")
    pq.write_table(table.slice(rows - new), late, compression="zstd")
    del table
    store = open_ledger(place / "store", currency="CNY")
    _, first, _ = timed(lambda: store.append(str(old)))
    fitted = cs.load_policy("company").fit(store.ledger(), as_of=TODAY)
    _, kept, _ = timed(lambda: store.classify(fitted, as_of=TODAY, remember=True))
    print(f"{rows:,} lines, {new:,} of them new")
    print(f"first writing {first:.1f} s; classified and remembered {kept:.1f} s")
    size = sum(one.stat().st_size for one in (place / "store").glob("*.sheet"))
    print(f"on disk {size / 2**20:,.0f} MiB, Parquet {old.stat().st_size / 2**20:,.0f}")

    seconds: dict[str, list[tuple[float, float]]] = {}

    def note(what: str, job: Callable[[], object]) -> object:
        done, wall, cpu = timed(job)
        seconds.setdefault(what, []).append((wall, cpu))
        return done

    files = [str(old), str(late)]
    for turn in range(rounds):
        copy = place / f"store{turn}"
        shutil.copytree(place / "store", copy)
        grown = open_ledger(copy)
        note("append", lambda g=grown: g.append(str(late)))
        result = note("same day", lambda g=grown: g.classify(fitted, as_of=TODAY))
        note("all features besides", lambda r=result: dict(r.outcome.table))
        note("a day later", lambda g=grown: g.classify(fitted, as_of=TOMORROW))

        def full() -> cs.Result:
            ledger = cs.Ledger.from_files(files, currency="CNY")
            return fitted.classify(ledger, as_of=TODAY)

        whole = note("full run", full)
        assert same(whole, result)
        shutil.rmtree(copy)
    least = {
        what: tuple(map(min, zip(*ones, strict=True))) for what, ones in seconds.items()
    }
    print("\n| what | least s | least CPU s |\n|---|--:|--:|")
    for what, (wall, cpu) in least.items():
        print(f"| {what} | {wall:.3f} | {cpu:.3f} |")
    for what in ("same day", "a day later"):
        wall, cpu = (
            least["full run"][k] / (least["append"][k] + least[what][k]) for k in (0, 1)
        )
        print(f"| full run over append and {what} | {wall:.1f} x | {cpu:.1f} x |")


def forms(place: Path) -> None:
    """Time opening the runs of a store, from its sheet and from Parquet."""
    ledger = open_ledger(place / "store").ledger()
    kept = ledger.tables.given["sales"]
    columns = {name: one.values for name, one in kept.merged.columns.items()}
    columns["day"] = kept.day
    table = pa.table({name: pa.array(one) for name, one in columns.items()})
    print("\n| runs of the sales | MiB | open and sum s | CPU s |\n|---|--:|--:|--:|")
    for name in ("none", "zstd"):
        path = place / f"{name}.parquet"
        pq.write_table(table, path, compression=name, use_dictionary=False)

        def read(path: Path = path) -> int:
            read = pq.read_table(path)
            return sum(int(np.asarray(one).sum()) for one in read.columns)

        took = [timed(read)[1:] for _ in range(3)]
        tell(f"Parquet, {name}", path.stat().st_size, took)

    def mapped() -> int:
        again = open_ledger(place / "store").ledger().tables.given["sales"]
        runs = [one.values for one in again.merged.columns.values()]
        return sum(int(one.sum()) for one in [*runs, again.day])

    tell(
        "sheet",
        sum(one.nbytes for one in columns.values()),
        [timed(mapped)[1:] for _ in range(3)],
    )


def tell(what: str, size: int, took: list[tuple[float, float]]) -> None:
    """Print a row of the table of forms."""
    wall, cpu = map(min, zip(*took, strict=True))
    print(f"| {what} | {size / 2**20:,.0f} | {wall:.3f} | {cpu:.3f} |")


if __name__ == "__main__":
    main()
