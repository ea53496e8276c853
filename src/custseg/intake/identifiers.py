"""From texts that identify (customers, orders, products) to dense numbers, fast.

Most of the time that a table of sales takes goes into its text ids. Texts in Arrow's
form go by arithmetic (:mod:`custseg.intake.wordsort`): no hash table, no comparison of
strings. Whole numbers, and columns that came encoded, are told apart as the numbers
that they are; only their vocabulary is put into text order. Long texts (over 64 bytes),
texts with a NUL byte and objects of mixed kind go one by one through a dict.

Ids are compared as text without blanks at either end: ``7``, ``7.0``, ``"7"`` and
``" 7 "`` are one customer; ``"007"`` and ``"7"`` are two, and so are the composed and
the decomposed spelling of an accented letter. Text order is the order of Unicode code
points, which is also that of UTF-8 bytes.
"""

from __future__ import annotations

import math
from decimal import Decimal
from types import NoneType
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.errors import DataError, Problem
from custseg.intake.gathering.numerals import spell_numbers
from custseg.intake.gathering.plain import NotPlain
from custseg.intake.raw import (
    DayNumbers,
    Objects,
    RawColumn,
    TextChunk,
    Texts,
    Values,
    Words,
    is_missing,
)
from custseg.intake.squeezing import Bits
from custseg.intake.textwords import WordArray
from custseg.intake.wordsort import Grouped, group_texts, group_words
from custseg.table import Array
from custseg.vocabulary import texts_of

__all__ = ["Encoded", "encode", "merge", "place_of", "settled", "texts_of"]


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


