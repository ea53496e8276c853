"""What it costs to say why: one customer among many, and ten thousand at once.

The first table is what a CRM waits for: one explanation out of a large result, built
and written as text, as HTML and as plain data. The bar is 5 milliseconds for building
it. The first time a fitted policy is asked, it is taken apart; that is told apart.

The second compares: explaining all customers of a ledger, in blocks, against
classifying them. The bar is a ratio of 50. An explanation knows for every label tried
which clauses decided, and on which values; putting it into words, or into dicts with
both languages, costs more than all the rest, and is told apart.

Limits: one process that does nothing else; the best of a few runs.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from time import perf_counter

from sales import cached

import custseg as cs

AS_OF = date(2026, 6, 30)
ONE_BAR_MS = 5.0
ALL_BAR = 50.0
SAMPLE = 500
"""Customers who are also written down, to reckon the cost of writing all."""


def seconds(job: Callable[[], object], runs: int) -> float:
    """Return the shortest time of some runs of a job, after one that does not count."""
    job()
    taken = []
    for _ in range(runs):
        began = perf_counter()
        job()
        taken.append(perf_counter() - began)
    return min(taken)


def fitted_on(rows: int, policy: str) -> tuple[cs.FittedPolicy, cs.Ledger]:
    """Return a policy fitted on made-up sales, and their ledger."""
    ledger = cs.Ledger.from_files(cached(rows), currency="CNY")
    return cs.load_policy(policy).fit(ledger, as_of=AS_OF), ledger


def one_of_many(rows: int, policy: str, runs: int) -> float:
    """Print what one explanation costs in a large result; return its milliseconds."""
    fitted, ledger = fitted_on(rows, policy)
    result = fitted.classify(ledger, as_of=AS_OF)
    ids = result.outcome.table.book
    customers = [ids[len(ids) * at // (runs + 2)].decode() for at in range(runs + 2)]
    began = perf_counter()
    first = result.explain(customers[0])
    first_ms = 1000 * (perf_counter() - began)
    following = iter(customers[1:])
    built = 1000 * seconds(lambda: result.explain(next(following)), runs)
    forms = {
        "to_text": first.to_text,
        "to_html": first.to_html,
        "to_data": first.to_data,
    }
    print(f"One customer of {len(result):,}, milliseconds\n")
    print("| what | best |\n|---|--:|")
    print(f"| the very first of a fitted policy | {first_ms:.2f} |")
    print(f"| explain | {built:.2f} |")
    for name, form in forms.items():
        print(f"| .{name}() | {1000 * seconds(form, runs):.2f} |")
    return built


def all_at_once(customers: int, policy: str, runs: int) -> float:
    """Print what explaining all costs beside classifying; return the ratio."""
    fitted, ledger = fitted_on(10 * customers, policy)
    result = fitted.classify(ledger, as_of=AS_OF)
    base = seconds(lambda: fitted.classify(ledger, as_of=AS_OF), runs)
    built = seconds(lambda: sum(1 for _ in result.explanations()), runs)
    some = result.customer_ids[: min(len(result), SAMPLE)]
    forms = {
        "to_text": lambda: sum(len(one.to_text()) for one in result.explanations(some)),
        "to_data": lambda: sum(len(one.to_data()) for one in result.explanations(some)),
    }
    print(f"\nAll of {len(result):,} customers\n")
    print("| what | seconds | times classifying |\n|---|--:|--:|")
    rows = [("classify", base), ("explanations", built)]
    for name, form in forms.items():
        taken = seconds(form, runs) * len(result) / len(some)
        rows.append((f"and .{name}() of each", taken))
    for name, taken in rows:
        print(f"| {name} | {taken:.3f} | {taken / base:.1f} |")
    return built / base


def main() -> None:
    """Read the command line, measure both, print the bars; exit with 1 over one."""
    parser = argparse.ArgumentParser(description="What explanations cost.")
    parser.add_argument("--rows", type=int, default=10_000_000, help="of the large one")
    parser.add_argument("--customers", type=int, default=10_000, help="all at once")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--policy", default="company")
    given = parser.parse_args()
    if given.runs < 1 or given.customers < 1:
        parser.error("--runs and --customers must be 1 or more")
    one = one_of_many(given.rows, given.policy, given.runs)
    ratio = all_at_once(given.customers, given.policy, given.runs)
    print(f"\none: {one:.2f} ms of {ONE_BAR_MS:g}; all: {ratio:.1f} of {ALL_BAR:g}")
    raise SystemExit(one > ONE_BAR_MS or ratio > ALL_BAR)


if __name__ == "__main__":
    main()
