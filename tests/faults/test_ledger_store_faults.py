"""A ledger on disk when writers are killed, meet each other, or run out of disk.

``CUSTSEG_SOAK=200`` in the environment kills that many times instead of ten.
"""

import fcntl
import os
import random
import resource
import signal
import subprocess
import sys

import pytest

from custseg.adapters.ledger_store import open_ledger
from custseg.adapters.ledger_store.errors import (
    StoreAltered,
    StoreBusy,
    StoreTooNew,
    StoreUnavailable,
)
from custseg.adapters.ledger_store.manifest import MANIFEST
from custseg.adapters.ledger_store.store import LedgerStore
from custseg.ledger import Ledger

KILLS = int(os.environ.get("CUSTSEG_SOAK", "10"))

FRESH = 20
"""Kills that one store goes through: all of it is compared after each."""

# Appends batches of sales, now and then compacts, corrects or forgets, and says after
# each batch that it is there.
WRITER = """
import sys
sys.path[:0] = sys.argv[3:]
from custseg.adapters.ledger_store import open_ledger
from test_ledger_store_faults import batch
store = open_ledger(sys.argv[1])
print("open", flush=True)
for at in range(int(sys.argv[2]), 10**6):
    store.append(batch(at))
    print(f"batch {at}", flush=True)
    if at % 7 == 3:
        store.compact()
    if at % 5 == 2:
        store.correct(batch(at))
"""

# Appends so many batches, beside others who do the same.
APPENDER = """
import sys
sys.path[:0] = sys.argv[4:]
from custseg.adapters.ledger_store import open_ledger
from test_ledger_store_faults import batch
store = open_ledger(sys.argv[1])
for at in range(int(sys.argv[2]), int(sys.argv[3])):
    store.append(batch(at))
"""


def size_of(at):
    """Return how many sales a batch has."""
    return 300 if at else 6000


def name_of(at, row):
    """Return whose a row is: of all batches, of this one, or of the first alone."""
    if row >= 300:
        return f"REST{row % 900}"
    return f"C{row % 50}" if row % 2 else f"C{at * 50 + row % 50}"


def batch(at):
    """Return 300 sales of 100 customers, half of whom every batch has.

    The first is larger, so that the others become layers above it.
    """
    rows = range(size_of(at))
    return {
        "customer_id": [name_of(at, n) for n in rows],
        "date": [f"2026-{1 + at % 12:02d}-{1 + n % 28:02d}" for n in rows],
        "amount": [n + at for n in rows],
        "order_id": [f"O{at}-{n // 3}" for n in rows],
        "line_id": [str(n % 3) for n in rows],
    }


def expected(batches):
    """Return the ledger of so many batches."""
    tables = [batch(at) for at in batches]
    return Ledger.from_frames(
        {name: [one for table in tables for one in table[name]] for name in tables[0]},
        currency="CNY",
    )


