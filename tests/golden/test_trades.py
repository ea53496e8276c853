"""What the packaged policies find again in trades of which the truth is known.

Each trade of :mod:`custseg.demo` was made up customer by customer, each meant to be
something, with noise on everything: days jittered and skipped, amounts spread by about
a fifth, goods returned, one field of the cards in fifty empty. The bar: of those whose
history is long enough to tell (:data:`custseg.demo.LONG_ENOUGH`), 95 in 100 get the
label that was meant, in every family, and whoever gets another one stands at an edge
that is named below. How many of whom is in the guide to the demo data.
"""

from collections import Counter
from functools import cache

import numpy as np
import pytest

import custseg as cs
from custseg.demo import LONG_ENOUGH, TRADES, recovered, trade

SEEDS = (1, 20260630)
BAR = 0.95

NEIGHBOURS = {
    "value": ("HIGH", "MEDIUM", "LOW"),
    "volume": ("LARGE_VOLUME", "MEDIUM_VOLUME", "SMALL_VOLUME"),
    "procurement_scale": ("LARGE", "MEDIUM", "SMALL"),
    "scale_class": ("STRATEGIC", "KEY", "GENERAL"),
    "key_account": ("YES", "NO"),
    "frequency": ("FREQUENT", "REGULAR", "INFREQUENT", "NONE_IN_WINDOW"),
    "breadth": ("SINGLE_CATEGORY", "FEW_CATEGORIES", "MULTI_CATEGORY"),
    "price_preference": ("PREMIUM", "MIXED", "VALUE_SEEKER"),
    "engaged": ("HIGHLY_ENGAGED", "ENGAGED", "NOT_ENGAGED"),
    "delivery_coverage": ("MANY_PLACES", "SEVERAL_PLACES", "ONE_PLACE"),
    "momentum": ("SURGE", "STEADY", "DROP"),
    "trend": ("RISING", "STABLE", "FALLING"),
    "credit_risk": ("LOW", "MEDIUM", "HIGH", "CRITICAL"),
}
"""Families of bands: who was planned, or came, close to a cut may lie beyond it."""

BY_PROJECT = frozenset({"BUILDER", "FITTER"})
SORTS = {
    # Twice a year may well be silent for over half a year.
    "lifecycle": frozenset({"COLD_STORE", "PUBLIC_BODY", "PLANT", "WORKSHOP"}),
    # Projects that happened to fall into the same months.
    "season": BY_PROJECT,
}
PAIRS = {
    # Between two projects, or two purchases missed in a row.
    "churn_risk": ("NO", "YES"),
    # Who buys by seasons is overdue out of season; or two purchases missed in a row.
    "loyal": ("YES", "NO"),
    # What it paid late has just been paid, and nothing else is due.
    "payment_delay": ("YES", "NO"),
}
INFERRED_WITHOUT = {"type": "type", "sector": "industry"}
"""Families that are inferred from the orders where this field of the card is empty."""
NO_APPLICATION = frozenset({None, "批发", "零售"})
"""What a card of a dealer in lamps says: a trade, and the goods tell what for. Of those
who deal in all lamps, one with a single order may have bought for shops alone."""


def at_an_edge(made, family, who, got):
    """Say whether a label that was not meant can be explained."""
    meant = made.truth[who]
    pair = (meant.labels[family], got)
    bands = NEIGHBOURS.get(family, ())
    if family == "value" and made.policy == "lighting":
        bands = ("VIP", "ORDINARY", "LOW")
    if bands:
        wanted, other = map(bands.index, pair)
        return abs(wanted - other) == 1
    if family in SORTS:
        return meant.sort in SORTS[family]
    if family in PAIRS:
        return pair == PAIRS[family]
    if family == "product_preference":  # close to half as much again as is usual
        return "NONE" in pair or "NO" in pair
    card = made.tables["customers"]
    column = card.get(INFERRED_WITHOUT.get(family))
    said = column[card["customer_id"].index(who)] if column else "told"
    lamps = (made.policy, family) == ("lighting", "sector")
    return said in NO_APPLICATION if lamps else said is None


@cache
def made_and_found(policy, seed):
    """A trade, and what the policy says of it."""
    made = trade(policy, seed=seed)
    result = cs.segment(
        **made.tables,
        as_of=made.as_of,
        policy=policy,
        currency=made.currency,
        seller=made.seller,
    )
    return made, recovered(made, result.to_pandas())


@pytest.fixture(params=TRADES)
def runs(request):
    """The trades of one policy, one for each seed."""
    return [made_and_found(request.param, seed) for seed in SEEDS]


