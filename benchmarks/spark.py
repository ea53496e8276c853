"""The main job by Spark and by DuckDB on this machine, from a file to written labels.

    PYTHONPATH=src python benchmarks/spark.py --sales sales.parquet

The session is started and has run one small job before the clock starts; both ways
write a row per customer as Parquet. They take turns, and the shortest time of each
counts. With ``--unweighed`` Spark does not weigh rows on their way to Python: see the
page on engines. Beside the seconds stands the time of the processors, over all
processes: on a machine that has other work to do it says more. Needs Linux, Java, and
custseg with [spark] and [duckdb].
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from time import perf_counter

import pyarrow.parquet as pq

from custseg.adapters import spark
from custseg.adapters.larger.segmenting import segment_files


def processor_seconds() -> float:
    """Return what this process and all below it have used so far."""
    parents, used = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        parents[int(path.parent.name)] = int(fields[1])
        used[int(path.parent.name)] = sum(map(int, fields[11:15]))
    mine = {os.getpid()}
    while more := {one for one, above in parents.items() if above in mine} - mine:
        mine |= more
    return sum(used[one] for one in mine) / os.sysconf("SC_CLK_TCK")


def started(cores: int, memory: str):
    """Start a session, and the Python workers with it."""
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        SparkSession.builder.master(f"local[{cores}]")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.memory", memory)
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.log.level", "ERROR")
        .getOrCreate()
    )
    rows = [("a", "2026-06-01", 5.0), ("b", "2026-06-02", 7.0)]
    small = session.createDataFrame(rows, ["customer_id", "date", "amount"])
    spark.segment(small, as_of="2026-06-30", currency="CNY", partitions=2).release()
    return session


def by_spark(session, arguments, out: Path) -> tuple[float, str, str]:
    """Classify with Spark; return seconds, the digest and the plan of the rows."""
    began = perf_counter()
    result = spark.segment(
        session.read.parquet(str(arguments.sales)),
        as_of=arguments.as_of,
        policy=arguments.policy,
        currency="CNY",
        partitions=arguments.partitions,
    )
    measured = perf_counter() - began
    result.to_spark().write.parquet(str(out))
    seconds = perf_counter() - began
    with redirect_stdout(StringIO()) as plan:
        result.features.explain()
    shuffles = len(set(re.findall(r"Exchange.*\)", plan.getvalue())))
    result.release()
    said = f"{measured:.1f} s until fitted, shuffles in the plan: {shuffles}"
    return seconds, result.fitted.digest, said


def by_duckdb(arguments, out: Path) -> tuple[float, str, str]:
    """Classify with DuckDB; return seconds, the digest and the partitions."""
    began = perf_counter()
    result = segment_files(
        arguments.sales,
        as_of=arguments.as_of,
        policy=arguments.policy,
        currency="CNY",
        memory_limit=arguments.memory.upper() + "B",
        out=out,
    )
    seconds = perf_counter() - began
    return seconds, result.fitted.digest, f"{result.partitions} partitions"


def main() -> None:
    """Print the seconds of each way, and by how much they differ."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sales", type=Path, required=True)
    parser.add_argument("--as-of", default="2026-06-30")
    parser.add_argument("--policy", default="company")
    parser.add_argument("--partitions", type=int, default=8)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--memory", default="4g")
    parser.add_argument("--turns", type=int, default=2)
    parser.add_argument("--unweighed", action="store_true")
    arguments = parser.parse_args()
    print(f"{pq.read_metadata(arguments.sales).num_rows:,} sales")
    began = perf_counter()
    session = started(arguments.cores, arguments.memory)
    if arguments.unweighed:
        session.conf.set("spark.sql.execution.arrow.maxBytesPerBatch", str(2**31 - 1))
    print(f"start of Spark: {perf_counter() - began:.1f} s, not counted")
    best = {"duckdb": float("inf"), "spark": float("inf")}
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(arguments.turns):
            digests = set()
            for name in ("duckdb", "spark"):
                before = processor_seconds()
                out = Path(folder) / f"{name}-{turn}"
                if name == "spark":
                    seconds, digest, said = by_spark(session, arguments, out)
                else:
                    seconds, digest, said = by_duckdb(arguments, out)
                digests.add(digest)
                best[name] = min(best[name], seconds)
                processors = processor_seconds() - before
                beside = f"processors {processors:.1f} s, load {os.getloadavg()[0]:.1f}"
                print(f"{name}: {seconds:.1f} s ({said}; {beside})", flush=True)
            assert len(digests) == 1, "the fitted policies differ"
    session.stop()
    print(f"spark / duckdb = {best['spark'] / best['duckdb']:.2f}")


if __name__ == "__main__":
    main()
