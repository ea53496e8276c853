"""Clauses as sentences with their formulas, and labels that one reason rules out.

A text is one thing and none of many others. So where texts alone rule labels out, they
are told together by what the text is, and not each by what it is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from custseg.labels import Language
from custseg.rules.explaining.clauses import Clause, Trial
from custseg.rules.explaining.sentences import WORDS, listed, named
from custseg.rules.expression import to_text
from custseg.units import Unit

__all__ = ["Sentence", "ruled_out", "sentences_of", "worth_telling"]


class Sentence(NamedTuple):
    """A clause in words, and what the policy has in its place."""

    words: str
    formula: str


def sentences_of(clauses: Sequence[Clause], language: Language) -> tuple[Sentence, ...]:
    """Return those clauses that are worth telling as sentences."""
    told = worth_telling(clauses)
    return tuple(Sentence(one.to_text(language), one.expression) for one in told)


def worth_telling(clauses: Sequence[Clause]) -> Sequence[Clause]:
    """Return clauses without those that add nothing to the others.

    Such as a plain ``false``, or that a fact is known of which another clause tells.
    """
    told = [one for one in clauses if one.facts or one.settings] or clauses
    idle = [one for one in told if one.leaf.asks_known and one.holds]
    if not idle:
        return told
    shown = {code for one in told if one not in idle for code in one.leaf.essential}
    return [
        one
        for one in told
        if one not in idle or not shown.issuperset(fact.code for fact in one.facts)
    ]


def ruled_out(
    trials: Sequence[Trial], language: Language
) -> Iterator[tuple[str, tuple[Sentence, ...]]]:
    """Yield labels that the same rules out, together, and what that is.

    Parameters
    ----------
    trials : sequence of Trial
        Of which none holds.
    language : {"zh", "en"}

    Yields
    ------
    said : str
        That it is none of these labels, to be followed by the reason.
    reason : tuple of Sentence
    """
    groups: dict[tuple[str, ...], list[Trial]] = {}
    for trial in trials:
        same = [one.words for one in _texts(trial.clauses, language)]
        key = same or [one.expression for one in trial.clauses]
        groups.setdefault(tuple(key), []).append(trial)
    for together in groups.values():
        clauses = together[0].clauses
        reason, texts = sentences_of(clauses, language), _texts(clauses, language)
        alike = {tuple(c.expression for c in one.clauses) for one in together}
        if texts and (len(alike) > 1 or len(texts) < len(reason)):
            reason = texts
        titles = listed((named(one.title, language) for one in together), language)
        yield WORDS[language]["not"].format(titles), reason


def _texts(clauses: Sequence[Clause], language: Language) -> tuple[Sentence, ...]:
    """Return what the texts are, each once; nothing where other clauses failed too."""
    found: dict[str, Sentence] = {}
    for one in worth_telling(clauses):
        side = one.leaf.compared
        if one.holds or side is None or side.unit is not Unit.TEXT:
            return ()
        words = one.to_text(language, brief=True)
        found.setdefault(words, Sentence(words, to_text(side.left.node)))
    return tuple(found.values())
