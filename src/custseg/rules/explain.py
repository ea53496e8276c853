"""Why a customer has a label or a tier: the clause that held, facts beside thresholds.

Explanations are built when somebody asks, from the customer's facts and the policy's
own expressions, so they can say nothing that the policy does not. They quote features
and scores only, never a personal field.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from html import escape

from attrs import frozen

from custseg.labels import UNKNOWN, Language, Title
from custseg.languages import check_language
from custseg.rules.expression import (
    All,
    Any,
    Call,
    Checked,
    FittedCut,
    FittedValue,
    Node,
    evaluate,
    names_in,
    to_text,
    walk,
)
from custseg.rules.learned import Learned, key_of
from custseg.rules.pipeline import Graded, Outcome
from custseg.rules.plan import Plan
from custseg.rules.policy import Grading
from custseg.table import Column
from custseg.units import Unit
from custseg.wording import say, with_code

__all__ = ["Clause", "Explanation", "Fact", "Reason", "explain"]


@frozen
class Fact:
    """One value that a clause looked at, or a value learned for it."""

    code: str
    title: Title
    unit: Unit
    value: object

    def to_text(self, language: Language, currency: str | None, decimals: int) -> str:
        """Return title and value as people write them."""
        said = say(
            self.value, self.unit, language, currency=currency, decimals=decimals
        )
        return f"{self.title.of(language)} = {said}"


@frozen
class Clause:
    """One clause of a condition: what it says, whether it holds, on which facts.

    Parameters
    ----------
    text : str
        In the language of policies, thresholds put in.
    holds : bool or None
        None where a fact is missing.
    facts : tuple of Fact
    rejects : tuple of Title
        The labels that the customer does not get because this does not hold.
    """

    text: str
    holds: bool | None
    facts: tuple[Fact, ...]
    rejects: tuple[Title, ...] = ()


@frozen
class Reason:
    """Why one family gave its label, or the grading its tier.

    Parameters
    ----------
    family, label : str
        Codes.
    family_title, label_title : Title
    clauses : tuple of Clause
        Of the condition that decided. The last label is for all others: there, of each
        label before it, the first clause that does not hold; each clause once.
    """

    family: str
    label: str
    family_title: Title
    label_title: Title
    clauses: tuple[Clause, ...]


@frozen
class Explanation:
    """Why one customer has these labels and this tier.

    Parameters
    ----------
    customer_id : str
    policy : str
        Code, version and digest.
    as_of : str
        ISO date.
    reasons : tuple of Reason
    currency : str or None
    decimals : int

    Examples
    --------
    >>> from custseg import segment
    >>> sales = {"customer_id": ["a"], "date": ["2026-06-01"], "amount": [950.0]}
    >>> told = segment(sales, as_of="2026-06-30", currency="CNY").explain("a").to_text()
    >>> print(told[told.index("Lifecycle"):told.index("Churn")])
    Lifecycle: New (NEW)
      holds:     tenure_days <= 90 days
          Days since the first sale = 29 days
    """

    customer_id: str
    policy: str
    as_of: str
    reasons: tuple[Reason, ...]
    currency: str | None = None
    decimals: int = 2

    def to_text(self, language: Language = "en") -> str:
        """Return the explanation as lines of text."""
        check_language(language)
        words = _WORDS[language]
        lines = [words["head"].format(self.customer_id, self.as_of, self.policy)]
        for reason in self.reasons:
            title = reason.family_title.of(language)
            label = with_code(reason.label_title.of(language), reason.label, language)
            lines.append(words["label"].format(title, label))
            told: set[str] = set()
            for clause in reason.clauses:
                line = f"  {words[str(clause.holds)]}{clause.text}"
                if clause.rejects:
                    titles = (one.of(language) for one in clause.rejects)
                    line += words["rejects"].format(words["and"].join(titles))
                lines.append(line)
                for fact in clause.facts:
                    if fact.code not in told:  # once, where it is first needed
                        said = fact.to_text(language, self.currency, self.decimals)
                        lines.append(f"      {said}")
                told |= {fact.code for fact in clause.facts}
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.to_text())}</pre>"


_WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "head": "Customer {} as of {}, policy {}",
        "label": "{}: {}",
        "rejects": "  [so not: {}]",
        "and": ", ",
        "True": "holds:     ",
        "False": "does not:  ",
        "None": "unknown:   ",
    },
    "zh": {
        "head": "客户 {}，截至 {}，规则 {}",
        "label": "{}：{}",
        "rejects": "　【故不是：{}】",
        "and": "、",
        "True": "成立：",
        "False": "不成立：",
        "None": "无法判断：",
    },
}

_CUT = Title(zh="学得的临界值", en="learned cut")
_MEDIAN = Title(zh="参照客户的中位数", en="median of the reference")
_NOBODY = Title(zh="没有参照客户达到", en="nobody in the reference reaches it")
_TOO_FEW = Title(zh="参照客户太少，没有学得", en="too few in the reference to learn it")
_SCORE = Title(zh="综合得分", en="score")
_ENTRY = Title(zh="进入线", en="entry bar")
_COVERAGE = Title(zh="已知权重", en="weight that is known")
_UNKNOWN = Title(zh="未知", en="Unknown")


def explain(
    plan: Plan,
    learned: Learned,
    outcome: Outcome,
    titles: Mapping[str, Title],
    *,
    decimals: int,
) -> tuple[Reason, ...]:
    """Explain every label and the tier of one customer.

    Parameters
    ----------
    plan : Plan
    learned : Learned
    outcome : Outcome
        Of one customer.
    titles : mapping of str to Title
        Of features and scores.
    decimals : int
        Of the currency.
    """
    frame = {**outcome.table.columns, **outcome.labels}
    teller = _Teller(frame, learned, titles, decimals)
    reasons = []
    for planned in plan.families:
        family = planned.family
        column = outcome.labels[family.code]
        at = int(column.values[0])
        if at < 0:
            undecided = teller.first_unknown(planned.conditions)
            clauses = () if undecided is None else teller.clauses(undecided)
            clauses = tuple(one for one in clauses if one.holds is None)
            reasons.append(
                Reason(family.code, UNKNOWN, family.title, _UNKNOWN, clauses)
            )
            continue
        rule = family.labels[at]
        checked = planned.conditions[at]
        if checked is not None:
            clauses = teller.clauses_that_held(checked)
        else:
            titles_before = [rule.title for rule in family.labels[:at]]
            clauses = teller.rejections(planned.conditions[:at], titles_before)
        reasons.append(
            Reason(family.code, rule.code, family.title, rule.title, clauses)
        )
    reasons += [
        _own_reason(code, column)
        for code, column in outcome.labels.items()
        if all(code != planned.family.code for planned in plan.families)
    ]
    if outcome.grade is not None and plan.policy.grading is not None:
        reasons.append(_grade_reason(plan.policy.grading, outcome.grade))
    return tuple(reasons)


def _own_reason(code: str, column: Column) -> Reason:
    """Return the label of a classifier of the user's own, which has no clauses."""
    label = str(_value(column) or UNKNOWN)
    title = _UNKNOWN if label == UNKNOWN else Title(zh=label, en=label)
    return Reason(code, label, Title(zh=code, en=code), title, ())


