"""Tables of pandas, pyarrow, polars and plain mappings, brought to the ledger's door.

Names are passed on and nothing is decided here. pandas frames and mappings of arrays
need nothing more; every other frame that speaks the Arrow stream protocol (polars,
DuckDB, narwhals, ...) comes in through pyarrow, its buffers borrowed where they can be.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from custseg.adapters.arrow import from_arrow_column
from custseg.errors import DataError, MissingDependency, Problem
from custseg.intake.raw import Objects, RawColumn, RawTable, Stretch, Values, Words
from custseg.table import Array

__all__ = ["raw_table"]


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
    hint = "for a file use Ledger.from_files, for records Ledger.from_records"
    if isinstance(frame, list):
        hint = "of dicts make pandas.DataFrame(rows), of records Ledger.from_records"
    if callable(getattr(frame, "ledger", None)):
        hint = "pass the ledger of the store: store.ledger()"
    return DataError(
        Problem(
            "this is no table",
            where=where,
            got=f"an object of type {type(frame).__name__}",
            allowed="a pandas or polars frame, a pyarrow table, or a mapping of names "
            "to arrays",
            hint=hint,
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
    return Objects.of(
        column.tolist() if isinstance(column, np.ndarray) else list(column)
    )


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
        if isinstance(frame, pa.Table):
            table = frame
        elif hasattr(frame, "__arrow_c_stream__"):  # pa.table would load pandas
            table = pa.RecordBatchReader.from_stream(frame).read_all()
        else:
            table = pa.table(frame)
    except (TypeError, ValueError):  # a single column, for instance
        raise _no_table(frame, where) from None

    names = tuple(table.column_names)

    def read(name: str) -> RawColumn:
        return from_arrow_column(table.column(names.index(name)))

    def read_words(name: str) -> RawColumn:
        return from_arrow_column(_encoded(table.column(names.index(name))))

    return RawTable(
        names,
        table.num_rows,
        read,
        stretches=_stretches(table),
        read_words=read_words,
    )


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
