"""One writer at a time: a lock that the system takes back when its holder dies.

The lock is on a file of the store's folder, and the holder writes its process id there,
so that whoever is refused can say who is in the way. Readers need no lock.

Limits: on a shared network folder a lock is worth as much as the file system's locks.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from custseg.adapters.ledger_store.errors import StoreBusy, StoreUnavailable
from custseg.adapters.locks import lock
from custseg.errors import Problem

__all__ = ["writing"]

_LOCK = "writer.lock"


@contextmanager
def writing(folder: Path, *, wait: bool) -> Iterator[None]:
    """Be the only one who writes to a store.

    Parameters
    ----------
    folder : Path
    wait : bool
        Whether to wait for whoever is writing now.

    Raises
    ------
    StoreBusy
        When somebody else is writing and waiting is not wanted.
    StoreUnavailable
        When the folder cannot be written to.
    """
    path = folder / _LOCK
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise StoreUnavailable(
            Problem(
                "the store cannot be written to",
                where=str(folder),
                got=error.strerror or "",
            )
        ) from error
    try:
        if not lock(handle, wait=wait):
            holder = os.pread(handle, 32, 0) if hasattr(os, "pread") else b""
            raise StoreBusy(
                Problem(
                    "somebody else is writing to the store",
                    where=str(folder),
                    got=f"process {holder.decode(errors='replace').strip() or '?'}",
                    hint="try again later, or open the store with wait=True",
                )
            )
        os.ftruncate(handle, 0)
        os.lseek(handle, 0, os.SEEK_SET)
        os.write(handle, f"{os.getpid()}\n".encode())
        try:
            yield
        finally:
            os.ftruncate(handle, 0)
    finally:
        os.close(handle)  # and with it goes the lock
