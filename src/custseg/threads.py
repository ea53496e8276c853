"""Two things at a time, where there is enough to do.

numpy lets other threads run while it works on an array, so two threads halve the time
of what is independent. With few rows, starting them costs more than they save.

Limits: two threads, as on the smallest of machines; the memory is read by both, and
more threads than that mostly wait for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

__all__ = ["two_at_a_time"]

S = TypeVar("S")
T = TypeVar("T")

_WORTH_THREADS = 200_000


def two_at_a_time(
    work: Callable[[S], T], items: Iterable[S], *, n_rows: int
) -> list[T]:
    """Do the same with each item, two at a time where there are many rows.

    Parameters
    ----------
    work : callable
        Of one item; what it reads nobody changes meanwhile.
    items : iterable
    n_rows : int
        The rows of all items together.

    Returns
    -------
    list
        What the work gave, in the order of the items. The first item that fails, in
        this order, is the one whose error is raised.

    Examples
    --------
    >>> two_at_a_time(abs, [-1, 2], n_rows=2)
    [1, 2]
    """
    if n_rows < _WORTH_THREADS:
        return [work(item) for item in items]
    with ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(work, items))
