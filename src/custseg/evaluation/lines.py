"""One tier on one day: who was in it, and what they did before and after the day.

Everything is kept as whole numbers, and what is divided is divided when asked for: a
share of the spend, growth, the part of the customers who bought again. What makes no
sense, such as growth from nothing, is unknown, never zero.

The interval of the part who bought again is that of Wilson
(:func:`custseg.scoring.migration.wilson`).

Limits: a ratio of a tier is a ratio of sums, in which large customers count for more.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen

from custseg.evaluation.figures import Sums
from custseg.labels import Title
from custseg.money import QUANTITY_EXPONENT, to_major
from custseg.scoring.migration import wilson

__all__ = ["Line", "Worth"]


@frozen
class Worth:
    """What an effort went to, and what it came back with.

    Parameters
    ----------
    effort : int
        Of all customers, in ten-thousandths of its unit.
    spent_on : int
        The part of it on customers of whom the margin is known.
    earned : int or None
        Their margin less the cost of serving them, in minor units; None where no
        margin is known.
    """

    effort: int
    spent_on: int
    earned: int | None


@frozen(kw_only=True)
class Line:
    """What became of the customers who had one tier on one day.

    Parameters
    ----------
    policy : str
    on : int
        The day of the grading.
    tier : str
        Its code; ``NONE`` are those without one, ``ALL`` everybody.
    title : Title
        Of the tier.
    customers : int
    had_bought : int
        Customers with an order before the day, however long ago.
    bought_again : int
        Those of them with an order in the period after it.
    before : Sums or None
        None where the data do not cover the period before the day.
    after : Sums
    whole_before, whole_after : int
        Net spend of all customers known on the day, in each period.
    worth : Worth or None
        None where no effort was given.

    Examples
    --------
    >>> some = Sums(spend=900, orders=8, buyers=2, costed=0, margin=None,
    ...             service_cost=None, complaints=None)
    >>> more = Sums(spend=990, orders=8, buyers=2, costed=0, margin=None,
    ...             service_cost=None, complaints=None)
    >>> line = Line(policy="company", on=20_635, tier="A", title=Title("甲", "A"),
    ...             customers=2, had_bought=2, bought_again=1, before=some, after=more,
    ...             whole_before=1000, whole_after=1100)
    >>> line.growth, line.retention, line.share
    (0.1, 0.5, 0.9)
    """

    policy: str
    on: int
    tier: str
    title: Title
    customers: int
    had_bought: int
    bought_again: int
    before: Sums | None
    after: Sums
    whole_before: int
    whole_after: int
    worth: Worth | None = None

    @property
    def growth(self) -> float | None:
        """Spend after the day over spend before it, less one."""
        if self.before is None or self.before.spend <= 0:
            return None
        return (self.after.spend - self.before.spend) / self.before.spend

    @property
    def share(self) -> float | None:
        """The part of the spend after the day, of all who were known on it."""
        return self.after.spend / self.whole_after if self.whole_after > 0 else None

    @property
    def share_before(self) -> float | None:
        """The part of the spend before the day, of the same customers."""
        if self.before is None or self.whole_before <= 0:
            return None
        return self.before.spend / self.whole_before

    @property
    def retention(self) -> float | None:
        """The part of those who had bought who bought again."""
        return self.bought_again / self.had_bought if self.had_bought else None

    def interval(self, confidence: float = 0.95) -> tuple[float, float] | None:
        """Return the interval of :attr:`retention`; None where that is unknown.

        Parameters
        ----------
        confidence : float, between 0 and 1

        Raises
        ------
        SettingError
            When the confidence is not between 0 and 1.
        """
        low, high = wilson(
            np.array([self.bought_again]),
            np.array([self.had_bought]),
            confidence=confidence,
        )
        return (float(low[0]), float(high[0])) if self.had_bought else None

    def return_on_effort(self, decimals: int) -> float | None:
        """Return what came back for each unit of effort, in the major unit.

        Parameters
        ----------
        decimals : int
            Of the currency.

        Returns
        -------
        float or None
            None where no effort was given or no margin is known.
        """
        worth = self.worth
        if worth is None or worth.earned is None or not worth.spent_on:
            return None
        efforts = worth.spent_on / 10**QUANTITY_EXPONENT
        back: float = to_major(np.array(worth.earned), decimals).item() / efforts
        return back
