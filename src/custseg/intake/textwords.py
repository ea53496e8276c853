"""Texts laid into 64-bit words, so that the order of the numbers is that of the texts.

Eight bytes to a word, the first byte in front, NUL behind the last: then numeric order
of the words is byte order of the texts, and that of UTF-8 is the order of code points.

Limits: texts of up to 64 bytes; beyond, words take more memory than they save time.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from custseg.intake.raw import TextChunk
from custseg.table import Array

__all__ = ["LONGEST", "WordArray", "blocks_of_words", "eights_of", "lay", "lay_evenly"]

WordArray = NDArray[np.uint64]

LONGEST = 64
"""Bytes of text beyond which others encode; eight words of memory for each row."""

_BLOCK = 1 << 15
"""Rows worked on at a time: three blocks of words fit into a core's cache."""

_LEFT_BYTES = np.array(
    [0] + [(1 << 64) - (1 << (64 - 8 * kept)) for kept in range(1, 9)], dtype=np.uint64
)


def blocks_of_words(
    chunk: TextChunk, n_words: int
) -> Iterator[tuple[WordArray, NDArray[np.bool_]]]:
    """Yield the words of some rows at a time, and which of these texts are empty.

    Parameters
    ----------
    chunk : TextChunk
        A text that is missing counts as empty.
    n_words : int
        Enough for the longest text.

    Yields
    ------
    words : uint64 array, shape (n_words, n_rows of the block)
        An empty text is all zeros, as no other without NUL bytes is.
    empty : bool array, shape (n_rows of the block,)
    """
    eights = eights_of(chunk.data)
    for start in range(0, len(chunk), _BLOCK):
        stop = min(start + _BLOCK, len(chunk))
        edges = chunk.offsets[start : stop + 1]
        length = np.diff(edges)
        if chunk.known is not None:
            length *= chunk.known[start:stop]  # null is empty
        words = np.empty((n_words, stop - start), dtype=np.uint64)
        each = int(length[0])
        even = each > 0 and bool((length == each).all())
        if even and int(edges[-2]) + 8 * n_words <= len(eights) + 7:
            lay_evenly(eights, int(edges[0]), each, words)
        else:
            lay(eights, edges[:-1], length, words)
        yield words, length == 0


def eights_of(data: NDArray[np.uint8]) -> Array:
    """View bytes as a word from each byte on, in the order in which they lie.

    Examples
    --------
    >>> eights_of(np.arange(9, dtype=np.uint8)).byteswap().tolist()
    [283686952306183, 72623859790382856]
    """
    if len(data) < 8:
        data = np.concatenate([data, np.zeros(8 - len(data), dtype=np.uint8)])
    return np.ndarray((len(data) - 7,), "<u8", data, strides=(1,))


def lay_evenly(eights: Array, begin: int, each: int, words: WordArray) -> None:
    """Read texts of one length, which lie at even steps: no look-up of each place.

    Parameters
    ----------
    eights : uint64 array
        As :func:`eights_of` gives them, reaching as far as the words do.
    begin, each : int
        Where the first text begins, and how long each is.
    words : uint64 array, shape (n_words, n_rows)
        Written.
    """
    n_words, n = words.shape
    for j in range(n_words):
        first = begin + 8 * j
        np.copyto(words[j], eights[first : first + (n - 1) * each + 1 : each])
        words[j].byteswap(inplace=True)
        words[j] &= _LEFT_BYTES[min(max(each - 8 * j, 0), 8)]


def lay(eights: Array, begin: Array, length: Array, words: WordArray) -> None:
    """Read texts wherever they lie.

    Parameters
    ----------
    eights : uint64 array
        As :func:`eights_of` gives them.
    begin, length : int arrays, shape (n_rows,)
        Bytes; ``begin`` never falls.
    words : uint64 array, shape (n_words, n_rows)
        Written.
    """
    last = len(eights) - 1
    begin = begin.astype(np.intp)  # as an index is
    for j in range(len(words)):
        at = begin + 8 * j if j else begin
        near_the_end = int(at[-1]) > last
        word = eights[np.minimum(at, last) if near_the_end else at].byteswap()
        if near_the_end:  # what would run past the end is read from before it
            over = np.clip(at - last, 0, 7).astype(np.uint64)
            word <<= over * np.uint64(8)
        np.bitwise_and(word, _LEFT_BYTES[np.clip(length - 8 * j, 0, 8)], out=words[j])
