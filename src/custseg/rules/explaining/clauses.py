"""Labels that were tried, and the clauses on which each answer rests.

Frozen values, with nothing in them that has to be worked out again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import field, frozen

from custseg.labels import Language, Title
from custseg.rules.explaining.leaves import Leaf, Row, facts_of
from custseg.rules.explaining.phrases import phrase
from custseg.rules.explaining.terms import Fact, Learnt, Missing, Setting
from custseg.rules.policy import Playbook

__all__ = ["Clause", "FindMissing", "Reason", "Told", "Trial", "Tried"]


@frozen(eq=False)
class Clause:
    """One clause of a condition: what it says, whether it holds, on which values.

    Parameters
    ----------
    leaf : Leaf
        The clause itself, the same for all customers.
    row : Row
        The customer's values.
    """

    leaf: Leaf = field(repr=False)
    row: Row = field(repr=False)

    @property
    def holds(self) -> bool | None:
        """Whether it holds; None where a fact is missing."""
        holds = self.row.values[self.leaf.at]
        return None if holds is None else bool(holds)

    @property
    def text(self) -> str:
        """The clause in the language of policies, thresholds put in."""
        return self.leaf.text

    @property
    def expression(self) -> str:
        """The clause as the policy has it."""
        return self.leaf.expression

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The features, lookups, scores and labels that the clause looked at."""
        return facts_of(self.leaf.shown, self.row)

    @property
    def settings(self) -> tuple[Setting, ...]:
        """The thresholds of the policy that the clause names."""
        return self.leaf.settings

    @property
    def learnt(self) -> tuple[Learnt, ...]:
        """What the clause needs to have learned from the reference."""
        return self.leaf.learnt

    @property
    def value(self) -> object:
        """The customer's side of a comparison, raw; None where it is unknown."""
        side = self.leaf.compared
        return None if side is None else self.row.values[side.left.at]

    @property
    def comparison(self) -> str:
        """The sign of a comparison, as in ``value >= bar``; "" of other clauses."""
        return "" if self.leaf.compared is None else self.leaf.compared.op

    @property
    def bar(self) -> object:
        """What the value is compared with, raw; None where there is nothing."""
        side = self.leaf.compared
        if side is None:
            return None
        return side.constant if side.right is None else self.row.values[side.right.at]

    def to_text(self, language: Language = "en", *, brief: bool = False) -> str:
        """Return the clause in words that are true of the customer.

        Parameters
        ----------
        language : {"zh", "en"}
        brief : bool
            Leave out codes of labels and thresholds, and which text a text is not.
        """
        return phrase(self.leaf, self.row, language, holds=self.holds, brief=brief)

    def __repr__(self) -> str:
        return f"Clause({self.expression!r}, holds={self.holds})"


@frozen(eq=False)
class Tried:
    """One label that was tried, as for every customer with the same answers.

    Parameters
    ----------
    label : str
    title : Title
    key : str
        Where it stands in the policy.
    holds : bool or None
        None where its condition cannot be told.
    leaves : tuple of Leaf
        Those on which that rests; empty for the last label, which is for all others.
    source : str
    asked : frozenset of str
        The codes of all that its condition asks for, whether that decides or not.
    also : tuple of Leaf
        Of an ``or`` that holds those of further parts that hold too.
    """

    label: str
    title: Title
    key: str
    holds: bool | None
    leaves: tuple[Leaf, ...]
    source: str = ""
    asked: frozenset[str] = frozenset()
    also: tuple[Leaf, ...] = ()

    @property
    def told(self) -> tuple[Leaf, ...]:
        """All that is told of it."""
        return self.leaves + self.also


@frozen(eq=False)
class Trial:
    """One label that was tried for one customer.

    Parameters
    ----------
    tried : Tried
    row : Row
    """

    tried: Tried = field(repr=False)
    row: Row = field(repr=False)

    @property
    def label(self) -> str:
        """Its code."""
        return self.tried.label

    @property
    def title(self) -> Title:
        """What it is called."""
        return self.tried.title

    @property
    def key(self) -> str:
        """Where its condition stands in the policy."""
        return self.tried.key

    @property
    def holds(self) -> bool | None:
        """Whether its condition holds; None where it cannot be told."""
        return self.tried.holds

    @property
    def source(self) -> str:
        """Who says so."""
        return self.tried.source

    @property
    def asked(self) -> frozenset[str]:
        """The codes of all that its condition asks for."""
        return self.tried.asked

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The clauses on which that rests; none for the last label."""
        return tuple([Clause(leaf, self.row) for leaf in self.tried.leaves])

    @property
    def also(self) -> tuple[Clause, ...]:
        """Clauses that would do in the place of some of these, since they hold too."""
        return tuple([Clause(leaf, self.row) for leaf in self.tried.also])

    def __repr__(self) -> str:
        return f"Trial({self.label}, holds={self.holds})"


FindMissing = Callable[[Sequence[Leaf]], tuple[Missing, ...]]
"""Finds out what is missing where clauses cannot be told."""


@frozen(eq=False)
class Told:
    """The label of one family, as for every customer with the same answers.

    Parameters
    ----------
    family, label : str
        Codes.
    family_title, label_title : Title
    tried : tuple of Tried
        Every label up to the one that decided, in order of trial: the last is the label
        given, or the one that could not be told. Empty for a classifier of one's own.
    playbook : Playbook or None
    source : str
    rests : frozenset of str
        The scores and lookups on which this rests.
    """

    family: str
    label: str
    family_title: Title
    label_title: Title
    tried: tuple[Tried, ...] = ()
    playbook: Playbook | None = None
    source: str = ""
    rests: frozenset[str] = frozenset()


@frozen(eq=False)
class Reason:
    """Why one family gave its label to one customer.

    Parameters
    ----------
    told : Told
    row : Row
    """

    told: Told = field(repr=False)
    row: Row = field(repr=False)
    _find: FindMissing = field(repr=False)

    @property
    def family(self) -> str:
        """The code of the family."""
        return self.told.family

    @property
    def label(self) -> str:
        """The code of the label."""
        return self.told.label

    @property
    def family_title(self) -> Title:
        """What the family is called."""
        return self.told.family_title

    @property
    def label_title(self) -> Title:
        """What the label is called."""
        return self.told.label_title

    @property
    def source(self) -> str:
        """Where the family comes from."""
        return self.told.source

    @property
    def playbook(self) -> Playbook | None:
        """What is owed to customers of the label."""
        return self.told.playbook

    @property
    def trials(self) -> tuple[Trial, ...]:
        """Every label up to the one that decided, in order of trial."""
        return tuple([Trial(one, self.row) for one in self.told.tried])

    @property
    def decided(self) -> Trial | None:
        """The label given, or the one that could not be told."""
        tried = self.told.tried
        return Trial(tried[-1], self.row) if tried else None

    @property
    def rejected(self) -> tuple[Trial, ...]:
        """The labels before it, of which none holds."""
        return self.trials[:-1]

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The clauses that decided; of the last label those that ruled others out."""
        if self.decided is None:
            return ()
        if self.decided.clauses:
            return self.decided.clauses
        return tuple(clause for trial in self.rejected for clause in trial.clauses)

    @property
    def missing(self) -> tuple[Missing, ...]:
        """Why the label is UNKNOWN; nothing where it is known."""
        tried = self.told.tried
        return self._find(tried[-1].leaves) if tried and not tried[-1].holds else ()

    def __repr__(self) -> str:
        return f"Reason({self.family}={self.label})"
