"""Where many numbers stand on stairs of which each step is higher than the last.

Halving finds the place among a thousand steps in ten looks, and a processor guesses
the outcome of each wrong half of the time. So the line is cut into cells that grow
with the distance from the middle step, and a number tells its cell by the leading bits
of that distance: those of a float that is not below zero rise as it does. Mostly there
is one step in a cell or none, and one look is left.

Limits: few numbers, and all where the steps are too far apart for cells, are halved.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

__all__ = ["Stairs"]

_WORTH_CELLS = 1 << 14
"""Numbers from which it pays to lay out cells."""

_MOST_CELLS = 1 << 17
"""On either side of the middle."""

_LEFT_OUT = 43
"""Bits of a float that do not tell its cell: nine of the fraction do, and the power."""

Floats = NDArray[np.float64]


@frozen
class _Cells:
    """Which cell a number lies in.

    Parameters
    ----------
    middle : float
    near, far : int
        The leading bits of the distance that stand for the cell in the middle and for
        the outermost ones.
    """

    middle: float
    near: int
    far: int

    def __len__(self) -> int:
        return 2 * (self.far - self.near) + 1

    def of(self, numbers: Floats) -> NDArray[np.int64]:
        """Return the cell of each number, never a lower one for a higher number."""
        away, cell = _apart(numbers, self.middle)
        np.clip(cell, self.near, self.far, out=cell)
        cell -= self.near
        cell *= 1 - 2 * (away < 0)
        cell += self.far - self.near
        return cell


@frozen(eq=False)
class Stairs:
    """Steps on which numbers are placed again and again.

    Parameters
    ----------
    steps : float64 array, shape (n_steps,)
        Never falling; at least one.
    """

    steps: Floats

    def below(self, numbers: Floats) -> NDArray[np.int64]:
        """Return how many steps are at or below each number, shape (n,).

        Examples
        --------
        >>> Stairs(np.array([1.0, 5.0])).below(np.array([0.0, 1.0, 9.0])).tolist()
        [0, 1, 2]
        """
        cells = self._cells if len(numbers) >= _WORTH_CELLS else None
        if cells is None:
            return np.searchsorted(self.steps, numbers, side="right")
        cell = cells.of(numbers)
        before, is_crowded = self._held
        below: NDArray[np.int64] = before[cell]
        below += self._bounded[below] <= numbers
        crowded = np.flatnonzero(is_crowded[cell])
        some = numbers[crowded]
        below[crowded] = np.searchsorted(self.steps, some, side="right")
        return below

    @cached_property
    def _bounded(self) -> Floats:
        """The steps, and behind them one that no number reaches."""
        return np.append(self.steps, np.nan)

    @cached_property
    def _cells(self) -> _Cells | None:
        middle = float(self.steps[len(self.steps) // 2])
        bits = _apart(self.steps, middle)[1]
        others = bits[bits > 0]
        if not len(others):
            return None
        near, far = int(others.min()) - 1, int(others.max()) + 1
        return _Cells(middle, near, far) if far - near < _MOST_CELLS else None

    @cached_property
    def _held(self) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """How many steps lie before each cell, and whether several lie in it."""
        assert self._cells is not None  # noqa: S101 - for the type checker
        in_each = np.bincount(self._cells.of(self.steps), minlength=len(self._cells))
        return np.cumsum(in_each) - in_each, in_each > 1


def _apart(numbers: Floats, middle: float) -> tuple[Floats, NDArray[np.int64]]:
    """Return how far numbers are from a middle, and the leading bits of that."""
    with np.errstate(over="ignore"):  # what is infinite then stands outermost
        away = numbers - middle
    bits: NDArray[np.int64] = np.abs(away).view(np.int64)
    bits >>= _LEFT_OUT
    return away, bits
