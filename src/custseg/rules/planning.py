"""Make a plan of a policy, which is also the proof that the policy makes sense.

The method: names become known from the top of the file down. Features and thresholds
are known everywhere; a lookup may use features and the lookups above it, a score the
scores above it, a family all scores and the families above it, a part of the composite
score everything. Nothing can go in a circle.

Limits: a label of a family that is UNKNOWN is an unknown text, not the text UNKNOWN.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from custseg.errors import ExpressionError, PolicyError, did_you_mean
from custseg.labels import UNKNOWN
from custseg.periods import Window
from custseg.rules.checks.reachability import Reach, place_of
from custseg.rules.checks.soundness import unsound
from custseg.rules.expression.checker import Wanted, check
from custseg.rules.expression.nodes import Name, Node, names_in, walk
from custseg.rules.expression.parser import parse
from custseg.rules.expression.scope import Checked, Constant, Scope
from custseg.rules.expression.spots import problem_at
from custseg.rules.files.reading import MOST_PROBLEMS
from custseg.rules.grading import Conditioned
from custseg.rules.named_features import (
    check_named,
    check_words,
    named_feature,
    unasked,
    window_of,
)
from custseg.rules.paths import Found, Path, found_at, spelled
from custseg.rules.plan import (
    Plan,
    PlannedFamily,
    PlannedPart,
    PlannedScore,
    PlannedTiers,
    later_expressions,
)
from custseg.rules.policy import Family, Lookup, PolicyTree, Score
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Feature
from custseg.units import Unit

__all__ = ["make_plan", "plan_and_reach", "plan_or_problems"]


def make_plan(
    policy: PolicyTree,
    *,
    on: date | None = None,
    catalogue: Mapping[str, Feature] = CATALOGUE,
) -> Plan:
    """Read and check every expression of a policy.

    Parameters
    ----------
    policy : PolicyTree
    on : date or None
        The day whose thresholds hold; None takes the present value of each.
    catalogue : mapping of str to Feature
        The features that need no entry in the policy.

    Returns
    -------
    Plan

    Raises
    ------
    PolicyError
        With everything in the policy that does not make sense.

    Examples
    --------
    >>> from custseg.rules.files.loader import load_tree
    >>> plan = make_plan(load_tree("company"))
    >>> scores = {one.score.code: one for one in plan.scores}
    >>> sorted(scores["fm_score"].checked.names)
    ['frequency_score', 'monetary_score']
    >>> [name for name, _, _ in plan.features][:3]
    ['spend', 'orders', 'purchase_days']
    """
    surveyor = _Surveyor(policy, on, catalogue, frozenset())
    plan = surveyor.plan()
    if plan is None:
        raise PolicyError(*(found.problem for found in surveyor.found))
    return plan


def plan_or_problems(
    policy: PolicyTree, *, ill: frozenset[str]
) -> tuple[Plan | None, list[Found]]:
    """Return the plan of a policy, and everything for which loading refuses it.

    That is what :func:`make_plan` would refuse, and labels and tiers out of reach.

    Parameters
    ----------
    policy : PolicyTree
    ill : frozenset of str
        Codes that are known to be wrong already: nothing that names one is judged.
    """
    surveyor = _Surveyor(policy, None, CATALOGUE, ill)
    plan = surveyor.plan()
    return plan, [*surveyor.found, *surveyor.out_of_reach()]


def plan_and_reach(policy: PolicyTree) -> tuple[Plan, Reach]:
    """Return the plan of a policy, and what is certain about its labels.

    Parameters
    ----------
    policy : PolicyTree

    Raises
    ------
    PolicyError
        With everything in the policy that does not make sense.
    """
    surveyor = _Surveyor(policy, None, CATALOGUE, frozenset())
    plan = surveyor.plan()
    found = [*surveyor.found, *surveyor.out_of_reach()]
    if plan is None or found:
        raise PolicyError(*(one.problem for one in found))
    return plan, surveyor.reach()


Checks = tuple[Checked, ...]


def _names_in(every: Iterable[Checked]) -> frozenset[str]:
    return frozenset[str]().union(*(one.names for one in every))


class _Surveyor:
    """One walk down a policy; gathers what is known so far, and what is wrong."""

    def __init__(
        self,
        policy: PolicyTree,
        on: date | None,
        catalogue: Mapping[str, Feature],
        ill: frozenset[str],
    ) -> None:
        self.policy = policy
        self.catalogue = catalogue
        self.found = unsound(policy)
        self.units = {code: catalogue[code].unit for code in catalogue}
        self.own: dict[str, tuple[Feature, Window]] = {}
        self.words: dict[str, tuple[str, ...]] = {}
        self.used: set[str] = set()
        self.ill = set(ill)
        self.ill |= {
            str(one.path[1])
            for one in self.found
            if one.path[0] == "thresholds" and one.path[2:] in {("is",), ("unit",)}
        }
        self.to_come = {one.code: "families" for one in policy.families}
        self.to_come |= {one.code: "scores" for one in policy.scores}
        self.to_come |= {one.code: "lookups" for one in policy.lookups}
        self.of_words = {one.code: one for one in policy.lookups if one.is_of_words}
        self.scores: tuple[PlannedScore | None, ...] = ()
        self.families: tuple[PlannedFamily, ...] = ()
        self.parts: tuple[PlannedPart, ...] = ()
        self.graded = PlannedTiers()
        self.constants: dict[str, Constant] = {}
        for one in (*policy.thresholds, *policy.entries):
            if self.is_free(one.code, "thresholds"):
                holds = one.on(on) if on else one
                self.constants[one.code] = Constant(holds.value, holds.unit)

    def plan(self) -> Plan | None:
        self.name_features()
        reference = self.reference()
        for lookup in self.policy.lookups:
            self.look_up(lookup)
        scores = self.scores = tuple(map(self.score, self.policy.scores))
        families = self.families = tuple(map(self.family, self.policy.families))
        grading = self.policy.grading
        parts = self.parts = tuple(
            PlannedPart(part, checked)
            for place, part in enumerate(grading.parts if grading else ())
            if (checked := self.number(part.score, "grading", "parts", place, "score"))
        )
        tiers = self.graded = self.tiers()
        self.find_unused()
        if self.found or reference is None:
            return None
        sure = tuple(one for one in scores if one is not None)
        every = (reference, *later_expressions(sure, families, parts))
        names = _names_in((*every, *tiers.entitling))
        asked = [one for one in self.policy.lookups if one.code in self.used]
        lookups = [one for one in asked if not one.is_of_words]
        names |= {one.of for one in lookups}
        features = tuple(self.features(names))
        watched = tuple(self.features(_names_in(tiers.reviewing) - names))
        needs = {need for _, one, _ in (*features, *watched) for need in one.reads}
        return Plan(
            policy=self.policy,
            features=features,
            watched=watched,
            columns=frozenset(needs),
            reference=reference,
            lookups=tuple(lookups),
            scores=sure,
            families=families,
            parts=parts,
            tiers=tiers,
        )

    def tiers(self) -> PlannedTiers:
        """Read what is asked about tiers; it may name the score."""
        grading = self.policy.grading
        if grading is None:
            return PlannedTiers()

        def bar(text: str, place: int, *keys: str) -> Checked | None:
            said = [key for key in keys if getattr(grading.tiers[place], key)]
            path = ("grading", "tiers", place, said[0] if said else keys[-1])
            return self.check(text, path, "condition") if text.strip() else None

        def each(table: str, rows: Sequence[Conditioned]) -> Checks:
            found = (
                self.check(one.when, ("grading", table, place, "when"), "condition")
                for place, one in enumerate(rows)
            )
            return tuple(one for one in found if one)

        cards = each("cards", grading.cards)  # the score rests on them
        before = dict(self.units)
        self.units |= {"score": Unit.SCORE, "coverage": Unit.SHARE}
        rows = tuple(enumerate(grading.tiers))
        planned = PlannedTiers(
            enters=tuple(
                bar(t.enter_condition, at, "enter", "entry") for at, t in rows
            ),
            stays=tuple(bar(t.stay_condition, at, "stay", "hold") for at, t in rows),
            cards=cards,
            gates=each("gates", grading.gates),
            triggers=each("triggers", grading.triggers),
            questions=tuple(
                (one.key, read)
                for one in self.policy.acting.questions()
                if (read := self.check(one.text, one.path, one.wanted))
            ),
        )
        self.units = before
        return planned

    def reach(self) -> Reach:
        """Return what is certain about the labels, once a plan was tried."""
        return Reach(self.policy, self.units, self.words, self.scores)

    def out_of_reach(self) -> Iterator[Found]:
        """Yield a problem for each label and tier that nobody can get."""
        reach = self.reach()
        for family in self.families:
            yield from reach.unreachable(family)
        grading = self.policy.grading
        if grading is None:
            return
        yield from reach.unreachable_tiers(grading, self.parts)
        for table, rows, read in (
            ("cards", grading.cards, self.graded.cards),
            ("gates", grading.gates, self.graded.gates),
            ("triggers", grading.triggers, self.graded.triggers),
        ):
            for place, one in enumerate(read if len(read) == len(rows) else ()):
                path = ("grading", table, place, "when")
                yield from reach.unmeetable(one.node, path)
        asked = {one.key: one for one in self.policy.acting.questions()}
        for key, one in self.graded.questions:
            if asked[key].wanted == "condition":
                yield from reach.unmeetable(one.node, asked[key].path)

    def wrong(
        self, path: Path, what: str, *, got: str = "", allowed: str = "", hint: str = ""
    ) -> None:
        self.found.append(found_at(path, what, got=got, allowed=allowed, hint=hint))

    def is_free(self, code: str, table: str) -> bool:
        """Say whether a code is that of no feature in the catalogue."""
        if code not in self.catalogue:
            return code not in self.units and code not in self.constants
        noun = {"families": "family"}.get(table, table.removesuffix("s"))
        what = f"'{code}' is a feature of the catalogue already"
        self.wrong((table, code), what, hint=f"rename the {noun}")
        return False

    def name_features(self) -> None:
        for one in self.policy.features:
            free = self.is_free(one.code, "features")
            self.found += check_named(one, self.policy, self.catalogue)
            self.used.add(one.groups)
            if one.attribute is None and one.feature not in self.catalogue:
                self.ill.add(one.code)
            elif free:
                feature = named_feature(one, self.policy, self.catalogue)
                self.units[one.code] = feature.unit
                self.own[one.code] = (feature, window_of(one, self.policy))
                if one.groups in self.of_words and feature.unit is Unit.TEXT:
                    self.words[one.code] = self.of_words[one.groups].words

    def reference(self) -> Checked | None:
        path = ("basis", "reference", "members")
        checked = self.check(self.policy.basis.reference.members, path, "condition")
        if checked and checked.fitted:
            self.wrong(
                path,
                "whoever belongs to the reference cannot depend on the reference",
                got=f"{checked.fitted[0].function}({checked.fitted[0].name})",
                hint="use plain features here",
            )
        for name in sorted(checked.names) if checked else ():
            of = self.own[name][0] if name in self.own else self.catalogue[name]
            if of.references:
                self.wrong(
                    path,
                    f"'{name}' compares with the reference, so it cannot make it up",
                    hint="use plain features here",
                )
        return checked

    def look_up(self, lookup: Lookup) -> None:
        path, of = ("lookups", lookup.code, "of"), lookup.of
        if lookup.is_of_words:
            self.is_free(lookup.code, "lookups")
            self.found += check_words(lookup, self.catalogue)
            return
        if of in self.ill or self.units.get(of) is Unit.TEXT:
            self.used.add(of)
        elif of in self.units:
            what = f"'{of}' is no text, and only texts are looked up"
            self.wrong(path, what, got=f"a feature of {self.units[of].value}")
        elif of in self.of_words:
            what, hint = unasked(self.of_words[of], self.policy)
            self.wrong(path, what, hint=hint)
        elif of in self.to_come:
            what = f"'{of}' is not known yet here"
            self.wrong(path, what, hint="look up a feature, or a lookup above")
        else:
            what = f"there is no feature or lookup '{of}'"
            texts = [name for name, unit in self.units.items() if unit is Unit.TEXT]
            hint = did_you_mean(of, texts)
            self.wrong(path, what, allowed=", ".join(texts), hint=hint)
        if self.is_free(lookup.code, "lookups"):
            self.units[lookup.code] = lookup.unit
            if lookup.unit is Unit.TEXT:
                self.words[lookup.code] = lookup.words

    def score(self, score: Score) -> PlannedScore | None:
        checked = self.number(score.of, "scores", score.code, "of")
        only_if, bins = None, score.bins
        if bins and bins.only_if:
            path = ("scores", score.code, "bins", "only_if")
            only_if = self.check(bins.only_if, path, "condition")
        if self.is_free(score.code, "scores"):
            if checked is None and bins is None:
                self.ill.add(score.code)
            else:
                unit = Unit.SCORE if bins or not checked else checked.unit
                self.units[score.code] = unit
        return PlannedScore(score, checked, only_if) if checked else None

    def family(self, family: Family) -> PlannedFamily:
        conditions = tuple(
            self.check(label.when, place_of(family, place), "condition")
            if label.when.strip()
            else None
            for place, label in enumerate(family.labels)
        )
        if self.is_free(family.code, "families"):
            self.units[family.code] = Unit.TEXT
            codes = tuple(label.code for label in family.labels)
            self.words[family.code] = tuple(code for code in codes if code != UNKNOWN)
        return PlannedFamily(family, conditions)

    def number(self, text: str, *path: str | int) -> Checked | None:
        return self.check(text, path, "number")

    def check(self, text: str, path: Path, wanted: Wanted) -> Checked | None:
        where = spelled(path)
        if len(self.found) > 2 * MOST_PROBLEMS:
            return None
        try:
            node = parse(text, where=where)
            names = names_in(node)
            self.used |= names
            if names & self.ill:  # what is wrong has been said where it is defined
                return None
            if early := self.too_early(node, text, path):
                self.found += early
                return None
            scope = Scope(self.units, self.constants, self.words)
            return check(node, scope, text=text, where=where, wanted=wanted)
        except ExpressionError as error:
            self.found += [Found(path, problem) for problem in error.problems]
            return None

    def too_early(self, node: Node, text: str, path: Path) -> list[Found]:
        """Return a problem for each name that becomes known only further down."""
        found = []
        for part in walk(node):
            name = part.name if isinstance(part, Name) else ""
            if name not in self.to_come or name in self.units or name in self.constants:
                continue
            what = f"'{name}' is not known yet here"
            hint = "a table can use what stands above it: move one of the two"
            if name in self.of_words:
                what, hint = unasked(self.of_words[name], self.policy)
            elif path[:2] == (self.to_come[name], name):
                what, hint = f"'{name}' cannot be made from itself", ""
            elif path[0] == "basis":
                what = "the reference can only use features and thresholds"
                hint = f"take {name} out of it"
            where = spelled(path)
            problem = problem_at(text, part.span, what, where=where, hint=hint)
            found.append(Found(path, problem))
        return found

    def find_unused(self) -> None:
        # What cannot be read may be what uses it.
        if self.found:
            return
        for table, entries in (
            ("thresholds", self.policy.thresholds),
            ("lookups", self.policy.lookups),
        ):
            for one in entries:
                if one.code not in self.used:
                    what = f"nothing uses this {table.removesuffix('s')}"
                    hint = "use it in a condition, or take it out"
                    if one.code in self.of_words:
                        _, hint = unasked(self.of_words[one.code], self.policy)
                    self.wrong((table, one.code), what, hint=hint)

    def features(self, names: frozenset[str]) -> Iterator[tuple[str, Feature, Window]]:
        whole = self.policy.basis.window
        for code in self.catalogue:
            if code in names:
                yield code, self.catalogue[code], whole
        for code, (feature, window) in self.own.items():
            if code in names:
                yield code, feature, window
