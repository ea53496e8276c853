"""Parcels: what goes over a cluster between two stages, as rows that Spark can move.

Spark moves rows and knows nothing of ledgers. So whatever is moved is packed: a few
thousand rows of a table in Arrow's own form, a column of features, an account. A parcel
says which partition it is for, what it holds and its name. Nothing is rounded on the
way: what is unpacked is bit for bit what was packed.

An error is a parcel too. Raised in a worker it would be tried again several times and
come back as a text; as a parcel it comes back as it is.

Limits: what is packed is pickled by one custseg and unpickled by another, so driver and
workers need the same version of custseg, numpy and Python. A parcel holds up to 2 GB.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any

import numpy as np
from attrs import frozen

from custseg.errors import CustsegError

__all__ = ["FORM", "Parcel", "Work", "check_parcels", "opened", "packed", "sent"]

FORM = "place int, kind string, name string, payload binary"
"""The columns of a frame of parcels, as Spark writes a schema."""

_ERROR = "error"


@frozen
class Parcel:
    """Something on its way.

    Parameters
    ----------
    place : int
        The partition that it is for, or comes from.
    kind : str
    name : str
    payload : bytes
        Or a buffer.
    """

    place: int
    kind: str
    name: str
    payload: Any


def packed(place: int, kind: str, name: str, content: object) -> Parcel:
    """Pack an object.

    Examples
    --------
    >>> pickle.loads(packed(0, "account", "", {"rows": 3}).payload)
    {'rows': 3}
    """
    return Parcel(place, kind, name, pickle.dumps(content, pickle.HIGHEST_PROTOCOL))


Work = Callable[[Iterable[Any]], Iterator[Any]]
"""What a worker does with the Arrow batches of a partition."""


def sent(work: Callable[[Iterable[Any]], Iterator[Parcel]]) -> Work:
    """Let a worker send parcels, and an error as the last of them.

    Parameters
    ----------
    work : callable
        From the batches of one partition to parcels.
    """

    @wraps(work)
    def run(batches: Iterable[Any]) -> Iterator[Any]:
        try:
            for parcel in work(batches):
                yield _batch(parcel)
        except CustsegError as error:
            yield _batch(packed(0, _ERROR, type(error).__name__, error))

    return run


def _batch(parcel: Parcel) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - optional

    payload = pa.py_buffer(parcel.payload)
    ends = pa.py_buffer(np.array([0, payload.size], np.int32))
    return pa.RecordBatch.from_arrays(
        [
            pa.array([parcel.place], pa.int32()),
            pa.array([parcel.kind]),
            pa.array([parcel.name]),
            # Not pa.array([payload]), which would copy what may be many megabytes.
            pa.Array.from_buffers(pa.binary(), 1, [None, ends, payload]),
        ],
        ["place", "kind", "name", "payload"],
    )


def opened(batches: Iterable[Any]) -> Iterator[Parcel]:
    """Yield the parcels in some batches; their payloads are borrowed, not copied.

    Raises
    ------
    CustsegError
        When one of them is an error.
    """
    for batch in batches:
        columns = [batch.column(at) for at in range(4)]
        for place, kind, name, payload in zip(*columns, strict=True):
            parcel = Parcel(
                place.as_py(), kind.as_py(), name.as_py(), payload.as_buffer()
            )
            check_parcels([parcel])
            yield parcel


def check_parcels(parcels: Iterable[Parcel]) -> None:
    """Raise the error that has been sent, the first in the order of kinds of error.

    Raises
    ------
    CustsegError
    """
    errors = [
        pickle.loads(one.payload)  # noqa: S301 - packed by a worker of this run
        for one in parcels
        if one.kind == _ERROR
    ]
    if errors:
        raise min(errors, key=lambda error: (type(error).__name__, str(error)))
