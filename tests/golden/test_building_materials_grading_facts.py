"""Grading in building materials in numbers: what is measured, scored and weighed.

The numbers, and the arithmetic behind them, stand in
:mod:`building_materials_grading_facts`.
"""

import pytest
from attrs import evolve

import custseg as cs
from building_materials_grading_facts import CHECKLIST, FACTS
from building_materials_grading_taxonomy import CHECKLIST as LABELS
from building_materials_grading_taxonomy import dealing, in_blocks, paying, spent
from building_materials_world import (
    client,
    event,
    ledger_of,
    project,
    said_missing,
    trade,
)
from company_world import TODAY, ago, on_days

BY_FACT = [pytest.param(fact, id=fact.name) for fact in FACTS]


@pytest.fixture(scope="module")
def fitted():
    """The policy fitted in the trade on credit."""
    return trade()


def test_every_row_of_the_checklist_has_its_example():
    """The numbers here are those of the checklist, each once, and no label."""
    names = [fact.name for fact in FACTS]
    assert len(names) == len(set(names))
    assert set(names) == CHECKLIST
    assert not CHECKLIST & LABELS


_BESIDE = {
    "average_days_late", "terms_days", "days_sales_outstanding", "exposure",
    "distress_events", "strategy_changes", "new_region_events",
}  # fmt: skip
"""Features of the catalogue that no label of the policy needs."""


def number(policy, one, name):
    """Return a fact of a customer; None where it is unknown."""
    found = one.classified(policy, [name] if name in _BESIDE else [])
    return found.score if name == "score" else found.feature(name)


@pytest.mark.parametrize("fact", BY_FACT)
def test_the_number_is_what_was_worked_out(fitted, fact):
    """For its customer, and for one a step away, who has another."""
    (got, wanted), (missed, other) = fact.gets, fact.misses
    assert wanted != other
    assert number(fitted, got, fact.feature) == pytest.approx(wanted, abs=1e-6)
    assert number(fitted, missed, fact.feature) == pytest.approx(other, abs=1e-6)


@pytest.mark.parametrize("fact", [one for one in BY_FACT if one.values[0].lacks])
def test_without_its_input_the_number_is_unknown(fitted, fact):
    """And a label that rests on it is open, and names what is missing."""
    assert number(fitted, fact.lacks, fact.feature) is None
    if fact.family:
        assert (fact.fact or fact.feature) in said_missing(
            fact.lacks.classified(fitted), fact.family
        )


@pytest.mark.parametrize("fact", [one for one in BY_FACT if not one.values[0].lacks])
def test_a_number_that_is_always_known_is_so_for_who_never_bought(fitted, fact):
    """Nothing declared, nothing in the books."""
    assert number(fitted, client(), fact.feature) == 0.0


def test_that_there_was_nothing_is_another_thing_than_that_nobody_knows(fitted):
    """No invoice at all is no day late; without a book nobody can say."""
    assert client(owes=[]).label(fitted, "overdue") == "CURRENT"
    assert client().label(fitted, "overdue") == "UNKNOWN"


def test_what_was_learned_is_what_was_worked_out(fitted):
    """Cuts in fen, the usual order and gap, and the percentiles of the history."""
    learned = fitted.learned
    assert learned.cuts["pct(spend) >= 0.95"] == 200000
    assert learned.cuts["pct(profit) > 0.5"] == 44000
    assert learned.cuts["share_above(spend) < 0.8"] == 90000
    assert learned.cuts["share_above(spend) < 0.95"] == 50000
    assert learned.medians["median(average_order_value)"] == 105000
    assert learned.medians["median(median_gap_days)"] == 30
    days = learned.knots["pct(purchase_days)"]
    assert (days.values.tolist(), days.shares.tolist()) == ([1], [0.5])


# --- what the rows above leave out ----------------------------------------------------


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("房地产开发商", "PROJECT"),
        ("Contractor", "PROJECT"),
        ("工程队", "CREW"),
        ("施工队", "CREW"),
        ("一级代理", "OTHER"),  # begins with another word
        ("代理商", "DEALER"),
        ("建筑装饰公司", "PROJECT"),
        ("建材批发部", "DEALER"),
        ("Private household", "HOMEOWNER"),
        ("Private company", "OTHER"),
        ("小 B 端", "SMALL_BUSINESS"),
    ],
)
def test_what_is_declared_in_other_words(fitted, said, kind):
    """The longest entry with which the text begins counts."""
    assert client(type=said).classified(fitted).feature("declared_kind") == kind


