"""Review tiers: ``python -m custseg review``, a quarter's or a day's run.

The facts come from a file of sales, the memory from a journal, the percentiles from a
fitted policy that is kept with the first review recorded and used from then on.
Without ``--commit`` neither is written, so a manager can look first.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from custseg.adapters.stores import open_journal
from custseg.commands.explaining import add_explain_options, check_explain_options
from custseg.commands.reviewing import (
    add_run_options,
    check_days,
    fitted_of,
    kept_in,
    moment_of,
    policy_of,
)
from custseg.commands.sales import read_ledger
from custseg.commands.saying import say, tell
from custseg.commands.todo import add_tasks_option, check_tasks_option
from custseg.errors import CustsegError, JournalUnavailable
from custseg.fitted import FittedPolicy
from custseg.journal.entries import check_begun
from custseg.journal.journal import Journal
from custseg.labels import Language
from custseg.periods import to_date
from custseg.reviews.review import Review
from custseg.reviews.task_lists import write_tasks
from custseg.writing import write_frames

__all__ = ["add_options", "run"]

_TELL: Final = {
    "en": {
        "kept": "The fitted policy is kept in {}",
        "wrote": "Wrote {}",
        "dry": "Nothing was recorded; add --commit to record it.",
        "done": "Recorded {:,} decisions in {}; head {}",
        "same": "Everything was recorded before; nothing was added to {}.",
        "nothing": "Nothing was to be decided; nothing was added to {}.",
    },
    "zh": {
        "kept": "规则及所学分界值已保存于 {}",
        "wrote": "已写入 {}",
        "dry": "未写入台账；加 --commit 即可写入。",
        "done": "已将 {:,} 项决定写入 {}；末条的序号与指纹：{}",
        "same": "此前均已写入，{} 未作改动。",
        "nothing": "没有需要决定的事项，{} 未作改动。",
    },
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    add_run_options(parser)
    add = parser.add_argument
    add_explain_options(parser, why="say why one tier moved or did not")
    add("--out", type=Path, metavar="FOLDER", help="write the tables there")
    add_tasks_option(parser)
    add("--commit", action="store_true", help="record the decisions in the journal")
    add("--corrections", action="store_true", help="record what differs as corrections")
    add("--author", default="", metavar="NAME", help="who answers for the review")
    add("--recorded-at", metavar="MOMENT", help="such as 2026-10-01T09:00+08:00")
    add("--language", choices=("en", "zh"), default="en")


def run(options: argparse.Namespace) -> int:
    """Review, show the outcome, and record it if that is asked for."""
    language: Language = options.language
    words = _TELL[language]
    check_explain_options(options)
    said = options.recorded_at  # else the clock: nothing that is decided depends on it
    recorded_at = datetime.now(UTC) if said is None else moment_of(said)
    on = check_days(options)
    if options.commit:
        check_begun(to_date(on), recorded_at)
    place = kept_in(options)
    policy = policy_of(options, place)
    check_tasks_option(options, policy.tree)
    ledger = read_ledger(options, policy.tree.attributes)
    with _journal(options) as journal:
        fitted = fitted_of(options, policy, ledger)
        review = fitted.review(ledger, journal, on=options.on, as_of=options.as_of)
        story = None if options.explain is None else review.explain(options.explain)
        outcome = words["dry"]
        if options.commit:
            # Before anything is shown: a reader who goes away must not undo it.
            with _kept(fitted, place, words["kept"]):
                outcome = _record(review, journal, options, recorded_at)
    say(review.to_text(language))
    if story is not None:
        say("\n" + story.to_text(language, brief=options.brief))
    say("\n" + outcome)
    if options.out is not None:
        for path in _written(review, options.tasks, language, options.out):
            say(words["wrote"].format(path))
    return 0


def _journal(options: argparse.Namespace) -> Journal:
    """Open the journal; where nothing is to be recorded, so that nothing can be."""
    place = options.journal
    if options.commit or "://" in place:
        return open_journal(place, read_only=not options.commit)
    there = Path(place).is_file() and Path(place).stat().st_size > 0
    return open_journal(place, read_only=True) if there else open_journal(":memory:")


@contextmanager
def _kept(fitted: FittedPolicy, place: Path | None, words: str) -> Iterator[None]:
    """Keep the policy first: decisions without it could not be followed up.

    Where they are refused it goes again, or the next run would go on with cuts that no
    decision rests on. Only a journal that fell silent may have them all the same.
    """
    fresh = None if place is None or place.exists() else place
    if fresh:
        fitted.save(fresh)
    try:
        yield
    except JournalUnavailable:
        raise
    except CustsegError:
        if fresh:
            fresh.unlink()
        raise
    if fresh:
        tell(words.format(fresh))


def _record(
    review: Review,
    journal: Journal,
    options: argparse.Namespace,
    recorded_at: datetime,
) -> str:
    """Record the review, and return what there is to say about it."""
    words = _TELL[options.language]
    receipts = review.commit(
        recorded_at=recorded_at,
        author=options.author,
        corrections=options.corrections,
    )
    many = sum(one.recorded for one in receipts)
    if not many:
        return words["same" if receipts else "nothing"].format(journal.store.where)
    return words["done"].format(many, journal.store.where, journal.head())


def _written(
    review: Review, families: list[str], language: Language, folder: Path
) -> list[Path]:
    """Write what came of a review, and return the files."""
    todo = write_tasks(review, folder, families=families, language=language)
    acting = review.result.plan.policy.acting
    frames = {"decisions.csv": review.to_pandas(), "alerts.csv": review.alerts()}
    frames |= {f"pool_{one.code}.csv": review.pool(one.code) for one in acting.pools}
    if acting.clean_out is not None:
        frames["clean_out.csv"] = review.clean_out()
    if language == "zh":  # codes are for programs, titles for people
        frames["decisions_zh.csv"] = review.to_pandas(language=language)
    return [*write_frames(frames, folder), *todo]
