"""Receivables of public data sets, against plain pandas.

IBM's sample of late payments: 2,466 invoices of 100 customers, all settled, 561 of them
disputed (in the project's list of data sets). And the sample database classicmodels:
326 orders of 98 customers with credit limits; its 273 payments name no order, so they
are laid on a customer's first one, which leaves its balance as it is.
"""

import numpy as np
import pandas as pd
import pytest

from custseg.ledger import Ledger
from custseg.periods import Window, as_day
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Facts

pytestmark = pytest.mark.real

AS_OF = pd.Timestamp("2013-06-30")


def told(ledger, code, as_of, window="365 days"):
    """Return a feature by customer, without those of whom it is unknown."""
    facts = Facts(ledger, as_day(as_of))
    column = facts.measure(CATALOGUE[code], Window.parse(window))
    series = pd.Series(column.values, index=ledger.customer_ids)
    return series[column.is_known()]


@pytest.fixture(scope="module")
def ibm(data_dir):
    """The invoices, in cents and with days."""
    frame = pd.read_parquet(data_dir / "ibm_accounts_receivable.parquet")
    days = ("InvoiceDate", "DueDate", "SettledDate")
    return frame.assign(
        cents=(frame["InvoiceAmount"] * 100).round().astype("int64"),
        **{name: pd.to_datetime(frame[name]) for name in days},
    )


@pytest.fixture(scope="module")
def ibm_ledger(ibm):
    """Invoices and payments; without disputes, of which the file tells no day."""
    sales = pd.DataFrame(
        {
            "customer_id": ibm["customerID"],
            "date": ibm["InvoiceDate"],
            "amount": ibm["InvoiceAmount"],
        }
    )
    invoices = pd.DataFrame(
        {
            "customer_id": ibm["customerID"],
            "invoice_id": ibm["invoiceNumber"],
            "issued_on": ibm["InvoiceDate"],
            "due_on": ibm["DueDate"],
            "amount": ibm["InvoiceAmount"],
        }
    )
    payments = pd.DataFrame(
        {
            "payment_id": ibm["invoiceNumber"],
            "invoice_id": ibm["invoiceNumber"],
            "paid_on": ibm["SettledDate"],
            "amount": ibm["InvoiceAmount"],
        }
    )
    return Ledger.from_frames(
        sales, invoices=invoices, payments=payments, currency="USD"
    )


def agree(ours, theirs):
    """Check that two series hold the same customers and numbers."""
    theirs = theirs.sort_index()
    assert ours.index.tolist() == theirs.index.tolist()
    np.testing.assert_allclose(ours.to_numpy(), theirs.to_numpy(), rtol=0, atol=2e-9)


def test_late_days_are_those_of_the_file(ibm, ibm_ledger):
    """After all is settled: the file's own DaysLate, weighted by amount."""
    ours = told(ibm_ledger, "average_days_late", "2014-06-30", "lifetime")
    sums = (ibm["cents"] * ibm["DaysLate"]).groupby(ibm["customerID"]).sum()
    agree(ours, sums / ibm.groupby("customerID")["cents"].sum())
    late = ibm.assign(cents=ibm["cents"] * (ibm["DaysLate"] == 0))
    on_time = told(ibm_ledger, "on_time_share", "2014-06-30", "lifetime")
    expected = late.groupby("customerID")["cents"].sum()
    agree(on_time, expected / ibm.groupby("customerID")["cents"].sum())
    assert (ibm["DaysLate"] > 0).sum() == 877  # as the list of data sets says


def test_lateness_in_the_middle_of_the_story(ibm, ibm_ledger):
    """As of June 2013, what is open counts up to the day."""
    year = (ibm["DueDate"] > AS_OF - pd.Timedelta(days=365)) & (ibm["DueDate"] <= AS_OF)
    due = ibm[year]
    until = due["SettledDate"].clip(upper=AS_OF)
    days = (until - due["DueDate"]).dt.days.clip(lower=0)
    sums = (due["cents"] * days).groupby(due["customerID"]).sum()
    agree(
        told(ibm_ledger, "average_days_late", "2013-06-30"),
        sums / due.groupby("customerID")["cents"].sum(),
    )


def test_open_items_in_the_middle_of_the_story(ibm, ibm_ledger):
    """What is open, overdue and how long, as of June 2013."""
    there = (ibm["InvoiceDate"] <= AS_OF) & (ibm["SettledDate"] > AS_OF)
    left = ibm.assign(
        cents=ibm["cents"] * there, days=(AS_OF - ibm["DueDate"]).dt.days * there
    )
    by = left.groupby("customerID")
    agree(told(ibm_ledger, "open_receivable", "2013-06-30"), by["cents"].sum())
    agree(
        told(ibm_ledger, "max_days_past_due", "2013-06-30"),
        by["days"].max().clip(lower=0),
    )
    edges = {
        "overdue_1_30": (1, 30),
        "overdue_31_60": (31, 60),
        "overdue_amount": (1, 9999),
    }
    for code, (first, last) in edges.items():
        inside = left["days"].between(first, last)
        expected = (left["cents"] * inside).groupby(left["customerID"]).sum()
        agree(told(ibm_ledger, code, "2013-06-30"), expected)
    assert expected.sum() > 0