def _grade_reason(grading: Grading, grade: Graded) -> Reason:
    facts = [
        Fact(part.code, part.title, Unit.SCORE, _value(grade.parts[part.code]))
        for part in grading.parts
    ]
    coverage = Fact("coverage", _COVERAGE, Unit.SHARE, _value(grade.coverage))
    score = Fact("score", _SCORE, Unit.SCORE, _value(grade.score))
    sum_of = " + ".join(
        f"{part.weight.normalize():f} {part.code}" for part in grading.parts
    )
    whole = sum((part.weight for part in grading.parts), Decimal(0))
    text = f"score = ({sum_of}) / {whole.normalize():f}"
    at = int(grade.tier.values[0])
    if at < 0:
        bar = f"coverage >= {grading.minimum_coverage.normalize():f}"
        clauses = (
            Clause(text, None, tuple(facts)),
            Clause(bar, holds=False, facts=(coverage,)),
        )
        return Reason("tier", UNKNOWN, grading.title, _UNKNOWN, clauses)
    tier = grading.tiers[at]
    # The last tier has no bar: what decided is that the one above was not reached.
    entry = tier.entry if tier.entry is not None else grading.tiers[at - 1].entry
    clauses = (
        Clause(text, holds=True, facts=(*facts, coverage)),
        Clause(f"score >= {entry:f}", holds=tier.entry is not None, facts=(score,)),
    )
    return Reason("tier", tier.code, grading.title, tier.title, clauses)


def _value(column: Column) -> object:
    """Return the one value of a column of one row; None where it is unknown."""
    if column.known is not None and not column.known[0]:
        return None
    value = column.values[0].item()
    return column.words[value] if column.words else value


