"""Coming into a nurture pool, staying, waiting and leaving, one run at a time."""

import numpy as np
import pytest

from custseg.labels import Title
from custseg.periods import DISTANT_PAST
from custseg.rules.acts.pooling import POOL_MOVE_TITLES, Footing, PoolMove, pooled
from custseg.rules.acts.pools import Pool
from custseg.table import Column
from custseg.units import Unit

ON = 20_500
OUT = DISTANT_PAST


def pool(**more):
    """Return a pool of tier B, which is 1, toward A, which is 0."""
    return Pool("nurture", Title(zh="培育池", en="Pool"), "B", "score >= 64", **more)


def flags(values):
    """Return flags, None for what is not known."""
    known = np.array([value is not None for value in values])
    return Column(np.array([bool(value) for value in values]), Unit.FLAG, known)


def run(*, since, enter, stay=None, tier=None, due=None, rank=None, **more):
    """Return what becomes of each customer: move, since, rank."""
    n = len(since)
    footing = Footing(
        tier=np.array(tier or [1] * n, dtype=np.int8),
        due=np.array(due or [True] * n),
        since=np.array(since, dtype=np.int32),
        enter=flags(enter),
        stay=flags(enter if stay is None else stay),
        rank_by=Column(np.array(rank or [50.0] * n), Unit.SCORE),
    )
    made = pooled(pool(**more), footing, of=1, goal=0, on=ON)
    return (
        [PoolMove(one).name for one in made.move],
        made.since.tolist(),
        made.rank.tolist(),
    )


def test_who_meets_the_bar_at_a_review_comes_in():
    """Not who misses it, not who is not known, and nobody between reviews."""
    moves, since, _ = run(
        since=[OUT] * 4,
        enter=[True, False, None, True],
        due=[True, True, True, False],
    )
    assert moves == ["ENTERED", "OUT", "OUT", "OUT"]
    assert since == [ON, OUT, OUT, OUT]


def test_who_holds_another_tier_does_not_come_in():
    """The pool is of B."""
    moves, _, _ = run(since=[OUT] * 3, enter=[True] * 3, tier=[0, 2, -1])
    assert moves == ["OUT"] * 3


def test_between_the_two_bars_one_stays_and_nobody_comes_in():
    """That is what the lower bar is for."""
    moves, since, _ = run(since=[20_400, OUT], enter=[False] * 2, stay=[True] * 2)
    assert moves == ["STAYS", "OUT"]
    assert since == [20_400, OUT]


def test_under_the_lower_bar_one_leaves_at_the_review():
    """Not before; and what is not known moves nobody."""
    moves, since, _ = run(
        since=[20_400] * 3,
        enter=[False] * 3,
        stay=[False, False, None],
        due=[True, False, True],
    )
    assert moves == ["UNDER_BAR", "STAYS", "STAYS"]
    assert since == [OUT, 20_400, 20_400]


def test_the_longest_stay_ends_at_a_review():
    """On the day that it is full, not one earlier; a bar still met does not help."""
    moves, _, _ = run(
        since=[ON - 365, ON - 364, ON - 400],
        enter=[True] * 3,
        due=[True, True, False],
        longest_days=365,
    )
    assert moves == ["LONGEST_STAY", "STAYS", "STAYS"]


def test_leaving_the_tier_does_not_wait_for_a_review():
    """Upwards it is what the pool is for, downwards it is not."""
    moves, since, _ = run(
        since=[20_400] * 2, enter=[True] * 2, tier=[0, 2], due=[False] * 2
    )
    assert moves == ["CONVERTED", "TIER_LEFT"]
    assert since == [OUT, OUT]
    moves, _, _ = run(since=[20_400], enter=[True], tier=[-1])
    assert moves == ["TIER_LEFT"]


def test_the_best_get_the_places_and_the_others_wait():
    """Equal ranks go by the order of ids; the rank counts those who wait too."""
    moves, since, ranks = run(
        since=[OUT] * 4,
        enter=[True, True, True, False],
        rank=[60.0, 75.0, 60.0, 99.0],
        capacity=2,
    )
    assert moves == ["ENTERED", "ENTERED", "WAITS", "OUT"]
    assert ranks == [2, 1, 3, 0]
    assert since == [ON, ON, OUT, OUT]


def test_newcomers_push_nobody_out():
    """The better one waits, and has the first rank while waiting."""
    moves, _, ranks = run(
        since=[20_400, OUT], enter=[True] * 2, rank=[60.0, 90.0], capacity=1
    )
    assert moves == ["STAYS", "WAITS"]
    assert ranks == [2, 1]


def test_a_place_that_is_given_up_is_taken_at_once():
    """Who leaves at this review makes room at this review."""
    moves, _, _ = run(since=[20_400, OUT], enter=[False, True], capacity=1)
    assert moves == ["UNDER_BAR", "ENTERED"]


def test_fewer_places_take_the_last_away_at_their_review():
    """From three to one: the first stays, the second leaves, the third is not due."""
    moves, since, _ = run(
        since=[20_400] * 3,
        enter=[True] * 3,
        rank=[90.0, 80.0, 70.0],
        due=[True, True, False],
        capacity=1,
    )
    assert moves == ["STAYS", "NO_PLACE", "STAYS"]
    assert since == [20_400, OUT, 20_400]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_move_has_its_title(language):
    """No two read the same."""
    texts = [POOL_MOVE_TITLES[one].of(language) for one in PoolMove]
    assert all(texts)
    assert len(set(texts)) == len(texts)


def test_the_names_of_journals_stay():
    """Journals hold these names, and the numbers tell who left."""
    assert [one.name for one in PoolMove if one.leaves] == [
        "UNDER_BAR",
        "LONGEST_STAY",
        "NO_PLACE",
        "TIER_LEFT",
        "CONVERTED",
    ]
