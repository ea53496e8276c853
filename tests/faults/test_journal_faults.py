"""The journal when processes are killed, meet each other, or run out of disk.

``CUSTSEG_SOAK=300`` in the environment kills that many times instead of ten.
"""

import os
import random
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from custseg.adapters.stores import open_journal
from custseg.journal.chain import Head
from journal_cases import NOON, decided, review
from postgres_server import MISSING, running_postgres

KILLS = int(os.environ.get("CUSTSEG_SOAK", "10"))

FRESH = 20
"""Kills that one file goes through: all of it is checked after each."""

# Commits reviews of some hundred customers, and says after each what the head is.
WRITER = """
import sys
sys.path[:0] = sys.argv[3:]
from journal_cases import NOON, decided, review
from custseg.adapters.stores import open_journal
journal = open_journal(sys.argv[1])
print("open", flush=True)
for at in range(int(sys.argv[2]), 10**6):
    before = None if at == 0 else "B"
    ones = [
        decided(f"C{n}", before=before, quiet=n % 3 == 0, inputs={"x": n, "at": at})
        for n in range(400)
    ]
    batch = review(journal, *ones, key=f"R{at}")
    print(journal.commit(batch, recorded_at=NOON).head, flush=True)
"""

# Counts up in one customer's state and in one of its own, each time on top of the last.
COUNTER = """
import sys
sys.path[:0] = sys.argv[4:]
from journal_cases import NOON, decided, review
from custseg.adapters.stores import open_journal
from custseg.errors import JournalConflict
journal = open_journal(sys.argv[1])
own, times, conflicts = sys.argv[2], int(sys.argv[3]), 0
for at in range(times):
    while True:
        head, state = journal.head(), journal.state()
        ones = [
            decided(
                name,
                before=state[name].tier if name in state else None,
                state={"n": state[name].state["n"] + 1 if name in state else 1},
            )
            for name in ("SHARED", own)
        ]
        batch = review(
            journal, *ones, kind="trigger", key=f"{own}-{at}", based_on=head
        )
        try:
            journal.commit(batch, recorded_at=NOON)
            break
        except JournalConflict:
            conflicts += 1
print(conflicts)
"""


def started(code, *arguments, **options) -> subprocess.Popen:
    """Start Python on some code that may use the tests' helpers."""
    paths = [one for one in sys.path if one]
    return subprocess.Popen(  # noqa: S603 - the tests' own program
        [sys.executable, "-c", code, *map(str, arguments), *paths],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def heads_until(writer: subprocess.Popen, lines: int) -> Iterator[Head]:
    """Yield the heads that a writer says, up to so many."""
    for _, line in zip(range(lines), writer.stdout, strict=False):
        if ":" in line:
            yield Head.parse(line)


@pytest.fixture(params=["sqlite", "postgres"])
def fresh_place(request, tmp_path):
    """Return a callable that gives a place of its own for a journal, by a number."""
    if request.param == "sqlite":
        yield lambda turn: str(tmp_path / f"{turn}.db")
        return
    if MISSING:
        pytest.skip(MISSING)
    import psycopg  # noqa: PLC0415

    with running_postgres() as url:

        def made(turn: int) -> str:
            with psycopg.connect(url, autocommit=True) as admin:
                admin.execute(f"CREATE SCHEMA turn{turn}")
            return f"{url}&options=-csearch_path%3Dturn{turn}"

        yield made


def test_killed_at_any_moment_nothing_acknowledged_is_lost(fresh_place):
    """Each commit is there as a whole or not at all, and one can go on writing."""
    dice = random.Random(20261001)  # noqa: S311
    written = 0
    for turn in range(KILLS):
        if turn % FRESH == 0:
            path, last, commits = fresh_place(turn), Head(), 0
        writer = started(WRITER, path, commits)
        # Wait for a few commits, then for a moment that falls within the next.
        said = list(heads_until(writer, dice.randrange(1, 4)))
        try:
            writer.wait(timeout=dice.random() * 0.08)
        except subprocess.TimeoutExpired:
            writer.send_signal(signal.SIGKILL)
        # Not communicate(): it passes over lines that iterating has read ahead.
        said += [Head.parse(line) for line in writer.stdout if ":" in line]
        wrong = writer.stderr.read()
        writer.communicate()
        assert writer.returncode == -signal.SIGKILL, wrong
        last = [last, *said][-1]
        with open_journal(path) as journal:
            # A server may still be at what the killed client asked for last.
            with journal.store.writing():
                pass
            now = journal.verify(last)
            headers = journal.store.headers()
            # What was acknowledged, and perhaps the one that was about to be.
            assert commits + len(said) <= len(headers) <= commits + len(said) + 1
            assert now.number == sum(1 + one.entries for one in headers)
            assert len(list(journal.read())) == 400 * len(headers)
        written += len(headers) - commits
        commits = len(headers)
    assert written >= KILLS / 2, "the writers were killed before they wrote anything"


@pytest.fixture(params=["sqlite", "postgres"])
def place(request, tmp_path):
    """Where several processes can meet."""
    if request.param == "sqlite":
        yield str(tmp_path / "tiers.db")
        return
    if MISSING:
        pytest.skip(MISSING)
    with running_postgres() as url:
        yield url


def test_eight_writers_lose_no_decision(place):
    """Whoever was overtaken is told, decides anew, and every step is counted once."""
    writers, times = 8, 5
    running = [started(COUNTER, place, f"OWN{at}", times) for at in range(writers)]
    said = [one.communicate(timeout=300) for one in running]
    assert [one.returncode for one in running] == [0] * writers, said
    with open_journal(place) as journal:
        state = {name: one.state["n"] for name, one in journal.state().items()}
        assert state.pop("SHARED") == writers * times
        assert state == {f"OWN{at}": times for at in range(writers)}
        steps = [entry.state["n"] for entry in journal.read(customer="SHARED")]
        assert steps == list(range(1, writers * times + 1))
        assert journal.verify().number == 3 * writers * times


def test_a_limit_on_the_file_loses_nothing(tmp_path):
    """As a full disk does, in the middle of a large commit."""
    path = tmp_path / "tiers.db"
    with open_journal(path) as journal:
        batch = review(journal, *(decided(f"C{n}") for n in range(400)), key="R0")
        head = journal.commit(batch, recorded_at=NOON).head

    def limited():
        resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))

    writer = started(WRITER, path, 1, preexec_fn=limited)
    said, wrong = writer.communicate(timeout=120)
    assert writer.returncode == 1
    assert "JournalUnavailable" in wrong
    assert "the disk" in wrong
    heads = [Head.parse(line) for line in said.splitlines() if ":" in line]
    last = heads[-1] if heads else head
    with open_journal(path) as journal:
        assert journal.verify(last) == last
        assert len(list(journal.read())) == 400 * (1 + len(heads))
