"""Reviews, triggers and ceilings as arguments."""

import numpy as np
import pytest

from custseg.errors import SettingError
from custseg.rules.tiers.occasions import Ceiling, Due, Fired


def test_ceilings_pass_no_locks_by_default():
    """Who says nothing of locks respects them."""
    assert Ceiling([0, 2]).through_locks.tolist() == [0, 0]


def test_the_lowest_of_several_gates():
    """The lowest of all, and apart from it the lowest of those that pass locks."""
    default = np.array([0, 2, 0]), True
    overdue = np.array([1, 1, 0]), False
    cap = Ceiling.lowest([default, overdue], n=3)
    assert cap.code.tolist() == [1, 2, 0]
    assert cap.through_locks.tolist() == [0, 2, 0]


def test_no_gates_at_all():
    """Then nothing is capped."""
    assert Ceiling.lowest([], n=2).code.tolist() == [0, 0]


def test_a_gate_of_another_length_is_refused():
    """Its place in the list is told."""
    gates = [(np.array([0]), True), (np.array([0, 1]), False)]
    with pytest.raises(SettingError, match=r"gates\[1\]: expected one value for each"):
        Ceiling.lowest(gates, n=1)


def test_nobody_fired():
    """No review, no demotion, no lock passed."""
    fired = Fired.nobody(2)
    assert not fired.review.any()
    assert not fired.passes_lock.any()
    assert fired.demote_to.tolist() == [0, 0]


def test_one_period_for_all_or_one_for_each():
    """A single number stays one."""
    assert Due([True, False], 5, [9, 9]).period.tolist() == [5]
    assert Due([True, False], [5, 6], [9, 9]).period.tolist() == [5, 6]


def test_periods_of_another_length_are_refused():
    """One for all, or one for each."""
    with pytest.raises(SettingError, match=r"Due.period: .*got shape \(3,\); allowed"):
        Due([True, False], [5, 6, 7], [9, 9])


def test_the_next_review_by_tier():
    """The same for all customers, or a row for each."""
    tiers = np.array([1, 0], dtype=np.int8)
    assert Due([True, True], 5, [7, 9]).after(tiers).tolist() == [9, 7]
    each = Due([True, True], 5, [[1, 2], [3, 4]])
    assert each.after(tiers).tolist() == [2, 3]
    assert each.tiers == 2


def test_a_table_of_other_customers_is_refused():
    """A row for each customer, no more."""
    with pytest.raises(SettingError, match=r"Due.next_due: expected a day for each"):
        Due([True, True], 5, [[1, 2]])
    with pytest.raises(SettingError, match=r"Due.next_due: .*got shape \(\)"):
        Due([True, True], 5, 7)


def test_some_customers_only():
    """What belongs to a customer goes with it; what is the same for all stays."""
    last = slice(1, 2)
    cap = Ceiling([0, 2], [0, 1]).take(last)
    assert (cap.code.tolist(), cap.through_locks.tolist()) == ([2], [1])
    fired = Fired([False, True], [0, 2], [False, True]).take(last)
    assert fired.review.tolist() == fired.passes_lock.tolist() == [True]
    assert fired.demote_to.tolist() == [2]
    common = Due([False, True], 5, [7, 9]).take(last)
    assert (common.review.tolist(), common.period.tolist()) == ([True], [5])
    assert common.next_due.tolist() == [7, 9]
    own = Due([False, True], [5, 6], [[1, 2], [3, 4]]).take(last)
    assert (own.period.tolist(), own.next_due.tolist()) == ([6], [[3, 4]])


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Ceiling([0.5]), "Ceiling.code: expected whole numbers"),
        (lambda: Ceiling([0], [0, 1]), r"Ceiling.through_locks: .*allowed: shape \(1"),
        (lambda: Fired([1]), "Fired.review: expected flags"),
        (lambda: Fired([True], [0, 1]), "Fired.demote_to: expected one value for each"),
        (lambda: Fired([True], [0], [0]), "Fired.passes_lock: expected flags"),
        (lambda: Due([1], 5, [7, 9]), "Due.review: expected flags"),
        (lambda: Due([True], 5.5, [7, 9]), "Due.period: expected whole numbers"),
    ],
)
def test_wrong_kinds_are_refused(make, words):
    """Each field is named."""
    with pytest.raises(SettingError, match=words):
        make()
