"""From features to scores, labels and tiers: the one road that every answer takes.

The same steps serve one customer and a million, a fit and a classification. A fit goes
the road as far as what it learned reaches: see :mod:`custseg.rules.teaching`.
Once all is learned, many customers go on in blocks: see :mod:`custseg.rules.blocks`.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from collections.abc import Set as AbstractSet
from copy import copy
from functools import partial

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

from custseg.later import Later
from custseg.rounding import rounded
from custseg.rules.blocks import WORTH_BLOCKS, in_blocks
from custseg.rules.classifier import Classifier, label_column
from custseg.rules.compiling import Compiled, FamilyStep, ScoreStep, Step
from custseg.rules.learned import Edges, Learned, Remembered, scaled_edges
from custseg.rules.outcome import Outcome
from custseg.rules.policy import Bins
from custseg.rules.standing import FEW, card_of, composite_of, first_place, graded
from custseg.scoring.bins import score_bins
from custseg.table import Array, Column, Table
from custseg.units import Unit

__all__ = ["Road", "labelled", "members", "work_on", "work_out"]


def members(compiled: Compiled, table: Table) -> NDArray[np.bool_]:
    """Say who belongs to the reference of a policy, shape (n_customers,).

    Parameters
    ----------
    compiled : Compiled
    table : Table
        With the features that the condition of the reference asks for.
    """
    said = compiled.reference.program(table.columns, Learned(), table.n_customers)
    inside: NDArray[np.bool_] = said.values & said.is_known()
    return inside


def work_out(
    compiled: Compiled,
    learned: Learned,
    table: Table,
    classifiers: Sequence[Classifier] = (),
) -> Outcome:
    """Work out scores, labels and tiers for the customers of a table.

    Parameters
    ----------
    compiled : Compiled
    learned : Learned
    table : Table
        The features.
    classifiers : sequence of Classifier
        Fitted ones of the user's own; they come after the policy's families.
    """
    return labelled(Road(compiled, table, learned).end(), classifiers)


def labelled(outcome: Outcome, classifiers: Sequence[Classifier]) -> Outcome:
    """Add the labels of classifiers to an outcome.

    Parameters
    ----------
    outcome : Outcome
    classifiers : sequence of Classifier
        Fitted ones; they are asked for all customers at once.
    """
    own = {one.code: label_column(one, outcome.table) for one in classifiers}
    return evolve(outcome, labels={**outcome.labels, **own})


def work_on(
    compiled: Compiled,
    learned: Learned,
    before: Outcome,
    changed: Mapping[str, Column],
) -> Outcome:
    """Work out what follows when some features of a table are others than before.

    Steps that follow from none of them are not done again.

    Parameters
    ----------
    compiled : Compiled
    learned : Learned
    before : Outcome
        What was worked out with the features of before.
    changed : mapping of str to Column
        The features that are others.
    """
    columns = ChainMap(dict(changed), before.table.columns)  # type: ignore[arg-type]
    table = Table(before.table.book, columns)
    return Road(compiled, table, learned, before, changed).end()


class Road:
    """The working out of one table, step by step.

    Parameters
    ----------
    compiled : Compiled
    table : Table
        The features. Columns that are read only when asked for stay so.
    learned : Learned
    before : Outcome or None
        What was worked out when some features were others; its scores stand in the
        table then.
    changed : iterable of str
        The names of these features.

    Attributes
    ----------
    frame : mapping of str to Column
        The features, and what was worked out so far.
    """

    def __init__(
        self,
        compiled: Compiled,
        table: Table,
        learned: Learned,
        before: Outcome | None = None,
        changed: Iterable[str] = (),
    ) -> None:
        self.compiled = compiled
        self.book: Array = table.book
        self.n: int = table.n_customers
        self.frame: MutableMapping[str, Column]
        columns = table.columns
        is_there = isinstance(columns, dict)
        self.frame = dict(columns) if is_there else ChainMap({}, columns)  # type: ignore[arg-type]
        self._remembered = Remembered(learned)
        self._card: Array | None = None
        self._decided: tuple[dict[str, Column], list[Column]] | None = None
        self._goes_on = before is not None
        self._labels_before = before.labels if before else {}
        self._points_before = before.grade.parts if before and before.grade else {}
        self._others = compiled.followers(changed) if before else frozenset()
        for find in compiled.lookups:
            if not self._stays({find.lookup.code}):
                self.frame[find.lookup.code] = find(self.frame[find.lookup.of])
        self._given = tuple(self.frame)
        stays = {one.code for one in compiled.scores if self._stays({one.code})}
        self._ahead = [one for one in compiled.scores if one.code not in stays]

    @property
    def learned(self) -> Learned:
        """What is known of the reference."""
        return self._remembered.learned

    @learned.setter
    def learned(self, learned: Learned) -> None:
        self._remembered.learned = learned

    def _stays(self, names: AbstractSet[str]) -> bool:
        """Say whether columns are as they were before."""
        return self._goes_on and self._others.isdisjoint(names)

    def work(self, step: Step) -> Column:
        """Work one expression out."""
        return step.program(self.frame, self._remembered, self.n)

    def cut(self, score: ScoreStep) -> tuple[Column, Column | None]:
        """Return the numbers of a score before they are cut, and who takes part."""
        only = None if score.only_if is None else self.work(score.only_if)
        return self.work(score.of), only

    def add(
        self, score: ScoreStep, cut: tuple[Column, Column | None] | None = None
    ) -> None:
        """Add a score that is still ahead to the frame.

        Parameters
        ----------
        score : ScoreStep
        cut : tuple or None
            What :meth:`cut` gave, where it was asked already.
        """
        self._ahead.remove(score)
        bins = score.bins
        if bins is None:
            self.frame[score.code] = self.work(score.of)
            return
        column, only = self.cut(score) if cut is None else cut
        edges = self.learned.edges.get(score.code)
        if bins.by == "edges":
            edges = scaled_edges(bins, column.unit, self.compiled.decimals)
        self.frame[score.code] = _binned(bins, edges, column, only)

    def decide(self) -> tuple[dict[str, Column], list[Column]]:
        """Return the labels of all families and the points of all parts.

        The scores that are not there yet are added to the frame; where the policy
        grades, the composite score and its coverage too.
        """
        if self._decided is not None:
            return self._decided
        compiled = self.compiled
        while self._ahead:
            self.add(self._ahead[0])
        labels = {}
        for step in compiled.families:
            label = self._decide(step)
            labels[step.family.code] = self.frame[step.family.code] = label
        parts = []
        if compiled.grading is not None:
            named = zip(compiled.grading.parts, compiled.parts, strict=True)
            parts = [self._points(part.code, step) for part, step in named]
            if steps := compiled.tiers.cards:
                self._card = card_of(steps, self.work, self.n)
            score, coverage = composite_of(compiled.grading, parts, self._card)
            self.frame.update(score=score, coverage=coverage)
        self._decided = labels, parts
        return self._decided

    def _points(self, part: str, step: Step) -> Column:
        if self._stays(step.names):
            return self._points_before[part]
        return self.work(step)

    def _decide(self, family: FamilyStep) -> Column:
        if self._stays({family.family.code}):
            return self._labels_before[family.family.code]
        return _first_match(family, self.work, self.n, hasty=self.n == 1)

    def end(self) -> Outcome:
        """Go the rest of the road, in blocks where there are many; return the outcome.

        What classifiers of one's own say is not in it yet: see :func:`labelled`.
        """
        is_at_hand = isinstance(self.frame, dict) or self._goes_on
        if self.n < WORTH_BLOCKS or self._decided is not None or not is_at_hand:
            return self.finish()
        ahead = [score.code for score in self._ahead]
        found = in_blocks(self.n, ahead, self._finished)
        self.frame.update(found.scores)
        return Outcome(self._scored(), found.labels, found.grade)

    def _finished(self, rows: slice) -> Outcome:
        block = copy(self)
        block.keep(rows)
        return block.finish()

    def keep(self, rows: slice) -> None:
        """Leave all other customers behind."""
        self.book = self.book[rows]
        self.n = len(self.book)
        whole = self.frame
        names, part = tuple(whole), partial(_part, whole, rows)
        self.frame = ChainMap({}, Later(names, part))  # type: ignore[arg-type]
        self._labels_before = _parts(self._labels_before, rows)
        self._points_before = _parts(self._points_before, rows)
        self._remembered = Remembered(self.learned)
        self._ahead = list(self._ahead)

    def finish(self) -> Outcome:
        """Go the rest of the road with all customers at once; return the outcome."""
        labels, parts = self.decide()
        grade = None
        if self.compiled.grading is not None:
            named = zip(
                (part.code for part in self.compiled.grading.parts), parts, strict=True
            )
            score, coverage = self.frame["score"], self.frame["coverage"]
            grade = graded(
                self.compiled, dict(named), score, coverage, self.work, card=self._card
            )
        return Outcome(self._scored(), labels, grade)

    def _scored(self) -> Table:
        """Return the features, and the scores in the policy's order, as a table."""
        scores = [one.code for one in self.compiled.scores]
        names = tuple(dict.fromkeys([*self._given, *scores]))
        if self._goes_on:
            return Table(self.book, Later(names, self.frame.__getitem__))
        return Table(self.book, {name: self.frame[name] for name in names})


