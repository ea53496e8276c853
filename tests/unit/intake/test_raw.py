import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from custseg.intake.raw import (
    Objects,
    RawTable,
    TextChunk,
    Texts,
    Values,
    Words,
    is_missing,
)


@pytest.mark.parametrize(
    "item",
    [None, float("nan"), np.float32("nan"), pd.NaT, pd.NA, np.datetime64("NaT", "D")],
)
def test_nothing_is_missing(item):
    """Every way in which Python, numpy and pandas say nothing."""
    assert is_missing(item)


@pytest.mark.parametrize(
    "item",
    ["", " ", 0, False, float("inf"), Decimal(0), [], [1, 2], dt.date(2026, 1, 1)],
)
def test_something_is_not_missing(item):
    """Blank text, zero and empty lists are something; a list is asked without harm."""
    assert not is_missing(item)


def test_an_array_is_something():
    """An array has no single answer to being unequal to itself."""
    assert not is_missing(np.array([1.0, np.nan]))


def test_texts_are_bytes_end_to_end():
    """Chunks follow each other; a masked text is None whatever its bytes."""
    data = np.frombuffer("王ab".encode(), dtype=np.uint8)
    first = TextChunk(np.array([0, 3, 3]), data)
    second = TextChunk(np.array([3, 4, 5]), data, np.array([False, True]))
    texts = Texts((first, second))
    assert (len(texts), len(first)) == (4, 2)
    assert texts.to_objects().values.tolist() == ["王", "", None, "b"]


def test_words_are_codes_into_a_vocabulary():
    """A negative code is nothing."""
    words = Words(np.array([1, -1, 0]), np.array(["a", 7], dtype=object))
    assert words.to_objects().values.tolist() == [7, None, "a"]
    assert len(words) == 3


def test_lengths_and_row_names():
    """A row is named by its position unless the source knows better."""
    values = Values(np.array([1, 2]))
    assert len(values) == len(Objects(np.array([None, 1], dtype=object))) == 2
    assert RawTable(("a",), 2, lambda _: values).row_name(1) == "row 1"
    named = RawTable(("a",), 2, lambda _: values, lambda row: f"line {row + 2}")
    assert named.row_name(1) == "line 3"
