"""How a policy learns: lesson by lesson, each from the values of one column.

A condition such as "spend among the top fifth" needs the spend of every member of the
reference before anybody can be judged. Such a thing to be learned is a *lesson*. Most
lessons ask for features; some ask for scores that themselves have to be learned first.
So the road from features to tiers is gone as far as what is known reaches, the lessons
that are open there are learned together, and the road is gone further.

A lesson asks for nothing but the values of one column, in any order, so it can be
taught by customers who stand in many tables: :func:`lesson_values` gives what one table
has to say, :func:`learn_lessons` learns from what all had to say. A fit in memory is
the case of one table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from custseg.rules.blocks import WORTH_BLOCKS
from custseg.rules.classifier import Classifier, fitted_classifier
from custseg.rules.compiling import Compiled, ScoreStep, Step
from custseg.rules.expression import FittedCut, FittedValue
from custseg.rules.learned import (
    Learned,
    key_of,
    learn,
    learn_edges,
    reference_values,
)
from custseg.rules.outcome import Outcome
from custseg.rules.pipeline import Road, labelled, members
from custseg.table import Array, Column, Table

__all__ = ["Lesson", "fit", "has_learned", "learn_lessons", "lesson_values"]

_T = TypeVar("_T")


@frozen(order=True)
class Lesson:
    """A column whose values over the reference have to be known.

    Parameters
    ----------
    name : str
        A feature or score.
    is_cut : bool
        Whether the values are those of a score before it is cut into bins.
    """

    name: str
    is_cut: bool = False


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
        What :func:`~custseg.rules.pipeline.work_out` would give for this table:
        learning works everything out.
    """
    inside = members(compiled, table)
    pupil = _Pupil(compiled, table, Learned())
    while lessons := pupil.go_on():
        pupil.learned = learn_lessons(
            compiled,
            pupil.learned,
            lessons,
            lambda lesson: pupil.values(lesson, inside),
            two_at_once=len(inside) >= WORTH_BLOCKS,
        )
    outcome = pupil.end()
    members_only = outcome.table.take(inside) if classifiers else outcome.table
    fitted = tuple(fitted_classifier(one, members_only) for one in classifiers)
    return pupil.learned, fitted, labelled(outcome, fitted)


def has_learned(compiled: Compiled, learned: Learned) -> bool:
    """Say whether nothing is left to be learned from columns."""
    return not learned.missing(_nodes(compiled), _binned_codes(compiled))


def lesson_values(
    compiled: Compiled, learned: Learned, table: Table
) -> dict[Lesson, Array]:
    """Return what the members in one table have to say to the lessons that are open.

    Parameters
    ----------
    compiled : Compiled
    learned : Learned
        What is known already, the same for every table.
    table : Table
        The features of some customers.

    Returns
    -------
    dict of Lesson to array
        The same lessons whoever stands in the table; none when all is learned.
    """
    pupil = _Pupil(compiled, table, learned)
    lessons = pupil.go_on()
    inside = members(compiled, table)
    return {lesson: pupil.values(lesson, inside) for lesson in lessons}


def learn_lessons(
    compiled: Compiled,
    learned: Learned,
    lessons: Sequence[Lesson],
    values_of: Callable[[Lesson], Array],
    *,
    two_at_once: bool = False,
) -> Learned:
    """Learn from what all members had to say.

    Parameters
    ----------
    compiled : Compiled
    learned : Learned
        What is known already.
    lessons : sequence of Lesson
        As :func:`lesson_values` gave them.
    values_of : callable
        From a lesson to the values of all members, in any order.
    two_at_once : bool
        Whether two threads may ask for values. Else what was given for one lesson is
        let go before the next is asked for.

    Returns
    -------
    Learned
        What was known and what was added, in the order of the policy.
    """
    minimum = compiled.plan.policy.basis.reference.minimum
    bins = {one.code: one.bins for one in compiled.scores}
    asked = [node for node in _nodes(compiled) if learned.missing([node], ())]

    def taught(lesson: Lesson) -> Learned:
        values, cut = values_of(lesson), bins.get(lesson.name)
        if lesson.is_cut and cut is not None:
            return learn_edges(lesson.name, cut, values, minimum=minimum)
        wanted = (node for node in asked if node.name == lesson.name)
        return learn(wanted, values, minimum=minimum)

    if two_at_once:
        with ThreadPoolExecutor(max_workers=2) as pool:  # numpy lets others run
            parts = list(pool.map(taught, lessons))
    else:
        parts = [taught(lesson) for lesson in lessons]
    for one in parts:
        learned = learned.merged(one)
    return _in_order(compiled, learned)


