"""Equal texts found by arithmetic: each text becomes a number whose order is its own.

Texts are laid into words (:mod:`custseg.intake.textwords`). Neighbouring rows with one
text, such as the lines of an order, are one *run*, and only the first row of each run
is looked at any further. The bits that never vary are squeezed out and put back at the
end (:mod:`custseg.intake.squeezing`).

Three ways lead from there to dense codes in text order, the first that fits is taken.
Few bits: a table with a place for each possible number marks those that occur, and the
code of a text is the count of marks before its own. More bits: number and row are
packed into one 64-bit integer and sorted in place, so that equals become neighbours.
Too many bits for that: a 64-bit mix takes the number's place, and neighbours are
compared word by word, so that the answer stays exact.

Limits: texts of up to 64 bytes without NUL bytes, and up to 2**31 - 1 rows.
"""

from __future__ import annotations

import math

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.intake.raw import Texts
from custseg.intake.squeezing import Bits
from custseg.intake.textwords import LONGEST, WordArray, blocks_of_words
from custseg.table import Array

__all__ = ["Grouped", "group_texts", "group_words"]

_BLOCK = 1 << 15
"""Rows worked on at a time: three blocks of words fit into a core's cache."""

_TABLE_BITS = 27
"""A table of marks takes a byte for each possible number while it is made: 128 MB."""

_MARKS_FOR_A_ROW = 16
"""A table much longer than the column costs more than the sort."""

_ONES_BELOW = np.array(
    [(byte & ((1 << bit) - 1)).bit_count() for byte in range(256) for bit in range(8)],
    dtype=np.int32,
)
"""How many of a byte's lowest bits are set, for each byte and number of bits."""


@frozen(eq=False)
class Grouped:
    """Texts as dense codes.

    Parameters
    ----------
    codes : int32 array, shape (n_rows,)
        Positions among the distinct texts; -1 where a text is missing or empty.
    words : uint64 array, shape (n_words, n_distinct)
        The distinct texts in text order, eight bytes to a word, NUL at the end.
    """

    codes: NDArray[np.int32]
    words: WordArray

    def is_plain(self) -> bool:
        """Say whether all texts are ASCII without blanks or control characters.

        The bits that all words have, and those that any has, tell for most columns; a
        look at every byte tells for the rest.
        """
        high, blank = 0x8080808080808080, 0x2020202020202020
        for word in self.words:
            some = int(np.bitwise_or.reduce(word))
            every = int(np.bitwise_and.reduce(word))
            # A byte with 0x40, or with 0x20 and 0x10, is over the blank, 0x20.
            sure = (every << 1 | (every << 2 & every << 3)) & high
            if some & high:
                return False
            if sure != high:
                as_bytes = np.ascontiguousarray(word).view(np.uint8)
                if ((as_bytes - np.uint8(1)) < np.uint8(blank & 0xFF)).any():
                    return False
        return True


def group_texts(texts: Texts) -> Grouped | None:
    """Find equal texts and number them in text order.

    Parameters
    ----------
    texts : Texts
        Walked through once.

    Returns
    -------
    Grouped or None
        None where a text is too long or holds a NUL byte.

    Examples
    --------
    >>> from custseg.intake.raw import TextChunk
    >>> data = np.frombuffer(b"baab", dtype=np.uint8)
    >>> grouped = group_texts(Texts((TextChunk(np.array([0, 1, 1, 2, 4]), data),)))
    >>> grouped.codes.tolist(), [hex(word >> 48) for word in grouped.words[0].tolist()]
    ([2, -1, 0, 1], ['0x6100', '0x6162', '0x6200'])
    """
    heads = _heads(texts)
    if heads is None:
        return None
    if heads.blank.all():
        codes = np.full(len(texts), -1, dtype=np.int32)
        return Grouped(codes, np.empty((0, 0), dtype=np.uint64))
    grouped = group_words(heads.words, Bits.of(heads.words))
    codes = grouped.codes
    codes[heads.blank] = -1
    if len(codes) < len(texts):
        codes = np.repeat(codes, np.diff(heads.first, append=len(texts)))
    return Grouped(codes, grouped.words)


