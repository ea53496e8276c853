"""What is missing where a label, score or tier is unknown, and what would give it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Final

from attrs import frozen

from custseg.labels import Title
from custseg.rules.explaining.book import Notes
from custseg.rules.explaining.causes import Causes, causes_of
from custseg.rules.explaining.clauses import Clause
from custseg.rules.explaining.graded import PartNote
from custseg.rules.explaining.leaves import Leaf, Quantity, Row, Values, weigh
from custseg.rules.explaining.scored import ScoreNote
from custseg.rules.explaining.terms import Learnt, Missing, Term
from custseg.rules.expression import FittedCut, FittedValue, Name

__all__ = ["Search"]

_NAMED: Final = (Name, FittedCut, FittedValue)
_OF_ANOTHER: Final = frozenset({"percentile", "median"})
"""Kinds of terms that are unknown only where another is, or was not learned."""


@frozen
class Search:
    """Finds out for one customer what would have to be known.

    Parameters
    ----------
    notes : Notes
    values : sequence of object
        The customer's row of the sheet.
    columns : frozenset of str
        The columns that the data have, as ``table.column``.
    is_sited : bool
        Whether the policy says where the seller is.
    measured : tuple of Quantity
        The features of the sheet.
    """

    notes: Notes
    values: Values
    columns: frozenset[str]
    is_sited: bool
    measured: tuple[Quantity, ...]

    def behind_leaves(self, leaves: Iterable[Leaf]) -> tuple[Missing, ...]:
        """Return what is missing where clauses cannot be told."""
        found = [
            one
            for leaf in leaves
            for one in self._behind(leaf.shown, leaf.essential, leaf.learnt)
        ]
        return tuple(dict.fromkeys(found))

    def behind_part(self, part: PartNote) -> tuple[Missing, ...]:
        """Return what is missing where a part of the score is unknown."""
        found = self._behind(part.shown, part.essential, part.learnt)
        return tuple(dict.fromkeys(found))

    def _behind(
        self,
        shown: Iterable[Quantity],
        essential: frozenset[str],
        learnt: Iterable[Learnt],
    ) -> Iterator[Missing]:
        for one in learnt:
            # Of a column that nobody has there is nobody to learn from, too.
            if one.too_few and not self._absent(one.term):
                yield Missing(None, learnt=one.key, of=one.term.spoken)
        for quantity in shown:
            term = quantity.term
            if term is None or term.kind in _OF_ANOTHER:
                continue
            if term.code in essential and self.values[quantity.at] is None:
                yield from self._behind_term(term)

    def _behind_term(self, term: Term) -> Iterator[Missing]:
        found: list[Missing] = []
        if term.code in self.notes.scores:
            found = list(self._behind_score(self.notes.scores[term.code]))
        elif term.code in self.notes.lookups:
            of = self.notes.lookups[term.code].of
            if of.term is not None and self.values[of.at] is None:
                found = list(self._behind_term(of.term))
        if found:
            yield from found
        else:
            unsited, causes = self._unsited(term), self._causes.of(term)
            note = self.notes.scores.get(term.code)
            if note is not None:
                unmet = note.unmet(self.values)
                causes = (_keeping(unmet, Row(self.values)),) if unmet else ()
            yield Missing(term, self._absent(term), unsited, causes=causes)

    @cached_property
    def _causes(self) -> Causes:
        there = (
            one
            for one in self.measured
            if one.term and not self._absent(one.term) and not self._unsited(one.term)
        )
        return causes_of(there, self.values)

    def _unsited(self, term: Term) -> bool:
        return term.sited and not self.is_sited

    def _absent(self, term: Term) -> tuple[str, ...]:
        """Return the columns for want of which nobody's value is known."""
        absent = tuple(one for one in term.needs if one not in self.columns)
        enough = term.either and len(absent) < len(term.needs)
        return () if enough else absent

    def _behind_score(self, note: ScoreNote) -> Iterator[Missing]:
        if note.only_if is not None:
            holds, leaves = weigh(note.only_if, self.values)
            if holds is None:
                yield from self.behind_leaves(leaves)
                return
        if note.bins is not None and note.edges is None:
            yield Missing(None, learnt=note.term.code, of=note.term.title)
        reached = note.reached(self.values)
        # Of a coalesce that is unknown, any of its values would do.
        named = (one for one in reached if isinstance(one, _NAMED))
        names = frozenset(one.name for one in named)
        learnt = [one for one in note.learnt if one.node in reached]
        yield from self._behind(note.shown, names, learnt)


def _keeping(leaves: Sequence[Leaf], row: Row) -> Title:
    """Return clauses that together keep a score from being worked out."""
    told = [Clause(leaf, row) for leaf in leaves]
    english = " and ".join(one.to_text("en", brief=True) for one in told)
    chinese = " 且 ".join(one.to_text("zh", brief=True) for one in told)
    return Title(zh=chinese, en=f"as {english}")
