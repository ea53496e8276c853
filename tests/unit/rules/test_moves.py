"""The words of transitions."""

import pytest

from custseg.rules.tiers.moves import (
    ACTION_CODES,
    ACTION_OF,
    ACTION_TITLES,
    REASON_TITLES,
    Action,
    Reason,
)


def test_every_word_has_its_titles():
    """In both languages, and no two reasons read the same."""
    assert set(ACTION_TITLES) == set(Action)
    assert set(REASON_TITLES) == set(Reason)
    for titles in (ACTION_TITLES, REASON_TITLES):
        for language in ("zh", "en"):
            texts = [title.of(language) for title in titles.values()]
            assert all(texts)
            assert len(set(texts)) == len(texts)


def test_every_action_has_a_reason():
    """None is without a way to it, and reasons are numbered without a gap."""
    assert set(ACTION_OF) == set(Action)
    assert [reason.value for reason in Reason] == list(range(len(ACTION_OF)))
    assert ACTION_CODES.tolist() == [action.value for action in ACTION_OF]


def test_the_numbers_of_journals_stay():
    """Journals hold these numbers: a new code goes to the end."""
    assert {action.name: action.value for action in Action} == {
        "NOT_DUE": 0,
        "REPEATED": 1,
        "FIRST": 2,
        "UP": 3,
        "DOWN": 4,
        "HELD": 5,
        "CAPPED": 6,
        "LOCKED": 7,
        "PENDING_UP": 8,
        "PENDING_DOWN": 9,
        "DWELL": 10,
        "GRACE": 11,
        "UNKNOWN_KEPT": 12,
    }
    assert Reason.NOT_ASKED == 0
    assert Reason.ENTRY_BAR_MET == 6
    assert Reason.GATE == 14
    assert Reason.HOLD_UNKNOWN == 28
    assert Reason.ENTRY_BAR_MET_CAPACITY == 31


def test_what_reasons_mean_cannot_be_changed():
    """All runs share the table, so nobody may write to it."""
    with pytest.raises(ValueError, match="read-only"):
        ACTION_CODES[0] = 1
