"""Whether anybody can get a label or a tier: a rule that never decides is a mistake.

Labels are tried from top to bottom, so a label can be out of reach although its
condition is sound: "twelve days or more" below "four days or more" is never asked.
Nobody sees that in the results, only that a class of customers stays empty.

The method: a search for facts with which a label's condition holds and those above it
do not (:mod:`custseg.rules.checks.demands`, :mod:`custseg.rules.checks.regions`); where
there are none, a second look tells which label above takes them all. A tier is out of
reach when its entry lies above every score that the parts can give.

Limits: only what is certain is told. Facts that depend on one another, such as orders
in the window and orders ever, are taken to be independent, so a label may be out of
reach without being found. A policy with very many labels is not searched to its end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from custseg.rules.checks.demands import Demands
from custseg.rules.checks.ranges import range_of
from custseg.rules.checks.regions import ANYTHING, Fits, Range, Searcher, Values, Words
from custseg.rules.describing import described
from custseg.rules.expression.nodes import All, Node, to_text
from custseg.rules.files.structure import is_flag
from custseg.rules.paths import Found, Path, found_at
from custseg.rules.plan import PlannedFamily, PlannedPart, PlannedScore
from custseg.rules.policy import Family, Grading, Lookup, PolicyTree, Score
from custseg.scoring.catalogue import CATALOGUE
from custseg.units import Unit

__all__ = ["Reach", "as_written", "place_of", "score_range"]

_COUNT = Range(Fraction(0), whole=True)
_LEAST_STEP = Fraction(1, 10**6)
"""The score is rounded to it."""
_LONGEST_PAIR = 150
_MOST_CLAUSES = 20
"""So many clauses of a condition are looked at to find two that clash."""


class Reach:
    """What is certain about the labels and tiers of one policy.

    Parameters
    ----------
    policy : PolicyTree
    units : mapping of str to Unit
        Of every name that an expression may use.
    words : mapping of str to tuple of str
        The codes of each family and each lookup of codes.
    scores : sequence of PlannedScore or None
        One for each score of the policy; None where its formula cannot be read.

    Examples
    --------
    >>> from custseg.rules.files.loader import load_tree, policy_from_text
    >>> from custseg.rules.files.loader import policy_to_text
    >>> text = policy_to_text(load_tree("company"))
    >>> policy_from_text(text.replace("purchase_days >= regular_days",
    ...                               "purchase_days >= regular_days + 10"))
    Traceback (most recent call last):
        ...
    custseg.errors.PolicyError: $.families.frequency.labels[4].when: nobody can get \
