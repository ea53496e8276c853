import numpy as np
import pandas as pd
import pytest

from custseg.adapters.arrow import from_arrow_column
from custseg.adapters.frames import raw_table
from custseg.errors import DataError
from custseg.intake.identifiers import encode
from custseg.intake.raw import Objects, Texts, Values, Words

pa = pytest.importorskip("pyarrow")


def read(column):
    """Read one column of a pandas frame."""
    return raw_table(pd.DataFrame({"x": column}), where="t").read("x")


def test_numbers_are_lent_not_copied():
    """Numpy columns, and Arrow ones without a null."""
    array = np.arange(4.0)
    assert np.shares_memory(raw_table({"x": array}, where="t").read("x").values, array)
    arrow = pa.array(array)
    lent = from_arrow_column(arrow).values
    assert np.shares_memory(lent, arrow.to_numpy())


def test_texts_are_lent_not_copied():
    """The bytes and the offsets are Arrow's own."""
    arrow = pa.array(["ab", None, "c"])
    (chunk,) = from_arrow_column(arrow).chunks
    assert chunk.data.tobytes()[:3] == b"abc"
    assert chunk.data.ctypes.data == arrow.buffers()[2].address
    assert [chunk.text(row) for row in range(3)] == ["ab", None, "c"]


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        (pd.Series([1, 2]), Values),
        (pd.Series([1, None], dtype="Int64"), Values),
        (pd.Series([True, None], dtype="boolean"), Values),
        (pd.Series(["a"], dtype="category"), Words),
        (pd.Series(["a"], dtype="string[pyarrow]"), Texts),
        (pd.Series(["a"], dtype=pd.ArrowDtype(pa.string())), Texts),
        (pd.Series(["a"], dtype=pd.StringDtype("python")), Objects),
        (pd.Series([b"a"]), Objects),
        (pd.Series(pd.to_timedelta([1])), Objects),
        (pd.Series(pd.period_range("2026", periods=1, freq="D")), Objects),
        (pd.Series(pd.arrays.SparseArray([1.0])), Objects),
    ],
)
def test_each_type_of_pandas_has_its_shape(column, kind):
    """Whatever it is, one of the four."""
    assert isinstance(read(column), kind)


def test_masks_and_zones_come_along():
    """What is missing is not zero, and what is aware is UTC."""
    masked = read(pd.Series([1, None], dtype="Int64"))
    assert masked.known.tolist() == [True, False]
    aware = read(
        pd.to_datetime(pd.Series(["2026-01-01 00:30"])).dt.tz_localize("Asia/Tokyo")
    )
    assert aware.aware
    assert str(aware.values[0])[:16] == "2025-12-31T15:30"
    arrow = from_arrow_column(pa.array([0, None], pa.timestamp("s", "Asia/Tokyo")))
    assert (arrow.aware, arrow.known.tolist()) == (True, [True, False])
    flags = from_arrow_column(pa.array([True, None]))
    assert (flags.values.dtype.kind, flags.known.tolist()) == ("b", [True, False])


@pytest.mark.parametrize(
    "array",
    [
        pa.array([None, None]),
        pa.array([[1], [2]]),
        pa.array([{"a": 1}, None]),
        pa.array([1, 2], pa.duration("s")),
        pa.array([1, None], pa.time32("s")),
        pa.array([b"x", None]),
        pa.array([1, None], pa.decimal256(40, 0)),
    ],
)
def test_other_arrow_types_become_objects(array):
    """Nothing is lost, and nothing fails."""
    read_ = from_arrow_column(pa.chunked_array([array]))
    assert isinstance(read_, Objects)
    assert read_.values.tolist() == array.to_pylist()


def test_fixed_point_is_borrowed_where_it_fits():
    """Beyond 64 bits it goes by objects; what is under a null does not matter."""
    small = from_arrow_column(pa.array([1, None, -3], pa.decimal128(10, 0)).slice(1))
    assert (small.values.tolist()[1], small.known.tolist()) == (-3, [False, True])
    large = from_arrow_column(pa.array([10**30, 1], pa.decimal128(38, 0)))
    assert isinstance(large, Objects)
    assert from_arrow_column(pa.chunked_array([], pa.decimal128(9, 2))).decimals == 2


