"""A pile of layers as one set of tables: who counts where, some customers, everybody.

The topmost layer that has a customer is the one that counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.adapters.ledger_store.books import inserted, places, spelled
from custseg.adapters.ledger_store.joining import Records, offsets_of, together
from custseg.adapters.ledger_store.kept import Kept, rows_of
from custseg.adapters.ledger_store.layers import Layer
from custseg.events import EventTable
from custseg.table import Array

__all__ = ["Pile", "select"]


@frozen(eq=False)
class Pile:
    """Layers, the oldest first.

    Parameters
    ----------
    layers : tuple of Layer
    """

    layers: tuple[Layer, ...] = ()

    @cached_property
    def alive(self) -> tuple[NDArray[np.bool_], ...]:
        """For each layer, which of its customers are in no layer above."""
        masks = []
        for at, layer in enumerate(self.layers):
            mask = np.ones(len(layer.book), dtype=np.bool_)
            for above in self.layers[at + 1 :]:
                there = places(above.spelled, layer.spelled)
                mask[there[there >= 0]] = False
            masks.append(mask)
        return tuple(masks)

    @cached_property
    def book(self) -> Array:
        """All customers in text order; whoever is in a layer counts in some layer."""
        lowest, above = self.layers[0], [one.book for one in self.layers[1:]]
        return inserted(lowest.book, lowest.spelled, above)[0]

    def of(self, ids: Array) -> Records:
        """Return the records of those of some customers that there are.

        Parameters
        ----------
        ids : array
            In text order.
        """
        chosen = []
        wanted = spelled(ids)
        for layer, alive in zip(self.layers, self.alive, strict=True):
            at = places(wanted, layer.spelled)
            at = at[at >= 0]
            chosen.append(at[alive[at]])
        return self._put_together(chosen)

    def everybody(self, *, but: Array | None = None) -> Records:
        """Return all records, or all but those of some customers."""
        chosen = []
        for layer, alive in zip(self.layers, self.alive, strict=True):
            mask = alive
            if but is not None:
                gone = places(spelled(but), layer.spelled)
                mask = alive.copy()
                mask[gone[gone >= 0]] = False
            chosen.append(np.flatnonzero(mask))
        return self._put_together(chosen)

    def _put_together(self, chosen: Sequence[NDArray[np.int64]]) -> Records:
        parts = []
        for at, (layer, some) in enumerate(zip(self.layers, chosen, strict=True)):
            if len(some) or (at == 0 and not any(map(len, chosen))):
                tables = {
                    name: select(table, some) for name, table in layer.tables.items()
                }
                parts.append(Records(layer.book[some], tables))
        return together(parts)


def select(table: EventTable | Kept, customers: NDArray[np.int64]) -> EventTable:
    """Return the rows of some customers as a table of these.

    Parameters
    ----------
    table : EventTable or Kept
    customers : int64 array
        Codes, rising.
    """
    if len(customers) == len(_table_offsets(table)) - 1:
        return table.table if isinstance(table, Kept) else table
    if isinstance(table, Kept):
        return table.select(customers)
    rows = rows_of(customers, table.offsets)
    counts = table.offsets[customers + 1] - table.offsets[customers]
    columns = {name: one.take(rows) for name, one in table.columns.items()}
    within = None if table.within is None else table.within.of(rows)
    return EventTable(offsets_of(counts), table.day[rows], columns, table.books, within)


def _table_offsets(table: EventTable | Kept) -> NDArray[np.int64]:
    """Return the slices of the customers."""
    return table.merged.offsets if isinstance(table, Kept) else table.offsets
