"""Every packaged policy against a Polars program that only works out its features.

custseg does its whole job: reads and checks the tables, measures the features, learns
what percentiles and prices it compares with, scores, labels, grades. The program in
``peer_policy_polars`` gives the features of the same policy and nothing beyond, each
written as an expert would. Both read the same Parquet files, each run in a process of
its own, in turns.

Before anything is timed, the features of both are compared on a small trade, customer
by customer, and nothing is timed where they differ. Counts, money and texts must be
equal; other numbers may differ by 1e-8, places among prices by what their knots allow.

A third job runs custseg with only those tables that the policy looks at: the rest is
what it costs to hand over tables whose features it does not use.

Limits: features of contacts, answers and outside events are unknown to both, since the
trade has no such tables. The Polars program relies on books that are clean.

    python benchmarks/policies.py --rows 10000000 --rounds 3
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from machine import described, versions
from process_tree import measure
from report import fill, kept, least, machine_line, table, write
from trade import books

import custseg as cs

__all__ = ["POLICIES", "differences"]

HERE = Path(__file__).resolve().parent
DOCS = HERE.parent / "docs" / "explanation"

POLICIES = (
    "company",
    "lighting",
    "frozen_goods",
    "building_materials",
    "building_materials_grading",
)

JOBS = {
    "custseg": "custseg, the whole job",
    "polars": "Polars, the features only",
    "only_used": "custseg, given only the tables it uses",
}

# What is never in these books, so unknown for everybody.
UNTOLD = ("interactions", "feedback", "events")

TOLERANCE = 1e-8
OF_FEATURE = {"price_position": 2e-3, "net_price_position": 2e-2}


def features_of(policy: str) -> list[str]:
    """Return the features that a policy measures and these books can tell."""
    plan = cs.load_policy(policy).plan
    return [
        name
        for name, feature, _ in (*plan.features, *plan.watched)
        if not all(need.startswith(UNTOLD) for need in feature.needs)
    ]


def differences(base: pa.Table, other: pa.Table) -> list[str]:
    """Return which features are not the same, in sentences; empty when all are.

    Parameters
    ----------
    base, other : pyarrow.Table
        One row per customer, in any order, with the same columns.
    """
    base, other = (one.sort_by("customer_id").combine_chunks() for one in (base, other))
    if not base["customer_id"].equals(other["customer_id"].cast(pa.string())):
        return [f"{other.num_rows} customers against {base.num_rows}, or others"]
    found = []
    for name in base.column_names[1:]:
        left, right = base[name], other[name]
        near = OF_FEATURE.get(name, TOLERANCE)
        if pa.types.is_string(left.type) or pa.types.is_boolean(left.type):
            same = pc.equal(left, right.cast(left.type))
        else:
            left, right = left.cast(pa.float64()), right.cast(pa.float64())
            same = pc.less_equal(pc.abs(pc.subtract(left, right)), near)
        both_null = pc.and_(pc.is_null(left), pc.is_null(right))
        unlike = pc.invert(pc.or_(pc.fill_null(same, fill_value=False), both_null))
        count = pc.sum(unlike).as_py()
        if count:
            at = pc.index(unlike, value=True).as_py()
            found.append(
                f"{name} differs for {count} of {base.num_rows}, first "
                f"{base['customer_id'][at]}: {right[at]} against {left[at]}"
            )
    return found


def _command(job: str, policy: str, folder: Path) -> list[str]:
    if job == "polars":
        script = HERE / "peer_policy_polars" / "job.py"
        options = ["--features", ",".join(features_of(policy))]
    else:
        script = HERE / "policy_job.py"
        options = ["--policy", policy, *(["--only-used"] * (job == "only_used"))]
    return [sys.executable, str(script), "--books", str(folder), *options]


def check(policy: str, folder: Path) -> list[str]:
    """Return how the features of both programs differ on some books."""
    names = ",".join(features_of(policy))
    with tempfile.TemporaryDirectory() as place:
        ours, theirs = Path(place) / "custseg.parquet", Path(place) / "polars.parquet"
        command = _command("custseg", policy, folder)
        measure([*command, "--features", names, "--out", str(ours)])
        measure([*_command("polars", policy, folder), "--out", str(theirs)])
        return differences(pq.read_table(ours), pq.read_table(theirs))


def run(policies: Sequence[str], *, rows: int, rounds: int, out: Path) -> None:
    """Time the jobs of each policy in turns; write the figures after each policy."""
    folder = books(rows)
    found: dict[str, Any] = {}
    measured = {
        "day": datetime.now(UTC).date().isoformat(),
        "machine": described(),
        "versions": versions(sys.executable),
        "rounds": rounds,
        "rows": {
            name.stem: pq.read_metadata(name).num_rows
            for name in sorted(folder.glob("*.parquet"))
        },
        "policies": found,
    }
    for policy in policies:
        runs: dict[str, list[dict[str, float]]] = {job: [] for job in JOBS}
        for at in range(1, rounds + 1):
            for job, costs in runs.items():
                cost, said = measure(_command(job, policy, folder))
                costs.append(kept(cost))
                print(
                    f"{policy} {at} {job} {cost.wall_seconds:.2f} s; {said}",
                    file=sys.stderr,
                )
        found[policy] = {"features": len(features_of(policy)), "runs": runs}
        measured["load_after"] = f"{os.getloadavg()[0]:.1f}"
        write(out, measured)


def report(measured: dict[str, Any]) -> None:
    """Put tables and plot into the page."""
    from plotting import bars

    of = ", ".join(f"{number:,} {name}" for name, number in measured["rows"].items())
    parts = [machine_line(measured, jobs=()), f"The books: {of}."]
    groups = {}
    for policy, found in measured["policies"].items():
        parts.append(f"`{policy}`, {found['features']} features:")
        parts.append(
            table(found["runs"], base="custseg", names=JOBS, rounds=measured["rounds"])
        )
        groups[policy] = {
            JOBS[job]: least(runs, "wall_seconds")
            for job, runs in found["runs"].items()
        }
    bars(DOCS / "benchmarks-policies.svg", groups=groups, axis="least seconds")
    parts.append("![Each policy: least seconds](benchmarks-policies.svg)")
    fill(DOCS / "benchmarks.md", "policies", "\n\n".join(parts))


def main() -> None:
    """Compare, time, and make the report."""
    parser = argparse.ArgumentParser(description="The policies against Polars.")
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--policies", nargs="+", choices=POLICIES, default=POLICIES)
    parser.add_argument("--check-rows", type=int, default=100_000)
    parser.add_argument("--check-only", action="store_true")
    parser.add_argument(
        "--json", type=Path, default=HERE / "measured" / "policies.json"
    )
    parser.add_argument(
        "--report", action="store_true", help="only from the JSON into the page"
    )
    parser.add_argument(
        "--figures-only", action="store_true", help="write the JSON, not the page"
    )
    arguments = parser.parse_args()
    if not arguments.report:
        unlike = False
        for policy in arguments.policies:
            found = check(policy, books(arguments.check_rows))
            print(f"{policy}: {'; '.join(found) or 'features equal'}", file=sys.stderr)
            unlike = unlike or bool(found)
        if unlike or arguments.check_only:
            sys.exit(int(unlike))
        run(
            arguments.policies,
            rows=arguments.rows,
            rounds=arguments.rounds,
            out=arguments.json,
        )
    if not arguments.figures_only:
        report(json.loads(arguments.json.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
