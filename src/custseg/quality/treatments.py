"""What the caller wants done with each kind of oddity."""

from __future__ import annotations

from collections.abc import Mapping
from functools import wraps
from typing import Any

from attrs import Attribute, asdict, field, fields, frozen

from custseg.errors import Problem, SettingError
from custseg.quality.kinds import KINDS, Treatment, no_such_kind

__all__ = ["Treatments"]


def _allowed(_: Treatments, attribute: Attribute[Treatment], value: object) -> None:
    code = attribute.name
    if value not in KINDS[code].allowed:
        raise SettingError(
            Problem(
                f"{KINDS[code].title.en} cannot be treated so",
                where=f"Treatments.{code}",
                got=repr(value),
                allowed=" or ".join(repr(choice) for choice in KINDS[code].allowed),
            )
        )


def _telling(treatments: type[Treatments]) -> type[Treatments]:
    """Let the constructor refuse names that are no kind in words."""
    build: Any = treatments.__init__

    @wraps(build)
    def __init__(self: Treatments, *args: object, **chosen: object) -> None:  # noqa: N807
        wrong = [name for name in chosen if name not in KINDS]
        if args or wrong:
            raise SettingError(
                *(no_such_kind(name, where="Treatments") for name in wrong),
                *(
                    Problem("say for which kind", where="Treatments", got=repr(one))
                    for one in args
                ),
            )
        build(self, **chosen)

    treatments.__init__ = __init__  # type: ignore[method-assign]
    return treatments


@_telling
@frozen(kw_only=True)
class Treatments:
    """What to do with each kind of oddity; the defaults are those of the contract.

    Parameters
    ----------
    missing_customer, unparseable_date, ... : {"refuse", "drop", "keep"}
        One argument for each kind; not every kind allows each treatment.

    Raises
    ------
    SettingError
        When there is no such kind, or a treatment makes no sense for it.

    Examples
    --------
    >>> Treatments(unparseable_date="drop").unparseable_date
    'drop'
    """

    missing_customer: Treatment = field(default="drop", validator=_allowed)
    unparseable_date: Treatment = field(default="refuse", validator=_allowed)
    implausible_date: Treatment = field(default="refuse", validator=_allowed)
    unparseable_amount: Treatment = field(default="refuse", validator=_allowed)
    other_currency: Treatment = field(default="refuse", validator=_allowed)
    unparseable_value: Treatment = field(default="keep", validator=_allowed)
    unknown_word: Treatment = field(default="keep", validator=_allowed)
    duplicate_line: Treatment = field(default="drop", validator=_allowed)
    conflicting_line: Treatment = field(default="refuse", validator=_allowed)
    conflicting_customer: Treatment = field(default="refuse", validator=_allowed)
    orphan_payment: Treatment = field(default="drop", validator=_allowed)
    unnumbered_invoice: Treatment = field(default="refuse", validator=_allowed)
    missing_due_date: Treatment = field(default="keep", validator=_allowed)
    due_before_issue: Treatment = field(default="keep", validator=_allowed)
    negative_invoice: Treatment = field(default="keep", validator=_allowed)
    undated_write_off: Treatment = field(default="keep", validator=_allowed)
    excess_write_off: Treatment = field(default="keep", validator=_allowed)
    misdated_dispute: Treatment = field(default="keep", validator=_allowed)
    negative_payment: Treatment = field(default="keep", validator=_allowed)
    duplicate_invoice: Treatment = field(default="drop", validator=_allowed)
    conflicting_invoice: Treatment = field(default="refuse", validator=_allowed)
    duplicate_payment: Treatment = field(default="drop", validator=_allowed)
    paid_before_issue: Treatment = field(default="keep", validator=_allowed)
    overpaid_invoice: Treatment = field(default="keep", validator=_allowed)
    long_dispute: Treatment = field(default="keep", validator=_allowed)
    rounded_amount: Treatment = field(default="keep", validator=_allowed)
    trimmed_id: Treatment = field(default="keep", validator=_allowed)
    assumed_currency: Treatment = field(default="keep", validator=_allowed)
    zero_amount: Treatment = field(default="keep", validator=_allowed)
    identical_row: Treatment = field(default="keep", validator=_allowed)
    orphan_return: Treatment = field(default="keep", validator=_allowed)
    future_row: Treatment = field(default="keep", validator=_allowed)

    def of(self, code: str) -> Treatment:
        """Return the treatment of one kind."""
        chosen: Treatment = getattr(self, code)
        return chosen

    def changed(self) -> Mapping[str, Treatment]:
        """Return the treatments that differ from the defaults."""
        default = {one.name: one.default for one in fields(Treatments)}
        return {k: v for k, v in asdict(self).items() if v != default[k]}
