"""Every store keeps a journal alike: memory, SQLite, PostgreSQL, a caller's connection.

A new store joins by one more branch of ``opened``, and passes everything below.
"""

import datetime as dt
import sqlite3
from contextlib import contextmanager

import pytest

from custseg.adapters.stores import MemoryStore, SqliteStore
from custseg.errors import (
    JournalConflict,
    JournalDifference,
    UnknownCustomer,
)
from custseg.journal.chain import Head
from custseg.journal.journal import Journal
from journal_cases import NOON, decided, review, seeded
from postgres_server import MISSING, running_postgres

STORES = ["memory", "sqlite", "sqlite-caller", "postgres", "postgres-caller"]


@pytest.fixture(scope="module")
def server():
    """A PostgreSQL server for this file."""
    if MISSING:
        pytest.skip(MISSING)
    with running_postgres() as url:
        yield url


@contextmanager
def opened(name, folder, server_of):
    """Open an empty store; a caller's connection has a transaction open throughout."""
    if name == "memory":
        yield MemoryStore()
    elif name == "sqlite":
        store = SqliteStore(folder / "tiers.db")
        yield store
        store.close()
    elif name == "sqlite-caller":
        connection = sqlite3.connect(folder / "crm.db")
        connection.row_factory = sqlite3.Row
        connection.execute("BEGIN")
        yield SqliteStore(connection)
        connection.close()
    else:
        import psycopg  # noqa: PLC0415
        from psycopg.rows import dict_row  # noqa: PLC0415

        from custseg.adapters.stores.postgres import PostgresStore  # noqa: PLC0415

        url = server_of()
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute("DROP SCHEMA IF EXISTS trial CASCADE")
            admin.execute("CREATE SCHEMA trial")
        url += "&options=-csearch_path%3Dtrial"
        if name == "postgres":
            store = PostgresStore(url)
            yield store
            store.close()
        else:
            with psycopg.connect(url, row_factory=dict_row) as connection:
                yield PostgresStore(connection)
                connection.rollback()


@pytest.fixture(params=STORES)
def journal(request, tmp_path):
    """An empty journal in each store, with seeded salts."""
    with opened(
        request.param, tmp_path, lambda: request.getfixturevalue("server")
    ) as store:
        yield Journal(store, draw=seeded())


def commit(journal, *decisions, **changes):
    """Record a review that rests on the journal as it is."""
    asked = {"corrections", "author", "recorded_at"} & set(changes)
    options = {"recorded_at": NOON, **{name: changes.pop(name) for name in asked}}
    return journal.commit(review(journal, *decisions, **changes), **options)


def tiers(journal, **asked):
    """Return the tier of every customer."""
    return {name: one.tier for name, one in journal.state(**asked).items()}


def test_an_empty_journal_is_sound(journal):
    """Nothing is in it, and that can be verified."""
    assert journal.head() == journal.verify() == journal.verify(Head()) == Head()
    assert list(journal.read()) == list(journal.read(customer="C1")) == []
    assert journal.state() == {}


def test_an_entry_comes_back_as_it_went_in(journal):
    """Every part of a decision, and of the batch around it, is read back."""
    one = decided(
        "王 C'1",
        "A",
        inputs={"score": 71.25, "big": 2**60, "deep": {"x": [1, None, True, -0.0]}},
        note="老客户；签了三年",
    )
    commit(journal, one, author="李娜", valid_on="2026-10-02")
    (entry,) = journal.read()
    assert (entry.number, entry.kind, entry.key) == (2, "review", "2026-Q3")
    assert (entry.customer, entry.author, entry.note) == ("王 C'1", "李娜", one.note)
    assert (entry.before, entry.after, entry.action) == (None, "A", "FIRST")
    assert (entry.reasons, entry.corrects) == (("OVER_BAR",), 0)
    assert repr(entry.inputs["deep"]) == "{'x': [1, None, True, -0.0]}"
    assert entry.inputs == one.inputs
    assert entry.state == one.state
    assert (entry.policy, entry.fitted) == ("a" * 64, "b" * 64)
    assert (entry.valid_on, entry.recorded_at) == (dt.date(2026, 10, 2), NOON)
    assert entry.hash == journal.head().hash
    assert entry.previous == journal.store.hash_at(1)
    held = journal.state()["王 C'1"]
    assert (held.tier, held.state, held.number) == ("A", one.state, 2)