def group_words(words: WordArray, bits: Bits) -> Grouped:
    """Find equal texts among words and number them in text order.

    Parameters
    ----------
    words : uint64 array, shape (n_words, n_rows)
        At least one row.
    bits : Bits
        Of these words.

    Examples
    --------
    >>> words = np.array([[3, 1, 3]], dtype=np.uint64)
    >>> group_words(words, Bits.of(words)).codes.tolist()
    [1, 0, 1]
    """
    n = words.shape[1]
    row_bits = max(1, (n - 1).bit_length())
    n_bits = bits.n_varying
    if n_bits + row_bits <= 63:
        by_table = n_bits <= _TABLE_BITS and 1 << n_bits <= _MARKS_FOR_A_ROW * n
        key = bits.squeeze(words, np.uint32 if by_table else np.uint64)
        if (key[1:] > key[:-1]).all():
            return Grouped(np.arange(n, dtype=np.int32), words)
        if by_table:
            codes, found = _by_table(key, n_bits)
            return Grouped(codes, bits.spread(found))
        rows, begins, found = _sorted(key, row_bits)
        return Grouped(_numbered(rows, begins), bits.spread(found))
    return Grouped(*_by_mix(words, row_bits))


@frozen(eq=False)
class _Heads:
    """The first row of each run of equal texts.

    Parameters
    ----------
    first : int64 array, shape (n_heads,)
        Rows.
    words : uint64 array, shape (n_words, n_heads)
        An empty text has the words of another one, so that it adds none.
    blank : bool array, shape (n_heads,)
        The empty texts.
    """

    first: NDArray[np.int64]
    words: WordArray
    blank: NDArray[np.bool_]


def _heads(texts: Texts) -> _Heads | None:
    """Lay the texts into words and keep the first row of each run."""
    firsts, parts = [np.empty(0, np.int64)], []
    blanks = [np.empty(0, np.bool_)]
    n_words, row, last = 1, 0, np.zeros((1, 0), dtype=np.uint64)
    for chunk in texts.chunks:
        longest = int(np.diff(chunk.offsets).max(initial=0))
        used = chunk.data[int(chunk.offsets[0]) : int(chunk.offsets[-1])]
        if longest > LONGEST or used.min(initial=255) == 0:
            return None
        n_words = max(n_words, math.ceil(longest / 8))
        for words, blank in blocks_of_words(chunk, n_words):
            before = _widened(last, n_words)
            begins = np.ones(words.shape[1], dtype=np.bool_)
            begins[1:] = words[0, 1:] != words[0, :-1]
            for word in words[1:]:
                begins[1:] |= word[1:] != word[:-1]
            if before.shape[1]:
                begins[0] = (before != words[:, :1]).any()
            last = words[:, -1:].copy()
            first = np.flatnonzero(begins)
            parts.append(words[:, first])
            blanks.append(blank[first])
            firsts.append(first + row)
            row += words.shape[1]
    empty = np.concatenate(blanks)
    laid = np.zeros((n_words, len(empty)), dtype=np.uint64)
    at = 0
    for part in parts:
        laid[: len(part), at : at + part.shape[1]] = part
        at += part.shape[1]
    del parts
    if empty.any() and not empty.all():
        laid[:, empty] = laid[:, np.flatnonzero(~empty)[:1]]
    return _Heads(np.concatenate(firsts), laid, empty)


def _widened(words: WordArray, n_words: int) -> WordArray:
    """Return the same texts in more words."""
    return np.pad(words, ((0, n_words - len(words)), (0, 0)))


