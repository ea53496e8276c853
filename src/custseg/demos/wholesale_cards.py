"""What the made-up wholesaler has on file about each customer, and where it stands.

A card holds what a sales office writes down: what the customer is, its trade by codes
of GB/T 4754-2017, its people, where it is, since when. As on real cards a place comes
in several spellings and some fields stayed empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from custseg.demos.dice import Dice
from custseg.demos.wholesale_buyers import (
    CONTRACTOR,
    DEALER,
    FIRST_DAY,
    HOMEOWNER,
    SMALL_SHOP,
    Buyer,
)
from custseg.seller import Seller, Site
from custseg.table import Array

__all__ = ["SELLER", "customer_cards"]

SELLER = Seller(
    country="CN",
    sites=[
        Site(city="佛山", province="广东", latitude=23.02, longitude=113.12),
        Site(city="东莞", province="广东", latitude=23.02, longitude=113.75),
    ],
)
"""A yard in Foshan and a store in Dongguan."""

# By habit (dealer, contractor, decorator, homeowner, small shop): customer type,
# trades, and the fewest and most employees. Makers of concrete goods (C3021) and of
# tiles (C3071) are among the dealers, a developer (K7010) and a hotel (H6110) among the
# contractors, a designer (M7491) among the decorators.
_TYPES = ("DEALER", "PROJECT", "DECORATOR", "HOMEOWNER", "RETAILER")
_TRADES: tuple[tuple[str | None, ...], ...] = (
    ("F5165", "F5165", "5165", "C3021", "C3071"),
    ("E4710", "4710", "E4790", "K7010", "H6110"),
    ("E5012", "5012", "M7491"),
    (None,),
    ("F5289", "5289", None),
)
_PEOPLE = ((4, 320), (15, 900), (2, 60), (0, 0), (1, 9))
_INCOMES = ("高收入", "中等收入", "中等收入", "低收入", None)

_PLACES = (
    *[("中国", "广东省", "佛山市")] * 4,
    *[(None, "广东", "佛山")] * 3,
    *[("CN", "广东省", "广州市")] * 5,
    *[(None, "CN-GD", "东莞")] * 3,
    *[("中国", "广东省", city) for city in ("深圳市", "中山市", "江门市", "肇庆市")],
    ("China", "Guangxi", "南宁市"),
    (None, "湖南省", "长沙市"),
    (None, "江西", "赣州市"),
    ("中国", "福建省", "厦门市"),
    ("中国", None, None),
    ("越南", None, "河内"),
    ("Malaysia", None, "Penang"),
)
_ABROAD = 2
"""The last of these places: only dealers and contractors buy from there."""


def customer_cards(
    buyers: Sequence[Buyer], ids: Sequence[str], dice: Dice
) -> Mapping[str, Array | list[Any]]:
    """Write a card for every customer.

    Parameters
    ----------
    buyers : sequence of Buyer
    ids : sequence of str
        Of each buyer.
    dice : Dice

    Returns
    -------
    mapping of str to array or list, shape (n_customers,)
        Columns of the input contract; None, NaN or NaT where a field is empty.
    """
    types: list[str | None] = []
    forms: list[str] = []
    flags: list[str] = []
    for buyer in buyers:
        types.append(None if dice.chance(30) else _TYPES[buyer.habit])
        of_state = buyer.habit == CONTRACTOR and dice.chance(80)
        private = buyer.habit == HOMEOWNER
        private = private or (buyer.habit == SMALL_SHOP and dice.chance(400))
        company = "政府机关" if of_state else "企业"
        forms.append("个人" if private else company)
        flags.append("")
        if buyer.sort in ("DEALER", "CONTRACTOR") and dice.chance(80):
            flags[-1] = "key_account"
            if buyer.sort == "CONTRACTOR":
                flags[-1] += ",strategic_partner"
    places = [_PLACES[dice.between(0, _farthest(buyer))] for buyer in buyers]
    trades = [_TRADES[buyer.habit] for buyer in buyers]
    private_buyers = [buyer.habit == HOMEOWNER for buyer in buyers]
    first = np.datetime64(FIRST_DAY, "D")
    closed = [
        first + np.timedelta64(buyer.closed, "D") if buyer.closed else None
        for buyer in buyers
    ]
    return {
        "customer_id": list(ids),
        "type": types,
        "legal_form": forms,
        "industry": [of[dice.between(0, len(of) - 1)] for of in trades],
        "employees": np.array([_people(buyer, dice) for buyer in buyers]),
        "income_band": [
            _INCOMES[dice.between(0, len(_INCOMES) - 1)] if private else None
            for private in private_buyers
        ],
        "country": [country for country, _, _ in places],
        "province": [province for _, province, _ in places],
        "city": [city for _, _, city in places],
        "registered_on": first + np.array([buyer.registered for buyer in buyers]),
        "closed_on": np.array(closed, dtype="datetime64[D]"),
        "flags": flags,
    }


def _farthest(buyer: Buyer) -> int:
    """Return the last place that a buyer may be in."""
    abroad = buyer.habit in {DEALER, CONTRACTOR}
    return len(_PLACES) - 1 - (0 if abroad else _ABROAD)


def _people(buyer: Buyer, dice: Dice) -> float:
    """Return how many people work there: mostly few; nobody asks a homeowner."""
    fewest, most = _PEOPLE[buyer.habit]
    if most == 0 or dice.chance(100):
        return float("nan")
    return float(fewest + (most - fewest) * dice.between(0, 99) ** 2 // 99**2)
