"""An entry of a policy back as a plain table, as a person would have written it.

Every entry is an attrs class whose fields are the keys of its table. What goes without
saying is not written: a key that has its default, an empty text, an empty list.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from enum import Enum

import attrs

from custseg.labels import Title

__all__ = ["Plain", "written"]

Plain = Callable[[Decimal], object]
"""From an exact number to one of JSON."""


def written(entry: object, plain: Plain) -> dict[str, object]:
    """Return an entry as a plain table.

    Parameters
    ----------
    entry : object
        Of an attrs class.
    plain : callable
        From an exact number to one of JSON.

    Returns
    -------
    dict
        Titles are always there; other keys only where they say something.

    Examples
    --------
    >>> @attrs.frozen
    ... class Bar:
    ...     title: Title
    ...     entry: Decimal
    ...     hold: Decimal | None = None
    >>> written(Bar(Title("甲", "A"), Decimal(80)), int)
    {'title': {'zh': '甲', 'en': 'A'}, 'entry': 80}
    """
    found: dict[str, object] = {}
    for each in attrs.fields(type(entry)):  # type: ignore[arg-type]
        value = getattr(entry, each.name)
        if isinstance(value, Title) or value != each.default:
            found[each.name] = _value(value, plain)
    return found


def _value(value: object, plain: Plain) -> object:
    if isinstance(value, Title):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_value(one, plain) for one in value]
    return written(value, plain) if attrs.has(type(value)) else value
