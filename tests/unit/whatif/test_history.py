"""Orders put behind a history: what they are like, and what they leave as it was."""

import datetime as dt

import numpy as np
import pytest

import custseg as cs
from custseg.periods import FiscalCalendar, Window, as_day
from custseg.whatif.history import History, known_on, usual_order

YEAR = Window.parse("365 days")
DAY = as_day("2026-06-30")


def sale(day, amount, order, **more):
    """Return a line of customer a."""
    return cs.Transaction(
        "a", dt.date.fromisoformat(day), amount, order_id=order, **more
    )


def ledger_of(*sales, customers=(), **tables):
    """Return the ledger of customer a."""
    return cs.Ledger.from_records(customers, sales, currency="CNY", **tables)


def pattern_of(ledger):
    """Return the order that a further one would be like."""
    return usual_order(ledger.tables["sales"], YEAR, DAY, FiscalCalendar())


def test_the_order_of_median_amount_is_the_pattern():
    """Of 30, 50 and 100 it is 50; its two lines have 4 goods and cost 20 together."""
    ledger = ledger_of(
        sale("2026-01-05", 100, "o1", quantity=1, cost=90),
        sale("2026-02-05", 20, "o2", quantity=1, cost=8),
        sale("2026-02-06", 30, "o2", quantity=3, cost=12),
        sale("2026-03-05", 30, "o3", quantity=9, cost=20),
    )
    pattern = pattern_of(ledger)
    assert (pattern.amount, pattern.day) == (5_000, as_day("2026-02-06"))
    assert pattern.rates == {"quantity": 40_000 / 5_000, "cost": 2_000 / 5_000}
    assert ledger.tables["sales"].columns["amount"].values[pattern.row] == 3_000


def test_of_two_orders_in_the_middle_the_smaller_and_later_one():
    """Of 10, 20, 20 and 40 the second 20: the lower median, on its last day."""
    ledger = ledger_of(
        sale("2026-01-05", 10, "o1"),
        sale("2026-02-05", 20, "o2"),
        sale("2026-03-05", 20, "o3"),
        sale("2026-04-05", 40, "o4"),
    )
    pattern = pattern_of(ledger)
    assert (pattern.amount, pattern.day) == (2_000, as_day("2026-03-05"))


def test_orders_of_the_window_come_first():
    """An old large order does not count while there is one of this year."""
    old = sale("2024-01-05", 900, "o1")
    assert pattern_of(ledger_of(old)).amount == 90_000
    assert pattern_of(ledger_of(old, sale("2026-01-05", 10, "o2"))).amount == 1_000


def test_returns_make_no_pattern():
    """Who only ever sent goods back has no usual order."""
    assert pattern_of(ledger_of(sale("2026-01-05", -10, "o1"))) is None


def test_without_order_ids_a_day_is_an_order():
    """Two lines of one day are one order of 50."""
    ledger = cs.Ledger.from_frames(
        {"customer_id": ["a"] * 3, "date": ["2026-01-05"] * 2 + ["2026-02-05"],
         "amount": [20, 30, 80]},
        currency="CNY",
    )  # fmt: skip
    assert pattern_of(ledger).amount == 5_000


def rows_of(ledger, customer):
    """Return day, amount, quantity and category of each sale of a customer."""
    sales = ledger.tables["sales"].slice_of(customer)
    words = sales.columns["category"].words
    return [
        (
            day,
            int(sales.columns["amount"].values[n]),
            int(sales.columns["quantity"].values[n]),
            words[sales.columns["category"].values[n]],
        )
        for n, day in enumerate(sales.day.tolist())
    ]


@pytest.fixture
def history():
    """Two orders of customer a, among those of others."""
    ledger = cs.Ledger.from_records(
        [],
        [
            sale("2026-01-05", 100, "o1", quantity=5, category="TILE"),
            sale("2026-02-05", 300, "o2", quantity=9, category="PIPE"),
            cs.Transaction("b", dt.date(2026, 1, 5), 7, order_id="+1", category="X"),
        ],
        currency="CNY",
    ).only("a")
    return History(ledger, pattern_of(ledger))


def test_each_variant_is_the_customer_with_orders_behind(history):
    """One has no order, one has one, one has two; all like the order of 100."""
    days = np.array([[0, 0], [DAY, 0], [DAY, DAY + 1]])
    amounts = np.array([[0, 0], [5_000, 0], [20_000, 1]])
    many = history.with_orders(days, amounts, days > 0)
    first = [(as_day("2026-01-05"), 10_000, 50_000, "TILE"),
             (as_day("2026-02-05"), 30_000, 90_000, "PIPE")]  # fmt: skip
    assert many.n_customers == 3
    assert rows_of(many, 0) == first
    assert rows_of(many, 1) == [*first, (DAY, 5_000, 25_000, "TILE")]
    assert rows_of(many, 2) == [
        *first,
        (DAY, 20_000, 100_000, "TILE"),
        (DAY + 1, 1, 5, "TILE"),
    ]


def test_appending_gives_the_same_rows(history):
    """The plain way and the quick one write the same history, whatever the order."""
    days, amounts = np.array([DAY + 1, DAY]), np.array([5_000, 700])
    plain = history.appended(days, amounts)
    quick = history.with_orders(
        days[None, ::-1], amounts[None, ::-1], np.ones((1, 2), dtype=np.bool_)
    )
    assert rows_of(plain, 0) == rows_of(quick, 0)
    assert plain.n_customers == 1
    codes = plain.tables["sales"].columns["order_id"].values
    assert len({*codes.tolist()}) == 4


def test_without_a_sale_nothing_is_known_of_the_goods():
    """A first order has an amount and a day, and no more."""
    ledger = cs.Ledger.from_records(
        [cs.Customer("a"), cs.Customer("b")],
        [cs.Transaction("b", dt.date(2026, 1, 5), 7, quantity=2, category="TILE",
                        order_id="o1")],
        currency="CNY",
    ).only("a")  # fmt: skip
    one = History(ledger, None).appended(np.array([DAY]), np.array([500]))
    columns = one.tables["sales"].columns
    assert columns["amount"].values.tolist() == [500]
    assert not columns["quantity"].is_known()[0]
    assert not columns["category"].is_known()[0]


def test_what_happened_later_is_not_known():
    """Rows after the day are gone, and so is a closing after it; a due day stays."""
    customers = [
        cs.Customer("a", closed_on="2026-07-05", registered_on="2026-01-01"),
        cs.Customer("a", valid_from="2026-07-02", city="佛山"),
    ]
    invoice = cs.Invoice(
        "a", "i1", "2026-06-01", "2026-08-01", 10,
        written_off_on="2026-09-01", written_off_amount=10,
    )  # fmt: skip
    known = known_on(
        ledger_of(
            sale("2026-06-30", 1, "o1"),
            sale("2026-07-01", 2, "o2"),
            customers=customers,
            invoices=[invoice],
        ),
        DAY,
    )
    assert len(known.tables["sales"]) == 1
    described = known.tables["customers"].columns
    assert len(known.tables["customers"]) == 1
    assert described["registered_on"].is_known().tolist() == [True]
    assert described["closed_on"].is_known().tolist() == [False]
    billed = known.tables["invoices"].columns
    assert billed["due_on"].is_known().tolist() == [True]
    assert billed["written_off_on"].is_known().tolist() == [False]
    assert billed["written_off_amount"].is_known().tolist() == [False]
