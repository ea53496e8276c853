"""Who moved where: how often customers go from each grade to each other in a period.

A migration matrix says whether a grading is stable, whether falls outnumber rises, and
how long a customer stays. It is worked out by the cohort method: the grades held on
some days, a year or a quarter apart, are compared in pairs, and moves there and back
between two days are not seen. What is counted is pooled over all periods.

A customer who was withdrawn (has no grade any more) is neither a move nor a stay, and
what to do with it changes every rate, so it must be said: shown as a column of its own,
left out of the count, or taken as a grade that nobody leaves.

Intervals are those of E. B. Wilson, "Probable Inference, the Law of Succession, and
Statistical Inference", JASA 22, 1927, cell by cell; they take the customers of one row
as independent, which several periods of the same customers are not quite.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import NormalDist
from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.errors import DataError, Problem, SettingError
from custseg.periods import to_date
from custseg.table import Array, Column
from custseg.units import Unit

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["WITHDRAWN", "Migration", "migrations", "wilson"]

WITHDRAWN = -1
"""The code of a customer who has no grade any more."""

Treatment = Literal["column", "exclude", "absorb"]

_TREATMENTS = ("column", "exclude", "absorb")


@frozen(eq=False, repr=False)
class Migration:
    """How many customers went from each grade to each other, period by period.

    Parameters
    ----------
    grades : tuple of str
        The grades, in the order of the rows.
    into : tuple of str
        The grades, in the order of the columns: those of the rows and, where withdrawn
        customers have a column, that.
    by_period : int64 array, shape (n_periods, n_rows, n_columns)
        Customers in each cell.

    Examples
    --------
    >>> matrix = Migration(("A", "B"), ("A", "B"), np.array([[[8, 2], [1, 9]]]))
    >>> matrix.rates().tolist()
    [[0.8, 0.2], [0.1, 0.9]]
    >>> print(matrix)
    to    A  B
    from
    A     8  2
    B     1  9
    """

    grades: tuple[str, ...]
    into: tuple[str, ...]
    by_period: NDArray[np.int64]

    def __repr__(self) -> str:
        periods = len(self.by_period)
        word = "period" if periods == 1 else "periods"
        return f"Migration({', '.join(self.grades)}: {periods} {word})"

    def __str__(self) -> str:
        return self.to_pandas().to_string()

    @property
    def counts(self) -> NDArray[np.int64]:
        """Customers in each cell, all periods together, shape (n_rows, n_columns)."""
        counts: NDArray[np.int64] = self.by_period.sum(axis=0)
        return counts

    @property
    def starts(self) -> NDArray[np.int64]:
        """Customers that began a period in each grade, shape (n_rows,)."""
        starts: NDArray[np.int64] = self.counts.sum(axis=1)
        return starts

    def rates(self) -> NDArray[np.float64]:
        """Return the share of each row that went to each column.

        Returns
        -------
        float64 array, shape (n_rows, n_columns), 0 to 1
            A row adds up to 1; one in which nobody began, of which :attr:`starts` is 0,
            is all 0 and says nothing.
        """
        rates: NDArray[np.float64] = self.counts / np.maximum(self.starts, 1)[:, None]
        return rates

    def to_pandas(self, *, rates: bool = False) -> pd.DataFrame:
        """Return the matrix with its grades: from the row, to the column.

        Parameters
        ----------
        rates : bool
            The shares of :meth:`rates` in place of the counts.

        Returns
        -------
        pandas.DataFrame
            Counts int64; rates float64, NaN in a row in which nobody began.

        Examples
        --------
        >>> matrix = Migration(("A", "B"), ("A", "B"), np.array([[[8, 2], [0, 0]]]))
        >>> matrix.to_pandas(rates=True).loc["A", "B"].item()
        0.2
        """
        import pandas as pd  # noqa: PLC0415 - heavy

        cells: Array = self.counts
        if rates:
            cells = np.where(self.starts[:, None] > 0, self.rates(), np.nan)
        rows, columns = (
            pd.Index(names, name=name)
            for names, name in ((self.grades, "from"), (self.into, "to"))
        )
        return pd.DataFrame(cells, index=rows, columns=columns)

    def intervals(
        self, *, confidence: float = 0.95
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the least and the greatest rate that the counts are compatible with.

        Parameters
        ----------
        confidence : float, between 0 and 1
            Of each interval by itself.

        Returns
        -------
        low, high : float64 array, shape (n_rows, n_columns)
            From 0 to 1 where nobody began.

        Examples
        --------
        >>> matrix = Migration(("A", "B"), ("A", "B"), np.array([[[20, 0], [0, 0]]]))
        >>> low, high = matrix.intervals()
        >>> low.round(4).tolist(), high.round(4).tolist()
        ([[0.8389, 0.0], [0.0, 0.0]], [[1.0, 0.1611], [1.0, 1.0]])
        """
        return wilson(self.counts, self.starts[:, None], confidence=confidence)

    def expected_dwell(self) -> Column:
        """Return how many periods a customer stays in a grade, on average.

        As if each period were like the others and forgot the ones before (a Markov
        chain): 1 / (1 - rate of staying), the first period included.

        Returns
        -------
        Column
            Numbers of periods, shape (n_rows,). Not known where nobody began, and where
            nobody left, because then the counts set no end.

        Examples
        --------
        >>> matrix = Migration(("A", "B"), ("A", "B"), np.array([[[8, 2], [0, 9]]]))
        >>> dwell = matrix.expected_dwell()
        >>> dwell.values[0].item(), dwell.is_known().tolist()
        (5.0, [True, False])
        """
        stays = np.diagonal(self.counts)
        leaves = self.starts - stays
        known = leaves > 0
        return Column(self.starts / np.maximum(leaves, 1), Unit.NUMBER, known)


