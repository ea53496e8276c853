"""What a customer buys: spend, orders, days, quantities, returns.

Sums run over exact minor units; a return lowers spend and quantity, and never makes an
order or a purchase day. An order counts in a window when one of its sale lines does.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from custseg.events import EventTable
from custseg.labels import Title
from custseg.periods import Window, WindowKind
from custseg.scoring.baskets import grouped
from custseg.scoring.features import Facts, Feature
from custseg.scoring.unknowns import NO_ORDER, NO_SALE
from custseg.table import Column
from custseg.units import Unit

__all__ = ["FEATURES", "LIFETIME", "orders_among", "ratio"]

LIFETIME = Window(WindowKind.LIFETIME)


def ratio(
    top: NDArray[np.int64], bottom: NDArray[np.int64], unit: Unit, *, positive: bool
) -> Column:
    """Divide where it makes sense; elsewhere the answer is unknown.

    Parameters
    ----------
    top, bottom : int64 arrays, shape (n_customers,)
    unit : Unit
        Of the result.
    positive : bool
        Whether a bottom under zero makes no sense either.

    Examples
    --------
    >>> ratio(np.array([3, 1]), np.array([2, 0]), Unit.SHARE, positive=True).known
    array([ True, False])
    """
    known = bottom > 0 if positive else bottom != 0
    whole = known.all()
    values = top / (bottom if whole else np.where(known, bottom, 1))
    return Column(values, unit, None if whole else known)


def _spend(facts: Facts, window: Window) -> Column:
    return Column(facts.total("amount", window), Unit.MONEY)


def _sales_amount(facts: Facts, window: Window) -> Column:
    return Column(facts.total("amount", window, sign=1), Unit.MONEY)


def _return_amount(facts: Facts, window: Window) -> Column:
    return Column(-facts.total("amount", window, sign=-1), Unit.MONEY)


def _return_share(facts: Facts, window: Window) -> Column:
    returned = -facts.total("amount", window, sign=-1)
    sold = facts.total("amount", window, sign=1)
    return ratio(returned, sold, Unit.SHARE, positive=True)


def orders_among(
    facts: Facts, low: NDArray[np.int64], high: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Count the orders with a sale line among some lines of each customer.

    Parameters
    ----------
    facts : Facts
    low, high : int64 arrays, shape (n_customers,)
        The lines of customer c are ``low[c]:high[c]`` of the history.

    Returns
    -------
    int64 array, shape (n_customers,)
    """
    history = facts.ledger.history
    sums = history.running_orders
    orders = sums[high] - sums[low]
    later, before = history.repeat_openings
    if len(later):
        owner = np.searchsorted(history.offsets, later, side="right") - 1
        twice = (later < high[owner]) & (before >= low[owner])
        orders -= np.bincount(owner[twice], minlength=facts.n)
    return orders


def _orders(facts: Facts, window: Window) -> Column:
    return Column(orders_among(facts, *facts.days(window)), Unit.COUNT)


def _lifetime_orders(facts: Facts, _: Window) -> Column:
    return _orders(facts, LIFETIME)


def _purchase_days(facts: Facts, window: Window) -> Column:
    low, high = facts.purchases(window)
    return Column(high - low, Unit.COUNT)


def _lifetime_purchase_days(facts: Facts, _: Window) -> Column:
    return _purchase_days(facts, LIFETIME)


def _lifetime_spend(facts: Facts, _: Window) -> Column:
    return _spend(facts, LIFETIME)


def _average_order_value(facts: Facts, window: Window) -> Column:
    spend = facts.total("amount", window)
    orders = _orders(facts, window).values
    return ratio(spend, orders, Unit.MONEY, positive=True)


def _largest_order_amount(facts: Facts, window: Window) -> Column:
    low, high = facts.days(window)
    counts = high - low
    rows = np.repeat(low - (np.cumsum(counts) - counts), counts)
    rows += np.arange(len(rows))
    sales = facts.ledger.tables["sales"]
    amount = sales.columns["amount"].values[rows]
    sold = amount > 0
    rows, amount = rows[sold], amount[sold]
    owner = np.repeat(np.arange(facts.n), counts)[sold]
    order = _orders_of(sales, rows)
    n_orders = int(order.max(initial=0)) + 1
    owner, _, sums = grouped(owner, order, amount, n_orders)
    largest = np.zeros(facts.n, dtype=np.int64)
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    if len(first):
        largest[owner[first]] = np.maximum.reduceat(sums, first)
    known = largest > 0
    return Column(largest, Unit.MONEY, None if known.all() else known)


