"""The part of a plan that the tiers of its policy rest on.

A policy says much about a customer, of which its tiers ask only some: the score's
parts, the bars, gates and triggers, and what these are made of. Where nothing but tiers
is wanted, and that many times over, the rest need not be worked out.

The method: from the expressions about tiers upwards. A name in one of them is a family,
a score, a lookup or a feature, and what that one names is needed too.

Limits: nobody sees labels of the families that are left out, and what the clean-out and
the allocation ask is left out too. What was learned for the whole plan serves this part
of it as it is.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve

from custseg.rules.expression.scope import Checked
from custseg.rules.plan import Plan

__all__ = ["for_tiers"]


def for_tiers(plan: Plan) -> Plan:
    """Return a plan without all that neither tiers, their reviews nor pools ask for.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    Plan
        Its :attr:`~custseg.rules.plan.Plan.features` hold also what reviews watch. Its
        policy is the whole one.

    Examples
    --------
    >>> from custseg.rules.files.loader import load_tree
    >>> from custseg.rules.planning import make_plan
    >>> plan = make_plan(load_tree("company"))
    >>> narrow = for_tiers(plan)
    >>> [one.family.code for one in narrow.families]
    ['importance', 'churn_risk']
    >>> "purchase_days" in {name for name, _, _ in narrow.features}
    False
    """
    pools = {one.key for pool in plan.policy.acting.pools for one in pool.questions()}
    kept = tuple(one for one in plan.tiers.questions if one[0] in pools)
    tiers = evolve(plan.tiers, questions=kept)
    asked = _names(part.checked for part in plan.parts)
    asked |= _names((plan.reference, *tiers.entitling, *tiers.reviewing))
    families, scores, lookups = [], [], []
    for family in reversed(plan.families):
        if family.family.code in asked:
            families.append(family)
            asked |= _names(one for one in family.conditions if one)
    for score in reversed(plan.scores):
        if score.score.code in asked:
            scores.append(score)
            asked |= _names(one for one in (score.checked, score.only_if) if one)
    for lookup in reversed(plan.lookups):
        if lookup.code in asked:
            lookups.append(lookup)
            asked.add(lookup.of)
    features = tuple(one for one in (*plan.features, *plan.watched) if one[0] in asked)
    needs = {need for _, feature, _ in features for need in feature.reads}
    return evolve(
        plan,
        features=features,
        watched=(),
        columns=frozenset(needs),
        lookups=tuple(reversed(lookups)),
        scores=tuple(reversed(scores)),
        families=tuple(reversed(families)),
        tiers=tiers,
    )


def _names(every: Iterable[Checked]) -> set[str]:
    return {name for one in every for name in one.names}
