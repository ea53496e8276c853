"""Which rows can be used: each oddity counted, dropped rows under exactly one kind.

The kinds are gone through in the order of :data:`custseg.quality.kinds.KINDS`. A row
that one kind drops is not looked at by those behind it, so that the account closes.
What is to be refused is told at once, all kinds together.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from custseg.errors import Problem, QualityRefused
from custseg.quality.kinds import KINDS
from custseg.quality.report import Finding
from custseg.quality.treatments import Treatments

__all__ = ["Oddity", "Verdict", "judge", "refusal"]

_SHOWN = 3
"""Examples of each oddity that a report shows."""

_SERIAL = re.compile(r": '?[34]\d{4}(\.\d+)?'?$")
"""A day as spreadsheets count it, of 1982 to 2036."""

_PARTED = re.compile(r": '\s*[-+]?\d+([.,]\d+)+\s*'$")
"""A number in text, with points or commas that have two meanings."""

_ORDER = {code: place for place, code in enumerate(KINDS)}


@frozen(eq=False)
class Oddity:
    """Rows of one kind, and how to show one of them.

    Parameters
    ----------
    kind : str
        A code of :data:`custseg.quality.kinds.KINDS`.
    rows : bool array, shape (n_rows,)
    where : str
        The table and column.
    show : callable
        From a row's position to what a person should see of it.
    """

    kind: str
    rows: NDArray[np.bool_]
    where: str
    show: Callable[[int], str] = field(repr=False)


@frozen(eq=False)
class Verdict:
    """What came of it.

    Parameters
    ----------
    used : bool array, shape (n_rows,), or None
        None where all rows are used.
    findings : tuple of Finding
        In the order of the kinds.
    """

    used: NDArray[np.bool_] | None
    findings: tuple[Finding, ...]


def judge(
    table: str,
    oddities: list[Oddity],
    noted: dict[str, int],
    treatments: Treatments,
    *,
    date_format: str | None = None,
) -> Verdict:
    """Decide which rows of a table are used.

    Parameters
    ----------
    table : str
    oddities : list of Oddity
        Kinds may repeat (one for each column).
    noted : dict of str to int
        Rows of kinds that are never dropped, by kind; they are counted only.
    treatments : Treatments
    date_format : str or None
        The form that dates in text must have, where one was given.

    Returns
    -------
    Verdict

    Raises
    ------
    QualityRefused
        With one problem for each kind that is to be refused.

    Examples
    --------
    >>> odd = Oddity("missing_customer", np.array([True, False]), "sales.customer_id",
    ...              lambda row: f"row {row}")
    >>> verdict = judge("sales", [odd], {}, Treatments())
    >>> verdict.used.tolist(), verdict.findings[0].examples
    ([False, True], ('row 0',))
    """
    used: NDArray[np.bool_] | None = None
    findings = [
        Finding(kind, table, rows, treatments.of(kind))
        for kind, rows in noted.items()
        if rows
    ]
    problems = [refusal(one, table) for one in findings if one.treatment == "refuse"]
    by_kind: dict[str, list[Oddity]] = {}
    for one in sorted(oddities, key=lambda one: _ORDER[one.kind]):
        by_kind.setdefault(one.kind, []).append(one)
    for kind, several in by_kind.items():
        masks = [one.rows if used is None else one.rows & used for one in several]
        odd = masks[0] if len(masks) == 1 else np.logical_or.reduce(masks)
        count = int(np.count_nonzero(odd))
        if not count:
            continue
        treatment = treatments.of(kind)
        shown = [
            one.show(row)
            for one, mask in zip(several, masks, strict=True)
            for row in _first(mask)
        ]
        finding = Finding(kind, table, count, treatment, tuple(shown[:_SHOWN]))
        findings.append(finding)
        if treatment == "refuse":
            met = [o.where for o, m in zip(several, masks, strict=True) if m.any()]
            problems.append(refusal(finding, ", ".join(met), date_format=date_format))
        elif treatment == "drop":
            used = ~odd if used is None else used & ~odd
    if problems:
        raise QualityRefused(*problems)
    findings.sort(key=lambda one: _ORDER[one.kind])
    return Verdict(used, tuple(findings))


def _first(rows: NDArray[np.bool_]) -> list[int]:
    """Return the first few positions, without looking far when they come early."""
    head = np.flatnonzero(rows[:100_000])
    found = head if len(head) >= _SHOWN else np.flatnonzero(rows)
    shown: list[int] = found[:_SHOWN].tolist()
    return shown


def refusal(finding: Finding, where: str, *, date_format: str | None = None) -> Problem:
    """Say what to do about rows that are refused.

    Examples
    --------
    >>> print(refusal(Finding("trimmed_id", "sales", 2, "refuse"), "sales").hint)
    mend the data, or choose quality=Treatments(trimmed_id='keep')
    """
    kind = KINDS[finding.kind]
    choices = [choice for choice in kind.allowed if choice != "refuse"]
    hint = " or ".join(f"Treatments({kind.code}='{choice}')" for choice in choices)
    form = ""  # what else there is to do

    def shows(pattern: re.Pattern[str]) -> bool:
        return any(pattern.search(one) for one in finding.examples)

    if kind.code == "unparseable_date":
        form = "say date_format='%d/%m/%Y' or the like, or "
        if date_format is not None:
            form = f"say another date_format than {date_format!r}, or "
        if shows(_SERIAL):
            form = "have the spreadsheet show its numbers of days as dates, or "
    elif kind.code == "unparseable_amount" and shows(_PARTED):
        form = (
            "say to pandas what points and commas mean there (decimal=',' or "
            "thousands=',') and pass the frame, or "
        )
    rows = f"{finding.rows:,} row{'' if finding.rows == 1 else 's'}"
    return Problem(
        f"{kind.title.en}, {rows} ({kind.note})",
        where=where,
        got="; ".join(finding.examples),
        hint=f"mend the data, or {form}choose quality={hint}",
    )
