"""What a policy asks of the data, worked out by hand for small policies."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from attrs import evolve

from custseg.errors import PolicyError
from custseg.labels import Title
from custseg.periods import Window
from custseg.rules.expression import FittedCut, FittedValue, to_text
from custseg.rules.files.loader import load_tree
from custseg.rules.planning import make_plan
from custseg.rules.policy import Family, LabelRule, NamedFeature, Score, Threshold
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Catalogue
from custseg.units import Unit

GOOD = Path(__file__).resolve().parents[2] / "policies" / "good"
SHOP = load_tree(GOOD / "shop.toml")
LEAST = load_tree(GOOD / "least.toml")
TITLE = Title(zh="某", en="Some")


def flag(code, yes):
    """Return a family that is one condition."""
    return Family(code, TITLE, (LabelRule("A", TITLE, yes), LabelRule("B", TITLE)))


def problems_of(policy):
    """Return what is wrong with a policy, as text, one for each problem."""
    with pytest.raises(PolicyError, match=r"\$\.") as caught:
        make_plan(policy)
    return [str(problem).partition("\n")[0] for problem in caught.value.problems]


def test_only_what_is_used_is_needed():
    """The shop looks at three features, so at the columns of three features."""
    plan = make_plan(SHOP)
    year = Window.parse("365 days")
    assert plan.features == tuple(
        (code, CATALOGUE[code], year)
        for code in ("spend", "orders", "days_since_last_sale")
    )
    assert plan.columns == {"sales.amount"}


def test_nothing_is_needed_by_a_policy_that_asks_nothing():
    """A policy without scores, families and grading needs no column at all."""
    plan = make_plan(LEAST)
    assert (plan.features, plan.columns, plan.fitted) == ((), frozenset(), ())


def test_a_feature_behind_a_score_is_needed():
    """What a family needs through a score, and a score through its bins, counts."""
    policy = load_tree(GOOD / "fiscal_year_in_pounds.toml")
    names = [name for name, _, _ in make_plan(policy).features]
    assert names == [
        "spend",
        "orders",
        "days_since_last_sale",
        "is_closed",
        "spend_last_year",
    ]


def test_a_named_feature_brings_its_own_window():
    """The policy's own features stand behind those of the catalogue."""
    window = Window.parse("30 days")
    own = NamedFeature("recent_orders", "orders", window, TITLE)
    yes = flag("awake", "recent_orders >= 1")
    plan = make_plan(evolve(LEAST, features=(own,), families=(yes,)))
    assert plan.features == (("recent_orders", CATALOGUE["orders"], window),)


def test_what_is_learned_is_listed_once():
    """pct(spend) >= 80 % is one cut, pct(spend) as points another thing to learn."""
    plan = make_plan(SHOP)
    assert plan.fitted == (
        FittedCut("pct", "spend", ">=", Decimal("0.8")),
        FittedValue("pct", "spend"),
        FittedValue("pct", "orders"),
    )


def test_every_expression_is_planned_in_order():
    """The reference first, then scores, families, parts and the bars of tiers."""
    plan = make_plan(SHOP)
    assert [to_text(one.node) for one in plan.expressions] == [
        "orders >= 1",
        "spend",
        "pct(spend) >= 80%",
        "days_since_last_sale > 180 days",
        "100 * pct(spend)",
        "100 * pct(orders)",
        "score >= 70",
        "score >= 63",
    ]
    assert plan.families[0].conditions[1] is None
    assert plan.scores[0].only_if is None


def test_bins_make_a_score():
    """A score with bins is points, one without keeps the unit of its formula."""
    plain = Score("gap", TITLE, "median_gap_days")
    policy = evolve(SHOP, scores=(*SHOP.scores, plain))
    late = flag("late", "gap > 30 days and spend_score >= 2")
    plan = make_plan(evolve(policy, families=(*policy.families, late)))
    assert plan.scores[1].checked.unit is Unit.DAYS
    wrong = flag("late", "spend_score >= 2 days")
    told = problems_of(evolve(policy, families=(*policy.families, wrong)))
    assert told == [
        (
            "$.families.late.labels[0].when: spend_score is a score, 2 days is days: "
            "they cannot be compared"
        ),
    ]


