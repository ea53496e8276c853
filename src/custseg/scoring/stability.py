"""How steady a customer's purchases are from quarter to quarter.

Who buys about as much each quarter can be planned for: stock, people and credit follow.
Who buys much in one quarter and nothing in the next cannot, whatever the sum of the
year. Stability is 1 for equal quarters and falls to 0 where the spread of the quarters
is as large as their mean.

The method: 1 - CV over the last eight whole quarters of the seller's fiscal year, or as
many of them as have gone by since the first sale; CV is the standard deviation in the
population form (the quarters are all there are, no sample of more) over the mean. Below
0 it is 0.

Limits: a season counts as unsteadiness, and so does growth; a trend and the season have
features of their own. The quarter of the first sale may hold but a part of its days.
"""

from __future__ import annotations

import numpy as np

from custseg.labels import Title
from custseg.periods import Window
from custseg.rounding import rounded
from custseg.scoring.features import Facts, Feature
from custseg.scoring.quarters import quarterly_spend
from custseg.scoring.unknowns import NO_FOUR_QUARTERS
from custseg.table import Column
from custseg.units import Unit

__all__ = ["FEATURES"]

_FEWEST = 4


def _stability(facts: Facts, _: Window) -> Column:
    spend, quarters = quarterly_spend(facts)
    known = (quarters >= _FEWEST) & (spend.sum(axis=1) > 0)
    n = np.where(known, quarters, 1)
    mean = np.where(known, spend.sum(axis=1), 1) / n
    begun = spend.shape[1] - quarters
    squares = np.zeros(facts.n)
    for place, one in enumerate(spend.T):  # quarter by quarter: always in one order
        squares += np.where(place >= begun, one - mean, 0.0) ** 2
    variation = np.sqrt(squares / n) / mean
    return Column(rounded(np.maximum(1.0 - variation, 0.0)), Unit.SHARE, known)


FEATURES = (
    Feature(
        code="stability",
        unit=Unit.SHARE,
        title=Title(zh="合作稳定性", en="Stability of quarterly spend"),
        formula="max(0, 1 - standard deviation (population form) / mean) of net spend "
        "over the last 8 whole fiscal quarters; the quarters count from that of the "
        "first sale",
        needs=("sales.amount",),
        compute=_stability,
        missing=NO_FOUR_QUARTERS,
        better="higher",
        least=0,
        most=1,
    ),
)
