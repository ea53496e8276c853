"""One customer's records as a ledger: the way in for a CRM that asks for one answer.

A customer alone goes the same way as a million, so the answers cannot drift apart. One
record cannot tell whether an empty field means "not recorded by this business" or
"nothing to record for this customer". The ledger that a policy learned from can: the
ledger of one has the columns that were recorded there, filled or not, and no others.

Companies of one group fail together, so what they owe is looked at together. Where
their records come along, the ledger holds these companies, too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from attrs import evolve

from custseg.attributes import attribute_fields, customers_with
from custseg.contract import TABLES, Field, Kind, TableSpec
from custseg.errors import Problem, SettingError, UnknownCustomer
from custseg.events import EventTable
from custseg.intake.records import RECORDS
from custseg.intake.settings import hangs_on_every_column
from custseg.ledger import Ledger
from custseg.models import Customer, Transaction
from custseg.periods import to_date
from custseg.quality.treatments import Treatments
from custseg.table import Array, Column
from custseg.units import Unit

__all__ = ["check_known", "is_registered_later", "ledger_of_one", "owner_of"]

_SHOWN = {
    "Customer": "'C17'",
    "Transaction": "'C17', date(2026, 6, 1), '125.00'",
    "Invoice": "'C17', 'F1', date(2026, 6, 1), date(2026, 7, 1), '125.00'",
    "Payment": "'P1', 'F1', date(2026, 6, 20), '125.00'",
    "Interaction": "'C17', date(2026, 6, 1), kind='intent'",
    "Feedback": "'C17', date(2026, 6, 1), csat=4",
    "Project": "'C17', 'P1', date(2026, 6, 1), stage='planned'",
    "Cost": "'C17', date(2026, 6, 1), 'service', '125.00'",
    "Event": "'C17', date(2026, 6, 1), 'default'",
}

_UNITS = {
    Kind.DAY: Unit.DAYS,
    Kind.MONEY: Unit.MONEY,
    Kind.QUANTITY: Unit.QUANTITY,
    Kind.NUMBER: Unit.NUMBER,
}


def ledger_of_one(
    customer: Customer | Sequence[Customer],
    transactions: Iterable[Transaction],
    further: Mapping[str, Iterable[object] | None],
    *,
    group: Sequence[Customer] | None = None,
    currency: str,
    columns: Collection[str],
    tables: Collection[str],
    attributes: Mapping[str, str] | None = None,
    time_zone: str | None = None,
    quality: Treatments | None = None,
) -> Ledger:
    """Return the ledger of one customer.

    Parameters
    ----------
    customer : Customer or sequence of Customer
        Several where what is declared has changed, each with its ``valid_from``.
    transactions : iterable of Transaction
    further : mapping of str to iterable or None
        Records of further tables, by the names of the contract; None where they are
        not at hand, while none at all is a known fact.
    group : sequence of Customer, or None
        The other companies of its group; the records may be theirs, too.
    currency : str
    columns : collection of str
        What is recorded and will be looked at, as ``table.column``; the ledger has
        these beside the required ones.
    tables : collection of str
        The tables that are recorded; others are passed over.
    attributes : mapping of str to str, or None
        What else may be declared, by name, and what it counts in.
    time_zone : str or None
    quality : Treatments or None

    Raises
    ------
    SettingError
        When something is no record, or one of another customer or another group.
    """
    cards = _cards(customer)
    others = _companions(cards, group or ())
    known = {one.customer_id for one in others}
    given: dict[str, list[Any]] = {"customers": cards}
    given["sales"] = _records(transactions, "sales", "transactions")
    for name, records in further.items():
        if records is not None:
            given[name] = _records(records, name, name)
    for name, records in given.items():
        if name != "payments":  # these are the customer's whose invoice they pay
            where = "transactions" if name == "sales" else name
            _check_owner(records, cards[0].customer_id, known, where)
    cards.extend(others)
    only: set[str] | None = {column.split(".")[1] for column in columns}
    if hangs_on_every_column(quality):
        only = None
    there = {name: given.pop(name) for name in ("customers", "sales")}
    there |= {name: given[name] for name in given if name in tables}
    ledger = Ledger.from_records(
        there.pop("customers"),
        there.pop("sales"),
        **there,
        currency=currency,
        time_zone=time_zone,
        quality=quality,
        only=only,
        attributes=attributes,
    )
    found = dict(ledger.tables)
    specs = {**TABLES, "customers": customers_with(attribute_fields(attributes))}
    for name in there:
        if name not in found:
            found[name] = _empty(name, ledger.n_customers)
    return evolve(
        ledger,
        tables={
            name: _with_columns(one, specs[name], columns)
            for name, one in found.items()
        },
    )


def check_known(
    customer: Customer | Sequence[Customer],
    ledger: Ledger,
    day: int,
    known: Collection[str],
) -> None:
    """Refuse to answer about who is not a customer yet.

    Parameters
    ----------
    customer : Customer or sequence of Customer
    ledger : Ledger
        Of this customer.
    day : int
    known : collection of str
        Who is known by that day, as far as the ledger shows it.

    Raises
    ------
    UnknownCustomer
    """
    owner = owner_of(customer)
    if owner not in known or is_registered_later(customer, ledger, day):
        raise UnknownCustomer(
            Problem(
                "the customer is not known by that day",
                got=owner,
                hint="it has no event by then, or was registered later",
            )
        )


def is_registered_later(
    customer: Customer | Sequence[Customer], ledger: Ledger, day: int
) -> bool:
    """Say whether a customer is registered after a day and has no event by then.

    The ledger shows it only where registrations are recorded; the record always does.

    Parameters
    ----------
    customer : Customer or sequence of Customer
    ledger : Ledger
        Of this customer.
    day : int
    """
    until = to_date(day)
    valid = [one for one in _cards(customer) if _valid_from(one) <= until]
    card = max(valid, key=_valid_from, default=None)
    if card is None or card.registered_on is None or card.registered_on <= until:
        return False
    events = (one for name, one in ledger.tables.items() if name != "customers")
    return not any((one.day <= day).any() for one in events)


def _valid_from(card: Customer) -> date:
    return date.min if card.valid_from is None else card.valid_from


def _cards(customer: object) -> list[Customer]:
    """Return what is declared about a customer, one record or several."""
    if isinstance(customer, Customer):
        return [customer]
    if isinstance(customer, list | tuple) and customer:
        return _records(customer, "customers", "customer")
    hint = "write Customer('C17'), with what else is known of it"
    raise _no_record("customer", "expected a Customer", customer, hint)


def owner_of(customer: Customer | Sequence[Customer]) -> str:
    """Return the id of the customer that one or several records are of."""
    return _cards(customer)[0].customer_id


def _companions(cards: Sequence[Customer], group: object) -> list[Customer]:
    """Return the other companies of a group, each of which has to name it."""
    others: list[Customer] = _records(group, "customers", "group")
    named = {one.group_id for one in cards if one.group_id is not None}
    akin = {one.customer_id for one in others if one.group_id in named}
    strange = {one.customer_id for one in others} - akin
    strange |= akin & {cards[0].customer_id}
    if strange:
        raise SettingError(
            Problem(
                "expected the other companies of the customer's group",
                where="group",
                got=repr(min(strange)),
                allowed=f"customers with group_id={min(named)!r}" if named else "",
                hint="" if named else "give the customer its group_id",
            )
        )
    return others


def _check_owner(
    records: Sequence[Any], owner: str, known: Collection[str], where: str
) -> None:
    others = {one.customer_id for one in records} - {owner, *known}
    if others:
        raise SettingError(
            Problem(
                "the records are of several customers",
                where=where,
                got=f"{min(others)!r} beside {owner!r}",
                hint="for many customers use classify",
            )
        )


def _records(given: object, table: str, where: str) -> list[Any]:
    kind = RECORDS[table]
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


def _empty(table: str, n_customers: int) -> EventTable:
    """Return a table of customers without a row; what is required is there."""
    offsets = np.zeros(n_customers + 1, dtype=np.int64)
    events = EventTable(offsets, np.empty(0, dtype=np.int32), {})
    spec = TABLES[table]
    for one in spec.fields:
        if one.required and one.name not in {"customer_id", spec.day}:
            events = _with_unknown(events, one)
    return events


def _with_columns(
    events: EventTable, spec: TableSpec, columns: Collection[str]
) -> EventTable:
    """Give a table the columns that are recorded: no more, and none left out."""
    kept = {
        name: column
        for name, column in events.columns.items()
        if spec[name].required or f"{spec.name}.{name}" in columns
    }
    if len(kept) < len(events.columns):
        events = evolve(events, columns=kept)
    for column in columns:
        of, name = column.split(".")
        if of == spec.name and name not in kept and name != spec.day:
            events = _with_unknown(events, spec[name])
    return events


def _with_unknown(events: EventTable, one: Field) -> EventTable:
    """Add a column of which nothing is known."""
    kind = one.kind
    known = np.zeros(len(events), dtype=np.bool_)
    values: Array = np.zeros(len(events), dtype=np.int64)
    if kind in _UNITS:
        column = Column(values, _UNITS[kind], known)
    elif kind is Kind.FLAGS:  # no flags are the empty set, in the ledger's spelling
        column = Column(values.astype(np.int32), Unit.TEXT, None, (",",))
    else:
        column = Column((values - 1).astype(np.int32), Unit.TEXT, known)
    columns = {**events.columns, one.name: column}
    if kind is not Kind.ID:
        return evolve(events, columns=columns)
    books = {**events.books, one.name: np.empty(0, dtype=object)}
    return evolve(events, columns=columns, books=books)
