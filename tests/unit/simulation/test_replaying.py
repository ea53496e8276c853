"""The road through the past: parts, shared facts, anniversaries, and what is known."""

import numpy as np
import pytest
from attrs import evolve

from custseg import measuring
from custseg.ledger import Ledger
from custseg.periods import FiscalCalendar, as_day, to_date
from custseg.reviews.reviewing import joined_days
from custseg.rules.tiers.moves import Reason
from custseg.scoring.features import Facts
from custseg.simulation.replaying import replay
from small_past import CLOSED, DATES, TEXT, ledger, sales, shop

DAYS = [as_day(one) for one in DATES]

TRIGGER = """
[[grading.triggers]]
code = "quiet"
title = { zh = "沉默", en = "Quiet" }
when = "orders == 0"
action = "alert"
cooldown_days = 10
"""


def columns(days, looks):
    """Return all that a replay found, as plain values."""
    told = [
        (
            day.on,
            day.rows.tolist(),
            day.closed.tolist(),
            np.array(day.following).tolist(),
        )
        for day in days
    ]
    for each in looks:
        told += [
            (
                *(getattr(look, name).tolist() for name in _NAMES),
                look.score.is_known().tolist(),
                look.score.values[look.score.is_known()].tolist(),
                look.alerts,
            )
            for look in each
        ]
    return told


_NAMES = ("before", "after", "action", "reason", "spend")


@pytest.mark.parametrize("part", [1, 4, 1000])
def test_parts_give_the_bits_of_the_whole(monkeypatch, part):
    """A large ledger is gone through in parts; some know nobody on the first day."""
    book = ledger(customers=CLOSED)
    fitted = shop(TEXT + TRIGGER).fit(book, as_of="2026-01-31")
    whole = columns(*replay(book, [fitted], DAYS, until=DAYS[-1] + 3))
    monkeypatch.setattr(measuring, "_WORTH_THREADS", 0)
    monkeypatch.setattr(measuring, "_PART", part)
    assert len(list(measuring.divided(book))) == (2 if part == 1000 else 3)
    assert columns(*replay(book, [fitted], DAYS, until=DAYS[-1] + 3)) == whole


def test_a_tier_with_a_capacity_is_filled_from_all_customers(monkeypatch):
    """For April x and z both earn A, with one place: x has it, in another part.

    Another policy, which has places for all, changes nothing in that.
    """
    text = TEXT.replace("hold = 60", "hold = 60\ncapacity = 1")
    book = ledger()
    both = [shop(one).fit(book, as_of="2026-01-31") for one in (text, TEXT)]
    monkeypatch.setattr(measuring, "_WORTH_THREADS", 0)
    monkeypatch.setattr(measuring, "_PART", 1)
    _, (looks, _) = replay(book, both, DAYS)
    assert [look.after.tolist() for look in looks] == [
        [0, 1],
        [1, 1],
        [0, 2, 1],
        [0, 1, 1],
    ]
    assert Reason(looks[2].reason[2]) is Reason.FIRST_CAPACITY


def test_policies_do_not_disturb_each_other():
    """Side by side each decides as it does alone, shared facts or not."""
    book = ledger()
    fitted = shop().fit(book, as_of="2026-01-31")
    slow = shop(TEXT.replace("confirm_down = 1", "confirm_down = 2")).fit(
        book, as_of="2026-01-31"
    )
    fiscal = shop(TEXT.replace("month to date", "fiscal quarter to date"))
    years = []
    for start in (1, 3):
        basis = evolve(fiscal.tree.basis, fiscal=FiscalCalendar(start))
        policy = evolve(fiscal, tree=evolve(fiscal.tree, basis=basis))
        years.append(policy.fit(book, as_of="2026-01-31"))
    every = [fitted, slow, *years]
    together = replay(book, every, DAYS)
    assert len({str(columns((), [looks])) for looks in together[1]}) == 4
    for at, one in enumerate(every):
        days, looks = replay(book, [one], DAYS)
        assert columns(days, looks) == columns(together[0], together[1][at : at + 1])


