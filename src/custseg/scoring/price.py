"""Whether a customer buys dear or cheap, against what others pay in each category.

Each sale line is placed among the prices of its category, which the policy learned when
it was fitted (:mod:`custseg.scoring.prices`); the customer's position is the mean of
the places, weighted by what was spent. Half is the usual price.

The places are taken in steps of 2**-30, and the weighted sum is over whole numbers, so
it does not depend on the order of the lines.

Limits: lines without category, quantity or learned prices are left out; where less than
half of the sales amount is left, the position is unknown. A customer's comparable sales
have to stay under 2**53 minor units.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from custseg.labels import Title
from custseg.periods import Window
from custseg.scoring.baskets import Owners, sale_lines
from custseg.scoring.features import Facts, Feature
from custseg.scoring.prices import CATEGORY_PRICES, Prices, priced_lines
from custseg.scoring.unknowns import INCOMPARABLE, NO_SALE
from custseg.table import Column
from custseg.units import Unit

__all__ = ["FEATURES", "position_among"]

_LIMBS, _LIMB_BITS = 3, 10
_STEPS = 1 << _LIMBS * _LIMB_BITS

_MOST = 1 << 53


def position_among(name: str, facts: Facts, window: Window) -> Column:
    """Return each customer's mean place among learned prices, weighted by amount.

    Parameters
    ----------
    name : str
        Of the learned table of prices.
    facts : Facts
    window : Window
    """
    learned: Prices | None = facts.references.get(name)
    if learned is None or not learned.knots:
        return facts.unknown(Unit.SHARE)
    lines = priced_lines(facts, learned.COLUMN, window)
    place = learned.places(lines.words)[lines.code]
    owners, amount, price = lines.owners, lines.amount, lines.price
    here = place >= 0
    if not here.all():
        owners = Owners(owners.owner[here], facts.n)
        place, amount, price = place[here], amount[here], price[here]
    compared = owners.sums(amount)
    weighted = _weighted_steps(owners, amount, learned.at(place, price))
    total = sale_lines(facts, window).total
    known = (compared > 0) & (compared >= total - compared) & (compared < _MOST)
    mean = weighted / (np.where(known, compared, 1) * float(_STEPS))
    return Column(mean, Unit.SHARE, known)


def _weighted_steps(
    owners: Owners, amount: NDArray[np.int64], share: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the sums of amount times share, in steps; exact up to the last rounding.

    A share has 30 bits, too many to multiply with any amount: it is taken apart into
    three numbers of ten.
    """
    steps = np.rint(share * _STEPS).astype(np.int64)
    total = np.zeros(owners.n_customers)
    for limb in reversed(range(_LIMBS)):
        bits = steps >> limb * _LIMB_BITS
        if limb < _LIMBS - 1:  # the highest keeps what is above, for a share of one
            bits &= (1 << _LIMB_BITS) - 1
        total = total * (1 << _LIMB_BITS) + owners.sums(amount * bits)
    return total


FEATURES = (
    Feature(
        code="price_position",
        unit=Unit.SHARE,
        title=Title(zh="价格定位", en="Price position"),
        formula="mean, weighted by amount, of the mid-rank percentile of each sale "
        "line's amount / quantity among those of its category that the reference paid "
        "when the policy was fitted",
        needs=("sales.amount", "sales.category", "sales.quantity"),
        compute=partial(position_among, CATEGORY_PRICES),
        windowed=True,
        missing=(NO_SALE, INCOMPARABLE),
        lever="both",
        references=(CATEGORY_PRICES,),
        least=0,
        most=1,
        daily="same",
    ),
)
