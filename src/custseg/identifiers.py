"""From texts that identify (customers, orders, products) to dense numbers, fast.

Most of the time that a table of sales takes goes into its text ids, so this room is
built for them. Eight bytes at a time, the texts are laid into 64-bit words whose
numeric order is the order of the texts. The bits that never vary are squeezed out:
``C0012345`` keeps 28 of its 64. What is left is packed with the row number into one
64-bit number and sorted in place; equal ids become neighbours in row order, and the
groups come out in text order - no hash table, no comparison of strings.

Where the varying bits do not fit beside the row number, a 64-bit mix of them takes
their place, and neighbours are compared word by word, so that the answer stays exact.
Long texts (over 64 bytes), texts with a NUL byte and objects of mixed kind go through
pandas instead.

Ids are compared as text without blanks at either end: ``7``, ``"7"`` and ``" 7 "`` are
one customer. Text order is the order of Unicode code points, which is also that of
UTF-8 bytes.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.raw import Objects, RawColumn, TextChunk, Texts, Values, Words
from custseg.table import Array

__all__ = ["Encoded", "encode", "merge", "texts_of"]

_BLOCK = 1 << 16
"""Rows worked on at a time: three blocks of words fit into a core's cache."""

_LONGEST = 64
"""Bytes of text beyond which pandas encodes; eight words of memory for each row."""

_LEFT_BYTES = np.array(
    [0] + [(1 << 64) - (1 << (64 - 8 * kept)) for kept in range(1, 9)], dtype=np.uint64
)


@frozen(eq=False)
class Encoded:
    """A column of ids as dense codes.

    Parameters
    ----------
    codes : int32 array, shape (n_rows,)
        Positions in ``words``; -1 where the id is missing or empty.
    words : object array of str, or bytes array (dtype S) of ASCII texts
        The distinct ids in text order. Millions of short ids stay bytes, eight to a
        word, until somebody wants to read them: see :func:`texts_of`.
    trimmed : int
        How many rows had blanks at either end of the id.
    """

    codes: NDArray[np.int32]
    words: Array
    trimmed: int = 0

    def texts(self) -> Array:
        """Return the distinct ids as an object array of str."""
        return texts_of(self.words)


def encode(column: RawColumn) -> Encoded:
    """Encode a column of ids.

    Parameters
    ----------
    column : RawColumn, n_rows long
        Texts, whole numbers, an encoded column, or objects of mixed kind.

    Returns
    -------
    Encoded
        Whole numbers become their decimal text; 7.0 becomes "7".

    Notes
    -----
    Linear but for one in-place sort of 64-bit integers. The codes do not depend on the
    order of the rows.

    Examples
    --------
    >>> done = encode(Objects(np.array(["b", None, " a", 7], dtype=object)))
    >>> done.codes.tolist(), done.words.tolist(), done.trimmed
    ([2, -1, 1, 0], ['7', 'a', 'b'], 1)
    """
    if isinstance(column, Texts):
        return _encode_texts(column)
    if isinstance(column, Words):
        return _settle(column.codes, column.words)
    if isinstance(column, Values):
        return _encode_values(column)
    return _encode_objects(column.values)


def texts_of(words: Array) -> Array:
    """Return a vocabulary as an object array of str.

    Examples
    --------
    >>> texts_of(np.array([b"a", b"b"])).tolist()
    ['a', 'b']
    """
    if words.dtype.kind != "S":
        return words
    return words.astype(f"U{max(1, words.dtype.itemsize)}").astype(object)


def merge(books: list[Array]) -> tuple[Array, list[NDArray[np.int32]]]:
    """Merge sorted vocabularies into one, and say where each word went.

    Parameters
    ----------
    books : list of arrays of str or ASCII bytes
        Vocabularies, each in text order without repeats.

    Returns
    -------
    words : array of str or ASCII bytes
        The union in text order.
    places : list of int32 arrays
        For each book, the new code of each of its words.

    Examples
    --------
    >>> words, places = merge([np.array(["a", "c"], object), np.array(["b"], object)])
    >>> words.tolist(), [place.tolist() for place in places]
    (['a', 'b', 'c'], [[0, 2], [1]])
    """
    full = [book for book in books if len(book)]
    if not full:
        return np.empty(0, dtype=object), [np.empty(0, np.int32) for _ in books]
    if len(full) == 1:
        words = full[0]
        return words, [np.arange(len(book), dtype=np.int32) for book in books]
    if not all(book.dtype.kind == "S" for book in full):
        books = [texts_of(book) for book in books]
    joined = np.concatenate([book for book in books if len(book)])
    words, at = np.unique(joined, return_inverse=True)
    ends = np.cumsum([len(book) for book in books])[:-1]
    return words, [place.astype(np.int32) for place in np.split(at, ends)]


