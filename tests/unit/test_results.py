"""Results as tables and one by one."""

import pickle

import numpy as np
import pandas as pd
import pytest

import custseg as cs

SALES = {
    "customer_id": ["10", "10", "9", "b"],
    "date": ["2026-01-05", "2026-06-01", "2026-06-20", "2024-01-01"],
    "amount": [100.0, 250.5, 80.0, 5.0],
    "quantity": [1.5, None, 2.0, 1.0],
}


@pytest.fixture(scope="module")
def result():
    """Three customers: too few for percentiles."""
    return cs.segment(SALES, as_of="2026-06-30", currency="CNY")


def test_one_row_per_customer_in_text_order(result):
    """Ids are text; families in the order of the policy, then tier and score."""
    frame = result.to_pandas()
    assert frame["customer_id"].tolist() == ["10", "9", "b"]
    assert list(frame.columns[:2]) == ["customer_id", "type"]
    assert list(frame.columns[-2:]) == ["tier", "score"]
    assert list(frame["value"].cat.categories) == ["HIGH", "MEDIUM", "LOW", "UNKNOWN"]
    assert frame["value"].tolist() == ["UNKNOWN"] * 3
    assert frame["score"].isna().all()


def test_features_come_in_major_units_with_what_is_missing(result):
    """Money and quantity are floats, counts that may be missing are nullable."""
    names = [
        "spend",
        "quantity",
        "days_since_last_sale",
        "returned_after_days",
        "orders",
    ]
    frame = result.to_pandas(features=names)
    assert frame["spend"].tolist() == [350.5, 80.0, 0.0]
    assert np.isnan(frame["quantity"][0])  # one of the lines has none
    assert frame["quantity"][1] == 2.0
    assert frame["returned_after_days"].tolist() == [147, pd.NA, pd.NA]
    assert frame["returned_after_days"].dtype == "Int64"
    assert frame["orders"].dtype == "int64"


def test_chinese_titles(result):
    """Headings and labels are the policy's titles."""
    frame = result.to_pandas(language="zh")
    assert list(frame.columns[:2]) == ["客户编号", "客户类型"]
    assert frame["购买频率"].tolist() == ["低频购买", "低频购买", "一次性客户"]


def test_titles_that_two_labels_share_are_told_apart(tmp_path, project):
    """Two labels of one title show their codes."""
    text = (project / "src/custseg/policies/company.toml").read_text(encoding="utf-8")
    path = tmp_path / "twice.toml"
    path.write_text(
        text.replace('en = "Infrequent"', 'en = "One-time"'), encoding="utf-8"
    )
    frame = cs.segment(
        SALES, as_of="2026-06-30", policy=path, currency="CNY"
    ).to_pandas(language="en")
    assert frame["Frequency"].tolist() == [
        "One-time (INFREQUENT)",
        "One-time (INFREQUENT)",
        "One-time (ONE_TIME)",
    ]


@pytest.mark.parametrize("spelling", ["9", 9, " 9 ", 9.0])
def test_a_customer_is_found_in_any_spelling(result, spelling):
    """Ids are compared as the ledger does."""
    assert result.customer(spelling).customer_id == "9"


def test_an_unknown_customer_is_told_the_nearest(result):
    """A lookup error that names what is near, or who is known at all."""
    with pytest.raises(LookupError, match=r"no such customer; got '19'; did you mean"):
        result.customer("19")
    with pytest.raises(LookupError, match=r"known are those registered, .*2026-06-30"):
        result.explain("nobody")


def test_unknown_names_are_told(result):
    """Families and features that are not there name those that are."""
    with pytest.raises(LookupError, match=r"no family 'valeu'.*did you mean 'value'"):
        result.labels("valeu")
    with pytest.raises(LookupError, match=r"'margin' was not worked out"):
        result.to_pandas(features=["margin"])


def test_one_customer(result):
    """Labels, features in major units, None where unknown."""
    one = result.customer("10")
    assert one.labels["lifecycle"] == "ACTIVE"
    assert (one.tier, one.score) == ("UNKNOWN", None)
    assert one.feature("spend") == 350.5
    assert one.feature("quantity") is None
    assert repr(one).startswith("CustomerResult(10: tier=UNKNOWN, type=UNKNOWN,")


def test_it_arrives_whole_in_another_process(result):
    """A worker hands back a result, and one customer of it, that still explain."""
    there = pickle.loads(pickle.dumps(result))  # noqa: S301 - our own
    pd.testing.assert_frame_equal(there.to_pandas(), result.to_pandas())
    one = pickle.loads(pickle.dumps(result.customer("9")))  # noqa: S301 - our own
    assert one.explain().to_text() == result.explain("9").to_text()


def test_it_shows_itself(result):
    """Text and markup say how many, when and by which policy."""
    assert repr(result).startswith(
        "Result(3 customers as of 2026-06-30, policy company"
    )
    assert "<table>" in result._repr_html_()
    assert result.title_of("value", "HIGH", "zh") == "高价值客户"
    assert result.title_of("tier", "UNKNOWN") == "Unknown"


def test_one_customer_is_not_many():
    """In the plural only where there are several, or none."""
    sales = {"customer_id": ["a"], "date": ["2026-06-01"], "amount": [950.0]}
    result = cs.segment(sales, as_of="2026-06-30", currency="CNY")
    assert repr(result).startswith("Result(1 customer as of 2026-06-30, policy comp")
    assert result._repr_html_().startswith("<p>1 customer as of")


@pytest.mark.parametrize(("family", "kind"), [(None, "None"), (["abc"], "a list")])
def test_a_family_is_named_by_its_code(family, kind):
    """Something else than a text is told before anything is looked up."""
    sales = {"customer_id": ["a"], "date": ["2026-06-01"], "amount": [950.0]}
    result = cs.segment(sales, as_of="2026-06-30", currency="CNY")
    with pytest.raises(
        cs.CustsegError,
        match=f"^family: expected the code .*; got {kind}; for",
    ):
        result.labels(family)
