"""Records of :mod:`custseg.models`, brought to the ledger's door as columns."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from operator import attrgetter

import numpy as np

from custseg.contract import TableSpec
from custseg.errors import DataError, Problem
from custseg.raw import Objects, RawColumn, RawTable

__all__ = ["raw_records"]


def raw_records(
    records: Sequence[object], spec: TableSpec, *, only: Collection[str] | None = None
) -> RawTable:
    """Open a list of records as a table.

    Parameters
    ----------
    records : sequence
        Records of one class, with the columns of the contract as attributes.
    spec : TableSpec
    only : collection of str or None
        Optional columns to look at.

    Raises
    ------
    DataError
        When a record is not of the class of its table.
    """
    names = [
        field.name
        for field in spec.fields
        if only is None or field.required or field.name in only or field.name == spec.day
    ]
    if records:
        names = [name for name in names if hasattr(records[0], name)]
        if "customer_id" not in names and spec.name != "payments":
            raise DataError(
                Problem(
                    f"these are no records of {spec.name}",
                    got=f"a {type(records[0]).__name__}",
                )
            )
    read = attrgetter(*names, "__class__")
    try:
        rows = [read(record) for record in records]
    except AttributeError as error:
        raise DataError(
            Problem(f"a record is not one of {spec.name}", got=str(error))
        ) from None
    columns: dict[str, RawColumn] = {}
    required = {field.name for field in spec.fields if field.required}
    for at, name in enumerate(names):
        items = [row[at] for row in rows]
        if name in required or any(item is not None for item in items):
            values = np.empty(len(items), dtype=object)
            values[:] = items
            columns[name] = Objects(values)
    return RawTable(tuple(columns), len(records), columns.__getitem__)
