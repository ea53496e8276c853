"""Share out visits, hours or money: ``python -m custseg allocate``.

How much there is, the command is told; which tier gets which part, the policy says. The
tiers are those held after a review, which is made for it and not recorded.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from custseg.adapters.stores import open_journal
from custseg.aligning import aligned
from custseg.commands.reviewing import (
    add_run_options,
    check_days,
    fitted_of,
    kept_in,
    policy_of,
)
from custseg.commands.sales import read_ledger
from custseg.commands.saying import say
from custseg.errors import Problem, SettingError
from custseg.labels import Language
from custseg.reviews.review import Review
from custseg.rules.describing import shown
from custseg.rules.policy import PolicyTree
from custseg.writing import write_frames

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["add_options", "run"]

_MOST: Final = 20
"""Customers that are listed."""

_MOST_DIGITS: Final = 18
"""Of what is shared out: more may not fit into a machine's whole number."""

_TELL: Final = {
    "en": {
        "head": "{}: {:,} shared out by the tiers held after the review of {}, "
        "policy {}",
        "first": "Without a journal: tiers as a first review gives them.",
        "left": "Not given away: {:,}",
        "freed": "Clean-out: {:,} customers proposed for it get nothing; {:,} of what "
        "they had went to {}",
        "more": "... and {:,} more who get something",
        "wrote": "Wrote {}",
    },
    "zh": {
        "head": "{}：共 {:,}，按 {} 复盘后所持等级分配，规则 {}",
        "first": "未给台账：等级按首次复盘定。",
        "left": "未分配：{:,}",
        "freed": "清理：建议清理的 {:,} 个客户不分配，所释放的 {:,} 归 {}",
        "more": "…… 另有 {:,} 个客户分得",
        "wrote": "已写入 {}",
    },
}

_TIERS: Final[Mapping[Language, tuple[str, ...]]] = {
    "en": ("Tier", "customers", "in all", "least", "most"),
    "zh": ("等级", "客户数", "合计", "最少", "最多"),
}
_CUSTOMERS: Final[Mapping[Language, tuple[str, ...]]] = {
    "en": ("Customer", "Tier", "weight", "gets"),
    "zh": ("客户编号", "等级", "权重", "分得"),
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    add_run_options(parser, journal="without it, tiers as a first review gives them")
    add = parser.add_argument
    add(
        "--total",
        required=True,
        metavar="NUMBER",
        help="how much there is to give, in whole units such as visits or yuan",
    )
    add("--out", type=Path, metavar="FOLDER", help="write the table there")
    add("--language", choices=("en", "zh"), default="en")


def run(options: argparse.Namespace) -> int:
    """Share out, show who gets how much, and write it if that is asked for."""
    language: Language = options.language
    words = _TELL[language]
    total = _whole(options.total)
    check_days(options)
    _check_kept(options.fitted)
    policy = policy_of(options, kept_in(options))
    _check_allocates(policy.tree)
    kept = options.journal
    with open_journal(kept or ":memory:", read_only=kept is not None) as journal:
        ledger = read_ledger(options, policy.tree.attributes)
        fitted = fitted_of(options, policy, ledger)
        review = fitted.review(ledger, journal, on=options.on, as_of=options.as_of)
        frame = review.allocate(total)
    for line in _told(review, frame, total, options):
        say(line)
    if options.out is not None:
        frames = {"allocation.csv": frame}
        if language == "zh":
            titled = review.allocate(total, language=language)
            frames["allocation_zh.csv"] = titled
        say("")
        for path in write_frames(frames, options.out):
            say(words["wrote"].format(path))
    return 0


def _whole(text: str) -> int:
    digits = text.strip()
    if digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS:
        return int(digits)
    raise SettingError(
        Problem(
            "expected a whole number",
            where="--total",
            got=repr(shown(text)),
            hint=f"write at most {_MOST_DIGITS} digits and nothing else, such as "
            "--total 1000",
        )
    )


def _check_kept(fitted: Path | None) -> None:
    """Refuse a mistyped file: nothing is kept here, so nothing would come of it."""
    if fitted is not None and not fitted.exists():
        raise SettingError(
            Problem(
                "there is no such file",
                where="--fitted",
                got=repr(str(fitted)),
                hint="leave it out to fit the policy anew",
            )
        )


def _check_allocates(policy: PolicyTree) -> None:
    """Refuse a policy that shares nothing out, before a long read."""
    if policy.grading is None or policy.acting.allocation is None:
        raise SettingError(
            Problem(
                "the policy has no [allocation]",
                where="--policy",
                got=policy.code,
                hint="add one to say which tier gets which part",
            )
        )


def _told(
    review: Review, frame: pd.DataFrame, total: int, options: argparse.Namespace
) -> Iterator[str]:
    """Yield what each tier gets, and who gets most."""
    language: Language = options.language
    words, policy = _TELL[language], review.result.plan.policy
    grading, section = policy.grading, policy.acting.allocation
    assert grading and section  # noqa: S101, PT018 - checked before the read
    title = section.title.of(language)
    yield words["head"].format(title, total, review.on, review.result.policy)
    if options.journal is None:
        yield words["first"]
    titles = {one.code: one.title.of(language) for one in grading.tiers}
    rows = [_TIERS[language]]
    for code, name in titles.items():
        units = frame["units"][(frame["tier"] == code) & ~frame["cleaned_out"]].tolist()
        numbers = len(units), sum(units), min(units, default=0), max(units, default=0)
        rows.append((name, *(f"{one:,}" for one in numbers)))
    yield from ("", aligned(rows), "")
    yield words["left"].format(total - sum(frame["units"].tolist()))
    if section.freed_to is not None:
        out, freed = (int(frame[one].sum()) for one in ("cleaned_out", "of_it_freed"))
        yield words["freed"].format(out, freed, titles[section.freed_to.tier])
    some = frame[frame["units"] > 0]
    some = some.sort_values(["units", "weight"], ascending=False, kind="stable")
    if len(some):
        first = some.head(_MOST)
        cells = zip(
            first["customer_id"].tolist(),
            (titles[code] for code in first["tier"].tolist()),
            (f"{weight:,.2f}" for weight in first["weight"].tolist()),
            (f"{one:,}" for one in first["units"].tolist()),
            strict=True,
        )
        yield from ("", aligned([_CUSTOMERS[language], *cells], left=2))
    if len(some) > _MOST:
        yield words["more"].format(len(some) - _MOST)
