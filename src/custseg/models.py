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

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

import attrs
from attrs import field, frozen

from custseg.errors import DataError, Problem
from custseg.fields import (
    Attributes,
    AttributeValue,
    attributes,
    code,
    day,
    maybe_code,
    maybe_count,
    maybe_day,
    maybe_flags,
    maybe_latitude,
    maybe_longitude,
    maybe_nps,
    maybe_number,
    maybe_text,
    moment,
    number,
    telling,
)

__all__ = [
    "Customer",
    "Event",
    "Feedback",
    "Interaction",
    "Invoice",
    "Payment",
    "Transaction",
]


def _further(value: Mapping[str, AttributeValue] | None) -> Attributes:
    """Keep an e-mail out of the attributes: there it would escape the care it needs."""
    kept = attributes(value)
    own = {_plain(name): name for name in attrs.fields_dict(Customer)}
    taken = {name: own[_plain(name)] for name in kept if _plain(name) in own}
    if taken:
        raise DataError(
            *(
                Problem(
                    "the attribute has a field of its own",
                    where=f"[{name!r}]",
                    hint=f"pass {field_name}=...",
                )
                for name, field_name in taken.items()
            )
        )
    return kept


def _plain(name: str) -> str:
    """Return a name as it sounds: ``E-mail`` is email."""
    return "".join(sign for sign in name.casefold() if sign.isalnum())


@telling
@frozen
class Customer:
    """One customer as known from one day on.

    Parameters
    ----------
    customer_id : str or int
        Kept as text without blanks at either end.
    valid_from : date, optional
        The day from which this record holds; None if it has always held. A customer
        whose facts changed has several records.
    name, phone, email, address : str, optional
        Personal: never shown, and no feature needs them.
    type, legal_form, industry, income_band : str or int, optional
        Declared codes; a policy maps them to its labels.
    employees : int, optional
    annual_revenue, credit_limit : Number, optional
        In the major unit of the ledger's currency.
    country, province, city : str or int, optional
        Names or codes; what they mean is settled later.
    latitude, longitude : float, optional
        Degrees north and east.
    registered_on, closed_on : date, optional
    group_id : str or int, optional
        The group of companies whose exposure counts as one.
    terms_days : int, optional
        Days to pay by contract.
    flags : set of str, optional
        Marks that are set. None means that nobody looked, an empty set that none is.
    attributes : mapping of str to AttributeValue, optional
        What no field above has a name for.

    Raises
    ------
    DataError
        When a field is of the wrong kind or out of its range; all are listed.

    Examples
    --------
    >>> customer = Customer(7, name="Li Hua", type="DEALER", flags={"key_account"})
    >>> customer.customer_id, customer.flags, "Li Hua" in repr(customer)
    ('7', frozenset({'key_account'}), False)
    """

    PERSONAL_FIELDS: ClassVar[tuple[str, ...]] = ("name", "phone", "email", "address")

    customer_id: str = field(converter=code)
    valid_from: dt.date | None = field(default=None, converter=maybe_day, kw_only=True)
    name: str | None = field(
        default=None, converter=maybe_text, kw_only=True, repr=False
    )
    phone: str | None = field(
        default=None, converter=maybe_text, kw_only=True, repr=False
    )
    email: str | None = field(
        default=None, converter=maybe_text, kw_only=True, repr=False
    )
    address: str | None = field(
        default=None, converter=maybe_text, kw_only=True, repr=False
    )
    type: str | None = field(default=None, converter=maybe_code, kw_only=True)
    legal_form: str | None = field(default=None, converter=maybe_code, kw_only=True)
    industry: str | None = field(default=None, converter=maybe_code, kw_only=True)
    employees: int | None = field(default=None, converter=maybe_count, kw_only=True)
    annual_revenue: Decimal | None = field(
        default=None, converter=maybe_number, kw_only=True
    )
    income_band: str | None = field(default=None, converter=maybe_code, kw_only=True)
    country: str | None = field(default=None, converter=maybe_code, kw_only=True)
    province: str | None = field(default=None, converter=maybe_code, kw_only=True)
    city: str | None = field(default=None, converter=maybe_code, kw_only=True)
    latitude: float | None = field(default=None, converter=maybe_latitude, kw_only=True)
    longitude: float | None = field(
        default=None, converter=maybe_longitude, kw_only=True
    )
    registered_on: dt.date | None = field(
        default=None, converter=maybe_day, kw_only=True
    )
    closed_on: dt.date | None = field(default=None, converter=maybe_day, kw_only=True)
    group_id: str | None = field(default=None, converter=maybe_code, kw_only=True)
    credit_limit: Decimal | None = field(
        default=None, converter=maybe_number, kw_only=True
    )
    terms_days: int | None = field(default=None, converter=maybe_count, kw_only=True)
    flags: frozenset[str] | None = field(
        default=None, converter=maybe_flags, kw_only=True
    )
    attributes: Attributes = field(default=None, converter=_further, kw_only=True)


