"""What a policy says is to be done: read, written, laid over a base, and checked."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from custseg.errors import PolicyError
from custseg.policy import Policy
from custseg.rules.acts.allocation import FreedTo, Share
from custseg.rules.explaining.vocabulary import settings_of
from custseg.rules.expression import to_text
from custseg.rules.files.loader import load_tree, policy_from_text, policy_to_text
from custseg.rules.narrowing import for_tiers

SHOP = Path(__file__).resolve().parents[2] / "policies" / "good" / "acting.toml"
TEXT = SHOP.read_text(encoding="utf-8")


def test_all_of_it_comes_back_from_a_file():
    """Pools, the clean-out, the allocation and the precedence survive a round trip."""
    policy = load_tree(SHOP)
    assert policy_from_text(policy_to_text(policy)) == policy
    acting = policy.acting
    assert acting.precedence == ("tier", "pace")
    (pool,) = acting.pools
    assert (pool.code, pool.of, pool.capacity, pool.rank_by) == (
        "nurture",
        "B",
        2,
        "spend",
    )
    assert [one.code for one in acting.clean_out.rules] == ["archive", "hand_back"]
    assert acting.clean_out.rules[1].of == ("B", "C")
    assert acting.allocation.shares[0] == Share("A", Decimal("0.5"), 1, 10)
    assert acting.allocation.freed_to == FreedTo("C", "pace == 'ACTIVE'")
    assert policy.grading.tiers[0].capacity == 2


def test_a_policy_that_says_nothing_has_nothing_to_do():
    """The packaged policy writes none of these sections into its file."""
    policy = load_tree("company")
    assert policy.acting.pools == ()
    text = policy_to_text(policy)
    assert "[pools" not in text
    assert "[clean_out]" not in text


def test_what_only_a_pool_asks_costs_a_classification_nothing():
    """Its features are watched by reviews, and not measured for a plain answer."""
    policy = Policy(policy_from_text(TEXT))
    watched = {name for name, _, _ in policy.plan.watched}
    assert watched == {"spend", "return_share", "lifetime_spend"}


def test_the_past_is_replayed_with_pools_and_without_the_rest():
    """Nothing is worked out that only the clean-out and the allocation ask."""
    narrow = for_tiers(Policy(policy_from_text(TEXT)).plan)
    keys = [key for key, _ in narrow.tiers.questions]
    assert keys == [
        "pools.nurture.enter",
        "pools.nurture.stay",
        "pools.nurture.rank_by",
    ]
    assert {name for name, _, _ in narrow.features} == {"spend", "orders"}


@pytest.mark.parametrize(("entry", "bar"), [("80", "64"), ("90", "72")])
def test_a_bar_can_follow_the_entry_of_a_tier(entry, bar):
    """Four fifths of the entry of A, wherever that stands."""
    text = TEXT.replace("score >= 60", "score >= 0.8 * entry_a")
    plan = Policy(policy_from_text(text.replace("entry = 80", f"entry = {entry}"))).plan
    asked = {key: to_text(checked.node) for key, checked in plan.tiers.questions}
    assert asked["pools.nurture.enter"] == f"score >= {bar}"


def test_a_name_that_the_policy_gives_itself_is_its_own():
    """A threshold or score called like the entry of a tier counts in place of it."""
    text = TEXT.replace("score >= 60", "score >= entry_a")
    text += '[thresholds]\nentry_a = { is = 61, unit = "number", source = "mine" }\n'
    plan = Policy(policy_from_text(text)).plan
    asked = {key: to_text(checked.node) for key, checked in plan.tiers.questions}
    assert asked["pools.nurture.enter"] == "score >= 61"
    told = settings_of(plan, date(2026, 6, 30))["entry_a"]
    assert (told.key, told.value) == ("thresholds.entry_a", Decimal(61))
    scored = TEXT.replace("score >= 60", "orders >= entry_a")
    scored += """[scores.entry_a]
title = { zh = "自己的线", en = "A bar of one's own" }
of = "orders + 1"
"""
    plan = Policy(policy_from_text(scored)).plan
    asked = {key: to_text(checked.node) for key, checked in plan.tiers.questions}
    assert asked["pools.nurture.enter"] == "orders >= entry_a"


def test_the_goal_of_a_pool_is_the_tier_above_unless_it_says_otherwise():
    """B leads to A; C leads to B, or to A where the policy says so."""
    policy = load_tree(SHOP)
    assert policy.acting.pools[0].goal(policy.grading) == 0
    low = policy_from_text(TEXT.replace('of = "B"\nenter', 'of = "C"\nenter'))
    assert low.acting.pools[0].goal(low.grading) == 1
    far = TEXT.replace('of = "B"\nenter', 'of = "C"\ntoward = "A"\nenter')
    far = policy_from_text(far)
    assert far.acting.pools[0].goal(far.grading) == 0


def test_a_difference_changes_a_rule_by_its_code(tmp_path):
    """A branch office changes the days of one rule, and the places of the pool."""
    (tmp_path / "base.toml").write_text(TEXT, encoding="utf-8")
    branch = """
schema = 1
base = "base.toml"

[about]
code = "branch"
version = "1"

