"""What replaying three years of quarters costs, against one review of the last day.

The jobs take turns, each a process of its own, from the Parquet file to the decisions:

- ``review``: reads the sales, and runs one review of the ``company`` policy on
  1 July 2026 on an empty journal in memory; nothing is committed.
- ``one``: reads the same sales, and replays that one day; a replay works out only what
  tiers rest on, and so costs less than a review, which also gives labels.
- ``simulate``: reads the same sales, and replays the twelve quarter ends from October
  2023 to July 2026 with the same policy, tiers remembered from each to the next.

With ``--policies 2`` the last job replays a stricter policy beside the first. The
policy was fitted before, and all load it. The aim is at most 4 reviews, reading
included. Read the ratio of CPU seconds where others use the machine.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from datetime import date
from pathlib import Path
from time import perf_counter

from attrs import evolve
from run import Cost, measure
from sales import cached

import custseg as cs
from custseg.adapters.stores import open_journal
from custseg.simulation.simulating import simulate

HERE = Path(__file__)
QUARTERS = [date(2023, 10, 1)]
QUARTERS += [date(year, month, 1) for year in (2024, 2025) for month in (1, 4, 7, 10)]
QUARTERS += [date(2026, month, 1) for month in (1, 4, 7)]


def read(sales: Path, fitted: cs.FittedPolicy) -> cs.Ledger:
    """Read what the policy can use."""
    columns = {name.split(".")[1] for name in fitted.plan.columns}
    return cs.Ledger.from_files(sales, currency="CNY", only=columns)


def review(sales: Path, fitted: cs.FittedPolicy) -> str:
    """Run one review; say how it went."""
    ledger = read(sales, fitted)
    read_at = perf_counter()
    found = fitted.review(ledger, open_journal(":memory:"), on=QUARTERS[-1])
    return f"{found.held()} review={perf_counter() - read_at:.2f}"


def replays(
    sales: Path, fitted: cs.FittedPolicy, dates: list[date], policies: int
) -> str:
    """Replay some quarters; say how it went."""
    ledger = read(sales, fitted)
    read_at = perf_counter()
    every = [fitted] * policies
    if policies > 1:
        grading = fitted.tree.grading
        moves = evolve(grading.moves, confirm_down=1)
        tree = evolve(fitted.tree, grading=evolve(grading, moves=moves))
        every[1] = evolve(fitted, tree=tree)
    past = simulate(ledger, every, dates=dates)
    return f"{past.held(past.policies[0])} simulate={perf_counter() - read_at:.2f}"


def main() -> None:
    """Run a job, or all of them in turns."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--policies", type=int, choices=(1, 2), default=1)
    parser.add_argument("--job", choices=("review", "one", "simulate"))
    arguments = parser.parse_args()
    sales = cached(arguments.rows)
    kept = sales.with_suffix(".fitted.json")
    if arguments.job:
        fitted = cs.load_fitted(kept)
        dates = QUARTERS if arguments.job == "simulate" else QUARTERS[-1:]
        print(
            review(sales, fitted)
            if arguments.job == "review"
            else replays(sales, fitted, dates, arguments.policies)
        )
        return
    policy = cs.load_policy("company")
    columns = {name.split(".")[1] for name in policy.columns}
    ledger = cs.Ledger.from_files(sales, currency="CNY", only=columns)
    policy.fit(ledger, as_of=date(2026, 6, 30)).save(kept)
    del ledger
    costs: dict[str, list[Cost]] = {"review": [], "one": [], "simulate": []}
    for number in range(1, arguments.rounds + 1):
        for job, runs in costs.items():
            options = [f"--rows={arguments.rows}", f"--policies={arguments.policies}"]
            command = [sys.executable, str(HERE), f"--job={job}", *options]
            cost, printed = measure(command)
            runs.append(cost)
            print(
                f"round {number} {job}: {cost.wall_seconds:.2f} s, "
                f"{cost.cpu_seconds:.2f} CPU s; {printed}",
                file=sys.stderr,
            )
    print("| job | median s | median CPU s | peak MiB |\n|---|--:|--:|--:|")
    medians = {}
    for job, runs in costs.items():
        wall = statistics.median(run.wall_seconds for run in runs)
        cpu = statistics.median(run.cpu_seconds for run in runs)
        peak = max(run.peak_bytes for run in runs) / 2**20
        medians[job] = (wall, cpu)
        print(f"| {job} | {wall:.2f} | {cpu:.2f} | {peak:,.0f} |")
    for base in ("review", "one"):
        pairs = zip(medians["simulate"], medians[base], strict=True)
        walls, cpus = (whole / part for whole, part in pairs)
        print(f"simulate / {base}: {walls:.2f} wall, {cpus:.2f} CPU")


if __name__ == "__main__":
    main()
