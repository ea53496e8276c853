from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custseg.errors import DataError
from custseg.intake.identifiers import encode, merge, place_of, texts_of
from custseg.intake.raw import Objects, TextChunk, Texts, Values, Words


def objects(*items):
    """Return a column of Python objects."""
    values = np.empty(len(items), dtype=object)
    values[:] = items
    return Objects(values)


def texts(*items):
    """Return a column in Arrow's form."""
    parts = [item.encode() for item in items]
    offsets = np.cumsum([0, *map(len, parts)])
    return Texts((TextChunk(offsets, np.frombuffer(b"".join(parts), np.uint8)),))


def done(column):
    """Return codes, words and trimmed rows."""
    encoded = encode(column)
    return encoded.codes.tolist(), encoded.texts().tolist(), encoded.trimmed


def test_blanks_are_taken_off_and_counted():
    """In every form of column alike."""
    expected = ([0, 1, 0, -1], ["a", "b"], 1)
    assert done(objects("a", "b", " a", "  ")) == expected
    assert done(texts("a", "b", " a", "  ")) == expected
    words = Words(
        np.array([1, 2, 0, 3]), np.array([" a", "a", "b", "  "], dtype=object)
    )
    assert done(words) == expected


def test_words_that_no_row_uses_are_left_out():
    """A category without rows is no customer."""
    words = Words(np.array([1, -1]), np.array(["x", "y"], dtype=object))
    assert done(words) == ([0, -1], ["y"], 0)


def test_numbers_become_their_decimal_text():
    """Text order, so 10 stands before 9."""
    assert done(Values(np.array([9, 10, 9]))) == ([1, 0, 1], ["10", "9"], 0)
    known = np.array([True, False, True])
    assert done(Values(np.array([9, 10, 9]), known)) == ([0, -1, 0], ["9"], 0)
    assert done(Values(np.array([0.5, np.nan, 2.0]))) == ([0, -1, 1], ["0.5", "2"], 0)
    assert done(Values(np.array([150, 200]), decimals=2)) == ([0, 1], ["1.50", "2"], 0)
    assert done(objects(Decimal("1.50"), 1)) == ([1, 0], ["1", "1.50"], 0)


def test_days_become_iso_text():
    """A day is a name like any other."""
    column = Values(np.array(["2026-01-02", "NaT"], dtype="M8[D]"))
    assert done(column) == ([0, -1], ["2026-01-02"], 0)


def test_short_ascii_words_stay_bytes():
    """Millions of ids are not turned into Python texts before somebody reads them."""
    assert encode(texts("b", "a")).words.dtype.kind == "S"
    assert encode(texts("b", "é")).words.tolist() == ["b", "é"]
    assert texts_of(np.array(["a"], dtype=object)).tolist() == ["a"]


@given(st.lists(st.text(max_size=80)))
def test_every_text_finds_its_own_word(items):
    """Whatever is in a text: long ones, NUL bytes, blanks, all planes of Unicode."""
    valid = [item for item in items if item.isprintable() or "\0" in item]
    bare = sorted({item.strip() for item in valid} - {""})
    for column in (objects(*valid), texts(*valid)):
        codes, words, _ = done(column)
        assert words == bare
        assert [words[c] if c >= 0 else "" for c in codes] == [v.strip() for v in valid]


@given(st.lists(st.integers(0, 300) | st.integers(-(2**63), 2**63 - 1)))
def test_whole_numbers_are_encoded_as_their_texts(items):
    """Of any size and sign, and whether or not the way for plain ones is open."""
    expected = done(objects(*map(str, items)))
    assert done(Values(np.array(items, dtype=np.int64))) == expected
    known = np.array([False] + [True] * len(items))
    masked = done(Values(np.array([7, *items], dtype=np.int64), known))
    assert masked == ([-1, *expected[0]], *expected[1:])


@given(
    st.lists(st.text(max_size=12).filter(str.isprintable), unique=True, min_size=1),
    st.lists(st.integers(-1, 11)),
)
def test_an_encoded_column_is_the_column_of_its_texts(words, codes):
    """In whatever order the vocabulary came, and whichever of its words are used."""
    codes = [code if code < len(words) else -1 for code in codes]
    plain = objects(*(words[code] if code >= 0 else None for code in codes))
    column = Words(np.array(codes, dtype=np.int8), objects(*words).values)
    assert done(column) == done(plain)
    spelled = [f"C{at}" for at in range(len(words))]  # nothing to trim or decode
    plain = objects(*(spelled[code] if code >= 0 else None for code in codes))
    column = Words(np.array(codes, dtype=np.int64), objects(*spelled).values)
    assert done(column) == done(plain)


