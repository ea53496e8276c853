"""The goods of a made-up trade, and the orders of its customers as lines of sale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from attrs import frozen

from custseg.demos.buyers import Buyer, Wants
from custseg.demos.calendar import Calendar
from custseg.demos.dice import Dice
from custseg.table import Array

__all__ = ["Goods", "Line", "sales_of", "sell"]

_RETURNED = 30
"""Permille of the lines that come back, whole or in part."""


@frozen
class Goods:
    """What a trade sells.

    Parameters
    ----------
    prices : mapping of str to tuple of int
        By category, the list prices of its products in fen, from the cheapest up.
    cost : int
        Permille of the list price that goods cost.
    brands : tuple of str
    """

    prices: Mapping[str, tuple[int, ...]]
    cost: int
    brands: tuple[str, ...]


class Line(NamedTuple):
    """One line of a sale, or of a return."""

    who: int
    day: int
    order: str
    number: int
    category: str
    product: str
    brand: str
    place: str | None
    quantity: int
    amount: int
    cost: int
    returns: str | None = None


def sell(
    buyers: Sequence[Buyer], goods: Goods, calendar: Calendar, dice: Dice
) -> list[Line]:
    """Fill the orders of all customers, and take some of the goods back.

    Parameters
    ----------
    buyers : sequence of Buyer
    goods : Goods
    calendar : Calendar
    dice : Dice

    Returns
    -------
    list of Line
        By day and order.
    """
    orders = sorted(
        (day, who) for who, buyer in enumerate(buyers) for day in buyer.days
    )
    lines: list[Line] = []
    back: list[Line] = []
    for place, (day, who) in enumerate(orders, 1):
        head = (f"SO{place:06}", day, who)
        for line in _order(head, buyers[who], goods, dice):
            lines.append(line)
            if dice.chance(_RETURNED):
                later = day + dice.between(3, 25)
                if later <= calendar.end:
                    back.append(
                        _return(line, len(back) + 1, calendar.opened[later], dice)
                    )
    return sorted(lines + back, key=lambda line: (line.day, line.order, line.number))


def _order(
    head: tuple[str, int, int], buyer: Buyer, goods: Goods, dice: Dice
) -> Iterator[Line]:
    """Yield the lines of one order; its head is the number, the day and who."""
    name, day, who = head
    wants = buyer.wants
    worth = dice.around(wants.on(day), wants.swing)
    place = dice.pick(buyer.ship_to) if buyer.ship_to else None
    count = dice.between(*wants.lines)
    for number in range(1, count + 1):
        category = dice.weighted(wants.shelves)
        product = _product(wants, len(goods.prices[category]), dice)
        price = goods.prices[category][product]
        part = worth // count * dice.between(600, 1400) // 1000
        quantity = max(part // price, 1)
        amount = quantity * price * (wants.pays + dice.between(-8, 8)) // 1000
        yield Line(
            who,
            day,
            name,
            number,
            category,
            f"{category}-{product + 1:02}",
            _brand(wants, goods, dice),
            place,
            quantity,
            amount,
            quantity * price * goods.cost // 1000,
        )


def _product(wants: Wants, count: int, dice: Dice) -> int:
    """Choose from a shelf: of dear or cheap goods mostly, else any."""
    if "dear" in wants.taste and dice.chance(900):
        return count - 1
    if "cheap" in wants.taste and dice.chance(900):
        return 0
    return dice.between(0, count - 1)


def _brand(wants: Wants, goods: Goods, dice: Dice) -> str:
    loved = [brand for brand in goods.brands if brand in wants.taste]
    return loved[0] if loved and dice.chance(880) else dice.pick(goods.brands)


def _return(line: Line, number: int, day: int, dice: Dice) -> Line:
    part = dice.between(1, line.quantity)
    return Line(
        line.who,
        day,
        f"RT{number:06}",
        1,
        line.category,
        line.product,
        line.brand,
        line.place,
        -part,
        -(line.amount * part // line.quantity),
        -(line.cost * part // line.quantity),
        line.order,
    )


def sales_of(
    lines: Sequence[Line], ids: Sequence[str], calendar: Calendar
) -> Mapping[str, Array | list[Any]]:
    """Write the lines as a table of the input contract.

    Parameters
    ----------
    lines : sequence of Line
    ids : sequence of str
        Of the customers.
    calendar : Calendar
    """
    first = np.datetime64(calendar.first, "D")
    table: dict[str, Array | list[Any]] = {
        "customer_id": [ids[line.who] for line in lines],
        "order_id": [line.order for line in lines],
        "line_id": [str(line.number) for line in lines],
        "date": first + np.array([line.day for line in lines]),
        "amount": np.array([line.amount for line in lines]) / 100,
        "quantity": np.array([line.quantity for line in lines]),
        "cost": np.array([line.cost for line in lines]) / 100,
        "category": [line.category for line in lines],
        "brand": [line.brand for line in lines],
        "product": [line.product for line in lines],
        "returns_order_id": [line.returns for line in lines],
    }
    if any(line.place for line in lines):
        table["ship_to"] = [line.place for line in lines]
    return table
