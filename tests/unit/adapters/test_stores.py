"""What is special about SQLite files and callers' connections."""

import gc
import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from custseg.adapters.stores import SqliteStore, open_journal
from custseg.errors import (
    JournalConflict,
    JournalTooNew,
    JournalUnavailable,
    MissingDependency,
    SettingError,
)
from custseg.journal.journal import Journal
from journal_cases import NOON, decided, review, seeded


@pytest.fixture
def path(tmp_path):
    """A journal in a file, with two customers and a note, closed."""
    path = tmp_path / "tiers.db"
    with open_journal(path) as journal:
        ones = [decided("CUSTOMER-ONE", note="WORDS-ABOUT-ONE"), decided("C2")]
        batch = review(journal, *ones, decided("Q3", quiet=True))
        journal.commit(batch, recorded_at=NOON, author="AUTHOR-LI")
    return path


def files_of(path):
    """Return the bytes of a journal and of the files beside it."""
    return b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))


@pytest.mark.parametrize("name", ["tiers.db", "my tiers #1?.db", "等级%20.db"])
@pytest.mark.parametrize("kind", [str, Path])
def test_a_journal_is_there_when_it_is_opened_again(tmp_path, name, kind):
    """Under any file name."""
    place = kind(tmp_path / name)
    with open_journal(place) as journal:
        head = journal.commit(review(journal, decided("C1")), recorded_at=NOON).head
    with open_journal(place, create=False) as journal:
        assert journal.verify(head) == head
    assert name in [one.name for one in tmp_path.iterdir()]


def test_a_forgotten_id_is_not_in_the_bytes(path):
    """Neither in the file nor in those beside it; nor are the words and the author."""
    named = [b"CUSTOMER-ONE", b"WORDS-ABOUT-ONE", b"AUTHOR-LI"]
    assert all(name in files_of(path) for name in named)
    with open_journal(path) as journal:
        salts = {one.salt for one in journal.store.subjects() if one.name != "C2"}
        journal.forget("CUSTOMER-ONE", recorded_at=NOON)
        assert not any(name in files_of(path) for name in named[:2])
        journal.forget_author("AUTHOR-LI", recorded_at=NOON)
        assert named[2] not in files_of(path)
        assert journal.verify() == journal.head()
        left = {one.salt for one in journal.store.subjects()}
    assert not any(salt.encode() in files_of(path) for salt in salts - left)
    assert len(salts - left) == 2


def test_a_reader_can_keep_old_bytes_alive(path):
    """Then the caller is told, and scrubs later."""
    reader = sqlite3.connect(path)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM custseg_subjects").fetchall()
    journal = Journal(SqliteStore(path, patience_seconds=0.05))
    with pytest.raises(
        JournalUnavailable, match="others who read keep old bytes alive"
    ):
        journal.forget("CUSTOMER-ONE", recorded_at=NOON)
    assert "CUSTOMER-ONE" not in journal.state()
    reader.close()
    journal.scrub()
    assert b"CUSTOMER-ONE" not in files_of(path)
    journal.close()


def test_a_callers_transaction_takes_the_tiers_with_it(tmp_path):
    """Committed together, rolled back together; the journal does neither by itself."""
    connection = sqlite3.connect(tmp_path / "crm.db")
    connection.execute("CREATE TABLE discounts (customer TEXT)")
    journal = open_journal(connection)
    assert journal.state() == {}

    def work(name):
        connection.execute("INSERT INTO discounts VALUES (?)", [name])
        batch = review(journal, decided(name), key=f"Q-{name}")
        return journal.commit(batch, recorded_at=NOON).head

    work("C1")
    assert connection.in_transaction
    connection.rollback()
    assert journal.state() == {}
    work("C1")
    connection.commit()
    kept = work("C2")
    connection.rollback()
    assert list(journal.state()) == ["C1"]
    assert connection.execute("SELECT * FROM discounts").fetchall() == [("C1",)]
    assert work("C3").number == kept.number
    connection.commit()
    journal.close()
    connection.execute("SELECT 1")
    assert journal.verify().number == 4
    connection.close()


def test_a_refusal_leaves_the_callers_own_work(tmp_path):
    """Only what the journal wrote is taken back."""
    connection = sqlite3.connect(tmp_path / "crm.db", isolation_level=None)
    connection.execute("CREATE TABLE discounts (customer TEXT)")
    journal = open_journal(connection)
    connection.execute("BEGIN IMMEDIATE")
    old = review(journal, decided("C1"), key="2026-Q4")
    journal.commit(review(journal, decided("C1")), recorded_at=NOON)
    connection.execute("INSERT INTO discounts VALUES ('C1')")
    with pytest.raises(JournalConflict, match="another writer has decided"):
        journal.commit(old, recorded_at=NOON)
    connection.execute("COMMIT")
    assert connection.execute("SELECT * FROM discounts").fetchall() == [("C1",)]
    assert journal.head().number == 2
    connection.close()


