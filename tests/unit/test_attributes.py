"""Columns of the customers that the contract has no name for: what may be one."""

import pytest

import custseg as cs
from custseg.attributes import (
    attribute_fields,
    customers_with,
    name_fault,
    named_attribute,
)
from custseg.contract import TABLES, Kind
from custseg.errors import QualityRefused, SettingError

SALES = {
    "customer_id": ["a", "b"],
    "date": ["2026-06-01", "2026-06-02"],
    "amount": [1.0, 2.0],
}


@pytest.mark.parametrize(
    "name", ["parking_lots", "Parking lots", "车位数", "m² (roof)"]
)
def test_a_column_has_the_name_that_its_table_gives_it(name):
    """Blanks inside, capitals and any script will do."""
    assert name_fault(name) is None
    assert named_attribute(f"customers.{name}") == name


@pytest.mark.parametrize(
    ("name", "words", "hint"),
    [
        (
            "City",
            "the contract has the column 'city' already",
            r".*Columns\(city=...\) says what .*",
        ),
        (
            "credit limit",
            "has the column 'credit_limit' already",
            "take the feature of the catalogue .*",
        ),
        ("amount", "has the column 'amount' already", "rename the column"),
        ("E-Mail", "a name, phone, e-mail or address is never read", "leave it out"),
        ("NAME", "a name, phone, e-mail or address is never read", "leave it out"),
        ("a.b", "has no point in it", "rename the column, such as parking_lots"),
        ("", "is empty, or has blanks around", "write it as the table has it"),
        (" lots", "is empty, or has blanks around", "write it as the table has it"),
        ("lots\u200b", "or hidden signs", "write it as the table has it"),
    ],
)
def test_what_cannot_be_a_name_is_told_with_a_way_out(name, words, hint):
    """What the contract has is used by its own name; what is personal is not read."""
    with pytest.raises(SettingError, match=f"^attributes: .*{words}.*; {hint}$"):
        attribute_fields({name: "number"})
    assert name_fault(name) is not None


def test_every_wrong_name_and_unit_is_told_at_once():
    """A name that is none and a unit that is none are two problems."""
    words = r"(?s)2 problems.*city.*\['lots'\]: an attr.*'numbr'.*did you mean 'number'"
    with pytest.raises(SettingError, match=words):
        attribute_fields({"city": "text", "lots": "numbr"})
    with pytest.raises(SettingError, match=r"wrong kind; got a list; allowed: a mapp"):
        attribute_fields(["lots"])


def test_the_unit_decides_how_a_column_is_read():
    """Money is exact, texts are codes, a yes or no is kept as it was written."""
    units = ("number", "count", "days", "money", "text", "flag")
    fields = attribute_fields({f"x_{unit}": unit for unit in units})
    kinds = [Kind.NUMBER, Kind.NUMBER, Kind.NUMBER, Kind.MONEY, Kind.TEXT, Kind.TEXT]
    assert [one.kind for one in fields] == kinds
    assert not any(one.required for one in fields)
    spec = customers_with(fields)
    assert spec.fields == (*TABLES["customers"].fields, *fields)
    assert customers_with(()) is TABLES["customers"]
    assert attribute_fields(None) == ()


def test_columns_of_the_contract_and_of_other_tables_are_no_attributes():
    """Only the table of customers has further columns."""
    names = ("customers.city", "customers.customer_id", "sales.lots", "lots")
    assert [named_attribute(one) for one in names] == ["", "", "", ""]


def customers_of(ledger):
    """Return the columns of the customers in a ledger."""
    return sorted(ledger.tables["customers"].columns)


