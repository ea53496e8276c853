"""Whether a policy makes sense apart from its expressions.

A policy can have the right shape and still be wrong: parts that add up to 90, a tier
that nobody can reach because the one above it asks for less, two labels of one code.
Everything that can be seen without reading a condition is looked at here.

Limits: conditions and formulas are the business of :mod:`custseg.rules.planning`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from custseg.attributes import kind_of, name_fault
from custseg.errors import SettingError
from custseg.money import check_currency
from custseg.rules.acts.acting import check_acting
from custseg.rules.acts.playbooks import check_playbooks
from custseg.rules.checks.sound_grading import check_grading
from custseg.rules.checks.sound_labels import check_family, check_score
from custseg.rules.describing import described
from custseg.rules.lookups import check_lookup
from custseg.rules.naming import (
    RESERVED,
    check_code,
    check_drawn,
    check_title,
)
from custseg.rules.paths import Found, Path, found_at
from custseg.rules.policy import NamedFeature, PolicyTree, Threshold
from custseg.units import Unit

__all__ = ["unsound"]

_LARGEST_SHARE: Final = 10
"""A growth of 1,000 %; beyond it somebody meant per cent."""

_PER_CENT: Final = re.compile(r"\s*([0-9]{1,4}(?:\.[0-9]{1,4})?)\s*%\s*")
_CURRENCY_SLIPS: Final = {"RMB": "CNY", "CNH": "CNY", "UKP": "GBP", "EURO": "EUR"}


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
    >>> from custseg.rules.files.loader import load_tree
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
        *_attributes(policy),
        *(found for lookup in policy.lookups for found in check_lookup(lookup)),
        *(found for score in policy.scores for found in check_score(score)),
        *(found for family in policy.families for found in check_family(family)),
        *(check_grading(policy.grading) if policy.grading else ()),
        *check_playbooks(policy),
        *check_acting(
            policy.acting, policy.grading, [one.code for one in policy.families]
        ),
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


def _attributes(policy: PolicyTree) -> Iterator[Found]:
    """Check the columns of the customers that the policy names itself."""
    first: dict[str, NamedFeature] = {}
    for one in policy.features:
        if one.attribute is None:
            continue
        path: Path = ("features", one.code)
        if fault := name_fault(one.attribute):
            what, hint = fault
            here = (*path, "attribute")
            yield found_at(here, what, got=described(one.attribute), hint=hint)
        before = first.setdefault(one.attribute, one)
        if before.unit and one.unit and kind_of(before.unit) != kind_of(one.unit):
            yield found_at(
                (*path, "unit"),
                "a column is read in one way only",
                got=f"{one.unit.value}, and {before.unit.value} for {before.code}",
                hint="take the same unit for both",
            )


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
