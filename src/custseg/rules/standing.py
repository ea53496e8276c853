"""Where customers stand: the score, the tier it earns, and what a review asks beside.

The entitled tier is the highest whose entry condition holds, as far as no gate closes
it. A review also asks which tier a customer may keep, and which triggers hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from custseg.rounding import rounded
from custseg.rules.compiling import Compiled, Step
from custseg.rules.learned import Learned, Remembered
from custseg.rules.outcome import Graded, Outcome, Standing
from custseg.rules.policy import Grading
from custseg.scoring.composite import composite
from custseg.table import Array, Column
from custseg.units import Unit

__all__ = ["FEW", "card_of", "composite_of", "first_place", "graded", "stand"]


FEW = 127
"""Words of which twice the place fits a byte."""


def first_place(conditions: Iterable[Column], words: tuple[str, ...], n: int) -> Column:
    """Give each customer the first word whose condition holds, else the last.

    Parameters
    ----------
    conditions : iterable of Column
        Flags; of no more words than all but the last.
    words : tuple of str
    n : int
        Customers.

    Returns
    -------
    Column
        Codes of words; unknown where an earlier condition cannot be told.

    Examples
    --------
    >>> top = Column(np.array([True, False]), Unit.FLAG)
    >>> first_place([top], ("A", "B"), 2).values.tolist()
    [0, 1]
    """
    # Twice the place of the first condition that holds or cannot be told, and one more
    # where it holds: the least of several is found without a look at each customer.
    place = np.uint16 if len(words) > FEW else np.uint8
    first: Array = np.full(n, 2 * len(words) - 1, dtype=place)
    for at, column in enumerate(conditions):
        holds = column.values if column.known is None else column.values & column.known
        np.minimum(first, _where(holds, 2 * at + 1, place), out=first)
        if column.known is not None:
            np.minimum(first, _where(~column.known, 2 * at, place), out=first)
    known = (first & 1).astype(np.bool_)
    codes: Array = (first >> 1).astype(np.int8 if place is np.uint8 else np.int16)
    codes = codes | (known.astype(codes.dtype) - 1)  # -1 where unknown
    return Column(codes, Unit.TEXT, None if known.all() else known, words)


def _where(
    flags: NDArray[np.bool_], value: int, kind: type[np.unsignedinteger]
) -> Array:
    """Return a value where a flag is set, elsewhere the largest there is."""
    others: Array = flags.astype(kind)
    others -= kind(1)  # no bit is set where the flag is, else all
    others |= kind(value)
    return others


def card_of(steps: Sequence[Step], work: Callable[[Step], Column], n: int) -> Array:
    """Return the place of the first card that fits each customer, -1 where none does.

    Parameters
    ----------
    steps : sequence of Step
        The conditions of the cards.
    work : callable
    n : int
        Customers.
    """
    card: Array = np.full(n, -1, dtype=np.int8)
    for place in reversed(range(len(steps))):
        said = work(steps[place])
        card[said.values & said.is_known()] = place
    return card


def composite_of(
    grading: Grading, parts: list[Column], card: Array | None = None
) -> tuple[Column, Column]:
    """Return the score, unknown where too little is covered, and the coverage."""
    weights = [float(one) for one in grading.weights()]
    cards = None
    if card is not None:
        own = [
            list(map(float, grading.weights(at))) for at in range(len(grading.cards))
        ]
        cards = (card, own)
    score, coverage = composite(parts, weights, cards)
    enough = rounded(coverage.values) >= float(grading.minimum_coverage)
    if not enough.all():
        score = Column(score.values, Unit.SCORE, enough & score.is_known())
    return score, coverage


def graded(
    compiled: Compiled,
    parts: Mapping[str, Column],
    score: Column,
    coverage: Column,
    work: Callable[[Step], Column],
    *,
    card: Array | None = None,
) -> Graded:
    """Give each customer the highest tier that is earned and that no gate closes."""
    grading = compiled.grading
    assert grading is not None  # noqa: S101 - for the type checker
    n = len(score)
    words = tuple(tier.code for tier in grading.tiers)
    tier = first_place(map(work, compiled.tiers.enters), words, n)
    gates = {
        gate.code: work(step)
        for gate, step in zip(grading.gates, compiled.tiers.gates, strict=True)
    }
    for gate in grading.gates:
        hits = gates[gate.code]
        cap = words.index(gate.cap)
        lower = hits.values & hits.is_known() & (tier.values < cap) & tier.is_known()
        tier = Column(np.where(lower, np.int8(cap), tier.values), *_rest(tier))
    return Graded(parts, score, coverage, tier, gates, card)


def _rest(column: Column) -> tuple[Unit, NDArray[np.bool_] | None, tuple[str, ...]]:
    return column.unit, column.known, column.words


def stand(compiled: Compiled, learned: Learned, outcome: Outcome) -> Standing:
    """Work out what only a review of tiers asks.

    Parameters
    ----------
    compiled : Compiled
    learned : Learned
    outcome : Outcome
        With the features that the plan watches in its table.

    Raises
    ------
    ValueError
        When the policy grades nobody.
    """
    grading, grade = compiled.grading, outcome.grade
    if grading is None or grade is None:
        message = "the policy grades nobody"
        raise ValueError(message)
    n = outcome.table.n_customers
    remembered = Remembered(learned)
    frame = {**outcome.table.columns, **outcome.labels}
    frame |= {"score": grade.score, "coverage": grade.coverage}

    def work(step: Step) -> Column:
        return step.program(frame, remembered, n)

    words = tuple(tier.code for tier in grading.tiers)
    named = zip(grading.triggers, map(work, compiled.tiers.triggers), strict=True)
    return Standing(
        earned=first_place(map(work, compiled.tiers.enters), words, n),
        kept=first_place(map(work, compiled.tiers.stays), words, n),
        gates=grade.gates,
        triggers={trigger.code: column for trigger, column in named},
        score=grade.score,
        answers={key: work(one) for key, one in compiled.tiers.questions.items()},
    )
