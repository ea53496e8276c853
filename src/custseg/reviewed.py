"""What one run of a review found and decided: the parts that its tables are made of."""

from __future__ import annotations

from attrs import frozen

from custseg.results import Result
from custseg.rules.deciding import Memory, Run
from custseg.rules.grading import Grading
from custseg.rules.outcome import Graded, Standing
from custseg.table import Array

__all__ = ["Reviewed"]


@frozen(eq=False, kw_only=True)
class Reviewed:
    """The facts of a day, what was held, and what was decided.

    Parameters
    ----------
    result : Result
        Labels, score and entitled tier on the day of the facts.
    grade : Graded
        Of the result.
    standing : Standing
    before : Memory
    run : Run
    grading : Grading
    on : int
        The day of the run.
    """

    result: Result
    grade: Graded
    standing: Standing
    before: Memory
    run: Run
    grading: Grading
    on: int

    def __len__(self) -> int:
        return len(self.result)

    @property
    def customer_ids(self) -> Array:
        """Customer ids as an object array of str, in text order."""
        return self.result.customer_ids

    @property
    def tiers(self) -> tuple[str, ...]:
        """The codes of the tiers, the highest first."""
        return tuple(tier.code for tier in self.grading.tiers)
