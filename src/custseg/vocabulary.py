"""Sorted vocabularies of ids: Python texts, or ASCII bytes until somebody reads them.

Millions of short ids stay bytes, eight to a word, so that only what is shown is ever
turned into Python texts.
"""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

__all__ = ["texts_of"]


def texts_of(words: NDArray[Any]) -> NDArray[Any]:
    """Return a vocabulary as an object array of str.

    Examples
    --------
    >>> import numpy as np
    >>> texts_of(np.array([b"a", b"b"])).tolist()
    ['a', 'b']
    """
    if words.dtype.kind != "S":
        return words
    return words.astype(f"U{max(1, words.dtype.itemsize)}").astype(object)
