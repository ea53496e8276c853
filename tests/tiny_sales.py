"""Two sound rows of sales, in which tests of bad input exchange a column at a time."""

from custseg.ledger import Ledger
from custseg.quality.treatments import Treatments

__all__ = ["LENIENT", "SALES", "read", "sales"]

SALES = {
    "customer_id": ["a", "b"],
    "date": ["2026-01-01", "2026-01-02"],
    "amount": [1.0, 2.0],
}

LENIENT = Treatments(
    unparseable_date="drop", implausible_date="drop", unparseable_amount="drop"
)


def sales(**columns):
    """Return the two rows with some columns exchanged."""
    return {**SALES, **columns}


def read(**columns):
    """Make a ledger of the two rows, dropping what cannot be used."""
    return Ledger.from_frames(sales(**columns), quality=LENIENT)