@telling
@frozen
class Transaction:
    """One line of a sale or of a return.

    Parameters
    ----------
    customer_id : str or int
    date : date, datetime or str
        A point in time is kept as it is: the ledger cuts it to a day in the business
        time zone. A text is a day, such as ``"2026-09-30"``, here as in every field
        that is a date.
    amount : Number
        Net of tax, in the major unit of the currency; negative for a return.
    order_id, line_id : str or int, optional
        Without an order, all lines of a customer and day are one order.
    quantity, cost, list_price : Number, optional
        Quantity and cost have the sign of the amount.
    category, product, brand : str or int, optional
    ship_to : str or int, optional
        The place of delivery. Personal: never shown.
    currency : str, optional
        Such as "CNY"; without it the policy's currency is taken, and flagged.
    returns_order_id : str or int, optional
        The order whose goods came back.

    Raises
    ------
    DataError
        When a field is of the wrong kind; all are listed.

    Examples
    --------
    >>> sale = Transaction("C0007", dt.date(2026, 3, 2), "1250.50", quantity=3)
    >>> sale.amount, sale.is_sale, sale.is_return
    (Decimal('1250.50'), True, False)
    """

    PERSONAL_FIELDS: ClassVar[tuple[str, ...]] = ("ship_to",)

    customer_id: str = field(converter=code)
    date: dt.date = field(converter=moment)
    amount: Decimal = field(converter=number)
    order_id: str | None = field(default=None, converter=maybe_code, kw_only=True)
    line_id: str | None = field(default=None, converter=maybe_code, kw_only=True)
    quantity: Decimal | None = field(default=None, converter=maybe_number, kw_only=True)
    cost: Decimal | None = field(default=None, converter=maybe_number, kw_only=True)
    category: str | None = field(default=None, converter=maybe_code, kw_only=True)
    product: str | None = field(default=None, converter=maybe_code, kw_only=True)
    brand: str | None = field(default=None, converter=maybe_code, kw_only=True)
    list_price: Decimal | None = field(
        default=None, converter=maybe_number, kw_only=True
    )
    currency: str | None = field(default=None, converter=maybe_text, kw_only=True)
    ship_to: str | None = field(
        default=None, converter=maybe_code, kw_only=True, repr=False
    )
    returns_order_id: str | None = field(
        default=None, converter=maybe_code, kw_only=True
    )

    @property
    def is_sale(self) -> bool:
        """Whether the amount is positive; zero is neither a sale nor a return."""
        return self.amount > 0

    @property
    def is_return(self) -> bool:
        """Whether the amount is negative."""
        return self.amount < 0


@telling
@frozen
class Invoice:
    """One invoice, and what became of it.

    Parameters
    ----------
    customer_id, invoice_id : str or int
    issued_on, due_on : date
    amount : Number
        What the customer owes by it, in the major unit; negative for a credit note.
    currency : str, optional
    written_off_on, disputed_on, resolved_on : date, optional
    written_off_amount : Number, optional

    Raises
    ------
    DataError
        When a field is of the wrong kind; all are listed.

    Examples
    --------
    >>> invoice = Invoice("C0007", 3301, dt.date(2026, 3, 2), dt.date(2026, 4, 1), 980)
    >>> invoice.invoice_id, invoice.amount, invoice.written_off_on
    ('3301', Decimal('980'), None)
    """

    PERSONAL_FIELDS: ClassVar[tuple[str, ...]] = ()

    customer_id: str = field(converter=code)
    invoice_id: str = field(converter=code)
    issued_on: dt.date = field(converter=day)
    due_on: dt.date = field(converter=day)
    amount: Decimal = field(converter=number)
    currency: str | None = field(default=None, converter=maybe_text, kw_only=True)
    written_off_on: dt.date | None = field(
        default=None, converter=maybe_day, kw_only=True
    )
    written_off_amount: Decimal | None = field(
        default=None, converter=maybe_number, kw_only=True
    )
    disputed_on: dt.date | None = field(default=None, converter=maybe_day, kw_only=True)
    resolved_on: dt.date | None = field(default=None, converter=maybe_day, kw_only=True)


