"""What the packaged policies owe to each label and tier, as tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from custseg.labels import Title
from custseg.policies import NAMES
from custseg.rules.files.loader import load_tree
from custseg.rules.policy import Playbook, PolicyTree

__all__ = ["playbooks_lines"]


def playbooks_lines(table: Callable[..., str]) -> Iterator[str]:
    """Yield the page: for each policy its playbooks, tiers first.

    Parameters
    ----------
    table : callable
        From a header and rows to Markdown.
    """
    for name in NAMES:
        policy = load_tree(name)
        yield f"## `{name}`: {_both(policy.about.title)}\n"
        titles = _titles(policy)
        rows = [
            (
                f"`{one.family}` is `{one.label}`<br>{titles[one.family, one.label]}",
                "<br>".join(map(_both, one.actions)),
                "<br>".join(_how(one)),
                one.source,
            )
            for one in policy.playbooks
        ]
        yield table(
            ("for · 对象", "actions · 动作", "who and how · 由谁、如何", "source"), rows
        )


def _titles(policy: PolicyTree) -> dict[tuple[str, str], str]:
    titles = {
        (family.code, label.code): _both(label.title)
        for family in policy.families
        for label in family.labels
    }
    if policy.grading is not None:
        titles |= {("tier", one.code): _both(one.title) for one in policy.grading.tiers}
    return titles


def _how(one: Playbook) -> Iterator[str]:
    """Yield owner, channel, how often and how fast, as far as they are said."""
    yield from (_both(title) for title in (one.owner, one.channel) if title is not None)
    if one.every_days is not None:
        yield f"every {one.every_days} days · 每 {one.every_days} 天"
    if one.respond_within_hours is not None:
        hours = one.respond_within_hours
        yield f"answer within {hours} hours · {hours} 小时内回应"


def _both(title: Title) -> str:
    return f"{title.en} · {title.zh}"
