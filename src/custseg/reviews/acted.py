"""What a review says about acting: who is in a pool, whom to clean out, who gets what.

Everything here rests on the tiers held after the run, and on what the policy asked of
the facts of its day. Nothing is written, and nobody is moved by it.

Limits: gaps are told in points. What would close one in money, orders or days is worked
out for one customer at a time (:meth:`custseg.reviews.review.Review.explain`), because
each of these answers is tried out and takes up to a tenth of a second.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.errors import Problem, SettingError, did_you_mean
from custseg.labels import Title
from custseg.reviews.allocating import allocate, shared_out
from custseg.reviews.reviewed import Reviewed
from custseg.rules.acts.acting import Acting
from custseg.rules.acts.allocation import Allocation
from custseg.rules.acts.clean_out import CleanOut
from custseg.rules.acts.pools import Pool
from custseg.table import Column

__all__ = ["LOCK_TITLE", "Cleared", "Portions", "cleared", "pool_of", "portions"]

LOCK_TITLE = Title(zh="人工调整有效期内", en="a manual override is in force")
"""Why the clean-out leaves out whose tier was set by hand."""

_T = TypeVar("_T")


def _section(section: _T | None, key: str, reviewed: Reviewed) -> _T:
    """Return a section of the policy, or say that there is none.

    Raises
    ------
    SettingError
        When the policy has no such section.
    """
    if section is None:
        raise SettingError(
            Problem(
                f"the policy has no [{key}]",
                got=reviewed.result.plan.policy.code,
                hint=f"add [{key}] to the policy",
            )
        )
    return section


def _acting(reviewed: Reviewed) -> Acting:
    """Return what the policy says is to be done."""
    return reviewed.result.plan.policy.acting


def pool_of(reviewed: Reviewed, code: str) -> Pool:
    """Return a pool of the policy.

    Raises
    ------
    SettingError
        When there is none of this code.
    """
    pools = {one.code: one for one in _acting(reviewed).pools}
    if code not in pools:
        raise SettingError(
            Problem(
                "the policy has no such pool",
                where="pool",
                got=repr(code),
                allowed=", ".join(pools),
                hint=did_you_mean(str(code), pools),
            )
        )
    return pools[code]


@frozen(eq=False)
class Cleared:
    """Whom a clean-out is about.

    Parameters
    ----------
    section : CleanOut
    rule : int8 array, shape (n_customers,)
        The number of the first rule that fits; -1 for none.
    exempt : dict of str to bool array, shape (n_customers,)
        Where each exemption holds.
    untold : dict of str to bool array, shape (n_customers,)
        Where it cannot be told whether it holds.
    locked : bool array, shape (n_customers,)
        Whose tier was set by hand until today or later.
    """

    section: CleanOut
    rule: NDArray[np.int8]
    exempt: dict[str, NDArray[np.bool_]]
    untold: dict[str, NDArray[np.bool_]]
    locked: NDArray[np.bool_]

    @property
    def proposed(self) -> NDArray[np.bool_]:
        """Who is proposed: a rule fits, and nothing exempts them."""
        spared = self.locked.copy()
        for holds in self.exempt.values():
            spared |= holds
        proposed: NDArray[np.bool_] = (self.rule >= 0) & ~spared
        return proposed


def cleared(reviewed: Reviewed) -> Cleared:
    """Return whom the clean-out is about, by the tiers held after the run.

    Raises
    ------
    SettingError
        When the policy has no clean-out.
    """
    section = _section(_acting(reviewed).clean_out, "clean_out", reviewed)
    answers = reviewed.standing.answers
    decisions = reviewed.run.decisions
    rule = np.full(len(reviewed), -1, dtype=np.int8)
    for place, one in reversed(list(enumerate(section.rules))):
        tiers = [reviewed.grading.place(code) for code in one.of]
        fits = _holds(answers[f"clean_out.rules[{place}].when"])
        rule[fits & np.isin(decisions.after, tiers)] = place
    said = {
        one.code: answers[f"clean_out.exemptions[{place}].when"]
        for place, one in enumerate(section.exemptions)
    }
    return Cleared(
        section,
        rule,
        {code: _holds(column) for code, column in said.items()},
        {code: ~column.is_known() for code, column in said.items()},
        decisions.state.locked_until >= reviewed.on,
    )


@frozen(eq=False)
class Portions:
    """Who gets how much of a total.

    Parameters
    ----------
    units : int64 array, shape (n_customers,)
    weight : float array, shape (n_customers,)
        0 for whom it is not known, or negative.
    cleared : bool array, shape (n_customers,)
        Who gets nothing because they are proposed for the clean-out.
    freed : int64 array, shape (n_customers,)
        How much of the units was freed by the clean-out.
    """

    units: NDArray[np.int64]
    weight: NDArray[np.float64]
    cleared: NDArray[np.bool_]
    freed: NDArray[np.int64]


def portions(reviewed: Reviewed, total: int) -> Portions:
    """Share out a total among customers, by the tiers held after the run.

    Parameters
    ----------
    reviewed : Reviewed
    total : int, >= 0

    Raises
    ------
    SettingError
        When the policy has no allocation, or it cannot be done with this total.
    """
    section = _section(_acting(reviewed).allocation, "allocation", reviewed)
    tiers = reviewed.run.decisions.after
    weight = _weights(reviewed.standing.answers.get("allocation.by"), reviewed)
    rules = section.rules(reviewed.grading)
    units = allocate(total, tiers, weight, rules, unit=section.unit)
    out = np.zeros(len(tiers), dtype=np.bool_)
    given = Portions(units, weight, out, np.zeros_like(units))
    if section.freed_to is None:
        return given
    out = cleared(reviewed).proposed
    freed = _freed(reviewed, section, out, given)
    return Portions(np.where(out, 0, units + freed), weight, out, freed)


def _freed(
    reviewed: Reviewed, section: Allocation, out: NDArray[np.bool_], given: Portions
) -> NDArray[np.int64]:
    """Return who gets how much of what those had who are proposed for the clean-out."""
    to = section.freed_to
    assert to is not None  # noqa: S101 - for the type checker
    place = reviewed.grading.place(to.tier)
    group = (reviewed.run.decisions.after == place) & ~out & (given.weight > 0)
    if to.when:
        group &= _holds(reviewed.standing.answers["allocation.freed_to.when"])
    cap, unit = section.rules(reviewed.grading)[place].cap, section.unit
    left = int(given.units[out].sum()) // unit
    more = np.zeros(len(group), dtype=np.int64)
    room = (cap - given.units) // unit if cap else np.full(len(group), left)
    # Who comes to the cap takes no further part; the others share what is over.
    while left and (open_ := np.flatnonzero(group & (more < room))).size:
        some = shared_out(left, given.weight[open_])
        some = np.minimum(some, room[open_] - more[open_])
        more[open_] += some
        left -= int(some.sum())
    return more * unit


def _weights(by: Column | None, reviewed: Reviewed) -> NDArray[np.float64]:
    column = reviewed.standing.score if by is None else by
    known = column.is_known() & (column.values > 0)
    return np.where(known, column.values, 0).astype(np.float64)


def _holds(column: Column) -> NDArray[np.bool_]:
    holds: NDArray[np.bool_] = column.values & column.is_known()
    return holds
