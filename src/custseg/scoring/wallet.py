"""How much of what a customer buys is bought here: the share of wallet.

A customer who buys for 100,000 a year and could buy for 2,000,000 is another one than
the one who buys for 100,000 in all. What it buys from everybody is what it declares as
its annual purchases of such goods; the share is what was spent here in the window over
what it buys in as many days:

    share = spend x 365 / (annual purchases x days of the window)

Limits: purchases are declared, seldom exact, and may be old, so a share can be over
one; it is shown as it is. A lifetime has no length, so over a lifetime the share is
unknown. Both are taken as even over the year: over a short window a seasonal buyer's
share is not comparable. Returns are netted, as in the spend, so a share may be below
zero.
"""

from __future__ import annotations

import numpy as np

from custseg.labels import Title
from custseg.periods import Window, WindowKind
from custseg.rounding import rounded
from custseg.scoring.declared import declared_from
from custseg.scoring.features import Facts, Feature
from custseg.scoring.unknowns import BELOW_ZERO, NOT_DECLARED
from custseg.table import Column
from custseg.units import Unit

__all__ = ["FEATURES"]

_YEAR = 365
"""Days for which annual purchases are declared."""


def _annual_purchases(facts: Facts, _: Window) -> Column:
    return declared_from(facts, "annual_purchases", 0)


def _share_of_wallet(facts: Facts, window: Window) -> Column:
    if window.kind is WindowKind.LIFETIME:
        return facts.unknown(Unit.SHARE)
    after, through = window.bounds(facts.as_of, fiscal=facts.fiscal)
    wallet = declared_from(facts, "annual_purchases", 1)
    known = wallet.is_known()
    spend = facts.total("amount", window) * float(_YEAR)
    whole = np.where(known, wallet.values, 1) * float(through - after)
    return Column(rounded(spend / whole), Unit.SHARE, None if known.all() else known)


FEATURES = (
    Feature(
        code="annual_purchases",
        unit=Unit.MONEY,
        title=Title(zh="年采购总额（申报）", en="Annual purchases, declared"),
        formula="annual_purchases, what the customer buys of such goods in a year from "
        "everybody, as declared",
        needs=("customers.annual_purchases",),
        compute=_annual_purchases,
        missing=(NOT_DECLARED, BELOW_ZERO),
        least=0,
    ),
    Feature(
        code="share_of_wallet",
        unit=Unit.SHARE,
        title=Title(zh="钱包份额", en="Share of wallet"),
        formula="spend x 365 / (annual_purchases x days of the window)",
        needs=("sales.amount", "customers.annual_purchases"),
        compute=_share_of_wallet,
        windowed=True,
        missing=(
            Title(
                zh="未填写大于零的年采购总额",
                en="where nobody declared annual purchases above zero",
            ),
            Title(zh="按全部历史计算", en="over a lifetime"),
        ),
        better="higher",
        lever="raise",
        most=1,
    ),
)
