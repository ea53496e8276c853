"""What is special about PostgreSQL; skipped where no server can be started."""

from pathlib import Path

import pytest

from custseg import cli
from custseg.adapters.stores import open_journal
from custseg.errors import (
    JournalConflict,
    JournalTooNew,
    JournalUnavailable,
    SettingError,
)
from journal_cases import NOON, decided, review
from postgres_server import MISSING, running_postgres

pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING or "there is a server")


@pytest.fixture(scope="module")
def server():
    """A PostgreSQL server for this file."""
    with running_postgres() as url:
        yield url


@pytest.fixture
def connect(server):
    """A function that connects, to a server without a journal at first."""
    import psycopg  # noqa: PLC0415

    opened = []

    def connected(**options):
        opened.append(psycopg.connect(server, **options))
        return opened[-1]

    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute("DROP SCHEMA public CASCADE")
        admin.execute("CREATE SCHEMA public")
    yield connected
    for connection in opened:
        connection.close()


def test_a_callers_transaction_takes_the_tiers_with_it(server, connect):
    """Committed together, rolled back together, with any row factory."""
    connection = connect()
    connection.execute("CREATE TABLE discounts (customer TEXT)")
    connection.commit()
    journal = open_journal(connection)
    for finish in (connection.rollback, connection.commit, connection.rollback):
        connection.execute("INSERT INTO discounts VALUES ('C1')")
        batch = review(journal, decided("C1"))
        assert journal.commit(batch, recorded_at=NOON).head.number == 2
        finish()
    with open_journal(server) as other:
        assert list(other.state()) == ["C1"]
        assert other.verify() == other.head()
    rows = connection.execute("SELECT * FROM discounts").fetchall()
    assert rows == [("C1",)]
    journal.close()
    assert not connection.closed


def test_a_refusal_leaves_the_callers_own_work(connect):
    """The transaction can go on; only what the journal wrote is taken back."""
    connection = connect(autocommit=True)
    journal = open_journal(connection)
    with connection.transaction():
        connection.execute("CREATE TABLE discounts (customer TEXT)")
        old = review(journal, decided("C1"), key="2026-Q4")
        journal.commit(review(journal, decided("C1")), recorded_at=NOON)
        with pytest.raises(JournalConflict, match="another writer has decided"):
            journal.commit(old, recorded_at=NOON)
        connection.execute("INSERT INTO discounts VALUES ('C1')")
    assert connection.execute("SELECT * FROM discounts").fetchall() == [("C1",)]
    assert journal.head().number == 2


def test_without_a_transaction_a_callers_connection_is_refused(connect):
    """Otherwise each row would be committed by itself."""
    journal = open_journal(connect(autocommit=True))
    with pytest.raises(SettingError, match=r"no open transaction.*connection.transact"):
        journal.commit(review(journal, decided("C1")), recorded_at=NOON)
    assert journal.head().number == 0


def test_a_callers_stale_view_is_a_conflict(server, connect):
    """A transaction that sees the journal as of its beginning cannot write on."""
    import psycopg  # noqa: PLC0415

    with open_journal(server) as other:
        other.commit(review(other, decided("C1")), recorded_at=NOON)
        connection = connect()
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        mine = open_journal(connection)
        batch = review(mine, decided("C9"))
        other.commit(review(other, decided("C8")), recorded_at=NOON)
        with pytest.raises(JournalConflict, match="another writer was faster, and"):
            mine.commit(batch, recorded_at=NOON)
        connection.rollback()
        assert mine.commit(batch, recorded_at=NOON).recorded == 1
        connection.commit()
        assert other.verify() == other.head()


def test_a_journal_of_a_later_custseg_is_refused(server, connect):
    """Nothing is changed in it."""
    open_journal(server).close()
    connection = connect(autocommit=True)
    connection.execute("UPDATE custseg_journal SET made = 99")
    with pytest.raises(JournalTooNew, match="got schema 99; allowed: up to 1"):
        open_journal(server)


def test_read_only_means_it(server, connect):  # noqa: ARG001
    """Reading goes on; before there is a journal, there is nothing to read."""
    with open_journal(server, read_only=True) as journal:
        assert journal.head().number == 0
    with open_journal(server) as journal:
        journal.commit(review(journal, decided("C1")), recorded_at=NOON)
    with open_journal(server, read_only=True) as journal:
        assert len(journal.state()) == 1
        with pytest.raises(JournalUnavailable, match="the journal is read-only; got"):
            journal.commit(review(journal, decided("C9")), recorded_at=NOON)
        assert journal.verify().number == 2


def test_a_role_without_rights_is_told(server, connect):
    """Which right is missing stands in the message."""
    guest = server.replace("crm@", "guest@")
    admin = connect(autocommit=True)
    admin.execute("CREATE ROLE guest LOGIN")
    with pytest.raises(JournalUnavailable, match="there is no schema to make tables"):
        open_journal(guest)
    open_journal(server).close()
    admin.execute("GRANT USAGE ON SCHEMA public TO guest")
    with pytest.raises(
        JournalUnavailable, match=r"may not .*permission denied.*custseg_"
    ):
        open_journal(guest)


def test_a_server_that_is_not_there_is_told_without_the_password(tmp_path):
    """The message is for logs."""
    url = f"postgresql://crm:s3cret@/sales?host={tmp_path}"
    with pytest.raises(JournalUnavailable, match="cannot be reached") as caught:
        open_journal(url)
    assert "s3cret" not in str(caught.value)


def test_a_forgotten_id_is_not_in_the_tables_files(server, connect):
    """The tables that name persons are written anew."""
    with open_journal(server) as journal:
        ones = [decided("CUSTOMER-ONE", note="WORDS-ABOUT-ONE"), decided("C2")]
        journal.commit(review(journal, *ones), recorded_at=NOON)
        journal.forget("CUSTOMER-ONE", recorded_at=NOON)
        assert journal.verify() == journal.head()
    connection = connect(autocommit=True)
    connection.execute("CHECKPOINT")
    ((data,),) = connection.execute("SHOW data_directory").fetchall()
    content = b"".join(
        one.read_bytes() for one in (Path(data) / "base").rglob("*") if one.is_file()
    )
    assert b"custseg_subjects" in content
    assert b"CUSTOMER-ONE" not in content
    assert b"WORDS-ABOUT-ONE" not in content


def test_the_command_shows_no_password_and_looks_without_writing(
    server, connect, capsys, tmp_path
):
    """A URL may hold one; and without --commit not even tables are made."""
    sales = tmp_path / "sales.csv"
    sales.write_text("customer_id,date,amount\na,2026-01-05,5\n", encoding="utf-8")
    url = server + ("&" if "?" in server else "?") + "password=SECRET"
    given = ["review", str(sales), "--journal", url, "--on", "2026-02-01"]
    given += ["--fitted", str(tmp_path / "kept.json")]
    assert cli.main(given) == 0
    tables = "SELECT count(*) FROM pg_tables WHERE tablename LIKE 'custseg%'"
    assert connect().execute(tables).fetchone() == (0,)
    given.append("--commit")
    for said in ("Recorded 1 decisions in postgresql://", "Everything was recorded"):
        assert cli.main(given) == 0
        written = capsys.readouterr()
        assert said in written.out
        assert "SECRET" not in written.out + written.err
