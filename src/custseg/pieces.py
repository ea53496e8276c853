"""Columns that are found piece by piece, each piece written to its place at once.

Where customers are worked on some at a time, what was found of them would have to be
kept aside and joined in the end, and that is a second journey through memory. So room
is made for all of them when the first piece comes, and each is laid there while it is
near the core.

Limits: pieces of one column have the same unit and the same words, or none where
nothing is known. Several threads may put pieces, as long as no two speak of the same
customers.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from custseg.table import Array, Column
from custseg.units import Unit

__all__ = ["Pieces"]

K = TypeVar("K", bound=Hashable)


class Pieces(Generic[K]):
    """Columns of n customers, to which pieces are put.

    Parameters
    ----------
    n : int
        Customers.

    Examples
    --------
    >>> from custseg.units import Unit
    >>> pieces = Pieces(3)
    >>> pieces.put("orders", 1, Column(np.array([2, 5]), Unit.COUNT))
    >>> pieces.put("orders", 0, Column(np.array([1]), Unit.COUNT))
    >>> pieces.columns()["orders"].values.tolist()
    [1, 2, 5]
    """

    def __init__(self, n: int) -> None:
        self._n = n
        self._units: dict[K, Unit] = {}
        self._words: dict[K, tuple[str, ...]] = {}
        self._values: dict[K, Array] = {}
        self._known: dict[K, NDArray[np.bool_]] = {}
        self._wider: list[tuple[K, slice, Array]] = []

    def put(self, name: K, start: int, piece: Column) -> None:
        """Lay a piece where its first customer stands.

        Parameters
        ----------
        name : hashable
        start : int
        piece : Column
        """
        rows = slice(start, start + len(piece))
        if name not in self._values:  # whoever comes first makes room
            self._units[name] = piece.unit
            room = np.empty(self._n, piece.values.dtype)
            self._values.setdefault(name, room)
        if piece.words:
            self._words[name] = piece.words
        values = self._values[name]
        if np.can_cast(piece.values.dtype, values.dtype):
            values[rows] = piece.values
        else:
            self._wider.append((name, rows, piece.values))
        if piece.known is not None:
            if name not in self._known:
                everybody = np.ones(self._n, dtype=np.bool_)
                self._known.setdefault(name, everybody)
            self._known[name][rows] = piece.known

    def columns(self) -> dict[K, Column]:
        """Return the columns, when every piece is there."""
        for name, rows, some in self._wider:  # floats where the first were whole
            values = self._values[name]
            kind = np.result_type(values, some)
            self._values[name] = values = values.astype(kind, copy=False)
            values[rows] = some
        return {name: self._column(name) for name in self._values}

    def _column(self, name: K) -> Column:
        known, words = self._known.get(name), self._words.get(name, ())
        return Column(self._values[name], self._units[name], known, words)
