"""The laws of the journal, against a plain list of everything that was ever decided."""

import datetime as dt
import itertools
import random
import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custseg.adapters.stores import MemoryStore, SqliteStore
from custseg.adapters.stores.tables import WIDTHS
from custseg.errors import JournalAltered, JournalDifference, UnknownCustomer
from custseg.journal.journal import Journal
from journal_cases import NOON, decided, review, seeded

NAMES = ("C1", "C2", "王", "C4")
DAYS = tuple(dt.date(2026, 10, 1) + dt.timedelta(days=days) for days in (0, 1, 40))

outcomes = st.fixed_dictionaries(
    {
        "after": st.sampled_from(["A", "B", None]),
        "state": st.fixed_dictionaries({"tier": st.integers(0, 2)}),
        "inputs": st.fixed_dictionaries(
            {"score": st.floats(allow_nan=False, allow_infinity=False)}
        ),
        "quiet": st.booleans(),
    }
)

commits = st.fixed_dictionaries(
    {
        "key": st.sampled_from(["2026-Q3", "2026-Q4"]),
        "kind": st.sampled_from(["review", "trigger"]),
        "valid_on": st.sampled_from(DAYS),
        "policy": st.sampled_from(["p", "q"]),
        "decisions": st.dictionaries(st.sampled_from(NAMES), outcomes, min_size=1),
        "hours": st.integers(0, 3),  # clocks of several machines do not agree
        "forget": st.sampled_from([None] * 6 + list(NAMES)),
    }
)


class Model:
    """Everything that was decided: rows in the order in which they were recorded."""

    def __init__(self):
        self.rows = []

    def versions(self, name, act):
        """Return the rows of one customer and review, first to last."""
        key = (name, act["kind"], act["key"])
        return [row for row in self.rows if row["key"] == key]

    def commit(self, act, at):
        """Record; return how many were written, repeated and corrected."""
        written = repeated = corrected = 0
        for name, outcome in act["decisions"].items():
            versions = self.versions(name, act)
            content = {
                part: repr(outcome[part]) for part in ("after", "state", "inputs")
            }
            content |= {"policy": act["policy"], "day": act["valid_on"]}
            if versions and versions[-1]["content"] == content:
                repeated += 1
                continue
            written += 1
            corrected += bool(versions)
            self.rows.append(
                {
                    "key": (name, act["kind"], act["key"]),
                    "content": content,
                    "outcome": outcome,
                    "at": at,
                    "root": versions[0]["root"] if versions else self.batch,
                }
            )
        self.batch += 1
        return written, repeated, corrected

    batch = 0

    def forget(self, name):
        """Forget a customer; tell whether there was one."""
        kept = [row for row in self.rows if row["key"][0] != name]
        known = len(kept) < len(self.rows)
        self.rows = kept
        return known

    def state(self, as_of, known_at):
        """Return what was believed at a moment about a day."""
        found = {}
        for name in sorted({row["key"][0] for row in self.rows}):
            last = {}
            for row in self.rows:
                if row["key"][0] == name and (
                    known_at is None or row["at"] <= known_at
                ):
                    last[row["key"]] = row
            valid = [
                row
                for row in last.values()
                if as_of is None or row["content"]["day"] <= as_of
            ]
            if valid:
                best = max(valid, key=lambda row: (row["content"]["day"], row["root"]))
                outcome = best["outcome"]
                found[name] = (outcome["after"], outcome["state"])
        return found


def stores():
    """Return fresh stores of the two kinds that need no server."""
    return MemoryStore(), SqliteStore(":memory:")


@settings(max_examples=60)
@given(st.lists(commits, max_size=7))
def test_the_journal_gives_back_what_was_decided(acts):
    """Replay equals state, on every day and at every moment; every head holds."""
    for store in stores():
        journal, model, heads = Journal(store, draw=seeded()), Model(), []
        for act in acts:
            at = NOON + dt.timedelta(hours=act["hours"])
            ones = [decided(name, **parts) for name, parts in act["decisions"].items()]
            named = {part: act[part] for part in ("key", "kind", "valid_on", "policy")}
            batch = review(journal, *ones, **named)
            receipt = journal.commit(batch, recorded_at=at, corrections=True)
            counts = (receipt.recorded, receipt.repeated, receipt.corrected)
            assert counts == model.commit(act, at)
            assert journal.commit(batch, recorded_at=at).already_recorded
            heads.append(receipt.head)
            if act["forget"] is not None:
                if model.forget(act["forget"]):
                    heads.append(journal.forget(act["forget"], recorded_at=at))
                else:
                    with pytest.raises(UnknownCustomer, match="knows no such customer"):
                        journal.forget(act["forget"], recorded_at=at)
        moments = [None, *(NOON + dt.timedelta(hours=hours) for hours in range(-1, 4))]
        for as_of, known_at in itertools.product((None, *DAYS), moments):
            held = journal.state(as_of=as_of, known_at=known_at)
            told = {name: (one.tier, one.state) for name, one in held.items()}
            assert told == model.state(as_of, known_at)
            assert list(held) == sorted(held)
        assert len({id(head) for head in heads}) == len(heads)
        for head in heads:
            assert journal.verify(head) == journal.head()
        entries = [one for one in journal.read() if one.customer is not None]
        assert len(entries) == len(model.rows)
        store.close()