def test_what_was_meant_is_found_again(runs):
    """Of all whose history is long enough, 95 in 100 in every family; 97 in all."""
    asked, right = Counter(), Counter()
    for made, found in runs:
        for one in found:
            asked[made.policy, one.family] += one.asked
            right[made.policy, one.family] += one.right
    shares = {name: right[name] / asked[name] for name in asked}
    assert {name: share for name, share in shares.items() if share < BAR} == {}
    assert sum(right.values()) >= 0.97 * sum(asked.values())
    assert min(asked.values()) >= 25


def test_who_buys_by_project_is_seldom_warned_of_between_two():
    """Nine in ten; by twice the usual gap alone it was every second one."""
    for policy in ("building_materials", "lighting"):
        runs = [made_and_found(policy, seed) for seed in SEEDS]
        wrong, asked = 0, 0
        for made, found in runs:
            (one,) = (one for one in found if one.family == "churn_risk")
            by_project = {
                who for who, meant in made.truth.items() if meant.sort in BY_PROJECT
            }
            asked += len(by_project)
            wrong += len(one.wrong.keys() & by_project)
        assert asked >= 40
        assert wrong <= asked / 10


def test_whoever_gets_another_label_stands_at_an_edge(runs):
    """And nobody gets a label that nothing explains."""
    unexplained = [
        (made.policy, one.family, made.truth[who], got)
        for made, found in runs
        for one in found
        for who, got in one.wrong.items()
        if not at_an_edge(made, one.family, who, got)
    ]
    assert unexplained == []


def test_what_no_history_tells_is_never_guessed(runs):
    """Where a card tells, an empty field gives UNKNOWN, never another label."""
    declared = {"outlet", "place", "region", "domestic", "size", "income", "end_user"}
    for _, found in runs:
        for one in found:
            if one.family in declared:
                assert one.wrong == {}
                assert one.too_short == {}


def test_a_season_that_nobody_can_see_yet_is_unknown():
    """With under two years of history a season is UNKNOWN, not denied."""
    made, found = made_and_found("building_materials", 1)
    (season,) = (one for one in found if one.family == "season")
    short = Counter(
        got
        for who, got in season.too_short.items()
        if made.truth[who].labels["season"] == "SEASONAL"
    )
    assert short["UNKNOWN"] >= 10
    assert short["NOT_SEASONAL"] == 0


def test_families_with_a_bar_of_history_are_families_of_the_truth():
    """Every family that LONG_ENOUGH names is there in some trade."""
    families = {
        one.family for name in TRADES for one in made_and_found(name, SEEDS[0])[1]
    }
    assert LONG_ENOUGH.keys() <= families


# --- the developer that collapses in August -------------------------------------------


@pytest.fixture(scope="module")
def collapse():
    """The trade on credit, its policy fitted in June, and who collapses."""
    made, _ = made_and_found("building_materials_grading", SEEDS[0])
    ledger = cs.Ledger.from_frames(**made.tables, currency=made.currency)
    fitted = cs.load_policy(made.policy).fit(ledger, as_of="2026-05-31")
    fallen = [
        who for who, meant in made.truth.items() if meant.sort == "COLLAPSING_DEVELOPER"
    ]
    return ledger, fitted, fallen


def test_nobody_sees_the_collapse_in_may(collapse):
    """At the end of May all of them are key developers of low risk, in a high tier."""
    ledger, fitted, fallen = collapse
    frame = fitted.classify(ledger, as_of="2026-05-31").to_pandas()
    frame = frame.set_index("customer_id").loc[fallen]
    assert len(fallen) == 4
    assert set(frame["credit_risk"]) == {"LOW"}
    assert set(frame["tier"]) <= {"A", "B"}


def test_after_the_default_they_are_in_the_lowest_tier(collapse):
    """At the end of September the risk is critical, and the gate caps them at C."""
    ledger, fitted, fallen = collapse
    frame = fitted.classify(ledger, as_of="2026-09-30").to_pandas()
    frame = frame.set_index("customer_id").loc[fallen]
    assert set(frame["credit_risk"]) == {"CRITICAL"}
    assert set(frame["payment_delay"]) == {"YES"}
    assert set(frame["tier"]) == {"C"}


def test_the_defaults_are_all_of_august():
    """Each is reported in August 2026, after a sign of distress."""
    made, _ = made_and_found("building_materials_grading", SEEDS[0])
    events = made.tables["events"]
    rows = list(zip(events["kind"], events["date"], strict=True))
    defaults = [day for kind, day in rows if kind == "default"]
    assert {str(day)[:7] for day in defaults} == {"2026-08"}
    assert all(
        max(day for kind, day in rows if kind == "distress" and day < default)
        >= default - np.timedelta64(30, "D")
        for default in defaults
    )
