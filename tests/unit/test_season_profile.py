"""Twelve numbers a customer, of those with two years and of those with one."""

import pytest

import custseg as cs
from custseg.errors import SettingError
from custseg.seasons import season_profile


def ledger_of(**customers):
    """Make a ledger from the days of sales of 10 each."""
    rows = [(name, day) for name, days in customers.items() for day in days]
    return cs.Ledger.from_frames(
        {
            "customer_id": [name for name, _ in rows],
            "date": [day for _, day in rows],
            "amount": [10.0] * len(rows),
        },
        currency="CNY",
    )


@pytest.mark.parametrize(
    ("first", "months"),
    [
        ("2026-06-05", 1),
        ("2025-08-05", 11),
        ("2025-07-05", 12),
        ("2024-08-05", 12),  # 23 months: the last 12 of them
        ("2024-07-05", 24),
        ("2023-08-05", 24),
        ("2023-07-05", 36),
        ("2001-01-01", 36),
    ],
)
def test_how_many_months(first, months):
    """Whole years, as far as there are any."""
    profile = season_profile(ledger_of(a=[first, "2026-06-06"]), as_of="2026-06-30")
    assert profile.months.tolist() == [months]
    assert profile.base_months == months


def test_what_lies_before_the_months_is_left_out():
    """23 months are 12, so the day of two Augusts ago is not in the profile."""
    profile = season_profile(
        ledger_of(a=["2024-08-05", "2025-08-05", "2026-06-05"]), as_of="2026-06-30"
    )
    table = profile.to_pandas()
    assert table.columns.tolist()[:3] == ["customer_id", "months", "01"]
    assert table.loc[0, ["06", "08"]].tolist() == [1, 1]
    assert profile.purchase_days.sum() == 2


def test_the_base_is_taken_as_one_customer():
    """Its months are those of the oldest, its numbers the sums."""
    ledger = ledger_of(
        a=["2024-07-05", "2025-09-05"], b=["2025-09-05", "2025-09-06", "2026-07-01"]
    )
    profile = season_profile(ledger, as_of="2026-06-30")
    assert profile.months.tolist() == [24, 10]
    assert profile.base_months == 24
    assert profile.base_purchase_days.tolist() == [0] * 6 + [1, 0, 3, 0, 0, 0]
    assert profile.base_spend.tolist() == [0] * 6 + [1000, 0, 3000, 0, 0, 0]
    assert profile.to_pandas("spend")["09"].tolist() == [10.0, 20.0]


def test_who_never_bought_in_a_whole_month():
    """Known on the day, with nothing to show; who comes later is not there."""
    ledger = ledger_of(a=["2026-07-05"], b=["2026-08-01"])
    profile = season_profile(ledger, as_of="2026-07-30")
    assert profile.customer_ids.tolist() == ["a"]
    assert profile.months.tolist() == [0]
    assert profile.base_months == 0
    assert not profile.purchase_days.any()
    assert len(season_profile(ledger, as_of="2026-06-30")) == 0


def test_it_is_of_one_of_two_things():
    """Anything else is refused."""
    profile = season_profile(ledger_of(a=["2026-01-05"]), as_of="2026-06-30")
    with pytest.raises(SettingError, match="of: a profile is of one of two things"):
        profile.to_pandas("orders")


def test_a_frame_is_no_ledger():
    """The slip of a first day."""
    with pytest.raises(SettingError, match="ledger: expected a Ledger"):
        season_profile({"customer_id": []}, as_of="2026-02-28")
