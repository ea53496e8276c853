"""The commands that write into a journal by hand: look first, then --commit."""

import pytest

from custseg import cli
from custseg.adapters.stores import open_journal
from custseg.commands.saying import in_options
from custseg.errors import JournalUnavailable, Problem
from custseg.reviews.overrides import override
from tier_shop import at, days, fitted_on, held, ledger_of

TO_A = ("--tier", "A", "--until", "2026-06-30")
WHY = ("--reason", "framework contract", "--author", "Li")
ON = ("--on", "2026-03-10", "--recorded-at", "2026-03-10T09:00+08:00")


@pytest.fixture
def place(tmp_path):
    """Two reviews of three customers, all C, then two is an A by hand; in 8 rows.

    The second review is one line that all three share.
    """
    place = tmp_path / "tiers.db"
    ledger = ledger_of(one=days(1), two=days(1), three=days(1))
    fitted = fitted_on(ledger)
    fitted.save(tmp_path / "tiers.fitted.json")
    with open_journal(place) as journal:
        for month in (2, 3):
            review = fitted.review(ledger, journal, on=f"2026-{month:02d}-01")
            review.commit(recorded_at=at(month), author="board")
        override(
            journal,
            fitted,
            "two",
            tier="A",
            on="2026-03-02",
            until="2026-04-30",
            reason="trial",
            author="Wang",
            recorded_at=at(3, 2),
        )
    return place


def run(capsys, *arguments):
    """Run the command line; return its status and what it wrote."""
    status = cli.main(["journal", *map(str, arguments)])
    written = capsys.readouterr()
    return status, written.out, written.err


def tried_and_done(capsys, place, *arguments):
    """Run a command without and with --commit; return what each of them showed."""
    before = place.read_bytes()
    status, tried, _ = run(capsys, *arguments)
    assert (status, place.read_bytes()) == (0, before)
    status, done, _ = run(capsys, *arguments, "--commit")
    assert status == 0
    return tried.splitlines(), done.splitlines()


def test_an_override_is_shown_as_it_would_be_recorded(capsys, place):
    """The number of its entry too; without --commit the file stays as it is."""
    given = ("override", place, "one", *TO_A, *WHY, *ON)
    tried, done = tried_and_done(capsys, place, *given)
    assert tried[:-1] == done[:-1]
    assert tried == [
        "Customer one, this decision:",
        "2026-03-10  Set by hand: C -> A, until 2026-06-30",
        "  because: framework contract",
        "  override 2026-03-10, entry 10, recorded 2026-03-10 01:00 UTC by Li",
        "",
        "Nothing was recorded; add --commit to record it.",
    ]
    with open_journal(place, read_only=True) as journal:
        assert held(journal) == {"one": "A", "two": "A", "three": "C"}
        assert done[-1] == f"Recorded in {place}; head {journal.verify()}"
    for commit in ((), ("--commit",)):
        status, out, _ = run(capsys, *given, *commit)
        assert (status, out) == (
            0,
            "That was recorded before; nothing is added.\n",
        )


def test_another_override_of_the_day_is_refused_before_it_is_recorded(capsys, place):
    """With --corrections it takes the place of the first; later decisions are told."""
    run(capsys, "override", place, "one", *TO_A, *WHY, *ON, "--commit")
    end = ("--on", "2026-03-20", "--recorded-at", "2026-03-20T09:00+08:00")
    tried, done = tried_and_done(capsys, place, "release", place, "one", *WHY, *end)
    assert tried[:-1] == done[:-1]
    assert tried[1] == "2026-03-20  No longer set by hand: A"
    slip = ("override", place, "one", *TO_A, "--tier", "B", *WHY, *ON)
    status, out, err = run(capsys, *slip)
    assert (status, out) == (2, "")
    assert "got tier after B instead of A" in err
    assert "commit with --corrections to record what came now beside it" in err
    tried, done = tried_and_done(capsys, place, *slip, "--corrections")
    assert tried[:-1] == done[:-1]
    assert tried[4:6] == [
        "  corrects entry 10",
        "Later decisions stand: release 2026-03-20 (12)",
    ]
    with open_journal(place, read_only=True) as journal:
        assert journal.verify().number == 14


def test_forgetting_says_what_goes_and_what_stays(capsys, place):
    """The reason goes with the id; the decisions and who made them stay."""
    run(capsys, "override", place, "one", *TO_A, *WHY, *ON, "--commit")
    given = ("forget", place, "one", *ON[2:])
    tried, done = tried_and_done(capsys, place, *given)
    assert tried[:-1] == done[:-1]
    assert tried[0] == "Customer one, decisions: 3, with a reason in words: 1"
    assert tried[-1] == "Nothing was erased; add --commit to erase it."
    with open_journal(place, read_only=True) as journal:
        assert done[-1] == f"Erased in {place}; head {journal.verify()}"
        assert held(journal) == {"two": "A", "three": "C"}
        _, entry = journal.read(kind="override")
        assert (entry.customer, entry.note, entry.author) == (None, None, "Li")
    status, _, err = run(capsys, *given, "--commit")
    assert (status, "customer: the journal has no decision on" in err) == (2, True)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("override", "none.db", "one", *TO_A), "none.db: there is no journal; check"),
        (("override", "{place}", "onn", *TO_A), "got 'onn'; did you mean 'one'"),
        (("override", "{place}", "four", *TO_A), "; pass --first, if it is not"),
        (("override", "{place}", "one", *TO_A, "--tier", "D"), "--tier: the policy ha"),
        (("override", "{place}", "one", *TO_A, "--reason", " "), "--reason: an overri"),
        (("override", "{place}", "one", *TO_A, "--on", "2026-02-10"), "a later decis"),
        (("release", "{place}", "one"), "--on: no override is in force"),
        (("release", "{place}", "one", "--recorded-at", "2026-03-10"), "a time zone"),
    ],
)
@pytest.mark.parametrize("commit", [(), ("--commit",)])
def test_what_cannot_be_is_refused_with_and_without_commit(
    capsys, place, more, words, commit
):
    """One message, exit status 2, and the file as it was: what is tried is checked."""
    before = place.read_bytes()
    command, *given = (one.format(place=place) for one in more)
    at_end = given[2:]
    status, out, err = run(capsys, command, *given[:2], *WHY, *ON, *at_end, *commit)
    assert (status, out, place.read_bytes()) == (2, "", before)
    assert words in err


def test_the_tiers_are_those_of_a_policy_that_is_named_or_kept(capsys, place):
    """Nothing is guessed where no fitted policy lies beside the journal."""
    kept = place.with_suffix(".fitted.json")
    moved = kept.rename(place.with_name("moved.json"))
    given = ("override", place, "one", *TO_A, *WHY, *ON)
    status, _, err = run(capsys, *given)
    assert (status, "--policy: say whose tiers they are" in err) == (2, True)
    for whose in (("--fitted", moved), ("--policy", "company")):
        status, out, _ = run(capsys, *given, *whose, "--language", "zh")
        assert status == 0
        assert "2026-03-10  人工调整：C → A，至 2026-06-30 为止" in out
        assert "未写入台账；加 --commit 即可写入。" in out


def test_who_is_told_to_scrub_again_learns_where():
    """No command does it, so the hint names the call in Python."""
    hint = "call scrub() again when they are done"
    error = JournalUnavailable(Problem("bytes are kept alive", hint=hint))
    assert in_options(error).endswith("call open_journal(...).scrub() in Python")
