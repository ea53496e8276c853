"""What is earned: margin, exact where every line in the window has a cost."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from custseg.labels import Title
from custseg.periods import Window
from custseg.scoring.features import Facts, Feature
from custseg.scoring.purchases import ratio
from custseg.table import Column
from custseg.units import Unit

__all__ = ["FEATURES"]


def _costed(facts: Facts, window: Window) -> NDArray[np.bool_] | None:
    """Say for whom every line in the window has a cost; None if for everybody."""
    if facts.ledger.tables["sales"].columns["cost"].known is None:
        return None
    low, high = facts.days(window)
    missing = facts.ledger.history.running_unknown("cost")
    known: NDArray[np.bool_] = missing[high] == missing[low]
    return known


def _margin(facts: Facts, window: Window) -> Column:
    margin = facts.total("amount", window) - facts.total("cost", window)
    return Column(margin, Unit.MONEY, _costed(facts, window))


def _margin_share(facts: Facts, window: Window) -> Column:
    spend = facts.total("amount", window)
    share = ratio(_margin(facts, window).values, spend, Unit.SHARE, positive=True)
    known = _costed(facts, window)
    return Column(
        share.values,
        share.unit,
        share.known if known is None else known & share.is_known(),
    )


_NO_COST = Title(zh="期内有明细未记成本", en="where a line in the window has no cost")

FEATURES = (
    Feature(
        code="margin",
        unit=Unit.MONEY,
        title=Title(zh="毛利", en="Gross margin"),
        formula="spend - sum of cost in the window, returns netted in both",
        needs=("sales.amount", "sales.cost"),
        compute=_margin,
        windowed=True,
        missing=(_NO_COST,),
        better="higher",
        lever="raise",
    ),
    Feature(
        code="margin_share",
        unit=Unit.SHARE,
        title=Title(zh="毛利率", en="Gross margin share"),
        formula="margin / spend",
        needs=("sales.amount", "sales.cost"),
        compute=_margin_share,
        windowed=True,
        missing=(_NO_COST, Title(zh="期内净采购额不为正", en="without positive spend")),
        better="higher",
        lever="raise",
        most=1,  # only returns of dear goods carry a customer past it
    ),
)
