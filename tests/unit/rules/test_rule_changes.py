"""Where two policies differ, in the words of their files."""

from custseg.rules.files.loader import policy_from_text
from custseg.rules.files.rule_changes import rule_changes
from small_past import TEXT


def changes(text):
    """Return what differs from the shop's policy, as texts."""
    both = (policy_from_text(one) for one in (TEXT, text))
    return [str(one) for one in rule_changes(*both)]


def test_equal_policies_have_no_changes():
    """Layout and comments do not count."""
    assert changes(TEXT.replace("schema = 1", "schema = 1  # the first")) == []


def test_a_number_and_a_text():
    """Each at its place, in the order of the file."""
    other = TEXT.replace("hold = 20", "hold = 30").replace('en = "Top"', 'en = "Best"')
    assert changes(other) == [
        "grading.tiers[A].title.en: Top -> Best",
        "grading.tiers[B].hold: 20 -> 30",
    ]


def test_what_only_one_says():
    """It stands against a dash."""
    other = TEXT.replace("[grading]\n", '[grading]\nsource = "us"\n')
    assert changes(other) == ["grading.source: - -> us"]


def test_a_default_of_the_tiers_is_something_said():
    """Days of grace, reviews, and the bar to hold are told as they apply."""
    moves = TEXT.replace("confirm_down = 1\n", "grace_days = 9\n")
    assert changes(moves) == [
        "grading.moves.confirm_down: 1 -> 2",
        "grading.moves.grace_days: 0 -> 9",
    ]
    assert changes(TEXT.replace("hold = 20\n", "")) == [
        "grading.tiers[B].hold: 20 -> 36"
    ]
    assert changes(TEXT.replace("hold = 20\n", "hold = 36.0\n")) == [
        "grading.tiers[B].hold: 20 -> 36"
    ]
    assert changes(TEXT.replace('every = "monthly"', "fiscal = true")) == [
        "grading.reviews.every: monthly -> quarterly",
        "grading.reviews.fiscal: false -> true",
    ]


def test_a_policy_without_tiers():
    """All about tiers is said by the other only."""
    bare = TEXT[: TEXT.index("[grading]")]
    first, second = (policy_from_text(one) for one in (bare, TEXT))
    said = [str(one) for one in rule_changes(first, second)]
    assert said[:2] == ["grading.title.zh: - -> 得分", "grading.title.en: - -> Score"]
    assert "grading.moves.confirm_down: - -> 1" in said


def test_a_tier_put_in_between_shifts_nothing():
    """Those behind it are found by their codes."""
    more = '[[grading.tiers]]\ncode = "BB"\nentry = 66\n'
    more += 'title = { zh = "乙上", en = "Upper" }\n\n'
    at = TEXT.index('[[grading.tiers]]\ncode = "B"')
    assert changes(TEXT[:at] + more + TEXT[at:]) == [
        "grading.tiers[BB].title.zh: - -> 乙上",
        "grading.tiers[BB].title.en: - -> Upper",
        "grading.tiers[BB].entry: - -> 66",
        "grading.tiers[BB].hold: - -> 59.4",
    ]


def test_what_a_tier_gets_is_found_by_the_tier():
    """Another share is one change, and not two lists of all of them."""
    more = '\n[allocation]\ntitle = { zh = "拜访", en = "Visits" }\nshares = [\n'
    more += '  { tier = "A", share = 0.7 },\n  { tier = "B", share = 0.2 },\n]\n'
    texts = TEXT + more, TEXT + more.replace("0.7", "0.8")
    said = [str(one) for one in rule_changes(*map(policy_from_text, texts))]
    assert said == ["allocation.shares[A].share: 0.7 -> 0.8"]
