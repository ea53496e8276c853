"""Workbooks of Excel: the values of the cells, or a word about why not."""

import datetime as dt
import sys
import zipfile

import pytest

from custseg.adapters.files import raw_file
from custseg.contract import Columns
from custseg.errors import DataError, MissingDependency, QualityRefused
from custseg.intake.identifiers import encode
from custseg.ledger import Ledger

HEADS = ["customer_id", "date", "amount"]
DAY = dt.date(2026, 6, 1)


@pytest.fixture
def book(tmp_path):
    """Return what writes rows into a workbook, and gives its path."""
    openpyxl = pytest.importorskip("openpyxl")

    def write(*rows, then=None, name="book.xlsx"):
        made = openpyxl.Workbook()
        for row in rows:
            made.active.append(row)
        if then is not None:
            then(made.active)
        made.save(tmp_path / name)
        return tmp_path / name

    return write


def test_cells_keep_their_values(book):
    """7.0 is the id 7, the text 007 is another, and 00007 is shown for a 7."""

    def show_zeros(sheet):
        sheet["A5"].number_format = "00000"

    morning = dt.datetime(2026, 6, 1, 9, 30)  # noqa: DTZ001 - as cells have it
    path = book(
        HEADS,
        [7.0, DAY, 0.1 + 0.2],
        ["007", morning, "99.90"],
        [" ", "2026/6/2", -5],
        [7, 20260604, 1e3],
        then=show_zeros,
    )
    table = raw_file(path, where="sales")
    assert (table.names, table.n_rows) == (tuple(HEADS), 4)
    assert encode(table.read("customer_id")).texts().tolist() == ["00007", "007", "7"]
    read = table.read("date").values.tolist()
    assert read == [DAY, morning, "2026/6/2", 20260604]
    ledger = Ledger.from_files(path)
    assert ledger.tables["sales"].columns["amount"].values.sum() == 30 + 9990 + 100_000
    assert ledger.report.dropped("sales") == 1


def test_rows_without_a_value_are_passed_over(book):
    """Above, between and far below; the others keep the numbers of the sheet."""

    def tail(sheet):
        sheet["A5000"] = "  "
        sheet["C9000"].number_format = "0.00"

    heads = [" customer_id", "the\nday", "amount"]  # nor are such blanks in a name
    path = book([], heads, ["a", DAY, 1], [None, ""], ["b", "soon", 2], then=tail)
    assert raw_file(path, where="sales").n_rows == 2
    with pytest.raises(QualityRefused, match="got sheet row 5: 'soon'"):
        Ledger.from_files(path, columns=Columns(date="the day"))


def test_one_sheet_is_a_table(book):
    """The only one that is visible and not empty, or the one that is named."""

    def more(sheet):
        for title, state in (("客户", "visible"), ("old", "hidden"), ("x", "visible")):
            other = sheet.parent.create_sheet(title)
            other.sheet_state = state
            if title != "x":
                other.append(["customer_id", "city"])
                other.append(["a", title])

    path = book(HEADS, ["a", DAY, 1], then=more)
    with pytest.raises(
        DataError,
        match=r"several sheets; got 'book.xlsx': 'Sheet', '客户'; name one: "
        "book.xlsx#Sheet",
    ):
        raw_file(path, where="sales")
    with pytest.raises(DataError, match=r"no such sheet; got 'shet' of.*mean 'Sheet'"):
        raw_file(f"{path}#shet", where="sales")
    with pytest.raises(DataError, match=r"no such sheet; got 'x{300}' of"):
        raw_file(f"{path}#{'x' * 300}", where="sales")
    assert raw_file(f"{path}#old", where="t").read("city").values.tolist() == ["old"]
    ledger = Ledger.from_files(f"{path}#Sheet", customers=f"{path}#客户")
    assert ledger.tables["customers"].columns["city"].words == ("客户",)
    alone = book(HEADS, ["a", DAY, 1], name="no #1.xlsx#May.xlsx")
    assert raw_file(alone, where="t").n_rows == 1


def merge(*ranges):
    """Return what merges cells of a sheet."""

    def then(sheet):
        for one in ranges:
            sheet.merge_cells(one)

    return then


def fail(sheet):
    """Put an error into a cell."""
    sheet["A2"] = "#N/A"
    sheet["A2"].data_type = "e"


ONE = ["a", DAY, 1]
ODD = {
    "a title": ([["Sales 2026"], HEADS, ONE], None, "no name; .*row 1: 'Sales 2026'"),
    "two rows of names": ([["id", None, "n"], HEADS], None, "no name; .*nothing for B"),
    "merged names": ([HEADS, [None, None, "net"]], merge("A1:A2"), "merged.*: A1:A2"),
    "merged rows": ([HEADS, ONE, [None, DAY, 2]], merge("A2:A3"), "merged.*: A2:A3"),
    "a merged total": (
        [HEADS, ONE, ["合计", None, 1]],
        merge("A3:B3"),
        "merged.*A3:B3",
    ),
    "a total": ([HEADS, ONE, ["合计", None, 1]], None, "dates .*sheet row 3: nothing"),
    "days as numbers": ([HEADS, ["a", 46203, 1]], None, "46203; .*numbers of days as"),
    "an error": ([HEADS, ONE], fail, "cells hold an error; got 'book.xlsx': A2 #N/A"),
    "a formula": ([HEADS, ["a", DAY, "=1+1"]], None, "not calculated; .*: C2; open"),
    "long ids": ([HEADS, [6222021234567890, DAY, 1]], None, "fifteen digits.*: A2"),
    "1.234 as text": ([HEADS, ["a", DAY, "1.234"]], None, "amounts.*row 2: '1.234'"),
    "no sheet": ([], None, "no visible sheet of the workbook holds anything"),
    "no column": ([["客户"], ["a"]], None, "no column 'customer_id'; got columns 客户"),
}


