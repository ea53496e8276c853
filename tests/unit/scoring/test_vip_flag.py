"""The mark of a VIP set by hand, with and without an end."""

import pytest

import custseg as cs
from custseg.periods import Window, as_day
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Facts

IS_VIP = CATALOGUE["is_vip"]


def marks(flags, on="2026-06-30", **more):
    """Return whether each customer is marked; None where nobody knows."""
    ids = [f"c{at}" for at in range(len(flags))]
    sales = {"customer_id": ["z"], "date": ["2026-06-01"], "amount": [9.0]}
    people = {"customer_id": ids, "flags": flags, **more}
    ledger = cs.Ledger.from_frames(sales, customers=people, currency="CNY")
    column = Facts(ledger, as_day(on)).measure(IS_VIP, Window.parse("30 days"))
    pairs = zip(column.values.tolist(), column.is_known().tolist(), strict=True)
    return [value if known else None for value, known in pairs]


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ("vip", True),
        ("key_account;VIP", True),
        ("", False),
        ("vipx;key_account", False),
        # the last day counts, the day after does not
        ("vip:2026-06-30", True),
        ("vip:2026-06-29", False),
        ("VIP：2026-12-31", True),  # as typed on a Chinese keyboard
        # the longest of several holds
        ("vip:2026-06-29, vip:2026-07-01", True),
        ("vip:2026-06-29, vip", True),
        ("vip:soon", None),
        ("vip:2026-02-30", None),
    ],
)
def test_the_mark(flags, expected):
    """The last customer, of whom there are sales only, is unknown."""
    assert marks([flags]) == [expected, None]


def test_a_later_card_takes_the_mark_away():
    """Flags hold from the day of their card to the next one."""
    cards = {"customer_id": ["c0", "c0"], "valid_from": ["2026-01-01", "2026-06-01"]}
    assert marks(["vip", ""], "2026-05-31", **cards) == [True, None]
    assert marks(["vip", ""], "2026-06-01", **cards) == [False, None]


def test_without_flags_nothing_is_known():
    """The feature is called "is_vip", and needs its column."""
    sales = {"customer_id": ["z"], "date": ["2026-06-01"], "amount": [9.0]}
    result = cs.segment(sales, as_of="2026-06-30", currency="CNY", features=["is_vip"])
    assert not result.worked_out("is_vip").is_known().any()
