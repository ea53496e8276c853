"""Classify a file, or the demo: what ``python -m custseg`` does without a command."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from custseg._version import __version__
from custseg.commands.explaining import add_explain_options, check_explain_options
from custseg.commands.sales import (
    OF_FILES,
    add_sales_options,
    add_seller_option,
    ledger_from,
    seller_of,
    treatments_of,
)
from custseg.commands.saying import say, tell
from custseg.commands.tables import tables_of
from custseg.commands.todo import add_tasks_option, check_tasks_option
from custseg.demo import TRADES, DemoData, Trade, trade, wholesaler
from custseg.errors import Problem, SettingError
from custseg.labels import Language
from custseg.ledger import Ledger
from custseg.periods import as_day
from custseg.policies import NAMES
from custseg.policy import Policy, load_policy
from custseg.results import Result
from custseg.reviews.task_lists import write_tasks
from custseg.segmenting import segment
from custseg.seller import Seller
from custseg.wording import say_window
from custseg.writing import write_results

__all__ = ["add_options", "run"]

_TELL = {
    "en": {
        "reading": "reading {} ...",
        "read": "{:,} rows of sales, {:,} customers; classifying ...",
        "writing": "writing {:,} customers to {} ...",
        "head": "{:,} customer{} as of {}, policy {}",
        "money": "Net spend is in {}, over {}.",
        "wrote": "Wrote {}",
        "demo": "Demo: an invented wholesaler of building materials.",
        "trade": "Demo: an invented trade for the policy {}.",
    },
    "zh": {
        "reading": "正在读取 {} ……",
        "read": "销售 {:,} 行，客户 {:,} 个；正在分类……",
        "writing": "正在将 {:,} 个客户写入 {} ……",
        "head": "{:,} 个客户{}，截至 {}，规则 {}",
        "money": "净采购额币种 {}，窗口 {}。",
        "wrote": "已写入 {}",
        "demo": "演示：一家虚构的建材批发商。",
        "trade": "演示：为规则 {} 虚构的一家企业。",
    },
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    add = parser.add_argument
    add(
        "sales",
        nargs="?",
        type=Path,
        help="CSV, Excel or Parquet file, one row per sale line; book.xlsx#May is one "
        "sheet of a workbook",
    )
    add("--policy", default="company", help=f"{', '.join(NAMES)}, or a TOML file")
    add("--as-of", metavar="DAY", help="the day to look at, such as 2026-06-30")
    add_sales_options(parser)
    add_seller_option(parser)
    add("--out", type=Path, metavar="FOLDER", help="write the results there as files")
    add_tasks_option(parser)
    add_explain_options(parser, why="say why one customer is what it is")
    add(
        "--what-would-change",
        metavar="FAMILY",
        help="with --explain: the least that gives another label, or another tier",
    )
    add("--language", choices=("en", "zh"), default="en")
    add("--version", action="version", version=f"custseg {__version__}")


def run(options: argparse.Namespace) -> int:
    """Classify, and show or write the results."""
    language: Language = options.language
    words = _TELL[language]
    seller = seller_of(options)
    check_explain_options(options)
    policy = load_policy(options.policy)
    check_tasks_option(options, policy.tree)
    if options.sales is None:
        _refuse_options_of_files(options)
        demo = _demo(options.policy)
        what = "trade" if isinstance(demo, Trade) else "demo"
        say(words[what].format(options.policy))
        result = _shown(demo, policy, options, seller)
    else:
        result = _file(policy, options, seller)
    stories = list(_stories(result, options))
    n = len(result)
    many = "s" if language == "en" and n != 1 else ""
    say(words["head"].format(n, many, result.date, result.policy))
    window = say_window(result.plan.policy.basis.window, language)
    say(words["money"].format(result.currency, window) + "\n")
    say(result.quality.to_text(language) + "\n")
    for story in stories:
        say(story + "\n")
    if options.out is not None:
        tell(words["writing"].format(n, options.out))
        written = [
            *write_results(result, options.out, language=language),
            *write_tasks(
                result, options.out, families=options.tasks, language=language
            ),
        ]
        for path in written:
            say(words["wrote"].format(path))
        say("")
    say(tables_of(result, language))
    return 0


def _stories(result: Result, options: argparse.Namespace) -> Iterator[str]:
    """Yield what is asked about one customer."""
    customer, family = options.explain, options.what_would_change
    if customer is not None:
        told = result.explain(customer)
        yield told.to_text(options.language, brief=options.brief)
    if family is not None:
        yield result.what_would_change(customer, family).to_text(options.language)


def _demo(policy: str) -> DemoData | Trade:
    """Return the trade behind a packaged policy of a trade, else the wholesaler."""
    of_its_own = policy in TRADES and policy != "company"
    return trade(policy) if of_its_own else wholesaler()


def _shown(
    demo: DemoData | Trade,
    policy: Policy,
    options: argparse.Namespace,
    seller: Seller | None,
) -> Result:
    tables: dict[str, Any] = (
        {**demo.tables}
        if isinstance(demo, Trade)
        else {"sales": demo.sales, "customers": demo.customers}
    )
    ledger = Ledger.from_frames(
        **tables, currency=demo.currency, quality=treatments_of(options)
    )
    day = options.as_of or demo.as_of
    return segment(ledger, as_of=day, policy=policy, seller=seller or demo.seller)


def _file(policy: Policy, options: argparse.Namespace, seller: Seller | None) -> Result:
    if options.as_of is None:
        raise SettingError(
            Problem(
                "say the day to look at: results must not depend on today's date",
                where="--as-of",
                hint="for example --as-of 2026-06-30",
            )
        )
    as_day(options.as_of)  # before a long read: it may be mistyped
    words = _TELL[options.language]
    tell(words["reading"].format(options.sales))
    ledger = ledger_from(options, policy.tree.attributes)
    tell(words["read"].format(ledger.report.rows_in["sales"], ledger.n_customers))
    return segment(ledger, as_of=options.as_of, policy=policy, seller=seller)


def _refuse_options_of_files(options: argparse.Namespace) -> None:
    """Refuse what only a file can use: the demo would quietly ignore it."""
    idle = [
        f"--{name.replace('_', '-')}" for name in OF_FILES if getattr(options, name)
    ]
    if idle:
        raise SettingError(
            Problem(
                "give a sales file too: without one the demo is shown",
                where=", ".join(idle),
                hint="for example python -m custseg sales.csv --as-of 2026-06-30",
            )
        )
