import datetime as dt

import numpy as np
import pytest
from attrs.exceptions import FrozenInstanceError

from custseg.contract import Columns
from custseg.errors import (
    CurrencyMismatch,
    QualityRefused,
    SettingError,
    UnknownCustomer,
)
from custseg.ledger import Ledger
from custseg.models import Customer, Event, Feedback, Interaction, Transaction
from custseg.quality.treatments import Treatments

DAY = dt.date(2026, 1, 1)


def ledger_of(*rows, names="customer_id date amount", **options):
    """Return the ledger of rows given as texts with blanks between."""
    columns = zip(*(row.split() for row in rows), strict=True)
    table = dict(zip(names.split(), columns, strict=True))
    return Ledger.from_frames(table, **options)


SMALL = ledger_of("b 2026-01-02 1", "a 2026-01-01 2", "b 2026-01-01 3", currency="CNY")


def test_a_ledger_tells_what_it_is():
    """Customers, sales, days, currency."""
    assert repr(SMALL) == "Ledger(2 customers, 3 sales, 2026-01-01 to 2026-01-02, CNY)"
    assert repr(ledger_of("a 2026-01-01 1")) == (
        "Ledger(1 customer, 1 sale, 2026-01-01 to 2026-01-01)"
    )
    assert (SMALL.n_customers, len(SMALL)) == (2, 3)


def test_a_customer_is_found_by_any_spelling():
    """And one that is not there is told as it was asked for."""
    numbers = ledger_of("7 2026-01-01 1", "12 2026-01-01 1")
    assert [numbers.position(one) for one in (7, "7", " 7 ", 7.0, np.int64(12))] == [
        1,
        1,
        1,
        1,
        0,
    ]
    for stranger in (8, "", None, "é", float("nan")):
        with pytest.raises(UnknownCustomer, match="the ledger has no such customer"):
            numbers.position(stranger)
    with pytest.raises(UnknownCustomer, match="got 'x'"):
        SMALL.only("x")
    with pytest.raises(UnknownCustomer, match="no such customer"):
        Ledger.from_records().position("a")


def test_the_ledger_of_one_customer_holds_only_that_one():
    """In every table."""
    both = Ledger.from_records(
        [Customer("a"), Customer("b", type="DEALER")],
        [Transaction("a", DAY, 1), Transaction("b", DAY, 2)],
    )
    one = both.only("b")
    assert one == Ledger.from_records(
        [Customer("b", type="DEALER")], [Transaction("b", DAY, 2)]
    )
    assert one.customer_ids.tolist() == ["b"]


def test_every_table_of_records_is_read():
    """With what the contract knows of each."""
    ledger = Ledger.from_records(
        [Customer("a", flags={"key_account"}, latitude=31.230416)],
        [Transaction("a", DAY, 1)],
        interactions=[Interaction("b", DAY, kind="intent", weight="0.5")],
        feedback=[Feedback("c", DAY, nps=9)],
        events=[Event("d", DAY, "default", severity=3)],
    )
    assert ledger.customer_ids.tolist() == ["a", "b", "c", "d"]
    assert set(ledger.tables) == {
        "sales",
        "customers",
        "interactions",
        "feedback",
        "events",
    }
    assert ledger.tables["customers"].columns["flags"].words == (",key_account,",)
    assert ledger.tables["interactions"].columns["weight"].values.tolist() == [0.5]
    assert ledger.tables["events"].columns["kind"].words == ("default",)
    assert ledger.report.rows_used == dict.fromkeys(ledger.tables, 1)


def test_generators_are_as_good_as_lists():
    """Records are gone through once."""
    ledger = Ledger.from_records((), (Transaction(one, DAY, 1) for one in "ab"))
    assert len(ledger) == 2


def test_appending_adds_events_and_customers():
    """Neither of the two is changed."""
    more = ledger_of("c 2026-01-03 1", "a 2026-01-03 1", currency="CNY")
    joined = SMALL.append(more)
    assert repr(joined) == "Ledger(3 customers, 5 sales, 2026-01-01 to 2026-01-03, CNY)"
    assert joined == more.append(SMALL)
    assert (len(SMALL), len(more)) == (3, 2)
    assert joined.report.rows_in == {"sales": 5}
    assert joined.report.closes()
    empty = Ledger.from_records(currency="CNY")
    assert SMALL.append(empty) == empty.append(SMALL) == SMALL


def test_appending_keeps_the_treatments_of_the_first():
    """Contradicting lines are refused unless it says otherwise."""
    names = "customer_id date amount order_id line_id"
    lenient = Treatments(conflicting_line="drop")
    one = ledger_of("a 2026-01-01 1 o 1", names=names, quality=lenient)
    other = ledger_of("a 2026-01-01 2 o 1", names=names)
    assert one.append(other) == one
    assert one.append(other).treatments is lenient
    with pytest.raises(QualityRefused, match="different content"):
        other.append(one)


def test_ledgers_of_two_currencies_are_not_joined():
    """Nor one with a currency to one without."""
    for other in ("EUR", None):
        more = ledger_of("a 2026-01-01 1", currency=other)
        with pytest.raises(CurrencyMismatch, match=f"two currencies.*CNY and {other}"):
            SMALL.append(more)


