"""What the commands share that write into a journal by hand.

They work on the journal itself with ``--commit`` alone. Without it they work on a copy
in memory that ends with the program, so what is shown, or refused, is what would be.
The copy has what a decision on one customer looks at: this customer's lines, every
commit, and the last row of each, since what comes next rests on its hash.

Limits: of others the copy knows the names alone, so no more than that is to be asked.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from custseg.adapters.stores import MemoryStore, open_journal
from custseg.commands.reviewing import kept_in
from custseg.commands.saying import say
from custseg.errors import Problem, SettingError
from custseg.fitted import FittedPolicy
from custseg.fitted_file import load_fitted
from custseg.journal.chain import Line, Member
from custseg.journal.entries import Receipt
from custseg.journal.journal import Journal
from custseg.journal.storing import Share, Store
from custseg.labels import Language
from custseg.policies import NAMES
from custseg.policy import Policy, load_policy
from custseg.reviews.histories import TierHistory

__all__ = [
    "add_decision_options",
    "add_record_options",
    "journal_of",
    "say_decision",
    "tiers_of",
]

_TELL: Final = {
    "en": {
        "this": "Customer {}, this decision:",
        "later": "Later decisions stand: {}",
        "dry": "Nothing was recorded; add --commit to record it.",
        "done": "Recorded in {}; head {}",
        "same": "That was recorded before; nothing is added.",
    },
    "zh": {
        "this": "客户 {}，本次决定：",
        "later": "其后的决定不变：{}",
        "dry": "未写入台账；加 --commit 即可写入。",
        "done": "已写入 {}；末条的序号与指纹：{}",
        "same": "此前已写入，台账不作改动。",
    },
}


def add_decision_options(parser: argparse.ArgumentParser) -> None:
    """Add what a decision by hand needs: whose tiers, from when, why."""
    add = parser.add_argument
    either = parser.add_mutually_exclusive_group()
    either.add_argument(
        "--policy", help=f"whose tiers they are: {', '.join(NAMES)}, or a TOML file"
    )
    either.add_argument(
        "--fitted",
        type=Path,
        metavar="FILE",
        help="the same from a fitted policy (default: the one that review keeps beside "
        "the journal)",
    )
    add("--on", required=True, metavar="DAY", help="its first day, as 2026-10-08")
    add("--reason", required=True, metavar="TEXT", help="in words; can be erased")


def add_record_options(parser: argparse.ArgumentParser, *, author: bool) -> None:
    """Add where, on whom, when and by whom something is recorded.

    Parameters
    ----------
    parser : ArgumentParser
    author : bool
        Whether somebody has to be named.
    """
    add = parser.add_argument
    add("journal", help="SQLite file of the journal, or a URL postgresql://...")
    add("customer", help="its id, as in the journal")
    add("--author", required=author, default="", metavar="NAME", help="who decided it")
    add(
        "--recorded-at",
        required=True,
        metavar="MOMENT",
        help="such as 2026-10-08T09:00+08:00",
    )
    add("--commit", action="store_true", help="do it; otherwise it is only shown")
    add("--language", choices=("en", "zh"), default="en")


def tiers_of(options: argparse.Namespace) -> FittedPolicy | Policy:
    """Return the policy whose tiers they are: named, or kept beside the journal."""
    if options.policy is not None:
        return load_policy(options.policy)
    place = kept_in(options)
    if place is None or (options.fitted is None and not place.exists()):
        raise SettingError(
            Problem(
                "say whose tiers they are, since no fitted policy lies beside the "
                "journal",
                where="--policy",
                hint="for example --policy company, or --fitted FILE",
            )
        )
    return load_fitted(place)


@contextmanager
def journal_of(options: argparse.Namespace) -> Iterator[Journal]:
    """Open the journal, which has to exist; without ``--commit``, give a copy."""
    place, commit = options.journal, options.commit
    with open_journal(place, create=False, read_only=not commit) as journal:
        yield journal if commit else Journal(_copy_for(options.customer, journal.store))


def _copy_for(customer: str, store: Store) -> MemoryStore:
    """Return what a store holds that a decision on one customer looks at."""
    copy = MemoryStore()
    shares = store.shares(list(store.find("customer", [customer]).values()))
    by_commit: dict[int, list[Share]] = defaultdict(list)
    for share in shares:
        by_commit[share.line.batch].append(share)
    for header in store.headers():
        last = header.number + header.entries
        lines: dict[int, Line] = {one.number: one for one in store.lines(last, last)}
        members = []
        for subject, line, check in by_commit[header.number]:
            lines[line.number] = line
            if check is not None:
                members.append(Member(line.number, subject, check))
        copy.append(header, [lines[number] for number in sorted(lines)], members)
    notes = store.notes([share.line.number for share in shares])
    copy.name(store.subjects(), notes.values())
    return copy


def say_decision(
    journal: Journal, receipt: Receipt, options: argparse.Namespace
) -> None:
    """Show the decision as the journal tells it, and what became of it."""
    language: Language = options.language
    words = _TELL[language]
    if receipt.already_recorded:
        say(words["same"])
        return
    *_, written = journal.read(customer=options.customer)
    told = TierHistory(options.customer, (written,)).to_text(language)
    say(words["this"].format(options.customer))
    say("\n".join(told.splitlines()[1:]))  # its heading counts decisions
    if receipt.affected:
        later = (f"{one.kind} {one.key} ({one.number})" for one in receipt.affected)
        say(words["later"].format(", ".join(later)))
    done = words["done"].format(journal.store.where, receipt.head)
    say("\n" + (done if options.commit else words["dry"]))
