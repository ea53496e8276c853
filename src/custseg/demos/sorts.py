"""What a made-up trade consists of: sorts of customers in their shares."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping

from attrs import frozen

from custseg.demos.buyers import Buyer, Meant, Wants
from custseg.demos.calendar import Calendar
from custseg.demos.dice import Dice
from custseg.demos.goods import Goods
from custseg.demos.lives import Life, too_short
from custseg.demos.places import SELLER
from custseg.demos.plans import Meaning
from custseg.seller import Seller

__all__ = ["LAST_DAY", "Sort", "Sorts", "known_since", "meant", "passer_by", "prospect"]

LAST_DAY = dt.date(2026, 6, 30)

Sort = Callable[[Calendar, Dice], Buyer]
"""Makes up one customer."""


@frozen
class Sorts:
    """A trade: who buys, what is sold, from where, and until when.

    Parameters
    ----------
    shares : mapping of Sort to int
        How many of the customers are of each sort, in proportion.
    goods : Goods
    families : set of str
        The families of the policy of which something is meant.
    ranked : callable
        From what was planned, the labels that speak of a place among all.
    seller : Seller
    last : date
    """

    shares: Mapping[Sort, int]
    goods: Goods
    families: frozenset[str]
    ranked: Meaning
    seller: Seller = SELLER
    last: dt.date = LAST_DAY

    def make(self, customers: int, calendar: Calendar, dice: Dice) -> Iterator[Buyer]:
        """Make up customers of all sorts in their shares."""
        share, made, total = 0, 0, sum(self.shares.values())
        for sort, weight in self.shares.items():
            share += weight
            wanted = customers * share // total
            for _ in range(wanted - made):
                yield sort(calendar, dice)
            made = wanted


def meant(
    sort: str, life: Life, calendar: Calendar, frequency: str, labels: Mapping[str, str]
) -> Meant:
    """Return what a customer with such a life was made up to be.

    Parameters
    ----------
    sort : str
    life : Life
    calendar : Calendar
    frequency : str
        How often it buys while it is there.
    labels : mapping of str to str
        Of further families; they go before what its life says.
    """
    loyal = life.stage == "MATURE" and frequency == "FREQUENT"
    of_life = {**life.labels(frequency), "loyal": "YES" if loyal else "NO"}
    said = {**of_life, **labels}
    seasonal = said.get("season") == "SEASONAL"
    return Meant(sort, said, too_short(life, calendar, seasonal=seasonal))


def known_since(life: Life, dice: Dice) -> dict[str, object]:
    """Return the days of a card: registered before the first purchase."""
    return {"registered_on": life.days[0] - dice.between(0, 40)}


def passer_by(
    sort: str,
    wants: Wants,
    card: Mapping[str, object],
    labels: Mapping[str, str],
    *,
    calendar: Calendar,
    dice: Dice,
    dormant_days: int = 365,
) -> Buyer:
    """Make up a customer who bought once, between a quarter and two years ago.

    ``dormant_days`` is for how long such a customer may be silent without having gone.
    """
    day = calendar.opened[calendar.end - dice.between(95, 720)]
    ago = calendar.end - day
    stage = "ACTIVE" if ago <= 180 else "COOLING" if ago <= dormant_days else "DORMANT"
    life = Life(stage, (day,))
    said = {"frequency": "ONE_TIME", "lifecycle": stage, "loyal": "NO", **labels}
    short = too_short(life, calendar) - {"frequency", "loyal"}
    on_file = {**card, **known_since(life, dice)}
    return Buyer(Meant(sort, said, short), (day,), wants, on_file)


def prospect(
    wants: Wants,
    card: Mapping[str, object],
    labels: Mapping[str, str],
    dice: Dice,
    end: int,
) -> Buyer:
    """Make up somebody who registered and never bought."""
    lately = dice.chance(500)
    ago = dice.between(5, 165) if lately else dice.between(200, 900)
    stage = "PROSPECT" if lately else "NEVER_PURCHASED"
    said = {"frequency": "NEVER", "lifecycle": stage, **labels}
    return Buyer(
        Meant("PROSPECT", said), (), wants, {**card, "registered_on": end - ago}
    )
