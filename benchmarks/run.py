"""Run benchmark jobs side by side and print what they cost as Markdown tables.

Each run is a fresh process, and the jobs take turns (A B C, A B C, ...), so that a
noisy quarter of an hour falls on all of them alike. Read the ratios, not the seconds.
With several sizes, a last table tells whether the time grows as the rows do.
The wall time is that of the whole process, start of Python and imports included; what
CPU seconds and peak memory are, ``process_tree.py`` says.

Limits: peak memory includes pages of the file that the process has mapped.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq
from process_tree import Cost, measure
from sales import cached

__all__ = ["JOBS", "Cost", "bytes_read", "linearity", "measure", "table"]

HERE = Path(__file__).parent

JOBS: dict[str, tuple[str, ...]] = {
    "custseg": ("custseg_job.py",),
    "custseg_rfm": ("custseg_job.py", "--policy", str(HERE / "rfm.toml")),
    "polars": ("peer_polars.py",),
    "polars_categorical": ("peer_polars.py", "--way", "categorical-streaming"),
    "duckdb": ("peer_duckdb.py",),
    "pandas": ("peer_pandas.py",),
    "read": ("peer_encode.py", "--way", "read_only"),
    "read_both": ("peer_encode.py", "--way", "read_only", "--ids", "both"),
    "encode": ("peer_encode.py", "--way", "polars_categorical"),
    "encode_both": ("peer_encode.py", "--way", "duckdb_join", "--ids", "both"),
    "rfm_openretailscience": ("peer_rfm.py", "--way", "openretailscience"),
    "rfm_lifetimes": ("peer_rfm.py", "--way", "lifetimes"),
    "rfm_rfm": ("peer_rfm.py", "--way", "rfm"),
}
"""Script and options of each job; ``--sales FILE`` is added."""


def bytes_read(sales: Path) -> int:
    """Return the bytes of the file's five columns, as Arrow holds them.

    They are counted row group by row group, so that this process stays small.

    Parameters
    ----------
    sales : Path
        A file of ``sales.py``.
    """
    with pq.ParquetFile(sales) as file:
        return sum(batch.nbytes for batch in file.iter_batches(batch_size=100_000))


def table(costs: dict[str, list[Cost]], *, base: str, held_bytes: int) -> str:
    """Return the costs as a Markdown table.

    Parameters
    ----------
    costs : dict of str to list of Cost
        The runs of each job, at least one.
    base : str
        Job whose median is 1.00 in the column of ratios.
    held_bytes : int
        What the columns of the file take in memory: 1.0 in the column of peaks.

    Returns
    -------
    str
        One row for each job, in the order of ``costs``.
    """
    medians = {
        job: statistics.median(run.wall_seconds for run in runs)
        for job, runs in costs.items()
    }
    head = "| job | median s | min s | max s | CPU s | peak MiB | peak / columns"
    lines = [f"{head} | x {base} |", "|---|--:|--:|--:|--:|--:|--:|--:|"]
    for job, runs in costs.items():
        walls = [run.wall_seconds for run in runs]
        cpu = statistics.median(run.cpu_seconds for run in runs)
        peak = max(run.peak_bytes for run in runs)
        lines.append(
            f"| {job} | {medians[job]:.2f} | {min(walls):.2f} | {max(walls):.2f} "
            f"| {cpu:.2f} | {peak / 2**20:,.0f} | {peak / held_bytes:.1f} "
            f"| {medians[job] / medians[base]:.2f} |"
        )
    return "\n".join(lines)


def linearity(costs: dict[int, dict[str, list[Cost]]]) -> str:
    """Return the median seconds for a million rows, size by size, as Markdown.

    Parameters
    ----------
    costs : dict of int to dict of str to list of Cost
        By rows and job.

    Returns
    -------
    str
        One row for each job. Equal numbers in a row mean that time grows as rows do;
        at small sizes the start of Python and imports weigh more.
    """
    sizes = " | ".join(f"{rows:,}" for rows in costs)
    lines = [f"| job, s per million rows | {sizes} |"]
    lines.append("|---" + "|--:" * len(costs) + "|")
    for job in next(iter(costs.values())):
        figures = [
            statistics.median(run.wall_seconds for run in jobs[job]) / (rows / 1e6)
            for rows, jobs in costs.items()
        ]
        lines.append(f"| {job} | " + " | ".join(f"{one:.2f}" for one in figures) + " |")
    return "\n".join(lines)


def _interpreters(
    pairs: Sequence[str], parser: argparse.ArgumentParser
) -> dict[str, str]:
    """Read ``JOB=PATH`` pairs."""
    found = {}
    for pair in pairs:
        job, equals, path = pair.partition("=")
        if not equals or job not in JOBS:
            parser.error(f"--python wants JOB=PATH with a job of the table, got {pair}")
        found[job] = path
    return found


def main() -> None:
    """Read the command line, run the jobs in turns, print the table."""
    parser = argparse.ArgumentParser(description="Benchmarks side by side.")
    parser.add_argument(
        "jobs", nargs="+", choices=JOBS, metavar="JOB", help=", ".join(JOBS)
    )
    parser.add_argument(
        "--rows", type=int, nargs="+", default=[1_000_000], help="one or more sizes"
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--goods", action="store_true", help="lines that say category and brand"
    )
    parser.add_argument("--base", help="job that the ratios refer to; else the first")
    parser.add_argument(
        "--python",
        action="append",
        default=[],
        metavar="JOB=PATH",
        help="interpreter of another environment for one job",
    )
    arguments = parser.parse_args()
    base = arguments.base or arguments.jobs[0]
    if base not in arguments.jobs:
        parser.error(f"--base must be one of the jobs that run, got {base}")
    if arguments.rounds < 1:
        parser.error(f"--rounds must be 1 or more, got {arguments.rounds}")
    interpreters = _interpreters(arguments.python, parser)
    by_size: dict[int, dict[str, list[Cost]]] = {}
    for rows in arguments.rows:
        sales = cached(rows, goods=arguments.goods)
        by_size[rows] = _taking_turns(
            arguments.jobs, sales, rounds=arguments.rounds, interpreters=interpreters
        )
        print(f"\n{rows:,} rows, {arguments.rounds} rounds\n")
        print(table(by_size[rows], base=base, held_bytes=bytes_read(sales)))
    if len(by_size) > 1:
        print(f"\n{linearity(by_size)}")


def _taking_turns(
    jobs: Sequence[str], sales: Path, *, rounds: int, interpreters: dict[str, str]
) -> dict[str, list[Cost]]:
    costs: dict[str, list[Cost]] = {job: [] for job in jobs}
    for round_number in range(1, rounds + 1):
        for job, runs in costs.items():
            script, *options = JOBS[job]
            python = interpreters.get(job, sys.executable)
            command = [python, str(HERE / script), *options, "--sales", str(sales)]
            cost, printed = measure(command)
            runs.append(cost)
            print(
                f"round {round_number} {job}: {cost.wall_seconds:.2f} s; {printed}",
                file=sys.stderr,
            )
    return costs


if __name__ == "__main__":
    main()
