"""Explanations as a piece of HTML with tables, for notebooks and CRM pages.

Nothing from outside is loaded: no script, no picture, no style sheet. Every text is
escaped, since ids and titles come from files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from custseg.labels import Language
from custseg.rules.explaining.answers import Answer
from custseg.rules.explaining.clauses import Clause, Reason, Trial
from custseg.rules.explaining.graded import Grade
from custseg.rules.explaining.ruled_out import Sentence, ruled_out, sentences_of
from custseg.rules.explaining.sentences import (
    WORDS,
    found_in_words,
    label_in_words,
    learnt_in_words,
    listed,
    missing_in_words,
    origin_in_words,
    playbook_in_words,
    scored_in_words,
    setting_in_words,
    source_in,
    standing_in_words,
)
from custseg.rules.explaining.terms import Missing
from custseg.rules.explaining.text import (
    gate_in_words,
    gist,
    open_in_words,
    score_in_words,
    told_trials,
)
from custseg.rules.policy import Playbook
from custseg.wording import say_number

__all__ = ["as_page"]

_LINE: Final = "1px solid rgba(128,128,128,0.4)"
_CELL: Final = f"text-align:left;vertical-align:top;padding:3px 8px;border:{_LINE}"
_TABLE: Final = "border-collapse:collapse;margin:0 0 1em 0"
_CAPTION: Final = "text-align:left;font-weight:bold;padding:3px 0"
_LIST: Final = "margin:0;padding-left:1.2em"


def as_page(answer: Answer, language: Language) -> str:
    """Return an explanation as HTML.

    Parameters
    ----------
    answer : Answer
    language : {"zh", "en"}
    """
    return _Page(language).whole(answer)


class _Page:
    """Writes the tables of one explanation."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.words = WORDS[language]

    def whole(self, answer: Answer) -> str:
        words, language = self.words, self.language
        head = words["customer"].format(answer.customer_id, answer.as_of)
        origin = origin_in_words(answer.origin, language)
        title = f"<strong>{escape(head)}</strong><br>{escape(gist(answer, language))}"
        title += f"<br><small>{escape(origin)}</small>"
        parts = [
            f"<p>{title}</p>",
            self.table(
                [words["family"], words["label"], words["why"], words["before"]],
                map(self.reason, answer.reasons),
            ),
        ]
        if answer.grade is not None:
            parts.append(self.grade(answer.grade))
        parts += self.behind(answer)
        return f'<div lang="{language}">{"".join(parts)}</div>'

    # -- building blocks; cells are HTML already, all else is escaped here

    def table(
        self, heads: Sequence[str], rows: Iterable[Sequence[str]], caption: str = ""
    ) -> str:
        body = "".join(f"<tr>{self.cells(row)}</tr>" for row in rows)
        if not body:
            return ""
        head = "".join(f'<th style="{_CELL}">{escape(one)}</th>' for one in heads)
        title = ""
        if caption:
            title = f'<caption style="{_CAPTION}">{escape(caption)}</caption>'
        inside = f"{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
        return f'<table style="{_TABLE}">{inside}</table>'

    def cells(self, row: Sequence[str]) -> str:
        return "".join(f'<td style="{_CELL}">{cell}</td>' for cell in row)

    def bullets(self, items: Sequence[str]) -> str:
        if len(items) < 2:
            return "".join(items)
        said = "".join(f"<li>{item}</li>" for item in items)
        return f'<ul style="{_LIST}">{said}</ul>'

    def clauses(self, clauses: Sequence[Clause]) -> list[str]:
        return [*map(self.sentence, sentences_of(clauses, self.language))]

    def also(self, clauses: Sequence[Clause]) -> list[str]:
        said = escape(self.words["besides"])
        return [f"{said}{one}" for one in self.clauses(clauses)]

    def sentence(self, one: Sentence) -> str:
        return f"{escape(one.words)}<br><code>{escape(one.formula)}</code>"

    # -- families

    def reason(self, reason: Reason) -> Sequence[str]:
        title = reason.family_title.of(self.language)
        label = label_in_words(reason.label_title, reason.label, self.language)
        why = escape(self.words["own"])
        decided, before = told_trials(reason)
        if decided is not None:
            why = self.why(decided, reason.missing, "others", reason.playbook)
        told = f"<strong>{escape(label)}</strong>"
        return escape(title), told, why, self.before(before)

    def why(
        self,
        decided: Trial,
        missing: Sequence[Missing],
        others: str,
        playbook: Playbook | None,
    ) -> str:
        items = self.clauses(decided.clauses) + self.also(decided.also)
        if decided.holds is None:
            said = open_in_words(decided, self.language)
            items.insert(0, escape(said.rstrip(":： ")))
        elif not items:
            items = [escape(self.words[others])]
        items += [
            f"{escape(self.words['missing'])}{escape(one)}"
            for one in missing_in_words(missing, self.language)
        ]
        if playbook is not None:
            said = playbook_in_words(playbook, self.language)
            items.append(f"{escape(self.words['to do'])}<em>{escape(said)}</em>")
        return self.bullets(items)

    def before(self, trials: Sequence[Trial]) -> str:
        if not trials:
            return ""
        items = []
        for said, reason in ruled_out(trials, self.language):
            told = self.bullets([*map(self.sentence, reason)])
            items.append(escape(said) + told)
        names = listed((one.title.of(self.language) for one in trials), self.language)
        inside = self.bullets(items)
        return f"<details><summary>{escape(names)}</summary>{inside}</details>"

    # -- the tier

    def grade(self, grade: Grade) -> str:
        words, language = self.words, self.language
        label = label_in_words(grade.title, grade.tier, language)
        title = f"{words['tier']}{words['is']}{label}"
        said = [score_in_words(grade, language), *standing_in_words(grade, language)]
        items = [escape(one) for one in said]
        for gate in grade.gates:
            first = gate_in_words(gate, grade, language)
            told = self.clauses(gate.clauses) + self.also(gate.also)
            clauses = self.bullets(told)
            items.append(escape(first) + clauses)
        why = ""
        if grade.trials:
            last = grade.trials[-1]
            why = self.why(last, grade.missing, "lowest", grade.playbook)
        row = (self.bullets(items), why, self.before(grade.trials[:-1]))
        heads = [words["total"], words["why"], words["before"]]
        return self.table(heads, [row], title) + self.parts(grade)

    def parts(self, grade: Grade) -> str:
        words, rows = self.words, []
        for part in grade.parts:
            facts = [escape(one.to_text(self.language)) for one in part.facts]
            facts += map(escape, missing_in_words(part.missing, self.language))
            rows.append(
                (
                    escape(part.part.title.of(self.language)),
                    f"{part.weight.normalize():f}",
                    self.points(part.points),
                    self.points(part.contribution),
                    f"<code>{escape(part.note.expression)}</code>",
                    self.bullets(facts),
                )
            )
        heads = [grade.grading.title.of(self.language)]
        heads += [words[k] for k in ("weight", "points", "brings", "formula", "facts")]
        return self.table(heads, rows)

    def points(self, points: float | None) -> str:
        return escape(self.words["unknown"] if points is None else say_number(points))

    # -- what stands behind it

    def behind(self, answer: Answer) -> list[str]:
        words, language, speech = self.words, self.language, answer.origin.speech
        scores = self.table(
            [words["scores"], words["how"], words["formula"], words["source"]],
            (
                (
                    escape(one.note.term.title.of(language)),
                    escape(scored_in_words(one, language)),
                    f"<code>{escape(one.note.expression)}</code>",
                    escape(source_in(language, one.note.score.source)),
                )
                for one in answer.scores
            ),
        )
        lookups = self.table(
            [words["lookups"], words["how"]],
            (
                (
                    escape(one.note.term.title.of(language)),
                    escape(found_in_words(one, language)),
                )
                for one in answer.lookups
            ),
        )
        settings = self.table(
            [words["thresholds"], words["value"], words["source"]],
            (
                (
                    f"<code>{escape(one.key)}</code>",
                    escape(one.say(speech, language)),
                    escape(setting_in_words(one, language)),
                )
                for one in answer.settings()
            ),
        )
        on = words["learned"].format(answer.origin.fitted_on, answer.origin.reference)
        learnt = self.table(
            [on, words["value"]],
            (
                (
                    f"<code>{escape(one.key)}</code>",
                    escape(learnt_in_words(one, language)),
                )
                for one in answer.learnt()
            ),
        )
        return [scores, lookups, settings, learnt]
