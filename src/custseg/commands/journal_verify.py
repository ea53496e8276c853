"""Check a journal: ``python -m custseg journal verify``, say every night.

Every entry is hashed again and held against what stands there. The exit status is 1
where one is not what was written, and 2 where the journal cannot be read.
"""

from __future__ import annotations

import argparse
from typing import Final

from custseg.adapters.stores import open_journal
from custseg.commands.saying import say
from custseg.errors import JournalAltered
from custseg.journal.chain import Head
from custseg.labels import Language

__all__ = ["add_options", "run"]

_TELL: Final = {
    "en": {
        "sound": "{} is sound: {:,} entries, each as it was written.",
        "head": "Head: {}",
        "kept": "The head that was kept, {}, is in it.",
        "keep": "Keep the head elsewhere and give it with --head the next time: only "
        "so a cut at the end is noticed.",
        "altered": "{} was altered. The first entry that is wrong: {:,}",
    },
    "zh": {
        "sound": "{} 完好：共 {:,} 条，每条都与写入时一致。",
        "head": "末条的序号与指纹：{}",
        "kept": "另存的 {} 在其中。",
        "keep": "请把它另存一处，下次用 --head 给出：只有这样才能发现末尾被截去。",
        "altered": "{} 被改动过。第一条不符的：第 {:,} 条",
    },
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    add = parser.add_argument
    add("journal", help="SQLite file of the journal, or a URL postgresql://...")
    add(
        "--head",
        metavar="NUMBER:HASH",
        help="a head of this journal that was kept elsewhere, as review prints it",
    )
    add("--language", choices=("en", "zh"), default="en")


def run(options: argparse.Namespace) -> int:
    """Check a journal and say what was found.

    Returns
    -------
    int
        1 for a journal that was altered, else 0.
    """
    language: Language = options.language
    words = _TELL[language]
    kept = None if options.head is None else Head.parse(options.head)
    with open_journal(options.journal, read_only=True) as journal:
        where = journal.store.where
        try:
            head = journal.verify(kept)
        except JournalAltered as error:
            say(words["altered"].format(where, error.number))
            say(str(error))
            return 1
    say(words["sound"].format(where, head.number))
    say(words["head"].format(head))
    say(words["keep"] if kept is None else words["kept"].format(kept))
    return 0
