"""What was worked out for a table of customers: features, scores, labels, tiers."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from custseg.table import Array, Column, Table

__all__ = ["Graded", "Outcome", "Standing"]


@frozen(eq=False)
class Graded:
    """The composite score, its parts and the tier it earns.

    Parameters
    ----------
    parts : mapping of str to Column
        Points of each part.
    score : Column
        Unknown where too little is covered.
    coverage : Column
    tier : Column
        Codes of the entitled tiers: what is earned, or what a gate leaves of it.
    gates : mapping of str to Column
        Where each gate caps, as flags.
    card : int8 array or None
        The place of each customer's card of weights, -1 where none fits; None where
        the policy has none.
    """

    parts: Mapping[str, Column]
    score: Column
    coverage: Column
    tier: Column
    gates: Mapping[str, Column] = field(factory=dict)
    card: Array | None = None

    def take(self, rows: Array) -> Graded:
        """Return the grade of some customers only (positions or a mask)."""
        parts, gates = (
            {name: column.take(rows) for name, column in columns.items()}
            for columns in (self.parts, self.gates)
        )
        score, coverage, tier = (
            column.take(rows) for column in (self.score, self.coverage, self.tier)
        )
        card = None if self.card is None else self.card[rows]
        return Graded(parts, score, coverage, tier, gates, card)


@frozen(eq=False)
class Outcome:
    """Everything worked out for the customers of a table.

    Parameters
    ----------
    table : Table
        Features and scores.
    labels : mapping of str to Column
        The label of each family, in the order of the policy; unknown is UNKNOWN.
    grade : Graded or None
    """

    table: Table
    labels: Mapping[str, Column]
    grade: Graded | None

    def take(self, rows: Array) -> Outcome:
        """Return the outcome of some customers only (positions or a mask)."""
        labels = {name: column.take(rows) for name, column in self.labels.items()}
        grade = None if self.grade is None else self.grade.take(rows)
        return Outcome(self.table.take(rows), labels, grade)


@frozen(eq=False)
class Standing:
    """What a review of tiers asks of the facts of its day.

    Parameters
    ----------
    earned : Column
        Code of the highest tier whose entry condition holds, gates left aside.
    kept : Column
        Code of the highest tier whose stay condition holds.
    gates, triggers : mapping of str to Column
        Where each holds, as flags.
    score : Column
    answers : mapping of str to Column
        What pools, the clean-out and the allocation ask, by the names of the questions.
    """

    earned: Column
    kept: Column
    gates: Mapping[str, Column]
    triggers: Mapping[str, Column]
    score: Column
    answers: Mapping[str, Column] = field(factory=dict)
