"""How long a customer of a made-up trade is there, and what that makes of it.

Most have bought for more than a year and still do. Others came within the year or the
quarter, went quiet lately, half a year, a year or two ago, or came back after a long
silence. What the life cycle and the risk of leaving are meant to be follows from that
alone, not from the days that chance then gives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from attrs import frozen

from custseg.demos.calendar import Calendar
from custseg.demos.dice import Dice
from custseg.demos.rhythms import Rhythm

__all__ = ["LONG_ENOUGH", "Life", "live", "too_short"]

LONG_ENOUGH: Final[Mapping[str, str]] = {
    "frequency": "there for the whole last year, or not at all in it",
    "loyal": "there for the whole last year, or not at all in it",
    "breadth": "six orders in the last year",
    "product_preference": "six orders in the last year",
    "price_preference": "six orders in the last year",
    "brand": "six orders in the last year",
    "price_pressure": "six orders in the last year",
    "delivery_coverage": "six orders in the last year",
    "churn_risk": "three purchase days, so that there are gaps to compare with; who is "
    "meant to buy by seasons, as for season",
    "season": "24 whole months since the first sale, and 12 purchase days in them",
    "momentum": "450 days since the first sale: four quarters before the last",
    "trend": "450 days since the first sale",
    "partnership": "450 days since the first sale",
    "payment_delay": "six orders in the last year",
    "credit_risk": "six orders in the last year",
}
"""By family, from when on a history can tell; in all others what is on file, or a
single day, tells at once."""

_STAGES: Final = {
    "MATURE": 740,
    "FADING": 40,
    "ACTIVE": 60,
    "NEW": 50,
    "COOLING": 40,
    "DORMANT": 40,
    "CHURNED": 30,
    "REACTIVATED": 20,
}
"""The shares of the stages, in permille; chosen to show something of each."""

_WHOLE_YEAR: Final = frozenset({"MATURE", "DORMANT", "CHURNED"})


@frozen
class Life:
    """A stage of life and the days with a purchase that came of it.

    Parameters
    ----------
    stage : str
        A label of the life cycle, or FADING: mature still, but silent for some time.
    days : sequence of int
        Days with an order, all of them open, rising.
    """

    stage: str
    days: Sequence[int]

    def labels(self, frequency: str) -> dict[str, str]:
        """Return what is meant of its life, its risk and how often it buys.

        Parameters
        ----------
        frequency : str
            How often it buys while it is there.
        """
        fading = self.stage == "FADING"
        gone = self.stage in {"DORMANT", "CHURNED"}
        return {
            "lifecycle": "MATURE" if fading else self.stage,
            "churn_risk": "YES" if fading or self.stage == "COOLING" else "NO",
            "frequency": "NONE_IN_WINDOW" if gone else frequency,
        }


def live(
    rhythm: Rhythm, gap: int, calendar: Calendar, dice: Dice, *, stage: str = ""
) -> Life:
    """Let a customer live, in a stage drawn by its share or in a given one.

    Parameters
    ----------
    rhythm : Rhythm
    gap : int
        Its usual days between two purchases.
    calendar : Calendar
    dice : Dice
    stage : str
        "" draws one.
    """
    stage = stage or dice.weighted(_STAGES)
    end = calendar.end
    # Most have been there for long: the earlier of two days.
    start, stop = min(dice.between(0, end - 480) for _ in range(2)), end
    days: list[int] = []
    if stage == "FADING":
        stop = end - dice.between(min(max(3 * gap, 45), 165), 170)
    elif stage == "ACTIVE":
        start = end - dice.between(100, 350)
    elif stage == "NEW":
        start = end - dice.between(5, 85)
    elif stage == "COOLING":
        start, stop = dice.between(0, end - 700), end - dice.between(190, 350)
    elif stage == "DORMANT":
        start, stop = dice.between(0, end - 1000), end - dice.between(385, 700)
    elif stage == "CHURNED":
        start, stop = 0, end - dice.between(745, 900)
    elif stage == "REACTIVATED":
        stop = end - dice.between(500, 700)
        back = end - dice.between(5, 80)
        days = [*rhythm(0, stop), stop]
        start, stop = back, end
        days.append(back)
    days += rhythm(start, stop)
    if stop < end:
        days.append(stop)
    return Life(stage, sorted({calendar.opened[day] for day in days}))


def too_short(
    life: Life, calendar: Calendar, *, seasonal: bool = False
) -> frozenset[str]:
    """Return the families for which this history is too short to tell.

    Parameters
    ----------
    life : Life
    calendar : Calendar
    seasonal : bool
        Whether it is meant to buy by seasons.
    """
    end = calendar.end
    lately = sum(day > end - 365 for day in life.days)
    begun = calendar.date(life.days[0])
    whole = 12 * (calendar.last.year - begun.year) + calendar.last.month - begun.month
    lacking: set[str] = set()
    if life.stage not in _WHOLE_YEAR:
        lacking |= {"frequency", "loyal"}
    if lately < 6:
        lacking |= {"breadth", "product_preference", "price_preference", "brand"}
        lacking |= {"price_pressure", "delivery_coverage"}
        lacking |= {"payment_delay", "credit_risk"}
    if len(life.days) < 3:
        lacking.add("churn_risk")
    if whole < 24 or len(life.days) < 12:
        lacking |= {"season", "churn_risk"} if seasonal else {"season"}
    if end - life.days[0] < 450:
        lacking |= {"momentum", "trend", "partnership"}
    return frozenset(lacking)
