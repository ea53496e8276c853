"""What an alert rests on: the labels and facts of the customer that its trigger names.

A trigger mostly asks for a label, such as ``payment_delay == "YES"``. A label alone is
thin evidence for whoever is to call, so the facts that the label's own condition names
are told behind it. What is unknown is left out: it decided nothing.

Limits: one level only. A score is told as a number, not by what it is made of; all of
that is in ``review.result.explain``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import frozen

from custseg.labels import Language, Title
from custseg.results import Result
from custseg.reviews.reviewed import Reviewed
from custseg.rules.explaining.terms import Speech, Term
from custseg.rules.explaining.vocabulary import terms_of
from custseg.rules.expression.nodes import FittedCut, FittedValue, Name, walk
from custseg.rules.expression.scope import Checked
from custseg.table import Column

__all__ = ["evidence_of"]


def evidence_of(
    reviewed: Reviewed, trigger: Checked, rows: Iterable[int]
) -> Iterator[Title]:
    """Yield what the condition of a trigger found about the customers in some rows.

    Parameters
    ----------
    reviewed : Reviewed
    trigger : Checked
        Its condition, as the plan of the policy holds it.
    rows : iterable of int
    """
    told = _Told.of(reviewed.result)
    for at in rows:
        zh = "；".join(told.named_in(trigger, at, "zh"))
        yield Title(zh=zh, en="; ".join(told.named_in(trigger, at, "en")))


@frozen(eq=False)
class _Told:
    """The labels, facts and scores of all customers, and how they are called."""

    columns: Mapping[str, Column]
    terms: Mapping[str, Term]
    conditions: Mapping[tuple[str, str], Checked | None]
    """By family and label."""

    @classmethod
    def of(cls, result: Result) -> _Told:
        """Return what conditions may name in a result."""
        plan, outcome = result.plan, result.outcome
        columns = {**outcome.table.columns, **outcome.labels}
        if outcome.grade is not None:
            grade = outcome.grade
            columns |= {"score": grade.score, "coverage": grade.coverage}
        conditions = {
            (one.family.code, rule.code): checked
            for one in plan.families
            for rule, checked in zip(one.family.labels, one.conditions, strict=True)
        }
        speech = Speech(result.currency, result.decimals)
        return cls(columns, terms_of(plan, result.titles, speech), conditions)

    def named_in(self, checked: Checked, at: int, language: Language) -> Iterator[str]:
        """Yield each label and fact that an expression names, labels with theirs."""
        for name in _names(checked):
            if self.terms[name].kind == "family":
                yield self._label(name, at, language)
            elif (value := self._value(name, at)) is not None:
                yield self._pair(name, value, language)

    def _label(self, family: str, at: int, language: Language) -> str:
        code = self._value(family, at)
        said = self._pair(family, code, language)
        condition = self.conditions.get((family, str(code)))
        names = () if condition is None else _names(condition)
        known = ((name, self._value(name, at)) for name in names)
        facts = [self._pair(*one, language) for one in known if one[1] is not None]
        if not facts:
            return said
        if language == "zh":
            return f"{said}（{'，'.join(facts)}）"
        return f"{said} ({', '.join(facts)})"

    def _value(self, name: str, at: int) -> object:
        column = self.columns.get(name)
        if column is None or not column.is_known()[at]:
            return None
        value = column.values[at].item()
        return column.words[value] if column.words else value

    def _pair(self, name: str, value: object, language: Language) -> str:
        term, colon = self.terms[name], "：" if language == "zh" else ": "
        said = term.say(value, language, brief=True)
        return f"{term.spoken.of(language)}{colon}{said}"


def _names(checked: Checked) -> list[str]:
    """Return the names in an expression, each once, as they come."""
    kinds = (Name, FittedCut, FittedValue)
    return list(
        dict.fromkeys(one.name for one in walk(checked.node) if isinstance(one, kinds))
    )
