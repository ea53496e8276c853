"""Whether two ledgers go together, and whether they hold the same events.

The comparison of events, in whatever order and encoding they came, is slow and plain on
purpose: every row becomes a tuple of plain values. It is for tests and for a person who
wants to know, not for the hot path.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from custseg.contract import TABLES
from custseg.errors import CurrencyMismatch, Problem, SettingError
from custseg.events import EventTable
from custseg.intake.identifiers import texts_of

__all__ = ["check_alike", "check_joinable", "same_events"]


def check_joinable(first: Any, second: object) -> None:
    """Refuse to join a ledger with what is none, or is in another currency.

    Parameters
    ----------
    first : Ledger
    second : object
        What somebody wants to append.

    Raises
    ------
    SettingError
        When the second is of another class than the first, or keeps an attribute in
        another way, or one of the two lacks what every row of a table has.
    CurrencyMismatch
        When the two are kept in different currencies.
    """
    if not isinstance(second, type(first)):
        raise SettingError(
            Problem(
                "expected a Ledger",
                where="other",
                got="None" if second is None else f"a {type(second).__name__}",
                hint="make one with Ledger.from_frames(...) first",
            )
        )
    if (first.currency, first.decimals) != (second.currency, second.decimals):
        raise CurrencyMismatch(
            Problem(
                "ledgers of two currencies cannot be joined",
                got=f"{first.currency} and {second.currency}",
                hint="say the currency when each is made",
            )
        )
    check_alike(first.tables, second.tables)
    _check_complete(first.tables, second.tables)


def _check_complete(
    first: Mapping[str, EventTable], second: Mapping[str, EventTable]
) -> None:
    """Refuse a table that was read only for whose rows it has, beside a whole one."""
    problems = [
        Problem(
            "a table of which only the outline was read cannot be joined",
            where=name,
            got=f"rows without {', '.join(sorted(lacking))}",
            hint="a result's ledger holds what its policy needs; make a whole one "
            "with Ledger.from_frames(...) or Ledger.from_files(...)",
        )
        for name in first.keys() & second.keys()
        if (lacking := _required(name) & (first[name].names ^ second[name].names))
    ]
    if problems:
        raise SettingError(*sorted(problems, key=lambda one: one.where))


def _required(name: str) -> set[str]:
    return {field.name for field in TABLES[name].fields if field.required}


def check_alike(
    first: Mapping[str, EventTable], second: Mapping[str, EventTable]
) -> None:
    """Refuse an attribute of the customers that is text here and a number there.

    Parameters
    ----------
    first, second : mapping of str to EventTable

    Raises
    ------
    SettingError
    """
    if "customers" not in first or "customers" not in second:
        return
    here, there = (one["customers"].columns for one in (first, second))
    problems = [
        Problem(
            "one column cannot be kept in two ways",
            where=f"customers.{name}",
            got=f"{here[name].unit.value} and {there[name].unit.value}",
            hint="name the same unit in attributes=... for both",
        )
        for name in here
        if name in there and here[name].unit is not there[name].unit
    ]
    if problems:
        raise SettingError(*problems)


def same_events(
    first: Mapping[str, EventTable], second: Mapping[str, EventTable]
) -> bool:
    """Say whether two sets of tables over the same customers hold the same rows.

    A column of which nothing is known in one and that is absent in the other makes a
    difference: one was asked, the other was not.

    Parameters
    ----------
    first, second : mapping of str to EventTable
    """
    return set(first) == set(second) and all(
        _canonical(table) == _canonical(second[name]) for name, table in first.items()
    )


def _canonical(table: EventTable) -> tuple[list[str], list[tuple[object, ...]]]:
    """Return the columns' names, and the rows as sorted tuples of plain values."""
    names = sorted(table.columns)
    parts: list[list[object]] = [table.owners().tolist(), table.day.tolist()]
    for name in names:
        column = table.columns[name]
        values = column.values.tolist()
        words = texts_of(table.books[name]) if name in table.books else column.words
        known = column.is_known().tolist()
        if len(words):
            values = [words[code] for code in values]
        parts.append(
            [
                repr(value) if here else ""
                for value, here in zip(values, known, strict=True)
            ]
        )
    return names, sorted(zip(*parts, strict=True))
