"""Explanations as plain data, ready for JSON: codes, rounded values and raw ones.

Each fact, score, threshold and learned number stands once, under its code; clauses name
them. The keys are documented at :meth:`~custseg.Explanation.to_data` and stay.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from custseg.labels import Title
from custseg.rules.explaining.answers import Answer, Origin
from custseg.rules.explaining.clauses import Clause, Reason, Trial
from custseg.rules.explaining.graded import Barred, Grade, PartGrade
from custseg.rules.explaining.leaves import Quantity, Row
from custseg.rules.explaining.scored import Found, Scored
from custseg.rules.explaining.terms import Learnt, Missing, Setting, Speech, Term
from custseg.rules.policy import Playbook
from custseg.units import Unit

__all__ = ["SCHEMA", "as_data"]

SCHEMA = 1
"""Of the data; it changes only when a key goes or changes its meaning."""

Data = dict[str, Any]


def as_data(answer: Answer) -> Data:
    """Return an explanation as dicts, lists, texts, numbers, flags and None."""
    writer = _Writer(answer.row, answer.origin.speech)
    data = {
        "schema": SCHEMA,
        "customer_id": answer.customer_id,
        "as_of": answer.as_of.isoformat(),
        "policy": _origin(answer.origin),
        "families": {one.family: writer.reason(one) for one in answer.reasons},
        "tier": None if answer.grade is None else writer.grade(answer.grade),
        "scores": {one.note.term.code: writer.scored(one) for one in answer.scores},
        "lookups": {one.note.term.code: writer.found(one) for one in answer.lookups},
        "thresholds": {one.code: writer.setting(one) for one in answer.settings()},
        "learned": {
            one.key: writer.learnt(one, answer.origin) for one in answer.learnt()
        },
    }
    data["facts"] = writer.facts
    return data


def _title(title: Title) -> Data:
    return {"zh": title.zh, "en": title.en}


def _origin(origin: Origin) -> Data:
    return {
        "code": origin.code,
        "version": origin.version,
        "title": _title(origin.title),
        "digest": origin.policy_digest,
        "fitted_digest": origin.fitted_digest,
        "fitted_on": origin.fitted_on.isoformat(),
        "reference": origin.reference,
        "currency": origin.speech.currency,
    }


def _missing(missing: Missing) -> Data:
    term = missing.term
    return {
        "fact": None if term is None else term.code,
        "title": None if term is None else _title(term.spoken),
        "columns": [] if term is None else list(term.needs),
        "absent_columns": list(missing.absent),
        "no_seller": missing.unsited,
        "when": None if missing.when is None else _title(missing.when),
        "not_learned": missing.learnt or None,
        "said": {"zh": missing.to_text("zh"), "en": missing.to_text("en")},
    }


def _playbook(book: Playbook | None) -> Data | None:
    if book is None:
        return None
    return {
        "actions": [_title(one) for one in book.actions],
        "owner": None if book.owner is None else _title(book.owner),
        "channel": None if book.channel is None else _title(book.channel),
        "every_days": book.every_days,
        "respond_within_hours": book.respond_within_hours,
        "source": book.source,
    }


class _Writer:
    """Writes the parts of one explanation, and gathers the facts they speak of."""

    def __init__(self, row: Row, speech: Speech) -> None:
        self.row = row
        self.speech = speech
        self.facts: Data = {}

    def names(self, shown: Iterable[Quantity]) -> list[str]:
        """Return the codes of what is shown, each value written down once."""
        codes = []
        for one in shown:
            if one.term is not None:
                codes.append(one.term.code)
                if one.term.code not in self.facts:
                    self.facts[one.term.code] = self.fact(one.term, one.at)
        return codes

    def fact(self, term: Term, at: int) -> Data:
        value = self.row.values[at]
        return {
            "title": _title(term.title),
            "kind": term.kind,
            "unit": term.unit.value,
            "value": self.speech.number(value, term.unit),
            "raw": value,
            "said": {"zh": term.say(value, "zh"), "en": term.say(value, "en")},
            "window": None if term.window is None else str(term.window),
            "columns": list(term.needs),
        }

    def number(self, value: object, unit: Unit) -> Data:
        return {
            "value": self.speech.number(value, unit),
            "raw": value,
            "unit": unit.value,
        }

    def clause(self, clause: Clause) -> Data:
        side, leaf = clause.leaf.compared, clause.leaf
        comparison = None
        if side is not None:
            bar = clause.bar
            if isinstance(bar, tuple):
                bar = list(bar)
            comparison = {
                "value": self.speech.number(clause.value, side.left.unit),
                "raw_value": clause.value,
                "op": side.op,
                "bar": bar
                if isinstance(bar, list)
                else self.speech.number(bar, side.unit),
                "raw_bar": bar,
                "unit": side.unit.value,
            }
        return {
            "expression": leaf.expression,
            "text": leaf.text,
            "key": leaf.passage.key,
            "holds": clause.holds,
            "said": {"zh": clause.to_text("zh"), "en": clause.to_text("en")},
            "comparison": comparison,
            "facts": self.names(leaf.shown),
            "thresholds": [one.code for one in leaf.settings],
            "learned": [one.key for one in leaf.learnt if one.is_one_for_all],
        }

    def trial(self, trial: Trial) -> Data:
        return {
            "label": trial.label,
            "title": _title(trial.title),
            "key": trial.key,
            "holds": trial.holds,
            "source": trial.source,
            "clauses": [self.clause(one) for one in trial.clauses],
            "also": [self.clause(one) for one in trial.also],
        }

    def reason(self, reason: Reason) -> Data:
        return {
            "label": reason.label,
            "title": _title(reason.family_title),
            "label_title": _title(reason.label_title),
            "source": reason.source,
            "tried": [self.trial(one) for one in reason.trials],
            "missing": [_missing(one) for one in reason.missing],
            "playbook": _playbook(reason.playbook),
        }

    def part(self, part: PartGrade) -> Data:
        points, brings = part.points, part.contribution
        return {
            "title": _title(part.part.title),
            "weight": float(part.weight),
            "points": None if points is None else round(points, 2),
            "raw_points": points,
            "contribution": None if brings is None else round(brings, 2),
            "raw_contribution": brings,
            "expression": part.note.expression,
            "facts": self.names(part.note.shown),
            "thresholds": [one.code for one in part.note.settings],
            "missing": [_missing(one) for one in part.missing],
        }

    def grade(self, grade: Grade) -> Data:
        score, above, earned = grade.score, grade.above, grade.earned
        return {
            "label": grade.tier,
            "title": _title(grade.grading.title),
            "label_title": _title(grade.title),
            "source": grade.grading.source,
            "score": None if score is None else round(score, 2),
            "raw_score": score,
            "coverage": round(grade.coverage, 4),
            "minimum_coverage": float(grade.grading.minimum_coverage),
            "card": None if grade.card is None else grade.card.code,
            "parts": {one.part.code: self.part(one) for one in grade.parts},
            "tried": [self.trial(one) for one in grade.trials],
            "gates": {one.gate.code: self.gate(one) for one in grade.gates},
            "earned": None if earned is None else earned.code,
            "above_own_bar": grade.margin,
            "next": None if above is None else above.code,
            "short_of_next": grade.gap,
            "missing": [_missing(one) for one in grade.missing],
            "playbook": _playbook(grade.playbook),
        }

    def gate(self, gate: Barred) -> Data:
        return {
            "title": _title(gate.gate.title),
            "cap": gate.gate.cap,
            "holds": gate.holds,
            "caps": gate.caps,
            "source": gate.gate.source,
            "clauses": [self.clause(one) for one in gate.clauses],
            "also": [self.clause(one) for one in gate.also],
        }

    def scored(self, scored: Scored) -> Data:
        note, step = scored.note, scored.step
        edges = None
        if note.edges is not None:
            edges = [self.number(one, note.input.unit) for one in note.edges]
        return {
            "title": _title(note.term.title),
            **self.number(scored.value, note.term.unit),
            "expression": note.expression,
            "source": note.score.source,
            "facts": self.names(note.shown),
            "thresholds": [one.code for one in note.settings],
            "input": self.number(scored.input, note.input.unit),
            "bins": None if note.bins is None else note.bins.by,
            "better": None if note.bins is None else note.bins.better,
            "edges": edges,
            "step": None if step is None else step.points,
            "steps": None if step is None else step.of,
            "only_if": [self.clause(one) for one in scored.only_if],
            "left_out": scored.left_out,
        }

    def found(self, found: Found) -> Data:
        return {
            "title": _title(found.note.term.title),
            **self.number(found.value, found.note.term.unit),
            "source": found.note.lookup.source,
            "of": self.names([found.note.of])[0],
            "entry": found.entry,
            "match": found.note.lookup.match,
        }

    def setting(self, setting: Setting) -> Data:
        value: object = setting.value
        if isinstance(value, Decimal):
            value = int(value) if value == value.to_integral_value() else float(value)
        return {
            "key": setting.key,
            "value": value,
            "unit": setting.unit.value,
            "source": setting.source,
            "since": None if setting.since is None else setting.since.isoformat(),
        }

    def learnt(self, learnt: Learnt, origin: Origin) -> Data:
        return {
            **self.number(learnt.value, learnt.term.unit),
            "of": learnt.term.code,
            "function": learnt.node.function,
            "level": float(getattr(learnt.node, "level", 0.5)),
            "too_few": learnt.too_few,
            "learned_on": origin.fitted_on.isoformat(),
            "reference": origin.reference,
        }
