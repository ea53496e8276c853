"""What advice is made of: facts to change, orders to win, gates, missing facts."""

from __future__ import annotations

from datetime import date
from typing import Any

from attrs import frozen

from custseg.labels import Title
from custseg.money import QUANTITY_EXPONENT
from custseg.units import Unit

__all__ = ["Barrier", "Change", "Lacking", "Orders"]


@frozen(kw_only=True)
class Change:
    """One fact that alone moves the label, all others as they are.

    Parameters
    ----------
    feature : str
    title : Title
    unit : Unit
    now, then : number or flag
        As columns hold them: money in minor units, quantity in ten-thousandths. The
        second is the nearest value that moves the label; one step less does not.
    moves_to : str
        The code of the label.

    Examples
    --------
    >>> change = Change(feature="orders", title=Title(zh="订单数", en="Sale orders"),
    ...                 unit=Unit.COUNT, now=3, then=5, moves_to="REGULAR")
    >>> change.by_how_much
    2
    """

    feature: str
    title: Title
    unit: Unit
    now: float
    then: float
    moves_to: str

    @property
    def by_how_much(self) -> float:
        """The difference, negative where the fact has to fall."""
        return round(self.then - self.now, 9)

    def to_data(self, decimals: int) -> dict[str, Any]:
        """Return plain data for JSON, money in the major unit."""
        return {
            "feature": self.feature,
            "title": _both(self.title),
            "unit": self.unit.value,
            "now": _major(self.now, self.unit, decimals),
            "then": _major(self.then, self.unit, decimals),
            "by_how_much": _major(self.by_how_much, self.unit, decimals),
            "moves_to": self.moves_to,
        }


@frozen(kw_only=True)
class Orders:
    """Further orders that move the label; all that they do was replayed.

    Parameters
    ----------
    amounts : tuple of int
        Of each order, in minor units.
    days : tuple of date
        Of each order.
    usual : bool
        Whether each is of the customer's usual size; one order fewer does not do it.
        Else it is one order of the least amount; one minor unit less does not do it.
    like : date or None
        The day of the order whose goods, price and cost were taken; None where the
        customer has none, and then nothing is known of the goods.
    moves_to : str
        The code of the label.
    """

    amounts: tuple[int, ...]
    days: tuple[date, ...]
    usual: bool
    like: date | None
    moves_to: str

    def to_data(self, decimals: int) -> dict[str, Any]:
        """Return plain data for JSON, money in the major unit."""
        return {
            "orders": len(self.amounts),
            "amounts": [_major(one, Unit.MONEY, decimals) for one in self.amounts],
            "days": [day.isoformat() for day in self.days],
            "usual": self.usual,
            "like": None if self.like is None else self.like.isoformat(),
            "moves_to": self.moves_to,
        }


@frozen(kw_only=True)
class Barrier:
    """A gate that holds, and while it does closes tiers that were asked for.

    Parameters
    ----------
    gate : str
        Its code.
    title : Title
    when : str
        Its condition, as the policy writes it.
    cap : str
        The highest tier that it leaves.
    closes : tuple of str
        The tiers asked for that are above it, in the order of the policy.
    earned : str
        The tier that would be earned if no gate held.
    """

    gate: str
    title: Title
    when: str
    cap: str
    closes: tuple[str, ...]
    earned: str

    def to_data(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {
            "gate": self.gate,
            "title": _both(self.title),
            "when": self.when,
            "cap": self.cap,
            "closes": list(self.closes),
            "earned": self.earned,
        }


@frozen(kw_only=True)
class Lacking:
    """A fact that is missing, without which the label is UNKNOWN.

    Parameters
    ----------
    feature : str
        The fact, or what the policy could not learn.
    title : Title
    when : Title or None
        For whom it is unknown although its columns are there, as a clause; None where
        there is no such cause, and for what was not learned.
    columns : tuple of str
        Of the input contract, as ``table.column``, from which it comes; empty for what
        was not learned.
    enough : bool
        Whether the label could be told if this fact alone were known.
    """

    feature: str
    title: Title
    when: Title | None = None
    columns: tuple[str, ...] = ()
    enough: bool = False

    def to_data(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {
            "feature": self.feature,
            "title": _both(self.title),
            "when": None if self.when is None else _both(self.when),
            "columns": list(self.columns),
            "enough": self.enough,
        }


def _both(title: Title) -> dict[str, str]:
    return {"zh": title.zh, "en": title.en}


def _major(value: float, unit: Unit, decimals: int) -> float:
    """Return a value as people count it."""
    exponent = {Unit.MONEY: decimals, Unit.QUANTITY: QUANTITY_EXPONENT}.get(unit)
    return value if exponent is None else value / 10.0**exponent
