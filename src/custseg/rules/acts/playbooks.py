"""Playbooks: what is owed to the customers of each label and tier.

A label that nobody acts on is a number on a screen. A playbook says who does what, by
which way and how soon. This room checks that the playbooks of a policy speak of labels
and tiers which it has.
"""

from __future__ import annotations

from collections.abc import Iterator

from custseg.errors import did_you_mean
from custseg.rules.naming import check_title
from custseg.rules.paths import Found, found_at
from custseg.rules.policy import Playbook, PolicyTree

__all__ = ["check_playbooks"]

_TIER = "tier"


def check_playbooks(policy: PolicyTree) -> Iterator[Found]:
    """Refuse playbooks for nobody, and those that ask for nothing.

    Parameters
    ----------
    policy : PolicyTree
    """
    labels = {
        family.code: [label.code for label in family.labels]
        for family in policy.families
    }
    if policy.grading is not None:
        labels[_TIER] = [tier.code for tier in policy.grading.tiers]
    strange: set[str] = set()
    for one in policy.playbooks:
        path = ("playbooks", one.family, one.label)
        if one.family not in labels:
            if one.family not in strange:
                yield found_at(
                    path[:2],
                    f"the policy has no family '{one.family}'",
                    allowed=", ".join(labels),
                    hint=did_you_mean(one.family, labels),
                )
            strange.add(one.family)
        elif one.label not in labels[one.family]:
            what = "no tier" if one.family == _TIER else f"no label of '{one.family}'"
            yield found_at(
                path,
                f"'{one.label}' is {what}",
                allowed=", ".join(labels[one.family]),
                hint=did_you_mean(one.label, labels[one.family]),
            )
        yield from _playbook(one)


def _playbook(one: Playbook) -> Iterator[Found]:
    path = ("playbooks", one.family, one.label)
    if not one.actions:
        yield found_at(
            path,
            "a playbook needs actions",
            hint='add actions = [{ zh = "...", en = "..." }]',
        )
    for place, action in enumerate(one.actions):
        yield from check_title(action, (*path, "actions", place))
    for key, title in (("owner", one.owner), ("channel", one.channel)):
        if title is not None:
            yield from check_title(title, (*path, key))
    periods = {
        "every_days": one.every_days,
        "respond_within_hours": one.respond_within_hours,
    }
    for key, value in periods.items():
        if value is not None and value < 1:
            yield found_at((*path, key), "a period is at least 1", got=str(value))
