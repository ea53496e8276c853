"""What is missing where a label, score or tier is unknown, and what would give it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import frozen

from custseg.rules.explaining.book import Notes
from custseg.rules.explaining.graded import PartNote
from custseg.rules.explaining.leaves import Leaf, Quantity, Values, weigh
from custseg.rules.explaining.scored import ScoreNote
from custseg.rules.explaining.terms import Learnt, Missing, Term

__all__ = ["Search"]


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
    """

    notes: Notes
    values: Values
    columns: frozenset[str]
    is_sited: bool

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
            if one.too_few:
                yield Missing(None, learnt=one.key)
        for quantity in shown:
            term = quantity.term
            if term and term.code in essential and self.values[quantity.at] is None:
                yield from self._behind_term(term)

    def _behind_term(self, term: Term) -> Iterator[Missing]:
        found: list[Missing] = []
        if term.code in self.notes.scores:
            found = list(self._behind_score(self.notes.scores[term.code]))
        elif term.code in self.notes.lookups:
            of = self.notes.lookups[term.code].of
            if of.term is not None and self.values[of.at] is None:
                found = list(self._behind_term(of.term))
        absent = tuple(one for one in term.needs if one not in self.columns)
        unsited = term.sited and not self.is_sited
        yield from found or [Missing(term, absent, unsited)]

    def _behind_score(self, note: ScoreNote) -> Iterator[Missing]:
        if note.only_if is not None:
            holds, leaves = weigh(note.only_if, self.values)
            if holds is None:
                yield from self.behind_leaves(leaves)
                return
        if note.bins is not None and note.edges is None:
            yield Missing(None, learnt=note.term.code)
        names = {one.term.code for one in note.shown if one.term is not None}
        # Of a coalesce that is unknown, any of its values would do.
        yield from self._behind(note.shown, note.essential | names, note.learnt)
