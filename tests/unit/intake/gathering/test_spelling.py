import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custseg.intake.gathering.plain import NotPlain
from custseg.intake.gathering.spelling import spell
from custseg.intake.raw import TextChunk

signs = st.text("ab01", min_size=1, max_size=20)


def chunk_of(texts, *, before=b""):
    """Lay texts end to end, behind some bytes of others."""
    parts = [text.encode() for text in texts]
    offsets = (len(before) + np.cumsum([0, *map(len, parts)])).astype(np.int32)
    return TextChunk(offsets, np.frombuffer(before + b"".join(parts), np.uint8))


def read(words):
    """Turn words in text order back into texts."""
    flat = np.array(words).T.astype(">u8").tobytes()
    n = 8 * len(words)
    return [flat[at : at + n].rstrip(b"\0").decode() for at in range(0, len(flat), n)]


@given(st.lists(signs, min_size=1, max_size=9), st.sampled_from([b"", b"xyz"]))
def test_ids_are_read_where_runs_begin(texts, before):
    """Any rows, in any order; and neighbours are alike where their words are."""
    spelled = spell(chunk_of(texts, before=before))
    rows = np.arange(len(texts))[::-1]
    assert read(spelled.at(rows)) == texts[::-1]
    same = [all(word[i] == word[i - 1] for word in spelled.words) for i in rows[:-1]]
    assert same == [texts[i] == texts[i - 1] for i in rows[:-1]]


@pytest.mark.parametrize("each", [8, 9, 15, 16, 17, 63, 64])
def test_ids_of_one_length_are_read_whole(each):
    """The last eight bytes overlap what stands before them."""
    texts = [f"{n:0{each}d}" for n in (3, 1, 10**7)]
    spelled = spell(chunk_of(texts))
    assert spelled.length == each
    assert read(spelled.at(np.arange(3))) == texts


@pytest.mark.parametrize(
    "odd",
    ["", " a", "a ", "a\t", "\x1fa", "a\0", "a\u3000", "\u00a0a", "\x7fa", "x" * 65],
)
@pytest.mark.parametrize("length", [1, 8])
def test_an_id_that_has_to_be_looked_at_is_not_plain(odd, length):
    """Blanks at the ends, control characters, and what is too long or nothing."""
    texts = ["b" * max(length, len(odd)), odd.rjust(length, "b") if odd else odd]
    if odd.startswith((" ", "\x1f", "\u00a0", "\x7f")):
        texts[1] = odd.ljust(length, "b")
    with pytest.raises(NotPlain):
        spell(chunk_of(texts))


def test_a_missing_id_is_not_plain():
    """A mask that says all are there is none."""
    chunk = chunk_of(["a", "b"])
    there = TextChunk(chunk.offsets, chunk.data, np.array([True, True]))
    assert read(spell(there).at(np.array([1]))) == ["b"]
    gone = TextChunk(chunk.offsets, chunk.data, np.array([True, False]))
    with pytest.raises(NotPlain):
        spell(gone)