class _Pupil(Road):
    """Goes the road as far as what was learned reaches."""

    def __init__(self, compiled: Compiled, table: Table, learned: Learned) -> None:
        super().__init__(compiled, table, learned)
        self._asked = _asked_scores(compiled)
        self._uncut: dict[str, tuple[Column, Column | None]] = {}

    def go_on(self) -> list[Lesson]:
        """Work out what lessons ask for; return the lessons that are open there."""
        for score in list(self._ahead):
            if self._is_cut(score) or score.code in self._asked:
                self._try(score)
            else:  # its edges are learned, and the end of the road adds it
                self._uncut.pop(score.code, None)
        lessons = self._open()
        if not lessons and not has_learned(self.compiled, self.learned):
            self.decide()  # what is left asks for the composite score
            lessons = self._open()
        return lessons

    def _open(self) -> list[Lesson]:
        nodes = [one for one in _nodes(self.compiled) if one.name in self.frame]
        asked = {one.name for one in nodes if self._lacks(one)}
        return [
            *(Lesson(name) for name in sorted(asked)),
            *(Lesson(code, is_cut=True) for code in sorted(self._uncut)),
        ]

    def _lacks(self, node: FittedCut | FittedValue) -> bool:
        return bool(self.learned.missing([node], ()))

    def _is_cut(self, score: ScoreStep) -> bool:
        """Say whether the edges of a score are still to be learned."""
        binned = score.code in _binned_codes(self.compiled)
        return binned and bool(self.learned.missing((), [score.code]))

    def _try(self, score: ScoreStep) -> None:
        """Add a score if all that it asks for is there."""
        for step in _steps_of(score):
            if any(map(self._lacks, step.fitted)):
                return
            if any(name not in self.frame for name in step.names):
                return
        if self._is_cut(score):
            if score.code not in self._uncut:
                self._uncut[score.code] = self.cut(score)
            return
        self.add(score, self._uncut.pop(score.code, None))

    def values(self, lesson: Lesson, inside: NDArray[np.bool_]) -> Array:
        """Return what the members have to say."""
        if not lesson.is_cut:
            return reference_values(self.frame[lesson.name], inside)
        column, only = self._uncut[lesson.name]
        if only is not None:
            inside = inside & only.values & only.is_known()
        return reference_values(column, inside)


def _binned_codes(compiled: Compiled) -> list[str]:
    """Return the codes of the scores whose edges are learned."""
    return [
        one.code
        for one in compiled.scores
        if one.bins is not None and one.bins.by != "edges"
    ]


def _asked_scores(compiled: Compiled) -> set[str]:
    """Return the codes of the scores that lessons ask for, at once or for others."""
    asked = {node.name for node in _nodes(compiled)}
    binned = _binned_codes(compiled)
    for score in reversed(compiled.scores):  # a score asks for earlier ones only
        if score.code in asked or score.code in binned:
            asked.update(*(step.names for step in _steps_of(score)))
    return asked


def _steps_of(score: ScoreStep) -> Iterator[Step]:
    yield score.of
    if score.only_if is not None:
        yield score.only_if


def _steps(compiled: Compiled) -> Iterator[Step]:
    """Yield every step that may ask for something learned, in the policy's order."""
    for score in compiled.scores:
        yield from _steps_of(score)
    for family in compiled.families:
        yield from family.conditions
    yield from compiled.parts
    if compiled.grading is not None:
        tiers = compiled.tiers
        yield from (
            *tiers.cards,
            *tiers.enters,
            *tiers.gates,
            *tiers.stays,
            *tiers.triggers,
        )
        yield from tiers.questions.values()


def _nodes(compiled: Compiled) -> list[FittedCut | FittedValue]:
    return [node for step in _steps(compiled) for node in step.fitted]


def _in_order(compiled: Compiled, learned: Learned) -> Learned:
    """Put what was learned into the order of the policy, however it was met."""
    keys = list(dict.fromkeys(map(key_of, _nodes(compiled))))

    def ordered(found: Mapping[str, _T], names: Sequence[str]) -> dict[str, _T]:
        return {name: found[name] for name in names if name in found}

    return evolve(
        learned,
        cuts=ordered(learned.cuts, keys),
        knots=ordered(learned.knots, keys),
        medians=ordered(learned.medians, keys),
        edges=ordered(learned.edges, _binned_codes(compiled)),
    )
