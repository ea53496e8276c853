"""The command line: ``python -m custseg``, the main job without a notebook.

Without arguments it classifies the packaged demo, a wholesaler of building materials;
with a file, that file. Tables go to standard output, progress and errors to standard
error; an error is one readable message and exit status 2.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO, TypeVar

from custseg._version import __version__
from custseg.contract import Columns
from custseg.demo import wholesaler
from custseg.errors import CustsegError, Problem, SettingError
from custseg.fitting import load_policy
from custseg.labels import Language
from custseg.ledger import Ledger
from custseg.policies import NAMES
from custseg.results import Result
from custseg.segmenting import segment
from custseg.treatments import Treatments
from custseg.wording import say_window
from custseg.writing import write_results

__all__ = ["main"]

T = TypeVar("T")

_OF_FILES = (
    "customers",
    "interactions",
    "column",
    "currency",
    "time_zone",
    "date_format",
)
"""Options that say something about a file of sales."""

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


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str or None
        Without the program's name; None takes those of the process.

    Returns
    -------
    int
        Exit status: 0 when done, 2 when something has to be mended first.
    """
    options = _parser().parse_args(arguments)
    try:
        _run(options)
        sys.stdout.flush()
    except CustsegError as error:
        _tell(f"custseg: {error}")
        return 2
    except BrokenPipeError:
        # Somebody closed the other end (`| head`): nothing more to say to them.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        where = "" if error.filename is None else f": {error.filename}"
        _tell(f"custseg: {error.strerror or error}{where}")
        return 2
    return 0


def _run(options: argparse.Namespace) -> None:
    language: Language = options.language
    words = _TELL[language]
    if options.sales is None:
        _refuse_options_of_files(options)
        _say(words["demo"])
        result = _demo(options)
    else:
        result = _file(options)
    n = len(result)
    many = "s" if language == "en" and n != 1 else ""
    _say(words["head"].format(n, many, result.date, result.policy))
    window = say_window(result.plan.policy.basis.window, language)
    _say(words["money"].format(result.currency, window) + "\n")
    _say(result.quality.to_text(language) + "\n")
    if options.explain is not None:
        _say(result.explain(options.explain).to_text(language) + "\n")
    if options.out is not None:
        _tell(words["writing"].format(n, options.out))
        for path in write_results(result, options.out, language=language):
            _say(words["wrote"].format(path))
        _say("")
    _say(result.summary().to_text(language))


def _demo(options: argparse.Namespace) -> Result:
    demo = wholesaler()
    policy = load_policy(options.policy)
    ledger = Ledger.from_frames(
        demo.sales,
        customers=demo.customers,
        currency=demo.currency,
        quality=_treatments(options.treat),
    )
    return segment(ledger, as_of=options.as_of or demo.as_of, policy=policy)


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
    _tell(words["reading"].format(options.sales))
    # All columns are read, so that the account of the rows is complete.
    ledger = Ledger.from_files(
        options.sales,
        customers=options.customers,
        interactions=options.interactions,
        columns=_columns(options.column),
        currency=options.currency,
        time_zone=options.time_zone,
        date_format=options.date_format,
        quality=_treatments(options.treat),
    )
    _tell(words["read"].format(ledger.report.rows_in["sales"], ledger.n_customers))
    return segment(ledger, as_of=options.as_of, policy=policy)


def _refuse_options_of_files(options: argparse.Namespace) -> None:
    """Refuse what only a file can use: the demo would quietly ignore it."""
    idle = [
        f"--{name.replace('_', '-')}" for name in _OF_FILES if getattr(options, name)
    ]
    if idle:
        raise SettingError(
            Problem(
                "give a sales file too: without one the demo is shown",
                where=", ".join(idle),
                hint="for example python -m custseg sales.csv --as-of 2026-06-30",
            )
        )


def _pairs(given: Sequence[str], option: str, make: Callable[..., T]) -> T:
    """Read NAME=VALUE options; a wrong name is told by what they make."""
    pairs = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise SettingError(
                Problem("expected NAME=VALUE", where=option, got=repr(text))
            )
        pairs[name.strip()] = value.strip()
    return make(**pairs)


def _columns(given: Sequence[str]) -> Columns:
    return _pairs(given, "--column", Columns)


def _treatments(given: Sequence[str]) -> Treatments:
    return _pairs(given, "--treat", Treatments)


def _say(text: str, stream: TextIO | None = None) -> None:
    """Write a line; what a narrow terminal cannot show becomes a question mark."""
    stream = stream or sys.stdout
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "replace").decode(encoding) + "\n")


def _tell(text: str) -> None:
    _say(text, sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m custseg",
        description="Classify customers from their sales. Without a file, a demo.",
    )
    add = parser.add_argument
    add(
        "sales", nargs="?", type=Path, help="CSV or Parquet file, one row per sale line"
    )
    add("--policy", default="company", help=f"{', '.join(NAMES)}, or a TOML file")
    add("--as-of", metavar="DAY", help="the day to look at, such as 2026-06-30")
    add("--customers", type=Path, metavar="FILE", help="table of customers")
    add("--interactions", type=Path, metavar="FILE", help="table of contacts")
    add("--out", type=Path, metavar="FOLDER", help="write the results there as files")
    add(
        "--column",
        action="append",
        default=[],
        metavar="NAME=THEIRS",
        help="what a column is called, such as customer_id=CustomerID; repeat it",
    )
    add(
        "--treat",
        action="append",
        default=[],
        metavar="KIND=CHOICE",
        help="what to do with odd rows, such as unparseable_date=drop; repeat it",
    )
    add("--currency", metavar="CODE", help="ISO 4217 code of the amounts")
    add("--time-zone", metavar="ZONE", help="IANA zone in which days are counted")
    add("--date-format", metavar="FORM", help="strptime form of dates in text")
    add("--explain", metavar="CUSTOMER", help="say why one customer is what it is")
    add("--language", choices=("en", "zh"), default="en")
    add("--version", action="version", version=f"custseg {__version__}")
    return parser
