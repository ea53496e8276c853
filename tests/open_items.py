"""Invoices and payments in a few words, for tests of what customers owe.

An invoice is ``(customer, id, issued, due, amount)`` with further columns by name, a
payment ``(invoice, paid on, amount)``; days are texts.
"""

from custseg.ledger import Ledger
from custseg.periods import Window, as_day
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Facts

__all__ = ["book", "facts_of", "told"]

_DAYS = ("written_off_on", "disputed_on", "resolved_on")


def book(invoices, payments=(), *, people=None, sales=None, plain=False, **options):
    """Make a ledger; customers a and b are always in it.

    Parameters
    ----------
    invoices : list of tuple
        With a dict of further columns as sixth item, if wanted.
    payments : list of tuple
    people : dict or None
        The table of customers.
    sales : dict or None
    plain : bool
        Whether the optional columns of invoices are left out.
    options
        Of :meth:`Ledger.from_frames`.
    """
    names = ("customer_id", "invoice_id", "issued_on", "due_on", "amount")
    rows = [
        dict(zip(names, one, strict=False)) | (one[5] if len(one) > 5 else {})
        for one in invoices
    ]
    more = () if plain else (*_DAYS, "written_off_amount")
    table = {name: [row.get(name) for row in rows] for name in (*names, *more)}
    paid = {
        "payment_id": [f"p{at}" for at in range(len(payments))],
        "invoice_id": [one[0] for one in payments],
        "paid_on": [one[1] for one in payments],
        "amount": [one[2] for one in payments],
    }
    sold = sales or {
        "customer_id": ["a", "b"],
        "date": ["2024-01-01", "2024-01-01"],
        "amount": [1.0, 1.0],
    }
    options = {"currency": "CNY", **options}
    return Ledger.from_frames(
        sold, invoices=table, payments=paid, customers=people, **options
    )


def facts_of(ledger, as_of="2026-06-30", **more):
    """Return what a ledger tells on a day."""
    return Facts(ledger, as_day(as_of), **more)


def told(ledger, code, *, as_of="2026-06-30", window="365 days"):
    """Return a feature of each customer; None where it is unknown."""
    facts = facts_of(ledger, as_of)
    column = facts.measure(CATALOGUE[code], Window.parse(window))
    pairs = zip(column.values.tolist(), column.is_known().tolist(), strict=True)
    return [value if known else None for value, known in pairs]
