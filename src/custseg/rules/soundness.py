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

from custseg.errors import SettingError
from custseg.labels import UNKNOWN
from custseg.money import check_currency
from custseg.rules.describing import described, shown
from custseg.rules.lookups import check_lookup
from custseg.rules.naming import (
    RESERVED,
    check_code,
    check_drawn,
    check_repeated,
    check_title,
)
from custseg.rules.places import Found, Path, found_at
from custseg.rules.playbooks import check_playbooks
from custseg.rules.policy import (
    Bins,
    Family,
    Grading,
    LabelRule,
    PolicyTree,
    Score,
    Threshold,
)
from custseg.units import Unit

__all__ = ["unsound"]

_LARGEST_SHARE: Final = 10
"""A growth of 1,000 %; beyond it somebody meant per cent."""

_PER_CENT: Final = re.compile(r"\s*([0-9]{1,4}(?:\.[0-9]{1,4})?)\s*%\s*")
_CURRENCY_SLIPS: Final = {"RMB": "CNY", "CNH": "CNY", "UKP": "GBP", "EURO": "EUR"}
_MOST_BINS: Final = 100


def unsound(policy: PolicyTree) -> list[Found]:
    """Return everything that is wrong with a policy apart from its expressions.

    Parameters
    ----------
    policy : PolicyTree

    Returns
    -------
    list of Found
        In the order of the file; empty where all is well.

    Examples
    --------
    >>> from attrs import evolve
    >>> from custseg.rules.loader import load_tree
    >>> policy = load_tree("company")
    >>> wrong = evolve(policy, about=evolve(policy.about, currency="CNX"))
    >>> [found.problem.where for found in unsound(wrong)]
    ['$.about.currency']
    """
    return [
        *_about(policy),
        *_basis(policy),
        *_thresholds(policy.thresholds),
        *_names(policy),
        *(found for lookup in policy.lookups for found in check_lookup(lookup)),
        *(found for score in policy.scores for found in _score(score)),
        *(found for family in policy.families for found in _family(family)),
        *(_grading(policy.grading) if policy.grading else ()),
        *check_playbooks(policy),
    ]


def _about(policy: PolicyTree) -> Iterator[Found]:
    about = policy.about
    yield from check_code(
        about.code, ("about", "code"), upper=False, reserved=frozenset()
    )
    if not about.version.strip():
        yield found_at(("about", "version"), "the version is empty", hint="write one")
    yield from check_drawn(about.version, ("about", "version"))
    yield from check_title(about.title, ("about", "title"))
    try:
        check_currency(about.currency)
    except SettingError as error:
        (one,) = error.problems
        meant = _CURRENCY_SLIPS.get(about.currency.upper())
        yield found_at(
            ("about", "currency"),
            one.what,
            got=described(about.currency),
            allowed=one.allowed,
            hint=f"write {meant}" if meant else one.hint,
        )


def _basis(policy: PolicyTree) -> Iterator[Found]:
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
        yield from _unit(one, path)
        if one.before and one.since is None:
            yield found_at(
                path,
                "a threshold with earlier values has to say since when it holds",
                hint="add since = 2026-01-01, or whichever day it was",
            )
        else:
            yield from _earlier(one, path)


def _unit(one: Threshold, path: Path) -> Iterator[Found]:
    value = one.value
    if isinstance(value, Decimal):
        if one.unit is Unit.SHARE and abs(value) > _LARGEST_SHARE:
            yield found_at(
                (*path, "is"),
                f"a share is a part of one: this would be {value * 100:,f} %",
                got=described(value),
                hint=f"write {(value / 100).normalize():f}",
            )
    elif one.unit is not None:
        per_cent = _PER_CENT.fullmatch(value) if isinstance(value, str) else None
        share = (Decimal(per_cent[1]) / 100).normalize() if per_cent else None
        yield found_at(
            (*path, "unit"),
            f"only a number has a unit, and this is {described(value)}",
            hint=f"write is = {share:f}, without quotes"
            if share is not None
            else "take the unit out, or the quotes off the number",
        )


def _earlier(one: Threshold, path: Path) -> Iterator[Found]:
    begun: set[date | None] = {one.since}
    for place, earlier in enumerate(one.before):
        here = (*path, "before", place)
        if type(earlier.value) is not type(one.value) or earlier.unit is not one.unit:
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


