"""An answer of another day brought to the day that is asked for.

Whoever has no row at the edge of a window is as before, only older (see ``passing``
beside this module); what follows from an age is worked out again. The others are
classified anew, by themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from custseg.adapters.ledger_store.kept import Kept
from custseg.adapters.ledger_store.passing import can_pass, grown_older, stirred
from custseg.adapters.ledger_store.piles import select
from custseg.adapters.ledger_store.remembered import Remembered
from custseg.adapters.ledger_store.state import State, layer_ledger
from custseg.events import EventTable
from custseg.fitted import FittedPolicy
from custseg.intake.arrivals import Tables
from custseg.ledger import Ledger
from custseg.periods import to_date
from custseg.rules.outcome import Outcome
from custseg.rules.pipeline import work_on
from custseg.table import Array

__all__ = ["Aged", "aged"]

_MOST_SHARE = 0.25
"""Of the customers, up to which it is worth while to take some apart."""


@frozen(eq=False)
class Aged:
    """An answer of before, brought to another day.

    Parameters
    ----------
    older : Outcome
        Of all who were in it; right for those who are not stirred.
    stirred : tuple of arrays
        The ids of the stirred, of each layer.
    anew : tuple of Outcome
        Of those of them who are known on the day.
    """

    older: Outcome
    stirred: tuple[Array, ...]
    anew: tuple[Outcome, ...]


def aged(
    state: State, fitted: FittedPolicy, known: Remembered, day: int
) -> Aged | None:
    """Bring an answer to another day; None where that is not worth while.

    Parameters
    ----------
    state : State
    fitted : FittedPolicy
        That the answer is of.
    known : Remembered
        What came into the store since then is left aside.
    day : int
    """
    wanted = {name: (feature, over) for name, feature, over in fitted.plan.features}
    needs = {need for feature, _ in wanted.values() for need in feature.reads}
    some = []
    for layer, alive in zip(state.pile.layers, state.pile.alive, strict=True):
        if layer.version > known.version:
            break
        ledger = layer_ledger(state, layer).merged_for(needs)
        facts = fitted.facts(ledger, known.day)
        if not can_pass(facts, wanted):
            return None
        at = np.flatnonzero(stirred(facts, wanted, day) & alive)
        some.append(_some(ledger, at))
    if sum(one.n_customers for one in some) > _MOST_SHARE * len(known.spelled):
        return None
    columns, days = known.outcome.table.columns, day - known.day
    changed = grown_older(columns, facts, wanted, days)
    date = to_date(day)
    return Aged(
        work_on(fitted.compiled, fitted.learned, known.outcome, changed),
        tuple(one.book for one in some),
        tuple(fitted.classify(one, as_of=date).outcome for one in some),
    )


def _some(ledger: Ledger, customers: NDArray[np.int64]) -> Ledger:
    """Return some customers of the ledger of a layer."""
    given = cast("Mapping[str, EventTable | Kept]", ledger.tables.given)
    tables = {name: select(one, customers) for name, one in given.items()}
    return evolve(ledger, book=ledger.book[customers], tables=Tables(tables))
