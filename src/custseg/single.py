"""One customer's records as a ledger: the way in for a CRM that asks for one answer.

A customer alone goes the same way as a million, so the answers cannot drift apart. One
record cannot tell whether an empty field means "not recorded by this business" or
"nothing to record for this customer". The ledger that a policy learned from can: the
ledger of one has the columns that were recorded there, filled or not, and no others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import chain
from operator import attrgetter
from typing import TypeVar

import numpy as np
from attrs import evolve

from custseg.contract import TABLES, Kind
from custseg.errors import Problem, SettingError
from custseg.events import EventTable
from custseg.ledger import Ledger
from custseg.models import Customer, Feedback, Interaction, Transaction
from custseg.table import Array, Column
from custseg.treatments import Treatments
from custseg.units import Unit

__all__ = ["ledger_of_one"]

T = TypeVar("T", Transaction, Interaction, Feedback)

_SHOWN = {
    "Transaction": "'C17', date(2026, 6, 1), '125.00'",
    "Interaction": "'C17', date(2026, 6, 1), kind='intent'",
    "Feedback": "'C17', date(2026, 6, 1), csat=4",
}

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
    feedback: Iterable[Feedback] | None = None,
    *,
    currency: str,
    columns: Collection[str],
    time_zone: str | None = None,
    quality: Treatments | None = None,
) -> Ledger:
    """Return the ledger of one customer.

    Parameters
    ----------
    customer : Customer
    transactions : iterable of Transaction
    interactions : iterable of Interaction or None
        None where contacts are not recorded; none at all is a known fact.
    feedback : iterable of Feedback or None
        Likewise.
    currency : str
    columns : collection of str
        What is recorded and will be looked at, as ``table.column``; the ledger has
        these beside the required ones.
    time_zone : str or None
    quality : Treatments or None

    Raises
    ------
    SettingError
        When something is no record, or one of another customer.
    """
    if not isinstance(customer, Customer):
        hint = "write Customer('C17'), with what else is known of it"
        raise _no_record("customer", "expected a Customer", customer, hint)
    sales = _records(transactions, Transaction, "transactions")
    contacts = []
    if interactions is not None:
        contacts = _records(interactions, Interaction, "interactions")
    answers = []
    if feedback is not None:
        answers = _records(feedback, Feedback, "feedback")
    every = map(_OWNER, chain(sales, contacts, answers))
    owners = set(every) - {customer.customer_id}
    if owners:
        raise SettingError(
            Problem(
                "the records are of several customers",
                where="transactions",
                got=f"{min(owners)!r} beside {customer.customer_id!r}",
                hint="for many customers use classify",
            )
        )
    only: set[str] | None = {column.split(".")[1] for column in columns}
    if quality is not None and quality.identical_row != "keep":
        only = None  # rows can be compared only in all of their columns
    ledger = Ledger.from_records(
        [customer],
        sales,
        interactions=contacts,
        feedback=answers,
        currency=currency,
        time_zone=time_zone,
        quality=quality,
        only=only,
    )
    tables = {
        name: _with_columns(one, name, columns) for name, one in ledger.tables.items()
    }
    for name, given in (("interactions", interactions), ("feedback", feedback)):
        if not any(column.startswith(f"{name}.") for column in columns):
            tables.pop(name, None)  # passed over, as for everybody
        elif given is not None and name not in tables:
            none = np.zeros(2, dtype=np.int64)
            empty = EventTable(none, np.empty(0, dtype=np.int32), {})
            tables[name] = _with_columns(empty, name, columns)
    return evolve(ledger, tables=tables)


def _records(given: object, kind: type[T], where: str) -> list[T]:
    if not isinstance(given, Iterable) or isinstance(given, str | bytes | Mapping):
        hint = f"give a list of {kind.__name__} records, empty if there are none"
        raise _no_record(where, f"expected {kind.__name__} records", given, hint)
    found = list(given)
    for at, one in enumerate(found):
        if not isinstance(one, kind):
            words = f"expected a record of class {kind.__name__}"
            hint = f"write {kind.__name__}({_SHOWN[kind.__name__]})"
            raise _no_record(f"{where}[{at}]", words, one, hint)
    return found


def _no_record(where: str, words: str, given: object, hint: str) -> SettingError:
    """Name the kind of what was given; never its content, which may be personal."""
    got = "None" if given is None else f"a value of type {type(given).__name__}"
    return SettingError(Problem(words, where=where, got=got, hint=hint))


def _with_columns(
    events: EventTable, table: str, columns: Collection[str]
) -> EventTable:
    """Give a table the columns that are recorded: no more, and none left out."""
    kept = {
        name: column
        for name, column in events.columns.items()
        if TABLES[table][name].required or f"{table}.{name}" in columns
    }
    events = evolve(events, columns=kept)
    for column in columns:
        of, name = column.split(".")
        if of == table and name not in kept and name != TABLES[table].day:
            events = _with_unknown(events, table, name)
    return events


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
