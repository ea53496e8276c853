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

from custseg.errors import (
    AmountOverflow,
    DataError,
    Problem,
    QualityRefused,
    SettingError,
)
from custseg.events import EventTable
from custseg.intake.account import finding_of, sum_of
from custseg.intake.arrivals import Arrival, Tables
from custseg.intake.gathering.gathered import Gathered
from custseg.intake.gathering.road import WORTH_WAITING, GatheredRows, gather
from custseg.intake.identifiers import Encoded, merge, texts_of
from custseg.intake.intake import Rows, take_in
from custseg.intake.joining import join_tables
from custseg.intake.judge import refusal
from custseg.intake.lines import (
    identical_rows,
    orphan_returns,
    repeated_lines,
    settled_customers,
)
from custseg.intake.linking import numbered_alike, places_in
from custseg.intake.raw import RawTable
from custseg.intake.receivables import (
    LOOKED_AT_TOGETHER,
    odd_together,
    repeated_receivables,
)
from custseg.intake.settings import Settings
from custseg.quality.examples import Example
from custseg.quality.report import Finding, QualityReport
from custseg.quality.treatments import Treatments
from custseg.table import Array, Column
from custseg.threads import two_at_a_time
from custseg.units import Unit

__all__ = ["Assembled", "assemble", "join", "several_payers"]

_BLOCK = 1 << 16

_BY_CHANCE = 20
"""Payments that may all be of other invoices; of more, ids are spelled otherwise."""


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
    spec = settings.spec("sales")
    sales = gather(raw["sales"], settings) or take_in(spec, raw["sales"], settings)
    rest = {name: table for name, table in raw.items() if name != "sales"}
    came = two_at_a_time(
        lambda name: take_in(settings.spec(name), rest[name], settings),
        rest,
        n_rows=sum(table.n_rows for table in rest.values()),
    )
    others = dict(zip(rest, came, strict=True))
    if "payments" in others:
        others = {**others, "payments": _with_payers(others, settings)}
    for name in others.keys() & {*settings.outlined}:  # the rest was read to be judged
        others[name] = evolve(others[name], columns={})
    taken: dict[str, Rows | GatheredRows] = {"sales": sales, **others}
    book, places = merge([rows.ids for rows in taken.values()])
    place = dict(zip(taken, places, strict=True))

    def ordered(name: str) -> EventTable | Arrival | Gathered:
        came = _numbered(taken[name], place[name], len(book))
        can_wait = name == "sales" and _can_wait(came, settings.treatments)
        return came if can_wait else came.table

    n_rows = sum(rows.rows_used for rows in taken.values())
    tables = dict(zip(taken, two_at_a_time(ordered, taken, n_rows=n_rows), strict=True))
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
    codes, wanted = _payers(taken.get("invoices"), payments)
    orphaned = codes < 0
    if "invoices" in taken:
        invoices = taken["invoices"]
        words = invoices.customers.words
        # From here on both tables number the invoices alike.
        named = Column(wanted, Unit.TEXT)
        columns = {**payments.columns, "invoice_id": named}
        books = {**payments.books, "invoice_id": invoices.books["invoice_id"]}
    else:
        words, columns, books = _NOBODY, payments.columns, payments.books
    if not orphaned.any():
        customers = Encoded(codes, words)
        return evolve(payments, customers=customers, columns=columns, books=books)
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
    issued = taken.get("invoices")
    all_lost = len(orphaned) > _BY_CHANCE and orphaned.all()
    if issued is not None and len(issued.day) and all_lost:
        known = texts_of(issued.books["invoice_id"][:1]).tolist()
        raise DataError(
            Problem(
                "no payment names an invoice that is there",
                where="payments.invoice_id",
                got=f"{shown[0]} and {len(orphaned) - 1:,} more",
                allowed=f"ids of the invoices, such as {known[0]!r}" if known else "",
                hint="spell the ids of both tables alike, or leave the payments out",
            )
        )
    kept = ~orphaned
    return evolve(
        payments,
        customers=Encoded(codes[kept], words),
        day=payments.day[kept],
        columns={name: one.take(kept) for name, one in columns.items()},
        books=books,
        findings=(*payments.findings, finding),
    )


