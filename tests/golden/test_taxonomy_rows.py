"""Every row of the checklist by its name: who gets it, who just misses it, who is open.

The rows and the arithmetic behind them stand in :mod:`company_taxonomy`, the customers
that they compare with in :mod:`company_world`.
"""

import pytest

from company_taxonomy import CHECKLIST, FEW, GOODS, MONEY, OTHERS, ROWS
from company_world import (
    case,
    fit,
    goods_reference,
    line,
    money_reference,
    on_days,
)

BY_NAME = [pytest.param(row, id=row.name) for row in ROWS]


@pytest.fixture(scope="module")
def worlds():
    """The company policy fitted in each of the worlds."""
    return {
        MONEY: fit(money_reference()),
        GOODS: fit(goods_reference()),
        FEW: fit(money_reference(19)),
    }


def missing_from(one, family):
    """Return what an explanation says is missing for a label or a tier."""
    data = one.explain().to_data()
    told = data["tier"] if family == "tier" else data["families"][family]
    assert told["label"] == "UNKNOWN"
    return told["missing"]


@pytest.mark.parametrize("row", BY_NAME)
def test_the_row_is_answered(worlds, row):
    """Its customer gets the label."""
    assert row.gets.label(worlds[row.world], row.family) == row.code


@pytest.mark.parametrize("row", BY_NAME)
def test_a_near_miss_is_not(worlds, row):
    """A customer one step away gets another label, and it is the one expected."""
    assert row.instead != row.code
    assert row.misses.label(worlds[row.world], row.family) == row.instead


@pytest.mark.parametrize("row", [one for one in BY_NAME if one.values[0].lacks])
def test_without_its_input_the_row_is_open_and_says_what_it_lacks(worlds, row):
    """The label is UNKNOWN, and the explanation names the fact that is missing."""
    one = row.lacks.classified(worlds[row.in_world or row.world])
    told = missing_from(one, row.family)
    names = {entry["fact"] or entry["not_learned"] for entry in told}
    assert row.fact in names
    (entry,) = [e for e in told if row.fact in {e["fact"], e["not_learned"]}]
    for language in ("en", "zh"):
        text = one.explain().only(row.family).to_text(language)
        assert entry["said"][language] in text


@pytest.mark.parametrize("row", [one for one in BY_NAME if not one.values[0].lacks])
def test_a_row_that_is_never_open_needs_no_more_than_a_table_of_sales(worlds, row):
    """With and without a sale, and with too few to compare with, the label is known."""
    for policy in worlds.values():
        for sales in ((), on_days(5), on_days(400), row.gets.sales):
            assert case(sales).label(policy, row.family) != "UNKNOWN"


def test_every_row_of_the_checklist_has_its_example():
    """The rows here are those of the checklist, each once."""
    names = [row.name for row in ROWS]
    assert len(names) == len(set(names))
    assert set(names) == CHECKLIST


@pytest.mark.parametrize(("family", "code", "one"), OTHERS)
def test_the_labels_that_no_row_is_named_after(worlds, family, code, one):
    """What is left over has a customer as well."""
    assert one.label(worlds[GOODS], family) == code


def test_what_the_world_of_goods_taught_is_what_was_worked_out(worlds):
    """Three common categories, and the percentiles of growth, gap and price."""
    learned = worlds[GOODS].learned
    peers = learned.references["category_buyers"]
    assert (peers.members, peers.common) == (20, ("PAINT", "PIPE", "TILE"))
    assert learned.cuts["pct(spend) >= 0.8"] == 27000
    gap = learned.knots["pct(category_gap)"]
    assert gap.values.tolist() == pytest.approx([0, 1 / 3])
    assert gap.shares.tolist() == pytest.approx([0.2, 0.7])
    growth = learned.knots["pct(spend_change_share)"]
    assert growth.values.tolist() == pytest.approx([i / 10 for i in range(1, 21)])
    assert growth.shares.tolist() == pytest.approx(
        [(i - 0.5) / 20 for i in range(1, 21)]
    )


