"""A ledger kept on disk: what it takes in, how it is read, what it remembers."""

from __future__ import annotations

from custseg.adapters.ledger_store.opening import open_ledger
from custseg.adapters.ledger_store.store import LedgerStore

__all__ = ["LedgerStore", "open_ledger"]
