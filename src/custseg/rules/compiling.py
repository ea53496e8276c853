"""Make the expressions of a plan ready to run: once for a policy, for any table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from attrs import field, frozen

from custseg.rules.expression import (
    Checked,
    FittedCut,
    FittedValue,
    Program,
    compile_expression,
)
from custseg.rules.lookups import Finder
from custseg.rules.plan import Plan
from custseg.rules.policy import Bins, Family, Grading
from custseg.units import Unit

__all__ = ["Compiled", "FamilyStep", "ScoreStep", "Step", "TierSteps", "compile_plan"]


@frozen(eq=False)
class Step:
    """One expression, ready to run; what it needs to have learned, what it reads."""

    program: Program
    fitted: tuple[FittedCut | FittedValue, ...]
    names: frozenset[str] = frozenset()


@frozen(eq=False)
class ScoreStep:
    """A score: its formula, and the bins that may cut it."""

    code: str
    of: Step
    bins: Bins | None
    only_if: Step | None

    @property
    def names(self) -> frozenset[str]:
        """The columns that it reads."""
        only = frozenset[str]() if self.only_if is None else self.only_if.names
        return self.of.names | only


@frozen(eq=False)
class FamilyStep:
    """A family and what decides between its labels."""

    family: Family
    conditions: tuple[Step, ...]
    """One for each label but the last, which is for all others."""

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The codes of the labels."""
        return tuple(rule.code for rule in self.family.labels)

    @property
    def names(self) -> frozenset[str]:
        """The columns that it reads."""
        return frozenset[str]().union(*(one.names for one in self.conditions))


@frozen(eq=False)
class TierSteps:
    """The conditions of tiers; the lowest tier has none."""

    enters: tuple[Step, ...]
    stays: tuple[Step, ...]
    cards: tuple[Step, ...]
    gates: tuple[Step, ...]
    triggers: tuple[Step, ...]
    questions: Mapping[str, Step] = field(factory=dict)
    """What pools, the clean-out and the allocation ask."""


@frozen(eq=False)
class Compiled:
    """A plan whose expressions are ready to run.

    Parameters
    ----------
    plan : Plan
    decimals : int
        Of the currency: how literals of money were scaled.
    """

    plan: Plan
    decimals: int
    reference: Step
    lookups: tuple[Finder, ...]
    scores: tuple[ScoreStep, ...]
    families: tuple[FamilyStep, ...]
    grading: Grading | None
    parts: tuple[Step, ...]
    tiers: TierSteps

    def followers(self, names: Iterable[str]) -> frozenset[str]:
        """Return some columns, and what else is another when these are.

        Parameters
        ----------
        names : iterable of str
            Of features.

        Returns
        -------
        frozenset of str
            Lookups, scores and families that follow from them are among it.
        """
        others = set(names)
        for find in self.lookups:
            if find.lookup.of in others:
                others.add(find.lookup.code)
        for score in self.scores:
            if not others.isdisjoint(score.names):
                others.add(score.code)
        for step in self.families:
            if not others.isdisjoint(step.names):
                others.add(step.family.code)
        return frozenset(others)


def compile_plan(plan: Plan, decimals: int) -> Compiled:
    """Make the expressions of a plan ready to run.

    Parameters
    ----------
    plan : Plan
    decimals : int
        Of the ledger's currency.
    """
    measured = (*plan.features, *plan.watched)
    units: dict[str, Unit] = {name: feature.unit for name, feature, _ in measured}

    def ready(checked: Checked) -> Step:
        names = {name: units[name] for name in checked.names}
        program = compile_expression(checked.node, names, money_exponent=decimals)
        return Step(program, checked.fitted, frozenset(names))

    reference = ready(plan.reference)
    units |= {one.code: one.unit for one in plan.lookups}
    scores = []
    for one in plan.scores:
        only_if = None if one.only_if is None else ready(one.only_if)
        scores.append(
            ScoreStep(one.score.code, ready(one.checked), one.score.bins, only_if)
        )
        units[one.score.code] = (
            one.checked.unit if one.score.bins is None else Unit.SCORE
        )
    families = []
    for planned in plan.families:
        conditions = tuple(ready(c) for c in planned.conditions if c is not None)
        families.append(FamilyStep(planned.family, conditions))
        units[planned.family.code] = Unit.TEXT
    parts = tuple(ready(part.checked) for part in plan.parts)
    units |= {"score": Unit.SCORE, "coverage": Unit.SHARE}
    tiers = TierSteps(
        tuple(ready(one) for one in plan.tiers.enters if one),
        tuple(ready(one) for one in plan.tiers.stays if one),
        tuple(map(ready, plan.tiers.cards)),
        tuple(map(ready, plan.tiers.gates)),
        tuple(map(ready, plan.tiers.triggers)),
        {key: ready(one) for key, one in plan.tiers.questions},
    )
    return Compiled(
        plan,
        decimals,
        reference,
        tuple(Finder(one, decimals) for one in plan.lookups),
        tuple(scores),
        tuple(families),
        plan.policy.grading,
        parts,
        tiers,
    )
