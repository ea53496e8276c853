"""Columns of arrow, their buffers borrowed as they lie wherever that can be.

Numbers, days and moments are read straight from memory; texts are handed on as offsets
and bytes, and what has no such form (durations, lists) as Python objects.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from custseg.intake.raw import (
    DayNumbers,
    Objects,
    RawColumn,
    TextChunk,
    Texts,
    Values,
    Words,
)
from custseg.table import Array

__all__ = ["from_arrow_column"]


def from_arrow_column(column: Any) -> RawColumn:
    """Borrow one pyarrow array or chunked array.

    Examples
    --------
    >>> import pytest; pa = pytest.importorskip("pyarrow")
    >>> from_arrow_column(pa.array([1, None])).known.tolist()
    [True, False]
    """
    import pyarrow as pa  # noqa: PLC0415 - present, or there were no arrow column

    chunks = column.chunks if hasattr(column, "chunks") else [column]
    kind = column.type
    types = pa.types
    if types.is_dictionary(kind):
        return _dictionary(chunks)
    if types.is_string(kind) or types.is_large_string(kind) or _is_view(types, kind):
        if _is_view(types, kind):
            chunks = [_without_views(chunk) for chunk in chunks]
        return Texts(tuple(_text_chunk(chunk, types) for chunk in chunks))
    if types.is_decimal128(kind):
        return _fixed_point(chunks, kind.scale)
    if types.is_date(kind) or types.is_timestamp(kind) or types.is_primitive(kind):
        return _values(chunks, kind)
    return Objects.of(column.to_pylist())


def _dictionary(chunks: list[Any]) -> Words:
    """Borrow codes; the vocabularies of the chunks are laid end to end."""
    codes: list[Array] = []
    words: list[Any] = []
    first, before = 0, None
    for chunk in chunks:
        own, valid = _primitive(chunk.indices), _valid(chunk.indices)
        if valid is not None:
            own = np.where(valid, own.astype(np.int64), -1)
        if before is None or not chunk.dictionary.equals(before):
            first, before = len(words), chunk.dictionary
            words += _listed(before)
        if first or chunk.null_count or own.dtype != np.int32:
            own = np.where(own < 0, -1, own.astype(np.int64) + first)
        codes.append(own)
    return Words(_joined(codes, np.int64), Objects.of(words).values)


def _listed(words: Any) -> list[Any]:
    import pyarrow as pa  # noqa: PLC0415

    try:
        listed: list[Any] = words.to_pylist()
    except UnicodeDecodeError:
        raw = words.cast(pa.large_binary()).to_pylist()
        return [one if one is None else one.decode("utf-8", "replace") for one in raw]
    return listed


def _is_view(types: Any, kind: Any) -> bool:
    return hasattr(types, "is_string_view") and types.is_string_view(kind)


def _without_views(chunk: Any) -> Any:
    import pyarrow as pa  # noqa: PLC0415

    try:
        return chunk.cast(pa.large_string())
    except pa.ArrowNotImplementedError:  # of pyarrow 17
        return pa.array(chunk.to_pylist(), pa.large_string())


def _text_chunk(chunk: Any, types: Any) -> TextChunk:
    wide = types.is_large_string(chunk.type)
    _, offsets, data = chunk.buffers()
    dtype = np.dtype(np.int64 if wide else np.int32)
    if offsets is None or not len(chunk):
        return TextChunk(np.zeros(1, dtype), np.empty(0, np.uint8))
    where = np.frombuffer(
        offsets, dtype, len(chunk) + 1, offset=chunk.offset * dtype.itemsize
    )
    none = data is None or data.size == 0
    bytes_ = np.empty(0, np.uint8) if none else np.frombuffer(data, np.uint8)
    return TextChunk(where, bytes_, _valid(chunk))


def _fixed_point(chunks: list[Any], scale: int) -> RawColumn:
    """Take 128-bit decimals whose unscaled value fits 64 bits; else go by objects."""
    units, known = [np.empty(0, np.int64)], [np.empty(0, np.bool_)]
    for chunk in chunks:
        if not len(chunk):
            continue
        halves = np.frombuffer(chunk.buffers()[1], np.int64)
        start = 2 * chunk.offset
        halves = halves[start : start + 2 * len(chunk)].reshape(-1, 2)
        valid = _valid(chunk)
        if valid is None:
            valid = np.ones(len(chunk), dtype=np.bool_)
        if np.any((halves[:, 1] != halves[:, 0] >> 63) & valid):
            return Objects.of([item for part in chunks for item in part.to_pylist()])
        units.append(halves[:, 0])
        known.append(valid)
    mask = np.concatenate(known)
    return Values(np.concatenate(units), None if mask.all() else mask, decimals=scale)


def _values(chunks: list[Any], kind: Any) -> RawColumn:
    if _dtype_of(kind) is None:  # durations, times of day
        return Objects.of([item for chunk in chunks for item in chunk.to_pylist()])
    parts, known = [], []
    for chunk in chunks:
        part, valid = _primitive(chunk), _valid(chunk)
        if valid is not None:
            part = np.where(valid, part, part.dtype.type(0))
        parts.append(part)
        known.append(valid)
    joined = _joined(parts, np.int64)
    mask = None
    if any(one is not None for one in known):
        masks = [
            np.ones(len(part), dtype=np.bool_) if one is None else one
            for part, one in zip(parts, known, strict=True)
        ]
        mask = _joined(masks, np.bool_)
    unit = _unit(kind)
    if unit == "D":
        return DayNumbers(joined.astype(np.int32, copy=False), mask)
    if unit:
        joined = joined.astype(np.int64, copy=False).view(f"datetime64[{unit}]")
    return Values(joined, mask, getattr(kind, "tz", None) is not None)


def _unit(kind: Any) -> str:
    """Return the unit of days or moments, and nothing for other kinds."""
    named = str(kind)
    if named.startswith("date"):
        return "D" if kind.bit_width == 32 else "ms"
    return str(kind.unit) if named.startswith("timestamp") else ""


_NAMED_OTHERWISE = {
    "halffloat": "float16",
    "float": "float32",
    "double": "float64",
    "date32[day]": "int32",
    "date64[ms]": "int64",
}
"""What arrow calls them, and the numbers of numpy that lie in memory."""


def _dtype_of(kind: Any) -> np.dtype[Any] | None:
    """Return the numbers that lie in memory; None where they are to be unpacked."""
    named = str(kind)
    if named.startswith("timestamp"):
        return np.dtype(np.int64)
    if named.startswith(("duration", "time", "month")):
        return None
    return np.dtype(_NAMED_OTHERWISE.get(named, named))


def _primitive(array: Any) -> Array:
    """Borrow the numbers of an array; under a null there may be any.

    pyarrow's own ``to_numpy`` loads pandas, which takes longer than a small file.
    """
    dtype = _dtype_of(array.type)
    _, data = array.buffers()
    if data is None or not len(array):
        return np.empty(0, dtype=dtype)
    if dtype == np.bool_:
        return _bits(data, array)
    where = array.offset * dtype.itemsize if dtype else 0
    return np.frombuffer(data, dtype, len(array), offset=where)


def _valid(array: Any) -> NDArray[np.bool_] | None:
    """Say which rows are there; None where all are."""
    return _bits(array.buffers()[0], array) if array.null_count else None


def _bits(packed: Any, array: Any) -> NDArray[np.bool_]:
    """Unpack one bit for each row, the first of each byte last."""
    stop = array.offset + len(array)
    bits = np.unpackbits(
        np.frombuffer(packed, np.uint8, (stop + 7) // 8), count=stop, bitorder="little"
    )
    return bits[array.offset :].view(np.bool_)


def _joined(parts: list[Array], dtype: Any) -> Array:
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.empty(0, dtype=dtype)
