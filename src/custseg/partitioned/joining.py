"""What was worked out in several partitions, as if it had been worked out in one.

Customers come into the order of their ids. The words of labels are the same in every
partition; those of texts that customers bring along (a top category) are not, and are
numbered anew.

Limits: everything is held in memory, for all customers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from custseg.rules.outcome import Graded, Outcome, Standing
from custseg.table import Array, Column, Table
from custseg.vocabulary import texts_of

__all__ = ["id_order", "one_column", "one_outcome", "one_standing"]


def one_column(parts: Sequence[Column]) -> Column:
    """Return the customers of several columns as one column.

    Parameters
    ----------
    parts : sequence of Column
        One or more, of one feature.

    Examples
    --------
    >>> from custseg.units import Unit
    >>> tiles = Column(np.array([0]), Unit.TEXT, words=("tile",))
    >>> ropes = Column(np.array([0, 1]), Unit.TEXT, words=("rope", "tile"))
    >>> both = one_column([tiles, ropes])
    >>> both.values.tolist(), both.words
    ([1, 0, 1], ('rope', 'tile'))
    """
    first, words = parts[0], parts[0].words
    values = [part.values for part in parts]
    if any(part.words != words for part in parts):
        words = tuple(sorted({word for part in parts for word in part.words}))
        place = {word: at for at, word in enumerate(words)}
        values = [_renumbered(part, place) for part in parts]
    known = None
    if any(part.known is not None for part in parts):
        known = np.concatenate([part.is_known() for part in parts])
    return Column(np.concatenate(values), first.unit, known, words)


def _renumbered(column: Column, place: Mapping[str, int]) -> Array:
    """Return codes by other words; what is not known stays some harmless code."""
    codes = np.array([*(place[word] for word in column.words), 0], dtype=np.int32)
    return codes[np.where(column.is_known(), column.values, len(column.words))]


def id_order(tables: Sequence[Table]) -> Array:
    """Return where each customer of several tables stands in the order of ids."""
    ids: Array = np.concatenate([texts_of(table.book) for table in tables])
    order: Array = np.argsort(ids, kind="stable")
    return order


def one_outcome(parts: Sequence[Outcome], order: Array) -> Outcome:
    """Return what was worked out in several partitions as one.

    Parameters
    ----------
    parts : sequence of Outcome
        One or more, of one policy.
    order : int array
        From :func:`id_order`.
    """
    book = np.concatenate([texts_of(one.table.book) for one in parts])
    table = Table(book, _columns([one.table for one in parts]))
    labels = _columns([one.labels for one in parts])
    grades = [one.grade for one in parts if one.grade is not None]
    grade = _one_grade(grades) if grades else None
    return Outcome(table, labels, grade).take(order)


def _one_grade(parts: Sequence[Graded]) -> Graded:
    cards = [one.card for one in parts if one.card is not None]
    return Graded(
        _columns([one.parts for one in parts]),
        one_column([one.score for one in parts]),
        one_column([one.coverage for one in parts]),
        one_column([one.tier for one in parts]),
        _columns([one.gates for one in parts]),
        np.concatenate(cards) if cards else None,
    )


def one_standing(parts: Sequence[Standing], order: Array) -> Standing:
    """Return what reviews ask of several partitions as one.

    Parameters
    ----------
    parts : sequence of Standing
        One or more, of one policy.
    order : int array
        From :func:`id_order`.
    """

    def ordered(columns: Mapping[str, Column]) -> dict[str, Column]:
        return {name: column.take(order) for name, column in columns.items()}

    return Standing(
        earned=one_column([one.earned for one in parts]).take(order),
        kept=one_column([one.kept for one in parts]).take(order),
        gates=ordered(_columns([one.gates for one in parts])),
        triggers=ordered(_columns([one.triggers for one in parts])),
        score=one_column([one.score for one in parts]).take(order),
        answers=ordered(_columns([one.answers for one in parts])),
    )


def _columns(parts: Sequence[Mapping[str, Column]]) -> dict[str, Column]:
    return {name: one_column([part[name] for part in parts]) for name in parts[0]}
