"""Tables of pandas, pyarrow, polars and plain mappings, brought to the ledger's door.

Names are passed on and nothing is decided here. pandas frames and mappings of arrays
need nothing more; every other frame that speaks the Arrow stream protocol (polars,
DuckDB, narwhals, ...) comes in through pyarrow, its buffers borrowed where they can be.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from custseg.errors import DataError, MissingDependency, Problem
from custseg.intake.raw import (
    DayNumbers,
    Objects,
    RawColumn,
    RawTable,
    Stretch,
    TextChunk,
    Texts,
    Values,
    Words,
)
from custseg.table import Array

__all__ = ["from_arrow_column", "raw_table"]


def raw_table(frame: object, *, where: str) -> RawTable:
    """Open a frame of any kind.

    Parameters
    ----------
    frame : object
        A pandas or polars frame, a pyarrow table, anything with the Arrow stream
        protocol, or a mapping of names to arrays or lists of one length.
    where : str
        What the table is for, to name it in errors.

    Raises
    ------
    DataError
        When it is no table, or its columns differ in length.
    MissingDependency
        When pyarrow is needed and is not installed.

    Examples
    --------
    >>> table = raw_table({"customer_id": ["a", "b"], "amount": [1.0, 2.0]}, where="x")
    >>> table.names, table.n_rows, table.read("amount").values.tolist()
    (('customer_id', 'amount'), 2, [1.0, 2.0])
    """
    if isinstance(frame, RawTable):
        return frame
    if isinstance(frame, Mapping):
        return _from_mapping(frame, where)
    if hasattr(frame, "collect") and hasattr(frame, "lazy"):  # a lazy polars frame
        frame = frame.collect()
    if hasattr(frame, "columns") and hasattr(frame, "iloc"):
        return _from_pandas(frame, where)
    if hasattr(frame, "__arrow_c_stream__") or hasattr(frame, "__arrow_c_array__"):
        return _from_arrow(frame, where)
    raise _no_table(frame, where)


def _no_table(frame: object, where: str) -> DataError:
    return DataError(
        Problem(
            "this is no table",
            where=where,
            got=f"an object of type {type(frame).__name__}",
            allowed="a pandas or polars frame, a pyarrow table, or a mapping of names "
            "to arrays",
            hint="for a file use Ledger.from_files, for records Ledger.from_records",
        )
    )


def _from_mapping(frame: Mapping[Any, Any], where: str) -> RawTable:
    odd = [
        f"{name} (a {type(column).__name__})"
        for name, column in frame.items()
        if not _is_column(column)
    ]
    if odd:
        raise DataError(
            Problem(
                "a column must be a list or an array of one dimension",
                where=where,
                got=", ".join(odd),
            )
        )
    lengths = {name: len(column) for name, column in frame.items()}
    if len(set(lengths.values())) > 1:
        said = ", ".join(f"{name} has {n}" for name, n in lengths.items())
        raise DataError(Problem("the columns differ in length", where=where, got=said))
    names = tuple(map(str, frame))
    columns = list(frame.values())

    def read(name: str) -> RawColumn:
        return _from_array(columns[names.index(name)])

    return RawTable(names, next(iter(lengths.values()), 0), read)


def _is_column(column: Any) -> bool:
    if isinstance(column, str | bytes | Mapping | set | frozenset):
        return False
    return (
        hasattr(column, "__len__")
        and hasattr(column, "__iter__")
        and getattr(column, "ndim", 1) == 1
    )


def _from_array(column: Any) -> RawColumn:
    if hasattr(column, "to_series"):  # an index of pandas
        column = column.to_series()
    if hasattr(column, "dtype") and hasattr(column, "array"):
        return _from_series(column)
    if hasattr(column, "type") and hasattr(column, "to_pylist"):
        return from_arrow_column(column)
    if isinstance(column, np.ndarray) and column.dtype.kind in "iufbM":
        known = None
        if isinstance(column, np.ma.MaskedArray):
            known = ~np.ma.getmaskarray(column)
            column = column.filled(np.zeros(1, column.dtype)[0])
        return Values(_native(column), known)
    return _objects(column.tolist() if isinstance(column, np.ndarray) else list(column))


def _objects(items: list[Any]) -> Objects:
    values = np.empty(len(items), dtype=object)
    values[:] = items
    return Objects(values)


def _native(values: Array) -> Array:
    """Return numbers in the byte order of this machine."""
    return values.astype(values.dtype.newbyteorder("="), copy=False)


def _from_pandas(frame: Any, where: str) -> RawTable:
    if getattr(frame.columns, "nlevels", 1) > 1:
        raise DataError(
            Problem(
                "the columns have names of several levels",
                where=where,
                got=", ".join(map(str, frame.columns[:5])),
                hint="join the levels first, for instance "
                "frame.columns = ['_'.join(map(str, one)) for one in frame.columns]",
            )
        )
    names = tuple(map(str, frame.columns))

    def read(name: str) -> RawColumn:
        return _from_series(frame.iloc[:, names.index(name)])

    return RawTable(names, len(frame), read)


def _from_series(series: Any) -> RawColumn:
    dtype = series.dtype
    if isinstance(dtype, np.dtype):
        if dtype.kind in "iufbM":
            return Values(_native(series.to_numpy()))
    elif hasattr(dtype, "categories"):
        words = series.cat.categories.to_numpy(dtype=object)
        return Words(series.cat.codes.to_numpy(), words)
    elif hasattr(dtype, "tz") and dtype.kind == "M":
        utc = series.dt.tz_convert("UTC").dt.tz_localize(None)
        return Values(utc.to_numpy(), aware=True)
    elif getattr(dtype, "storage", "") == "pyarrow" or hasattr(dtype, "pyarrow_dtype"):
        import pyarrow as pa  # noqa: PLC0415 - present, or the column could not be

        return from_arrow_column(pa.chunked_array(pa.array(series)))
    elif getattr(dtype, "numpy_dtype", _OBJECT).kind in "iufb":  # nullable numbers
        missing = series.isna().to_numpy()
        zero = np.zeros(1, dtype=dtype.numpy_dtype)[0].item()
        filled = series.to_numpy(dtype=dtype.numpy_dtype, na_value=zero)
        return Values(filled, ~missing if missing.any() else None)
    return Objects(series.to_numpy(dtype=object))


_OBJECT = np.dtype(object)


def _from_arrow(frame: Any, where: str) -> RawTable:
    try:
        import pyarrow as pa  # noqa: PLC0415 - optional
    except ImportError:
        raise MissingDependency(
            Problem(
                f"a {type(frame).__module__.split('.')[0]} frame needs pyarrow",
                where=where,
                hint="install custseg with the extra [arrow], or pass a pandas frame",
            )
        ) from None
    try:
        table = frame if isinstance(frame, pa.Table) else pa.table(frame)
    except (TypeError, ValueError):  # a single column, for instance
        raise _no_table(frame, where) from None

    def read(name: str) -> RawColumn:
        return from_arrow_column(table.column(table.column_names.index(name)))

    names = tuple(table.column_names)
    return RawTable(names, table.num_rows, read, stretches=_stretches(table))


def _stretches(table: Any) -> tuple[Stretch, ...]:
    """Cut a table into two stretches of equal length."""

    def stretch(start: int, stop: int) -> Stretch:
        def walk(
            names: Sequence[str], n_rows: int, encoded: Collection[str]
        ) -> Iterator[list[RawColumn]]:
            some = table.slice(start, stop - start).select(list(names))
            for batch in some.to_batches(max_chunksize=n_rows):
                yield [
                    from_arrow_column(_encoded(one) if name in encoded else one)
                    for name, one in zip(names, batch.columns, strict=True)
                ]

        def lacks(name: str) -> bool:
            return bool(table.column(name).null_count)

        return Stretch(stop - start, walk, lacks)

    middle = table.num_rows // 2
    return stretch(0, middle), stretch(middle, table.num_rows)


def _encoded(column: Any) -> Any:
    """Return texts as codes into their words, and anything else as it is."""
    import pyarrow.types as types  # noqa: PLC0415, PLR0402

    kind = column.type
    is_text = types.is_string(kind) or types.is_large_string(kind)
    return column.dictionary_encode() if is_text else column


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
        return _dictionary(chunks, kind)
    if types.is_string(kind) or types.is_large_string(kind) or _is_view(types, kind):
        if _is_view(types, kind):
            chunks = [_without_views(chunk) for chunk in chunks]
        return Texts(tuple(_text_chunk(chunk, types) for chunk in chunks))
    if types.is_decimal128(kind):
        return _fixed_point(chunks, kind.scale)
    if types.is_date(kind) or types.is_timestamp(kind) or types.is_primitive(kind):
        return _values(chunks, kind)
    return _objects(column.to_pylist())


def _dictionary(chunks: list[Any], kind: Any) -> Words:
    """Borrow codes; the vocabularies of the chunks are laid end to end."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    codes: list[Array] = []
    words: list[Any] = []
    first, before = 0, None
    for chunk in chunks:
        own = chunk.indices
        if own.null_count:
            own = pc.fill_null(own.cast(pa.int64()), -1)
        own = own.to_numpy()
        if before is None or not chunk.dictionary.equals(before):
            first, before = len(words), chunk.dictionary
            words += _listed(before.cast(kind.value_type))
        if first or chunk.null_count or own.dtype != np.int32:
            own = np.where(own < 0, -1, own.astype(np.int64) + first)
        codes.append(own)
    return Words(_joined(codes, np.int64), _objects(words).values)


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
    known = None
    if chunk.null_count:
        known = chunk.is_valid().to_numpy(zero_copy_only=False)
    return TextChunk(where, bytes_, known)


