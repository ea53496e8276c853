"""How this period compares with the same period a year before.

Limits: a window that is a year earlier already, and the whole history, have no year
before them that a window could name: there everything is unknown.
"""

from __future__ import annotations

from custseg.labels import Title
from custseg.periods import Window, WindowKind
from custseg.scoring.features import Facts, Feature
from custseg.scoring.purchases import FEATURES as PURCHASES
from custseg.scoring.purchases import ratio
from custseg.table import Column
from custseg.units import Unit

__all__ = ["FEATURES"]

_SPEND, _ORDERS = (
    next(one for one in PURCHASES if one.code == code) for code in ("spend", "orders")
)


def _earlier(window: Window) -> Window | None:
    """Return the window a year before; None where there is no such window."""
    if window.a_year_earlier or window.kind is WindowKind.LIFETIME:
        return None
    return window.a_year_before()


def _with_a_year_before(window: Window) -> tuple[Window, ...]:
    earlier = _earlier(window)
    return (window,) if earlier is None else (window, earlier)


def _change(facts: Facts, window: Window, feature: Feature) -> Column:
    earlier = _earlier(window)
    if earlier is None:
        return facts.unknown(Unit.SHARE)
    now = facts.measure(feature, window).values
    before = facts.measure(feature, earlier).values
    return ratio(now - before, before, Unit.SHARE, positive=True)


def _spend_a_year_before(facts: Facts, window: Window) -> Column:
    earlier = _earlier(window)
    if earlier is None:
        return facts.unknown(Unit.MONEY)
    return facts.measure(_SPEND, earlier)


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
        missing=(
            Title(
                zh="期间已是上年同期或全部历史",
                en="for a window that is a year earlier already, or the whole history",
            ),
        ),
        better="higher",
        daily="same",
        spans=_with_a_year_before,
    ),
    Feature(
        code="spend_change_share",
        unit=Unit.SHARE,
        title=Title(zh="净采购额同比", en="Change of spend on the year"),
        formula="(spend - spend a year before) / spend a year before",
        needs=("sales.amount",),
        compute=_spend_change,
        windowed=True,
        missing=(
            Title(
                zh="上年同期净采购额不为正", en="without positive spend a year before"
            ),
        ),
        better="higher",
        lever="raise",
        daily="same",
        spans=_with_a_year_before,
    ),
    Feature(
        code="orders_change_share",
        unit=Unit.SHARE,
        title=Title(zh="订单数同比", en="Change of orders on the year"),
        formula="(orders - orders a year before) / orders a year before",
        needs=("sales.amount",),
        compute=_orders_change,
        windowed=True,
        missing=(Title(zh="上年同期没有订单", en="without an order a year before"),),
        better="higher",
        lever="raise",
        least=-1,
        daily="same",
        spans=_with_a_year_before,
    ),
)
