"""Which projects of a customer are known on a day, and which of them are open.

A project has one record for each time that its facts changed. What is known of it on a
day is its last record up to then; of two on one day, the one further along, and then
the one of the larger numbers, so that the order of the rows decides nothing. A record
without the id of a project stands for a project of its own.

A project is open while it is planned, in tender, won or running (规划, 招标, 中标,
在建), and not while it is paused, done or lost (停工, 完工, 未中标); where no stage is
said, it is open until the day it ends. How else a stage may be written stands in
:data:`custseg.spellings.STAGES`. Of a stage in other words nobody knows whether it is
open: such a project is unsure, and never quietly counts as closed.

Limits: a project that the last record calls running stays open after its end, since
plans are late more often than systems.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.events import EventTable
from custseg.scoring.features import Facts
from custseg.scoring.readings import Meaning, meaning_of, places_in
from custseg.spellings import OPEN_STAGES, STAGES, meant
from custseg.table import Array

__all__ = ["Days", "Marks", "Projects", "known_projects"]

Days = NDArray[np.int64]
Marks = NDArray[np.bool_]


@frozen(eq=False)
class Projects:
    """The projects known on a day, one row each.

    Parameters
    ----------
    owner : int64 array, shape (n_projects,)
        The customer of each; it never falls.
    rows : int64 array, shape (n_projects,)
        Where the record that holds stands in the table.
    is_open, is_lost : bool arrays, shape (n_projects,)
    is_unsure : bool array, shape (n_projects,)
        Whether the stage is said in words that are not understood; such a project is
        neither open nor lost.
    starts, ends : int64 arrays, shape (n_projects,)
        Days since 1970-01-01.
    has_start, has_end : bool arrays, shape (n_projects,)
        Whether the day is known.
    """

    owner: Days
    rows: Days
    is_open: Marks
    is_lost: Marks
    is_unsure: Marks
    starts: Days
    has_start: Marks
    ends: Days
    has_end: Marks


def known_projects(facts: Facts) -> Projects:
    """Return the projects known on the day of the facts; found once for all.

    Parameters
    ----------
    facts : Facts
        With a table of projects.

    Notes
    -----
    One stable sort of the records by customer and project; those of one project that
    are of one day, mostly few, are sorted by all that they say.
    """

    def find() -> Projects:
        table = facts.ledger.tables["projects"]
        stages = _stages(facts)
        seen = np.flatnonzero(table.day <= facts.as_of)
        rows = seen[_holding(table, seen, stages)]
        (starts, has_start), (ends, has_end) = (
            _said(table, name, rows) for name in ("starts_on", "ends_on")
        )
        has_ended = has_end & (ends < facts.as_of)
        return Projects(
            owner=table.owners()[rows].astype(np.int64),
            rows=rows,
            is_open=np.where(stages.is_said[rows], stages.is_open[rows], ~has_ended),
            is_lost=stages.is_lost[rows],
            is_unsure=stages.is_said[rows] & ~stages.is_read[rows],
            starts=starts.astype(np.int64),
            has_start=has_start,
            ends=ends.astype(np.int64),
            has_end=has_end,
        )

    return facts.once("projects", find)


def _said(table: EventTable, name: str, rows: Days) -> tuple[Array, Marks]:
    """Return what some records say in a column, 0 where nothing, and which say it."""
    column = table.columns.get(name)
    if column is None:
        return np.zeros(len(rows), np.int64), np.zeros(len(rows), np.bool_)
    known = column.is_known()[rows]
    return np.where(known, column.values[rows], 0), known


def _holding(table: EventTable, seen: Days, stages: _Stages) -> Array:
    """Return which of the records seen hold, by customer and project."""
    project, has_id = _said(table, "project_id", seen)
    n_ids = int(project.max(initial=0)) + 1
    project = np.where(has_id, project, n_ids + np.arange(len(seen)))
    key = table.owners()[seen].astype(np.int64) * (n_ids + len(seen)) + project
    order = np.argsort(key, kind="stable")  # of a project the days go on rising
    day = table.day[seen]
    one, other = order[:-1], order[1:]
    same = key[one] == key[other]
    tied = np.zeros(len(order) + 1, dtype=np.bool_)
    tied[1:-1] = same & (day[one] == day[other])
    if tied.any():
        among = np.flatnonzero(tied[:-1] | tied[1:])
        some = order[among]
        where = seen[some]
        larger = [
            part
            for name in ("value", "area_m2", "ends_on", "starts_on")
            for part in _said(table, name, where)
        ]
        along = (stages.word[where], stages.along[where])
        order[among] = some[np.lexsort((*larger, *along, day[some], key[some]))]
    last = np.ones(len(order), dtype=np.bool_)
    last[:-1] = ~same
    return order[last]


@frozen(eq=False)
class _Stages:
    """What each record says about the stage.

    Parameters
    ----------
    is_said, is_read, is_open, is_lost : bool arrays, shape (n_rows,)
        What is said and not read is in words that are not understood.
    along, word : int64 arrays, shape (n_rows,)
        How far along that is, and the word itself.
    """

    is_said: Marks
    is_read: Marks
    is_open: Marks
    is_lost: Marks
    along: Days
    word: Days


def _stages(facts: Facts) -> _Stages:
    table = facts.ledger.tables["projects"]
    column = table.columns.get("stage")
    if column is None:
        none = np.zeros(len(table), dtype=np.bool_)
        nothing = np.zeros(len(table), dtype=np.int64)
        return _Stages(none, none, none, none, nothing, nothing)

    def read(words: tuple[str, ...]) -> Meaning:
        return meaning_of(words, lambda word: meant(word, STAGES))

    found = facts.readings.of("stage", column.words, read)
    code = found.codes[places_in(column)]
    known = column.is_known()
    # The last stands for what is said in other words, and for what is not said.
    is_open = np.array([*(word in OPEN_STAGES for word in found.words), False])
    is_lost = np.array([*(word == "lost" for word in found.words), False])
    along = np.array([*map(list(STAGES).index, found.words), len(STAGES)])
    return _Stages(
        is_said=known,
        is_read=known & (code >= 0),
        is_open=is_open[code],
        is_lost=is_lost[code],
        along=np.where(known, along[code], -1),
        word=np.where(known, column.values, -1).astype(np.int64),
    )
