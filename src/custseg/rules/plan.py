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

__all__ = ["Plan", "PlannedFamily", "PlannedPart", "PlannedScore", "later_expressions"]


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
class Plan:
    """Everything that a policy needs, and every expression of it, checked.

    Parameters
    ----------
    policy : PolicyTree
    features : tuple of (str, Feature, Window)
        What is really used: features of the catalogue in its order, then the policy's
        own in the order of the file. The name is the code that expressions use.
    columns : frozenset of str
        The columns of the input that these features need, as ``table.column``.
    reference : Checked
        The condition for the members of the reference.
    lookups : tuple of Lookup
        Those that an expression uses, in the order of the file.
    scores : tuple of PlannedScore
    families : tuple of PlannedFamily
    parts : tuple of PlannedPart
    """

    policy: PolicyTree
    features: tuple[tuple[str, Feature, Window], ...]
    columns: frozenset[str]
    reference: Checked
    lookups: tuple[Lookup, ...]
    scores: tuple[PlannedScore, ...]
    families: tuple[PlannedFamily, ...]
    parts: tuple[PlannedPart, ...]

    @property
    def expressions(self) -> tuple[Checked, ...]:
        """Every expression of the policy, in order, the reference first."""
        return (
            self.reference,
            *later_expressions(self.scores, self.families, self.parts),
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
