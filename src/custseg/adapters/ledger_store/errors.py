"""What can go wrong with a ledger that is kept on disk."""

from __future__ import annotations

from custseg.errors import CustsegError

__all__ = ["StoreAltered", "StoreBusy", "StoreError", "StoreTooNew", "StoreUnavailable"]


class StoreError(CustsegError, RuntimeError):
    """The store of a ledger cannot do what was asked; nothing was written."""


class StoreUnavailable(StoreError, OSError):
    """Where the ledger is kept does not work: missing, read-only, full."""


class StoreBusy(StoreError):
    """Somebody else is writing to the store now."""


class StoreAltered(StoreError, ValueError):
    """A file of the store is not what was once written: cut short or changed."""


class StoreTooNew(StoreError):
    """The store was written by a later version of custseg."""