def _orders_of(sales: EventTable, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the order of some lines; one without an id belongs to that of its day."""
    day = sales.day[rows].astype(np.int64)
    if len(day):
        day -= day.min()
    ids = sales.columns.get("order_id")
    if ids is None:
        return day
    order = ids.values[rows].astype(np.int64)
    if ids.known is None:
        return order
    top = int(order.max(initial=-1)) + 1
    return np.where(ids.known[rows], order, top + day)


def _quantity(facts: Facts, window: Window) -> Column:
    low, high = facts.days(window)
    unknown = None
    if facts.ledger.tables["sales"].columns["quantity"].known is not None:
        missing = facts.ledger.history.running_unknown("quantity")
        unknown = missing[high] == missing[low]
    return Column(facts.total("quantity", window), Unit.QUANTITY, unknown)


_AMOUNT = ("sales.amount",)

FEATURES = (
    Feature(
        code="spend",
        unit=Unit.MONEY,
        title=Title(zh="净采购额", en="Net spend"),
        formula="S = sum of amount over all lines in the window, returns netted",
        needs=_AMOUNT,
        compute=_spend,
        windowed=True,
        better="higher",
        lever="raise",
        daily="same",
    ),
    Feature(
        code="sales_amount",
        unit=Unit.MONEY,
        title=Title(zh="销售额（不扣退货）", en="Sales before returns"),
        formula="sum of amount over the sale lines in the window",
        needs=_AMOUNT,
        compute=_sales_amount,
        windowed=True,
        better="higher",
        lever="raise",
        least=0,
        daily="same",
    ),
    Feature(
        code="return_amount",
        unit=Unit.MONEY,
        title=Title(zh="退货额", en="Returns"),
        formula="minus the sum of amount over the return lines in the window",
        needs=_AMOUNT,
        compute=_return_amount,
        windowed=True,
        better="lower",
        lever="lower",
        least=0,
        daily="same",
    ),
    Feature(
        code="return_share",
        unit=Unit.SHARE,
        title=Title(zh="退货率", en="Return share"),
        formula="return_amount / sales_amount",
        needs=_AMOUNT,
        compute=_return_share,
        windowed=True,
        missing=(NO_SALE,),
        better="lower",
        lever="lower",
        least=0,
        daily="same",
    ),
    Feature(
        code="orders",
        unit=Unit.COUNT,
        title=Title(zh="订单数", en="Sale orders"),
        formula="n = distinct (customer, order_id) with a sale line in the window; "
        "without order_id, one day's sales are one order",
        needs=_AMOUNT,
        compute=_orders,
        windowed=True,
        better="higher",
        lever="raise",
        daily="same",
    ),
    Feature(
        code="purchase_days",
        unit=Unit.COUNT,
        title=Title(zh="采购天数", en="Purchase days"),
        formula="d = distinct days with a sale line in the window",
        needs=_AMOUNT,
        compute=_purchase_days,
        windowed=True,
        better="higher",
        lever="raise",
        daily="same",
    ),
    Feature(
        code="average_order_value",
        unit=Unit.MONEY,
        title=Title(zh="客单价", en="Average order value"),
        formula="AOV = spend / orders",
        needs=_AMOUNT,
        compute=_average_order_value,
        windowed=True,
        missing=(NO_ORDER,),
        better="higher",
        lever="raise",
        daily="same",
    ),
    Feature(
        code="largest_order_amount",
        unit=Unit.MONEY,
        title=Title(zh="最大单笔订单额", en="Largest order"),
        formula="largest sum of the sale lines of one order in the window, returns "
        "not netted; without order_id, one day's sales are one order",
        needs=_AMOUNT,
        compute=_largest_order_amount,
        windowed=True,
        missing=(NO_SALE,),
        better="higher",
        lever="raise",
        least=0,
        daily="same",
    ),
    Feature(
        code="quantity",
        unit=Unit.QUANTITY,
        title=Title(zh="净采购量", en="Net quantity"),
        formula="Q = sum of quantity over all lines in the window, returns netted",
        needs=("sales.quantity",),
        compute=_quantity,
        windowed=True,
        missing=(
            Title(
                zh="期内有明细未记数量",
                en="where a line in the window has no quantity",
            ),
        ),
        better="higher",
        lever="raise",
        daily="same",
    ),
    Feature(
        code="lifetime_orders",
        unit=Unit.COUNT,
        title=Title(zh="累计订单数", en="Sale orders ever"),
        formula="orders over the whole history",
        needs=_AMOUNT,
        compute=_lifetime_orders,
        better="higher",
        daily="same",
    ),
    Feature(
        code="lifetime_purchase_days",
        unit=Unit.COUNT,
        title=Title(zh="累计采购天数", en="Purchase days ever"),
        formula="purchase_days over the whole history",
        needs=_AMOUNT,
        compute=_lifetime_purchase_days,
        better="higher",
        daily="same",
    ),
    Feature(
        code="lifetime_spend",
        unit=Unit.MONEY,
        title=Title(zh="累计净采购额", en="Net spend ever"),
        formula="spend over the whole history",
        needs=_AMOUNT,
        compute=_lifetime_spend,
        better="higher",
        daily="same",
    ),
)
