"""The plan of a policy, made once for each of its states.

A policy is asked for its plan when it is loaded, fitted and used. To read and check all
its expressions takes longer than to classify one customer, so a plan that was made is
kept: it depends on nothing but the policy, and on the day only where a threshold is
dated.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from custseg.rules.plan import Plan
from custseg.rules.planning import make_plan
from custseg.rules.policy import PolicyTree

__all__ = ["plan_of"]

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
    return _made(policy, on if is_dated else None)


@lru_cache(maxsize=_KEPT)
def _made(policy: PolicyTree, on: date | None) -> Plan:
    return make_plan(policy, on=on)
