"""What lines say in words, such as category and brand: a small code for each line.

The words of a line are no sums, so they are kept line by line, in 16 bits each. A
stretch numbers its words as they come; when all are known they are put into text order,
as the long way would have done it, and the lines get their final codes in place.

Limits: a column with more than 32,766 words in a stretch, or more than 4,096 in one
batch, is not plain; nor is one that does not come encoded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from attrs import Factory, define
from numpy.typing import NDArray

from custseg.intake.gathering.plain import NotPlain
from custseg.intake.identifiers import encode
from custseg.intake.raw import RawColumn, Words
from custseg.table import Array, Column
from custseg.units import Unit

__all__ = ["Codes", "Vocabulary", "settle_words"]

Codes = NDArray[np.int16]

_MOST = int(np.iinfo(np.int16).max) - 1
_MOST_AT_ONCE = 1 << 12


@define
class Vocabulary:
    """The words of one column in one stretch, numbered from 1 as they come.

    Parameters
    ----------
    numbers : dict of str to int
    """

    numbers: dict[str, int] = Factory(dict)

    def read(self, column: RawColumn) -> Codes:
        """Return the numbers of a batch, 0 where nothing is said.

        Raises
        ------
        NotPlain
            When the column is not encoded, has too many words or holds other things.

        Examples
        --------
        >>> some = Words(np.array([1, -1, 0]), np.array(["b", "a"], dtype=object))
        >>> Vocabulary().read(some).tolist()
        [2, 0, 1]
        """
        if not isinstance(column, Words) or len(column.words) > _MOST_AT_ONCE:
            raise NotPlain
        place = column.codes
        if len(place) and int(place.min()) < 0:  # what is missing comes last
            place = np.where(place < 0, len(column.words), place)
        listed = column.words.tolist()
        new = [at for at, word in enumerate(listed) if word not in self.numbers]
        if new:
            used = np.bincount(place, minlength=len(listed))
            self._add(listed[at] for at in new if used[at])
        own = [self.numbers.get(word, 0) for word in listed]
        codes: Codes = np.array([*own, 0], dtype=np.int16).take(place)
        return codes

    def _add(self, words: Iterator[object]) -> None:
        """Give words that have occurred their numbers."""
        for word in words:
            if word is None:
                continue
            if not isinstance(word, str) or len(self.numbers) == _MOST:
                raise NotPlain
            self.numbers.setdefault(word, len(self.numbers) + 1)


def settle_words(stretches: Sequence[tuple[Vocabulary, Codes]], codes: Codes) -> Column:
    """Give the lines of all stretches their final codes.

    Parameters
    ----------
    stretches : sequence of (Vocabulary, int16 array)
        Of each stretch its words and its lines' numbers, which are overwritten.
    codes : int16 array, shape (n_lines,)
        The lines of all stretches, of which those arrays are parts.

    Returns
    -------
    Column
        Codes into words in text order, -1 where nothing is said; not copied.

    Raises
    ------
    NotPlain
        When there are too many words.
    """
    listed = [word for one, _ in stretches for word in one.numbers]
    items = np.empty(len(listed), dtype=object)
    items[:] = listed
    done = encode(Words(np.arange(len(items)), items))
    if len(done.words) > _MOST:
        raise NotPlain
    start, some_unknown = 0, False
    for one, part in stretches:
        stop = start + len(one.numbers)
        final: Array = np.append(-1, done.codes[start:stop]).astype(np.int16)
        # Numbers are in range; "clip" says so, and nothing is laid out in between.
        final.take(part, out=part, mode="clip")
        some_unknown |= bool(len(part) and int(part.min()) < 0)
        start = stop
    words = tuple(done.texts().tolist())
    return Column(codes, Unit.TEXT, codes >= 0 if some_unknown else None, words)
