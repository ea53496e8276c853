"""Grading: the composite score, the tiers it earns, and the rules by which they move.

A label is what today's facts say. A tier is a promise with memory: it has a bar to
enter and a lower one to stay, it moves only at reviews, and some facts cap it whatever
the score is. This room holds what a policy says about that; the transition itself is
in :mod:`custseg.rules.tiers.transitions`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final, Literal

from attrs import field, frozen

from custseg.labels import Title
from custseg.periods import FiscalCalendar
from custseg.rules.tiers.calendar import Cadence, ReviewCalendar
from custseg.rules.tiers.schedule import Schedule
from custseg.rules.tiers.transition_rules import Rules, Terms

__all__ = [
    "Card",
    "Conditioned",
    "Gate",
    "Grading",
    "Moves",
    "Part",
    "Reviews",
    "Severity",
    "Tier",
    "Trigger",
    "TriggerAction",
]

_HOLD_SHARE: Final = Decimal("0.9")
"""Of the entry bar, where a tier does not state its hold bar."""

Severity = Literal["info", "warning", "critical"]
TriggerAction = Literal["alert", "review", "cap", "demote"]


@frozen
class Part:
    """One part of the composite score.

    Parameters
    ----------
    code : str
    title : Title
    weight : Decimal
        Positive; the weights of all parts add up to 100.
    score : str
        A formula of 0 to 100 points.
    """

    code: str
    title: Title
    weight: Decimal
    score: str


@frozen
class Card:
    """The weights of the parts for some customers, in place of those of all others.

    Parameters
    ----------
    code : str
    title : Title
    when : str
        A condition on features, scores and families, such as ``type == "DEALER"``. The
        first card whose condition holds counts; where it cannot be told, the next.
    weights : tuple of (str, Decimal)
        For each part by its code; together 100.
    source : str
    """

    code: str
    title: Title
    when: str
    weights: tuple[tuple[str, Decimal], ...]
    source: str = ""


@frozen
class Tier:
    """A tier, what earns it and what keeps it; the lowest needs neither.

    Parameters
    ----------
    code : str
    title : Title
    entry : Decimal or None
        The score from which it is earned.
    hold : Decimal or None
        The score from which it is kept; nine tenths of the entry where not said.
    enter, stay : str
        Conditions in place of the two bars, such as ``score >= 80 or spend >= 1e7``;
        they may name the score, every feature and every family.
    every : Cadence or None
        How often its customers are reviewed, where not as often as all.
    capacity : int
        How many it can serve; 0 is any number. A review lets nobody rise into a full
        tier.

    Examples
    --------
    >>> top = Tier("A", Title(zh="核心", en="Core"), Decimal(80))
    >>> top.enter_condition, top.stay_condition
    ('score >= 80', 'score >= 72')
    """

    code: str
    title: Title
    entry: Decimal | None = None
    hold: Decimal | None = None
    enter: str = ""
    stay: str = ""
    every: Cadence | None = None
    capacity: int = 0

    @property
    def entry_name(self) -> str:
        """What expressions call its entry: ``entry_a`` for A."""
        return f"entry_{self.code.lower()}"

    @property
    def hold_bar(self) -> Decimal | None:
        """The score from which it is kept; None where no score is asked for."""
        if self.hold is not None or self.entry is None:
            return self.hold
        bar = (self.entry * _HOLD_SHARE).normalize()
        # A round number would be written as 9E+1.
        return bar.quantize(Decimal(1)) if bar == bar.to_integral_value() else bar

    @property
    def enter_condition(self) -> str:
        """The condition that earns the tier; "" for the lowest."""
        if self.enter or self.entry is None:
            return self.enter
        return f"score >= {self.entry:f}"

    @property
    def stay_condition(self) -> str:
        """The condition that keeps the tier; "" for the lowest."""
        if self.stay or self.hold_bar is None:
            return self.stay or self.enter
        return f"score >= {self.hold_bar:f}"


@frozen
class Gate:
    """A hard condition that caps the tier, whatever the score is.

    Parameters
    ----------
    code : str
    title : Title
    when : str
        A condition on features, scores and families. Where it cannot be told, the
        gate is open.
    cap : str
        The highest tier that remains.
    passes_locks : bool
        Whether it moves a customer whose tier was set by hand.
    source : str
    """

    code: str
    title: Title
    when: str
    cap: str
    passes_locks: bool = False
    source: str = ""


@frozen
class Moves:
    """How a held tier follows the one that is earned.

    Parameters
    ----------
    confirm_up, confirm_down : int
        At how many reviews in a row, each of another period, a move must be due.
    dwell_days : int
        How long a tier is held at least before it moves in the ordinary way, up or
        down.
    grace_days : int
        How long after a rise nobody is judged downwards.
    membership_days : int
        The same after the first tier: who joins in the middle of a period is not
        measured by half of it.
    most_steps_up, most_steps_down : int
        How many tiers one move goes at most; 0 is straight to the one that is due.
    source : str
    """

    confirm_up: int = 1
    confirm_down: int = 2
    dwell_days: int = 90
    grace_days: int = 0
    membership_days: int = 0
    most_steps_up: int = 0
    most_steps_down: int = 1
    source: str = ""

    def rules(self, tiers: int) -> Rules:
        """Return the rules of the transition for so many tiers.

        Examples
        --------
        >>> Moves().rules(3).down.confirmations
        2
        """
        return Rules(
            tiers,
            up=Terms(
                confirmations=self.confirm_up,
                dwell_days=self.dwell_days,
                largest_step=self.most_steps_up or None,
            ),
            down=Terms(
                confirmations=self.confirm_down,
                dwell_days=self.dwell_days,
                largest_step=self.most_steps_down or None,
            ),
            grace_days=self.grace_days,
            minimum_membership_days=self.membership_days,
        )


@frozen
class Reviews:
    """When tiers are looked at.

    Parameters
    ----------
    every : Cadence
        A customer is reviewed once in each of its periods. A tier may have its own.
    fiscal : bool
        Whether periods follow the fiscal calendar.
    source : str
    """

    every: Cadence = Cadence.QUARTERLY
    fiscal: bool = False
    source: str = ""


@frozen
class Trigger:
    """A condition that does not wait for the next review.

    Parameters
    ----------
    code : str
    title : Title
    when : str
        A condition on features, scores and families.
    action : {"alert", "review", "cap", "demote"}
        Tell somebody; review the customer now; cap the tier at ``to`` as long as the
        condition holds; or move the customer down to ``to`` at once.
    to : str
        A tier, for cap and demote.
    severity : {"info", "warning", "critical"}
    cooldown_days : int
        For how long the same alert is not repeated.
    passes_locks : bool
        Whether it moves a customer whose tier was set by hand.
    source : str
    """

    code: str
    title: Title
    when: str
    action: TriggerAction = "alert"
    to: str = ""
    severity: Severity = "warning"
    cooldown_days: int = 30
    passes_locks: bool = False
    source: str = ""


Conditioned = Card | Gate | Trigger
"""A row of the grading with a condition on customers."""


@frozen
class Grading:
    """The composite score, the tiers that it earns, and how they are held.

    Parameters
    ----------
    title : Title
    parts : tuple of Part
    tiers : tuple of Tier
        From the highest to the lowest.
    minimum_coverage : Decimal
        Share of the weights that must be known; under it the tier is UNKNOWN.
    cards : tuple of Card
    gates : tuple of Gate
    moves : Moves
    reviews : Reviews
    triggers : tuple of Trigger
    source : str
    """

    title: Title
    parts: tuple[Part, ...]
    tiers: tuple[Tier, ...]
    minimum_coverage: Decimal = Decimal("0.5")
    cards: tuple[Card, ...] = ()
    gates: tuple[Gate, ...] = ()
    moves: Moves = field(factory=Moves)
    reviews: Reviews = field(factory=Reviews)
    triggers: tuple[Trigger, ...] = ()
    source: str = ""

    def weights(self, card: int = -1) -> tuple[Decimal, ...]:
        """Return the weights of the parts in their order.

        Parameters
        ----------
        card : int
            The place of a card; -1 for those whom none fits.
        """
        if card < 0:
            return tuple(part.weight for part in self.parts)
        given = dict(self.cards[card].weights)
        return tuple(given[part.code] for part in self.parts)

    def schedule(self, fiscal: FiscalCalendar) -> Schedule:
        """Return when the customers of each tier are reviewed.

        Parameters
        ----------
        fiscal : FiscalCalendar
            Of the policy; it counts where reviews follow the fiscal calendar.
        """
        cadences = [tier.every or self.reviews.every for tier in self.tiers]
        return Schedule(
            tuple(
                ReviewCalendar(
                    one,
                    fiscal=fiscal if self.reviews.fiscal and not one.personal else None,
                )
                for one in cadences
            )
        )

    def place(self, code: str) -> int:
        """Return the place of a tier, 0 for the highest.

        Raises
        ------
        ValueError
            When there is no such tier; a policy that was loaded names none.
        """
        return [one.code for one in self.tiers].index(code)
