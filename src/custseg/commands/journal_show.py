"""The tier of one customer through time: ``python -m custseg journal show``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from custseg.adapters.stores import open_journal
from custseg.commands.saying import say
from custseg.labels import Language
from custseg.reviews.histories import tier_history
from custseg.writing import write_frames

__all__ = ["add_options", "run"]

_WROTE: Final[dict[Language, str]] = {"en": "Wrote {}", "zh": "已写入 {}"}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    add = parser.add_argument
    add("journal", help="SQLite file of the journal, or a URL postgresql://...")
    add("customer", help="its id, as in the journal")
    add("--out", type=Path, metavar="FOLDER", help="write it there as a table")
    add("--language", choices=("en", "zh"), default="en")


def run(options: argparse.Namespace) -> int:
    """Show what was decided about one customer, why, and who answers for it."""
    language: Language = options.language
    with open_journal(options.journal, read_only=True) as journal:
        history = tier_history(journal, options.customer)
    say(history.to_text(language))
    if options.out is not None:
        frames = {"history.csv": history.to_pandas()}
        if language == "zh":  # codes are for programs, titles for people
            frames["history_zh.csv"] = history.to_pandas(language=language)
        say("")
        for path in write_frames(frames, options.out):
            say(_WROTE[language].format(path))
    return 0
