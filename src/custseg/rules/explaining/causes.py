"""Which cause it is that leaves a fact unknown, as far as other facts tell.

A feature names every cause for which it can be unknown, and a reader asks which of them
it is. Several features name the same causes, so they tell of one another: what is a
cause for a fact that is known cannot be there; and of a fact that is unknown, the one
cause that is left must be. One cause that must be is reason enough.

Limits: where several causes are left and none must be, all of them are told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import frozen

from custseg.labels import Title
from custseg.periods import Window
from custseg.rules.explaining.leaves import Quantity, Values
from custseg.rules.explaining.terms import Term
from custseg.scoring.unknowns import OF_ITSELF

__all__ = ["Causes", "causes_of"]

_Cause = tuple[Title, Window | None]
"""A cause, and the window that it speaks of."""


@frozen
class Causes:
    """What is known of one customer's causes.

    Parameters
    ----------
    absent : frozenset
        Those that cannot be there.
    present : frozenset
        Those that must be there.
    """

    absent: frozenset[_Cause]
    present: frozenset[_Cause]

    def of(self, term: Term) -> tuple[Title, ...]:
        """Return why a fact is unknown: a cause that must be, or all that may be."""
        left = [one for one in _named(term) if one not in self.absent]
        sure = [one for one in left if one in self.present]
        found = sure[:1] or left or [*_named(term)]
        return tuple(title for title, _ in found)


def causes_of(measured: Iterable[Quantity], values: Values) -> Causes:
    """Return what one customer's features tell of the causes that they name.

    Parameters
    ----------
    measured : iterable of Quantity
        Features of which the data have the columns.
    values : sequence of object
        The customer's row of the sheet.
    """
    terms = [(one.term, values[one.at]) for one in measured if one.term is not None]
    absent = {
        cause
        for term, value in terms
        if value is not None
        for cause in _named(term)
        if cause[0] not in OF_ITSELF
    }
    present = set()
    for term, value in terms:
        left = [one for one in _named(term) if one not in absent]
        if value is None and len(left) == 1 and left[0][0] not in OF_ITSELF:
            present.add(left[0])
    return Causes(frozenset(absent), frozenset(present))


def _named(term: Term) -> Iterator[_Cause]:
    return ((title, term.window) for title in term.causes)
