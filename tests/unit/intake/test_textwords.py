import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custseg.intake import textwords
from custseg.intake.raw import TextChunk
from custseg.intake.textwords import blocks_of_words, eights_of, lay

texts = st.lists(st.binary(max_size=20), min_size=1, max_size=9)


def chunk_of(items, *, known=None):
    """Lay byte strings end to end."""
    offsets = np.cumsum([0, *map(len, items)]).astype(np.int32)
    return TextChunk(offsets, np.frombuffer(b"".join(items), np.uint8), known)


def words_of(item, n_words):
    """Cut a byte string into big-endian numbers of eight bytes each."""
    full = item.ljust(8 * n_words, b"\0")
    return [int.from_bytes(full[8 * j : 8 * j + 8], "big") for j in range(n_words)]


@pytest.mark.parametrize("block", [2, 1 << 15])
@given(texts)
def test_words_are_the_bytes_in_front_of_zeros(block, items):
    """Of texts of any length, wherever in the data they end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(textwords, "_BLOCK", block)
        parts = list(blocks_of_words(chunk_of(items), 3))
    laid = np.concatenate([words for words, _ in parts], axis=1)
    empty = np.concatenate([empty for _, empty in parts])
    assert laid.T.tolist() == [words_of(item, 3) for item in items]
    assert empty.tolist() == [not item for item in items]


def test_texts_of_one_length_are_read_at_even_steps():
    """As long as there are bytes behind the last; without them, one by one."""
    items = [b"C0000001", b"C0000002", b"C0000003"]
    for n_words in (1, 2):
        (words, _), *more = blocks_of_words(chunk_of(items), n_words)
        assert not more
        assert words.T.tolist() == [words_of(item, n_words) for item in items]


def test_a_missing_text_is_empty():
    """Whatever bytes stand in its place."""
    known = np.array([True, False])
    ((words, empty),) = blocks_of_words(chunk_of([b"a", b"b"], known=known), 1)
    assert words.tolist() == [[0x61 << 56, 0]]
    assert empty.tolist() == [False, True]


def test_words_beyond_the_end_of_the_data_are_zero():
    """A second word of texts of one byte."""
    words = np.ones((2, 1), dtype=np.uint64)
    lay(eights_of(np.frombuffer(b"a", np.uint8)), np.array([0]), np.array([1]), words)
    assert words.tolist() == [[0x61 << 56], [0]]
