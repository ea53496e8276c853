"""To what features can be brought: bounds that no customer of a whole trade passes."""

import numpy as np
import pytest

import custseg as cs
from custseg.demo import trade
from custseg.periods import Window, as_day
from custseg.scoring.catalogue import CATALOGUE
from custseg.units import Unit

YEAR = Window.parse("365 days")

OVER_ONE = {
    "return_share",  # of what was sold earlier more may come back
    "gap_variation",  # a spread over a mean
    "spend_change_share",
    "orders_change_share",
    "momentum_change",
    "quarterly_trend",
    "bad_debt_share",  # written off of what was invoiced earlier
    "utilisation",  # a limit can be broken
    "group_utilisation",
    "complaint_share",  # several complaints about one order
}
"""Shares that can be more than all."""


def test_every_share_says_whether_it_can_be_more_than_all():
    """A part of a whole ends at 1; a new share has to say which it is."""
    shares = [one for one in CATALOGUE.features if one.unit is Unit.SHARE]
    unbound = {one.code for one in shares if one.most is None}
    assert sorted(unbound ^ OVER_ONE) == [], "say most=1, or add it to OVER_ONE"
    assert {one.most for one in shares} == {None, 1}


def test_counts_and_days_begin_at_zero():
    """Nobody has fewer than none; months of seasons are 24 or more."""
    units = {Unit.COUNT, Unit.DAYS}
    counted = [one for one in CATALOGUE.features if one.unit in units]
    assert {one.code: one.least for one in counted if one.least} == {
        "season_months": 24
    }
    assert all(one.least is not None for one in counted)


def test_money_that_may_be_owed_back_has_no_bound():
    """Returns, credits and losses carry these under zero."""
    free = ("spend", "margin", "open_receivable", "average_order_value", "rebates")
    assert [CATALOGUE[code].least for code in free] == [None] * 5
    assert CATALOGUE["overdue_amount"].least == 0


@pytest.fixture(scope="module", params=["building_materials_grading", "company"])
def facts(request):
    """What is known of the customers of a made-up trade."""
    made = trade(request.param)
    tables = dict(made.tables)
    ledger = cs.Ledger.from_frames(
        tables.pop("sales"), currency=made.currency, **tables
    )
    fitted = cs.load_policy(request.param).fit(ledger, as_of=made.as_of)
    return fitted.facts(ledger, as_day(made.as_of))


def test_nobody_of_a_trade_is_beyond_a_bound(facts):
    """Each feature of each customer of a made-up trade lies within its bounds."""
    looked_at = 0
    for one in CATALOGUE.features:
        column = facts.measure(one, YEAR)
        values = column.values[column.is_known()]
        if one.least is not None:
            assert (values >= one.least).all(), one.code
        if one.most is not None:
            assert (values <= one.most).all(), one.code
            looked_at += len(np.unique(values)) > 1
    assert looked_at >= 5


def test_what_is_unknown_of_some_says_of_whom(facts):
    """With its columns there, a feature is unknown for causes that it names."""
    asked = [one for one in CATALOGUE.features if facts.can_measure(one)]
    open_of_some = [
        one for one in asked if not facts.measure(one, YEAR).is_known().all()
    ]
    silent = [one.code for one in open_of_some if not one.missing]
    assert silent == [], "say for whom with missing=(Title(...),)"
    assert len(open_of_some) >= 20
