"""Which rules differ between two policies, place by place, in the words of their files.

Both policies are laid out as their files would be. Labels, parts, tiers, gates and
triggers are found by their codes, so that one put in between is one change and not a
shift of all behind it.

What a policy leaves to its default counts as said where it is about the moves, reviews
and bars of tiers.

Limits: texts are compared as they stand; two spellings of one condition differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from attrs import fields, frozen

from custseg.rules.files.printing import policy_to_data
from custseg.rules.grading import Moves
from custseg.rules.policy import PolicyTree

__all__ = ["RuleChange", "laid_out", "rule_changes"]


@frozen
class RuleChange:
    """One place at which two policies differ.

    Parameters
    ----------
    where : str
        As the file would spell it, with a code in place of a number: ``tiers[A]``.
    first, second : str
        What each of them says; "" where it says nothing.

    Examples
    --------
    >>> print(RuleChange("grading.tiers[A].entry", "80", "85"))
    grading.tiers[A].entry: 80 -> 85
    """

    where: str
    first: str
    second: str

    def __str__(self) -> str:
        return f"{self.where}: {self.first or '-'} -> {self.second or '-'}"


def rule_changes(first: PolicyTree, second: PolicyTree) -> tuple[RuleChange, ...]:
    """Return where two policies differ, in the order of the first one's file.

    Parameters
    ----------
    first, second : PolicyTree

    Returns
    -------
    tuple of RuleChange
        Empty for equal policies.

    Examples
    --------
    >>> from attrs import evolve
    >>> from custseg.rules.files.loader import load_tree
    >>> tree = load_tree("company")
    >>> fewer = evolve(tree.grading.moves, confirm_down=1)
    >>> other = evolve(tree, grading=evolve(tree.grading, moves=fewer))
    >>> [str(one) for one in rule_changes(tree, other)]
    ['grading.moves.confirm_down: 2 -> 1']
    """
    was, now = ({**laid_out(one), **_grading_of(one)} for one in (first, second))
    return tuple(
        RuleChange(where, was.get(where, ""), now.get(where, ""))
        for where in {**was, **now}
        if was.get(where) != now.get(where)
    )


def laid_out(policy: PolicyTree) -> dict[str, str]:
    """Return what a policy says, by the place at which its file would say it.

    Examples
    --------
    >>> from custseg.rules.files.loader import load_tree
    >>> laid_out(load_tree("company"))["families.domestic.yes"]
    'not is_abroad'
    """
    return dict(_leaves(policy_to_data(policy), ""))


def _grading_of(policy: PolicyTree) -> dict[str, str]:
    """Return how tiers move and when, defaults included."""
    grading = policy.grading
    if grading is None:
        return {}
    said = {f"moves.{one}": getattr(grading.moves, one) for one in _MOVES}
    said |= {
        "reviews.every": grading.reviews.every.value,
        "reviews.fiscal": grading.reviews.fiscal,
        "minimum_coverage": grading.minimum_coverage,
    }
    for tier in grading.tiers:
        if tier.hold_bar is not None:
            said[f"tiers[{tier.code}].hold"] = tier.hold_bar
    return {f"grading.{where}": _plain(one) for where, one in said.items()}


_MOVES = tuple(one.name for one in fields(Moves) if one.name != "source")


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()  # as the file spells it
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _leaves(value: object, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _leaves(one, f"{where}.{key}" if where else str(key))
    elif isinstance(value, list) and all(_code(one) for one in value):
        for one in value:
            named = "code" if "code" in one else "tier"
            rest = {key: said for key, said in one.items() if key != named}
            yield from _leaves(rest or {"is": "there"}, f"{where}[{_code(one)}]")
    else:
        yield where, _plain(value)


def _code(value: object) -> str:
    """Return what tells a part from its like; shares are told by their tiers."""
    if not isinstance(value, dict):
        return ""
    return str(value.get("code") or value.get("tier", ""))
