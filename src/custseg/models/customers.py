"""A customer as a record: what is declared about it, from one day on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

import attrs
from attrs import field, frozen

from custseg.errors import DataError, Problem
from custseg.models.fields import (
    Attributes,
    AttributeValue,
    attributes,
    code,
    maybe_code,
    maybe_count,
    maybe_day,
    maybe_flags,
    maybe_latitude,
    maybe_longitude,
    maybe_number,
    maybe_text,
    telling,
)

__all__ = ["Customer"]


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
    cities_covered, towns_covered, stores_served : int, optional
    decoration_firms_served : int, optional
        How far a dealer reaches.
    warehouse_m2, delivery_staff : Number, int, optional
        What a dealer keeps ready.
    annual_projects : int, optional
        Projects that the customer starts in a year.
    developer_rank : int, optional
        Its place in a ranking of developers, 1 for the first.
    annual_purchases : Number, optional
        What it buys of such goods in a year from everybody, in the major unit.
    supplier_switches : int, optional
        How often it changed its supplier lately, as declared.
    open_orders : Number, optional
        Ordered and not yet invoiced, in the major unit.
    external_rating : Number, optional
        A credit bureau's rating, brought to 0 to 100, 100 for the best.
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
    cities_covered: int | None = field(
        default=None, converter=maybe_count, kw_only=True
    )
    towns_covered: int | None = field(default=None, converter=maybe_count, kw_only=True)
    stores_served: int | None = field(default=None, converter=maybe_count, kw_only=True)
    decoration_firms_served: int | None = field(
        default=None, converter=maybe_count, kw_only=True
    )
    warehouse_m2: Decimal | None = field(
        default=None, converter=maybe_number, kw_only=True
    )
    delivery_staff: int | None = field(
        default=None, converter=maybe_count, kw_only=True
    )
    annual_projects: int | None = field(
        default=None, converter=maybe_count, kw_only=True
    )
    developer_rank: int | None = field(
        default=None, converter=maybe_count, kw_only=True
    )
    annual_purchases: Decimal | None = field(
        default=None, converter=maybe_number, kw_only=True
    )
    supplier_switches: int | None = field(
        default=None, converter=maybe_count, kw_only=True
    )
    open_orders: Decimal | None = field(
        default=None, converter=maybe_number, kw_only=True
    )
    external_rating: Decimal | None = field(
        default=None, converter=maybe_number, kw_only=True
    )
    flags: frozenset[str] | None = field(
        default=None, converter=maybe_flags, kw_only=True
    )
    attributes: Attributes = field(default=None, converter=_further, kw_only=True)
