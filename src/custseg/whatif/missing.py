"""Why a label is UNKNOWN: which missing fact would settle it.

Each fact that counts for the label and is unknown is given, by way of trial, the values
at which something turns. If the label can then be told, this fact alone is missing.
Where no fact alone settles it, all of them are named, and with them what the policy
could not learn, since its reference had too few customers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from custseg.labels import Title
from custseg.rules.expression import FittedCut, FittedValue, Text, walk
from custseg.rules.learned import key_of
from custseg.scoring.features import Feature
from custseg.scoring.unknowns import joined_causes
from custseg.table import Column, Table
from custseg.units import Unit
from custseg.whatif.axes import bounds_of, feature_of, points_of, title_of
from custseg.whatif.parts import Lacking
from custseg.whatif.workings import Ground

__all__ = ["lacking_facts"]


def lacking_facts(table: Table, ground: Ground) -> list[Lacking]:
    """Return what is missing for a label that is UNKNOWN.

    Parameters
    ----------
    table : Table
        The features of one customer.
    ground : Ground

    Returns
    -------
    list of Lacking
        Each fact that alone settles it; where none does, all that are missing.
    """
    found = []
    for name, column in table.columns.items():
        feature = feature_of(name, ground)
        if feature is None or name not in ground.names or column.is_known()[0]:
            continue
        lacking = Lacking(
            feature=name,
            title=title_of(name, feature, ground),
            when=joined_causes(feature.missing),
            columns=feature.needs,
            enough=_settles(feature, name, column, table, ground),
        )
        found.append(lacking)
    settling = [one for one in found if one.enough]
    return settling or [*found, *_unlearned(ground)]


def _settles(
    feature: Feature, name: str, column: Column, table: Table, ground: Ground
) -> bool:
    """Say whether some value of a fact lets the label be told."""
    tried = _trials(feature, name, column, table, ground)
    n = len(tried)
    repeated = table.take(np.zeros(n, dtype=np.int64))
    marks = ground.marks(Table(repeated.book, {**repeated.columns, name: tried}))
    return bool((marks[:, 0] >= 0).any())


def _trials(
    feature: Feature, name: str, column: Column, table: Table, ground: Ground
) -> Column:
    """Return values of a fact, one a row, at which something may turn."""
    values: Any
    words: tuple[str, ...] = ()
    if column.unit is Unit.TEXT:
        words = tuple(dict.fromkeys([*_texts(ground), *column.words, "?"]))
        values = np.arange(len(words), dtype=np.int32)
    elif column.unit is Unit.FLAG:
        values = np.array([False, True])
    else:
        points = [*points_of(name, column, table, ground), *bounds_of(feature)]
        near = np.array(sorted({p + d for p in points for d in (-1.0, 0.0, 1.0)}))
        near = np.clip(near[np.abs(near) < 1 << 52], feature.least, feature.most)
        values = near.astype(column.values.dtype)
    return Column(values, column.unit, None, words)


def _texts(ground: Ground) -> Iterator[str]:
    """Yield the texts that the policy compares with or looks up."""
    for one in ground.expressions:
        yield from (node.value for node in walk(one.node) if isinstance(node, Text))
    for lookup in ground.workings.plan.lookups:
        if lookup.code in ground.names:
            yield from (entry.text for entry in lookup.entries)


def _unlearned(ground: Ground) -> Iterator[Lacking]:
    """Yield what the policy could not learn and the label needs."""
    too_few = ground.workings.learned.too_few
    keys = [
        key_of(node)
        for one in ground.expressions
        for node in walk(one.node)
        if isinstance(node, FittedCut | FittedValue)
    ]
    keys += [one.score.code for one in ground.scores]
    for key in dict.fromkeys(keys):
        if key in too_few:
            title = ground.workings.titles.get(key, Title(zh=key, en=key))
            yield Lacking(feature=key, title=title)
