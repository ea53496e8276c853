"""The last three years of each customer by calendar month: purchase days and spend.

Seasons are looked for in whole months only; a month that is still running would look
like a poor one. The months of a customer begin with that of its first sale. Whoever has
36 of them is judged by the last 36, else by the last 24, so that every calendar month
comes as often as every other.

The month of the first sale counts whole, though it may have begun before. That turns no
test: on a circle where all months are alike, one purchase that is fixed leaves the
others as free as before.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.scoring.features import Facts
from custseg.scoring.purchases import LIFETIME
from custseg.table import Array

__all__ = [
    "SPAN",
    "Months",
    "by_calendar",
    "first_day_of",
    "latest",
    "month_of",
    "months_of",
]

SPAN: Final = 36
"""Months that are looked at, at most."""


def month_of(day: Array | int) -> Array:
    """Return the month of days, counted from January 1970 as 0.

    Examples
    --------
    >>> month_of(np.array([0, 30, 31, 20_634])).tolist()
    [0, 0, 1, 677]
    """
    days = np.asarray(day, dtype=np.int64).astype("datetime64[D]")
    return days.astype("datetime64[M]").astype(np.int64)


def first_day_of(month: Array | int) -> Array:
    """Return the first day of months, counted as :func:`month_of` does.

    Examples
    --------
    >>> first_day_of(np.array([0, 1, 12])).tolist()
    [0, 31, 365]
    """
    months = np.asarray(month, dtype=np.int64).astype("datetime64[M]")
    return months.astype("datetime64[D]").astype(np.int64)


@frozen(eq=False)
class Months:
    """The last 36 whole months, the latest in the last column.

    Parameters
    ----------
    now : int
        The month of the day looked at, counted from January 1970.
    last : int
        The last whole month: ``now``, if the day is its last, else the one before.
    purchases : int8 array, shape (n_customers, 36)
        Days with a sale.
    spend : int64 array, shape (n_customers, 36)
        Net, in minor units.
    history : int64 array, shape (n_customers,)
        Whole months since the first sale, its own included; 0 without one.
    last_sale : int64 array, shape (n_customers,)
        The month of the last sale; of no meaning without one.
    """

    now: int
    last: int
    purchases: NDArray[np.int8]
    spend: NDArray[np.int64]
    history: NDArray[np.int64]
    last_sale: NDArray[np.int64]

    def length(self) -> NDArray[np.int64]:
        """Return how many months a customer is judged by: 36, 24, or 0."""
        lengths: NDArray[np.int64] = np.where(
            self.history >= SPAN, SPAN, np.where(self.history >= 24, 24, 0)
        )
        return lengths


def latest(values: Array, months: Array) -> Array:
    """Keep the last so many months of each row; those before become 0.

    Parameters
    ----------
    values : int array, shape (n, 36)
        The latest month last.
    months : int array, shape (n,)

    Examples
    --------
    >>> int(latest(np.ones((1, 36), dtype=np.int64), np.array([24])).sum())
    24
    """
    inside = np.arange(SPAN) >= SPAN - months[:, None]
    return values * inside


def by_calendar(values: Array, last: int) -> Array:
    """Sum up months by their names.

    Parameters
    ----------
    values : int array, shape (n, 36)
        The latest month last.
    last : int
        The latest month, counted from January 1970.

    Returns
    -------
    int64 array, shape (n, 12)
        January to December.

    Examples
    --------
    >>> values = np.arange(36)[None, :]
    >>> by_calendar(values, 11)[0, :2].tolist()  # months 0, 12, 24; months 1, 13, 25
    [36, 39]
    """
    years = np.zeros((len(values), 12), dtype=np.int64)
    for start in range(0, SPAN, 12):
        years += values[:, start : start + 12]
    return np.roll(years, (last + 1) % 12, axis=1)


def months_of(facts: Facts) -> Months:
    """Return the last 36 whole months of every customer."""
    return facts.once("months", lambda: _gathered(facts))


def _gathered(facts: Facts) -> Months:
    now = int(month_of(facts.as_of))
    last = int(month_of(facts.as_of + 1)) - 1
    history = facts.ledger.history
    cells = _cells(history.purchase_day, history.purchase_offsets, last)[1]
    purchases = np.bincount(cells, minlength=facts.n * SPAN).astype(np.int8)
    at, cells = _cells(history.day, history.offsets, last)
    # The lines of one customer and month stand together: a difference of running sums.
    begins = np.flatnonzero(np.diff(cells, prepend=-1))
    ends = np.append(begins[1:], len(cells)) - 1
    running = history.running_sum("amount")
    spend = np.zeros(facts.n * SPAN, dtype=np.int64)
    if len(cells):
        spend[cells[begins]] = running[at[ends] + 1] - running[at[begins]]
    start, stop = facts.purchases(LIFETIME)
    since, last_sale = (np.zeros(facts.n, dtype=np.int64) for _ in range(2))
    bought = np.flatnonzero(stop > start)
    since[bought] = last + 1 - month_of(history.purchase_day[start[bought]])
    last_sale[bought] = month_of(history.purchase_day[stop[bought] - 1])
    return Months(
        now,
        last,
        purchases.reshape(facts.n, SPAN),
        spend.reshape(facts.n, SPAN),
        np.maximum(since, 0),
        last_sale,
    )


def _cells(
    day: NDArray[np.int32], offsets: NDArray[np.int64], last: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows of the last 36 months, and customer x 36 + month of each."""
    first = int(first_day_of(last - SPAN + 1))
    after = int(first_day_of(last + 1))
    month = month_of(np.arange(first, after)) - (last - SPAN + 1)
    at = np.flatnonzero((day >= first) & (day < after))
    begins = np.arange(len(offsets) - 1) * SPAN
    cells = np.repeat(begins, np.diff(offsets))[at]
    cells += month[day[at] - first]
    return at, cells
