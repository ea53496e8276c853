"""Equal texts found by arithmetic: each text becomes a number whose order is its own.

Eight bytes at a time, texts are laid into big-endian 64-bit words; numeric order of the
words is byte order of the texts. Neighbouring rows with one text, such as the lines of
an order, are one *run*, and only the first row of each run is looked at any further.
The bits that never vary are squeezed out: ``C0012345`` keeps some 24 of its 64, and the
rest is put back at the end.

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
from collections.abc import Iterator

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.raw import TextChunk, Texts
from custseg.table import Array

__all__ = ["Grouped", "group_texts"]

_BLOCK = 1 << 15
"""Rows worked on at a time: three blocks of words fit into a core's cache."""

_LONGEST = 64
"""Bytes of text beyond which others encode; eight words of memory for each row."""

_TABLE_BITS = 27
"""A table of marks takes a byte for each possible number while it is made: 128 MB."""

_MARKS_FOR_A_ROW = 16
"""A table much longer than the column costs more than the sort."""

_WORD = NDArray[np.uint64]

_LEFT_BYTES = np.array(
    [0] + [(1 << 64) - (1 << (64 - 8 * kept)) for kept in range(1, 9)], dtype=np.uint64
)

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
    words: _WORD

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
    n_heads = len(heads.first)
    bits = sum(mask.bit_count() for mask in heads.varying)
    row_bits = max(1, (n_heads - 1).bit_length())
    if bits <= _TABLE_BITS and 1 << bits <= _MARKS_FOR_A_ROW * n_heads:
        codes, found = _by_table(_keys(heads, np.dtype(np.uint32)), bits)
        words = _spread(found, heads.fixed, heads.varying)
    elif bits + row_bits <= 63:
        key = _keys(heads, np.dtype(np.uint64))
        rows, begins, found = _sorted(key, row_bits)
        codes = _numbered(rows, begins)
        words = _spread(found, heads.fixed, heads.varying)
    else:
        codes, words = _by_mix(heads.words, row_bits)
    codes[heads.blank] = -1
    if n_heads < len(texts):
        codes = np.repeat(codes, np.diff(heads.first, append=len(texts)))
    return Grouped(codes, words)


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
    fixed, varying : list of int
        The bits that all texts share, and those that vary, in each word.
    """

    first: NDArray[np.int64]
    words: _WORD
    blank: NDArray[np.bool_]
    fixed: list[int]
    varying: list[int]


def _heads(texts: Texts) -> _Heads | None:
    """Lay the texts into words and keep the first row of each run."""
    firsts, parts = [np.empty(0, np.int64)], []
    blanks = [np.empty(0, np.bool_)]
    n_words, row, last = 1, 0, np.zeros((1, 0), dtype=np.uint64)
    for chunk in texts.chunks:
        longest = int(np.diff(chunk.offsets).max(initial=0))
        used = chunk.data[int(chunk.offsets[0]) : int(chunk.offsets[-1])]
        if longest > _LONGEST or used.min(initial=255) == 0:
            return None
        n_words = max(n_words, math.ceil(longest / 8))
        for words, blank in _blocks(chunk, n_words):
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
    seen_any = np.bitwise_or.reduce(laid, axis=1)
    seen_all = np.bitwise_and.reduce(laid, axis=1)
    varying = [int(a & ~b) for a, b in zip(seen_any, seen_all, strict=True)]
    return _Heads(np.concatenate(firsts), laid, empty, seen_all.tolist(), varying)


def _widened(words: _WORD, n_words: int) -> _WORD:
    """Return the same texts in more words."""
    return np.pad(words, ((0, n_words - len(words)), (0, 0)))


def _blocks(chunk: TextChunk, n_words: int) -> Iterator[tuple[_WORD, Array]]:
    """Yield the words of some rows at a time, and which of these texts are empty.

    An empty text is all zeros, as no other is.
    """
    eights = _eights(chunk)
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
            _lay_evenly(eights, int(edges[0]), each, words)
        else:
            _lay(eights, edges[:-1], length, words)
        yield words, length == 0


def _lay_evenly(eights: Array, begin: int, each: int, words: _WORD) -> None:
    """Read texts of one length, which lie at even steps: no look-up of each place."""
    n_words, n = words.shape
    for j in range(n_words):
        first = begin + 8 * j
        np.copyto(words[j], eights[first : first + (n - 1) * each + 1 : each])
        words[j].byteswap(inplace=True)
        words[j] &= _LEFT_BYTES[min(max(each - 8 * j, 0), 8)]


def _lay(eights: Array, begin: Array, length: Array, words: _WORD) -> None:
    """Read texts wherever they lie."""
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


def _eights(chunk: TextChunk) -> Array:
    """View the bytes as a word from each byte on."""
    data = chunk.data
    if len(data) < 8:
        data = np.concatenate([data, np.zeros(8 - len(data), dtype=np.uint8)])
    return np.ndarray((len(data) - 7,), "<u8", data, strides=(1,))


def _runs(varying: list[int]) -> Iterator[tuple[int, int, int]]:
    """Yield each run of varying bits: its word, its mask, how far it moves right."""
    above = 0
    for j in range(len(varying) - 1, -1, -1):
        bit = 0
        while bit < 64:
            start = bit
            while bit < 64 and varying[j] >> bit & 1:
                bit += 1
            if bit > start:
                yield j, ((1 << (bit - start)) - 1) << start, start - above
                above += bit - start
            bit += 1


def _shifted(words: Array, right: int) -> Array:
    if right >= 0:
        return words >> np.uint64(right)
    return words << np.uint64(-right)


def _keys(heads: _Heads, dtype: np.dtype[np.unsignedinteger]) -> Array:
    """Squeeze each text to its varying bits."""
    key = np.empty(heads.words.shape[1], dtype=dtype)
    runs = list(_runs(heads.varying))
    for start in range(0, len(key), _BLOCK):
        words = heads.words[:, start : start + _BLOCK]
        squeezed = np.zeros(words.shape[1], dtype=np.uint64)
        for j, mask, right in runs:
            squeezed |= _shifted(words[j] & np.uint64(mask), right)
        key[start : start + len(squeezed)] = squeezed
    return key


def _spread(key: _WORD, fixed: list[int], varying: list[int]) -> _WORD:
    """Put squeezed bits back between those that all texts share."""
    words = np.empty((len(fixed), len(key)), dtype=np.uint64)
    runs = list(_runs(varying))
    for start in range(0, len(key), _BLOCK):
        some = key[start : start + _BLOCK]
        block = words[:, start : start + len(some)]
        block[:] = np.array(fixed, dtype=np.uint64)[:, None]
        for j, mask, right in runs:
            block[j] |= _shifted(some, -right) & np.uint64(mask)
    return words


def _by_table(key: Array, bits: int) -> tuple[NDArray[np.int32], _WORD]:
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


def _sorted(key: _WORD, row_bits: int) -> tuple[Array, Array, _WORD]:
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


def _by_mix(words: _WORD, row_bits: int) -> tuple[NDArray[np.int32], _WORD]:
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


def _mix(words: _WORD) -> _WORD:
    """Mix all words of a text into 64 bits (multiply and shift, two rounds a word)."""
    key = np.zeros(words.shape[1], dtype=np.uint64)
    for word in words:
        key ^= word
        key *= np.uint64(0x9E3779B97F4A7C15)
        key ^= key >> np.uint64(32)
        key *= np.uint64(0xD6E8FEB86659FD93)
        key ^= key >> np.uint64(29)
    return key


def _verified(words: _WORD, rows: Array, begins: Array) -> tuple[Array, Array]:
    """Split the groups whose mixes are equal although their texts are not."""
    clash = _differs(words, rows) & ~begins
    if not clash.any():
        return rows, begins
    group = np.cumsum(begins) - 1
    mixed = np.isin(group, group[clash])
    inside = rows[mixed]
    rows[mixed] = inside[np.lexsort((inside, *words[::-1, inside], group[mixed]))]
    return rows, begins | _differs(words, rows)


def _differs(words: _WORD, rows: Array) -> NDArray[np.bool_]:
    """Say which rows hold another text than the one before."""
    differs = np.zeros(len(rows), dtype=np.bool_)
    for word in words:
        ordered = word[rows]
        differs[1:] |= ordered[1:] != ordered[:-1]
    return differs