@telling
@frozen
class Payment:
    """One payment, or the part of one that settles one invoice.

    Parameters
    ----------
    payment_id, invoice_id : str or int
    paid_on : date
    amount : Number
        In the currency of the invoice; negative if it was paid back.

    Raises
    ------
    DataError
        When a field is of the wrong kind; all are listed.

    Examples
    --------
    >>> Payment("P1", 3301, dt.date(2026, 4, 9), 400.10).amount
    Decimal('400.1')
    """

    PERSONAL_FIELDS: ClassVar[tuple[str, ...]] = ()

    payment_id: str = field(converter=code)
    invoice_id: str = field(converter=code)
    paid_on: dt.date = field(converter=day)
    amount: Decimal = field(converter=number)


@telling
@frozen
class Interaction:
    """One contact with a customer: a visit, a call, a page viewed.

    Parameters
    ----------
    customer_id : str or int
    date : date
    channel, kind : str or int, optional
        A kind may be an intent, such as a request for a quotation.
    weight : Number, optional
        How much this contact counts beside the others.

    Raises
    ------
    DataError
        When a field is of the wrong kind; all are listed.

    Examples
    --------
    >>> Interaction("C0007", dt.date(2026, 3, 2), channel="phone").channel
    'phone'
    """

    PERSONAL_FIELDS: ClassVar[tuple[str, ...]] = ()

    customer_id: str = field(converter=code)
    date: dt.date = field(converter=day)
    channel: str | None = field(default=None, converter=maybe_code, kw_only=True)
    kind: str | None = field(default=None, converter=maybe_code, kw_only=True)
    weight: Decimal | None = field(default=None, converter=maybe_number, kw_only=True)


@telling
@frozen
class Feedback:
    """What a customer said of the seller on one day.

    Parameters
    ----------
    customer_id : str or int
    date : date
    csat : Number, optional
        Satisfaction, on the seller's own scale.
    nps : int, optional
        The answer to "would you recommend us", 0 to 10.
    complaint : str or int, optional
        The code of the complaint, if it was one.
    comment : str, optional
        Free text: kept, never shown.

    Raises
    ------
    DataError
        When a field is of the wrong kind or out of its range; all are listed.

    Examples
    --------
    >>> said = Feedback("C0007", dt.date(2026, 3, 2), nps=9, comment="ask for Ms Li")
    >>> said.nps, "Ms Li" in repr(said)
    (9, False)
    """

    PERSONAL_FIELDS: ClassVar[tuple[str, ...]] = ("comment",)

    customer_id: str = field(converter=code)
    date: dt.date = field(converter=day)
    csat: Decimal | None = field(default=None, converter=maybe_number, kw_only=True)
    nps: int | None = field(default=None, converter=maybe_nps, kw_only=True)
    complaint: str | None = field(default=None, converter=maybe_code, kw_only=True)
    comment: str | None = field(
        default=None, converter=maybe_text, kw_only=True, repr=False
    )


@telling
@frozen
class Event:
    """Something from outside that bears on a customer: a default, a new strategy.

    Parameters
    ----------
    customer_id : str or int
    date : date
    kind : str or int
    severity : Number, optional
        How grave, on the sender's scale.
    note : str, optional
        Free text: kept, never shown.

    Raises
    ------
    DataError
        When a field is of the wrong kind; all are listed.

    Examples
    --------
    >>> Event("C0007", dt.date(2026, 3, 2), "default", severity=3).severity
    Decimal('3')
    """

    PERSONAL_FIELDS: ClassVar[tuple[str, ...]] = ("note",)

    customer_id: str = field(converter=code)
    date: dt.date = field(converter=day)
    kind: str = field(converter=code)
    severity: Decimal | None = field(default=None, converter=maybe_number, kw_only=True)
    note: str | None = field(
        default=None, converter=maybe_text, kw_only=True, repr=False
    )
