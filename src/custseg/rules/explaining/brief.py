"""Explanations in brief: one line for each answer, for the side bar of a CRM.

A sales manager asks why, and has half a screen. So the tier comes first, with the
points of its parts, the gate that capped it, how far the next tier is and what to do;
then each family with its label and what decided it, in words and numbers. Codes,
formulas, thresholds by name and the labels that were not given stay in the long form.

The method: of several clauses about one value the one with the tightest bar says it
all. Why not the label before is told where the label is for all others, or asks for no
more than that one did; and where the same value has a bar on its other side, that one.

Limits: of what is missing for one reason at most two facts are named, the others are
counted. What to do is told for the tier, or for each label where no tier is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from attrs import frozen

from custseg.labels import Language
from custseg.rules.explaining.answers import Answer
from custseg.rules.explaining.clauses import Clause, Reason, Trial
from custseg.rules.explaining.graded import Grade, PartGrade
from custseg.rules.explaining.ruled_out import worth_telling
from custseg.rules.explaining.sentences import (
    WORDS,
    listed,
    named,
    playbook_in_words,
    standing_in_words,
)
from custseg.rules.explaining.signs import OPPOSITE
from custseg.rules.explaining.terms import Missing
from custseg.rules.explaining.text import score_in_words, told_trials
from custseg.rules.policy import Playbook
from custseg.units import Unit
from custseg.wording import say_number

__all__ = ["Brief", "Line", "in_brief"]

_SIGN: Final = re.compile(r" [<>≤≥] ")
_ACROSS: Final = {"<": ">", ">": "<"}
_MOST_NAMED: Final = 2
"""Missing facts of one reason that are named."""


@frozen
class Line:
    """One answer: what was asked, what the answer is, why, and what belongs to it.

    Parameters
    ----------
    asked, answer : str
        Titles, such as of a family and of its label.
    why : str
        "" where there is nothing to tell.
    beneath : tuple of str
        Such as what to do.
    """

    asked: str
    answer: str
    why: str = ""
    beneath: tuple[str, ...] = ()


@frozen
class Brief:
    """An explanation in brief.

    Parameters
    ----------
    head : str
        Who, and as of when.
    lines : tuple of Line
        The tier first, where it is told.
    language : {"zh", "en"}
    """

    head: str
    lines: tuple[Line, ...]
    language: Language

    def to_text(self) -> str:
        """Return it as lines of text."""
        words, said = WORDS[self.language], [self.head]
        for line in self.lines:
            why = f"{words['dash']}{line.why}" if line.why else ""
            said.append(f"{line.asked}{words['is']}{line.answer}{why}")
            said += [f"  {one}" for one in line.beneath]
        return "\n".join(said)


def in_brief(answer: Answer, language: Language) -> Brief:
    """Return an explanation in brief.

    Parameters
    ----------
    answer : Answer
    language : {"zh", "en"}
    """
    head = WORDS[language]["customer"].format(answer.customer_id, answer.as_of)
    grade = answer.grade
    lines = [] if grade is None else [_tier(grade, language)]
    for reason in answer.reasons:
        to_do = _to_do(reason.playbook, language) if grade is None else ()
        title, label = reason.family_title, reason.label_title
        why = _why(reason, language)
        lines.append(Line(title.of(language), label.of(language), why, to_do))
    return Brief(head, tuple(lines), language)


# -- the tier


def _tier(grade: Grade, language: Language) -> Line:
    words, said = WORDS[language], [_score(grade, language)]
    capping = [gate for gate in grade.gates if gate.caps]
    if not capping:
        said += standing_in_words(grade, language)[:1]
    parts = listed((_part(one, language) for one in grade.parts), language)
    beneath = [f"{words['parts']}{parts}"]
    if not capping:
        beneath.append(_asked_beside_score(grade, language))
    for gate in capping:
        assert grade.earned is not None  # noqa: S101 - a gate takes what was earned
        titles = (named(one, language) for one in (grade.earned.title, gate.gate.title))
        why = _clauses([*gate.clauses, *gate.also], language)
        beneath.append(words["capped"].format(*titles) + why)
    if grade.earned is None:
        beneath.append(_missing(grade.missing, language))
    beneath += _to_do(grade.playbook, language)
    answer, why = grade.title.of(language), words["stop"].join(said)
    return Line(words["tier"], answer, why, tuple(filter(None, beneath)))


def _score(grade: Grade, language: Language) -> str:
    if grade.score is None or grade.coverage < 1:
        return score_in_words(grade, language)
    return WORDS[language]["brief score"].format(say_number(grade.score))


def _part(part: PartGrade, language: Language) -> str:
    words, title = WORDS[language], part.part.title.of(language)
    if part.points is None:
        return words["brief no part"].format(title)
    weight = f"{part.weight.normalize():f}"
    return words["brief part"].format(title, say_number(part.points), weight)


def _asked_beside_score(grade: Grade, language: Language) -> str:
    """Return what a tier rests on beside the bars of the score; mostly nothing."""
    if grade.earned is None or not grade.trials:
        return ""
    *before, decided = grade.trials
    told: list[Clause] = []
    if grade.earned.entry is None:
        told += [*decided.clauses, *decided.also]
    barred = grade.above is not None and grade.above.entry is not None
    if before and not barred and decided.asked <= before[-1].asked:
        told += _nearest(before)
    return WORDS[language]["because"] + _clauses(told, language) if told else ""


def _to_do(book: Playbook | None, language: Language) -> tuple[str, ...]:
    if book is None:
        return ()
    return (f"{WORDS[language]['to do']}{playbook_in_words(book, language)}",)


# -- a label


def _why(reason: Reason, language: Language) -> str:
    decided, before = told_trials(reason)
    if decided is None:
        return ""
    if decided.holds is None:
        return _missing(reason.missing, language)
    clauses = [*decided.clauses, *decided.also]
    if before and decided.asked <= before[-1].asked and not _names(clauses):
        clauses += _nearest(before)
    return _clauses(clauses, language)


def _names(clauses: Sequence[Clause]) -> bool:
    """Say whether a text decided: that says all of what a label is."""
    sides = (one.leaf.compared for one in clauses if one.holds)
    return any(side is not None and side.unit is Unit.TEXT for side in sides)


def _nearest(before: Sequence[Trial]) -> list[Clause]:
    """Return why it is not the label before, and other bars of the same values."""
    *others, last = before
    told = [*last.clauses]
    sides = {side for side in map(_side, told) if side is not None}
    across = {(subject, _ACROSS[sign]) for subject, sign in sides} - sides
    more = (clause for one in others for clause in one.clauses)
    return told + [one for one in more if _side(one) in across]


def _clauses(clauses: Sequence[Clause], language: Language) -> str:
    """Return clauses in one line, each thing said once."""
    told = worth_telling(clauses)
    kept = _tightest([one for one in told if not _is_idle(one)] or told)
    said = dict.fromkeys(one.to_text(language, brief=True) for one in kept)
    return WORDS[language]["stop"].join(_together(said, language))


def _is_idle(clause: Clause) -> bool:
    """Say whether something is unknown in it that the policy goes on without."""
    if clause.holds is None:
        return True
    unknown = {fact.code for fact in clause.facts if fact.value is None}
    return not unknown <= clause.leaf.essential


def _together(phrases: Iterable[str], language: Language) -> list[str]:
    """Return phrases, two bars of one value in one: "Gap: 9 days > 5 days and ≤ 20"."""
    done: dict[str, list[str]] = {}
    for one in phrases:
        sign = _SIGN.search(one)
        at = len(one) if sign is None else sign.start()
        done.setdefault(one[:at], []).append(one[at:].strip())
    both = WORDS[language]["both"]
    said = [[start, both.join(filter(None, bars))] for start, bars in done.items()]
    return [" ".join(filter(None, one)).replace("） 且", "）且") for one in said]


def _tightest(clauses: Sequence[Clause]) -> list[Clause]:
    """Return clauses without those that follow from another about the same value."""
    best: dict[tuple[int, str], Clause] = {}
    for one in clauses:
        side = _side(one)
        if side is None:
            continue
        kept = best.setdefault(side, one)
        if _bar(one) != _bar(kept) and (_bar(one) < _bar(kept)) == (side[1] == "<"):
            best[side] = one
    return [one for one in clauses if (side := _side(one)) is None or best[side] is one]


def _side(clause: Clause) -> tuple[int, str] | None:
    """Return which value is compared, and on which side of the bar it is."""
    side, bar, op = clause.leaf.compared, clause.bar, clause.comparison
    if side is None or clause.holds is None or not isinstance(bar, int | float):
        return None
    sign = (op if clause.holds else OPPOSITE.get(op, op))[0]
    return (side.left.at, sign) if sign in "<>" else None


def _bar(clause: Clause) -> float:
    assert isinstance(clause.bar, int | float)  # noqa: S101 - of those with a side
    return clause.bar


# -- what is missing


def _missing(several: Iterable[Missing], language: Language) -> str:
    """Return what is missing, facts of one reason together."""
    words = WORDS[language]
    groups: dict[str, list[str]] = {}
    for one in several:
        title, reason = _lack(one, language)
        titles = groups.setdefault(reason, [])
        if title not in titles:
            titles.append(title)
    said = words["stop"].join(_groups(groups, language))
    return f"{words['missing']}{said}" if said else ""


def _groups(groups: dict[str, list[str]], language: Language) -> Iterator[str]:
    words = WORDS[language]
    for reason, titles in groups.items():
        said = listed(titles, language)
        if len(titles) > _MOST_NAMED:
            counted = (len(titles) - 1, len(titles))
            said = words["more"].format(titles[0], *counted)
        yield words["title"].format(said, reason) if reason else said


def _lack(missing: Missing, language: Language) -> tuple[str, str]:
    """Return what is missing and, in a few words, why."""
    words, term = WORDS[language], missing.term
    if term is None:
        title = missing.learnt if missing.of is None else missing.of.of(language)
        return title, words["brief few"]
    title = term.spoken.of(language)
    if missing.unsited:
        return title, words["brief unsited"]
    if missing.absent:
        return title, words["brief absent"]
    if missing.why is None:
        return title, words["brief no entry"] if term.kind == "lookup" else ""
    return title, words["brief when"].format(missing.why.of(language))
