"""How a store is classified: each layer by itself, what is remembered not at all.

With fitted cuts, the answer of a customer follows from its own rows and nobody else's.
So every layer is a ledger that can be classified alone, and the answers are woven
together. Customers of the lowest layer who have moved up are asked there in vain, which
is cheaper than to leave them out.

What is remembered of another day is brought to the one that is asked for
(:mod:`custseg.adapters.ledger_store.ageing`), where the policy allows it.

What a group of companies owes is a sum over customers, though, and a group may stand in
several layers. Where a policy asks for it and customers name groups, the whole store is
classified whenever rows are new.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from custseg.adapters.ledger_store.ageing import aged
from custseg.adapters.ledger_store.books import places, spelled
from custseg.adapters.ledger_store.layers import Layer
from custseg.adapters.ledger_store.locking import writing
from custseg.adapters.ledger_store.manifest import read_manifest
from custseg.adapters.ledger_store.remembered import Remembered, recall, remember
from custseg.adapters.ledger_store.state import State, layer_ledger
from custseg.adapters.ledger_store.weaving import Part, woven
from custseg.fitted import FittedPolicy
from custseg.periods import to_date
from custseg.results import Result
from custseg.rules.outcome import Outcome
from custseg.scoring.features import Facts
from custseg.table import Array

__all__ = ["answer"]


def answer(
    folder: Path, state: State, fitted: FittedPolicy, day: int, *, keep: bool
) -> Result:
    """Classify every customer of a store.

    Parameters
    ----------
    folder : Path
    state : State
    fitted : FittedPolicy
    day : int
    keep : bool
        Whether the answer is to be remembered.

    Raises
    ------
    CurrencyMismatch
        When the store is in another currency than the policy was fitted in.
    OSError
        When the answer cannot be kept.
    """
    pile = state.pile
    if fitted.classifiers or not pile.layers:  # code of the user's has no digest
        return fitted.classify(state.ledger, as_of=to_date(day))
    key, version = _key(state, fitted), state.manifest.version
    known = recall(folder, key, day, range(pile.layers[0].version, version + 1))
    parts, later = _told_before(state, fitted, day, known)
    if later and _looks_at_groups(state, fitted):
        outcome = fitted.classify(state.ledger, as_of=to_date(day)).outcome
    else:
        parts += [_part(state, fitted, day, layer, alive) for layer, alive in later]
        outcome = woven(parts)
    if keep and (known is None or (known.day, known.version) != (day, version)):
        with writing(folder, wait=True):
            now = read_manifest(folder)
            # A customer who was forgotten meanwhile must not come back this way.
            if now is not None and now.layers[:1] == state.manifest.layers[:1]:
                remember(folder, key, day, outcome, version)
    return fitted.result_of(fitted.facts(state.ledger, day), outcome)


_Layers = list[tuple[Layer, NDArray[np.bool_]]]
"""Layers, each with who counts there."""


def _told_before(
    state: State, fitted: FittedPolicy, day: int, known: Remembered | None
) -> tuple[list[Part], _Layers]:
    """Return what an answer of before still tells, and the layers that are left."""
    layers = list(zip(state.pile.layers, state.pile.alive, strict=True))
    if known is None:
        return [], layers
    later = [one for one in layers if one[0].version > known.version]
    moved = [layer.spelled for layer, _ in later]
    if known.day == day:
        stays = _not_among(known.spelled, moved)
        return [Part(known.outcome, stays, known.spelled)], later
    older = aged(state, fitted, known, day)
    if older is None:
        return [], layers
    stays = _not_among(known.spelled, [*moved, *map(spelled, older.stirred)])
    rest = Part(older.older, stays, known.spelled)
    return [rest, *map(Part, older.anew)], later


def _looks_at_groups(state: State, fitted: FittedPolicy) -> bool:
    """Say whether the answer of a customer may follow from the rows of others."""
    # All layers have the same columns; to ask all at once would put them together.
    lowest = layer_ledger(state, state.pile.layers[0])
    facts = Facts(lowest, 0)
    together = [feature for _, feature, _ in fitted.plan.features if feature.together]
    return facts.has("customers.group_id") and any(map(facts.can_measure, together))


def _part(
    state: State,
    fitted: FittedPolicy,
    day: int,
    layer: Layer,
    alive: NDArray[np.bool_],
) -> Part:
    """Classify one layer by itself."""
    outcome = fitted.classify(layer_ledger(state, layer), as_of=to_date(day)).outcome
    counts = _counting(outcome, layer, alive)
    whole = len(outcome.table.book) == len(layer.book)
    return Part(outcome, counts, layer.spelled if whole else None)


def _key(state: State, fitted: FittedPolicy) -> str:
    columns = [
        f"{table}.{name}"
        for table, names in sorted(state.manifest.columns.items())
        for name in names
    ]
    return " ".join([fitted.digest, *columns])


def _not_among(key: Array, others: list[Array]) -> NDArray[np.bool_] | None:
    """Say who is not among others, all :func:`spelled`; None where nobody is."""
    stays = np.ones(len(key), dtype=np.bool_)
    for one in others:
        at = places(one, key)
        stays[at[at >= 0]] = False
    return None if stays.all() else stays


def _counting(
    outcome: Outcome, layer: Layer, alive: NDArray[np.bool_]
) -> NDArray[np.bool_] | None:
    """Say which customers of an answer count; None where all do."""
    if alive.all():
        return None
    book = outcome.table.book
    if len(book) == len(layer.book):
        return alive
    mask: NDArray[np.bool_] = alive[places(spelled(book), layer.spelled)]
    return mask
