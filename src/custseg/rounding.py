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


def rounded(values: Array) -> Array:
    """Return floats to nine decimals; integers come back as they are.

    Examples
    --------
    >>> bool(rounded(np.array([0.1 + 0.2]))[0] == 0.3)
    True
    """
    if values.dtype.kind != "f":
        return values
    coarse = np.abs(values) >= COARSE
    if not coarse.any():
        near: Array = np.rint(values * _NINE) / _NINE
        return near
    return np.where(
        coarse, values, np.rint(np.where(coarse, 0.0, values) * _NINE) / _NINE
    )
