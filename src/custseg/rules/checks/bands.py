"""Bands that leave a gap between them, or that overlap.

"More than twelve days" and "fewer than twelve days" look like two halves of a whole,
but whoever has twelve is in neither, and falls to the label for all others. Such slips
load and run; they are remarks for the author, with a number that shows them.

The method: conditions that are one band of one fact, and nothing else, are laid side by
side. A gap is told when it is the one value that both its neighbours exclude, or when
it is not the only place for all others; an overlap, when neither band holds the other.

Limits: conditions on several facts are not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Context, Decimal

from attrs import frozen

from custseg.rules.checks.reachability import Reach, place_of
from custseg.rules.checks.regions import ANYTHING, Every, Fits, Formula, Range, Told
from custseg.rules.expression.nodes import Number, to_text
from custseg.rules.paths import Found, found_at
from custseg.rules.plan import PlannedFamily
from custseg.units import Unit

__all__ = ["odd_bands"]

_WRITTEN = Context(prec=12)


@frozen
class _Band:
    """The values of one fact for which a label is given."""

    place: int
    code: str
    fact: str
    values: Range


def odd_bands(planned: PlannedFamily, reach: Reach) -> Iterator[Found]:
    """Yield a remark for each gap and each overlap between the bands of a family.

    Parameters
    ----------
    planned : PlannedFamily
    reach : Reach
    """
    bands = [
        _Band(place, planned.family.labels[place].code, *band)
        for place, condition in enumerate(planned.conditions[:-1])
        if condition is not None
        and (band := _band_of(reach.demands.of(condition.node, holding=True)))
    ]
    for fact in dict.fromkeys(one.fact for one in bands):
        own = [one for one in bands if one.fact == fact]
        name = fact.partition(", as a cut")[0]
        unit = reach.demands.units.get(
            name, Unit.SHARE if name != fact else Unit.NUMBER
        )
        domain = reach.demands.domains.get(fact)
        whole = domain if isinstance(domain, Range) else ANYTHING
        yield from _overlaps(planned, own, name, unit, whole)
        for gap in _gaps(own, whole):
            if reach.reaches_last(planned, fact, gap):
                yield _told(planned, own, gap, f"{name} = {_said(gap, unit)}")


def _band_of(formula: Formula) -> tuple[str, Range] | None:
    """Return the fact and the range of a condition that is no more than that."""
    match formula:
        case Fits(fact=fact, values=Range() as values):
            return fact, values
        case Every(items=items):
            bands = [_band_of(one) for one in items if not isinstance(one, Told)]
            if not bands or None in bands:
                return None
            facts = {band[0] for band in bands if band}
            values = ANYTHING
            for band in bands:
                values = values.met(band[1]) if band else values
            return (facts.pop(), values) if len(facts) == 1 else None
    return None


def _overlaps(
    planned: PlannedFamily, bands: list[_Band], name: str, unit: Unit, whole: Range
) -> Iterator[Found]:
    for at, lower in enumerate(bands):
        for upper in bands[:at]:
            one, other = lower.values.met(whole), upper.values.met(whole)
            both = one.met(other)
            if both.is_empty or both in {one, other}:
                continue
            said = _said(both, unit)
            yield found_at(
                place_of(planned.family, lower.place),
                f"{name} = {said} is in both '{upper.code}' and '{lower.code}': "
                f"'{upper.code}' stands above and wins",
                hint="let one of the two begin where the other ends",
            )


def _gaps(bands: list[_Band], whole: Range) -> Iterator[Range]:
    """Yield the gaps between bands that look like a slip."""
    free = [whole]
    for band in bands:
        free = [part for one in free for part in _less(one, band.values)]
    # Only one place for all others, and not a hair's breadth: that is meant so.
    odd = len([gap for gap in free if not _is_slip(gap, bands)]) > 1
    for gap in free:
        below, above = _around(gap, bands)
        if below and above and (odd or _is_slip(gap, bands)):
            yield gap


def _told(planned: PlannedFamily, bands: list[_Band], gap: Range, said: str) -> Found:
    below, above = _around(gap, bands)
    under = max(below, key=lambda one: one.values.high)
    over = min(above, key=lambda one: one.values.low)
    last = planned.family.labels[-1].code
    return found_at(
        place_of(planned.family, max(under.place, over.place)),
        f"{said} is in neither '{over.code}' nor '{under.code}': it falls to '{last}'",
        hint="write >= or <= in one of the two conditions"
        if _is_slip(gap, bands)
        else "widen one of the two, if that is not meant",
    )


def _around(gap: Range, bands: list[_Band]) -> tuple[list[_Band], list[_Band]]:
    """Return the bands below and above a gap."""
    below = [one for one in bands if one.values.high <= gap.low]
    return below, [one for one in bands if one.values.low >= gap.high]


def _is_slip(gap: Range, bands: list[_Band]) -> bool:
    """Say whether a gap is the one value that both its neighbours exclude."""
    below, above = _around(gap, bands)
    highs = [one.values.high for one in below]
    lows = [one.values.low for one in above]
    return bool(highs and lows) and max(highs) == min(lows)


def _less(whole: Range, band: Range) -> Iterator[Range]:
    """Yield what lies under a band and what lies over it."""
    parts = (
        Range(high=band.low, high_out=not band.low_out),
        Range(low=band.high, low_out=not band.high_out),
    )
    met = (whole.met(part) for part in parts)
    yield from (one for one in met if not one.is_empty)


def _said(values: Range, unit: Unit) -> str:
    value = values.witness()
    number = _WRITTEN.divide(Decimal(value.numerator), Decimal(value.denominator))
    return to_text(Number(number, unit))
