"""Classify a file, or the demo: what ``python -m custseg`` does without a command."""

from __future__ import annotations

import argparse
from pathlib import Path

from custseg._version import __version__
from custseg.commands.sales import (
    OF_FILES,
    add_sales_options,
    ledger_from,
    treatments_of,
)
from custseg.commands.saying import say, tell
from custseg.demo import wholesaler
from custseg.errors import Problem, SettingError
from custseg.fitting import load_policy
from custseg.labels import Language
from custseg.ledger import Ledger
from custseg.policies import NAMES
from custseg.results import Result
from custseg.segmenting import segment
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
    },
    "zh": {
        "reading": "正在读取 {} ……",
        "read": "销售 {:,} 行，客户 {:,} 个；正在分类……",
        "writing": "正在将 {:,} 个客户写入 {} ……",
        "head": "{:,} 个客户{}，截至 {}，规则 {}",
        "money": "净采购额币种 {}，窗口 {}。",
        "wrote": "已写入 {}",
        "demo": "演示：一家虚构的建材批发商。",
    },
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    add = parser.add_argument
    add(
        "sales", nargs="?", type=Path, help="CSV or Parquet file, one row per sale line"
    )
    add("--policy", default="company", help=f"{', '.join(NAMES)}, or a TOML file")
    add("--as-of", metavar="DAY", help="the day to look at, such as 2026-06-30")
    add_sales_options(parser)
    add("--out", type=Path, metavar="FOLDER", help="write the results there as files")
    add("--explain", metavar="CUSTOMER", help="say why one customer is what it is")
    add("--language", choices=("en", "zh"), default="en")
    add("--version", action="version", version=f"custseg {__version__}")


def run(options: argparse.Namespace) -> int:
    """Classify, and show or write the results."""
    language: Language = options.language
    words = _TELL[language]
    if options.sales is None:
        _refuse_options_of_files(options)
        say(words["demo"])
        result = _demo(options)
    else:
        result = _file(options)
    n = len(result)
    many = "s" if language == "en" and n != 1 else ""
    say(words["head"].format(n, many, result.date, result.policy))
    window = say_window(result.plan.policy.basis.window, language)
    say(words["money"].format(result.currency, window) + "\n")
    say(result.quality.to_text(language) + "\n")
    if options.explain is not None:
        say(result.explain(options.explain).to_text(language) + "\n")
    if options.out is not None:
        tell(words["writing"].format(n, options.out))
        for path in write_results(result, options.out, language=language):
            say(words["wrote"].format(path))
        say("")
    say(result.summary().to_text(language))
    return 0


def _demo(options: argparse.Namespace) -> Result:
    demo = wholesaler()
    policy = load_policy(options.policy)
    ledger = Ledger.from_frames(
        demo.sales,
        customers=demo.customers,
        currency=demo.currency,
        quality=treatments_of(options),
    )
    day = options.as_of or demo.as_of
    return segment(ledger, as_of=day, policy=policy, seller=demo.seller)


def _file(options: argparse.Namespace) -> Result:
    if options.as_of is None:
        raise SettingError(
            Problem(
                "say the day to look at: results must not depend on today's date",
                where="--as-of",
                hint="for example --as-of 2026-06-30",
            )
        )
    policy = load_policy(options.policy)  # before a long read: it may be mistyped
    words = _TELL[options.language]
    tell(words["reading"].format(options.sales))
    ledger = ledger_from(options)
    tell(words["read"].format(ledger.report.rows_in["sales"], ledger.n_customers))
    return segment(ledger, as_of=options.as_of, policy=policy)


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