def test_the_same_again_changes_nothing(journal):
    """The order does not matter, nor whether it is quiet, nor the words around it."""
    ones = [decided("C1", note="why"), decided("C2", quiet=True), decided("C3", "A")]
    first = commit(journal, *ones, author="Li")
    again = [decided("C3", "A"), decided("C2"), decided("C1", note="because")]
    second = commit(journal, *again, author="Wang", recorded_at=NOON.replace(hour=13))
    assert (first.recorded, first.repeated) == (3, 0)
    assert (second.recorded, second.repeated, second.already_recorded) == (0, 3, True)
    assert second.head == first.head == journal.head()
    old = review(journal, *ones, based_on=Head())
    assert journal.commit(old, recorded_at=NOON).already_recorded


@pytest.mark.parametrize("quiet", [False, True])
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"after": "A"}, "customer C2: .* got tier after A instead of B"),
        ({"before": "C"}, "tier before C instead of none"),
        ({"action": "UP"}, "action UP instead of FIRST"),
        ({"reasons": ()}, r'reasons \[\] instead of \["OVER_BAR"\]'),
        ({"state": {"tier": 2}}, "state.since nothing instead of 20727"),
        ({"state": {"tier": 1.0}}, "state.tier 1.0 instead of 1"),
        ({"inputs": {"score": 71}}, ""),
    ],
)
def test_another_decision_for_the_same_key_is_refused(journal, changes, words, quiet):
    """The error says what differs for whom, and nothing is written."""
    if "inputs" in changes:
        kept = r"inputs\.score 71 instead of 71\.25; inputs\.spend nothing instead"
        words = "got other inputs, of which only a check was kept" if quiet else kept
    first = commit(journal, decided("C1"), decided("C2", quiet=quiet))
    other = [decided("C1"), decided("C2", quiet=quiet, **changes), decided("C3")]
    with pytest.raises(JournalDifference, match=words):
        commit(journal, *other)
    assert journal.head() == first.head
    assert "C3" not in journal.state()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"policy": "c" * 64}, "batch.policy: .* another policy; got ccc.*: aaa"),
        ({"fitted": ""}, "batch.fitted: .* got none; allowed: bbb"),
        ({"valid_on": "2026-10-02"}, "valid_on; got 2026-10-02; allowed: 2026-10-01"),
    ],
)
def test_another_policy_or_day_for_the_same_key_is_refused(journal, changes, words):
    """Also where every decision came out the same."""
    first = commit(journal, decided("C1"))
    with pytest.raises(JournalDifference, match=words):
        commit(journal, decided("C1"), **changes)
    assert journal.head() == first.head


def test_ten_differences_are_listed_and_the_rest_counted(journal):
    """A thousand customers with other data do not make a thousand lines."""
    many = [f"C{at:03}" for at in range(150)]
    commit(journal, *map(decided, many))
    with pytest.raises(JournalDifference, match="and 140 more customers") as caught:
        commit(journal, *(decided(name, "A") for name in many))
    assert len(caught.value.problems) == 12
    assert caught.value.problems[0].where == "customer C000"
    assert "for 150 customers, and nothing" in str(caught.value.problems[-1])


def test_exactly_ten_differences_are_all_listed(journal):
    """Nobody is left to be counted."""
    many = [f"C{at}" for at in range(10)]
    first = commit(journal, *map(decided, many))
    with pytest.raises(JournalDifference, match="customer C9") as caught:
        commit(journal, *(decided(name, "A") for name in many))
    assert len(caught.value.problems) == 11
    assert "more" not in str(caught.value)
    with pytest.raises(JournalConflict, match=r"got C0, C1, .*, C9; read head"):
        commit(journal, *map(decided, many), key="2026-Q4", based_on=Head())
    commit(journal, decided("C10"), key="2026-Q4")
    ones = [*map(decided, many), decided("C10")]
    with pytest.raises(JournalConflict, match=r", C8 and 1 more; read head"):
        commit(journal, *ones, kind="trigger", key="X", based_on=Head())
    assert first.head.number == 11