_NOBODY: Array = np.empty(0, dtype=object)


def _payers(
    invoices: Rows | None, payments: Rows
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return customer and invoice of each payment, as codes of the table of invoices.

    The customer is -1 where the invoice is not known.
    """
    n = len(payments.day)
    if invoices is None:
        nothing = np.full(n, -1, dtype=np.int32)
        return nothing, nothing
    book = invoices.books["invoice_id"]
    issued = invoices.columns["invoice_id"].values
    numbered = issued >= 0
    customer = invoices.customers.codes[numbered]
    nobody = np.iinfo(np.int32).max
    first = np.full(len(book) + 1, nobody, dtype=np.int32)
    last = np.full(len(book) + 1, -1, dtype=np.int32)  # the end: no invoice is named
    np.minimum.at(first, issued[numbered], customer)
    np.maximum.at(last, issued[numbered], customer)
    place = np.append(places_in(book, payments.books["invoice_id"]), np.int32(-1))
    wanted = place[payments.columns["invoice_id"].values]
    codes = last[wanted]
    shared = (codes >= 0) & (first[wanted] != codes)
    if shared.any():
        raise several_payers(texts_of(book[wanted[shared][:1]])[0])
    return codes, wanted


def several_payers(invoice: str) -> DataError:
    """Return the error about an invoice that cannot say who paid.

    Parameters
    ----------
    invoice : str
        Its id.
    """
    return DataError(
        Problem(
            "an invoice that was paid belongs to several customers",
            where="invoices.invoice_id",
            got=repr(invoice),
            hint="make the ids of invoices unique, for instance with the customer in "
            "front",
        )
    )


def settle(found: Assembled, treatments: Treatments) -> Assembled:
    """Judge the rows that are odd only beside others, and check the sums."""
    found = _with_settled_customers(found, treatments)
    found = _with_settled_receivables(found, treatments)
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
    declared = found.tables["customers"]
    customers, conflicting = settled_customers(declared)
    if customers is declared:
        return found
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


def _with_settled_receivables(found: Assembled, treatments: Treatments) -> Assembled:
    """Let no invoice and no payment count twice, and refuse what is to be refused."""
    if found.tables.keys().isdisjoint({"invoices", "payments"}):
        return found
    tables, findings = dict(found.tables.given), []
    used = dict(found.report.rows_used)
    for name in ("invoices", "payments"):
        if name not in tables:
            continue
        events = found.tables[name]
        dropped: NDArray[np.bool_] = np.zeros(len(events), dtype=np.bool_)
        for kind, rows in repeated_receivables(name, events).items():
            if len(rows):
                findings.append(
                    finding_of(kind, rows, found.book, events, treatments, table=name)
                )
                dropped[rows] = treatments.of(kind) == "drop"
        if dropped.any():
            tables[name] = events = events.keep(~dropped)
            used[name] = len(events)
    settled = Tables(tables)
    if {"invoices", "payments"} <= tables.keys():
        tables["payments"] = numbered_alike(settled["invoices"], settled["payments"])
        settled = Tables(tables)
    refused = [one for one in findings if one.treatment == "refuse"]
    if refused := refused or _refused_together(settled, found.book, treatments):
        raise QualityRefused(*(refusal(one, one.table) for one in refused))
    if not findings:
        return evolve(found, tables=settled)
    report = evolve(found.report.with_findings(findings), rows_used=used)
    return evolve(found, tables=settled, report=report)


def _refused_together(
    tables: Tables, book: Array, treatments: Treatments
) -> list[Finding]:
    """Return what is odd about invoices beside their payments, and to be refused."""
    if "refuse" not in map(treatments.of, LOOKED_AT_TOGETHER):
        return []
    found = [
        finding_of(kind, rows, book, tables[name], treatments, table=name)
        for kind, name, rows in odd_together(tables)
        if treatments.of(kind) == "refuse"
    ]
    return [one for one in found if one.rows]


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
