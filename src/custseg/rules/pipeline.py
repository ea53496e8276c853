"""From features to scores, labels and tiers: the one road that every answer takes.

The same steps serve one customer and a million, a fit and a classification; a fit only
learns, before each step, what the step's expressions need.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.rounding import rounded
from custseg.rules.classifier import Classifier, fitted_classifier, label_column
from custseg.rules.expression import (
    Checked,
    FittedCut,
    FittedValue,
    Program,
    compile_expression,
)
from custseg.rules.learned import Edges, Learned, learn, learn_edges, scaled_edges
from custseg.rules.lookups import looked_up
from custseg.rules.plan import Plan
from custseg.rules.policy import Bins, Family, Grading
from custseg.scoring.bins import score_bins
from custseg.scoring.composite import composite
from custseg.table import Array, Column, Table
from custseg.units import Unit

__all__ = ["Compiled", "Graded", "Outcome", "compile_plan", "fit", "work_out"]

Wanted = Iterable[FittedCut | FittedValue]

_S = TypeVar("_S")

_WORTH_THREADS = 100_000
"""Customers from which two steps are worked out at a time."""


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
        Codes of the tiers.
    """

    parts: Mapping[str, Column]
    score: Column
    coverage: Column
    tier: Column


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


@frozen(eq=False)
class _Step:
    """One expression, ready to run, and what it needs to have learned."""

    program: Program
    fitted: tuple[FittedCut | FittedValue, ...]


@frozen(eq=False)
class _ScoreStep:
    code: str
    of: _Step
    bins: Bins | None
    only_if: _Step | None


@frozen(eq=False)
class _FamilyStep:
    family: Family
    conditions: tuple[_Step, ...]
    """One for each label but the last, which is for all others."""


@frozen(eq=False)
class Compiled:
    """A plan whose expressions are ready to run.

    Parameters
    ----------
    plan : Plan
    decimals : int
        Of the currency: how literals of money were scaled.
    """

    plan: Plan
    decimals: int
    reference: _Step
    scores: tuple[_ScoreStep, ...]
    families: tuple[_FamilyStep, ...]
    grading: Grading | None
    parts: tuple[_Step, ...]
    independent: bool
    """No family and no part asks for the label of a family."""


def compile_plan(plan: Plan, decimals: int) -> Compiled:
    """Make the expressions of a plan ready to run.

    Parameters
    ----------
    plan : Plan
    decimals : int
        Of the ledger's currency.
    """
    units: dict[str, Unit] = {name: feature.unit for name, feature, _ in plan.features}

    def ready(checked: Checked) -> _Step:
        names = {name: units[name] for name in checked.names}
        program = compile_expression(checked.node, names, money_exponent=decimals)
        return _Step(program, checked.fitted)

    reference = ready(plan.reference)
    units |= {one.code: one.unit for one in plan.lookups}
    scores = []
    for one in plan.scores:
        only_if = None if one.only_if is None else ready(one.only_if)
        scores.append(
            _ScoreStep(one.score.code, ready(one.checked), one.score.bins, only_if)
        )
        units[one.score.code] = (
            one.checked.unit if one.score.bins is None else Unit.SCORE
        )
    families = []
    for planned in plan.families:
        conditions = tuple(ready(c) for c in planned.conditions if c is not None)
        families.append(_FamilyStep(planned.family, conditions))
        units[planned.family.code] = Unit.TEXT
    parts = tuple(ready(part.checked) for part in plan.parts)
    codes = {planned.family.code for planned in plan.families}
    later = [one for planned in plan.families for one in planned.conditions]
    later += [part.checked for part in plan.parts]
    independent = not any(one is not None and one.names & codes for one in later)
    return Compiled(
        plan,
        decimals,
        reference,
        tuple(scores),
        tuple(families),
        plan.policy.grading,
        parts,
        independent,
    )


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
    n = table.n_customers
    members = compiled.reference.program(table.columns, Learned(), n)
    inside = members.values & members.is_known()
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


class _Remembered:
    """Answers as what was learned does, and works each percentile out once a run."""

    def __init__(self, learned: Learned) -> None:
        self.learned = learned
        self._worked_out: dict[FittedValue, Column] = {}

    def holds(self, cut: FittedCut, column: Column) -> Column:
        return self.learned.holds(cut, column)

    def value(self, of: FittedValue, column: Column) -> Column:
        if of not in self._worked_out:
            self._worked_out[of] = self.learned.value(of, column)
        return self._worked_out[of]


