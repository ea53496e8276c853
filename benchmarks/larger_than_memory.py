"""Rows that do not fit into the memory they are given: custseg against DuckDB alone.

Both go from files to files within one memory limit, each in a process of its own.
``custseg`` does the main job of ``segment_files``: every label, the score and the tier
of the ``company`` policy. ``duckdb`` answers the question of ``question.py`` in SQL as
well as we can, a good deal less: see ``peer_duckdb.py``. Its limit is DuckDB's own,
which leaves out what Python takes; custseg's is that of the whole process.

The data are copies of one file of ``sales.py`` whose customers and orders get a digit
at their ends, so ten copies of ten million lines are a hundred million, of ten times as
many customers. Limits: copies, so no two halves differ; one machine, one disk.

    python benchmarks/larger_than_memory.py --copies 10 --rows 10000000 --limit 2GB
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from datetime import date
from pathlib import Path
from time import perf_counter

AS_OF = date(2026, 6, 30)

HERE = Path(__file__).resolve()


def copies(sales: Path, folder: Path, number: int) -> Path:
    """Write copies of a file whose customers are different."""
    import duckdb

    folder.mkdir(parents=True, exist_ok=True)
    for at in range(number):
        path = folder / f"part-{at}.parquet"
        if path.exists():
            continue
        draft = path.with_suffix(".new")
        with duckdb.connect() as connection:
            connection.execute("set preserve_insertion_order = false")
            connection.execute(
                f"copy (select customer_id || '{at}' as customer_id, "
                f"order_id || '{at}' as order_id, date, amount, quantity "
                f"from '{sales}') to '{draft}' (format parquet)"
            )
        draft.rename(path)
    return folder


def run_custseg(folder: Path, limit: str, spill: Path, out: Path) -> int:
    """Do the main job; return how many customers there are."""
    from custseg.adapters.larger.segmenting import segment_files

    result = segment_files(
        folder,
        as_of=AS_OF,
        currency="CNY",
        memory_limit=limit,
        spill=spill,
        out=out,
    )
    return result.customers


def run_duckdb(folder: Path, limit: str, spill: Path, out: Path) -> int:
    """Answer the question in SQL; return how many customers there are."""
    import duckdb
    from peer_duckdb import FACTS, SCORES
    from question import Question

    question = Question(folder / "*.parquet", AS_OF)
    config = {"memory_limit": limit, "temp_directory": str(spill)}
    with duckdb.connect(config=config) as connection:
        connection.execute("set preserve_insertion_order = false")
        values = {
            "$sales": f"'{question.sales}'",
            "$as_of": f"date '{question.as_of}'",
            "$window_start": f"date '{question.window_start}'",
            "$recent_start": f"date '{question.recent_start}'",
        }
        query = f"with {FACTS}, {SCORES}"
        for name, value in values.items():
            query = query.replace(name, value)
        target = out / "answer.parquet"
        connection.execute(f"copy ({query}) to '{target}' (format parquet)")
        (found,) = connection.execute(f"select count(*) from '{target}'").fetchone()
    return found


JOBS = {"custseg": run_custseg, "duckdb": run_duckdb}


def main() -> None:
    """Run the jobs one after the other, each in a process of its own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--copies", type=int, default=10)
    parser.add_argument("--limit", default="2GB")
    parser.add_argument("--job", choices=JOBS, help="run this one here")
    parser.add_argument("--jobs", nargs="+", choices=JOBS, default=list(JOBS))
    parser.add_argument("--folder", type=Path, help="of the copies, with --job")
    arguments = parser.parse_args()
    if arguments.job:
        one_job(arguments.job, arguments.folder, arguments.limit)
        return
    from run import measure
    from sales import cached

    sales = cached(arguments.rows)
    folder = sales.parent / f"copies_{arguments.copies}_of_{arguments.rows}"
    copies(sales, folder, arguments.copies)
    print(f"{arguments.rows * arguments.copies:,} lines, limit {arguments.limit}")
    for job in arguments.jobs:
        command = [sys.executable, str(HERE), "--job", job]
        command += ["--folder", str(folder), "--limit", arguments.limit]
        try:
            cost, said = measure(command)
        except RuntimeError as error:
            print(f"{job}: failed; {str(error)[:200]}")
            continue
        peak = cost.peak_bytes / 1e6
        print(
            f"{job}: {cost.wall_seconds:.0f} s wall, {cost.cpu_seconds:.0f} s CPU, "
            f"peak {peak:.0f} MB; {said}"
        )


def one_job(job: str, folder: Path, limit: str) -> None:
    """Run one job in folders that are taken away again."""
    place = Path(tempfile.mkdtemp(prefix="custseg-bench-", dir=folder.parent))
    began = perf_counter()
    try:
        (place / "spill").mkdir()
        (place / "out").mkdir()
        customers = JOBS[job](folder, limit, place / "spill", place / "out")
        print(f"{customers:,} customers in {perf_counter() - began:.0f} s")
    finally:
        shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    main()
