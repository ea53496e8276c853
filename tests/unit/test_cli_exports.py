"""Files as spreadsheets save them: GBK, commas in numbers, names of their own."""

import gzip
import re

import pytest

from custseg import cli

SALES = '客户,日期,金额,数量\n张三,2026/6/1,"1,234.50","1,000"\n李四,2026/6/2,-5.25,2\n'
INVOICES = (
    "发票号,客户,金额,发票金额,开票日,到期日\n"
    'f1,张三,"不含税","-2,000.00",2026-03-01,2026-03-31\n'
)
NAMES = ["--column=customer_id=客户", "--column=date=日期", "--column=amount=金额"]
NAMES += ["--column=quantity=数量", "--as-of=2026-06-30"]


@pytest.fixture
def sales(tmp_path):
    """Two sales as a spreadsheet in China saves them."""
    path = tmp_path / "销售.csv"
    path.write_text(SALES, encoding="gbk")
    return path


def run(capsys, *arguments):
    """Run the command line; return its status and what it wrote."""
    status = cli.main([str(one) for one in arguments])
    written = capsys.readouterr()
    return status, written.out, written.err


def test_what_nobody_said_is_asked_for(capsys, sales):
    """First the encoding, then what groups the digits."""
    status, _, err = run(capsys, sales, *NAMES)
    assert status == 2
    assert err.endswith("or say how it was saved, such as --encoding GBK\n")
    status, _, err = run(capsys, sales, *NAMES, "--encoding=GBK")
    assert status == 2
    assert "got data row 1: '1,234.50'; mend the data, say --thousands , where" in err
    assert "--decimal , where they begin the decimals or --decimal . where" in err
    assert err.endswith("or choose --treat unparseable_amount=drop\n")


@pytest.mark.parametrize("packed", [False, True])
def test_it_is_read_as_it_was_saved(capsys, sales, tmp_path, packed):
    """1,234.50 is that, and so is a thousand pieces."""
    if packed:
        sales = tmp_path / "packed.csv.gz"
        sales.write_bytes(gzip.compress(SALES.encode("gbk")))
    said = ["--encoding=gbk", "--thousands=,", "--explain=张三"]
    status, out, _ = run(capsys, sales, *NAMES, *said)
    assert status == 0
    assert "sales: 2 rows in = 2 used + 0 dropped" in out
    assert "Net spend in the last 365 days = 1,234.50 CNY" in out
    assert "Net quantity in the last 365 days: 1,000;" in out


@pytest.mark.parametrize("amount", ["1,23.50", "1,2345.00", "12,34", ",123", "1.000,5"])
def test_digits_that_are_not_grouped_by_three_are_not_guessed(capsys, sales, amount):
    """A decimal comma would make an amount a hundred times as large."""
    sales.write_text(SALES.replace("1,234.50", amount), encoding="gbk")
    said = ["--encoding=gbk", "--thousands=,"]
    status, _, err = run(capsys, sales, *NAMES, *said)
    assert (status, f"got data row 1: '{amount}'" in err) == (2, True)


