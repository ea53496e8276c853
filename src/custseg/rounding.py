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
"""From here on neighbouring floats are further apart than 1e-9: they stay as they are."""

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
    near = np.rint(values * _NINE) / _NINE
    coarse = np.abs(values) >= COARSE
    return np.where(coarse, values, near) if coarse.any() else near