def _fixed_point(chunks: list[Any], scale: int) -> RawColumn:
    """Take 128-bit decimals whose unscaled value fits 64 bits; else go by objects."""
    units, known = [np.empty(0, np.int64)], [np.empty(0, np.bool_)]
    for chunk in chunks:
        if not len(chunk):
            continue
        halves = np.frombuffer(chunk.buffers()[1], np.int64)
        start = 2 * chunk.offset
        halves = halves[start : start + 2 * len(chunk)].reshape(-1, 2)
        valid = chunk.is_valid().to_numpy(zero_copy_only=False)
        if np.any((halves[:, 1] != halves[:, 0] >> 63) & valid):
            return _objects([item for part in chunks for item in part.to_pylist()])
        units.append(halves[:, 0])
        known.append(valid)
    mask = np.concatenate(known)
    return Values(np.concatenate(units), None if mask.all() else mask, decimals=scale)


def _values(chunks: list[Any], kind: Any) -> RawColumn:
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    unit, wide = _unit(kind, pa)
    plain = wide or pa.types.is_integer(kind) or pa.types.is_floating(kind)
    if not plain and not pa.types.is_boolean(kind):  # durations, times of day
        return _objects([item for chunk in chunks for item in chunk.to_pylist()])
    nulls = any(chunk.null_count for chunk in chunks)
    parts, known = [], []
    for chunk in chunks:
        part = chunk if wide is None else chunk.cast(wide)
        if nulls:
            known.append(chunk.is_valid().to_numpy(zero_copy_only=False))
        if chunk.null_count:
            part = pc.fill_null(part, False if pa.types.is_boolean(kind) else 0)
        parts.append(part.to_numpy(zero_copy_only=False))
    joined = _joined(parts, np.int64)
    mask = _joined(known, np.bool_) if nulls else None
    if unit == "D":
        return DayNumbers(joined.astype(np.int32, copy=False), mask)
    if unit:
        joined = joined.astype(np.int64, copy=False).view(f"datetime64[{unit}]")
    return Values(joined, mask, getattr(kind, "tz", None) is not None)


def _unit(kind: Any, pa: Any) -> tuple[str, Any]:
    """Return the unit of days or moments, and the integers that they are cast to."""
    if pa.types.is_date32(kind):
        return "D", pa.int32()
    if pa.types.is_date64(kind):
        return "ms", pa.int64()
    return (kind.unit, pa.int64()) if pa.types.is_timestamp(kind) else ("", None)


def _joined(parts: list[Array], dtype: Any) -> Array:
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.empty(0, dtype=dtype)
