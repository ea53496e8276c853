"""What a policy asks of the data: every expression read and checked, in order.

A policy is a set of texts until somebody reads them. A plan holds them read: which
features are needed and over which windows, which columns they come from, every
condition and formula with its units settled, and what has to be learned from the
reference. It is made by :mod:`custseg.rules.planning`.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from custseg.periods import Window
from custseg.rules.expression.nodes import FittedCut, FittedValue
from custseg.rules.expression.scope import Checked
from custseg.rules.policy import Family, Lookup, Part, PolicyTree, Score
from custseg.scoring.features import Feature

__all__ = [
    "Plan",
    "PlannedFamily",
    "PlannedPart",
    "PlannedScore",
    "PlannedTiers",
    "later_expressions",
]

Named = tuple[str, Feature, Window]


@frozen
class PlannedScore:
    """A score of the policy, ready to be computed.

    Parameters
    ----------
    score : Score
    checked : Checked
        Its formula.
    only_if : Checked or None
        The condition of its bins.
    """

    score: Score
    checked: Checked
    only_if: Checked | None


@frozen
class PlannedFamily:
    """A family of the policy, ready to be decided.

    Parameters
    ----------
    family : Family
    conditions : tuple of Checked or None
        One for each label; None for the last.
    """

    family: Family
    conditions: tuple[Checked | None, ...]


@frozen
class PlannedPart:
    """A part of the composite score, ready to be computed."""

    part: Part
    checked: Checked


@frozen
class PlannedTiers:
    """What is asked about tiers, ready to be decided.

    Parameters
    ----------
    enters, stays : tuple of Checked or None
        What earns and what keeps each tier; None for the lowest.
    cards, gates, triggers : tuple of Checked
        A condition for each.
    questions : tuple of (str, Checked)
        What pools, the clean-out and the allocation ask, by the names under which it
        is answered.
    """

    enters: tuple[Checked | None, ...] = ()
    stays: tuple[Checked | None, ...] = ()
    cards: tuple[Checked, ...] = ()
    gates: tuple[Checked, ...] = ()
    triggers: tuple[Checked, ...] = ()
    questions: tuple[tuple[str, Checked], ...] = ()

    @property
    def entitling(self) -> tuple[Checked, ...]:
        """What the entitled tier of a day depends on."""
        return (*self.cards, *(one for one in self.enters if one), *self.gates)

    @property
    def reviewing(self) -> tuple[Checked, ...]:
        """What only a review asks."""
        stays = (one for one in self.stays if one)
        return (*stays, *self.triggers, *(one for _, one in self.questions))


@frozen
class Plan:
    """Everything that a policy needs, and every expression of it, checked.

    Parameters
    ----------
    policy : PolicyTree
    features : tuple of (str, Feature, Window)
        What labels and entitled tiers use: features of the catalogue in its order, then
        the policy's own in the order of the file. The name is the code that expressions
        use.
    watched : tuple of (str, Feature, Window)
        What reviews of tiers need beside these.
    columns : frozenset of str
        The columns of the input that these features need, as ``table.column``.
    reference : Checked
        The condition for the members of the reference.
    lookups : tuple of Lookup
        Those that an expression uses, in the order of the file.
    scores : tuple of PlannedScore
    families : tuple of PlannedFamily
    parts : tuple of PlannedPart
    tiers : PlannedTiers
        Without any condition where the policy grades nobody.
    """

    policy: PolicyTree
    features: tuple[Named, ...]
    watched: tuple[Named, ...]
    columns: frozenset[str]
    reference: Checked
    lookups: tuple[Lookup, ...]
    scores: tuple[PlannedScore, ...]
    families: tuple[PlannedFamily, ...]
    parts: tuple[PlannedPart, ...]
    tiers: PlannedTiers

    @property
    def expressions(self) -> tuple[Checked, ...]:
        """Every expression of the policy, in order, the reference first."""
        return (
            self.reference,
            *later_expressions(self.scores, self.families, self.parts),
            *self.tiers.entitling,
            *self.tiers.reviewing,
        )

    @property
    def fitted(self) -> tuple[FittedCut | FittedValue, ...]:
        """What is learned from the reference: each once, in the order of first use."""
        return tuple(
            dict.fromkeys(part for one in self.expressions for part in one.fitted)
        )


def later_expressions(
    scores: tuple[PlannedScore, ...],
    families: tuple[PlannedFamily, ...],
    parts: tuple[PlannedPart, ...],
) -> Iterator[Checked]:
    """Return the expressions of scores, families and parts, in order."""
    for score in scores:
        yield score.checked
        if score.only_if:
            yield score.only_if
    for family in families:
        yield from (one for one in family.conditions if one)
    yield from (part.checked for part in parts)
