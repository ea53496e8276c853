"""An answer of another day brought to the day that is asked for.

Whoever has no row at the edge of a window is as before, only older
(:mod:`custseg.passing`); what follows from an age is worked out again. The others are
classified anew, by themselves.
"""

from __future__ import annotations

from attrs import frozen

from custseg.adapters.ledger_store.books import merged_books
from custseg.adapters.ledger_store.remembered import Remembered
from custseg.adapters.ledger_store.state import State, layer_ledger, some_ledger
from custseg.fitted import FittedPolicy
from custseg.passing import can_pass, grown_older, stirred
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
    ids : array
        The stirred, in text order.
    stirred : Outcome
        Of those of them who are known on the day.
    """

    older: Outcome
    ids: Array
    stirred: Outcome


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
    pile, some = state.pile, []
    for layer, alive in zip(pile.layers, pile.alive, strict=True):
        if layer.version > known.version:
            break
        facts = fitted.facts(layer_ledger(state, layer), known.day)
        if not can_pass(facts, wanted):
            return None
        some.append(layer.book[stirred(facts, wanted, day) & alive])
    if sum(map(len, some)) > _MOST_SHARE * len(known.spelled):
        return None
    ids, _ = merged_books(some)
    ledger = some_ledger(state, ids)
    columns, days = known.outcome.table.columns, day - known.day
    changed = grown_older(columns, facts, wanted, days)
    return Aged(
        work_on(fitted.compiled, fitted.learned, known.outcome, changed),
        ids,
        fitted.classify(ledger, as_of=to_date(day)).outcome,
    )
