"""What came of a nurture pool in a replay, worked by hand on the small past.

The pool takes those of B with two orders or more in the month (40 points), keeps them
while they have one, and lasts 60 days. Reviews on the first of each month, February to
May:

===  ===============  =========================================================
x    4, 2, 4, 4       A; B, enters on 1 March; A on 1 April: converted; A
y    2, 2, 0, 2       B, enters on 1 February; stays; C on 1 April: tier left;
                      B again, enters on 1 May
z    none, none 4, 1  A; B with one order (20 points): not over the bar to enter
===  ===============  =========================================================

Three came in, two left. By 1 May, 60 days are over since 1 February and 1 March (89
and 61), so two are watched, of whom one reached A.
"""

import pytest

from custseg.policy import Policy
from custseg.rules.files.loader import policy_from_text
from custseg.simulation.nurtured import Nurtured
from custseg.simulation.simulating import simulate
from small_past import DATES, TEXT, ledger

POOL = """
[pools.near]
title = { zh = "培育池", en = "Near" }
of = "B"
enter = "score >= 40"
stay = "score >= 20"
longest_days = 60
"""


def past_of(text=TEXT + POOL, *, dates=DATES, **more):
    """Return the replay of a policy on the small past."""
    book = ledger()
    fitted = Policy(policy_from_text(text)).fit(book, as_of="2026-01-31")
    return simulate(book, fitted, dates=dates, **more)


def test_each_coming_in_is_followed_to_its_end():
    """Three came in, two left, one is in; of the two that are watched one rose."""
    (found,) = past_of().nurtured().values()
    assert found == Nurtured(
        pool="near",
        entered=3,
        inside=1,
        moves={"CONVERTED": 1, "TIER_LEFT": 1},
        watched=2,
        converted_watched=1,
    )
    assert (found.left, found.converted, found.rate) == (2, 1, 0.5)


def test_nobody_has_risen_from_a_pool_that_nobody_left():
    """On 1 February y comes in, and that is all."""
    (found,) = past_of(dates=DATES[:1]).nurtured().values()
    assert (found.entered, found.inside, found.converted) == (1, 1, 0)


def test_whose_longest_stay_is_not_over_is_not_watched():
    """On 1 April x has risen after 31 days, of 60: y alone is told, after 59? No.

    Since 1 February 59 days have gone, since 1 March 31: nobody's stay of 60 is over,
    and a stay of 59 is over for y alone, who did not rise.
    """
    (found,) = past_of(dates=DATES[:3]).nurtured().values()
    assert (found.left, found.watched, found.rate) == (2, 0, None)
    shorter = (TEXT + POOL).replace("longest_days = 60", "longest_days = 59")
    (found,) = past_of(shorter, dates=DATES[:3]).nurtured().values()
    # On 1 April the tier is left before anybody asks how long y was there.
    assert (found.moves["TIER_LEFT"], found.watched, found.rate) == (1, 1, 0.0)


def test_without_a_longest_stay_those_count_who_left():
    """Two left, of whom one rose; y, who is in again, is not told yet."""
    text = (TEXT + POOL).replace("longest_days = 60\n", "")
    (found,) = past_of(text).nurtured().values()
    assert (found.watched, found.converted_watched) == (2, 1)


def test_the_table_has_a_row_for_each_date():
    """Who is inside, came, and left how."""
    frame = past_of().pools()
    assert frame["inside"].tolist() == [1, 2, 0, 1]
    assert frame["entered"].tolist() == [1, 1, 0, 1]
    assert frame["converted"].tolist() == [0, 0, 1, 0]
    assert frame["tier_left"].tolist() == [0, 0, 1, 0]
    assert frame[["waits", "under_bar", "longest_stay", "no_place"]].sum().sum() == 0
    assert set(frame["pool"]) == {"near"}


def test_places_are_given_among_all_customers():
    """With one place y has it first; on 1 March x, as good and before y, waits."""
    frame = past_of(TEXT + POOL + "capacity = 1\n").pools()
    assert frame["entered"].tolist() == [1, 0, 0, 1]
    assert frame["waits"].tolist() == [0, 1, 0, 0]


def test_the_text_says_it_in_both_languages():
    """How many are in, came and left, and what share of the watched rose."""
    past = past_of()
    assert past.to_text().splitlines()[-2:] == [
        "  pool near: 1 in it; 3 came in, 2 left, 1 of them for the tier above",
        "    of 2 whose longest stay is over, 50 % reached it",
    ]
    assert past.to_text("zh").splitlines()[-2:] == [
        "  培育池 near：在池 1；入池 3 次，出池 2 次，其中升级 1 次",
        "    已满最长培育期的 2 次中，升级的占 50 %",
    ]
    ever = past_of((TEXT + POOL).replace("longest_days = 60\n", ""))
    assert ever.to_text().endswith("    of 2 who left, 50 % reached it")
    assert ever.to_text("zh").endswith("    出池的 2 次中，升级的占 50 %")


@pytest.mark.parametrize("naive", [True, False])
def test_without_pools_nothing_is_said(naive):
    """A policy without pools, and naive re-grading, which remembers nobody."""
    past = past_of(TEXT, naive=naive)
    assert past.pools().empty
    assert "pool" not in past.to_text()
    past = past_of(naive=True)
    assert set(past.pools()["policy"]) == {"shop"}
    assert past.nurtured("shop naive") == {}
