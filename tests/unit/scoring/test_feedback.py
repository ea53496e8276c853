"""Complaints, counted in a window, for all customers and for one."""

from datetime import date

import pytest

import custseg as cs

TODAY = "2026-06-30"
SALES = {"customer_id": ["a", "b"], "date": ["2026-06-01"] * 2, "amount": [9.0, 9.0]}
SAID = {
    "customer_id": ["a", "a", "a", "a", "b"],
    "date": ["2025-06-30", "2025-07-01", "2026-06-30", "2026-07-01", "2026-06-01"],
    "complaint": ["LATE", "LATE", "BROKEN", "LATE", None],
}


@pytest.fixture(scope="module")
def fitted():
    """The company policy, fitted where feedback is recorded."""
    ledger = cs.Ledger.from_frames(SALES, feedback=SAID, currency="CNY")
    policy = cs.load_policy("company")
    return policy.fit_and_classify(ledger, as_of=TODAY, features=["complaints"])


def test_complaints_of_the_window_are_counted(fitted):
    """Two of a's four lie in the year; b's answer is no complaint."""
    column = fitted[1].worked_out("complaints")
    assert column.values.tolist() == [2, 0]
    assert column.known is None


def test_without_feedback_complaints_are_unknown():
    """Nobody complained, or nobody wrote it down: that cannot be told."""
    result = cs.segment(SALES, as_of=TODAY, currency="CNY", features=["complaints"])
    assert not result.worked_out("complaints").is_known().any()


@pytest.mark.parametrize(
    ("feedback", "expected"),
    [
        (None, None),
        ([], 0),
        ([cs.Feedback("x", date(2026, 6, 1), csat=2)], 0),
        ([cs.Feedback("x", date(2026, 6, 1), complaint="LATE")] * 2, 2),
        ([cs.Feedback("x", date(2026, 7, 1), complaint="LATE")], 0),
    ],
)
def test_one_customers_complaints(fitted, feedback, expected):
    """Given beside the sales; an empty list says that there were none."""
    sale = cs.Transaction("x", date(2026, 6, 1), 100)
    one = fitted[0].classify_one(
        cs.Customer("x"),
        [sale],
        as_of=TODAY,
        feedback=feedback,
        features=["complaints"],
    )
    assert one.feature("complaints") == expected


def test_feedback_of_somebody_else_is_refused(fitted):
    """The records have to be of one customer, and records at all."""
    other = cs.Feedback("y", date(2026, 6, 1), complaint="LATE")
    with pytest.raises(cs.CustsegError, match=r"several customers; got 'y' beside 'x'"):
        fitted[0].classify_one(cs.Customer("x"), [], as_of=TODAY, feedback=[other])
    with pytest.raises(
        cs.CustsegError, match=r"feedback\[0\]: expected a record of .*"
    ):
        fitted[0].classify_one(cs.Customer("x"), [], as_of=TODAY, feedback=["late"])
