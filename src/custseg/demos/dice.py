"""Chance out of one seeded stream, in whole numbers only.

Everything is drawn from the uniform numbers of a generator whose stream numpy promises
to keep, and worked out with integers and the four basic operations: no logarithm, no
float sum, nothing that differs between processors. The same seed gives the same bytes
everywhere.

Amounts of money spread by factors, not by sums: a log-normal. Its logarithm is drawn as
the sum of four uniform whole numbers, counted in sixteenths of a doubling, which is
close to normal up to three standard deviations and never beyond.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

import numpy as np

from custseg.errors import Problem, SettingError
from custseg.table import Array

__all__ = ["Dice", "whole_number"]

_T = TypeVar("_T")

# 2 ** (k / 16) in 1024ths, rounded, for k from 0 to 15.
_ROOTS: Final = (
    *(1024, 1069, 1117, 1166, 1218, 1272, 1328, 1387),
    *(1448, 1512, 1579, 1649, 1722, 1798, 1878, 1961),
)


class Dice:
    """Whole numbers out of a stream of uniform ones."""

    def __init__(self, seed: int) -> None:
        self._uniform = np.random.Generator(np.random.PCG64(seed)).random

    def between(self, low: int, high: int) -> int:
        """Return a whole number from low to high, both included."""
        return low + int(self._uniform() * (high - low + 1))

    def chance(self, permille: int) -> bool:
        """Return yes with a chance of so many in a thousand."""
        return self.between(0, 999) < permille

    def array(self, low: Array | int, high: Array | int, size: int) -> Array:
        """Return whole numbers from low to high, both included, shape (size,)."""
        width = np.asarray(high) - low + 1
        return low + (self._uniform(size) * width).astype(np.int64)

    def scale(self, tail: int) -> int:
        """Return permille around 1000; the smaller ``tail``, the larger the largest."""
        return 350 + 250_000 // (tail + self.between(0, 999))

    def pick(self, among: Sequence[_T]) -> _T:
        """Return one of several, each as likely."""
        return among[self.between(0, len(among) - 1)]

    def weighted(self, weights: Mapping[_T, int]) -> _T:
        """Return one of several, each as likely as its weight."""
        left = self.between(1, sum(weights.values()))
        for one, weight in weights.items():
            left -= weight
            if left <= 0:
                return one
        raise AssertionError("weights add up to nothing")  # pragma: no cover

    def around(self, usual: int, swing: int) -> int:
        """Return a number around the usual one, log-normally spread.

        Parameters
        ----------
        usual : int, >= 1
            The median.
        swing : int, >= 0
            How far each of four steps may go, in sixteenths of a doubling: the
            standard deviation of the logarithm is about 0.05 of it.

        Examples
        --------
        >>> dice = Dice(7)
        >>> sorted(dice.around(1000, 6) for _ in range(5))
        [877, 916, 1000, 1354, 2181]
        """
        steps = sum(self.between(-swing, swing) for _ in range(4))
        whole, part = divmod(steps, len(_ROOTS))
        grown = usual * _ROOTS[part]
        grown = grown << whole if whole >= 0 else grown >> -whole
        return max(grown >> 10, 1)


def whole_number(name: str, value: object, least: int) -> None:
    """Refuse a setting that is no whole number, or too small.

    Raises
    ------
    SettingError
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        allowed = f"a whole number, {least} or more"
        raise SettingError(Problem("out of range", name, repr(value), allowed))