'REGULAR': whoever meets its condition is 'FREQUENT' already; got purchase_days >= 14 \
below purchase_days >= 12; ...
    """

    def __init__(
        self,
        policy: PolicyTree,
        units: Mapping[str, Unit],
        words: Mapping[str, tuple[str, ...]],
        scores: Sequence[PlannedScore | None],
    ) -> None:
        domains: dict[str, Values] = {
            code: Words(frozenset(known)) for code, known in words.items()
        }
        own = {one.code for one in policy.features}
        domains |= {
            code: _COUNT for code in {*CATALOGUE, *own} if units.get(code) is Unit.COUNT
        }
        domains |= {
            one.code: _lookup_range(one)
            for one in policy.lookups
            if one.unit is not Unit.TEXT
        }
        for score, planned in zip(policy.scores, scores, strict=True):
            domains[score.code] = score_range(score, planned, domains)
        known = {"score": Unit.SCORE, "coverage": Unit.SHARE, **units}
        self.demands: Demands = Demands(known, domains)
        self.searcher: Searcher = Searcher(self.demands.domains)

    def unreachable(self, planned: PlannedFamily) -> Iterator[Found]:
        """Yield a problem for each label of a family that nobody can get.

        The last label, which is for all others, is left to :meth:`is_exhausted`.
        """
        for place, condition in enumerate(planned.conditions[:-1]):
            if condition is None:
                continue
            path = place_of(planned.family, place)
            if unmeetable := list(self.unmeetable(condition.node, path)):
                yield from unmeetable
                continue
            above = self._above(planned, place)
            if self._may_hold(condition.node, not_=list(above.values())):
                continue
            takers = (
                at
                for at, node in above.items()
                if not self._may_hold(condition.node, not_=[node])
            )
            yield self._taken(planned, place, next(takers, None))

    def _taken(self, planned: PlannedFamily, place: int, taker: int | None) -> Found:
        """Return the problem that labels above a label take all of its customers."""
        path, codes = place_of(planned.family, place), planned.family.labels
        who = f"nobody can get '{codes[place].code}': whoever meets its condition is"
        if taker is None:
            return found_at(
                path,
                f"{who} one of those above already",
                hint="put it higher up, or change the conditions",
            )
        above = codes[taker].code
        own, its = (
            "" if one is None else to_text(one.node)
            for one in (planned.conditions[place], planned.conditions[taker])
        )
        is_short = len(own) + len(its) <= _LONGEST_PAIR
        return found_at(
            path,
            f"{who} '{above}' already",
            got=f"{own} below {its}" if is_short else "",
            hint=f"put it above '{above}', or change one of the two conditions",
        )

    def unmeetable(self, node: Node, path: Path) -> Iterator[Found]:
        """Yield a problem where nobody can meet a condition."""
        if not self._may_hold(node):
            got = self._clash(node)
            yield found_at(path, "nobody can meet this condition", got=got)

    def is_exhausted(self, planned: PlannedFamily) -> bool:
        """Say whether nobody is left for the last label of a family."""
        above = self._above(planned, len(planned.conditions) - 1)
        return not self._may_hold(None, not_=list(above.values()))

    def reaches_last(self, planned: PlannedFamily, fact: str, values: Range) -> bool:
        """Say whether somebody of certain values may get the last label."""
        above = self._above(planned, len(planned.conditions) - 1)
        return self._may_hold(None, fact, values, not_=list(above.values()))

    def part_ranges(self, parts: Sequence[PlannedPart]) -> list[Range]:
        """Return between which points each part of the composite score lies."""
        return [range_of(one.checked.node, self.demands.domains) for one in parts]

    def unreachable_tiers(
        self, grading: Grading, parts: Sequence[PlannedPart]
    ) -> Iterator[Found]:
        """Yield a problem for each tier whose entry no score can reach."""
        if not parts or len(parts) < len(grading.parts):
            return
        highest = max(one.high for one in self.part_ranges(parts))
        for place, tier in enumerate(grading.tiers):
            if tier.entry is not None and tier.entry > highest + _LEAST_STEP:
                most = as_written(highest)
                yield found_at(
                    ("grading", "tiers", place, "entry"),
                    f"nobody can reach this tier: the score is at most {most}",
                    got=described(tier.entry),
                    hint="a part gives 0 to 100 points, such as 100 * pct(spend)"
                    if highest <= 1
                    else "lower the entry, or let a part give more points",
                )

    def _may_hold(
        self,
        node: Node | None,
        fact: str = "",
        values: Values = ANYTHING,
        *,
        not_: Sequence[Node] = (),
    ) -> bool:
        wanted = [self.demands.of(one, holding=False) for one in not_]
        if node is not None:
            wanted.append(self.demands.of(node, holding=True))
        if fact:
            wanted.append(Fits(fact, values))
        return self.searcher.find(wanted) is not None

    def _above(self, planned: PlannedFamily, place: int) -> dict[int, Node]:
        above = enumerate(planned.conditions[:place])
        return {at: one.node for at, one in above if one is not None}

    def _clash(self, node: Node) -> str:
        """Return the clause that cannot hold, or the first two that exclude each other.

        Empty where it takes more of them together.
        """
        clauses = (node.items if isinstance(node, All) else (node,))[:_MOST_CLAUSES]
        holding = [self.demands.of(one, holding=True) for one in clauses]
        for clause, one in zip(clauses, holding, strict=True):
            if self.searcher.find([one]) is None:
                return to_text(clause)
        for at, one in enumerate(holding):
            for before, other in enumerate(holding[:at]):
                if self.searcher.find([other, one]) is None:
                    return f"{to_text(clauses[before])} and {to_text(clauses[at])}"
        return ""


def score_range(
    score: Score, planned: PlannedScore | None, domains: Mapping[str, Values]
) -> Range:
    """Return between which bounds a score lies.

    Examples
    --------
    >>> from custseg.labels import Title
    >>> from custseg.rules.policy import Bins
    >>> stars = Score("stars", Title("", ""), "spend", Bins("quantile", 5))
    >>> found = score_range(stars, None, {})
    >>> int(found.low), int(found.high), found.whole
    (1, 5, True)
    """
    if score.bins is not None:
        steps = score.bins.into
        if score.bins.by == "edges":
            steps = len(score.bins.at) + 1
        most = max(steps, score.bins.otherwise)
        return Range(Fraction(1), Fraction(most), whole=True)
    return range_of(planned.checked.node, domains) if planned else ANYTHING


def _lookup_range(lookup: Lookup) -> Range:
    values = [one.value for one in lookup.entries]
    if lookup.otherwise is not None:
        values.append(lookup.otherwise)
    numbers = [Fraction(one) for one in values if isinstance(one, Decimal)]
    if not numbers or len(numbers) < len(values):
        return ANYTHING
    return Range(min(numbers), max(numbers))


def as_written(number: Fraction | float) -> str:
    """Return a number as a person writes it, with at most six decimals.

    Examples
    --------
    >>> as_written(Fraction(100)), as_written(Fraction(1, 3))
    ('100', '0.333333')
    """
    return f"{float(number):.6f}".rstrip("0").rstrip(".")


def place_of(family: Family, place: int) -> Path:
    """Return the path of the condition of a label.

    Examples
    --------
    >>> from custseg.rules.files.loader import load_tree
    >>> families = {one.code: one for one in load_tree("company").families}
    >>> place_of(families["value"], 1), place_of(families["churn_risk"], 0)
    (('families', 'value', 'labels', 1, 'when'), ('families', 'churn_risk', 'yes'))
    """
    if is_flag(family):
        return ("families", family.code, "yes")
    return ("families", family.code, "labels", place, "when")
