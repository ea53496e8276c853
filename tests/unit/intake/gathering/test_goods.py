import numpy as np
import pytest

from custseg.intake.gathering import goods
from custseg.intake.gathering.goods import Vocabulary, settle_words
from custseg.intake.gathering.plain import NotPlain
from custseg.intake.raw import Values, Words


def words(codes, *texts):
    """Return a batch of a column that came encoded."""
    items = np.empty(len(texts), dtype=object)
    items[:] = texts
    return Words(np.array(codes), items)


def test_words_are_numbered_as_they_come():
    """Through all batches; what is missing is 0, what is not used has no number."""
    vocabulary = Vocabulary()
    assert vocabulary.read(words([1, -1, 0], "b", "a", "x")).tolist() == [2, 0, 1]
    assert vocabulary.read(words([0, 2, -7], "c", "x", "a")).tolist() == [3, 2, 0]
    assert vocabulary.numbers == {"b": 1, "a": 2, "c": 3}


def test_a_word_may_be_nothing():
    """As a dictionary of Arrow may hold one."""
    assert Vocabulary().read(words([1, 0], "b", None)).tolist() == [0, 1]


@pytest.mark.parametrize(
    "column",
    [
        Values(np.array([1, 2])),
        words([0], 7),
        words([0], *map(str, range(goods._MOST_AT_ONCE + 1))),
    ],
)
def test_other_columns_are_not_plain(column):
    """Numbers, words that are none, and far too many words."""
    with pytest.raises(NotPlain, match=r"^$"):
        Vocabulary().read(column)


def test_words_have_to_fit_into_16_bits(monkeypatch):
    """Those of a stretch, and those of all."""
    monkeypatch.setattr(goods, "_MOST", 2)
    vocabulary = Vocabulary()
    first = vocabulary.read(words([0, 1], "a", "b"))
    with pytest.raises(NotPlain, match=r"^$"):
        vocabulary.read(words([0], "c"))
    other = Vocabulary()
    codes = np.concatenate([first, other.read(words([0], "c"))])
    with pytest.raises(NotPlain, match=r"^$"):
        settle_words([(vocabulary, codes[:2]), (other, codes[2:])], codes)


def test_words_of_all_stretches_are_put_into_text_order():
    """In place; blanks around do not count, and a blank alone is nothing."""
    stretches = Vocabulary(), Vocabulary(), Vocabulary()
    codes = np.concatenate(
        [
            stretches[0].read(words([0, 1, 2], "tile", " pipe ", "  ")),
            stretches[1].read(words([0, -1, 1], "pipe", "brick")),
        ]
    )
    parts = codes[:3], codes[3:], codes[6:]
    done = settle_words(list(zip(stretches, parts, strict=True)), codes)
    assert done.words == ("brick", "pipe", "tile")
    assert done.values is codes
    assert codes.tolist() == [2, 1, -1, 1, -1, 0]
    assert done.known.tolist() == [True, True, False, True, False, True]


def test_words_that_are_all_there_have_no_mask():
    """As in the long way."""
    one = Vocabulary()
    codes = one.read(words([0, 0], "tile"))
    assert settle_words([(one, codes)], codes).known is None
