"""What a path, a folder, a glob or a list names, and which files are one table."""

import gzip

import pandas as pd
import pytest

from custseg.adapters.larger.sources import as_files, check_unreadable, open_files
from custseg.errors import DataError, SettingError


@pytest.fixture
def folder(tmp_path):
    """A folder with files of several kinds, one in a folder below."""
    (tmp_path / "2025").mkdir()
    frame = pd.DataFrame({"customer_id": ["a", "b"], "amount": [1.0, 2.0]})
    frame.to_parquet(tmp_path / "2025" / "may.parquet")
    frame.to_parquet(tmp_path / "june.parquet")
    frame.to_csv(tmp_path / "july.csv", index=False)
    (tmp_path / "notes.txt").write_text("nothing")
    (tmp_path / "_SUCCESS.parquet").write_text("")
    return tmp_path


def names(paths):
    """Return the names of files."""
    return [path.name for path in paths]


def test_a_folder_gives_all_files_of_known_kinds(folder):
    """Those below too; marks of other programs are passed over."""
    found = as_files(folder, where="sales")
    assert names(found) == ["may.parquet", "july.csv", "june.parquet"]


def test_globs_lists_and_paths(folder, monkeypatch):
    """Each names files once, whether absolute or not."""
    assert names(as_files(f"{folder}/**/*.parquet", where="sales")) == [
        "may.parquet",
        "_SUCCESS.parquet",
        "june.parquet",
    ]
    both = [folder / "june.parquet", f"{folder}/ju*.parquet", folder / "july.csv"]
    assert names(as_files(both, where="sales")) == ["june.parquet", "july.csv"]
    monkeypatch.chdir(folder)
    assert names(as_files("ju*.csv", where="sales")) == ["july.csv"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("jun.parquet", "no such file.*did you mean 'june.parquet'"),
        ("*.pq", "no such file"),
        ("notes.txt", "this kind of file is not read"),
        ("book.xlsx#May", "this kind of file is not read.*segment reads more kinds"),
        ("empty", "holds no file of a known kind"),
        ("", "the path is empty"),
        ([], "no file is given"),
        (7, "an object of type int"),
        (pd.DataFrame(), "an object of type DataFrame; frames in memory go to segment"),
    ],
)
def test_what_names_no_file_is_told(folder, given, said, monkeypatch):
    """Each slip in its own words."""
    monkeypatch.chdir(folder)
    (folder / "empty").mkdir()
    (folder / "book.xlsx").touch()
    with pytest.raises(DataError, match=said):
        as_files(given, where="sales")


def test_rows_are_counted_or_estimated(folder):
    """Exactly in Parquet files; from the length of lines in CSV files."""
    assert open_files([folder / "june.parquet"], table="sales").rows == 2
    text = "customer_id,amount\n" + "C1,5\n" * 999
    (folder / "july.csv").write_text(text)
    assert open_files([folder / "july.csv"], table="sales").rows == 1001
    packed = folder / "august.csv.gz"
    packed.write_bytes(gzip.compress(text.encode()))
    assert open_files([packed], table="sales").names == ("customer_id", "amount")


@pytest.mark.parametrize(
    ("text", "encoding", "said"),
    [
        ("customer_id;amount\n", "utf-8", "a semicolon separates the columns"),
        ("sep=,\ncustomer_id,amount\n", "utf-8", "its first line is for a spreadsheet"),
        ("customer_id,amount\n", "utf-16", "it is in UTF-16: save it in UTF-8"),
        ("customer_id;amount, net;x\n", "utf-8", "it is not clear what separates"),
    ],
)
def test_text_of_another_form_is_told(text, encoding, said, folder):
    """It is read as a whole only, where its numbers can be looked at."""
    (folder / "odd.csv").write_text(text, encoding=encoding)
    with pytest.raises(DataError, match=f"cannot be read; got .*odd.csv': {said}"):
        open_files([folder / "odd.csv"], table="sales")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("odd.csv", b"x" * 140_000 + b",y\n"),
        ("odd.csv.gz", b"\x1f\x8b\b" + b"\0" * 7 + b"\xff" * 50),
    ],
    ids=["long", "noise"],
)
def test_a_head_that_no_engine_takes_is_a_broken_file(name, content, folder):
    """It can be left out like any other: a name as long as a book, or packed noise."""
    (folder / name).write_bytes(content)
    both = [folder / "july.csv", folder / name]
    with pytest.raises(DataError, match=f"the file cannot be read; got .*{name}"):
        open_files(both, table="sales")
    source = open_files(both, table="sales", unreadable="skip")
    assert source.skipped == (folder / name,)


def test_files_of_different_columns_are_no_table(folder):
    """The odd file and the odd columns are named."""
    pd.DataFrame({"customer_id": ["a"], "price": [1.0]}).to_parquet(
        folder / "odd.parquet"
    )
    with pytest.raises(DataError, match=r"'odd.parquet' differs .* in amount, price"):
        open_files([folder / "june.parquet", folder / "odd.parquet"], table="sales")


def test_files_that_hold_a_column_otherwise_are_no_table(folder):
    """Texts here and floats there are not joined in silence."""
    pd.DataFrame({"customer_id": ["a"], "amount": ["1.0"]}).to_parquet(
        folder / "odd.parquet"
    )
    with pytest.raises(DataError, match=r"sales\.amount.*different forms.*text in"):
        open_files([folder / "june.parquet", folder / "odd.parquet"], table="sales")


def test_widths_of_numbers_do_not_matter(folder):
    """Whole numbers of 32 and of 64 bits are one kind."""
    for name, kind in (("x.parquet", "int32"), ("y.parquet", "int64")):
        pd.DataFrame({"amount": [5]}).astype(kind).to_parquet(folder / name)
    paths = [folder / "x.parquet", folder / "y.parquet"]
    (group,) = open_files(paths, table="sales").groups
    assert group.paths == tuple(paths)


def test_a_choice_that_there_is_not():
    """Only refuse and skip can be said."""
    with pytest.raises(SettingError, match="allowed: 'refuse', 'skip'"):
        check_unreadable("ignore")