def test_who_is_new_joins_a_review_that_is_recorded(journal):
    """Only the new one is written; the period stays the same."""
    commit(journal, decided("C1"))
    receipt = commit(journal, decided("C1"), decided("C2", "A"))
    assert (receipt.recorded, receipt.repeated) == (1, 1)
    assert tiers(journal) == {"C1": "B", "C2": "A"}


def test_a_correction_is_valid_then_and_known_now(journal):
    """Both beliefs can be read; the later decision stands and is named."""
    later = NOON.replace(month=12)
    commit(journal, decided("C1"), decided("C2"))
    commit(journal, decided("C1", "C"), key="2026-Q4", valid_on="2027-01-01")
    right = [decided("C1", "A"), decided("C2", "C", quiet=True)]
    receipt = commit(journal, *right, corrections=True, recorded_at=later)
    assert (receipt.recorded, receipt.corrected) == (2, 2)
    ((name, key, number),) = [
        (one.customer, one.key, one.number) for one in receipt.affected
    ]
    assert (name, key, number) == ("C1", "2026-Q4", 5)
    assert tiers(journal) == {"C1": "C", "C2": "C"}
    assert tiers(journal, as_of="2026-12-31") == {"C1": "A", "C2": "C"}
    assert tiers(journal, as_of="2026-12-31", known_at=NOON) == {"C1": "B", "C2": "B"}
    assert tiers(journal, as_of="2026-09-30") == {}
    assert tiers(journal, known_at=NOON - dt.timedelta(microseconds=1)) == {}
    corrections = list(journal.read(kind="correction"))
    assert [one.customer for one in corrections] == ["C1", "C2"]
    assert all(one.corrects in (2, 3) for one in corrections)
    assert journal.verify() == receipt.head


def test_a_correction_can_be_repeated_and_corrected(journal):
    """The last version counts: for comparing, and for what is held."""
    commit(journal, decided("C1"))
    commit(journal, decided("C1", "A"), corrections=True)
    assert commit(journal, decided("C1", "A")).already_recorded
    with pytest.raises(JournalDifference, match="tier after B instead of A"):
        commit(journal, decided("C1", "B"))
    commit(journal, decided("C1", "C"), corrections=True)
    assert tiers(journal) == {"C1": "C"}
    assert [one.corrects for one in journal.read(customer="C1")] == [0, 2, 2]


def test_a_correction_does_not_overtake_a_later_event_of_the_day(journal):
    """On one day decisions follow each other as they were first recorded."""
    commit(journal, decided("C1"))
    commit(journal, decided("C1", "C"), kind="trigger", key="DEFAULT-17")
    receipt = commit(journal, decided("C1", "A"), corrections=True)
    assert [one.key for one in receipt.affected] == ["DEFAULT-17"]
    assert tiers(journal) == {"C1": "C"}


def test_a_correction_may_move_the_day(journal):
    """It then holds from the new day, and the old version on no day."""
    commit(journal, decided("C1"))
    commit(journal, decided("C1"), valid_on="2026-10-05", corrections=True)
    assert tiers(journal, as_of="2026-10-04") == {}
    assert tiers(journal, as_of="2026-10-05") == {"C1": "B"}


def test_quiet_decisions_that_are_alike_take_one_line(journal):
    """Each customer still has an entry and a state; the inputs are not kept."""
    alike = [decided(f"Q{at}", quiet=True, inputs={"score": at}) for at in range(5)]
    commit(journal, *alike, decided("Q5", "C", quiet=True), decided("C1"))
    assert journal.head().number == 4
    assert len(list(journal.read())) == len(journal.state()) == 7
    (entry,) = journal.read(customer="Q3")
    assert (entry.customer, entry.inputs, entry.state) == ("Q3", None, alike[3].state)
    (alone,) = journal.read(customer="C1")
    assert alone.inputs == {"score": 71.25, "spend": 1_820_000}