def test_the_balance_day_by_day(ibm, ibm_ledger):
    """Of 181 days the mean of what was open; and days of sales that are out."""
    days = pd.date_range(end=AS_OF, periods=181)
    total = sum(
        (ibm["cents"] * ((ibm["InvoiceDate"] <= day) & (ibm["SettledDate"] > day)))
        for day in days
    )
    total = total.groupby(ibm["customerID"]).sum()
    ours = told(ibm_ledger, "average_open_receivable", "2013-06-30", "181 days")
    agree(ours, total.map(lambda cents: round(cents / 181)))
    window = ibm["InvoiceDate"].between(days[0], AS_OF)
    invoiced = ibm[window].groupby("customerID")["cents"].sum()
    left = told(ibm_ledger, "open_receivable", "2013-06-30")[invoiced.index]
    agree(
        told(ibm_ledger, "days_sales_outstanding", "2013-06-30", "181 days"),
        left / invoiced * 181,
    )


def test_nothing_is_left_in_the_end(ibm_ledger):
    """Everything was settled, and nothing about the rows is odd."""
    assert not told(ibm_ledger, "open_receivable", "2014-06-30").any()
    assert not told(ibm_ledger, "has_open_balance", "2014-06-30").any()
    report = ibm_ledger.quality("2014-06-30")
    assert {one.table for one in report.findings} <= {"sales"}


def test_disputes_of_the_file(ibm):
    """Taken from the issue to the settlement, a dispute stops the clock."""
    disputed = ibm["Disputed"] == "Yes"
    invoices = pd.DataFrame(
        {
            "customer_id": ibm["customerID"],
            "invoice_id": ibm["invoiceNumber"],
            "issued_on": ibm["InvoiceDate"],
            "due_on": ibm["DueDate"],
            "amount": ibm["InvoiceAmount"],
            "disputed_on": ibm["InvoiceDate"].where(disputed),
            "resolved_on": ibm["SettledDate"].where(disputed),
        }
    )
    payments = pd.DataFrame(
        {
            "payment_id": ibm["invoiceNumber"],
            "invoice_id": ibm["invoiceNumber"],
            "paid_on": ibm["SettledDate"],
            "amount": ibm["InvoiceAmount"],
        }
    )
    sales = {"customer_id": ["x"], "date": ["2013-01-01"], "amount": [1.0]}
    ledger = Ledger.from_frames(
        sales, invoices=invoices, payments=payments, currency="USD"
    )
    assert disputed.sum() == 561
    there = (ibm["InvoiceDate"] <= AS_OF) & (ibm["SettledDate"] > AS_OF)
    by = ibm["customerID"]
    sums = (ibm["cents"] * (there & disputed)).groupby(by).sum()
    ours = told(ledger, "disputed_receivable", "2013-06-30").drop("x")
    agree(ours, sums)
    late = there & ~disputed & (ibm["DueDate"] < AS_OF)
    ours = told(ledger, "overdue_amount", "2013-06-30").drop("x")
    agree(ours, (ibm["cents"] * late).groupby(by).sum())


@pytest.fixture(scope="module")
def models(data_dir):
    """Orders with their sums, payments and customers of classicmodels."""
    folder = data_dir / "classicmodels"
    names = ("customers", "orders", "orderdetails", "payments")
    tables = {one: pd.read_parquet(folder / f"{one}.parquet") for one in names}
    lines = tables["orderdetails"]
    cents = (lines["priceEach"] * 100).round().astype("int64") * lines[
        "quantityOrdered"
    ]
    orders = tables["orders"].assign(
        cents=tables["orders"]["orderNumber"].map(
            cents.groupby(lines["orderNumber"]).sum()
        ),
        orderDate=pd.to_datetime(tables["orders"]["orderDate"]),
    )
    orders = orders[orders["status"] != "Cancelled"]
    payments = tables["payments"]
    payments = payments.assign(
        cents=(payments["amount"] * 100).round().astype("int64"),
        paymentDate=pd.to_datetime(payments["paymentDate"]),
    )
    return orders, payments, tables["customers"]


def test_limits_against_exposure(models):
    """Orders less payments by customer, and how much of the limit that is."""
    orders, payments, customers = models
    first = orders.sort_values(["orderDate", "orderNumber"])
    first = first.groupby("customerNumber")["orderNumber"].first()
    paying = payments[payments["customerNumber"].isin(first.index)]
    who = orders["customerNumber"].astype(str)
    ledger = Ledger.from_frames(
        pd.DataFrame({"customer_id": who, "date": orders["orderDate"], "amount": 0.01}),
        invoices=pd.DataFrame(
            {
                "customer_id": who,
                "invoice_id": orders["orderNumber"],
                "issued_on": orders["orderDate"],
                "due_on": orders["orderDate"] + pd.Timedelta(days=30),
                "amount": orders["cents"] / 100,
            }
        ),
        payments=pd.DataFrame(
            {
                "payment_id": paying["checkNumber"],
                "invoice_id": paying["customerNumber"].map(first),
                "paid_on": paying["paymentDate"],
                "amount": paying["cents"] / 100,
            }
        ),
        customers=pd.DataFrame(
            {
                "customer_id": customers["customerNumber"].astype(str),
                "credit_limit": customers["creditLimit"],
            }
        ),
        currency="USD",
    )
    as_of = "2005-06-30"
    sums = orders.groupby(who)["cents"].sum()
    paid = paying.groupby(paying["customerNumber"].astype(str))["cents"].sum()
    balance = sums.sub(paid, fill_value=0)
    limit = customers.set_index(customers["customerNumber"].astype(str))["creditLimit"]
    exposure = balance.reindex(sorted(limit.index), fill_value=0)
    agree(told(ledger, "exposure", as_of), exposure)
    some = limit[limit > 0].sort_index()
    agree(told(ledger, "utilisation", as_of), exposure[some.index] / 100 / some)
    assert len(some) == 122 - 24  # as the list of data sets says
    assert ledger.quality(as_of).closes()
