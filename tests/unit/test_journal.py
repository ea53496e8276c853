"""The journal in front of any store: what it refuses before it touches one."""

import datetime as dt

import pytest

from custseg.adapters.stores import MemoryStore
from custseg.errors import JournalAltered, SettingError
from custseg.journal import bitemporal
from custseg.journal.chain import Head
from custseg.journal.entries import as_moment, moment_text
from custseg.journal.journal import Journal
from journal_cases import NOON, decided, review, seeded


@pytest.fixture
def journal():
    """A journal in memory with two reviews, one quiet line and one note."""
    journal = Journal(MemoryStore(), draw=seeded(1))
    ones = [decided("C1", note="x"), decided("C2")]
    ones += [decided(name, quiet=True) for name in ("C3", "C4")]
    journal.commit(review(journal, *ones), recorded_at=NOON, author="Li")
    later = review(journal, decided("C1", "A"), key="2026-Q4", valid_on="2027-01-01")
    journal.commit(later, recorded_at=NOON)
    return journal


@pytest.mark.parametrize(
    "moment", [None, "2026-10-01", dt.date(2026, 10, 1), NOON.replace(tzinfo=None)]
)
def test_a_moment_has_a_time_zone(journal, moment):
    """Nothing is written with a moment that could be any of twenty-four."""
    batch = review(journal, decided("C9"))
    words = "recorded_at: expected a moment with a time zone"
    with pytest.raises(SettingError, match=words):
        journal.commit(batch, recorded_at=moment)
    with pytest.raises(SettingError, match=words):
        journal.forget("C1", recorded_at=moment)
    if moment is not None:
        with pytest.raises(SettingError, match="known_at: expected a moment"):
            journal.state(known_at=moment)


def test_moments_are_kept_in_utc():
    """Texts of one length, so that they sort as the moments do."""
    east = dt.timezone(dt.timedelta(hours=8))
    moment = dt.datetime(2026, 10, 1, 7, tzinfo=east)
    assert moment_text(moment) == "2026-09-30T23:00:00.000000Z"
    assert moment_text(as_moment(moment, where="x")) == moment_text(moment)


@pytest.mark.parametrize("author", [None, 5, "a\0"])
def test_an_author_is_a_text(journal, author):
    """No object gets into a table of names."""
    with pytest.raises(SettingError, match="author: expected a text"):
        journal.commit(review(journal, decided("C9")), recorded_at=NOON, author=author)


def test_a_mistyped_kind_is_refused(journal):
    """Rather than answered with nothing."""
    with pytest.raises(SettingError, match=r"kind: .* did you mean 'override'"):
        list(journal.read(kind="overide"))


@pytest.mark.parametrize("name", ["since", "until"])
def test_a_wrong_day_is_refused(journal, name):
    """With the argument's name."""
    with pytest.raises(SettingError, match=f"{name}: expected a calendar day"):
        list(journal.read(**{name: "yesterday"}))
    with pytest.raises(SettingError, match="as_of: expected a calendar day"):
        journal.state(as_of=5)


def test_it_closes_what_it_opened():
    """As a context manager it closes its store, once, also after an error."""
    closed = []

    class Store(MemoryStore):
        def close(self):
            closed.append(self)

    with pytest.raises(KeyError), Journal(Store()):
        raise KeyError
    assert len(closed) == 1


def test_the_day_of_a_head_can_be_verified(journal):
    """A head kept earlier is part of the chain for ever."""
    early = Head(1, journal.store.hash_at(1))
    assert journal.verify(early).number == 6
    with pytest.raises(JournalAltered, match="entry 6: the chain up to here") as caught:
        journal.verify(Head(6, "f" * 64))
    assert caught.value.number == 6


def test_a_cut_off_end_shows_against_a_kept_head(journal):
    """Without one the shorter chain is sound."""
    head = journal.head()
    del journal.store._headers[1:], journal.store._lines[3:]
    assert journal.verify().number == 4
    with pytest.raises(JournalAltered, match="end of the journal is missing") as caught:
        journal.verify(head)
    assert caught.value.number == 5


