"""What an expression may name, and what is known of it once it has been checked.

A manager's rule speaks of features, of scores, and of thresholds that the policy names
once and uses in many places. The scope is the list of them all; the checker needs it
and gives back a :class:`Checked`.

Limits: a name means one thing only; a threshold cannot hide a feature.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from attrs import field, frozen

from custseg.errors import Problem, SettingError
from custseg.rules.expression.nodes import FittedCut, FittedValue, Node
from custseg.units import Unit

__all__ = ["Checked", "Constant", "Scope"]


@frozen
class Constant:
    """A named threshold of the policy.

    Parameters
    ----------
    value : Decimal, bool or str
        Money in the major unit, a share as a part of one.
    unit : Unit or None
        Of a number. None, NUMBER and COUNT let it take the unit of what it meets.
    """

    value: Decimal | bool | str
    unit: Unit | None = None


@frozen
class Scope:
    """What an expression may name.

    Parameters
    ----------
    units : mapping of str to Unit
        The features and scores, conditions and texts among them.
    constants : mapping of str to Constant
        The thresholds of the policy.
    words : mapping of str to tuple of str
        The codes that a text name can have, where they are all known; a text name
        that is not here may be compared with any text.

    Raises
    ------
    SettingError
        When a name is both a feature or score and a threshold.
    """

    units: Mapping[str, Unit]
    constants: Mapping[str, Constant] = field(factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        """Refuse a threshold that would hide a feature."""
        for name in sorted(self.units.keys() & self.constants.keys()):
            raise SettingError(
                Problem(
                    f"'{name}' is both a threshold and a feature or score",
                    where="constants",
                    hint="rename the threshold",
                )
            )


@frozen
class Checked:
    """An expression that makes sense.

    Parameters
    ----------
    node : Node
        With thresholds resolved, every number in a unit, fitted parts marked.
    unit : Unit
        What it gives; FLAG for a condition.
    names : frozenset of str
        The features and scores it needs.
    fitted : tuple of FittedCut or FittedValue
        What has to be learned from a reference: each once, sorted by function, name,
        comparison and level, cuts first.
    """

    node: Node
    unit: Unit
    names: frozenset[str]
    fitted: tuple[FittedCut | FittedValue, ...]