def test_without_a_transaction_a_callers_connection_is_refused(tmp_path):
    """Otherwise each row would be committed by itself."""
    connection = sqlite3.connect(tmp_path / "crm.db", isolation_level=None)
    journal = open_journal(connection)
    with pytest.raises(SettingError, match=r"no open transaction.*'BEGIN IMMEDIATE'"):
        journal.commit(review(journal, decided("C1")), recorded_at=NOON)
    tables = connection.execute("SELECT * FROM sqlite_master").fetchall()
    assert tables == []
    connection.close()


def test_a_callers_stale_view_is_a_conflict(path):
    """A transaction that began to read before another wrote cannot write on."""
    connection = sqlite3.connect(path, isolation_level=None)
    mine = open_journal(connection)
    connection.execute("BEGIN")
    batch = review(mine, decided("C9"))
    with open_journal(path) as other:
        other.commit(review(other, decided("C8")), recorded_at=NOON)
    with pytest.raises(JournalConflict, match="another writer holds the journal"):
        mine.commit(batch, recorded_at=NOON)
    connection.close()


def test_forgetting_on_a_callers_connection_scrubs_afterwards(path):
    """The file can only be written anew when the caller has committed."""
    connection = sqlite3.connect(path)
    journal = open_journal(connection)
    connection.execute("BEGIN")
    journal.forget("CUSTOMER-ONE", recorded_at=NOON)
    assert connection.in_transaction
    connection.commit()
    journal.scrub()
    connection.close()
    assert b"CUSTOMER-ONE" not in files_of(path)


def test_a_journal_of_a_later_custseg_is_refused(path):
    """Both to read and to write, and it is not touched."""
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE custseg_journal SET made = 99")
    connection.close()
    before = files_of(path)
    for read_only in (False, True):
        with pytest.raises(
            JournalTooNew, match="got schema 99; allowed: up to 1; inst"
        ):
            open_journal(path, read_only=read_only)
    connection = sqlite3.connect(path)
    with pytest.raises(JournalTooNew, match="written by a later version"):
        open_journal(connection)
    connection.close()
    assert path.read_bytes() in before


def test_it_becomes_too_new_while_it_is_open(path):
    """A colleague's upgrade is noticed at the next commit."""
    with open_journal(path) as journal:
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE custseg_journal SET made = 2")
        connection.close()
        with pytest.raises(JournalTooNew, match="schema 2"):
            journal.commit(review(journal, decided("C9")), recorded_at=NOON)


@pytest.mark.parametrize("content", [b"custseg", b"x" * 5000, b"PK\3\4" + b"\0" * 900])
def test_what_is_no_database_is_refused(tmp_path, content):
    """And not overwritten."""
    path = tmp_path / "letter.docx"
    path.write_bytes(content)
    with pytest.raises(JournalUnavailable, match=r"docx: the file is no journal"):
        open_journal(path)
    assert path.read_bytes() == content


def test_another_programs_database_is_not_taken_for_a_journal(tmp_path):
    """Read only, it is an empty journal; nothing is put into it."""
    with sqlite3.connect(tmp_path / "crm.db") as connection:
        connection.execute("CREATE TABLE customers (id)")
    connection.close()
    with open_journal(tmp_path / "crm.db", read_only=True) as journal:
        assert journal.head().number == 0


@pytest.mark.parametrize("left", [0.3, 0.6, 0.95])
def test_a_file_cut_short_is_noticed(path, left):
    """Nobody goes on writing to it."""
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * left)])
    with (
        pytest.raises(JournalUnavailable, match=r"is damaged.*put back a copy"),
        open_journal(path) as journal,
    ):
        journal.verify()


def test_damage_outside_the_rows_is_noticed(path):
    """An index that misses a customer would let that customer in twice."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master"
            " WHERE name = 'custseg_headers_key') WHERE name = 'custseg_lines_subject'"
        )
    connection.close()
    journal = open_journal(path)
    with pytest.raises(JournalUnavailable, match="damaged"):
        journal.verify()
    journal.close()


@pytest.mark.parametrize(
    ("options", "name", "words"),
    [
        ({"create": False}, "missing.db", "there is no journal; check the path"),
        ({"read_only": True}, "missing.db", "there is no journal"),
        ({"create": False}, "empty.db", "there is no journal"),
        ({}, "no/such/folder.db", "there is no such folder; make the folder"),
    ],
)
def test_a_mistyped_path_is_noticed(tmp_path, options, name, words):
    """Nothing is made there."""
    (tmp_path / "empty.db").touch()
    with pytest.raises(JournalUnavailable, match=words):
        open_journal(tmp_path / name, **options)
    assert [one.name for one in tmp_path.iterdir()] == ["empty.db"]


def test_an_empty_file_becomes_a_journal(tmp_path):
    """As after a crash in the first moment."""
    (tmp_path / "empty.db").touch()
    with open_journal(tmp_path / "empty.db") as journal:
        assert journal.verify().number == 0


def test_a_folder_is_no_journal(tmp_path):
    """SQLite's own words are kept."""
    with pytest.raises(
        JournalUnavailable, match="the file cannot be opened; got unable"
    ):
        open_journal(tmp_path)


