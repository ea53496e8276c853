"""Texts in columns, as a terminal shows them: a Chinese sign takes two, an accent none.

Limits: which signs are wide is told by Unicode's East Asian Width; those of which it
says "ambiguous" count as one column.
"""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import category, east_asian_width

__all__ = ["aligned", "padded", "width"]


def width(text: str) -> int:
    """Return how many columns of a terminal a text takes.

    Examples
    --------
    >>> width("tier"), width("等级")
    (4, 4)
    """
    return sum(
        0 if category(c) in {"Mn", "Me"} else 2 if east_asian_width(c) in "WF" else 1
        for c in text
    )


def padded(text: str, columns: int) -> str:
    """Return a text with blanks behind it up to a number of columns.

    Examples
    --------
    >>> padded("tier", 6) + "|", padded("等级", 6) + "|"
    ('tier  |', '等级  |')
    """
    return text + " " * (columns - width(text))


def aligned(rows: Sequence[Sequence[str]], *, left: int = 1) -> str:
    """Return rows as a table: a heading, a rule, and the others under it.

    Parameters
    ----------
    rows : sequence of sequences of str
        As many cells in each; the first is the heading.
    left : int
        So many columns, the first ones, are texts and stand to the left; the others are
        numbers.

    Examples
    --------
    >>> print(aligned([("等级", "n"), ("A", "1,200"), ("C 级", "7")]))
    等级      n
    -----------
    A     1,200
    C 级      7
    """
    widths = [max(width(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            padded(cell, wide) if at < left else " " * (wide - width(cell)) + cell
            for at, (cell, wide) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    lines.insert(1, "-" * (sum(widths) + 2 * (len(widths) - 1)))
    return "\n".join(lines)