@pytest.mark.parametrize(
    ("said", "group"),
    [
        ("K7010", "REAL_ESTATE"),
        ("NACE 68.20", "REAL_ESTATE"),
        ("ISIC Rev.5 M68", "REAL_ESTATE"),
        ("NAICS 531110", "REAL_ESTATE"),
        ("E", "CONSTRUCTION"),
        ("E5012", "DECORATION"),
        ("建筑装饰业", "DECORATION"),
        ("建筑业", "CONSTRUCTION"),
        ("ISIC Rev.4 F43", "DECORATION"),
        ("NACE 41.20", "CONSTRUCTION"),
        ("NAICS 238", "DECORATION"),
        ("NAICS 236", "CONSTRUCTION"),
        ("F5165", "TRADE"),
        ("C3034", "MANUFACTURING"),
        ("H6110", "HOSPITALITY"),
        ("ISIC 85", "PUBLIC"),
        ("NACE Rev.2.1 Q85", "PUBLIC"),
        ("A0111", "OTHER"),
    ],
)
def test_industries_of_every_classification_are_in_one_group(fitted, said, group):
    """GB/T, ISIC, NACE and NAICS, by section and by division, and in words."""
    assert client(industry=said).classified(fitted).feature("industry_group") == group


@pytest.mark.parametrize(
    ("sales", "wanted"),
    [
        # blocks that never varied: the change alone, from four of them on
        (in_blocks(200, 100, 100, 100, 100), "SURGE"),
        (in_blocks(50, 100, 100, 100, 100), "DROP"),
        (in_blocks(200, 100, 100, 100), "UNKNOWN"),
        # its first sale 360 days ago is in the fourth block before the last
        ([*in_blocks(200, 100, 100, 100), *spent(100, 360, order="f")], "SURGE"),
        ([*in_blocks(200, 100, 100, 100), *spent(100, 359, order="f")], "UNKNOWN"),
        # twice the usual, but it is used to: median 100, MAD 100, z = 1.3
        (in_blocks(300, 1, 1, 200, 100, 300), "STEADY"),
        # MAD 50 of 150, 50, 150, 50: z is 148.26 / 74.13 = 2, or less by a fen
        (in_blocks(248.26, 150, 50, 150, 50), "SURGE"),
        (in_blocks(248.25, 150, 50, 150, 50), "STEADY"),
        # three earlier orders, and two, which are no history
        (in_blocks(240, 100, 0, 80, 120), "SURGE"),
        (in_blocks(200, 100, 0, 0, 100), "STEADY"),
    ],
)
def test_a_change_has_to_be_unusual_for_the_customer(fitted, sales, wanted):
    """By its own spread, where it has one; with few orders a change is chance."""
    there = [one for one in sales if one["amount"]]
    assert client(there).label(fitted, "momentum") == wanted


@pytest.mark.parametrize(
    ("days", "kind", "wanted"),
    [
        # a home: three years on the last day, and a day more
        ((1095,), "业主", "COOLING"),
        ((1096,), "业主", "DORMANT"),
        ((1095,), "工程", "CHURNED"),
        # bought for on three days of two weeks, it is a home still
        ((400, 407, 414), "业主", "COOLING"),
        ((400, 407, 414), "工程", "DORMANT"),
        # gaps of 730 days are a rhythm, whoever it is; of 729 they are none
        ((800, 1530), "工程", "COOLING"),
        ((800, 1529), "工程", "CHURNED"),
        # who was not asleep is not woken up
        ((10, 1105), "业主", "ACTIVE"),
        ((10, 1106), "业主", "REACTIVATED"),
        ((3285,), "业主", "DORMANT"),
        ((3286,), "业主", "CHURNED"),
    ],
)
def test_who_buys_once_in_years_sleeps_by_its_own_rhythm(fitted, days, kind, wanted):
    """Dormant after three years, or its own gap if that is longer; churned after 3."""
    one = client(on_days(*days), type=kind).classified(fitted)
    assert one.labels["lifecycle"] == wanted
    if kind == "业主":
        assert one.labels["churn_risk"] == "NO"


@pytest.mark.parametrize(
    ("kind", "weights"),
    [
        ("开发商", (30, 30, 20, 20)),
        ("经销商", (25, 45, 15, 15)),
        ("装修公司", (25, 40, 30, 5)),
        ("学校", (25, 40, 20, 15)),
        (None, (0, 40, 20, 15)),
    ],
)
def test_each_type_is_weighed_in_its_own_way(fitted, kind, weights):
    """25 + 40 + 20 + 15, but for three types; where none is declared, without scale."""
    said = {"type": kind} if kind else {}
    start = dealing(600)
    rest = {name: one for name, one in start.customer.items() if name != "type"}
    more = {"annual_projects": 10}
    one = evolve(start, customer={**rest, **more, **said}).classified(fitted)
    parts = [
        one.feature(name)
        for name in ("scale", "collaboration", "potential_score", "credit_score")
    ]
    assert (parts[0] is None) == (kind is None)
    points = sum(w * (p or 0) for w, p in zip(weights, parts, strict=True))
    assert one.score == pytest.approx(points / sum(weights), abs=1e-6)


@pytest.mark.parametrize(("value", "plan"), [(1, 0), (500_000, 15), (2_000_000, 30)])
def test_a_plan_never_lowers_the_score_of_a_dealer(fitted, value, plan):
    """Of 55 known points it adds up to 30, and potential weighs 15 of 100."""
    without = dealing(600)
    books = {**without.books, "projects": [project(value)]}
    planned = evolve(without, books=books).classified(fitted)
    gained = planned.score - without.classified(fitted).score
    assert gained == pytest.approx(15 * plan / 55, abs=1e-4)


