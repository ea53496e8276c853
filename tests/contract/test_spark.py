"""Frames of Spark: what holds beside the answers, which ``test_engines`` compares."""

import datetime as dt
import re
from contextlib import redirect_stdout
from io import StringIO

import numpy as np
import pandas as pd
import pytest

import custseg as cs
from custseg.adapters import spark
from custseg.adapters.spark import frames
from custseg.adapters.spark.parcels import FORM
from custseg.errors import CurrencyMismatch, CustsegError, DataError, SettingError
from spark_session import PARTITIONS, as_pandas, quiet, spark_session

pytestmark = pytest.mark.filterwarnings("ignore")  # Spark warns of itself

DAY = "2026-06-30"


@pytest.fixture(scope="module")
def session():
    """The session of all tests, or none and the tests are skipped."""
    return spark_session()


def many(n=6000, seed=3):
    """Return sales of which one customer has two fifths, in whole yuan."""
    rng = np.random.default_rng(seed)
    of = np.where(rng.random(n) < 0.4, 5, rng.integers(0, 400, n))
    days = np.datetime64("2025-01-01") + rng.integers(0, 540, n)
    return pd.DataFrame(
        {
            "customer_id": [f"C{one:03}" for one in of],
            "date": days.astype(str),
            "amount": rng.integers(-2, 50, n) * 10.0,
            "category": rng.choice(["tile", "rope", "paint"], n),
        }
    )


def in_spark(session, frame):
    """Make a frame of Spark from columns of texts and numbers."""
    known = frame.astype(object).where(frame.notna(), None)
    rows = [tuple(row) for row in known.itertuples(index=False)]
    return session.createDataFrame(rows, list(frame.columns))


@pytest.fixture(scope="module")
def sales(session):
    """The sales as Spark has them."""
    return in_spark(session, many()).persist()


@pytest.fixture(scope="module")
def fitted():
    """A policy that was fitted in memory."""
    ledger = cs.Ledger.from_frames(many(), currency="CNY")
    return cs.load_policy("company").fit(ledger, as_of=DAY)


def compare(got, expected):
    """Hold a frame to another one, whatever types hold its values."""
    pd.testing.assert_frame_equal(
        got.astype(object), expected.astype(object), check_exact=True
    )


def shuffles_of(frame):
    """Return the shuffles in the plan of a frame; it names one again and again."""
    with redirect_stdout(StringIO()) as said:
        frame.explain()
    return set(re.findall(r"Exchange.*\)", said.getvalue()))


def test_one_shuffle_and_a_summary(sales):
    """The sales are shuffled once, a customer with two fifths of them or not.

    The summary adds up what the partitions count, and is that of everybody.
    """
    expected = cs.segment(many(), as_of=DAY, currency="CNY")
    result = spark.segment(sales, as_of=DAY, currency="CNY")
    assert len(shuffles_of(result.features)) == 1
    assert result.partitions == PARTITIONS
    assert result.customers == len(expected)
    said = f"{len(expected)} customers as of {DAY}, {PARTITIONS} partitions"
    assert repr(result) == f"SparkResult({said})"
    assert str(result.summary()) == str(expected.summary())
    assert result.quality.rows_in == {"sales": 6000}
    assert result.quality.data_age_days == expected.quality.data_age_days
    labels = result.to_spark()
    assert labels.columns == list(expected.to_pandas().columns)
    result.release()
    compare(as_pandas(labels), expected.to_pandas())  # worked out anew


def test_classifies_with_a_fitted_policy(sales, fitted):
    """Nothing is learned, and the answers are those in memory."""
    ledger = cs.Ledger.from_frames(many(), currency="CNY")
    expected = fitted.classify(ledger, as_of="2026-05-31")
    result = spark.segment(sales, as_of="2026-05-31", policy=fitted)
    assert result.fitted.digest == fitted.digest
    compare(as_pandas(result.to_spark()), expected.to_pandas())
    result.release()


