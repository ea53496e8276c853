"""Set a tier by hand: ``python -m custseg journal override``, or show how it would be.

A key account manager knows what no number says. Without ``--commit`` the decision is
shown as it would stand in the journal, with everything that speaks against it.
"""

from __future__ import annotations

import argparse

from custseg.commands.by_hand import (
    add_decision_options,
    add_record_options,
    journal_of,
    say_decision,
    tiers_of,
)
from custseg.commands.reviewing import moment_of
from custseg.reviews.overrides import override

__all__ = ["add_options", "run"]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    add_record_options(parser, author=True)
    add_decision_options(parser)
    add = parser.add_argument
    add("--tier", required=True, metavar="CODE", help="the tier that is given")
    add("--until", required=True, metavar="DAY", help="the last day")
    add("--first", action="store_true", help="the journal does not know it yet")
    add(
        "--corrections",
        action="store_true",
        help="put it in the place of another override of the same day",
    )


def run(options: argparse.Namespace) -> int:
    """Set a tier by hand in the journal, or in a copy of it, and show that."""
    recorded_at = moment_of(options.recorded_at)
    with journal_of(options) as journal:
        receipt = override(
            journal,
            tiers_of(options),
            options.customer,
            tier=options.tier,
            on=options.on,
            until=options.until,
            reason=options.reason,
            author=options.author,
            recorded_at=recorded_at,
            first=options.first,
            corrections=options.corrections,
        )
        say_decision(journal, receipt, options)
    return 0
