import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custseg.intake import squeezing
from custseg.intake.squeezing import Bits

word = st.integers(0, 2**64 - 1)
small = st.sampled_from([0x4330, 0x4331, 0x4333, 0x4339])
pairs = st.lists(st.tuples(word | small, small), min_size=1, max_size=8)


def array_of(texts):
    """Return texts, given as tuples of words, word by word."""
    return np.array(texts, dtype=np.uint64).T.copy()


@pytest.mark.parametrize("block", [2, 1 << 15])
@given(pairs)
def test_what_is_squeezed_is_spread_again_and_keeps_its_order(block, texts):
    """As long as the varying bits find room."""
    words = array_of(texts)
    bits = Bits.of(words)
    if bits.n_varying > 64:
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(squeezing, "_BLOCK", block)
        key = bits.squeeze(words)
        assert bits.spread(key).tolist() == words.tolist()
    assert int(key.max()) < 1 << bits.n_varying
    ordered = sorted(range(len(texts)), key=texts.__getitem__)
    assert [texts[row] for row in np.argsort(key, kind="stable")] == [
        texts[row] for row in ordered
    ]


@given(pairs, pairs)
def test_the_bits_of_two_lots_are_those_of_all(one, other):
    """Also where one lot is shorter by a word, which counts as zeros."""
    both = Bits.of(array_of(one)).merged(Bits.of(array_of(other)))
    assert both == Bits.of(array_of([*one, *other]))
    short = array_of(other)[:1]
    padded = [(text[0], 0) for text in other]
    assert Bits.of(array_of(one)).merged(Bits.of(short)) == Bits.of(
        array_of([*one, *padded])
    )


def test_a_word_that_some_lack_is_zero_for_them():
    """Squeezed alone, shorter texts fit among the longer ones."""
    long = array_of([(0x4330, 0x4331), (0x4331, 0x4330)])
    short = array_of([(0x4330, 0)])[:1]
    bits = Bits.of(long).merged(Bits.of(short))
    assert bits.spread(bits.squeeze(short)).tolist() == [[0x4330], [0]]


def test_one_text_has_no_bits_left():
    """It is put together from what all share."""
    bits = Bits.of(array_of([(0x4330, 7)]))
    assert bits.n_varying == 0
    assert bits.spread(np.zeros(1, np.uint64)).tolist() == [[0x4330], [7]]
