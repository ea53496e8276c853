"""What one run of a review found and decided: the parts that its tables are made of."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.labels import Language, title_or_code
from custseg.results import Result
from custseg.rules.grading import Gate, Grading, Trigger
from custseg.rules.outcome import Graded, Standing
from custseg.rules.tiers.deciding import Memory, Run
from custseg.rules.tiers.moves import Action
from custseg.table import Array, Column

__all__ = ["Reviewed"]

_NO_TIER: Mapping[Language | None, str] = {
    None: "NONE",
    "en": "No tier",
    "zh": "未定级",
}


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

    def tier_words(self, language: Language | None) -> list[str]:
        """Return what the tiers are called, and behind them what none is called."""
        tiers = self.grading.tiers
        words = [title_or_code(one.title, one.code, language) for one in tiers]
        return [*words, _NO_TIER[language]]

    def counts(self) -> dict[str, int]:
        """Return how many customers met with each action; those that occur only."""
        many = np.bincount(self.run.decisions.action, minlength=len(Action))
        return {one.name: int(many[one]) for one in Action if many[one]}

    def held(self) -> dict[str, int]:
        """Return how many customers hold each tier after the run."""
        after = self.run.decisions.after
        return {code: int((after == at).sum()) for at, code in enumerate(self.tiers)}

    def next_looks(self) -> NDArray[np.int32]:
        """Return the day of the next periodic review of each customer.

        Who was set by hand into a tier of longer periods may have been due by those of
        the old one, and is not looked at before the new one's day.
        """
        decisions = self.run.decisions
        due = decisions.state.next_due
        return np.where(due > self.on, due, self.run.due.after(decisions.after))

    def caps(self) -> list[tuple[Gate | Trigger, Column]]:
        """Return the gates, and the triggers that cap, with where they do, as flags."""
        gates, triggers = self.standing.gates, self.standing.triggers
        return [
            *((one, gates[one.code]) for one in self.grading.gates),
            *(
                (one, triggers[one.code])
                for one in self.grading.triggers
                if one.action == "cap"
            ),
        ]