@settings(max_examples=60)
@given(outcomes, outcomes, st.booleans())
def test_other_data_are_refused_and_the_same_are_not(one, two, other_policy):
    """Whether kept or only checked, an outcome is told from another bit by bit."""
    journal = Journal(MemoryStore(), draw=seeded())
    journal.commit(review(journal, decided("C1", **one)), recorded_at=NOON)
    parts = ("after", "state", "inputs")
    same = all(repr(one[part]) == repr(two[part]) for part in parts)
    again = review(journal, decided("C1", **two))
    if other_policy:
        again = review(journal, decided("C1", **two), policy="other")
    if same and not other_policy:
        assert journal.commit(again, recorded_at=NOON).already_recorded
    else:
        with pytest.raises(
            JournalDifference, match="is recorded already for 1 customer"
        ):
            journal.commit(again, recorded_at=NOON)


@settings(max_examples=30)
@given(st.dictionaries(st.sampled_from(NAMES), outcomes, min_size=2), st.randoms())
def test_the_order_of_a_batch_changes_nothing(decisions, dice):
    """What is read back, and what counts as a repetition, are the same."""
    ones = [decided(name, **parts) for name, parts in decisions.items()]
    mixed = ones.copy()
    dice.shuffle(mixed)
    told = []
    for order in (ones, mixed):
        journal = Journal(MemoryStore(), draw=seeded())
        journal.commit(review(journal, *order), recorded_at=NOON)
        assert journal.commit(review(journal, *ones), recorded_at=NOON).already_recorded
        told.append(
            {(one.customer, one.after, str(one.state)) for one in journal.read()}
        )
    assert told[0] == told[1]


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A sound journal with every kind of row: the path of its file."""
    path = tmp_path_factory.mktemp("kept") / "tiers.db"
    journal = Journal(SqliteStore(path), draw=seeded())
    ones = [decided(name, note=f"about {name}") for name in ("C1", "C2", "C3")]
    quiet = [decided(f"Q{at}", quiet=True, inputs={"x": at}) for at in range(3)]
    journal.commit(review(journal, *ones, *quiet), recorded_at=NOON, author="Li")
    right = [decided("C2", "A"), decided("Q1", "A", quiet=True)]
    again = review(journal, *right)
    journal.commit(again, recorded_at=NOON, author="Wang", corrections=True)
    journal.forget("C3", recorded_at=NOON, author="Li")
    journal.verify()
    journal.close()
    return path


def first_row_of(connection, subject):
    """Return the number of the first row that concerns somebody."""
    rows = connection.execute(
        "SELECT number FROM custseg_headers WHERE author = :who UNION ALL SELECT number"
        " FROM custseg_lines WHERE subject = :who UNION ALL SELECT number"
        " FROM custseg_members WHERE subject = :who",
        {"who": subject},
    )
    return min(number for (number,) in rows)


def altered(value, dice):
    """Change one byte of a value, or one bit of a number."""
    if value is None:
        return "A"
    if isinstance(value, int):
        return value ^ (1 << dice.randrange(40))
    at = dice.randrange(max(1, len(value)))
    if isinstance(value, bytes):
        return (
            value[:at] + bytes([value[at] ^ (1 << dice.randrange(8))]) + value[at + 1 :]
        )
    new = dice.choice([sign for sign in '0a "{}[],:Z' if value[at : at + 1] != sign])
    return value[:at] + new + value[at + 1 :]


@settings(max_examples=400)
@given(seed=st.integers(0, 2**32))
def test_any_change_of_one_byte_is_found_at_its_entry(kept, seed):
    """In every table and column; the first bad entry is named."""
    dice = random.Random(seed)  # noqa: S311
    connection = sqlite3.connect(":memory:", isolation_level=None)
    image = bytearray(kept.read_bytes())
    image[18:20] = b"\1\1"  # no write-ahead log: there is none beside memory
    connection.deserialize(bytes(image))
    table = dice.choice(sorted(WIDTHS))
    cursor = connection.execute(f"SELECT * FROM {table}")  # noqa: S608
    columns = [column[0] for column in cursor.description]
    row = dice.choice(cursor.fetchall())
    column = dice.randrange(len(columns))
    new = altered(row[column], dice)
    if table == "custseg_subjects":
        expected = first_row_of(connection, row[0])
    else:
        expected = row[0]
    where = " AND ".join(f"{name} IS ?" for name in columns)
    try:
        connection.execute(
            f"UPDATE {table} SET {columns[column]} = ? WHERE {where}",  # noqa: S608
            (new, *row),
        )
    except sqlite3.IntegrityError:  # a number that is taken
        connection.close()
        return
    lines = "SELECT number FROM custseg_lines"
    is_line = (new,) in connection.execute(lines).fetchall()
    if columns[column] == "number" and (table != "custseg_notes" or is_line):
        expected = min(expected, new)  # the row that got what is not its own
    with pytest.raises(JournalAltered, match="entry") as caught:
        Journal(SqliteStore(connection)).verify()
    assert caught.value.number == expected, (table, columns[column], row, new)
    connection.close()
