"""Run benchmark jobs side by side and print what they cost as a Markdown table.

Each run is a fresh process, and the jobs take turns (A B C, A B C, ...), so that a
noisy quarter of an hour falls on all of them alike. Read the ratios, not the seconds.
The wall time is that of the whole process, start of Python and imports included. CPU
seconds and peak memory are what the system reports of that process when it ends.

Limits: children of a child are counted only when it has waited for them; peak memory
includes pages of the file that the process has mapped. Needs ``os.wait4``, so not on
Windows.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from sales import cached

__all__ = ["JOBS", "Cost", "measure", "table"]

HERE = Path(__file__).parent

JOBS: dict[str, tuple[str, ...]] = {
    "custseg": ("custseg_job.py",),
    "custseg_rfm": ("custseg_job.py", "--policy", str(HERE / "rfm.toml")),
    "polars": ("peer_polars.py",),
    "polars_categorical": ("peer_polars.py", "--way", "categorical-streaming"),
    "duckdb": ("peer_duckdb.py",),
    "read": ("peer_encode.py", "--way", "read_only"),
    "read_both": ("peer_encode.py", "--way", "read_only", "--ids", "both"),
    "encode": ("peer_encode.py", "--way", "polars_categorical"),
    "encode_both": ("peer_encode.py", "--way", "duckdb_join", "--ids", "both"),
    "rfm_openretailscience": ("peer_rfm.py", "--way", "openretailscience"),
    "rfm_lifetimes": ("peer_rfm.py", "--way", "lifetimes"),
    "rfm_rfm": ("peer_rfm.py", "--way", "rfm"),
}
"""Script and options of each job; ``--sales FILE`` is added."""

# ru_maxrss is in bytes on macOS and in kibibytes elsewhere.
RSS_UNIT_BYTES = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took.

    Parameters
    ----------
    wall_seconds, cpu_seconds : float
        From start to end of the process; user and system time of all its threads.
    peak_bytes : int
        Largest resident set.
    """

    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int


def measure(command: Sequence[str]) -> tuple[Cost, str]:
    """Run a command to its end; return its cost and what it printed.

    Parameters
    ----------
    command : sequence of str
        Program and arguments; what it prints on standard error is shown.

    Returns
    -------
    cost : Cost
    printed : str
        Standard output, stripped.

    Raises
    ------
    RuntimeError
        When the command does not end with status 0.
    """
    began = perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    with child.stdout:
        printed = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    wall = perf_counter() - began
    # wait4 has reaped the child: Popen must not wait for it again.
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise RuntimeError(
            f"{' '.join(command)} ended with status {child.returncode}; its message "
            "stands above. Run it alone to look closer."
        )
    cost = Cost(
        wall_seconds=wall,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        peak_bytes=usage.ru_maxrss * RSS_UNIT_BYTES,
    )
    return cost, printed.strip()


def table(costs: dict[str, list[Cost]], *, base: str) -> str:
    """Return the costs as a Markdown table.

    Parameters
    ----------
    costs : dict of str to list of Cost
        The runs of each job, at least one.
    base : str
        Job whose median is 1.00 in the column of ratios.

    Returns
    -------
    str
        One row for each job, in the order of ``costs``.
    """
    medians = {
        job: statistics.median(run.wall_seconds for run in runs)
        for job, runs in costs.items()
    }
    lines = [
        f"| job | median s | min s | max s | CPU s | peak MiB | x {base} |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for job, runs in costs.items():
        walls = [run.wall_seconds for run in runs]
        cpu = statistics.median(run.cpu_seconds for run in runs)
        peak = max(run.peak_bytes for run in runs) / 2**20
        lines.append(
            f"| {job} | {medians[job]:.2f} | {min(walls):.2f} | {max(walls):.2f} "
            f"| {cpu:.2f} | {peak:,.0f} | {medians[job] / medians[base]:.2f} |"
        )
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
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
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
    sales = cached(arguments.rows)
    costs: dict[str, list[Cost]] = {job: [] for job in arguments.jobs}
    for round_number in range(1, arguments.rounds + 1):
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
    print(f"\n{arguments.rows:,} rows, {arguments.rounds} rounds\n")
    print(table(costs, base=base))


if __name__ == "__main__":
    main()
