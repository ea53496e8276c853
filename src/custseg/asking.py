"""What callers hand over to be classified, checked before anything is worked out.

A frame in place of a ledger, or one name in place of several, is the slip of a first
day; it is told in words that say what to write instead.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from custseg.errors import Problem, SettingError
from custseg.ledger import Ledger

__all__ = ["check_family", "check_ids", "check_ledger", "check_names"]


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
        raise SettingError(
            Problem(
                "expected a Ledger",
                where="ledger",
                got=f"a {type(ledger).__name__}",
                hint="make one with Ledger.from_frames(...) or Ledger.from_files(...), "
                "or call segment(...)",
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


def _kind(given: object) -> str:
    if isinstance(given, list | tuple):
        odd = next(one for one in given if not isinstance(one, str))
        return f"a {type(given).__name__} with a {type(odd).__name__} in it"
    return f"a {type(given).__name__}"