@pytest.mark.parametrize("n", [1, 500, 501, 2000])
def test_few_words_and_many_are_settled_alike(n):
    """Python's own sort and the arithmetic give one numbering."""
    spelled = [f"{at * 7919 % n}号" if at % 3 else f"SO{at}" for at in range(n)]
    codes, words, trimmed = done(objects(*spelled))
    assert words == sorted(spelled)
    assert [words[code] for code in codes] == spelled
    assert trimmed == 0


def test_kinds_are_told_apart_before_they_are_texts():
    """True equals 1 and 1.0, and still is another id; beside None a text is a text."""
    mixed = [1, 1.0, True, None, "1"]
    assert done(objects(*mixed)) == ([0, 0, 1, -1, 0], ["1", "True"], 0)
    assert done(objects("b", None, "a", "b")) == ([1, -1, 0, 1], ["a", "b"], 0)
    assert done(objects(None, None)) == ([-1, -1], [], 0)


def test_what_is_no_id_is_told():
    """A list, or a float beyond exactness, with the column."""
    with pytest.raises(DataError, match=r"sales\.customer_id: an id must be text"):
        encode(objects([1]), where="sales.customer_id")
    with pytest.raises(DataError, match=r"got a list \(row 2, counted from 0\)"):
        encode(objects("a", ("a",), ["a"]), where="sales.customer_id")
    with pytest.raises(DataError, match="too large to be told apart"):
        encode(Values(np.array([2.0**53])))
    assert done(Values(np.array([2.0**53 - 1])))[1] == ["9007199254740991"]


@pytest.mark.parametrize("kind", ["S", "object"])
def test_a_word_is_found_in_any_spelling(kind):
    """And what is not there is not found, not even by a neighbour's letters."""
    words = np.array(["7", "a", "a?"], dtype=object)
    if kind == "S":
        words = words.astype("S8")
    assert [place_of(item, words) for item in (7, 7.0, " a", b"a?")] == [0, 0, 1, 2]
    for item in ("b", "é", "aé", None, float("nan"), "", "a" * 9, "6"):
        assert place_of(item, words) is None
    assert place_of("a", words[:0]) is None


def test_vocabularies_are_merged_in_text_order():
    """Bytes and texts mix; an empty book takes part."""
    one, two = np.array([b"b", b"d"]), np.array(["a", "é"], dtype=object)
    words, places = merge([one, two, one[:0]])
    assert words.tolist() == ["a", "b", "d", "é"]
    assert [place.tolist() for place in places] == [[1, 2], [0, 3], []]
    words, places = merge([one[:0], one])
    assert words.tolist() == [b"b", b"d"]
    assert [place.tolist() for place in places] == [[], [0, 1]]
    assert merge([one[:0]])[0].tolist() == []
    wide = np.array([b"b", b"c01234567"])  # of more than one word of eight bytes
    words, places = merge([one, wide])
    assert words.tolist() == [b"b", b"c01234567", b"d"]
    assert [place.tolist() for place in places] == [[0, 2], [0, 1]]
    words, places = merge([two, two.copy(), two[:0]])
    assert words.tolist() == ["a", "é"]
    assert [place.tolist() for place in places] == [[0, 1], [0, 1], []]
    words, places = merge([two, one, two.copy(), one[:0], one])
    assert words.tolist() == ["a", "b", "d", "é"]
    assert [place.tolist() for place in places] == [[0, 3], [1, 2], [0, 3], [], [1, 2]]


def test_half_a_character_is_refused():
    """The row is named, the text is not: nobody could print it."""
    column = objects("a", None, "b\ud800", "c")
    with pytest.raises(DataError, match=r"x\.id: .*half a character.*got row 2, count"):
        encode(column, where="x.id")


@pytest.mark.parametrize(
    "item",
    [10**5000, -(10**1010), Decimal("1E+5000"), Decimal("1E+999999999")],
    ids=["int", "negative", "Decimal", "endless"],
)
def test_a_number_too_long_to_write_is_refused(item):
    """Python itself will not write out some of them."""
    with pytest.raises(DataError, match="a number too long to be one; got about"):
        encode(objects(item))
    assert done(objects(10**990, Decimal("1E+2")))[1] == ["1" + "0" * 990, "100"][::-1]
