"""Naive re-grading: each day the tier that is earned that day, and no memory.

What many do without a library: work the percentiles out anew, cut, and write the tiers
down. It is what a policy with memory is compared with: how many of its moves are taken
back soon after, and how much of the coming revenue each of its tiers holds.

The method: the policy is fitted on each day on the facts that a run then sees, and
everybody gets the entitled tier. Where that is not known the tier is kept.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from custseg.fitted import FittedPolicy
from custseg.ledger import Ledger
from custseg.periods import to_date
from custseg.policy import Policy
from custseg.rules.tiers.deciding import Memory
from custseg.rules.tiers.occasions import Ceiling, Due, Fired
from custseg.rules.tiers.transition_rules import Rules, Terms
from custseg.rules.tiers.transitions import step
from custseg.simulation.replayed import Day, Look, grading_of

__all__ = ["regrade"]

_AT_ONCE = Terms(confirmations=1, dwell_days=0, largest_step=None)


def regrade(
    ledger: Ledger, fitted: FittedPolicy, days: Sequence[Day], looks: Sequence[Look]
) -> tuple[Look, ...]:
    """Grade everybody anew on each day.

    Parameters
    ----------
    ledger : Ledger
    fitted : FittedPolicy
        Only what its policy says counts, not what it learned.
    days : sequence of Day
    looks : sequence of Look
        What the policy with memory decided on these days; the spend is taken from it.

    Returns
    -------
    tuple of Look
        One for each day, of the same customers.
    """
    policy = Policy(fitted.tree)
    rules = Rules(len(grading_of(fitted).tiers), up=_AT_ONCE, down=_AT_ONCE)
    held = Memory.fresh(ledger.n_customers)
    afresh = []
    for day, look in zip(days, looks, strict=True):
        result = policy.fit_and_classify(ledger, as_of=to_date(day.on - 1))[1]
        grade = result.outcome.grade
        assert grade is not None  # noqa: S101 - a policy with tiers gives a grade
        tier, n = grade.tier, len(day.rows)
        entitled = np.where(tier.is_known(), tier.values, -1).astype(np.int8)
        decided = step(
            held.take(day.rows).state,
            earned=entitled,
            kept=entitled,
            cap=Ceiling.lowest([], n=n),
            due=Due(
                np.ones(n, np.bool_), np.full(n, day.on), np.full(rules.tiers, day.on)
            ),
            fired=Fired.nobody(n),
            rules=rules,
            on=day.on,
        )
        held = held.put(day.rows, Memory(decided.state))
        afresh.append(
            Look(
                decided.before,
                decided.after,
                decided.action,
                decided.reason,
                grade.score,
                look.spend,
            )
        )
    return tuple(afresh)
