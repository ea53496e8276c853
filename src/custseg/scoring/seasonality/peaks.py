"""Which months are a customer's season, when the next one begins, how many it missed.

A seasonal buyer who is silent off season is no dormant customer; one who let a whole
season pass is. So silence is counted in seasons: those that began after the last sale
and have ended.

The method: a customer has one season a year or two, whichever arrow of
:mod:`custseg.scoring.seasonality.circular` is longer. The season stands around the
month to which the arrow points (the earlier one, where it points between two), and
takes in the months beside it with more purchase days than an average month has, up to
two on each side; with two seasons a year, whose halves are laid over each other, up to
one.

Limits: everybody has a season here who has bought at all in the months looked at and
whose arrow points anywhere; whether it is more than chance, the test must say. A season
has five months at most. Two seasons stand half a year apart.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.scoring.seasonality.circular import direction, lengths
from custseg.table import Array

__all__ = ["Seasons", "seasons_of"]

_REACH: Final = 2
"""Months on each side of the peak that may belong to the one season of a year."""

_YEAR: Final = 12
"""Months without a purchase, laid before the first, into which a season may reach."""


@frozen(eq=False)
class Seasons:
    """The season of each customer. Months are counted from January 1970.

    Parameters
    ----------
    known : bool array, shape (n_customers,)
        Whether there is one; elsewhere the other values have no meaning.
    period : int64 array
        Months from one season to the next: 12 or 6.
    start, peak : int64 array
        Calendar months, 0 to ``period`` - 1, where the season begins and stands
        highest. ``start + k * period`` begins a season, whatever k.
    length : int64 array
        Months of a season, 1 to 5.
    once, twice : float64 array
        The lengths of the arrows for one and for two seasons a year, not corrected.
    """

    known: NDArray[np.bool_]
    period: NDArray[np.int64]
    start: NDArray[np.int64]
    peak: NDArray[np.int64]
    length: NDArray[np.int64]
    once: NDArray[np.float64]
    twice: NDArray[np.float64]

    def holds(self, month: Array | int) -> NDArray[np.bool_]:
        """Say whether a month is of the season."""
        inside: NDArray[np.bool_] = self._since_start(month) < self.length
        return inside

    def next_start(self, now: int) -> NDArray[np.int64]:
        """Return the month in which the next season begins, later than ``now``."""
        return now + self.period - self._since_start(now)

    def next_peak(self, now: int) -> NDArray[np.int64]:
        """Return the peak of the next season."""
        return self.next_start(now) + (self.peak - self.start) % self.period

    def missed(self, last_sale: Array, last: int) -> NDArray[np.int64]:
        """Return how many whole seasons went by without a sale.

        Parameters
        ----------
        last_sale : int64 array, shape (n_customers,)
            Its month. A season that it falls into is not missed.
        last : int
            The last whole month: seasons must have ended with it or before.
        """
        begun = (last + 1 - self.length - self.start) // self.period
        before = (last_sale - self.start) // self.period
        return np.maximum(begun - before, 0)

    def years(self, purchases: Array, last: int) -> NDArray[np.int64]:
        """Count the years in whose season there is a purchase.

        A season over the turn of the year counts once. With two seasons a year the
        springs are counted apart from the autumns, and the larger number holds: one
        spring and the autumn after it are one year.

        Parameters
        ----------
        purchases : int array, shape (n_customers, m)
            By month, the latest last; of 48 months at most.
        last : int
            The latest month.
        """
        n, m = purchases.shape
        months = _as_bits(purchases > 0) << _YEAR
        # The season that the first month may belong to; the place of its first bit.
        season = (last - m + 1 - self.start) // self.period
        place = season * self.period + self.start - (last - m + 1) + _YEAR
        whole = (1 << self.length) - 1
        first, second = np.zeros((2, n), dtype=np.int64)
        for _ in range(m // 6 + 2):
            bought = (months >> np.minimum(place, 63)) & whole != 0
            is_second = (self.period == 6) & (season % 2 == 1)
            first += bought & ~is_second
            second += bought & is_second
            season += 1
            place += self.period
        return np.maximum(first, second)

    def _since_start(self, month: Array | int) -> NDArray[np.int64]:
        since: NDArray[np.int64] = (month - self.start) % self.period
        return since


def _as_bits(flags: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the flags of each row as the bits of a number, the first one lowest."""
    packed = np.packbits(flags, axis=1, bitorder="little")
    octets = np.zeros((len(flags), 8), dtype=np.uint8)
    octets[:, : packed.shape[1]] = packed
    return octets.view("<i8").ravel().astype(np.int64)


def seasons_of(counts: Array) -> Seasons:
    """Return the season of each customer.

    Parameters
    ----------
    counts : int array, shape (n_customers, 12)
        Purchase days in January to December.

    Examples
    --------
    Two seasons, March with April and September with October:

    >>> counts = np.array([[0, 0, 4, 4, 0, 0, 0, 0, 5, 3, 1, 0]])
    >>> found = seasons_of(counts)
    >>> found.period.tolist(), found.start.tolist(), found.length.tolist()
    ([6], [2], [2])
    """
    once, twice = lengths(counts, 1), lengths(counts, 2)
    is_twice = twice > once
    period = np.where(is_twice, 6, 12)
    profile = np.where(is_twice[:, None], counts + np.roll(counts, 6, axis=1), counts)
    points = np.where(is_twice, direction(counts, 2), direction(counts, 1))
    peak = np.ceil(points - 0.5).astype(np.int64) % period
    many = 12 * profile > profile.sum(axis=1, keepdims=True)
    rows = np.arange(len(counts))
    reach = np.where(is_twice, _REACH // 2, _REACH)
    sides = []
    for way in (-1, 1):
        side = np.zeros(len(counts), dtype=np.int64)
        going = np.ones(len(counts), dtype=np.bool_)
        for step in range(1, _REACH + 1):
            going &= many[rows, (peak + way * step) % 12] & (step <= reach)
            side += going
        sides.append(side)
    return Seasons(
        known=np.maximum(once, twice) > 0,
        period=period,
        start=(peak - sides[0]) % period,
        peak=peak,
        length=1 + sides[0] + sides[1],
        once=once,
        twice=twice,
    )
