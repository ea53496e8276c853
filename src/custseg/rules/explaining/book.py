"""A policy ready to be explained: conditions taken apart, formulas with what they show.

Made once for a fitted policy, the first time that somebody asks why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from attrs import field, frozen

from custseg.labels import Title
from custseg.rules.explaining.graded import PartNote
from custseg.rules.explaining.ladders import Ladder, Rung
from custseg.rules.explaining.leaves import (
    Branch,
    Leaf,
    Passage,
    Quantity,
    Row,
    essential_names,
    leaves_of,
    weigh,
)
from custseg.rules.explaining.scored import Found, LookupNote, Scored, ScoreNote
from custseg.rules.explaining.sheet import Sheet
from custseg.rules.explaining.terms import Speech
from custseg.rules.explaining.vocabulary import settings_of, terms_of
from custseg.rules.expression import Call, Checked, Name, walk
from custseg.rules.files.structure import is_flag
from custseg.rules.learned import Edges, Learned, scaled_edges
from custseg.rules.plan import Plan, PlannedFamily, PlannedPart, PlannedScore
from custseg.rules.policy import Lookup

__all__ = ["Book", "make_book"]


@frozen(eq=False)
class Notes:
    """The scores and lookups of a policy, and what each rests on.

    Parameters
    ----------
    scores : mapping of str to ScoreNote
        In the order of the policy.
    lookups : mapping of str to LookupNote
    """

    scores: Mapping[str, ScoreNote]
    lookups: Mapping[str, LookupNote]
    _under: dict[str, frozenset[str]] = field(factory=dict, init=False, repr=False)

    def under_leaf(self, leaf: Leaf) -> frozenset[str]:
        """Return the scores and lookups on which a clause rests, through others too."""
        return self.under(leaf.shown)

    def under(self, shown: Iterable[Quantity]) -> frozenset[str]:
        """Return the scores and lookups behind what is shown, through others too."""
        terms = [one.term for one in shown if one.term is not None]
        return frozenset[str]().union(*(self._under_code(one.code) for one in terms))

    def _under_code(self, code: str) -> frozenset[str]:
        if code not in self._under:
            found: frozenset[str] = frozenset()
            if code in self.scores:
                note = self.scores[code]
                found = self.under(note.shown) | {code}
                leaves = () if note.only_if is None else leaves_of(note.only_if)
                found = found.union(*map(self.under_leaf, leaves))
            elif code in self.lookups:
                found = self.under([self.lookups[code].of]) | {code}
            self._under[code] = found
        return self._under[code]

    def scored(self, codes: frozenset[str], row: Row) -> tuple[Scored, ...]:
        """Return how some scores came about for one customer."""
        found = []
        for code, note in self.scores.items():
            if code not in codes:
                continue
            left_out = False
            leaves: tuple[Leaf, ...] = ()
            if note.only_if is not None:
                holds, leaves = weigh(note.only_if, row.values)
                left_out = holds is False
            found.append(Scored(note, row, left_out, leaves))
        return tuple(found)

    def found(self, codes: frozenset[str], row: Row) -> tuple[Found, ...]:
        """Return what some lookups found for one customer."""
        notes = self.lookups.items()
        return tuple(Found(note, row) for code, note in notes if code in codes)


@frozen(eq=False)
class Book:
    """Everything of a fitted policy that explanations speak of.

    Parameters
    ----------
    sheet : Sheet
    notes : Notes
    families : mapping of str to Ladder
    parts : tuple of PartNote
    rests : frozenset of str
        The scores and lookups on which the parts rest.
    tiers : Ladder or None
        What earns each tier, as if it were a label.
    gates : tuple of Branch
    """

    sheet: Sheet
    notes: Notes
    families: Mapping[str, Ladder]
    parts: tuple[PartNote, ...]
    rests: frozenset[str]
    tiers: Ladder | None
    gates: tuple[Branch, ...]


def make_book(
    plan: Plan,
    learned: Learned,
    titles: Mapping[str, Title],
    speech: Speech,
    *,
    on: date,
) -> Book:
    """Take a fitted policy apart.

    Parameters
    ----------
    plan : Plan
    learned : Learned
    titles : mapping of str to Title
        Of features and all that the policy names.
    speech : Speech
    on : date
        The day whose thresholds hold.
    """
    maker = _Maker(plan, learned, titles, speech, on)
    notes = maker.notes
    parts = tuple(map(maker.part, plan.parts))
    return Book(
        maker.sheet,
        notes,
        {one.family.code: maker.family(one) for one in plan.families},
        parts,
        notes.under(one for part in parts for one in part.shown),
        maker.tiers(),
        maker.gates(),
    )


class _Maker:
    """Takes the parts of one policy apart, over one sheet."""

    def __init__(
        self,
        plan: Plan,
        learned: Learned,
        titles: Mapping[str, Title],
        speech: Speech,
        on: date,
    ) -> None:
        self.plan = plan
        self.learned = learned
        self.settings = settings_of(plan, on)
        self.sheet = Sheet(terms_of(plan, titles, speech), learned, speech)
        self.notes = Notes(
            {one.score.code: self.score(one) for one in plan.scores},
            {one.code: self.lookup(one) for one in plan.lookups},
        )

    def branch(self, checked: Checked | None, key: str, text: str) -> Branch | None:
        if checked is None:
            return None
        return self.sheet.branch(checked.node, Passage(key, text, self.settings))

    def ladder(self, rungs: Sequence[Rung]) -> Ladder:
        return Ladder(rungs, self.notes.under_leaf)

    def family(self, planned: PlannedFamily) -> Ladder:
        family, rungs = planned.family, []
        for rule, checked in zip(family.labels, planned.conditions, strict=True):
            key = f"families.{family.code}.labels.{rule.code}.when"
            if is_flag(family):
                key = f"families.{family.code}.yes"
            branch = self.branch(checked, key, rule.when)
            rungs.append(Rung(rule.code, rule.title, key, branch, rule.source))
        return self.ladder(rungs)

    def tiers(self) -> Ladder | None:
        grading, rungs = self.plan.policy.grading, []
        if grading is None:
            return None
        for tier, checked in zip(grading.tiers, self.plan.tiers.enters, strict=True):
            key = f"grading.tiers.{tier.code}.{'enter' if tier.enter else 'entry'}"
            branch = self.branch(checked, key, tier.enter_condition)
            rungs.append(Rung(tier.code, tier.title, key, branch))
        return self.ladder(rungs)

    def gates(self) -> tuple[Branch, ...]:
        grading = self.plan.policy.grading
        branches = [
            self.branch(checked, f"grading.gates.{gate.code}.when", gate.when)
            for gate, checked in zip(
                grading.gates if grading else (), self.plan.tiers.gates, strict=True
            )
        ]
        return tuple(one for one in branches if one is not None)

    def score(self, planned: PlannedScore) -> ScoreNote:
        score, node, sheet = planned.score, planned.checked.node, self.sheet
        key, only_if = f"scores.{score.code}", None
        passage = Passage(f"{key}.of", score.of, self.settings)
        formula = sheet.quantity(node)
        if score.bins is not None:
            text = score.bins.only_if
            only_if = self.branch(planned.only_if, f"{key}.bins.only_if", text)
        return ScoreNote(
            sheet.terms[score.code],
            sheet.column(Name(score.code)),
            score,
            " ".join(score.of.split()),
            formula,
            sheet.quantities(node),
            passage.settings_in(node),
            sheet.learnt(node),
            self.edges(planned, formula),
            only_if,
            essential_names(node),
            {
                part: sheet.branch(part.arguments[0], passage)
                for part in walk(node)
                if isinstance(part, Call) and part.function == "if"
            },
        )

    def edges(self, planned: PlannedScore, formula: Quantity) -> Edges | None:
        bins = planned.score.bins
        if bins is None:
            return None
        if bins.by == "edges":
            return scaled_edges(bins, formula.unit, self.sheet.speech.decimals)
        return self.learned.edges.get(planned.score.code)

    def lookup(self, lookup: Lookup) -> LookupNote:
        at = self.sheet.column(Name(lookup.code))
        of = self.sheet.quantity(Name(lookup.of))
        return LookupNote(lookup, self.sheet.terms[lookup.code], at, of)

    def part(self, planned: PlannedPart) -> PartNote:
        part, node = planned.part, planned.checked.node
        key = f"grading.parts.{part.code}.score"
        return PartNote(
            part,
            " ".join(part.score.split()),
            self.sheet.quantities(node),
            Passage(key, part.score, self.settings).settings_in(node),
            self.sheet.learnt(node),
            essential_names(node),
        )