@pytest.mark.parametrize("what", ODD)
def test_what_the_cells_cannot_tell_is_refused(what, book):
    """By its coordinates, and never read as something else."""
    rows, then, words = ODD[what]
    with pytest.raises((DataError, QualityRefused, KeyError), match=words):
        Ledger.from_files(book(*rows, then=then))


def test_what_is_odd_in_a_column_that_nobody_reads_is_no_matter(book):
    """Cells far away may be merged, or hold an error."""
    path = book([*HEADS, "note"], [*ONE, "=1+1"], then=merge("D2:D3", "F1:G9"))
    assert len(Ledger.from_files(path)) == 1


def test_a_size_that_is_stated_wrongly_hides_no_row(book, tmp_path):
    """Some programs state that a sheet is its first cell."""
    old, new = book(HEADS, ["a", DAY, 1], ["b", DAY, 2]), tmp_path / "new.xlsx"
    with zipfile.ZipFile(old) as source, zipfile.ZipFile(new, "w") as target:
        for name in source.namelist():
            content = source.read(name).replace(b'ref="A1:C3"', b'ref="A1"')
            target.writestr(name, content)
    table = raw_file(new, where="t")
    assert (table.names, table.n_rows) == (tuple(HEADS), 2)


def test_a_formula_that_gives_an_empty_text_is_calculated(book, tmp_path):
    """As a spreadsheet saves it, without the word that its values are old."""
    old, new = book([*HEADS, "city"], [*ONE, "=x"]), tmp_path / "new.xlsx"
    with zipfile.ZipFile(old) as source, zipfile.ZipFile(new, "w") as target:
        for name in source.namelist():
            content = source.read(name).replace(b' fullCalcOnLoad="1"', b"")
            content = content.replace(b'<c r="D2">', b'<c r="D2" t="str">')
            target.writestr(name, content)
    assert raw_file(new, where="t").read("city").values.tolist() == [None]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"customer_id,date,amount\n", "it is no workbook, whatever its name says"),
        (
            b"\xd0\xcf\x11\xe0" + b"\0" * 600,
            "a password, or the form of .* before 2007",
        ),
        (b"PK\x03\x04 and then nothing", r"'book\.xlsx': BadZipFile; open it in"),
    ],
)
def test_what_is_no_workbook_is_told(content, words, tmp_path):
    """Whatever openpyxl makes of it."""
    pytest.importorskip("openpyxl")
    path = tmp_path / "book.xlsx"
    path.write_bytes(content)
    with pytest.raises(DataError, match=f"the file cannot be read; .*{words}"):
        raw_file(path, where="t")


def test_a_workbook_that_another_program_holds_is_told(book, monkeypatch):
    """As on some systems, while it is open in a spreadsheet."""
    path = book(HEADS, ONE)

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "open", refuse)
    with pytest.raises(DataError, match=r"Permission denied; close it in other prog"):
        raw_file(path, where="t")


def test_a_total_under_the_customers_is_none_of_them(book, tmp_path):
    """It has no day that could be missing; elsewhere that tells it."""
    path = book(["customer_id", "credit_limit"], ["a", 5], ["合 计：", 5])
    text = tmp_path / "c.csv"
    text.write_text("customer_id,credit_limit\na,5\nTotal,5\n", encoding="utf-8")
    for one, row in ((path, "sheet row 3"), (text, "data row 2")):
        with pytest.raises(DataError, match=f"is a total, no customer; got .*{row}"):
            raw_file(one, where="customers")
        assert raw_file(one, where="sales").n_rows == 2
    path = book(["no", "rank", "customer_id"], [1, "=x", "a"], [None, "=x", "Total"])
    with pytest.raises(DataError, match=r"is a total, no customer; got .*'Total'"):
        raw_file(path, where="customers")
    path = book(["rank", "customer_id", "city"], ["=x", "a", "Total"])
    assert raw_file(path, where="customers").n_rows == 1


def test_without_openpyxl_it_is_said_what_is_needed(tmp_path, monkeypatch):
    """CSV needs nothing."""
    (tmp_path / "book.xlsx").write_bytes(b"")
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    monkeypatch.setitem(sys.modules, "openpyxl.reader.excel", None)
    with pytest.raises(MissingDependency, match=r"needs openpyxl.*\[excel\], or save"):
        Ledger.from_files(tmp_path / "book.xlsx")