def test_more_partitions_than_customers(session):
    """A partition of nobody is no partition."""
    few = many().head(3)
    expected = cs.segment(few, as_of=DAY, currency="CNY")
    result = spark.segment(
        in_spark(session, few), as_of=DAY, currency="CNY", partitions=7
    )
    compare(as_pandas(result.to_spark()), expected.to_pandas())
    result.release()


def test_no_sales_at_all(session):
    """An empty frame gives an empty answer with all its columns."""
    form = "customer_id string, date string, amount double"
    nothing = session.createDataFrame([], form)
    result = spark.segment(nothing, as_of=DAY, currency="CNY")
    assert result.customers == 0
    assert result.to_spark().count() == 0
    assert "abc" in result.to_spark().columns
    result.release()


def test_types_of_spark(session):
    """Decimals, moments of a zone, whole numbers and odd names are read alike.

    23:30 in London on 31 May is half past six on 1 June in Shanghai: the month counts.
    """
    moments = [
        dt.datetime(2026, 5, 31, 22, 30, tzinfo=dt.UTC),
        dt.datetime(2026, 6, 30, 10, 0, tzinfo=dt.UTC),
        dt.datetime(2026, 6, 1, tzinfo=dt.UTC),
    ]
    rows = list(zip([7, 8, 8], moments, ["10.05", "7", "3.5"], strict=True))
    made = session.createDataFrame(rows, "`kunde nr` bigint, wann timestamp, b string")
    made = made.selectExpr("`kunde nr`", "wann", "cast(b as decimal(12, 2)) as b")
    columns = cs.Columns(customer_id="kunde nr", date="wann", amount="b")
    how = {"columns": columns, "currency": "CNY", "time_zone": "Asia/Shanghai"}
    features = ("spend", "days_since_last_sale")
    result = spark.segment(made, as_of=DAY, features=features, **how)
    got = as_pandas(result.to_spark())
    assert got["customer_id"].tolist() == ["7", "8"]
    assert got["spend"].tolist() == [10.05, 10.5]
    assert got["days_since_last_sale"].tolist() == [29, 0]
    with quiet():
        ledger = cs.Ledger.from_frames(made.toArrow(), **how)
    expected = cs.load_policy("company").fit(ledger, as_of=DAY, features=features)
    assert result.fitted.digest == expected.digest
    result.release()


def test_a_dot_in_a_name_is_refused(sales):
    """Spark cannot hand it on, and would say so in words of its own."""
    dotted = sales.withColumnRenamed("amount", "sum.net")
    with pytest.raises(DataError, match=r"a dot in its name; got sum\.net"):
        spark.segment(dotted, as_of=DAY, columns=cs.Columns(amount="sum.net"))


def test_currency_said_by_a_column(session):
    """Two currencies are refused as they are in memory, before anything is shuffled."""
    both = many().head(20)
    both["currency"] = ["CNY", " EUR"] * 10
    with pytest.raises(CurrencyMismatch, match="several currencies"):
        spark.segment(in_spark(session, both), as_of=DAY)
    result = spark.segment(
        in_spark(session, both.assign(currency="CNY ")), as_of=DAY, partitions=2
    )
    assert result.fitted.currency == "CNY"
    result.release()


