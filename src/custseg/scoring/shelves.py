"""Percentiles of many kinds of goods at once: each price among those of its shelf.

A price is looked up among the knots of its own shelf by halving. Where there are many
prices, the first steps are taken at one go: the leading bits of a float rise as it
does, so they say in which stretch of the knots a price lies, and mostly there is one
knot or none in it.

Limits: prices are zero or above.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.scoring.percentiles import Knots
from custseg.table import Array

__all__ = ["Shelves"]

_BLOCK = 1 << 15

_WORTH_CELLS = 1 << 14
"""Prices from which it pays to lay out the stretches."""

_MOST_CELLS = 1 << 17

_FINEST = 43
"""Bits of a float that are left out: nine of the fraction stay, besides the power."""

Floats = NDArray[np.float64]


@frozen(eq=False)
class _Cells:
    """Where the knots lie by the leading bits of a price.

    Parameters
    ----------
    shift : int
        Bits that are left out.
    before, begin, last : int64 arrays, shape (n_shelves,)
        Of each shelf the bits before its first knot's, the cell of these, and how many
        cells follow.
    low : int32 array, shape (n_cells + 1,)
        How many knots of all shelves lie before each cell.
    """

    shift: int
    before: NDArray[np.int64]
    begin: NDArray[np.int64]
    last: NDArray[np.int64]
    low: NDArray[np.int32]

    def around(self, place: Array, price: Floats) -> tuple[Array, Array]:
        """Return how many knots surely are up to a price, and how many may be."""
        cell = price.view(np.int64) >> self.shift
        cell -= self.before[place]
        np.clip(cell, 0, self.last[place], out=cell)
        cell += self.begin[place]
        low = self.low[cell]
        cell += 1
        return low, self.low[cell]


@frozen(eq=False)
class Shelves:
    """The knots of several shelves, one after another.

    Parameters
    ----------
    knots : sequence of Knots
        At least one; their values are above zero.
    """

    knots: Sequence[Knots]

    @cached_property
    def _begins(self) -> NDArray[np.int64]:
        return np.cumsum([0, *(len(one.values) for one in self.knots)])

    @cached_property
    def _values(self) -> Floats:
        """All knots; one more behind the end, which no price reaches."""
        return np.concatenate([*(one.values for one in self.knots), [np.inf]])

    @cached_property
    def _lines(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Of the line behind each knot: where it begins, its share, rise and width.

        Each shelf begins with one that is zero, for prices under its first knot.
        """
        rows = []
        for one in self.knots:
            v0, s0 = one.values, one.shares
            v1, s1 = np.append(v0[1:], v0[-1]), np.append(s0[1:], s0[-1])
            width = np.where(v1 > v0, v1 - v0, 1.0)
            line = np.array([v0, s0, s1 - s0, width])
            rows.append(np.concatenate([[[0.0], [0.0], [0.0], [1.0]], line], axis=1))
        v0, s0, rise, width = np.concatenate(rows, axis=1)
        return v0, s0, rise, width

    @cached_property
    def _cells(self) -> _Cells:
        for shift in range(_FINEST, 63):
            bits = self._values[:-1].view(np.int64) >> shift
            before = bits[self._begins[:-1]] - 1
            last = bits[self._begins[1:] - 1] + 1 - before
            if int(last.sum()) + 2 * len(last) <= _MOST_CELLS:
                break
        low = []
        for start, stop, first, n in zip(
            self._begins, self._begins[1:], before, last, strict=False
        ):
            cells = np.arange(first, first + n + 2)
            low.append(start + np.searchsorted(bits[start:stop], cells))
        begin = np.cumsum([0, *map(len, low)])[:-1]
        return _Cells(shift, before, begin, last, np.concatenate(low).astype(np.int32))

    def at(self, place: Array, price: Floats) -> Floats:
        """Return the share of each price within its shelf, shape (n,), 0 to 1.

        Parameters
        ----------
        place : int array, shape (n,)
            The shelf of each.
        price : float64 array, shape (n,)

        Notes
        -----
        As :meth:`Knots.at <custseg.scoring.percentiles.Knots.at>` for each shelf by
        itself; many shelves cost no more than one.
        """
        share = np.empty(len(price))
        cells = self._cells if len(price) >= _WORTH_CELLS else None
        for start in range(0, len(price), _BLOCK):  # in the cache, not through memory
            block = slice(start, start + _BLOCK)
            share[block] = self._shares(place[block], price[block], cells)
        return share

    def _shares(self, place: Array, price: Floats, cells: _Cells | None) -> Floats:
        if cells is None:
            low, high = self._begins[place], self._begins[place + 1]
        else:
            low, high = cells.around(place, price)
        low = self._halved(low, high, price)
        v0, s0, rise, width = self._lines
        at = low + place
        share: Floats = price - v0[at]
        share /= width[at]
        share *= rise[at]
        share += s0[at]
        share[price > self._values[self._begins[1:] - 1][place]] = 1.0
        return share

    def _halved(self, low: Array, high: Array, price: Floats) -> Array:
        """Return how many knots are up to each price, between two bounds."""
        several = np.flatnonzero(high - low > 1)
        if len(several):
            lo, hi, wanted = low[several], high[several], price[several]
            for _ in range(int((hi - lo).max()).bit_length()):
                middle = (lo + hi) >> 1
                right = (self._values[middle] <= wanted) & (lo < hi)
                lo, hi = np.where(right, middle + 1, lo), np.where(right, hi, middle)
            low[several] = high[several] = lo
        low += (self._values[low] <= price) & (low < high)
        return low
