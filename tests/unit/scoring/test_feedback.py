"""Complaints and answers in a window, for all customers and for one."""

from datetime import date

import numpy as np
import pytest

import custseg as cs
from custseg.periods import Window, as_day
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Facts

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


ANSWERS = {
    "customer_id": ["a", "a", "a", "a", "a", "b", "b", "c"],
    "date": [
        *("2025-06-30", "2025-07-01", "2026-06-30", "2026-06-30", "2026-07-01"),
        *("2026-06-01", "2026-06-02"),
        "2025-06-30",
    ],
    "csat": [1, 4, 5, None, 1, 0.1, None, 5],
    "nps": [0, 10, None, 7, 0, None, None, 10],
    "complaint": [None, None, "LATE", "LATE", "LATE", "LATE", None, "LATE"],
}
ORDERS = {
    "customer_id": ["a", "a", "a", "a", "b", "d"],
    "date": [
        "2026-06-01",
        "2026-06-02",
        "2026-06-03",
        "2026-06-04",
        *["2026-06-01"] * 2,
    ],
    "amount": [9.0] * 5 + [-9.0],
}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        # a: two complaints on four orders; c and d have no order
        ("complaint_share", [0.5, 1.0, None, None]),
        ("average_csat", [4.5, 0.1, None, None]),
        ("average_nps", [8.5, None, None, None]),
    ],
)
def test_answers_of_the_window(code, expected):
    """Means over the answers that were given; nothing where none was."""
    ledger = cs.Ledger.from_frames(ORDERS, feedback=ANSWERS, currency="CNY")
    column = Facts(ledger, as_day(TODAY)).measure(
        CATALOGUE[code], Window.parse("365 days")
    )
    pairs = zip(column.values.tolist(), column.is_known().tolist(), strict=True)
    assert [value if known else None for value, known in pairs] == expected


def test_the_order_of_answers_decides_nothing():
    """A sum of floats the other way round differs in its last bits, and these stay."""
    rng = np.random.default_rng(5)
    csat = rng.random(300) * 1e8  # so large that means are not rounded
    found = set()
    for order in (np.arange(300), np.arange(300)[::-1], rng.permutation(300)):
        said = {
            "customer_id": ["a"] * 300,
            "date": ["2026-06-01"] * 300,
            "csat": csat[order].tolist(),
        }
        ledger = cs.Ledger.from_frames(SALES, feedback=said, currency="CNY")
        facts = Facts(ledger, as_day(TODAY))
        column = facts.measure(CATALOGUE["average_csat"], Window.parse("365 days"))
        found.add(column.values[0].item())
    assert len(found) == 1