def test_the_thresholds_of_the_day_are_used():
    """A plan of last year is made with last year's bar, one without a day with today's.

    The bar was 75 % until the end of 2025.
    """
    old = Threshold("high_share", Decimal("0.75"), Unit.SHARE, since=date(2025, 1, 1))
    now = Threshold(
        "high_share", Decimal("0.8"), Unit.SHARE, since=date(2026, 1, 1), before=(old,)
    )
    policy = evolve(SHOP, thresholds=(now,))
    assert make_plan(policy).fitted[0].level == Decimal("0.8")
    assert make_plan(policy, on=date(2025, 12, 31)).fitted[0].level == Decimal("0.75")
    assert make_plan(policy, on=date(2026, 1, 1)).fitted[0].level == Decimal("0.8")


def test_a_family_names_those_above_it_only():
    """A family is a text with its codes as words, known from its place down."""
    above, below = flag("above", "orders > 1"), flag("below", "above == 'A'")
    make_plan(evolve(LEAST, families=(above, below)))
    assert problems_of(evolve(LEAST, families=(below, above))) == [
        (
            "$.families.below.labels[0].when: 'above' is not known yet here; "
            "a table can use what stands above it: move one of the two"
        ),
    ]
    typo = flag("below", "above == 'C'")
    assert problems_of(evolve(LEAST, families=(above, typo))) == [
        "$.families.below.labels[0].when: 'C' is not a code of above; allowed: A, B"
    ]


def test_what_is_wrong_is_told_once():
    """A score that cannot be read is not blamed again where it is used."""
    broken = Score("points", TITLE, "spend +")
    policy = evolve(LEAST, scores=(broken,), families=(flag("f", "points > 1"),))
    assert problems_of(policy) == [
        (
            "$.scores.points.of: the expression ends where a number, a text, a name or "
            "'(' is needed"
        ),
    ]


def test_all_expressions_are_told_of_at_once():
    """The reference, a formula, bins and a condition, each with its path."""
    score = SHOP.scores[0]
    bins = evolve(score.bins, only_if="spend")
    basis = evolve(SHOP.basis, reference=evolve(SHOP.basis.reference, members="1"))
    policy = evolve(
        SHOP,
        basis=basis,
        scores=(evolve(score, of="orders > 1", bins=bins),),
        families=(*SHOP.families, flag("f", "spend > 5 days")),
    )
    assert [told.partition(": ")[0] for told in problems_of(policy)] == [
        "$.basis.reference.members",
        "$.scores.spend_score.of",
        "$.scores.spend_score.bins.only_if",
        "$.families.f.labels[0].when",
    ]


def test_a_code_of_the_catalogue_is_taken():
    """A threshold, feature, score or family cannot hide a feature."""
    policy = evolve(
        LEAST,
        thresholds=(Threshold("orders", Decimal(1)),),
        features=(NamedFeature("spend", "spend", Window.parse("1 day"), TITLE),),
        scores=(Score("margin", TITLE, "1"),),
        families=(flag("quantity", "true"),),
    )
    told = problems_of(policy)
    assert [one.partition(":")[0] for one in told] == [
        "$.thresholds.orders",
        "$.features.spend",
        "$.scores.margin",
        "$.families.quantity",
    ]
    assert told[3].endswith("rename the family")


def test_another_catalogue_can_be_planned_with():
    """A feature of one's own is known where its catalogue is given, and only there."""
    own = evolve(CATALOGUE["orders"], code="visits", needs=("interactions.kind",))
    policy = evolve(LEAST, families=(flag("seen", "visits >= 1"),))
    plan = make_plan(policy, catalogue=Catalogue((own,)))
    assert plan.columns == {"interactions.kind"}
    (told,) = problems_of(policy)
    assert "there is no feature, score or threshold 'visits'" in told


def test_a_label_may_be_called_as_in_another_family():
    """Codes of labels belong to their family, codes of parts to the grading."""
    plan = make_plan(evolve(LEAST, families=(flag("f", "true"), flag("g", "true"))))
    assert [len(one.conditions) for one in plan.families] == [2, 2]
