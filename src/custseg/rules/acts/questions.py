"""What a section of a policy asks about customers, to be read and answered with others.

Pools, the clean-out and the allocation each have conditions or formulas of their own.
They say so in questions; planning reads and checks them all alike, and a review gets
the answers by the same keys.
"""

from __future__ import annotations

from attrs import frozen

from custseg.rules.expression.checker import Wanted
from custseg.rules.paths import Path, spelled

__all__ = ["Question"]


@frozen
class Question:
    """One expression that only a review of tiers asks.

    Parameters
    ----------
    path : tuple of str and int
        Where it stands in the file.
    text : str
        It may name the score, every feature and every family.
    wanted : {"condition", "number"}

    Examples
    --------
    >>> Question(("pools", "nurture", "enter"), "score >= 64").key
    'pools.nurture.enter'
    """

    path: Path
    text: str
    wanted: Wanted = "condition"

    @property
    def key(self) -> str:
        """The name under which it is answered."""
        return spelled(self.path).removeprefix("$.")
