"""A customer of a made-up trade: what it is meant to be, and how it behaves.

A trade makes its customers with one small function for each sort. What a customer is
meant to be follows from its behaviour, not from the data that come of it, so that a
classification can be held against it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from attrs import field, frozen

__all__ = ["Buyer", "Meant", "Payer", "Wants"]


@frozen
class Meant:
    """What a customer was made up to be.

    Parameters
    ----------
    sort : str
        The behaviour, such as "SUPERMARKET".
    labels : mapping of str to str
        By family of the policy, the label that is meant; families of which nothing
        was meant are left out.
    too_short : set of str
        Families of these for which its history is too short to tell, by
        :data:`custseg.demos.lives.LONG_ENOUGH`.
    """

    sort: str
    labels: Mapping[str, str]
    too_short: frozenset[str] = frozenset()


@frozen
class Wants:
    """What a customer orders.

    Parameters
    ----------
    order : int
        The usual order at list prices, in fen.
    shelves : mapping of str to int
        The weight of each category.
    swing : int
        How far one order lies from the usual (:meth:`Dice.around`).
    lines : tuple of int
        The fewest and the most lines of an order.
    pays : int
        Permille of the list price.
    taste : tuple of str
        "dear" or "cheap" for the upper or lower end of each shelf, a brand for that
        brand; both may stand there.
    sizes : sequence of tuple of int
        Pairs of a day and permille: from that day on orders are so large.
    """

    order: int
    shelves: Mapping[str, int]
    swing: int = 4
    lines: tuple[int, int] = (2, 6)
    pays: int = 1000
    taste: tuple[str, ...] = ()
    sizes: Sequence[tuple[int, int]] = ()

    def on(self, day: int) -> int:
        """Return the usual order of a day."""
        share = 1000
        for begin, permille in self.sizes:
            if day >= begin:
                share = permille
        return max(self.order * share // 1000, 1)


@frozen
class Payer:
    """How a customer pays its invoices.

    Parameters
    ----------
    habit : {"prompt", "sloppy", "late", "stopped"}
    terms : int
        Days to pay.
    stopped : int
        With "stopped", the day after which nothing is paid any more.
    """

    habit: Literal["prompt", "sloppy", "late", "stopped"]
    terms: int = 30
    stopped: int = 0


@frozen
class Buyer:
    """One customer before it has an id.

    Parameters
    ----------
    meant : Meant
    days : sequence of int
        Days with an order, rising.
    wants : Wants
    card : mapping of str to object
        Columns of the customers' table.
    ship_to : sequence of str
        Places that goods go to.
    rows : mapping of str to sequence of mappings
        Rows of further tables, without the customer.
    payer : Payer or None
        None pays at once, without an invoice.
    """

    meant: Meant
    days: Sequence[int]
    wants: Wants
    card: Mapping[str, object]
    ship_to: Sequence[str] = ()
    rows: Mapping[str, Sequence[Mapping[str, object]]] = field(factory=dict)
    payer: Payer | None = None
