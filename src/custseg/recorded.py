"""Which columns of a ledger an answer can depend on.

An empty closing day means "open" where closings are recorded, and nothing where they
are not. So a fitted policy keeps which columns its ledger had, and a single customer's
record is read by these.
"""

from __future__ import annotations

from typing import Final

from custseg.attributes import named_attribute
from custseg.contract import TABLES
from custseg.ledger import Ledger
from custseg.scoring.catalogue import CATALOGUE

__all__ = ["ALWAYS_READ", "recorded_columns"]

ALWAYS_READ: Final = frozenset(
    {"sales.order_id", "sales.line_id", "customers.registered_on"}
)
"""Orders tell lines apart and count once, and who is registered later is not known yet,
whoever asks for what."""

_READABLE = ALWAYS_READ.union(*(feature.reads for feature in CATALOGUE.values()))


def recorded_columns(ledger: Ledger) -> frozenset[str]:
    """Return the columns of a ledger that an answer can depend on.

    Parameters
    ----------
    ledger : Ledger

    Returns
    -------
    frozenset of str
        As ``table.column``.

    Examples
    --------
    >>> sales = {"customer_id": ["a"], "date": ["2026-06-01"], "amount": [950.0],
    ...          "cost": [700.0]}
    >>> sorted(recorded_columns(Ledger.from_frames(sales, currency="CNY")))
    ['sales.amount', 'sales.cost']
    """
    there = {
        f"{table}.{name}"
        for table, events in ledger.tables.given.items()
        for name in events.names
    }
    # The day of a row is no column of its own, but it is recorded with the table.
    there |= {f"{table}.{TABLES[table].day}" for table in ledger.tables.given}
    return frozenset(one for one in there if one in _READABLE or named_attribute(one))