def test_two_tables_may_call_the_amount_by_two_names(capsys, sales, tmp_path):
    """What bears the common name in the other table is another thing there."""
    path = tmp_path / "发票.csv"
    said = ["--encoding=gbk", "--thousands=,", "--invoices", path]
    said += ["--column=invoices.amount=发票金额", "--column=invoices.invoice_id=发票号"]
    said += ["--column=invoices.issued_on=开票日", "--column=due_on=到期日"]
    own = "--column=invoices.amount=发票金额"
    path.write_text(INVOICES.replace("金额,发票", "净额,发票"), encoding="utf-8-sig")
    status, _, err = run(capsys, sales, *NAMES, *(one for one in said if one != own))
    assert (status, "in one table only it is --column invoices.amount=..." in err) == (
        2,
        True,
    )
    path.write_text(INVOICES, encoding="utf-8-sig")  # the mark goes before the option
    status, out, _ = run(capsys, sales, *NAMES, *said)
    assert status == 0
    assert "invoices under zero (data row 1: '-2,000.00')" in out


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("--encoding=klingon", "--encoding: nobody knows it; got klingon"),
        ("--encoding=ascii", "'ascii' codec can't decode .*, or say how it was saved"),
        ("--encoding=rot13", "--encoding: nobody knows it; got rot13"),
        ("--encoding=undefined", "--encoding: nobody knows it; got undefined"),
        ("--column=costs.kind=k", "--column costs.kind: .*; got no file for costs"),
        ("--thousands=.", r"--thousands: this groups no digits; got \.; allowed"),
        ("--decimal=;", r"--decimal: no decimals begin with this; got ;; allowed"),
        ("--delimiter=x", "--delimiter: this separates no columns; got x; allowed"),
        ("--column=bills.amount=x", "no such table; got bills.amount; allowed: sales"),
        ("--column=sales.amont=x", "the sales table has no such column in the contr"),
        (
            "--column=sales.cost=成本",
            "the sales table has no column '成本'; got columns",
        ),
    ],
)
def test_a_slip_is_told(capsys, sales, said, words):
    """In the words of the option."""
    status, _, err = run(capsys, sales, *NAMES, "--encoding=gbk", said)
    assert status == 2
    assert re.search(words, err)


def test_a_file_that_is_not_there_is_told_as_ever(capsys, tmp_path):
    """Nothing is written anew of what cannot be opened."""
    status, _, err = run(capsys, tmp_path / "none.csv", *NAMES, "--encoding=gbk")
    assert (status, "there is no such file" in err) == (2, True)


def test_semicolons_go_with_a_decimal_comma(capsys, tmp_path):
    """The comma is not guessed; which sign separates the columns is found or said."""
    path = tmp_path / "umsatz.csv"
    path.write_text(
        "Kunde;Datum;Betrag, netto\r\nK1;30.06.2026;1.234,50\r\nK2;1.6.2026;1.234\r\n",
        encoding="cp1252",
    )
    said = ["--column=customer_id=Kunde", "--column=date=Datum", "--currency=EUR"]
    said += ["--column=amount=Betrag, netto", "--as-of=2026-06-30"]
    said += ["--date-format=%d.%m.%Y"]
    status, _, err = run(capsys, path, *said)
    assert (status, err.endswith("; say which, such as --delimiter ';'\n")) == (2, True)
    status, _, err = run(capsys, path, *said, "--delimiter=;")
    assert (status, "data row 1: '1.234,50'; data row 2: '1.234';" in err) == (2, True)
    said += ["--delimiter=;", "--decimal=,", "--explain=K1"]
    status, out, _ = run(capsys, path, *said)
    assert status == 0
    assert "Net spend in the last 365 days = 1,234.50 EUR" in out
    assert "2,468.50" in out  # of both


def test_a_workbook_is_one_file_of_several_tables(capsys, tmp_path):
    """A sheet is named behind it; numbers in text are read as they are said to be."""
    book = pytest.importorskip("openpyxl").Workbook()
    book.active.title = "销售"
    for row in (["客户", "日期", "金额"], ["张三", "2026/6/1", "1,234.50"]):
        book.active.append(row)
    other = book.create_sheet("客户资料")
    for row in (["客户编号", "客户"], ["张三", "佛山某公司"]):
        other.append(row)
    path = tmp_path / "账本.xlsx"
    book.save(path)
    said = [
        "--thousands=,",
        "--explain=张三",
        *(one for one in NAMES if "数量" not in one),
    ]
    status, _, err = run(capsys, path, *said)
    assert (status, "name one: 账本.xlsx#销售" in err) == (2, True)
    said += [
        "--customers",
        f"{path}#客户资料",
        "--column=customers.customer_id=客户编号",
    ]
    status, out, _ = run(capsys, f"{path}#销售", *said)
    assert status == 0
    assert "Net spend in the last 365 days = 1,234.50 CNY" in out
    assert "customers: 1 rows in = 1 used" in out
