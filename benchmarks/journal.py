"""How fast a review of many customers gets into the journal, and comes back out.

``every customer`` gives each decision an entry of its own with its inputs; ``moved
only`` marks those as quiet of whom nothing moved (all but one in twenty). ``bare
sqlite3`` is the floor: one ``executemany`` of the very rows of ``every customer``, into
the same tables, with the same settings, in one transaction; nothing is compared, hashed
or made.

Limits: a fresh file on whatever disk the temporary folder is on; the second review
finds the first one's customers, as every later one does. Making the decisions is not
counted.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gc
import random
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from custseg.adapters.stores import open_journal
from custseg.adapters.stores.tables import STEPS, WIDTHS
from custseg.journal.entries import Batch, Decision
from custseg.journal.journal import Journal

NOON = dt.datetime(2026, 10, 1, 12, tzinfo=dt.UTC)
TIERS = ("A", "B", "C")


def decisions(count: int, *, review: int, quiet: bool) -> list[Decision]:
    """Return what a review decides: one customer in twenty moves, the rest stay."""
    dice = random.Random(review)
    made = []
    for at in range(count):
        moves = review == 0 or at % 20 == review
        tier = at % 3
        # Held since one of forty days, due on one of four: some hundred states.
        state = {
            "tier": tier,
            "since": 18_000 + 91 * (at // 3 % 40) if not moves else 20_727 + review,
            "up": 0,
            "down": int(moves),
            "counted": f"2026-Q{1 + review}",
            "provisional": False,
            "locked_until": None,
            "lock": None,
            "next_due": 20_818 + 91 * (at // 120 % 4),
        }
        made.append(
            Decision(
                f"C{at:08}",
                before=None if review == 0 else TIERS[tier],
                after=TIERS[tier],
                action="FIRST" if review == 0 else "DOWN" if moves else "HELD",
                reasons=("OVER_BAR",) if not moves else ("UNDER_BAR", "TWO_PERIODS"),
                inputs={
                    "score": round(100 * dice.random(), 6),
                    "spend": dice.randrange(10**9),
                    "orders": dice.randrange(300),
                    "recency_days": dice.randrange(700),
                },
                state=state,
                quiet=quiet and not moves,
            )
        )
    return made


def commit(journal: Journal, made: list[Decision], review: int) -> float:
    """Record a review; return the seconds it took."""
    batch = Batch(
        "review",
        key=f"2026-Q{1 + review}",
        valid_on=dt.date(2026, 1, 1) + dt.timedelta(days=91 * review),
        policy="a" * 64,
        fitted="b" * 64,
        based_on=journal.head(),
        decisions=made,
    )
    return seconds(lambda: journal.commit(batch, recorded_at=NOON))


def seconds(job: Callable[[], object]) -> float:
    """Return how long something took."""
    gc.collect()
    began = perf_counter()
    job()
    return perf_counter() - began


def rows_of(path: Path) -> dict[str, list[tuple]]:
    """Return everything that stands in a journal, table by table."""
    with sqlite3.connect(path) as connection:
        return {
            name: connection.execute(f"SELECT * FROM {name}").fetchall()
            for name in WIDTHS
        }


def bare(path: Path, rows: dict[str, list[tuple]]) -> float:
    """Write the same rows with sqlite3 alone; return the seconds."""
    connection = sqlite3.connect(path, isolation_level=None)
    for setting in ("journal_mode = WAL", "synchronous = FULL", "cache_size = -65536"):
        connection.execute(f"PRAGMA {setting}")
    words = {
        "int": "INTEGER",
        "bytes": "BLOB",
        "strict": " STRICT",
        "clustered": " STRICT, WITHOUT ROWID",
    }
    for statement in (one for step in STEPS for one in step):
        connection.execute(statement.format(**words))

    def write() -> None:
        connection.execute("BEGIN IMMEDIATE")
        for name, values in rows.items():
            marks = ", ".join("?" * WIDTHS[name])
            connection.executemany(f"INSERT INTO {name} VALUES ({marks})", values)
        connection.execute("COMMIT")

    took = seconds(write)
    connection.close()
    return took


def main() -> None:
    """Read the command line, write reviews in all ways, print a table."""
    parser = argparse.ArgumentParser(description="A review into the journal.")
    parser.add_argument("--customers", type=int, default=100_000)
    count = parser.parse_args().customers
    if count < 100:
        parser.error("--customers must be 100 or more")
    print(f"{count} customers; seconds, and customers a second\n")
    print("| what | seconds | customers/s | MiB on disk |\n|---|--:|--:|--:|")

    def tell(what: str, took: float, path: Path | None = None) -> None:
        size = f"{path.stat().st_size / 2**20:.0f}" if path else ""
        print(f"| {what} | {took:.2f} | {count / took:,.0f} | {size} |", flush=True)

    with tempfile.TemporaryDirectory() as folder:
        for name, quiet in (("every customer", False), ("moved only", True)):
            path = Path(folder) / f"{quiet}.db"
            for review in range(2):
                made = decisions(count, review=review, quiet=quiet)
                with open_journal(path) as journal:
                    took = commit(journal, made, review)
                tell(f"{name}: review {review + 1}", took, path)
                if review == 0 and not quiet:
                    rows = rows_of(path)
                    again = bare(Path(folder) / "bare.db", rows)
                    tell("bare sqlite3: the rows of review 1", again)
                    print(f"| review 1 over bare sqlite3 | {took / again:.1f} x | | |")
                    del rows
            with open_journal(path) as journal:
                tell(f"{name}: review 2 once more", commit(journal, made, 1))
                tell(f"{name}: state", seconds(journal.state))
                tell(f"{name}: verify", seconds(journal.verify))
                one = seconds(lambda: list(journal.read(customer="C00000042")))
                print(f"| {name}: history of one | {one:.4f} | | |")


if __name__ == "__main__":
    main()
