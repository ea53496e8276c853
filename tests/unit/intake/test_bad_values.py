"""Amounts, days and currencies that are wrong: dropped and reported, or refused.

Never a traceback from inside, never a silent wrong answer.
"""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from custseg.errors import (
    AmountOverflow,
    CurrencyMismatch,
    QualityRefused,
    SettingError,
)
from custseg.ledger import Ledger
from custseg.quality.treatments import Treatments
from tiny_sales import LENIENT, SALES, read, sales


def dates(zone=None, **columns):
    """Return the days of such a ledger."""
    ledger = Ledger.from_frames(sales(**columns), quality=LENIENT, time_zone=zone)
    return [str(np.datetime64(day, "D")) for day in ledger.tables["sales"].day.tolist()]


# ---- amounts ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ([np.nan, 1], [100]),
        ([np.inf, -np.inf], []),
        ([None, 1], [100]),
        (pd.Series([pd.NA, 1], dtype=object), [100]),
        (["1,000.00", "2"], [200]),
        (["1.5€", " 2 "], [200]),
        (["1_000", "2"], [200]),
        (["１", "2"], [200]),
        (["nan", "inf"], []),
        ([True, False], []),
        (np.array([True, False]), []),
        ([1j, 2], [200]),
        ([Fraction(1, 2), 1], [100]),
        (np.array(["2026-01-01", "NaT"], "M8[D]"), []),
        (np.array([1, 2], "m8[D]"), []),
        ([[1], 2], [200]),
        ([Decimal("0E+30"), Decimal("1E+2")], [0, 10_000]),
        ([Decimal("1E-999999"), 1], [0, 100]),
        (np.array([100, -100], dtype=np.int8), [10_000, -10_000]),
        ([np.int64(4), np.float64(5)], [400, 500]),
        (np.array([12.34, 0.1], dtype=np.float32), [1234, 10]),
        ([np.float32(12.34), 1], [1234, 100]),
    ],
)
def test_amounts_are_exact_or_reported(given, kept):
    """What is no plain number is dropped under its kind, never guessed."""
    ledger = read(amount=given)
    assert ledger.tables["sales"].columns["amount"].values.tolist() == kept
    assert ledger.report.count("unparseable_amount") == 2 - len(kept)
    assert ledger.report.closes()


def test_an_amount_that_cannot_be_read_is_refused_by_default():
    """With the row, the value, and the choices."""
    with pytest.raises(QualityRefused, match=r"row 0: '1,000.00'") as caught:
        Ledger.from_frames(sales(amount=["1,000.00", "2"]))
    (problem,) = caught.value.problems
    assert "thousands separators" in problem.what
    assert "Treatments(unparseable_amount='drop')" in problem.hint


@pytest.mark.parametrize(
    "given",
    [
        [1e30, 1],
        [-1e300, 1],
        [2**62, 1],
        [10**40, 1],
        [Decimal("1E+30"), 1],
        ["99999999999999999999", "1"],
        np.array([2**64 - 1, 1], dtype=np.uint64),
        np.array([-(2**63), 1], dtype=np.int64),
    ],
)
def test_an_amount_beyond_64_bits_is_refused(given):
    """Where, got and allowed are all told."""
    with pytest.raises(
        AmountOverflow, match="too large to count exactly; got"
    ) as caught:
        read(amount=given)
    (problem,) = caught.value.problems
    assert problem.where == "sales.amount"
    assert "row 0" in problem.got
    assert problem.allowed == "up to 46,116,860,184,273,879 in size"


def test_a_sum_beyond_64_bits_is_refused():
    """Each fits, both together might not."""
    with pytest.raises(AmountOverflow, match=r"sales.amount: the sum of the column"):
        read(amount=[4e16, 4e16])


def test_more_decimals_than_the_currency_has_are_rounded_and_reported():
    """Half to even; in yen there are no decimals at all."""
    ledger = read(amount=["1.005", "1.015"])
    assert ledger.tables["sales"].columns["amount"].values.tolist() == [100, 102]
    assert ledger.report.count("rounded_amount") == 2
    yen = Ledger.from_frames(sales(amount=[1.5, 2]), currency="JPY")
    assert yen.tables["sales"].columns["amount"].values.tolist() == [2, 2]
    assert yen.report.count("rounded_amount") == 1
    with pytest.raises(QualityRefused, match="more decimals than the currency"):
        Ledger.from_frames(
            sales(amount=["1.005", "1"]), quality=Treatments(rounded_amount="refuse")
        )