def _by_table(key: Array, bits: int) -> tuple[NDArray[np.int32], WordArray]:
    """Give each small key the count of marks before it."""
    size = max(8, 1 << bits)
    marks = np.zeros(size, dtype=np.bool_)
    for start in range(0, len(key), _BLOCK):
        marks[key[start : start + _BLOCK]] = True
    found = np.flatnonzero(marks).astype(np.uint64)
    packed = np.packbits(marks, bitorder="little")
    del marks
    before = np.zeros(len(packed), dtype=np.int32)
    ones = _ONES_BELOW[7::8] + (np.arange(256) >> 7).astype(np.int32)
    np.cumsum(ones[packed[:-1]], dtype=np.int32, out=before[1:])
    codes = np.empty(len(key), dtype=np.int32)
    for start in range(0, len(key), _BLOCK):
        some = key[start : start + _BLOCK]
        byte = (some >> np.uint32(3)).astype(np.intp)
        below = packed[byte].astype(np.intp) << 3 | (some & np.uint32(7))
        np.add(before[byte], _ONES_BELOW[below], out=codes[start : start + _BLOCK])
    return codes, found


def _sorted(key: WordArray, row_bits: int) -> tuple[Array, Array, WordArray]:
    """Sort keys with their rows: rows in order, where groups begin, distinct keys."""
    packed = key.view(np.int64)
    packed <<= row_bits
    packed |= np.arange(len(packed), dtype=np.int64)
    packed.sort()
    rows = (packed & ((1 << row_bits) - 1)).astype(np.int32)
    packed >>= row_bits
    begins = np.empty(len(rows), dtype=np.bool_)
    begins[0] = True
    np.not_equal(packed[1:], packed[:-1], out=begins[1:])
    return rows, begins, packed[begins].view(np.uint64)


def _numbered(rows: Array, begins: Array) -> NDArray[np.int32]:
    group = np.cumsum(begins, dtype=np.int32)
    group -= 1
    codes = np.empty(len(rows), dtype=np.int32)
    codes[rows] = group
    return codes


def _by_mix(words: WordArray, row_bits: int) -> tuple[NDArray[np.int32], WordArray]:
    """Group long or varied texts by a mix, then order the distinct ones."""
    key = np.empty(words.shape[1], dtype=np.uint64)
    for start in range(0, len(key), _BLOCK):
        block = slice(start, start + _BLOCK)
        key[block] = _mix(words[:, block]) >> np.uint64(row_bits + 1)
    rows, begins, _ = _sorted(key, row_bits)
    del key
    rows, begins = _verified(words, rows, begins)
    heads = words[:, rows[begins]]
    order = np.lexsort(heads[::-1])
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    return rank[_numbered(rows, begins)], heads[:, order]


def _mix(words: WordArray) -> WordArray:
    """Mix all words of a text into 64 bits (multiply and shift, two rounds a word)."""
    key = np.zeros(words.shape[1], dtype=np.uint64)
    for word in words:
        key ^= word
        key *= np.uint64(0x9E3779B97F4A7C15)
        key ^= key >> np.uint64(32)
        key *= np.uint64(0xD6E8FEB86659FD93)
        key ^= key >> np.uint64(29)
    return key


def _verified(words: WordArray, rows: Array, begins: Array) -> tuple[Array, Array]:
    """Split the groups whose mixes are equal although their texts are not."""
    clash = _differs(words, rows) & ~begins
    if not clash.any():
        return rows, begins
    group = np.cumsum(begins) - 1
    mixed = np.isin(group, group[clash])
    inside = rows[mixed]
    rows[mixed] = inside[np.lexsort((inside, *words[::-1, inside], group[mixed]))]
    return rows, begins | _differs(words, rows)


def _differs(words: WordArray, rows: Array) -> NDArray[np.bool_]:
    """Say which rows hold another text than the one before."""
    differs = np.zeros(len(rows), dtype=np.bool_)
    for word in words:
        ordered = word[rows]
        differs[1:] |= ordered[1:] != ordered[:-1]
    return differs
