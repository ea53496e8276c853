"""Runs put in order by customer and day, each half of the customers in a thread.

Customer, day and slot are packed into one 63-bit integer and sorted in place; the slots
that come out tell where the sums are, and a run's sums lie beside each other, so that
one look-up brings them all.
"""

from __future__ import annotations

from concurrent.futures import Executor
from itertools import pairwise

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.intake.gathering.runs import Store
from custseg.table import Array

__all__ = ["Sorted", "sort_runs"]

_ROOM = 63
"""Bits of a number to sort by; the sign stays free."""

_BLOCK = 1 << 16


@frozen(eq=False)
class Sorted:
    """Runs by customer, day and the order in which they came.

    Parameters
    ----------
    offsets : int64 array, shape (n_customers + 1,)
        Customer c owns the runs ``offsets[c]:offsets[c + 1]``.
    day, start : int32 arrays, shape (n_runs,)
        Its day, and the line of the table at which it begins.
    sums : list of int64 arrays, shape (n_runs,)
        The columns of :attr:`Store.sums` that are in use.
    length : int32 array, shape (n_runs,)
        How many lines it holds; nothing where that was not asked.
    """

    offsets: NDArray[np.int64]
    day: NDArray[np.int32]
    start: NDArray[np.int32]
    sums: list[NDArray[np.int64]]
    length: NDArray[np.int32]


def sort_runs(
    store: Store,
    codes: NDArray[np.int32],
    n_customers: int,
    pool: Executor,
    *,
    n_sums: int,
    with_length: bool = False,
) -> Sorted:
    """Sort all runs.

    Parameters
    ----------
    store : Store
    codes : int32 array, shape (n_runs,)
        The customers of the runs, part by part.
    n_customers : int
    pool : Executor
    n_sums : int
        How many columns of sums are in use.
    with_length : bool
        Whether to tell how long runs are; the store is closed then.
    """
    counts = np.bincount(codes, minlength=n_customers)
    offsets = np.zeros(n_customers + 1, dtype=np.int64)
    np.cumsum(counts, out=offsets[1:])
    n = len(codes)
    middle = int(np.searchsorted(offsets, n // 2))
    done = Sorted(
        offsets,
        np.empty(n, dtype=np.int32),
        np.empty(n, dtype=np.int32),
        [np.empty(n, dtype=np.int64) for _ in range(n_sums)],
        np.empty(n if with_length else 0, dtype=np.int32),
    )
    days = _day_range(store)

    def fill(customers: tuple[int, int]) -> None:
        _fill(store, codes, customers, days, done)

    list(pool.map(fill, pairwise([0, middle, n_customers])))
    return done


def _day_range(store: Store) -> tuple[int, int]:
    days = [part.day[: part.n] for part in store.parts if part.n]
    return min(int(one.min()) for one in days), max(int(one.max()) for one in days)


def _fill(
    store: Store,
    codes: NDArray[np.int32],
    customers: tuple[int, int],
    days: tuple[int, int],
    done: Sorted,
) -> None:
    """Sort the runs of some customers into their place of the result."""
    low, high = customers
    here = slice(int(done.offsets[low]), int(done.offsets[high]))
    if here.start == here.stop:
        return
    first, last = days
    slot_bits = max(1, (len(store.start) - 1).bit_length())
    day_bits = max(1, (last - first).bit_length())
    if max(1, (high - low).bit_length()) + day_bits + slot_bits > _ROOM:
        slot = _sorted_widely(store, codes, customers, done.day[here])
    else:
        packed = _packed(store, codes, customers, first, (day_bits, slot_bits))
        packed.sort()
        slot = packed & ((1 << slot_bits) - 1)
        packed >>= slot_bits
        packed &= (1 << day_bits) - 1
        packed += first
        done.day[here] = packed
    store.start.take(slot, out=done.start[here])
    if len(done.length):
        np.subtract(store.edges[1:].take(slot), done.start[here], out=done.length[here])
    for start in range(0, len(slot), _BLOCK):
        rows = store.sums.take(slot[start : start + _BLOCK], axis=0)
        at = here.start + start
        for j, column in enumerate(done.sums):
            column[at : at + len(rows)] = rows[:, j]


def _packed(
    store: Store,
    codes: NDArray[np.int32],
    customers: tuple[int, int],
    first_day: int,
    bits: tuple[int, int],
) -> Array:
    """Pack (customer, day, slot) of the runs of some customers into 63 bits each."""
    low, high = customers
    day_bits, slot_bits = bits
    packed = np.empty(len(codes), dtype=np.int64)
    n = before = 0
    for part in store.parts:
        for start in range(0, part.n, _BLOCK):
            block = slice(start, min(start + _BLOCK, part.n))
            code = codes[before + block.start : before + block.stop]
            rows = np.flatnonzero((code >= low) & (code < high))
            into = packed[n : n + len(rows)]
            into[:] = code[rows]
            into -= low
            into <<= day_bits
            into += part.day[block][rows]
            into -= first_day
            into <<= slot_bits
            rows += part.first + start
            into |= rows
            n += len(rows)
        before += part.n
    return packed[:n]


def _sorted_widely(
    store: Store,
    codes: NDArray[np.int32],
    customers: tuple[int, int],
    day_out: NDArray[np.int32],
) -> Array:
    """Sort where the bits do not fit into one number: slower, the same result."""
    low, high = customers
    parts = [part for part in store.parts if part.n]
    day = np.concatenate([part.day[: part.n] for part in parts])
    slot = np.concatenate([part.first + np.arange(part.n) for part in parts])
    rows = np.flatnonzero((codes >= low) & (codes < high))
    rows = rows[np.lexsort((day[rows], codes[rows]))]
    day_out[:] = day[rows]
    return slot[rows]
