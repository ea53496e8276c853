"""Why a customer's tier is looked at in a run: a review, a trigger, a ceiling.

A periodic review comes by the calendar and counts for one period. A trigger asks for a
review now and may demand a lower tier at once. A ceiling is the highest tier that gates
and risk leave open on that day; it acts in every run, whether a review is due or not.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from attrs import Factory, field, frozen
from numpy.typing import NDArray

from custseg.errors import Problem, SettingError
from custseg.rules.tiers.holding import as_column
from custseg.table import Array

__all__ = ["Ceiling", "Due", "Fired"]


@frozen(eq=False)
class Ceiling:
    """The highest tier that gates and risk leave open to each customer.

    Parameters
    ----------
    code : int8 array, shape (n_customers,), >= 0
        Tier code; 0, the highest tier, is no ceiling.
    through_locks : int8 array, shape (n_customers,)
        The ceiling of those gates that a manual override does not hold off; by default
        there are no such gates.

    Examples
    --------
    >>> Ceiling([0, 2, 1]).through_locks.tolist()
    [0, 0, 0]
    """

    code: NDArray[np.int8]
    through_locks: NDArray[np.int8] = field(
        default=Factory(
            lambda self: np.zeros(np.size(self.code), np.int8), takes_self=True
        )
    )

    def __attrs_post_init__(self) -> None:
        _settle(self, "code", np.int8)
        _settle(self, "through_locks", np.int8, n=len(self.code))

    def take(self, rows: slice) -> Ceiling:
        """Return the ceilings of some customers only."""
        return Ceiling(self.code[rows], self.through_locks[rows])

    @classmethod
    def lowest(cls, gates: Iterable[tuple[Array, bool]], *, n: int) -> Ceiling:
        """Return the lowest of several ceilings for each customer.

        Parameters
        ----------
        gates : iterable of (int8 array, bool)
            The code that each gate caps at, 0 where it does not; and whether the gate
            passes locks.
        n : int
            How many customers there are.

        Examples
        --------
        >>> default = np.array([2, 0]), True
        >>> overdue = np.array([1, 1]), False
        >>> cap = Ceiling.lowest([default, overdue], n=2)
        >>> cap.code.tolist(), cap.through_locks.tolist()
        ([2, 1], [2, 0])
        """
        code, through = np.zeros(n, np.int8), np.zeros(n, np.int8)
        for number, (codes, passes) in enumerate(gates):
            gate = as_column(codes, np.int8, where=f"gates[{number}]", n=n)
            np.maximum(code, gate, out=code)
            if passes:
                np.maximum(through, gate, out=through)
        return cls(code, through)


@frozen(eq=False)
class Due:
    """Who is reviewed in the ordinary course, and for which period.

    Parameters
    ----------
    review : bool array, shape (n_customers,)
    period : int, or int32 array, shape (n_customers,)
        The period that a review at this run counts for, triggered ones included, by the
        day after it, which is its day of review.
    next_due : int32 array, shape (n_tiers,) or (n_customers, n_tiers)
        Day from which the next periodic review is due for who then holds each tier.

    Examples
    --------
    >>> due = Due([True, False], 20_545, np.array([20_727, 20_727, 20_999]))
    >>> due.after(np.array([0, 2])).tolist()
    [20727, 20999]
    """

    review: NDArray[np.bool_]
    period: NDArray[np.int32]
    next_due: NDArray[np.int32]

    def __attrs_post_init__(self) -> None:
        _settle(self, "review", np.bool_)
        n = len(self.review)
        # One period for all stays one number, which is faster to compare with.
        if np.ndim(self.period) == 0:
            object.__setattr__(self, "period", np.atleast_1d(self.period))
            n_periods = 1
        else:
            n_periods = n
        _settle(self, "period", np.int32, n=n_periods)
        table = np.asarray(self.next_due)
        if table.ndim not in {1, 2} or (table.ndim == 2 and len(table) != n):
            raise SettingError(
                Problem(
                    "expected a day for each tier, or for each customer and tier",
                    where="Due.next_due",
                    got=f"shape {table.shape}",
                    allowed=f"shape (tiers,) or ({n}, tiers)",
                )
            )
        flat = as_column(table.ravel(), np.int32, where="Due.next_due")
        object.__setattr__(self, "next_due", flat.reshape(table.shape))

    @property
    def tiers(self) -> int:
        """For how many tiers the next review is stated."""
        return int(self.next_due.shape[-1])

    def take(self, rows: slice) -> Due:
        """Return the reviews of some customers only."""
        one = len(self.period) == 1
        return Due(
            self.review[rows],
            self.period[0] if one else self.period[rows],
            self.next_due if self.next_due.ndim == 1 else self.next_due[rows],
        )

    def after(self, tier: NDArray[np.int8]) -> NDArray[np.int32]:
        """Return the day of the next review for the tiers held, shape (n,)."""
        if self.next_due.ndim == 1:
            return self.next_due.take(tier)
        rows = np.arange(len(tier))
        after: NDArray[np.int32] = self.next_due[rows, tier]
        return after


@frozen(eq=False)
class Fired:
    """For whom a trigger asks a review now.

    Parameters
    ----------
    review : bool array, shape (n_customers,)
    demote_to : int8 array, shape (n_customers,)
        The tier to which the trigger moves at once whoever stands higher; 0, as by
        default, for none. Only read where ``review`` is true.
    passes_lock : bool array, shape (n_customers,)
        Whether that happens in spite of a manual override; by default never.

    Examples
    --------
    >>> Fired([True, False]).demote_to.tolist()
    [0, 0]
    """

    review: NDArray[np.bool_]
    demote_to: NDArray[np.int8] = field(
        default=Factory(
            lambda self: np.zeros(np.size(self.review), np.int8), takes_self=True
        )
    )
    passes_lock: NDArray[np.bool_] = field(
        default=Factory(
            lambda self: np.zeros(np.size(self.review), np.bool_), takes_self=True
        )
    )

    def __attrs_post_init__(self) -> None:
        _settle(self, "review", np.bool_)
        _settle(self, "demote_to", np.int8, n=len(self.review))
        _settle(self, "passes_lock", np.bool_, n=len(self.review))

    def take(self, rows: slice) -> Fired:
        """Return the triggers of some customers only."""
        return Fired(self.review[rows], self.demote_to[rows], self.passes_lock[rows])

    @classmethod
    def nobody(cls, n: int) -> Fired:
        """Return that no trigger fired for any of n customers."""
        return cls(np.zeros(n, np.bool_))


def _settle(
    owner: Ceiling | Due | Fired,
    name: str,
    kind: type[np.generic],
    *,
    n: int | None = None,
) -> None:
    where = f"{type(owner).__name__}.{name}"
    column = as_column(getattr(owner, name), kind, where=where, n=n)
    object.__setattr__(owner, name, column)