def _part(columns: Mapping[str, Column], rows: slice, name: str) -> Column:
    return columns[name].part(rows)


def _parts(columns: Mapping[str, Column], rows: slice) -> dict[str, Column]:
    return {name: column.part(rows) for name, column in columns.items()}


def _binned(
    bins: Bins, edges: Edges | None, column: Column, only: Column | None
) -> Column:
    """Score a column by its edges; None, where too few taught them, is unknown."""
    n = len(column)
    known: NDArray[np.bool_] | None
    if edges is None:
        score, known = np.zeros(n, np.int64), np.zeros(n, dtype=np.bool_)
    else:
        score = score_bins(rounded(column.values), edges, better=bins.better)
        known = column.known
    if only is not None:
        others = ~only.values & only.is_known()
        score = np.where(others, bins.otherwise, score)
        # For those left out the score is known whatever the number is.
        if known is not None or only.known is not None:
            inside = np.ones(n, dtype=np.bool_) if known is None else known
            known = others | (inside & only.is_known())
    return Column(score, Unit.SCORE, known)


def _first_match(
    step: FamilyStep, run: Callable[[Step], Column], n: int, *, hasty: bool
) -> Column:
    """Give each customer the first label whose condition holds.

    Where an earlier condition cannot be told, neither can the label. For one customer
    alone the conditions behind the one that decides may be left out, in haste.
    """
    words = step.words
    if not hasty:
        return first_place(map(run, step.conditions), words, n)
    place, known = len(words) - 1, None
    for at, condition in enumerate(step.conditions):
        said = run(condition)
        is_open = said.known is not None and not said.known[0]
        if is_open or said.values[0]:
            place, known = (-1, said.known) if is_open else (at, None)
            break
    codes = np.array([place], np.int8 if len(words) <= FEW else np.int16)
    return Column(codes, Unit.TEXT, known, words)