@pytest.mark.parametrize(
    "changes",
    [
        {"before": "C"},
        {"after": "A"},
        {"after": None},
        {"action": "HELD"},
        {"reasons": ()},
        {"state": {"tier": 1}},
    ],
)
def test_quiet_decisions_that_differ_do_not_share(journal, changes):
    """In whatever part: each is read back as it was."""
    commit(journal, decided("Q0"), decided("Q1"), key="2026-Q2")
    commit(journal, decided("Q0", quiet=True), decided("Q1", quiet=True, **changes))
    assert journal.head().number == 6
    entries = [next(reversed(list(journal.read(customer=q)))) for q in ("Q0", "Q1")]
    for name, value in changes.items():
        assert getattr(entries[1], name) == value
        assert getattr(entries[0], name) == getattr(decided("Q0"), name)


def test_a_header_counts_its_corrections(journal):
    """Those alone, and those that share a line because they shared one before."""
    quiet = [decided(name, quiet=True) for name in ("C2", "C3")]
    commit(journal, decided("C1"), *quiet)
    ones = [decided(name, "A", quiet=name > "C1") for name in ("C1", "C2", "C3")]
    commit(journal, *ones, decided("C4"), decided("C5", quiet=True), corrections=True)
    counts = [(one.entries, one.corrections) for one in journal.store.headers()]
    assert counts == [(2, 0), (4, 2)]


def test_two_correctors_who_know_the_decision_do_not_both_win(journal):
    """The second has not seen what the first found."""
    commit(journal, decided("C1"))
    basis = journal.head()
    commit(journal, decided("C1", "A"), corrections=True)
    with pytest.raises(JournalConflict, match=r"another writer .* got C1;"):
        commit(journal, decided("C1", "C"), based_on=basis, corrections=True)
    assert tiers(journal) == {"C1": "A"}


def test_one_quiet_decision_among_many_can_be_corrected(journal):
    """The others keep what they share."""
    commit(journal, *(decided(f"Q{at}", quiet=True) for at in range(3)))
    receipt = commit(journal, decided("Q1", "A"), corrections=True)
    assert tiers(journal) == {"Q0": "B", "Q1": "A", "Q2": "B"}
    assert journal.verify() == receipt.head


def test_two_writers_cannot_both_decide_on_one_customer(journal):
    """The loser is told whose decision was overtaken, and nothing of it is written."""
    mine = review(journal, decided("C1"), decided("C2"))
    commit(journal, decided("C1", "A"), kind="trigger", key="SURGE-1")
    head = journal.head()
    with pytest.raises(JournalConflict, match=r"another writer .* got C1; read head"):
        journal.commit(mine, recorded_at=NOON)
    assert journal.head() == head
    assert tiers(journal) == {"C1": "A"}


def test_a_shared_line_is_a_decision_like_any_other(journal):
    """A quiet decision overtakes, too."""
    commit(journal, decided("C1"), key="2026-Q2")
    mine = review(journal, decided("C1", "A"), kind="override", key="OV-1")
    commit(journal, decided("C1", before="B", quiet=True))
    with pytest.raises(JournalConflict, match=r"another writer .* got C1;"):
        journal.commit(mine, recorded_at=NOON)


def test_decisions_on_others_do_no_harm(journal):
    """A long review is not lost because somebody was overridden meanwhile."""
    mine = review(journal, decided("C1"), decided("C2"))
    commit(journal, decided("C3", "A"), kind="override", key="OV-1")
    assert journal.commit(mine, recorded_at=NOON).recorded == 2
    assert tiers(journal) == {"C1": "B", "C2": "B", "C3": "A"}


def test_several_batches_are_recorded_together_or_not_at_all(journal):
    """A contradiction in the last takes the first back."""
    commit(journal, decided("C1"))
    head = journal.head()
    batches = [
        review(journal, decided("C2"), kind="trigger", key="SURGE-1"),
        review(journal, decided("C3"), decided("C1", "A")),
    ]
    with pytest.raises(JournalDifference, match="tier after A instead of B"):
        journal.commit_all(batches, recorded_at=NOON)
    assert journal.head() == journal.verify() == head
    receipts = journal.commit_all(batches, recorded_at=NOON, corrections=True)
    assert [one.recorded for one in receipts] == [1, 2]
    assert tiers(journal) == {"C1": "A", "C2": "B", "C3": "B"}
    assert journal.verify() == receipts[-1].head


