"""What is heard of a customer: contacts, answers, events from outside."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import ClassVar

from attrs import field, frozen

from custseg.models.fields import (
    code,
    day,
    maybe_code,
    maybe_nps,
    maybe_number,
    maybe_text,
    telling,
)

__all__ = ["Event", "Feedback", "Interaction"]


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
        Such as default, insolvency, distress, strategy_change, new_region; the data
        contract lists how else they may be written.
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
