"""From foreign tables to sorted ones with one numbering of the customers.

This is the way into a ledger and the way two ledgers become one. Oddities that show
only beside other rows (a line recorded twice, a payment of no known invoice) are judged
here; those of a single row were judged at the door.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from custseg.contract import TABLES
from custseg.errors import (
    AmountOverflow,
    DataError,
    Problem,
    QualityRefused,
    SettingError,
)
from custseg.events import EventTable, join_tables
from custseg.examples import Example
from custseg.intake.account import finding_of, sum_of
from custseg.intake.arrivals import Arrival, Tables
from custseg.intake.gathering.gathered import Gathered
from custseg.intake.gathering.road import WORTH_WAITING, GatheredRows, gather
from custseg.intake.identifiers import Encoded, merge, texts_of
from custseg.intake.intake import Rows, take_in
from custseg.intake.judge import refusal
from custseg.intake.lines import (
    identical_rows,
    orphan_returns,
    repeated_lines,
    settled_customers,
)
from custseg.intake.raw import RawTable
from custseg.intake.settings import Settings
from custseg.quality import Finding, QualityReport
from custseg.table import Array
from custseg.treatments import Treatments
from custseg.units import Unit

__all__ = ["Assembled", "assemble", "join"]

_BLOCK = 1 << 16


@frozen(eq=False)
class Assembled:
    """Tables that share one numbering of the customers.

    Parameters
    ----------
    book : array, shape (n_customers,)
        Customer ids in text order (str, or ASCII bytes).
    tables : Tables
    report : QualityReport
    """

    book: Array
    tables: Tables
    report: QualityReport


def assemble(raw: Mapping[str, RawTable], settings: Settings) -> Assembled:
    """Read foreign tables, number the customers over all of them, sort each table.

    Raises
    ------
    MissingColumn, DataError, QualityRefused, CurrencyMismatch, AmountOverflow
        When the data cannot be used.
    """
    spec = TABLES["sales"]
    sales = gather(raw["sales"], settings) or take_in(spec, raw["sales"], settings)
    others = {
        name: take_in(TABLES[name], table, settings)
        for name, table in raw.items()
        if name != "sales"
    }
    if "payments" in others:
        others = {**others, "payments": _with_payers(others, settings)}
    taken: dict[str, Rows | GatheredRows] = {"sales": sales, **others}
    book, places = merge([rows.ids for rows in taken.values()])
    tables: dict[str, EventTable | Arrival | Gathered] = {}
    for (name, rows), place in zip(taken.items(), places, strict=True):
        came = _numbered(rows, place, len(book))
        can_wait = name == "sales" and _can_wait(came, settings.treatments)
        tables[name] = came if can_wait else came.table
    report = QualityReport(
        {name: rows.rows_in for name, rows in taken.items()},
        {name: rows.rows_used for name, rows in taken.items()},
        tuple(one for rows in taken.values() for one in rows.findings),
        uncompared=sales.left_out,
    )
    return settle(Assembled(book, Tables(tables), report), settings.treatments)


def _numbered(
    rows: Rows | GatheredRows, place: NDArray[np.int32], n_customers: int
) -> Arrival | Gathered:
    """Give the rows of a table the customers' codes over all tables."""
    if isinstance(rows, GatheredRows):
        return rows.sales.among(place, n_customers)
    codes = rows.customers.codes
    if len(place) != n_customers:
        codes = place[codes]
    return Arrival(codes, rows.day, rows.columns, n_customers, rows.books)


def _can_wait(came: Arrival | Gathered, treatments: Treatments) -> bool:
    """Say whether nothing has to be known yet that only the sorted lines can tell."""
    told_apart = {"order_id", "line_id"} <= set(came.columns)
    return (
        len(came) >= WORTH_WAITING
        and not told_apart
        and treatments.identical_row == "keep"
        and treatments.orphan_return == "keep"
        and _has_no_ghosts(came)
    )