def migrations(
    customers: Array,
    days: Array,
    codes: Array,
    *,
    grades: Sequence[str],
    at: Sequence[int],
    withdrawn: Treatment,
    order: Array | None = None,
) -> Migration:
    """Count the moves between grades from a table of dated grades.

    Parameters
    ----------
    customers : int array, shape (n_rows,)
        Customer of each row, as any whole number. Rows may stand in any order.
    days : int array, shape (n_rows,)
        Day since when the customer has the grade; it has it until its next row.
    codes : int array, shape (n_rows,)
        Position in ``grades``, or -1 for a customer that is withdrawn on that day.
    grades : sequence of str
    at : sequence of int, at least two, rising
        The days whose evenings are compared, each with the next.
    withdrawn : {"column", "exclude", "absorb"}
        What becomes of a customer withdrawn on the second day of a pair: counted in a
        column WITHDRAWN, left out of the pair, or put into a grade WITHDRAWN with a row
        of its own, which nobody leaves, whatever comes later. On the first day of a
        pair it is in no row, save with "absorb".
    order : int array, shape (n_rows,), or None
        Which of several rows of a customer's day came later, such as the number in a
        journal; wanted only where such rows differ.

    Returns
    -------
    Migration
        A customer takes part from its first row on.

    Raises
    ------
    DataError
        When lengths differ, a code is none of the grades, or a customer has two grades
        on one day and no order tells the later one.
    SettingError
        When the days do not rise, or there are fewer than two.

    Examples
    --------
    Three customers; the second falls from A to B and the third leaves.

    >>> matrix = migrations(
    ...     np.array([1, 2, 2, 3, 3]), np.array([10, 10, 40, 20, 60]),
    ...     np.array([0, 0, 1, 1, -1]), grades=["A", "B"], at=[30, 70],
    ...     withdrawn="column")
    >>> matrix.into, matrix.counts.tolist()
    (('A', 'B', 'WITHDRAWN'), [[1, 1, 0], [0, 0, 1]])
    """
    _check_settings(at, withdrawn)
    customers, days, codes = (np.asarray(one) for one in (customers, days, codes))
    ranks = np.zeros(len(days), np.int64) if order is None else np.asarray(order)
    _check_rows(customers, days, codes, ranks, len(grades))
    rows = np.lexsort((ranks, days, customers))
    customers, days, codes = customers[rows], days[rows], codes[rows]
    _check_days(customers, days, codes, ranks[rows])

    gone = len(grades)
    size = gone + 2  # the grades, the withdrawn, and who has no row yet
    codes = np.where(codes == WITHDRAWN, gone, codes)
    begins = np.append(True, customers[1:] != customers[:-1])[: len(customers)]
    first = np.flatnonzero(begins)
    if withdrawn == "absorb":
        codes = np.where(_ever(codes == gone, first), gone, codes)
    held = [_held_on(day, first, days, codes, nothing=size - 1) for day in at]
    cells = np.array(
        [
            np.bincount(now * size + later, minlength=size * size)
            for now, later in pairwise(held)
        ]
    ).reshape(len(at) - 1, size, size)

    names = tuple(grades)
    more = (*names, "WITHDRAWN")
    if withdrawn == "column":
        return Migration(names, more, cells[:, :gone, : gone + 1])
    if withdrawn == "exclude":
        return Migration(names, names, cells[:, :gone, :gone])
    return Migration(more, more, cells[:, : gone + 1, : gone + 1])


