"""What comes to a store: foreign tables, read as any ledger reads them.

Payments name an invoice and no customer. They are read beside the other tables, and
their customers are looked for later, among all invoices that the store knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from attrs import frozen

from custseg.adapters.files import raw_file
from custseg.adapters.frames import raw_table
from custseg.contract import TABLES, Columns
from custseg.errors import Problem, SettingError
from custseg.events import EventTable, arrange
from custseg.intake.assembly import Assembled, assemble
from custseg.intake.intake import take_in
from custseg.intake.raw import RawTable
from custseg.intake.settings import (
    Settings,
    check_named,
    check_settings,
    with_found_currency,
)
from custseg.quality.report import Finding
from custseg.quality.treatments import Treatments

__all__ = ["Arrived", "Paid", "arrive"]


@frozen(eq=False)
class Paid:
    """Payments that nobody has been found for yet.

    Parameters
    ----------
    table : EventTable
        Of one customer, who stands for nobody.
    rows_in : int
        How many rows came, before any was dropped.
    findings : tuple of Finding
    """

    table: EventTable
    rows_in: int = 0
    findings: tuple[Finding, ...] = ()


@frozen(eq=False)
class Arrived:
    """Tables as they came, read and judged.

    Parameters
    ----------
    found : Assembled
        Everything but payments.
    paid : Paid or None
    settings : Settings
        With the currency that was found.
    """

    found: Assembled
    paid: Paid | None
    settings: Settings


def arrive(
    given: Mapping[str, Any],
    *,
    columns: Columns | None,
    currency: str | None,
    time_zone: str | None,
    date_format: str | None,
    attributes: Mapping[str, str] | None = None,
    treatments: Treatments,
) -> Arrived:
    """Read foreign tables.

    Parameters
    ----------
    given : mapping of str to frame or path
        By the names of the input contract; None where there is none.
    columns : Columns or None
    currency : str or None
        That of the store, if it has one already.
    time_zone, date_format : str or None
    attributes : mapping of str to str, or None
    treatments : Treatments

    Raises
    ------
    MissingColumn, DataError, QualityRefused, CurrencyMismatch, AmountOverflow
        When the data cannot be used.
    SettingError
        When there is no table, or a setting makes no sense.
    """
    raw = {
        name: _opened(table, name) for name, table in given.items() if table is not None
    }
    if not raw:
        raise SettingError(
            Problem(
                "no table was given",
                where="sales",
                hint="give at least one, such as sales=...",
            )
        )
    settings = check_settings(
        columns=columns,
        currency=currency,
        time_zone=time_zone,
        date_format=date_format,
        quality=treatments,
        attributes=attributes,
    )
    check_named(raw, settings.columns)
    settings = with_found_currency(raw, settings)
    payments = raw.pop("payments", None)
    paid = None if payments is None else _paid(payments, settings)
    if "sales" not in raw:
        required = [one.name for one in TABLES["sales"].fields if one.required]
        nothing: dict[str, list[object]] = {
            settings.columns.theirs(name): [] for name in required
        }
        raw["sales"] = raw_table(nothing, where="sales")
    return Arrived(assemble(raw, settings), paid, settings)


def _opened(table: Any, name: str) -> RawTable:
    several = table if isinstance(table, list | tuple) else [table]
    if several and all(isinstance(one, str | Path) for one in several):
        return raw_file(table, where=name)
    return raw_table(table, where=name)


def _paid(raw: RawTable, settings: Settings) -> Paid:
    rows = take_in(TABLES["payments"], raw, settings)
    nobody = np.zeros(len(rows.day), dtype=np.int32)
    table = arrange(nobody, rows.day, rows.columns, 1, books=rows.books)
    return Paid(table, rows.rows_in, rows.findings)
