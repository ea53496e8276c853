"""All the comparisons in one go: every peer, growing sizes, a table and a plot.

custseg and its peers answer the same question from the same file, each run as a process
of its own, in turns: a noisy quarter of an hour falls on all alike. Before anything is
timed, the peers that are to give the same answer are compared with custseg, customer by
customer, on the smallest size; where they differ nothing is timed.

The figures go into a JSON file, and from that file alone into the documentation: the
tables between the comments of ``docs/explanation/benchmarks.md`` and the plots beside
it. ``--report`` makes them again without running anything.

Limits: peers of one group that mean something else by RFM are not compared, only timed.
A job that takes longer than ``--stop-after`` is not run on larger sizes, and the table
says so. A ratio of one machine and one day is no promise, so no test asserts one.

    python benchmarks/suite.py --rows 100000 1000000 10000000 --rounds 3 \\
        --python rfm_openretailscience=rfm-env/bin/python
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from compare import differences
from machine import described, versions
from process_tree import Failed, measure
from report import fill, kept, least, machine_line, table, write
from run import JOBS
from sales import cached

__all__ = ["GROUPS", "Group"]

HERE = Path(__file__).resolve().parent
DOCS = HERE.parent / "docs" / "explanation"
PAGE = DOCS / "benchmarks.md"


@dataclass(frozen=True, slots=True)
class Group:
    """Jobs on the same work.

    Parameters
    ----------
    jobs : dict of str to str
        By the names in ``run.py``, how they are called in the table.
    same : bool
        Whether all give the same answer, which is then held against custseg's.
    goods : bool
        Whether the lines say category and brand.
    """

    title: str
    jobs: dict[str, str]
    same: bool = True
    goods: bool = False

    @property
    def base(self) -> str:
        """The job of custseg, to which the ratios refer."""
        return next(iter(self.jobs))


GROUPS = {
    "profile": Group(
        "A customer profile",
        {
            "custseg": "custseg",
            "polars": "Polars",
            "duckdb": "DuckDB SQL",
            "pandas": "pandas",
        },
    ),
    "goods": Group(
        "A customer profile with categories, brands and prices",
        {"custseg": "custseg", "polars": "Polars"},
        goods=True,
    ),
    "rfm": Group(
        "RFM alone",
        {
            "custseg_rfm": "custseg",
            "rfm_openretailscience": "openretailscience",
            "rfm_lifetimes": "lifetimes",
            "rfm_rfm": "rfm",
        },
        same=False,
    ),
}


def run(
    names: Sequence[str],
    sizes: Sequence[int],
    *,
    rounds: int,
    pythons: dict[str, str],
    stop_after: float,
    out: Path,
) -> None:
    """Compare and time the groups; write the figures after each size.

    Parameters
    ----------
    names : sequence of str
        Of groups.
    sizes : sequence of int
        Rows of sales, rising.
    rounds : int
    pythons : dict of str to str
        Interpreters of jobs that need an environment of their own.
    stop_after : float
        Seconds from which a job is not run on larger sizes.
    out : Path
        The JSON file.
    """
    groups: dict[str, Any] = {}
    measured: dict[str, Any] = {
        "day": datetime.now(UTC).date().isoformat(),
        "machine": described(),
        "versions": versions(sys.executable),
        "apart": {},
        "rounds": rounds,
        "groups": groups,
    }
    for name in names:
        group = GROUPS[name]
        jobs = [one for one in group.jobs if _can_run(one, pythons)]
        for job in jobs:
            if job in pythons:
                measured["apart"][group.jobs[job]] = versions(pythons[job])
        if group.same:
            _check(jobs, cached(sizes[0], goods=group.goods), pythons)
        gone: dict[str, str] = {
            job: "not installed" for job in group.jobs if job not in jobs
        }
        groups[name] = {}
        for rows in sizes:
            sales = cached(rows, goods=group.goods)
            found = _in_turns(
                jobs,
                sales,
                rounds=rounds,
                pythons=pythons,
                stop_after=stop_after,
                gone=gone,
            )
            groups[name][str(rows)] = {
                job: found.get(job) or gone[job] for job in group.jobs
            }
            measured["load_after"] = f"{os.getloadavg()[0]:.1f}"
            write(out, measured)


def _can_run(job: str, pythons: dict[str, str]) -> bool:
    """Say whether a library is there, in this environment or one of its own."""
    package = job.partition("rfm_")[2] if job.startswith("rfm_") else ""
    return not package or package in versions(pythons.get(job, sys.executable))


def _command(job: str, sales: Path, pythons: dict[str, str]) -> list[str]:
    script, *options = JOBS[job]
    python = pythons.get(job, sys.executable)
    return [python, str(HERE / script), *options, "--sales", str(sales)]


def _check(jobs: Sequence[str], sales: Path, pythons: dict[str, str]) -> None:
    """Hold every answer against that of the first job.

    Raises
    ------
    SystemExit
        When one differs.
    """
    with tempfile.TemporaryDirectory() as folder:
        answers = {}
        for job in jobs:
            path = Path(folder) / f"{job}.parquet"
            measure([*_command(job, sales, pythons), "--out", str(path)])
            answers[job] = pq.read_table(path)
    base = answers[jobs[0]]
    for job, answer in answers.items():
        found = differences(base, answer)
        if found:
            raise SystemExit(f"{job} differs from {jobs[0]}: {'; '.join(found)}")
        print(f"{job}: {answer.num_rows} customers, as {jobs[0]}", file=sys.stderr)


def _in_turns(
    jobs: Sequence[str],
    sales: Path,
    *,
    rounds: int,
    pythons: dict[str, str],
    stop_after: float,
    gone: dict[str, str],
) -> dict[str, list[dict[str, float]]]:
    """Time the jobs on one file; note in ``gone`` who is too slow for the next."""
    found: dict[str, list[dict[str, float]]] = {}
    slow = {}
    for at in range(1, rounds + 1):
        for job in jobs:
            if job in gone or job in slow:
                continue
            try:
                cost, _ = measure(
                    _command(job, sales, pythons), at_most=10 * stop_after
                )
            except Failed as reason:
                gone[job] = str(reason)
                found.pop(job, None)
                continue
            found.setdefault(job, []).append(kept(cost))
            print(f"{sales.stem} {at} {job} {cost.wall_seconds:.2f} s", file=sys.stderr)
            if cost.wall_seconds > stop_after:
                slow[job] = f"over {stop_after:.0f} s on fewer rows"
    gone |= slow
    return found


def report(measured: dict[str, Any]) -> None:
    """Put the tables into the page and draw the plots beside it."""
    from plotting import time_and_memory

    for name, by_size in measured["groups"].items():
        group = GROUPS[name]
        parts = [machine_line(measured, jobs=group.jobs.values())]
        for rows, runs in by_size.items():
            parts.append(f"{int(rows):,} rows of {int(rows) // 10:,} customers:")
            parts.append(
                table(
                    runs, base=group.base, names=group.jobs, rounds=measured["rounds"]
                )
            )
        if len(by_size) > 1:
            plot = f"benchmarks-{name}.svg"
            series = [_series(by_size, group, f"{what}") for what in PLOTTED]
            time_and_memory(DOCS / plot, seconds=series[0], mebibytes=series[1])
            parts.append(f"![{group.title}: time and memory by rows]({plot})")
        fill(PAGE, name, "\n\n".join(parts))


PLOTTED = ("wall_seconds", "peak_mib")


def _series(
    by_size: dict[str, Any], group: Group, what: str
) -> dict[str, list[tuple[float, float]]]:
    """Return the points of each job that ran; the least time, the most memory."""
    series = {}
    for job, name in group.jobs.items():
        points = [
            (float(rows), least(runs[job], what))
            for rows, runs in by_size.items()
            if not isinstance(runs[job], str)
        ]
        if points:
            series[name] = points
    return series


def _interpreters(pairs: Sequence[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        job, equals, path = pair.partition("=")
        if not equals or job not in JOBS:
            raise SystemExit(f"--python wants JOB=PATH with a job, got {pair}")
        found[job] = path
    return found


def main() -> None:
    """Run the suite, or make the report of a run again."""
    parser = argparse.ArgumentParser(description="Compare custseg with its peers.")
    sizes = [100_000, 1_000_000, 10_000_000]
    parser.add_argument("--rows", type=int, nargs="+", default=sizes)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--groups", nargs="+", choices=GROUPS, default=list(GROUPS))
    parser.add_argument("--python", action="append", default=[], metavar="JOB=PATH")
    parser.add_argument("--stop-after", type=float, default=60.0, metavar="SECONDS")
    parser.add_argument("--json", type=Path, default=HERE / "measured" / "suite.json")
    parser.add_argument(
        "--report", action="store_true", help="only from the JSON into the page"
    )
    parser.add_argument(
        "--figures-only", action="store_true", help="write the JSON, not the page"
    )
    arguments = parser.parse_args()
    if not arguments.report:
        run(
            arguments.groups,
            sorted(arguments.rows),
            rounds=arguments.rounds,
            pythons=_interpreters(arguments.python),
            stop_after=arguments.stop_after,
            out=arguments.json,
        )
    if not arguments.figures_only:
        report(json.loads(arguments.json.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
