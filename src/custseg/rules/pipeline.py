"""From features to scores, labels and tiers: the one road that every answer takes.

The same steps serve one customer and a million, a fit and a classification; a fit only
learns, before each step, what the step's expressions need.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from custseg.rounding import rounded
from custseg.rules.classifier import Classifier, fitted_classifier, label_column
from custseg.rules.compiling import Compiled, FamilyStep, Step
from custseg.rules.expression import FittedCut, FittedValue
from custseg.rules.learned import (
    Edges,
    Learned,
    Remembered,
    learn,
    learn_edges,
    scaled_edges,
)
from custseg.rules.outcome import Graded, Outcome
from custseg.rules.policy import Bins
from custseg.rules.standing import FEW, composite_of, first_place, graded
from custseg.scoring.bins import score_bins
from custseg.table import Array, Column, Table
from custseg.units import Unit

__all__ = ["fit", "members", "work_out"]

Wanted = Iterable[FittedCut | FittedValue]

_S = TypeVar("_S")

_WORTH_THREADS = 100_000
"""Customers from which two steps are worked out at a time."""


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


def fit(
    compiled: Compiled, table: Table, classifiers: Sequence[Classifier] = ()
) -> tuple[Learned, tuple[Classifier, ...], Outcome]:
    """Learn all that the expressions of a policy need.

    Parameters
    ----------
    compiled : Compiled
    table : Table
        The features of the whole population.
    classifiers : sequence of Classifier
        Fitted on the reference, after the scores.

    Returns
    -------
    learned : Learned
    classifiers : tuple of Classifier
        Fitted.
    outcome : Outcome
        What :func:`work_out` would give for this table: learning works everything out.
    """
    inside = members(compiled, table)
    minimum = compiled.plan.policy.basis.reference.minimum
    teacher = _Teacher(table.book, inside, minimum)
    outcome = _run(compiled, table, teacher, Learned(), ())
    learned = teacher.learned
    members_only = outcome.table.take(inside) if classifiers else outcome.table
    fitted = tuple(fitted_classifier(one, members_only) for one in classifiers)
    own = {one.code: label_column(one, outcome.table) for one in fitted}
    labels = {**outcome.labels, **own}
    return learned, fitted, Outcome(outcome.table, labels, outcome.grade)


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
    return _run(compiled, table, None, learned, classifiers)


class _Teacher:
    """Learns what the next step needs; holds what was learned so far."""

    def __init__(self, book: Array, inside: NDArray[np.bool_], minimum: int) -> None:
        self._book = book
        self._inside = inside
        self._minimum = minimum
        self.learned = Learned()

    def expressions(self, wanted: Wanted, frame: Mapping[str, Column]) -> Learned:
        table = Table(self._book, frame)
        self.learned = learn(
            wanted, table, self._inside, minimum=self._minimum, known=self.learned
        )
        return self.learned

    def edges(
        self, code: str, bins: Bins, column: Column, only: Column | None
    ) -> Learned:
        inside = self._inside
        if only is not None:
            inside = inside & only.values & only.is_known()
        edges = learn_edges(code, bins, column, inside, minimum=self._minimum)
        self.learned = self.learned.merged(edges)
        return self.learned


def _run(
    compiled: Compiled,
    table: Table,
    teacher: _Teacher | None,
    learned: Learned,
    classifiers: Sequence[Classifier],
) -> Outcome:
    n = table.n_customers
    frame: dict[str, Column] = dict(table.columns)
    remembered = Remembered(learned)

    def work(step: Step) -> Column:
        return step.program(frame, remembered, n)

    def teach(steps: Iterable[Step]) -> None:
        if teacher is not None:
            wanted = [node for step in steps for node in step.fitted]
            remembered.learned = teacher.expressions(wanted, frame)

    def teach_and_work(step: Step) -> Column:
        teach([step])
        return work(step)

    _look_up(compiled, frame)
    for score in compiled.scores:
        column = teach_and_work(score.of)
        if score.bins is not None:
            only = None if score.only_if is None else teach_and_work(score.only_if)
            if teacher is not None and score.bins.by != "edges":
                remembered.learned = teacher.edges(score.code, score.bins, column, only)
            edges = remembered.learned.edges.get(score.code)
            if score.bins.by == "edges":
                edges = scaled_edges(score.bins, column.unit, compiled.decimals)
            column = _binned(score.bins, edges, column, only)
        frame[score.code] = column
    scored = Table(table.book, dict(frame))
    teach(_later_steps(compiled))  # all at once: nothing waits for another step

    def decide(family: FamilyStep) -> Column:
        return _first_match(family, work, n, hasty=n == 1 and teacher is None)

    labels, parts = _decided(compiled, frame, decide, work)
    frame |= labels
    grade = _grade(compiled, frame, parts, teach, work)
    labels |= {one.code: label_column(one, scored) for one in classifiers}
    return Outcome(scored, labels, grade)


def _grade(
    compiled: Compiled,
    frame: dict[str, Column],
    parts: list[Column],
    teach: Callable[[Iterable[Step]], None],
    work: Callable[[Step], Column],
) -> Graded | None:
    """Return score and entitled tier; learn beside what reviews will ask."""
    grading, tiers = compiled.grading, compiled.tiers
    if grading is None:
        return None
    score, coverage = composite_of(grading, parts)
    frame |= {"score": score, "coverage": coverage}
    teach((*tiers.enters, *tiers.gates, *tiers.stays, *tiers.triggers))
    teach(tiers.questions.values())
    named = zip((part.code for part in grading.parts), parts, strict=True)
    return graded(compiled, dict(named), score, coverage, work)


def _look_up(compiled: Compiled, frame: dict[str, Column]) -> None:
    """Add the outcome of every lookup that the policy uses."""
    for find in compiled.lookups:
        frame[find.lookup.code] = find(frame[find.lookup.of])


def _decided(
    compiled: Compiled,
    frame: dict[str, Column],
    decide: Callable[[FamilyStep], Column],
    work: Callable[[Step], Column],
) -> tuple[dict[str, Column], list[Column]]:
    """Return the labels of all families and the points of all parts."""
    codes = [step.family.code for step in compiled.families]
    if compiled.independent:
        parts = _each(work, compiled.parts)
        return dict(zip(codes, _each(decide, compiled.families), strict=True)), parts
    for code, family in zip(codes, compiled.families, strict=True):
        frame[code] = decide(family)
    return {code: frame[code] for code in codes}, _each(work, compiled.parts)


def _later_steps(compiled: Compiled) -> Iterator[Step]:
    for family in compiled.families:
        yield from (one for one in family.conditions if one is not None)
    yield from compiled.parts


def _each(do: Callable[[_S], Column], steps: Sequence[_S]) -> list[Column]:
    """Work steps out, two at a time where there is much: numpy lets others run."""
    if not steps:
        return []
    first = do(steps[0])
    if len(first) < _WORTH_THREADS:
        return [first, *map(do, steps[1:])]
    with ThreadPoolExecutor(max_workers=2) as pool:
        return [first, *pool.map(do, steps[1:])]


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
    words = tuple(rule.code for rule in step.family.labels)
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
