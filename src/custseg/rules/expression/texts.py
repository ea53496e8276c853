"""Texts of many customers at once: codes into a vocabulary, some of them unknown.

The type or the industry of a customer is one of a few words. Each word is spelled
once, and customers hold its place in the list.

The method: comparing with words is comparing with their places. Where two columns
meet, the second is written in the vocabulary of the first, extended as needed.

Limits: texts are equal or not; they have no order.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import NamedTuple

import numpy as np

from custseg.rules.expression.truths import (
    Mask,
    Truths,
    both,
    either,
    judged,
    known_choice,
)
from custseg.table import Array, Column

__all__ = [
    "Texts",
    "among",
    "choose_texts",
    "first_text",
    "same_text",
    "text_literal",
    "texts_of",
]


class Texts(NamedTuple):
    """Codes into words, and where they are known; None is everywhere."""

    codes: Array
    known: Mask
    words: tuple[str, ...]


def text_literal(value: str) -> Texts:
    """Return one text that stands for all customers."""
    return Texts(np.array(0, dtype=np.int32), None, (value,))


def texts_of(column: Column) -> Texts:
    """Return the texts of a column."""
    return Texts(column.values, column.known, column.words)


def among(choices: tuple[str, ...], texts: Texts) -> Truths:
    """Return where a text is one of the choices."""
    codes, known, words = texts
    wanted = [words.index(choice) for choice in choices if choice in words]
    nothing = np.zeros((), dtype=np.bool_)
    inside = reduce(or_, [codes == code for code in wanted]) if wanted else nothing
    return judged(inside, known)


def choose_texts(condition: Truths, one: Texts, other: Texts) -> Texts:
    """Return one where a condition holds, else the other."""
    words, recoded = _recoded(one.words, other)
    codes = np.where(condition.true, one.codes, recoded)
    return Texts(codes, known_choice(condition, one.known, other.known), words)


def first_text(one: Texts, other: Texts) -> Texts:
    """Return one where it is known, else the other."""
    words, recoded = _recoded(one.words, other)
    if one.known is None:
        return Texts(one.codes, None, words)
    codes = np.where(one.known, one.codes, recoded)
    return Texts(codes, either(one.known, other.known), words)


def same_text(one: Texts, other: Texts) -> Truths:
    """Compare texts, whatever the vocabularies they are coded in."""
    _, recoded = _recoded(one.words, other)
    return judged(np.asarray(one.codes == recoded), both(one.known, other.known))


def _recoded(words: tuple[str, ...], texts: Texts) -> tuple[tuple[str, ...], Array]:
    """Write the codes of texts in a vocabulary that is extended as it must be."""
    if texts.words == words:
        return words, texts.codes
    place = {word: code for code, word in enumerate(words)}
    for word in texts.words:
        place.setdefault(word, len(place))
    translate = np.array([place[word] for word in texts.words] or [0], dtype=np.int32)
    # An unknown place may hold any code; clipping makes it a harmless one.
    return tuple(place), translate.take(texts.codes, mode="clip")
