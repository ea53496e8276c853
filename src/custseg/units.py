"""What a number measures, so that days are never compared with money.

A feature, a score and each part of an expression has a unit. The unit decides what may
be compared or added, how a literal in a policy is scaled, and how a value is written
for a person.
"""

from __future__ import annotations

from enum import Enum

__all__ = ["Unit"]


class Unit(Enum):
    """The kinds of quantity that custseg tells apart.

    Examples
    --------
    >>> Unit("days") is Unit.DAYS
    True
    """

    MONEY = "money"
    """Minor units of the ledger's currency (fen, cents) inside, major outside."""
    DAYS = "days"
    """A length of time in whole or half days."""
    COUNT = "count"
    """How many: orders, days with a purchase, customers."""
    QUANTITY = "quantity"
    """Goods in the seller's unit; ten-thousandths of it inside."""
    SHARE = "share"
    """A part of a whole or a change against a base; 0.8 is 80 %."""
    SCORE = "score"
    """Points on a stated scale."""
    NUMBER = "number"
    """A plain number without a unit."""
    FLAG = "flag"
    """Yes or no."""
    TEXT = "text"
    """One of several codes."""
