import attrs
import pytest

from custseg import models
from custseg.contract import TABLES, Columns, Kind
from custseg.errors import SettingError

RECORDS = {
    "sales": models.Transaction,
    "customers": models.Customer,
    "invoices": models.Invoice,
    "payments": models.Payment,
    "interactions": models.Interaction,
    "feedback": models.Feedback,
    "projects": models.Project,
    "costs": models.Cost,
    "events": models.Event,
}


@pytest.mark.parametrize("name", TABLES)
def test_tables_and_records_have_the_same_columns(name):
    """Every column is a field of the record; personal and free ones are never read."""
    record = RECORDS[name]
    fields = attrs.fields_dict(record)
    missing = sorted(set(TABLES[name].names()) - set(fields))
    assert missing == [], f"add it to {record.__name__} in {record.__module__}"
    left_out = set(fields) - set(TABLES[name].names())
    assert left_out <= {*record.PERSONAL_FIELDS, "attributes"}
    # A place of delivery may be counted, though it is never shown.
    assert set(TABLES[name].names()) & set(record.PERSONAL_FIELDS) <= {"ship_to"}


@pytest.mark.parametrize("name", TABLES)
def test_required_columns_are_required_fields(name):
    """What a record cannot do without, a table cannot either."""
    needed = {
        field.name
        for field in attrs.fields(RECORDS[name])
        if field.default is attrs.NOTHING
    }
    assert needed == {one.name for one in TABLES[name].fields if one.required}


def test_a_table_hands_out_its_columns():
    """By name; the day that dates a row is a day."""
    for spec in TABLES.values():
        assert spec[spec.day].kind is Kind.DAY
    assert "customer_id" not in TABLES["payments"].names()


def test_columns_say_what_the_user_calls_them():
    """Names not given stay canonical."""
    columns = Columns(amount="Net value")
    assert dict(columns) == {"amount": "Net value"}
    assert len(columns) == 1
    assert [columns.theirs(name) for name in ("amount", "date")] == [
        "Net value",
        "date",
    ]


def test_a_wrong_canonical_name_is_refused():
    """Every mistake at once, with the nearest name."""
    with pytest.raises(SettingError, match="did you mean 'customer_id'") as caught:
        Columns(customerid="x", amount=3)
    assert [one.where for one in caught.value.problems] == ["Columns", "Columns.amount"]


def test_one_column_has_one_meaning_in_a_table():
    """In several tables one name may mean several things."""
    with pytest.raises(
        SettingError,
        match="Columns: one column cannot have two meanings; "
        "got customer_id='x', order_id='x'; ",
    ):
        Columns(customer_id="x", order_id="x")
    assert len(Columns(date="day", issued_on="day", paid_on="day")) == 3


def test_attributes_of_ones_own_are_named_elsewhere():
    """The error says where."""
    with pytest.raises(SettingError, match="such as attribute = 'parking lots', or "):
        Columns(lots="parking lots")