@pytest.mark.parametrize(
    ("on_time", "more", "risk", "tier"),
    [
        # 65 + 700 / 20 points
        (700, {}, "LOW", "A"),
        # without the rating and the limit 45 + 301 / 20 = 60.05, and 59.95
        (301, {"rating": 0, "open_bill": 1000}, "MEDIUM", "A"),
        (299, {"rating": 0, "open_bill": 1000}, "HIGH", "B"),
        (700, {"events": [event("default")]}, "CRITICAL", "C"),
    ],
)
def test_a_gate_caps_the_tier_that_the_score_earns(fitted, on_time, more, risk, tier):
    """Critical risk at C, high risk at B, whatever the score, which is A in each case.

    A dealer of five cities who spends more, more often and later than all others: 25 +
    45, 15 x 10 / 55 of potential, and 15 x .5995 of risk are 81.72.
    """
    sales = [*spent(3000, 1), *spent(1, 0, order="p"), *spent(1, 1095, order="f")]
    said = {"type": "经销商", "cities_covered": 5, "projects": [], "interactions": []}
    one = paying(on_time, sales=sales, **said, **more).classified(fitted)
    assert one.score >= 80
    assert (one.labels["credit_risk"], one.tier) == (risk, tier)


def test_a_grade_rests_on_half_of_the_points_at_least(fitted):
    """History and potential, 40 + 20, are enough; history alone is not."""
    sales = [*spent(2000), *spent(1, 1095, order="f")]
    half = client(sales, projects=[], interactions=[]).classified(fitted)
    grade = half.result.outcome.grade
    assert grade.coverage.values.tolist() == [0.6]
    assert half.tier == "B"
    assert client(sales).label(fitted, "tier") == "UNKNOWN"


def test_a_group_fails_together(fitted):
    """Two of one group: 900 of 1,000 and nothing of 500 are .6 of the limits."""
    people = [
        cs.Customer("a", credit_limit=1000, group_id="G"),
        cs.Customer("b", credit_limit=500, group_id="G"),
        cs.Customer("c", credit_limit=1000),
    ]
    invoices = [
        cs.Invoice(who, f"F{who}", ago(20), ago(-10), 900) for who in ("a", "c")
    ]
    ledger = cs.Ledger.from_records(
        people,
        [cs.Transaction(who, ago(1), 1) for who in "abc"],
        invoices=invoices,
        payments=[cs.Payment("P", "Fa", ago(-1), 1)],
        currency="CNY",
    )
    result = fitted.classify(ledger, as_of=TODAY)
    assert result.labels("limit").tolist() == ["WITHIN", "WITHIN", "WARNING"]


def test_a_customer_alone_gets_the_same_as_among_all(fitted):
    """Each of the customers worked out above, from records and from the books."""
    every = {f"c{at}": fact.gets[0] for at, fact in enumerate(FACTS)}
    result = fitted.classify(ledger_of(**every), as_of=TODAY)
    asked = 0
    for name, one in every.items():
        if len(one.books) < 2:  # a table that is not at hand is there in the ledger
            continue
        asked += 1
        alone, among = one.classified(fitted), result.customer(name)
        if set(one.books) >= {"invoices", "projects", "interactions"}:
            assert alone.score == among.score
        for family in ("type", "value", "overdue", "momentum", "lifecycle"):
            if "invoices" in one.books or family != "overdue":
                assert alone.labels[family] == among.labels[family]
    assert asked > 10


@pytest.mark.parametrize(
    ("item", "full"),
    [
        ("cities_covered", 5),
        ("towns_covered", 20),
        ("warehouse_m2", 1000),
        ("delivery_staff", 10),
        ("stores_served", 50),
        ("decoration_firms_served", 20),
    ],
)
def test_each_item_of_a_dealer_counts_alike(fitted, item, full):
    """Full marks, one less, and more than full; what is not declared is left out."""
    for many, points in ((full, 100), (full - 1, 100 - 100 / full), (2 * full, 100)):
        one = client(type="经销商", **{item: many}).classified(fitted)
        assert one.feature("scale") == pytest.approx(points)


@pytest.mark.parametrize(
    ("days", "known", "points"),
    [
        # 15 for the new category, 20 x .025 without growth, a third of three years
        (365, 90, 15 + 0.5 + 10 / 3),
        # in its first year all is new, and nothing is a year old
        (364, 55, 10 * 364 / 1095),
    ],
)
def test_in_its_first_year_nothing_is_an_extension(fitted, days, known, points):
    """Tiles now, and cement so many days ago."""
    sales = [*spent(10, category="瓷砖"), *spent(10, days, category="水泥", order="b")]
    one = client(sales, projects=[], interactions=[]).classified(fitted)
    assert one.feature("potential_points_known") == known
    assert one.feature("potential_score") == pytest.approx(100 * points / known)
