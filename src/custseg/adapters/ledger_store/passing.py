"""What another day does to customers of whom no new row came.

From one day to the next little changes but ages. A feature says of itself whether it
stays the same or grows by a day while no row enters or leaves the windows that it looks
at; so whoever has no row at the edge of a window is as before, a day older. Such rows
are few, and to find them is one look at the days. All others are measured anew.

Limits: a policy that asks for a feature that changes in other ways, as what is overdue
or in season does, is measured anew for everybody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

from custseg.measuring import Wanted
from custseg.periods import Window
from custseg.scoring.features import Facts, Feature
from custseg.table import Column

__all__ = ["can_pass", "grown_older", "stirred"]

_REGISTERED = "customers.registered_on"


def can_pass(facts: Facts, wanted: Wanted) -> bool:
    """Say whether features tell what becomes of them from day to day.

    Parameters
    ----------
    facts : Facts
    wanted : mapping of str to (Feature, Window)
        One that nothing is known of stays so.
    """
    return all(one.daily != "anew" for one, _ in _measured(facts, wanted))


def _measured(facts: Facts, wanted: Wanted) -> Iterator[tuple[Feature, Window]]:
    return (one for one in wanted.values() if facts.can_measure(one[0]))


def stirred(facts: Facts, wanted: Wanted, day: int) -> NDArray[np.bool_]:
    """Say for whom more than age changes from the day of the facts to another.

    Parameters
    ----------
    facts : Facts
    wanted : mapping of str to (Feature, Window)
        Features that :func:`can_pass`.
    day : int
        The other day, later or earlier.

    Returns
    -------
    bool array, shape (n_customers,)
        Whoever becomes known on the way, or is no longer, is among them.
    """
    needs = {need for one, _ in wanted.values() for need in one.reads}
    tables = facts.ledger.merged_for(needs).tables
    other = evolve(facts, as_of=day)
    # Every row may be what makes a customer known.
    edges = {(name, facts.as_of, day) for name in tables}
    awaited = {_REGISTERED}
    for feature, window in _measured(facts, wanted):
        awaited |= set(feature.awaits)
        bounds = [
            edge
            for one in feature.looks_at(window)
            for edge in zip(_bounds(facts, one), _bounds(other, one), strict=True)
        ]
        for name in {one.split(".")[0] for one in feature.reads} & tables.keys():
            edges |= {(name, *edge) for edge in bounds}
    marks = np.zeros(facts.n, dtype=np.bool_)
    for name, *edge in sorted(edges):
        events = tables[name]
        _mark(marks, events.offsets, _between(events.day, *edge))
    for name in sorted(awaited):
        table, column = name.split(".")
        if table in tables and column in tables[table].columns:
            said = tables[table].columns[column]
            come = _between(said.values, facts.as_of, day) & said.is_known()
            _mark(marks, tables[table].offsets, come)
    return marks


def _bounds(facts: Facts, window: Window) -> tuple[int, int]:
    return window.bounds(facts.as_of, fiscal=facts.fiscal)


def _between(days: NDArray[np.int32], one: int, other: int) -> NDArray[np.bool_]:
    """Say which days are after one and not after the other, whichever is earlier."""
    if one == other:
        return np.zeros(len(days), dtype=np.bool_)
    passed: NDArray[np.bool_] = days <= max(one, other)
    passed &= days > min(one, other)
    return passed


def _mark(
    marks: NDArray[np.bool_], offsets: NDArray[np.int64], rows: NDArray[np.bool_]
) -> None:
    at = np.flatnonzero(rows)
    marks[np.searchsorted(offsets, at, side="right") - 1] = True


def grown_older(
    columns: Mapping[str, Column], facts: Facts, wanted: Wanted, days: int
) -> dict[str, Column]:
    """Return the columns that change with age, so many days later.

    Parameters
    ----------
    columns : mapping of str to Column
        By the names of the features.
    facts : Facts
    wanted : mapping of str to (Feature, Window)
    days : int
    """
    older = {}
    for name, (feature, _) in wanted.items():
        if feature.daily == "older" and facts.can_measure(feature):
            one = columns[name]
            older[name] = Column(one.values + days, one.unit, one.known, one.words)
    return older
