"""Who comes first: an order of customers by a number, the same on every machine."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from custseg.rounding import rounded
from custseg.table import Array, Column

__all__ = ["best_first"]


def best_first(rows: Array, by: Column) -> NDArray[np.int64]:
    """Return positions of customers, the highest number first.

    Parameters
    ----------
    rows : bool array, shape (n_customers,)
        Who takes part.
    by : Column
        Who is not known comes last.

    Returns
    -------
    int64 array
        Equal numbers stand in the order of the customers, which is that of their ids
        as text; so do those who are not known.

    Examples
    --------
    >>> from custseg.units import Unit
    >>> score = Column(np.array([60.0, 75.0, 60.0, 99.0]), Unit.SCORE)
    >>> best_first(np.array([True, True, True, False]), score).tolist()
    [1, 0, 2]
    """
    at = np.flatnonzero(rows)
    known = by.is_known()[at]
    values = np.where(known, rounded(by.values[at]), 0)
    return at[np.lexsort((-values, ~known))]
