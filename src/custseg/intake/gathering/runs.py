"""Lines gathered into runs, a stretch of the table at a time.

A run is a stretch of neighbouring lines with one customer, order, day and direction.
Its place in the arrays, its *slot*, is counted over all stretches: each stretch has as
many slots as lines, so that its runs surely find room, and memory that is never touched
costs nothing. A run that would go on from one batch into the next begins anew there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from attrs import Factory, define
from numpy.typing import NDArray

from custseg.intake.gathering.batches import Lines
from custseg.intake.gathering.goods import Codes
from custseg.intake.squeezing import Bits
from custseg.intake.textwords import WordArray
from custseg.table import Array

__all__ = ["IdWords", "Part", "Store"]

_SMALL = np.iinfo(np.int32)


@define(eq=False)
class IdWords:
    """The ids of the runs of a stretch, as words in text order.

    Parameters
    ----------
    room : int
        Runs that find a place.
    columns : list of uint64 arrays, shape (room,)
        One for each eight bytes of the longest id so far.
    bits : Bits or None
        Of all ids; None as long as there is none.
    """

    room: int
    columns: list[WordArray] = Factory(list)
    bits: Bits | None = None

    def put(self, words: Sequence[WordArray], runs: slice) -> None:
        """Keep the ids of some runs, which follow those before."""
        bits = Bits.of(words)
        self.bits = bits if self.bits is None else self.bits.merged(bits)
        while len(self.columns) < len(words):
            fresh = np.empty(self.room, dtype=np.uint64)
            fresh[: runs.start] = 0
            self.columns.append(fresh)
        for j, column in enumerate(self.columns):
            column[runs] = words[j] if j < len(words) else 0


@define(eq=False)
class Part:
    """The runs of one stretch, in the order of its lines; they grow in place.

    Parameters
    ----------
    first : int
        Its first slot, and its first line.
    start : int32 array, shape (n_lines,)
        For each run, the line at which it begins.
    day : int32 array, shape (n_lines,)
        For each run.
    sums : int64 array, shape (n_lines, at least as many as there are values)
        For each run, the sum of each value.
    lines : dict of str to array, shape (n_lines,)
        The values of each line, in 32 bits as long as they fit.
    words : dict of str to int16 array, shape (n_lines,)
        What each line says in words, by number.
    customer, order : IdWords
    n, n_lines : int
        Runs and lines so far.
    """

    first: int
    start: NDArray[np.int32]
    day: NDArray[np.int32]
    sums: NDArray[np.int64]
    lines: dict[str, Array]
    words: dict[str, Codes]
    customer: IdWords
    order: IdWords
    n: int = 0
    n_lines: int = 0

    def add(self, batch: Lines) -> None:
        """Gather a batch of lines, at least one."""
        heads = np.flatnonzero(_begins(batch))
        runs = slice(self.n, self.n + len(heads))
        here = slice(self.n_lines, self.n_lines + len(batch))
        self.start[runs] = heads + (self.first + self.n_lines)
        self.day[runs] = batch.day[heads]
        for j, (name, values) in enumerate(batch.values.items()):
            _sum_between(values, heads, self.sums[runs, j])
            self._keep_lines(name, values, here)
        for name, codes in batch.words.items():
            self.words[name][here] = codes
        self.customer.put(batch.customer.at(heads), runs)
        if batch.order is not None:
            self.order.put(batch.order.at(heads), runs)
        self.n = runs.stop
        self.n_lines = here.stop

    def _keep_lines(self, name: str, values: Array, here: slice) -> None:
        small = self.lines[name].dtype == np.int32
        if small and not _SMALL.min <= values.min() <= values.max() <= _SMALL.max:
            self.lines[name] = self.lines[name].astype(np.int64)
        self.lines[name][here] = values


def _begins(batch: Lines) -> NDArray[np.bool_]:
    """Say where a line begins a run."""
    begins = np.empty(len(batch), dtype=np.bool_)
    begins[0] = True
    np.not_equal(batch.day[1:], batch.day[:-1], out=begins[1:])
    other = np.empty(len(batch) - 1, dtype=np.bool_)
    amount = batch.values["amount"]
    marks: list[Array] = [amount > 0, *batch.customer.words]
    if not amount.all():  # what has no price is neither sold nor returned
        marks.append(amount == 0)
    if batch.order is not None:
        marks += batch.order.words
    for mark in marks:
        np.not_equal(mark[1:], mark[:-1], out=other)
        begins[1:] |= other
    return begins


def _sum_between(values: Array, heads: Array, out: Array) -> None:
    """Write the sum of each run: near the core, prefix sums beat ``reduceat``."""
    upto = np.empty(len(values) + 1, dtype=np.int64)
    upto[0] = 0
    np.cumsum(values, out=upto[1:])
    at = upto.take(heads)
    np.subtract(at[1:], at[:-1], out=out[:-1])
    out[-1] = upto[-1] - at[-1]


@define(eq=False)
class Store:
    """The runs of all stretches by slot, with unused slots after those of each part.

    Parameters
    ----------
    names : tuple of str
        The values that are summed, ``amount`` first.
    parts : list of Part
    edges : int32 array, shape (n_slots + 1,)
        Where the run of each slot begins.
    sums : int64 array, shape (n_slots, a power of two)
        A column for each value, one for the order's number, and idle ones, so that a
        row is copied at one go.
    lines : mapping of str to array, shape (n_slots,)
        The values and words of all lines as far as they fit into few bits, of which
        those of the parts are slices.
    """

    names: tuple[str, ...]
    parts: list[Part]
    edges: NDArray[np.int32]
    sums: NDArray[np.int64]
    lines: Mapping[str, Array]

    @classmethod
    def with_room(
        cls,
        sizes: Sequence[int],
        names: tuple[str, ...],
        words: tuple[str, ...] = (),
    ) -> Store:
        """Take memory for stretches of so many lines each."""
        total = sum(sizes)
        edges, day = np.empty(total + 1, np.int32), np.empty(total, np.int32)
        lines: dict[str, Array] = {name: np.empty(total, np.int32) for name in names}
        lines |= {name: np.empty(total, np.int16) for name in words}
        width = 1 << len(names).bit_length()
        sums = np.empty((total, width), np.int64)
        parts, first = [], 0
        for size in sizes:
            own = slice(first, first + size)
            part = Part(
                first,
                edges[own],
                day[own],
                sums[own],
                {name: lines[name][own] for name in names},
                {name: lines[name][own] for name in words},
                IdWords(size),
                IdWords(size),
            )
            parts.append(part)
            first += size
        return cls(names, parts, edges, sums, lines)

    @property
    def start(self) -> NDArray[np.int32]:
        """The line at which the run of each slot begins, shape (n_slots,)."""
        return self.edges[:-1]

    def close(self) -> None:
        """Say where the last run of each part ends; then every run's end is known."""
        for part in self.parts:
            self.edges[part.first + part.n] = part.first + part.n_lines

    def line_values(self, name: str) -> Array:
        """Return a value of all lines in the order of arrival."""
        parts = [part.lines[name] for part in self.parts]
        whole = self.lines[name]
        if all(part.dtype == whole.dtype for part in parts):
            return whole
        return np.concatenate(parts)  # some did not fit into 32 bits

    @property
    def n_runs(self) -> int:
        """How many runs there are."""
        return sum(part.n for part in self.parts)

    def orders(self) -> NDArray[np.int64]:
        """Return the column of the orders' numbers, shape (n_slots,), to be written."""
        return self.sums[:, len(self.names)]
