"""What was spent on customers, in hours, visits or money, so that returns can be told.

Effort is either recorded, as a frame with what each customer got, or planned: a total
that the policy's own allocation shares out by the tiers of the day.

The method: efforts are read as ten-thousandths and added as whole numbers, so that
their order decides nothing. Rows of one customer add up. Who has no row got nothing. A
column ``date`` says to which day of the evaluation a row belongs; without it, a row
belongs to each of them.

Limits: a planned effort is what the policy would have given, not what was done. It goes
by the score of the day before; what a clean-out would set free is not moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.errors import DataError, Problem, SettingError, did_you_mean
from custseg.fitted import FittedPolicy
from custseg.intake.identifiers import place_of
from custseg.ledger import Ledger
from custseg.measuring import measured
from custseg.money import QUANTITY_EXPONENT, to_fixed
from custseg.periods import as_day
from custseg.reviews.allocating import allocate
from custseg.rules.pipeline import work_out
from custseg.rules.standing import stand
from custseg.simulation.replayed import grading_of
from custseg.table import Array

__all__ = ["Efforts", "planned", "read_efforts"]

_UNIT = 10**QUANTITY_EXPONENT
_NEEDED = ("customer_id", "effort")


@frozen(eq=False)
class Efforts:
    """What was spent on each customer of a ledger, as recorded.

    Parameters
    ----------
    always : int64 array, shape (n_customers,)
        In each period, in ten-thousandths.
    by_day : dict of int to int64 array
        Beside it, in the periods after these days.
    strange : int
        Rows of customers whom the ledger does not know.
    """

    always: NDArray[np.int64]
    by_day: Mapping[int, NDArray[np.int64]]
    strange: int = 0

    def on(self, day: int) -> NDArray[np.int64]:
        """Return what each customer got in the period after a day."""
        return self.always + self.by_day[day] if day in self.by_day else self.always


def read_efforts(frame: object, ledger: Ledger, days: Iterable[int]) -> Efforts:
    """Read what was spent on customers.

    Parameters
    ----------
    frame : frame or mapping of column names to lists
        ``customer_id``, ``effort`` (>= 0, in any unit) and perhaps ``date``, one of the
        days of the evaluation.
    ledger : Ledger
    days : iterable of int
        The days of the evaluation, those left out included.

    Raises
    ------
    DataError
        When a column is missing, an effort is no number of zero or more, or a date is
        no day of the evaluation.

    Examples
    --------
    >>> ledger = Ledger.from_frames({"customer_id": ["a", "b"], "amount": [9.0, 9.0],
    ...                              "date": ["2026-05-01", "2026-06-01"]})
    >>> hours = {"customer_id": ["b", "b", "x"], "effort": [1.5, 2, 7]}
    >>> efforts = read_efforts(hours, ledger, [20_635])
    >>> efforts.on(20_635).tolist(), efforts.strange
    ([0, 35000], 1)
    """
    names = _names(frame)
    missing = [name for name in _NEEDED if name not in names]
    if missing:
        raise DataError(
            *(
                Problem(
                    "expected this column",
                    where=f"effort.{name}",
                    got=", ".join(map(str, names)) or "no columns",
                    hint=did_you_mean(name, map(str, names)),
                )
                for name in missing
            )
        )
    got: Any = frame
    units = _units(np.asarray(got["effort"]))
    ids = np.asarray(got["customer_id"], dtype=object).tolist()
    rows = [place_of(one, ledger.book) for one in ids]
    at = np.array([-1 if row is None else row for row in rows], dtype=np.int64)
    here = at >= 0

    def added(some: Array) -> NDArray[np.int64]:
        each = np.zeros(ledger.n_customers, dtype=np.int64)
        np.add.at(each, at[some], units[some])
        return each

    strange = int((~here).sum())
    if "date" not in names:
        return Efforts(added(here), {}, strange)
    when = _days(np.asarray(got["date"]), set(days))
    by_day = {day: added(here & (when == day)) for day in np.unique(when).tolist()}
    return Efforts(added(here & False), by_day, strange)


def _names(frame: object) -> list[object]:
    if isinstance(frame, Mapping):
        return list(frame)
    names = getattr(frame, "columns", ())
    if hasattr(frame, "column_names"):  # an Arrow table; its columns are arrays
        names = frame.column_names
    try:
        return list(names)
    except TypeError:
        return []


def _units(given: Array) -> NDArray[np.int64]:
    fixed = to_fixed(given, QUANTITY_EXPONENT)
    wrong = np.flatnonzero(fixed.bad | fixed.huge | (fixed.units < 0))
    if len(wrong):
        first = int(wrong[0])
        raise DataError(
            Problem(
                "an effort is a number of zero or more",
                where=f"effort.effort, row {first}",
                got=repr(
                    given[first].item() if given.dtype != object else given[first]
                ),
                hint=f"{len(wrong):,} such rows" if len(wrong) > 1 else "",
            )
        )
    return fixed.units


def _days(given: Array, known: set[int]) -> NDArray[np.int64]:
    when = np.empty(len(given), dtype=np.int64)
    for row, one in enumerate(given):
        when[row] = as_day(one, where=f"effort.date, row {row}")
        if int(when[row]) not in known:
            raise DataError(
                Problem(
                    "this is no day of the evaluation",
                    where=f"effort.date, row {row}",
                    got=str(one),
                    hint="give the days in dates, or leave the column out",
                )
            )
    return when


def planned(
    fitted: FittedPolicy,
    ledger: Ledger,
    total: int,
    tiers: NDArray[np.int8],
    on: int,
) -> NDArray[np.int64]:
    """Share out a total as the policy's allocation says, by the tiers of a day.

    Parameters
    ----------
    fitted : FittedPolicy
    ledger : Ledger
    total : int, >= 0
    tiers : int8 array, shape (n_customers,)
        -1 for whom nothing is to be given.
    on : int
        The day of the grading.

    Returns
    -------
    int64 array, shape (n_customers,)
        In ten-thousandths.

    Raises
    ------
    SettingError
        When the policy has no allocation, or it cannot be done with this total.
    """
    section = fitted.tree.acting.allocation
    if section is None:
        raise SettingError(
            Problem(
                "the policy has no [allocation] to share an effort out by",
                where="effort",
                got=fitted.tree.code,
                hint="add [allocation] to the policy, or give a frame with the columns "
                "customer_id and effort",
            )
        )
    facts = fitted.facts(ledger, on - 1)
    watched = {name: (one, over) for name, one, over in fitted.plan.watched}
    table = measured(facts, fitted.plan, watched)
    outcome = work_out(fitted.compiled, fitted.learned, table, fitted.classifiers)
    standing = stand(fitted.compiled, fitted.learned, outcome)
    by = standing.answers.get("allocation.by", standing.score)
    weight = np.where(by.is_known() & (by.values > 0), by.values, 0).astype(np.float64)
    here = facts.population()
    given = np.zeros(ledger.n_customers, dtype=np.int64)
    rules = section.rules(grading_of(fitted))
    given[here] = allocate(total, tiers[here], weight, rules, unit=section.unit)
    units: NDArray[np.int64] = given * _UNIT
    return units
