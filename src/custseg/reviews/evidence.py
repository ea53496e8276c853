"""What an alert rests on: the labels and facts of the customer that its trigger names.

A trigger mostly asks for a label, such as ``payment_delay == "YES"``. A label alone is
thin evidence for whoever is to call, so the facts that the label's own condition names
are told behind it. What is unknown is left out: it decided nothing.

Limits: one level only. A score is told as a number, not by what it is made of; all of
that is in ``review.result.explain``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from custseg.labels import Language, Title
from custseg.results import Result
from custseg.reviews.reviewed import Reviewed
from custseg.rules.explaining.vocabulary import GRADED
from custseg.rules.expression.nodes import FittedCut, FittedValue, Name, walk
from custseg.rules.expression.scope import Checked
from custseg.wording import say

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
    for at in rows:
        zh = "；".join(_told(reviewed.result, trigger, at, "zh"))
        yield Title(zh=zh, en="; ".join(_told(reviewed.result, trigger, at, "en")))


def _told(
    result: Result, checked: Checked, at: int, language: Language
) -> Iterator[str]:
    """Yield each label and fact that an expression names, labels with their facts."""
    for name in _names(checked):
        if name in result.outcome.labels:
            yield _label(result, name, at, language)
        elif fact := _fact(result, name, at, language):
            yield fact


def _label(result: Result, family: str, at: int, language: Language) -> str:
    column = result.outcome.labels[family]
    code = column.words[int(column.values[at])]
    said = _pair(result, family, result.title_of(family, code, language), language)
    (planned,) = [one for one in result.plan.families if one.family.code == family]
    rules = zip(planned.family.labels, planned.conditions, strict=True)
    [condition] = [checked for rule, checked in rules if rule.code == code] or [None]
    names = [] if condition is None else _names(condition)
    facts = filter(None, (_fact(result, name, at, language) for name in names))
    if language == "zh":
        behind = "，".join(facts)
        return f"{said}（{behind}）" if behind else said
    behind = ", ".join(facts)
    return f"{said} ({behind})" if behind else said


def _fact(result: Result, name: str, at: int, language: Language) -> str:
    """Return a feature or score with its value; "" where it is unknown or none."""
    column, grade = result.outcome.table.columns.get(name), result.outcome.grade
    if grade is not None and name in GRADED:
        column = {"score": grade.score, "coverage": grade.coverage}[name]
    if column is None or not column.is_known()[at]:
        return ""
    value = column.values[at].item()
    if column.words:
        value = column.words[value]
    said = say(
        value,
        column.unit,
        language,
        currency=result.currency,
        decimals=result.decimals,
    )
    return _pair(result, name, said, language)


def _pair(result: Result, name: str, value: str, language: Language) -> str:
    title = (GRADED.get(name) or result.titles[name]).of(language)
    return f"{title}：{value}" if language == "zh" else f"{title}: {value}"


def _names(checked: Checked) -> list[str]:
    """Return the names in an expression, each once, as they come."""
    kinds = (Name, FittedCut, FittedValue)
    return list(
        dict.fromkeys(one.name for one in walk(checked.node) if isinstance(one, kinds))
    )
