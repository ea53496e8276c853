"""What is remembered of each customer's tier between two runs.

A tier has a memory: since when it is held, what speaks for a move, whether a person has
fixed it. All of it stands in one :class:`State`, columns over customers, so that a
journal can write it down and give it back bit for bit. A state is never changed: a run
(:func:`custseg.rules.tiers.transitions.step`) or an override makes a new one.

Tiers are numbers in the order of the policy: 0 is the highest. Days are days since
1970-01-01. An override is data only; who set it, and why, is the journal's affair.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import fields, frozen
from numpy.typing import NDArray

from custseg.errors import Problem, SettingError
from custseg.periods import DISTANT_PAST
from custseg.table import Array

__all__ = ["NO_TIER", "State", "as_column", "lift_override", "put_override"]

NO_TIER = -1
"""The code of "none yet" where a tier is held, of "unknown" where one is judged."""


@frozen(eq=False)
class State:
    """The tiers held by customers, with all that later decisions depend on.

    Every field is a read-only array, shape (n_customers,). A day or period that there
    is none of is ``DISTANT_PAST``.

    Parameters
    ----------
    tier : int8 array, >= -1
        The tier held; -1 for none yet.
    since : int32 array
        Day since when it is held.
    up_pending, down_pending : int8 array, >= 0
        Distinct periods in a row at whose reviews a rise, or a fall, was called for.
    counted : int32 array
        The day after the last period that counted for or led to a move.
    reviewed : int32 array
        The day after the last period of which the periodic review was done.
    grace_until : int32 array
        Last day on which the customer is not judged downwards.
    provisional : bool array
        The tier was given without facts and goes as soon as they come in.
    locked_until : int32 array
        Last day of a manual override.
    lock_tier : int8 array
        The tier that the override set; -1 for none.
    next_due : int32 array
        Day from which the next periodic review is due.

    Examples
    --------
    >>> state = State.fresh(2)
    >>> len(state), state.tier.tolist()
    (2, [-1, -1])
    """

    tier: NDArray[np.int8]
    since: NDArray[np.int32]
    up_pending: NDArray[np.int8]
    down_pending: NDArray[np.int8]
    counted: NDArray[np.int32]
    reviewed: NDArray[np.int32]
    grace_until: NDArray[np.int32]
    provisional: NDArray[np.bool_]
    locked_until: NDArray[np.int32]
    lock_tier: NDArray[np.int8]
    next_due: NDArray[np.int32]

    def __attrs_post_init__(self) -> None:
        n = len(self.tier)
        for name, kind in _KINDS.items():
            column = as_column(getattr(self, name), kind, where=f"State.{name}", n=n)
            object.__setattr__(self, name, column)

    def __len__(self) -> int:
        return len(self.tier)

    @classmethod
    def fresh(cls, n: int) -> State:
        """Return the state of customers who never had a tier; all are due at once."""
        columns: dict[str, Array] = {
            name: np.full(n, _NOTHING[name], dtype=kind)
            for name, kind in _KINDS.items()
        }
        return cls(**columns)

    @classmethod
    def from_columns(cls, columns: Mapping[str, Any]) -> State:
        """Return the state that :meth:`columns` has given away.

        Parameters
        ----------
        columns : mapping of str to array or sequence
            Exactly the fields of a state, all of one length.

        Raises
        ------
        SettingError
            When a field is missing, not known, or not of whole numbers that fit.
        """
        if set(columns) != set(_KINDS):
            odd = sorted(set(columns) ^ set(_KINDS))
            raise SettingError(
                Problem(
                    "a state has other fields than these",
                    where="State",
                    got=", ".join(odd) + " missing or too many",
                    allowed=", ".join(_KINDS),
                )
            )
        return cls(**{name: np.asarray(columns[name]) for name in _KINDS})

    def columns(self) -> dict[str, Array]:
        """Return the fields by name, in their order; the arrays are read-only."""
        return {name: getattr(self, name) for name in _KINDS}

    def row(self, at: int) -> dict[str, int | bool]:
        """Return one customer's state as plain values, as a journal writes them."""
        return {name: column[at].item() for name, column in self.columns().items()}

    def take(self, rows: Array | slice) -> State:
        """Return the state of some customers only (positions, a mask or a slice)."""
        return State(**{name: column[rows] for name, column in self.columns().items()})

    def differs(self, other: State) -> NDArray[np.bool_]:
        """Return which customers' states differ in any field, shape (n_customers,)."""
        differs = np.zeros(len(self), dtype=np.bool_)
        for name, column in self.columns().items():
            differs |= column != getattr(other, name)
        return differs


