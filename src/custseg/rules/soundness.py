"""Whether a policy makes sense apart from its expressions.

A policy can have the right shape and still be wrong: parts that add up to 90, a tier
that nobody can reach because the one above it asks for less, two labels of one code.
Everything that can be seen without reading a condition is looked at here.

Limits: conditions and formulas are the business of :mod:`custseg.rules.plan`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Final
from unicodedata import category

from custseg.errors import SettingError
from custseg.labels import UNKNOWN, Title
from custseg.money import check_currency
from custseg.rules.expression.functions import FUNCTIONS
from custseg.rules.places import Found, Path, found_at, spelled
from custseg.rules.policy import (
    Bins,
    Family,
    Grading,
    LabelRule,
    Policy,
    Score,
    Threshold,
)
from custseg.rules.reading import described

__all__ = ["RESERVED", "unsound"]

RESERVED: Final = frozenset(
    {
        *("and", "or", "not", "in", "true", "false"),
        *("d", "day", "days"),
        *FUNCTIONS,
        *("customer_id", "tier", "score"),
    }
)
"""Words of the expression language and of results, which cannot be codes."""

_LOWER: Final = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_UPPER: Final = re.compile(r"[A-Z][A-Z0-9_]*", re.ASCII)
_LONGEST_CODE: Final = 60
_UNSEEN: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
_MOST_BINS: Final = 100


def unsound(policy: Policy) -> list[Found]:
    """Return everything that is wrong with a policy apart from its expressions.

    Parameters
    ----------
    policy : Policy

    Returns
    -------
    list of Found
        In the order of the file; empty where all is well.

    Examples
    --------
    >>> from attrs import evolve
    >>> from custseg.rules.loader import load_policy
    >>> policy = load_policy("company")
    >>> wrong = evolve(policy, about=evolve(policy.about, currency="CNX"))
    >>> [found.problem.where for found in unsound(wrong)]
    ['$.about.currency']
    """
    return [
        *_about(policy),
        *_basis(policy),
        *_thresholds(policy.thresholds),
        *_names(policy),
        *(found for score in policy.scores for found in _score(score)),
        *(found for family in policy.families for found in _family(family)),
        *(_grading(policy.grading) if policy.grading else ()),
    ]


def _about(policy: Policy) -> Iterator[Found]:
    about = policy.about
    yield from _code(about.code, ("about", "code"), upper=False, reserved=frozenset())
    if not about.version.strip():
        yield found_at(("about", "version"), "the version is empty", hint="write one")
    yield from _hidden(about.version, ("about", "version"))
    yield from _title(about.title, ("about", "title"))
    try:
        check_currency(about.currency)
    except SettingError as error:
        (one,) = error.problems
        yield found_at(
            ("about", "currency"),
            one.what,
            got=described(about.currency),
            allowed=one.allowed,
            hint=one.hint,
        )


def _basis(policy: Policy) -> Iterator[Found]:
    if (least := policy.basis.reference.minimum) < 1:
        yield found_at(
            ("basis", "reference", "minimum"),
            "a reference needs members",
            got=str(least),
            allowed="a whole number from 1",
        )


def _thresholds(thresholds: Iterable[Threshold]) -> Iterator[Found]:
    for one in thresholds:
        path: Path = ("thresholds", one.code)
        kind = _kind(one.value)
        if kind is not Decimal and one.unit is not None:
            yield found_at(
                (*path, "unit"),
                f"only a number has a unit, and this is {described(one.value)}",
                hint="take the unit out, or the quotes off the number",
            )
        if one.before and one.since is None:
            yield found_at(
                path,
                "a threshold with earlier values has to say since when it holds",
                hint="add since = 2026-01-01, or whichever day it was",
            )
        begun: set[date | None] = {one.since}
        for place, earlier in enumerate(one.before):
            here = (*path, "before", place)
            if _kind(earlier.value) is not kind or earlier.unit is not one.unit:
                yield found_at(
                    (*here, "is"),
                    "an earlier value is of the same kind and unit as the present one",
                    got=described(earlier.value),
                )
            if one.since and earlier.since and earlier.since > one.since:
                yield found_at(
                    (*here, "since"),
                    "an earlier value cannot begin after the present one",
                    got=described(earlier.since),
                    allowed=f"a day before {one.since}",
                )
            elif earlier.since in begun:
                since = earlier.since or "no day"
                yield found_at(
                    (*here, "since") if earlier.since else here,
                    f"two values of the threshold begin on {since}",
                    hint="give each its own day in 'since'",
                )
            begun.add(earlier.since)


def _kind(value: Decimal | bool | str) -> type:  # noqa: FBT001 - a value, no option
    return type(value)


def _names(policy: Policy) -> Iterator[Found]:
    """Check the codes that expressions can name; each means one thing only."""
    taken: dict[str, str] = {}
    tables: tuple[tuple[str, str, Sequence[object]], ...] = (
        ("thresholds", "threshold", policy.thresholds),
        ("features", "feature", policy.features),
        ("scores", "score", policy.scores),
        ("families", "family", policy.families),
    )
    for table, noun, entries in tables:
        for entry in entries:
            code = entry.code  # type: ignore[attr-defined]
            path = (table, code)
            yield from _code(code, path, upper=False, reserved=RESERVED)
            if code in taken:
                yield found_at(
                    path,
                    f"the code is used twice: it is a {taken[code]} already",
                    hint=f"rename the {noun}",
                )
            taken.setdefault(code, noun)
            if not isinstance(entry, Threshold):
                yield from _title(entry.title, (*path, "title"))  # type: ignore[attr-defined]


def _code(
    code: str, path: Path, *, upper: bool, reserved: frozenset[str]
) -> Iterator[Found]:
    pattern, words = (_UPPER, "upper") if upper else (_LOWER, "lower")
    wanted = code.strip().replace(" ", "_").replace("-", "_")
    wanted = wanted.upper() if upper else wanted.lower()
    if not pattern.fullmatch(code) or len(code) > _LONGEST_CODE:
        good = pattern.fullmatch(wanted) and len(wanted) <= _LONGEST_CODE
        first = "A" if upper else "a"
        last = "Z" if upper else "z"
        yield found_at(
            path,
            f"a code is written in {words} case",
            got=described(code),
            allowed=f"{first}-{last}, 0-9 and _, a letter first, at most "
            f"{_LONGEST_CODE} characters",
            hint=f"write '{wanted}'" if good else "",
        )
    elif code in reserved:
        yield found_at(
            path,
            f"'{code}' has a meaning of its own and cannot be a code",
            hint="choose another code",
        )


def _title(title: Title, path: Path) -> Iterator[Found]:
    for language, words in (("zh", title.zh), ("en", title.en)):
        if not words.strip():
            yield found_at((*path, language), "the title is empty", hint="write one")
        yield from _hidden(words, (*path, language))


def _hidden(text: str, path: Path) -> Iterator[Found]:
    """Refuse what does not draw, or turns the direction of writing."""
    # The joiners belong to emoji and to several scripts.
    bad = [c for c in text if category(c) in _UNSEEN and c not in "\u200c\u200d"]
    if bad:
        yield found_at(
            path,
            "the text holds a hidden character",
            got=f"{described(text)} with U+{ord(bad[0]):04X}",
            hint="delete it, and write the text again",
        )


def _score(score: Score) -> Iterator[Found]:
    if score.bins is not None:
        yield from _bins(score.bins, ("scores", score.code, "bins"))


def _bins(bins: Bins, path: Path) -> Iterator[Found]:
    steps = bins.into
    if bins.by == "edges":
        steps = len(bins.at) + 1
        if not bins.at:
            yield found_at(
                path, "bins by edges need the edges", hint="add at = [100, 200]"
            )
        if any(high <= low for low, high in zip(bins.at, bins.at[1:], strict=False)):
            edges = ", ".join(str(edge) for edge in bins.at)
            yield found_at((*path, "at"), "the edges do not rise", got=edges[:200])
    elif bins.at:
        yield found_at(
            (*path, "at"),
            f"bins by {bins.by} learn their edges from the reference",
            hint='take at out, or write by = "edges"',
        )
    most = _MOST_BINS
    if not 2 <= steps <= most and not (bins.by == "edges" and not bins.at):
        yield found_at(
            (*path, "at" if bins.by == "edges" else "into"),
            "there are too few or too many bins",
            got=str(steps),
            allowed=f"2 to {most}",
        )
    elif not 1 <= bins.otherwise <= max(steps, 2):
        yield found_at(
            (*path, "otherwise"),
            "'otherwise' is none of the bins",
            got=str(bins.otherwise),
            allowed=f"1 to {steps}",
        )


def _family(family: Family) -> Iterator[Found]:
    path: Path = ("families", family.code)
    labels = family.labels
    if len(labels) < 2:
        yield found_at(
            path,
            "a family needs at least two labels, or a flag its condition",
            got=f"{len(labels)} label" + ("s" if not labels else ""),
            hint=f'add [[families.{family.code}.labels]], or yes = "..."',
        )
    yield from _repeated(labels, (*path, "labels"), "label")
    for place, label in enumerate(labels):
        yield from _label(label, (*path, "labels", place), last=label is labels[-1])


def _label(label: LabelRule, path: Path, *, last: bool) -> Iterator[Found]:
    reserved = frozenset({UNKNOWN})
    yield from _code(label.code, (*path, "code"), upper=True, reserved=reserved)
    yield from _title(label.title, (*path, "title"))
    if last and label.when:
        yield found_at(
            (*path, "when"),
            "the last label is for all others and has no condition",
            hint="take the condition out, or add a label after it",
        )
    if not last and not label.when.strip():
        yield found_at(
            path,
            "a label before the last needs a condition",
            hint='add when = "..."',
        )


def _repeated(entries: Sequence[object], path: Path, noun: str) -> Iterator[Found]:
    first: dict[str, int] = {}
    for place, entry in enumerate(entries):
        code = entry.code  # type: ignore[attr-defined]
        if code in first:
            yield found_at(
                (*path, place, "code"),
                f"the {noun} '{code}' is there twice",
                hint=f"the first is {spelled((*path, first[code]))}",
            )
        first.setdefault(code, place)


def _grading(grading: Grading) -> Iterator[Found]:
    path: Path = ("grading",)
    yield from _title(grading.title, (*path, "title"))
    if not 0 <= grading.minimum_coverage <= 1:
        yield found_at(
            (*path, "minimum_coverage"),
            "a coverage is a part of one",
            got=described(grading.minimum_coverage),
            allowed="0 to 1",
        )
    yield from _weights(grading)
    yield from _repeated(grading.parts, (*path, "parts"), "part")
    for place, part in enumerate(grading.parts):
        here = (*path, "parts", place)
        yield from _code(part.code, (*here, "code"), upper=False, reserved=RESERVED)
        yield from _title(part.title, (*here, "title"))
    yield from _tiers(grading)


def _weights(grading: Grading) -> Iterator[Found]:
    for place, part in enumerate(grading.parts):
        if part.weight <= 0:
            yield found_at(
                ("grading", "parts", place, "weight"),
                "a weight is greater than 0",
                got=described(part.weight),
            )
    total = sum((part.weight for part in grading.parts), Decimal(0))
    if total != 100:
        yield found_at(
            ("grading", "parts"),
            "the weights of all parts add up to 100",
            got=" + ".join(f"{part.weight:f}" for part in grading.parts[:20])
            + (f" = {total:f}" if grading.parts else "no parts"),
        )


def _tiers(grading: Grading) -> Iterator[Found]:
    path: Path = ("grading", "tiers")
    tiers = grading.tiers
    if len(tiers) < 2:
        yield found_at(path, "a grading needs at least two tiers", got=str(len(tiers)))
    yield from _repeated(tiers, path, "tier")
    above: Decimal | None = None
    for place, tier in enumerate(tiers):
        here = (*path, place)
        reserved = frozenset({UNKNOWN})
        yield from _code(tier.code, (*here, "code"), upper=True, reserved=reserved)
        yield from _title(tier.title, (*here, "title"))
        if place == len(tiers) - 1:
            if tier.entry is not None:
                yield found_at(
                    (*here, "entry"),
                    "the lowest tier is for all others and has no entry",
                    hint="take it out, or add a tier below",
                )
        elif tier.entry is None:
            yield found_at(
                here, "a tier above the lowest needs an entry", hint="add entry = 80"
            )
        elif above is not None and tier.entry >= above:
            yield found_at(
                (*here, "entry"),
                "the entries do not fall from tier to tier",
                got=described(tier.entry),
                allowed=f"less than {above:f}, the entry of the tier above",
            )
        above = tier.entry if tier.entry is not None else above
