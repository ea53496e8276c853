"""What a made-up trade has in its books beside the sales: invoices, payments, cards.

Every order of a customer who buys on credit is invoiced within three days. Prompt
payers pay within their terms and now and then a few days late; sloppy ones are two or
three weeks late with half of their invoices; late ones are four to six weeks late with
all; some stopped paying. Cards are as sales offices keep them: one field in fifty is
empty.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from custseg.demos.buyers import Buyer, Payer
from custseg.demos.calendar import Calendar
from custseg.demos.dice import Dice
from custseg.demos.goods import Line
from custseg.table import Array

__all__ = ["cards_of", "receivables_of", "rows_of"]

Columns = Mapping[str, Array | list[Any]]

_EMPTY: Final = 20
"""Permille of the fields of a card that nobody filled in."""

_ALWAYS: Final = frozenset({"customer_id", "registered_on", "closed_on", "flags"})


def cards_of(
    buyers: Sequence[Buyer], ids: Sequence[str], calendar: Calendar, dice: Dice
) -> Columns:
    """Write a card for every customer.

    Parameters
    ----------
    buyers : sequence of Buyer
    ids : sequence of str
    calendar : Calendar
    dice : Dice
    """
    names = list(dict.fromkeys(name for buyer in buyers for name in buyer.card))
    table: dict[str, Array | list[Any]] = {"customer_id": list(ids)}
    for name in names:
        values = [
            None
            if name not in _ALWAYS and dice.chance(_EMPTY)
            else buyer.card.get(name, "" if name == "flags" else None)
            for buyer in buyers
        ]
        table[name] = _column(name, values, calendar)
    return table


def rows_of(
    name: str, buyers: Sequence[Buyer], ids: Sequence[str], calendar: Calendar
) -> Columns:
    """Write the rows of a further table, in the order of the customers."""
    rows = [
        {"customer_id": ids[who], **row}
        for who, buyer in enumerate(buyers)
        for row in buyer.rows.get(name, ())
    ]
    names = list(dict.fromkeys(key for row in rows for key in row))
    return {
        key: _column(key, [row.get(key) for row in rows], calendar) for key in names
    }


def receivables_of(
    buyers: Sequence[Buyer],
    ids: Sequence[str],
    lines: Sequence[Line],
    calendar: Calendar,
    dice: Dice,
) -> tuple[Columns, Columns]:
    """Invoice the orders of those who buy on credit, and let them pay.

    Parameters
    ----------
    buyers : sequence of Buyer
    ids : sequence of str
    lines : sequence of Line
    calendar : Calendar
    dice : Dice

    Returns
    -------
    invoices, payments : mapping of str to array or list
    """
    worth: Counter[tuple[int, int, str]] = Counter()
    for line in lines:
        if line.amount > 0 and buyers[line.who].payer is not None:
            worth[line.day, line.who, line.order] += line.amount
    invoices: list[tuple[str, str, int, int, int]] = []
    payments: list[tuple[str, str, int, int]] = []
    for (day, who, order), amount in sorted(worth.items()):
        payer = buyers[who].payer
        issued = day + dice.between(0, 3)
        if payer is None or issued > calendar.end:
            continue
        invoice, due = f"IN{order[2:]}", issued + payer.terms
        invoices.append((ids[who], invoice, issued, due, amount))
        for paid_on, part in _pays(payer, due, amount, dice):
            if issued <= paid_on <= calendar.end:
                payments.append((f"PY{len(payments) + 1:06}", invoice, paid_on, part))
    return (
        {
            "customer_id": [row[0] for row in invoices],
            "invoice_id": [row[1] for row in invoices],
            "issued_on": _days([row[2] for row in invoices], calendar),
            "due_on": _days([row[3] for row in invoices], calendar),
            "amount": np.array([row[4] for row in invoices]) / 100,
            "written_off_on": np.full(len(invoices), "NaT", dtype="datetime64[D]"),
        },
        {
            "payment_id": [row[0] for row in payments],
            "invoice_id": [row[1] for row in payments],
            "paid_on": _days([row[2] for row in payments], calendar),
            "amount": np.array([row[3] for row in payments]) / 100,
        },
    )


def _pays(payer: Payer, due: int, amount: int, dice: Dice) -> list[tuple[int, int]]:
    """Return when an invoice is paid, and how much each time."""
    day = due - dice.between(0, 9)
    if payer.habit == "late" or (payer.habit == "sloppy" and dice.chance(500)):
        day = due + (
            dice.between(28, 42) if payer.habit == "late" else dice.between(16, 24)
        )
    elif dice.chance(40):
        day = due + dice.between(1, 5)
    if payer.habit == "stopped" and day > payer.stopped:
        return []
    if dice.chance(60):  # in two parts, the second a few days later
        first = amount * dice.between(300, 700) // 1000
        return [(day - dice.between(0, 3), first), (day, amount - first)]
    return [(day, amount)]


def _days(days: Sequence[int], calendar: Calendar) -> Array:
    first = np.datetime64(calendar.first, "D")
    return first + np.array(days, dtype="timedelta64[D]")


def _column(name: str, values: list[Any], calendar: Calendar) -> Array | list[Any]:
    """Write days, numbers and texts as an export has them."""
    if name == "date" or name.endswith("_on"):
        first = np.datetime64(calendar.first, "D").astype(np.int64)
        dates = [None if day is None else int(first) + day for day in values]
        return np.array(dates, dtype="datetime64[D]")
    if any(isinstance(value, str) for value in values):
        return values
    return np.array([np.nan if v is None else v for v in values], dtype=np.float64)
