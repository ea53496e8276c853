import numpy as np
import pytest

from custseg.errors import QualityRefused
from custseg.intake.account import finding_of, full_report, sum_of
from custseg.ledger import Ledger
from custseg.quality.report import Finding, QualityReport
from custseg.quality.treatments import Treatments

LEDGER = Ledger.from_frames(
    {
        "customer_id": ["b", "b", "a", "b"],
        "date": ["2026-03-01", "2026-03-01", "2026-01-01", "2026-07-01"],
        "amount": [5, 5, -1, 7],
    }
)


def report(treatments=None, as_of=None):
    """Complete the account of the four rows."""
    found = LEDGER.report, LEDGER.book, LEDGER.tables
    return full_report(*found, treatments or Treatments(), as_of=as_of)


def test_findings_name_customer_and_day():
    """Rows of a sorted table have no numbers that a user knows."""
    sales = LEDGER.tables["sales"]
    finding = finding_of(
        "zero_amount", sales.offsets[1:2], LEDGER.book, sales, Treatments()
    )
    assert finding.examples == ("customer 'b' on 2026-03-01",)


def test_what_shows_beside_other_rows_is_counted_when_asked_for():
    """Identical rows, and returns without a sale."""
    full = report()
    assert (full.count("identical_row"), full.count("orphan_return")) == (1, 1)
    assert (full.count("future_row"), full.data_age_days) == (0, None)
    assert LEDGER.report.count("identical_row") == 0


def test_with_a_day_the_future_and_the_age_are_told():
    """30 June 2026 is 121 days after 1 March."""
    full = report(as_of=20634)
    assert (full.count("future_row"), full.data_age_days) == (1, 121)
    assert report(as_of=0).data_age_days is None
    with pytest.raises(
        QualityRefused, match=r"sales: rows after the day.*, 1 row .*'b' on 2026-07"
    ):
        report(Treatments(future_row="refuse"), as_of=20634)


def test_accounts_are_added_without_counting_anything_twice():
    """What was kept although odd beside others is found again after joining."""
    one = QualityReport(
        {"sales": 3},
        {"sales": 2},
        (
            Finding("duplicate_line", "sales", 1, "drop"),
            Finding("conflicting_line", "sales", 1, "keep"),
            Finding("zero_amount", "sales", 1, "keep"),
        ),
    )
    other = QualityReport({"sales": 4, "customers": 1}, {"sales": 4, "customers": 1})
    both = sum_of(sum_of(one, one), other)
    assert both.rows_in == {"sales": 10, "customers": 1}
    assert both.rows_used == {"sales": 8, "customers": 1}
    assert [(f.kind, f.rows) for f in both.findings] == [
        ("duplicate_line", 2),
        ("zero_amount", 2),
    ]
    assert both.closes()


def test_what_was_not_read_is_added_too():
    """Rows of either ledger may differ in what the other did not read."""
    one = QualityReport({"sales": 1}, {"sales": 1}, uncompared=("product", "brand"))
    two = QualityReport({"sales": 1}, {"sales": 1}, uncompared=("cost", "product"))
    assert sum_of(one, two).uncompared == ("product", "brand", "cost")


def test_examples_are_of_different_customers_or_days():
    """Three times the same says no more than once."""
    sales = {
        "customer_id": ["a", "a", "a", "a", "b"],
        "date": ["2026-03-01", "2026-03-01", "2026-03-01", "2026-03-02", "2026-03-01"],
        "amount": [0] * 5,
    }
    ledger = Ledger.from_frames(sales)
    rows = np.arange(5)
    events = ledger.tables["sales"]
    found = finding_of("zero_amount", rows, ledger.book, events, Treatments())
    assert found.rows == 5
    assert found.examples == (
        "customer 'a' on 2026-03-01",
        "customer 'a' on 2026-03-02",
        "customer 'b' on 2026-03-01",
    )
