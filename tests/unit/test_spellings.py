"""The words that decide something, and what happens to those that are not known."""

import pytest

import custseg as cs
from custseg.errors import QualityRefused
from custseg.spellings import EVENT_KINDS, EXPANSION, READ_IN_FULL, STAGES, meant, plain

SALES = {"customer_id": ["x"], "date": ["2026-01-01"], "amount": [1.0]}


@pytest.mark.parametrize(
    "spellings", [STAGES, EVENT_KINDS, {"expansion": EXPANSION}], ids="ske"
)
def test_every_spelling_is_plain_and_has_one_meaning(spellings):
    """A spelling in capitals or with blanks would never be met."""
    words = [word for some in spellings.values() for word in some]
    assert len(set(words)) == len(words)
    assert words == [plain(word) for word in words]


def test_every_meaning_is_one_of_its_own_spellings():
    """So the codes of the contract can be written as they are."""
    for spellings in READ_IN_FULL.values():
        assert all(meant(code, spellings) == code for code in spellings)


@pytest.mark.parametrize(
    ("word", "stage"),
    [
        ("进行中", "running"),
        (" In-Progress ", "running"),
        ("ACTIVE", "running"),
        ("计划", "planned"),
        ("签约", "won"),
        ("投标中", "tender"),
        ("on hold", "paused"),
        ("已竣工", "done"),
        ("Closed Lost", "lost"),
        ("", None),
        ("进行 中", None),
        ("delayed", None),
    ],
)
def test_a_stage_is_read_as_systems_write_it(word, stage):
    """Capitals, hyphens and blanks at the ends make no difference."""
    assert meant(word, STAGES) == stage


def tables(stages=(), kinds=()):
    """Return projects in these stages and events of these kinds of one customer."""
    n, m = len(stages), len(kinds)
    projects = {"customer_id": ["x"] * n, "project_id": list("pqrstu"[:n])}
    projects |= {"recorded_on": ["2026-01-01"] * n, "stage": list(stages)}
    events = {"customer_id": ["x"] * m, "date": ["2026-01-01"] * m}
    return {"projects": projects, "events": events | {"kind": list(kinds)}}


def test_words_that_are_not_known_are_counted_with_examples():
    """Kept by default; a stage or a kind that is not said is no unknown word."""
    given = tables(["进行中", "延期", None, "", "Delayed"], ["Default!", "DEFAULT"])
    report = cs.Ledger.from_frames(SALES, currency="CNY", **given).quality()
    assert report.count("unknown_word", table="projects") == 2
    assert report.count("unknown_word", table="events") == 1
    assert report.rows_used == {"sales": 1, "projects": 5, "events": 2}
    text = report.to_text()
    assert "(row 1: '延期'; row 4: 'Delayed')" in text
    assert "(row 0: 'Default!')" in text
    assert "保留 2：无法理解的项目阶段或事件类型（第 1 行：'延期'" in report.to_text(
        "zh"
    )


def test_words_that_are_known_are_not_odd():
    """In either language, and however they are spelled."""
    given = tables(["Running", "施工中", "on-hold"], ["暴雷", "Strategy Change"])
    report = cs.Ledger.from_frames(SALES, currency="CNY", **given).quality()
    assert report.count("unknown_word") == 0


def test_unknown_words_can_be_refused_or_left_out():
    """The error names the column and shows the word; what is left out is counted."""
    given = tables(["延期", "在建"], ["fire"])
    strict = cs.Treatments(unknown_word="refuse")
    with pytest.raises(QualityRefused, match=r"projects\.stage.*延期"):
        cs.Ledger.from_frames(SALES, currency="CNY", quality=strict, **given)
    report = cs.Ledger.from_frames(
        SALES, currency="CNY", quality=cs.Treatments(unknown_word="drop"), **given
    ).quality()
    assert report.rows_used == {"sales": 1, "projects": 1, "events": 0}
    assert report.closes()