def _object_array(items: list[Any]) -> Array:
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array


def _as_text(item: object) -> str:
    """Return the text of an id as it was written, "" for a missing one."""
    if item is None or item != item:  # noqa: PLR0124 - NaN and NaT differ from themselves
        return ""
    if isinstance(item, float | np.floating) and float(item).is_integer():
        return str(int(item))
    text = str(item)
    return "" if text == "<NA>" else text


def _settle(codes: Array, found: Array) -> Encoded:
    """Trim, sort and merge a vocabulary in any order, and renumber its codes."""
    here = codes >= 0
    uses = np.bincount(codes[here], minlength=len(found))
    written = [_as_text(item) for item in found.tolist()]
    bare = [text.strip() for text in written]
    words = sorted({text for text, n in zip(bare, uses, strict=True) if text and n})
    place = {text: code for code, text in enumerate(words)}
    renumber = np.array([place.get(text, -1) for text in bare] + [-1], dtype=np.int32)
    odd = [text != "" and text != full for text, full in zip(bare, written, strict=True)]
    trimmed = int(uses[np.array(odd, dtype=np.bool_)].sum())
    return Encoded(
        renumber[np.where(here, codes, len(found))], _object_array(words), trimmed
    )


def _encode_values(column: Values) -> Encoded:
    values, known = column.values, column.known
    if values.dtype.kind == "f":
        finite = np.isfinite(values)
        known = finite if known is None else known & finite
    codes = np.full(len(values), -1, dtype=np.int64)
    here = slice(None) if known is None else known
    distinct, codes[here] = np.unique(values[here], return_inverse=True)
    return _settle(codes, _object_array(distinct.tolist()))


def _encode_objects(values: Array) -> Encoded:
    place: dict[tuple[type, object], int] = {}
    codes = np.empty(len(values), dtype=np.int64)
    found: list[object] = []
    for row, item in enumerate(values.tolist()):
        key = (type(item), item)
        code = place.setdefault(key, len(found))
        if code == len(found):
            found.append(item)
        codes[row] = code
    return _settle(codes, _object_array(found))


def _encode_texts(texts: Texts) -> Encoded:
    lengths = [np.diff(chunk.offsets) for chunk in texts.chunks]
    longest = max((int(length.max(initial=0)) for length in lengths), default=0)
    used = [c.data[int(c.offsets[0]) : int(c.offsets[-1])] for c in texts.chunks]
    plain = longest <= _LONGEST and all(data.all() for data in used)
    if not plain or longest == 0:
        return _encode_with_pandas(texts.to_objects().values)
    ascii_only = all(int(data.max(initial=0)) < 0x80 for data in used)
    n_words = math.ceil(longest / 8)
    words = np.empty((n_words, len(texts)), dtype=np.uint64)
    varying = _load(texts, lengths, words)
    row_bits = max(1, (len(texts) - 1).bit_length())
    key_bits = sum(bits.bit_count() for bits in varying)
    exact = key_bits + row_bits <= 63
    key = _squeeze(words, varying) if exact else _mix(words) >> np.uint64(row_bits + 1)
    packed = key.view(np.int64)
    packed <<= row_bits
    packed |= np.arange(len(packed), dtype=np.int64)
    packed.sort()
    rows = (packed & ((1 << row_bits) - 1)).astype(np.int32)
    packed >>= row_bits
    begins = np.empty(len(rows), dtype=np.bool_)
    begins[0] = True
    np.not_equal(packed[1:], packed[:-1], out=begins[1:])
    del packed, key
    if not exact:
        rows, begins = _verify(words, rows, begins)
    group = np.cumsum(begins, dtype=np.int32)
    group -= 1
    codes = np.empty(len(rows), dtype=np.int32)
    heads = words[:, rows[begins]]
    if not exact:
        order = np.lexsort(heads[::-1])
        rank = np.empty(len(order), dtype=np.int32)
        rank[order] = np.arange(len(order), dtype=np.int32)
        group = rank[group]
        heads = heads[:, order]
    codes[rows] = group
    return _decode(codes, heads, ascii_only=ascii_only)


