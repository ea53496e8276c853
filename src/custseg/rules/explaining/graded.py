"""Why a customer is entitled to a tier: parts, score, bars and gates."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from attrs import field, frozen

from custseg.labels import Title
from custseg.rules.explaining.clauses import Clause, FindMissing, Trial, Tried
from custseg.rules.explaining.leaves import Leaf, Quantity, Row, facts_of
from custseg.rules.explaining.terms import Fact, Learnt, Missing, Setting
from custseg.rules.grading import Card, Gate, Grading, Part, Tier
from custseg.rules.policy import Playbook

__all__ = ["Barred", "Grade", "PartGrade", "PartNote"]


@frozen(eq=False)
class PartNote:
    """A part of the composite score, ready to be told.

    Parameters
    ----------
    part : Part
    expression : str
        Its formula as the policy has it.
    shown : tuple of Quantity
    settings : tuple of Setting
    learnt : tuple of Learnt
    essential : frozenset of str
        The names without which the formula is unknown.
    """

    part: Part
    expression: str
    shown: tuple[Quantity, ...]
    settings: tuple[Setting, ...]
    learnt: tuple[Learnt, ...]
    essential: frozenset[str]


@frozen(eq=False)
class PartGrade:
    """One part of one customer's composite score.

    Parameters
    ----------
    note : PartNote
    row : Row
    weight : Decimal
        Of 100: that of the customer's card, where it has one.
    points : float or None
        None where it is unknown.
    contribution : float or None
        What it brings into the score: points times its share of the known weight.
    """

    note: PartNote = field(repr=False)
    row: Row = field(repr=False)
    weight: Decimal
    points: float | None
    contribution: float | None
    _find: Callable[[PartNote], tuple[Missing, ...]] = field(repr=False)

    @property
    def missing(self) -> tuple[Missing, ...]:
        """Why it is unknown; nothing where it is known."""
        return self._find(self.note) if self.points is None else ()

    @property
    def part(self) -> Part:
        """The part of the policy."""
        return self.note.part

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What the formula is made of."""
        return facts_of(self.note.shown, self.row)


@frozen(eq=False)
class Barred:
    """A gate of the policy, and whether it closes tiers to one customer.

    Parameters
    ----------
    gate : Gate
    row : Row
    holds : bool or None
        None where it cannot be told, which leaves it open.
    leaves : tuple of Leaf
        Those on which that rests.
    caps : bool
        Whether it takes away a tier that was earned.
    besides : tuple of Leaf
        Of an ``or`` that holds those of further parts that hold too.
    """

    gate: Gate = field(repr=False)
    row: Row = field(repr=False)
    holds: bool | None
    leaves: tuple[Leaf, ...] = field(repr=False)
    caps: bool = False
    besides: tuple[Leaf, ...] = field(default=(), repr=False)

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The clauses on which that rests."""
        return tuple([Clause(leaf, self.row) for leaf in self.leaves])

    @property
    def also(self) -> tuple[Clause, ...]:
        """Clauses that would do in the place of some of these, since they hold too."""
        return tuple([Clause(leaf, self.row) for leaf in self.besides])


@frozen(eq=False, kw_only=True)
class Grade:
    """Why the composite score, its conditions and its gates give a tier.

    Parameters
    ----------
    grading : Grading
    tier : str
        The entitled one: its code, or UNKNOWN.
    title : Title
    parts : tuple of PartGrade
    score, coverage : float or None
        The coverage is the share of the weight that is known.
    tried : tuple of Tried
        The tiers down to the one that is earned, or that cannot be told.
    row : Row
    find : callable
        Finds out what is missing where clauses cannot be told.
    earned : Tier or None
        What the entry conditions give, before any gate; None where it is unknown.
    above : Tier or None
        The tier above the one earned.
    gates : tuple of Barred
    playbook : Playbook or None
    card : Card or None
        Whose weights hold for the customer; None for those of all.
    rests : frozenset of str
        The scores and lookups on which this rests.
    """

    grading: Grading = field(repr=False)
    tier: str
    title: Title
    parts: tuple[PartGrade, ...]
    score: float | None
    coverage: float
    tried: tuple[Tried, ...] = field(repr=False)
    row: Row = field(repr=False)
    find: FindMissing = field(repr=False)
    earned: Tier | None = None
    above: Tier | None = None
    gates: tuple[Barred, ...] = ()
    playbook: Playbook | None = None
    card: Card | None = None
    rests: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def trials(self) -> tuple[Trial, ...]:
        """The tiers down to the one that is earned, or that cannot be told."""
        return tuple([Trial(one, self.row) for one in self.tried])

    @property
    def missing(self) -> tuple[Missing, ...]:
        """Why the tier is UNKNOWN: what parts lack, and what its condition does."""
        if self.earned is not None:
            return ()
        found = [one for part in self.parts for one in part.missing]
        told = self.find(self.tried[-1].leaves)
        found += [one for one in told if one.term is None or one.term.kind != "grade"]
        return tuple(dict.fromkeys(found))

    @property
    def gap(self) -> float | None:
        """How many points are lacking for the tier above; None without such a bar."""
        return None if self.above is None else _apart(self.above.entry, self.score)

    @property
    def margin(self) -> float | None:
        """How many points the score stands above the bar of the tier earned."""
        entry = None if self.earned is None else self.earned.entry
        gap = _apart(entry, self.score)
        return None if gap is None else 0.0 - gap


def _apart(bar: Decimal | None, score: float | None) -> float | None:
    return None if bar is None or score is None else round(float(bar) - score, 6)
