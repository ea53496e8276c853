"""What happened to a customer outside the seller's books: defaults, distress, changes.

A developer that collapses leaves the core tier at once, whatever it bought last year;
one that turns to another business, or opens in a new region, is worth a look out of
turn. Such news comes dated, from the press, a credit agency or a salesperson, with a
kind and perhaps a severity.

The method: events of a kind are counted within a window, where none is a known 0; and
the days since the last one are told, unknown where there was none. A rule such as "a
default within the last year" is best written as ``defaults >= 1`` over a year: it is no
for a customer without events, and unknown only where nobody records them.

A kind may be written in several ways, in English or Chinese, in capitals or not; all of
them stand in :data:`custseg.spellings.EVENT_KINDS`.

Limits: a word that is not listed is none of the kinds, though its severity still
counts; the quality report counts such rows. Severities are on the sender's scale; two
senders with different scales have to agree on one before their events come in.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from custseg.labels import Title
from custseg.periods import Window
from custseg.scoring.features import Facts, Feature
from custseg.scoring.readings import places_in
from custseg.scoring.unknowns import NO_SUCH_EVENT
from custseg.spellings import EVENT_KINDS, plain
from custseg.table import Column
from custseg.units import Unit

__all__ = ["FEATURES"]


def _is_one_of(spellings: tuple[str, ...], words: tuple[str, ...]) -> NDArray[np.bool_]:
    """Say which words are a spelling; the last place is that of no word."""
    return np.array([*(plain(word) in spellings for word in words), False])


def _of_kind(facts: Facts, kind: str) -> NDArray[np.bool_]:
    """Say which events are of a kind, shape (n_events,)."""

    def find() -> NDArray[np.bool_]:
        kinds = facts.ledger.tables["events"].columns["kind"]
        read = partial(_is_one_of, EVENT_KINDS[kind])
        hits = facts.readings.of(f"events of {kind}", kinds.words, read)
        return hits[places_in(kinds)]

    return facts.once(("events of", kind), find)


def _how_many(kind: str, facts: Facts, window: Window) -> Column:
    before = np.concatenate([[0], np.cumsum(_of_kind(facts, kind))])
    low, high = facts.rows("events", window)
    return Column(before[high] - before[low], Unit.COUNT)


def _days_since(kind: str, facts: Facts, _: Window) -> Column:
    events = facts.ledger.tables["events"]
    rows = np.flatnonzero(_of_kind(facts, kind) & (events.day <= facts.as_of))
    owner = np.searchsorted(events.offsets, rows, side="right") - 1
    since = np.zeros(facts.n, dtype=np.int64)
    since[owner] = facts.as_of - events.day[rows].astype(np.int64)  # the last stays
    known = np.zeros(facts.n, dtype=np.bool_)
    known[owner] = True
    return Column(since, Unit.DAYS, known)


def _worst_event_severity(facts: Facts, window: Window) -> Column:
    events = facts.ledger.tables["events"]
    severity = events.columns["severity"]
    low, high = facts.rows("events", window)
    rows = np.arange(len(events))
    owner = events.owners()
    inside = (rows >= low[owner]) & (rows < high[owner]) & severity.is_known()
    worst = np.full(facts.n, -np.inf)
    np.maximum.at(worst, owner[inside], severity.values[inside])
    known = worst > -np.inf
    return Column(np.where(known, worst, 0.0), Unit.NUMBER, known)


_KIND = ("events.kind",)

_TOLD = {
    "default": (
        "defaults",
        Title(zh="违约次数", en="Defaults"),
        Title(zh="距上次违约天数", en="Days since the last default"),
    ),
    "insolvency": (
        "insolvencies",
        Title(zh="破产事件数", en="Insolvencies"),
        Title(zh="距破产事件天数", en="Days since the last insolvency"),
    ),
    "distress": (
        "distress_events",
        Title(zh="资金链危机次数", en="Events of distress"),
        Title(zh="距资金链危机天数", en="Days since the last distress"),
    ),
    "strategy_change": (
        "strategy_changes",
        Title(zh="战略转型次数", en="Changes of strategy"),
        Title(zh="距战略转型天数", en="Days since the last change of strategy"),
    ),
    "new_region": (
        "new_region_events",
        Title(zh="进入新区域次数", en="Entries into new regions"),
        Title(zh="距进入新区域天数", en="Days since the last new region"),
    ),
}
"""Of each kind of event: what counts it, and the titles of its number and its age."""

_GRAVE = frozenset({"default", "insolvency", "distress"})
"""Kinds of which fewer, and longer ago, is better for the seller."""

FEATURES = (
    *(
        Feature(
            code=code,
            unit=Unit.COUNT,
            title=title,
            formula=f"events in the window of the kind {kind}, in any of its spellings",
            needs=_KIND,
            compute=partial(_how_many, kind),
            windowed=True,
            better="lower" if kind in _GRAVE else "",
        )
        for kind, (code, title, _) in _TOLD.items()
    ),
    *(
        Feature(
            code=f"days_since_{kind}",
            unit=Unit.DAYS,
            title=title,
            formula=f"as_of - day of the last event of the kind {kind}, in any of its "
            "spellings",
            needs=_KIND,
            compute=partial(_days_since, kind),
            missing=(NO_SUCH_EVENT,),
            better="higher" if kind in _GRAVE else "",
        )
        for kind, (_, _, title) in _TOLD.items()
    ),
    Feature(
        code="worst_event_severity",
        unit=Unit.NUMBER,
        title=Title(zh="外部事件最高严重度", en="Greatest severity of an event"),
        formula="greatest severity of the events in the window, of whatever kind, on "
        "the sender's scale",
        needs=("events.severity",),
        compute=_worst_event_severity,
        windowed=True,
        missing=(
            Title(
                zh="期内没有标明严重度的事件",
                en="without an event in the window that has a severity",
            ),
        ),
        better="lower",
    ),
)
