"""How an answer came about, kept so that it can be asked again.

What would change a label is found by asking, many times over, the very road that gave
the label: facts, scores, families, tiers. Nothing about a rule is written twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
from attrs import evolve, field, frozen

from custseg.labels import UNKNOWN, Title
from custseg.ledger import Ledger
from custseg.measuring import extra_features, measured
from custseg.rules.classifier import Classifier
from custseg.rules.compiling import Compiled
from custseg.rules.expression import (
    Call,
    Checked,
    Compare,
    FittedCut,
    Membership,
    Node,
    Program,
    compile_expression,
    names_in,
    walk,
)
from custseg.rules.learned import Learned
from custseg.rules.outcome import Outcome
from custseg.rules.pipeline import work_out
from custseg.rules.plan import Plan, PlannedScore
from custseg.scoring.features import Facts
from custseg.table import Column, Table
from custseg.whatif.steps import Ints

__all__ = ["Ground", "Workings"]

_TIER = "tier"
_POINTS = ("score", "coverage")
"""What conditions of tiers call the composite score and the weight that was known."""


@frozen(eq=False)
class Workings:
    """Everything that the answers of a result rest on.

    Parameters
    ----------
    facts : Facts
        Of a ledger on the day looked at.
    compiled : Compiled
    learned : Learned
    classifiers : tuple of Classifier
        The user's own, fitted.
    policy : str
        Code, version and digest.
    currency : str or None
    """

    facts: Facts = field(repr=False)
    compiled: Compiled = field(repr=False)
    learned: Learned = field(repr=False)
    classifiers: tuple[Classifier, ...] = ()
    policy: str = ""
    currency: str | None = None

    @property
    def plan(self) -> Plan:
        """What the policy asks of the data."""
        return self.compiled.plan

    @cached_property
    def titles(self) -> Mapping[str, Title]:
        """What the policy calls its own features, lookups, scores and families."""
        return self.plan.policy.titles()

    @property
    def decimals(self) -> int:
        """Of the currency: amounts count 10**-decimals."""
        return self.compiled.decimals

    def only(self, customer_id: str) -> Workings:
        """Return what the answer for one customer rests on."""
        at = np.array([self.facts.ledger.position(customer_id)])
        ledger = self.facts.ledger.only(customer_id)
        plan = self.plan
        asked = [(one, over) for _, one, over in (*plan.features, *plan.watched)]
        asked += extra_features(plan.policy, self.classifiers).values()
        others = {
            one.code: self.facts.measure(one, window).take(at)
            for one, window in asked
            if one.together
        }
        return evolve(self, facts=evolve(self.facts, ledger=ledger, others=others))

    def measured(self, ledger: Ledger, day: int) -> Table:
        """Measure every customer of a ledger as of a day."""
        facts = evolve(self.facts, ledger=ledger, as_of=day)
        extra = extra_features(self.plan.policy, self.classifiers)
        return measured(facts, self.plan, extra)

    def outcome(self, table: Table) -> Outcome:
        """Work scores, labels and tiers out, exactly as for any result."""
        return work_out(self.compiled, self.learned, table, self.classifiers)

    def label(self, ledger: Ledger, day: int, family: str) -> str:
        """Return the label or tier of the one customer of a ledger as of a day."""
        outcome = self.outcome(self.measured(ledger, day))
        if family == _TIER and outcome.grade is not None:
            return _word(outcome.grade.tier)
        return _word(outcome.labels[family])


@frozen(eq=False)
class Ground:
    """What one family, or the tier, rests on, ready to be asked for many variants.

    Parameters
    ----------
    workings : Workings
    family : str
        A code, or ``tier``.
    """

    workings: Workings = field(repr=False)
    family: str

    @cached_property
    def expressions(self) -> tuple[Checked, ...]:
        """Every expression that can count for the label, each once."""
        return self._found[0]

    @cached_property
    def names(self) -> frozenset[str]:
        """All that these speak of: features, lookups, scores, families."""
        return self._found[1]

    @cached_property
    def scores(self) -> tuple[PlannedScore, ...]:
        """The scores among them."""
        plan = self.workings.plan
        return tuple(one for one in plan.scores if one.score.code in self.names)

    @cached_property
    def _found(self) -> tuple[tuple[Checked, ...], frozenset[str]]:
        plan = self.workings.plan
        of: dict[str, list[Checked | None]] = {
            one.score.code: [one.checked, one.only_if] for one in plan.scores
        }
        of |= {one.family.code: [*one.conditions] for one in plan.families}
        behind = {one.code: {one.of} for one in plan.lookups}
        behind |= {one.code: {*one.needs} for one in self.workings.classifiers}
        points: list[Checked | None] = [
            *(part.checked for part in plan.parts),
            *plan.tiers.cards,
        ]
        of |= dict.fromkeys(_POINTS, points)
        of[_TIER] = [*plan.tiers.entitling]
        behind[_TIER] = {*_POINTS}
        waiting, names, expressions = [self.family], set[str](), dict[int, Checked]()
        while waiting:
            name = waiting.pop()
            if name in names:
                continue
            names.add(name)
            waiting += behind.get(name, ())
            for one in of.get(name, ()):
                if one is not None:
                    expressions[id(one)] = one
                    waiting += one.names
        return tuple(expressions.values()), frozenset(names)

    @cached_property
    def compiled(self) -> Compiled:
        """Only what counts for the label."""
        compiled = self.workings.compiled
        is_tier = self.family == _TIER
        return evolve(
            compiled,
            scores=tuple(one for one in compiled.scores if one.code in self.names),
            families=tuple(
                one for one in compiled.families if one.family.code in self.names
            ),
            parts=compiled.parts if is_tier else (),
            grading=compiled.grading if is_tier else None,
        )

    @cached_property
    def _classifiers(self) -> tuple[Classifier, ...]:
        return tuple(
            one for one in self.workings.classifiers if one.code == self.family
        )

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The codes of the labels, in the order of the policy."""
        plan = self.workings.plan
        if self.family == _TIER and plan.policy.grading is not None:
            return tuple(tier.code for tier in plan.policy.grading.tiers)
        for one in plan.families:
            if one.family.code == self.family:
                return tuple(rule.code for rule in one.family.labels)
        return tuple(self._classifiers[0].labels) if self._classifiers else ()

    def marks(self, table: Table) -> Ints:
        """Return the verdict on each row, shape (n, m); the label comes first.

        Behind the label stand the truth of every clause and the steps of every binned
        score: where all of them stay as they are, so does the label.
        """
        outcome = work_out(
            self.compiled, self.workings.learned, table, self._classifiers
        )
        grade = outcome.grade
        frame = {**outcome.table.columns, **outcome.labels}
        if self.family == _TIER and grade is not None:
            marks = [_coded(grade.tier)]
            frame |= {"score": grade.score, "coverage": grade.coverage}
        else:
            marks = [_coded(outcome.labels[self.family])]
        marks += [
            _coded(frame[one.score.code])
            for one in self.scores
            if one.score.bins is not None
        ]
        n = table.n_customers
        for program in self._clauses(frame):
            marks.append(_coded(program(frame, self.workings.learned, n)))
        return np.stack(marks, axis=1)

    def _clauses(self, frame: Mapping[str, Column]) -> tuple[Program, ...]:
        if not self._programs:
            for node in self.clauses:
                units = {name: frame[name].unit for name in names_in(node)}
                decimals = self.workings.decimals
                program = compile_expression(node, units, money_exponent=decimals)
                self._programs.append(program)
        return tuple(self._programs)

    _programs: list[Program] = field(factory=list, init=False, repr=False)

    @cached_property
    def clauses(self) -> tuple[Node, ...]:
        """Every comparison within the expressions, each once."""
        nodes = [part for one in self.expressions for part in walk(one.node)]
        return tuple(
            dict.fromkeys(one for one in nodes if _is_clause(one) and names_in(one))
        )


def _is_clause(node: Node) -> bool:
    asks_for_known = isinstance(node, Call) and node.function == "known"
    return asks_for_known or isinstance(node, Compare | Membership | FittedCut)


def _word(column: Column) -> str:
    known = column.is_known()[0]
    return column.words[int(column.values[0])] if known else UNKNOWN


def _coded(column: Column) -> Ints:
    """Return flags, codes or steps as whole numbers, -1 where unknown."""
    return np.where(column.is_known(), column.values.astype(np.int64), -1)