class _Teller:
    """Evaluates clauses on the facts of one customer and puts them into words."""

    def __init__(
        self,
        frame: Mapping[str, Column],
        learned: Learned,
        titles: Mapping[str, Title],
        decimals: int,
    ) -> None:
        self._frame = frame
        self._learned = learned
        self._titles = titles
        self._decimals = decimals

    def first_unknown(self, conditions: tuple[Checked | None, ...]) -> Checked | None:
        """Return the first condition that cannot be told."""
        for checked in conditions:
            if checked is not None and self._holds(checked.node) is None:
                return checked
        return None

    def clauses(self, checked: Checked) -> tuple[Clause, ...]:
        """Return the clauses of a condition, in order."""
        return tuple(
            Clause(to_text(node), self._holds(node), self._facts(node))
            for node in _leaves(checked.node)
        )

    def clauses_that_held(self, checked: Checked) -> tuple[Clause, ...]:
        """Return the clauses on which a condition that holds rests.

        Of an ``or``, the first branch that holds.
        """
        return tuple(
            Clause(to_text(node), self._holds(node), self._facts(node))
            for node in self._support(checked.node)
        )

    def rejections(
        self, conditions: tuple[Checked | None, ...], labels: list[Title]
    ) -> tuple[Clause, ...]:
        """Return why none of some conditions holds: each clause once, with its labels.

        Of an ``and``, the first part that does not hold; an ``or`` is told whole.
        """
        rejected: dict[str, list[Title]] = {}
        nodes: dict[str, Node] = {}
        for checked, label in zip(conditions, labels, strict=True):
            if checked is not None:
                node = self._failing(checked.node)
                nodes.setdefault(to_text(node), node)
                rejected.setdefault(to_text(node), []).append(label)
        several = len(conditions) > 1
        return tuple(
            Clause(
                text,
                holds=False,
                facts=self._facts(node),
                rejects=tuple(rejected[text]) if several else (),
            )
            for text, node in nodes.items()
        )

    def _failing(self, node: Node) -> Node:
        if isinstance(node, All):
            failed = next(item for item in node.items if self._holds(item) is False)
            return self._failing(failed)
        return self._branch(node)

    def _branch(self, node: Node) -> Node:
        """Return the branch that an ``if`` takes; anything else as it is."""
        if isinstance(node, Call) and node.function == "if":
            condition, then, otherwise = node.arguments
            holds = self._holds(condition)
            if holds is not None:
                return self._branch(then if holds else otherwise)
        return node

    def _support(self, node: Node) -> list[Node]:
        if isinstance(node, All):
            return [leaf for item in node.items for leaf in self._support(item)]
        if isinstance(node, Any):
            first = next(item for item in node.items if self._holds(item))
            return self._support(first)
        branch = self._branch(node)
        return [node] if branch is node else self._support(branch)

    def _holds(self, node: Node) -> bool | None:
        column = evaluate(
            node, self._frame, self._learned, money_exponent=self._decimals, n=1
        )
        value = _value(column)
        return None if value is None else bool(value)

    def _facts(self, node: Node) -> tuple[Fact, ...]:
        facts = []
        for name in sorted(names_in(node)):
            column = self._frame[name]
            facts.append(Fact(name, self._title(name), column.unit, _value(column)))
        for part in walk(node):
            if isinstance(part, FittedCut | FittedValue):
                facts += self._learnt(part)
        return tuple(facts)

    def _learnt(self, part: FittedCut | FittedValue) -> list[Fact]:
        key, unit = key_of(part), self._frame[part.name].unit
        if key in self._learned.too_few:
            return [Fact(key, _titled(_TOO_FEW, _spoken(part)), Unit.TEXT, "-")]
        if isinstance(part, FittedCut):
            cut, bar = self._learned.cuts[key], _spoken(part)
            if cut is None:
                return [Fact(key, _titled(_NOBODY, bar), Unit.TEXT, "-")]
            return [Fact(key, _titled(_CUT, bar), unit, cut)]
        if part.function == "median":
            return [Fact(key, _titled(_MEDIAN, key), unit, self._learned.medians[key])]
        share = self._learned.value(part, self._frame[part.name])
        return [Fact(key, Title(zh=key, en=key), Unit.SHARE, _value(share))]

    def _title(self, name: str) -> Title:
        return self._titles.get(name, Title(zh=name, en=name))


def _spoken(part: FittedCut | FittedValue) -> str:
    """Return the key of something learned, its level in per cent as clauses have it."""
    key = key_of(part)
    if isinstance(part, FittedValue):
        return key
    return f"{key.rpartition(' ')[0]} {(100 * part.level).normalize():f}%"


def _titled(title: Title, key: str) -> Title:
    return Title(zh=f"{title.zh} [{key}]", en=f"{title.en} [{key}]")


def _leaves(node: Node) -> list[Node]:
    """Take a condition apart at its ands and ors."""
    if isinstance(node, All | Any):
        return [leaf for item in node.items for leaf in _leaves(item)]
    return [node]
