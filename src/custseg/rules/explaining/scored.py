"""How one customer's scores and lookups came about: formula, edges, step, entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import field, frozen

from custseg.rules.explaining.clauses import Clause
from custseg.rules.explaining.leaves import (
    Branch,
    Leaf,
    Quantity,
    Row,
    Values,
    facts_of,
    weigh,
)
from custseg.rules.explaining.terms import Fact, Learnt, Setting, Term
from custseg.rules.expression import Arithmetic, Node, Number, parts_of, walk
from custseg.rules.lookups import matched_entry
from custseg.rules.policy import Bins, Lookup, Score

__all__ = ["Found", "LookupNote", "ScoreNote", "Scored", "Step"]


@frozen
class Step:
    """The step of a binned score into which a value falls.

    Parameters
    ----------
    points, of : int
        Such as 4 of 5.
    low, high : number or None
        The edges around the value, raw; None where there is none.
    """

    points: int
    of: int
    low: int | float | None
    high: int | float | None


@frozen(eq=False)
class ScoreNote:
    """A score of the policy, ready to be told: the same for all customers.

    Parameters
    ----------
    term : Term
    at : int
        Its column of the sheet.
    score : Score
    expression : str
        Its formula as the policy has it.
    input : Quantity
        The value of the formula.
    shown : tuple of Quantity
    settings : tuple of Setting
    learnt : tuple of Learnt
    edges : tuple of number or None, or None
        As they are compared; None where too few taught them, or without bins.
    only_if : Branch or None
        Whom the bins take.
    essential : frozenset of str
        The names without which the formula is unknown.
    tests : mapping of Node to Branch
        The condition of each ``if`` in the formula.
    """

    term: Term
    at: int
    score: Score
    expression: str
    input: Quantity
    shown: tuple[Quantity, ...]
    settings: tuple[Setting, ...]
    learnt: tuple[Learnt, ...]
    edges: tuple[int | float | None, ...] | None
    only_if: Branch | None
    essential: frozenset[str]
    tests: Mapping[Node, Branch]

    def reached(self, row: Values) -> frozenset[Node]:
        """Return the parts of the formula that matter to a customer.

        Not what stands in a branch of an ``if`` that is not taken.

        Parameters
        ----------
        row : sequence of object
            The customer's values.
        """
        return frozenset(self._reached(self.input.node, row))

    def _reached(self, node: Node, row: Values) -> Iterator[Node]:
        yield node
        if node not in self.tests:
            for part in parts_of(node):
                yield from self._reached(part, row)
            return
        test, yes, no = parts_of(node)
        yield from walk(test)
        holds, _ = weigh(self.tests[node], row)
        if holds is not None:
            yield from self._reached(yes if holds else no, row)

    def unmet(self, row: Values) -> tuple[Leaf, ...]:
        """Return what failed so that the formula divides by 0.

        ``x / if(orders >= 3, 1, 0)`` is how a policy says from when x tells anything.

        Parameters
        ----------
        row : sequence of object
            The customer's values.
        """
        found: list[Leaf] = []
        divisors = {
            one.right
            for one in self.reached(row)
            if isinstance(one, Arithmetic) and one.op == "/"
        }
        for node, test in self.tests.items():
            other = parts_of(node)[-1]
            if node in divisors and isinstance(other, Number) and not other.value:
                holds, leaves = weigh(test, row)
                found += leaves if holds is False else ()
        return tuple(found)

    @property
    def bins(self) -> Bins | None:
        """How the formula's value becomes a step."""
        return self.score.bins

    @property
    def bins_are_lower(self) -> bool:
        """Whether the least value gets the most points."""
        return self.bins is not None and self.bins.better == "lower"


@frozen(eq=False)
class Scored:
    """One customer's score, and how it came about.

    Parameters
    ----------
    note : ScoreNote
    row : Row
    left_out : bool
        The bins leave the customer out: the score is what the policy says for others.
    leaves : tuple of Leaf
        On what that rests.
    """

    note: ScoreNote = field(repr=False)
    row: Row = field(repr=False)
    left_out: bool = False
    leaves: tuple[Leaf, ...] = field(default=(), repr=False)

    @property
    def value(self) -> object:
        """The score, raw; None where it is unknown."""
        return self.row.values[self.note.at]

    @property
    def input(self) -> object:
        """The value of its formula, raw, before it is cut into steps."""
        return self.row.values[self.note.input.at]

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What the formula is made of."""
        return facts_of(self.note.shown, self.row)

    @property
    def only_if(self) -> tuple[Clause, ...]:
        """Why the bins take the customer, or leave it out."""
        return tuple([Clause(leaf, self.row) for leaf in self.leaves])

    @property
    def step(self) -> Step | None:
        """The step; None without bins, and for those whom the bins leave out."""
        edges, points = self.note.edges, self.value
        if edges is None or self.left_out or not isinstance(points, int):
            return None
        bounds = [None, *edges, None]
        below, above = bounds[points - 1], bounds[points]
        low, high = (above, below) if self.note.bins_are_lower else (below, above)
        return Step(points, len(edges) + 1, low, high)


@frozen(eq=False)
class LookupNote:
    """A lookup of the policy, ready to be told.

    Parameters
    ----------
    lookup : Lookup
    term : Term
    at : int
        Its column of the sheet.
    of : Quantity
        The text that is looked up.
    """

    lookup: Lookup
    term: Term
    at: int
    of: Quantity
    entries: dict[str, str | None] = field(factory=dict, init=False, repr=False)
    """The entries that texts match, once they were asked for."""


@frozen(eq=False)
class Found:
    """What a lookup found for one customer.

    Parameters
    ----------
    note : LookupNote
    row : Row
    """

    note: LookupNote = field(repr=False)
    row: Row = field(repr=False)

    @property
    def value(self) -> object:
        """What it found, raw; None where it is unknown."""
        return self.row.values[self.note.at]

    @property
    def of(self) -> Fact:
        """The text that was looked up."""
        (fact,) = facts_of((self.note.of,), self.row)
        return fact

    @property
    def entry(self) -> str | None:
        """The entry that it matched; None where it matched none."""
        if self.of.value is None:
            return None
        text, entries = str(self.of.value), self.note.entries
        if text not in entries:
            entry = matched_entry(self.note.lookup, text)
            entries[text] = None if entry is None else entry.text
        return entries[text]
