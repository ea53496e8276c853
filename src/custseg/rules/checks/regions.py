"""Which facts a condition leaves open: ranges of numbers, words, known or not.

Whether somebody can meet several conditions at once is a question about facts. Each
fact is a number in a range, one of some words, or not known; a condition narrows what
its facts can be, and where nothing is left of one of them, nobody meets it.

The method: a search. What must hold narrows the facts at once; where one of several
things may hold, each is tried in turn. The answer "impossible" is certain, "possible"
is not: facts are looked at one by one, so that ``orders >= 1`` and
``spend / orders < 0`` are two facts that know nothing of each other.

Limits: a search that takes too many steps ends with "possible".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import ceil, floor, inf
from typing import Final

from attrs import evolve, field, frozen

__all__ = [
    "ALWAYS",
    "ANYTHING",
    "NEVER",
    "Every",
    "Facts",
    "Fits",
    "Formula",
    "Range",
    "Searcher",
    "Some",
    "Told",
    "Values",
    "Words",
]

Bound = Fraction | float
"""An exact number, or infinity."""


@frozen
class Range:
    """Numbers between two bounds, each of which may belong to them or not.

    Parameters
    ----------
    low, high : Fraction or infinity
    low_out, high_out : bool
        Whether the bound itself is left out.
    whole : bool
        Only whole numbers.
    without : frozenset of Fraction
        Numbers that are left out.

    Examples
    --------
    >>> band = Range(Fraction(4), Fraction(12), high_out=True, whole=True)
    >>> band.met(Range(Fraction(11), low_out=True)).is_empty
    True
    """

    low: Bound = -inf
    high: Bound = inf
    low_out: bool = False
    high_out: bool = False
    whole: bool = False
    without: frozenset[Fraction] = field(factory=frozenset)

    @property
    def is_empty(self) -> bool:
        """Whether no number is left."""
        if self.low > self.high:
            return True
        if self.low < self.high:
            return False
        is_point = isinstance(self.low, Fraction)
        return not is_point or self.low_out or self.high_out or self.low in self.without

    def holds(self, value: Fraction) -> bool:
        """Say whether a number is one of them."""
        return not self.met(Range(value, value)).is_empty

    def met(self, other: Range) -> Range:
        """Return the numbers that belong to both."""
        low, low_out = max((self.low, self.low_out), (other.low, other.low_out))
        high, high_in = min(
            (self.high, not self.high_out), (other.high, not other.high_out)
        )
        both = Range(
            low,
            high,
            low_out,
            not high_in,
            self.whole or other.whole,
            self.without | other.without,
        )
        return both._tight() if both.whole else both

    def _tight(self) -> Range:
        """Return the same whole numbers, between the first and the last of them."""
        low, high = self.low, self.high
        if isinstance(low, Fraction):
            low = Fraction(ceil(low) + (self.low_out and low.denominator == 1))
            while low in self.without:
                low += 1
        if isinstance(high, Fraction):
            high = Fraction(floor(high) - (self.high_out and high.denominator == 1))
            while high in self.without and high >= low:
                high -= 1
        return evolve(self, low=low, high=high, low_out=False, high_out=False)

    def witness(self) -> Fraction:
        """Return one of the numbers; the range must not be empty."""
        low, high = self.low, self.high
        if isinstance(low, Fraction) and not self.low_out and low not in self.without:
            return low
        if (
            isinstance(high, Fraction)
            and not self.high_out
            and high not in self.without
        ):
            return high
        step = Fraction(1)
        start = low if isinstance(low, Fraction) else high
        if not isinstance(start, Fraction):
            start = Fraction(-1)
        elif start == high:
            step = Fraction(-1)
        if isinstance(low, Fraction) and isinstance(high, Fraction):
            step = (high - low) / (len(self.without) + 2)
        here = start + step
        while here in self.without:
            here += step
        return here


@frozen
class Words:
    """Texts: these, or all but these.

    Examples
    --------
    >>> Words(frozenset({"A", "B"})).met(Words(frozenset({"A"}), others=True)).words
    frozenset({'B'})
    """

    words: frozenset[str]
    others: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether no text is left."""
        return not self.words and not self.others

    def met(self, other: Words) -> Words:
        """Return the texts that belong to both."""
        if self.others and other.others:
            return Words(self.words | other.words, others=True)
        if self.others:
            return Words(other.words - self.words)
        if other.others:
            return Words(self.words - other.words)
        return Words(self.words & other.words)


Values = Range | Words
ANYTHING: Final = Range()
"""Any number at all."""


@frozen
class Fits:
    """A fact is known and one of some values."""

    fact: str
    values: Values


