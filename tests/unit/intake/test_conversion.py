import datetime as dt

import numpy as np
import pytest

from custseg.contract import TABLES
from custseg.errors import AmountOverflow
from custseg.intake.conversion import convert, show
from custseg.intake.raw import Objects, TextChunk, Texts, Values, Words
from custseg.intake.settings import Settings
from custseg.periods import DISTANT_PAST
from custseg.units import Unit


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


def words(codes, *items):
    """Return an encoded column."""
    return Words(np.array(codes), objects(*items).values)


def done(name, column, *, decimals=2):
    """Convert table.column; return values (None where unknown) and what is odd."""
    table, field = name.split(".")
    spec = TABLES[table]
    converted = convert(
        spec[field],
        column,
        Settings(decimals=decimals),
        where=name,
        dates_rows=field == spec.day,
    )
    known = converted.column.is_known().tolist()
    values = converted.column.values.tolist()
    shown = [value if here else None for value, here in zip(values, known, strict=True)]
    return shown, {kind: rows.tolist() for kind, rows in converted.odd.items()}


FORMS = [
    objects("1.5", None, "x", 2),
    words([2, -1, 1, 0], 2, "x", "1.5"),
    texts("1.5", " ", "x", "2"),
]


@pytest.mark.parametrize("column", FORMS)
def test_optional_numbers_are_unknown_where_they_cannot_be_read(column):
    """Nothing is missing, nonsense is odd; money, goods and numbers alike."""
    odd = {"unparseable_value": [False, False, True, False]}
    assert done("sales.cost", column) == ([150, None, None, 200], odd)
    assert done("sales.quantity", column) == ([15_000, None, None, 20_000], odd)
    assert done("customers.employees", column) == ([1.5, None, None, 2.0], odd)


@pytest.mark.parametrize("column", FORMS)
def test_required_amounts_are_odd_where_they_cannot_be_read(column):
    """A sale without an amount is no sale."""
    values, odd = done("sales.amount", column)
    assert odd == {"unparseable_amount": [False, True, True, False]}
    assert [values[0], values[3]] == [150, 200]


def test_the_currency_decides_the_decimals_of_money_only():
    """Goods keep their ten-thousandths."""
    column = Values(np.array([1.5]))
    assert done("sales.amount", column, decimals=0) == ([2], {"rounded_amount": [True]})
    assert done("sales.quantity", column, decimals=0) == ([15_000], {})


def test_degrees_are_kept_to_millionths():
    """A tenth of a metre."""
    assert done("customers.latitude", Values(np.array([31.230416]))) == (
        [31.230416],
        {},
    )


def test_typed_columns_of_the_wrong_kind_are_odd():
    """A flag or a day is no number, and an empty one is only missing."""
    days = Values(np.array(["2026-01-01", "NaT"], dtype="M8[D]"))
    assert done("sales.cost", days) == (
        [None, None],
        {"unparseable_value": [True, False]},
    )
    flags = Values(np.array([True, False]), np.array([True, False]))
    assert done("sales.cost", flags)[1] == {"unparseable_value": [True, False]}


def test_a_required_day_is_odd_where_it_is_missing():
    """Three kinds of rows: read, unreadable, implausible."""
    values, odd = done("sales.date", objects("2026-01-01", None, "x", "1900-01-01"))
    assert values[0] == 20454
    assert odd == {
        "unparseable_date": [False, True, True, False],
        "implausible_date": [False, False, False, True],
    }


def test_a_missing_valid_from_is_the_distant_past():
    """Without a day a declaration always held; a wrong one is odd, under its kind."""
    values, odd = done(
        "customers.valid_from", objects(None, "2026-01-01", "x", "1900-01-01")
    )
    assert values[:2] == [DISTANT_PAST, 20454]
    assert odd == {
        "unparseable_date": [False, False, True, False],
        "implausible_date": [False, False, False, True],
    }


def test_an_optional_day_is_unknown_where_it_is_missing():
    """A wrong one is an odd value."""
    values, odd = done(
        "customers.closed_on", objects(dt.date(2026, 1, 1), None, "x", "1900-01-01")
    )
    assert values == [20454, None, None, None]
    assert odd == {"unparseable_value": [False, False, True, True]}


def test_text_is_coded_into_sorted_words():
    """An id column keeps its vocabulary beside it, a text column with it."""
    column = objects("b", None, " a")
    text = convert(TABLES["sales"]["brand"], column, Settings(), where="")
    assert (text.column.words, text.book) == (("a", "b"), None)
    order = convert(TABLES["sales"]["order_id"], column, Settings(), where="")
    assert (order.column.words, order.book.tolist()) == ((), ["a", "b"])
    assert text.column.values.tolist() == order.column.values.tolist() == [1, -1, 0]
    assert text.column.unit is Unit.TEXT


@pytest.mark.parametrize(
    "column",
    [
        objects("vip, key_account", "", None, "vip;vip"),
        objects(["key_account", "vip"], [], float("nan"), {"vip"}),
        words([1, 2, -1, 0], "vip", "key_account,vip", ""),
        texts("key_account,vip", "", "", "vip,"),
    ],
)
def test_flags_are_sets_in_any_form(column):
    """Sorted, without repeats, a comma at both ends."""
    converted = convert(TABLES["customers"]["flags"], column, Settings(), where="")
    kept = [converted.column.words[code] for code in converted.column.values.tolist()]
    assert kept == [",key_account,vip,", ",", ",", ",vip,"]
    assert not converted.odd


def test_flags_of_the_wrong_kind_are_odd():
    """A number is no set."""
    converted = convert(
        TABLES["customers"]["flags"], objects(5, "a"), Settings(), where=""
    )
    assert converted.odd["unparseable_value"].tolist() == [True, False]
    numbers = Values(np.array([1.0, np.nan]))
    converted = convert(TABLES["customers"]["flags"], numbers, Settings(), where="")
    assert converted.odd["unparseable_value"].tolist() == [True, False]


def test_a_value_beyond_64_bits_is_refused():
    """In any money, goods or number column."""
    for name in ("sales.cost", "sales.quantity", "customers.employees"):
        with pytest.raises(AmountOverflow, match=rf"{name}: .*got 1e\+30 \(row 1"):
            done(name, Values(np.array([1.0, 1e30])))


def test_values_are_shown_as_the_reader_would_write_them():
    """Short, and never more than one value."""
    assert show(texts("ab", "c"), 1) == "'c'"
    assert show(Texts((*texts("a").chunks, *texts("b").chunks)), 1) == "'b'"
    assert show(words([0, -1], 7), 0) == "7"
    assert show(words([0, -1], 7), 1) == "nothing"
    assert show(Values(np.array([150]), decimals=2), 0) == "1.50"
    assert show(Values(np.array([1.5]), np.array([False])), 0) == "nothing"
    assert show(objects("x" * 100), 0) == "'" + "x" * 36 + "..."


def test_a_number_too_long_to_write_is_shown_by_its_length():
    """Python refuses to write it out."""
    column = Objects(np.array([10**5000, None], dtype=object))
    assert show(column, 0) == "a number of about 4,983 digits"
