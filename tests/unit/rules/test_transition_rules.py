"""The rules of moving, as data."""

import pytest

from custseg.errors import SettingError
from custseg.rules.tiers.transition_rules import Rules, Terms


def test_the_defaults_are_fast_up_and_slow_down():
    """One review up and straight; two down and one step; 90 days either way."""
    rules = Rules(3)
    assert rules.up == Terms(confirmations=1, dwell_days=90, largest_step=None)
    assert rules.down == Terms(confirmations=2, dwell_days=90, largest_step=1)
    assert (rules.grace_days, rules.minimum_membership_days) == (0, 0)
    assert rules.ceilings_pass_locks is False
    assert rules.lowest == 2


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"confirmations": 0}, "Terms.confirmations: .*got 0; allowed: 1 to 100$"),
        ({"confirmations": 101}, "Terms.confirmations: this number is out of range"),
        ({"dwell_days": -1}, "Terms.dwell_days: .*got -1; allowed: 0 to 36,500"),
        ({"dwell_days": 36_501}, "Terms.dwell_days: .*got 36501"),
        ({"dwell_days": 90.0}, r"Terms.dwell_days: expected a whole number; got 90\.0"),
        ({"confirmations": True}, "Terms.confirmations: expected a whole number"),
        ({"largest_step": 0}, "Terms.largest_step: .*allowed: 1 to 50, or None"),
        ({"largest_step": 51}, "Terms.largest_step: .*got 51"),
    ],
)
def test_terms_out_of_range_are_refused(given, words):
    """The field, the value and the range are told."""
    with pytest.raises(SettingError, match=words):
        Terms(**given)


@pytest.mark.parametrize(
    ("tiers", "given", "words"),
    [
        (1, {}, "Rules.tiers: this number is out of range; got 1; allowed: 2 to 50"),
        (51, {}, "Rules.tiers: .*got 51"),
        ("3", {}, "Rules.tiers: expected a whole number; got '3'"),
        (3, {"grace_days": -1}, "Rules.grace_days: .*got -1"),
        (3, {"minimum_membership_days": -1}, "Rules.minimum_membership_days: .*got -1"),
        (3, {"minimum_membership_days": 36_501}, "Rules.minimum_membership_days: "),
    ],
)
def test_rules_out_of_range_are_refused(tiers, given, words):
    """The same for the rules as a whole."""
    with pytest.raises(SettingError, match=words):
        Rules(tiers, **given)


def test_every_fault_is_told():
    """Not only the first."""
    with pytest.raises(SettingError, match="3 problems") as error:
        Rules(0, grace_days=-1, minimum_membership_days=None)
    assert [problem.where for problem in error.value.problems] == [
        "Rules.tiers",
        "Rules.grace_days",
        "Rules.minimum_membership_days",
    ]


def test_the_ends_of_the_ranges_are_allowed():
    """The least and the most of each."""
    Terms(confirmations=100, dwell_days=36_500, largest_step=50)
    Rules(50, grace_days=36_500, minimum_membership_days=36_500)
