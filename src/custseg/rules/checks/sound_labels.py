"""Whether the scores and families of a policy make sense apart from their expressions.

Bins need edges that rise, a family needs two labels or more, and only the last of them
is for all others.

Limits: whether anybody can get a label is asked in
:mod:`custseg.rules.checks.reachability`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from custseg.labels import UNKNOWN
from custseg.rules.describing import shown
from custseg.rules.naming import check_code, check_repeated, check_title
from custseg.rules.paths import Found, Path, found_at
from custseg.rules.policy import Bins, Family, LabelRule, Score

__all__ = ["check_family", "check_score"]

_MOST_BINS: Final = 100


def check_score(score: Score) -> Iterator[Found]:
    """Refuse bins that cannot be made."""
    if score.bins is not None:
        yield from _bins(score.bins, ("scores", score.code, "bins"))


def _bins(bins: Bins, path: Path) -> Iterator[Found]:
    steps = bins.into
    if bins.by == "edges":
        steps = len(bins.at) + 1
        if not bins.at:
            yield found_at(
                path, "bins by edges need the edges", hint="add at = [100, 200]"
            )
        if any(high <= low for low, high in zip(bins.at, bins.at[1:], strict=False)):
            edges = ", ".join(str(edge) for edge in bins.at)
            yield found_at((*path, "at"), "the edges do not rise", got=shown(edges))
    elif bins.at:
        yield found_at(
            (*path, "at"),
            f"bins by {bins.by} learn their edges from the reference",
            hint='take at out, or write by = "edges"',
        )
    most = _MOST_BINS
    if not 2 <= steps <= most and not (bins.by == "edges" and not bins.at):
        yield found_at(
            (*path, "at" if bins.by == "edges" else "into"),
            "there are too few or too many bins",
            got=str(steps),
            allowed=f"2 to {most}",
        )
    elif not 1 <= bins.otherwise <= max(steps, 2):
        yield found_at(
            (*path, "otherwise"),
            "'otherwise' is none of the bins",
            got=str(bins.otherwise),
            allowed=f"1 to {steps}",
        )


def check_family(family: Family) -> Iterator[Found]:
    """Refuse a family that does not give every customer exactly one label."""
    path: Path = ("families", family.code)
    labels = family.labels
    if len(labels) < 2:
        yield found_at(
            path,
            "a family needs at least two labels, or a flag its condition",
            got=f"{len(labels)} label" + ("s" if not labels else ""),
            hint=f'add [[families.{family.code}.labels]], or yes = "..."',
        )
    yield from check_repeated(labels, (*path, "labels"), "label")
    for place, label in enumerate(labels):
        here = (*path, "labels", place)
        yield from _label(label, here)
        if place < len(labels) - 1 and not label.when.strip():
            what = "a label before the last needs a condition"
            yield found_at(here, what, hint='add when = "..."')
        elif place == len(labels) - 1 and label.when and place:
            yield found_at(
                (*here, "when"),
                "the last label is for all others and has no condition",
                hint="take the condition out, or add a label after it",
            )


def _label(label: LabelRule, path: Path) -> Iterator[Found]:
    reserved = frozenset({UNKNOWN})
    yield from check_code(label.code, (*path, "code"), upper=True, reserved=reserved)
    yield from check_title(label.title, (*path, "title"))
