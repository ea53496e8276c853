"""What a review is made of on the command line, for all commands that make one.

The facts come from a file of sales, the memory from a journal, the percentiles from the
fitted policy that the first review recorded has kept beside it.
"""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path
from typing import Final

from custseg.commands.sales import add_sales_options, add_seller_option, seller_of
from custseg.commands.saying import tell
from custseg.errors import Problem, SettingError
from custseg.fitted import FittedPolicy
from custseg.fitted_file import load_fitted
from custseg.labels import Language
from custseg.ledger import Ledger
from custseg.periods import as_day, to_date
from custseg.policies import NAMES
from custseg.policy import Policy, load_policy
from custseg.seller import Seller

__all__ = [
    "add_run_options",
    "check_days",
    "check_seller",
    "fitted_of",
    "kept_in",
    "moment_of",
    "policy_of",
]

_FITTING: Final[dict[Language, str]] = {
    "en": "fitting {} on facts up to {} ...",
    "zh": "正在按截至 {1} 的数据学习 {0} ……",
}


def add_run_options(parser: argparse.ArgumentParser, *, journal: str = "") -> None:
    """Add the options of a run.

    Parameters
    ----------
    parser : ArgumentParser
    journal : str
        What it means to leave ``--journal`` out; "" where it has to be there.
    """
    add = parser.add_argument
    add(
        "sales",
        type=Path,
        help="CSV, Excel or Parquet file, one row per sale line; book.xlsx#May is one "
        "sheet of a workbook",
    )
    where = "SQLite file of the journal, or a URL postgresql://..."
    add(
        "--journal",
        required=not journal,
        metavar="FILE",
        help=f"{where}; {journal}" if journal else where,
    )
    add("--on", required=True, metavar="DAY", help="day of the run, as 2026-10-01")
    add("--as-of", metavar="DAY", help="last day of facts; the day before if not said")
    add(
        "--policy",
        help=f"{', '.join(NAMES)}, or a TOML file, where none is fitted yet "
        "(default: company)",
    )
    add(
        "--fitted",
        type=Path,
        metavar="FILE",
        help="the fitted policy; kept by the first commit (default: beside the "
        "journal)",
    )
    add_sales_options(parser)
    add_seller_option(parser)


def check_days(options: argparse.Namespace) -> int:
    """Return the day of the run; days are checked before a long read."""
    on = as_day(options.on, where="--on")
    if options.as_of is not None:
        as_day(options.as_of)
    return on


def moment_of(text: str) -> datetime:
    """Return the moment of recording, which is to have a time zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.utcoffset() is None:
        raise SettingError(
            Problem(
                "expected a moment with a time zone",
                where="--recorded-at",
                got=repr(text),
                hint="for example 2026-10-01T09:00+08:00",
            )
        )
    return moment


def kept_in(options: argparse.Namespace) -> Path | None:
    """Return where the fitted policy is kept; nothing lies beside a server."""
    if options.fitted is not None:
        return Path(options.fitted)
    if options.journal is None:
        return None
    if "://" in options.journal:
        raise SettingError(
            Problem(
                "say where the fitted policy is kept, since the journal is no file",
                where="--fitted",
                hint="for example --fitted tiers.fitted.json",
            )
        )
    return Path(options.journal).with_suffix(".fitted.json")


def policy_of(options: argparse.Namespace, place: Path | None) -> FittedPolicy | Policy:
    """Return the fitted policy that is kept, else the one to fit."""
    seller = seller_of(options)
    if place is None or not place.exists():
        policy = load_policy(options.policy or "company")
        return policy if seller is None else policy.with_seller(seller)
    fitted = load_fitted(place)
    kept = fitted.tree.seller
    if options.policy is not None:
        policy = load_policy(options.policy)
        if policy.tree.seller is None and kept is not None:
            policy = policy.with_seller(kept)  # what was said with --seller then
        _check_same(policy, fitted, place)
    anew = "name another file with --fitted to fit anew"
    check_seller(seller, fitted, place, anew=anew)
    return fitted


def check_seller(
    seller: Seller | None, fitted: FittedPolicy, place: Path, *, anew: str
) -> None:
    """Refuse to pass over a seller that was said.

    Parameters
    ----------
    seller : Seller or None
        As ``--seller`` says.
    fitted : FittedPolicy
    place : Path
        Where it is kept.
    anew : str
        What else to do than to leave out the seller.
    """
    kept = fitted.tree.seller
    if seller is not None and seller != kept:
        raise SettingError(
            Problem(
                "the fitted policy that is kept was made for another seller",
                where="--seller",
                got=f"{_places(seller)}, but {place} has {_places(kept)}",
                hint=f"leave out --seller to go on with what is kept, or {anew}",
            )
        )


def fitted_of(
    options: argparse.Namespace, policy: FittedPolicy | Policy, ledger: Ledger
) -> FittedPolicy:
    """Return the fitted policy: the one that is kept, else one made now."""
    if isinstance(policy, FittedPolicy):
        return policy
    day = as_day(options.on, where="--on") - 1
    seen = to_date(day if options.as_of is None else as_day(options.as_of))
    tell(_FITTING[options.language].format(policy.code, seen))
    return policy.fit(ledger, as_of=seen)


def _places(seller: Seller | None) -> str:
    if seller is None:
        return "none"
    cities = [f"{seller.country}:{site.city}" for site in seller.sites if site.city]
    return ", ".join(cities) or seller.country


def _check_same(policy: Policy, fitted: FittedPolicy, place: Path) -> None:
    """Refuse to pass over a policy that was asked for."""
    if policy.digest != fitted.policy_digest:
        raise SettingError(
            Problem(
                "the fitted policy that is kept was made from another policy",
                where="--policy",
                got=f"{policy.code}, but {place} holds {fitted.tree.code} "
                f"{fitted.tree.about.version}",
                hint="leave out --policy to go on with what is kept, or name another "
                "file with --fitted to fit anew",
            )
        )
