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
    told = [one for one in clauses if one.leaf.shown or one.settings] or clauses
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
    groups: dict[tuple[str, ...], _Group] = {}
    for trial in trials:
        clauses = trial.clauses
        texts = _texts(clauses, language)
        way = tuple([one.expression for one in clauses])
        key = tuple([one.words for one in texts]) or way
        group = groups.setdefault(key, _Group(clauses, texts, [], set()))
        group.titles.append(named(trial.title, language))
        group.ways.add(way)
    for clauses, texts, titles, ways in groups.values():
        plain = not texts or (len(ways) == 1 and len(texts) == len(clauses))
        reason = sentences_of(clauses, language) if plain else texts
        yield WORDS[language]["not"].format(listed(titles, language)), reason


class _Group(NamedTuple):
    """Labels that the same rules out: by which clauses, or texts, and in which ways."""

    clauses: tuple[Clause, ...]
    texts: tuple[Sentence, ...]
    titles: list[str]
    ways: set[tuple[str, ...]]


def _texts(clauses: Sequence[Clause], language: Language) -> tuple[Sentence, ...]:
    """Return what the texts are, each once; nothing where other clauses failed too."""
    sides = [one.leaf.compared for one in clauses if not one.holds]
    lefts = [one.left.node for one in sides if one and one.unit is Unit.TEXT]
    if len(lefts) < len(clauses):
        return ()
    found: dict[str, Sentence] = {}
    for one, left in zip(clauses, lefts, strict=True):
        words = one.to_text(language, brief=True)
        found.setdefault(words, Sentence(words, to_text(left)))
    return tuple(found.values())
