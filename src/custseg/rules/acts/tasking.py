"""What is owed to a customer by all of its labels together, each action once.

A customer has a tier and many labels, and several of them may have a playbook. Where
two ask for the same action it is owed once, for both reasons. Where they differ about
who does it, by which way, how often or how soon, the one that comes first in the
policy's precedence has its way, and the task says so.

Limits: actions are the same if their titles are. Two different actions are both owed,
even where a person would call them contrary.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import frozen

from custseg.labels import Title
from custseg.rules.policy import Playbook, PolicyTree

__all__ = ["Task", "actions_of", "playbook_families", "task_of"]

_TERMS = ("owner", "channel", "every_days", "respond_within_hours")


@frozen
class Task:
    """One action, why it is owed, and on what terms.

    Parameters
    ----------
    action : Title
    reasons : tuple of (str, str)
        Family and label of each playbook that asks for it, the first in precedence
        first.
    owner, channel : Title or None
    every_days, respond_within_hours : int or None
    settled : tuple of str
        Whose word counts before whose, and about what.
    """

    action: Title
    reasons: tuple[tuple[str, str], ...]
    owner: Title | None = None
    channel: Title | None = None
    every_days: int | None = None
    respond_within_hours: int | None = None
    settled: tuple[str, ...] = ()


def playbook_families(policy: PolicyTree) -> tuple[str, ...]:
    """Return the families with playbooks, those that come first in precedence first.

    Parameters
    ----------
    policy : PolicyTree
        Families that its precedence does not name follow in the order of its playbooks.
    """
    written = dict.fromkeys(one.family for one in policy.playbooks)
    named = [one for one in policy.acting.precedence if one in written]
    return tuple(dict.fromkeys([*named, *written]))


def actions_of(policy: PolicyTree) -> Mapping[Title, tuple[Playbook, ...]]:
    """Return every action of a policy, and the playbooks that ask for it.

    Parameters
    ----------
    policy : PolicyTree

    Returns
    -------
    mapping of Title to tuple of Playbook
        The first in precedence first, both the actions and the playbooks.
    """
    families = playbook_families(policy)
    asked: dict[Title, list[Playbook]] = {}
    for playbook in sorted(policy.playbooks, key=lambda p: families.index(p.family)):
        for action in dict.fromkeys(playbook.actions):
            asked.setdefault(action, []).append(playbook)
    return {action: tuple(playbooks) for action, playbooks in asked.items()}


def task_of(action: Title, playbooks: Sequence[Playbook]) -> Task:
    """Return what is owed to a customer of whom some playbooks ask one action.

    Parameters
    ----------
    action : Title
    playbooks : sequence of Playbook
        The first in precedence first.
    """
    terms = {}
    settled: dict[str, list[str]] = {}
    for name in _TERMS:
        said = [one for one in playbooks if getattr(one, name) is not None]
        terms[name] = getattr(said[0], name) if said else None
        for other in said[1:]:
            if getattr(other, name) != terms[name]:
                both = f"{said[0].family} before {other.family}"
                settled.setdefault(both, []).append(name)
    return Task(
        action,
        tuple((one.family, one.label) for one in playbooks),
        **terms,
        settled=tuple(f"{both}: {', '.join(names)}" for both, names in settled.items()),
    )