def test_a_journal_of_another_thread_is_told_so(tmp_path):
    """A handler that runs in a pool opens its own; the file is there for all."""
    place = tmp_path / "tiers.db"

    def state_of_its_own():
        with open_journal(place) as own:
            return own.state()

    told = r"opened in another thread; got .*; open it in each thread"
    with open_journal(place) as journal, ThreadPoolExecutor(1) as pool:
        with pytest.raises(JournalUnavailable, match=told):
            pool.submit(journal.state).result()
        assert pool.submit(state_of_its_own).result() == {}


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (None, "a journal cannot be kept there; got a NoneType"),
        (5, ".* got a int; allowed: a path, a URL postgresql"),
        (
            "mysql://db/x",
            r"this kind of URL .* got mysql://\.\.\.; allowed: postgresql",
        ),
    ],
)
def test_what_is_no_place_is_refused(place, words):
    """A password in a URL is not repeated."""
    with pytest.raises(SettingError, match=f"place: {words}"):
        open_journal(place)


def test_postgresql_needs_its_package(monkeypatch):
    """The message names the extra."""
    monkeypatch.delitem(sys.modules, "custseg.adapters.stores.postgres", raising=False)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingDependency, match=r"pip install 'custseg\[postgres\]'"):
        open_journal("postgresql://crm@db/sales")


def test_read_only_means_it(path):
    """Reading goes on, writing is refused in words, nothing is lost."""
    with open_journal(path, read_only=True) as journal:
        assert len(journal.state()) == 3
        head = journal.verify()
        with pytest.raises(JournalUnavailable, match="the journal is read-only"):
            journal.commit(review(journal, decided("C9")), recorded_at=NOON)
        with pytest.raises(JournalUnavailable, match="the journal is read-only"):
            journal.forget("C2", recorded_at=NOON)
        assert journal.verify(head) == head


def test_a_journal_that_is_let_go_closes_its_file(path):
    """Its own connection, not one that a caller lent."""
    store = SqliteStore(path)
    own = store._connection
    lent = sqlite3.connect(path)
    borrower = SqliteStore(lent)
    del store, borrower
    gc.collect()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        own.execute("SELECT 1")
    assert lent.execute("SELECT 1").fetchall() == [(1,)]
    lent.close()


_AS_NOBODY = """
import os, sys
import urllib.parse  # of use later, when nobody may read Python's own folder
sys.path[:0] = sys.argv[2:]
from journal_cases import NOON, decided, review
from custseg.adapters.stores import open_journal
from custseg.errors import JournalUnavailable
if os.geteuid() == 0:
    os.setgid(65534), os.setuid(65534)
try:
    with open_journal(sys.argv[1]) as journal:
        journal.commit(review(journal, decided("C9")), recorded_at=NOON)
except JournalUnavailable as error:
    print(error)
"""


def test_a_file_that_may_not_be_written_is_refused(path, project):
    """By its rights on disk; it stays as it is."""
    folder = path.parent
    before = path.read_bytes()
    path.chmod(0o444)
    reached = [folder, *folder.parents][:3]
    modes = [(one, one.stat().st_mode) for one in reached if str(one) != "/"]
    try:
        for one, mode in modes:
            one.chmod(mode | 0o555)
        folder.chmod(0o555)
        done = subprocess.run(  # noqa: S603 - the tests' own program
            [sys.executable, "-c", _AS_NOBODY, str(path), str(project / "tests")],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            text=True,
        )
    finally:
        for one, mode in modes:
            one.chmod(mode)
    assert "tiers.db: the journal is read-only" in done.stdout, done.stderr
    assert path.read_bytes() == before


def test_a_full_disk_loses_nothing(path):
    """The commit fails as a whole; with room it can be repeated."""
    store = SqliteStore(path)
    journal = Journal(store, draw=seeded())
    head = journal.head()
    ((pages,),) = store._rows("PRAGMA page_count")
    store._rows(f"PRAGMA max_page_count = {pages + 3}")
    batch = review(journal, *(decided(f"N{at}") for at in range(500)))
    with pytest.raises(JournalUnavailable, match=r"the disk is full; .* make room"):
        journal.commit(batch, recorded_at=NOON)
    assert journal.verify(head) == head
    store._rows("PRAGMA max_page_count = 100000")
    assert journal.commit(batch, recorded_at=NOON).recorded == 500
    assert journal.verify() == journal.head()
    journal.close()


def test_another_writer_is_waited_for_and_then_given_up(path):
    """Nothing is written, and the message says what to do."""
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    journal = Journal(SqliteStore(path, patience_seconds=0.05))
    batch = review(journal, decided("C9"))
    with pytest.raises(JournalConflict, match=r"another writer holds .* decide anew"):
        journal.commit(batch, recorded_at=NOON)
    holder.execute("ROLLBACK")
    assert journal.commit(batch, recorded_at=NOON).recorded == 1
    holder.close()
    journal.close()


def test_readers_go_on_while_somebody_writes(path):
    """They see the journal as it was before."""
    with open_journal(path) as writer, open_journal(path) as reader:
        with writer.store.writing():
            writer.store.name([], [])
            assert len(reader.state()) == 3
        assert reader.verify() == writer.head()
