"""What a CRM hands over: one customer, one sale, one invoice, as frozen records.

A CRM holds objects, not tables. These records are the rows of the input contract, one
class per table and one field per column, under the same names; what is not known is
None, and so is a text that is blank.

Each value is checked when the record is made and kept exactly: amounts, quantities and
costs as ``Decimal`` (a float through its shortest text, so that ``0.1`` is 0.1), ids as
text. If several fields are wrong, one error lists them all. Personal data and free text
(``PERSONAL_FIELDS`` of each class) are kept, but they appear neither in the ``repr`` of
a record nor in an error.

A record answers for itself only. What is odd between fields or rows (an invoice due
before it was issued, a return without its order) is for the quality report, because
real data hold such rows and they must be counted rather than refused.
"""

from custseg.models.contacts import Event, Feedback, Interaction
from custseg.models.customers import Customer
from custseg.models.trade import Cost, Invoice, Payment, Project, Transaction

__all__ = [
    "Cost",
    "Customer",
    "Event",
    "Feedback",
    "Interaction",
    "Invoice",
    "Payment",
    "Project",
    "Transaction",
]