@frozen
class Told:
    """A fact is known, or it is not."""

    fact: str
    known: bool


@frozen(eq=False)
class Every:
    """All of some things hold."""

    items: Sequence[Formula]


@frozen(eq=False)
class Some:
    """At least one of some things holds."""

    items: Sequence[Formula]


Formula = Fits | Told | Every | Some
ALWAYS: Final = Every(())
NEVER: Final = Some(())

_Fact = tuple[Values | None, bool | None]
Facts = Mapping[str, _Fact]
"""Of each fact what it may be, and whether it is known; None leaves that open."""

_DEEPEST: Final = 200


class _TooLongError(Exception):
    """The search has taken more steps than it may."""


class Searcher:
    """Answers whether conditions can hold together, within a number of steps.

    Parameters
    ----------
    domains : mapping of str to values
        What a fact can be in any case; asked when a fact is first met.
    most : int
        How many steps all searches may take together.

    Examples
    --------
    >>> searcher = Searcher({})
    >>> few, many = Range(high=Fraction(3)), Range(low=Fraction(4))
    >>> searcher.find([Fits("orders", few), Fits("orders", many)]) is None
    True
    >>> searcher.find([Fits("orders", few), Told("quantity", known=False)])["orders"]
    (Range(low=-inf, high=Fraction(3, 1), ...), True)
    """

    def __init__(self, domains: Mapping[str, Values], *, most: int = 100_000) -> None:
        self.domains = domains
        self.left: int = most

    def find(self, formulas: Iterable[Formula]) -> Facts | None:
        """Return facts with which all formulas may hold; None where none can.

        Returns
        -------
        mapping or None
            Empty where the search was given up: then nothing is certain.
        """
        try:
            return self._find({}, list(formulas), 0)
        except _TooLongError:
            return {}

    def _find(self, facts: Facts, waiting: list[Formula], depth: int) -> Facts | None:
        if depth > _DEEPEST:
            raise _TooLongError
        here = dict(facts)
        choices = self._settled(here, waiting)
        if not choices:
            return None if choices is None else here
        first, *rest = sorted(choices, key=lambda one: len(one.items))
        for option in first.items:
            found = self._find(here, [option, *rest], depth + 1)
            if found is not None:
                return found
        return None

    def _settled(
        self, here: dict[str, _Fact], waiting: list[Formula]
    ) -> list[Some] | None:
        """Narrow the facts by all that is certain; return the choices that are left.

        None where nothing is left of a fact, or of a choice.
        """
        choices: list[Some] = []
        while waiting:
            self._step()
            match waiting.pop():
                case Every() as one:
                    waiting += one.items
                case Some() as one:
                    choices.append(one)
                case (Fits() | Told()) as one:
                    narrowed = self._narrowed(here, one)
                    if narrowed is None:
                        return None
                    here[one.fact] = narrowed
            if not waiting:
                waiting, choices = self._forced(here, choices)
                if any(not one.items for one in choices):
                    return None
        return choices

    def _step(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise _TooLongError

    def _forced(
        self, here: Facts, choices: list[Some]
    ) -> tuple[list[Formula], list[Some]]:
        """Strike the options that cannot hold; return what is then certain."""
        forced: list[Formula] = []
        open_: list[Some] = []
        for choice in choices:
            options = [one for one in choice.items if self._may_hold(here, one)]
            if len(options) == 1:
                forced += options
            else:
                open_.append(Some(options))
        return forced, open_

    def _may_hold(self, here: Facts, option: Formula) -> bool:
        """Say whether an option is not out of the question at first sight."""
        self._step()
        match option:
            case Fits() | Told():
                return self._narrowed(here, option) is not None
            case Every():
                direct = [one for one in option.items if isinstance(one, Fits | Told)]
                return all(self._narrowed(here, one) is not None for one in direct)
            case _:
                return bool(option.items)

    def _narrowed(self, here: Facts, one: Fits | Told) -> _Fact | None:
        """Return what is left of a fact; None where nothing is."""
        values, known = here.get(one.fact, (self.domains.get(one.fact), None))
        if isinstance(one, Told):
            return (
                None
                if known is not None and known != one.known
                else (values, one.known)
            )
        if known is False:
            return None
        left = one.values if values is None else _met(values, one.values)
        return None if left.is_empty else (left, True)


def _met(one: Values, other: Values) -> Values:
    if isinstance(one, Range) and isinstance(other, Range):
        return one.met(other)
    if isinstance(one, Words) and isinstance(other, Words):
        return one.met(other)
    message = "a fact is either a number or a text"
    raise TypeError(message)
