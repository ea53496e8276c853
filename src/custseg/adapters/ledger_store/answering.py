"""How a store is classified: each layer by itself, what is remembered not at all.

With fitted cuts, the answer of a customer follows from its own rows and nobody else's.
So every layer is a ledger that can be classified alone, and the answers are woven
together. Customers of the lowest layer who have moved up are asked there in vain, which
is cheaper than to leave them out.

What a group of companies owes is a sum over customers, though, and a group may stand in
several layers. Where a policy asks for it and customers name groups, the whole store is
classified whenever rows are new.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from custseg.adapters.ledger_store.books import places, spelled
from custseg.adapters.ledger_store.layers import Layer
from custseg.adapters.ledger_store.locking import writing
from custseg.adapters.ledger_store.manifest import read_manifest
from custseg.adapters.ledger_store.remembered import recall, remember
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
    key = _key(state, fitted, day)
    known = recall(folder, key)
    base = pile.layers[0].version
    if known is not None and base <= known.version <= state.manifest.version:
        later = [
            (layer, alive)
            for layer, alive in zip(pile.layers, pile.alive, strict=True)
            if layer.version > known.version
        ]
        stays = _not_among(known.spelled, [one for one, _ in later])
        parts = [Part(known.outcome, stays, known.spelled)]
    else:
        known = None
        later = list(zip(pile.layers, pile.alive, strict=True))
        parts = []
    if later and _looks_at_groups(state, fitted):
        outcome = fitted.classify(state.ledger, as_of=to_date(day)).outcome
    else:
        parts += [_part(state, fitted, day, layer, alive) for layer, alive in later]
        outcome = woven(parts)
    if keep and (known is None or known.version < state.manifest.version):
        with writing(folder, wait=True):
            now = read_manifest(folder)
            # A customer who was forgotten meanwhile must not come back this way.
            if now is not None and now.layers[:1] == state.manifest.layers[:1]:
                remember(folder, key, outcome, state.manifest.version)
    return fitted.result_of(fitted.facts(state.ledger, day), outcome)


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


def _key(state: State, fitted: FittedPolicy, day: int) -> str:
    columns = [
        f"{table}.{name}"
        for table, names in sorted(state.manifest.columns.items())
        for name in names
    ]
    return " ".join([fitted.digest, to_date(day).isoformat(), *columns])


def _not_among(key: Array, layers: list[Layer]) -> NDArray[np.bool_] | None:
    """Say who has no record in some layers; None where nobody has."""
    stays = np.ones(len(key), dtype=np.bool_)
    for layer in layers:
        at = places(layer.spelled, key)
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
