"""Which values there are in a reference, and how often: what every percentile asks.

A cut, the knots of a score, a median and the breaks between bins are all told from the
distinct values and their counts, so a reference is put in order once, whatever is
learned from it. Whole numbers of a narrow range, such as orders and days, are counted;
all others are sorted.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.table import Array

__all__ = ["Tally", "tallied"]


@frozen(eq=False)
class Tally:
    """The distinct values of a reference.

    Parameters
    ----------
    distinct : array, shape (m,)
        Rising.
    counts : int64 array, shape (m,)
        How often each is there.
    """

    distinct: Array
    counts: NDArray[np.int64]

    def __len__(self) -> int:
        return int(self.counts.sum())

    def turned(self) -> Tally:
        """Return the tally of the values with their signs turned."""
        return Tally(-self.distinct[::-1], self.counts[::-1])


def tallied(values: Array | Tally) -> Tally:
    """Tally values, if that is not done already.

    Parameters
    ----------
    values : array, shape (n,), or Tally
        In any order.

    Examples
    --------
    >>> tally = tallied(np.array([5, 1, 1, 9]))
    >>> tally.distinct.tolist(), tally.counts.tolist()
    ([1, 5, 9], [2, 1, 1])
    """
    if isinstance(values, Tally):
        return values
    if values.dtype.kind == "i" and len(values):
        low, high = int(values.min()), int(values.max())
        if high - low < len(values):
            each = np.bincount(values - low)
            there = np.flatnonzero(each)
            return Tally(there.astype(values.dtype) + low, each[there])
    ordered = np.sort(values)
    begins = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=begins[1:])
    first = np.flatnonzero(begins)
    distinct = ordered[first]
    if distinct.dtype.kind == "f":
        distinct += 0.0  # a zero has no sign, whichever came first
    return Tally(distinct, np.diff(first, append=len(ordered)))