def _load(texts: Texts, lengths: list[Array], words: NDArray[np.uint64]) -> list[int]:
    """Lay the texts into big-endian words; return the bits that vary in each."""
    seen_any = np.zeros(len(words), dtype=np.uint64)
    seen_all = np.full(len(words), np.iinfo(np.uint64).max, dtype=np.uint64)
    row = 0
    for chunk, length in zip(texts.chunks, lengths, strict=True):
        data = chunk.data
        if len(data) < 8:
            data = np.concatenate([data, np.zeros(8 - len(data), dtype=np.uint8)])
        eights = np.ndarray((len(data) - 7,), "<u8", data, strides=(1,))
        last = len(eights) - 1
        if chunk.known is not None:
            length = np.where(chunk.known, length, 0)
        for start in range(0, len(chunk), _BLOCK):
            stop = min(start + _BLOCK, len(chunk))
            begin = chunk.offsets[start:stop]
            for j in range(len(words)):
                left = length[start:stop] - 8 * j
                at = begin + 8 * j if j else begin
                if int(at[-1]) > last:
                    word = _near_the_end(eights, at, last)
                else:
                    word = eights[at].byteswap()
                word &= _LEFT_BYTES[np.clip(left, 0, 8)]
                words[j, row + start : row + stop] = word
                seen_any[j] |= np.bitwise_or.reduce(word)
                seen_all[j] &= np.bitwise_and.reduce(word)
        row += len(chunk)
    return [int(a & ~b) for a, b in zip(seen_any, seen_all, strict=True)]


def _near_the_end(eights: Array, at: Array, last: int) -> NDArray[np.uint64]:
    """Read words of which some would run past the end of the bytes."""
    over = np.clip(at - last, 0, 7).astype(np.uint64)
    word: NDArray[np.uint64] = eights[np.minimum(at, last)].byteswap()
    return word << (over * np.uint64(8))


def _squeeze(words: NDArray[np.uint64], varying: list[int]) -> NDArray[np.uint64]:
    """Keep the varying bits only, in their order; at most 64 of them in all."""
    key = np.zeros(words.shape[1], dtype=np.uint64)
    runs: list[tuple[int, int, int]] = []
    above = 0
    for j in range(len(words) - 1, -1, -1):
        bit = 0
        while bit < 64:
            if not varying[j] >> bit & 1:
                bit += 1
                continue
            start = bit
            while bit < 64 and varying[j] >> bit & 1:
                bit += 1
            runs.append((j, ((1 << (bit - start)) - 1) << start, start - above))
            above += bit - start
    for start in range(0, len(key), _BLOCK):
        block = slice(start, start + _BLOCK)
        into = key[block]
        for j, mask, shift in runs:
            part = words[j, block] & np.uint64(mask)
            if shift >= 0:
                part >>= np.uint64(shift)
            else:
                part <<= np.uint64(-shift)
            into |= part
    return key


def _mix(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Mix all words of a text into 64 bits (multiply and shift, two rounds a word)."""
    key = np.zeros(words.shape[1], dtype=np.uint64)
    for start in range(0, len(key), _BLOCK):
        block = slice(start, start + _BLOCK)
        into = key[block]
        for word in words[:, block]:
            into ^= word
            into *= np.uint64(0x9E3779B97F4A7C15)
            into ^= into >> np.uint64(32)
            into *= np.uint64(0xD6E8FEB86659FD93)
            into ^= into >> np.uint64(29)
    return key


def _verify(
    words: NDArray[np.uint64], rows: NDArray[np.int32], begins: NDArray[np.bool_]
) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Split the groups whose mixes are equal although their texts are not."""
    differs = np.zeros(len(rows), dtype=np.bool_)
    for word in words:
        sorted_word = word[rows]
        differs[1:] |= sorted_word[1:] != sorted_word[:-1]
    clash = differs & ~begins
    if not clash.any():
        return rows, begins
    group = np.cumsum(begins) - 1
    mixed = np.isin(group, group[clash])
    inside = rows[mixed]
    order = np.lexsort((inside, *words[::-1, inside], group[mixed]))
    rows[mixed] = inside[order]
    differs[:] = False
    for word in words:
        sorted_word = word[rows]
        differs[1:] |= sorted_word[1:] != sorted_word[:-1]
    return rows, begins | differs


def _decode(
    codes: NDArray[np.int32], heads: NDArray[np.uint64], *, ascii_only: bool
) -> Encoded:
    """Turn the words of the distinct ids into texts; take out empty, trim blanks."""
    flat = np.ascontiguousarray(heads.T).astype(">u8")
    raw = flat.view(f"S{8 * len(heads)}").ravel()
    if not ascii_only:
        decoded = [text.decode("utf-8", "replace") for text in raw.tolist()]
        return _settle(codes, _object_array(decoded))
    first = (heads[0] >> np.uint64(56)).astype(np.uint8)
    as_bytes = flat.view(np.uint8).reshape(len(raw), -1)
    ends = as_bytes[np.arange(len(raw)), np.maximum(np.char.str_len(raw) - 1, 0)]
    if first.min() > 0x20 and ends.min() > 0x20:
        return Encoded(codes, raw)
    return _settle(codes, texts_of(raw))


def _encode_with_pandas(values: Array) -> Encoded:
    import pandas as pd  # noqa: PLC0415 - heavy, and needed on this path only

    codes, found = pd.factorize(values)
    return _settle(codes, _object_array(list(found)))
