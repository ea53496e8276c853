"""The tier of one customer through time, in the words of its journal."""

import datetime as dt

import pytest

from custseg.adapters.stores import open_journal
from custseg.errors import UnknownCustomer
from custseg.policy import load_policy
from custseg.reviews.histories import tier_history
from custseg.reviews.overrides import override, release
from custseg.reviews.remembering import remembered_rows
from custseg.rules.tiers.deciding import Memory
from journal_cases import NOON, decided, review

FIRST = {
    "reasons": ("FIRST_EARNED",),
    "inputs": {"score": 71.25, "gates": ["late"]},
    "state": next(remembered_rows(Memory.fresh(1))),
}
FORGOTTEN = ", by somebody who was forgotten"


@pytest.fixture
def journal():
    """A first tier, corrected a day later; a month by hand; a code of other writers."""
    with open_journal(":memory:") as journal:
        empty = journal.head()
        journal.commit(review(journal, decided("C7", **FIRST)), recorded_at=NOON)
        again = review(journal, decided("C7", "C", **FIRST), based_on=empty)
        day = dt.timedelta(days=1)
        journal.commit(again, recorded_at=NOON + day, author="Li", corrections=True)
        policy = load_policy("company")
        override(
            *(journal, policy, "C7"),
            tier="A",
            on="2026-10-05",
            until="2026-12-31",
            reason="framework contract",
            author="Li",
            recorded_at=NOON + 4 * day,
        )
        release(
            *(journal, policy, "C7"),
            on="2026-11-05",
            reason="ended",
            author="Wang",
            recorded_at=NOON + 35 * day,
        )
        own = decided("C7", before="A", action="MOVED", inputs={}, quiet=True)
        later = review(journal, own, key="2026-Q4", valid_on="2027-01-01")
        journal.commit(later, recorded_at=NOON + 92 * day)
        journal.forget_author("Li", recorded_at=NOON + 93 * day)
        yield journal


def test_every_decision_is_told_with_its_reason_and_who_answers_for_it(journal):
    """In the order of recording; what was corrected says so, at both ends."""
    assert str(tier_history(journal, "C7")).splitlines() == [
        "Customer C7: 5 decisions",
        "2026-10-01  First tier: no tier -> B",
        "  because: the first review gives the tier earned; score 71.25; gates: late",
        "  review 2026-Q3, entry 2, recorded 2026-10-01 12:00 UTC, by nobody named",
        "  corrected later by entry 4",
        "2026-10-01  First tier: no tier -> C",
        "  because: the first review gives the tier earned; score 71.25; gates: late",
        f"  review 2026-Q3, entry 4, recorded 2026-10-02 12:00 UTC{FORGOTTEN}",
        "  corrects entry 2",
        "2026-10-05  Set by hand: C -> A, until 2026-12-31",
        "  because: framework contract",
        f"  override 2026-10-05, entry 6, recorded 2026-10-05 12:00 UTC{FORGOTTEN}",
        "2026-11-05  No longer set by hand: A",
        "  because: ended",
        "  release 2026-11-05, entry 8, recorded 2026-11-05 12:00 UTC by Wang",
        "2027-01-01  MOVED: A -> B",
        "  because: OVER_BAR",
        "  review 2026-Q4, entry 10, recorded 2027-01-01 12:00 UTC, by nobody named",
    ]


def test_of_two_corrections_the_first_one_is_corrected_too():
    """Only the last of them holds."""
    with open_journal(":memory:") as journal:
        empty = journal.head()
        for n, tier in enumerate("BCA"):
            made = review(journal, decided("C7", tier, **FIRST), based_on=empty)
            at = NOON + dt.timedelta(days=n)
            journal.commit(made, recorded_at=at, corrections=n > 0)
        lines = str(tier_history(journal, "C7")).splitlines()
    links = [one.strip() for one in lines if "correct" in one]
    assert links == [
        "corrected later by entry 6",
        "corrects entry 2",
        "corrected later by entry 6",
        "corrects entry 2",
    ]


def test_it_is_told_in_chinese(journal):
    """The same, with the marks of Chinese."""
    lines = tier_history(journal, "C7").to_text("zh").splitlines()
    assert lines[:5] == [
        "客户 C7：共 5 条决定",
        "2026-10-01  首次定级：未定级 → B",
        "  原因：首次复盘，按达到的等级定级；得分 71.25；门槛：late",
        "  复盘 2026-Q3，第 2 条，2026-10-01 12:00 UTC 写入，未记经办人",
        "  已由第 4 条更正",
    ]
    assert "2026-10-05  人工调整：C → A，至 2026-12-31 为止" in lines


def test_it_is_a_table_as_well(journal):
    """Codes for programs, titles for people."""
    frame = tier_history(journal, "C7").to_pandas()
    columns = ["before", "after", "action", "reason", "note", "corrects"]
    rows = frame[columns].values.tolist()
    assert rows[1] == ["NONE", "C", "FIRST", "FIRST_EARNED", "", 2]
    assert rows[2] == ["C", "A", "LOCKED", "", "framework contract", 0]
    assert frame["score"].notna().tolist() == [True, True, False, False, False]
    assert frame["author"].isna().tolist() == [False, True, True, False, False]
    row = tier_history(journal, "C7").to_pandas(language="zh").iloc[0]
    assert (row["原等级"], row["处理"], row["序号"]) == ("未定级", "首次定级", 2)


def test_who_is_not_in_the_journal_is_told_by_the_nearest(journal):
    """A mistyped id is no empty history; upper and lower case are near each other."""
    others = [decided(f"C{n}") for n in range(90, 99)]
    journal.commit(
        review(journal, *others, key="2027-Q1", valid_on="2027-04-01"),
        recorded_at=NOON + dt.timedelta(days=200),
    )
    with pytest.raises(UnknownCustomer, match=r"got 'c7'; did you mean 'C7'\?"):
        tier_history(journal, "c7")
