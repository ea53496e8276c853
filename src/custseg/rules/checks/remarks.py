"""What an author of a policy may want to know, though the policy can be used.

A threshold of which nobody knows who set it, a label that nobody acts on, a part of the
score that can only give one point of a hundred: none of that is an error, and a policy
loads in spite of it. ``python -m custseg check`` tells it.

Limits: titles are compared letter by letter; whether a translation is right is not
asked.
"""

from __future__ import annotations

from collections.abc import Iterator

from custseg.labels import Title
from custseg.rules.checks.bands import odd_bands
from custseg.rules.checks.reachability import Reach, as_written
from custseg.rules.files.structure import is_flag
from custseg.rules.paths import Found, Path, found_at
from custseg.rules.plan import Plan
from custseg.rules.policy import PolicyTree

__all__ = ["remarks_on"]


def remarks_on(plan: Plan, reach: Reach) -> list[Found]:
    """Return what is worth a second look in a policy that loads.

    Parameters
    ----------
    plan : Plan
    reach : Reach

    Returns
    -------
    list of Found

    Examples
    --------
    >>> from custseg.rules.files.loader import load_tree
    >>> from custseg.rules.planning import plan_and_reach
    >>> remarks_on(*plan_and_reach(load_tree("company")))
    []
    """
    policy = plan.policy
    return [
        *_unsourced(policy),
        *_unused(plan),
        *_untranslated(policy),
        *_labels(plan, reach),
        *_parts(plan, reach),
        *_unowned(policy),
    ]


def _unsourced(policy: PolicyTree) -> Iterator[Found]:
    for one in policy.thresholds:
        if not one.source.strip():
            yield found_at(
                ("thresholds", one.code),
                "nobody knows who set this threshold",
                hint='add source = "...", such as the meeting in which it was agreed',
            )


def _unused(plan: Plan) -> Iterator[Found]:
    used = {name for name, _, _ in (*plan.features, *plan.watched)}
    for one in plan.policy.features:
        if one.code not in used:
            yield found_at(
                ("features", one.code),
                "nothing uses this feature",
                hint=f"it is worked out where features=['{one.code}'] asks for it",
            )


def _untranslated(policy: PolicyTree) -> Iterator[Found]:
    for path, title in _titles(policy):
        if title.zh == title.en and any(c.isascii() and c.islower() for c in title.zh):
            yield found_at(
                (*path, "zh"),
                "the Chinese title is the English one",
                hint="translate it, if it is not a name",
            )


def _titles(policy: PolicyTree) -> Iterator[tuple[Path, Title]]:
    yield ("about", "title"), policy.about.title
    for table in ("features", "lookups", "scores", "families"):
        for one in getattr(policy, table):
            yield (table, one.code, "title"), one.title
    for family in policy.families:
        for place, label in enumerate(() if is_flag(family) else family.labels):
            yield ("families", family.code, "labels", place, "title"), label.title
    if policy.grading is not None:
        yield ("grading", "title"), policy.grading.title
        for table in ("parts", "cards", "tiers", "gates", "triggers"):
            for place, row in enumerate(getattr(policy.grading, table)):
                yield ("grading", table, place, "title"), row.title


def _labels(plan: Plan, reach: Reach) -> Iterator[Found]:
    for planned in plan.families:
        yield from odd_bands(planned, reach)
        if reach.is_exhausted(planned):
            last = planned.family.labels[-1].code
            yield found_at(
                ("families", planned.family.code),
                f"nobody is left for '{last}': the labels above it take everybody",
                hint="take it out, so that the label above it is for all others",
            )


def _parts(plan: Plan, reach: Reach) -> Iterator[Found]:
    for place, found in enumerate(reach.part_ranges(plan.parts)):
        ends = [as_written(end) for end in (found.low, found.high)]
        bounds = "" if "inf" in ends[1] + ends[0] else f"{ends[0]} to {ends[1]} points"
        path = ("grading", "parts", place, "score")
        if found.high <= 1:
            hint = "write 100 * before it, if 0 to 100 points are meant"
            yield found_at(path, f"this part gives only {bounds}", hint=hint)
        elif found.low < 0 or found.high > 100:
            hint = "max(0, ...) and min(100, ...) keep a number within bounds"
            what = "this part can give more or fewer than 0 to 100 points"
            yield found_at(path, what, got=bounds, hint=hint)


def _unowned(policy: PolicyTree) -> Iterator[Found]:
    """Yield a remark for each label without a playbook, in a policy that has some."""
    if not policy.playbooks:
        return
    owed = {(one.family, one.label) for one in policy.playbooks}
    for family in policy.families:
        for place, label in enumerate(family.labels):
            if (family.code, label.code) not in owed and label.code != "NO":
                path: Path = ("families", family.code)
                if not is_flag(family):
                    path = (*path, "labels", place)
                yield found_at(path, f"nothing is owed to '{label.code}': no playbook")
    for place, tier in enumerate(policy.grading.tiers if policy.grading else ()):
        if ("tier", tier.code) not in owed:
            path = ("grading", "tiers", place)
            yield found_at(path, f"nothing is owed to '{tier.code}': no playbook")
