"""How this period compares with the same period a year before."""

from __future__ import annotations

from custseg.labels import Title
from custseg.periods import Window
from custseg.scoring.features import Facts, Feature
from custseg.scoring.purchases import FEATURES as PURCHASES
from custseg.scoring.purchases import ratio
from custseg.table import Column
from custseg.units import Unit

__all__ = ["FEATURES"]

_SPEND, _ORDERS = (
    next(one for one in PURCHASES if one.code == code) for code in ("spend", "orders")
)


def _change(facts: Facts, window: Window, feature: Feature) -> Column:
    now = facts.measure(feature, window).values
    before = facts.measure(feature, window.a_year_before()).values
    return ratio(now - before, before, Unit.SHARE, positive=True)


def _spend_a_year_before(facts: Facts, window: Window) -> Column:
    return facts.measure(_SPEND, window.a_year_before())


def _spend_change(facts: Facts, window: Window) -> Column:
    return _change(facts, window, _SPEND)


def _orders_change(facts: Facts, window: Window) -> Column:
    return _change(facts, window, _ORDERS)


FEATURES = (
    Feature(
        code="spend_a_year_before",
        unit=Unit.MONEY,
        title=Title(zh="上年同期净采购额", en="Net spend a year before"),
        formula="spend over the same window a year earlier (rolling days: 365 days)",
        needs=("sales.amount",),
        compute=_spend_a_year_before,
        windowed=True,
        better="higher",
    ),
    Feature(
        code="spend_change_share",
        unit=Unit.SHARE,
        title=Title(zh="净采购额同比", en="Change of spend on the year"),
        formula="(spend - spend a year before) / spend a year before",
        needs=("sales.amount",),
        compute=_spend_change,
        windowed=True,
        missing="without positive spend a year before",
        better="higher",
    ),
    Feature(
        code="orders_change_share",
        unit=Unit.SHARE,
        title=Title(zh="订单数同比", en="Change of orders on the year"),
        formula="(orders - orders a year before) / orders a year before",
        needs=("sales.amount",),
        compute=_orders_change,
        windowed=True,
        missing="without an order a year before",
        better="higher",
    ),
)
