"""How lively the contact with a customer is: each contact fades with time.

A visit of yesterday says more than one of last spring. Every contact counts by its
weight and loses half of it every 30 days: one of today 1, of 30 days ago 1/2, of 60
days ago 1/4. So a customer met once a month stays between 1 and 2, one met once a week
between 5.7 and 6.7; who is never met again tends to 0 without ever falling off an edge,
as at the end of a window.

The method: the sum of weight x 2^(-age / 30) over all contacts up to the day, with the
age in whole days. The contacts of a customer are added from the smallest up, so that
the order of the rows decides nothing, and the sum is rounded to nine decimals.

Limits: all channels count alike, unless the weights tell them apart. A weight under
zero counts as 0.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from custseg.labels import Title
from custseg.periods import Window
from custseg.rounding import rounded
from custseg.scoring.features import Facts, Feature
from custseg.table import Column
from custseg.units import Unit

__all__ = ["FEATURES"]

_HALF_LIFE: Final = 30
"""Days in which a contact loses half of what it counts."""


def _engagement(facts: Facts, _: Window) -> Column:
    contacts = facts.ledger.tables["interactions"]
    seen = contacts.day <= facts.as_of
    owner = contacts.owners()[seen]
    age = facts.as_of - contacts.day[seen].astype(np.int64)
    counts = np.exp2(-age / _HALF_LIFE)
    weight = contacts.columns.get("weight")
    if weight is not None:
        said = np.where(weight.is_known(), weight.values, 1.0)[seen]
        counts *= np.maximum(said, 0.0)
    order = np.lexsort((counts, owner))
    sums = np.bincount(owner[order], weights=counts[order], minlength=facts.n)
    return Column(rounded(sums.astype(np.float64)), Unit.NUMBER)  # of none: integers


FEATURES = (
    Feature(
        code="engagement",
        unit=Unit.NUMBER,
        title=Title(zh="互动热度", en="Engagement"),
        formula="sum of weight x 2^(-age / 30) over all interactions up to as_of, age "
        "in days; a weight that is not said is 1, one under zero counts as 0",
        needs=("interactions.date", "interactions.weight"),
        either=True,
        compute=_engagement,
        better="higher",
        lever="raise",
        least=0,
    ),
)