def test_one_name_for_two_columns_is_two_features():
    """Each policy goes by the column that it names itself, as it does alone."""
    text = """
[features.rank]
attribute = "COLUMN"
unit = "count"
title = { zh = "级别", en = "Rank" }

[[grading.gates]]
code = "low"
title = { zh = "级别低", en = "Low in rank" }
when = "rank <= 1"
cap = "B"
"""
    cards = {"customer_id": ["x", "y", "z"], "one": [1, 2, 2], "two": [2, 1, 1]}
    own = {"one": "count", "two": "count"}
    book = Ledger.from_frames(sales(), customers=cards, currency="CNY", attributes=own)
    ones, twos = (
        shop(TEXT + text.replace("COLUMN", name)).fit(book, as_of="2026-01-31")
        for name in ("one", "two")
    )
    _, together = replay(book, [ones, twos], DAYS)
    of_x = [[look.after[0] for look in looks] for looks in together]
    assert of_x == [[1, 1, 1, 1], [0, 1, 0, 0]]  # by the first column x may not rise
    for one, looks in zip((ones, twos), together, strict=True):
        _, (alone,) = replay(book, [one], DAYS)
        assert [look.after.tolist() for look in looks] == [
            look.after.tolist() for look in alone
        ]


def test_alerts_are_counted_with_their_cooldown():
    """Y is quiet in March; z is not known before that."""
    book = ledger()
    fitted = shop(TEXT + TRIGGER).fit(book, as_of="2026-01-31")
    days = [as_day(one) for one in ("2026-02-01", "2026-04-01", "2026-04-02")]
    _, (looks,) = replay(book, [fitted], days)
    # On 2 April the month to date is 1 April, when nobody bought: x and z are quiet,
    # and y still cools down.
    assert [look.alerts for look in looks] == [0, 1, 2]


def test_reviews_on_the_anniversary_of_joining():
    """The day of joining is that of the first sale, here 2 January and 2 March."""
    text = TEXT.replace('"monthly"', '"anniversary of joining"')
    book = ledger()
    fitted = shop(text).fit(book, as_of="2026-01-31")
    days = [as_day(one) for one in ("2026-02-01", "2026-05-01", "2027-01-02")]
    _, (looks,) = replay(book, [fitted], days)
    assert looks[1].asked.tolist() == [False, False, True]  # z is new
    assert looks[2].asked.tolist() == [True, True, False]


def test_who_joins_joins_on_a_day_that_is_past():
    """With the registration, else the first sale; a return or a day to come is none."""
    book = Ledger.from_frames(
        {
            "customer_id": ["registered", "later", "later", "later"],
            "date": ["2026-01-09", "2026-01-02", "2026-01-05", "2026-01-07"],
            "amount": [10.0, -10.0, 0.0, 10.0],
        },
        customers={
            "customer_id": ["later", "registered", "silent"],
            "registered_on": ["2026-02-10", "2026-01-20", None],
        },
        currency="CNY",
    )
    told = {}
    for day in ("2026-01-06", "2026-01-31", "2026-02-28"):
        joined = joined_days(Facts(book, as_day(day)))
        told[day] = [str(to_date(one))[5:] for one in joined.tolist()]
    assert told == {  # in the order of the ids: later, registered, silent
        "2026-01-06": ["01-06", "01-06", "01-06"],
        "2026-01-31": ["01-07", "01-20", "01-31"],
        "2026-02-28": ["02-10", "01-20", "02-28"],
    }


def test_before_anybody_is_known():
    """A day without customers has decisions about nobody."""
    book = ledger()
    fitted = shop().fit(book, as_of="2026-01-31")
    days, (looks,) = replay(book, [fitted], [as_day("2025-12-01"), DAYS[0]])
    assert [len(day.rows) for day in days] == [0, 2]
    assert [len(look.after) for look in looks] == [0, 2]
    assert looks[1].first.all()
