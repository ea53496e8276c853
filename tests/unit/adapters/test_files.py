import pandas as pd
import pytest

from custseg.adapters.files import raw_file
from custseg.errors import DataError
from custseg.intake.identifiers import encode
from custseg.intake.raw import Objects, Texts, Values, Words

FRAME = pd.DataFrame({"a": ["x", "y", None], "b": [1, 2, 3]})


def test_columns_of_a_parquet_file_are_read_one_by_one(tmp_path):
    """With their types, and when asked for."""
    pytest.importorskip("pyarrow")
    path = tmp_path / "t.PARQUET"
    FRAME.to_parquet(path)
    table = raw_file(path, where="t")
    assert (table.names, table.n_rows, table.row_name(2)) == (("a", "b"), 3, "row 2")
    assert isinstance(table.read("a"), Texts)
    assert table.read("b").values.tolist() == [1, 2, 3]


def test_words_that_occur_again_and_again_come_as_codes(tmp_path):
    """From row groups of different words too; numbers stay numbers."""
    pytest.importorskip("pyarrow")
    path = tmp_path / "t.parquet"
    words = ["x", "y", None, "x", " z", ""]
    frame = pd.DataFrame({"a": words, "b": range(6)})
    frame.to_parquet(path, row_group_size=2)
    table = raw_file(path, where="t")
    read = table.read_words("a")
    assert isinstance(read, Words)
    assert read.to_objects().values.tolist() == words
    coded, plain = encode(read), encode(table.read("a"))
    assert coded.codes.tolist() == plain.codes.tolist() == [0, 1, -1, 0, 2, -1]
    assert coded.texts().tolist() == plain.texts().tolist() == ["x", "y", "z"]
    assert table.read_words("b").values.tolist() == [0, 1, 2, 3, 4, 5]


def test_a_parquet_file_that_goes_away_is_told(tmp_path):
    """It is opened again for each column."""
    pytest.importorskip("pyarrow")
    path = tmp_path / "t.parquet"
    FRAME.to_parquet(path)
    table = raw_file(path, where="t")
    path.write_bytes(b"PAR1 something else PAR1")
    with pytest.raises(
        DataError, match=r"t: the file cannot be read; got 't\.parquet'"
    ):
        table.read("a").to_objects()
    with pytest.raises(DataError, match=r"t: the file cannot be read"):
        table.read("b")


@pytest.mark.parametrize("how", ["text", "number", "word", "stretch"])
def test_columns_of_two_parquet_files_are_never_mixed(how, tmp_path):
    """Another one, as long and with the same columns, may take its place meanwhile."""
    pytest.importorskip("pyarrow")
    path, later = tmp_path / "t.parquet", tmp_path / "later.parquet"
    FRAME.to_parquet(path)
    table = raw_file(path, where="t")
    FRAME[::-1].to_parquet(later, index=False)
    later.replace(path)
    read = {
        "text": lambda: table.read("a").to_objects(),
        "number": lambda: table.read("b"),
        "word": lambda: table.read_words("a"),
        "stretch": lambda: list(table.stretches[0].walk(["b"], 10, ())),
    }[how]
    with pytest.raises(DataError, match=r"t: the file was changed while.*'t\.parquet'"):
        read()


@pytest.mark.parametrize("separator", [",", "\t"])
def test_a_csv_file_is_text_throughout(separator, tmp_path):
    """Tabs go by the suffix; rows are named from the first under the header."""
    path = tmp_path / {",": "t.csv", "\t": "t.tsv"}[separator]
    FRAME.to_csv(path, sep=separator, index=False)
    table = raw_file(str(path), where="t")
    assert (table.names, table.n_rows) == (("a", "b"), 3)
    assert table.row_name(0) == "data row 1"
    assert table.read("b").to_objects().values.tolist() == ["1", "2", "3"]
    assert table.read("a").to_objects().values.tolist() == ["x", "y", None]


def test_files_end_to_end_name_their_rows(tmp_path):
    """By file, and within it."""
    paths = []
    for n in range(2):
        paths.append(tmp_path / f"{n}.csv")
        FRAME.iloc[: n + 1].to_csv(paths[-1], index=False)
    table = raw_file(paths, where="t")
    assert table.n_rows == 3
    assert [table.row_name(row) for row in range(3)] == [
        "0.csv data row 1",
        "1.csv data row 1",
        "1.csv data row 2",
    ]
    assert table.read("a").to_objects().values.tolist() == ["x", "x", "y"]


def parquet(folder, name, **columns):
    """Write a Parquet file."""
    path = folder / f"{name}.parquet"
    pd.DataFrame(columns).to_parquet(path)
    return path


def test_typed_files_are_joined_by_type(tmp_path):
    """Numbers with their masks, categories with texts, never numbers with texts."""
    pytest.importorskip("pyarrow")
    numbers = parquet(tmp_path, "n", a=[1, 2])
    holes = parquet(tmp_path, "h", a=pd.array([None, 3], dtype="Int64"))
    texts = parquet(tmp_path, "t", a=["x"])
    codes = parquet(tmp_path, "c", a=pd.Categorical(["y", None]))
    days = parquet(tmp_path, "d", a=pd.to_datetime(["2026-01-01"]))
    joined = raw_file([numbers, holes], where="t").read("a")
    assert isinstance(joined, Values)
    assert joined.values[[0, 1, 3]].tolist() == [1, 2, 3]
    assert joined.known.tolist() == [True, True, False, True]
    joined = raw_file([texts, codes], where="t").read("a")
    assert isinstance(joined, Objects)
    assert joined.values.tolist() == ["x", "y", None]
    for pair in ([numbers, texts], [numbers, days]):
        with pytest.raises(
            DataError, match=r"t\.a: the files hold this column in different"
        ):
            raw_file(pair, where="t").read("a")


def test_a_header_longer_than_a_field_may_be_is_told(tmp_path):
    """It is no traceback of the reader."""
    path = tmp_path / "t.csv"
    path.write_text("a," + "x" * 131_073 + "\n1,2\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"cannot be read; got 't\.csv': field larger"):
        raw_file(path, where="t")
