"""The grading section of a policy file: from plain tables to its tree, and back.

Its tables are ``[grading]`` with ``[[grading.parts]]``, ``[[grading.cards]]``,
``[[grading.tiers]]``, ``[[grading.gates]]`` and ``[[grading.triggers]]``, and
``[grading.moves]`` and ``[grading.reviews]`` for the memory of tiers. What is not said
has the defaults of :mod:`custseg.rules.grading`, and is not written either.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import attrs

from custseg.rules.files.reading import Reader, read_title
from custseg.rules.files.written import Plain, written
from custseg.rules.grading import (
    Card,
    Gate,
    Grading,
    Moves,
    Part,
    Reviews,
    Severity,
    Tier,
    Trigger,
    TriggerAction,
)
from custseg.rules.tiers.calendar import Cadence

__all__ = ["grading_to_data", "read_grading"]

_CADENCES: Final = tuple(one.value for one in Cadence)


def read_grading(reader: Reader) -> Grading:
    """Read the section; every slip is noted, and a harmless value put in its place."""
    return Grading(
        title=reader.part("title", read_title),
        parts=reader.parts("parts", _part),
        tiers=reader.parts("tiers", _tier),
        minimum_coverage=reader.number("minimum_coverage", Decimal("0.5"))
        or Decimal(0),
        cards=reader.parts("cards", _card),
        gates=reader.parts("gates", _gate),
        moves=reader.part("moves", _moves, Moves()),
        reviews=reader.part("reviews", _reviews, Reviews()),
        triggers=reader.parts("triggers", _trigger),
        source=reader.text("source", ""),
    )


def _part(reader: Reader) -> Part:
    return Part(
        code=reader.text("code"),
        title=reader.part("title", read_title),
        weight=reader.number("weight") or Decimal(0),
        score=reader.text("score"),
    )


def _card(reader: Reader) -> Card:
    return Card(
        code=reader.text("code"),
        title=reader.part("title", read_title),
        when=reader.text("when"),
        weights=reader.part("weights", _weights),
        source=reader.text("source", ""),
    )


def _weights(reader: Reader) -> tuple[tuple[str, Decimal], ...]:
    keys = tuple(map(str, reader.table))
    return tuple((key, reader.number(key) or Decimal(0)) for key in keys)


def _tier(reader: Reader) -> Tier:
    return Tier(
        code=reader.text("code"),
        title=reader.part("title", read_title),
        entry=reader.number("entry", None),
        hold=reader.number("hold", None),
        enter=reader.text("enter", ""),
        stay=reader.text("stay", ""),
        every=_cadence(reader),
        capacity=reader.whole("capacity", 0),
    )


def _cadence(reader: Reader) -> Cadence | None:
    if not reader.has("every"):
        return None
    return Cadence(reader.choice("every", _CADENCES))


def _gate(reader: Reader) -> Gate:
    return Gate(
        code=reader.text("code"),
        title=reader.part("title", read_title),
        when=reader.text("when"),
        cap=reader.text("cap"),
        passes_locks=reader.flag("passes_locks"),
        source=reader.text("source", ""),
    )


def _moves(reader: Reader) -> Moves:
    usual = Moves()
    numbers = {
        one.name: reader.whole(one.name, getattr(usual, one.name))
        for one in attrs.fields(Moves)
        if one.name != "source"
    }
    return Moves(**numbers, source=reader.text("source", ""))


def _reviews(reader: Reader) -> Reviews:
    return Reviews(
        every=Cadence(reader.choice("every", _CADENCES, "quarterly")),
        fiscal=reader.flag("fiscal"),
        source=reader.text("source", ""),
    )


def _trigger(reader: Reader) -> Trigger:
    return Trigger(
        code=reader.text("code"),
        title=reader.part("title", read_title),
        when=reader.text("when"),
        action=reader.literal("action", TriggerAction, "alert"),
        to=reader.text("to", ""),
        severity=reader.literal("severity", Severity, "warning"),
        cooldown_days=reader.whole("cooldown_days", 30),
        passes_locks=reader.flag("passes_locks"),
        source=reader.text("source", ""),
    )


def grading_to_data(grading: Grading, plain: Plain) -> dict[str, object]:
    """Return the section as plain tables, without what goes without saying.

    Parameters
    ----------
    grading : Grading
    plain : callable
        From an exact number to one of JSON.
    """
    data: dict[str, object] = {
        "title": {"zh": grading.title.zh, "en": grading.title.en},
        "minimum_coverage": plain(grading.minimum_coverage),
    }
    if grading.source:
        data["source"] = grading.source
    data["parts"] = [written(one, plain) for one in grading.parts]
    data["tiers"] = [written(one, plain) for one in grading.tiers]
    if grading.cards:
        data["cards"] = [
            written(one, plain) | {"weights": {k: plain(v) for k, v in one.weights}}
            for one in grading.cards
        ]
    for key in ("gates", "triggers"):
        if rows := getattr(grading, key):
            data[key] = [written(one, plain) for one in rows]
    for key in ("moves", "reviews"):
        if table := written(getattr(grading, key), plain):
            data[key] = table
    return data
