"""Rows brought to the partition of their customer: what workers do before the shuffle.

Every worker reads some rows, looks at the ids as the ledger's door does (7, "7" and
" 7 " are one customer), and packs what goes to the same partition into one parcel. So
Spark moves a few large parcels and not each row, and which rows belong together is
decided by the very code that decides it in memory.

A payment names no customer: Spark joins it with its invoice before.

Limits: rows without a customer are spread by their number in what a worker reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from custseg.adapters.arrow import from_arrow_column
from custseg.adapters.spark.parcels import Parcel
from custseg.errors import CustsegError
from custseg.intake.assembly import several_payers
from custseg.intake.identifiers import Encoded, encode
from custseg.table import Array

__all__ = ["INVOICE", "PAYER", "SECOND_PAYER", "place_of_id", "spelled", "spread"]

INVOICE = "custseg_invoice"
"""The column of invoices as they are spelled, for the join."""

PAYER, SECOND_PAYER = "custseg_payer", "custseg_second_payer"
"""The columns of the customers of an invoice, the first and the last in text order."""

_MADE = frozenset({INVOICE, PAYER, SECOND_PAYER})

_AT_ONCE = 400_000
"""Rows that are packed in one go."""

_CRC = np.array(
    [crc32(bytes([sign]), 0xFFFFFFFF) ^ 0xFFFFFFFF for sign in range(256)], np.uint32
)
"""What each sign does to a checksum."""


def place_of_id(text: str | bytes, places: int) -> int:
    """Return the partition of a customer.

    Parameters
    ----------
    text : str or bytes
        The id, spelled as ids are compared.
    places : int
        How many partitions.

    Examples
    --------
    >>> place_of_id("C-17", 8) == place_of_id(b"C-17", 8)
    True
    """
    return crc32(text.encode() if isinstance(text, str) else text) % places


def _places_of_ids(words: Array, places: int) -> NDArray[np.int32]:
    """Return the partitions of many customers, sign by sign of all their ids.

    Parameters
    ----------
    words : bytes array (dtype S)
    places : int
    """
    rest = np.full(len(words), 0xFFFFFFFF, np.uint32)
    signs = np.ascontiguousarray(words).view(np.uint8).reshape(len(words), -1)
    for sign in signs.T:
        more = _CRC[(rest ^ sign) & 0xFF] ^ (rest >> 8)
        rest = np.where(sign > 0, more, rest)  # NUL is behind the end of an id
    return (~rest % places).astype(np.int32)


def _places(ids: Encoded, places: int, chiefs: Mapping[str, str]) -> Array:
    """Return the partition of each row."""
    if ids.words.dtype.kind == "S" and not chiefs:
        of_word = _places_of_ids(ids.words, places)
    else:
        words = [chiefs.get(text, text) for text in ids.texts().tolist()]
        of_word = np.array([place_of_id(one, places) for one in words], np.int32)
    found = np.append(of_word, np.int32(0))[ids.codes]
    nobody = ids.codes < 0
    if nobody.any():
        found[nobody] = np.flatnonzero(nobody) % places
    return found


def spread(
    batches: Iterable[Any],
    *,
    table: str,
    by: str,
    places: int,
    chiefs: Mapping[str, str],
) -> Iterator[Parcel]:
    """Pack rows of one table by the partition of their customer.

    Parameters
    ----------
    batches : iterable of pyarrow.RecordBatch
    table : str
        Of the input contract.
    by : str
        The column of the customer. Columns that were made for the join are left out.
    places : int
        How many partitions.
    chiefs : mapping of str to str
        By whom customers go that have to stay together.

    Yields
    ------
    Parcel
        Of kind ``rows``, with a table in Arrow's stream form.

    Raises
    ------
    DataError
        When ids cannot be read, or an invoice that was paid belongs to several.
    """
    for some in _heaps(batches):
        column = some.column(some.column_names.index(by))
        if SECOND_PAYER in some.column_names:
            _check_payers(some)
        ids = encode(from_arrow_column(column), where=f"{table}.{by}")
        found = _places(ids, places, chiefs)
        made = [name for name in some.column_names if name in _MADE]
        rows = some.drop_columns(made) if made else some
        short = np.uint16 if places <= 1 << 16 else np.int32  # sorted by counting
        order = np.argsort(found.astype(short), kind="stable")
        rows = rows.take(order)
        ends = np.cumsum(np.bincount(found, minlength=places))
        start = 0
        for place, end in enumerate(ends.tolist()):
            if end > start:
                yield Parcel(
                    place, "rows", table, _stream(rows.slice(start, end - start))
                )
                start = end


def _heaps(batches: Iterable[Any]) -> Iterator[Any]:
    """Yield tables of many rows from batches of few."""
    import pyarrow as pa  # noqa: PLC0415 - optional

    heap: list[Any] = []
    height = 0
    for batch in batches:
        heap.append(batch)
        height += batch.num_rows
        if height >= _AT_ONCE:
            yield pa.Table.from_batches(heap).combine_chunks()
            heap, height = [], 0
    if height:
        yield pa.Table.from_batches(heap).combine_chunks()


def _stream(rows: Any) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - optional

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as writer:
        writer.write_table(rows)
    return sink.getvalue()


def _check_payers(payments: Any) -> None:
    import pyarrow.compute as pc  # noqa: PLC0415 - optional

    first, last = payments.column(PAYER), payments.column(SECOND_PAYER)
    shared = payments.column(INVOICE).filter(pc.not_equal(first, last))
    if len(shared):
        raise several_payers(min(shared.to_pylist()))


def spelled(
    batches: Iterable[Any], *, columns: Mapping[str, str], keep: bool
) -> Iterator[Any]:
    """Write ids as they are compared beside rows, for a join.

    Parameters
    ----------
    batches : iterable of pyarrow.RecordBatch
    columns : mapping of str to str
        From the names of the columns of ids to those of the new columns.
    keep : bool
        Whether the rows are kept beside.

    Yields
    ------
    pyarrow.RecordBatch

    Notes
    -----
    Ids that cannot be read are left empty: the ledger's door will say why.
    """
    import pyarrow as pa  # noqa: PLC0415 - optional

    for batch in batches:
        made = [
            _texts(batch.column(batch.schema.get_field_index(name))) for name in columns
        ]
        names = list(columns.values())
        if keep:
            made = [*batch.columns, *made]
            names = [*batch.schema.names, *names]
        yield pa.RecordBatch.from_arrays(made, names)


def _texts(column: Any) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - optional

    try:
        ids = encode(from_arrow_column(column))
    except CustsegError:
        return pa.nulls(len(column), pa.string())
    missing: NDArray[np.bool_] = ids.codes < 0
    codes = pa.array(ids.codes, mask=missing)
    words = pa.array(ids.texts(), pa.string())
    return pa.DictionaryArray.from_arrays(codes, words).cast(pa.string())
