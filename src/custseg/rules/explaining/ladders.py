"""Labels in order of trial: which were tried, and on which clauses each answer rests.

Customers for whom the same clauses hold have the same answers, whatever their numbers
are; so what was tried is put together once for each such pattern, and looked up for
all others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from typing import Final

from attrs import field, frozen

from custseg.labels import Title
from custseg.rules.explaining.clauses import Told, Tried
from custseg.rules.explaining.leaves import (
    Branch,
    Leaf,
    Values,
    besides,
    leaves_of,
    weigh,
)

__all__ = ["Ladder", "Pattern", "Rung"]

_MOST_KEPT: Final = 20_000
"""Patterns of one family that are remembered; further ones are made anew."""


@frozen(eq=False)
class Rung:
    """One label and its condition.

    Parameters
    ----------
    label : str
    title : Title
    key : str
        Where the condition stands in the policy.
    branch : Branch or None
        The condition taken apart; None for the last label, which is for all others.
    source : str
    """

    label: str
    title: Title
    key: str
    branch: Branch | None
    source: str = ""
    asked: frozenset[str] = field(init=False, repr=False)
    """The codes of all that the condition asks for."""

    @asked.default
    def _codes(self) -> frozenset[str]:
        leaves = () if self.branch is None else leaves_of(self.branch)
        shown = (one.term for leaf in leaves for one in leaf.shown)
        return frozenset(term.code for term in shown if term is not None)


@frozen(eq=False)
class Pattern:
    """What was tried, and the scores and lookups on which that rests."""

    tried: tuple[Tried, ...]
    rests: frozenset[str]
    told: dict[str | None, Told] = field(factory=dict, init=False, repr=False)
    """What was told of it, by the label given."""


@frozen(eq=False)
class Ladder:
    """Labels in order of trial.

    Parameters
    ----------
    rungs : sequence of Rung
    under : callable
        From a clause to the scores and lookups on which it rests.
    """

    rungs: Sequence[Rung]
    under: Callable[[Leaf], frozenset[str]] = field(repr=False)
    at: Mapping[str, int] = field(init=False)
    """The place of each label."""
    _asked: tuple[int, ...] = field(init=False, repr=False)
    """The columns of the sheet that hold the truth of its clauses."""
    _kept: dict[object, Pattern] = field(factory=dict, init=False, repr=False)

    @at.default
    def _places(self) -> Mapping[str, int]:
        return {rung.label: place for place, rung in enumerate(self.rungs)}

    @_asked.default
    def _columns_of_leaves(self) -> tuple[int, ...]:
        branches = [rung.branch for rung in self.rungs if rung.branch is not None]
        leaves = (leaf for branch in branches for leaf in leaves_of(branch))
        return tuple(sorted({leaf.at for leaf in leaves}))

    def climb(
        self, columns: Sequence[Sequence[object]], rows: Sequence[Values]
    ) -> list[Pattern]:
        """Return what was tried for each customer: down to the label that decides.

        Parameters
        ----------
        columns : sequence of sequences
            The sheet.
        rows : sequence of sequences
            The same by customers.
        """
        truths: Iterable[object] = zip(
            *(columns[at] for at in self._asked), strict=True
        )
        if not self._asked:
            truths = repeat((), len(rows))
        kept = self._kept.get
        return [
            kept(truth) or self._new(truth, values)
            for truth, values in zip(truths, rows, strict=True)
        ]

    def _new(self, truth: object, values: Values) -> Pattern:
        pattern = self._climbed(values)
        if len(self._kept) < _MOST_KEPT:
            self._kept[truth] = pattern
        return pattern

    def _climbed(self, values: Values) -> Pattern:
        tried = []
        rests: frozenset[str] = frozenset()
        for rung in self.rungs:
            holds: bool | None = True
            leaves: tuple[Leaf, ...] = ()
            also: tuple[Leaf, ...] = ()
            if rung.branch is not None:
                holds, leaves = weigh(rung.branch, values)
                also = besides(rung.branch, values) if holds else ()
            rests = rests.union(*map(self.under, leaves + also))
            about = (rung.label, rung.title, rung.key)
            tried.append(Tried(*about, holds, leaves, rung.source, rung.asked, also))
            if holds is not False:
                break
        return Pattern(tuple(tried), rests)
