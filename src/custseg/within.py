"""The lines of which the rows of a table are runs, for questions that sums cannot tell.

What a customer spent can be told from runs of neighbouring lines; what was bought needs
the lines, since each has a category of its own. They stay where they arrived: a run
says at which line it begins and how many it holds, and only the lines that somebody
asks for are looked up.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.table import Array, Column

__all__ = ["Within"]


@frozen(eq=False)
class Within:
    """The lines of some runs.

    Parameters
    ----------
    start, length : int32 arrays, shape (n_runs,)
        The line at which each run begins, and how many lines it holds.
    columns : mapping of str to Column
        The values of all lines in the order of arrival, in as few bits as hold them.
    """

    start: NDArray[np.int32]
    length: NDArray[np.int32]
    columns: Mapping[str, Column]

    def of(self, runs: Array | slice) -> Within:
        """Return the lines of some runs (positions, a mask or a slice)."""
        return Within(self.start[runs], self.length[runs], self.columns)

    def lines(self) -> NDArray[np.int64]:
        """Return the lines of all runs, one run after the other.

        Examples
        --------
        >>> Within(np.array([5, 0]), np.array([2, 3]), {}).lines().tolist()
        [5, 6, 0, 1, 2]
        """
        before = np.cumsum(self.length, dtype=np.int64)
        before -= self.length
        lines: NDArray[np.int64] = np.repeat(self.start - before, self.length)
        lines += np.arange(len(lines))
        return lines