def started(code, *arguments, **options):
    """Start Python on some code that may use these functions."""
    paths = [os.path.dirname(__file__), *(one for one in sys.path if one)]  # noqa: PTH120
    return subprocess.Popen(  # noqa: S603 - the tests' own program
        [sys.executable, "-c", code, *map(str, arguments), *paths],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def begun(folder, batches=1) -> LedgerStore:
    """Return a store of so many batches."""
    store = open_ledger(folder, currency="CNY")
    for at in range(batches):
        store.append(batch(at))
    return store


def test_killed_at_any_moment_nothing_is_lost_or_half_there(tmp_path):
    """Each batch is there as a whole or not at all, and the next run works."""
    dice = random.Random(20261122)  # noqa: S311
    written = 0
    for turn in range(KILLS):
        if turn % FRESH == 0:
            folder, done = tmp_path / f"{turn}", 0
            open_ledger(folder, currency="CNY")
        writer = started(WRITER, folder, done)
        said = [writer.stdout.readline() for _ in range(dice.randrange(1, 5))]
        try:
            writer.wait(timeout=dice.random() * 0.05)
        except subprocess.TimeoutExpired:
            writer.send_signal(signal.SIGKILL)
        said += writer.stdout.readlines()
        wrong = writer.stderr.read()
        writer.communicate()  # closes what was read
        assert writer.returncode == -signal.SIGKILL, wrong
        told = sum(line.startswith("batch") for line in said)
        store = open_ledger(folder)
        store.check()
        there = max(0, (len(store) - 5700) // 300)
        # What was acknowledged, and perhaps the one that was about to be.
        assert done + told <= there <= done + told + 1
        assert len(store) == sum(map(size_of, range(there)))
        if there:
            assert store.ledger() == expected(range(there))
            assert store.quality().closes()
        written += there - done
        done = there
    assert written >= KILLS / 2, "the writers were killed before they wrote anything"


def test_what_a_dead_writer_left_is_taken_away(tmp_path):
    """Sheets and drafts that no manifest names are gone after the next writing."""
    store = begun(tmp_path / "s")
    for name in ("00000009.sheet", ".ledger.json.new"):
        (store.folder / name).write_bytes(b"half of it")
    store.append(batch(1))
    left = {one.name for one in store.folder.iterdir()}
    assert not left & {"00000009.sheet", ".ledger.json.new"}
    assert store.ledger() == expected(range(2))


def test_four_appenders_at_once_lose_nothing(tmp_path):
    """Each waits for the others, and every batch is there in the end."""
    store = begun(tmp_path / "s")
    running = [
        started(APPENDER, store.folder, first, first + 3) for first in (1, 4, 7, 10)
    ]
    said = [one.communicate(timeout=200) for one in running]
    assert [one.returncode for one in running] == [0] * 4, said
    assert store.ledger() == expected(range(13))
    assert store.version == 13


def test_a_second_writer_is_refused_if_it_will_not_wait(tmp_path):
    """The message names the process that is writing; nothing is changed."""
    begun(tmp_path / "s")
    impatient = open_ledger(tmp_path / "s", wait=False)
    with (tmp_path / "s" / "writer.lock").open("r+") as holder:
        fcntl.flock(holder, fcntl.LOCK_EX)
        holder.write("4321\n")
        holder.flush()
        with pytest.raises(StoreBusy, match=r"somebody else is writing.*process 4321"):
            impatient.append(batch(1))
    assert impatient.version == 1
    impatient.append(batch(1))
    assert impatient.version == 2


def test_the_lock_of_a_dead_writer_holds_nobody_up(tmp_path):
    """A lock file that is left over is no lock."""
    store = begun(tmp_path / "s")
    (store.folder / "writer.lock").write_text("99999\n")
    assert open_ledger(store.folder, wait=False).append(batch(1)).version == 2


def test_a_full_disk_leaves_the_store_as_it_was(tmp_path):
    """The error says that nothing was written, and no half of a file is left."""
    store = begun(tmp_path / "s", 2)
    before = sorted(one.name for one in store.folder.iterdir())
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
        with pytest.raises(StoreUnavailable, match=r"it is as it was.*File too large"):
            store.append(batch(2))
        with pytest.raises(StoreUnavailable, match="it is as it was"):
            store.compact()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)
    assert sorted(one.name for one in store.folder.iterdir()) == before
    assert open_ledger(store.folder).ledger() == expected(range(2))
    store.append(batch(2))
    assert store.ledger() == expected(range(3))


def test_a_reader_keeps_what_it_saw(tmp_path):
    """A ledger that was opened before stays whole while the files are taken away."""
    store = begun(tmp_path / "s", 2)
    ledger = store.ledger()
    other = open_ledger(store.folder)
    other.append(batch(2))
    other.compact()
    assert ledger == expected(range(2))
    assert store.ledger() == expected(range(3))


def sheets(store):
    """Return the sheets of a store, the oldest first."""
    return sorted(store.folder.glob("*.sheet"))


def test_a_sheet_cut_short_is_named(tmp_path):
    """Opening is enough to notice."""
    store = begun(tmp_path / "s")
    (sheet,) = sheets(store)
    with sheet.open("r+b") as file:
        file.truncate(sheet.stat().st_size - 1)
    with pytest.raises(StoreAltered, match=r"00000001.*cut short or changed"):
        open_ledger(store.folder).ledger()


@pytest.mark.parametrize("place", [3, 200, -2000])
def test_a_changed_sheet_is_named(tmp_path, place):
    """A change of the head is noticed when it is opened, one behind it by check()."""
    store = begun(tmp_path / "s")
    (sheet,) = sheets(store)
    data = bytearray(sheet.read_bytes())
    data[place] ^= 255
    sheet.write_bytes(data)
    with pytest.raises(StoreAltered, match="00000001"):
        open_ledger(store.folder).check()


def test_damage_is_not_written_on(tmp_path):
    """Layers are not written together while one of them is damaged."""
    store = begun(tmp_path / "s", 2)
    sheet = sheets(store)[0]
    data = bytearray(sheet.read_bytes())
    data[-2000] ^= 255
    sheet.write_bytes(data)
    with pytest.raises(StoreAltered, match=sheet.name):
        open_ledger(store.folder).compact()
    assert sheet in sheets(store)


def test_a_missing_sheet_is_named(tmp_path):
    """A file that is gone is said to be."""
    store = begun(tmp_path / "s")
    (sheet,) = sheets(store)
    sheet.unlink()
    with pytest.raises(StoreAltered, match="is missing"):
        open_ledger(store.folder).ledger()


def test_a_store_of_a_later_version_is_refused(tmp_path):
    """It says which schema it has, and which is understood."""
    store = begun(tmp_path / "s")
    path = store.folder / MANIFEST
    path.write_text('{"schema": 2, "digest": ""}')
    with pytest.raises(StoreTooNew, match=r"later version.*schema 2.*schema 1"):
        open_ledger(store.folder)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "no JSON"),
        ("[]", "no manifest"),
        ('{"schema": 1, "digest": "0"}', "does not match its digest"),
    ],
)
def test_a_changed_manifest_is_refused(tmp_path, text, said):
    """Nothing is guessed about a manifest that was changed."""
    store = begun(tmp_path / "s")
    (store.folder / MANIFEST).write_text(text)
    with pytest.raises(StoreAltered, match=said):
        open_ledger(store.folder)
