"""Ids that are whole numbers, spelled with their decimal digits.

An id is a text, whatever it came as: the customers 7, 70 and 8 stand in this order. To
tell whether two lines have one customer the numbers themselves are compared; only for
the first line of a run are the digits worked out, eight at a time, in arithmetic on
64-bit words (a division by ten is a multiplication and a shift, for all digits at
once).

Limits: numbers under zero, or of more than sixteen digits, are not plain.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.intake.gathering.plain import NotPlain
from custseg.intake.textwords import WordArray
from custseg.table import Array

__all__ = ["Numerals", "spell_numbers"]

_EIGHT = 10**8
_SIXTEEN = 10**16
_ZEROS = 0x3030303030303030


@frozen(eq=False)
class Numerals:
    """The ids of a batch that came as whole numbers.

    Parameters
    ----------
    words : list of one uint64 array, shape (n_rows,)
        The numbers.
    """

    words: list[WordArray]

    def at(self, rows: NDArray[np.int64]) -> list[WordArray]:
        """Return the texts of some rows as words in text order, NUL behind the end."""
        numbers = self.words[0][rows]
        powers = np.array([10**n for n in range(1, 16)], dtype=np.uint64)
        digits = 1 + np.searchsorted(powers, numbers, side="right").astype(np.uint64)
        low = _eight_digits(numbers % np.uint64(_EIGHT))
        if int(numbers.max()) < _EIGHT:
            return [low << (np.uint64(64) - digits * np.uint64(8))]
        high = _eight_digits(numbers // np.uint64(_EIGHT))
        # Both words together move left by the leading zeros, 0 to 15 bytes of them.
        by = (np.uint64(16) - digits) * np.uint64(8)
        half = np.minimum(by, np.uint64(64) - np.uint64(8))
        split = np.where(by == 0, np.uint64(0), low >> (np.uint64(64) - half))
        short = by >= 64
        first = np.where(short, low << (by & np.uint64(63)), (high << half) | split)
        return [first, np.where(short, np.uint64(0), low << half)]


def spell_numbers(values: Array) -> Numerals:
    """Take the ids of a batch that came as whole numbers.

    Parameters
    ----------
    values : integer array, shape (n_rows,), at least one

    Raises
    ------
    NotPlain
        When a number is negative or has more than sixteen digits.

    Examples
    --------
    >>> words = spell_numbers(np.array([7, 70])).at(np.array([0, 1]))
    >>> [hex(word) for word in words[0].tolist()]
    ['0x3700000000000000', '0x3730000000000000']
    """
    if int(values.min()) < 0 or int(values.max()) >= _SIXTEEN:
        raise NotPlain
    return Numerals([values.astype(np.uint64)])


def _eight_digits(numbers: WordArray) -> WordArray:
    """Write numbers under 10**8 as eight digits, the first in the highest byte."""
    fours = (numbers // np.uint64(10_000)) << np.uint64(32)
    fours |= numbers % np.uint64(10_000)
    # 10486 / 2**20 and 103 / 2**10 are near enough to a hundredth and a tenth.
    hundreds = (fours * np.uint64(10_486)) >> np.uint64(20)
    hundreds &= np.uint64(0x0000007F_0000007F)
    twos = (hundreds << np.uint64(16)) | (fours - hundreds * np.uint64(100))
    tens = (twos * np.uint64(103)) >> np.uint64(10)
    tens &= np.uint64(0x000F_000F_000F_000F)
    ones = (tens << np.uint64(8)) | (twos - tens * np.uint64(10))
    digits: WordArray = ones | np.uint64(_ZEROS)
    return digits
