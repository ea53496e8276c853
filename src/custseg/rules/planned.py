"""The plan of a policy, made once for each of its states.

A policy is asked for its plan when it is loaded, fitted and used. To read and check all
its expressions takes longer than to classify one customer, so a plan that was made is
kept: it depends on nothing but the policy, and on the day only where a threshold is
dated. To check a policy is to plan it, so one that has been loaded has its plan.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from custseg.rules.paths import Found
from custseg.rules.plan import Plan
from custseg.rules.planning import make_plan, plan_or_problems
from custseg.rules.policy import PolicyTree

__all__ = ["plan_of", "unplannable"]

_KEPT = 32
"""Policies whose plans are kept."""


def plan_of(policy: PolicyTree, on: date | None = None) -> Plan:
    """Return the plan of a policy.

    Parameters
    ----------
    policy : PolicyTree
    on : date or None
        The day whose thresholds hold; None takes the present value of each.

    Raises
    ------
    PolicyError
        When the policy makes no sense.

    Examples
    --------
    >>> from datetime import date
    >>> from custseg.rules.files.loader import load_tree
    >>> tree = load_tree("company")
    >>> plan_of(tree) is plan_of(tree, date(2026, 6, 30))
    True
    """
    is_dated = any(one.since or one.before for one in policy.thresholds)
    day = on if is_dated else None
    kept = _place_for(policy, day)
    if not kept:
        kept.append(make_plan(policy, on=day))
    return kept[0]


def unplannable(
    policy: PolicyTree, *, ill: frozenset[str] = frozenset()
) -> list[Found]:
    """Return everything for which a policy is refused when it is loaded.

    Parameters
    ----------
    policy : PolicyTree
    ill : frozenset of str
        Codes that are known to be wrong already: nothing that names one is judged.

    Returns
    -------
    list of Found
        Empty where all is well; then the plan is kept.
    """
    plan, found = plan_or_problems(policy, ill=ill)
    if plan is not None and not found:
        _place_for(policy, None)[:] = [plan]
    return found


@lru_cache(maxsize=_KEPT)
def _place_for(policy: PolicyTree, on: date | None) -> list[Plan]:  # noqa: ARG001
    """Return where the plan of a policy is kept: a list of it, empty at first."""
    return []