@pytest.mark.parametrize(
    ("sales", "covered", "potential"),
    [
        # growth 1.6: .775; gap 1/3: .7; R 100: .475
        ("all", 100, 70.25),
        # without a sale a year before: (30 * .7 + 20 * .525) / 50
        ("no growth", 50, 63.0),
        # without categories: (50 * .775 + 20 * .525) / 70
        ("no goods", 70, 100 * (50 * 0.775 + 20 * 0.525) / 70),
        # without either 20 of 100 points are known: too few
        ("neither", 20, None),
    ],
)
def test_potential_leaves_out_what_is_not_known(worlds, sales, covered, potential):
    """What is missing counts neither for nor against, down to half of the points."""
    lines = [
        line(30, days_ago=100, category="TILE", quantity=1),
        line(100, days_ago=100, category="PAINT", quantity=1),
        line(50, days_ago=465, order="before"),
    ]
    if sales in {"no growth", "neither"}:
        del lines[2]
    if sales in {"no goods", "neither"}:
        lines = [{k: v for k, v in one.items() if k != "category"} for one in lines]
    one = case(lines).classified(worlds[GOODS])
    assert one.feature("potential_known") == covered
    wanted = None if potential is None else pytest.approx(potential, abs=1e-6)
    assert one.feature("potential") == wanted
    # Potential is a claim that needs evidence: unknown, it is not held against anybody.
    high = potential is not None and potential >= 70
    assert one.labels["importance"] == ("HIGH_POTENTIAL" if high else "MINOR")


def test_potential_leaves_out_what_was_not_learned():
    """Growth that nobody's percentile was learned for does not count as the worst."""
    rows = [row for row in goods_reference() if row.order_id != "g20-0"]
    one = case(
        [
            line(130, days_ago=100, category="TILE", quantity=1),
            line(50, days_ago=465, order="before"),
        ]
    ).classified(fit(rows))  # nineteen know their growth: one too few
    assert one.feature("spend_change_share") == pytest.approx(1.6)
    assert one.feature("potential_known") == 50


def test_loyal_customers_are_lost_to_a_complaint_and_to_silence(worlds):
    """No complaint in 90 days, no silence over twice the usual gap."""
    days = on_days(*range(0, 360, 30), 366)
    fitted = worlds[MONEY]
    assert case(days, complaints=[90]).label(fitted, "loyal") == "YES"
    assert case(days, complaints=[89]).label(fitted, "loyal") == "NO"
    # gaps of 20 days: silent for 40 is twice the gap, for 41 more
    for silent, wanted in ((40, "YES"), (41, "NO")):
        steady = on_days(*range(silent, silent + 241, 20), 400)
        assert case(steady).label(fitted, "loyal") == wanted


def test_brand_loyal_takes_three_orders(worlds):
    """Two orders of one brand are chance."""
    for orders, wanted in ((3, "BRAND_LOYAL"), (2, "NOT_LOYAL")):
        sales = [line(10, order=f"o{k}", brand="north") for k in range(orders)]
        assert case(sales).label(worlds[GOODS], "brand") == wanted


def test_size_goes_by_revenue_where_employees_are_not_declared(worlds):
    """Revenue against that of the others: i millions, .5 from 11 and .8 from 17."""
    fitted = worlds[GOODS]
    bars = ((10, "SMALL"), (11, "MEDIUM"), (16, "MEDIUM"), (17, "LARGE"))
    for millions, wanted in bars:
        revenue = {"annual_revenue": 1_000_000 * millions}
        assert case(**revenue).label(fitted, "size") == wanted
        assert case(employees=49, **revenue).label(fitted, "size") == "SMALL"


def test_place_takes_the_city_before_the_distance_and_the_country_first(worlds):
    """Same city is local however far, nobody abroad is; without a seller: unknown."""
    fitted = worlds[MONEY]
    far = {"latitude": 23.9, "longitude": 113.0}
    assert case(city="佛山", province="广东", **far).label(fitted, "place") == "LOCAL"
    near = {"latitude": 23.0, "longitude": 113.0}
    assert case(country="VN", **near).label(fitted, "place") == "INTERNATIONAL"
    assert case(city="佛山", province="广东").label(fitted, "domestic") == "YES"
    nowhere = fit(money_reference(), seller=None)
    one = case(city="佛山", province="广东").classified(nowhere)
    assert (one.labels["place"], one.labels["domestic"]) == ("UNKNOWN", "UNKNOWN")
