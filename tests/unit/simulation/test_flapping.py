"""Moves that do not last: which are undone, which were watched long enough."""

import numpy as np
import pytest

from custseg.errors import DataError
from custseg.simulation.flapping import Flapping, Followed, flapping, undone_moves

A, B, C = 0, 1, 2


def runs(*tiers, asked=None, first=B):
    """Return the runs of one customer that came to each tier in turn."""
    held = [first, *tiers]
    asked = [True] * len(tiers) if asked is None else asked
    return [
        Followed(
            np.array([7]),
            np.array([held[at]], dtype=np.int8),
            np.array([held[at + 1]], dtype=np.int8),
            np.array([asked[at]]),
            np.array([held[at] != held[at + 1]]),
        )
        for at in range(len(tiers))
    ]


@pytest.mark.parametrize(
    ("tiers", "undone"),
    [
        ((A, B), 1),  # back where it was
        ((A, C), 1),  # and beyond
        ((A, A, B), 1),  # at the second review
        ((A, A, A, B), 0),  # at the third: it has lasted
        ((C, B), 1),
        ((C, A), 1),
        ((C, C, C, B), 0),
        ((A, A, A), 0),
    ],
)
def test_a_move_is_undone_when_the_tier_goes_back_or_beyond(tiers, undone):
    """Within two reviews; of a first move only."""
    fate, _ = undone_moves(runs(*tiers))[0]
    assert int(fate.sum()) == undone


def test_a_fall_further_down_undoes_no_fall():
    """From A to B to C: neither is taken back."""
    found = flapping(runs(B, C, C, C, first=A))
    assert (found.moves, found.undone) == (2, 0)


def test_runs_that_do_not_look_do_not_count():
    """Two reviews of the customer, not two days of the calendar."""
    quiet = [True, False, False, True, True]
    assert flapping(runs(A, A, A, A, B, asked=quiet)).undone == 1
    assert flapping(runs(A, A, A, A, B)).undone == 0


def test_the_rate_is_among_moves_that_were_watched():
    """A move near the end counts as a move, not in the rate."""
    found = flapping(runs(A, B, C, B))
    # Up, down, down, up: the first and the third are undone, two have been watched.
    assert found == Flapping(moves=4, watched=2, undone=2, undone_watched=1)
    assert found.rate == 0.5


def test_without_watched_moves_there_is_no_rate():
    """Nothing is not zero."""
    assert flapping(runs(B, B)).rate is None
    assert flapping([]) == Flapping(0, 0, 0, 0)


def test_more_reviews_find_more():
    """The horizon is stated."""
    held = runs(A, A, A, B)
    assert [flapping(held, within=many).undone for many in (1, 2, 3)] == [0, 0, 1]


def test_each_customer_has_reviews_of_its_own():
    """Who is watched to the end stays so while another is still looked at."""
    held = [(B, B), (A, A), (A, A), (A, A), (B, B)]
    asked = [(True, True), (True, False), (True, False), (True, True)]
    found = undone_moves(
        [
            Followed(
                np.array([1, 2]),
                np.array(held[at], dtype=np.int8),
                np.array(held[at + 1], dtype=np.int8),
                np.array(asked[at]),
                np.array(held[at]) != np.array(held[at + 1]),
            )
            for at in range(4)
        ]
    )
    # Both fall in the last run: the first at its third review, the second at its first.
    undone, watched = found[0]
    assert undone.tolist() == [False, True]
    assert watched.tolist() == [True, False]


def test_customers_keep_their_own_history():
    """Newcomers between two others shift the places, not the answers."""
    yes, no = np.array([True, True]), np.array([False, False])
    first = Followed(
        np.array([2, 9]),
        np.array([B, B], dtype=np.int8),
        np.array([A, A], dtype=np.int8),
        yes,
        yes,
    )
    second = Followed(
        np.array([2, 5, 9]),
        np.array([A, -1, A], dtype=np.int8),
        np.array([A, C, B], dtype=np.int8),
        np.array([True, True, True]),
        np.array([False, False, True]),
    )
    (undone, watched), _ = undone_moves([first, second])
    assert undone.tolist() == [False, True]
    assert watched.tolist() == no.tolist()


@pytest.mark.parametrize("who", [6, 8])
def test_a_customer_cannot_get_lost(who):
    """A move that cannot be followed is an error, not a move that lasted."""
    first, second = runs(A, A)
    other = Followed(
        np.array([who]), second.before, second.after, second.asked, second.moved
    )
    with pytest.raises(DataError, match=r"missing in a later one; got 1 of 1"):
        flapping([first, other])
