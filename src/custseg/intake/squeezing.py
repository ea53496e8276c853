"""Words without the bits that never vary, so that short numbers stand for long texts.

Of ``C0012345`` all 64 bits are needed to write it, but beside its likes some 24 of them
vary; the rest is put back when somebody wants to read it. Squeezed words keep their
order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from attrs import frozen

from custseg.intake.textwords import WordArray
from custseg.table import Array

__all__ = ["Bits"]

_BLOCK = 1 << 15
"""Rows worked on at a time: three blocks of words fit into a core's cache."""

_ALL = (1 << 64) - 1


@frozen
class Bits:
    """Which bits texts have in each of their words.

    Parameters
    ----------
    some, every : tuple of int
        For each word, the bits that some text has and those that all texts have.

    Examples
    --------
    >>> bits = Bits.of(np.array([[0x6131, 0x6133, 0x6132]], dtype=np.uint64))
    >>> bits.n_varying, bits.squeeze(np.array([[0x6133]], dtype=np.uint64)).tolist()
    (2, [3])
    >>> [hex(word) for word in bits.spread(np.array([2], np.uint64))[0].tolist()]
    ['0x6132']
    """

    some: tuple[int, ...]
    every: tuple[int, ...]

    @classmethod
    def of(cls, words: Iterable[Array]) -> Bits:
        """Look at the words of some texts, each of shape (n_texts,), at least one."""
        seen = [
            (int(np.bitwise_or.reduce(word)), int(np.bitwise_and.reduce(word)))
            for word in words
        ]
        return cls(tuple(some for some, _ in seen), tuple(every for _, every in seen))

    def merged(self, other: Bits) -> Bits:
        """Return the bits of both; a text has zeros in words that it does not reach."""
        n = max(len(self.some), len(other.some))
        mine, theirs = self._of_words(n), other._of_words(n)
        return Bits(
            tuple(a | b for a, b in zip(mine.some, theirs.some, strict=True)),
            tuple(a & b for a, b in zip(mine.every, theirs.every, strict=True)),
        )

    def _of_words(self, n: int) -> Bits:
        more = (0,) * (n - len(self.some))
        return Bits(self.some + more, self.every + more)

    @property
    def varying(self) -> tuple[int, ...]:
        """The bits of each word that differ between texts."""
        pairs = zip(self.some, self.every, strict=True)
        return tuple(some & ~every & _ALL for some, every in pairs)

    @property
    def n_varying(self) -> int:
        """How many bits a squeezed text has."""
        return sum(mask.bit_count() for mask in self.varying)

    def squeeze(
        self, words: Array | Sequence[Array], dtype: type[np.generic] = np.uint64
    ) -> Array:
        """Squeeze texts to their varying bits, at most as many as the dtype has.

        Parameters
        ----------
        words : uint64 arrays, shape (n_texts,)
            At least one; words that are not there are zeros.
        dtype : numpy integer type

        Returns
        -------
        array of that dtype, shape (n_texts,)
        """
        key = np.empty(len(words[0]), dtype=dtype)
        runs = [run for run in self._runs() if run[0] < len(words)]
        for start in range(0, len(key), _BLOCK):
            into = key[start : start + _BLOCK]
            squeezed = np.zeros(len(into), dtype=np.uint64)
            for j, mask, right in runs:
                block = words[j][start : start + _BLOCK]
                squeezed |= _shifted(block & np.uint64(mask), right)
            into[:] = squeezed
        return key

    def spread(self, key: Array) -> WordArray:
        """Put squeezed bits back between those that all texts share.

        Parameters
        ----------
        key : uint64 array, shape (n_texts,)

        Returns
        -------
        uint64 array, shape (n_words, n_texts)
        """
        words = np.empty((len(self.every), len(key)), dtype=np.uint64)
        runs = list(self._runs())
        for start in range(0, len(key), _BLOCK):
            some = key[start : start + _BLOCK]
            block = words[:, start : start + len(some)]
            block[:] = np.array(self.every, dtype=np.uint64)[:, None]
            for j, mask, right in runs:
                block[j] |= _shifted(some, -right) & np.uint64(mask)
        return words

    def _runs(self) -> Iterator[tuple[int, int, int]]:
        """Yield each run of varying bits: its word, its mask, its way to the right."""
        above = 0
        varying = self.varying
        for j in range(len(varying) - 1, -1, -1):
            bit = 0
            while bit < 64:
                start = bit
                while bit < 64 and varying[j] >> bit & 1:
                    bit += 1
                if bit > start:
                    yield j, ((1 << (bit - start)) - 1) << start, start - above
                    above += bit - start
                bit += 1


def _shifted(words: Array, right: int) -> Array:
    if right >= 0:
        return words >> np.uint64(right)
    return words << np.uint64(-right)
