"""What a customer costs beside the goods: service and rebates.

Visits, training, delivery of single pieces, a bonus at the end of the year: a customer
with a fine margin may earn nothing once these are paid. They are rows of the table of
costs, each of a kind; a cost that was taken back is a row under zero.

Limits: kinds are compared without regard to capitals; ``service`` or ``服务`` is
service, ``rebate`` or ``返利`` is a rebate, and any other kind is neither.
"""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np

from custseg.labels import Title
from custseg.periods import Window
from custseg.scoring.features import Facts, Feature
from custseg.table import Column
from custseg.units import Unit

__all__ = ["FEATURES"]

_SERVICE: Final = frozenset({"service", "服务"})
_REBATE: Final = frozenset({"rebate", "返利"})


def _spent(words: frozenset[str], facts: Facts, window: Window) -> Column:
    columns = facts.ledger.tables["costs"].columns
    kinds, amount = columns["kind"], columns["amount"].values
    meant = [code for code, word in enumerate(kinds.words) if word.casefold() in words]
    hit = np.isin(kinds.values, meant) & kinds.is_known()
    before = np.concatenate([[0], np.cumsum(amount * hit)])
    low, high = facts.rows("costs", window)
    return Column(before[high] - before[low], Unit.MONEY)


_NEEDS = ("costs.kind", "costs.amount")

FEATURES = (
    Feature(
        code="service_cost",
        unit=Unit.MONEY,
        title=Title(zh="服务成本", en="Cost of service"),
        formula="sum of the costs of the kind service in the window",
        needs=_NEEDS,
        compute=partial(_spent, _SERVICE),
        windowed=True,
        better="lower",
        lever="lower",
    ),
    Feature(
        code="rebates",
        unit=Unit.MONEY,
        title=Title(zh="返利", en="Rebates"),
        formula="sum of the costs of the kind rebate in the window",
        needs=_NEEDS,
        compute=partial(_spent, _REBATE),
        windowed=True,
        better="lower",
        lever="lower",
    ),
)
