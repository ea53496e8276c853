"""Whether bars, gates, moves and triggers of a grading go together.

A hold bar above its entry bar would throw customers out of the tier that they have just
earned; a gate that caps at the highest tier does nothing. Such slips are found when the
policy is loaded, not at the first review.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from custseg.errors import did_you_mean
from custseg.rules.describing import described
from custseg.rules.grading import Gate, Grading, Trigger
from custseg.rules.naming import RESERVED, check_code, check_repeated, check_title
from custseg.rules.paths import Found, Path, found_at

__all__ = ["check_bars"]

_MOST_DAYS = 10_000
_MOST_STEPS = 100


def check_bars(grading: Grading) -> Iterator[Found]:
    """Refuse what does not go together in the memory of tiers.

    Parameters
    ----------
    grading : Grading
    """
    yield from _hold_bars(grading)
    yield from _capacities(grading)
    yield from _moves(grading)
    tables: tuple[tuple[str, str, Sequence[Gate | Trigger]], ...] = (
        ("gates", "gate", grading.gates),
        ("triggers", "trigger", grading.triggers),
    )
    for table, noun, rows in tables:
        yield from check_repeated(rows, ("grading", table), noun)
        for place, one in enumerate(rows):
            path: Path = ("grading", table, place)
            yield from check_code(
                one.code, (*path, "code"), upper=False, reserved=RESERVED
            )
            yield from check_title(one.title, (*path, "title"))
    for place, gate in enumerate(grading.gates):
        yield from _ceiling(grading, gate.cap, ("grading", "gates", place, "cap"))
    for place, trigger in enumerate(grading.triggers):
        yield from _trigger(grading, trigger, ("grading", "triggers", place))


def _hold_bars(grading: Grading) -> Iterator[Found]:
    above: Decimal | None = None
    top: Decimal | None = None
    last = len(grading.tiers) - 1
    for place, tier in enumerate(grading.tiers):
        path: Path = ("grading", "tiers", place)
        if place == last:
            for key in ("hold", "enter", "stay"):
                if getattr(tier, key) and place:
                    yield found_at(
                        (*path, key),
                        f"the lowest tier is for all others and has no '{key}'",
                        hint="take it out, or add a tier below",
                    )
            continue
        for name, condition in (("entry", "enter"), ("hold", "stay")):
            if getattr(tier, name) is not None and getattr(tier, condition):
                yield found_at(
                    (*path, condition),
                    f"a tier has either '{name}' or '{condition}'",
                    hint="take one of them out",
                )
        bar = None if tier.stay else tier.hold_bar
        if bar is None:
            continue
        if tier.hold and tier.entry is not None and tier.hold > tier.entry:
            yield found_at(
                (*path, "hold"),
                "the hold bar is above the entry bar: who enters would fall at once",
                got=described(tier.hold),
                allowed=f"at most {tier.entry:f}",
            )
        usual = tier.hold is None
        # Entries that do not fall are told already.
        told = (
            usual and top is not None and tier.entry is not None and tier.entry >= top
        )
        if above is not None and bar >= above and not told:
            yield found_at(
                (*path, "entry" if usual else "hold"),
                "the hold bars do not fall from tier to tier",
                got=described(bar) + (", nine tenths of the entry" if usual else ""),
                allowed=f"less than {above:f}, that of the tier above",
            )
        above, top = bar, tier.entry


def _capacities(grading: Grading) -> Iterator[Found]:
    for place, tier in enumerate(grading.tiers):
        path: Path = ("grading", "tiers", place, "capacity")
        if tier.capacity < 0:
            yield found_at(
                path,
                "this is out of bounds",
                got=str(tier.capacity),
                allowed="1 or more, or 0 for any number",
            )
        elif tier.capacity and place == len(grading.tiers) - 1:
            yield found_at(
                path,
                "the lowest tier is for all others and is never full",
                hint="take it out, or add a tier below",
            )


def _moves(grading: Grading) -> Iterator[Found]:
    moves = grading.moves
    bounds = {
        "confirm_up": (1, _MOST_STEPS),
        "confirm_down": (1, _MOST_STEPS),
        "dwell_days": (0, _MOST_DAYS),
        "grace_days": (0, _MOST_DAYS),
        "membership_days": (0, _MOST_DAYS),
        "most_steps_up": (0, _MOST_STEPS),
        "most_steps_down": (0, _MOST_STEPS),
    }
    for key, (least, most) in bounds.items():
        value = getattr(moves, key)
        if not least <= value <= most:
            yield found_at(
                ("grading", "moves", key),
                "this is out of bounds",
                got=str(value),
                allowed=f"{least} to {most:,}",
            )


def _trigger(grading: Grading, one: Trigger, path: Path) -> Iterator[Found]:
    if not 0 <= one.cooldown_days <= _MOST_DAYS:
        yield found_at(
            (*path, "cooldown_days"),
            "this is out of bounds",
            got=str(one.cooldown_days),
            allowed=f"0 to {_MOST_DAYS:,}",
        )
    if one.action in {"cap", "demote"}:
        if not one.to:
            yield found_at(
                path,
                f"a trigger that is to {one.action} needs the tier",
                hint=f'add to = "{grading.tiers[-1].code}"' if grading.tiers else "",
            )
        else:
            yield from _ceiling(grading, one.to, (*path, "to"))
    elif one.to:
        yield found_at(
            (*path, "to"),
            f"a trigger that is to {one.action} moves nobody to a tier",
            hint='take it out, or write action = "cap" or "demote"',
        )


def _ceiling(grading: Grading, code: str, path: Path) -> Iterator[Found]:
    codes = [tier.code for tier in grading.tiers]
    if code not in codes:
        yield found_at(
            path,
            f"there is no tier '{code}'",
            allowed=", ".join(codes[1:]),
            hint=did_you_mean(code, codes),
        )
    elif code == codes[0]:
        yield found_at(
            path,
            "a cap at the highest tier does nothing",
            allowed=", ".join(codes[1:]),
        )
