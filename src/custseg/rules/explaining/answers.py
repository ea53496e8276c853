"""Everything that explains one customer, and under which policy it holds.

Frozen values, with nothing in them that has to be worked out again. Texts, pages and
plain data are all written from these, so they cannot tell different stories.
"""

from __future__ import annotations

from datetime import date

from attrs import field, frozen

from custseg.labels import Title
from custseg.rules.explaining.book import Notes
from custseg.rules.explaining.clauses import Clause, Reason
from custseg.rules.explaining.graded import Grade
from custseg.rules.explaining.leaves import Row
from custseg.rules.explaining.scored import Found, Scored
from custseg.rules.explaining.terms import Learnt, Setting, Speech

__all__ = ["Answer", "Origin"]


@frozen
class Origin:
    """Under which policy, learned when, and as of which day an answer was given.

    Parameters
    ----------
    code, version : str
        Of the policy.
    title : Title
    policy_digest, fitted_digest : str
        SHA-256 of the policy, and of the policy with all that was learned.
    fitted_on : date
        The day on which it learned, and whose thresholds hold.
    reference : str
        The condition for the customers it learned from.
    speech : Speech
    """

    code: str
    version: str
    title: Title
    policy_digest: str
    fitted_digest: str
    fitted_on: date
    reference: str
    speech: Speech


@frozen(eq=False)
class Answer:
    """Everything that explains one customer's labels, scores and tier.

    Parameters
    ----------
    customer_id : str
    as_of : date
    origin : Origin
    reasons : tuple of Reason
        One for each family, in the order of the policy.
    grade : Grade or None
        None where the policy grades nobody.
    row : Row
        The customer's values.
    notes : Notes
        The scores and lookups of the policy.
    """

    customer_id: str
    as_of: date
    origin: Origin = field(repr=False)
    reasons: tuple[Reason, ...] = field(repr=False)
    grade: Grade | None = field(repr=False)
    row: Row = field(repr=False)
    notes: Notes = field(repr=False)

    @property
    def scores(self) -> tuple[Scored, ...]:
        """How the scores came about on which something told here rests."""
        return self.notes.scored(self._rests(), self.row)

    @property
    def lookups(self) -> tuple[Found, ...]:
        """What the lookups found on which something told here rests."""
        return self.notes.found(self._rests(), self.row)

    def _rests(self) -> frozenset[str]:
        told = [one.told.rests for one in self.reasons]
        told += [] if self.grade is None else [self.grade.rests]
        return frozenset[str]().union(*told)

    def settings(self) -> tuple[Setting, ...]:
        """Return the thresholds that the answer names, each once."""
        told = {one.code: one for clause in self.clauses() for one in clause.settings}
        for part in self.grade.parts if self.grade else ():
            told |= {one.code: one for one in part.note.settings}
        for scored in self.scores:
            told |= {one.code: one for one in scored.note.settings}
        return tuple(told.values())

    def learnt(self) -> tuple[Learnt, ...]:
        """Return the cuts and medians that the answer names, each once."""
        told = {one.key: one for clause in self.clauses() for one in clause.learnt}
        for scored in self.scores:
            told |= {one.key: one for one in scored.note.learnt}
        # A percentile used as a number is a value of the customer, not one bar for all.
        return tuple(one for one in told.values() if one.is_one_for_all)

    def clauses(self) -> tuple[Clause, ...]:
        """Return every clause of the answer, in order."""
        tried = [one.told.tried for one in self.reasons]
        leaves = [leaf for one in tried for label in one for leaf in label.told]
        if self.grade is not None:
            leaves += [leaf for tier in self.grade.tried for leaf in tier.told]
            for gate in self.grade.gates:
                leaves += gate.leaves + gate.besides
        leaves += [leaf for scored in self.scores for leaf in scored.leaves]
        return tuple([Clause(leaf, self.row) for leaf in leaves])
