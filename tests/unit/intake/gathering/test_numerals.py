import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custseg.intake.gathering.numerals import spell_numbers
from custseg.intake.gathering.plain import NotPlain

numbers = st.integers(0, 10**16 - 1) | st.integers(0, 10**8) | st.integers(0, 99)


def read(words):
    """Turn words in text order back into texts."""
    flat = np.array(words).T.astype(">u8").tobytes()
    n = 8 * len(words)
    return [flat[at : at + n].rstrip(b"\0").decode() for at in range(0, len(flat), n)]


@given(st.lists(numbers, min_size=1, max_size=20))
def test_numbers_are_spelled_as_python_does(values):
    """And sort as their texts do, not as the numbers."""
    words = spell_numbers(np.array(values)).at(np.arange(len(values)))
    assert read(words) == [str(value) for value in values]
    by = np.lexsort(words[::-1])
    assert [str(values[row]) for row in by] == sorted(map(str, values))


def test_every_length_is_spelled():
    """The smallest and the largest number of 1 to 16 digits."""
    values = [v for n in range(16) for v in (10**n, 10 ** (n + 1) - 1)]
    for some in (values, values[:16]):
        words = spell_numbers(np.array(some)).at(np.arange(len(some)))
        assert read(words) == [str(value) for value in some]


@pytest.mark.parametrize("kind", [np.int8, np.uint16, np.int32, np.uint64])
def test_numbers_of_every_width_are_taken(kind):
    """Neighbours are compared as numbers."""
    taken = spell_numbers(np.array([7, 7, 9], dtype=kind))
    assert taken.words[0].tolist() == [7, 7, 9]


@pytest.mark.parametrize("odd", [-1, 10**16])
def test_other_numbers_are_not_plain(odd):
    """A sign, or too many digits."""
    with pytest.raises(NotPlain):
        spell_numbers(np.array([1, odd]))
