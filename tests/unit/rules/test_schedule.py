"""Who is due on a day."""

import numpy as np
import pytest

from custseg.errors import SettingError
from custseg.periods import as_day
from custseg.rules.tiers.calendar import Cadence, ReviewCalendar
from custseg.rules.tiers.holding import State
from custseg.rules.tiers.occasions import Ceiling, Fired
from custseg.rules.tiers.schedule import Schedule
from custseg.rules.tiers.transition_rules import Rules
from custseg.rules.tiers.transitions import step

MONTHLY, QUARTERLY, YEARLY, JOINING, TIER = (
    ReviewCalendar(cadence)
    for cadence in (
        Cadence.MONTHLY,
        Cadence.QUARTERLY,
        Cadence.YEARLY,
        Cadence.JOINING,
        Cadence.TIER,
    )
)
ON = as_day("2026-10-01")


def held(n, **columns):
    """Return a state of n customers, some columns exchanged."""
    return State.from_columns({**State.fresh(n).columns(), **columns})


def test_who_has_reached_the_day_is_due():
    """On the day itself and later; and whoever has no tier yet."""
    state = held(4, tier=[0, 0, 0, -1], next_due=[ON - 1, ON, ON + 1, ON + 1])
    due = Schedule.same(QUARTERLY, tiers=3).due(state, on=ON)
    assert due.review.tolist() == [True, True, False, True]


def test_each_tier_has_its_own_cadence():
    """The period by the tier held, told by the day after; the next by the new one."""
    schedule = Schedule((MONTHLY, QUARTERLY, YEARLY))
    due = schedule.due(held(4, tier=[0, 1, 2, -1]), on=ON)
    assert due.period.tolist() == [
        as_day("2026-10-01"),
        as_day("2026-10-01"),
        as_day("2026-01-01"),
        as_day("2026-01-01"),
    ]
    assert due.next_due.tolist() == [
        as_day("2026-11-01"),
        as_day("2027-01-01"),
        as_day("2027-01-01"),
    ]


def test_a_month_and_the_quarter_that_begins_with_it_are_two_periods():
    """October was reviewed in the tier above; the quarter since October is due yet."""
    schedule = Schedule((MONTHLY, QUARTERLY))
    november, january = as_day("2026-11-01"), as_day("2027-01-01")
    state = held(1, tier=[1], reviewed=[november], next_due=[january])
    due = schedule.due(state, on=january)
    assert (due.review.tolist(), due.period.tolist()) == ([True], [january])


def test_nobody_is_due_for_a_period_before_the_last_one_reviewed():
    """Months were reviewed up to November; the third quarter is not asked for then."""
    schedule = Schedule((MONTHLY, QUARTERLY))
    november, december = as_day("2026-11-01"), as_day("2026-12-01")
    state = held(1, tier=[1], reviewed=[november], next_due=[december])
    due = schedule.due(state, on=december)
    assert (due.review.tolist(), due.period.tolist()) == ([False], [ON])


def test_anniversaries_of_joining():
    """Each customer's own day, whatever the tier; the others by the calendar."""
    schedule = Schedule((JOINING, QUARTERLY))
    joined = np.array([as_day("2025-11-11"), as_day("2024-03-03")], dtype=np.int32)
    due = schedule.due(held(2, tier=[0, 1]), on=ON, joined=joined)
    assert due.next_due.tolist() == [
        [as_day("2026-11-11"), as_day("2027-01-01")],
        [as_day("2027-03-03"), as_day("2027-01-01")],
    ]
    assert due.period.tolist() == [as_day("2025-11-11"), as_day("2026-10-01")]


def test_anniversaries_of_the_tier():
    """From the day since when it is held; a tier reached today begins today."""
    schedule = Schedule((TIER, TIER))
    day = as_day("2026-03-03")
    due = schedule.due(held(3, tier=[1, 0, -1], since=[day, day, 0]), on=ON)
    kept, new = as_day("2027-03-03"), as_day("2027-10-01")
    assert due.next_due.tolist() == [[new, kept], [kept, new], [new, new]]
    assert due.period.tolist() == [day, day, ON]


@pytest.mark.parametrize("schedule", [Schedule((MONTHLY,) * 2), Schedule((TIER,) * 2)])
def test_a_period_that_was_reviewed_is_not_asked_for_again(schedule):
    """Although the day of the next review has come, as after a change by hand.

    Of four the first has had the period, the second none of it, the third a later one;
    the fourth has had it not, and its day is yet to come.
    """
    day, on = as_day("2026-03-01"), as_day("2026-03-02")
    state = held(
        4,
        tier=[1] * 4,
        since=[day] * 4,
        reviewed=[day, day - 1, day + 1, day - 1],
        next_due=[on, on, on, on + 1],
    )
    due = schedule.due(state, on=on)
    assert due.period.tolist() == [day] * 4
    assert due.review.tolist() == [False, True, False, False]


def test_the_day_of_joining_must_be_given_where_it_counts():
    """It cannot be guessed, and must be one for each customer."""
    schedule = Schedule((JOINING, QUARTERLY))
    with pytest.raises(SettingError, match="joined: anniversaries of joining need the"):
        schedule.due(State.fresh(1), on=ON)
    with pytest.raises(SettingError, match="joined: expected one value for each cust"):
        schedule.due(State.fresh(1), on=ON, joined=np.array([1, 2]))


def test_a_schedule_of_one_tier_is_refused():
    """There is nothing to move between."""
    with pytest.raises(SettingError, match=r"Schedule\.calendars: each tier has a"):
        Schedule((QUARTERLY,))


@pytest.mark.parametrize("calendar", [MONTHLY, QUARTERLY, YEARLY, TIER])
def test_a_year_of_daily_runs_reviews_once_in_each_period(calendar):
    """Run every day, a customer is reviewed as often as the cadence says."""
    schedule, state, reviews = Schedule.same(calendar, tiers=2), State.fresh(1), 0
    for on in range(as_day("2026-01-01"), as_day("2027-01-01")):
        due = schedule.due(state, on=on)
        reviews += int(due.review.sum())
        state = step(
            state,
            earned=[1],
            kept=[1],
            cap=Ceiling([0]),
            due=due,
            fired=Fired.nobody(1),
            rules=Rules(2),
            on=on,
        ).state
    expected = {Cadence.MONTHLY: 12, Cadence.QUARTERLY: 4}
    assert reviews == expected.get(calendar.cadence, 1)