@pytest.mark.parametrize(
    "kind",
    [pa.bool_(), pa.int8(), pa.uint64(), pa.float16(), pa.float32(), pa.float64()],
    ids=str,
)
@pytest.mark.parametrize("start", [0, 3, 9, 20])
def test_a_slice_is_read_from_where_it_begins(kind, start):
    """Bits too, which begin within a byte; what is null is zero."""
    some = [None if at % 3 == 1 else at % 2 for at in range(20)]
    whole = pa.array(np.array(some, dtype=object), pa.int8()).cast(kind)
    column = from_arrow_column(pa.chunked_array([whole[start:], whole[:2]]))
    wanted = [*some[start:], *some[:2]]
    assert column.known.tolist() == [one is not None for one in wanted]
    assert column.values.tolist() == [one or 0 for one in wanted]
    assert column.values.dtype == kind.to_pandas_dtype()
    codes = from_arrow_column(whole[start:].cast(pa.string()).dictionary_encode())
    words = [None if code < 0 else codes.words[code] for code in codes.codes]
    assert words == whole[start:].cast(pa.string()).to_pylist()


def test_dictionaries_of_chunks_are_laid_end_to_end():
    """Nulls may stand among the codes or among the words."""
    one = pa.array(["b", None, "a"]).dictionary_encode()
    two = pa.DictionaryArray.from_arrays(
        pa.array([0, 1, 1], pa.int32()), pa.array(["a", None])
    )
    both = from_arrow_column(pa.chunked_array([one, two]))
    assert both.to_objects().values.tolist() == ["b", None, "a", "a", None, None]
    assert from_arrow_column(one[1:]).to_objects().values.tolist() == [None, "a"]


def test_words_of_an_arrow_table_come_as_codes():
    """And those of other frames as they are."""
    table = {"x": ["b", None, "b"]}
    words = raw_table(pa.table(table), where="t").read_words("x")
    assert isinstance(words, Words)
    assert words.to_objects().values.tolist() == ["b", None, "b"]
    assert isinstance(raw_table(table, where="t").read_words("x"), Objects)


def test_short_codes_of_arrow_reach_every_word():
    """128 words in 8 bits each: a missing one still finds a number of its own."""
    codes = pa.array([127, None, 0], pa.int8())
    some = pa.DictionaryArray.from_arrays(codes, [f"w{n:03}" for n in range(128)])
    done = encode(from_arrow_column(some))
    assert done.codes.tolist() == [1, -1, 0]
    assert done.texts().tolist() == ["w000", "w127"]
    full = pa.DictionaryArray.from_arrays(codes.slice(0, 1), some.dictionary)
    assert encode(from_arrow_column(full)).texts().tolist() == ["w127"]


def test_words_in_another_encoding_are_read_as_texts_are():
    """A sign that is none is replaced, encoded or not."""
    raw = [b"gr\xfcn", b"rot"]
    data = pa.array(raw, pa.binary()).buffers()
    texts = pa.StringArray.from_buffers(2, data[1], data[2])
    codes = pa.array([1, 0], pa.int32())
    words = pa.DictionaryArray.from_arrays(codes, texts)
    assert from_arrow_column(words).words.tolist() == ["gr\ufffdn", "rot"]


def test_masked_and_foreign_arrays_of_numpy():
    """A mask is what is missing; bytes are turned to this machine's order."""
    column = np.ma.array([1, 2], mask=[False, True], dtype=">i4")
    read_ = raw_table({"x": column}, where="t").read("x")
    assert (read_.values[0], read_.known.tolist()) == (1, [True, False])
    assert read_.values.dtype.isnative


def test_a_raw_table_is_passed_on():
    """Opening twice is opening once."""
    table = raw_table({"x": [1]}, where="t")
    assert raw_table(table, where="t") is table


def test_names_of_several_levels_are_told():
    """They are joined first."""
    columns = pd.MultiIndex.from_tuples([("sale", "amount"), ("sale", "date")])
    frame = pd.DataFrame([[1, 2]], columns=columns)
    with pytest.raises(
        DataError, match=r"t: .*names of several levels.*join the levels"
    ):
        raw_table(frame, where="t")
