"""A small trade behind each packaged policy, with the class known of every customer.

A trade is a list of sorts of customers, each with its share, and the goods it sells.
Each customer is made up by one function: its rhythm, what it orders, how it pays, what
stands on its card. What it is meant to be is kept beside the data. Noise is added to
everything: days are jittered and skipped, amounts spread log-normally, goods come back,
fields of cards are empty.

So a classification can be held against what was meant. It will not find all of it, and
ought not to: where an attribute is missing the answer is UNKNOWN, and who was planned
close to a cut may lie on the other side. Nothing was tuned for one seed.

Limits: the shares of the sorts are chosen to show something of each; this is no
statistic of any trade. No person, company or real price is in here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from attrs import frozen

from custseg.demos import (
    building_materials,
    building_materials_grading,
    company,
    frozen_goods,
    lighting,
)
from custseg.demos.books import cards_of, receivables_of, rows_of
from custseg.demos.buyers import Buyer, Meant
from custseg.demos.calendar import Calendar, calendar_to
from custseg.demos.dice import Dice, whole_number
from custseg.demos.goods import sales_of, sell
from custseg.demos.plans import planned
from custseg.demos.sorts import Sorts
from custseg.errors import Problem, SettingError, did_you_mean
from custseg.seller import Seller
from custseg.table import Array

__all__ = ["TRADES", "Trade", "trade"]

_PLANS: Final[Mapping[str, Sorts]] = {
    "company": company.SORTS,
    "building_materials": building_materials.SORTS,
    "building_materials_grading": building_materials_grading.SORTS,
    "frozen_goods": frozen_goods.SORTS,
    "lighting": lighting.SORTS,
}

TRADES: Final = tuple(_PLANS)
"""The policies that have a trade behind them."""

_FEWEST: Final = 60
"""Below this number of customers some sort would be empty, and percentiles unknown."""

_FURTHER: Final = ("interactions", "feedback", "projects", "costs", "events")


@frozen(eq=False, repr=False)
class Trade:
    """A made-up trade, and the truth about its customers.

    Parameters
    ----------
    policy : str
        The packaged policy that it is for.
    tables : mapping of str to mapping of str to array or list
        By name of the input contract, canonical columns: sales and customers always,
        others where the trade has them. Texts are lists with None where missing.
    truth : mapping of str to Meant
        For each customer id what it was meant to be.
    as_of : date
        The last day of the data.
    seller : Seller
    currency : str
    """

    policy: str
    tables: Mapping[str, Mapping[str, Array | list[Any]]]
    truth: Mapping[str, Meant]
    as_of: dt.date
    seller: Seller
    currency: str = "CNY"

    def __repr__(self) -> str:
        many = len(self.tables["sales"]["customer_id"])
        said = f"{len(self.truth):,} customers, {many:,} sales up to {self.as_of}"
        return f"Trade({self.policy}: {said}, {self.currency})"


def trade(policy: str, *, customers: int = 240, seed: int = 20260630) -> Trade:
    """Make up three years of a trade that a packaged policy is for.

    Parameters
    ----------
    policy : str
        Name of a packaged policy.
    customers : int, >= 60
    seed : int, >= 0
        The same seed gives the same data, everywhere.

    Returns
    -------
    Trade

    Raises
    ------
    SettingError
        When there is no such trade, or a number is no whole number or too small.

    Examples
    --------
    >>> made = trade("frozen_goods", seed=7)
    >>> made
    Trade(frozen_goods: 240 customers, ... sales up to 2026-06-30, CNY)
    >>> list(made.tables), made.as_of.isoformat()
    (['sales', 'customers', 'feedback'], '2026-06-30')
    >>> meant = made.truth["C0003"]
    >>> meant.sort, meant.labels["type"], meant.labels["frequency"]
    ('PROSPECT', 'RETAILER', 'NEVER')
    """
    plan = _PLANS.get(policy)
    if plan is None:
        raise SettingError(
            Problem(
                "there is no made-up trade of this name",
                where="policy",
                got=repr(policy),
                allowed=", ".join(TRADES),
                hint=did_you_mean(str(policy), TRADES),
            )
        )
    whole_number("customers", customers, _FEWEST)
    whole_number("seed", seed, 0)
    calendar, dice = calendar_to(plan.last), Dice(seed)
    buyers = _mixed(plan.make(customers, calendar, dice), dice)
    ids = [
        f"C{place:0{max(4, len(str(customers)))}}" for place in range(1, customers + 1)
    ]
    lines = sell(buyers, plan.goods, calendar, dice)
    tables = {
        "sales": sales_of(lines, ids, calendar),
        "customers": cards_of(buyers, ids, calendar, dice),
    }
    if any(buyer.payer for buyer in buyers):
        invoices, payments = receivables_of(buyers, ids, lines, calendar, dice)
        tables |= {"invoices": invoices, "payments": payments}
    for name in _FURTHER:
        if any(name in buyer.rows for buyer in buyers):
            tables[name] = rows_of(name, buyers, ids, calendar)
    return Trade(
        policy, tables, _truth(buyers, ids, plan, calendar), plan.last, plan.seller
    )


def _mixed(buyers: Iterable[Buyer], dice: Dice) -> list[Buyer]:
    """Put customers into an order that tells nothing of their sort."""
    mixed = list(buyers)
    for place in range(len(mixed) - 1, 0, -1):
        other = dice.between(0, place)
        mixed[place], mixed[other] = mixed[other], mixed[place]
    return mixed


def _truth(
    buyers: Sequence[Buyer], ids: Sequence[str], plan: Sorts, calendar: Calendar
) -> dict[str, Meant]:
    ranked = plan.ranked(planned(buyers, plan.goods, calendar))
    truth = {}
    for place, buyer in enumerate(buyers):
        of_rank = {family: labels[place] for family, labels in ranked.items()}
        said = {**of_rank, **buyer.meant.labels}
        told = {name: said[name] for name in plan.families if said.get(name)}
        short = buyer.meant.too_short & told.keys()
        truth[ids[place]] = Meant(buyer.meant.sort, dict(sorted(told.items())), short)
    return truth
