"""Tasks as people read them: titles in one language in place of codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from custseg.framing import headed
from custseg.labels import Language, Title
from custseg.rules.policy import PolicyTree
from custseg.tabling import TIER_TITLE, label_titles

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["in_words"]

_IN_BOTH = ("action", "owner", "channel")

_HEADINGS = {
    "action": Title(zh="应做", en="To do"),
    "owner": Title(zh="负责人", en="Owner"),
    "channel": Title(zh="方式", en="Channel"),
    "every_days": Title(zh="每隔几天", en="Every (days)"),
    "respond_within_hours": Title(zh="几小时内答复", en="Answer within (hours)"),
    "next_due": Title(zh="到期日", en="Due on"),
    "because": Title(zh="依据", en="Because"),
}

_JOINED: dict[Language, tuple[str, str]] = {"en": (": ", "; "), "zh": ("：", "；")}
"""What stands between a family and its label, and between two of them."""


_HELD = Title(zh="持有等级", en="Tier held")


def in_words(
    todo: pd.DataFrame, policy: PolicyTree, language: Language, *, held: bool
) -> pd.DataFrame:
    """Return a table of tasks with titles for people, without what only programs read.

    Parameters
    ----------
    todo : pandas.DataFrame
        As :func:`custseg.reviews.tasks.tasks` gives it.
    policy : PolicyTree
        That the tasks are of.
    language : {"zh", "en"}
    held : bool
        The tiers are held, after a review; otherwise they are entitled ones.
    """
    families = {**policy.titles(), "tier": _HELD if held else TIER_TITLE}
    heads = {code: title.of(language) for code, title in families.items()}
    frame = todo.rename(columns={f"{name}_{language}": name for name in _IN_BOTH})
    reasons = frame["because"].unique().tolist()
    said = {one: _reasons(one, heads, policy, language) for one in reasons}
    frame = frame.assign(because=frame["because"].map(said).astype("str"))
    frame = frame[["customer_id", *_HEADINGS]]
    own = {name: title.of(language) for name, title in _HEADINGS.items()}
    return headed(frame.rename(columns=own), language)


def _reasons(
    because: str, heads: Mapping[str, str], policy: PolicyTree, language: Language
) -> str:
    """Return the labels that ask for an action, by their titles."""
    of, then = _JOINED[language]
    pairs = (one.split("=") for one in because.split(", "))
    return then.join(
        f"{heads[family]}{of}{label_titles(policy, family)[label].of(language)}"
        for family, label in pairs
    )