def _has_no_ghosts(came: Arrival | Gathered) -> bool:
    """Say whether every customer has a row; a block at a time, to touch less memory."""
    if isinstance(came, Gathered):
        return bool((np.diff(came.merged.offsets) > 0).all())
    seen = np.zeros(came.n_customers, dtype=np.bool_)
    for start in range(0, len(came), _BLOCK):
        seen[came.customers[start : start + _BLOCK]] = True
    return bool(seen.all())


def join(first: Assembled, second: Assembled, treatments: Treatments) -> Assembled:
    """Merge two sets of tables into one.

    Raises
    ------
    QualityRefused
        When lines contradict each other and that is to be refused.
    SettingError
        When identical rows are to be treated, and not every column was read.
    """
    report = sum_of(first.report, second.report)
    if report.uncompared and treatments.identical_row != "keep":
        raise SettingError(
            Problem(
                "rows cannot be compared: a ledger was made without all of its columns",
                where="Treatments.identical_row",
                got=f"{treatments.identical_row!r}, without "
                + ", ".join(f"sales.{name}" for name in report.uncompared),
                hint="make the ledgers without only=...",
            )
        )
    book, places = merge([first.book, second.book])
    tables = {}
    for name in dict.fromkeys([*first.tables, *second.tables]):
        parts, owners = [], []
        for one, place in zip((first, second), places, strict=True):
            if name in one.tables:
                parts.append(one.tables[name])
                owners.append(place[one.tables[name].owners()])
        tables[name] = join_tables(parts, owners, len(book))
    return settle(Assembled(book, Tables(tables), report), treatments)


def _with_payers(taken: Mapping[str, Rows], settings: Settings) -> Rows:
    """Give each payment the customer of its invoice; leave out those without one."""
    payments = taken["payments"]
    asked = payments.columns["invoice_id"].values
    codes, words = _payers(taken.get("invoices"), payments)
    orphaned = codes < 0
    if not orphaned.any():
        return evolve(payments, customers=Encoded(codes, words))
    ids = [*texts_of(payments.books["invoice_id"]).tolist(), None]
    some = dict.fromkeys(asked[np.flatnonzero(orphaned)[:1000]].tolist())
    shown = tuple(
        Example("no invoice named", "未写明发票")
        if ids[code] is None
        else Example(f"invoice {ids[code]!r}", f"发票 {ids[code]!r}")
        for code in list(some)[:3]
    )
    treatment = settings.treatments.orphan_payment
    finding = Finding(
        "orphan_payment", "payments", int(orphaned.sum()), treatment, shown
    )
    if treatment == "refuse":
        raise QualityRefused(refusal(finding, "payments.invoice_id"))
    kept = ~orphaned
    return evolve(
        payments,
        customers=Encoded(codes[kept], words),
        day=payments.day[kept],
        columns={name: one.take(kept) for name, one in payments.columns.items()},
        findings=(*payments.findings, finding),
    )


def _payers(invoices: Rows | None, payments: Rows) -> tuple[NDArray[np.int32], Array]:
    """Return the customer of each payment's invoice, -1 where it is not known."""
    n = len(payments.day)
    if invoices is None:
        return np.full(n, -1, dtype=np.int32), np.empty(0, dtype=object)
    book, (of_invoice, of_payment) = merge(
        [invoices.books["invoice_id"], payments.books["invoice_id"]]
    )
    issued = invoices.columns["invoice_id"].values
    numbered = issued >= 0
    invoice = of_invoice[issued[numbered]]
    customer = invoices.customers.codes[numbered]
    nobody = np.iinfo(np.int32).max
    first = np.full(len(book) + 1, nobody, dtype=np.int32)
    last = np.full(len(book) + 1, -1, dtype=np.int32)
    np.minimum.at(first, invoice, customer)
    np.maximum.at(last, invoice, customer)
    asked = payments.columns["invoice_id"].values
    place = np.append(of_payment, np.int32(len(book)))  # the end: no invoice is named
    wanted = place[asked]
    codes = last[wanted]
    shared = (codes >= 0) & (first[wanted] != codes)
    if shared.any():
        which = texts_of(book[wanted[shared][:1]])[0]
        raise DataError(
            Problem(
                "an invoice that was paid belongs to several customers",
                where="invoices.invoice_id",
                got=repr(which),
                hint="make the ids of invoices unique, for instance with the customer "
                "in front",
            )
        )
    return codes, invoices.customers.words


