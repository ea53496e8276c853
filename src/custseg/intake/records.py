"""Records of :mod:`custseg.models`, brought to the ledger's door as columns."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import attrgetter
from types import NoneType

import numpy as np

from custseg.contract import TABLES, Field, TableSpec
from custseg.errors import DataError, Problem
from custseg.intake.raw import Objects, RawColumn, RawTable
from custseg.models import (
    Cost,
    Customer,
    Event,
    Feedback,
    Interaction,
    Invoice,
    Payment,
    Project,
    Transaction,
)

__all__ = ["RECORDS", "raw_records", "recorded_tables"]

RECORDS: Mapping[str, type] = {
    "sales": Transaction,
    "customers": Customer,
    "invoices": Invoice,
    "payments": Payment,
    "interactions": Interaction,
    "feedback": Feedback,
    "projects": Project,
    "costs": Cost,
    "events": Event,
}
"""The class of the records of each table."""


def recorded_tables(
    given: Mapping[str, Iterable[object]],
    *,
    only: Collection[str] | None = None,
    further: Sequence[Field] = (),
) -> dict[str, RawTable]:
    """Open the records of every table that has any; of sales in any case.

    Parameters
    ----------
    given : mapping of str to iterable
        Records by the names of the tables.
    only : collection of str or None
        Optional columns to look at.
    further : sequence of Field
        Attributes of the customers to look at beside them.

    Raises
    ------
    DataError
        When a record is not of the class of its table.
    """
    named = {"customers": [one.name for one in further]}
    listed = {name: list(records) for name, records in given.items()}
    return {
        name: raw_records(records, TABLES[name], only=only, further=named.get(name, ()))
        for name, records in listed.items()
        if records or name == "sales"
    }


def raw_records(
    records: Sequence[object],
    spec: TableSpec,
    *,
    only: Collection[str] | None = None,
    further: Sequence[str] = (),
) -> RawTable:
    """Open a list of records as a table.

    Parameters
    ----------
    records : sequence
        Records of one class, with the columns of the contract as attributes.
    spec : TableSpec
    only : collection of str or None
        Optional columns to look at.
    further : sequence of str
        Names in the attributes of the records, likewise.

    Raises
    ------
    DataError
        When a record is not of the class of its table.
    """
    names = [
        field.name
        for field in spec.fields
        if only is None
        or field.required
        or field.name in only
        or field.name in {spec.day, "currency"}
    ]
    required = {field.name for field in spec.fields if field.required}
    if set(map(type, records)) - {RECORDS[spec.name]}:
        odd = next((one for one in records if not _is_of(spec, one)), None)
        if odd is not None:
            raise _no_record(spec, odd)
    if records:
        names = [name for name in names if hasattr(records[0], name)]
        if not required <= set(names):
            raise _no_record(spec, records[0])
    columns: dict[str, RawColumn] = {}
    for name in names:
        try:
            items = list(map(attrgetter(name), records))
        except AttributeError:
            odd = next(one for one in records if not hasattr(one, name))
            raise _no_record(spec, odd) from None
        if name in required or _are_filled(items):
            columns[name] = _objects(items)
    for name in further if only is None else [one for one in further if one in only]:
        if _are_filled(items := [_attribute(one, name) for one in records]):
            columns[name] = _objects(items)
    passed_over = [field.name for field in spec.fields if field.name not in names]
    filled = [name for name in passed_over if _is_filled(name, records)]
    return RawTable((*columns, *filled), len(records), columns.__getitem__)


def _objects(items: list[object]) -> Objects:
    values = np.empty(len(items), dtype=object)
    values[:] = items
    return Objects(values)


def _attribute(record: object, name: str) -> object:
    """Return what a record holds for a name that the contract does not know."""
    said = getattr(record, "attributes", None)
    return said.get(name) if isinstance(said, Mapping) else getattr(record, name, None)


def _is_of(spec: TableSpec, record: object) -> bool:
    """Say whether a record can be of a table: of its class, or with fields like it."""
    if isinstance(record, RECORDS[spec.name]):
        return True
    if isinstance(record, tuple(RECORDS.values())):
        return False
    own = [field.name for field in spec.fields if field.name != "customer_id"]
    return any(hasattr(record, name) for name in own)


def _is_filled(name: str, records: Sequence[object]) -> bool:
    try:
        return _are_filled(map(attrgetter(name), records))
    except AttributeError:  # not every record has such a field
        return _are_filled(getattr(record, name, None) for record in records)


def _are_filled(items: Iterable[object]) -> bool:
    return not {NoneType}.issuperset(map(type, items))


def _no_record(spec: TableSpec, record: object) -> DataError:
    """Name the kind of what was given; never its content, which may be personal."""
    needed = ", ".join(field.name for field in spec.fields if field.required)
    return DataError(
        Problem(
            f"this is no record for the table {spec.name}",
            where=spec.name,
            got=f"a {type(record).__name__}",
            allowed=f"a {RECORDS[spec.name].__name__}, or an object with {needed} and "
            "fields beside",
            hint="for a frame use Ledger.from_frames",
        )
    )
