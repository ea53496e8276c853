"""End a tier set by hand before its time: ``python -m custseg journal release``."""

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
from custseg.reviews.overrides import release

__all__ = ["add_options", "run"]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    add_record_options(parser, author=True)
    add_decision_options(parser)


def run(options: argparse.Namespace) -> int:
    """End it in the journal, or in a copy of it, and show that."""
    recorded_at = moment_of(options.recorded_at)
    with journal_of(options) as journal:
        receipt = release(
            journal,
            tiers_of(options),
            options.customer,
            on=options.on,
            reason=options.reason,
            author=options.author,
            recorded_at=recorded_at,
        )
        say_decision(journal, receipt, options)
    return 0