BAD = {
    "amount": ({"amount": ["12", "a lot"]}, {}),
    "date": ({"date": ["2026-06-01", "tomorrow"]}, {}),
    "nobody": (
        {"customer_id": ["a", None]},
        {"quality": cs.Treatments(missing_customer="refuse")},
    ),
    "column": ({"amount": None}, {}),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_rows_raise_as_in_memory(session, case):
    """Whatever a worker meets comes back as the error that it is in memory."""
    changed, how = BAD[case]
    good = {"customer_id": ["a", "b"], "date": ["2026-06-01"] * 2, "amount": ["1", "2"]}
    table = pd.DataFrame({k: v for k, v in {**good, **changed}.items() if v})
    table = table.astype(object)
    with pytest.raises(CustsegError) as expected:
        cs.segment(table, as_of=DAY, currency="CNY", **how)
    with pytest.raises(CustsegError) as got:
        spark.segment(in_spark(session, table), as_of=DAY, currency="CNY", **how)
    assert type(got.value) is type(expected.value)
    for one, other in zip(got.value.problems, expected.value.problems, strict=True):
        assert (one.what, one.where, one.hint) == (other.what, other.where, other.hint)


def test_an_invoice_of_two_customers(session):
    """Nobody can say who paid, here as in memory."""
    tables = {
        "sales": many().head(5),
        "invoices": pd.DataFrame(
            {
                "customer_id": ["C001", "C002"],
                "invoice_id": ["I1", " I1 "],
                "issued_on": ["2026-05-01"] * 2,
                "due_on": ["2026-06-01"] * 2,
                "amount": [5.0, 6.0],
            }
        ),
        "payments": pd.DataFrame(
            {
                "payment_id": ["P1"],
                "invoice_id": ["I1"],
                "paid_on": ["2026-06-10"],
                "amount": [5.0],
            }
        ),
    }
    made = {name: in_spark(session, table) for name, table in tables.items()}
    asked = {"as_of": DAY, "currency": "CNY", "policy": "frozen_goods"}
    with pytest.raises(DataError, match="belongs to several customers; got 'I1'"):
        spark.segment(**made, **asked, features=["collected"])


def test_refuses_what_is_no_frame_of_spark(sales):
    """A frame of pandas, and a number that is none, are told in words."""
    with pytest.raises(DataError, match="sales: this is no frame of Spark"):
        spark.segment(many(), as_of=DAY)
    with pytest.raises(SettingError, match="no number of partitions; got 0"):
        spark.segment(sales, as_of=DAY, partitions=0)
    with pytest.raises(SettingError, match="a fitted policy; got a str"):
        spark.review("company", sales, None, on=DAY)


def test_reviews_are_those_in_memory(sales, fitted):
    """Decisions of two quarters, the second on what the first left in the journal."""
    ledger = cs.Ledger.from_frames(many(), currency="CNY")
    here, there = cs.open_journal(":memory:"), cs.open_journal(":memory:")
    for on in ("2026-04-01", "2026-07-01"):
        expected = fitted.review(ledger, here, on=on)
        got = spark.review(fitted, sales, there, on=on)
        assert len(expected) > 300
        assert got.counts() == expected.counts()
        pd.testing.assert_frame_equal(
            got.to_pandas(all_customers=True), expected.to_pandas(all_customers=True)
        )
        pd.testing.assert_frame_equal(got.alerts(), expected.alerts())
        assert str(got.explain("C005")) == str(expected.explain("C005"))
        assert got.result.quality.rows_in == {"sales": 6000}
        now = dt.datetime(2026, 7, 2, tzinfo=dt.UTC)
        for one in (expected, got):
            one.commit(recorded_at=now)
        now_held = [
            {one: (held.tier, held.state) for one, held in journal.state().items()}
            for journal in (here, there)
        ]
        assert now_held[0] == now_held[1]


def test_parcels_reach_the_place_that_they_name(session, monkeypatch):
    """With the call of Spark 4.1 and without it, every place is a partition."""
    rows = [(at % 8, "rows", str(at), b"") for at in range(64)]
    parcels = session.createDataFrame(rows, FORM)
    for is_old in (False, True):
        if is_old:
            monkeypatch.setattr(frames, "_has_places", lambda _: False)
        brought = frames.gathered([parcels], 8)
        found = brought.selectExpr("place", "spark_partition_id() as at").distinct()
        pairs = {(one.place, one.at) for one in found.collect()}
        assert pairs == {(at, at) for at in range(8)}
