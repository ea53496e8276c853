"""What a finished ledger still has to account for: oddities that show only in it.

Rows were judged at the door one by one. Beside each other, lines may turn out to be
recorded twice, alike or orphaned, and beside a day that is looked at, rows may lie in
its future. Such findings name the customer and the day, since rows have no numbers any
more once they are sorted.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from attrs import evolve

from custseg.errors import QualityRefused
from custseg.events import EventTable
from custseg.intake.identifiers import texts_of
from custseg.intake.judge import refusal
from custseg.intake.lines import identical_rows, orphan_returns
from custseg.intake.receivables import long_disputes, odd_together
from custseg.periods import DISTANT_PAST, to_date
from custseg.quality.examples import Example
from custseg.quality.kinds import KINDS
from custseg.quality.report import Finding, QualityReport
from custseg.quality.treatments import Treatments
from custseg.table import Array

__all__ = ["finding_of", "full_report", "sum_of"]

_ASKED_LATE = {"identical_row": identical_rows, "orphan_return": orphan_returns}
"""What to look for lines with that are compared only when somebody asks."""

_LOOKED_AT = 1000
"""Odd rows among which examples of different customers and days are looked for."""


def finding_of(
    kind: str,
    rows: Array,
    book: Array,
    events: EventTable,
    treatments: Treatments,
    *,
    table: str = "sales",
) -> Finding:
    """Describe odd rows of a sorted table by customer and day.

    Parameters
    ----------
    kind : str
    rows : int array
        Positions in the table.
    book : array, shape (n_customers,)
    events : EventTable
    treatments : Treatments
    table : str
        Its name.
    """
    head = rows[:_LOOKED_AT]
    owners = np.searchsorted(events.offsets, head, side="right") - 1
    places = zip(owners.tolist(), events.day[head].tolist(), strict=True)
    shown = []
    for owner, day in list(dict.fromkeys(places))[:3]:
        who = texts_of(book[owner : owner + 1])[0]
        if day == DISTANT_PAST:  # a customer's row that has always held
            shown.append(Example(f"customer {who!r}, no day", f"客户 {who!r}，无日期"))
            continue
        when = to_date(day)
        shown.append(Example(f"customer {who!r} on {when}", f"客户 {who!r}，{when}"))
    return Finding(kind, table, len(rows), treatments.of(kind), tuple(shown))


def full_report(
    report: QualityReport,
    book: Array,
    tables: Mapping[str, EventTable],
    treatments: Treatments,
    *,
    as_of: int | None = None,
) -> QualityReport:
    """Complete the account by what is looked for only when somebody asks.

    Parameters
    ----------
    report : QualityReport
    book : array, shape (n_customers,)
    tables : mapping of str to EventTable
    treatments : Treatments
    as_of : int or None
        With a day, rows after it are counted and the age of the data is told.

    Raises
    ------
    QualityRefused
        When there are rows after the day, or disputes that nobody closed, and they are
        to be refused.
    """
    sales = tables["sales"]
    # Lines that all have an id are told apart by it, whatever else was read.
    line = sales.columns.get("line_id")
    numbered = line is not None and bool(line.is_known().all())
    uncompared = () if numbered else report.uncompared
    returned = sales.columns["amount"].values < 0
    is_blind = "returns_order_id" in report.uncompared
    unlinked = int(np.count_nonzero(returned)) if is_blind else 0
    found = []
    for kind, look in _ASKED_LATE.items():
        blind = kind == "identical_row" and uncompared
        if treatments.of(kind) == "keep" and not blind:
            found.append(finding_of(kind, look(sales), book, sales, treatments))
    found += [
        finding_of(kind, rows, book, tables[name], treatments, table=name)
        for kind, name, rows in odd_together(tables)
        if treatments.of(kind) == "keep"
    ]
    age = None
    if as_of is not None:
        late = [
            finding_of(
                "future_row",
                np.flatnonzero(events.day > as_of),
                book,
                events,
                treatments,
                table=name,
            )
            for name, events in tables.items()
        ]
        if "invoices" in tables:
            rows, invoices = long_disputes(tables, as_of), tables["invoices"]
            late.append(
                finding_of(
                    "long_dispute", rows, book, invoices, treatments, table="invoices"
                )
            )
        refused = [one for one in late if one.rows and one.treatment == "refuse"]
        if refused:
            raise QualityRefused(*(refusal(one, one.table) for one in refused))
        found += late
        is_sale = sales.columns["amount"].values > 0
        sold = sales.day[is_sale & (sales.day <= as_of)]
        age = as_of - int(sold.max()) if len(sold) else None
    more = report.with_findings(one for one in found if one.rows)
    return evolve(more, data_age_days=age, uncompared=uncompared, unlinked=unlinked)


def sum_of(first: QualityReport, second: QualityReport) -> QualityReport:
    """Add the accounts of two ledgers that are being joined, kind by kind.

    Rows that were kept although odd beside others are left out: they are found again
    in the joined table. A column that either left out cannot tell rows apart.
    """
    rows_in = dict(first.rows_in)
    rows_used = dict(first.rows_used)
    for table, rows in second.rows_in.items():
        rows_in[table] = rows_in.get(table, 0) + rows
        rows_used[table] = rows_used.get(table, 0) + second.rows_used[table]
    unread = tuple(dict.fromkeys([*first.uncompared, *second.uncompared]))
    return QualityReport(rows_in, rows_used, uncompared=unread).with_findings(
        one
        for one in (*first.findings, *second.findings)
        if one.treatment == "drop" or not KINDS[one.kind].beside
    )