def test_quality_completes_the_report():
    """And refuses the future where that was asked for."""
    rows = ["a 2026-01-01 1", "a 2026-01-01 1", "a 2026-02-01 1"]
    ledger = ledger_of(*rows)
    report = ledger.quality("2026-01-11")
    assert (report.count("identical_row"), report.count("future_row")) == (1, 1)
    assert report.data_age_days == 10
    assert ledger.quality().count("future_row") == 0
    strict = ledger_of(*rows, quality=Treatments(future_row="refuse"))
    with pytest.raises(QualityRefused, match="rows after the day looked at, 1 row "):
        strict.quality("2026-01-11")
    assert strict.quality("2026-02-01").count("future_row") == 0
    with pytest.raises(SettingError, match="as_of: expected a calendar day"):
        ledger.quality("yesterday")


def test_equality_is_of_events_and_money():
    """Not of how they came; a ledger is no key of a dict."""
    assert ledger_of("b 2026-01-02 1", currency="CNY") != SMALL
    assert SMALL != "a ledger"
    euro = ledger_of(
        "b 2026-01-02 1", "a 2026-01-01 2", "b 2026-01-01 3", currency="EUR"
    )
    assert euro != SMALL
    with pytest.raises(TypeError, match="unhashable"):
        hash(SMALL)


def test_a_ledger_cannot_be_changed():
    """Its fields are fixed."""
    with pytest.raises(FrozenInstanceError):
        SMALL.currency = "EUR"


def test_one_name_for_a_column_serves_every_table():
    """As in the contract, and told where no table has it."""
    ledger = Ledger.from_frames(
        {"who": ["a"], "date": [DAY], "amount": [1]},
        customers={"who": ["b"], "kind of customer": ["DEALER"]},
        columns=Columns(customer_id="who", type="kind of customer"),
    )
    assert ledger.customer_ids.tolist() == ["a", "b"]
    assert ledger.tables["customers"].columns["type"].words == ("DEALER",)


def test_ledgers_without_all_columns_are_not_compared():
    """Joining would drop rows that differ in what was not read."""
    rows = {"customer_id": ["a"], "date": ["2026-01-01"], "amount": [1], "brand": ["x"]}
    whole = Ledger.from_frames(rows, quality=Treatments(identical_row="drop"))
    part = Ledger.from_frames(rows, only=["cost"])
    assert (whole.report.uncompared, part.report.uncompared) == ((), ("brand",))
    assert len(whole.append(whole)) == 1
    words = r"Treatments.identical_row: rows cannot be compared.*without sales.brand"
    with pytest.raises(SettingError, match=words):
        whole.append(part)
    assert part.append(whole).quality().uncompared == ("brand",)
    whole_in_some = Ledger.from_frames(rows, only=["brand"])
    assert whole_in_some.report.uncompared == ()


def test_nobody_writes_into_a_ledger():
    """Neither through its arrays nor through those of the frame it was made of."""
    frame = {
        "customer_id": ["b", "a"],
        "date": np.array(["2026-05-01", "2026-06-01"], dtype="M8[D]"),
        "amount": np.array([10, 20]),
        "quantity": np.array([1.0, np.nan]),
        "order_id": ["x", None],
    }
    ledger = Ledger.from_frames(frame, currency="JPY")
    frame["amount"][:] = 0
    frame["date"][:] = np.datetime64("2020-01-01")
    sales = ledger.tables["sales"]
    assert sales.columns["amount"].values.tolist() == [20, 10]
    assert repr(ledger) == "Ledger(2 customers, 2 sales, 2026-05-01 to 2026-06-01, JPY)"
    arrays = [ledger.book, ledger.customer_ids, sales.day, sales.offsets]
    arrays += [column.values for column in sales.columns.values()]
    arrays += [one.known for one in sales.columns.values() if one.known is not None]
    arrays += list(sales.books.values())
    assert len(arrays) == 10
    for array in arrays:
        with pytest.raises(ValueError, match="read-only"):
            array[:1] = array[1:2]


def test_days_that_a_frame_lends_are_copied():
    """Arrow lends the caller's own array, who may still write into it."""
    pa = pytest.importorskip("pyarrow")
    days = np.array([20_634], dtype=np.int32)
    lent = pa.Array.from_buffers(pa.date32(), 1, [None, pa.py_buffer(days)])
    table = pa.table({"customer_id": ["a"], "date": lent, "amount": [1]})
    ledger = Ledger.from_frames(table, currency="CNY")
    days[0] = 0
    assert ledger.tables["sales"].day.tolist() == [20_634]


@pytest.mark.parametrize(("other", "kind"), [(None, "None"), ({}, "a dict")])
def test_only_a_ledger_can_be_appended(other, kind):
    """A frame has to become a ledger first."""
    ledger = Ledger.from_records()
    with pytest.raises(SettingError, match=f"^other: expected a Ledger; got {kind}"):
        ledger.append(other)
