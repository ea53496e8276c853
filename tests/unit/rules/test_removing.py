"""What a policy takes out of its base, what goes with it, and what cannot go."""

import re
from functools import cache

import pytest

from custseg.errors import PolicyError
from custseg.policies import NAMES
from custseg.rules.files.loader import inspect_policy, load_tree

HEAD = 'schema = 1\nbase = "{}"\nwithout = {}\n[about]\ncode = "ours"\nversion = "1"\n'
EVERY = [(name, one.code) for name in NAMES for one in load_tree(name).families]
RESTING = {"grading", "pools", "clean_out"}
"""What stands on families: gates, triggers, pools, the clean-out."""
CHAIN = """\
schema = 1
precedence = ["low", "high"]

[about]
code = "chain"
version = "1"
title = { zh = "链", en = "Chain" }

[basis]
window = "365 days"
reference = { members = "orders >= 1" }

[thresholds]
low_from = { is = 10, unit = "money", source = "x" }
high_from = { is = 20, unit = "money", source = "x" }
old_days = { is = 30, unit = "days", source = "x" }

[features.recent_spend]
feature = "spend"
window = "30 days"
title = { zh = "近期", en = "Recent" }

[lookups.kind]
of = "industry"
title = { zh = "行业", en = "industry_kind" }
into = { TRADE = ["retail"] }

[lookups.broad]
of = "kind"
title = { zh = "大类", en = "kind of kind" }
into = { ALL = ["TRADE"] }

[families.low]
title = { zh = "低", en = "low_from" }
yes = "spend > low_from or broad == 'ALL'"

[families.high]
title = { zh = "高", en = "High" }
yes = "low == 'YES' and spend > high_from"

[families.highest]
title = { zh = "最高", en = "Highest" }
yes = "high == 'YES' and recent_spend > high_from"

[[families.age.labels]]
code = "OLD"
title = { zh = "旧", en = "Old" }
when = "days_since_last_sale > old_days"

[[families.age.labels]]
code = "YOUNG"
title = { zh = "新", en = "Young" }
when = "days_since_last_sale < 5"

[[families.age.labels]]
code = "BETWEEN"
title = { zh = "中", en = "Between" }

[families.age.title]
zh = "年龄"
en = "Age"

[playbooks.low.YES]
actions = [{ zh = "拜访", en = "Visit" }]

[playbooks.age.OLD]
actions = [{ zh = "去电", en = "Call" }]
"""


@pytest.fixture
def ours(tmp_path):
    """Return what makes a file that takes something out, of the chain or another."""

    def make(*gone, base="chain.toml", rest=""):
        (tmp_path / "chain.toml").write_text(CHAIN, encoding="utf-8")
        listed = "[" + ", ".join(f'"{one}"' for one in gone) + "]"
        text = HEAD.format(base, listed) + rest
        (tmp_path / "ours.toml").write_text(text, encoding="utf-8")
        return tmp_path / "ours.toml"

    return make


def codes(entries):
    """Return the codes of entries."""
    return [one.code for one in entries]


def oddities(remarks):
    """Return what remarks say of what, whichever file it stands in."""
    return {f"{one.where.rpartition(': ')[2]}: {one.what}" for one in remarks}


@cache
def odd_already(base):
    """Return what is odd about a packaged policy itself; its own tests judge that."""
    return oddities(inspect_policy(base).remarks)


def still_named(path):
    """Return what an error says has to be taken out as well; nothing if it loads."""
    try:
        load_tree(path)
    except PolicyError as error:
        hints = [one.hint for one in error.problems]
        found = [
            re.search(r"also take out ([\w.]+), or say this anew", h) for h in hints
        ]
        return sorted({one[1] for one in found})
    return []


@pytest.mark.parametrize(("base", "family"), EVERY)
def test_a_family_of_a_packaged_policy_goes_alone(ours, base, family):
    """One line is enough, and nothing idle is left; what still names it is told."""
    gone = [f"families.{family}"]
    users = still_named(ours(*gone, base=base))
    assert {one.split(".")[0] for one in users} <= RESTING
    if {one for one in users if one.startswith("clean_out.rules")}:
        users = ["clean_out", "allocation.freed_to"]  # without rules there is none
    path = ours(*gone, *users, base=base)
    inspected = inspect_policy(path)
    assert sorted(oddities(inspected.remarks) - odd_already(base)) == []
    assert family not in codes(inspected.plan.policy.families)
    assert family not in {one.family for one in inspected.plan.policy.playbooks}