# ---- days ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (["2026-02-28", "2026-02-29"], ["2026-02-28"]),
        (["2026/3/1", "2026.3.1"], ["2026-03-01"] * 2),
        (["20260301", "2026年3月1日"], ["2026-03-01"] * 2),
        (["2026年3月1日12:30", "2026-3-1 9:05:01.5"], ["2026-03-01"] * 2),
        (["2026-1-112:00", "2026-01-01 25:00"], []),
        (["03/04/2026", "1/2/26"], []),
        (["tomorrow", ""], []),
        ([20260301, 20261301], ["2026-03-01"]),
        ([20260301.0, np.nan], []),
        ([45000, 1767225600], []),
        ([True, False], []),
        (pd.to_datetime(["2026-03-01", None]), ["2026-03-01"]),
        (pd.Series([dt.date(2026, 3, 1), pd.NaT], dtype=object), ["2026-03-01"]),
        (pd.Series([dt.date(2026, 3, 1), pd.NA], dtype=object), ["2026-03-01"]),
        (
            [pd.Timestamp(2026, 3, 1, 23, 59), np.datetime64("2026-03-01")],
            ["2026-03-01"] * 2,
        ),
        (np.array(["1969-12-31", "2101-01-01"], "M8[s]"), []),
        (np.array([10**12, -(10**12)], "M8[D]"), []),
        (["1969-12-31", "2101-01-01"], []),
        (["1970-01-01", "2100-12-31"], ["1970-01-01", "2100-12-31"]),
        (["1900-01-01", "9999-12-31"], []),
        (np.array(["NaT", "NaT"], "M8[D]"), []),
    ],
)
def test_days_are_read_or_reported(given, kept):
    """Only forms of one meaning are read; the rest is dropped under its kind."""
    ledger = read(date=given)
    assert sorted(dates(date=given)) == kept
    assert ledger.report.closes()
    dropped = ledger.report.count("unparseable_date")
    dropped += ledger.report.count("implausible_date")
    assert dropped == 2 - len(kept)


def test_a_date_of_two_meanings_needs_its_form():
    """The error asks for the form, and with the form the day is that one."""
    frame = sales(date=["03/04/2026", "13/04/2026"])
    with pytest.raises(QualityRefused, match="row 0: '03/04/2026'") as caught:
        Ledger.from_frames(frame)
    assert "date_format='%d/%m/%Y'" in caught.value.problems[0].hint
    ledger = Ledger.from_frames(frame, date_format="%d/%m/%Y")
    assert repr(ledger) == "Ledger(2 customers, 2 sales, 2026-04-03 to 2026-04-13)"


AWARE = [
    ["2026-03-28T23:30:00Z", "2026-03-29T22:30:00+00:00"],
    pd.to_datetime(["2026-03-28 23:30", "2026-03-29 22:30"]).tz_localize("UTC"),
    [
        dt.datetime(2026, 3, 28, 23, 30, tzinfo=dt.UTC),
        dt.datetime(2026, 3, 29, 22, 30, tzinfo=dt.UTC),
    ],
]


@pytest.mark.parametrize("given", AWARE)
def test_a_moment_with_a_zone_needs_the_business_zone(given):
    """On 29 March 2026 Berlin goes from UTC+1 to UTC+2 at 01:00 UTC."""
    with pytest.raises(SettingError, match="the day depends on the place"):
        dates(date=given)
    assert dates("Europe/Berlin", date=given) == ["2026-03-29", "2026-03-30"]
    assert dates("UTC", date=given) == ["2026-03-28", "2026-03-29"]
    assert dates("America/New_York", date=given) == ["2026-03-28", "2026-03-29"]


def test_a_moment_without_a_zone_is_local_already():
    """The business zone does not move it."""
    given = pd.to_datetime(["2026-03-28 23:30", "2026-03-29 02:30"])
    assert dates("Asia/Shanghai", date=given) == ["2026-03-28", "2026-03-29"]


def test_moments_at_the_ends_of_the_calendar_are_implausible():
    """No zone can move them out of what Python can count."""
    ends = [
        dt.datetime.max.replace(tzinfo=dt.UTC),
        dt.datetime.min.replace(tzinfo=dt.UTC),
    ]
    assert dates("Asia/Shanghai", date=ends) == []
    pa = pytest.importorskip("pyarrow")
    far = pa.array([10**18, -(10**18)], pa.timestamp("us", "UTC"))
    assert dates("Asia/Shanghai", date=far) == []


# ---- currencies ---------------------------------------------------------------------


def test_two_currencies_are_not_added():
    """Without a word from the caller, in one table or in two."""
    with pytest.raises(CurrencyMismatch, match="got CNY, EUR"):
        Ledger.from_frames(sales(currency=["EUR", "CNY"]))
    invoices = {
        "customer_id": ["a"],
        "invoice_id": [1],
        "issued_on": ["2026-01-01"],
        "due_on": ["2026-02-01"],
        "amount": [5],
        "currency": ["EUR"],
    }
    with pytest.raises(CurrencyMismatch, match=r"invoices.currency, sales.currency"):
        Ledger.from_frames(sales(currency=["CNY", "CNY"]), invoices=invoices)
    ledger = Ledger.from_frames(SALES, invoices=invoices)
    assert ledger.currency == "EUR"
    assert ledger.report.count("assumed_currency", table="sales") == 0


def test_rows_in_another_currency_are_refused_or_dropped():
    """With one currency named, the others are odd."""
    frame = sales(currency=["EUR", "CNY"])
    with pytest.raises(
        QualityRefused, match=r"sales.currency: rows in another currency, 1 row "
    ):
        Ledger.from_frames(frame, currency="CNY")
    ledger = Ledger.from_frames(
        frame, currency="CNY", quality=Treatments(other_currency="drop")
    )
    assert ledger.customer_ids.tolist() == ["b"]
    assert ledger.report.count("other_currency") == 1


def test_the_currency_column_speaks_where_the_caller_does_not():
    """It also decides the decimals; a row without one is assumed to be alike."""
    ledger = Ledger.from_frames(sales(currency=["JPY", None]))
    assert (ledger.currency, ledger.decimals) == ("JPY", 0)
    assert ledger.report.count("assumed_currency") == 1
    with pytest.raises(
        SettingError, match=r"sales.currency: unknown currency; got 'EURO'"
    ):
        Ledger.from_frames(sales(currency=["EURO", "EURO"]))
