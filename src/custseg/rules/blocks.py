"""Work out many customers a block at a time, and two blocks at once.

Once all is learned nobody's answer depends on who else is there. What a step leaves for
the next then stays near the core instead of going through memory, and numpy lets
threads run. Each block is written to its place in the whole at once.

Limits: a block has the scores, labels and parts of the whole policy, and words that do
not depend on who is in it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from math import ceil

from attrs import frozen

from custseg.pieces import Pieces
from custseg.rules.outcome import Graded, Outcome
from custseg.table import Column
from custseg.units import Unit

__all__ = ["WORTH_BLOCKS", "Found", "in_blocks"]

WORTH_BLOCKS = 100_000
"""Customers from which they are worked out in blocks."""

_BLOCK = 1 << 18
"""Customers in a block at most: of fewer, the threads would wait for each other."""

_Key = tuple[str, str]


@frozen(eq=False)
class Found:
    """What was found of all customers.

    Parameters
    ----------
    scores, labels : dict of str to Column
    grade : Graded or None
    """

    scores: dict[str, Column]
    labels: dict[str, Column]
    grade: Graded | None


def in_blocks(
    n: int, scores: Collection[str], work: Callable[[slice], Outcome]
) -> Found:
    """Work out n customers.

    Parameters
    ----------
    n : int
    scores : collection of str
        Those that are to be taken from the tables of the blocks.
    work : callable
        From the rows of a block to its outcome.
    """
    pieces = Pieces[_Key](n)
    size = ceil(n / (2 * ceil(n / (2 * _BLOCK))))  # as many for one as for the other

    def put(start: int) -> None:
        outcome = work(slice(start, start + size))
        for key, column in _spread(outcome, scores):
            pieces.put(key, start, column)

    with ThreadPoolExecutor(max_workers=2) as pool:
        list(pool.map(put, range(0, n, size)))
    return _gathered(pieces.columns())


def _spread(outcome: Outcome, scores: Collection[str]) -> Iterator[tuple[_Key, Column]]:
    """Yield what was found, with names that tell one thing from another."""
    for code in scores:
        yield ("score", code), outcome.table[code]
    for code, column in outcome.labels.items():
        yield ("label", code), column
    grade = outcome.grade
    if grade is None:
        return
    for code, column in grade.parts.items():
        yield ("part", code), column
    for code, column in grade.gates.items():
        yield ("gate", code), column
    yield ("grade", "score"), grade.score
    yield ("grade", "coverage"), grade.coverage
    yield ("grade", "tier"), grade.tier
    if grade.card is not None:
        yield ("grade", "card"), Column(grade.card, Unit.COUNT)


def _gathered(columns: dict[_Key, Column]) -> Found:
    def of(kind: str) -> dict[str, Column]:
        return {code: column for (one, code), column in columns.items() if one == kind}

    graded, grade = of("grade"), None
    if graded:
        card = graded.pop("card", None)
        values = None if card is None else card.values
        grade = Graded(of("part"), **graded, gates=of("gate"), card=values)
    return Found(of("score"), of("label"), grade)
