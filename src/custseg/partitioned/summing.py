"""What was counted in several partitions, added up.

Customers, rows and exact amounts are whole numbers, so the sums are those of all
customers at once. Examples in a report of odd rows are those of the first partitions
that have any.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from custseg.labels import UNKNOWN
from custseg.quality.report import QualityReport
from custseg.summary import FamilySummary, Line, Summary

__all__ = ["one_account", "one_summary"]


def one_account(reports: Sequence[QualityReport]) -> QualityReport:
    """Return the accounts of several partitions as one.

    Parameters
    ----------
    reports : sequence of QualityReport
        One or more.

    Examples
    --------
    >>> one = QualityReport({"sales": 3}, {"sales": 3}, data_age_days=7)
    >>> print(one_account([one, evolve(one, data_age_days=2)]))
    sales: 6 rows in = 6 used + 0 dropped
    last sale 2 days before the day looked at
    """
    tables = reports[0].rows_in
    ages = [one.data_age_days for one in reports if one.data_age_days is not None]
    unread = dict.fromkeys(name for one in reports for name in one.uncompared)
    return QualityReport(
        {name: sum(one.rows_in[name] for one in reports) for name in tables},
        {name: sum(one.rows_used[name] for one in reports) for name in tables},
        data_age_days=min(ages, default=None),
        uncompared=tuple(unread),
        unlinked=sum(one.unlinked for one in reports),
        unread_files=tuple(
            dict.fromkeys(name for one in reports for name in one.unread_files)
        ),
    ).with_findings(finding for one in reports for finding in one.findings)


def one_summary(summaries: Sequence[Summary]) -> Summary:
    """Return the summaries of several partitions as one.

    Parameters
    ----------
    summaries : sequence of Summary
        One or more, of one policy.
    """
    first = summaries[0]
    families = [
        _one_family([one.families[at] for one in summaries])
        for at in range(len(first.families))
    ]
    return evolve(first, families=tuple(families))


def _one_family(parts: Sequence[FamilySummary]) -> FamilySummary:
    """Add up one family; a label that one partition lacks is in another."""
    lines: dict[str, Line] = {}
    for line in (line for part in parts for line in part.lines):
        before = lines.get(line.code)
        if before is not None:
            spend = None
            if line.spend is not None and before.spend is not None:
                spend = line.spend + before.spend
            customers = line.customers + before.customers
            lines[line.code] = evolve(line, customers=customers, spend=spend)
        else:
            lines[line.code] = line
    last = lines.pop(UNKNOWN, None)
    ordered = (*lines.values(), *([] if last is None else [last]))
    return evolve(parts[0], lines=ordered)
