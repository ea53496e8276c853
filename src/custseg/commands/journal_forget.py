"""Forget a person in a journal: ``python -m custseg journal forget``.

Nothing brings it back, so without ``--commit`` it says what would go and what would
stay. The chain verifies as before.

Limits: sales, exports, ledgers on disk and backups are not touched; a review of sales
that still have the id meets the customer as a new one.
"""

from __future__ import annotations

import argparse
from typing import Final

from custseg.commands.by_hand import add_record_options, journal_of
from custseg.commands.reviewing import moment_of
from custseg.commands.saying import say
from custseg.labels import Language
from custseg.reviews.histories import tier_history

__all__ = ["add_options", "run"]

_TELL: Final = {
    "en": """\
Customer {}, decisions: {:,}, with a reason in words: {:,}
Goes, for ever: the id, and the reasons in words.
Stays: the decisions, under a number that leads to nobody; who decided them.
Not touched: sales, exports and backups. Take the id out of the sales as well, or the
next review meets it as a new customer.
""",
    "zh": """\
客户 {}，决定 {:,} 条，其中有文字理由 {:,} 条
抹去（无法恢复）：客户编号、文字理由。
保留：各项决定，只余一个查不到人的代号；经办人。
不涉及：销售数据、导出的文件、备份。销售数据中也请删去该编号，否则下次复盘会当作新客户。
""",
}

_OUTCOME: Final = {
    "en": ("Nothing was erased; add --commit to erase it.", "Erased in {}; head {}"),
    "zh": ("尚未抹去；加 --commit 即抹去。", "已在 {} 中抹去；末条的序号与指纹：{}"),
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    add_record_options(parser, author=False)


def run(options: argparse.Namespace) -> int:
    """Say what goes and what stays, and forget the person if that is asked for."""
    language: Language = options.language
    recorded_at = moment_of(options.recorded_at)
    dry, done = _OUTCOME[language]
    with journal_of(options) as journal:
        told = tier_history(journal, options.customer).entries
        said = sum(bool(one.note) for one in told)
        head = journal.forget(
            options.customer, recorded_at=recorded_at, author=options.author
        )
        say(_TELL[language].format(options.customer, len(told), said))
        say(done.format(journal.store.where, head) if options.commit else dry)
    return 0
