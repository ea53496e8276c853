"""Paths in a policy file, written as a person finds them: ``$.grading.tiers[0].entry``.

A path is a tuple of keys and positions; every problem of a policy names one, whether
it was read from a file or built by a program.
"""

from __future__ import annotations

import json
import re

from attrs import frozen

from custseg.errors import Problem

__all__ = ["Found", "Path", "found_at", "spelled"]

Path = tuple[str | int, ...]
"""Keys of tables and positions in lists, from the top of the file down."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def spelled(path: Path) -> str:
    """Return a path as text; keys that need quotes get them.

    Parameters
    ----------
    path : tuple of str and int

    Returns
    -------
    str

    Examples
    --------
    >>> spelled(("families", "value", "labels", 0, "when")), spelled(("a b",))
    ('$.families.value.labels[0].when', '$."a b"')
    """
    steps = ["$"]
    for step in path:
        if isinstance(step, int):
            steps.append(f"[{step}]")
        elif _BARE.fullmatch(step):
            steps.append(f".{step}")
        else:
            steps.append(f".{json.dumps(step, ensure_ascii=not step.isprintable())}")
    return "".join(steps)


@frozen
class Found:
    """A problem of a policy, and what it is about.

    Parameters
    ----------
    path : tuple of str and int
        The value, or the place where one is missing.
    problem : Problem
    on_key : bool
        Whether the key itself is wrong, and not the value behind it.
    """

    path: Path
    problem: Problem
    on_key: bool = False


def found_at(
    path: Path,
    what: str,
    *,
    got: str = "",
    allowed: str = "",
    hint: str = "",
    on_key: bool = False,
) -> Found:
    """Return a problem with its path spelled out in it.

    Parameters
    ----------
    path : tuple of str and int
    what, got, allowed, hint : str
        As in :class:`~custseg.errors.Problem`.
    on_key : bool
        As in :class:`Found`.

    Returns
    -------
    Found

    Examples
    --------
    >>> print(found_at(("about", "version"), "the version is empty").problem)
    $.about.version: the version is empty
    """
    return Found(path, Problem(what, spelled(path), got, allowed, hint), on_key)