def test_a_ledger_reads_what_is_named_and_nothing_else():
    """The phone stays where it is; ``only`` leaves out an attribute like any column."""
    people = {
        "customer_id": ["a", "b"],
        "lots": [3, None],
        "phone": ["1", "2"],
        "city": ["Leeds", None],
    }
    named = {"lots": "number", "not_there": "text"}
    ledger = cs.Ledger.from_frames(SALES, customers=people, attributes=named)
    assert customers_of(ledger) == ["city", "lots"]
    some = {"customers": people, "attributes": named}
    assert customers_of(cs.Ledger.from_frames(SALES, **some, only=["lots"])) == ["lots"]
    assert customers_of(cs.Ledger.from_frames(SALES, **some, only=["city"])) == ["city"]
    with pytest.raises(SettingError, match="only: the contract has no column of this"):
        cs.Ledger.from_frames(SALES, customers=people, only=["lots"])


def test_files_and_records_are_read_alike(tmp_path):
    """The same three doors, the same ledger."""
    frames = cs.Ledger.from_frames(
        SALES,
        customers={"customer_id": ["a", "b"], "lots": [3, None], "rent": [10.5, "7"]},
        attributes={"lots": "number", "rent": "money"},
    )
    (tmp_path / "sales.csv").write_text(
        "customer_id,date,amount\na,2026-06-01,1\nb,2026-06-02,2\n", encoding="utf-8"
    )
    (tmp_path / "people.csv").write_text(
        "customer_id,lots,rent,phone\na,3,10.50,1\nb,,7,2\n", encoding="utf-8"
    )
    files = cs.Ledger.from_files(
        tmp_path / "sales.csv",
        customers=tmp_path / "people.csv",
        attributes={"lots": "number", "rent": "money"},
    )
    records = cs.Ledger.from_records(
        [
            cs.Customer("a", attributes={"lots": 3, "rent": "10.50", "shoe": 44}),
            cs.Customer("b", attributes={"rent": 7}),
        ],
        [cs.Transaction("a", "2026-06-01", 1), cs.Transaction("b", "2026-06-02", 2)],
        attributes={"lots": "number", "rent": "money"},
    )
    assert files == frames
    assert records == frames
    assert frames.tables["customers"].columns["rent"].values.tolist() == [1050, 700]


def test_what_no_record_fills_is_no_column():
    """As with every other field; what nobody named is not looked at."""
    card = cs.Customer("a", attributes={"lots": None, "shoe": 44})
    ledger = cs.Ledger.from_records([card], attributes={"lots": "number"})
    assert customers_of(ledger) == []


def test_an_object_of_ones_own_has_the_attribute_as_a_field():
    """Records need not be of custseg's classes."""

    class Card:
        customer_id, city, lots = "a", "Leeds", 12

    ledger = cs.Ledger.from_records([Card()], attributes={"lots": "number"})
    assert ledger.tables["customers"].columns["lots"].values.tolist() == [12.0]


def test_a_value_that_is_no_number_is_on_the_record():
    """An attribute is judged as any optional column is, and can be refused."""
    people = {"customer_id": ["a", "b"], "lots": ["many", "3"]}
    named = {"lots": "count"}
    ledger = cs.Ledger.from_frames(SALES, customers=people, attributes=named)
    told = {one.kind: one.rows for one in ledger.quality().findings}
    assert told["unparseable_value"] == 1
    with pytest.raises(QualityRefused, match=r"customers\.lots"):
        cs.Ledger.from_frames(
            SALES,
            customers=people,
            attributes=named,
            quality=cs.Treatments(unparseable_value="refuse"),
        )


def test_ledgers_go_together_if_they_keep_an_attribute_alike():
    """Otherwise the codes of texts would be taken for numbers."""

    def ledger(who, lots, unit):
        sale = {"customer_id": [who], "date": ["2026-06-01"], "amount": [1.0]}
        people = {"customer_id": [who], "lots": [lots]}
        return cs.Ledger.from_frames(sale, customers=people, attributes={"lots": unit})

    three, five = ledger("a", 3, "count"), ledger("b", "5", "number")
    joined = three.append(five).tables["customers"].columns["lots"]
    assert joined.values.tolist() == [3.0, 5.0]
    words = r"customers\.lots: one column cannot be kept in two ways; got number and te"
    with pytest.raises(SettingError, match=words):
        three.append(ledger("c", "five", "text"))
