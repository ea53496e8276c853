"""Where a journal can be kept: memory, SQLite, PostgreSQL, a caller's connection.

The store for PostgreSQL stands in :mod:`custseg.adapters.stores.postgres`, because it
needs the extra ``postgres``.
"""

from custseg.adapters.stores.memory import MemoryStore
from custseg.adapters.stores.opening import open_journal
from custseg.adapters.stores.sqlite import SqliteStore

__all__ = ["MemoryStore", "SqliteStore", "open_journal"]
