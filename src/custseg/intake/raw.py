"""What arrives: one column of a foreign table, before anything is decided.

An adapter turns a column of whatever engine into one of three plain shapes of numpy
arrays; the ledger's door reads only these. Nothing is copied where the engine lends
its buffers, and nothing lent is ever written to.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from attrs import Factory, field, frozen
from numpy.typing import NDArray

from custseg.table import Array

__all__ = [
    "DayNumbers",
    "NumberText",
    "Objects",
    "RawColumn",
    "RawTable",
    "Stretch",
    "TextChunk",
    "Texts",
    "Values",
    "Words",
    "is_missing",
]


def is_missing(item: object) -> bool:
    """Say whether a Python object stands for "nothing was given".

    None, and whatever does not equal itself: NaN, NaT, and the NA of pandas, which
    refuses to say whether it does.

    Examples
    --------
    >>> [is_missing(item) for item in (None, float("nan"), "", 0)]
    [True, True, False, False]
    """
    if item is None:
        return True
    if isinstance(item, str | int):
        return False
    try:
        return bool(item != item)  # noqa: PLR0124 - that is how they are known
    except (TypeError, ValueError):  # pandas' NA; or an array, which is something
        return type(item).__name__ == "NAType"


@frozen(eq=False)
class Values:
    """Numbers, days, moments or flags in one numpy array.

    Parameters
    ----------
    values : array, shape (n_rows,)
        Any numeric, bool or ``datetime64`` dtype.
    known : bool array, shape (n_rows,), or None
        None where nothing is missing (NaN and NaT are looked for later).
    aware : bool
        Whether moments came with a time zone: values are then UTC.
    decimals : int
        Integers count units of 10**-decimals (a fixed-point column).
    """

    values: Array
    known: NDArray[np.bool_] | None = None
    aware: bool = False
    decimals: int = 0

    def __len__(self) -> int:
        return len(self.values)


@frozen(eq=False)
class TextChunk:
    """A run of UTF-8 texts: the bytes end to end, and where each begins.

    Parameters
    ----------
    offsets : int array, shape (n_rows + 1,)
    data : uint8 array
    known : bool array, shape (n_rows,), or None
    """

    offsets: Array
    data: NDArray[np.uint8]
    known: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def text(self, row: int) -> str | None:
        """Return one text, or None where it is missing."""
        if self.known is not None and not self.known[row]:
            return None
        start, stop = self.offsets[row], self.offsets[row + 1]
        return self.data[start:stop].tobytes().decode("utf-8", errors="replace")


@frozen(eq=False)
class Texts:
    """Texts in one or more chunks.

    Parameters
    ----------
    chunks : iterable of TextChunk
        May be walked through more than once; a file may read itself anew each time,
        and lend each chunk only until the next is asked for.
    n_rows : int
        Counted from the chunks where it is not given.
    """

    chunks: Iterable[TextChunk]
    n_rows: int = field(
        default=Factory(lambda self: sum(map(len, self.chunks)), takes_self=True)
    )

    def __len__(self) -> int:
        return self.n_rows

    def to_objects(self) -> Objects:
        """Return the same texts as Python objects."""
        texts = [chunk.text(row) for chunk in self.chunks for row in range(len(chunk))]
        values = np.empty(len(texts), dtype=object)
        values[:] = texts
        return Objects(values)


@frozen(eq=False)
class Words:
    """A column that came encoded: codes into a vocabulary.

    Parameters
    ----------
    codes : int array, shape (n_rows,)
        Positions in ``words``; negative where missing.
    words : object array
        The vocabulary, in any order; of any kind.
    """

    codes: Array
    words: Array

    def __len__(self) -> int:
        return len(self.codes)

    def to_objects(self) -> Objects:
        """Return the same column as Python objects, None where missing."""
        values = np.empty(len(self.codes), dtype=object)
        here = self.codes >= 0
        values[here] = self.words[self.codes[here]]
        return Objects(values)


@frozen(eq=False)
class Objects:
    """Python objects of any kind, as frames and records hold them."""

    values: Array

    @classmethod
    def of(cls, items: Sequence[Any]) -> Objects:
        """Hold each item as it is, lists and tuples among them.

        Examples
        --------
        >>> Objects.of([[1, 2], [3, 4]]).values.tolist()
        [[1, 2], [3, 4]]
        """
        return cls(np.fromiter(items, dtype=object, count=len(items)))

    def __len__(self) -> int:
        return len(self.values)


@frozen(eq=False)
class DayNumbers:
    """Days as most files keep them: counted from 1970-01-01.

    Parameters
    ----------
    days : int32 array, shape (n_rows,)
    known : bool array, shape (n_rows,), or None
    """

    days: NDArray[np.int32]
    known: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.days)

    def to_values(self) -> Values:
        """Return the same days as ``datetime64``."""
        return Values(self.days.astype(np.int64).view("datetime64[D]"), self.known)


RawColumn = DayNumbers | Values | Texts | Words | Objects


@frozen(eq=False)
class Stretch:
    """Neighbouring rows of a foreign table, to be walked through a few at a time.

    Parameters
    ----------
    n_rows : int
    walk : callable
        From names, a number of rows and a set of names to batches, one after the
        other: the columns of these names, each of at most so many rows, lent until the
        next batch is asked for; texts in the set come as :class:`Words`. Each stretch
        may be walked through in a thread of its own.
    lacks : callable
        From a name to whether values are missing in its column, as far as that can be
        told without reading it.
    """

    n_rows: int
    walk: Callable[[Sequence[str], int, Collection[str]], Iterator[list[RawColumn]]]
    lacks: Callable[[str], bool]


NumberText = Callable[[str], str | None]


def _row(row: int) -> str:
    return f"row {row}"


@frozen(eq=False)
class RawTable:
    """A foreign table: its column names, and a way to read one column.

    Parameters
    ----------
    names : tuple of str
        As the table has them, repeats included.
    n_rows : int
    read : callable
        From a name to its column; may be called from several threads at once.
    row_name : callable
        From a position to how a person finds the row: ``row 0`` is the first of a
        frame, ``data row 1`` the first under the header of a CSV file, ``sheet row 2``
        a row as the spreadsheet counts it.
    stretches : tuple of Stretch
        All rows, in their order; none where the table can be read by the column only.
    read_words : callable
        Reads a column in which few words occur again and again: its texts come as
        :class:`Words` where that is less work; ``read`` itself where it is not said.
    number_text : callable or None
        From a text in a column of numbers to the plain text of that number, or None
        where nobody can tell which number is meant. None takes texts as they are.
    """

    names: tuple[str, ...]
    n_rows: int
    read: Callable[[str], RawColumn]
    row_name: Callable[[int], str] = _row
    stretches: tuple[Stretch, ...] = ()
    read_words: Callable[[str], RawColumn] = field(
        default=Factory(lambda self: self.read, takes_self=True)
    )
    number_text: NumberText | None = None
