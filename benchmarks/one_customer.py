"""How long one answer takes: ``classify_one`` with a customer's sales as records.

This is what a CRM waits for when it asks for one customer: the policy is fitted and at
hand, the records are made. The second line is the part of it that no policy causes,
making a ledger of the records; the rest is measuring and deciding.

Limits: one process that does nothing else and asks for one customer again and again,
so that everything it needs stays in the processor's caches.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from time import perf_counter

from sales import cached

import custseg as cs

AS_OF = date(2026, 6, 30)


def history(sales: int) -> list[cs.Transaction]:
    """Return one customer's sales, a few days apart, the last a week ago.

    Parameters
    ----------
    sales : int, >= 1
    """
    return [
        cs.Transaction(
            "C1",
            AS_OF - timedelta(days=7 + 9 * at),
            Decimal(10_000 + 37 * at).scaleb(-2),
            order_id=f"SO{at // 2}",
            line_id=str(at),
            quantity=1 + at % 12,
        )
        for at in range(sales)
    ]


def milliseconds(job: Callable[[], object], runs: int) -> list[float]:
    """Return how long each run of a job took, after three that do not count."""
    for _ in range(3):
        job()
    taken = []
    for _ in range(runs):
        began = perf_counter()
        job()
        taken.append(1000 * (perf_counter() - began))
    return taken


def main() -> None:
    """Read the command line, fit, ask again and again, print the times."""
    parser = argparse.ArgumentParser(description="One answer at a time.")
    parser.add_argument("--sales", type=int, default=100, help="sales of the customer")
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--rows", type=int, default=100_000, help="rows to fit on")
    parser.add_argument("--policy", default="company")
    arguments = parser.parse_args()
    if arguments.runs < 1 or arguments.sales < 1:
        parser.error("--runs and --sales must be 1 or more")
    ledger = cs.Ledger.from_files(cached(arguments.rows), currency="CNY")
    fitted = cs.load_policy(arguments.policy).fit(ledger, as_of=AS_OF)
    customer, sales = cs.Customer("C1"), history(arguments.sales)
    jobs: dict[str, Callable[[], object]] = {
        "classify_one": lambda: fitted.classify_one(customer, sales, as_of=AS_OF),
        "records to ledger": lambda: cs.Ledger.from_records(
            [customer], sales, currency="CNY"
        ),
    }
    print(f"{arguments.sales} sales, {arguments.runs} runs, milliseconds\n")
    print("| job | median | min | max |\n|---|--:|--:|--:|")
    for name, job in jobs.items():
        taken = milliseconds(job, arguments.runs)
        middle = statistics.median(taken)
        print(f"| {name} | {middle:.2f} | {min(taken):.2f} | {max(taken):.2f} |")


if __name__ == "__main__":
    main()
