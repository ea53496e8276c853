"""The ids of a batch of lines, compared as they lie and read where a run begins.

To tell whether two neighbouring lines have one customer, their bytes need only be
compared, in whatever order. Only for the first line of a run are they brought into text
order. Ids of one length lie at even steps and are compared where they lie.

Limits: an id that is missing, empty, over 64 bytes long or has a blank, a control
character or NUL at either end is not plain, for blanks do not count and would have to
be taken off.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.intake.gathering.plain import NotPlain
from custseg.intake.raw import TextChunk
from custseg.intake.textwords import LONGEST, WordArray, eights_of, lay
from custseg.table import Array

__all__ = ["Spelled", "spell"]

_BLANK = 0x20
"""The blank; below it are control characters, some of which Python strips as blanks."""

_DELETE = 0x7F
"""The last sign of ASCII; some blanks are beyond it."""


@frozen(eq=False)
class Spelled:
    """The ids of a batch as words: equal ids have equal words.

    Parameters
    ----------
    words : sequence of uint64 arrays, shape (n_rows,)
    length : int or None
        Bytes of each id where all are equally long: the words are then in the byte
        order of memory, and the last may overlap the one before. With None they are in
        text order already.
    """

    words: Sequence[WordArray]
    length: int | None

    def at(self, rows: NDArray[np.int64]) -> list[WordArray]:
        """Return the words of some rows in text order, NUL behind the end."""
        if self.length is None:
            return [word[rows] for word in self.words]
        found = []
        for j, word in enumerate(self.words):
            taken = word[rows]
            taken.byteswap(inplace=True)
            over = 8 * (j + 1) - self.length
            if over > 0:  # bytes that stand in the word before, or behind the end
                taken <<= np.uint64(8 * over)
            found.append(taken)
        return found


def spell(chunk: TextChunk) -> Spelled:
    """Lay the ids of a batch into words.

    Parameters
    ----------
    chunk : TextChunk
        At least one row.

    Raises
    ------
    NotPlain
        When an id is missing, empty, too long, or has a blank at either end.

    Examples
    --------
    >>> data = np.frombuffer(b"ba1ba1c", dtype=np.uint8)
    >>> spelled = spell(TextChunk(np.array([0, 3, 6, 7]), data))
    >>> [hex(word) for word in spelled.at(np.array([0, 2]))[0].tolist()]
    ['0x6261310000000000', '0x6300000000000000']
    """
    if chunk.known is not None and not chunk.known.all():
        raise NotPlain
    edges, data = chunk.offsets, chunk.data
    length = np.diff(edges)
    longest, shortest = int(length.max()), int(length.min())
    if shortest == 0 or longest > LONGEST:
        raise NotPlain
    if longest == shortest and longest >= 8:
        return _evenly(data, int(edges[0]), len(length), longest)
    ends = data[edges[1:] - 1]
    if _has_blank(ends) or _has_blank(data[edges[:-1]]):
        raise NotPlain
    words = np.empty((math.ceil(longest / 8), len(length)), dtype=np.uint64)
    lay(eights_of(data), edges[:-1], length, words)
    return Spelled(list(words), None)


def _evenly(data: NDArray[np.uint8], first: int, n: int, each: int) -> Spelled:
    """Read ids of one length of eight bytes or more, the last eight bytes last."""
    table = data[first : first + n * each].reshape(n, each)
    if _has_blank(table[:, 0]) or _has_blank(table[:, -1]):
        raise NotPlain
    spots = [*range(0, each - 7, 8)]
    if each % 8:
        spots.append(each - 8)
    words = []
    for spot in spots:
        word = np.empty(n, dtype=np.uint64)
        word[:] = np.ndarray((n,), "<u8", table, spot, (each,))
        words.append(word)
    return Spelled(words, each)


def _has_blank(signs: Array) -> bool:
    """Say whether a byte is, or may be part of, a blank or a control character."""
    return int(signs.min()) <= _BLANK or int(signs.max()) >= _DELETE