[pools.nurture]
capacity = 5

[[clean_out.rules]]
code = "archive"
when = "days_since_last_sale > 200 days"
"""
    (tmp_path / "branch.toml").write_text(branch, encoding="utf-8")
    acting = load_tree(tmp_path / "branch.toml").acting
    assert acting.pools[0].capacity == 5
    assert acting.pools[0].rank_by == "spend"
    said = [(one.code, one.when) for one in acting.clean_out.rules]
    assert said == [
        ("archive", "days_since_last_sale > 200 days"),
        ("hand_back", "pace == 'DORMANT'"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('of = "B"\nenter', 'of = "D"\nenter', r"pools\.nurture\.of: there is no tier"),
        ('of = "B"\nenter', 'of = "A"\nenter', "nobody can rise from the highest tier"),
        (
            'of = "B"\nenter',
            'of = "B"\ntoward = "C"\nenter',
            "a pool leads to a tier above its own",
        ),
        ('enter = "score >= 60"', "", r"nurture\.enter: this key is missing"),
        ("score >= 60", "scor >= 60", "did you mean 'score'"),
        ("score >= 50", "orders < 0", r"nurture\.stay: nobody can meet this condition"),
        ('rank_by = "spend"', "rank_by = \"pace == 'ACTIVE'\"", r"nurture\.rank_by"),
        ("capacity = 2\nrank", "capacity = -2\nrank", "this is out of bounds; got -2"),
        ("longest_days = 365", "longest_day = 365", "did you mean 'longest_days'"),
        (
            "[pools.nurture]",
            "[pools.Nurture]",
            'this cannot be a code; got the text "Nurture"',
        ),
        ("capacity = 2  ", "capacity = -2  ", r"tiers\[0\]\.capacity: this is out of"),
        ('of = ["C"]', "of = []", "a rule has to name its tiers"),
        (
            'of = ["B", "C"]',
            'of = ["B", "X"]',
            r"rules\[1\]\.of\[1\]: there is no tier",
        ),
        ('code = "hand_back"', 'code = "archive"', "the rule 'archive' is there twice"),
        ('code = "returns"', 'code = "large"', "the exemption 'large' is there twice"),
        ('{ tier = "B",', '{ tier = "A",', "the tier 'A' is there twice"),
        ('{ tier = "B",', '{ tier = "D",', r"shares\[1\]\.tier: there is no tier 'D'"),
        ("share = 0.5", "share = 0.6", r"more than one together.*take 0\.1 off them"),
        ("share = 0.5", "share = 50", r"a share is a part of one.*write 0\.5"),
        ("floor = 1, cap = 10", "floor = 11, cap = 10", "the cap is under the floor"),
        ("share = 0.5, floor", "share = 0, floor", "a tier that gets nothing cannot"),
        (
            "[allocation.freed_to]",
            "unit = 3\n\n[allocation.freed_to]",
            "a floor is a whole number of the smallest portion, 3; got 1",
        ),
        (
            "[allocation.freed_to]",
            "unit = 0\n\n[allocation.freed_to]",
            "the smallest portion is at least 1",
        ),
        (
            'precedence = ["tier", "pace"]',
            'precedence = ["pac"]',
            "did you mean 'pace'",
        ),
        (
            'precedence = ["tier", "pace"]',
            'precedence = ["pace", "pace"]',
            "'pace' is there twice",
        ),
    ],
)
def test_slips_are_told(old, new, words):
    """Each slip is found when the policy is loaded, and named by its place."""
    assert TEXT.count(old) == 1
    with pytest.raises(PolicyError, match=words):
        policy_from_text(TEXT.replace(old, new))


def test_the_lowest_tier_is_never_full():
    """It is for all others, however many they are."""
    wrong = TEXT.replace(
        'title = { zh = "普通", en = "General" }',
        'title = { zh = "普通", en = "General" }\ncapacity = 5',
    )
    with pytest.raises(PolicyError, match="the lowest tier is for all others and is n"):
        policy_from_text(wrong)


def test_nothing_is_freed_without_a_clean_out():
    """Whoever frees capacity must say by whom."""
    start, end = TEXT.index("[clean_out]"), TEXT.index("[allocation]")
    with pytest.raises(PolicyError, match="nothing is freed without a clean-out"):
        policy_from_text(TEXT[:start] + TEXT[end:])


def test_pools_go_by_tiers():
    """Without a grading there is nothing to rise from."""
    start, end = TEXT.index("[grading]"), TEXT.index("[pools.nurture]")
    text = TEXT[:start] + TEXT[end : TEXT.index("[playbooks.pace")]
    with pytest.raises(PolicyError) as caught:
        policy_from_text(text)
    told = str(caught.value)
    for key in ("pools", "clean_out", "allocation"):
        assert f"$.{key}: this goes by tiers, and the policy has none" in told


def test_an_explanation_says_where_the_entry_stands():
    """Beside the thresholds, with its own place in the file."""
    plan = Policy(policy_from_text(TEXT)).plan
    found = settings_of(plan, date(2026, 6, 30))
    assert (found["entry_a"].key, found["entry_a"].value) == (
        "grading.tiers[A].entry",
        Decimal(80),
    )