def test_a_customer_in_two_batches_of_one_commit_is_refused(journal):
    """The second decision cannot know the first."""
    batches = [
        review(journal, decided("C1")),
        review(journal, decided("C1", "A"), kind="override", key="OV-1"),
    ]
    with pytest.raises(JournalConflict, match=r"in two batches .* got C1;"):
        journal.commit_all(batches, recorded_at=NOON)
    assert journal.head().number == 0


def test_what_was_held_before_a_commit_can_be_asked(journal):
    """By number, so that a review can be made again on what it was made on."""
    commit(journal, decided("C1"), decided("C2"))
    number = journal.head().number + 1
    commit(journal, decided("C1", "A"), key="2026-Q4", valid_on="2026-10-01")
    assert tiers(journal, before=number) == {"C1": "B", "C2": "B"}
    assert tiers(journal, before=number + 1) == tiers(journal) == {"C1": "A", "C2": "B"}
    assert tiers(journal, before=1) == {}


def test_a_correction_may_rest_on_what_was_before_the_corrected_decision(journal):
    """What came since is listed; somebody who is new in it is judged as ever."""
    basis = journal.head()
    commit(journal, decided("C1"))
    commit(journal, decided("C1", "C"), decided("C2"), kind="override", key="OV-1")
    again = [decided("C1", "A")]
    receipt = commit(journal, *again, based_on=basis, corrections=True)
    assert [one.key for one in receipt.affected] == ["OV-1"]
    assert tiers(journal) == {"C1": "C", "C2": "B"}
    with pytest.raises(JournalConflict, match=r"another writer .* got C2;"):
        commit(journal, decided("C2"), based_on=basis, corrections=True)


def test_the_head_of_another_journal_is_no_basis(journal):
    """A batch made for one journal does not get into another."""
    commit(journal, decided("C1"))
    for number in (1, 99):
        foreign = Head(number, "5" * 64)
        with pytest.raises(JournalConflict, match="rest on another journal"):
            commit(journal, decided("C2"), based_on=foreign)


def test_a_failure_on_the_way_leaves_nothing(journal):
    """Rows written before the failure are taken back, names and notes as well."""
    commit(journal, decided("C1"))
    head = journal.head()
    calls = []

    def failing(count):
        calls.append(count)
        if len(calls) == 3:  # the salts of C2 and C3, the first note, the second
            message = "no more randomness"
            raise OSError(message)
        return bytes(range(len(calls), len(calls) + count))

    broken = Journal(journal.store, draw=failing)
    with pytest.raises(OSError, match="no more randomness"):
        commit(broken, decided("C2", note="x"), decided("C3", note="y"))
    assert journal.head() == journal.verify() == head
    assert {one.name for one in journal.store.subjects()} == {"C1"}
    assert journal.store.notes() == {}
    assert commit(journal, decided("C2"), key="2026-Q4").recorded == 1


def test_a_customer_can_be_forgotten(journal):
    """The id and the words are gone; the chain, and everyone else, stay."""
    ones = [decided("C1", note="sick leave"), decided("C2", note="big"), decided("C3")]
    before = commit(journal, *ones, author="Li").head
    commit(journal, decided("C1", "B", quiet=True), key="2026-Q4")
    head = journal.forget("C1", recorded_at=NOON, author="Wang")
    assert journal.verify(before) == journal.verify() == journal.head() == head
    assert tiers(journal) == {"C2": "B", "C3": "B"}
    assert list(journal.read(customer="C1")) == []
    entries = list(journal.read())
    assert sorted(str(one.customer) for one in entries) == [
        "C2",
        "C3",
        "None",
        "None",
        "None",
    ]
    assert {one.note for one in entries} == {"", "big", None}
    (noted,) = journal.read(kind="erasure")
    assert (noted.action, noted.author, noted.state) == ("ERASED", "Wang", {})
    with pytest.raises(UnknownCustomer, match="no such customer; got 'C1'"):
        journal.forget("C1", recorded_at=NOON)


def test_who_was_forgotten_comes_back_as_a_stranger(journal):
    """A new history begins, under another token."""
    commit(journal, decided("C1"))
    journal.forget("C1", recorded_at=NOON)
    with pytest.raises(JournalConflict, match="has forgotten; got C1; leave them out"):
        commit(journal, decided("C1", "A", before="B"), key="2026-Q4")
    commit(journal, decided("C1", "A"), key="2026-Q4")
    tokens = [one.subject for one in journal.read() if one.kind == "review"]
    assert len(set(tokens)) == 2
    assert len(list(journal.read(customer="C1"))) == 1
    assert journal.verify() == journal.head()


