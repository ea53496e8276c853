"""Show where in an expression something is wrong.

A person who wrote one line of a policy wants to see that line again, with the spot
underlined. Columns are counted as a terminal draws them: a Chinese character is two
wide, a combining mark none. Characters that draw nothing or turn the direction of
writing are shown as a replacement mark, so that an error message cannot be disguised.

Limits: a long line is cut to a window around the spot; the width of emoji sequences
is that of their parts.
"""

from __future__ import annotations

from unicodedata import category

from custseg.aligning import width
from custseg.errors import Problem

__all__ = ["Span", "excerpt", "problem_at"]

Span = tuple[int, int]
"""Start and end of a part of an expression, counted in characters."""

_BEFORE, _WINDOW = 40, 76
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})


def excerpt(text: str, start: int, end: int) -> str:
    """Return the line that holds a spot, and under it a line of ``^``.

    Parameters
    ----------
    text : str
        The whole expression, of one or more lines.
    start, end : int
        The spot, in characters. It may be empty or lie just behind the last
        character; it is then shown as one ``^``. What goes on after the line's end
        is not shown.

    Returns
    -------
    str
        Two lines without a closing line break.

    Examples
    --------
    >>> print(excerpt("spend > 客户 + 1", 8, 10))
    spend > 客户 + 1
            ^^^^
    """
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", start)
    last = len(text) if last < 0 else last
    fits = last - first <= _WINDOW or start - first <= _BEFORE
    cut = first if fits else start - _BEFORE
    stop = min(last, cut + _WINDOW)
    head = ("..." if cut > first else "") + _shown(text[cut:start])
    spot = _shown(text[start : max(start, min(end, stop))])
    tail = _shown(text[start + len(spot) : stop]) + ("..." if stop < last else "")
    return f"{head}{spot}{tail}".rstrip() + (
        f"\n{' ' * width(head)}{'^' * max(1, width(spot))}"
    )


def problem_at(
    text: str,
    span: Span,
    what: str,
    *,
    where: str = "",
    got: str = "",
    allowed: str = "",
    hint: str = "",
) -> Problem:
    """Return a problem that shows its spot in the expression.

    Parameters
    ----------
    text : str
        The whole expression.
    span : tuple of int
        Start and end of the spot.
    what, where, got, allowed, hint : str
        As in :class:`~custseg.errors.Problem`.

    Returns
    -------
    Problem

    Examples
    --------
    >>> print(problem_at("spnd > 0", (0, 4), "there is no 'spnd'", where="$.when"))
    $.when: there is no 'spnd'
    spnd > 0
    ^^^^
    """
    return Problem(what, where, got, allowed, hint, excerpt(text, *span))


def _shown(text: str) -> str:
    """Replace what does not draw as one plain character; keeps the length."""
    shown = text.replace("\t", " ").replace("\r", " ")
    return "".join("\ufffd" if category(c) in _HIDDEN else c for c in shown)