def test_a_whole_new_chain_shows_against_a_kept_head(journal):
    """Whoever writes everything anew cannot meet the hash."""
    head = journal.head()
    forged = Journal(MemoryStore(), draw=seeded(1))
    for header in journal.store.headers():
        ones = [decided("C1", "A"), decided("C2"), decided("C5")][: header.entries]
        batch = review(forged, *ones, key=header.key)
        forged.commit(batch, recorded_at=NOON)
    assert forged.head().number == head.number
    assert forged.verify() == forged.head()
    with pytest.raises(JournalAltered, match="another than once written"):
        forged.verify(head)


def remade(rows, number, **changes):
    """Change one row of a list of rows."""
    (at,) = [at for at, row in enumerate(rows) if row.number == number]
    rows[at] = rows[at]._replace(**changes)


# Rows of the journal above: 1 header, 2 and 3 lines of C1 and C2, 4 the line that C3
# and C4 share, 5 header, 6 line of C1.
TRICKS = {
    "a line swapped with its neighbour": (
        lambda s: s._lines.__setitem__(
            slice(0, 2),
            [
                s._lines[1]._replace(number=2),
                s._lines[0]._replace(number=3),
            ],
        ),
        2,
        "the entry is not what was written",
    ),
    "a line taken out": (lambda s: s._lines.pop(1), 3, "the entry is missing"),
    "the last line of a commit taken out": (
        lambda s: s._lines.pop(2) and s._members.clear(),
        4,
        "the entry is missing",
    ),
    "a header taken out": (
        lambda s: s._headers.pop(1),
        5,
        "the entry is missing",
    ),
    "a line put in": (
        lambda s: s._lines.append(s._lines[-1]._replace(number=7)),
        7,
        "the row belongs to no commit",
    ),
    "a line put before the beginning": (
        lambda s: s._lines.insert(0, s._lines[0]._replace(number=-3)),
        -3,
        "the row belongs to no commit",
    ),
    "a line in the place of a header": (
        lambda s: s._lines.insert(3, s._lines[0]._replace(number=5)),
        5,
        "the number comes twice",
    ),
    "a member taken out": (lambda s: s._members.pop(), 4, "were added .* or taken"),
    "a member put in": (
        lambda s: s._members.append(s._members[0]._replace(subject=3)),
        4,
        "were added to the entry",
    ),
    "a member of a line that nobody shares": (
        lambda s: s._members.insert(0, s._members[0]._replace(number=2)),
        2,
        "were added to the entry",
    ),
    "a member of a header": (
        lambda s: s._members.append(s._members[0]._replace(number=5)),
        5,
        "customers stand where no line has any",
    ),
    "a member in another's place": (
        lambda s: s._members.__setitem__(0, s._members[0]._replace(check=1)),
        4,
        "these are not the customers written",
    ),
    "a line moved to another commit": (
        lambda s: remade(s._lines, 6, batch=1),
        6,
        "the entry is not what was written",
    ),
    "a note put in": (
        lambda s: s._notes.update({3: s._notes.get(2, s._notes.get(3))}),
        3,
        "the note is not the one written",
    ),
}


@pytest.fixture
def placed(journal):
    """The journal above, where C1 has line 2: the seed sees to that."""
    store = journal.store
    names = {one.subject: one.name for one in store.subjects()}
    assert [names.get(line.subject) for line in store._lines] == [
        "C1",
        "C2",
        None,
        "C1",
    ]
    return journal


@pytest.mark.parametrize("trick", TRICKS, ids=str)
def test_every_trick_is_found_at_its_number(placed, trick):
    """Altered, removed, reordered, inserted: the first bad entry is named."""
    do, number, words = TRICKS[trick]
    placed.verify()
    do(placed.store)
    with pytest.raises(JournalAltered, match=f"entry {number}: .*{words}") as caught:
        placed.verify()
    assert caught.value.number == number


def test_a_swapped_name_is_found(placed):
    """Two customers who exchange their ids would exchange their histories."""
    people = placed.store._subjects
    one, two = (row for row in people.values() if row.name in ("C1", "C2"))
    people[one.subject] = one._replace(name="C2")
    people[two.subject] = two._replace(name="C1")
    with pytest.raises(JournalAltered, match="entry 2: the customer id or author"):
        placed.verify()


