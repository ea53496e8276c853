"""The decisions of a review as entries of a journal: what decided, and what remains.

One batch for each period reviewed, and one for what triggers and gates did to those
whose review was not due. Where nothing moved and nothing waits, the journal need only
keep a check of the numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.journal.chain import Head
from custseg.journal.entries import Batch, Decision, Kind
from custseg.periods import to_date
from custseg.reviews.remembering import remembered_rows
from custseg.reviews.reviewed import Reviewed
from custseg.rules.acts.pooling import PoolMove
from custseg.rules.tiers.moves import Action, Reason
from custseg.table import Array, Column

__all__ = ["Recording", "batches"]

_QUIET = frozenset({Action.HELD, Action.NOT_DUE, Action.UNKNOWN_KEPT})
"""What nobody asks the numbers of later."""

_ACTIONS = tuple(one.name for one in Action)
_REASONS = tuple((one.name,) for one in Reason)


@frozen
class Recording:
    """On what the decisions of a review rest.

    Parameters
    ----------
    based_on : Head
        The journal's head when the held tiers were read.
    policy, fitted : str
        Digests.
    triggered : frozenset of str
        The customers of whom a run of the same day recorded what triggers did. They
        are decided on again, so that a trigger that no longer fires is a difference.
    """

    based_on: Head
    policy: str
    fitted: str
    triggered: frozenset[str] = frozenset()


def batches(reviewed: Reviewed, recording: Recording) -> Iterator[Batch]:
    """Yield what is to be recorded of a review.

    Parameters
    ----------
    reviewed : Reviewed
    recording : Recording
    """
    concerned, due = reviewed.run.concerned(), reviewed.run.due.review
    keys = _period_keys(reviewed)

    def batch(kind: Kind, key: str, rows: NDArray[np.bool_]) -> Batch:
        return Batch(
            kind,
            key=key,
            valid_on=to_date(reviewed.on),
            policy=recording.policy,
            fitted=recording.fitted,
            based_on=recording.based_on,
            decisions=tuple(_decisions(reviewed, np.flatnonzero(rows))),
        )

    for key in sorted(set(keys[due].tolist())):
        yield batch("review", key, due & (keys == key))
    if recording.triggered:
        again = map(recording.triggered.__contains__, reviewed.customer_ids.tolist())
        concerned |= np.fromiter(again, np.bool_, len(reviewed))
    others = concerned & ~due
    if others.any():
        yield batch("trigger", str(to_date(reviewed.on)), others)


def _period_keys(reviewed: Reviewed) -> Array:
    """Return the name of the period that each customer's review counts for."""
    fiscal = reviewed.result.plan.policy.basis.fiscal
    calendars = reviewed.grading.schedule(fiscal).calendars
    held = reviewed.before.state.tier
    tier = np.where(held < 0, len(calendars) - 1, held)
    period = np.broadcast_to(reviewed.run.due.period, tier.shape)
    keys = np.empty(len(tier), dtype=object)
    for place, calendar in enumerate(calendars):
        here = tier == place
        for day in np.unique(period[here]).tolist():
            keys[here & (period == day)] = calendar.period_of(day - 1, since=day)
    return keys


def _decisions(reviewed: Reviewed, rows: Array) -> Iterator[Decision]:
    decisions, tiers = reviewed.run.decisions, (*reviewed.tiers, None)
    told = np.zeros(len(reviewed), dtype=np.bool_)
    for alerts in reviewed.run.alerts.values():
        told |= alerts
    for pool in reviewed.run.pools.values():
        told |= pool.changed
    columns = (
        reviewed.customer_ids,
        decisions.before,
        decisions.after,
        decisions.action,
        decisions.reason,
        told,
    )
    every = zip(
        *(column[rows].tolist() for column in columns),
        _inputs(reviewed, rows),
        remembered_rows(reviewed.run.memory.take(rows)),
        strict=True,
    )
    for customer, before, after, action, reason, loud, seen, state in every:
        yield Decision(
            customer,
            before=tiers[before],
            after=tiers[after],
            action=_ACTIONS[action],
            reasons=_REASONS[reason],
            inputs=seen,
            state=state,
            quiet=not loud and before == after and action in _QUIET,
        )


def _inputs(reviewed: Reviewed, rows: Array) -> Iterator[dict[str, Any]]:
    """Yield the numbers and codes that decided about each customer."""
    grade, standing = reviewed.grade, reviewed.standing
    columns = {
        "score": grade.score,
        "coverage": grade.coverage,
        "earned": standing.earned,
        "kept": standing.kept,
    }
    seen = {name: _listed(column, rows) for name, column in columns.items()}
    gates = [(one.code, _listed(where, rows)) for one, where in reviewed.caps()]
    alerts = reviewed.run.alerts
    rings = [(code, one[rows].tolist()) for code, one in alerts.items()]
    pools = {code: one.move[rows].tolist() for code, one in reviewed.run.pools.items()}
    for at in range(len(rows)):
        said: dict[str, Any] = {name: values[at] for name, values in seen.items()}
        for name, flags in (("gates", gates), ("alerts", rings)):
            if held := [code for code, one in flags if one[at]]:
                said[name] = held
        moves = {code: one[at] for code, one in pools.items() if one[at]}
        if moves:
            said["pools"] = {code: PoolMove(one).name for code, one in moves.items()}
        yield said


def _listed(column: Column, rows: Array) -> list[Any]:
    """Return plain values of some rows; None where unknown."""
    values: list[Any] = column.values[rows].tolist()
    if column.words:
        values = [column.words[at] for at in values]
    if column.known is None:
        return values
    known = column.known[rows].tolist()
    return [one if sure else None for one, sure in zip(values, known, strict=True)]
