"""Text files as spreadsheets save them; what cannot be told is asked for."""

import sys

import pytest

from custseg.adapters.delimited import text_table
from custseg.errors import DataError, QualityRefused
from custseg.intake.raw import Texts
from custseg.ledger import Ledger

ROWS = [["customer_id", "date", "amount"], ["张三", "2026-06-01", "1234.50"]]


def text_of(separator, rows=ROWS, end="\r\n"):
    """Return rows as a spreadsheet writes them."""
    return "".join(separator.join(row) + end for row in rows)


@pytest.fixture(params=[True, False], ids=["pyarrow", "pandas"])
def engine(request, monkeypatch):
    """Read with either."""
    if not request.param:
        monkeypatch.setitem(sys.modules, "pyarrow", None)


FORMS = {
    "semicolons.csv": (text_of(";"), "utf-8"),
    "tabs.csv": (text_of("\t"), "utf-8-sig"),
    "bars.csv": (text_of("|"), "utf-8"),
    "unicode text.txt": (text_of("\t"), "utf-16"),
    "commas.txt": (text_of(","), "utf-8"),
    "utf-16.csv": (text_of(","), "utf-16"),
    "told.csv": ("sep=;\r\n" + text_of(";"), "utf-8-sig"),
    "comma in a name.txt": (text_of("\t", [["a, b", "c"], ["x", "y"]]), "utf-8"),
}


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("name", FORMS)
def test_what_separates_the_columns_is_found(name, tmp_path):
    """In the first line, where only one sign can; or said by the file itself."""
    text, encoding = FORMS[name]
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    table = text_table(path, "t")
    columns = map(table.read, table.names)
    read = [
        (one.to_objects() if isinstance(one, Texts) else one).values.tolist()
        for one in columns
    ]
    rows = [["a, b", "c"], ["x", "y"]] if "name" in name else ROWS
    assert [list(table.names), *map(list, zip(*read, strict=True))] == rows


def test_a_first_line_as_short_as_a_note_on_the_separator_names_columns(tmp_path):
    """Only ``sep=`` and one sign are such a note."""
    path = tmp_path / "t.csv"
    path.write_text("id,am\n1,20\n", encoding="utf-8")
    assert text_table(path, "t").names == ("id", "am")


def test_a_last_text_of_two_lines_may_be_closed(tmp_path):
    """Blank lines after it are nothing."""
    path = tmp_path / "t.csv"
    path.write_text('id,note\n1,"one\ntwo"\n\n', encoding="utf-8")
    assert text_table(path, "t").read("note").to_objects().values[0] == "one\ntwo"


def test_what_may_be_either_is_not_guessed(tmp_path):
    """Where it is said, it is read so."""
    path = tmp_path / "t.csv"
    path.write_text("id;net, EUR;note\n1;2;3\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"not clear what.*a comma and a semicolon"):
        text_table(path, "t")
    assert text_table(path, "t", separator=";").names == ("id", "net, EUR", "note")


def test_utf_16_without_its_mark_is_told(tmp_path):
    """Where it is said, it is read so."""
    path = tmp_path / "t.csv"
    path.write_bytes(text_of(",").encode("utf-16-le"))
    with pytest.raises(DataError, match=r"perhaps in UTF-16; save the file in UTF-8"):
        text_table(path, "t")
    table = text_table(path, "t", encoding="utf-16-le")
    assert table.read("customer_id").to_objects().values.tolist() == ["张三"]
    path.write_text("customer_id\na\0\n", encoding="utf-8")  # as old programs fill up
    assert text_table(path, "t").read("customer_id").to_objects().values[0] == "a\0"


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_number_of_two_meanings_is_refused(separator, tmp_path):
    """Where semicolons come from, 1.234 is twelve hundred; with commas it is not."""
    path, plain = tmp_path / "t.csv", tmp_path / "plain.csv"
    tabs = tmp_path / "tabs.tsv"  # is written by programs, not by spreadsheets
    rows = [ROWS[0], ["a", "2026-06-01", "1.234"], ["b", "2026-06-01", "12.50"]]
    path.write_text(text_of(separator, rows), encoding="utf-8")
    plain.write_text(text_of(",", rows), encoding="utf-8")
    tabs.write_text(text_of("\t", rows), encoding="utf-8")
    with pytest.raises(
        QualityRefused,
        match=r"cannot be read, 1 row.*'1\.234'.*say to pandas what point",
    ):
        Ledger.from_files(path)
    assert Ledger.from_files(plain).report.count("rounded_amount") == 1
    assert Ledger.from_files(tabs).report.count("rounded_amount") == 1
    tabs.write_text(text_of(";", rows), encoding="utf-8")  # whatever it is called
    assert text_table(tabs, "t", separator=";").number_text is not None
    with pytest.raises(QualityRefused, match=r"cannot be read, 2 rows.*'1\.234'"):
        Ledger.from_files([plain, path])
