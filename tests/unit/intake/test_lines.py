import pytest

from custseg.intake import lines
from custseg.intake.lines import (
    identical_rows,
    orphan_returns,
    repeated_lines,
    settled_customers,
)
from custseg.ledger import Ledger
from custseg.quality.treatments import Treatments


def sales_of(*rows, names="customer_id date amount order_id line_id"):
    """Return the sorted sales of rows given as texts with blanks between; - is None."""
    split = [[None if x == "-" else x for x in row.split()] for row in rows]
    columns = dict(zip(names.split(), zip(*split, strict=True), strict=True))
    keep = Treatments(duplicate_line="keep", conflicting_line="keep")
    return Ledger.from_frames(columns, quality=keep).tables["sales"]


def test_lines_recorded_twice_are_told_from_those_that_contradict():
    """Positions of all but the first of each line, in canonical order."""
    sales = sales_of(
        "a 2026-01-01 5 o1 1",
        "a 2026-01-01 5 o1 1",
        "a 2026-01-01 6 o1 1",
        "a 2026-01-02 5 o1 2",
        "b 2026-01-01 5 o1 1",
        "a 2026-01-01 5 o2 1",
        "a 2026-01-01 5 - 1",
        "a 2026-01-01 5 - 1",
        "a 2026-01-01 5 o3 -",
        "a 2026-01-01 5 o3 -",
    )
    duplicate, conflicting = repeated_lines(sales)
    assert sales.day[duplicate].tolist() == sales.day[conflicting].tolist() == [20454]
    assert sales.columns["amount"].values[duplicate].tolist() == [500]
    assert sales.columns["amount"].values[conflicting].tolist() == [600]


def test_a_return_may_quote_the_line_of_its_sale():
    """It contradicts no sale, but another return of that day; a zero is no return."""
    sales = sales_of(
        "a 2026-01-01 9 o1 1",
        "a 2026-01-01 5 o2 1",
        "a 2026-01-01 0 o2 1",
        "a 2026-01-03 -2 o1 1",
        "a 2026-01-03 -2 o1 1",
        "a 2026-01-04 -2 o1 1",
        "a 2026-01-05 -1 o1 1",
        "a 2026-01-05 -3 o1 1",
    )
    amounts = sales.columns["amount"].values
    duplicate, conflicting = repeated_lines(sales)
    assert amounts[duplicate].tolist() == [-200]
    assert sales.day[duplicate].tolist() == [20456]  # the 3rd, not the 4th
    assert amounts[conflicting].tolist() == [500, -100]


def test_an_unknown_value_is_not_a_zero():
    """A line with a cost of nothing and one with a cost of 0 contradict each other."""
    names = "customer_id date amount order_id line_id cost"
    sales = sales_of("a 2026-01-01 5 o 1 -", "a 2026-01-01 5 o 1 0", names=names)
    assert [len(rows) for rows in repeated_lines(sales)] == [0, 1]


@pytest.mark.parametrize(
    "names", ["customer_id date amount", "customer_id date amount order_id"]
)
def test_without_line_ids_no_line_is_repeated(names):
    """Rows that are alike are another question."""
    row = "a 2026-01-01 5 o"[: 14 if "order" not in names else 16]
    sales = sales_of(row, row, row, names=names)
    assert [len(rows) for rows in repeated_lines(sales)] == [0, 0]
    assert identical_rows(sales).tolist() == [1, 2]


def test_rows_with_a_line_id_are_never_identical():
    """They are told apart or repeated."""
    sales = sales_of("a 2026-01-01 5 - 1", "a 2026-01-01 5 - 1", "a 2026-01-01 5 - -")
    assert identical_rows(sales).tolist() == []


def test_identical_rows_are_found_on_either_side_of_a_block(monkeypatch):
    """The last row that is mixed in one go, and the first of the next."""
    monkeypatch.setattr(lines, "_NEAR", 4)
    names = "customer_id date amount"
    rows = [f"{who} 2026-01-01 5" for who in "abcdd"]
    assert identical_rows(sales_of(*rows, names=names)).tolist() == [4]


def test_identical_rows_are_found_however_many_there_are():
    """Rows are looked at some at a time, and all but the first of each are counted."""
    rows = ["a 2026-01-01 5 -", "a 2026-01-01 6 -", *["b 2026-01-01 5 -"] * 40_000]
    sales = sales_of(*rows, names="customer_id date amount order_id")
    assert identical_rows(sales).tolist() == list(range(3, 40_002))


def test_a_return_needs_a_sale_before_it():
    """Of the same customer, on the day or earlier."""
    names = "customer_id date amount"
    sales = sales_of(
        "a 2026-01-02 5",
        "a 2026-01-01 -1",  # before the first sale
        "a 2026-01-02 -1",
        "b 2026-01-02 -1",  # of another customer
        "c 2026-01-02 0",
        "c 2026-01-03 -1",  # zero is no sale
        names=names,
    )
    assert orphan_returns(sales).tolist() == [0, 3, 5]


def test_a_return_that_names_its_order_needs_that_order():
    """A sale line of it, by the same customer."""
    names = "customer_id date amount order_id returns_order_id"
    sales = sales_of(
        "a 2026-01-01 5 o1 -",
        "a 2026-01-02 -1 r1 o1",
        "a 2026-01-03 -1 r2 o9",
        "a 2026-01-04 -1 - -",
        "b 2026-01-01 5 o2 -",
        "b 2026-01-05 -1 r3 o1",
        "b 2026-01-06 -1 r4 r3",
        names=names,
    )
    assert orphan_returns(sales).tolist() == [2, 5, 6]


def test_no_sales_are_nothing_odd():
    """An empty table."""
    sales = Ledger.from_records().tables["sales"]
    assert [len(rows) for rows in repeated_lines(sales)] == [0, 0]
    assert len(identical_rows(sales)) == len(orphan_returns(sales)) == 0


def customers_of(*rows):
    """Return the customers of rows: id, first day of validity, type and head count."""
    names = ("customer_id", "valid_from", "type", "employees")
    split = [[None if x == "-" else x for x in row.split()] for row in rows]
    people = dict(zip(names, zip(*split, strict=True), strict=True))
    keep = Treatments(conflicting_customer="keep")
    none = {"customer_id": [], "date": [], "amount": []}
    return Ledger.from_frames(none, customers=people, quality=keep)


def test_descriptions_of_one_day_stand_in_the_order_of_their_content():
    """Those that differ are found, those that are alike are not."""
    rows = [
        "a 2026-01-01 X 5",
        "a 2026-01-01 Y 4",
        "a 2026-01-01 X 5",
        "a 2026-01-02 X 9",
        "b - X 1",
        "b - X -",
        "c 2026-01-01 X 1",
        "c 2026-01-01 X 1",
    ]
    said = []
    for order in (rows, rows[::-1]):
        ledger = customers_of(*order)
        assert ledger.report.count("conflicting_customer") == 2
        table = ledger.tables["customers"]
        settled, conflicting = settled_customers(table)
        for name, column in settled.columns.items():  # they were settled already
            assert column.values.tolist() == table.columns[name].values.tolist()
        assert settled.owners()[conflicting].tolist() == [0, 1]
        said.append(settled.columns["employees"].values.tolist())
    assert said[0] == said[1]
    assert said[0][:4] == [4.0, 5.0, 5.0, 9.0]
