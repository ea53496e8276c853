"""What passes between buyer and seller: sales, invoices, payments, projects, costs."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import ClassVar

from attrs import field, frozen

from custseg.models.fields import (
    code,
    day,
    maybe_code,
    maybe_day,
    maybe_number,
    maybe_text,
    moment,
    number,
    telling,
)

__all__ = ["Cost", "Invoice", "Payment", "Project", "Transaction"]


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
class Project:
    """One project of a customer, as known from one day on.

    Parameters
    ----------
    customer_id, project_id : str or int
    recorded_on : date
        The day from which this record holds; a project whose facts changed has several
        records.
    starts_on, ends_on : date, optional
        As planned, or as they were.
    stage : str or int, optional
        Such as planned, tender, won, running, paused, done, lost; the data contract
        lists how else they may be written. In other words nobody knows whether the
        project is open.
    area_m2 : Number, optional
    value : Number, optional
        What the customer may buy for it, in the major unit.

    Raises
    ------
    DataError
        When a field is of the wrong kind; all are listed.

    Examples
    --------
    >>> Project("C0007", "P1", dt.date(2026, 3, 2), stage="planned").stage
    'planned'
    """

    PERSONAL_FIELDS: ClassVar[tuple[str, ...]] = ()

    customer_id: str = field(converter=code)
    project_id: str = field(converter=code)
    recorded_on: dt.date = field(converter=day)
    starts_on: dt.date | None = field(default=None, converter=maybe_day, kw_only=True)
    ends_on: dt.date | None = field(default=None, converter=maybe_day, kw_only=True)
    stage: str | None = field(default=None, converter=maybe_code, kw_only=True)
    area_m2: Decimal | None = field(default=None, converter=maybe_number, kw_only=True)
    value: Decimal | None = field(default=None, converter=maybe_number, kw_only=True)


@telling
@frozen
class Cost:
    """What a customer cost beside the goods: service, a rebate.

    Parameters
    ----------
    customer_id : str or int
    date : date
    kind : str or int
        Such as service or rebate.
    amount : Number
        In the major unit of the ledger's currency; negative if it was taken back.

    Raises
    ------
    DataError
        When a field is of the wrong kind; all are listed.

    Examples
    --------
    >>> Cost("C0007", dt.date(2026, 3, 2), "rebate", "1200").amount
    Decimal('1200')
    """

    PERSONAL_FIELDS: ClassVar[tuple[str, ...]] = ()

    customer_id: str = field(converter=code)
    date: dt.date = field(converter=day)
    kind: str = field(converter=code)
    amount: Decimal = field(converter=number)
