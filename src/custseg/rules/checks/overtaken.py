"""What a new label takes away: rules that go on asking for the one below it.

Whoever gets a label that was put in does not get the next one any more, and a trigger,
gate or pool of the base that asks for that one passes over just those whom somebody
wanted to single out.

The method: the conditions and formulas of the whole policy are searched for comparisons
of the family with the label below.

Limits: only the next label of the base is looked for, and whether anybody meets both
conditions is not asked; so it is a remark and no fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from custseg.rules.files.rule_changes import laid_out
from custseg.rules.paths import Found, found_at
from custseg.rules.policy import PolicyTree

__all__ = ["overtaken"]


def overtaken(policy: PolicyTree, base: PolicyTree) -> Iterator[Found]:
    """Yield each new label that takes from one which is asked for elsewhere.

    Parameters
    ----------
    policy : PolicyTree
    base : PolicyTree
        The one on which it builds.

    Yields
    ------
    Found

    Examples
    --------
    >>> from custseg.rules.files.loader import load_tree
    >>> list(overtaken(load_tree("lighting"), load_tree("company")))
    []
    """
    known = {one.code: {label.code for label in one.labels} for one in base.families}
    texts = laid_out(policy)
    for family in policy.families:
        codes = [label.code for label in family.labels]
        old = known.get(family.code, frozenset(codes))
        for place, code in enumerate(codes):
            below = next((one for one in codes[place:] if one in old), code)
            if below == code:
                continue
            name, word = rf"\b{family.code}\b", rf"['\"]{below}['\"]"
            asks = re.compile(
                rf"{name}\s*(?:[=!]=|(?:not\s+)?in\s*\([^)]*)\s*{word}"
                rf"|{word}\s*[=!]=\s*{name}"
            )
            places = [
                where
                for where, text in texts.items()
                if asks.search(text) and not re.search(rf"['\"]{code}['\"]", text)
            ]
            if places:
                yield found_at(
                    ("families", family.code, "labels", place),
                    f"who gets '{code}' is not '{below}' any more, which is asked for "
                    f"by {' and '.join(places)}",
                    hint=f"name '{code}' there too, if it should hold for them",
                )