def encode(column: RawColumn, *, where: str = "") -> Encoded:
    """Encode a column of ids.

    Parameters
    ----------
    column : RawColumn, n_rows long
        Texts, whole numbers, an encoded column, or objects of mixed kind.
    where : str
        Its table and name, for errors.

    Returns
    -------
    Encoded
        Whole numbers become their decimal text; 7.0 becomes "7".

    Raises
    ------
    DataError
        When whole numbers came as floats too large to tell neighbours apart, or an
        item is a list or the like.

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
    if isinstance(column, DayNumbers):
        column = column.to_values()
    if isinstance(column, Texts):
        return _encode_texts(column)
    if isinstance(column, Words):
        return _settle(column.codes, column.words, where)
    if isinstance(column, Values):
        return _encode_values(column, where)
    return _encode_objects(column, where)


def place_of(item: object, words: Array) -> int | None:
    """Return the code of one id in a sorted vocabulary, None where it is not there.

    Examples
    --------
    >>> words = np.array(["7", "a"], dtype=object)
    >>> place_of(7, words), place_of(" a", words), place_of("b", words)
    (0, 1, None)
    """
    text = _as_text(item, "").strip()
    if not text or not len(words):
        return None
    wanted: Any = text
    if words.dtype.kind == "S":
        if not text.isascii() or len(text) > words.dtype.itemsize:
            return None
        wanted = np.array(text.encode("ascii"), dtype=words.dtype)
    at = int(np.searchsorted(words, wanted))
    if at == len(words):
        return None
    found = words[at]
    same = found == (text.encode("ascii") if isinstance(found, bytes) else text)
    return at if same else None


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
    kinds: list[Array] = []  # tables often name the same customers
    kind = [_kind_of(book, kinds) for book in books]
    words, places = _joined(kinds)
    return words, [places[at] for at in kind]


def _kind_of(book: Array, kinds: list[Array]) -> int:
    """Return which of the vocabularies seen so far this one is, perhaps a new one."""
    for at, one in enumerate(kinds):
        if one is book or (one.dtype == book.dtype and np.array_equal(one, book)):
            return at
    kinds.append(book)
    return len(kinds) - 1


def _joined(books: list[Array]) -> tuple[Array, list[NDArray[np.int32]]]:
    """Merge vocabularies of which no two are the same."""
    full = [book for book in books if len(book)]
    if not full:
        return np.empty(0, dtype=object), [np.empty(0, np.int32) for _ in books]
    if len(full) == 1:
        return full[0], [np.arange(len(book), dtype=np.int32) for book in books]
    ends = np.cumsum([len(book) for book in books])[:-1]
    if all(book.dtype.kind == "S" for book in full):
        joined = _as_words(np.concatenate(full))
        merged = settled(group_words(joined, Bits.of(joined)))
        return merged.words, np.split(merged.codes, ends)
    joined = np.concatenate([texts_of(book) for book in full])
    words, at = np.unique(joined, return_inverse=True)
    return words, [place.astype(np.int32) for place in np.split(at, ends)]


def _as_words(book: Array) -> WordArray:
    """Return ASCII bytes as numbers in their order, eight bytes to a word."""
    n_words = -(-book.dtype.itemsize // 8)
    eights = book.astype(f"S{8 * n_words}", copy=False).view(">u8")
    return eights.reshape(-1, n_words).T.astype(np.uint64, order="C")


def _object_array(items: list[Any]) -> Array:
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array


_EXACT = 2.0**53
"""From here on, neighbouring whole numbers are one float."""


def _as_text(item: object, where: str) -> str:
    """Return the text of an id as it was written, "" for a missing one."""
    if type(item) is str:
        return item
    if is_missing(item):
        return ""
    if isinstance(item, bytes):
        return item.decode("utf-8", "replace")
    if isinstance(item, float | np.floating):
        return _float_as_text(float(item), where)
    if isinstance(item, Decimal) and item.is_finite():
        _check_digits(item.adjusted() + 1, where)
        return str(int(item)) if item == int(item) else str(item)
    if isinstance(item, int):
        _check_digits(item.bit_length() * 3 // 10, where)
    return str(item)


def _check_digits(digits: int, where: str) -> None:
    """Refuse whole numbers that nobody can write out."""
    if digits > _MOST_DIGITS:
        raise DataError(
            Problem(
                "an id is a number too long to be one",
                where=where,
                got=f"about {digits:,} digits",
                allowed=f"up to {_MOST_DIGITS:,} digits, or text",
            )
        )


_MOST_DIGITS = 1000


def _float_as_text(item: float, where: str) -> str:
    if not math.isfinite(item):
        return ""
    if abs(item) >= _EXACT:
        raise DataError(
            Problem(
                "ids came as floats too large to be told apart",
                where=where,
                got=repr(item),
                allowed="floats under 2**53, whole numbers, or text",
                hint="read the column as text or as whole numbers (Int64)",
            )
        )
    return str(int(item)) if item.is_integer() else repr(item)


_FEW = 500
"""Words up to which Python has sorted them before arithmetic has begun."""


def _settle(codes: Array, found: Array, where: str = "") -> Encoded:
    """Trim, sort and merge a vocabulary in any order, and renumber its codes."""
    plain = _plain_vocabulary(found.tolist()) if len(found) > _FEW else None
    if plain is not None:
        return _renumbered(codes, plain)
    here = codes >= 0
    uses = np.bincount(codes[here], minlength=len(found))
    written = [_as_text(item, where) for item in found.tolist()]
    bare = [text.strip() for text in written]
    _check_unicode(codes, bare, where)
    words = sorted({text for text, n in zip(bare, uses, strict=True) if text and n})
    place = {text: code for code, text in enumerate(words)}
    renumber = np.array([place.get(text, -1) for text in bare] + [-1], dtype=np.int32)
    odd = [text not in {"", full} for text, full in zip(bare, written, strict=True)]
    trimmed = int(uses[np.array(odd, dtype=np.bool_)].sum())
    return Encoded(
        renumber[np.where(here, codes, len(found))], _object_array(words), trimmed
    )


def _plain_vocabulary(found: list[Any]) -> Encoded | None:
    """Sort a vocabulary of texts with nothing to trim; None for any other."""
    if set(map(type, found)) != {str}:
        return None
    try:
        raw = [text.encode() for text in found]
    except UnicodeEncodeError:
        return None
    data = np.frombuffer(b"".join([*raw, b"."]), dtype=np.uint8)  # never empty
    edges = np.cumsum([0, *map(len, raw)])
    grouped = group_texts(Texts((TextChunk(edges, data),)))
    return settled(grouped) if grouped is not None and grouped.is_plain() else None


def _renumbered(codes: Array, vocabulary: Encoded) -> Encoded:
    """Return rows by a sorted vocabulary, without the words that no row has."""
    place, words = np.append(vocabulary.codes, np.int32(-1)), vocabulary.words
    if len(codes) and int(codes.min()) < 0:
        codes = np.where(codes < 0, np.int64(len(place) - 1), codes)
    used = np.zeros(len(place), dtype=np.bool_)
    used[codes] = True
    kept = np.zeros(len(words) + 1, dtype=np.bool_)
    kept[place[used]] = True
    kept = kept[:-1]  # the last stands for -1
    if not kept.all():
        place = np.append(np.cumsum(kept) - 1, -1).astype(np.int32)[place]
        words = words[kept]
    return Encoded(place[codes], words)


def _check_unicode(codes: Array, texts: list[str], where: str) -> None:
    """Refuse half a character: no file and no other program can hold it."""
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:
        for code, text in enumerate(texts):
            if any("\ud800" <= sign <= "\udfff" for sign in text):
                row = int(np.argmax(codes == code))
                raise DataError(
                    Problem(
                        "a text holds half a character (a lone surrogate)",
                        where=where,
                        got=f"row {row}, counted from 0",
                        hint="read the source again in its true encoding",
                    )
                ) from None


def _encode_values(column: Values, where: str) -> Encoded:
    values, known = column.values, column.known
    if values.dtype.kind in "fM":
        empty = np.isnat(values) if values.dtype.kind == "M" else ~np.isfinite(values)
        known = ~empty if known is None else known & ~empty
    codes = np.full(len(values), -1, dtype=np.int64)
    here = slice(None) if known is None else known
    if values.dtype.kind in "iu" and not column.decimals:
        plain = _whole_numbers(values[here])
        if plain is not None:
            codes[here] = plain.codes
            return Encoded(codes.astype(np.int32), plain.words)
    distinct, codes[here] = np.unique(values[here], return_inverse=True)
    items: list[Any] = distinct.tolist()
    if values.dtype.kind == "M":
        items = np.datetime_as_string(distinct, unit="auto").tolist()
    elif column.decimals:
        items = [Decimal(item).scaleb(-column.decimals) for item in items]
    return _settle(codes, _object_array(items), where)


def _whole_numbers(values: Array) -> Encoded | None:
    """Encode whole numbers by their value; None where one is negative or too long."""
    if not len(values):
        return None
    try:
        numbers = spell_numbers(values).words[0][None]
    except NotPlain:
        return None
    found = group_words(numbers, Bits.of(numbers))
    n_found = found.words.shape[1]
    spelled = np.stack(spell_numbers(found.words[0]).at(np.arange(n_found)))
    named = settled(group_words(spelled, Bits.of(spelled)))
    return Encoded(named.codes[found.codes], named.words)


def _encode_objects(column: Objects, where: str) -> Encoded:
    items = column.values.tolist()
    # Within one kind equal items are one; 7, 7.0 and True are three.
    is_alike = len(set(map(type, items)) - {NoneType}) <= 1
    keys = items if is_alike else [(type(item), item) for item in items]
    try:
        place = {key: code for code, key in enumerate(dict.fromkeys(keys))}
    except TypeError:
        raise _no_id(items, where) from None
    codes = np.fromiter(map(place.__getitem__, keys), np.int64, len(keys))
    found = list(place) if is_alike else [item for _, item in place]
    return _settle(codes, _object_array(found), where)


def _no_id(items: list[Any], where: str) -> DataError:
    """Name the first item that cannot be an id."""
    row, item = next(
        (row, one) for row, one in enumerate(items) if not _is_hashable(one)
    )
    return DataError(
        Problem(
            "an id must be text or a number",
            where=where,
            got=f"a {type(item).__name__} (row {row}, counted from 0)",
        )
    )


def _is_hashable(item: object) -> bool:
    try:
        hash(item)
    except TypeError:
        return False
    return True


def _encode_texts(texts: Texts) -> Encoded:
    grouped = group_texts(texts)
    if grouped is None:
        return _encode_objects(texts.to_objects(), "")
    return settled(grouped)


def settled(grouped: Grouped) -> Encoded:
    """Turn the words of distinct ids into a vocabulary, without blanks at the ends.

    Parameters
    ----------
    grouped : Grouped
    """
    if not grouped.words.size:
        return Encoded(grouped.codes, np.empty(0, dtype=object))
    n_words, n = grouped.words.shape
    flat = np.empty((n, n_words), dtype=">u8")
    for j, word in enumerate(grouped.words):
        flat[:, j] = word
    raw = flat.view(f"S{8 * n_words}").ravel()
    if grouped.is_plain():
        return Encoded(grouped.codes, raw)
    if flat.view(np.uint8).max() >= 0x80:
        decoded = [text.decode("utf-8", "replace") for text in raw.tolist()]
        return _settle(grouped.codes, _object_array(decoded))
    return _settle(grouped.codes, texts_of(raw))