def _names(policy: PolicyTree) -> Iterator[Found]:
    """Check the codes that expressions can name; each means one thing only."""
    taken: dict[str, str] = {}
    tables: tuple[tuple[str, str, Sequence[object]], ...] = (
        ("thresholds", "threshold", policy.thresholds),
        ("features", "feature", policy.features),
        ("lookups", "lookup", policy.lookups),
        ("scores", "score", policy.scores),
        ("families", "family", policy.families),
    )
    for table, noun, entries in tables:
        for entry in entries:
            code = entry.code  # type: ignore[attr-defined]
            path = (table, code)
            yield from check_code(code, path, upper=False, reserved=RESERVED)
            if code in taken:
                yield found_at(
                    path,
                    f"the code is used twice: it is a {taken[code]} already",
                    hint=f"rename the {noun}",
                )
            taken.setdefault(code, noun)
            if not isinstance(entry, Threshold):
                yield from check_title(entry.title, (*path, "title"))  # type: ignore[attr-defined]


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
            yield found_at((*path, "at"), "the edges do not rise", got=shown(edges))
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
    yield from check_repeated(labels, (*path, "labels"), "label")
    for place, label in enumerate(labels):
        here = (*path, "labels", place)
        yield from _label(label, here)
        if place < len(labels) - 1 and not label.when.strip():
            what = "a label before the last needs a condition"
            yield found_at(here, what, hint='add when = "..."')
        elif place == len(labels) - 1 and label.when and place:
            yield found_at(
                (*here, "when"),
                "the last label is for all others and has no condition",
                hint="take the condition out, or add a label after it",
            )


def _label(label: LabelRule, path: Path) -> Iterator[Found]:
    reserved = frozenset({UNKNOWN})
    yield from check_code(label.code, (*path, "code"), upper=True, reserved=reserved)
    yield from check_title(label.title, (*path, "title"))


def _grading(grading: Grading) -> Iterator[Found]:
    path: Path = ("grading",)
    yield from check_title(grading.title, (*path, "title"))
    least = grading.minimum_coverage
    if not 0 <= least <= 1:
        yield found_at(
            (*path, "minimum_coverage"),
            "a coverage is a part of one",
            got=described(least),
            allowed="0 to 1",
            hint=f"write {(least / 100).normalize():f}" if 1 < least <= 100 else "",
        )
    yield from _weights(grading)
    yield from check_repeated(grading.parts, (*path, "parts"), "part")
    for place, part in enumerate(grading.parts):
        here = (*path, "parts", place)
        yield from check_code(
            part.code, (*here, "code"), upper=False, reserved=RESERVED
        )
        yield from check_title(part.title, (*here, "title"))
    yield from _tiers(grading)


def _weights(grading: Grading) -> Iterator[Found]:
    weights = [part.weight for part in grading.parts]
    for place, weight in enumerate(weights):
        if weight <= 0:
            yield found_at(
                ("grading", "parts", place, "weight"),
                "a weight is greater than 0",
                got=described(weight),
            )
    rest = 100 - sum(weights, Decimal(0))
    if not weights:
        hint = "add [[grading.parts]]"
        yield found_at(("grading", "parts"), "a grading needs parts", hint=hint)
    elif rest and min(weights) > 0:
        listed = " + ".join(f"{weight:f}" for weight in weights[:20])
        more = " + ..." if len(weights) > 20 else ""
        yield found_at(
            ("grading", "parts"),
            "the weights of all parts add up to 100",
            got=f"{listed}{more} = {100 - rest:f}",
            hint=f"add {rest:f} to one of them"
            if rest > 0
            else f"take {-rest:f} off them",
        )


def _tiers(grading: Grading) -> Iterator[Found]:
    path: Path = ("grading", "tiers")
    tiers = grading.tiers
    if len(tiers) < 2:
        yield found_at(
            path,
            "a grading needs at least two tiers",
            got=str(len(tiers)),
            hint="add [[grading.tiers]], from the highest to the lowest",
        )
    yield from check_repeated(tiers, path, "tier")
    above: Decimal | None = None
    for place, tier in enumerate(tiers):
        here = (*path, place)
        reserved = frozenset({UNKNOWN})
        yield from check_code(tier.code, (*here, "code"), upper=True, reserved=reserved)
        yield from check_title(tier.title, (*here, "title"))
        if place == len(tiers) - 1:
            if tier.entry is not None and place:
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
