"""Sales to look at when there are none at hand: a wholesaler of building materials.

The wholesaler stands in Guangdong and sells cement, tiles, paint, pipes, lighting and
hardware. Three years of its sales, to 30 June 2026, are made up: dealers restock once
to three times a month, contractors buy by project, decorators in spring and autumn,
homeowners once or twice, small shops little and often; some customers fell silent,
left, came or came back, and some only ever registered. What each was generated as is
told beside the data, so that a classification can be held against it. A few faults that
real exports have are put in on purpose.

Everything is drawn from the uniform numbers of one seeded generator, whose stream numpy
promises to keep, with integers and the four basic operations only: no logarithm, no
float sum, nothing that differs between processors. The same seed gives the same bytes
everywhere.

No person, company or real price is in here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from attrs import frozen

from custseg.demos.dice import Dice, whole_number
from custseg.demos.wholesale_buyers import (
    CONTRACTOR,
    FIRST_DAY,
    LAST,
    LAST_DAY,
    Buyer,
    make_buyers,
    open_days,
)
from custseg.demos.wholesale_cards import SELLER, customer_cards
from custseg.seller import Seller
from custseg.table import Array

__all__ = ["DemoColumns", "DemoData", "wholesaler"]

_FEWEST = 32
"""Below this number of customers some sort would be empty."""

# By habit: lines of an order (from, to), CNY of a usual line, permille of the list
# price paid (from, to), permille of lines in the customer's main category.
_LINES = np.array([(4, 8), (4, 12), (2, 5), (2, 8), (1, 3)], dtype=np.int64)
_LINE_VALUE = np.array([5_000, 75_000, 3_200, 1_900, 650], dtype=np.int64)
_PRICE = ((860, 930), (800, 920), (920, 980), (1000, 1000), (950, 1000))
_FOCUS = np.array([100, 350, 300, 150, 800], dtype=np.int64)

# By category: list prices of its products in fen, and permille of them that they cost.
_CATALOGUE = {
    "CEMENT": ((2200, 2600, 3100, 3800, 5200), 800),
    "TILE": ((3500, 5800, 8800, 12800, 23800), 690),
    "PAINT": ((9800, 16800, 25800, 36800, 52800), 650),
    "PIPE": ((450, 980, 1850, 3200, 6800), 740),
    "LIGHTING": ((1500, 3800, 7900, 15900, 32900), 610),
    "HARDWARE": ((320, 850, 1900, 4600, 9800), 670),
}
_CATEGORIES = tuple(_CATALOGUE)
_BRANDS = ("BRAND-A", "BRAND-B", "BRAND-B", "BRAND-A", "BRAND-C", "BRAND-C")
"""By category: each maker makes two kinds of goods."""
_LIST_FEN = np.array([prices for prices, _ in _CATALOGUE.values()], dtype=np.int64)
_COST_SHARE = np.array([share for _, share in _CATALOGUE.values()], dtype=np.int64)

_ORDER_PREFIX = ("SO", "RT", "CS")
_SALE, _RETURN, _CASH = range(3)

_Lines = Mapping[str, Array]
"""Lines as whole numbers: positions, days since the first, fen; 0 returns nothing."""

DemoColumns = Mapping[str, Array | list[Any]]
"""Columns by canonical name, all of one length."""


@frozen(eq=False, repr=False)
class DemoData:
    """Made-up sales and customers, and the truth about them.

    Parameters
    ----------
    sales : mapping of str to array or list, shape (n_lines,)
        Canonical columns. Texts are lists with None where missing; ``date`` is
        datetime64[D]; ``amount`` and ``cost`` are float64 of two decimals in the major
        unit (``round(100 * amount)`` is the amount in fen); ``quantity`` is int64.
        Ordered by day and order, as a shop system exports them.
    customers : mapping of str to array or list, shape (n_customers,)
        One row per customer, ordered by id. ``flags`` is one text per customer: codes
        with commas between, "" where none is set.
    truth : mapping of str to str
        For each customer id the sort it was generated as, such as "DEALER".
    as_of : date
        The last day of the data.
    currency : str
    seller : Seller
        Where the wholesaler has its sites.
    """

    sales: DemoColumns
    customers: DemoColumns
    truth: Mapping[str, str]
    as_of: dt.date = LAST_DAY
    currency: str = "CNY"
    seller: Seller = SELLER

    def __repr__(self) -> str:
        many = len(self.sales["customer_id"])
        said = f"{len(self.truth):,} customers, {many:,} sales up to {self.as_of}"
        return f"DemoData({said}, {self.currency})"


def wholesaler(*, customers: int = 320, seed: int = 20260630) -> DemoData:
    """Make up three years of a building-materials wholesaler's sales.

    Parameters
    ----------
    customers : int, >= 32
        How many customers, those who never bought included.
    seed : int, >= 0
        The same seed gives the same data, everywhere.

    Returns
    -------
    DemoData
        About 100 lines per customer. 3-4 % of the lines are returns. Odd on purpose:
        one line exported twice, two lines of amount zero, one return of an order that
        is not there, three lines without a customer.

    Raises
    ------
    SettingError
        When an argument is no whole number or too small.

    Examples
    --------
    >>> data = wholesaler()
    >>> data
    DemoData(320 customers, 38,738 sales up to 2026-06-30, CNY)
    >>> sorted(set(data.truth.values()))[:4]
    ['CHURNED', 'CONTRACTOR', 'DEALER', 'DECORATOR']
    """
    whole_number("customers", customers, _FEWEST)
    whole_number("seed", seed, 0)
    dice = Dice(seed)
    opened = open_days()
    buyers = make_buyers(customers, dice, opened)
    width = max(4, len(str(customers)))
    ids = [f"C{place:0{width}}" for place in range(1, customers + 1)]
    lines = _sale_lines(buyers, dice)
    lines = _joined(lines, _return_lines(lines, buyers, dice, opened))
    lines = _joined(lines, *_faults(lines))
    return DemoData(
        sales=_sales(lines, ids),
        customers=customer_cards(buyers, ids, dice),
        truth={ids[place]: buyer.sort for place, buyer in enumerate(buyers)},
    )


def _sale_lines(buyers: list[Buyer], dice: Dice) -> _Lines:
    """Fill the orders: a customer's usual size, its trend, its categories and price."""
    orders = sorted(
        (day, who) for who, buyer in enumerate(buyers) for day in buyer.days
    )
    habits = np.array([buyer.habit for buyer in buyers])
    tails = np.where(habits == CONTRACTOR, 5, 80)  # a few projects are huge
    sizes = np.array([dice.scale(int(tail)) for tail in tails])
    slopes = dice.array(-600, 800, len(buyers))
    mains = dice.array(0, len(_CATEGORIES) - 1, len(buyers))
    paid = np.array([dice.between(*_PRICE[buyer.habit]) for buyer in buyers])

    days, whose = np.array(orders, dtype=np.int64).T
    few, many = _LINES[habits[whose]].T
    counts = dice.array(few, many, len(orders))
    order = np.repeat(np.arange(len(orders)), counts)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    n_lines = len(order)
    who, day = whose[order], days[order]

    focused = dice.array(0, 999, n_lines) < _FOCUS[habits[who]]
    any_category = dice.array(0, len(_CATEGORIES) - 1, n_lines)
    category = np.where(focused, mains[who], any_category)
    product = dice.array(0, _LIST_FEN.shape[1] - 1, n_lines)
    trend = 1000 + slopes[who] * (day - LAST // 2) // LAST
    luck = dice.array(0, 1000, n_lines) + dice.array(0, 1000, n_lines)
    value = _LINE_VALUE[habits[who]] * sizes[who] // 10 * trend // 1000 * luck // 1000
    price = _LIST_FEN[category, product]
    quantity = np.maximum(value // price, 1)
    return {
        "who": who,
        "day": day,
        "kind": np.full(n_lines, _SALE),
        "number": order + 1,
        "line": np.arange(n_lines) - first + 1,
        "category": category,
        "product": product,
        "quantity": quantity,
        "amount": quantity * price * paid[who] // 1000,
        "cost": quantity * price * _COST_SHARE[category] // 1000,
        "returns": np.zeros(n_lines, dtype=np.int64),
    }


def _return_lines(
    sold: _Lines, buyers: list[Buyer], dice: Dice, opened: list[int]
) -> _Lines:
    """Send a few lines back, whole or in part, three days to a month later."""
    n_sold = len(sold["day"])
    later = sold["day"] + dice.array(3, 30, n_sold)
    rows = np.flatnonzero((dice.array(0, 999, n_sold) < 37) & (later <= LAST))
    back = {name: values[rows] for name, values in sold.items()}
    quantity = dice.array(1, back["quantity"], len(rows))
    back["amount"] = -(back["amount"] * quantity // back["quantity"])
    back["cost"] = -(back["cost"] * quantity // back["quantity"])
    back["returns"] = back["number"]
    back["quantity"] = -quantity
    back["day"] = np.array(opened)[later[rows]]
    # Customers whose sales lie before the data: nobody knows the order any more.
    old = [who for who, buyer in enumerate(buyers) if buyer.sort == "RETURNS_ONLY"]
    lost = {name: values[: len(old)].copy() for name, values in back.items()}
    lost["who"] = np.array(old)
    lost["returns"] = np.zeros(len(old), dtype=np.int64)
    back = _joined(back, lost)
    back["kind"] = np.full(len(back["day"]), _RETURN)
    back["line"] = np.ones(len(back["day"]), dtype=np.int64)
    rank = np.argsort(back["day"], kind="stable")
    back["number"][rank] = np.arange(1, len(rank) + 1)
    return back


def _faults(lines: _Lines) -> Iterator[_Lines]:
    """Yield what real exports have and ought not to have."""
    sales = np.flatnonzero(lines["kind"] == _SALE)
    n_sales = len(sales)

    def copied(*places: int, **changes: int) -> dict[str, Array]:
        rows = sales[list(places)]
        found = {name: values[rows] for name, values in lines.items()}
        new = {name: np.full(len(rows), value) for name, value in changes.items()}
        return {**found, **new}

    yield copied(n_sales // 3)  # exported twice
    yield copied(n_sales // 4, n_sales // 2, line=99, amount=0)  # replaced for free
    orphan = copied(n_sales * 2 // 3, kind=_RETURN, line=1, returns=999_999)
    orphan["number"] = np.array([np.count_nonzero(lines["kind"] == _RETURN) + 1])
    for name in ("quantity", "amount", "cost"):
        orphan[name] = -orphan[name]
    yield orphan
    fifth = n_sales // 5
    walk_in = copied(fifth, 2 * fifth, 4 * fifth, kind=_CASH, line=1)
    walk_in |= {"who": np.full(3, -1), "number": np.arange(1, 4)}
    yield walk_in


def _joined(*parts: _Lines) -> dict[str, Array]:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _sales(lines: _Lines, ids: list[str]) -> DemoColumns:
    """Write the lines as an export has them, in the order of days and orders."""
    keys = (lines["line"], lines["number"], lines["kind"], lines["day"])
    rank = np.lexsort(keys)
    column = {name: values[rank] for name, values in lines.items()}
    listed = {name: values.tolist() for name, values in column.items()}
    orders = zip(listed["kind"], listed["number"], strict=True)
    goods = zip(listed["category"], listed["product"], strict=True)
    return {
        "customer_id": [ids[who] if who >= 0 else None for who in listed["who"]],
        "order_id": [f"{_ORDER_PREFIX[kind]}{number:06}" for kind, number in orders],
        "line_id": [str(line) for line in listed["line"]],
        "date": np.datetime64(FIRST_DAY, "D") + column["day"],
        "amount": column["amount"] / 100,
        "quantity": column["quantity"],
        "cost": column["cost"] / 100,
        "category": [_CATEGORIES[category] for category in listed["category"]],
        "brand": [_BRANDS[category] for category in listed["category"]],
        "product": [f"{_CATEGORIES[kind]}-{which + 1:02}" for kind, which in goods],
        "currency": ["CNY"] * len(rank),
        "returns_order_id": [
            f"SO{number:06}" if number else None for number in listed["returns"]
        ],
    }
