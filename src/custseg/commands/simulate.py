"""Try policies on the past: ``python -m custseg simulate``, before one goes live.

A review is run on each of some past days, with what was known then; nothing is written
into any journal. With several policies each is held against the first.
"""

from __future__ import annotations

import argparse
import datetime as dt
from calendar import monthrange
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from custseg.adapters.stores import open_journal
from custseg.commands.reviewing import check_seller
from custseg.commands.sales import (
    add_sales_options,
    add_seller_option,
    read_ledger,
    seller_of,
)
from custseg.commands.saying import say, tell
from custseg.commands.simulated import frames_of, told
from custseg.errors import Problem, SettingError
from custseg.fitted import FittedPolicy
from custseg.fitted_file import load_fitted
from custseg.labels import Language
from custseg.periods import as_day, day_of, to_date
from custseg.policies import NAMES
from custseg.policy import Policy, load_policy
from custseg.rules.policy import PolicyTree
from custseg.rules.tiers.calendar import Cadence
from custseg.simulation.simulating import simulate
from custseg.writing import write_frames

__all__ = ["add_options", "run"]

_TELL: Final = {
    "en": {
        "fitting": "fitting {} on facts up to {} ...",
        "going": "{:,} customers; going through {:,} dates ...",
        "wrote": "Wrote {}",
    },
    "zh": {
        "fitting": "正在按截至 {1} 的数据学习 {0} ……",
        "going": "客户 {:,} 个；正在逐一重放 {:,} 个日期……",
        "wrote": "已写入 {}",
    },
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    add = parser.add_argument
    add(
        "sales",
        type=Path,
        help="CSV, Excel or Parquet file, one row per sale line; book.xlsx#May is one "
        "sheet of a workbook",
    )
    add(
        "--policy",
        action="append",
        default=[],
        help=f"{', '.join(NAMES)}, or a TOML file (default: company); repeat it to "
        "hold others against the first",
    )
    add(
        "--fitted",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="a fitted policy as review keeps it, with its own percentiles; stands "
        "before those of --policy; repeat it",
    )
    add(
        "--from",
        dest="first",
        required=True,
        metavar="DAY",
        help="day of the first run, such as 2025-07-01",
    )
    add(
        "--until",
        required=True,
        metavar="DAY",
        help="day on which the last period is over, such as 2026-07-01; no run on it",
    )
    add(
        "--every",
        choices=[one.value for one in Cadence if not one.personal],
        default=Cadence.QUARTERLY.value,
        help="how far the runs are apart (default: quarterly)",
    )
    add(
        "--as-of",
        metavar="DAY",
        help="last day of the facts that policies are fitted on; the day before the "
        "first run if not said",
    )
    add(
        "--journal",
        metavar="FILE",
        help="replay the tiers set by hand that this journal holds",
    )
    add(
        "--naive",
        action="store_true",
        help="beside each policy: what fitting it anew for each run would do",
    )
    add_sales_options(parser)
    add_seller_option(parser)
    add("--out", type=Path, metavar="FOLDER", help="write the tables there")
    add("--language", choices=("en", "zh"), default="en")


def run(options: argparse.Namespace) -> int:
    """Go through the past, show what came of it, and write it if that is asked for."""
    language: Language = options.language
    words = _TELL[language]
    dates, until = _dates(options)
    seen = to_date(as_day(options.as_of) if options.as_of else day_of(dates[0]) - 1)
    kept, policies = _policies(options)
    trees = [*(one.tree for one in kept), *(one.tree for one in policies)]
    _check_graded(trees)
    attributes = {name: unit for one in trees for name, unit in one.attributes.items()}
    by_hand = options.journal
    with open_journal(by_hand or ":memory:", read_only=by_hand is not None) as journal:
        ledger = read_ledger(options, attributes)
        for policy in policies:
            tell(words["fitting"].format(policy.code, seen))
            kept.append(policy.fit(ledger, as_of=seen))
        tell(words["going"].format(ledger.n_customers, len(dates)))
        past = simulate(
            ledger,
            kept,
            dates=dates,
            until=until,
            naive=options.naive,
            overrides=journal,
        )
    others = [past.difference(past.policies[0], one) for one in past.policies[1:]]
    say(past.to_text(language))
    for line in told(past, others, language):
        say(line)
    if options.out is not None:
        say("")
        for path in write_frames(frames_of(past, others, language), options.out):
            say(words["wrote"].format(path))
    return 0


def _dates(options: argparse.Namespace) -> tuple[list[dt.date], dt.date]:
    """Return the days of the runs, and the day on which the last period is over."""
    first = to_date(as_day(options.first, where="--from"))
    until = to_date(as_day(options.until, where="--until"))
    if until <= first:
        raise SettingError(
            Problem(
                "the last period is over before the first begins",
                where="--until",
                got=str(until),
                allowed=f"a day after {first}",
            )
        )
    between = (until.year - first.year) * 12 + until.month - first.month
    apart = range(0, between + 1, Cadence(options.every).months)
    days = (_months_on(first, months) for months in apart)
    return [day for day in days if day < until], until


def _months_on(day: dt.date, months: int) -> dt.date:
    """Return the same day some months later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _check_graded(policies: Sequence[PolicyTree]) -> None:
    """Refuse a policy without tiers, before a long read."""
    for one in policies:
        if one.grading is None:
            raise SettingError(
                Problem(
                    "the policy has no tiers to replay",
                    where="--policy",
                    got=one.code,
                    hint="add a [grading] to the policy",
                )
            )


def _policies(
    options: argparse.Namespace,
) -> tuple[list[FittedPolicy], list[Policy]]:
    """Return the policies that are fitted, and those to be; all of one seller."""
    kept = [load_fitted(one) for one in options.fitted]
    named = options.policy or ([] if kept else ["company"])
    policies = [load_policy(one) for one in named]
    seller = seller_of(options)
    for one, place in zip(kept, options.fitted, strict=True):
        check_seller(seller, one, place, anew="give --policy in place of --fitted")
    theirs = next((one.tree.seller for one in kept if one.tree.seller), None)
    sellers = [seller or one.tree.seller or theirs for one in policies]
    pairs = zip(policies, sellers, strict=True)
    policies = [one if who is None else one.with_seller(who) for one, who in pairs]
    return kept, policies