def wilson(
    hits: Array, trials: Array, *, confidence: float = 0.95
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the score interval of a share, after Wilson (1927).

    Unlike the share plus and minus twice its standard error, it stays within 0 and 1
    and has a width also where nobody, or everybody, was hit.

    Parameters
    ----------
    hits : int array, >= 0
    trials : int array that broadcasts with ``hits``, >= hits
    confidence : float, between 0 and 1

    Returns
    -------
    low, high : float64 array
        From 0 to 1 where there were no trials.

    Raises
    ------
    SettingError
        When the confidence is not between 0 and 1.

    Examples
    --------
    >>> low, high = wilson(np.array([15]), np.array([148]))
    >>> low.round(4).tolist(), high.round(4).tolist()
    ([0.0624], [0.1605])
    """
    if not 0 < confidence < 1:
        raise SettingError(
            Problem(
                "a confidence is a share",
                where="confidence",
                got=repr(confidence),
                allowed="more than 0 and less than 1, such as 0.95",
            )
        )
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    n = np.maximum(trials, 1)
    share = hits / n
    middle = share + z * z / (2 * n)
    reach = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low = (middle - reach) / (1 + z * z / n)
    high = (middle + reach) / (1 + z * z / n)
    # Nobody hit, or everybody: the limit is 0, or 1, and no rounding error beside it.
    low = np.where(hits == 0, 0.0, low)
    high = np.where(hits == trials, 1.0, high)
    return low, high


def _held_on(
    day: int, first: Array, days: Array, codes: Array, *, nothing: int
) -> NDArray[np.int64]:
    """Return each customer's code on the evening of a day."""
    rows = np.add.reduceat((days <= day).astype(np.int64), first)
    # Of who has no row yet, some other row is read, and not used.
    return np.where(rows > 0, codes[first + rows - 1], nothing)


def _ever(flags: Array, first: Array) -> NDArray[np.bool_]:
    """Tell for each row whether it or an earlier one of its customer is flagged."""
    through = np.cumsum(flags)
    before = through[first] - flags[first]
    ever: NDArray[np.bool_] = through > np.repeat(
        before, np.diff(np.append(first, len(flags)))
    )
    return ever


def _check_settings(at: Sequence[int], withdrawn: str) -> None:
    problems = []
    if len(at) < 2 or any(later <= now for now, later in pairwise(at)):
        problems.append(
            Problem(
                "grades are compared on two or more days, each later than the last",
                where="at",
                got=", ".join(str(day) for day in at) or "no day",
            )
        )
    if withdrawn not in _TREATMENTS:
        problems.append(
            Problem(
                "what becomes of withdrawn customers must be said",
                where="withdrawn",
                got=repr(withdrawn),
                allowed=", ".join(repr(one) for one in _TREATMENTS),
            )
        )
    if problems:
        raise SettingError(*problems)


def _check_rows(
    customers: Array, days: Array, codes: Array, ranks: Array, grades: int
) -> None:
    lengths = {len(customers), len(days), len(codes), len(ranks)}
    if len(lengths) > 1:
        raise DataError(
            Problem(
                "the columns are of different lengths",
                where="migrations",
                got=", ".join(str(length) for length in sorted(lengths)),
            )
        )
    wrong = codes[(codes < WITHDRAWN) | (codes >= grades)]
    if len(wrong):
        raise DataError(
            Problem(
                "a code is none of the grades",
                where="codes",
                got=str(wrong[0]),
                allowed=f"0 to {grades - 1}, or {WITHDRAWN} for withdrawn",
            )
        )


def _check_days(customers: Array, days: Array, codes: Array, ranks: Array) -> None:
    same = (
        (customers[1:] == customers[:-1])
        & (days[1:] == days[:-1])
        & (ranks[1:] == ranks[:-1])
    )
    clash = np.flatnonzero(same & (codes[1:] != codes[:-1]))
    if len(clash):
        raise DataError(
            Problem(
                "a customer has two grades on one day",
                where="days",
                got=f"{to_date(int(days[clash[0]]))}, at {len(clash)} places in all",
                hint="pass order=..., which tells the later one",
            )
        )
