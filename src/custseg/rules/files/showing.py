"""Show the problems of a policy in the file that they come from.

A person mends a file from top to bottom with the line numbers of an editor, so the
problems are put into the order of the file, and each shows its line.

Limits: where a condition is written with escapes or holds hidden characters, its line
may be shown without what stands before it; where two of its lines are alike, the first.
"""

from __future__ import annotations

from attrs import evolve

from custseg.errors import Problem
from custseg.rules.expression.spots import excerpt
from custseg.rules.files.locate import Spot, line_at, locate, numbered
from custseg.rules.paths import Found, Path

__all__ = ["in_file_order", "shown_in"]


def in_file_order(every: list[Found], text: str) -> list[Found]:
    """Return problems in the order in which they stand in a TOML text.

    Parameters
    ----------
    every : list of Found
    text : str
        The TOML; "" leaves the order as it is.

    Returns
    -------
    list of Found
    """
    if not (text and every):
        return every
    spots = locate(text)
    return sorted(every, key=lambda one: _spot(one.path, spots).key[0])


def shown_in(every: list[Found], text: str) -> list[Problem]:
    r"""Return problems with an excerpt of the TOML text that they come from.

    Parameters
    ----------
    every : list of Found
    text : str
        The TOML; with "" the problems are returned as they are.

    Returns
    -------
    list of Problem

    Examples
    --------
    >>> from custseg.rules.paths import found_at
    >>> wrong = found_at(("about", "version"), "expected a text in quotes")
    >>> print(*shown_in([wrong], "[about]\nversion = 2026"))
    $.about.version: expected a text in quotes
        2 | version = 2026
          |           ^^^^
    """
    if not (text and every):
        return [one.problem for one in every]
    spots = locate(text)
    return [evolve(one.problem, excerpt=_excerpt(one, spots, text)) for one in every]


def _spot(path: Path, spots: dict[Path, Spot]) -> Spot:
    """Return where a path stands, or the nearest table around it."""
    for length in range(len(path), 0, -1):
        if path[:length] in spots:
            return spots[path[:length]]
    return Spot((0, 0), (0, 0))


def _excerpt(found: Found, spots: dict[Path, Spot], text: str) -> str:
    spot = _spot(found.path, spots)
    if not any(found.path[:n] in spots for n in range(1, len(found.path) + 1)):
        return ""  # about the file as a whole
    start, end = spot.value
    if found.problem.excerpt:
        return _in_line(found.problem.excerpt, text, start, end)
    is_long = "\n" in text[start:end] or text[start] == "{"
    if found.on_key or found.path not in spots or is_long:
        start, end = spot.key
    return numbered(text, start, end)


def _character(line: str, column: int) -> int:
    """Return which character of a line is drawn at a column."""
    end = 0
    for place in range(len(line)):
        end = len(excerpt(line, place, place + 1).partition("\n")[2])
        if end > column:
            return place
    return len(line) + column - end


def _in_line(shown: str, text: str, start: int, end: int) -> str:
    """Put the excerpt of a condition into the line of the file where it stands."""
    line, _, mark = shown.partition("\n")
    core = line.removeprefix("...").removesuffix("...").strip()
    at = text.find(core, start, end) if core else -1
    if at >= 0:
        first = _character(core, mark.index("^") - line.index(core))
        last = _character(core, mark.rindex("^") + 1 - line.index(core))
        return numbered(text, at + first, at + last)
    number, _ = line_at(text, max(at, start))
    return f"{number:5} | {line}\n      | {mark}"
