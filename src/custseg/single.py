"""One customer's records as a ledger: the way in for a CRM that asks for one answer.

A customer alone goes the same way as a million, so the answers cannot drift apart. A
record has every field, so a field that none of the records fills is a column of which
nothing is known, as it would be for this customer among others who fill it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from operator import attrgetter

import numpy as np
from attrs import evolve

from custseg.contract import TABLES, Kind
from custseg.errors import Problem, SettingError
from custseg.events import EventTable
from custseg.ledger import Ledger
from custseg.models import Customer, Interaction, Transaction
from custseg.table import Array, Column
from custseg.units import Unit

__all__ = ["ledger_of_one"]

_OWNER = attrgetter("customer_id")

_UNITS = {
    Kind.DAY: Unit.DAYS,
    Kind.MONEY: Unit.MONEY,
    Kind.QUANTITY: Unit.QUANTITY,
    Kind.NUMBER: Unit.NUMBER,
}


def ledger_of_one(
    customer: Customer,
    transactions: Iterable[Transaction],
    interactions: Iterable[Interaction] | None,
    *,
    currency: str,
    columns: Collection[str],
) -> Ledger:
    """Return the ledger of one customer.

    Parameters
    ----------
    customer : Customer
    transactions : iterable of Transaction
    interactions : iterable of Interaction or None
        None where contacts are not recorded; none at all is a known fact.
    currency : str
    columns : collection of str
        What will be looked at, as ``table.column``.

    Raises
    ------
    SettingError
        When a record is of another customer.
    """
    sales = list(transactions)
    contacts = list(interactions or ())
    owners = {*map(_OWNER, sales), *map(_OWNER, contacts)} - {customer.customer_id}
    if owners:
        raise SettingError(
            Problem(
                "the records are of several customers",
                where="transactions",
                got=f"{min(owners)!r} beside {customer.customer_id!r}",
                hint="for many customers use classify",
            )
        )
    ledger = Ledger.from_records(
        [customer],
        sales,
        interactions=contacts,
        currency=currency,
        only={column.split(".")[1] for column in columns},
    )
    tables = dict(ledger.tables)
    if interactions is not None and not contacts:
        none = np.zeros(2, dtype=np.int64)
        tables["interactions"] = EventTable(none, np.empty(0, dtype=np.int32), {})
    for column in columns:
        table, name = column.split(".")
        if table in tables and name not in tables[table].columns:
            tables[table] = _with_unknown(tables[table], table, name)
    return evolve(ledger, tables=tables)


def _with_unknown(events: EventTable, table: str, name: str) -> EventTable:
    """Add a column of which nothing is known."""
    kind = TABLES[table][name].kind
    known = np.zeros(len(events), dtype=np.bool_)
    values: Array = np.zeros(len(events), dtype=np.int64)
    if kind in _UNITS:
        column = Column(values, _UNITS[kind], known)
    elif kind is Kind.FLAGS:  # no flags are the empty set, in the ledger's spelling
        column = Column(values.astype(np.int32), Unit.TEXT, None, (",",))
    else:
        column = Column((values - 1).astype(np.int32), Unit.TEXT, known)
    return evolve(events, columns={**events.columns, name: column})
