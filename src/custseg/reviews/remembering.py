"""Between the journal and the arrays of a review: what is held, as columns, and back.

A journal keeps what is remembered of each customer as plain values; a run wants columns
over the customers of its ledger. Who is not in the journal yet has a fresh memory; who
is in the journal but not in the ledger any more is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from attrs import evolve, fields_dict

from custseg.errors import JournalAltered, Problem, SettingError
from custseg.journal.entries import Held
from custseg.periods import DISTANT_PAST
from custseg.rules.tiers.deciding import Memory
from custseg.rules.tiers.holding import State
from custseg.table import Array

__all__ = ["memory_of", "remembered_rows"]

_DATED = ("alerted", "pools")
_FIELDS = tuple(fields_dict(State))


def memory_of(
    customers: Array, held: Mapping[str, Held], tiers: tuple[str, ...]
) -> Memory:
    """Return what is remembered of customers, in their order.

    Parameters
    ----------
    customers : array of str, shape (n_customers,)
    held : mapping of str to Held
        As :meth:`custseg.journal.journal.Journal.state` gives it.
    tiers : tuple of str
        The policy's tiers, the highest first.

    Raises
    ------
    JournalAltered
        When an entry holds what no review writes.
    SettingError
        When somebody holds a tier that the policy does not have.
    """
    memory = Memory.fresh(len(customers))
    if not held:
        return memory
    # Most customers share a state with many others: each is read once.
    place: dict[tuple[int, str | None], int] = {}
    different: list[Held] = []
    at = np.full(len(customers), -1, dtype=np.int64)
    for row, customer in enumerate(customers.tolist()):
        found = held.get(customer)
        if found is None:
            continue
        key = id(found.state), found.tier
        if key not in place:
            place[key] = len(different)
            different.append(found)
        at[row] = place[key]
    if not different:
        return memory
    dated = (_dated(different, name) for name in _DATED)
    known = Memory(_state(different, tiers), *dated)
    rows = np.flatnonzero(at >= 0)
    return memory.put(rows, known.take(at[rows]))


def _state(different: list[Held], tiers: tuple[str, ...]) -> State:
    try:
        columns = {name: [one.state[name] for one in different] for name in _FIELDS}
    except KeyError as error:
        raise _strange(f"no {error}", different[0]) from error
    codes = [-1 if one.tier is None else _place(one, tiers) for one in different]
    return evolve(State.from_columns(columns), tier=np.array(codes, dtype=np.int8))


def _place(one: Held, tiers: tuple[str, ...]) -> int:
    if one.tier not in tiers:
        raise SettingError(
            Problem(
                "the journal speaks of a tier that the policy does not have",
                where=f"entry {one.number}",
                got=str(one.tier),
                allowed=", ".join(tiers),
                hint="keep the codes of tiers and change their titles; or begin a new "
                "journal",
            )
        )
    return tiers.index(one.tier)


def _strange(got: str, one: Held) -> JournalAltered:
    return JournalAltered(
        Problem("an entry lacks what a review remembers", where="journal", got=got),
        number=one.number,
    )


def _dated(different: list[Held], name: str) -> dict[str, Array]:
    """Return days by a code: of the last alerts, or since when in a pool."""
    codes = dict.fromkeys(code for one in different for code in one.state.get(name, {}))
    return {
        code: np.array(
            [one.state.get(name, {}).get(code, DISTANT_PAST) for one in different],
            dtype=np.int32,
        )
        for code in codes
    }


def remembered_rows(memory: Memory) -> Iterator[dict[str, Any]]:
    """Yield what is remembered of each customer as plain values for a journal.

    Customers of whom the same is remembered get one mapping, not to be changed.

    Examples
    --------
    >>> row = next(remembered_rows(Memory.fresh(1)))
    >>> row["tier"], "alerted" in row
    (-1, False)
    """
    columns = memory.state.columns()
    dated = {
        (name, code): days
        for name in _DATED
        for code, days in getattr(memory, name).items()
    }
    every = (*columns.values(), *dated.values())
    made: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in zip(*(column.tolist() for column in every), strict=True):
        plain = made.get(row)
        if plain is None:
            plain = made[row] = dict(zip(columns, row, strict=False))
            for (name, code), day in zip(dated, row[len(columns) :], strict=True):
                if day > DISTANT_PAST:
                    plain.setdefault(name, {})[code] = day
        yield plain
