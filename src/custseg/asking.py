"""What callers hand over to be classified, checked before anything is worked out.

A frame in place of a ledger, or one name in place of several, is the slip of a first
day; it is told in words that say what to write instead.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

import numpy as np

from custseg.errors import (
    FittedPolicyError,
    Problem,
    SettingError,
    UnknownCustomer,
    UnknownFeature,
    did_you_mean,
)
from custseg.intake.identifiers import place_of
from custseg.ledger import Ledger
from custseg.periods import as_day, to_date
from custseg.table import Column, Table

__all__ = [
    "asked_column",
    "check_family",
    "check_ids",
    "check_ledger",
    "check_names",
    "check_saveable",
    "review_days",
    "row_of",
]


def asked_column(table: Table, name: str, features: Collection[str]) -> Column:
    """Return a column of what was worked out, or say how to ask for it.

    Parameters
    ----------
    table : Table
    name : str
    features : collection of str
        What could have been asked for: the catalogue, and the features of the policy.

    Raises
    ------
    UnknownFeature
        When it was not worked out, or is nothing that could be.

    Examples
    --------
    >>> asked_column(Table(np.array(["a"])), "margin", ["margin", "orders"])
    Traceback (most recent call last):
        ...
    custseg.errors.UnknownFeature: the feature 'margin' was not worked out; pass \
features=['margin'] to segment, classify or review
    """
    if name in table.columns:
        return table[name]
    if name in features:
        raise UnknownFeature(
            Problem(
                f"the feature '{name}' was not worked out",
                hint=f"pass features=['{name}'] to segment, classify or review",
            )
        )
    raise UnknownFeature(
        Problem(
            f"there is no feature or score '{name}'",
            allowed=f"what was worked out: {', '.join(table)}" if table.columns else "",
            hint=did_you_mean(name, (*table.columns, *features))
            or "further ones are on the reference page of features",
        )
    )


def check_family(family: object) -> None:
    """Refuse what cannot be the code of a family.

    Raises
    ------
    SettingError
        When it is no text.

    Examples
    --------
    >>> check_family(None)
    Traceback (most recent call last):
        ...
    custseg.errors.SettingError: family: expected the code of a family; got None; \
for example 'value'
    """
    if not isinstance(family, str):
        raise SettingError(
            Problem(
                "expected the code of a family",
                where="family",
                got="None" if family is None else f"a {type(family).__name__}",
                hint="for example 'value'",
            )
        )


def check_ids(customer_ids: object) -> None:
    """Refuse one id where several are asked for; a text is one of letters.

    Raises
    ------
    SettingError
        When it is a text, or cannot be gone through.

    Examples
    --------
    >>> check_ids("C17")
    Traceback (most recent call last):
        ...
    custseg.errors.SettingError: customer_ids: expected several ids; got 'C17'; write \
['C17']
    """
    if isinstance(customer_ids, str | bytes) or not isinstance(customer_ids, Iterable):
        raise SettingError(
            Problem(
                "expected several ids",
                where="customer_ids",
                got=repr(customer_ids),
                hint=f"write [{customer_ids!r}]",
            )
        )


def check_ledger(ledger: object) -> None:
    """Refuse what is no ledger.

    Raises
    ------
    SettingError
        When it is something else, such as a frame.

    Examples
    --------
    >>> check_ledger({"customer_id": ["a"]})
    Traceback (most recent call last):
        ...
    custseg.errors.SettingError: ledger: expected a Ledger; got a dict; make one with \
Ledger.from_frames(...) or Ledger.from_files(...), or call segment(...)
    """
    if not isinstance(ledger, Ledger):
        hint = "make one with Ledger.from_frames(...) or Ledger.from_files(...), "
        hint += "or call segment(...)"
        if callable(getattr(ledger, "ledger", None)):
            hint = "a store has one: store.ledger()"
        raise SettingError(
            Problem(
                "expected a Ledger",
                where="ledger",
                got=f"a {type(ledger).__name__}",
                hint=hint,
            )
        )


def check_names(features: object) -> None:
    """Refuse what is no collection of names; a text is one of letters.

    Raises
    ------
    SettingError
        When it is a text, no collection, or holds something that is no text.

    Examples
    --------
    >>> check_names(("margin", "orders"))
    >>> check_names("margin")
    Traceback (most recent call last):
        ...
    custseg.errors.SettingError: features: expected a sequence of names; got 'margin'; \
write ('margin',)
    """
    if isinstance(features, str):
        hint = f"write ({features!r},)"
    elif isinstance(features, Collection) and all(isinstance(n, str) for n in features):
        return
    else:
        hint = "write a tuple or list of names, such as ('margin', 'orders')"
    raise SettingError(
        Problem(
            "expected a sequence of names",
            where="features",
            got=repr(features) if isinstance(features, str) else _kind(features),
            hint=hint,
        )
    )


def check_saveable(classifiers: Iterable[str]) -> None:
    """Refuse to save what was fitted with classifiers of the user's own.

    Parameters
    ----------
    classifiers : iterable of str
        Their codes.

    Raises
    ------
    FittedPolicyError
        When there is one.

    Examples
    --------
    >>> check_saveable(["parking"])
    Traceback (most recent call last):
        ...
    custseg.errors.FittedPolicyError: classifiers of one's own are code and cannot be \
saved; got parking; save a policy fitted without them and add them anew
    """
    codes = ", ".join(classifiers)
    if codes:
        raise FittedPolicyError(
            Problem(
                "classifiers of one's own are code and cannot be saved",
                got=codes,
                hint="save a policy fitted without them and add them anew",
            )
        )


def review_days(on: date | str, as_of: date | str | None) -> tuple[int, int]:
    """Return the day of a review and the last day whose events it sees.

    Parameters
    ----------
    on : date or str
    as_of : date, str or None
        None is the day before.

    Raises
    ------
    SettingError
        When it is to see days after it.

    Examples
    --------
    >>> review_days("2026-07-01", None)
    (20635, 20634)
    """
    day = as_day(on)
    seen = day - 1 if as_of is None else as_day(as_of)
    if seen > day:
        raise SettingError(
            Problem(
                "a review cannot see facts of days after it",
                where="as_of",
                got=str(as_of),
                allowed=f"{to_date(day)} or earlier",
            )
        )
    return day, seen


def row_of(customer_id: object, table: Table, *, of: str, day: date) -> int:
    """Return the row of a customer who is asked about.

    Parameters
    ----------
    customer_id : str or int
        In any spelling that the tables could use.
    table : Table
        Sorted by id.
    of : str
        What was asked, such as "result".
    day : date
        The day that it looks at.

    Raises
    ------
    UnknownCustomer
        When there is no such customer on that day; it names the nearest.

    Examples
    --------
    >>> table = Table(np.array(["C7", "C9"], dtype=object))
    >>> row_of(" C9 ", table, of="result", day=date(2026, 6, 30))
    1
    """
    at = place_of(customer_id, table.book)
    if at is not None:
        return at
    ids, text = table.customers, str(customer_id).strip()
    after = int(np.searchsorted(ids, text))
    near = ids[max(0, after - 3) : after + 3].tolist()
    raise UnknownCustomer(
        Problem(
            f"the {of} has no such customer",
            got=repr(text),
            hint=did_you_mean(text, near)
            or f"known are those registered, or with an event, by {day}",
        )
    )


def _kind(given: object) -> str:
    if isinstance(given, list | tuple):
        odd = next(one for one in given if not isinstance(one, str))
        return f"a {type(given).__name__} with a {type(odd).__name__} in it"
    return f"a {type(given).__name__}"