def test_what_only_the_family_used_goes_with_it(ours):
    """Thresholds, lookups in a row and precedence go; words in a title are no use."""
    path = ours("families.low", "families.high", "families.highest")
    policy = inspect_policy(path).plan.policy
    assert codes(policy.families) == ["age"]
    assert codes(policy.thresholds) == ["old_days"]
    assert (policy.lookups, policy.features) == ((), ())
    assert policy.acting.precedence == ()
    assert [one.family for one in policy.playbooks] == ["age"]


def test_the_playbook_of_a_label_goes_with_the_label(ours):
    """The family stays with its other labels, and the threshold goes too."""
    policy = load_tree(ours("families.age.labels.OLD"))
    assert [one.family for one in policy.playbooks] == ["low"]
    assert "old_days" not in codes(policy.thresholds)


def test_what_the_file_uses_anew_stays(ours):
    """A lookup stays with the lookup and the playbook that rest on it."""
    rest = (
        '[families.low]\ntitle = { zh = "低", en = "Low" }\nyes = "broad == \'ALL\'"\n'
    )
    policy = load_tree(ours("families.low", rest=rest))
    assert codes(policy.lookups) == ["kind", "broad"]
    assert codes(policy.thresholds) == ["high_from", "old_days"]
    assert [one.family for one in policy.playbooks] == ["low", "age"]


@pytest.mark.parametrize(
    ("rest", "told"),
    [
        (
            '[thresholds]\nold_days = { is = 60, source = "y" }',
            "ours.toml: $.thresholds.old_days: nothing uses this threshold; what used",
        ),
        (
            '[playbooks.age.YOUNG]\nactions = [{ zh = "去电", en = "Call" }]',
            "ours.toml: $.playbooks.age: the policy has no family 'age'",
        ),
        (
            """[families.mine]
title = { zh = "我", en = "Mine" }
yes = "age == 'OLD'"
""",
            "'without' in ours.toml takes it out: leave it in, or say this anew",
        ),
    ],
)
def test_what_the_file_itself_says_is_never_taken_away(ours, rest, told):
    """Whoever writes what serves nobody is told so, and only that."""
    with pytest.raises(PolicyError, match=r"\S") as caught:
        load_tree(ours("families.age", rest=rest))
    assert told in str(caught.value)
    assert len(caught.value.problems) == 1


def test_what_breaks_is_told_with_all_that_would_have_to_go(ours):
    """The condition is shown in the base, with what rests on it in turn."""
    with pytest.raises(PolicyError, match=r"\S") as caught:
        load_tree(ours("families.low", "thresholds.high_from"))
    first, second, third = caught.value.problems
    assert first.where == second.where == "chain.toml: $.families.high.yes"
    assert first.hint == (
        "'without' in ours.toml takes it out: also take out families.high and "
        "families.highest, or say this anew"
    )
    assert "low == 'YES'" in first.excerpt
    assert third.where == "chain.toml: $.families.highest.yes"
    assert third.hint.endswith("also take out families.highest, or say this anew")


@pytest.mark.parametrize(
    "odd",
    [
        "precedence = [{}, 3]",
        "playbooks = 3",
        "playbooks.low = 3",
        "families = 3",
        "families.low = []",
        "grading = 3",
        "grading.tiers = [3, {}]",
        "grading.gates = [{ code = 3, when = 5 }]",
        "scores.odd = { of = '((((' }",
        "lookups = [3]",
        "thresholds = []",
    ],
)
def test_nothing_odd_in_the_file_stops_the_search(ours, odd):
    """What is wrong with a value is told when the whole is read, in words."""
    path = ours("families.low")
    path.write_text(f"{odd}\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    with pytest.raises(PolicyError, match=r"\$\."):
        load_tree(path)
