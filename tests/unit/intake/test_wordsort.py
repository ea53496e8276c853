import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custseg.intake import wordsort
from custseg.intake.raw import TextChunk, Texts
from custseg.intake.wordsort import group_texts


def texts_of(*chunks):
    """Lay lists of texts (None is missing) end to end, a chunk for each list."""
    made = []
    for texts in chunks:
        parts = [b"" if text is None else text.encode() for text in texts]
        offsets = np.cumsum([0, *map(len, parts)]).astype(np.int32)
        data = np.frombuffer(b"".join(parts), dtype=np.uint8)
        known = np.array([text is not None for text in texts], dtype=np.bool_)
        made.append(TextChunk(offsets, data, None if known.all() else known))
    return Texts(tuple(made))


def grouped(*chunks):
    """Return the codes and the distinct texts."""
    done = group_texts(texts_of(*chunks))
    flat = np.ascontiguousarray(done.words.T).astype(">u8")
    if not done.words.size:
        return done.codes.tolist(), []
    raw = flat.view(f"S{8 * len(done.words)}").ravel().tolist()
    return done.codes.tolist(), [text.decode() for text in raw]


def expected(*chunks):
    """Do the same with Python's own sets and order."""
    texts = [text for chunk in chunks for text in chunk]
    words = sorted({text for text in texts if text}, key=str.encode)
    return [words.index(text) if text else -1 for text in texts], words


short = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=5)
likely = st.sampled_from(["C001", "C002", "C010", "C1", "", None, "é", "e\u0301"])
long = st.text("ab", min_size=15, max_size=40)


@given(st.lists(st.lists(st.one_of(short, likely)), min_size=1, max_size=3))
def test_texts_are_numbered_in_their_order(chunks):
    """Dense codes in byte order, -1 where there is no text."""
    assert grouped(*chunks) == expected(*chunks)


@given(st.lists(long, min_size=1))
def test_long_texts_are_numbered_by_a_mix(texts):
    """Where the bits that vary are too many to sort by."""
    assert grouped(texts) == expected(texts)


@pytest.mark.parametrize("table_bits", [0, 27])
@pytest.mark.parametrize("block", [3, 1 << 15])
def test_every_way_gives_the_same_codes(table_bits, block, monkeypatch):
    """A table, a sort, blocks of few rows: how it is done does not show."""
    monkeypatch.setattr(wordsort, "_TABLE_BITS", table_bits)
    monkeypatch.setattr(wordsort, "_BLOCK", block)
    texts = [f"C{(n * 7919) % 300:07d}" for n in range(1000)]
    texts[5] = None
    texts[400] = ""
    assert grouped(texts[:333], [], texts[333:]) == expected(texts)


@pytest.mark.parametrize("table_bits", [0, 27])
def test_texts_that_rise_are_numbered_as_they_stand(table_bits, monkeypatch):
    """Ids in their order, as exports have them; with a gap or a repeat they are not."""
    monkeypatch.setattr(wordsort, "_TABLE_BITS", table_bits)
    rising = [f"IN{n // 2:09d}" for n in range(100)]
    codes, words = grouped(rising)
    assert codes == [n // 2 for n in range(100)]
    assert words == rising[::2]
    for texts in (["", *rising], [*rising, "IN000000007"], [*rising[:9], None]):
        assert grouped(texts) == expected(texts)


def test_texts_with_one_mix_stay_apart(monkeypatch):
    """If all mixes were equal, the texts themselves would decide."""
    monkeypatch.setattr(
        wordsort, "_mix", lambda words: np.zeros(words.shape[1], dtype=np.uint64)
    )
    texts = [f"{(n % 35) * 0x9E3779B97F4A7C15:0x}".rjust(20, "~") for n in range(99)]
    assert grouped(texts) == expected(texts)
    numbered = group_texts(texts_of(texts))
    assert numbered.words.shape == (3, 35)


def test_texts_at_the_end_of_the_bytes_are_read_whole():
    """A word of eight bytes must not run past the end of the buffer."""
    texts = ["abcdefghi", "a", "ab", "abcdefgh", "z"]
    assert grouped(texts) == expected(texts)
    assert grouped(["a"]) == ([0], ["a"])


def test_a_slice_of_a_longer_buffer_reads_its_own_bytes():
    """Offsets need not begin at zero."""
    data = np.frombuffer(b"xxabyy", dtype=np.uint8)
    chunk = TextChunk(np.array([2, 3, 4], dtype=np.int64), data)
    assert group_texts(Texts((chunk,))).codes.tolist() == [0, 1]


def test_nothing_is_no_group():
    """No rows, or rows without a text."""
    assert grouped([]) == ([], [])
    assert group_texts(Texts(())).codes.tolist() == []
    assert grouped([None, ""]) == ([-1, -1], [])


def test_limits_are_told():
    """64 bytes and no NUL."""
    assert group_texts(texts_of(["x" * 64])) is not None
    assert group_texts(texts_of(["x" * 65])) is None
    assert group_texts(texts_of(["a\0"])) is None
    assert group_texts(texts_of([])) is not None
