"""Explanations as lines of text, in Chinese and English.

The answer comes first, in one line. The Chinese text is for people who sell: it leaves
out the policy's own expressions where the words say the same, and sources that are not
written in Chinese. The English one has both, and so have the page and the data.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from custseg.labels import Language
from custseg.rules.explaining.answers import Answer
from custseg.rules.explaining.clauses import Clause, Reason, Trial
from custseg.rules.explaining.graded import Barred, Grade
from custseg.rules.explaining.ruled_out import Sentence, ruled_out, sentences_of
from custseg.rules.explaining.sentences import (
    WORDS,
    YES,
    found_in_words,
    label_in_words,
    learnt_in_words,
    listed,
    missing_in_words,
    named,
    origin_in_words,
    part_in_words,
    playbook_in_words,
    scored_in_words,
    setting_in_words,
    standing_in_words,
)
from custseg.rules.explaining.terms import Missing, Setting, Speech
from custseg.rules.policy import Playbook
from custseg.wording import say_number

__all__ = [
    "gate_in_words",
    "gist",
    "open_in_words",
    "score_in_words",
    "tell",
    "told_trials",
]

_IN, _DEEP = "  ", "      "


def tell(answer: Answer, language: Language) -> str:
    """Return an explanation as lines of text.

    Parameters
    ----------
    answer : Answer
    language : {"zh", "en"}
    """
    words = WORDS[language]
    lines = [
        words["customer"].format(answer.customer_id, answer.as_of),
        gist(answer, language),
        origin_in_words(answer.origin, language),
    ]
    for reason in answer.reasons:
        lines += ["", *_reason(reason, language)]
    if answer.grade is not None:
        lines += ["", *_grade(answer.grade, language)]
    for title, rows in _tables(answer, language):
        lines += ["", title, *(f"{_IN}{row}" for row in rows)] if rows else []
    return "\n".join(lines)


def gist(answer: Answer, language: Language) -> str:
    """Return the answer in one line: the tier and the score, or the labels.

    Parameters
    ----------
    answer : Answer
    language : {"zh", "en"}
    """
    words, grade = WORDS[language], answer.grade
    if grade is None:
        titles = (
            f"{one.family_title.of(language)}{words['is']}{one.label_title.of(language)}"
            for one in answer.reasons
        )
        return words["gist"].format(words["stop"].join(titles))
    tier = f"{words['tier']} {grade.title.of(language)}"
    capped = [
        gate_in_words(gate, grade, language).rstrip(":： ")
        for gate in grade.gates
        if gate.caps
    ]
    beside = capped or standing_in_words(grade, language)[:1]
    said = [tier, score_in_words(grade, language), *beside]
    return words["gist"].format(words["stop"].join(said))


def _reason(reason: Reason, language: Language) -> Iterator[str]:
    words = WORDS[language]
    label = label_in_words(reason.label_title, reason.label, language)
    yield f"{reason.family_title.of(language)}{words['is']}{label}"
    decided, before = told_trials(reason)
    if decided is None:
        yield f"{_IN}{words['own']}"
        return
    yield from _decided(decided, reason.missing, language, "others")
    yield from _playbook(reason.playbook, language)
    yield from _rejected(before, language)


def _decided(
    decided: Trial, missing: Sequence[Missing], language: Language, others: str
) -> Iterator[str]:
    words = WORDS[language]
    if decided.holds is None:
        first = open_in_words(decided, language)
        yield from _clauses(decided.clauses, first, language)
    elif decided.clauses:
        yield from _clauses(decided.clauses, words["because"], language)
        yield from _also(decided.also, language)
    else:
        yield f"{_IN}{words['because']}{words[others]}"
    for one in missing_in_words(missing, language):
        yield f"{_IN}{words['missing']}{one}"


def _clauses(
    clauses: Sequence[Clause], first: str, language: Language
) -> Iterator[str]:
    yield from _sentences(sentences_of(clauses, language), f"{_IN}{first}", language)


def _also(clauses: Sequence[Clause], language: Language) -> Iterator[str]:
    first = f"{_DEEP}{WORDS[language]['besides']}"
    for one in sentences_of(clauses, language):
        yield from _sentences([one], first, language)


def _sentences(
    sentences: Iterable[Sentence], first: str, language: Language
) -> Iterator[str]:
    before = first
    for one in sentences:
        formula = "" if language == "zh" else f"  [{one.formula}]"
        yield f"{before}{one.words}{formula}"
        before = f"{_DEEP}{WORDS[language]['and']}"


def told_trials(reason: Reason) -> tuple[Trial | None, tuple[Trial, ...]]:
    """Return the trial that tells the label, and the labels before it.

    A No has no conditions of its own: what denies Yes is its reason.
    """
    if [one.title for one in reason.rejected] == [YES]:
        return reason.rejected[0], ()
    return reason.decided, reason.rejected


def _rejected(trials: Sequence[Trial], language: Language) -> Iterator[str]:
    for first, reason in ruled_out(trials, language):
        yield from _sentences(reason, f"{_IN}{first}", language)


def open_in_words(trial: Trial, language: Language) -> str:
    """Return that a label cannot be told, to be followed by its clauses."""
    words = WORDS[language]
    if trial.title == YES:
        return words["open yes"]
    return words["open"].format(named(trial.title, language))


def _playbook(book: Playbook | None, language: Language) -> Iterator[str]:
    if book is not None:
        yield f"{_IN}{WORDS[language]['to do']}{playbook_in_words(book, language)}"


def _grade(grade: Grade, language: Language) -> Iterator[str]:
    words = WORDS[language]
    label = label_in_words(grade.title, grade.tier, language)
    yield f"{words['tier']}{words['is']}{label}"
    yield f"{_IN}{score_in_words(grade, language)}"
    if grade.card is not None:
        yield f"{_IN}{words['card'].format(grade.card.title.of(language))}"
    for part in grade.parts:
        said = part_in_words(part, language)
        facts = listed((fact.to_text(language) for fact in part.facts), language)
        title = part.part.title.of(language)
        beside = f"{words['stop']}{facts}" if facts else ""
        yield f"{_DEEP}{title}{words['is']}{said}{beside}  [{part.note.expression}]"
        if grade.earned is not None:
            for one in missing_in_words(part.missing, language):
                yield f"{_DEEP}{words['missing']}{one}"
    if grade.trials:
        yield from _decided(grade.trials[-1], grade.missing, language, "lowest")
    for gate in grade.gates:
        first = gate_in_words(gate, grade, language)
        yield from _clauses(gate.clauses, first, language)
        yield from _also(gate.also, language)
    for line in standing_in_words(grade, language):
        yield f"{_IN}{line}"
    yield from _playbook(grade.playbook, language)
    yield from _rejected(grade.trials[:-1], language)


def gate_in_words(gate: Barred, grade: Grade, language: Language) -> str:
    """Return what a gate does to a customer, to be followed by its clauses."""
    words, title = WORDS[language], named(gate.gate.title, language)
    if gate.caps:
        return words["caps"].format(named(grade.title, language), title)
    return words["gate holds" if gate.holds else "gate open"].format(title)


def score_in_words(grade: Grade, language: Language) -> str:
    """Return the score and how much of it is known."""
    words = WORDS[language]
    covered = f"{say_number(100 * grade.coverage)} %"
    if grade.score is None:
        asked = f"{say_number(float(100 * grade.grading.minimum_coverage))} %"
        return words["no score"].format(covered, asked)
    return words["score"].format(say_number(grade.score), covered)


def _tables(answer: Answer, language: Language) -> Iterator[tuple[str, list[str]]]:
    """Yield the titles and lines of what stands behind the clauses."""
    words, speech = WORDS[language], answer.origin.speech
    yield (
        words["scores"],
        [
            f"{one.note.term.title.of(language)}{words['is']}"
            f"{scored_in_words(one, language)}  [{one.note.expression}]"
            for one in answer.scores
        ],
    )
    yield (
        words["lookups"],
        [
            f"{one.note.term.title.of(language)}{words['is']}"
            f"{found_in_words(one, language)}"
            for one in answer.lookups
        ],
    )
    yield (
        words["thresholds"],
        list(_settings(answer.settings(), speech, language)),
    )
    on = words["learned"].format(answer.origin.fitted_on, answer.origin.reference)
    yield (
        on,
        [
            f"{one.key}{words['is']}{learnt_in_words(one, language)}"
            for one in answer.learnt()
        ],
    )


def _settings(
    settings: Sequence[Setting], speech: Speech, language: Language
) -> Iterator[str]:
    """Yield thresholds with their sources, and in one line those without."""
    words, bare = WORDS[language], []
    for one in settings:
        said = f"{one.code} = {one.say(speech, language)}"
        told = setting_in_words(one, language)
        if told:
            yield f"{said}{words['stop']}{told}"
        else:
            bare.append(said)
    if bare:
        yield listed(bare, language)
