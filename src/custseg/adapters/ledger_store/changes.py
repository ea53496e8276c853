"""What a writing does to the customers it touches, before anything is written.

Old rows and new ones of the customers that are touched make a ledger of their own,
judged as every ledger is. Nobody else is looked at, since no row of another customer
can be a duplicate of theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from custseg.adapters.ledger_store.books import merged_books
from custseg.adapters.ledger_store.joining import Records, overlaid
from custseg.adapters.ledger_store.repeats import repeated
from custseg.errors import DataError, MissingColumn, Problem
from custseg.events import EventTable
from custseg.intake.account import sum_of
from custseg.intake.arrivals import Tables
from custseg.intake.assembly import Assembled, settle
from custseg.quality.report import Finding, QualityReport
from custseg.quality.treatments import Treatments
from custseg.table import Array

__all__ = ["Changed", "change", "check_keys", "without_lines"]

_FOUND_ANEW = (
    "duplicate_line",
    "conflicting_line",
    "conflicting_customer",
    "duplicate_payment",
)
"""Kinds that show beside other rows and may be kept."""


@frozen(eq=False)
class Changed:
    """The customers that a writing touches, as they are after it.

    Parameters
    ----------
    records : Records
    report : QualityReport
        The account of the whole store.
    replaced : int
        Sales lines that a correction took away.
    repeated : int
        Rows taken in that equal one from before.
    forgotten : int
        Rows left out, of customers whom the store was told to forget.
    """

    records: Records
    report: QualityReport
    replaced: int = 0
    repeated: int = 0
    forgotten: int = 0


def change(
    old: Records | None,
    new: Assembled,
    report: QualityReport,
    treatments: Treatments,
    *,
    correcting: bool = False,
) -> Changed:
    """Bring old and new rows of some customers together.

    Parameters
    ----------
    old : Records or None
        All that is known of them; None where the store is empty.
    new : Assembled
    report : QualityReport
        The account of the whole store so far.
    treatments : Treatments
    correcting : bool
        Whether new sales lines replace old ones of the same customer, order and line.

    Raises
    ------
    QualityRefused
        When lines contradict each other, and that is to be refused.
    """
    came = sum_of(QualityReport({}, {}), new.report)
    if old is None:
        done = new
        if "payments" in new.tables:  # they found their customers after all was judged
            done = settle(evolve(new, report=came), treatments)
        came = evolve(done.report, rows_in=new.report.rows_in)
        records = Records(done.book, dict(done.tables))
        return Changed(records, _sum(report, came, {}, records, ()))
    kept, arrived = old, Records(new.book, new.tables)
    if correcting:
        kept = without_lines(old, arrived)
    both = overlaid(kept, arrived)
    joined = settle(Assembled(both.book, Tables(both.tables), came), treatments)
    records = Records(joined.book, dict(joined.tables))
    again = _judged_before(old, treatments)
    came = evolve(joined.report, rows_in=new.report.rows_in)
    replaced = len(old.tables["sales"]) - len(kept.tables["sales"])
    whole = _sum(report, came, old.tables, records, again)
    if replaced:
        rows_in = {**whole.rows_in, "sales": whole.rows_in["sales"] - replaced}
        whole = evolve(whole, rows_in=rows_in)
    return Changed(records, whole, replaced, repeated(kept, arrived, records))


def _judged_before(old: Records, treatments: Treatments) -> tuple[Finding, ...]:
    """Return what was found beside other rows and kept, and will be found again."""
    if all(treatments.of(kind) != "keep" for kind in _FOUND_ANEW):
        return ()
    report = QualityReport({}, {})
    done = settle(Assembled(old.book, Tables(old.tables), report), treatments)
    return tuple(one for one in done.report.findings if one.kind in _FOUND_ANEW)


def _sum(
    report: QualityReport,
    came: QualityReport,
    before: Mapping[str, EventTable],
    after: Records,
    again: Iterable[Finding],
) -> QualityReport:
    """Return the account of the whole store after a writing."""
    old = before
    rows_in, rows_used = dict(report.rows_in), dict(report.rows_used)
    for name, rows in came.rows_in.items():
        rows_in[name] = rows_in.get(name, 0) + rows
    for name, table in after.tables.items():
        grown = len(table) - (len(old[name]) if name in old else 0)
        rows_used[name] = rows_used.get(name, 0) + grown
        rows_in.setdefault(name, 0)
    rows_used = {name: rows_used.get(name, 0) for name in rows_in}
    counted = {(one.kind, one.table, one.treatment): one.rows for one in again}
    findings = []
    for one in report.findings:
        rows = one.rows - counted.get((one.kind, one.table, one.treatment), 0)
        if rows:
            findings.append(evolve(one, rows=rows))
    whole = QualityReport(rows_in, rows_used, tuple(findings))
    return whole.with_findings(came.findings)


def check_keys(sales: EventTable) -> None:
    """Make sure that every line says which line it is.

    Raises
    ------
    MissingColumn
        When there is no column of orders or lines.
    DataError
        When a row does not name both.
    """
    for name in ("order_id", "line_id"):
        column = sales.columns.get(name)
        if column is None:
            raise MissingColumn(
                Problem(
                    "a correction must say which lines it corrects",
                    where=f"sales.{name}",
                    got="no such column",
                    hint="give order_id and line_id with every row",
                )
            )
        lacking = int(np.count_nonzero(~column.is_known()))
        if lacking:
            raise DataError(
                Problem(
                    "a correction must say which lines it corrects",
                    where=f"sales.{name}",
                    got=f"{lacking:,} rows without",
                    hint="give order_id and line_id with every row",
                )
            )


def without_lines(old: Records, new: Records) -> Records:
    """Leave out the old sales lines that new ones replace.

    Parameters
    ----------
    old, new : Records
        Lines are the same that have one customer, order and line id. Where a sale and
        its returns share these, a sale takes the place of the sale, returns that of
        all its returns, and an amount of zero that of both.
    """
    sales, other = old.tables["sales"], new.tables["sales"]
    if not {"order_id", "line_id"} <= set(sales.columns) or not len(other):
        return old
    _, (mine, theirs) = merged_books([old.book, new.book])
    ours = [mine[sales.owners()]]
    wanted = [theirs[other.owners()]]
    for name in ("order_id", "line_id"):
        _, (left, right) = merged_books([sales.books[name], other.books[name]])
        # An old line without an id, -1, is none that a new one names.
        ours.append(np.append(left, -1)[sales.columns[name].values])
        wanted.append(right[other.columns[name].values])
    mine_key, wanted_key = _keys(ours, wanted)
    gone = np.isin(mine_key, wanted_key)
    returned = sales.columns["amount"].values < 0
    shared = np.isin(mine_key, mine_key[returned])
    shared &= np.isin(mine_key, mine_key[~returned])
    amount = other.columns["amount"].values
    is_for_return = np.isin(mine_key, wanted_key[amount <= 0])
    is_for_sale = np.isin(mine_key, wanted_key[amount >= 0])
    gone &= ~shared | np.where(returned, is_for_return, is_for_sale)
    if not gone.any():
        return old
    return Records(old.book, {**old.tables, "sales": sales.keep(~gone)})


def _keys(
    ours: list[Array], wanted: list[Array]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return numbers for customer, order and line, equal where all three are."""
    n = len(ours[0])
    parts = [np.concatenate(pair) for pair in zip(ours, wanted, strict=True)]
    key = parts[0].astype(np.int64)
    for part in parts[1:]:
        # Dense numbers of less than 32 bits, so that the next part fits beside.
        _, key = np.unique((key << 32) | (part + 1), return_inverse=True)
    return key[:n], key[n:]
