"""The account of what was odd: counted, added up and told."""

import attrs
import pytest

from custseg.errors import SettingError
from custseg.quality.report import Finding, QualityReport

REPORT = QualityReport(
    {"sales": 10, "customers": 3},
    {"sales": 6, "customers": 3},
    (
        Finding("missing_customer", "sales", 1, "drop", ("row 3: nothing",)),
        Finding("duplicate_line", "sales", 3, "drop"),
        Finding("zero_amount", "sales", 2, "keep"),
    ),
    data_age_days=1234,
)


def test_the_account_is_told_in_both_languages():
    """Rows in = used + dropped, kind by kind."""
    assert (
        REPORT.to_text()
        == str(REPORT)
        == (
            "sales: 10 rows in = 6 used + 4 dropped\n"
            "  dropped 1: rows without a customer (row 3: nothing)\n"
            "  dropped 3: lines recorded twice\n"
            "  kept 2: lines with an amount of zero\n"
            "customers: 3 rows in = 3 used + 0 dropped\n"
            "last sale 1,234 days before the day looked at"
        )
    )
    yesterday = attrs.evolve(REPORT, data_age_days=1).to_text()
    assert yesterday.endswith("last sale 1 day before the day looked at")
    assert "剔除 1：没有客户编号的行（row 3: nothing）" in REPORT.to_text("zh")
    assert REPORT._repr_html_().startswith("<pre>sales: 10 rows")


def test_rows_are_counted_by_kind_and_table():
    """An unknown kind is no zero."""
    assert (
        REPORT.count("zero_amount") == REPORT.count("zero_amount", table="sales") == 2
    )
    assert REPORT.count("zero_amount", table="customers") == 0
    with pytest.raises(SettingError, match="unknown kind; got 'zero'"):
        REPORT.count("zero")
    with pytest.raises(SettingError, match="did you mean 'zero_amount'"):
        REPORT.count("zero_amont")
    assert (REPORT.dropped("sales"), REPORT.dropped("customers")) == (4, 0)


def test_the_account_closes_or_not():
    """One row too many or too few is seen."""
    assert REPORT.closes()
    assert not attrs.evolve(REPORT, rows_used={"sales": 7, "customers": 3}).closes()


def test_findings_of_one_kind_are_added_up():
    """In the order of the kinds; examples stay few."""
    more = [
        Finding("zero_amount", "sales", 5, "keep", ("row 9: 0",)),
        Finding("missing_customer", "customers", 1, "drop"),
    ]
    merged = REPORT.with_findings(more)
    assert [(one.kind, one.table, one.rows) for one in merged.findings] == [
        ("missing_customer", "sales", 1),
        ("missing_customer", "customers", 1),
        ("duplicate_line", "sales", 3),
        ("zero_amount", "sales", 7),
    ]
    assert merged.findings[-1].examples == ("row 9: 0",)
    assert merged.data_age_days == 1234


def test_examples_are_not_repeated():
    """Two ledgers may show the same customer and day."""
    one = Finding("zero_amount", "sales", 1, "keep", ("x", "y"))
    assert one.with_more(one).examples == ("x", "y")