def settle(found: Assembled, treatments: Treatments) -> Assembled:
    """Judge the rows that are odd only beside others, and check the sums."""
    found = _with_settled_customers(found, treatments)
    if not isinstance(found.tables.given["sales"], EventTable):
        _check_sums(found.tables)
        return found
    sales = found.tables["sales"]
    duplicate, conflicting = repeated_lines(sales)
    rows = {"duplicate_line": duplicate, "conflicting_line": conflicting}
    if treatments.identical_row != "keep":
        rows["identical_row"] = identical_rows(sales)
    if treatments.orphan_return != "keep":
        rows["orphan_return"] = orphan_returns(sales)
    dropped: NDArray[np.bool_] = np.zeros(len(sales), dtype=np.bool_)
    findings = []
    for kind, positions in rows.items():
        left = positions[~dropped[positions]]
        if not len(left):
            continue
        findings.append(finding_of(kind, left, found.book, sales, treatments))
        if treatments.of(kind) == "drop":
            dropped[left] = True
    refused = [refusal(one, "sales") for one in findings if one.treatment == "refuse"]
    if refused:
        raise QualityRefused(*refused)
    report = found.report.with_findings(findings)
    tables = found.tables
    if dropped.any():
        tables = Tables({**tables, "sales": sales.keep(~dropped)})
        used = {**report.rows_used, "sales": len(tables["sales"])}
        report = evolve(report, rows_used=used)
    _check_sums(tables)
    return _without_ghosts(Assembled(found.book, tables, report))


def _with_settled_customers(found: Assembled, treatments: Treatments) -> Assembled:
    """Let no order of rows decide which of two descriptions of a customer holds."""
    if "customers" not in found.tables:
        return found
    customers, conflicting = settled_customers(found.tables["customers"])
    tables = Tables({**found.tables.given, "customers": customers})
    if not len(conflicting):
        return evolve(found, tables=tables)
    finding = finding_of(
        "conflicting_customer",
        conflicting,
        found.book,
        customers,
        treatments,
        table="customers",
    )
    if finding.treatment == "refuse":
        raise QualityRefused(refusal(finding, "customers"))
    report = found.report.with_findings([finding])
    return evolve(found, tables=tables, report=report)


def _without_ghosts(found: Assembled) -> Assembled:
    """Leave out customers of whom no row is left."""
    rows = sum(np.diff(table.offsets) for table in found.tables.values())
    seen = np.asarray(rows) > 0
    if seen.all():
        return found
    tables = {
        name: evolve(table, offsets=table.offsets[np.append(seen, True)])
        for name, table in found.tables.items()
    }
    return Assembled(found.book[seen], Tables(tables), found.report)


def _check_sums(tables: Tables) -> None:
    """Make sure that no sum of a column can leave 64 bits."""
    for name, table in tables.given.items():
        for code, column in table.columns.items():
            is_summed = column.values.dtype == np.int64 and column.unit is not Unit.TEXT
            if not is_summed or not len(table):
                continue
            size = max(abs(int(column.values.max())), abs(int(column.values.min())))
            if size * len(table) < 2**62:
                continue
            total = np.abs(column.values.astype(np.float64)).sum()
            if total >= 2.0**62:
                raise AmountOverflow(
                    Problem(
                        "the sum of the column is too large to count exactly",
                        where=f"{name}.{code}",
                        got=f"about {total:.3g} of the smallest unit",
                        allowed=f"up to {2**62:,}",
                    )
                )