def test_a_missing_name_that_nobody_forgot_is_found(placed):
    """Deleting a row of the table of names is not forgetting."""
    people = placed.store._subjects
    (author,) = [row for row in people.values() if row.role == "author"]
    del people[author.subject]
    with pytest.raises(JournalAltered, match="entry 1: a name is missing") as caught:
        placed.verify()
    assert caught.value.number == 1


def test_a_forgotten_name_that_is_put_back_is_found(placed):
    """From a backup, say."""
    people = placed.store._subjects
    kept = dict(people)
    placed.forget("C1", recorded_at=NOON)
    placed.verify()
    people.update(kept)
    with pytest.raises(JournalAltered, match="entry 2: somebody was forgotten, and is"):
        placed.verify()


def test_a_missing_note_is_found(placed):
    """Unless its customer was forgotten."""
    placed.store._notes.clear()
    with pytest.raises(JournalAltered, match="entry 2: the note is missing"):
        placed.verify()
    placed.forget("C1", recorded_at=NOON, author="Li")
    assert placed.verify() == placed.head()
    assert [one.author for one in placed.read(kind="erasure")] == ["Li"]
    placed.forget_author("Li", recorded_at=NOON, author="Li")  # who is not named again
    assert [one.author for one in placed.read(kind="erasure")] == [None, ""]


def test_an_edited_note_is_found(placed):
    """The words are not in the chain, and yet bound to it."""
    note = placed.store._notes[2]
    placed.store._notes[2] = note._replace(text="y")
    with pytest.raises(
        JournalAltered, match="entry 2: the note is not the one written"
    ):
        placed.verify()


@pytest.mark.parametrize("part", [1, 2, 5, 20_000])
def test_what_is_held_is_the_same_however_much_is_read_at_a_time(monkeypatch, part):
    """Lines of one and of many, corrected ones, and two commits of one day.

    Of nine customers the first review gives B to all, in lines that some share; the
    second one leaves three at B, quietly, and moves the others to A; then C1 is
    corrected, C2 moved again on the same day, and C9 forgotten.
    """
    journal = Journal(MemoryStore(), draw=seeded())
    first = [decided(f"C{at}", quiet=at % 2 == 0) for at in range(1, 10)]
    journal.commit(review(journal, *first), recorded_at=NOON)
    second = [
        decided(
            f"C{at}",
            "B" if at < 4 else "A",
            before="B",
            quiet=at < 4,
            state={"n": at % 3},
        )
        for at in range(1, 10)
    ]
    day = {"key": "2026-Q4", "valid_on": "2026-10-01"}
    journal.commit(review(journal, *second, **day), recorded_at=NOON)
    again = review(journal, decided("C1", "C", before="B", state={"n": 8}), **day)
    journal.commit(again, recorded_at=NOON, corrections=True)
    moved = review(
        journal,
        decided("C2", "A", before="B"),
        kind="trigger",
        key="T",
        valid_on="2026-10-01",
    )
    journal.commit(moved, recorded_at=NOON)
    journal.forget("C9", recorded_at=NOON)
    monkeypatch.setattr(bitemporal, "_PART", part)
    monkeypatch.setattr(bitemporal.in_parts, "__defaults__", (part,))
    state = journal.state()
    assert [*state] == [f"C{at}" for at in range(1, 9)]
    assert [one.tier for one in state.values()] == [*"CAB", *"AAAAA"]
    assert [one.state.get("n") for one in state.values()] == [8, None, 0, 1, 2, 0, 1, 2]
    assert {one.tier for one in journal.state(before=1).values()} == set()
    early = journal.state(before=again_number(journal))
    assert [one.tier for one in early.values()] == [*"BBB", *"AAAAA"]
    assert state["C5"].state is state["C8"].state
    assert repr(state["C5"]).startswith("Held(tier='A', number=")
    journal.verify()


def again_number(journal):
    """Return the number of the commit that corrects."""
    return next(one.number for one in journal.store.headers() if one.corrections)