def test_an_author_can_be_forgotten(journal):
    """Also by their own hand; a customer of the same name is another person."""
    commit(journal, decided("Li"), author="Li")
    journal.forget_author("Li", recorded_at=NOON, author="Li")
    assert journal.verify() == journal.head()
    review_entry, noted = journal.read()
    assert (review_entry.customer, review_entry.author) == ("Li", None)
    assert noted.author == ""
    with pytest.raises(UnknownCustomer, match="no such author"):
        journal.forget_author("Li", recorded_at=NOON)


def test_entries_can_be_asked_for_by_day_and_kind(journal):
    """Both ends are included; filters go together."""
    commit(journal, decided("C1"), decided("C2"), valid_on="2026-10-01")
    commit(
        journal, decided("C1", "A"), kind="override", key="OV-1", valid_on="2026-11-05"
    )
    commit(journal, decided("C1"), key="2026-Q4", valid_on="2027-01-01")

    def numbers(**asked):
        return [one.number for one in journal.read(**asked)]

    assert numbers() == [2, 3, 5, 7]
    assert len(numbers(customer="C1")) == 3
    assert numbers(since="2026-11-05") == [5, 7]
    assert numbers(until=dt.date(2026, 11, 5)) == [2, 3, 5]
    assert numbers(kind="override") == [5]
    assert numbers(customer="C1", since="2026-10-02", until="2026-12-31") == [5]
    assert numbers(customer="C2", kind="override") == []


def test_many_customers_go_the_same_way(journal):
    """Above the sizes at which looking up changes, answers are the same."""
    many = [f"C{at:04}" for at in range(5_200)]
    first = [decided(name, quiet=at % 50 > 0) for at, name in enumerate(many)]
    commit(journal, *first)
    assert commit(journal, *first).repeated == 5_200
    commit(journal, *map(decided, many), key="2026-Q4", valid_on="2027-01-01")
    assert commit(journal, *first[:150]).already_recorded
    receipt = commit(
        journal, *(decided(name, "A") for name in many[:150]), corrections=True
    )
    assert len(receipt.affected) == 150
    assert len(journal.state()) == 5_200
    assert tiers(journal, as_of="2026-12-31")["C0149"] == "A"
    assert journal.verify() == receipt.head


def everything(store):
    """Return all that a store holds, by every way of asking."""
    tokens = sorted(one.subject for one in store.subjects())
    return {
        "head": store.head(),
        "hashes": [store.hash_at(number) for number in range(10)],
        "headers": store.headers(),
        "later": store.headers(5),
        "one": store.headers_of("review", "2026-Q3"),
        "none": store.headers_of("trigger", "2026-Q3"),
        "at": store.headers_at([5, 1, 77]),
        "lines": [store.lines(first, last) for first in range(9) for last in range(9)],
        "members": [store.members(first, 8) for first in range(9)],
        "shares": [store.shares(tokens), store.shares(tokens[:1]), store.shares([])],
        "subjects": sorted(store.subjects()),
        "known": sorted(store.known([tokens[0], 5])),
        "found": store.find("customer", ["C1", "nobody", "Li"]),
        "authors": store.find("author", ["C1", "Li"]),
        "notes": [store.notes(), store.notes([3]), store.notes([])],
        "damage": store.inspect(),
    }


def test_a_store_answers_as_memory_does(journal):
    """With the same salts every row, in every way of asking, is the same."""
    reference = Journal(MemoryStore(), draw=seeded())
    for one in (journal, reference):
        ones = [decided("C1", note="x"), decided("C2", None), decided("C3", quiet=True)]
        commit(one, *ones, decided("C4", quiet=True), author="Li")
        commit(one, decided("C3", quiet=True), key="2026-Q4")
        commit(one, decided("C1", "A", note="y"), key="2026-Q4")
        one.forget("C4", recorded_at=NOON)
    assert everything(journal.store) == everything(reference.store)
