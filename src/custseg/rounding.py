"""The law of comparison: floats are rounded to nine decimals before they are compared.

Arithmetic leaves a float a few last bits away from where it should be; near a threshold
that would be another tier. Every room that compares floats asks here.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from custseg.table import Array

__all__ = ["COARSE", "rounded"]

COARSE: Final = 2.0**23
"""From here on floats are further apart than 1e-9: they stay as they are."""

_NINE: Final = 1e9

_FIRST_LOOK: Final = 64
"""Numbers that mostly tell already that some have more decimals."""

_BLOCK: Final = 1 << 15
"""Numbers worked on at a time: they stay in the cache."""


def rounded(values: Array) -> Array:
    """Return floats to nine decimals; integers come back as they are.

    Examples
    --------
    >>> bool(rounded(np.array([0.1 + 0.2]))[0] == 0.3)
    True
    """
    if values.dtype.kind != "f":
        return values
    if values.size <= _BLOCK:
        return _near(values)
    done: Array | None = None
    for start in range(0, len(values), _BLOCK):
        some = values[start : start + _BLOCK]
        near = _near(some)
        if done is None and near is not some:
            done = values.copy()
        if done is not None:
            done[start : start + _BLOCK] = near
    return values if done is None else done


def _near(values: Array) -> Array:
    """Round a few floats; where there is nothing to round they come back themselves."""
    if values.size > _FIRST_LOOK and _are_halves(values):
        return values
    coarse = np.abs(values) >= COARSE
    if not coarse.any():
        near: Array = np.rint(values * _NINE) / _NINE
        return near
    return np.where(
        coarse, values, np.rint(np.where(coarse, 0.0, values) * _NINE) / _NINE
    )


def _are_halves(values: Array) -> bool:
    """Say whether twice each number is whole, as for medians of days: no more to do."""
    with np.errstate(over="ignore"):  # what is infinite then stays as it is
        for some in (values[:_FIRST_LOOK], values):
            twice = some * 2.0
            if not (twice == np.rint(twice)).all():
                return False
    return True
