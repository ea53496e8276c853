"""Sheets: files of many arrays that are mapped into memory, not read.

A ledger on disk is only worth its while if it opens in a small part of the time that
reading the tables takes. So a column lies in its file as it lies in memory: opening a
sheet looks at its head, and a page of a column is fetched when somebody asks for it.

A sheet begins with a mark, the size and the SHA-256 of its head, and the head: JSON
that names each array with its type, its place and the SHA-256 of its bytes. The digest
of the head therefore speaks for the whole file. The head is checked whenever a sheet is
opened, and so is the length of the file; the arrays are checked when somebody asks
(:meth:`Sheet.check`), since that means reading all of them.

Limits: little-endian arrays only; what a digest cannot tell is said in
:mod:`custseg.saving`.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import struct
from collections.abc import Mapping
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from attrs import field, frozen

from custseg.adapters.ledger_store.errors import StoreAltered, StoreUnavailable
from custseg.errors import Problem
from custseg.table import Array

__all__ = ["Note", "Sheet", "open_sheet", "sync_folder", "write_sheet"]

_MARK = b"custseg sheet 1\n"
_FIRST = struct.Struct("<16sQ32s")
_EDGE = 64
"""Arrays begin at multiples of this many bytes."""


@frozen
class Note:
    """What is noted of a sheet elsewhere, so that another file cannot pass for it.

    Parameters
    ----------
    name : str
        Of the file, in the folder of the store.
    size : int
        Bytes.
    digest : str
        SHA-256 of its head.
    """

    name: str
    size: int
    digest: str


@frozen(eq=False)
class Sheet:
    """The arrays of one file; they cannot be written to.

    Parameters
    ----------
    path : Path
    about : mapping
        What its writer said about it, as JSON can hold it.
    """

    path: Path
    about: Mapping[str, Any]
    _entries: Mapping[str, Mapping[str, Any]]
    _bytes: memoryview = field(repr=False)
    _made: dict[str, Array] = field(factory=dict, init=False, repr=False)

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def __getitem__(self, name: str) -> Array:
        if name not in self._made:
            entry = self._entries[name]
            if entry["dtype"] == "texts":
                array = self._decoded(entry)
            else:
                array = self._raw(entry, np.dtype(entry["dtype"]))
            array.flags.writeable = False
            self._made[name] = array
        return self._made[name]

    def get(self, name: str) -> Array | None:
        """Return an array, or None where there is none of the name."""
        if name not in self:
            return None
        return self[name]

    def _raw(self, entry: Mapping[str, Any], dtype: np.dtype[Any]) -> Array:
        count = entry["size"] // dtype.itemsize
        if not count:
            return np.empty(0, dtype)
        return np.frombuffer(self._bytes, dtype, count, entry["at"])

    def _decoded(self, entry: Mapping[str, Any]) -> Array:
        words = np.empty(entry["n"], dtype=object)
        at, n = entry["at"], entry["n"]
        ends = np.frombuffer(self._bytes, np.int64, n + 1, at).tolist()
        data = bytes(self._bytes[at + 8 * (n + 1) : at + entry["size"]])
        words[:] = [data[start:stop].decode() for start, stop in pairwise(ends)]
        return words

    @cached_property
    def size(self) -> int:
        """Bytes of the file."""
        return len(self._bytes)

    def check(self) -> None:
        """Read every array and compare it with its digest.

        Raises
        ------
        StoreAltered
            When one differs; it is named.
        """
        for name, entry in self._entries.items():
            there = self._bytes[entry["at"] : entry["at"] + entry["size"]]
            if hashlib.sha256(there).hexdigest() != entry["sha256"]:
                raise _altered(self.path, f"other bytes in {name}")


def write_sheet(
    path: Path, arrays: Mapping[str, Array], about: Mapping[str, Any]
) -> Note:
    """Write arrays into a new file, and see that they have reached the disk.

    Parameters
    ----------
    path : Path
    arrays : mapping of str to array
        Numbers, flags, ASCII bytes, or objects that are all str.
    about : mapping
        Whatever JSON can hold.

    Raises
    ------
    OSError
        When the file cannot be written whole; what there was of it is taken away.
    """
    blobs = {name: _blobs(array) for name, array in arrays.items()}
    entries: dict[str, dict[str, Any]] = {}
    at = 0
    for name, parts in blobs.items():
        digest = hashlib.sha256()
        for part in parts:
            digest.update(part)
        size = sum(part.nbytes for part in parts)
        array = arrays[name]
        entries[name] = {
            "dtype": "texts" if array.dtype == object else array.dtype.str,
            "n": len(array),
            "at": at,
            "size": size,
            "sha256": digest.hexdigest(),
        }
        at += -(-size // _EDGE) * _EDGE
    head = json.dumps({"about": about, "arrays": entries}).encode()
    digest_of_head = hashlib.sha256(head).digest()
    start = _start(len(head))
    try:
        with path.open("wb") as file:
            file.write(_FIRST.pack(_MARK, len(head), digest_of_head))
            file.write(head)
            for name, parts in blobs.items():
                file.seek(start + entries[name]["at"])
                for part in parts:
                    file.write(part)
            file.truncate(start + at)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Note(path.name, start + at, digest_of_head.hex())


def _start(head: int) -> int:
    return -(-(_FIRST.size + head) // _EDGE) * _EDGE


def _blobs(array: Array) -> list[memoryview]:
    if array.dtype != object:
        plain = np.ascontiguousarray(array)
        return [_bytes_of(plain)]
    encoded = [text.encode() for text in array.tolist()]
    ends = np.zeros(len(encoded) + 1, dtype=np.int64)
    np.cumsum([len(one) for one in encoded], out=ends[1:])
    return [_bytes_of(ends), memoryview(b"".join(encoded))]


def _bytes_of(array: Array) -> memoryview:
    data: Any = array.view(np.uint8) if len(array) else b""
    return memoryview(data)


def open_sheet(folder: Path, note: Note) -> Sheet:
    """Map a sheet into memory; no array is read yet.

    Raises
    ------
    FileNotFoundError
        When it is gone.
    StoreUnavailable
        When it cannot be opened.
    StoreAltered
        When it is not the file that the note speaks of, or was cut short.
    """
    path = folder / note.name
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size != note.size:
                raise _altered(path, f"{size:,} bytes", f"{note.size:,} bytes")
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise StoreUnavailable(
            Problem(
                "a file of the store cannot be read",
                where=str(path),
                got=error.strerror or "",
            )
        ) from error
    mark, length, digest = _FIRST.unpack_from(mapped, 0)
    head = mapped[_FIRST.size : _FIRST.size + length]
    if mark != _MARK or digest.hex() != note.digest:
        raise _altered(path, "the head of another file")
    if hashlib.sha256(head).digest() != digest:
        raise _altered(path, "other bytes in its head")
    said = json.loads(head)
    body = memoryview(mapped)
    start = _start(length)
    entries = {
        name: {**one, "at": one["at"] + start} for name, one in said["arrays"].items()
    }
    return Sheet(path, said["about"], entries, body)


def _altered(path: Path, got: str, allowed: str = "what was once written") -> Exception:
    return StoreAltered(
        Problem(
            "a file of the store was cut short or changed",
            where=str(path),
            got=got,
            allowed=allowed,
            hint="bring it back from a copy, or make the store anew from the tables",
        )
    )


def sync_folder(folder: Path) -> None:
    """See that the names of a folder have reached the disk, where systems can."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
