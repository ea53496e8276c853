"""What the tests of journals share: seeded salts, small batches, moments."""

import datetime as dt
import random
from collections.abc import Callable

from custseg.journal.entries import Batch, Decision
from custseg.journal.journal import Journal

__all__ = ["NOON", "decided", "review", "seeded"]

NOON = dt.datetime(2026, 10, 1, 12, tzinfo=dt.UTC)


def seeded(seed: int = 7) -> Callable[[int], bytes]:
    """Return a source of bytes that are the same each time."""
    return random.Random(seed).randbytes  # noqa: S311


def decided(customer: str, after: str | None = "B", **changes) -> Decision:
    """Return a decision with all its parts, some of them changed."""
    parts = {
        "before": None,
        "after": after,
        "action": "FIRST",
        "reasons": ("OVER_BAR",),
        "inputs": {"score": 71.25, "spend": 1_820_000},
        "state": {"tier": 1, "since": 20727, "up": 0, "locked_until": None},
    }
    return Decision(customer, **{**parts, **changes})


def review(journal: Journal, *decisions: Decision, **changes) -> Batch:
    """Return a review of the third quarter that rests on the journal as it is."""
    parts = {
        "kind": "review",
        "key": "2026-Q3",
        "valid_on": "2026-10-01",
        "policy": "a" * 64,
        "fitted": "b" * 64,
        "based_on": journal.head(),
        "decisions": decisions,
    }
    return Batch(**{**parts, **changes})
