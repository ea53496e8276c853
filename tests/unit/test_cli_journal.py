"""The commands that look into a journal: whether it is sound, and one customer's."""

import csv
import sqlite3

import pytest

from custseg import cli
from custseg.adapters.stores import open_journal
from journal_cases import NOON, decided, review


@pytest.fixture
def place(tmp_path):
    """A journal of one review of two customers, in three rows."""
    place = tmp_path / "tiers.db"
    with open_journal(place) as journal:
        both = decided("C7", reasons=("FIRST_EARNED",)), decided("C8")
        journal.commit(review(journal, *both), recorded_at=NOON, author="Li")
    return place


def run(capsys, *arguments):
    """Run the command line; return its status and what it wrote."""
    status = cli.main(["journal", *map(str, arguments)])
    written = capsys.readouterr()
    return status, written.out, written.err


def test_a_sound_journal_has_a_head_to_keep(capsys, place):
    """With the head given the next time, what was kept is found in it."""
    with open_journal(place, read_only=True) as journal:
        head = journal.head()
    status, out, _ = run(capsys, "verify", place)
    assert (status, out.splitlines()[:2]) == (
        0,
        [f"{place} is sound: 3 entries, each as it was written.", f"Head: {head}"],
    )
    assert "Keep the head elsewhere and give it with --head the next time" in out
    status, out, _ = run(capsys, "verify", place, "--head", head, "--language", "zh")
    assert (status, out.splitlines()[-1]) == (0, f"另存的 {head} 在其中。")


def test_an_altered_journal_is_told_with_its_first_wrong_entry(capsys, place):
    """The exit status is 1, as of a policy that would be refused; 2 is no journal."""
    raw = sqlite3.connect(place)
    with raw:
        raw.execute("UPDATE custseg_lines SET tier_after = 'A' WHERE number = 3")
    raw.close()
    status, out, err = run(capsys, "verify", place)
    assert (status, err) == (1, "")
    assert out.splitlines()[0] == (
        f"{place} was altered. The first entry that is wrong: 3"
    )
    assert f"{place}, entry 3: the entry is not what was written; do not wri" in out
    status, out, _ = run(capsys, "verify", place, "--language", "zh")
    assert (status, out.splitlines()[0]) == (
        1,
        f"{place} 被改动过。第一条不符的：第 3 条",
    )


def test_one_customer_is_shown_and_written(capsys, place, tmp_path):
    """On the screen in words, and as a table in codes and in Chinese."""
    out_folder = tmp_path / "out"
    given = ("show", place, "C7", "--out", out_folder, "--language", "zh")
    status, out, _ = run(capsys, *given)
    assert status == 0
    assert "2026-10-01  首次定级：未定级 → B\n  原因：首次复盘" in out
    assert "经办人 Li" in out
    rows = {}
    for name in ("history", "history_zh"):
        text = (out_folder / f"{name}.csv").read_text(encoding="utf-8-sig")
        (rows[name],) = csv.DictReader(text.splitlines())
    assert (rows["history"]["action"], rows["history_zh"]["处理"]) == (
        "FIRST",
        "首次定级",
    )


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("verify", "none.db"), "none.db: there is no journal; check the path\n"),
        (("verify", "{place}", "--head", "12"), "--head: this is no head of a journal"),
        (("show", "none.db", "C7"), "none.db: there is no journal"),
        (("show", "{place}", "C77"), "got 'C77'; did you mean 'C7'"),
    ],
)
def test_what_cannot_be_shown_is_told(capsys, place, more, words):
    """One message, and exit status 2; no journal is made."""
    status, out, err = run(capsys, *(one.format(place=place) for one in more))
    assert (status, out) == (2, "")
    assert words in err


@pytest.mark.parametrize("more", [(), ("verfy",), ("tiers.db",)])
def test_without_a_word_that_is_known_the_words_are_listed(capsys, more):
    """Nobody is told of the options of classifying a file called journal."""
    with pytest.raises(SystemExit, match="2"):
        run(capsys, *more)
    err = capsys.readouterr().err
    assert err.startswith("usage: python -m custseg journal [-h] COMMAND ...")
    assert "--as-of" not in err
