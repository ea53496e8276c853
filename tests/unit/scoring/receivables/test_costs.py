"""Costs of service and rebates, by kind and window."""

import pytest

from custseg.ledger import Ledger
from open_items import told

COSTS = {
    "customer_id": ["a", "a", "a", "a", "a", "b", "b"],
    "date": [
        "2026-06-30",
        "2026-01-01",
        "2025-06-30",
        "2026-05-01",
        "2026-07-01",
        "2026-02-02",
        "2026-02-03",
    ],
    "kind": ["service", "SERVICE", "service", "rebate", "rebate", "返利", "服务"],
    "amount": [10.0, 5.5, 100.0, 20.0, 900.0, 30.0, 7.0],
}
SALES = {"customer_id": ["a", "b"], "date": ["2026-01-01"] * 2, "amount": [1.0, 1.0]}


@pytest.mark.parametrize(
    ("code", "expected"), [("service_cost", [1550, 700]), ("rebates", [2000, 3000])]
)
def test_costs_of_a_kind(code, expected):
    """In the window, whatever the capitals or the language."""
    ledger = Ledger.from_frames(SALES, costs=COSTS, currency="CNY")
    assert told(ledger, code) == expected


def test_other_kinds_are_neither():
    """A kind that nobody knows, or none; a cost taken back is under zero."""
    costs = {
        "customer_id": ["a"] * 4,
        "date": ["2026-06-01"] * 4,
        "kind": ["gift", None, "service", "service"],
        "amount": [1.0, 2.0, 4.0, -1.5],
    }
    ledger = Ledger.from_frames(SALES, costs=costs, currency="CNY")
    assert told(ledger, "service_cost") == [250, 0]
    assert told(ledger, "rebates") == [0, 0]


def test_without_costs_on_record_nothing_is_known():
    """Nothing spent, or nothing written down."""
    ledger = Ledger.from_frames(SALES, currency="CNY")
    for code in ("service_cost", "rebates"):
        assert told(ledger, code) == [None, None]
