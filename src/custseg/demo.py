"""Sales to look at when there are none at hand.

:func:`wholesaler` makes up three years of a wholesaler of building materials, with the
faults that real exports have. :func:`trade` makes up a small trade for each packaged
policy, with the class known that each customer is meant to have;
:data:`LONG_ENOUGH` says from when on a history can tell.
"""

from custseg.demos.buyers import Meant
from custseg.demos.lives import LONG_ENOUGH
from custseg.demos.recovery import Recovery, recovered
from custseg.demos.trades import TRADES, Trade, trade
from custseg.demos.wholesaler import DemoColumns, DemoData, wholesaler

__all__ = [
    "LONG_ENOUGH",
    "TRADES",
    "DemoColumns",
    "DemoData",
    "Meant",
    "Recovery",
    "Trade",
    "recovered",
    "trade",
    "wholesaler",
]