_KINDS: Mapping[str, type[np.generic]] = {
    one.name: {
        "provisional": np.bool_,
        "tier": np.int8,
        "lock_tier": np.int8,
        "up_pending": np.int8,
        "down_pending": np.int8,
    }.get(one.name, np.int32)
    for one in fields(State)
}

_NOTHING: Mapping[str, int] = {
    name: {np.bool_: 0, np.int8: 0, np.int32: DISTANT_PAST}[kind]
    for name, kind in _KINDS.items()
} | {"tier": NO_TIER, "lock_tier": NO_TIER}


def as_column(
    values: object, kind: type[np.generic], *, where: str, n: int | None = None
) -> Array:
    """Return values as a read-only array of one type, or say why that cannot be.

    Parameters
    ----------
    values : array or sequence, shape (n,)
        Whole numbers, or flags for ``numpy.bool_``.
    kind : numpy type
        ``numpy.int8``, ``numpy.int32`` or ``numpy.bool_``.
    where : str
        The argument's name, for the error.
    n : int or None
        The length wanted.

    Raises
    ------
    SettingError
        When the values are of another kind, do not fit it, or are not ``n``.

    Examples
    --------
    >>> as_column([0, 2, -1], np.int8, where="earned").dtype
    dtype('int8')
    """
    array = np.asarray(values)
    if array.ndim != 1 or (n is not None and len(array) != n):
        raise SettingError(
            Problem(
                "expected one value for each customer",
                where=where,
                got=f"shape {array.shape}",
                allowed="" if n is None else f"shape ({n},)",
            )
        )
    if array.dtype != kind:
        # An empty list is an array of floats to numpy.
        wanted = np.bool_ if kind is np.bool_ else np.integer
        if len(array) and not np.issubdtype(array.dtype, wanted):
            raise SettingError(
                Problem(
                    "expected flags" if kind is np.bool_ else "expected whole numbers",
                    where=where,
                    got=f"an array of {array.dtype}",
                )
            )
        cast = array.astype(kind)
        if not np.array_equal(cast, array):
            raise SettingError(
                Problem(
                    "a number is too large",
                    where=where,
                    got=str(array[cast != array][0]),
                    allowed=f"numbers of {np.dtype(kind)}",
                )
            )
        array = cast
    seen = array.view()
    seen.flags.writeable = False
    return seen


def put_override(state: State, rows: Array, *, tier: int, until: int, on: int) -> State:
    """Return the state after a person has fixed the tier of some customers.

    Until the end of that day, reviews leave the tier as it is. What spoke for a move
    before is forgotten, and a provisional tier is so no longer.

    Parameters
    ----------
    state : State
    rows : array of int or bool
        Positions or a mask.
    tier : int, >= 0
    until : int
        Last day of the override, not before ``on``.
    on : int
        Day of the override.

    Raises
    ------
    SettingError
        When the tier is none, or the override would end before it begins.

    Examples
    --------
    >>> state = put_override(State.fresh(2), [1], tier=0, until=20_700, on=20_634)
    >>> state.tier.tolist(), state.row(1)["locked_until"]
    ([-1, 0], 20700)
    """
    problems = []
    if not 0 <= tier <= 127:
        problems.append(
            Problem(
                "an override sets a tier",
                where="tier",
                got=repr(tier),
                allowed="0, the highest, or more",
            )
        )
    if until < on:
        problems.append(
            Problem(
                "an override ends before it begins",
                where="until",
                got=f"{on - until} days earlier",
                allowed="the day itself or a later one",
            )
        )
    if problems:
        raise SettingError(*problems)
    same = state.tier[rows] == tier
    return _with(
        state,
        rows,
        tier=tier,
        since=np.where(same, state.since[rows], on),
        up_pending=0,
        down_pending=0,
        provisional=False,
        locked_until=until,
        lock_tier=tier,
    )


def lift_override(state: State, rows: Array) -> State:
    """Return the state after the overrides of some customers have been lifted.

    The tier stays; from the next review on it moves by the rules again. Nothing changes
    for a customer without an override.

    Parameters
    ----------
    state : State
    rows : array of int or bool
        Positions or a mask.

    Examples
    --------
    >>> locked = put_override(State.fresh(1), [0], tier=1, until=20_700, on=20_634)
    >>> free = lift_override(locked, [0])
    >>> free.tier.tolist(), free.lock_tier.tolist()
    ([1], [-1])
    """
    return _with(state, rows, locked_until=DISTANT_PAST, lock_tier=NO_TIER)


def _with(state: State, rows: Array, **values: object) -> State:
    columns = state.columns()
    for name, value in values.items():
        changed = columns[name].copy()
        changed[rows] = value
        columns[name] = changed
    return State(**columns)
