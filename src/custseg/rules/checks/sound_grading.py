"""Whether the weights, parts and tiers of a grading go together.

Weights that add up to 90 would quietly lower every score; a tier whose entry lies above
that of the tier over it would be for nobody.

Limits: bars to hold a tier, gates and triggers are looked at in
:mod:`custseg.rules.checks.bars`.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from custseg.errors import did_you_mean
from custseg.labels import UNKNOWN
from custseg.rules.checks.bars import check_bars
from custseg.rules.describing import described
from custseg.rules.naming import RESERVED, check_code, check_repeated, check_title
from custseg.rules.paths import Found, Path, found_at
from custseg.rules.policy import Grading

__all__ = ["check_grading"]


def check_grading(grading: Grading) -> Iterator[Found]:
    """Refuse weights, parts and tiers that do not make a grading."""
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
    yield from _cards(grading)
    yield from _tiers(grading)
    yield from check_bars(grading)


def _weights(grading: Grading) -> Iterator[Found]:
    weights = [part.weight for part in grading.parts]
    for place, weight in enumerate(weights):
        if weight <= 0:
            yield found_at(
                ("grading", "parts", place, "weight"),
                "a weight is greater than 0",
                got=described(weight),
            )
    if not weights:
        hint = "add [[grading.parts]]"
        yield found_at(("grading", "parts"), "a grading needs parts", hint=hint)
    elif min(weights) > 0:
        yield from _sum(weights, ("grading", "parts"))


def _sum(weights: list[Decimal], path: Path) -> Iterator[Found]:
    """Refuse weights that are not 100 together."""
    rest = 100 - sum(weights, Decimal(0))
    if rest:
        listed = " + ".join(f"{weight:f}" for weight in weights[:20])
        more = " + ..." if len(weights) > 20 else ""
        yield found_at(
            path,
            "the weights of all parts add up to 100",
            got=f"{listed}{more} = {100 - rest:f}",
            hint=f"add {rest:f} to one of them"
            if rest > 0
            else f"take {-rest:f} off them",
        )


def _cards(grading: Grading) -> Iterator[Found]:
    """Refuse cards of which somebody's weights could not be told."""
    path: Path = ("grading", "cards")
    parts = [part.code for part in grading.parts]
    yield from check_repeated(grading.cards, path, "card")
    for place, card in enumerate(grading.cards):
        here = (*path, place)
        yield from check_code(
            card.code, (*here, "code"), upper=False, reserved=RESERVED
        )
        yield from check_title(card.title, (*here, "title"))
        given = dict(card.weights)
        odd = [code for code in given if code not in parts]
        for code in odd:
            yield found_at(
                (*here, "weights", code),
                f"there is no part '{code}'",
                allowed=", ".join(parts),
                hint=did_you_mean(code, parts),
            )
        low = [code for code, weight in card.weights if weight < 0]
        for code in low:
            yield found_at(
                (*here, "weights", code),
                "a weight is not less than 0",
                got=described(given[code]),
            )
        left = [code for code in parts if code not in given]
        if left and not odd:
            yield found_at(
                (*here, "weights"),
                "every part needs a weight",
                got=f"none for {', '.join(left)}",
                hint="write 0 for a part that does not count for these customers",
            )
        elif not odd and not low:
            yield from _sum(list(given.values()), (*here, "weights"))


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
        elif tier.entry is None and not tier.enter:
            yield found_at(
                here, "a tier above the lowest needs an entry", hint="add entry = 80"
            )
        elif above is not None and tier.entry is not None and tier.entry >= above:
            yield found_at(
                (*here, "entry"),
                "the entries do not fall from tier to tier",
                got=described(tier.entry),
                allowed=f"less than {above:f}, the entry of the tier above",
            )
        above = tier.entry if tier.entry is not None else above
