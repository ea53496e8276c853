"""Who presses the price: what a customer pays for a product, against others.

Two buyers of the same article rarely pay the same. Where a customer stands says how
hard it bargains: near zero, and it pays less than nearly everybody; half is the usual
price. The comparison is within the product, so that neither a cheap range nor a dear
one decides; where a customer buys dear or cheap goods is another question
(:mod:`custseg.scoring.price`).

The price is net: amount over quantity, after all discounts on the line. Each sale line
is placed among those of its product, as the policy learned them when it was fitted
(:mod:`custseg.scoring.prices`); the position is the mean of the places, weighted by
what was spent.

Limits: rebates paid afterwards are in no line. Large orders are cheaper everywhere, so
a large buyer stands low without pressing. Prices that rose since the fit make everybody
look dear. Products that few buy are left out; where less than half of the sales amount
is left, the position is unknown.
"""

from __future__ import annotations

from functools import partial

from custseg.labels import Title
from custseg.scoring.features import Feature
from custseg.scoring.price import position_among
from custseg.scoring.prices import PRODUCT_PRICES
from custseg.scoring.unknowns import INCOMPARABLE, NO_SALE
from custseg.units import Unit

__all__ = ["FEATURES"]

FEATURES = (
    Feature(
        code="net_price_position",
        unit=Unit.SHARE,
        title=Title(zh="成交价定位", en="Net price against others"),
        formula="mean, weighted by amount, of the mid-rank percentile of each sale "
        "line's amount / quantity among those of its product that the reference paid "
        "when the policy was fitted",
        needs=("sales.amount", "sales.product", "sales.quantity"),
        compute=partial(position_among, PRODUCT_PRICES),
        windowed=True,
        missing=(NO_SALE, INCOMPARABLE),
        better="higher",
        lever="raise",
        references=(PRODUCT_PRICES,),
        least=0,
        most=1,
    ),
)