def _run(
    compiled: Compiled,
    table: Table,
    teacher: _Teacher | None,
    learned: Learned,
    classifiers: Sequence[Classifier],
) -> Outcome:
    n = table.n_customers
    frame: dict[str, Column] = dict(table.columns)
    remembered = _Remembered(learned)

    def work(step: _Step) -> Column:
        return step.program(frame, remembered, n)

    def teach(steps: Iterable[_Step]) -> None:
        if teacher is not None:
            wanted = [node for step in steps for node in step.fitted]
            remembered.learned = teacher.expressions(wanted, frame)

    def teach_and_work(step: _Step) -> Column:
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

    def decide(family: _FamilyStep) -> Column:
        return _first_match(family, work, n, hasty=n == 1 and teacher is None)

    labels, parts = _decided(compiled, frame, decide, work)
    labels |= {one.code: label_column(one, scored) for one in classifiers}
    return Outcome(scored, labels, _grade(compiled.grading, parts))


def _look_up(compiled: Compiled, frame: dict[str, Column]) -> None:
    """Add the outcome of every lookup that the policy uses."""
    for lookup in compiled.plan.lookups:
        texts = frame[lookup.of]
        frame[lookup.code] = looked_up(lookup, texts, decimals=compiled.decimals)


def _decided(
    compiled: Compiled,
    frame: dict[str, Column],
    decide: Callable[[_FamilyStep], Column],
    work: Callable[[_Step], Column],
) -> tuple[dict[str, Column], list[Column]]:
    """Return the labels of all families and the points of all parts."""
    codes = [step.family.code for step in compiled.families]
    if compiled.independent:
        parts = _each(work, compiled.parts)
        return dict(zip(codes, _each(decide, compiled.families), strict=True)), parts
    for code, family in zip(codes, compiled.families, strict=True):
        frame[code] = decide(family)
    return {code: frame[code] for code in codes}, _each(work, compiled.parts)


def _later_steps(compiled: Compiled) -> Iterator[_Step]:
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
    step: _FamilyStep, run: Callable[[_Step], Column], n: int, *, hasty: bool
) -> Column:
    """Give each customer the first label whose condition holds.

    Where an earlier condition cannot be told, neither can the label. For one customer
    alone the conditions behind the one that decides may be left out, in haste.
    """
    rules = step.family.labels
    codes = np.full(n, len(rules) - 1, dtype=np.int8)
    held = []
    for condition in step.conditions:
        held.append(run(condition))
        if hasty and _is_decided(held[-1]):
            break
    # Backwards: what is written last stands, and that is the earliest label.
    for at, column in reversed(list(enumerate(held))):
        if column.known is None:
            np.copyto(codes, np.int8(at), where=column.values)
        else:
            np.copyto(codes, np.int8(-1), where=~column.known)
            np.copyto(codes, np.int8(at), where=column.values & column.known)
    known = codes >= 0
    words = tuple(rule.code for rule in rules)
    return Column(codes, Unit.TEXT, None if known.all() else known, words)


def _is_decided(column: Column) -> bool:
    """Say whether a condition of one customer holds or cannot be told."""
    return bool(column.values[0]) or not (column.known is None or column.known[0])


def _grade(grading: Grading | None, parts: list[Column]) -> Graded | None:
    if grading is None:
        return None
    weights = [float(part.weight) for part in grading.parts]
    score, coverage = composite(parts, weights)
    enough = rounded(coverage.values) >= float(grading.minimum_coverage)
    if not enough.all():
        score = Column(score.values, Unit.SCORE, enough & score.is_known())
    codes = np.full(len(score), len(grading.tiers) - 1, dtype=np.int8)
    entries = [tier.entry for tier in grading.tiers if tier.entry is not None]
    for at, entry in reversed(list(enumerate(entries))):
        np.copyto(codes, np.int8(at), where=score.values >= float(entry))
    if score.known is not None:
        codes[~score.known] = -1
    words = tuple(tier.code for tier in grading.tiers)
    named = {p.code: c for p, c in zip(grading.parts, parts, strict=True)}
    return Graded(named, score, coverage, Column(codes, Unit.TEXT, score.known, words))
