"""Columns laid down piece by piece."""

import numpy as np

from custseg.pieces import Pieces
from custseg.table import Column
from custseg.units import Unit


def put(*pieces):
    """Lay columns down one after the other, the last one first."""
    found = Pieces(sum(map(len, pieces)))
    start = sum(map(len, pieces))
    for piece in reversed(pieces):
        start -= len(piece)
        found.put("x", start, piece)
    return found.columns()["x"]


def test_what_is_unknown_in_one_piece_only():
    """In the others everything is known; where nothing is unknown, there is no mask."""
    one = Column(np.array([1, 2]), Unit.COUNT)
    other = Column(np.array([3, 0]), Unit.COUNT, np.array([True, False]))
    assert put(one, other).is_known().tolist() == [True, True, True, False]
    assert put(other, one).is_known().tolist() == [True, False, True, True]
    assert put(one, one).known is None


def test_floats_beside_whole_numbers():
    """One piece of floats makes the column one, whichever came first."""
    whole = Column(np.array([2**53]), Unit.NUMBER)
    half = Column(np.array([0.5]), Unit.NUMBER)
    assert put(whole, half).values.tolist() == [2.0**53, 0.5]
    assert put(half, whole).values.tolist() == [0.5, 2.0**53]
    assert put(half, whole).values.dtype == np.float64


def test_words_come_from_pieces_that_have_some():
    """A piece of which nothing is known brings none, and may come first or last."""
    nothing = Column(np.array([0]), Unit.TEXT, np.array([False]))
    said = Column(np.array([1]), Unit.TEXT, None, ("rope", "tile"))
    assert put(nothing, said).words == put(said, nothing).words == said.words
    assert put(said, nothing).values[0] == put(nothing, said).values[1] == 1
