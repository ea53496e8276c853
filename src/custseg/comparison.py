"""Whether two ledgers hold the same events, in whatever order and encoding they came.

Slow and plain on purpose: every row becomes a tuple of plain values. It is for tests
and for a person who wants to know, not for the hot path.
"""

from __future__ import annotations

from collections.abc import Mapping

from custseg.events import EventTable
from custseg.identifiers import texts_of

__all__ = ["same_events"]


def same_events(
    first: Mapping[str, EventTable], second: Mapping[str, EventTable]
) -> bool:
    """Say whether two sets of tables over the same customers hold the same rows.

    A column of which nothing is known in one and that is absent in the other makes a
    difference: one was asked, the other was not.

    Parameters
    ----------
    first, second : mapping of str to EventTable
    """
    return set(first) == set(second) and all(
        _canonical(table) == _canonical(second[name]) for name, table in first.items()
    )


def _canonical(table: EventTable) -> tuple[list[str], list[tuple[object, ...]]]:
    """Return the columns' names, and the rows as sorted tuples of plain values."""
    names = sorted(table.columns)
    parts: list[list[object]] = [table.owners().tolist(), table.day.tolist()]
    for name in names:
        column = table.columns[name]
        values = column.values.tolist()
        words = texts_of(table.books[name]) if name in table.books else column.words
        known = column.is_known().tolist()
        if len(words):
            values = [words[code] for code in values]
        parts.append(
            [
                repr(value) if here else ""
                for value, here in zip(values, known, strict=True)
            ]
        )
    return names, sorted(zip(*parts, strict=True))
