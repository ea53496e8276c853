"""Whether lines are what was once written, a million of them.

Who checks a journal every night should not wait for hours. To take each line apart, and
write it anew in its canonical form, is most of the work; and most of it is the same few
texts over and over.

The method: the text that is hashed is put together as it was when the line was sealed.
An equal hash then says that the whole text is the one written. It proves the line only
if that text can be cut into the line's parts in one way alone, and so each JSON part
must be one whole value and no other part may hold a quotation mark. Texts that come
again are looked at once. Whatever is not plain goes the slow way
(:func:`custseg.journal.chain.sound_line`), whose answer is the same.
"""

from __future__ import annotations

import json

from custseg.journal.chain import Line, line_hash, sound_line

__all__ = ["Sounder"]

_MOST = 20_000
"""Texts that are remembered, so that a strange journal does not fill the memory."""

_HEX = frozenset("0123456789abcdef")

_decoded = json.JSONDecoder().raw_decode


class Sounder:
    """Tells whether lines are sound, and remembers what it has looked at.

    Examples
    --------
    >>> from custseg.journal.chain import ORIGIN, seal_line
    >>> line = seal_line(Line(2, 1, 9, 0, None, "B", "FIRST", "[]", "{}", "{}", 0, "",
    ...                       "", b"", b""), ORIGIN)
    >>> sounder = Sounder()
    >>> sounder.sound(line, ORIGIN), sounder.sound(line._replace(subject=8), ORIGIN)
    (True, False)
    """

    def __init__(self) -> None:
        self._plain: set[str] = set()
        self._whole: set[str] = set()

    def sound(self, line: Line, previous: bytes) -> bool:
        """Tell whether a line is what was written after the row with this hash."""
        if (
            line.previous == previous
            and self._parts_are_plain(line)
            and line_hash(line, previous) == line.hash
        ):
            return True
        return sound_line(line, previous)

    def _parts_are_plain(self, line: Line) -> bool:
        """Tell whether the text of a line can be cut into its parts in one way."""
        (number, batch, subject, corrects, before, after, action, reasons, inputs,
         state, members, digest, note, _, _) = line  # fmt: skip
        if {*map(type, (number, batch, subject, corrects, members))} != {int}:
            return False
        if {*map(type, (action, reasons, inputs, state, digest, note))} != {str}:
            return False
        for text in (before, after, action):
            if text is not None and text not in self._plain:
                if not _is_plain(text):
                    return False
                _remember(self._plain, text)
        for text in (reasons, state):
            if text not in self._whole:
                if not _is_whole(text):
                    return False
                _remember(self._whole, text)
        return _HEX.issuperset(digest) and _HEX.issuperset(note) and _is_whole(inputs)


def _remember(texts: set[str], text: str) -> None:
    if len(texts) < _MOST:
        texts.add(text)


def _is_plain(text: object) -> bool:
    """Tell whether a text stands between quotation marks as it is."""
    return (
        isinstance(text, str)
        and text.isascii()
        and text.isprintable()
        and '"' not in text
        and "\\" not in text
    )


def _is_whole(text: str) -> bool:
    """Tell whether a text is one list or mapping in JSON, and nothing around it.

    Examples
    --------
    >>> [_is_whole(text) for text in ('{"a":[1]}', '{"a":1', '{"a":1},{}', '7', "")]
    [True, False, False, False, False]
    """
    if text[:1] not in {"{", "["}:
        return False
    try:
        _, end = _decoded(text)
    except (ValueError, RecursionError):
        return False
    return end == len(text)
