"""What a transition costs: one step for a million customers, against bare select.

Three ways are timed in one process, taking turns, on the same columns:

- ``custseg``: ``rules.transitions.step`` with all its rules in use: confirmations,
  dwell, steps, grace, ceilings, locks, triggers, and a reason for everybody.
- ``select``: one ``numpy.select`` that picks a new tier from five conditions on the
  same columns. It has no memory, no reasons and no checks: the least that deciding a
  tier by masks can cost.
- ``zen``: the same five conditions as a decision table of zen-engine, asked customer
  by customer, as a general rule engine is; handing each customer over is part of it. A
  sample is timed and scaled up. Left out where zen-engine is not installed.

Read the ratios, not the milliseconds. Limits: the columns are random, so that branches
cannot be foreseen; real customers mostly stay where they are.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Any

import numpy as np

from custseg.periods import as_day
from custseg.rules.tiers.holding import State
from custseg.rules.tiers.occasions import Ceiling, Due, Fired
from custseg.rules.tiers.transition_rules import Rules, Terms
from custseg.rules.tiers.transitions import step

ON = as_day("2026-10-01")
PERIOD = as_day("2026-07-01")
EARLIER = as_day("2026-04-01")
NEXT = as_day("2027-01-01")
RULES = Rules(
    3,
    up=Terms(confirmations=2, largest_step=1),
    down=Terms(confirmations=2, largest_step=1),
    grace_days=180,
    minimum_membership_days=90,
)


def customers(n: int, seed: int) -> tuple[State, dict[str, Any]]:
    """Return the state of n customers and the arguments of a run.

    Parameters
    ----------
    n : int
        How many customers.
    seed : int
        Of the random numbers.
    """
    draw = np.random.default_rng(seed)

    def pick(*values: int, kind: type = np.int8) -> np.ndarray:
        return draw.choice(np.array(values, dtype=kind), n)

    def day(low: int, high: int) -> np.ndarray:
        return draw.integers(ON + low, ON + high, n).astype(np.int32)

    locked = draw.random(n) < 0.05
    tier = pick(-1, *[0, 1, 2] * 8)
    state = State(
        tier=tier,
        since=day(-500, 0),
        up_pending=pick(0, 0, 1),
        down_pending=pick(0, 0, 1),
        counted=pick(EARLIER, EARLIER, PERIOD, kind=np.int32),
        reviewed=pick(EARLIER, EARLIER, EARLIER, PERIOD, kind=np.int32),
        grace_until=day(-300, 100),
        provisional=draw.random(n) < 0.05,
        locked_until=np.where(locked, ON + 30, ON - 500).astype(np.int32),
        lock_tier=np.where(locked, tier, -1).astype(np.int8),
        next_due=np.full(n, ON, dtype=np.int32),
    )
    earned = pick(-1, *[0, 1, 2] * 8)
    arguments = {
        "earned": earned,
        "kept": np.maximum(earned - pick(0, 0, 1), -1).astype(np.int8),
        "cap": Ceiling(pick(0, 0, 0, 0, 1, 2), pick(*[0] * 9, 2)),
        "due": Due(draw.random(n) < 0.95, PERIOD, np.full(3, NEXT, dtype=np.int32)),
        "fired": Fired(draw.random(n) < 0.1, pick(0, 0, 1, 2), draw.random(n) < 0.2),
        "rules": RULES,
        "on": ON,
    }
    return state, arguments


def by_select(state: State, given: Mapping[str, Any]) -> np.ndarray:
    """Return new tiers by one select, without memory and without reasons."""
    held, earned, kept = state.tier, given["earned"], given["kept"]
    ceiling = np.maximum(given["cap"].code, given["fired"].demote_to)
    old_enough = state.since <= ON - 90
    conditions = [
        state.locked_until >= ON,
        ceiling > held,
        (earned < 0) | ~(given["due"].review | given["fired"].review),
        (earned < held) & old_enough & (state.up_pending > 0),
        (kept > held) & old_enough & (state.down_pending > 0),
    ]
    choices = [held, ceiling, held, np.maximum(earned, held - 1), held + 1]
    return np.select(conditions, choices, default=held)


TABLE = (
    # locked, ceiling deeper, asked and known, rises, falls -> what to do
    ("true", "", "", "", "", "stay"),
    ("", "true", "", "", "", "cap"),
    ("", "", "false", "", "", "stay"),
    ("", "", "", "true", "", "up"),
    ("", "", "", "", "true", "down"),
    ("", "", "", "", "", "stay"),
)
FIELDS = ("locked", "deeper", "asked", "rises", "falls")


def zen_content() -> str:
    """Return the five conditions as a decision table of zen-engine."""
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": name, "name": name, "field": name} for name in FIELDS],
        "outputs": [{"id": "move", "name": "move", "field": "move"}],
        "rules": [
            {
                "_id": str(at),
                **dict(zip(FIELDS, row[:-1], strict=True)),
                "move": f'"{row[-1]}"',
            }
            for at, row in enumerate(TABLE)
        ],
    }
    kinds = {"in": "inputNode", "table": "decisionTableNode", "out": "outputNode"}
    nodes = [
        {"id": name, "name": name, "type": kind, "position": {"x": 0, "y": 0}}
        for name, kind in kinds.items()
    ]
    nodes[1]["content"] = table
    edges = [
        {"id": f"{one}-{two}", "sourceId": one, "targetId": two, "type": "edge"}
        for one, two in (("in", "table"), ("table", "out"))
    ]
    return json.dumps({"nodes": nodes, "edges": edges})


def zen_job(sample: int, seed: int) -> Callable[[], object] | None:
    """Return a job that asks zen-engine for each of a sample of customers."""
    try:
        import zen
    except ImportError:
        return None
    state, given = customers(sample, seed)
    held, earned = state.tier, given["earned"]
    columns = {
        "locked": state.locked_until >= ON,
        "deeper": given["cap"].code > held,
        "asked": given["due"].review & (earned >= 0),
        "rises": (earned < held) & (state.up_pending > 0),
        "falls": (given["kept"] > held) & (state.down_pending > 0),
    }
    lists = [column.tolist() for column in columns.values()]
    rows = [
        dict(zip(columns, values, strict=True)) for values in zip(*lists, strict=True)
    ]
    decision = zen.ZenEngine().create_decision(zen_content())
    moves = {decision.evaluate(row)["result"]["move"] for row in rows[:2000]}
    assert moves == {"stay", "cap", "up", "down"}, moves
    return lambda: [decision.evaluate(row) for row in rows]


def main() -> None:
    """Read the command line, let the ways take turns, print a table."""
    parser = argparse.ArgumentParser(description="One step, three ways.")
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--sample", type=int, default=20_000, help="for zen-engine")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if min(options.customers, options.sample, options.runs) < 1:
        parser.error("--customers, --sample and --runs must be 1 or more")
    state, given = customers(options.customers, options.seed)
    jobs: dict[str, tuple[Callable[[], object], float]] = {
        "custseg": (lambda: step(state, **given), 1.0),
        "select": (lambda: by_select(state, given), 1.0),
    }
    zen = zen_job(options.sample, options.seed)
    if zen is not None:
        jobs["zen"] = (zen, options.customers / options.sample)
    taken: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(options.runs):
        for name, (job, scale) in jobs.items():
            began = perf_counter()
            job()
            taken[name].append(1000 * scale * (perf_counter() - began))
    base = statistics.median(taken["custseg"])
    print(f"{options.customers:,} customers, {options.runs} runs, milliseconds\n")
    print("| way | median | min | max | x custseg |\n|---|--:|--:|--:|--:|")
    for name, runs in taken.items():
        middle = statistics.median(runs)
        row = f"{middle:,.1f} | {min(runs):,.1f} | {max(runs):,.1f}"
        print(f"| {name} | {row} | {middle / base:,.2f} |")
    if zen is None:
        print("\nzen-engine is not installed: pip install zen-engine")
    else:
        print(f"\nzen: {options.sample:,} customers, scaled")


if __name__ == "__main__":
    main()
