"""The search along axes: every turn is found, down to one step."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from custseg.whatif.steps import Walk, explore, powers

edges = st.lists(st.integers(-(10**6), 10**6), max_size=4)


def judge_of(all_edges):
    """Return a judge whose marks are the clauses ``at >= edge`` of each axis."""

    def judge(axis, at):
        rows = []
        for line, place in zip(axis.tolist(), at.tolist(), strict=True):
            held = [place >= edge for edge in all_edges[line]]
            rows.append([sum(held) % 2, *held, *[0] * (4 - len(held))])
        return np.array(rows, dtype=np.int64).reshape(len(at), 5)

    return judge


@given(st.lists(edges, min_size=1, max_size=3))
def test_every_turn_is_found(all_edges):
    """Wherever a clause turns, its last and first position stand side by side."""
    grid = np.array([-(1 << 21), 0, 1 << 21])
    walks = explore(judge_of(all_edges), [grid] * len(all_edges))
    for walk, edges_of_one in zip(walks, all_edges, strict=True):
        assert (np.diff(walk.at) > 0).all()
        for edge in edges_of_one:
            assert {edge - 1, edge} <= {*walk.at.tolist()}


@given(edges)
def test_between_the_positions_nothing_turns(edges_of_one):
    """The label of any place is that of the position at or below it."""
    (walk,) = explore(judge_of([edges_of_one]), [np.array([-(1 << 21), 1 << 21])])
    for place in range(-(10**6), 10**6, 99_991):
        at = int(np.searchsorted(walk.at, place, side="right")) - 1
        label = sum(place >= edge for edge in edges_of_one) % 2
        assert walk.labels[at] == label


def test_turns_on_both_sides():
    """Upwards label 1 begins at 5, downwards label 2 at 1; the own label is among."""
    walk = Walk(np.array([0, 1, 2, 4, 5, 9]), np.array([2, 2, 0, 0, 1, 1]))
    above = [(one.at, one.before, one.label) for one in walk.turns(3, up=True)]
    below = [(one.at, one.before, one.label) for one in walk.turns(3, up=False)]
    assert above == [(4, 3, 0), (5, 4, 1)]
    assert below == [(2, 3, 0), (1, 2, 2)]


def test_a_place_between_two_positions_sees_both():
    """From 3.5 the position 4 is above and 3 below."""
    walk = Walk(np.array([3, 4]), np.array([0, 1]))
    assert [one.at for one in walk.turns(3.5, up=True)] == [4]
    assert [one.at for one in walk.turns(3.5, up=False)] == [3]


def test_no_axes_no_walks():
    """A customer of whom nothing can be acted on is no error."""
    assert explore(lambda _, at: np.zeros((len(at), 1), dtype=np.int64), []) == []


def test_powers_stop_at_the_bound():
    """Zero, and each power of two that is no greater."""
    assert powers(1).tolist() == [0, 1]
    assert powers(7).tolist() == [0, 1, 2, 4]
    assert powers(8).tolist() == [0, 1, 2, 4, 8]
